import { useLingui } from "@lingui/react/macro";
import { Partners } from "../../documents/decisions.ts";
import type { VariablesOf } from "../../documents/graphql.ts";
import { When } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { Table } from "../../kit/Table.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { useRows } from "../../kit/useRows.ts";
import { useSupervisionWords } from "./words.ts";

type Asked = VariablesOf<typeof Partners>;

export function PartnersPage() {
  const { t } = useLingui();
  const { word, table } = useSupervisionWords();
  const [address] = useAddress();
  const rows = useRows(
    Partners,
    {
      status: (address["status"] ?? null) as NonNullable<Asked["status"]> | null,
      kind: (address["kind"] ?? null) as NonNullable<Asked["kind"]> | null,
      gradesToReview: address["grades"] === "review",
    },
    (data) => data.partners,
  );
  const options = (group: "partner" | "partnerKind") =>
    Object.entries(table[group]).map(([value, text]) => ({ value, text }));
  return (
    <Page title={t`Partners`}>
      <Table
        label={t`Partners`}
        of={rows}
        id={({ id }) => id}
        open={({ id }) => `/partners/${id}`}
        file="partners"
        empty={t`There are none.`}
        filters={[
          { key: "status", label: t`Status`, options: options("partner") },
          { key: "kind", label: t`Kind`, options: options("partnerKind") },
          { key: "grades", label: t`Grades of its data`, options: [{ value: "review", text: t`To be reviewed` }] },
        ]}
        columns={[
          { key: "name", title: t`Name`, value: ({ name }) => name },
          { key: "kind", title: t`Kind`, value: ({ kind }) => word("partnerKind", kind) },
          {
            key: "status",
            title: t`Status`,
            value: ({ status }) => word("partner", status),
            show: ({ status }) => <PartnerStatus of={status} />,
          },
          { key: "number", title: t`Registration number`, value: ({ registrationNumber }) => registrationNumber },
          {
            key: "applied",
            title: t`Applied`,
            value: ({ appliedAt }) => appliedAt,
            show: ({ appliedAt }) => <When at={appliedAt} style="day" />,
          },
        ]}
      />
    </Page>
  );
}

const TONES: Record<string, string> = {
  ACTIVE: "good",
  SCREENING: "warn",
  CERTIFYING: "warn",
  CONTRACTING: "warn",
  SUSPENDED: "bad",
  REJECTED: "bad",
};

export function PartnerStatus({ of }: { of: string }) {
  const { word } = useSupervisionWords();
  return <span className={`tag ${TONES[of] ?? ""}`}>{word("partner", of)}</span>;
}
