// About whom the pages are: whoever uses them, or somebody for whom they act. It stays so from page to page.

import { useSyncExternalStore } from "react";
import { type Person, useAsker } from "./asker.tsx";
import { atTheEnd } from "./session.ts";

const KEPT = "yima-whose";
const listeners = new Set<() => void>();

function choose(id: string | null): void {
  if (id === null) sessionStorage.removeItem(KEPT);
  else sessionStorage.setItem(KEPT, id);
  for (const listener of listeners) listener();
}

atTheEnd(() => choose(null));

export function useWhose(): { person: Person; people: readonly Person[]; choose: (id: string) => void } {
  const asker = useAsker();
  const chosen = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => sessionStorage.getItem(KEPT),
  );
  const people = [asker, ...asker.dependants];
  return { person: people.find((each) => each.id === chosen) ?? asker, people, choose };
}
