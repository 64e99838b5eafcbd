import { useWords } from "../app/words.ts";

const TONES: Record<string, string> = {
  CONFIRMED: "good",
  ACCEPTED: "good",
  FULFILLING: "good",
  FULFILLED: "good",
  PLACED: "warn",
  REFUSED: "bad",
  CANCELLED: "bad",
  EXPIRED: "bad",
};

/** How far an order is. */
export function Status({ of }: { of: string }) {
  const word = useWords();
  return <span className={`tag ${TONES[of] ?? ""}`}>{word("status", of)}</span>;
}
