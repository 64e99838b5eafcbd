import { graphql } from "./graphql.ts";

export const NextSteps = graphql(`
  query PageNextSteps($residentId: ID, $openOnly: Boolean!, $first: Int, $after: String) {
    followUps(residentId: $residentId, openOnly: $openOnly, first: $first, after: $after) {
      nodes {
        id action reason dueOn category note status overdue orderId notedAt outcome closingNote
        institution { name }
        offering { id title }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const DeclineFollowUp = graphql(`
  mutation PageDeclineFollowUp($id: ID!, $key: String!) {
    declineFollowUp(followUpId: $id, idempotencyKey: $key) {
      __typename
      ... on FollowUp { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const DueFollowUps = graphql(`
  query PageDueFollowUps($dueUntil: String, $first: Int, $after: String) {
    dueFollowUps(dueUntil: $dueUntil, first: $first, after: $after) {
      nodes { id residentId action reason dueOn category note status overdue offering { id title } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const NoteFollowUp = graphql(`
  mutation PageNoteFollowUp(
    $residentId: ID!, $action: FollowUpAction!, $reason: FollowUpReason!, $dueOn: String!, $category: String,
    $offeringId: ID, $note: String, $key: String!
  ) {
    noteFollowUp(
      residentId: $residentId, action: $action, reason: $reason, dueOn: $dueOn, category: $category,
      offeringId: $offeringId, note: $note, idempotencyKey: $key
    ) {
      __typename
      ... on FollowUp { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const CloseFollowUp = graphql(`
  mutation PageCloseFollowUp($id: ID!, $residentId: ID!, $outcome: FollowUpOutcome!, $note: String, $key: String!) {
    closeFollowUp(followUpId: $id, residentId: $residentId, outcome: $outcome, note: $note, idempotencyKey: $key) {
      __typename
      ... on FollowUp { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ReferralTargets = graphql(`
  query PageReferralTargets($category: String!) {
    city { categories { code name } }
    offerings(filter: { categories: [$category] }, first: 20) {
      edges { node { id title partner { name } } }
    }
  }
`);
