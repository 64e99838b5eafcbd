import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button, Checkbox } from "react-aria-components";
import { useQuery } from "urql";
import { Link } from "wouter";
import { carryOut } from "../../app/client.ts";
import { Leaving } from "../../app/Leaving.tsx";
import { useWords } from "../../app/words.ts";
import { ScreeningChecklist } from "../../documents/decisions.ts";
import { DecideScreening, IssueCertificates, OfferContract } from "../../documents/operator.ts";
import { Act } from "../../kit/Act.tsx";
import { useKept } from "../../kit/drafts.ts";
import { Field } from "../../kit/Field.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";
import { AboutPartner, type Partner, Suspending } from "../supervision/AboutPartner.tsx";
import { ASPECTS, type Rubric, RubricForm } from "./RubricForm.tsx";

const UNDER_APPLICATION = new Set(["APPLIED", "SCREENING", "REJECTED"]); // which is decided as a whole

export function PartnerPage() {
  return (
    <AboutPartner
      acts={(partner, again) => (
        <>
          {partner.status === "SCREENING" && <Screening of={partner} again={again} />}
          {partner.status === "CERTIFYING" && <Certifying of={partner} again={again} />}
          {partner.status === "CONTRACTING" && <Contracting of={partner} again={again} />}
          {partner.status === "ACTIVE" && <Renewing of={partner} again={again} />}
          {!UNDER_APPLICATION.has(partner.status) && (
            <p className="actions">
              <Link href={`/partners/${partner.id}/review`} className="button quiet">
                <Trans>Review it</Trans>
              </Link>
            </p>
          )}
          <Leaving of={partner} acts="OPERATOR" again={again} />
          <Suspending of={partner} again={again} />
        </>
      )}
    />
  );
}

interface Part {
  of: Partner;
  again: () => void;
}

/** The city's rubric for its kind, item by item: what is answered comes to the outcome. */
function Screening({ of, again }: Part) {
  const [answer, ask] = useQuery({ query: ScreeningChecklist, variables: { kind: of.kind } });
  return (
    <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
      {({ checklist }) => checklist && <ScreeningForm of={of} again={again} rubric={checklist} />}
    </Shown>
  );
}

function ScreeningForm({ of, again, rubric }: Part & { rubric: Rubric }) {
  const [compared, setCompared] = useState(false);
  return (
    <section>
      <h2>
        <Trans>Screen it by the rubric {rubric.edition}</Trans>
      </h2>
      <RubricForm
        name={`screening:${of.id}`}
        of={of}
        rubric={rubric}
        decide={async (key, { passed, reasons, answers }) => {
          await carryOut(DecideScreening, "decideScreening", {
            partnerId: of.id,
            passed,
            reasons,
            answers,
            comparedPartnerIds: compared ? of.doubts.map(({ partnerId }) => partnerId) : null,
            checklistVersion: rubric.version,
            key,
          });
          again();
        }}
      >
        {of.doubts.length > 0 && (
          <Checkbox isSelected={compared} onChange={setCompared}>
            <Trans>I compared the papers with those of the partners that may be the same</Trans>
          </Checkbox>
        )}
      </RubricForm>
    </section>
  );
}

function Certifying({ of, again }: Part) {
  const { t } = useLingui();
  const word = useWords();
  const certified = new Set([...of.certificates, ...of.proposedCertificates].map(({ aspect }) => aspect));
  const missing = ASPECTS.filter((aspect) => !certified.has(aspect));
  const [unchosen, leaveOut] = useKept<readonly string[]>(`certifying:${of.id}`, []);
  const chosen = missing.filter((aspect) => !unchosen.includes(aspect));
  const [until, setUntil, sent] = useKept(`certified-until:${of.id}`, inAYear);
  const issue = useAct(async (key: string) => {
    await carryOut(IssueCertificates, "issueCertificates", {
      partnerId: of.id,
      grants: chosen.map((aspect) => ({ aspect, scope: ["*"], expiresAt: `${until}T00:00:00Z` })),
      key,
    });
    leaveOut([]);
    sent();
    again();
  });
  return (
    <section>
      <h2>
        <Trans>Certificates</Trans>
      </h2>
      {of.proposedCertificates.length > 0 && (
        <Notice tone="warn" title={t`Waits for the regulator to co-sign`}>
          <p>{of.proposedCertificates.map(({ aspect }) => word("aspect", aspect)).join(", ")}</p>
        </Notice>
      )}
      {missing.length > 0 && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void issue.run();
          }}
        >
          {missing.map((aspect) => (
            <Checkbox
              key={aspect}
              isSelected={chosen.includes(aspect)}
              onChange={(on) => leaveOut(on ? unchosen.filter((each) => each !== aspect) : [...unchosen, aspect])}
            >
              {word("aspect", aspect)}
            </Checkbox>
          ))}
          <Field
            label={t`Good until`}
            hint={t`Year, month and day, such as 2027-06-30`}
            name="until"
            value={until}
            onChange={setUntil}
            isRequired
          />
          <Refused refusal={issue.refusal} />
          <div className="actions">
            <Button type="submit" isPending={issue.pending} isDisabled={chosen.length === 0}>
              <Trans>Issue them</Trans>
            </Button>
          </div>
        </form>
      )}
      {missing.length === 0 && of.proposedCertificates.length === 0 && <Contracting of={of} again={again} />}
    </section>
  );
}

function Contracting({ of, again }: Part) {
  const { t } = useLingui();
  if (of.contract && !of.contract.signedAt) {
    return <Notice tone="warn" title={t`The contract waits for the partner to sign`} />;
  }
  return (
    <div className="actions">
      <Act
        text={t`Offer the contract of the city's tariff`}
        tone="plain"
        act={async (key) => {
          await carryOut(OfferContract, "offerContract", { partnerId: of.id, key });
          again();
        }}
      />
    </div>
  );
}

/** New terms for an active partner, from a day on: the city's tariff of now. Others are offered by the command line. */
function Renewing({ of, again }: Part) {
  const { t } = useLingui();
  const [day, setDay, sent] = useKept(`contract-from:${of.id}`, "");
  const offer = useAct(async (key: string) => {
    await carryOut(OfferContract, "offerContract", { partnerId: of.id, effectiveOn: day || null, key });
    sent();
    again();
  });
  if (of.contract && !of.contract.signedAt) {
    return <Notice tone="warn" title={t`The contract waits for the partner to sign`} />;
  }
  return (
    <section>
      <h2>
        <Trans>Renew its contract</Trans>
      </h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void offer.run();
        }}
      >
        <Field
          label={t`In force from`}
          hint={t`Tomorrow at the earliest. Left empty: from the partner's signature on.`}
          name="effectiveOn"
          type="date"
          value={day}
          onChange={setDay}
        />
        <Refused refusal={offer.refusal} />
        <Button type="submit" isPending={offer.pending}>
          <Trans>Offer the city's tariff from then on</Trans>
        </Button>
      </form>
    </section>
  );
}

function inAYear(): string {
  const day = new Date();
  day.setFullYear(day.getFullYear() + 1);
  return day.toISOString().slice(0, 10);
}
