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
    pricedPer
    periodDays
    districts
    pilot { districts endsAt }
    partner { id name kind measures { rating reviews } }
    explain {
      corrections { word searched }
      distanceMetres
      site { name }
      nextFreeAt
    }
  }
`);

export const FindCare = graphql(
  `
    query PageFindCare(
      $query: String, $filter: OfferingFilterInput, $sort: OfferingSort, $near: NearInput, $first: Int!, $after: String
    ) {
      offerings(query: $query, filter: $filter, sort: $sort, near: $near, first: $first, after: $after) {
        edges { node { ...OfferingCard } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [OfferingCard],
);

export const CareFacets = graphql(`
  query PageCareFacets($query: String, $filter: OfferingFilterInput, $near: NearInput, $freeBefore: DateTime) {
    offeringFacets(query: $query, filter: $filter, near: $near, freeBefore: $freeBefore) {
      total
      categories { value count }
      populations { value count }
      districts { value count }
      kinds { value count }
      prices { startsAt { amount currency } below { amount currency } count }
      ratings { value count }
      free
    }
  }
`);

export const SearchSuggestions = graphql(`
  query PageSearchSuggestions($text: String!) {
    searchSuggestions(text: $text) { text }
  }
`);

export const Eligible = graphql(`
  query PageEligible($offeringId: ID!, $residentId: ID) {
    eligibility(offeringId: $offeringId, residentId: $residentId) { eligible code }
  }
`);

export const TakesPart = graphql(`
  query PageTakesPart($residentId: ID) {
    programmes(residentId: $residentId) { residentId programmes }
  }
`);

export const CityProgrammes = graphql(`
  query PageCityProgrammes {
    city { programmes { code name } }
  }
`);

export const SetProgramme = graphql(`
  mutation PageSetProgramme($programme: String!, $joins: Boolean!, $residentId: ID, $key: String!) {
    setProgramme(programme: $programme, joins: $joins, residentId: $residentId, idempotencyKey: $key) {
      __typename
      ... on Programmes { residentId programmes }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

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
      pricedPer
      periodDays
      periodsMax
      unitsMax
      contents { code title times }
      cancellation { hoursBefore feeBasisPoints }
      eligibility { ageFromMonths ageBelowMonths sex districts programmes }
      pilot { districts endsAt }
      pictures { alt file { url width height } }
      leaflets { title file { url size } }
      sites { id name address pictures { alt file { url width height } } }
      partner { id name kind certifiedAspects }
      consent { informationTypes purpose accessMode validDays retentionDays sensitiveCategories }
      freePlaces { slotId free interval { start end } }
    }
    city { districts { code name } programmes { code name } }
    reviews(offeringId: $id, first: 5) {
      nodes { id rating text reviewedAt }
    }
  }
`);
