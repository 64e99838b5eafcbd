// What somebody looks for, as it stands in the address, and as the gateway is asked for it.

import type { FindCare } from "../../documents/care.ts";
import type { VariablesOf } from "../../documents/graphql.ts";

export const POPULATIONS = ["HYPERTENSION", "DIABETES", "MATERNAL", "INFANT", "ELDERLY"] as const;
export const KINDS = ["SINGLE_VISIT", "PACKAGE", "SUBSCRIPTION", "DEVICE_MONITORING", "DATA_SERVICE"] as const;
export const SORTS = ["RELEVANCE", "NEWEST", "DISTANCE", "PRICE", "RATING", "NEXT_FREE_SLOT"] as const;
export const STARS = ["4", "3", "2"] as const;

export type Address = Readonly<Record<string, string>>;
export type Asked = Omit<VariablesOf<typeof FindCare>, "first" | "after">;
export interface Position {
  latitude: number;
  longitude: number;
}

const DAYS_OF_A_WEEK = 7;
const MONEY = /^[0-9]{1,9}([.][0-9]{1,2})?$/;
const GRID = 1_000; // of a degree: some hundred metres, so that nobody is told a resident's door

/** The end of a week from now: the same moment all day, so that a page asked for again is the same page. */
export function inAWeek(now: number): string {
  const day = new Date(now);
  day.setUTCHours(0, 0, 0, 0);
  day.setUTCDate(day.getUTCDate() + DAYS_OF_A_WEEK + 1);
  return day.toISOString();
}

export const isAmount = (text: string): boolean => text === "" || MONEY.test(text);

/** Where somebody is, as roughly as a search needs it. */
export const roughly = ({ latitude, longitude }: Position): Position => ({
  latitude: Math.round(latitude * GRID) / GRID,
  longitude: Math.round(longitude * GRID) / GRID,
});

/** What is asked for. What an address has that cannot be is left out: nobody typed it here. */
export function askedOf(address: Address, near: Position | null, freeBefore: string): Asked {
  const one = <Code extends string>(codes: readonly Code[], name: string) => codes.find((each) => each === address[name]);
  const sort = one(SORTS, "sort");
  const several = <Code extends string>(code: Code | "" | undefined): Code[] => (code ? [code] : []);
  const amount = (name: string) => (address[name] && isAmount(address[name]) ? address[name] : null);
  const stars = one(STARS, "rating");
  return {
    query: address["query"] || null,
    filter: {
      categories: several(address["category"]),
      populations: several(one(POPULATIONS, "population")),
      districts: several(address["district"]),
      kinds: several(one(KINDS, "kind")),
      priceMin: amount("priceMin"),
      priceMax: amount("priceMax"),
      ratingMin: stars ? Number(stars) : null,
      freeBefore: address["free"] === "week" ? freeBefore : null,
      definition: address["definition"] || null,
    },
    sort: sort === "DISTANCE" && near === null ? null : (sort ?? null),
    near: near && { position: near },
  };
}
