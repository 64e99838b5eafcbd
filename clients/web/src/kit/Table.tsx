import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useMemo } from "react";
import { Button } from "react-aria-components";
import { Link } from "wouter";
import { Choice } from "./Choice.tsx";
import { DraftOf } from "./drafts.ts";
import { Export, EXPORTED_MOST } from "./Export.tsx";
import { Refused } from "./Refused.tsx";
import { useAddress } from "./useAddress.ts";
import type { Rows } from "./useRows.ts";

export interface Column<Row> {
  /** In the address, where the table is sorted by it. */
  key: string;
  title: string;
  /** What it is sorted by, and what stands in an exported file: a moment as ISO 8601, money as decimal digits. A column
   * of what can be done has none. */
  value?: (row: Row) => string | number | null | undefined;
  /** What is shown, where that is another. */
  show?: (row: Row) => ReactNode;
  numeric?: boolean;
}

export interface Filter<Row> {
  /** In the address. */
  key: string;
  label: string;
  options: readonly { value: string; text: string }[];
  /** Whether a row is let through; left out where the page has the gateway filter. */
  test?: (row: Row, value: string) => boolean;
}

interface Props<Row> {
  label: string;
  of: Rows<Row>;
  columns: readonly Column<Row>[];
  filters?: readonly Filter<Row>[];
  id: (row: Row) => string;
  /** Where a row's page is. */
  open?: (row: Row) => string;
  /** What the exported file is called, without its ending. */
  file: string;
  empty: string;
}

const SORTED_MOST = 2_000; // rows, fetched to be sorted or filtered here

/** A list: filtered and sorted by what the address says, paged, and exported whole, as CSV and as JSON. */
export function Table<Row>({ label, of, columns, filters = [], id, open, file, empty }: Props<Row>) {
  const { t, i18n } = useLingui();
  const [address, change] = useAddress();
  const sort = address["sort"] ?? "";
  const kept = columns.flatMap(({ key, title, numeric, value }) => (value ? [{ key, title, numeric, value }] : []));
  const column = kept.find(({ key }) => key === sort.replace(/^-/, ""));
  const down = sort.startsWith("-");
  const tests = filters.filter(({ key, test }) => test && address[key]);
  const needsAll = (column !== undefined || tests.length > 0) && of.hasMore && of.rows.length < SORTED_MOST;
  const { all, fetching, loading, refusal } = of;

  useEffect(() => {
    if (needsAll && !loading && !fetching && !refusal) void all(SORTED_MOST);
  }, [needsAll, loading, fetching, refusal, all]);

  const arranged = useMemo(() => {
    const compare = new Intl.Collator(i18n.locale, { numeric: true }).compare;
    return (rows: readonly Row[]): readonly Row[] => {
      const passing = rows.filter((row) => tests.every(({ key, test }) => test?.(row, address[key] ?? "")));
      if (!column) return passing;
      const ordered = passing.toSorted((one, other) => {
        const [left, right] = [column.value(one), column.value(other)];
        if (left === right) return 0;
        if (left === null || left === undefined) return 1;
        if (right === null || right === undefined) return -1;
        const order = column.numeric ? Number(left) - Number(right) : compare(String(left), String(right));
        return down ? -order : order;
      });
      return ordered;
    };
  }, [i18n.locale, column, down, tests, address]);

  const shown = arranged(of.rows);
  const many = shown.length;
  return (
    <>
      {filters.length > 0 && (
        <form className="filters" onSubmit={(event) => event.preventDefault()}>
          {filters.map(({ key, label: name, options }) => (
            <Choice
              key={key}
              label={name}
              value={address[key] ?? ""}
              options={[{ value: "", text: t`Any` }, ...options]}
              onChange={(value) => change({ [key]: value })}
            />
          ))}
        </form>
      )}
      <Refused refusal={refusal} />
      <div className="row soft">
        <span role="status">
          {loading ? <Trans>Loading …</Trans> : <Plural value={many} one="# row" other="# rows" />}
          {of.hasMore && !loading && (
            <>
              {" · "}
              <Trans>there are more</Trans>
            </>
          )}
        </span>
        {many > 0 && (
          <Export columns={kept} file={file} rows={async () => arranged(await of.every(EXPORTED_MOST))} />
        )}
      </div>
      {many > 0 ? (
        // what is wider than the screen is scrolled, by the keyboard, too
        <div className="table" role="region" aria-label={label} tabIndex={0}>
          <table>
            <thead>
              <tr>
                {columns.map(({ key, title, numeric, value }) =>
                  value === undefined ? (
                    <th key={key} scope="col">
                      {title}
                    </th>
                  ) : (
                  <th
                    key={key}
                    scope="col"
                    className={numeric ? "number" : undefined}
                    aria-sort={column?.key === key ? (down ? "descending" : "ascending") : "none"}
                  >
                    <button type="button" onClick={() => change({ sort: nextSort(sort, key) })}>
                      {title}
                      <span aria-hidden="true">{column?.key === key ? (down ? " ↓" : " ↑") : ""}</span>
                    </button>
                  </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <DraftOf.Provider key={id(row)} value={`${file}:${id(row)}:`}>
                <tr>
                  {columns.map(({ key, value, show, numeric }, index) => {
                    const content = show ? show(row) : value?.(row);
                    return (
                      <td key={key} className={numeric ? "number" : undefined}>
                        {index === 0 && open ? <Link href={open(row)}>{content}</Link> : content}
                      </td>
                    );
                  })}
                </tr>
                </DraftOf.Provider>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        !loading && !refusal && <p className="soft">{empty}</p>
      )}
      {of.hasMore && (
        <p className="actions">
          <Button className="react-aria-Button quiet" isPending={fetching} onPress={() => void of.more()}>
            <Trans>Show more</Trans>
          </Button>
        </p>
      )}
    </>
  );
}

/** Up, then down, then as the list comes. */
function nextSort(sort: string, key: string): string {
  if (sort === key) return `-${key}`;
  return sort === `-${key}` ? "" : key;
}
