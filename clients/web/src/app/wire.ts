// How the pages speak to the gateway: documents by their hash, the session by a cookie, refusals as the gateway words
// them.

import { i18n } from "@lingui/core";
import { t } from "@lingui/core/macro";
import { persistedExchange } from "@urql/exchange-persisted";
import hashes from "virtual:document-hashes";

export const GRAPHQL = "/graphql";
export const UNREACHABLE = "unreachable";

/** The pages send the hash of a document, never its text: the gateway knows them all. */
export const trusted = persistedExchange({
  enforcePersistedQueries: true,
  enableForMutation: true,
  generateHash: async (_text, document) => {
    const operation = document.definitions.find((definition) => definition.kind === "OperationDefinition");
    return hashes[operation?.name?.value ?? ""] ?? "";
  },
});

export function headers(): Record<string, string> {
  return { "yima-session": "cookie", "accept-language": i18n.locale };
}

/** What the gateway did not do: why, which field it is about, and when to try again. */
export interface Refusal {
  code: string;
  message: string;
  field: string | null;
  retryAfterSeconds: number | null;
}

/** Will the same be answered otherwise, tried again: is it a network's, a limit's or a failure's refusal? */
export const passes = ({ code, retryAfterSeconds }: Refusal): boolean =>
  code === UNREACHABLE || code === "internal" || (retryAfterSeconds ?? 0) > 0;

interface Failure {
  graphQLErrors: readonly { message: string; extensions?: unknown }[];
}

type Done<Result, Key extends keyof Result> = Exclude<NonNullable<Result[Key]>, { __typename: "Refused" }>;

/** What a mutation made; throws the `Refusal` it was answered with instead. */
export function answerOf<Result, Key extends keyof Result & string>(
  result: { data?: Result | undefined; error?: Failure | undefined },
  field: Key,
): Done<Result, Key> {
  const answer = result.data?.[field] as (Refusal & { __typename?: string }) | null | undefined;
  if (!answer) throw refusalOf(result.error);
  if (answer.__typename === "Refused") throw { ...answer } satisfies Refusal;
  return answer as unknown as Done<Result, Key>;
}

export function refusalOf(error: Failure | undefined): Refusal {
  const first = error?.graphQLErrors[0];
  const more = (first?.extensions ?? {}) as Partial<Refusal>;
  return {
    code: more.code ?? UNREACHABLE,
    message: first?.message ?? t`Yima cannot be reached. Check your connection, then try again.`,
    field: more.field ?? null,
    retryAfterSeconds: more.retryAfterSeconds ?? null,
  };
}
