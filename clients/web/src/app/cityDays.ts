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

/** The last month there that is over, as 2027-02. */
export function lastMonthIn(zone: string | undefined, at = Date.now()): string {
  const first = `${todayIn(zone, at).slice(0, 7)}-01`;
  return new Date(Date.parse(first) - 1).toISOString().slice(0, 7);
}
