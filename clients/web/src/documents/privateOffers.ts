import { graphql } from "./graphql.ts";

export const PrivateOffers = graphql(`
  query PagePrivateOffers($first: Int!, $after: String, $status: PrivateOfferStatus, $partnerId: ID, $offeringId: ID) {
    privateOffers(first: $first, after: $after, status: $status, partnerId: $partnerId, offeringId: $offeringId) {
      nodes {
        id
        offeringId
        title
        price { amount currency }
        publishedPrice { amount currency }
        until
        status
        end
        addressed
        residentId
        orderId
        madeAt
        partner { name }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const PrivateOffer = graphql(`
  query PagePrivateOffer($id: ID!) {
    privateOffer(id: $id) {
      id
      offeringId
      status
      residentId
      until
      price { amount currency }
      publishedPrice { amount currency }
    }
  }
`);

export const MakePrivateOffer = graphql(`
  mutation PageMakePrivateOffer($input: MakePrivateOfferInput!, $key: String!) {
    makePrivateOffer(input: $input, idempotencyKey: $key) {
      __typename
      ... on MadePrivateOffer { claimCode privateOffer { id status } }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const TakePrivateOffer = graphql(`
  mutation PageTakePrivateOffer($code: String!, $residentId: ID, $key: String!) {
    takePrivateOffer(code: $code, residentId: $residentId, idempotencyKey: $key) {
      __typename
      ... on PrivateOffer { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const WithdrawPrivateOffer = graphql(`
  mutation PageWithdrawPrivateOffer($id: ID!, $key: String!) {
    withdrawPrivateOffer(id: $id, idempotencyKey: $key) {
      __typename
      ... on PrivateOffer { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);
