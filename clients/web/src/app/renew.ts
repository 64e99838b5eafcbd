import { Me } from "../documents/identity.ts";
import { client } from "./client.ts";
import { refresh } from "./session.ts";

/** Once it changed for whom somebody acts: a token that says so, and the people as they are now. */
export async function renewPeople(): Promise<void> {
  await refresh();
  await client.query(Me, {}, { requestPolicy: "network-only" }).toPromise();
}
