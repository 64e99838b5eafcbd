import { Trans } from "@lingui/react/macro";
import { Link } from "wouter";
import { Age } from "../../kit/formats.tsx";

interface Pile {
  nodes: readonly object[];
  pageInfo: { hasNextPage: boolean };
}

export interface Waiting {
  to: string;
  text: string;
  many: number;
  more: boolean;
  since: string | null;
}

/** How many of a pile wait, and since when the oldest of them. */
export function waiting(
  to: string,
  text: string,
  pile: Pile | null | undefined,
  field: string,
  open?: (row: never) => boolean,
): Waiting | null {
  if (!pile) return null; // not of this operator's duties
  const rows = open ? pile.nodes.filter((row) => open(row as never)) : pile.nodes;
  const moments = rows.map((row) => (row as Record<string, string>)[field]).filter((at) => at !== undefined);
  return {
    to,
    text,
    many: rows.length,
    more: pile.pageInfo.hasNextPage,
    since: moments.length > 0 ? moments.reduce((one, other) => (one! < other! ? one : other))! : null,
  };
}

/** Two piles as one; null where neither is seen. */
export function joined(one: Pile | null | undefined, other: Pile | null | undefined): Pile | null {
  const seen = [one, other].filter((pile) => pile !== null && pile !== undefined);
  if (seen.length === 0) return null;
  return {
    nodes: seen.flatMap(({ nodes }) => nodes),
    pageInfo: { hasNextPage: seen.some(({ pageInfo }) => pageInfo.hasNextPage) },
  };
}

/** What waits, the oldest first: a way to each pile, how many there are, and how old the oldest is. */
export function Piles({ of }: { of: readonly (Waiting | null)[] }) {
  return (
    <ul className="tiles">
      {of
        .filter((pile) => pile !== null)
        .toSorted((one, other) => order(one) - order(other))
        .map((pile) => (
          <li key={pile.text}>
            <Link href={pile.to} className="card">
              <h2>{pile.text}</h2>
              <div className="row">
                <span className={pile.many > 0 ? "big" : "soft"}>
                  {pile.many}
                  {pile.more && "+"}
                </span>
                {pile.since && (
                  <span className="soft">
                    <Trans>
                      oldest <Age since={pile.since} />
                    </Trans>
                  </span>
                )}
              </div>
            </Link>
          </li>
        ))}
    </ul>
  );
}

/** The oldest first, then what has no age, then what is empty. */
function order({ since, many }: Waiting): number {
  if (since) return Date.parse(since);
  return many > 0 ? Number.MAX_SAFE_INTEGER - 1 : Number.MAX_SAFE_INTEGER;
}
