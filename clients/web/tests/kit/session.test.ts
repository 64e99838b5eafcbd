import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { refresh, session } from "../../src/app/session.ts";

const TOKEN = `e30.${btoa(JSON.stringify({ sub: "an account" }))}.signed`;
const GOOD = { __typename: "AccessToken", accessToken: TOKEN, expiresAt: "2101-01-01T00:00:00Z", role: "RESIDENT" };
const refused = (code: string, retryAfterSeconds: number | null) => ({
  __typename: "Refused", code, title: "A title.", message: "A reason.", field: null, retryAfterSeconds,
});
const failed = (code: string, more: object = {}) => ({ errors: [{ message: "A reason.", extensions: { code, ...more } }] });

/** What a renewal comes to when the gateway answers so. */
async function renewed(answer: object, status = 200) {
  vi.stubGlobal("fetch", async () =>
    new Response(JSON.stringify(answer), { status, headers: { "content-type": "application/json" } }),
  );
  await refresh();
  return session().status;
}

describe("a session", () => {
  const locks = navigator.locks;
  const have = (value: object) => Object.defineProperty(navigator, "locks", { value, configurable: true });
  beforeAll(() => have({ request: (_name: string, run: () => Promise<void>) => run() }));
  afterAll(() => have(locks));
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ["a limit of the gateway's", failed("budget-spent", { retryAfterSeconds: 12 }), 429],
    ["a service that is away", { data: { refreshAccess: refused("unavailable", 1) } }, 200],
    ["a failure", failed("internal"), 500],
    ["what stands before the gateway", "<html>", 502],
  ])("goes on after %s", async (_what, answer, status) => {
    expect(await renewed({ data: { refreshAccess: GOOD } })).toBe("somebody");
    expect(await renewed(answer as object, status)).toBe("somebody");
    expect(session()).toMatchObject({ role: "RESIDENT", account: "an account" });
  });

  it.each(["refresh-refused", "refresh-token-reused"])("ends where it is over: %s", async (code) => {
    expect(await renewed({ data: { refreshAccess: GOOD } })).toBe("somebody");
    expect(await renewed({ data: { refreshAccess: refused(code, null) } })).toBe("nobody");
  });
});
