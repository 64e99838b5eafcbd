// What operators and regulators both ask for.

import { graphql } from "./graphql.ts";

export const ChainOrder = graphql(`
  query PageChainOrder($id: ID!) {
    order(id: $id) {
      id
      residentId
      status
      placedAt
      changedAt
      consentProblem
      total { amount currency }
      partner { id name status }
      lines {
        id
        title
        offeringId
        offeringRevision
        certificateIds
        consentNeeded
        consentHash
        total { amount currency }
        offering { id revision title certificateIds consentHash publishedAt reviewedAt }
      }
      proofs { id orderLineId scanId provenAt source item }
      payment { id status captured { amount currency } refunded { amount currency } }
    }
  }
`);

export const ChainPartner = graphql(`
  query PageChainPartner($id: ID!) {
    partner(id: $id) {
      id
      name
      certificates { id aspect version issuedAt expiresAt issuedBy cosignedBy }
      contract { id signedAt }
    }
  }
`);

export const ChainMoney = graphql(`
  query PageChainMoney($orderId: ID!) {
    entries(orderId: $orderId) { id kind reference recordedAt postings { account amount { amount currency } } }
    payouts(orderId: $orderId, first: 20) {
      nodes { id status rail amount { amount currency } createdAt settledAt failure }
    }
    issuedStatements(orderId: $orderId, first: 20) {
      nodes { id status periodStart periodEnd issuedAt sha256 }
    }
  }
`);

export const ChainConsents = graphql(`
  query PageChainConsents($orderId: ID!, $residentId: ID!) {
    consents(orderId: $orderId, residentId: $residentId, first: 20) {
      nodes { id orderId orderLineId status purpose accessMode informationTypes grantedAt expiresAt revokedAt usedInAll }
    }
  }
`);

export const ChainAccess = graphql(`
  query PageChainAccess($residentId: ID!, $partnerId: ID!, $since: DateTime!) {
    accessLog(residentId: $residentId, partnerId: $partnerId, since: $since, first: 100) {
      nodes { position decisionId decidedAt lastAt times kind permitted sentence consentId hash }
      pageInfo { hasNextPage }
    }
  }
`);

export const LogCheckpoint = graphql(`
  query PageLogCheckpoint($size: Int) {
    accessLogCheckpoint(size: $size) { origin size root note keys signedAt }
  }
`);

export const LogInclusion = graphql(`
  query PageLogInclusion($position: Int!) {
    accessLogInclusion(position: $position) {
      index size entry path
      checkpoint { note }
    }
  }
`);

export const LogConsistency = graphql(`
  query PageLogConsistency($oldSize: Int!, $size: Int!) {
    accessLogConsistency(oldSize: $oldSize, size: $size) { oldSize size path }
  }
`);

export const AllSources = graphql(`
  query PageAllSources($status: SourceStatus, $first: Int, $after: String) {
    sources(status: $status, first: $first, after: $after) {
      nodes {
        id name system category status registeredAt highestNumber missing waiting unmatched lastReceivedAt
        connector { health reportedAt version waitingLines waitingBatches oldestWaitingAt errors { kind count } }
        institution { id name }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
