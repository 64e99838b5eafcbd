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
    all: async () => undefined,
    every: async () => rows,
    again: () => undefined,
  };
}

/** Two lists as one: the first's rows, then the other's. */
export function together<Row>(one: Rows<Row>, other: Rows<Row>): Rows<Row> {
  return {
    rows: [...one.rows, ...other.rows],
    hasMore: one.hasMore || other.hasMore,
    loading: one.loading || other.loading,
    fetching: one.fetching || other.fetching,
    refusal: one.refusal ?? other.refusal,
    more: async () => void (await Promise.all([one, other].filter(({ hasMore }) => hasMore).map((each) => each.more()))),
    all: async (most) => void (await Promise.all([one.all(most), other.all(most)])),
    every: async (most) => (await Promise.all([one.every(most), other.every(most)])).flat(),
    again: () => {
      one.again();
      other.again();
    },
  };
}
