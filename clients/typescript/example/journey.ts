// A resident's journey: register, sign in, find a service, order and pay it, follow the order, show the health code.
//
//     npm ci && npm run generate && npm run build-example
//     node dist-example/journey.js http://127.0.0.1:8700/graphql
//
// Prints one JSON line a step.

import { randomUUID } from "node:crypto";
import { Client, fetchExchange, type TypedDocumentNode } from "@urql/core";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import {
  HealthCodeDocument,
  MeDocument,
  OfferingsDocument,
  OrderDocument,
  OrderStatusDocument,
  PlaceOrderDocument,
  RefreshAccessDocument,
  RegisterResidentDocument,
  SignInDocument,
  type OrderStatus,
} from "./generated/graphql.js";
import { print } from "graphql";

const url = process.argv[2] ?? "http://127.0.0.1:8700/graphql";

/** A session: an access token for minutes, and the refresh token that the next ones are had for, once. */
interface Session {
  accessToken: string;
  expiresAt: string;
  refreshToken?: string | null;
}
let session: Session | undefined;
let refreshing: Promise<void> | undefined;
const token = (): string => session?.accessToken ?? "";
const SPARE_MS = 60_000;

const client = new Client({
  url,
  exchanges: [fetchExchange],
  preferGetMethod: false,
  fetchOptions: () => ({
    headers: { "accept-language": "en", ...(token() ? { authorization: `Bearer ${token()}` } : {}) },
  }),
});

function tell(step: string, facts: unknown): void {
  console.log(JSON.stringify({ step, facts }));
}

/** What a mutation made; a refusal ends the journey with its code. */
function made<T extends { __typename?: string }>(result: T): Exclude<T, { code: string }> {
  if ("code" in result) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result as Exclude<T, { code: string }>;
}

async function refresh(): Promise<void> {
  const refreshToken = session?.refreshToken;
  if (!refreshToken) return;
  const refreshed = made((await send(RefreshAccessDocument, { refreshToken })).refreshAccess);
  if ("accessToken" in refreshed) session = refreshed;
}

/** Have an access token that is good for a while. One refresh at a time: one that is sent twice ends the session. */
async function fresh(now = false): Promise<void> {
  if (!session || (!now && Date.parse(session.expiresAt) - Date.now() > SPARE_MS)) return;
  refreshing ??= refresh().finally(() => (refreshing = undefined));
  await refreshing;
}

async function ask<D, V extends Record<string, unknown>>(document: TypedDocumentNode<D, V>, variables: V): Promise<D> {
  await fresh();
  return send(document, variables);
}

async function send<D, V extends Record<string, unknown>>(document: TypedDocumentNode<D, V>, variables: V): Promise<D> {
  const kind = document.definitions.some((node) => node.kind === "OperationDefinition" && node.operation === "mutation");
  const answer = await (kind ? client.mutation(document, variables) : client.query(document, variables)).toPromise();
  if (answer.error) throw answer.error;
  return answer.data as D;
}

/** Follow a subscription over graphql-transport-ws until `enough` says so. The gateway closes the socket with 4403 when
 * the access token is over; graphql-ws then connects again, and asks for the parameters again. */
async function follow<D, V extends Record<string, unknown>>(
  document: TypedDocumentNode<D, V>,
  variables: V,
  enough: (data: D) => boolean,
): Promise<void> {
  const socket = createClient({
    url: url.replace(/^http/, "ws"),
    webSocketImpl: WebSocket,
    connectionParams: async () => {
      await fresh();
      return { authorization: `Bearer ${token()}` };
    },
    retryAttempts: 3,
  });
  for await (const result of socket.iterate<D>({ query: print(document), variables })) {
    if (result.errors) throw new Error(JSON.stringify(result.errors));
    if (result.data && enough(result.data)) break;
  }
  await socket.dispose();
}

const run = randomUUID().slice(0, 8);
const login = `typescript-${run}@residents.example.org`;
const password = "a password of some length";

/** An identity number of nobody real: no area's code begins with 0. The last digit is a check digit (GB 11643). */
function fictionalNumber(birthDate: string): string {
  const random = (digits: number): string => String(Math.floor(Math.random() * 10 ** digits)).padStart(digits, "0");
  const digits = `0${random(5)}${birthDate.replaceAll("-", "")}${random(3)}`;
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (2 ** (17 - index) % 11), 0);
  return digits + "10X98765432"[sum % 11];
}

const birthDate = "1958-03-02";
const registered = made(
  (
    await ask(RegisterResidentDocument, {
      login,
      password,
      name: "Resident",
      birthDate,
      identityNumber: fictionalNumber(birthDate),
    })
  ).registerResident,
);
tell("registers", registered);

const signedIn = made((await ask(SignInDocument, { login, password })).signIn);
if (!("accessToken" in signedIn)) throw new Error("no token");
session = signedIn;
await fresh(true);
tell("signs in", (await ask(MeDocument, {})).me);

const found = await ask(OfferingsDocument, { first: 20 });
const offering = found.offerings?.edges.map((edge) => edge.node).find((node) => !node.bookingRequired);
if (!offering) throw new Error("nothing is on sale");
tell("finds", { title: offering.title, price: offering.price, partner: offering.partner?.name });

const placed = made(
  (
    await ask(PlaceOrderDocument, {
      // What the resident agrees to is what they were shown: another price, revision or wish for data is refused.
      input: {
        lines: [
          { offeringId: offering.id, offeringRevision: offering.revision, consentHash: offering.consentHash || null },
        ],
        expectedTotal: { amount: offering.price.amount, currency: offering.price.currency },
        paymentMethod: "sandbox:ok",
        consentGiven: true,
      },
      key: randomUUID(),
    })
  ).placeOrder,
);
if (!("id" in placed) || !placed.id) throw new Error("no order");
tell("orders", placed);

const seen: OrderStatus[] = [];
await follow(OrderStatusDocument, { orderId: placed.id }, ({ orderStatus }) => {
  seen.push(orderStatus.status);
  return orderStatus.status !== "PLACED";
});
tell("follows the order", seen);

const order = (await ask(OrderDocument, { id: placed.id })).order;
tell("sees what was reserved", order?.payment?.amount);

await follow(HealthCodeDocument, {}, ({ healthCode }) => {
  tell("shows the health code", { prefix: healthCode.text.slice(0, 4), expiresAt: healthCode.expiresAt });
  return true;
});
