// A partner's backend, whole: it puts an offering on sale, accepts orders as they are confirmed, states that it served,
// and fetches its statements. The same as `examples/partner`, with Node.
//
//     npm install yima-client
//     YIMA_URL=http://127.0.0.1:8700/graphql YIMA_API_KEY=yk_… node serve.mjs
//
// It keeps its signing key and the cursor of the last event it dealt with in the folder YIMA_FOLDER: started again, it goes
// on where it was. Prints a JSON line a step. With YIMA_ORDERS it ends after so many orders.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isRefused, OLDEST, Partner, StatementKey } from "yima-client";
import { MeDocument } from "yima-client/documents";

const { YIMA_URL: url, YIMA_API_KEY: apiKey, YIMA_FOLDER: folder = ".", YIMA_OFFERING: manifest, YIMA_ORDERS = "0" } = process.env;
if (!url || !apiKey) throw new Error("say YIMA_URL and YIMA_API_KEY");

function tell(step, facts = {}) {
  console.log(JSON.stringify({ step, ...facts }));
}

/** The key that statements are signed with. Register its public half once, as a person: `registerSigningKey`. */
function signingKey() {
  const file = join(folder, "signing-key.pem");
  if (!existsSync(file)) writeFileSync(file, new StatementKey().pem, { mode: 0o600 });
  return new StatementKey(readFileSync(file, "utf8"));
}

/** Accept an order, give what it is for, and say so. Done twice, it does nothing twice. */
async function serve(partner, key, orderId) {
  const order = await partner.order(orderId);
  if (!order || !["CONFIRMED", "ACCEPTED"].includes(order.status)) return;
  if (order.status === "CONFIRMED") await partner.accept(orderId);
  for (const line of order.lines)
    if (!line.proven) await state(partner, orderId, key.statement(orderId, line.id, `report-${line.id}`, partner.client.now()));
  tell("served", { order: orderId });
}

/** Hand a statement in. A key that was registered just now takes a moment to be known. */
async function state(partner, orderId, statement, tries = 20) {
  try {
    await partner.state(orderId, statement);
  } catch (error) {
    if (!isRefused(error, "statement-refused") || tries === 0) throw error;
    await pause(500);
    await state(partner, orderId, statement, tries - 1);
  }
}

const key = signingKey();
const kept = join(folder, "cursor");
const cursor = existsSync(kept) ? readFileSync(kept, "utf8") : OLDEST;
const partner = new Partner({ url, apiKey });
tell("signed in", { standing: (await partner.client.run(MeDocument)).role });
if (manifest) {
  try {
    const { reference, status } = await partner.publish(JSON.parse(readFileSync(manifest, "utf8")));
    tell("published", { reference, status });
  } catch (error) {
    if (!isRefused(error, "not-permitted")) throw error; // not certified yet, or suspended
    tell("not published", { code: error.code, message: error.message });
  }
}
let served = 0;
for await (const event of partner.orderEvents(cursor)) {
  if (event.kind === "CONFIRMED") {
    try {
      await serve(partner, key, event.orderId);
      served += 1;
    } catch (error) {
      if (!isRefused(error)) throw error; // cancelled in between, for example
      tell("refused", { order: event.orderId, code: error.code, message: error.message });
    }
  }
  writeFileSync(kept, event.cursor);
  if (Number(YIMA_ORDERS) && served >= Number(YIMA_ORDERS)) break;
}
const issued = [];
for await (const statement of partner.statements()) issued.push(statement.id);
tell("statements", { issued });
