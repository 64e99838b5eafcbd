import type { Column } from "../kit/Table.tsx";
import { Age } from "../kit/formats.tsx";
import type { useWords } from "./words.ts";

/** What a hospital's connector said last of itself. */
interface Connector {
  health: string | null;
  oldestWaitingAt: string | null;
  errors: { kind: string }[];
}

const TONES: Record<string, string> = { WELL: "good", SILENT: "bad", BEHIND: "warn" };

/** Whether a source's connector runs, since when what waits in it waits, and what went wrong there, by its codes. */
export function connectorColumn<Row extends { connector: Connector | null }>(title: string, word: ReturnType<typeof useWords>): Column<Row> {
  return {
    key: "connector",
    title,
    value: ({ connector }) => (connector?.health ? word("connector", connector.health) : ""),
    show: ({ connector }) =>
      connector?.health ? (
        <>
          <span className={`tag ${TONES[connector.health] ?? ""}`}>{word("connector", connector.health)}</span>{" "}
          {connector.health === "BEHIND" && connector.oldestWaitingAt ? <Age since={connector.oldestWaitingAt} /> : null}{" "}
          <span className="mono">{connector.errors.map(({ kind }) => kind).join(", ")}</span>
        </>
      ) : null,
  };
}
