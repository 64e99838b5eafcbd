import { randomUUID } from "node:crypto";
import { NotAnswered, Refused } from "./errors.js";
import { ExchangeApiKeyDocument, RefreshAccessDocument, SignInDocument, type TypedDocumentString } from "./generated/graphql.js";

const TRY_AGAIN_MS = [250, 500, 1000, 2000, 4000]; // between tries of what may be done twice
const CONNECT_AGAIN_MS = [100, 500, 1000, 2000, 5000, 10_000]; // of a feed; the last again and again
const SILENCE_MS = 30_000; // a gateway says something every 5 seconds
const CALL_MS = 30_000;
const SPARE_MS = 60_000; // an access token is exchanged so long before it is over
const PROXY_ERRORS = [502, 503, 504]; // of whatever is in front of a gateway that is away
const STREAM_OVER = ["token-expired", "unavailable", "busy", "too-many-streams"]; // after which a feed connects again
const NOT_TAKEN = "unauthenticated"; // an access token that is over, or was ended
const APART_MS = 5_000; // of two clocks that count as the same: what is answered is a second or two old
const PAGE = 100;

/** What an operation answers: the value of its one field, without what is a refusal, which is thrown. */
export type Answer<Data> = Exclude<Field<Data>, { code: string; message: string }>;
type Field<Data> = Data[Exclude<keyof Data, "__typename">];
type Connection<Node> = {
  nodes?: readonly Node[];
  edges?: readonly { node: Node }[];
  pageInfo: {
    hasNextPage: boolean;
    endCursor?: string | null;
    hasPreviousPage?: boolean;
    startCursor?: string | null;
  };
};
type Page = "first" | "after" | "last" | "before";
type NodeOf<Data> = NonNullable<Answer<Data>> extends { nodes: readonly (infer Node)[] }
  ? Node
  : NonNullable<Answer<Data>> extends { edges: readonly { node: infer Node }[] }
    ? Node
    : never;
type Given<Variables> = { [Name in keyof Variables]?: Variables[Name] } & Omit<Variables, "key">;

interface Session {
  accessToken: string;
  expiresAt: string;
  refreshToken?: string | null;
}

export interface Options {
  /** The gateway, such as `https://yima.example.org/graphql`. */
  url: string;
  /** Of a partner's system, `yk_…`. */
  apiKey?: string;
  /** In which language texts come. */
  locale?: string;
  fetch?: typeof fetch;
}

/** Somebody who asks the gateway: nobody in particular, a partner's system by its API key, or whoever signs in. */
export class Client {
  readonly #options: Options;
  readonly #fetch: typeof fetch;
  #session: Session | undefined;
  #renewing: Promise<void> | undefined;
  #aheadMs = 0; // of our clock, the city's

  constructor(options: Options) {
    this.#options = options;
    this.#fetch = options.fetch ?? fetch;
  }

  /** What time it is where the city is, as its last answer said: a sandbox's clock may be weeks ahead of ours. */
  now(): Date {
    return new Date(Date.now() + this.#aheadMs);
  }

  /** The same gateway, as whoever signs in, for as long as they come back now and then. */
  async signedIn(login: string, password: string, code = ""): Promise<Client> {
    const { apiKey: _, ...options } = this.#options;
    const client = new Client(options);
    client.#session = await client.run(SignInDocument, { login, password, code });
    return client;
  }

  /** Run an operation. What has an idempotency key is tried again where nobody answered, and so is a query; the key is
   * made where none is given. Throws `Refused`, and `NotAnswered`. */
  async run<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    ...[variables]: Record<string, never> extends Given<Variables> ? [Given<Variables>?] : [Given<Variables>]
  ): Promise<Answer<Data>> {
    const text = document.toString();
    const sent: Record<string, unknown> = { ...variables };
    const hasKey = /\$key\s*:/.test(text);
    if (hasKey) sent["key"] ??= randomUUID();
    const repeatable = hasKey || /^\s*query\b/.test(text);
    for (const wait of TRY_AGAIN_MS) {
      try {
        return (await this.#once(text, sent)) as Answer<Data>;
      } catch (error) {
        if (!mayBeTriedAgain(error, repeatable)) throw error;
      }
      await pause(wait);
    }
    return (await this.#once(text, sent)) as Answer<Data>;
  }

  /** All that an operation lists, asked for as it is read: `for await (const order of client.every(OrdersDocument))`. */
  async *every<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Partial<Omit<Variables, Page>> = {},
  ): AsyncGenerator<NodeOf<Data>> {
    let after: string | null | undefined;
    for (;;) {
      const page = await this.#page(document, { ...variables, first: PAGE, after });
      yield* nodesOf(page);
      if (!page.pageInfo.hasNextPage) return;
      after = page.pageInfo.endCursor;
    }
  }

  /** The same from the list's end, the last one first: `for await (const order of client.everyBackward(…))`. */
  async *everyBackward<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Partial<Omit<Variables, Page>> = {},
  ): AsyncGenerator<NodeOf<Data>> {
    let before: string | null | undefined;
    for (;;) {
      const page = await this.#page(document, { ...variables, last: PAGE, before });
      yield* nodesOf(page).reverse();
      if (!page.pageInfo.hasPreviousPage) return;
      before = page.pageInfo.startCursor;
    }
  }

