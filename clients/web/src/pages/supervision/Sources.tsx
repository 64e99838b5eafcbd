import { useLingui } from "@lingui/react/macro";
import { connectorColumn } from "../../app/connectors.tsx";
import { useSession } from "../../app/session.ts";
import { useWords } from "../../app/words.ts";
import type { VariablesOf } from "../../documents/graphql.ts";
import { AllSources } from "../../documents/supervision.ts";
import { Age } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { Table } from "../../kit/Table.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { useRows } from "../../kit/useRows.ts";

type Asked = VariablesOf<typeof AllSources>;

/** Every system that writes into residents' records by itself, whether it does, and how its connector is. */
export function SourcesPage() {
  const { t } = useLingui();
  const { role } = useSession();
  const word = useWords();
  const [address] = useAddress();
  const rows = useRows(
    AllSources,
    { status: (address["status"] ?? null) as NonNullable<Asked["status"]> | null },
    (data) => data.sources,
  );
  const statuses: Record<string, string> = {
    PROPOSED: t`Proposed`,
    APPROVED: t`Approved`,
    REFUSED: t`Refused`,
    ENDED: t`Ended`,
  };
  const back = role === "OPERATOR" ? { to: "/", text: t`What waits` } : { to: "/quality", text: t`Quality of the data` };
  return (
    <Page title={t`Where the data comes from`} back={back}>
      <Table
        label={t`Where the data comes from`}
        of={rows}
        id={({ id }) => id}
        file="sources"
        empty={t`There are none.`}
        filters={[
          {
            key: "status",
            label: t`Status`,
            options: Object.entries(statuses).map(([value, text]) => ({ value, text })),
          },
        ]}
        columns={[
          { key: "institution", title: t`Institution`, value: ({ institution }) => institution?.name },
          { key: "name", title: t`Name`, value: ({ name }) => name },
          { key: "system", title: t`System`, value: ({ system }) => system },
          { key: "status", title: t`Status`, value: ({ status }) => statuses[status] ?? status },
          { key: "missing", title: t`Missing batches`, numeric: true, value: ({ missing }) => missing },
          { key: "waiting", title: t`Waiting`, numeric: true, value: ({ waiting }) => waiting },
          { key: "unmatched", title: t`Lines of unknown patients`, numeric: true, value: ({ unmatched }) => unmatched },
          connectorColumn(t`Connector`, word),
          {
            key: "last",
            title: t`Heard from`,
            value: ({ lastReceivedAt }) => lastReceivedAt,
            show: ({ lastReceivedAt }) => (lastReceivedAt ? <Age since={lastReceivedAt} /> : t`never`),
          },
        ]}
      />
    </Page>
  );
}
