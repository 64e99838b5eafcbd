// A resident's record as a file, by HL7's Bulk Data Access: asked for, looked at until it is ready, fetched.

import { freshToken, refresh } from "./session.ts";
import { type Refusal, UNREACHABLE } from "./wire.ts";

export interface ExportProgress {
  done: number;
  of: number;
}

interface Manifest {
  output: readonly { type: string; url: string }[];
}

const KICK_OFF = "/fhir/Patient/$export";
const SECONDS_BEFORE_ITS_END = 30;
const LOOK_AGAIN_SECONDS = 2;

async function ask(address: string, headers: Record<string, string> = {}): Promise<Response> {
  if (!freshToken(SECONDS_BEFORE_ITS_END)) await refresh();
  const authorization = `Bearer ${freshToken(0) ?? ""}`;
  const { pathname, search } = new URL(address, window.location.href); // of this origin alone, whatever it is called
  let answer: Response;
  try {
    answer = await fetch(pathname + search, { headers: { authorization, ...headers } });
  } catch {
    throw { code: UNREACHABLE, message: "", field: null, retryAfterSeconds: null } satisfies Refusal;
  }
  if (answer.ok) return answer;
  const outcome = (await answer.json().catch(() => ({}))) as { issue?: { diagnostics?: string; details?: { text?: string } }[] };
  const issue = outcome.issue?.[0];
  const retryAfter = Number(answer.headers.get("retry-after") ?? Number.NaN);
  throw {
    code: `fhir-${answer.status}`,
    message: issue?.details?.text ?? issue?.diagnostics ?? answer.statusText,
    field: null,
    retryAfterSeconds: Number.isNaN(retryAfter) ? null : retryAfter,
  } satisfies Refusal;
}

/** Each file's lines, in the order in which they are named. */
export async function exportRecord(tell: (progress: ExportProgress) => void): Promise<string[]> {
  const begun = await ask(KICK_OFF, { prefer: "respond-async", accept: "application/fhir+json" });
  const where = begun.headers.get("content-location") ?? "";
  tell({ done: 0, of: 0 });
  let looked = await ask(where);
  while (looked.status === 202) {
    const seconds = Number(looked.headers.get("retry-after") ?? LOOK_AGAIN_SECONDS);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
    looked = await ask(where);
  }
  const { output } = (await looked.json()) as Manifest;
  const files: string[] = [];
  for (const file of output) {
    tell({ done: files.length, of: output.length });
    const text = await (await ask(file.url, { accept: "application/fhir+ndjson" })).text();
    files.push(text.endsWith("\n") || text === "" ? text : `${text}\n`);
  }
  return files;
}
