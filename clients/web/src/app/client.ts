import { authExchange } from "@urql/exchange-auth";
import { Client, cacheExchange, fetchExchange, type TypedDocumentNode } from "@urql/core";
import { freshToken, refresh, session } from "./session.ts";
import { GRAPHQL, answerOf, headers, trusted } from "./wire.ts";

const SECONDS_BEFORE_ITS_END = 30; // a token is renewed so long before it is over

/** What the pages ask the gateway with: signed in, where somebody is, with a token that is good. */
export const client = new Client({
  url: GRAPHQL,
  preferGetMethod: false,
  requestPolicy: "cache-and-network",
  fetchOptions: () => ({ headers: headers(), credentials: "same-origin" }),
  exchanges: [
    cacheExchange,
    authExchange(async (utils) => ({
      addAuthToOperation(operation) {
        const token = freshToken(0);
        return token ? utils.appendHeaders(operation, { authorization: `Bearer ${token}` }) : operation;
      },
      willAuthError: () => session().status === "somebody" && !freshToken(SECONDS_BEFORE_ITS_END),
      didAuthError: (error) => session().status === "somebody" && error.response?.status === 401,
      refreshAuth: refresh,
    })),
    trusted,
    fetchExchange,
  ],
});

/** Carries out a mutation; throws the `Refusal` that it was answered with. */
export async function carryOut<Result, Variables extends Record<string, unknown>, Key extends keyof Result & string>(
  document: TypedDocumentNode<Result, Variables>,
  field: Key,
  variables: Variables,
) {
  return answerOf<Result, Key>(await client.mutation(document, variables).toPromise(), field);
}
