import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { scanOf } from "../../app/scans.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { EndAlertRule, PatientRules, WatchPatient } from "../../documents/practitioner.ts";
import { Act } from "../../kit/Act.tsx";
import { Choice } from "../../kit/Choice.tsx";
import { useKept } from "../../kit/drafts.ts";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useAct } from "../../kit/useAct.ts";
import { useAddress } from "../../kit/useAddress.ts";
import { type Rows, useRows } from "../../kit/useRows.ts";
import { Pseudonym } from "./Today.tsx";
import { DIASTOLIC, SYSTOLIC, useMeasurements, usePractitionerWords } from "./words.ts";

type Watched = NonNullable<ResultOf<typeof PatientRules>["patientRules"]>["nodes"][number];
const EMPTY = { title: "", code: SYSTOLIC as string, threshold: "", needed: "1", readings: "1" };
type Test = "ABOVE" | "BELOW" | "RISE";
type Severity = "NOTICE" | "WARNING" | "URGENT";
const TESTS: readonly Test[] = ["ABOVE", "BELOW", "RISE"];
const SEVERITIES: readonly Severity[] = ["NOTICE", "WARNING", "URGENT"];
const STATUSES = ["IN_FORCE", "ENDED"] as const;

/** Every rule of the practitioner's own, of all their patients. */
export function WatchedPage() {
  const { t } = useLingui();
  const said = usePractitionerWords();
  const [address] = useAddress();
  const status = STATUSES.find((each) => each === address["status"]) ?? null;
  const rules = useRows(PatientRules, { residentId: null, status }, (data) => data.patientRules);
  return (
    <Page title={t`Whom you watch`}>
      <p>
        <Trans>A rule is made on the page of a visit. It looks at what devices measure, within a consent, for 90 days.</Trans>
      </p>
      <Rules of={rules} filter={STATUSES.map((value) => ({ value, text: said("rule", value) }))} whose />
    </Page>
  );
}

export function WatchPage() {
  const { t } = useLingui();
  const { residentId } = useParams<{ residentId: string }>();
  const said = usePractitionerWords();
  const measurements = useMeasurements();
  const measured = [
    { code: SYSTOLIC, name: t`Blood pressure, upper`, shown: "mmHg" },
    { code: DIASTOLIC, name: t`Blood pressure, lower`, shown: "mmHg" },
    ...measurements.slice(1),
  ];
  const rules = useRows(PatientRules, { residentId, status: null }, (data) => data.patientRules);
  const [given, setGiven] = useKept(`watch:${residentId}`, EMPTY);
  const [test, setTest] = useKept<Test>(`watch-test:${residentId}`, "ABOVE");
  const [severity, setSeverity] = useKept<Severity>(`watch-severity:${residentId}`, "WARNING");
  const [done, setDone] = useState(false);
  const watch = useAct(async (key: string, rule: typeof given, how: Test, urgency: Severity) => {
    await carryOut(WatchPatient, "watchPatient", {
      residentId,
      title: rule.title.trim(),
      code: rule.code,
      test: how,
      threshold: rule.threshold.trim(),
      severity: urgency,
      needed: Number(rule.needed),
      readings: Number(rule.readings),
      key,
    });
    setGiven(EMPTY);
    setTest("ABOVE");
    setSeverity("WARNING");
    setDone(true);
    rules.again();
  });
  const fields = ["title", "threshold", "needed", "readings"] as const;
  const fill = (name: (typeof fields)[number]) => ({
    name,
    value: given[name],
    onChange: (value: string) => {
      setGiven({ ...given, [name]: value });
      setDone(false);
    },
    wrong: watch.refusal?.field === name ? watch.refusal.message : undefined,
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    void watch.run(given, test, severity);
  }
  const elsewhere = fields.some((name) => name === watch.refusal?.field) ? null : watch.refusal;
  return (
    <Page
      title={t`Watch what their devices measure`}
      back={{ to: `/visits/${residentId}`, text: scanOf(residentId)?.person?.name ?? t`The visit` }}
    >
      {done && <Notice tone="good" title={t`The rule is in force`} />}
      <Refused refusal={elsewhere} />
      <Form onSubmit={submit} validationBehavior="aria">
        <Field label={t`What it is called`} isRequired autoComplete="off" {...fill("title")} />
        <Choice
          label={t`Of`}
          value={given.code}
          options={measured.map(({ code, name, shown }) => ({ value: code, text: `${name} (${shown})` }))}
          onChange={(code) => setGiven({ ...given, code })}
        />
        <Choice
          label={t`Breaks where it`}
          value={test}
          options={TESTS.map((value) => ({ value, text: said("test", value) }))}
          onChange={(value) => setTest(value as Test)}
        />
        <Field label={t`Value`} inputMode="decimal" isRequired autoComplete="off" {...fill("threshold")} />
        <Field label={t`How many readings must be so`} inputMode="numeric" {...fill("needed")} />
        <Field label={t`Of how many of the last`} inputMode="numeric" {...fill("readings")} />
        <Choice
          label={t`How urgent`}
          value={severity}
          options={SEVERITIES.map((value) => ({ value, text: said("severity", value) }))}
          onChange={(value) => setSeverity(value as Severity)}
        />
        <div className="actions">
          <Button type="submit" isPending={watch.pending} isDisabled={!given.title.trim() || !given.threshold.trim()}>
            <Trans>Watch</Trans>
          </Button>
        </div>
      </Form>
      <h2>
        <Trans>Your rules for them</Trans>
      </h2>
      <Rules of={rules} />
    </Page>
  );
}

interface RulesProps {
  of: Rows<Watched>;
  filter?: readonly { value: string; text: string }[];
  whose?: boolean;
}

function Rules({ of, filter, whose = false }: RulesProps) {
  const { t } = useLingui();
  const said = usePractitionerWords();
  const columns: Column<Watched>[] = [
    { key: "title", title: t`Rule`, value: ({ rule }) => rule.title },
    {
      key: "what",
      title: t`What`,
      value: ({ rule }) => `${rule.code} ${said("test", rule.test)} ${rule.threshold} ${rule.unit}`,
    },
    { key: "severity", title: t`How urgent`, value: ({ rule }) => said("severity", rule.severity) },
    { key: "status", title: t`State`, value: ({ rule }) => said("rule", rule.status) },
    {
      key: "until",
      title: t`Until`,
      value: ({ rule }) => rule.until,
      show: ({ rule }) => rule.until && <When at={rule.until} style="day" />,
    },
    {
      key: "end",
      title: t`End`,
      show: ({ rule }) =>
        rule.status === "IN_FORCE" && (
          <Act
            text={t`End: ${rule.title}`}
            warning={t`It watches nobody any more.`}
            act={async (key) => {
              await carryOut(EndAlertRule, "endAlertRule", { id: rule.id, key });
              of.again();
            }}
          />
        ),
    },
  ];
  const who: Column<Watched> = {
    key: "who",
    title: t`Who`,
    value: ({ residentId }) => residentId,
    show: ({ residentId }) => <Pseudonym of={residentId} />,
  };
  return (
    <Table
      label={t`Rules`}
      of={of}
      columns={whose ? [...columns.slice(0, 1), who, ...columns.slice(1)] : columns}
      filters={filter ? [{ key: "status", label: t`State`, options: filter }] : []}
      id={({ rule }) => rule.id}
      {...(whose ? { open: ({ residentId }: Watched) => `/visits/${residentId}` } : {})}
      file="yima-rules"
      empty={t`You have no rule.`}
    />
  );
}
