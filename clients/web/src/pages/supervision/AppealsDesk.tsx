import { useLingui } from "@lingui/react/macro";
import { Link } from "wouter";
import { carryOut } from "../../app/client.ts";
import { AppealsToDecide, DecideAppeal } from "../../documents/appeals.ts";
import { Act } from "../../kit/Act.tsx";
import { useRows } from "../../kit/useRows.ts";
import { Desk } from "./Desk.tsx";

/** Appeals that wait: whoever did not take the step gives a voice, and two that are alike decide. */
export function AppealsDesk() {
  const { t } = useLingui();
  const rows = useRows(AppealsToDecide, {}, (data) => data.appeals);
  const decide = (id: string, granted: boolean) => async (key: string, reason: string) => {
    await carryOut(DecideAppeal, "decideAppeal", { id, granted, reason, key });
    rows.again();
  };
  return (
    <Desk
      title={t`Appeals to decide`}
      lead={t`Nobody decides on a step of their own. Against an operator's step two voices that are alike decide, and a third where they differ; against a regulator's another regulator does.`}
      of={rows}
      show={(appeal) => ({
        id: appeal.id,
        heading: appeal.partner && <Link href={`/partners/${appeal.partner.id}`}>{appeal.partner.name}</Link>,
        since: appeal.appealedAt,
        facts: [
          [t`Against`, appeal.against === "REJECTED" ? t`its rejection` : t`its suspension`],
          [t`The step was taken by`, appeal.decidedAs === "REGULATOR" ? t`a regulator` : t`an operator`],
          [t`Reason of the step`, appeal.stepReason],
          [t`What the partner says`, appeal.reason],
          [t`Papers it names`, appeal.documentIds.length > 0 ? appeal.documentIds.join(", ") : null],
          [
            t`Said so far`,
            appeal.voices.length > 0
              ? appeal.voices.map(({ granted, reason }) => `${granted ? t`undo it` : t`leave it`}: ${reason}`).join("; ")
              : null,
          ],
        ],
        acts: (
          <>
            <Act text={t`Undo the step`} reason={t`Why? The partner reads it.`} act={decide(appeal.id, true)} />
            <Act
              text={t`Leave the step`}
              tone="danger"
              reason={t`Why? The partner reads it.`}
              act={decide(appeal.id, false)}
            />
          </>
        ),
      })}
    />
  );
}
