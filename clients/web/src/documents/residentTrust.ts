import { graphql } from "./graphql.ts";

export const EmergencySliceOf = graphql(`
  query PageEmergencySlice($residentId: ID!) {
    emergencySlice(residentId: $residentId) {
      residentId bloodGroup allergies contactName contactTelephone givenAt
    }
  }
`);

export const PutEmergencySlice = graphql(`
  mutation PagePutEmergencySlice(
    $residentId: ID!, $bloodGroup: String!, $allergies: [String!], $contactName: String!, $contactTelephone: String!,
    $key: String!
  ) {
    putEmergencySlice(
      residentId: $residentId, bloodGroup: $bloodGroup, allergies: $allergies, contactName: $contactName,
      contactTelephone: $contactTelephone, idempotencyKey: $key
    ) {
      __typename
      ... on EmergencySlice { residentId givenAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const WithdrawEmergencySlice = graphql(`
  mutation PageWithdrawEmergencySlice($residentId: ID!, $key: String!) {
    withdrawEmergencySlice(residentId: $residentId, idempotencyKey: $key) {
      __typename
      ... on EmergencySlice { residentId withdrawnAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const VisitRules = graphql(`
  query PageVisitRules($after: String) {
    visitRules(first: 20, after: $after) {
      nodes {
        id residentId institutionKinds informationTypes hoursFrom hoursUntil wholeInstitution sensitiveCategories
        historyDays setAt endedAt
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const SetVisitRule = graphql(`
  mutation PageSetVisitRule(
    $residentId: ID!, $informationTypes: [String!]!, $institutionKinds: [PartnerKind!], $hoursFrom: String,
    $hoursUntil: String, $wholeInstitution: Boolean!, $historyDays: Int!, $key: String!
  ) {
    setVisitRule(
      residentId: $residentId, informationTypes: $informationTypes, institutionKinds: $institutionKinds,
      hoursFrom: $hoursFrom, hoursUntil: $hoursUntil, wholeInstitution: $wholeInstitution, historyDays: $historyDays,
      idempotencyKey: $key
    ) {
      __typename
      ... on VisitRule { id }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const EndVisitRule = graphql(`
  mutation PageEndVisitRule($id: ID!, $key: String!) {
    endVisitRule(visitRuleId: $id, idempotencyKey: $key) {
      __typename
      ... on VisitRule { id endedAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Guardianships = graphql(`
  query PageGuardianships($after: String) {
    guardianships(first: 20, after: $after) {
      nodes { id guardianId guardianName residentId residentName acts since until basis forMinor }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const GuardianshipProposals = graphql(`
  query PageGuardianshipProposals {
    guardianshipProposals(status: OPEN, first: 20) {
      nodes {
        id guardianId guardianName guardianBirthDate residentId residentName residentBirthDate acts until proposedAt
        expiresAt forMinor yoursToAnswer
      }
    }
  }
`);

export const AddDependant = graphql(`
  mutation PageAddDependant($name: String!, $birthDate: String!, $identityNumber: String!, $key: String!) {
    addDependant(name: $name, birthDate: $birthDate, identityNumber: $identityNumber, idempotencyKey: $key) {
      __typename
      ... on Resident { id name provenAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ProposeGuardianship = graphql(`
  mutation PageProposeGuardianship(
    $acts: [GuardianAct!]!, $guardianId: ID, $residentId: ID, $until: DateTime, $key: String!
  ) {
    proposeGuardianship(
      acts: $acts, guardianId: $guardianId, residentId: $residentId, until: $until, idempotencyKey: $key
    ) {
      __typename
      ... on GuardianshipProposal { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ConfirmGuardianship = graphql(`
  mutation PageConfirmGuardianship($id: ID!, $key: String!) {
    confirmGuardianship(proposalId: $id, idempotencyKey: $key) {
      __typename
      ... on GuardianshipProposal { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const DeclineGuardianship = graphql(`
  mutation PageDeclineGuardianship($id: ID!, $key: String!) {
    declineGuardianship(proposalId: $id, idempotencyKey: $key) {
      __typename
      ... on GuardianshipProposal { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const EndGuardianship = graphql(`
  mutation PageEndGuardianship($residentId: ID!, $guardianId: ID, $reason: String!, $key: String!) {
    endGuardianship(residentId: $residentId, guardianId: $guardianId, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Guardianship { residentId }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);
