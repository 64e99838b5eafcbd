// Health codes for an hour ahead, each good only in its own minute: kept on this device, so that a phone without a
// network still has one.

import { carryOut } from "./client.ts";
import { HealthCodes } from "../documents/identity.ts";
import { atTheEnd } from "./session.ts";

export interface Code {
  text: string;
  notBefore: string;
  expiresAt: string;
}

const KEPT = "yima-codes";
const AHEAD = 60; // codes, of a minute each
const FEW_MINUTES = 20 * 60_000; // with less ahead, more are asked for

const keyOf = (residentId: string): string => `${KEPT}:${residentId}`;

export function keptCodes(residentId: string): Code[] {
  const now = Date.now();
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(residentId)) ?? "[]") as Code[];
    return kept.filter((code) => Date.parse(code.expiresAt) > now);
  } catch {
    return [];
  }
}

/** The code that is good now, of those kept. */
export function codeNow(codes: readonly Code[], now: number): Code | undefined {
  return codes.find((code) => Date.parse(code.notBefore) <= now && now < Date.parse(code.expiresAt));
}

export function areFew(codes: readonly Code[], now: number): boolean {
  const last = codes.at(-1);
  return last === undefined || Date.parse(last.expiresAt) - now < FEW_MINUTES;
}

export async function fetchCodes(residentId: string): Promise<Code[]> {
  const { codes } = await carryOut(HealthCodes, "prefetchHealthCodes", { count: AHEAD, residentId });
  localStorage.setItem(keyOf(residentId), JSON.stringify(codes));
  return codes;
}

atTheEnd(() => {
  for (const key of Object.keys(localStorage)) if (key.startsWith(`${KEPT}:`)) localStorage.removeItem(key);
});
