import { useLingui } from "@lingui/react/macro";
import { Link } from "wouter";
import { carryOut } from "../../app/client.ts";
import { Freezes, LiftFreeze } from "../../documents/decisions.ts";
import { Act } from "../../kit/Act.tsx";
import { Id } from "../../kit/Id.tsx";
import { When } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { Table } from "../../kit/Table.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { useRows } from "../../kit/useRows.ts";
import { useSupervisionWords } from "../supervision/words.ts";

export function FreezesPage() {
  const { t } = useLingui();
  const { word } = useSupervisionWords();
  const [address] = useAddress();
  const rows = useRows(Freezes, { targetId: null, inForce: address["show"] !== "all" }, (data) => data.freezes);
  return (
    <Page title={t`Freezes`}>
      <Table
        label={t`Freezes`}
        of={rows}
        id={({ id }) => id}
        file="freezes"
        empty={t`Nothing is frozen.`}
        filters={[{ key: "show", label: t`Show`, options: [{ value: "all", text: t`Those that were lifted, too` }] }]}
        columns={[
          { key: "case", title: t`Case`, value: ({ caseNumber }) => caseNumber },
          {
            key: "target",
            title: t`What is frozen`,
            value: ({ target, targetId }) => `${target} ${targetId}`,
            show: ({ target, targetId }) => (
              <>
                {word("freezeTarget", target)}{" "}
                {target === "PARTNER" ? (
                  <Link href={`/partners/${targetId}`}>
                    <Id of={targetId} />
                  </Link>
                ) : (
                  <Id of={targetId} />
                )}
              </>
            ),
          },
          {
            key: "parts",
            title: t`What it stops`,
            value: ({ capabilities }) => capabilities.map((each) => word("capability", each)).join(", ") || t`Everything`,
          },
          { key: "reason", title: t`Reason`, value: ({ reason }) => reason },
          { key: "since", title: t`Since`, value: ({ imposedAt }) => imposedAt, show: ({ imposedAt }) => <When at={imposedAt} /> },
          {
            key: "lifted",
            title: t`Lifted`,
            value: ({ liftedAt }) => liftedAt,
            show: ({ id, liftedAt }) => (liftedAt ? <When at={liftedAt} /> : <Lift id={id} done={rows.again} />),
          },
        ]}
      />
    </Page>
  );
}

export function Lift({ id, done }: { id: string; done: () => void }) {
  const { t } = useLingui();
  return (
    <Act
      text={t`Lift it`}
      reason={t`What was found`}
      act={async (key, reason) => {
        await carryOut(LiftFreeze, "liftFreeze", { id, reason, key });
        done();
      }}
    />
  );
}
