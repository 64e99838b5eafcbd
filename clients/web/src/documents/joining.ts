import { graphql } from "./graphql.ts";

export const RegisterInstitution = graphql(`
  mutation PageRegisterInstitution($name: LocalizedText!, $login: String!, $password: String!, $staffName: String!) {
    registerInstitution(name: $name, login: $login, password: $password, staffName: $staffName) {
      __typename
      ... on Institution { id confirmUntil }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const AcceptInvitation = graphql(`
  mutation PageAcceptInvitation($token: String!, $login: String!, $name: String!, $password: String!, $number: String!) {
    acceptInvitation(token: $token, login: $login, name: $name, password: $password, identityNumber: $number) {
      __typename
      ... on Account { id }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);
