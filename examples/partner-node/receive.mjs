// A partner's backend that is told of everything by webhooks. `yima conform` is passed by it. The same as
// `examples/partner/receive.py`, with Node.
//
//     npm install yima-client
//     YIMA_URL=http://127.0.0.1:8700/graphql YIMA_API_KEY=yk_… node receive.mjs
//
// It keeps in the folder YIMA_FOLDER: `webhook-secrets`, the endpoint's secret, and the one before it on a line of its own
// while it is rotated; `signing-key.pem`; and `books.jsonl`, a journal, where each event is written before it is answered,
// and dealt with after. Killed at any moment and started again, it loses nothing and does nothing twice. It listens on YIMA_PORT and
// prints a JSON line a step.

import { existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isRefused, NotGenuine, Partner, StatementKey, verify } from "yima-client";
import { AttestErasureDocument, ConfirmStatementDocument, DisputeStatementDocument } from "yima-client/documents";

const { YIMA_URL: url, YIMA_API_KEY: apiKey, YIMA_FOLDER: folder = ".", YIMA_PORT = "0" } = process.env;
if (!url || !apiKey) throw new Error("say YIMA_URL and YIMA_API_KEY");

const partner = new Partner({ url, apiKey });
const key = new StatementKey(readFileSync(join(folder, "signing-key.pem"), "utf8"));

// The books: what was written in the journal before, read again.
const events = new Map(); // by id, in the order in which they came
const began = new Map(); // how often, by order
const open = new Set();
const kept = new Map();
const entries = {
  event: ({ id, body }) => events.has(id) || events.set(id, { body, done: false }),
  done: ({ id }) => (events.get(id).done = true),
  begin: ({ order, report }) => {
    began.set(order, (began.get(order) ?? 0) + 1);
    open.add(order);
    kept.set(order, report);
  },
  stop: ({ order }) => open.delete(order),
  erase: ({ order }) => kept.delete(order),
  refund: () => {},
};
const file = join(folder, "books.jsonl");
for (const line of existsSync(file) ? readFileSync(file, "utf8").split("\n") : []) {
  let said;
  try {
    said = JSON.parse(line);
  } catch {
    continue; // empty, or cut off by a kill
  }
  const { entry, ...facts } = said;
  entries[entry](facts);
}
const journal = openSync(file, "a");

/** Write something down, on the disk before anybody is answered: a real backend uses a database. */
function note(entry, facts) {
  writeSync(journal, `\n${JSON.stringify({ entry, ...facts })}`); // what was cut off before ends here
  fsyncSync(journal);
  entries[entry](facts);
}

function tell(step, facts = {}) {
  console.log(JSON.stringify({ step, ...facts }));
}

/** What a run of conformance asks: how often an order was begun, whether it is open, whether a thing is kept. */
function knownOf(order) {
  return { began: began.get(order) ?? 0, open: open.has(order), holds: kept.has(order) };
}

/** Answer a request: the event is written down, once. */
function receive(headers, body) {
  let event;
  try {
    event = verify(readFileSync(join(folder, "webhook-secrets"), "utf8").split(/\s+/).filter(Boolean), headers, body);
  } catch (error) {
    if (!(error instanceof NotGenuine)) throw error;
    return [400, { error: error.message }];
  }
  if (event.type === "webhook.inquiry") return [200, knownOf(String(event.data.orderId))];
  if (!events.has(event.id)) note("event", { id: event.id, body: body.toString("utf8") });
  void work();
  return [204, undefined];
}

const AWAY = ["unavailable", "busy", "internal"]; // what is refused so is tried again
let working = false;

/** Deal with events in the order in which they came, those of before a restart first. */
async function work() {
  if (working) return;
  working = true;
  try {
    for (const [id, event] of events) {
      // what is added meanwhile comes in this loop too
      if (event.done) continue;
      const { type, data } = JSON.parse(event.body);
      try {
        await dealWith(type, data);
      } catch (error) {
        if (!isRefused(error) || AWAY.includes(error.code)) {
          tell("tries again", { type, error: String(error.code ?? error) });
          setTimeout(work, 1000);
          return; // the same again, and what came after it then
        }
        tell("refused", { type, code: error.code, message: error.message }); // cancelled in between, for example
      }
      note("done", { id });
    }
  } finally {
    working = false;
  }
}

async function dealWith(type, data) {
  switch (type) {
    case "order.confirmed":
      return serve(data.orderId);
    case "order.objection_ended":
      return fulfil(data.orderId);
    case "order.cancelled":
    case "order.refused":
    case "order.expired":
    case "consent.revoked":
      return stop(data.orderId);
    case "erasure.due":
      note("erase", { order: data.orderId });
      await partner.client.run(AttestErasureDocument, { consentId: data.consentId, method: "CLEAR" });
      return tell("erased", { order: data.orderId });
    case "refund.made":
      return note("refund", { order: data.orderId, amount: data.amount });
    case "statement.issued":
      return reconcile(data.statementId);
  }
}

/** Accept an order, give what it is for, and say so. */
async function serve(orderId) {
  const order = await partner.order(orderId);
  if (!order || !["CONFIRMED", "ACCEPTED"].includes(order.status)) return; // cancelled before we were told of it
  if (!knownOf(orderId).began) note("begin", { order: orderId, report: "within the usual range" });
  if (order.status === "CONFIRMED") await partner.accept(orderId);
  for (const line of order.lines)
    if (!line.proven) await state(orderId, key.statement(orderId, line.id, `report-${line.id}`, partner.client.now()));
  stop(orderId);
  tell("served", { order: orderId });
  await fulfil(orderId);
}

/** Say that all was given. While its resident may object to our word for it, that waits until we are told. */
async function fulfil(orderId) {
  try {
    await partner.fulfil(orderId);
  } catch (error) {
    if (!isRefused(error, "objection-open")) throw error;
  }
}

function stop(orderId) {
  if (open.has(orderId)) note("stop", { order: orderId });
}

/** Hand a statement in. A key that was registered just now takes a moment to be known. */
async function state(orderId, statement, tries = 20) {
  try {
    await partner.state(orderId, statement);
  } catch (error) {
    if (!isRefused(error, "statement-refused") || tries === 0) throw error;
    await pause(500);
    await state(orderId, statement, tries - 1);
  }
}

/** Agree with a statement on which every order is one that we began; disagree with any other. */
async function reconcile(statementId) {
  const text = Buffer.from(await partner.statementDocument(statementId, "CSV")).toString("utf8");
  const orders = new Set(text.match(/\bord_[0-9a-f]{32}\b/g) ?? []);
  const others = [...orders].filter((order) => !began.has(order));
  if (others.length === 0) await partner.client.run(ConfirmStatementDocument, { statementId });
  else await partner.client.run(DisputeStatementDocument, { statementId, reason: `we know nothing of ${others[0]}` });
  tell("reconciled", { statement: statementId, orders: orders.size, agreed: others.length === 0 });
}

const server = createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const [status, said] = receive(request.headers, Buffer.concat(parts));
    response.writeHead(status, { "content-type": "application/json" }).end(said && JSON.stringify(said));
  });
});
server.listen(Number(YIMA_PORT), "127.0.0.1", () => {
  tell("listens", { url: `http://127.0.0.1:${server.address().port}/yima` });
  void work();
});
