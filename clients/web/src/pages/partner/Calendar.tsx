import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Checkbox, Form } from "react-aria-components";
import { useQuery } from "urql";
import { carryOut } from "../../app/client.ts";
import type { ResultOf, VariablesOf } from "../../documents/graphql.ts";
import { AddWeeklySlots, OfferingTimes, WithdrawSlots } from "../../documents/partner.ts";
import { Act } from "../../kit/Act.tsx";
import { asRows } from "../../kit/asRows.ts";
import { useKept } from "../../kit/drafts.ts";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useAct } from "../../kit/useAct.ts";
import type { Offering } from "./Offering.tsx";

type Pattern = VariablesOf<typeof AddWeeklySlots>["pattern"];
type Slot = NonNullable<ResultOf<typeof OfferingTimes>["offering"]>["freePlaces"][number];
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
const WORKING: readonly number[] = [1, 2, 3, 4, 5];
const A_MONDAY = Date.UTC(2024, 0, 1);
const DAY = 24 * 60 * 60_000;
const EMPTY = { fromDate: "", untilDate: "", times: "", minutes: "30", capacity: "1" };

/** The times of an offering: those that are free, more of every week, and those that are taken back. */
export function Calendar({ offering }: { offering: Offering }) {
  const { t } = useLingui();
  const [answer, ask] = useQuery({ query: OfferingTimes, variables: { id: offering.id } });
  const again = () => ask({ requestPolicy: "network-only" });
  const [withdrawn, setWithdrawn] = useState(false);
  const columns: Column<Slot>[] = [
    { key: "start", title: t`Time`, value: ({ interval }) => interval.start, show: ({ interval }) => <When at={interval.start} /> },
    { key: "free", title: t`Free`, numeric: true, value: ({ free }) => free },
    {
      key: "withdraw",
      title: t`Change`,
      show: ({ slotId }) => (
        <Act
          text={t`Take it back`}
          reason={t`Why? Who has booked it reads it, and pays nothing.`}
          act={async (key, reason) => {
            await carryOut(WithdrawSlots, "withdrawSlots", { id: offering.id, reason, slotIds: [slotId], day: null, key });
            setWithdrawn(true);
            again();
          }}
        />
      ),
    },
  ];
  return (
    <section aria-label={t`Times`}>
      <h2>
        <Trans>Times</Trans>
      </h2>
      {withdrawn && <Notice tone="good" title={t`The time is taken back`} />}
      <Table
        label={t`Free times`}
        of={asRows(answer.data?.offering?.freePlaces ?? [], answer.fetching && !answer.data)}
        columns={columns}
        id={({ slotId }) => slotId}
        file={`yima-times-${offering.reference}`}
        empty={t`No time is free.`}
      />
      <Weekly offeringId={offering.id} again={again} />
    </section>
  );
}

function Weekly({ offeringId, again }: { offeringId: string; again: () => void }) {
  const { t, i18n } = useLingui();
  const [given, setGiven] = useKept(`times:${offeringId}`, EMPTY);
  const [weekdays, setWeekdays] = useKept<readonly number[]>(`weekdays:${offeringId}`, WORKING);
  const [added, setAdded] = useState<{ slots: number; skipped: number } | null>(null);
  const nameOf = (weekday: number) =>
    new Intl.DateTimeFormat(i18n.locale, { weekday: "long", timeZone: "UTC" }).format(A_MONDAY + (weekday - 1) * DAY);
  const add = useAct(async (key: string, pattern: Pattern) => {
    const { slotIds, skipped } = await carryOut(AddWeeklySlots, "addWeeklySlots", { id: offeringId, pattern, key });
    setAdded({ slots: slotIds.length, skipped: skipped.length });
    setGiven(EMPTY);
    setWeekdays(WORKING);
    again();
  });
  const wrong = add.refusal?.field?.split(".").at(-1)?.replace(/\[.*$/, "");
  const fill = (name: keyof typeof EMPTY) => ({
    name,
    value: given[name],
    onChange: (value: string) => {
      setGiven({ ...given, [name]: value });
      setAdded(null);
    },
    wrong: wrong === name ? add.refusal?.message : undefined,
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    void add.run({
      fromDate: given.fromDate,
      untilDate: given.untilDate,
      weekdays: [...weekdays],
      times: given.times.split(/[\s,，、]+/).filter(Boolean),
      minutes: Number(given.minutes),
      capacity: Number(given.capacity),
    });
  }
  const slots = added?.slots ?? 0;
  return (
    <>
      <h3>
        <Trans>Times of every week</Trans>
      </h3>
      {added && (
        <Notice tone="good" title={t`The times are there`}>
          <p>
            <Plural value={slots} one="# time was added." other="# times were added." />
            {added.skipped > 0 && <> {t`${added.skipped} were there already, or are past.`}</>}
          </p>
        </Notice>
      )}
      <Refused refusal={wrong && wrong in EMPTY ? null : add.refusal} />
      <Form onSubmit={submit} validationBehavior="aria">
        <Field label={t`From`} type="date" isRequired {...fill("fromDate")} />
        <Field label={t`Until`} type="date" isRequired {...fill("untilDate")} />
        <fieldset className="field">
          <legend className="label">{t`Days of the week`}</legend>
          {WEEKDAYS.map((weekday) => (
            <Checkbox
              key={weekday}
              isSelected={weekdays.includes(weekday)}
              onChange={(on) => setWeekdays(on ? [...weekdays, weekday].toSorted() : weekdays.filter((each) => each !== weekday))}
            >
              {nameOf(weekday)}
            </Checkbox>
          ))}
        </fieldset>
        <Field label={t`At`} hint={t`By the city's clock, such as 08:30 09:00`} isRequired {...fill("times")} />
        <Field label={t`Minutes`} inputMode="numeric" isRequired {...fill("minutes")} />
        <Field label={t`Places`} inputMode="numeric" isRequired {...fill("capacity")} />
        <div className="actions">
          <Button type="submit" isPending={add.pending} isDisabled={weekdays.length === 0}>
            <Trans>Add them</Trans>
          </Button>
        </div>
      </Form>
    </>
  );
}
