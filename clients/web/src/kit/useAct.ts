import { useRef, useState } from "react";
import { type Refusal, UNREACHABLE } from "../app/wire.ts";

/** Something that is done once however often it is tapped: its key is made when it is first tried, and stays until it
 * was done, so that a lost answer repeats nothing. */
export function useAct<Arguments extends unknown[]>(act: (key: string, ...given: Arguments) => Promise<void>) {
  const [pending, setPending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const running = useRef(false);
  const key = useRef<{ of: string; text: string } | null>(null);

  async function run(...given: Arguments): Promise<void> {
    if (running.current) return;
    const what = JSON.stringify(given);
    if (key.current?.of !== what) key.current = { of: what, text: crypto.randomUUID() };
    running.current = true;
    setPending(true);
    setRefusal(null);
    try {
      await act(key.current.text, ...given);
      key.current = null;
    } catch (refused) {
      if (!isRefusal(refused)) throw refused;
      setRefusal(refused);
      if (refused.code !== UNREACHABLE) key.current = null;
    } finally {
      running.current = false;
      setPending(false);
    }
  }

  return { run, pending, refusal };
}

function isRefusal(error: unknown): error is Refusal {
  return typeof error === "object" && error !== null && "code" in error && "message" in error;
}
