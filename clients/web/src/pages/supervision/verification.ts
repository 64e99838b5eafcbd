// Proofs of the access log, verified here: by the script of the page `/verify`, with the keys that the city publishes.

import "../../../../../gateway/src/gateway/verification/verify.js";

type Outcome = { kind: string; size: number; position: number; since: number } | { flaw: string };

interface Keys {
  log: readonly string[];
}

declare global {
  var YimaVerification: {
    verify: (files: readonly string[], keys: Keys) => Promise<Outcome[]>;
    grown: (earlier: string, later: string, path: readonly string[], keys: Keys) => Promise<Outcome>;
  };
}

/** Why something could not be verified, or does not hold. */
export type Flaw =
  | "unreadable"
  | "changed"
  | "unknown-key"
  | "withdrawn-key"
  | "not-in-log"
  | "not-the-same-log"
  | "no-keys"
  | "no-crypto";

export interface Verified {
  flaw: Flaw | null;
  /** How many entries the log has that it was found in. */
  size: number;
}

let published: Promise<Keys> | undefined;

function keys(): Promise<Keys> {
  published ??= fetch("/audit-keys.json", { credentials: "omit", cache: "no-store" }).then((answer) => {
    if (!answer.ok) throw new Error("no keys");
    return answer.json() as Promise<Keys>;
  });
  published.catch(() => {
    published = undefined;
  });
  return published;
}

async function judged(judge: (keys: Keys) => Promise<Outcome>): Promise<Verified> {
  let known: Keys;
  try {
    known = await keys();
  } catch {
    return { flaw: "no-keys", size: 0 };
  }
  try {
    const outcome = await judge(known);
    return "flaw" in outcome ? { flaw: outcome.flaw as Flaw, size: 0 } : { flaw: null, size: outcome.size };
  } catch {
    return { flaw: "no-crypto", size: 0 };
  }
}

/** Is this entry in the tree that its checkpoint signs? */
export function verifyInclusion(proof: unknown): Promise<Verified> {
  return judged(async (known) => (await YimaVerification.verify([JSON.stringify(proof)], known))[0]!);
}

/** Has the city signed this checkpoint? */
export function verifyCheckpoint(note: string): Promise<Verified> {
  return judged(async (known) => (await YimaVerification.verify([note], known))[0]!);
}

/** Is the log of the later checkpoint the one of the earlier, with entries added and none changed? */
export function verifyGrowth(earlier: string, later: string, path: readonly string[]): Promise<Verified> {
  return judged((known) => YimaVerification.grown(earlier, later, path, known));
}
