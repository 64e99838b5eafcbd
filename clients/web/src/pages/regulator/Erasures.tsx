import { useLingui } from "@lingui/react/macro";
import { Erasures } from "../../documents/regulator.ts";
import { Id } from "../../kit/Id.tsx";
import { When } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { Table } from "../../kit/Table.tsx";
import { useRows } from "../../kit/useRows.ts";

/** What partners still have to erase of what they kept. */
export function ErasuresPage() {
  const { t } = useLingui();
  const rows = useRows(Erasures, { status: "OVERDUE" }, (data) => data.erasures);
  return (
    <Page title={t`Erasures that are overdue`} back={{ to: "/", text: t`What waits` }}>
      <Table
        label={t`Erasures that are overdue`}
        of={rows}
        id={({ consentId }) => consentId}
        file="erasures"
        empty={t`Nothing is overdue.`}
        columns={[
          { key: "partner", title: t`Partner`, value: ({ grantee }) => grantee?.name },
          { key: "due", title: t`Due`, value: ({ dueAt }) => dueAt, show: ({ dueAt }) => <When at={dueAt} /> },
          {
            key: "order",
            title: t`Order`,
            value: ({ orderId }) => orderId,
            show: ({ orderId }) => <Id of={orderId} to={`/chain/${orderId}`} />,
          },
          { key: "consent", title: t`Consent`, value: ({ consentId }) => consentId, show: ({ consentId }) => <Id of={consentId} /> },
        ]}
      />
    </Page>
  );
}
