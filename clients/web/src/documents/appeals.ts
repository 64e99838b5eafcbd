// What a partner appeals against, and those who decide it.

import { graphql } from "./graphql.ts";

export const OpenAppeal = graphql(`
  mutation PageOpenAppeal($reason: String!, $documentIds: [ID!], $key: String!) {
    openAppeal(reason: $reason, documentIds: $documentIds, idempotencyKey: $key) {
      __typename
      ... on Appeal { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const DecideAppeal = graphql(`
  mutation PageDecideAppeal($id: ID!, $granted: Boolean!, $reason: String!, $key: String!) {
    decideAppeal(appealId: $id, granted: $granted, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Appeal { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const AppealsToDecide = graphql(`
  query PageAppealsToDecide($first: Int, $after: String) {
    appeals(waiting: true, first: $first, after: $after) {
      nodes {
        id against decidedAs stepReason reason documentIds appealedAt
        partner { id name }
        voices { granted reason spokenAs }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
