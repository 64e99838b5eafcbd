import { graphql } from "./graphql.ts";

export const Consents = graphql(`
  query PageConsents($residentId: ID, $first: Int = 20, $after: String) {
    consents(residentId: $residentId, first: $first, after: $after) {
      nodes {
        id orderId origin status purpose accessMode informationTypes grantedAt expiresAt usedInAll retentionDays
        grantee { name }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const AskedConsents = graphql(`
  query PageAskedConsents {
    consentRequests(status: REQUESTED, first: 20) {
      nodes {
        id origin status until requestedAt orderId
        grantee { name }
        template { informationTypes purpose accessMode validDays retentionDays }
      }
    }
  }
`);

export const GrantConsent = graphql(`
  mutation PageGrantConsent($id: ID!, $key: String!) {
    grantConsent(consentRequestId: $id, idempotencyKey: $key) {
      __typename
      ... on ConsentArtefact { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const DenyConsent = graphql(`
  mutation PageDenyConsent($id: ID!, $key: String!) {
    denyConsent(consentRequestId: $id, idempotencyKey: $key) {
      __typename
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const RevokeConsent = graphql(`
  mutation PageRevokeConsent($id: ID!, $reason: String!, $key: String!) {
    revokeConsent(consentId: $id, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on ConsentArtefact { id status revokedAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const WhoLooked = graphql(`
  query PageWhoLooked(
    $residentId: ID, $kind: AccessKind, $since: DateTime, $until: DateTime, $first: Int = 20, $after: String
  ) {
    accessLog(residentId: $residentId, kind: $kind, since: $since, until: $until, first: $first, after: $after) {
      nodes {
        position decisionId decidedAt lastAt times kind permitted reason sentence place app consentId
        partner { id name }
        institution { name }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
