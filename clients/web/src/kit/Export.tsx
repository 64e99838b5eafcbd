import { Trans } from "@lingui/react/macro";
import { Button } from "react-aria-components";
import { csvOf, save } from "./csv.ts";
import { Refused } from "./Refused.tsx";
import { useAct } from "./useAct.ts";

export const EXPORTED_MOST = 20_000; // rows

/** What stands in an exported file: a moment as ISO 8601, money as decimal digits. */
export interface Kept<Row> {
  /** In JSON. */
  key: string;
  /** In the first line of CSV. */
  title: string;
  value: (row: Row) => string | number | null | undefined;
}

interface Props<Row> {
  columns: readonly Kept<Row>[];
  /** What the file is called, without its ending. */
  file: string;
  /** All there are. What is refused on the way is said, and no part of a list is taken for all of it. */
  rows: () => Promise<readonly Row[]>;
}

/** A list as a file, as CSV and as JSON. */
export function Export<Row>({ columns, file, rows }: Props<Row>) {
  const exported = useAct(async (_key: string, form: "csv" | "json") => {
    const all = await rows();
    if (form === "json") {
      const named = all.map((row) => Object.fromEntries(columns.map(({ key, value }) => [key, value(row) ?? null])));
      save(`${file}.json`, JSON.stringify(named, null, 1), "application/json");
      return;
    }
    const lines = [columns.map(({ title }) => title), ...all.map((row) => columns.map(({ value }) => value(row)))];
    save(`${file}.csv`, csvOf(lines), "text/csv;charset=utf-8");
  });
  return (
    <>
      <span className="row">
        <Button className="react-aria-Button link" isPending={exported.pending} onPress={() => void exported.run("csv")}>
          <Trans>Export as CSV</Trans>
        </Button>
        <Button className="react-aria-Button link" isPending={exported.pending} onPress={() => void exported.run("json")}>
          <Trans>Export as JSON</Trans>
        </Button>
      </span>
      <Refused refusal={exported.refusal} />
    </>
  );
}
