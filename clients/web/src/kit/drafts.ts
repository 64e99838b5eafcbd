// What somebody typed and has not sent: kept in this tab, so that neither a session that runs out, nor a page that is
// loaded again, loses it. It is theirs alone, and goes when they sign out. Passwords, codes and what proves who somebody
// is are never kept.

import { createContext, useContext, useState } from "react";
import { atTheEnd, useSession } from "../app/session.ts";

const KEPT = "yima-draft";

function forget(unless: (key: string) => boolean = () => false): void {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(`${KEPT}:`) && !unless(key)) sessionStorage.removeItem(key);
  }
}

atTheEnd((chosen) => {
  if (chosen) forget();
});

/** What a draft belongs to where a page has many of its kind: a row of a table, a case on a desk. */
export const DraftOf = createContext("");

/** As `useState`, of something that is typed or chosen in a form. `name` is the form's and the field's own; what is as
 * it was at the beginning is not kept. The third says that it was sent: it is shown on, and kept no longer. */
export function useKept<Value>(
  name: string,
  empty: Value | (() => Value),
): [Value, (next: Value) => void, () => void] {
  const within = useContext(DraftOf);
  const own = `${KEPT}:${useSession().account ?? ""}:`;
  const key = `${own}${within}${name}`;
  const [beginning] = useState(empty);
  const [state, setState] = useState(() => {
    forget((other) => other.startsWith(own));
    return { key, value: keptAt(key, beginning) };
  });
  // of another thing now, such as the next person: what was typed about that one
  const value = state.key === key ? state.value : keptAt(key, beginning);

  function keep(next: Value): void {
    const text = JSON.stringify(next);
    if (text === JSON.stringify(beginning)) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
    setState({ key, value: next });
  }

  return [value, keep, () => sessionStorage.removeItem(key)];
}

function keptAt<Value>(key: string, beginning: Value): Value {
  const text = sessionStorage.getItem(key);
  if (text === null) return beginning;
  const kept = JSON.parse(text) as Value;
  const fields = typeof beginning === "object" && beginning !== null && !Array.isArray(beginning);
  return fields ? { ...beginning, ...kept } : kept;
}

/** The fields of a form by a name of its own: what was typed, how to change some of them, and how to begin again. */
export function useDraft<Fields extends object>(name: string, empty: Fields) {
  const [beginning] = useState(empty);
  const [fields, keep] = useKept(name, beginning);
  return {
    fields,
    fill: (changes: Partial<Fields>) => keep({ ...fields, ...changes }),
    clear: () => keep(beginning),
  };
}
