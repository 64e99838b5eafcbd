import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, CheckboxGroup, Checkbox, Form, Label } from "react-aria-components";
import { useQuery } from "urql";
import { Link, useLocation } from "wouter";
import { carryOut } from "../../app/client.ts";
import { useDraft } from "../../kit/drafts.ts";
import { useWhose } from "../../app/whose.ts";
import { useWords } from "../../app/words.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { EndVisitRule, SetVisitRule, VisitRules } from "../../documents/residentTrust.ts";
import { Act } from "../../kit/Act.tsx";
import { Answers } from "../../kit/Answers.tsx";
import { Choice } from "../../kit/Choice.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { NextPage } from "../../kit/NextPage.tsx";
import { Page } from "../../kit/Page.tsx";
import { refusalAt } from "../../kit/refusals.ts";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";
import { Whose } from "../../kit/Whose.tsx";

type Rule = NonNullable<ResultOf<typeof VisitRules>["visitRules"]>["nodes"][number];
const OF_RULES = { additionalTypenames: ["VisitRule"] };
const DATA = [
  "vital-signs",
  "laboratory",
  "encounters",
  "imaging",
  "medications",
  "maternal",
  "child-health",
  "activity",
] as const;
const INSTITUTIONS = ["HOSPITAL", "CLINIC", "COMMUNITY_HEALTH_CENTRE", "LABORATORY", "HEALTH_MANAGEMENT"] as const;

/** Rules by which a scan opens the record for a visit, without a question each time. */
export function VisitRulesPage() {
  const { t } = useLingui();
  return (
    <Page title={t`Rules for visits`} narrow back={{ to: "/consents", text: t`Who may see what` }}>
      <p>
        <Trans>
          When your code is scanned, you are asked each time whether your record is opened. With a rule you are not
          asked: what it names is open, to whoever scanned, until the visit ends.
        </Trans>
      </p>
      <p className="actions">
        <Link href="/consents/rules/new" className="button">
          <Trans>Add a rule</Trans>
        </Link>
      </p>
      <Rules after={null} />
    </Page>
  );
}

function Rules({ after }: { after: string | null }) {
  const [answer, ask] = useQuery({ query: VisitRules, variables: { after }, context: OF_RULES });
  const again = () => ask({ requestPolicy: "network-only" });
  return (
    <Shown answer={answer} again={again}>
      {(data) => {
        const { nodes = [], pageInfo } = data.visitRules ?? {};
        const inForce = nodes.filter((rule) => rule.endedAt === null);
        return (
          <>
            {inForce.length === 0 && after === null && (
              <p role="status">
                <Trans>You have no rule: you are asked each time.</Trans>
              </p>
            )}
            <ul className="list">
              {inForce.map((rule) => (
                <li key={rule.id} className="card">
                  <OneRule of={rule} again={again} />
                </li>
              ))}
            </ul>
            <NextPage info={pageInfo} next={(next) => <Rules after={next} />} />
          </>
        );
      }}
    </Shown>
  );
}

function OneRule({ of, again }: { of: Rule; again: () => void }) {
  const { t } = useLingui();
  const word = useWords();
  const { people } = useWhose();
  return (
    <>
      <Facts
        of={[
          [t`Whose`, people.length > 1 ? people.find((person) => person.id === of.residentId)?.name : null],
          [t`Which`, of.informationTypes.map((each) => word("data", each)).join(", ")],
          [
            t`At`,
            of.institutionKinds.length > 0
              ? of.institutionKinds.map((each) => word("institution", each)).join(", ")
              : t`Every institution`,
          ],
          [t`For`, of.wholeInstitution ? t`All who treat you there` : t`Whoever scans the code`],
          [t`Between`, of.hoursFrom && of.hoursUntil ? t`${of.hoursFrom} and ${of.hoursUntil}` : null],
          [
            t`How old`,
            of.historyDays > 0 ? (
              <Plural key="days" value={of.historyDays} one="Of the last day" other="Of the last # days" />
            ) : (
              t`However old`
            ),
          ],
          [t`Since`, <When at={of.setAt} style="day" key="since" />],
        ]}
      />
      <div className="actions">
        <Act
          text={t`End the rule`}
          act={async (key) => {
            await carryOut(EndVisitRule, "endVisitRule", { id: of.id, key });
            again();
          }}
        />
      </div>
    </>
  );
}

