// What operator and regulator decide one after the other: the first endorses or enters, the other approves or signs.

import { graphql } from "./graphql.ts";

export const Templates = graphql(`
  query PageTemplates($status: TemplateStatus, $first: Int, $after: String) {
    queryTemplates(status: $status, first: $first, after: $after) {
      nodes {
        id code version title why purpose informationTypes peopleMin runsMax runs query querySha256 status
        proposedAt endorsedAt
        partner { id name }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const Projects = graphql(`
  query PageProjects($status: ProjectStatus, $first: Int, $after: String) {
    projects(status: $status, first: $first, after: $after) {
      nodes {
        id name why informationTypes sensitiveCategories purpose accessMode peopleMin termDays retentionDays
        ethicsApproval status proposedAt endorsedAt
        grantee { id name }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const TrustListProposed = graphql(`
  query PageTrustListProposed {
    trustList {
      sequence issuedAt expiresAt inForce
      cities { name }
      proposed { sequence issuedAt expiresAt cities document proposedById proposedAt }
    }
  }
`);

export const DecideTrustList = graphql(`
  mutation PageDecideTrustList($sequence: Int!, $approved: Boolean!, $reason: String!, $key: String!) {
    decideTrustList(sequence: $sequence, approved: $approved, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on TrustList { sequence }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Partners = graphql(`
  query PagePartners(
    $status: PartnerStatus, $kind: PartnerKind, $name: String, $gradesToReview: Boolean! = false, $first: Int, $after: String
  ) {
    partners(
      status: $status, kind: $kind, name: $name, gradesToReview: $gradesToReview, first: $first, after: $after
    ) {
      nodes { id name kind status districts registrationNumber appliedAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const SupervisedPartner = graphql(`
  query PageSupervisedPartner($id: ID!) {
    partner(id: $id) {
      id
      name
      kind
      status
      districts
      registrationNumber
      appliedAt
      capabilities
      suspensionReason
      suspendedAt
      suspendedAs
      offboarding { reason begunAt stoppedAt stopReason steps { step takenAs takenAt } }
      appeals { id against status reason appealedAt endedAt voices { granted reason spokenAs spokenAt } }
      missingEvidence
      dataGrades { resourceType letter month gradedAt toReview }
      contact { name telephone }
      evidence { aspect title reference validUntil documentId kind }
      certificates { id aspect scope version issuedAt expiresAt issuedBy cosignedBy }
      proposedCertificates { id aspect scope expiresAt issuedBy }
      doubts { kind partnerId status name registrationNumber }
      screening { passed score passAt areaAt edition decidedAt reasons areas { area score passed } }
      reviews {
        kind passed score passAt edition decidedAt reasons
        areas { area }
        toMend { item { code question } verdict reason }
      }
      contract { id offeredAt signedAt }
      contracts { id status offeredAt effectiveOn effectiveAt splitPlan { version shares { party basisPoints } } }
      steps { was became takenAs takenAt reason }
      freezes { id caseNumber capabilities reason imposedAt liftedAt }
    }
  }
`);

export const ScreeningChecklist = graphql(`
  query PageScreeningChecklist($kind: PartnerKind!) {
    checklist(kind: $kind) {
      edition
      version
      passAt
      areaAt
      items { code area question weight knockOut evidence }
    }
  }
`);

export const SuspendPartner = graphql(`
  mutation PageSuspendPartner($id: ID!, $reason: String!, $key: String!) {
    suspendPartner(partnerId: $id, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Partner { id status suspendedAs }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const RevokeCertificate = graphql(`
  mutation PageRevokeCertificate($id: ID!, $reason: String!, $key: String!) {
    revokeCertificate(certificateId: $id, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Partner { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ReinstatePartner = graphql(`
  mutation PageReinstatePartner($id: ID!, $reason: String!, $key: String!) {
    reinstatePartner(partnerId: $id, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Partner { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const CosignCertificate = graphql(`
  mutation PageCosignCertificate($id: ID!, $key: String!) {
    cosignCertificate(certificateId: $id, idempotencyKey: $key) {
      __typename
      ... on Partner { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Freezes = graphql(`
  query PageFreezes($targetId: ID, $inForce: Boolean!, $first: Int, $after: String) {
    freezes(targetId: $targetId, inForce: $inForce, first: $first, after: $after) {
      nodes {
        id caseNumber target targetId capabilities reason imposedAt liftedAt liftReason
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const ImposeFreeze = graphql(`
  mutation PageImposeFreeze(
    $targetId: ID!, $caseNumber: String!, $reason: String!, $capabilities: [Capability!], $key: String!
  ) {
    imposeFreeze(
      targetId: $targetId, caseNumber: $caseNumber, reason: $reason, capabilities: $capabilities, idempotencyKey: $key
    ) {
      __typename
      ... on Freeze { id caseNumber }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const LiftFreeze = graphql(`
  mutation PageLiftFreeze($id: ID!, $reason: String!, $key: String!) {
    liftFreeze(freezeId: $id, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Freeze { id liftedAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ComplaintsToDecide = graphql(`
  query PageComplaintsToDecide($escalatedOnly: Boolean!, $first: Int, $after: String) {
    complaints(escalatedOnly: $escalatedOnly, first: $first, after: $after) {
      nodes {
        id orderId status text answer decision upheld openedAt answerBy escalated notGiven
        partner { id name }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const DecideComplaint = graphql(`
  mutation PageDecideComplaint($id: ID!, $upheld: Boolean!, $decision: String!, $key: String!) {
    decideComplaint(complaintId: $id, upheld: $upheld, decision: $decision, idempotencyKey: $key) {
      __typename
      ... on Complaint { id status upheld decision }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

/** Operators and regulators confirm each other's accounts. */
export const AccountsWait = graphql(`
  query PageAccountsWait {
    operators: accounts(role: OPERATOR, status: UNCONFIRMED, first: 50) {
      nodes { id createdAt }
      pageInfo { hasNextPage }
    }
    regulators: accounts(role: REGULATOR, status: UNCONFIRMED, first: 50) {
      nodes { id createdAt }
      pageInfo { hasNextPage }
    }
  }
`);

export const AccountsToConfirm = graphql(`
  query PageAccountsToConfirm($role: Role!, $first: Int, $after: String) {
    accounts(role: $role, status: UNCONFIRMED, first: $first, after: $after) {
      nodes { id login name role duties createdAt provenAt invitedById }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const ConfirmAccount = graphql(`
  mutation PageConfirmAccount($id: ID!, $key: String!) {
    confirmAccount(accountId: $id, idempotencyKey: $key) {
      __typename
      ... on Account { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

// Money
