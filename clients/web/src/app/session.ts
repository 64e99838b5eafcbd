// Who is signed in. The access token is in this page's memory alone; what goes on with it is in a cookie that no script
// reads. All tabs share that cookie, and it is good once: a lock lets one of them renew it at a time.

import { Client, fetchExchange } from "@urql/core";
import { useSyncExternalStore } from "react";
import { Refresh, SignIn, SignOut, StepUp } from "../documents/identity.ts";
import { GRAPHQL, type Refusal, answerOf, headers, passes, trusted } from "./wire.ts";

export interface Session {
  status: "unknown" | "nobody" | "somebody";
  role: string | null;
  /** Whose account it is: an id, which stands in the access token. */
  account: string | null;
}

const NOBODY: Session = { status: "nobody", role: null, account: null };

const LOCK = "yima-session";
const KEPT = "yima-role"; // of who is signed in here, so that the pages open without a network, too
const KEPT_ACCOUNT = "yima-account"; // likewise
const tabs = new BroadcastChannel(LOCK);

let current: Session = { ...NOBODY, status: "unknown" };
let token: { text: string; expiresAt: number } | null = null;
const listeners = new Set<() => void>();
const farewells = new Set<(chosen: boolean) => void>();

export const session = (): Session => current;

export function useSession(): Session {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, session);
}

/** What is to be done when a session ends: nothing of it stays on the device. Whether somebody chose to end it is said:
 * where it only ran out, they come back to what they were doing. */
export function atTheEnd(farewell: (chosen: boolean) => void): void {
  farewells.add(farewell);
}

/** The access token, if it is good for so many seconds more. */
export function freshToken(seconds: number): string | null {
  return token && token.expiresAt - Date.now() > seconds * 1_000 ? token.text : null;
}

function asking(): Client {
  const authorization = token ? { authorization: `Bearer ${token.text}` } : {};
  return new Client({
    url: GRAPHQL,
    preferGetMethod: false,
    fetchOptions: { headers: { ...headers(), ...authorization }, credentials: "same-origin" },
    exchanges: [trusted, fetchExchange],
  });
}

export const keptRole = (): string | null => localStorage.getItem(KEPT);

function begin(access: { accessToken: string; expiresAt: string; role: string }): void {
  token = { text: access.accessToken, expiresAt: Date.parse(access.expiresAt) };
  const account = subjectOf(access.accessToken);
  localStorage.setItem(KEPT, access.role);
  localStorage.setItem(KEPT_ACCOUNT, account);
  become({ status: "somebody", role: access.role, account });
}

/** Whom a token is about (RFC 7519); the gateway alone verifies it. */
function subjectOf(token: string): string {
  const claims = token.split(".")[1] ?? "";
  return (JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))) as { sub: string }).sub;
}

function become(next: Session): void {
  if (next.status === current.status && next.role === current.role && next.account === current.account) return;
  current = next;
  for (const listener of listeners) listener();
}

function end(chosen: boolean): void {
  token = null;
  localStorage.removeItem(KEPT);
  localStorage.removeItem(KEPT_ACCOUNT);
  for (const farewell of farewells) farewell(chosen);
  become(NOBODY);
}

/** Begins a session; the codes to recover an account with, where a second factor was confirmed just now. */
export async function signIn(login: string, password: string, code: string): Promise<readonly string[]> {
  const access = answerOf(await asking().mutation(SignIn, { login, password, code }).toPromise(), "signIn");
  begin(access);
  tabs.postMessage("signed in");
  return access.recoveryCodes;
}

/** Renew the access token by the browser's cookie. Who was signed in stays so, unless the answer is that the session is
 * over: without a network, and where the city has no answer now, it is asked for again with what is done next. */
export async function refresh(): Promise<void> {
  await navigator.locks.request(LOCK, async () => {
    try {
      begin(answerOf(await asking().mutation(Refresh, {}).toPromise(), "refreshAccess"));
    } catch (refused) {
      if (!passes(refused as Refusal)) {
        end(false);
        return;
      }
      const role = keptRole();
      become(role ? { status: "somebody", role, account: localStorage.getItem(KEPT_ACCOUNT) } : NOBODY);
    }
  });
}

/** Use the authenticator again in a session that goes on, before what is grave. */
export async function stepUp(code: string): Promise<void> {
  await navigator.locks.request(LOCK, async () => {
    begin(answerOf(await asking().mutation(StepUp, { code }).toPromise(), "stepUp"));
  });
}

export async function signOut(): Promise<void> {
  await asking().mutation(SignOut, {}).toPromise();
  end(true);
  tabs.postMessage("signed out");
}

tabs.onmessage = (message) => {
  if (message.data === "signed out") end(true);
  else void refresh();
};
