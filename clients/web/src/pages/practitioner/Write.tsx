import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useRef, useState } from "react";
import { Button, Form } from "react-aria-components";
import { Link, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { useDraft } from "../../kit/drafts.ts";
import { receiptIsGood, scanOf } from "../../app/scans.ts";
import { WriteToRecord } from "../../documents/practitioner.ts";
import { Area } from "../../kit/Area.tsx";
import { Choice } from "../../kit/Choice.tsx";
import { Field } from "../../kit/Field.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";
import { useAddress } from "../../kit/useAddress.ts";
import { diagnosis, noteOf, observation } from "./resources.ts";
import { useMeasurements } from "./words.ts";

const BLOOD_PRESSURE = "85354-9";
const NUMBER = /^[0-9]{1,6}([.][0-9]{1,3})?$/;
const EMPTY = { value: "", diastolic: "", title: "", note: "" };

/** A result, a note or a diagnosis, written into the resident's record as the institution's. */
export function WritePage() {
  const { t } = useLingui();
  const { residentId } = useParams<{ residentId: string }>();
  const [address, change] = useAddress();
  const measurements = useMeasurements();
  const kind = address["kind"] ?? "result";
  const measurement = measurements.find(({ code }) => code === address["code"]) ?? measurements[0];
  const { fields: given, fill, clear } = useDraft(`write:${residentId}`, EMPTY);
  const [wrong, setWrong] = useState<Partial<typeof EMPTY>>({});
  const [written, setWritten] = useState(false);
  const entry = useRef({ id: crypto.randomUUID(), at: "" }); // the same when it is sent again
  const scan = scanOf(residentId);
  const at = `/visits/${residentId}`;

  const write = useAct(async (key: string, resource: string) => {
    const receipt = receiptIsGood(scan, Date.now()) ? scan.receipt : null;
    await carryOut(WriteToRecord, "ingestResources", { residentId, resources: [resource], receipt, key });
    entry.current = { id: crypto.randomUUID(), at: "" };
    clear();
    setWritten(true);
  });

  const field = (name: keyof typeof EMPTY) => ({
    name,
    value: given[name],
    onChange: (value: string) => {
      fill({ [name]: value });
      setWrong({ ...wrong, [name]: undefined });
      setWritten(false);
    },
    wrong: wrong[name],
  });

  function mistakes(): Partial<typeof EMPTY> {
    const number = t`Write a number such as 5.6`;
    const words = t`Write what you found`;
    if (kind === "result") {
      return {
        ...(NUMBER.test(given.value.trim()) ? {} : { value: number }),
        ...(measurement.code !== BLOOD_PRESSURE || NUMBER.test(given.diastolic.trim()) ? {} : { diastolic: number }),
      };
    }
    return {
      ...(given.title.trim() ? {} : { title: t`Write a few words` }),
      ...(kind !== "note" || given.note.trim() ? {} : { note: words }),
    };
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    const found = mistakes();
    setWrong(found);
    if (Object.keys(found).length > 0) return;
    if (!entry.current.at) entry.current.at = new Date().toISOString();
    const about = { residentId, ...entry.current };
    const note = given.note.trim();
    const resource =
      kind === "note"
        ? noteOf(about, given.title.trim(), note)
        : kind === "diagnosis"
          ? diagnosis(about, given.title.trim(), note)
          : observation(about, {
              ...measurement,
              value: given.value.trim(),
              diastolic: measurement.code === BLOOD_PRESSURE ? given.diastolic.trim() : "",
              note,
            });
    void write.run(JSON.stringify(resource));
  }

  const isPressure = measurement.code === BLOOD_PRESSURE;
  return (
    <Page title={t`Write a result or a note`} narrow back={{ to: at, text: scan?.person?.name ?? t`The visit` }}>
      {written && (
        <Notice tone="good" title={t`It is in their record`}>
          <p>
            <Link href={at}>
              <Trans>Back to the visit</Trans>
            </Link>
          </p>
        </Notice>
      )}
      <Refused refusal={write.refusal} />
      <Form onSubmit={submit} validationBehavior="aria">
        <Choice
          label={t`What`}
          value={kind}
          options={[
            { value: "result", text: t`A result` },
            { value: "note", text: t`A note` },
            { value: "diagnosis", text: t`A diagnosis` },
          ]}
          onChange={(next) => change({ kind: next })}
        />
        {kind === "result" ? (
          <>
            <Choice
              label={t`Of`}
              value={measurement.code}
              options={measurements.map(({ code, name }) => ({ value: code, text: name }))}
              onChange={(code) => change({ code })}
            />
            <Field
              label={isPressure ? t`Upper value` : t`Value`}
              hint={measurement.shown}
              inputMode="decimal"
              autoComplete="off"
              {...field("value")}
            />
            {isPressure && (
              <Field
                label={t`Lower value`}
                hint={measurement.shown}
                inputMode="decimal"
                autoComplete="off"
                {...field("diastolic")}
              />
            )}
          </>
        ) : (
          <Field label={kind === "note" ? t`About` : t`Diagnosis`} autoComplete="off" {...field("title")} />
        )}
        <Area label={kind === "note" ? t`Note` : t`Remark`} {...field("note")} />
        <p className="hint">
          <Trans>The resident reads it in their record, as written by your institution.</Trans>
        </p>
        <div className="actions">
          <Button type="submit" isPending={write.pending}>
            <Trans>Write it</Trans>
          </Button>
        </div>
      </Form>
    </Page>
  );
}
