import { graphql } from "./graphql.ts";

export const AppRequest = graphql(`
  query PageAppRequest($request: AppRequestInput!) {
    appRequest(request: $request) {
      clientId name partnerName redirectUri goesOn
      scopes { scope informationTypes }
    }
  }
`);

export const AuthorizeApp = graphql(`
  mutation PageAuthorizeApp(
    $request: AppRequestInput!, $scopes: [String!]!, $days: Int!, $residentId: ID!, $key: String!
  ) {
    authorizeApp(request: $request, scopes: $scopes, days: $days, residentId: $residentId, idempotencyKey: $key) {
      __typename
      ... on AppAuthorization { redirectUri code }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);
