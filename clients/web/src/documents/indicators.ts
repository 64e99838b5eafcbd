import { graphql } from "./graphql.ts";

export const Indicators = graphql(`
  query PageIndicators($kind: PartnerKind, $district: String) {
    indicators(kind: $kind, district: $district) {
      partners
      levels { level partners }
      orderMonths { month served calledOff underWay withheld }
      moneyMonths { month share withheld amount { amount currency } }
    }
    city { districts { code name } }
  }
`);

export const DataUse = graphql(`
  query PageDataUse {
    dataUse { month purpose informationType uses }
  }
`);
