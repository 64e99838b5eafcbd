import { graphql } from "./graphql.ts";

export const SignIn = graphql(`
  mutation PageSignIn($login: String!, $password: String!, $code: String!) {
    signIn(login: $login, password: $password, code: $code) {
      __typename
      ... on AccessToken { accessToken expiresAt role recoveryCodes }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Refresh = graphql(`
  mutation PageRefresh {
    refreshAccess(refreshToken: "") {
      __typename
      ... on AccessToken { accessToken expiresAt role }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const StepUp = graphql(`
  mutation PageStepUp($code: String!) {
    stepUp(code: $code) {
      __typename
      ... on AccessToken { accessToken expiresAt role }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const SignOut = graphql(`
  mutation PageSignOut {
    signOut {
      __typename
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Register = graphql(`
  mutation PageRegister(
    $login: String!, $password: String!, $name: String!, $birthDate: String!, $identityNumber: String!
  ) {
    registerResident(
      login: $login, password: $password, name: $name, birthDate: $birthDate, identityNumber: $identityNumber
    ) {
      __typename
      ... on Resident { id confirmUntil provenAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ConfirmRegistration = graphql(`
  mutation PageConfirmRegistration($registeredId: ID!, $code: String!) {
    confirmRegistration(registeredId: $registeredId, code: $code) {
      __typename
      ... on ConfirmedContact { address }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Prove = graphql(`
  mutation PageProve($identityNumber: String!, $key: String!) {
    proveResident(identityNumber: $identityNumber, idempotencyKey: $key) {
      __typename
      ... on Resident { id name provenAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Me = graphql(`
  query PageMe {
    me {
      role
      resident { id name birthDate provenAt }
      dependants { id name birthDate provenAt }
      practitioner { id name title }
      institution { id name }
    }
  }
`);

export const HealthCodes = graphql(`
  mutation PageHealthCodes($count: Int!, $residentId: ID) {
    prefetchHealthCodes(count: $count, residentId: $residentId) {
      __typename
      ... on HealthCodes { codes { text notBefore expiresAt } }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ScansOf = graphql(`
  query PageScans($residentId: ID!, $after: String) {
    scans(residentId: $residentId, first: 10, after: $after) {
      nodes { scanId scannedAt partnerName practitionerName practitionerTitle place city printed late }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const PrintedCodeOf = graphql(`
  query PagePrintedCode($residentId: ID!) {
    printedCode(residentId: $residentId) { residentId printedAt expiresAt }
  }
`);

export const PrintHealthCode = graphql(`
  mutation PagePrintHealthCode($residentId: ID!) {
    printHealthCode(residentId: $residentId) {
      __typename
      ... on PrintedCode { residentId text printedAt expiresAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const EndPrintedCode = graphql(`
  mutation PageEndPrintedCode($residentId: ID!, $key: String!) {
    endPrintedCode(residentId: $residentId, idempotencyKey: $key) {
      __typename
      ... on EndedPrintedCode { residentId endedAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);
