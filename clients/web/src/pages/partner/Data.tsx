import { Trans, useLingui } from "@lingui/react/macro";
import { useClient } from "urql";
import { useParams } from "wouter";
import { refusalOf } from "../../app/wire.ts";
import { connectorColumn } from "../../app/connectors.tsx";
import { useWords } from "../../app/words.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { PartnerSources, QualityFile, QualityFindings, QualityPage, SourceBatches } from "../../documents/partner.ts";
import { Act } from "../../kit/Act.tsx";
import { save } from "../../kit/csv.ts";
import { When } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { useRows } from "../../kit/useRows.ts";
import { usePartnerWords } from "./words.ts";

type Source = NonNullable<ResultOf<typeof PartnerSources>["sources"]>["nodes"][number];
type Batch = NonNullable<ResultOf<typeof SourceBatches>["batches"]>["nodes"][number];
type Report = NonNullable<ResultOf<typeof QualityPage>["qualityReports"]>["nodes"][number];
type Finding = NonNullable<ResultOf<typeof QualityFindings>["qualityFindings"]>["nodes"][number];
const STATUSES = ["PROPOSED", "APPROVED", "REFUSED", "ENDED"] as const;
const SEVERITIES = ["ERROR", "WARNING", "NOTE"] as const;
const FORMATS = ["PDF", "JSON"] as const;

/** What the partner's systems send, and how good it is. */
export function DataPage() {
  const { t } = useLingui();
  const word = useWords();
  const said = usePartnerWords();
  const [address] = useAddress();
  const sources = useRows(
    PartnerSources,
    { status: STATUSES.find((each) => each === address["status"]) ?? null },
    (data) => data.sources,
  );
  const columns: Column<Source>[] = [
    { key: "name", title: t`System`, value: ({ name }) => name },
    { key: "sends", title: t`Sends`, value: ({ informationTypes }) => informationTypes.map((each) => word("data", each)).join(", ") },
    { key: "state", title: t`State`, value: ({ status, reason }) => [said("source", status), reason].filter(Boolean).join(": ") },
    { key: "missing", title: t`Batches missing`, numeric: true, value: ({ missing }) => missing },
    { key: "waiting", title: t`Waiting`, numeric: true, value: ({ waiting }) => waiting },
    { key: "unmatched", title: t`Lines of unknown patients`, numeric: true, value: ({ unmatched }) => unmatched },
    connectorColumn(t`Connector`, word),
    {
      key: "last",
      title: t`Last came`,
      value: ({ lastReceivedAt }) => lastReceivedAt,
      show: ({ lastReceivedAt }) => (lastReceivedAt ? <When at={lastReceivedAt} /> : t`never`),
    },
  ];
  return (
    <Page title={t`Data you send`}>
      <h2>
        <Trans>Your systems</Trans>
      </h2>
      <Table
        label={t`Your systems`}
        of={sources}
        columns={columns}
        filters={[{ key: "status", label: t`State`, options: STATUSES.map((value) => ({ value, text: said("source", value) })) }]}
        id={({ id }) => id}
        open={({ id }) => `/data/sources/${id}`}
        file="yima-sources"
        empty={t`No system of yours sends yet.`}
      />
      <Reports />
      <Findings />
    </Page>
  );
}

function Reports() {
  const { t } = useLingui();
  const client = useClient();
  const reports = useRows(QualityPage, {}, (data) => data.qualityReports);
  const columns: Column<Report>[] = [
    { key: "month", title: t`Month`, value: ({ month }) => month },
    { key: "grade", title: t`Grade`, value: ({ letter }) => letter },
    { key: "issued", title: t`Issued`, value: ({ issuedAt }) => issuedAt, show: ({ issuedAt }) => <When at={issuedAt} style="day" /> },
    {
      key: "files",
      title: t`Save`,
      show: ({ id, month }) => (
        <div className="row">
          {FORMATS.map((format) => (
            <Act
              key={format}
              text={t`${month} as ${format}`}
              act={async () => {
                const answer = await client.query(QualityFile, { reportId: id, format }, { requestPolicy: "network-only" }).toPromise();
                const file = answer.data?.qualityReportDocument;
                if (!file) throw refusalOf(answer.error);
                save(file.name, Uint8Array.from(atob(file.content), (letter) => letter.charCodeAt(0)), file.mediaType);
              }}
            />
          ))}
        </div>
      ),
    },
  ];
  return (
    <>
      <h2>
        <Trans>Reports of quality</Trans>
      </h2>
      <Table label={t`Reports of quality`} of={reports} columns={columns} id={({ id }) => id} file="yima-reports" empty={t`There is no report yet. There is one for each month.`} />
    </>
  );
}

function Findings() {
  const { t } = useLingui();
  const said = usePartnerWords();
  const [address] = useAddress();
  const findings = useRows(
    QualityFindings,
    { severity: SEVERITIES.find((each) => each === address["severity"]) ?? null },
    (data) => data.qualityFindings,
  );
  const columns: Column<Finding>[] = [
    { key: "severity", title: t`How grave`, value: ({ severity }) => said("severity", severity) },
    { key: "where", title: t`Where`, value: ({ resourceType, fhirId, field }) => `${resourceType}/${fhirId} ${field}` },
    { key: "remedy", title: t`What to do`, value: ({ remedy }) => remedy },
    { key: "rule", title: t`Rule`, value: ({ rule }) => rule },
    { key: "found", title: t`Found`, value: ({ foundAt }) => foundAt, show: ({ foundAt }) => <When at={foundAt} /> },
  ];
  return (
    <>
      <h2>
        <Trans>What to put right</Trans>
      </h2>
      <Table
        label={t`What to put right`}
        of={findings}
        columns={columns}
        filters={[{ key: "severity", label: t`How grave`, options: SEVERITIES.map((value) => ({ value, text: said("severity", value) })) }]}
        id={({ id }) => id}
        file="yima-findings"
        empty={t`Nothing is to be put right.`}
      />
    </>
  );
}

/** The batches of a system. */
export function SourcePage() {
  const { t } = useLingui();
  const { id } = useParams<{ id: string }>();
  const batches = useRows(SourceBatches, { sourceId: id }, (data) => data.batches);
  const columns: Column<Batch>[] = [
    { key: "number", title: t`Number`, numeric: true, value: ({ number }) => number },
    { key: "received", title: t`Came`, value: ({ receivedAt }) => receivedAt, show: ({ receivedAt }) => <When at={receivedAt} /> },
    { key: "lines", title: t`Lines`, numeric: true, value: ({ lines }) => lines },
    { key: "created", title: t`New`, numeric: true, value: ({ created }) => created },
    { key: "updated", title: t`Changed`, numeric: true, value: ({ updated }) => updated },
    { key: "refused", title: t`Refused`, numeric: true, value: ({ refused }) => refused },
    { key: "waiting", title: t`Waiting`, numeric: true, value: ({ waiting }) => waiting },
    { key: "why", title: t`Given up`, value: ({ givenUp, reason }) => (givenUp ? (reason ?? t`yes`) : "") },
  ];
  return (
    <Page title={t`Batches`} back={{ to: "/data", text: t`Data you send` }}>
      <Table label={t`Batches`} of={batches} columns={columns} id={({ number }) => String(number)} file="yima-batches" empty={t`Nothing came yet.`} />
    </Page>
  );
}
