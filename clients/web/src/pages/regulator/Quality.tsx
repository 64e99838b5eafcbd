import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "wouter";
import { AllQualityReports, AllSources, Grades } from "../../documents/regulator.ts";
import type { VariablesOf } from "../../documents/graphql.ts";
import { Age, When } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { Table } from "../../kit/Table.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { useRows } from "../../kit/useRows.ts";

type Asked = VariablesOf<typeof AllSources>;
const GOOD: Record<string, string> = { A: "good", B: "good", C: "warn", D: "bad", E: "bad" };

const Letter = ({ of }: { of: string }) => <span className={`tag ${GOOD[of] ?? ""}`}>{of}</span>;

/** How good the data is that hospitals send: grades of a month, and the reports that were signed. */
export function QualityPage() {
  const { t } = useLingui();
  const [address] = useAddress();
  const grades = useRows(Grades, { month: address["month"] ?? "" }, (data) => data.qualityGrades);
  const reports = useRows(AllQualityReports, {}, (data) => data.qualityReports);
  return (
    <Page title={t`Quality of the data`}>
      <p>
        <Link href="/sources">
          <Trans>Where the data comes from</Trans>
        </Link>
      </p>
      <h2>
        <Trans>Grades</Trans>
      </h2>
      <Table
        label={t`Grades`}
        of={grades}
        id={({ month, resourceType, institution }) => `${month} ${resourceType} ${institution?.id ?? ""}`}
        file="quality-grades"
        empty={t`Nothing was graded yet.`}
        columns={[
          { key: "institution", title: t`Institution`, value: ({ institution }) => institution?.name },
          { key: "type", title: t`What`, value: ({ resourceType }) => resourceType },
          { key: "letter", title: t`Grade`, value: ({ letter }) => letter, show: ({ letter }) => <Letter of={letter} /> },
          { key: "resources", title: t`How much`, numeric: true, value: ({ resources }) => resources },
          { key: "month", title: t`Month`, value: ({ month }) => month },
        ]}
      />
      <h2>
        <Trans>Monthly reports</Trans>
      </h2>
      <Table
        label={t`Monthly reports`}
        of={reports}
        id={({ id }) => id}
        file="quality-reports"
        empty={t`None was issued yet.`}
        columns={[
          { key: "institution", title: t`Institution`, value: ({ institution }) => institution?.name },
          { key: "month", title: t`Month`, value: ({ month }) => month },
          { key: "letter", title: t`Grade`, value: ({ letter }) => letter, show: ({ letter }) => <Letter of={letter} /> },
          { key: "issued", title: t`Issued`, value: ({ issuedAt }) => issuedAt, show: ({ issuedAt }) => <When at={issuedAt} /> },
          { key: "hash", title: "SHA-256", value: ({ sha256 }) => sha256, show: ({ sha256 }) => <span className="mono">{sha256.slice(0, 16)}…</span> },
        ]}
      />
    </Page>
  );
}

/** Every system that writes into residents' records by itself, and whether it does. */
export function SourcesPage() {
  const { t } = useLingui();
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
  return (
    <Page title={t`Where the data comes from`} back={{ to: "/quality", text: t`Quality of the data` }}>
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
