// What a practitioner scanned in this tab: who it was, and the receipt that proves it to other services. It is gone with
// the tab, and at the end of the session.

import { atTheEnd } from "./session.ts";

export interface Scanned {
  id: string;
  residentId: string;
  scannedAt: string;
  receipt: string;
  late: boolean;
  person: { name: string; birthDate: string; age: number; guardianNames: readonly string[]; proven: boolean } | null;
}

const KEPT = "yima-scans";
const RECEIPT_GOOD_FOR = 60 * 60_000; // as long as the city takes it for a relation with the resident

function kept(): Scanned[] {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "[]") as Scanned[];
  } catch {
    return [];
  }
}

export function keepScan(scan: Scanned): void {
  sessionStorage.setItem(KEPT, JSON.stringify([scan, ...kept()].slice(0, 20)));
}

/** The last scan of a resident in this tab. */
export function scanOf(residentId: string): Scanned | null {
  return kept().find((scan) => scan.residentId === residentId) ?? null;
}

export function receiptIsGood(scan: Scanned | null, now: number): scan is Scanned {
  return scan !== null && now - Date.parse(scan.scannedAt) < RECEIPT_GOOD_FOR;
}

atTheEnd(() => sessionStorage.removeItem(KEPT));
