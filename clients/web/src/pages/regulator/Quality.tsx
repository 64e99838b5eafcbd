import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "wouter";
import { AllQualityReports, Grades } from "../../documents/regulator.ts";
import { When } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { Table } from "../../kit/Table.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { useRows } from "../../kit/useRows.ts";

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
