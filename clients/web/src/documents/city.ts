import { graphql } from "./graphql.ts";

export const CityClock = graphql(`
  query PageCityClock {
    city { timeZone }
  }
`);
