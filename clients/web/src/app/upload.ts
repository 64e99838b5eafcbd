// Files go to the path that the gateway gives for each, beside GraphQL.

import { type Refusal, UNREACHABLE } from "./wire.ts";

/** A file's bytes with their hash, in hexadecimal digits, as it is announced. */
export async function announced(file: File): Promise<{ content: ArrayBuffer; sha256: string }> {
  const content = await file.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return { content, sha256: [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("") };
}

/** Sends a file to where the gateway says, once; throws a `Refusal`. */
export async function send(path: string, content: ArrayBuffer, mediaType: string): Promise<void> {
  const unreachable: Refusal = { code: UNREACHABLE, message: "", field: null, retryAfterSeconds: null };
  const answer = await fetch(path, { method: "PUT", body: content, headers: { "content-type": mediaType } }).catch(() => {
    throw unreachable;
  });
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string; title?: string };
    throw { ...unreachable, code: problem.code ?? "upload-failed", message: problem.detail ?? problem.title ?? "" };
  }
}
