// How far partners have come from their application to their first offering on sale.

import { graphql } from "./graphql.ts";

export const PartnerFunnel = graphql(`
  query PagePartnerFunnel($id: ID!) {
    partnerFunnel(partnerId: $id) {
      partnerId status applications stage waitsFor liveAt stuck
      steps { stage beganAt endedAt days }
      aspects { aspect reviewedAt certifiedAt waitsFor }
    }
  }
`);

export const CityFunnel = graphql(`
  query PageCityFunnel($kind: PartnerKind, $district: String) {
    cityFunnel(kind: $kind, district: $district) {
      live cameToNothing medianDaysToLive
      medians { stage finished medianDays waiting waitingMedianDays stuck }
      underWay { partnerId name kind status applications stage waitsFor stuck steps { stage endedAt days } }
    }
    city { districts { code name } }
  }
`);
