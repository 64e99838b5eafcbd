// Webhooks: is what came genuine, and what does it say? In one line:
//
//     const event = verify(secret, request.headers, body);
//
// Signatures are those of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 with a secret that both know
// (`whsec_…`), or Ed25519 with the city's public key (`whpk_…`). While a secret is rotated both sign.

import { createHmac, createPublicKey, timingSafeEqual, verify as signatureHolds } from "node:crypto";

const TOLERANCE_SECONDS = 300; // what was signed longer ago, or is of the future, may be a replay
const ED25519_DER = Buffer.from("302a300506032b6570032100", "hex"); // what comes before a key's 32 bytes in DER

/** What came is not signed by whoever has the secret, or not now. Answer it with 400 and do nothing. */
export class NotGenuine extends Error {
  override readonly name = "NotGenuine";
}

/** What happened, as a webhook says it. */
export interface WebhookEvent {
  /** The same whenever it is sent again: deal with each once. */
  readonly id: string;
  /** Such as `order.confirmed`. */
  readonly type: string;
  /** What it is about, such as `ord_…`. */
  readonly subject: string;
  /** Grows with each event of one subject; 0 where it has none. */
  readonly sequence: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** All of what came. */
  readonly body: Readonly<Record<string, unknown>>;
}

type Headers_ = Headers | Readonly<Record<string, string | string[] | undefined>>;

/** The event that a request brings. `secret` is the endpoint's, or both of them while it is rotated; `body` is what came,
 * byte for byte. Throws `NotGenuine`. */
export function verify(
  secret: string | readonly string[],
  headers: Headers_,
  body: string | Uint8Array,
  { now = Date.now(), toleranceSeconds = TOLERANCE_SECONDS } = {},
): WebhookEvent {
  const [id, sentAt, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => {
    const value = header(headers, name);
    if (!value) throw new NotGenuine(`there is no header ${name}`);
    return value;
  }) as [string, string, string];
  if (!/^[0-9]{1,12}$/.test(sentAt)) throw new NotGenuine("the header webhook-timestamp is no number of seconds");
  if (Math.abs(now / 1000 - Number(sentAt)) > toleranceSeconds)
    throw new NotGenuine(`it was signed more than ${toleranceSeconds} seconds ago, or clocks differ`);
  const signed = Buffer.concat([Buffer.from(`${id}.${sentAt}.`), Buffer.from(body)]);
  const secrets = typeof secret === "string" ? [secret] : secret;
  const genuine = signatures.split(/\s+/).some((written) => {
    const [scheme = "", text = ""] = written.split(",");
    return secrets.some((each) => holds(each, signed, scheme, Buffer.from(text, "base64")));
  });
  if (!genuine) throw new NotGenuine("no signature is of this secret; is it this endpoint's, and is the body what came?");
  return eventOf(id, Buffer.from(body).toString("utf8"));
}

function header(headers: Headers_, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const entry = Object.entries(headers).find(([each]) => each.toLowerCase() === name);
  const value = entry?.[1];
  return Array.isArray(value) ? value.join(" ") : value;
}

function holds(secret: string, signed: Buffer, scheme: string, signature: Buffer): boolean {
  if (secret.startsWith("whpk_")) {
    const key = Buffer.from(secret.slice("whpk_".length), "base64");
    if (scheme !== "v1a" || key.length !== 32 || signature.length !== 64) return false;
    const der = createPublicKey({ key: Buffer.concat([ED25519_DER, key]), format: "der", type: "spki" });
    return signatureHolds(null, signed, der, signature);
  }
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const right = createHmac("sha256", key).update(signed).digest();
  return scheme === "v1" && right.length === signature.length && timingSafeEqual(right, signature);
}

function eventOf(id: string, text: string): WebhookEvent {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new NotGenuine("the body is no JSON object");
  const said = body as Record<string, unknown>;
  const data = typeof said["data"] === "object" && said["data"] !== null ? said["data"] : {};
  return {
    id,
    type: String(said["type"] ?? ""),
    subject: String(said["subject"] ?? ""),
    sequence: Number(said["sequence"] ?? 0),
    data: data as Record<string, unknown>,
    body: said,
  };
}
