import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { Client, type Answer, type Options } from "./client.js";
import {
  AcceptOrderDocument,
  DraftOfferingDocument,
  FulfilOrderDocument,
  IssuedStatementsDocument,
  OrderDocument,
  OrderEventsDocument,
  OrdersDocument,
  PartnerOfferingsDocument,
  ProveServiceDocument,
  RecordUsageDocument,
  RefuseOrderDocument,
  ReviseOfferingDocument,
  StatementDocumentDocument,
  StateServiceDocument,
  SubmitOfferingDocument,
  type DocumentFormat,
  type OfferingManifestInput,
  type OrderEventsSubscription,
  type OrdersQuery,
  type OrdersQueryVariables,
  type UsageRecordInput,
} from "./generated/graphql.js";

/** The cursor before the oldest event that is kept: a week. */
export const OLDEST = "s0";

/** What a partner signs with that it gave a service: an Ed25519 key. */
export class StatementKey {
  readonly #key: KeyObject;

  /** A new key, or the one in a PEM text. */
  constructor(pem?: string) {
    this.#key = pem ? createPrivateKey(pem) : generateKeyPairSync("ed25519").privateKey;
    if (this.#key.asymmetricKeyType !== "ed25519") throw new TypeError("that is no Ed25519 key");
  }

  get pem(): string {
    return this.#key.export({ format: "pem", type: "pkcs8" }).toString();
  }

  /** The public key as `registerSigningKey` takes it: in Base64. */
  get public(): string {
    const { x = "" } = createPublicKey(this.#key).export({ format: "jwk" });
    return Buffer.from(x, "base64url").toString("base64");
  }

  /** The signed statement that a line's service was given (RFC 7515). `id` is the partner's own: one of it counts.
   * `givenAt` is by the city's clock (`Client.now`). */
  statement(orderId: string, orderLineId: string, id: string, givenAt = new Date()): string {
    const claims = { id, order_id: orderId, order_line_id: orderLineId, given_at: givenAt.toISOString() };
    const parts = [{ alg: "EdDSA" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
    const text = parts.join(".");
    return `${text}.${sign(null, Buffer.from(text), this.#key).toString("base64url")}`;
  }
}

/** A partner's system: what it does with a city from its first offering to its statement. */
export class Partner {
  /** Every other operation: `partner.client.run(…Document, variables)`. */
  readonly client: Client;

  constructor(client: Client | (Options & { apiKey: string })) {
    this.client = client instanceof Client ? client : new Client(client);
  }

  /** Draft an offering, or revise the one of this reference, and submit it where that changed it. What changes nothing
   * but the price, and that not by too much, is on sale at once; an operator looks at the rest. */
  async publish(manifest: OfferingManifestInput): Promise<Answer<{ draftOffering: { id: string; reference: string; revision: number; status: string } }>> {
    let known: string | undefined;
    for await (const offering of this.client.every(PartnerOfferingsDocument))
      if (offering.reference === manifest.reference) known = offering.id;
    const offering = known
      ? await this.client.run(ReviseOfferingDocument, { offeringId: known, manifest })
      : await this.client.run(DraftOfferingDocument, { manifest });
    if (offering.status !== "DRAFT") return offering;
    const { status } = await this.client.run(SubmitOfferingDocument, { offeringId: offering.id });
    return { ...offering, status };
  }

  /** The partner's orders, newest first. */
  orders(variables: Partial<Omit<OrdersQueryVariables, "first" | "after">> = {}): AsyncGenerator<NonNullable<OrdersQuery["orders"]>["nodes"][number]> {
    return this.client.every(OrdersDocument, variables);
  }

  /** Every step of the partner's orders. Without a cursor from now on; after one nothing is left out, over lost
   * connections and restarts: keep each event's cursor once it is dealt with. `OLDEST` begins a week ago. */
  orderEvents(after?: string): AsyncGenerator<OrderEventsSubscription["orderEvents"]> {
    return this.client.follow(OrderEventsDocument, after === undefined ? {} : { after });
  }

  /** An order with its lines and payment; null where there is none of this id for the partner. */
  async order(id: string) {
    return this.client.run(OrderDocument, { id });
  }

  async accept(orderId: string) {
    return this.client.run(AcceptOrderDocument, { orderId });
  }

  /** Refuse a confirmed order; its resident reads the reason. */
  async refuse(orderId: string, reason: string) {
    return this.client.run(RefuseOrderDocument, { orderId, reason });
  }

  /** Prove with a scan's receipt that a service was given; the line is named where several are open. */
  async prove(orderId: string, scanReceipt: string, lineId?: string) {
    return this.client.run(ProveServiceDocument, { orderId, scanReceipt, ...(lineId ? { lineId } : {}) });
  }

  /** Prove with a signed statement (`StatementKey`) that a service was given. */
  async state(orderId: string, statement: string) {
    return this.client.run(StateServiceDocument, { orderId, statement });
  }

  /** Say that all of an order was given; its money is due. */
  async fulfil(orderId: string) {
    return this.client.run(FulfilOrderDocument, { orderId });
  }

  /** Record units of metered services, up to 1,000 records at once. Each counts once by its own key. */
  async recordUsage(records: UsageRecordInput[]) {
    return this.client.run(RecordUsageDocument, { records });
  }

  /** The statements issued to the partner, newest first. */
  statements() {
    return this.client.every(IssuedStatementsDocument);
  }

  /** A statement as a file, as it was signed. */
  async statementDocument(statementId: string, format: DocumentFormat = "PDF"): Promise<Uint8Array> {
    const document = await this.client.run(StatementDocumentDocument, { statementId, format });
    if (!document) throw new Error(`there is no statement ${statementId}, or not for this partner`);
    return Buffer.from(document.content, "base64");
  }
}
