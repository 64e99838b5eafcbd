import { useCallback, useEffect, useRef, useState } from "react";
import { type TypedDocumentNode, useClient } from "urql";
import { type Refusal, refusalOf } from "../app/wire.ts";

interface Connection<Row> {
  nodes: readonly Row[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

type Paged = { first?: number | null; after?: string | null };

/** The rows of a list that the gateway pages, as far as they were asked for. */
export interface Rows<Row> {
  rows: readonly Row[];
  hasMore: boolean;
  /** A first answer has not come yet. */
  loading: boolean;
  fetching: boolean;
  refusal: Refusal | null;
  /** Fetch the next page. */
  more: () => Promise<void>;
  /** Fetch all there are, up to so many, and return them. */
  all: (most: number) => Promise<readonly Row[]>;
  /** Ask anew, from the first page. */
  again: () => void;
}

const ROWS_OF_A_PAGE = 50;

/** Reads a list page by page. `variables` are its filters; a change of them begins anew. */
export function useRows<Data, Variables extends Paged, Row>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, "first" | "after">,
  connectionOf: (data: Data) => Connection<Row> | null | undefined,
  rowsOfAPage = ROWS_OF_A_PAGE,
): Rows<Row> {
  const client = useClient();
  const [state, setState] = useState<{ rows: readonly Row[]; end: string | null; hasMore: boolean; loading: boolean }>({
    rows: [],
    end: null,
    hasMore: false,
    loading: true,
  });
  const [fetching, setFetching] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [round, setRound] = useState(0);
  const asked = JSON.stringify(variables);
  const latest = useRef(0); // an answer to what was asked before is dropped
  const current = useRef(state);
  current.current = state;

  const fetchPage = useCallback(
    async (after: string | null): Promise<Connection<Row>> => {
      const filters = JSON.parse(asked) as Variables;
      const result = await client
        .query(document, { ...filters, first: rowsOfAPage, after }, { requestPolicy: "network-only" })
        .toPromise();
      const page = result.data ? connectionOf(result.data) : null;
      if (!page) throw refusalOf(result.error);
      return page;
    },
    [client, document, asked, rowsOfAPage],
  );

  useEffect(() => {
    const mine = ++latest.current;
    setFetching(true);
    setRefusal(null);
    fetchPage(null)
      .then(({ nodes, pageInfo }) => {
        if (mine !== latest.current) return;
        setState({ rows: nodes, end: pageInfo.endCursor, hasMore: pageInfo.hasNextPage, loading: false });
      })
      .catch((refused: Refusal) => {
        if (mine !== latest.current) return;
        setRefusal(refused);
        setState((before) => ({ ...before, loading: false }));
      })
      .finally(() => {
        if (mine === latest.current) setFetching(false);
      });
  }, [fetchPage, round]);

  const all = useCallback(
    async (most: number): Promise<readonly Row[]> => {
      const mine = latest.current;
      let { rows, end, hasMore } = current.current;
      setFetching(true);
      setRefusal(null);
      try {
        while (hasMore && rows.length < most) {
          const page = await fetchPage(end);
          if (mine !== latest.current) return rows;
          rows = [...rows, ...page.nodes];
          end = page.pageInfo.endCursor;
          hasMore = page.pageInfo.hasNextPage;
          setState({ rows, end, hasMore, loading: false });
        }
      } catch (refused) {
        setRefusal(refused as Refusal);
      } finally {
        if (mine === latest.current) setFetching(false);
      }
      return rows;
    },
    [fetchPage],
  );

  return {
    rows: state.rows,
    hasMore: state.hasMore,
    loading: state.loading,
    fetching,
    refusal,
    more: async () => void (await all(current.current.rows.length + 1)),
    all,
    again: useCallback(() => setRound((before) => before + 1), []),
  };
}
