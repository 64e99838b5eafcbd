import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button, Checkbox } from "react-aria-components";
import { useQuery } from "urql";
import { carryOut } from "../../app/client.ts";
import { useWords } from "../../app/words.ts";
import { ScreeningChecklist } from "../../documents/decisions.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { DecideScreening, IssueCertificates, OfferContract } from "../../documents/operator.ts";
import { Act } from "../../kit/Act.tsx";
import { Choice } from "../../kit/Choice.tsx";
import { Field } from "../../kit/Field.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";
import { AboutPartner, type Partner, Suspending } from "../supervision/AboutPartner.tsx";
import { type Answers, outcomeOf } from "./rubric.ts";
import { useSupervisionWords } from "../supervision/words.ts";

type Rubric = NonNullable<ResultOf<typeof ScreeningChecklist>["checklist"]>;
const ASPECTS = ["LAW", "SECURITY", "TECHNOLOGY", "PRODUCT", "SERVICE"] as const;

export function PartnerPage() {
  return (
    <AboutPartner
      acts={(partner, again) => (
        <>
          {partner.status === "SCREENING" && <Screening of={partner} again={again} />}
          {partner.status === "CERTIFYING" && <Certifying of={partner} again={again} />}
          {partner.status === "CONTRACTING" && <Contracting of={partner} again={again} />}
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
      {({ checklist }) => checklist && <Form of={of} again={again} rubric={checklist} />}
    </Shown>
  );
}

function Form({ of, again, rubric }: Part & { rubric: Rubric }) {
  const { t, i18n } = useLingui();
  const word = useWords();
  const { table } = useSupervisionWords();
  const [answers, setAnswers] = useState<Answers>({});
  const [reason, setReason] = useState("");
  const [compared, setCompared] = useState(false);
  const outcome = outcomeOf(rubric, answers);
  const percent = new Intl.NumberFormat(i18n.locale, { style: "percent", maximumFractionDigits: 1 });
  const decide = useAct(async (key: string) => {
    await carryOut(DecideScreening, "decideScreening", {
      partnerId: of.id,
      passed: outcome.passed,
      reasons: [reason.trim() || (outcome.passed ? "passed" : "not passed")],
      answers: Object.entries(answers).flatMap(([item, { verdict, reason: why }]) =>
        verdict ? [{ item, verdict, reason: why.trim() }] : [],
      ),
      comparedPartnerIds: compared ? of.doubts.map(({ partnerId }) => partnerId) : null,
      checklistVersion: rubric.version,
      key,
    });
    again();
  });
  const change = (code: string, changes: Partial<Answers[string]>) =>
    setAnswers({ ...answers, [code]: { verdict: "", reason: "", ...answers[code], ...changes } });
  return (
    <section>
      <h2>
        <Trans>Screen it by the rubric {rubric.edition}</Trans>
      </h2>
      <form
        className="rubric"
        onSubmit={(event) => {
          event.preventDefault();
          void decide.run();
        }}
      >
        {ASPECTS.map((aspect) => {
          const items = rubric.items.filter(({ area }) => area === aspect);
          if (items.length === 0) return null;
          return (
            <fieldset key={aspect} className="card">
              <legend>{word("aspect", aspect)}</legend>
              {items.map(({ code, question, weight, knockOut, evidence }) => {
                const shown = of.evidence.filter(({ kind, aspect: area }) =>
                  kind ? evidence.includes(kind) : area === aspect,
                );
                return (
                  <div key={code} className="item" data-item={code}>
                    <Choice
                      label={question}
                      value={answers[code]?.verdict ?? ""}
                      options={[
                        { value: "", text: t`Not answered` },
                        ...Object.entries(table.verdict).map(([value, text]) => ({ value, text })),
                      ]}
                      onChange={(verdict) =>
                        change(code, {
                          verdict: verdict as Answers[string]["verdict"],
                          reason: answers[code]?.reason || (verdict === "MET" ? seen(shown) : ""),
                        })
                      }
                    />
                    <p className="hint">
                      <Trans>Weight {weight}</Trans>
                      {knockOut && (
                        <>
                          {" · "}
                          <strong>
                            <Trans>without it, it is refused</Trans>
                          </strong>
                        </>
                      )}
                      {shown.map((each) => ` · ${each.title} (${each.reference}), ${each.validUntil}`)}
                      {shown.length === 0 && evidence.length > 0 && (
                        <>
                          {" · "}
                          <Trans>nothing was handed in for it</Trans>
                        </>
                      )}
                    </p>
                    {answers[code]?.verdict && (
                      <Field
                        label={answers[code].verdict === "MET" ? t`What shows it` : t`Why, and what would mend it`}
                        value={answers[code].reason}
                        onChange={(why) => change(code, { reason: why })}
                        isRequired
                      />
                    )}
                  </div>
                );
              })}
            </fieldset>
          );
        })}
        {of.doubts.length > 0 && (
          <Checkbox isSelected={compared} onChange={setCompared}>
            <Trans>I compared the papers with those of the partners that may be the same</Trans>
          </Checkbox>
        )}
        <Notice tone={outcome.decided ? (outcome.passed ? "good" : "warn") : "plain"}>
          <p>
            <Trans>
              The answers come to {percent.format(outcome.score)}; {percent.format(rubric.passAt / 10_000)} is enough.
            </Trans>{" "}
            {outcome.decided ? (
              outcome.passed ? (
                <strong>
                  <Trans>It passes.</Trans>
                </strong>
              ) : (
                <strong>
                  <Trans>It does not pass.</Trans>
                </strong>
              )
            ) : (
              <Trans>Answer the rest.</Trans>
            )}
          </p>
        </Notice>
        <Field label={t`What the partner is told`} name="reason" value={reason} onChange={setReason} isRequired />
        <Refused refusal={decide.refusal} />
        <div className="actions">
          <Button type="submit" isPending={decide.pending} isDisabled={!outcome.decided}>
            <Trans>Decide so</Trans>
          </Button>
        </div>
      </form>
    </section>
  );
}

/** What was handed in, as the reason why something is met. */
function seen(evidence: Partner["evidence"]): string {
  return evidence.map(({ title, reference }) => `${title} (${reference})`).join(", ");
}

function Certifying({ of, again }: Part) {
  const { t } = useLingui();
  const word = useWords();
  const certified = new Set([...of.certificates, ...of.proposedCertificates].map(({ aspect }) => aspect));
  const missing = ASPECTS.filter((aspect) => !certified.has(aspect));
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set(missing));
  const [until, setUntil] = useState(() => inAYear());
  const issue = useAct(async (key: string) => {
    await carryOut(IssueCertificates, "issueCertificates", {
      partnerId: of.id,
      grants: missing
        .filter((aspect) => chosen.has(aspect))
        .map((aspect) => ({ aspect, scope: ["*"], expiresAt: `${until}T00:00:00Z` })),
      key,
    });
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
              isSelected={chosen.has(aspect)}
              onChange={(on) => choose(new Set(on ? [...chosen, aspect] : [...chosen].filter((each) => each !== aspect)))}
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
            <Button type="submit" isPending={issue.pending} isDisabled={chosen.size === 0}>
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

function inAYear(): string {
  const day = new Date();
  day.setFullYear(day.getFullYear() + 1);
  return day.toISOString().slice(0, 10);
}
