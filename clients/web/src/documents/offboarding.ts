// What a partner that leaves does, and the operator who ends its certificates.

import { graphql } from "./graphql.ts";

export const BeginOffboarding = graphql(`
  mutation PageBeginOffboarding($reason: String!, $key: String!) {
    beginOffboarding(reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Partner { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const AdvanceOffboarding = graphql(`
  mutation PageAdvanceOffboarding($id: ID!, $key: String!) {
    advanceOffboarding(partnerId: $id, idempotencyKey: $key) {
      __typename
      ... on Partner { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const StopOffboarding = graphql(`
  mutation PageStopOffboarding($id: ID!, $reason: String!, $key: String!) {
    stopOffboarding(partnerId: $id, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Partner { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);
