// The built client against a server that fails as networks do, and webhooks as Standard Webhooks signs them.

import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import { test } from "node:test";
import { connect, isRefused, NotAnswered, NotGenuine, Partner, verify } from "../dist/index.js";
import { AcceptOrderDocument, PartnerOfferingsDocument, RefuseOrderDocument } from "../dist/generated/graphql.js";

/** A server that answers by the number of the request: null hangs up. Yields its address, and the bodies that came. */
async function aServer(answer, work) {
  const asked = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const part of request) text += part;
    asked.push(JSON.parse(text));
    const answered = answer(asked.length, asked.at(-1));
    if (answered === null) return request.socket.destroy();
    response.writeHead(answered.status ?? 200, { "content-type": answered.type ?? "application/json", ...answered.headers });
    response.end(typeof answered.body === "string" ? answered.body : JSON.stringify(answered.body));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await work(`http://127.0.0.1:${server.address().port}/graphql`, asked);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const accepted = { body: { data: { acceptOrder: { id: "ord_1", status: "ACCEPTED" } } } };
const refusal = (code) => ({ body: { data: { acceptOrder: { code, message: "no", field: null } } } });

test("what has a key is tried again with the same key when the network or a service fails", () =>
  aServer((number) => (number === 1 ? null : [refusal("unavailable"), { status: 502, type: "text/html", body: "<html>" }][number - 2] ?? accepted), async (url, asked) => {
    const order = await connect({ url }).run(AcceptOrderDocument, { orderId: "ord_1" });
    assert.equal(order.status, "ACCEPTED");
    assert.equal(asked.length, 4);
    assert.equal(new Set(asked.map((body) => body.variables.key)).size, 1);
  }));

test("what has no key and changes something is sent once", () =>
  aServer(() => null, async (url, asked) => {
    await assert.rejects(connect({ url }).run(RefuseOrderDocument, { orderId: "ord_1", reason: "closed" }), NotAnswered);
    assert.equal(asked.length, 1);
  }));

test("a refusal is thrown with its code, and not tried again", () =>
  aServer(() => refusal("not-permitted"), async (url, asked) => {
    const error = await connect({ url }).run(AcceptOrderDocument, { orderId: "ord_1" }).catch((caught) => caught);
    assert.ok(isRefused(error, "not-permitted"));
    assert.ok(!isRefused(error, "not-found"));
    assert.equal(asked.length, 1);
  }));

const event = (cursor) => `event: next\ndata: ${JSON.stringify({ data: { orderEvents: { cursor, kind: "PLACED", orderId: "ord_1" } } })}\n\n`;

test("a feed goes on after its last event when the connection or the token is over", () => {
  const expired = `data: ${JSON.stringify({ errors: [{ message: "over", extensions: { code: "token-expired" } }] })}\n\n`;
  const streams = [event("s1") + event("s2"), event("s3") + expired, null, event("s4")];
  return aServer((number) => (streams[number - 1] === null ? null : { type: "text/event-stream", body: streams[number - 1] }), async (url, asked) => {
    const seen = [];
    for await (const step of new Partner(connect({ url })).orderEvents("s0")) {
      seen.push(step.cursor);
      if (seen.length === 4) break;
    }
    assert.deepEqual(seen, ["s1", "s2", "s3", "s4"]);
    assert.deepEqual(asked.map((body) => body.variables.after), ["s0", "s2", "s3", "s3"]);
  });
});

test("pages are one iteration", () =>
  aServer((number) => ({ body: { data: { partnerOfferings: { nodes: [{ id: `off_${number}` }], pageInfo: { hasNextPage: number < 3, endCursor: `c${number}` } } } } }), async (url, asked) => {
    const ids = [];
    for await (const offering of connect({ url }).every(PartnerOfferingsDocument)) ids.push(offering.id);
    assert.deepEqual(ids, ["off_1", "off_2", "off_3"]);
    assert.deepEqual(asked.map((body) => body.variables.after), [undefined, "c1", "c2"]);
  }));

test("a list is read from its end, the last one first", () =>
  aServer((number) => ({ body: { data: { partnerOfferings: { nodes: [5, 6].map((at) => ({ id: `off_${at - 2 * (number - 1)}` })), pageInfo: { hasNextPage: number > 1, hasPreviousPage: number < 3, startCursor: `c${number}` } } } } }), async (url, asked) => {
    const ids = [];
    for await (const offering of connect({ url }).everyBackward(PartnerOfferingsDocument)) ids.push(offering.id);
    assert.deepEqual(ids, ["off_6", "off_5", "off_4", "off_3", "off_2", "off_1"]);
    assert.deepEqual(asked.map((body) => [body.variables.last, body.variables.before]), [[100, undefined], [100, "c1"], [100, "c2"]]);
  }));