  async #page<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    asked: Record<string, unknown>,
  ): Promise<Connection<NodeOf<Data>>> {
    return (await this.run(document, ...([asked] as never))) as unknown as Connection<NodeOf<Data>>;
  }

  /** A subscription's values, as they come. One whose values have a `cursor` goes on after the last, over whatever ends
   * a connection: it ends when its reader does. One that has none ends when the gateway says that it is over. */
  async *follow<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Partial<Variables> = {},
  ): AsyncGenerator<Field<Data>> {
    const text = document.toString();
    const resumed = /\$after\s*:/.test(text);
    const sent: Record<string, unknown> = { ...variables };
    let failed = 0;
    let renewed = false;
    for (;;) {
      try {
        for await (const value of this.#stream(text, sent)) {
          failed = 0;
          renewed = false;
          if (resumed) sent["after"] = (value as { cursor: string }).cursor;
          yield value as Field<Data>;
        }
        if (!resumed) return;
      } catch (error) {
        const over = error instanceof Refused ? STREAM_OVER.includes(error.code) : mayBeTriedAgain(error, true);
        if (!over) {
          if (renewed || !this.#renews(error)) throw error;
          renewed = true;
        }
        if (error instanceof Refused && error.code === "token-expired") this.#forgetAccess();
      }
      await pause(CONNECT_AGAIN_MS[Math.min(failed++, CONNECT_AGAIN_MS.length - 1)] ?? 0);
    }
  }

  async #once(query: string, variables: Record<string, unknown>): Promise<unknown> {
    const ask = async () =>
      valueOf(query, await json(await this.#post({ query, variables }, "application/json", AbortSignal.timeout(CALL_MS))));
    try {
      return await ask();
    } catch (error) {
      if (!this.#renews(error)) throw error;
    }
    return ask();
  }

  /** Was it refused for its token alone, and is the next one had by a key? So it is where a sandbox's clock was moved:
   * all tokens are over then, and the key is good. */
  #renews(error: unknown): boolean {
    const renews = error instanceof Refused && error.code === NOT_TAKEN && this.#options.apiKey !== undefined;
    if (renews) this.#forgetAccess();
    return renews;
  }

  async #post(body: unknown, accept: string, signal: AbortSignal, named = true): Promise<Response> {
    const headers: Record<string, string> = {
      "content-type": "application/json",
      accept,
      "accept-language": this.#options.locale ?? "en",
    };
    if (named) {
      await this.#renewed();
      if (this.#session) headers["authorization"] = `Bearer ${this.#session.accessToken}`;
    }
    try {
      const answer = await this.#fetch(this.#options.url, { method: "POST", headers, body: JSON.stringify(body), signal });
      const ahead = Date.parse(answer.headers.get("date") ?? "") - Date.now();
      this.#aheadMs = Math.abs(ahead) > APART_MS ? ahead : 0; // what is no date is no nearer and no further
      return answer;
    } catch (cause) {
      throw new NotAnswered(`nobody answers at ${this.#options.url}`, 0, { cause });
    }
  }

  /** Have an access token that is good for a while. One exchange at a time: a refresh token is good once. */
  async #renewed(): Promise<void> {
    const { apiKey } = this.#options;
    const session = this.#session;
    if (session ? Date.parse(session.expiresAt) - this.now().getTime() > SPARE_MS : !apiKey) return;
    if (session && !apiKey && !session.refreshToken) return;
    this.#renewing ??= this.#renew(apiKey, session).finally(() => (this.#renewing = undefined));
    await this.#renewing;
  }

  async #renew(apiKey: string | undefined, session: Session | undefined): Promise<void> {
    const [query, variables] = apiKey
      ? [ExchangeApiKeyDocument.toString(), { apiKey }]
      : [RefreshAccessDocument.toString(), { refreshToken: session?.refreshToken }];
    const answer = await this.#post({ query, variables }, "application/json", AbortSignal.timeout(CALL_MS), false);
    this.#session = valueOf(query, await json(answer)) as Session;
  }

  #forgetAccess(): void {
    if (this.#session) this.#session = { ...this.#session, expiresAt: new Date(0).toISOString() };
  }

  async *#stream(query: string, variables: Record<string, unknown>): AsyncGenerator<unknown> {
    const silence = new AbortController();
    const alarm = setTimeout(() => silence.abort(), SILENCE_MS);
    try {
      const answer = await this.#post({ query, variables }, "text/event-stream", silence.signal);
      if (!answer.headers.get("content-type")?.startsWith("text/event-stream")) {
        valueOf(query, await json(answer));
        throw new NotAnswered("the gateway answered no stream", answer.status);
      }
      for await (const line of lines(answer, () => alarm.refresh()))
        if (line.startsWith("data: {")) yield valueOf(query, JSON.parse(line.slice("data: ".length)));
    } finally {
      clearTimeout(alarm);
      silence.abort();
    }
  }
}

