import { Trans, useLingui } from "@lingui/react/macro";
import { Fragment, type ReactNode } from "react";
import { Button } from "react-aria-components";
import { todayIn, useCityZone } from "../../app/cityDays.ts";
import { useWords } from "../../app/words.ts";
import type { ScreeningChecklist } from "../../documents/decisions.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { Choice } from "../../kit/Choice.tsx";
import { useKept } from "../../kit/drafts.ts";
import { Field } from "../../kit/Field.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";
import type { Partner } from "../supervision/AboutPartner.tsx";
import { useSupervisionWords } from "../supervision/words.ts";
import { type Answers, outcomeOf, type Verdict } from "./rubric.ts";

export const ASPECTS = ["LAW", "SECURITY", "TECHNOLOGY", "PRODUCT", "SERVICE"] as const;
export type Rubric = NonNullable<ResultOf<typeof ScreeningChecklist>["checklist"]>;

interface Decided {
  passed: boolean;
  reasons: string[];
  answers: { item: string; verdict: Verdict; reason: string }[];
}

interface Props {
  /** Of the draft. */
  name: string;
  of: Partner;
  rubric: Rubric;
  decide: (key: string, decided: Decided) => Promise<void>;
  /** What else is to be said before it is decided. */
  children?: ReactNode;
}

/** A rubric, item by item, with what was handed in for each: what is answered comes to the outcome. */
export function RubricForm({ name, of, rubric, decide: carry, children }: Props) {
  const { t, i18n } = useLingui();
  const word = useWords();
  const { table } = useSupervisionWords();
  const [answers, setAnswers] = useKept<Answers>(name, {});
  const [reason, setReason] = useKept(`${name}:reason`, "");
  const today = todayIn(useCityZone());
  const outcome = outcomeOf(rubric, answers);
  const percent = new Intl.NumberFormat(i18n.locale, { style: "percent", maximumFractionDigits: 1 });
  const decide = useAct(async (key: string) => {
    await carry(key, {
      passed: outcome.passed,
      reasons: [reason.trim() || (outcome.passed ? "passed" : "not passed")],
      answers: rubric.items.flatMap(({ code }) => {
        const { verdict, reason: why } = answers[code] ?? { verdict: "", reason: "" };
        return verdict ? [{ item: code, verdict, reason: why.trim() }] : [];
      }),
    });
    setAnswers({});
    setReason("");
  });
  const change = (code: string, changes: Partial<Answers[string]>) =>
    setAnswers({ ...answers, [code]: { verdict: "", reason: "", ...answers[code], ...changes } });
  return (
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
              const good = shown.filter(({ validUntil }) => validUntil >= today);
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
                        reason: answers[code]?.reason || (verdict === "MET" ? seen(good) : ""),
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
                    {shown.map((each) => (
                      <Fragment key={each.reference}>
                        {` · ${each.title} (${each.reference}), ${each.validUntil}`}
                        {each.validUntil < today && <> <span className="tag bad">{t`Past`}</span></>}
                      </Fragment>
                    ))}
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
      {children}
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
  );
}

/** What was handed in, as the reason why something is met. */
function seen(evidence: Partner["evidence"]): string {
  return evidence.map(({ title, reference }) => `${title} (${reference})`).join(", ");
}

