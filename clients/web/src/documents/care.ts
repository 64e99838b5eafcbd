import { graphql } from "./graphql.ts";

export const City = graphql(`
  query PageCity {
    city {
      title
      currency
      locales
      timeZone
      categories { code name parent }
      districts { code name parent }
      populations { population name }
    }
  }
`);

export const OfferingCard = graphql(`
  fragment OfferingCard on Offering {
    id
    title
    kind
    category
    bookingRequired
    price { amount currency }
    districts
    partner { id name kind measures { rating reviews } }
  }
`);

export const FindCare = graphql(
  `
    query PageFindCare(
      $query: String, $category: String, $population: Population, $district: String, $definition: String,
      $priceMax: String, $after: String
    ) {
      offerings(
        query: $query, category: $category, population: $population, district: $district, definition: $definition,
        priceMax: $priceMax, first: 20, after: $after
      ) {
        edges { node { ...OfferingCard } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [OfferingCard],
);

export const Programmes = graphql(`
  query PageProgrammes($population: Population) {
    serviceDefinitions(population: $population) { code title }
  }
`);

export const OfferingPage = graphql(`
  query PageOffering($id: ID!) {
    offering(id: $id) {
      id
      revision
      title
      description
      kind
      category
      population
      districts
      bookingRequired
      validDays
      consentHash
      certificateIds
      price { amount currency }
      contents { code title times }
      cancellation { hoursBefore feeBasisPoints }
      partner { id name kind certifiedAspects }
      consent { informationTypes purpose accessMode validDays retentionDays sensitiveCategories }
      freePlaces { slotId free interval { start end } }
    }
    reviews(offeringId: $id, first: 5) {
      nodes { id rating text reviewedAt }
    }
  }
`);
