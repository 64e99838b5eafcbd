import { useCallback, useEffect, useRef, useState } from "react";
import { type Client, type TypedDocumentNode, useClient } from "urql";
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
  /** Fetch all there are, up to so many. */
  all: (most: number) => Promise<void>;
  /** The same, to have them: throws the refusal that ends it. */
  every: (most: number) => Promise<readonly Row[]>;
  /** Ask again, from the first page. */
  again: () => void;
}

const ROWS_OF_A_PAGE = 50;

/** Reads a list page by page. `variables` are its filters; a change of them begins again. */
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

  const every = useCallback(
    async (most: number): Promise<readonly Row[]> => {
      const mine = latest.current;
      let { rows, end, hasMore } = current.current;
      setFetching(true);
      try {
        while (hasMore && rows.length < most) {
          const page = await fetchPage(end);
          if (mine !== latest.current) return rows;
          rows = [...rows, ...page.nodes];
          end = page.pageInfo.endCursor;
          hasMore = page.pageInfo.hasNextPage;
          setState({ rows, end, hasMore, loading: false });
        }
      } finally {
        if (mine === latest.current) setFetching(false);
      }
      return rows;
    },
    [fetchPage],
  );

  const all = useCallback(
    async (most: number): Promise<void> => {
      setRefusal(null);
      await every(most).catch((refused: Refusal) => setRefusal(refused));
    },
    [every],
  );

  return {
    rows: state.rows,
    hasMore: state.hasMore,
    loading: state.loading,
    fetching,
    refusal,
    more: () => all(current.current.rows.length + 1),
    all,
    every,
    again: useCallback(() => setRound((before) => before + 1), []),
  };
}

/** All rows of a list that nobody has paged yet, up to so many. Throws the refusal that ends it. */
export async function everyRow<Data, Variables extends { after?: string | null }, Row>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, "after">,
  connectionOf: (data: Data) => Connection<Row> | null | undefined,
  most: number,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let after: string | null = null;
  do {
    const asked = { ...variables, after } as Variables;
    const result = await client.query(document, asked, { requestPolicy: "network-only" }).toPromise();
    const page: Connection<Row> | null | undefined = result.data ? connectionOf(result.data) : null;
    if (!page) throw refusalOf(result.error);
    rows.push(...page.nodes);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null && rows.length < most);
  return rows;
}
