import { useLocation, useSearch } from "wouter";

/** What the address says after its question mark, and how to change it: what is filtered and sorted stands there, so that
 * it can be kept, sent, and gone back to. An empty value leaves the address. */
export function useAddress(): [Record<string, string>, (changes: Record<string, string>) => void] {
  const search = useSearch();
  const [path, go] = useLocation();
  const change = (changes: Record<string, string>) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(changes)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    const text = next.toString();
    go(text ? `${path}?${text}` : path, { replace: true });
  };
  return [Object.fromEntries(new URLSearchParams(search)), change];
}
