// What somebody typed and has not sent: kept in this tab, so that neither a session that runs out, nor a page that is
// loaded again, loses it. It is theirs alone, and goes when they sign out.

import { useState } from "react";
import { atTheEnd, useSession } from "./session.ts";

const KEPT = "yima-draft";

function forget(unless: (key: string) => boolean = () => false): void {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(`${KEPT}:`) && !unless(key)) sessionStorage.removeItem(key);
  }
}

atTheEnd((chosen) => {
  if (chosen) forget();
});

/** The fields of a form by a name of its own: what was typed, how to change some of them, and how to begin again. */
export function useDraft<Fields extends object>(name: string, empty: Fields) {
  const own = `${KEPT}:${useSession().account ?? ""}:`;
  const key = `${own}${name}`;
  const [fields, setFields] = useState<Fields>(() => {
    forget((other) => other.startsWith(own));
    return { ...empty, ...(JSON.parse(sessionStorage.getItem(key) ?? "{}") as Partial<Fields>) };
  });

  function fill(changes: Partial<Fields>): void {
    const next = { ...fields, ...changes };
    sessionStorage.setItem(key, JSON.stringify(next));
    setFields(next);
  }

  function clear(): void {
    sessionStorage.removeItem(key);
    setFields(empty);
  }

  return { fields, fill, clear };
}