/** Somebody who has not signed in, or the system of a partner that has this API key. */
export function connect(options: Options): Client {
  return new Client(options);
}

/** The value of an answer's one field. Throws `Refused`. */
function valueOf(query: string, answer: Record<string, unknown>): unknown {
  const operation = /\b(?:query|mutation|subscription)\s+(\w+)/.exec(query)?.[1] ?? "?";
  const errors = answer["errors"] as { message: string; extensions?: Record<string, unknown> }[] | undefined;
  const error = errors?.[0];
  if (error) {
    const { code, field, retryAfterSeconds } = error.extensions ?? {};
    throw new Refused(operation, String(code ?? "?"), error.message, field as string | undefined, Number(retryAfterSeconds ?? 0));
  }
  if (!answer["data"] || "type" in answer) {
    const code = String(answer["type"] ?? "?").split(":").at(-1) ?? "?";
    const message = answer["detail"] ?? answer["title"] ?? code;
    throw new Refused(operation, code, String(message), answer["field"] as string | undefined);
  }
  const [value] = Object.values(answer["data"] as Record<string, unknown>);
  if (isRefusal(value)) {
    const { code, message, field, retryAfterSeconds } = value;
    throw new Refused(operation, code, message, field ?? undefined, retryAfterSeconds ?? 0, value as never);
  }
  return value;
}

function isRefusal(
  value: unknown,
): value is { code: string; message: string; field?: string | null; retryAfterSeconds?: number | null } {
  return typeof value === "object" && value !== null && "code" in value && "message" in value && "field" in value;
}

async function json(answer: Response): Promise<Record<string, unknown>> {
  try {
    return (await answer.json()) as Record<string, unknown>;
  } catch (cause) {
    throw new NotAnswered(`what answers at ${answer.url} is not Yima's gateway`, answer.status, { cause });
  }
}

async function* lines(answer: Response, heard: () => void): AsyncGenerator<string> {
  if (!answer.body) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      const parts = (rest + value).split("\n");
      rest = parts.pop() ?? "";
      yield* parts;
    }
  } catch (cause) {
    throw new NotAnswered("the connection was lost", 0, { cause });
  }
}

/** Did nobody answer, so that another try may be answered? What may not be done twice is tried again only where it was
 * not sent. */
function mayBeTriedAgain(error: unknown, repeatable: boolean): boolean {
  if (error instanceof Refused) return repeatable && error.code === "unavailable";
  if (!(error instanceof NotAnswered)) return false;
  if (error.status) return repeatable && PROXY_ERRORS.includes(error.status);
  return repeatable || notSent(error.cause);
}

function notSent(error: unknown): boolean {
  const code = ((error as { cause?: { code?: string } }).cause ?? {}).code;
  return code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN";
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms * (0.5 + Math.random() / 2)));
}

function nodesOf<Node>(page: Connection<Node>): Node[] {
  return [...(page.nodes ?? (page.edges ?? []).map((edge) => edge.node))];
}
