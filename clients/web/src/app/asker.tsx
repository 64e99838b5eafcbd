import { createContext, useContext } from "react";
import { atTheEnd } from "./session.ts";

export interface Person {
  id: string;
  name: string;
  birthDate: string;
  provenAt: string | null;
}

/** Who uses the pages: a resident, and whom they look after. */
export interface Resident extends Person {
  dependants: readonly Person[];
}

const KEPT = "yima-asker";

/** Who was signed in here last, for when there is no network to ask. */
export function keptAsker(): Resident | null {
  const kept = localStorage.getItem(KEPT);
  return kept ? (JSON.parse(kept) as Resident) : null;
}

export function keepAsker(resident: Resident): void {
  localStorage.setItem(KEPT, JSON.stringify(resident));
}

atTheEnd(() => localStorage.removeItem(KEPT));

const Context = createContext<Resident | null>(null);

export const Asker = Context.Provider;

export function useAsker(): Resident {
  const resident = useContext(Context);
  if (!resident) throw new Error("this page is for somebody who is signed in");
  return resident;
}

export const useAskerOrNobody = (): Resident | null => useContext(Context);
