// How the pages look to this person on this device: text size, contrast, and the easy mode (fewer and larger things).

import { useSyncExternalStore } from "react";

export interface Appearance {
  size: "usual" | "large" | "largest";
  contrast: "usual" | "more";
  /** Null until somebody has chosen. */
  easy: boolean | null;
}

const KEPT = "yima-appearance";
const USUAL: Appearance = { size: "usual", contrast: "usual", easy: null };
const listeners = new Set<() => void>();
let current = kept();

function kept(): Appearance {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Appearance>) };
  } catch {
    return USUAL;
  }
}

export function applyAppearance(): void {
  const { dataset } = document.documentElement;
  dataset["size"] = current.size;
  dataset["contrast"] = current.contrast;
  dataset["easy"] = String(current.easy ?? false);
}

export function choose(changes: Partial<Appearance>): void {
  current = { ...current, ...changes };
  localStorage.setItem(KEPT, JSON.stringify(current));
  applyAppearance();
  for (const listener of listeners) listener();
}

export function useAppearance(): Appearance {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
