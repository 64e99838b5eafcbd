import { useLingui } from "@lingui/react/macro";
import type { ResultOf } from "../../documents/graphql.ts";
import { MyVisits } from "../../documents/practitioner.ts";
import { useWords } from "../../app/words.ts";
import { When } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useRows } from "../../kit/useRows.ts";
import { Pseudonym } from "./Today.tsx";
import { usePractitionerWords } from "./words.ts";

type Visit = NonNullable<ResultOf<typeof MyVisits>["visits"]>["nodes"][number];
const STATUSES = ["REQUESTED", "GRANTED", "DENIED", "REVOKED", "EXPIRED"] as const;

export function VisitsPage() {
  const { t } = useLingui();
  const word = useWords();
  const said = usePractitionerWords();
  const visits = useRows(MyVisits, {}, (data) => data.visits);
  const columns: Column<Visit>[] = [
    {
      key: "asked",
      title: t`Scanned`,
      value: ({ requestedAt }) => requestedAt,
      show: ({ requestedAt }) => <When at={requestedAt} />,
    },
    { key: "who", title: t`Who`, value: ({ residentId }) => residentId, show: ({ residentId }) => <Pseudonym of={residentId} /> },
    { key: "status", title: t`State`, value: ({ status }) => said("visit", status) },
    {
      key: "what",
      title: t`Which`,
      value: ({ template }) => template.informationTypes.map((each) => word("data", each)).join(", "),
    },
    { key: "until", title: t`Until`, value: ({ until }) => until, show: ({ until }) => until && <When at={until} /> },
  ];
  return (
    <Page title={t`Visits`}>
      <Table
        label={t`Visits`}
        of={visits}
        columns={columns}
        filters={[
          {
            key: "status",
            label: t`State`,
            options: STATUSES.map((value) => ({ value, text: said("visit", value) })),
            test: (visit, value) => visit.status === value,
          },
        ]}
        id={({ id }) => id}
        open={({ residentId }) => `/visits/${residentId}`}
        file="yima-visits"
        empty={t`Nobody was scanned here yet.`}
      />
    </Page>
  );
}
