import { graphql } from "./graphql.ts";

export const Profile = graphql(`
  query PageProfile {
    me {
      role
      resident { id name birthDate provenAt district districtSource districtSaidAt }
      contacts { address confirmedAt }
    }
    city { districts { code name parent } }
  }
`);

export const CorrectResident = graphql(`
  mutation PageCorrectResident($name: String!, $birthDate: String!, $identityNumber: String!, $key: String!) {
    correctResident(name: $name, birthDate: $birthDate, identityNumber: $identityNumber, idempotencyKey: $key) {
      __typename
      ... on Resident { id name birthDate provenAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const SetHomeDistrict = graphql(`
  mutation PageSetHomeDistrict($district: String!, $key: String!) {
    setHomeDistrict(district: $district, idempotencyKey: $key) {
      __typename
      ... on Resident { id district districtSource districtSaidAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const RequestContactCode = graphql(`
  mutation PageRequestContactCode($address: String!) {
    requestContactCode(address: $address) {
      __typename
      ... on SentCode { id expiresAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ConfirmContact = graphql(`
  mutation PageConfirmContact($codeId: String!, $code: String!) {
    confirmContact(codeId: $codeId, code: $code) {
      __typename
      ... on ConfirmedContact { address confirmedAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ChangePassword = graphql(`
  mutation PageChangePassword($currentPassword: String!, $newPassword: String!, $key: String!) {
    changePassword(currentPassword: $currentPassword, newPassword: $newPassword, idempotencyKey: $key) {
      __typename
      ... on SessionsEnded { sessions }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const SignOutEverywhere = graphql(`
  mutation PageSignOutEverywhere {
    signOutEverywhere {
      __typename
      ... on SessionsEnded { sessions }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const BeginSecondFactor = graphql(`
  mutation PageBeginSecondFactor($login: String!, $password: String!) {
    beginSecondFactor(login: $login, password: $password) {
      __typename
      ... on SecondFactor { secret uri }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const EndSecondFactor = graphql(`
  mutation PageEndSecondFactor($code: String!) {
    endSecondFactor(code: $code) {
      __typename
      ... on SessionsEnded { sessions }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Passkeys = graphql(`
  query PagePasskeys {
    passkeys { id name createdAt lastUsedAt synced }
  }
`);

export const BeginPasskey = graphql(`
  mutation PageBeginPasskey($login: String!, $password: String!) {
    beginPasskey(login: $login, password: $password) {
      __typename
      ... on PasskeyCeremony { id options }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const AddPasskey = graphql(`
  mutation PageAddPasskey {
    addPasskey {
      __typename
      ... on PasskeyCeremony { id options }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const FinishPasskey = graphql(`
  mutation PageFinishPasskey($ceremonyId: String!, $name: String!, $credential: String!) {
    finishPasskey(ceremonyId: $ceremonyId, name: $name, credential: $credential) {
      __typename
      ... on AddedPasskey { passkey { id name } recoveryCodes }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const RemovePasskey = graphql(`
  mutation PageRemovePasskey($id: ID!, $key: String!) {
    removePasskey(passkeyId: $id, idempotencyKey: $key) {
      __typename
      ... on Passkey { id }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Devices = graphql(`
  query PageDevices($residentId: ID!, $after: String) {
    devices(residentId: $residentId, first: 20, after: $after) {
      nodes {
        id serial status boundAt lastReceivedAt endedAt
        model { name maker kind }
        institution { name }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const AnswerDevice = graphql(`
  mutation PageAnswerDevice($id: ID!, $agreed: Boolean!, $key: String!) {
    answerDevice(deviceId: $id, agreed: $agreed, idempotencyKey: $key) {
      __typename
      ... on Device { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const EndDevice = graphql(`
  mutation PageEndDevice($id: ID!, $reason: DeviceEndReason!, $key: String!) {
    endDevice(deviceId: $id, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Device { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Sessions = graphql(`
  query PageSessions {
    sessions { id beganAt lastsUntil factors current }
  }
`);

export const EndSession = graphql(`
  mutation PageEndSession($id: ID!, $key: String!) {
    endSession(sessionId: $id, idempotencyKey: $key) {
      __typename
      ... on SessionsEnded { sessions }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);