export function NewVisitRulePage() {
  const { t } = useLingui();
  const word = useWords();
  const [, go] = useLocation();
  const { person } = useWhose();
  const { fields, fill, clear } = useDraft("rule", {
    data: [] as string[],
    kinds: [] as string[],
    hoursFrom: "",
    hoursUntil: "",
    whole: "no",
    days: "0",
  });
  const [checking, setChecking] = useState(false);
  const set = useAct(async (key: string) => {
    await carryOut(SetVisitRule, "setVisitRule", {
      residentId: person.id,
      informationTypes: fields.data,
      institutionKinds: fields.kinds as (typeof INSTITUTIONS)[number][],
      hoursFrom: fields.hoursFrom || null,
      hoursUntil: fields.hoursUntil || null,
      wholeInstitution: fields.whole === "yes",
      historyDays: Number(fields.days),
      key,
    });
    clear();
    go("/consents/rules");
  });
  const { field, wrong, above } = refusalAt(set.refusal, ["hoursFrom", "hoursUntil"]);
  const checks = checking && !field;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (checks) void set.run();
    else setChecking(true);
  }

  const days = [
    { value: "0", text: t`However old it is` },
    { value: "90", text: t`Of the last three months` },
    { value: "365", text: t`Of the last year` },
  ];
  return (
    <Page
      title={checks ? t`Check the rule` : t`Which scans open your record?`}
      narrow
      back={{ to: "/consents/rules", text: t`Rules for visits` }}
    >
      <Refused refusal={above} />
      <Form onSubmit={submit} validationBehavior="aria">
        {checks ? (
          <Answers
            of={[
              [t`Whose`, person.name],
              [t`Which`, fields.data.map((each) => word("data", each)).join(", ")],
              [t`At`, fields.kinds.map((each) => word("institution", each)).join(", ") || t`Every institution`],
              [t`For`, fields.whole === "yes" ? t`All who treat you there` : t`Whoever scans the code`],
              [
                t`Between`,
                fields.hoursFrom && fields.hoursUntil ? t`${fields.hoursFrom} and ${fields.hoursUntil}` : t`All day`,
              ],
              [t`How old`, days.find((each) => each.value === fields.days)?.text],
            ]}
            onChange={() => setChecking(false)}
          />
        ) : (
          <>
            <Whose />
            <CheckboxGroup value={fields.data} onChange={(data) => fill({ data })}>
              <Label>{t`What it opens`}</Label>
              {DATA.map((each) => (
                <Checkbox key={each} value={each}>
                  {word("data", each)}
                </Checkbox>
              ))}
            </CheckboxGroup>
            <CheckboxGroup value={fields.kinds} onChange={(kinds) => fill({ kinds })}>
              <Label>{t`Where; nothing chosen: everywhere`}</Label>
              {INSTITUTIONS.map((each) => (
                <Checkbox key={each} value={each}>
                  {word("institution", each)}
                </Checkbox>
              ))}
            </CheckboxGroup>
            <Choice
              label={t`For whom`}
              value={fields.whole}
              options={[
                { value: "no", text: t`Whoever scans the code` },
                { value: "yes", text: t`All who treat you there` },
              ]}
              onChange={(whole) => fill({ whole })}
            />
            <Choice label={t`How old`} value={fields.days} options={days} onChange={(value) => fill({ days: value })} />
            <Field
              label={t`From, if not all day`}
              type="time"
              name="hoursFrom"
              value={fields.hoursFrom}
              onChange={(hoursFrom) => fill({ hoursFrom })}
              wrong={wrong("hoursFrom")}
            />
            <Field
              label={t`Until, if not all day`}
              type="time"
              name="hoursUntil"
              value={fields.hoursUntil}
              onChange={(hoursUntil) => fill({ hoursUntil })}
              wrong={wrong("hoursUntil")}
            />
          </>
        )}
        <div className="actions">
          <Button type="submit" isPending={set.pending} isDisabled={fields.data.length === 0}>
            {checks ? t`Set the rule` : t`Go on`}
          </Button>
        </div>
      </Form>
    </Page>
  );
}
