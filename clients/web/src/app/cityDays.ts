// The city's calendar: its days and months begin by its own clock, wherever the device is.

import { useQuery } from "urql";
import { CityClock } from "../documents/city.ts";

/** The city's zone; the device's, until it is known. */
export function useCityZone(): string | undefined {
  const [{ data }] = useQuery({ query: CityClock });
  return data?.city?.timeZone;
}

/** Which day it is there, as 2027-03-31. */
export const todayIn = (zone: string | undefined, at = Date.now()): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone: zone, calendar: "iso8601", numberingSystem: "latn" }).format(at);

/** Is this a day, as 2027-03-31? */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));

/** When a day begins there, and when the next one does: by the offset of that moment, also where clocks are put forward
 * that night. */
export function dayIn(zone: string | undefined, day: string): [Date, Date] {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  return [beginIn(zone, day), beginIn(zone, next)];
}

function beginIn(zone: string | undefined, day: string): Date {
  const asUtc = Date.parse(`${day}T00:00:00Z`);
  let at = asUtc;
  for (let turn = 0; turn < 2; turn += 1) at = asUtc - offsetAt(zone, at);
  return new Date(at);
}

/** By how many milliseconds the clocks there are ahead of UTC at a moment. */
function offsetAt(zone: string | undefined, at: number): number {
  const parts = new Intl.DateTimeFormat("en-US", { ...WRITTEN, timeZone: zone }).formatToParts(at);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  const there = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return there - Math.floor(at / 1000) * 1000;
}

const DAY_MS = 24 * 3_600_000;
const WRITTEN = {
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
} as const;

/** The last month there that is over, as 2027-02. */
export function lastMonthIn(zone: string | undefined, at = Date.now()): string {
  const first = `${todayIn(zone, at).slice(0, 7)}-01`;
  return new Date(Date.parse(first) - 1).toISOString().slice(0, 7);
}
