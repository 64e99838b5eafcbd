import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Form } from "react-aria-components";
import { carryOut } from "../../app/client.ts";
import { useWords } from "../../app/words.ts";
import { CosignCertificate, ImposeFreeze } from "../../documents/decisions.ts";
import type { VariablesOf } from "../../documents/graphql.ts";
import { Act } from "../../kit/Act.tsx";
import { Area } from "../../kit/Area.tsx";
import { useKept } from "../../kit/drafts.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";
import { AboutPartner, type Partner, Suspending } from "../supervision/AboutPartner.tsx";
import { useSupervisionWords } from "../supervision/words.ts";
import { Lift } from "./Freezes.tsx";

type Part = NonNullable<VariablesOf<typeof ImposeFreeze>["capabilities"]>[number];
const PARTS = ["PUBLISH", "SELL", "READ_DATA", "BE_PAID"] as const satisfies readonly Part[];

export function PartnerPage() {
  return (
    <AboutPartner
      acts={(partner, again) => (
        <>
          <Cosigning of={partner} again={again} />
          <Frozen of={partner} again={again} />
          <Freezing of={partner} again={again} />
          <Suspending of={partner} again={again} />
        </>
      )}
    />
  );
}

interface Props {
  of: Partner;
  again: () => void;
}

function Cosigning({ of, again }: Props) {
  const { t } = useLingui();
  const word = useWords();
  if (of.proposedCertificates.length === 0) return null;
  return (
    <section>
      <h2>
        <Trans>Certificates to co-sign</Trans>
      </h2>
      <ul className="list">
        {of.proposedCertificates.map(({ id, aspect, scope, expiresAt }) => (
          <li key={id} className="card">
            <Facts
              of={[
                [t`Aspect`, word("aspect", aspect)],
                [t`Scope`, scope.join(", ")],
                [t`Good until`, <When at={expiresAt} style="day" key="until" />],
              ]}
            />
            <div className="actions">
              <Act
                text={t`Co-sign it`}
                tone="plain"
                act={async (key) => {
                  await carryOut(CosignCertificate, "cosignCertificate", { id, key });
                  again();
                }}
              />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Frozen({ of, again }: Props) {
  const { t } = useLingui();
  const { word } = useSupervisionWords();
  return (
    <>
      {of.freezes
        .filter(({ liftedAt }) => liftedAt === null)
        .map((freeze) => (
          <Notice key={freeze.id} tone="bad" title={t`Frozen, case ${freeze.caseNumber}`}>
            <p>
              {freeze.capabilities.map((each) => word("capability", each)).join(", ") || t`Everything`} ·{" "}
              {freeze.reason} · <When at={freeze.imposedAt} />
            </p>
            <Lift id={freeze.id} done={again} />
          </Notice>
        ))}
    </>
  );
}

/** A freeze stops a part of what a partner may do at once, under a case number. */
function Freezing({ of, again }: Props) {
  const { t } = useLingui();
  const { word } = useSupervisionWords();
  const [caseNumber, setCaseNumber] = useKept(`freeze-case:${of.id}`, "");
  const [reason, setReason] = useKept(`freeze-reason:${of.id}`, "");
  const [parts, setParts] = useKept<readonly Part[]>(`freeze-parts:${of.id}`, []);
  const freeze = useAct(async (key: string) => {
    await carryOut(ImposeFreeze, "imposeFreeze", {
      targetId: of.id,
      caseNumber: caseNumber.trim(),
      reason: reason.trim(),
      capabilities: parts.length > 0 ? [...parts] : null,
      key,
    });
    setCaseNumber("");
    setReason("");
    setParts([]);
    again();
  });
  const wrong = (field: string) => (freeze.refusal?.field === field ? freeze.refusal.message : undefined);
  const elsewhere = freeze.refusal && !["caseNumber", "reason"].includes(freeze.refusal.field ?? "");
  return (
    <details open={caseNumber !== "" || reason !== "" || undefined}>
      <summary>
        <Trans>Freeze it</Trans>
      </summary>
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          void freeze.run();
        }}
      >
        <Field
          label={t`Case number`}
          name="caseNumber"
          value={caseNumber}
          onChange={setCaseNumber}
          wrong={wrong("caseNumber")}
          isRequired
        />
        <Area label={t`Reason`} name="reason" value={reason} onChange={setReason} wrong={wrong("reason")} isRequired />
        <fieldset className="card">
          <legend>
            <Trans>What it stops; without a choice, all of it</Trans>
          </legend>
          {PARTS.map((part) => (
            <Checkbox
              key={part}
              isSelected={parts.includes(part)}
              onChange={(on) => setParts(on ? [...parts, part] : parts.filter((each) => each !== part))}
            >
              {word("capability", part)}
            </Checkbox>
          ))}
        </fieldset>
        <Refused refusal={elsewhere ? freeze.refusal : null} />
        <div className="actions">
          <Button type="submit" className="react-aria-Button danger" isPending={freeze.pending}>
            <Trans>Freeze it now</Trans>
          </Button>
        </div>
      </Form>
    </details>
  );
}
