// A gateway that makes its answers up: every document of the pages is carried out on the schema that the gateway has, and
// each field answers something of its type. What a page needs to be otherwise is said by type and field.

import { readFileSync } from "node:fs";
import { buildSchema, execute, getNamedType, type GraphQLOutputType, isEnumType, isListType, isNonNullType, isScalarType, isUnionType, type DocumentNode } from "graphql";
import { Provider } from "urql";
import type { ReactNode } from "react";
import { vi } from "vitest";
import { client } from "../../src/app/client.ts";
import * as documents from "../../src/documents/index.ts";

export type MadeUp = Readonly<Record<string, unknown>>;

const SCHEMA = buildSchema(
  readFileSync(`${import.meta.dirname}/../../../../gateway/schema.graphql`, "utf-8"),
  { assumeValidSDL: true },
);
const A_MOMENT = 100; // milliseconds
const SCALARS: Readonly<Record<string, unknown>> = {
  Int: 1,
  Float: 1,
  Boolean: true,
  DateTime: "2030-01-01T08:00:00Z",
  Date: "2030-01-01",
  Decimal: "10.00",
};
const TEXTS = new Map(
  Object.values(documents as Record<string, DocumentNode>).flatMap((document) => {
    const operation = document.definitions.find((definition) => definition.kind === "OperationDefinition");
    return operation?.name ? [[operation.name.value, document] as const] : [];
  }),
);

function madeUp(type: GraphQLOutputType, name: string): unknown {
  if (isNonNullType(type)) return madeUp(type.ofType, name);
  if (isListType(type)) return [madeUp(type.ofType, name)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isScalarType(type)) {
    if (type.name in SCALARS) return SCALARS[type.name];
    if (/(date|until)$/i.test(name)) return "2030-01-01";
    if (name === "currency") return "CNY";
    return name === "amount" ? "10.00" : `a ${name}`;
  }
  return { __typename: isUnionType(type) ? type.getTypes().find((each) => each.name !== "Refused")?.name : getNamedType(type).name };
}

/** What a request asks for: a query in its address, a mutation in its body. */
function asked(address: string, body: string | undefined): { operationName: string; variables: Record<string, unknown> } {
  if (body !== undefined) return JSON.parse(body);
  const given = new URL(address, window.location.href).searchParams;
  return { operationName: given.get("operationName") ?? "", variables: JSON.parse(given.get("variables") ?? "{}") };
}

let waiting = 0; // requests

/** Nothing is asked for any more. */
export const isQuiet = (): boolean => waiting === 0;

/** Answers everything that is asked for from now on; what was carried out is in the list that it returns. */
export function gatewayOf(otherwise: MadeUp = {}): string[] {
  const carriedOut: string[] = [];
  vi.stubGlobal("fetch", async (address: string, request: { body?: string }) => {
    waiting += 1;
    try {
      return await answerTo(address, request.body);
    } finally {
      waiting -= 1;
    }
  });

  async function answerTo(address: string, body: string | undefined): Promise<Response> {
    const { operationName, variables } = asked(address, body);
    const document = TEXTS.get(operationName);
    if (!document) throw new Error(`nobody knows ${operationName}`);
    const isMutation = document.definitions.some((each) => each.kind === "OperationDefinition" && each.operation === "mutation");
    if (isMutation) {
      carriedOut.push(operationName);
      await new Promise((answered) => setTimeout(answered, A_MOMENT)); // in which somebody taps again
    }
    const answer = await execute({
      schema: SCHEMA,
      document,
      variableValues: variables,
      rootValue: {},
      fieldResolver: (source: Record<string, unknown>, _args, _context, info) => {
        const named = `${info.parentType.name}.${info.fieldName}`;
        if (named in otherwise) return otherwise[named];
        if (named === "City.timeZone") return "Asia/Shanghai";
        if (info.fieldName in source) return source[info.fieldName];
        return madeUp(info.returnType, info.fieldName);
      },
      typeResolver: (value: { __typename?: string }) => value.__typename,
    });
    if ("errors" in answer) console.error(operationName, JSON.stringify(answer.errors));
    return new Response(JSON.stringify(answer), { headers: { "content-type": "application/json" } });
  }
  return carriedOut;
}

export function Asking({ children }: { children: ReactNode }) {
  return <Provider value={client}>{children}</Provider>;
}
