import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import { Button, Form, Radio, RadioGroup } from "react-aria-components";
import { useQuery } from "urql";
import { Link, useLocation, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { useDraft } from "../../kit/drafts.ts";
import type { Refusal } from "../../app/wire.ts";
import { useWhose } from "../../app/whose.ts";
import { useWords } from "../../app/words.ts";
import { readFragment, type VariablesOf } from "../../documents/graphql.ts";
import {
  CorrectOwnReading,
  RecordOwnReading,
  Timeline,
  TimelineItemParts,
  WithdrawOwnReading,
} from "../../documents/residentRecord.ts";
import { Answers } from "../../kit/Answers.tsx";
import { Area } from "../../kit/Area.tsx";
import { Choice } from "../../kit/Choice.tsx";
import { Field } from "../../kit/Field.tsx";
import { When, unitOf } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { refusalAt } from "../../kit/refusals.ts";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";
import { Whose } from "../../kit/Whose.tsx";
import { type Item, TimelineList } from "./TimelineList.tsx";

type Kind = VariablesOf<typeof RecordOwnReading>["kind"];
const KINDS: readonly Kind[] = [
  "BLOOD_PRESSURE",
  "GLUCOSE",
  "WEIGHT",
  "TEMPERATURE",
  "HEART_RATE",
  "OXYGEN",
  "STEPS",
  "NOTE",
];
// The units a value is entered in, UCUM's; the first is the usual one.
const UNITS: Partial<Record<Kind, readonly string[]>> = {
  GLUCOSE: ["mmol/L", "mg/dL"],
  WEIGHT: ["kg", "[lb_av]"],
  TEMPERATURE: ["Cel", "[degF]"],
  HEART_RATE: ["/min"],
  OXYGEN: ["%"],
  STEPS: ["{steps}"],
};
const [SYSTOLIC, DIASTOLIC, NOTE] = ["8480-6", "8462-4", "51855-5"];
const KIND_OF: Readonly<Record<string, Kind>> = {
  [SYSTOLIC]: "BLOOD_PRESSURE",
  [NOTE]: "NOTE",
  "15074-8": "GLUCOSE",
  "2339-0": "GLUCOSE",
  "29463-7": "WEIGHT",
  "8310-5": "TEMPERATURE",
  "8867-4": "HEART_RATE",
  "59408-5": "OXYGEN",
  "55423-8": "STEPS",
};
const FIELDS = ["measuredAt", "value", "unit", "systolic", "diastolic", "note"] as const;

interface Entered {
  kind: Kind | "";
  measuredAt: string; // as a field of the browser has it: by the clock of where the person is
  value: string;
  unit: string;
  systolic: string;
  diastolic: string;
  note: string;
}

const localNow = (): string => localOf(new Date());

function localOf(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What is sent: what the kind has, and nothing else. */
function valuesOf(entered: Entered): VariablesOf<typeof RecordOwnReading>["values"] {
  const at = new Date(entered.measuredAt);
  const measuredAt = Number.isNaN(at.getTime()) ? entered.measuredAt : at.toISOString();
  const note = entered.note.trim() || null;
  if (entered.kind === "NOTE") return { measuredAt, note };
  if (entered.kind === "BLOOD_PRESSURE") {
    return { measuredAt, note, systolic: entered.systolic.trim(), diastolic: entered.diastolic.trim() };
  }
  const unit = entered.unit || UNITS[entered.kind as Kind]?.[0] || null;
  return { measuredAt, note, value: entered.value.trim(), unit };
}

/** What was entered, of what the record says of it. */
function enteredOf(item: Item): Entered {
  const of = (code: string) => item.values.find((value) => value.code === code)?.value ?? "";
  const known = item.values.find((value) => (value.code ?? "") in KIND_OF);
  const kind = KIND_OF[known?.code ?? ""] ?? "NOTE";
  return {
    kind,
    measuredAt: localOf(new Date(item.effectiveAt)),
    value: kind === "BLOOD_PRESSURE" || kind === "NOTE" ? "" : (known?.value ?? ""),
    unit: UNITS[kind]?.find((unit) => unitOf(unit) === (known?.unit ?? "") || unit === known?.unit) ?? "",
    systolic: of(SYSTOLIC),
    diastolic: of(DIASTOLIC),
    note: kind === "NOTE" ? (known?.value ?? item.details ?? "") : "",
  };
}

export function ReadingsPage() {
  const { t } = useLingui();
  const { person } = useWhose();
  return (
    <Page title={t`What I measured myself`} narrow back={{ to: "/record", text: t`My record` }}>
      <p>
        <Trans>Whoever you let see your record sees it too, as your own word.</Trans>
      </p>
      <Whose />
      <p className="actions">
        <Link href="/record/readings/new" className="button">
          <Trans>Add what I measured</Trans>
        </Link>
      </p>
      <TimelineList
        key={person.id}
        residentId={person.id}
        asked={{ ownOnly: true }}
        empty={t`You have entered nothing yet.`}
      />
    </Page>
  );
}

export function NewReadingPage() {
  const { t } = useLingui();
  const { person } = useWhose();
  const [, go] = useLocation();
  const empty: Entered = { kind: "", measuredAt: "", value: "", unit: "", systolic: "", diastolic: "", note: "" };
  const draft = useDraft("reading", empty);
  const entered = { ...draft.fields, measuredAt: draft.fields.measuredAt || localNow() };
  const add = useAct(async (key: string, reading: Entered) => {
    const { kind } = reading;
    if (!kind) return;
    await carryOut(RecordOwnReading, "recordOwnReading", { residentId: person.id, kind, values: valuesOf(reading), key });
    draft.clear();
    go("/record/readings");
  });
  return (
    <ReadingForm
      title={t`What did you measure?`}
      back={{ to: "/record/readings", text: t`What I measured myself` }}
      entered={entered}
      fill={draft.fill}
      send={() => void add.run({ ...entered })}
      pending={add.pending}
      refusal={add.refusal}
      chooses
    />
  );
}

export function ReadingPage() {
  const { t } = useLingui();
  const { id } = useParams<{ id: string }>();
  const { person } = useWhose();
  const [answer, again] = useQuery({ query: Timeline, variables: { residentId: person.id, recordId: id } });
  const node = answer.data?.timeline?.nodes[0];
  const item = node ? readFragment(TimelineItemParts, node.item) : null;
  if (item?.selfReported) return <Correcting key={item.version} item={item} residentId={person.id} />;
  return (
    <Page title={t`What I measured myself`} narrow back={{ to: "/record/readings", text: t`What I measured myself` }}>
      <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
        {() => <Notice tone="warn" title={t`There is no such reading of yours`} />}
      </Shown>
    </Page>
  );
}

function Correcting({ item, residentId }: { item: Item; residentId: string }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const draft = useDraft(`reading:${item.id}:${item.version}`, enteredOf(item));
  const correct = useAct(async (key: string, reading: Entered) => {
    const values = valuesOf(reading);
    const { id: recordId, version } = item;
    await carryOut(CorrectOwnReading, "correctOwnReading", { residentId, recordId, version, values, key });
    draft.clear();
    go(`/record/items/${item.id}`);
  });
  const withdraw = useAct(async (key: string) => {
    await carryOut(WithdrawOwnReading, "withdrawOwnReading", { residentId, recordId: item.id, key });
    draft.clear();
    go("/record/readings");
  });
  return (
    <ReadingForm
      title={t`Correct it`}
      back={{ to: `/record/items/${item.id}`, text: item.title }}
      entered={draft.fields}
      fill={draft.fill}
      send={() => void correct.run({ ...draft.fields })}
      pending={correct.pending}
      refusal={correct.refusal ?? withdraw.refusal}
      more={
        <Button className="react-aria-Button danger" isPending={withdraw.pending} onPress={() => void withdraw.run()}>
          <Trans>Withdraw it</Trans>
        </Button>
      }
    />
  );
}

interface FormProps {
  title: string;
  back: { to: string; text: string };
  entered: Entered;
  fill: (changes: Partial<Entered>) => void;
  send: () => void;
  pending: boolean;
  refusal: Refusal | null;
  chooses?: boolean;
  more?: ReactNode;
}

/** One thing after the other: what it is, its values, and all of it once more before it is sent. */
function ReadingForm({ title, back, entered, fill, send, pending, refusal, chooses = false, more }: FormProps) {
  const { t } = useLingui();
  const word = useWords();
  const [step, setStep] = useState<"kind" | "values" | "check">(chooses ? "kind" : "values");
  const { wrong, above, field } = refusalAt(
    refusal,
    FIELDS.map((name) => `values.${name}`),
  );
  useEffect(() => {
    if (field) setStep("values"); // where it is to be put right
  }, [refusal, field]);
  const of = (name: (typeof FIELDS)[number]) => ({
    name,
    value: entered[name],
    onChange: (value: string) => fill({ [name]: value }),
    wrong: wrong(`values.${name}`),
  });
  const units = UNITS[entered.kind as Kind] ?? [];
  const unit = unitOf(entered.unit || units[0] || null);
  const kind = entered.kind ? word("reading", entered.kind) : "";

  function submit(event: FormEvent) {
    event.preventDefault();
    if (step === "kind") setStep(entered.kind ? "values" : "kind");
    else if (step === "values") setStep("check");
    else send();
  }

  const titles = { kind: title, values: chooses ? kind : title, check: t`Check what you entered` };
  return (
    <Page title={titles[step]} narrow back={back}>
      <Refused refusal={above} />
      <Form onSubmit={submit} validationBehavior="aria">
        {step === "kind" && (
          <>
            <Whose />
            <RadioGroup value={entered.kind} onChange={(value) => fill({ kind: value as Kind })} aria-label={title}>
              {KINDS.map((each) => (
                <Radio key={each} value={each}>
                  {word("reading", each)}
                </Radio>
              ))}
            </RadioGroup>
          </>
        )}
        {step === "values" && (
          <>
            {entered.kind === "BLOOD_PRESSURE" && (
              <>
                <Field label={t`Upper value (systolic), in mmHg`} inputMode="decimal" isRequired {...of("systolic")} />
                <Field label={t`Lower value (diastolic), in mmHg`} inputMode="decimal" isRequired {...of("diastolic")} />
              </>
            )}
            {units.length > 0 && (
              <>
                <Field label={unit ? t`${kind}, in ${unit}` : kind} inputMode="decimal" isRequired {...of("value")} />
                {units.length > 1 && (
                  <Choice
                    label={t`Unit`}
                    value={entered.unit || (units[0] ?? "")}
                    options={units.map((each) => ({ value: each, text: unitOf(each) }))}
                    onChange={(value) => fill({ unit: value })}
                  />
                )}
              </>
            )}
            <Field label={t`When`} type="datetime-local" isRequired {...of("measuredAt")} />
            <Area
              label={entered.kind === "NOTE" ? t`What you want to note` : t`Note, if there is something to say`}
              rows={3}
              maxLength={2_000}
              isRequired={entered.kind === "NOTE"}
              {...of("note")}
            />
          </>
        )}
        {step === "check" && (
          <Answers
            of={[
              [t`What`, kind],
              [t`Upper value`, entered.kind === "BLOOD_PRESSURE" ? `${entered.systolic} mmHg` : null],
              [t`Lower value`, entered.kind === "BLOOD_PRESSURE" ? `${entered.diastolic} mmHg` : null],
              [t`Value`, units.length > 0 ? `${entered.value} ${unit}` : null],
              [t`When`, <WhenEntered at={entered.measuredAt} key="when" />],
              [t`Note`, entered.note],
            ]}
            onChange={() => setStep("values")}
          />
        )}
        <div className="actions">
          <Button type="submit" isPending={pending} isDisabled={step === "kind" && !entered.kind}>
            {step === "check" ? t`Keep it in my record` : t`Go on`}
          </Button>
          {step === "values" && more}
        </div>
      </Form>
    </Page>
  );
}

function WhenEntered({ at }: { at: string }) {
  const moment = new Date(at);
  return Number.isNaN(moment.getTime()) ? <>{at}</> : <When at={moment.toISOString()} />;
}
