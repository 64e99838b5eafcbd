import { graphql } from "./graphql.ts";

export const RegulatorWaits = graphql(`
  query PageRegulatorWaits {
    certifying: partners(status: CERTIFYING, first: 50) {
      nodes { id name appliedAt proposedCertificates { id aspect } }
      pageInfo { hasNextPage }
    }
    legalBases(status: ENTERED, first: 50) { nodes { id enteredAt } pageInfo { hasNextPage } }
    projects(status: ENDORSED, first: 50) { nodes { id endorsedAt } pageInfo { hasNextPage } }
    queryTemplates(status: ENDORSED, first: 50) { nodes { id endorsedAt } pageInfo { hasNextPage } }
    emergencies(status: OVERDUE, first: 50) { nodes { id openedAt } pageInfo { hasNextPage } }
    complaints(escalatedOnly: true, first: 50) { nodes { id openedAt status } pageInfo { hasNextPage } }
    erasures(status: OVERDUE, first: 50) { nodes { consentId dueAt } pageInfo { hasNextPage } }
    freezes(inForce: true, first: 50) { nodes { id imposedAt } pageInfo { hasNextPage } }
    appeals(waiting: true, first: 50) { nodes { id appealedAt } pageInfo { hasNextPage } }
    trustList { proposed { sequence proposedAt } }
  }
`);

export const CertificatesToCosign = graphql(`
  query PageCertificatesToCosign {
    partners(status: CERTIFYING, first: 50) {
      nodes { id name appliedAt proposedCertificates { id aspect scope issuedAt expiresAt issuedBy } }
    }
    renewed: partners(status: ACTIVE, first: 100) {
      nodes { id name appliedAt proposedCertificates { id aspect scope issuedAt expiresAt issuedBy } }
    }
  }
`);

export const LegalBases = graphql(`
  query PageLegalBases($status: LegalBasisStatus, $first: Int, $after: String) {
    legalBases(status: $status, first: $first, after: $after) {
      nodes {
        id statute why informationTypes sensitiveCategories purpose accessMode status enteredAt
        grantee { id name }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const SignLegalBasis = graphql(`
  mutation PageSignLegalBasis($id: ID!, $key: String!) {
    signLegalBasis(legalBasisId: $id, idempotencyKey: $key) {
      __typename
      ... on LegalBasis { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ApproveProject = graphql(`
  mutation PageApproveProject($id: ID!, $key: String!) {
    approveProject(projectId: $id, idempotencyKey: $key) {
      __typename
      ... on Project { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ApproveTemplate = graphql(`
  mutation PageApproveTemplate($id: ID!, $key: String!) {
    approveQueryTemplate(templateId: $id, idempotencyKey: $key) {
      __typename
      ... on QueryTemplate { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Emergencies = graphql(`
  query PageEmergencies($first: Int, $after: String) {
    emergencies(first: $first, after: $after) {
      nodes {
        id reason openedAt until reviewDueAt status
        review { justified note reviewedAt }
        audit { justified note reviewedAt }
        partner { id name }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const AuditEmergency = graphql(`
  mutation PageAuditEmergency($id: ID!, $justified: Boolean!, $note: String!, $key: String!) {
    reviewEmergency(emergencyId: $id, justified: $justified, note: $note, idempotencyKey: $key) {
      __typename
      ... on Emergency { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Log = graphql(`
  query PageLog($kind: AccessKind, $partnerId: ID, $since: DateTime, $until: DateTime, $first: Int, $after: String) {
    accessLog(kind: $kind, partnerId: $partnerId, since: $since, until: $until, first: $first, after: $after) {
      nodes {
        position decisionId decidedAt kind act role permitted reason purpose informationTypes sentence times consentId hash
        institution { id name }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const LogCheck = graphql(`
  query PageLogCheck {
    accessLogCheck { holds entries why brokenAt }
  }
`);

export const Grades = graphql(`
  query PageGrades($month: String!, $first: Int, $after: String) {
    qualityGrades(month: $month, first: $first, after: $after) {
      nodes { month resourceType letter resources gradedAt institution { id name } parts { dimension letter affected } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const AllQualityReports = graphql(`
  query PageAllQualityReports($first: Int, $after: String) {
    qualityReports(first: $first, after: $after) {
      nodes { id month letter sha256 signature issuedAt institution { id name } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const Erasures = graphql(`
  query PageErasures($status: ErasureStatus, $first: Int, $after: String) {
    erasures(status: $status, first: $first, after: $after) {
      nodes { consentId orderId status dueAt announcedAt attestedAt grantee { id name } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
