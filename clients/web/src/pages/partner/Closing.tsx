import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button, Form } from "react-aria-components";
import { useClient, useQuery } from "urql";
import { Link, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { refusalOf } from "../../app/wire.ts";
import type { ResultOf, VariablesOf } from "../../documents/graphql.ts";
import { BookedDays, Calendars, CloseDay, DeskPlaces, EndCalendar } from "../../documents/partner.ts";
import { Answers } from "../../kit/Answers.tsx";
import { Area } from "../../kit/Area.tsx";
import { Choice } from "../../kit/Choice.tsx";
import { useDraft } from "../../kit/drafts.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Field } from "../../kit/Field.tsx";
import { Money } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { refusalAt } from "../../kit/refusals.ts";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";
import { useStaff } from "./frame.tsx";

type Booked = NonNullable<ResultOf<typeof BookedDays>["bookedDays"]>;
type Days = VariablesOf<typeof BookedDays>;
const REASON_LENGTH_MAX = 500;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** To close a day at a site: every coming time there is taken back. */
export function CloseDayPage() {
  const { t } = useLingui();
  const { institutionId } = useStaff();
  const [answer, ask] = useQuery({ query: DeskPlaces, variables: { partnerId: institutionId } });
  return (
    <Page title={t`Close a day`} narrow back={{ to: "/today", text: t`Today` }}>
      <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
        {({ sites }) => <ClosingDay sites={(sites ?? []).filter(({ closed }) => !closed)} />}
      </Shown>
    </Page>
  );
}

function ClosingDay({ sites }: { sites: readonly { id: string; name: string }[] }) {
  const { t } = useLingui();
  const { fields, fill } = useDraft("close-day", { siteId: "" });
  const site = sites.find(({ id }) => id === fields.siteId) ?? sites[0];
  if (!site) {
    return (
      <Notice tone="warn" title={t`You have no site yet`}>
        <p>
          <Trans>A day is closed at a site. Take single times back where their offering is.</Trans>
        </p>
      </Notice>
    );
  }
  return (
    <TakingBack
      key={site.id}
      name={`close-day:${site.id}`}
      day={t`Day`}
      text={t`Close the day`}
      also={{
        answer: [t`Where`, site.name],
        field: (
          <Choice
            label={t`Where`}
            value={site.id}
            options={sites.map(({ id, name }) => ({ value: id, text: name }))}
            onChange={(siteId) => fill({ siteId })}
          />
        ),
      }}
      daysOf={(day) => ({ fromDay: day, untilDay: day, siteId: site.id })}
      act={async (key, day, reason) =>
        (await carryOut(CloseDay, "closeDay", { siteId: site.id, day, reason, key })).slotIds.length
      }
    />
  );
}

/** To end a calendar, such as of somebody who leaves: from a day on it has no times. */
export function EndCalendarPage() {
  const { t } = useLingui();
  const { code } = useParams<{ code: string }>();
  const [answer, ask] = useQuery({ query: Calendars });
  const calendar = answer.data?.calendars?.find((each) => each.code === code);
  return (
    <Page
      title={calendar ? t`End the calendar: ${calendar.name}` : t`End a calendar`}
      narrow
      back={{ to: "/today/calendars", text: t`Calendars` }}
    >
      <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
        {() =>
          calendar ? (
            <TakingBack
              name={`end-calendar:${code}`}
              day={t`The first day without times`}
              text={t`End the calendar`}
              daysOf={(day) => ({ fromDay: day, calendarCode: code })}
              act={async (key, day, reason) =>
                (await carryOut(EndCalendar, "endCalendar", { code, fromDay: day, reason, key })).slotIds.length
              }
            />
          ) : (
            <Notice tone="warn" title={t`You have no such calendar`} />
          )
        }
      </Shown>
    </Page>
  );
}

interface TakingBackProps {
  /** Of the draft. */
  name: string;
  day: string;
  text: string;
  /** What else is chosen, and how it is shown to be looked over. */
  also?: { answer: readonly [string, string]; field: ReactNode };
  daysOf: (day: string) => Days;
  act: (key: string, day: string, reason: string) => Promise<number>;
}

/** Days whose times are taken back: what is booked in them is shown before, and then it is done in one act. */
function TakingBack({ name, day, text, also, daysOf, act }: TakingBackProps) {
  const { t } = useLingui();
  const client = useClient();
  const { fields, fill, clear } = useDraft(name, { day: "", reason: "" });
  const [booked, setBooked] = useState<Booked | null>(null);
  const [withdrawn, setWithdrawn] = useState<number | null>(null);
  const look = useAct(async (_key: string, from: string) => {
    const answer = await client.query(BookedDays, daysOf(from), { requestPolicy: "network-only" }).toPromise();
    if (!answer.data?.bookedDays) throw refusalOf(answer.error);
    setBooked(answer.data.bookedDays);
  });
  const take = useAct(async (key: string, from: string, reason: string) => {
    try {
      setWithdrawn(await act(key, from, reason));
      clear();
    } catch (refused) {
      if (isAtField(refused)) setBooked(null); // to be typed otherwise, and looked at again
      throw refused;
    }
  });
  const refusal = look.refusal ?? take.refusal;
  const { wrong, above } = refusalAt(refusal && { ...refusal, field: fieldOf(refusal.field) }, ["day", "reason"]);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (booked) void take.run(fields.day, fields.reason.trim());
    else void look.run(fields.day);
  }

  if (withdrawn !== null) {
    return (
      <Notice tone="good" title={t`It is done`}>
        <p>
          <Plural
            value={withdrawn}
            one="# time was taken back. Whoever had booked it is told."
            other="# times were taken back. Whoever had booked one is told."
          />
        </p>
        <p>
          <Link href="/today">
            <Trans>Back to the day</Trans>
          </Link>
        </p>
      </Notice>
    );
  }
  return (
    <>
      <Refused refusal={above} />
      <Form onSubmit={submit} validationBehavior="aria">
        {booked ? (
          <>
            <Answers
              of={[...(also ? [also.answer] : []), [day, fields.day], [t`Why`, fields.reason]]}
              onChange={() => setBooked(null)}
            />
            <h2>
              <Trans>What that takes back</Trans>
            </h2>
            <Facts
              of={[
                [t`Times`, String(booked.slots)],
                [t`Booked in them`, String(booked.sessions)],
                [t`Orders`, String(booked.orders)],
                [
                  t`What they cost`,
                  booked.totals.length > 0
                    ? booked.totals.map((total) => <Money of={total} key={total.currency} />)
                    : null,
                ],
              ]}
            />
            <p className="soft">
              <Trans>
                Who has paid is offered the next free time, and may decline it for nothing. Who has not is cancelled.
                Somebody may book or cancel until you do it.
              </Trans>
            </p>
          </>
        ) : (
          <>
            {also?.field}
            <Field
              label={day}
              type="date"
              name="day"
              value={fields.day}
              onChange={(next) => fill({ day: next })}
              wrong={wrong("day")}
              isRequired
            />
            <Area
              label={t`Why? Who has booked a time reads it.`}
              name="reason"
              value={fields.reason}
              onChange={(reason) => fill({ reason })}
              wrong={wrong("reason")}
              maxLength={REASON_LENGTH_MAX}
              rows={2}
              isRequired
            />
          </>
        )}
        <div className="actions">
          <Button
            type="submit"
            className={`react-aria-Button ${booked ? "danger" : "plain"}`}
            isPending={look.pending || take.pending}
            isDisabled={!DAY.test(fields.day) || fields.reason.trim() === ""}
          >
            {booked ? text : t`Show what it takes back`}
          </Button>
        </div>
      </Form>
    </>
  );
}

/** The gateway's name of a field, as this form's. */
function fieldOf(field: string | null): string | null {
  return field === "fromDay" || field === "untilDay" ? "day" : field;
}

function isAtField(refused: unknown): boolean {
  return typeof refused === "object" && refused !== null && "field" in refused && refused.field !== null;
}
