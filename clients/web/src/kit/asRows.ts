import type { Rows } from "./useRows.ts";

/** A list that came whole, as a table takes it. */
export function asRows<Row>(rows: readonly Row[], loading = false): Rows<Row> {
  return {
    rows,
    hasMore: false,
    loading,
    fetching: loading,
    refusal: null,
    more: async () => undefined,
    all: async () => rows,
    again: () => undefined,
  };
}