test("an API key is exchanged before the first request, once for all of them", () => {
  const token = { accessToken: "t", expiresAt: new Date(Date.now() + 600_000).toISOString(), role: "PARTNER" };
  return aServer((_, body) => (body.query.includes("exchangeApiKey") ? { body: { data: { exchangeApiKey: token } } } : accepted), async (url, asked) => {
    const client = connect({ url, apiKey: "yk_1" });
    await Promise.all([1, 2, 3].map(() => client.run(AcceptOrderDocument, { orderId: "ord_1" })));
    assert.equal(asked.filter((body) => body.query.includes("exchangeApiKey")).length, 1);
  });
});

test("who has a key has another token where one is over before its time, and once", () => {
  const token = { body: { data: { exchangeApiKey: { accessToken: "t", expiresAt: new Date(Date.now() + 4e9).toISOString(), role: "PARTNER" } } } };
  const over = { body: { errors: [{ message: "over", extensions: { code: "unauthenticated" } }] } };
  return aServer((number) => [token, over, token, accepted, over, token, over][number - 1], async (url, asked) => {
    const client = connect({ url, apiKey: "yk_1" });
    assert.equal((await client.run(AcceptOrderDocument, { orderId: "ord_1" })).status, "ACCEPTED");
    const error = await client.run(AcceptOrderDocument, { orderId: "ord_1" }).catch((caught) => caught);
    assert.ok(isRefused(error, "unauthenticated"));
    assert.equal(asked.length, 7);
  });
});

test("what time it is there is what the last answer said, unless it is as here", () => {
  const dated = (ms) => ({ ...accepted, headers: { date: new Date(Date.now() + ms).toUTCString() } });
  return aServer((number) => dated(number === 1 ? 40 * 86_400_000 : 2_000), async (url) => {
    const client = connect({ url });
    await client.run(AcceptOrderDocument, { orderId: "ord_1" });
    assert.ok(Math.abs(client.now() - Date.now() - 40 * 86_400_000) < 5_000);
    await client.run(AcceptOrderDocument, { orderId: "ord_1" });
    assert.ok(Math.abs(client.now() - Date.now()) < 1_000);
  });
});

const secret = `whsec_${Buffer.from("a secret of some length").toString("base64")}`;
const body = JSON.stringify({ type: "order.confirmed", subject: "ord_1", sequence: 3, data: { orderId: "ord_1" } });

function signed(at = Math.floor(Date.now() / 1000)) {
  const key = Buffer.from(secret.slice(6), "base64");
  const signature = createHmac("sha256", key).update(`evt_1.${at}.${body}`).digest("base64");
  return { "Webhook-Id": "evt_1", "webhook-timestamp": String(at), "webhook-signature": `v1,AAAA v1,${signature}` };
}

test("a webhook is taken for genuine where whoever has the secret signed it now, and nowhere else", () => {
  const said = verify(secret, signed(), body);
  assert.deepEqual([said.id, said.type, said.subject, said.sequence], ["evt_1", "order.confirmed", "ord_1", 3]);
  assert.equal(verify(["whsec_AAAA", secret], new Headers(signed()), Buffer.from(body)).id, "evt_1");
  assert.throws(() => verify("whsec_AAAA", signed(), body), NotGenuine);
  assert.throws(() => verify(secret, signed(), body.replace("ord_1", "ord_2")), NotGenuine);
  assert.throws(() => verify(secret, signed(Math.floor(Date.now() / 1000) - 301), body), NotGenuine);
  assert.throws(() => verify(secret, { ...signed(), "Webhook-Id": undefined }, body), NotGenuine);
});

test("Ed25519 is verified with the public key alone", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const known = `whpk_${Buffer.from(publicKey.export({ format: "jwk" }).x, "base64url").toString("base64")}`;
  const headers = signed();
  const text = Buffer.from(`evt_1.${headers["webhook-timestamp"]}.${body}`);
  headers["webhook-signature"] = `v1a,${sign(null, text, privateKey).toString("base64")}`;
  assert.equal(verify(known, headers, body).id, "evt_1");
  assert.throws(() => verify(known, headers, `${body} `), NotGenuine);
});
