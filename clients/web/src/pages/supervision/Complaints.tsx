import { useLingui } from "@lingui/react/macro";
import { carryOut } from "../../app/client.ts";
import { ComplaintsToDecide, DecideComplaint } from "../../documents/decisions.ts";
import { Act } from "../../kit/Act.tsx";
import { Id } from "../../kit/Id.tsx";
import { When } from "../../kit/formats.tsx";
import { useRows } from "../../kit/useRows.ts";
import { Desk } from "./Desk.tsx";

export function ComplaintsDesk() {
  const { t } = useLingui();
  const rows = useRows(ComplaintsToDecide, { escalatedOnly: true }, (data) => data.complaints);
  const decide = (id: string, upheld: boolean) => async (key: string, decision: string) => {
    await carryOut(DecideComplaint, "decideComplaint", { id, upheld, decision, key });
    rows.again();
  };
  return (
    <Desk
      title={t`Complaints to decide`}
      lead={t`Hear both: what the resident says, and what the provider answers. Both read your decision.`}
      of={{ ...rows, rows: rows.rows.filter(({ status }) => status !== "DECIDED") }}
      show={(complaint) => ({
        id: complaint.id,
        heading: complaint.partner?.name ?? t`A provider`,
        since: complaint.openedAt,
        facts: [
          [t`The resident says`, complaint.text],
          [t`It was not given`, complaint.notGiven ? t`Yes` : null],
          [t`The provider says`, complaint.answer ?? t`Nothing yet`],
          [t`Answer until`, complaint.answer ? null : <When at={complaint.answerBy} key="until" />],
          [t`Order`, <Id of={complaint.orderId} to={`/chain/${complaint.orderId}`} key="order" />],
        ],
        acts: (
          <>
            <Act text={t`The resident is right`} reason={t`Why, for both of them`} act={decide(complaint.id, true)} />
            <Act text={t`The provider is right`} reason={t`Why, for both of them`} act={decide(complaint.id, false)} />
          </>
        ),
      })}
    />
  );
}
