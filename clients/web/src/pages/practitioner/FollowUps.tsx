// What is to be done next for patients: noted in a visit, referred to others, worked through by its day, and closed.

import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { useQuery } from "urql";
import { Link, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { ACTIONS, OUTCOMES, REASONS, useFollowUpWords } from "../../app/followUps.ts";
import { scanOf } from "../../app/scans.ts";
import { CloseFollowUp, DueFollowUps, NextSteps, NoteFollowUp, ReferralTargets } from "../../documents/followUps.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { Area } from "../../kit/Area.tsx";
import { Choice } from "../../kit/Choice.tsx";
import { useDraft, useKept } from "../../kit/drafts.ts";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useAct } from "../../kit/useAct.ts";
import { useRows } from "../../kit/useRows.ts";
import { Pseudonym } from "./Today.tsx";

type Due = NonNullable<ResultOf<typeof DueFollowUps>["dueFollowUps"]>["nodes"][number];
type Action = (typeof ACTIONS)[number];
type Reason = (typeof REASONS)[number];
type Outcome = (typeof OUTCOMES)[number];

/** What is open of all patients who still let the practitioner look, the longest overdue first. */
export function FollowUpsPage() {
  const { t } = useLingui();
  const said = useFollowUpWords();
  const due = useRows(DueFollowUps, { dueUntil: null }, (data) => data.dueFollowUps);
  const columns: Column<Due>[] = [
    {
      key: "day",
      title: t`By`,
      value: ({ dueOn }) => dueOn,
      show: ({ dueOn, overdue }) => (
        <>
          <When at={dueOn} style="day" /> {overdue && <span className="tag warn">{t`Overdue`}</span>}
        </>
      ),
    },
    { key: "who", title: t`Who`, value: ({ residentId }) => residentId, show: ({ residentId }) => <Pseudonym of={residentId} /> },
    { key: "what", title: t`What`, value: ({ action, offering }) => offering?.title ?? said("action", action) },
    { key: "why", title: t`Why`, value: ({ reason }) => said("reason", reason) },
    { key: "status", title: t`State`, value: ({ status }) => said("state", status) },
  ];
  return (
    <Page title={t`Follow-ups due`}>
      <p>
        <Trans>
          Of those who still let you look. Somebody whose consent is over is shown again once they let you look at their
          next visit. Close one on the page of the visit.
        </Trans>
      </p>
      <Table
        label={t`Follow-ups due`}
        of={due}
        columns={columns}
        id={({ id }) => id}
        open={({ residentId }) => `/visits/${residentId}`}
        file="yima-follow-ups"
        empty={t`Nothing is due.`}
      />
    </Page>
  );
}

/** What is to be done next for one patient, with what can be said of it. For the page of a visit. */
export function FollowUpsOf({ residentId }: { residentId: string }) {
  const { t } = useLingui();
  const said = useFollowUpWords();
  const [answer, ask] = useQuery({ query: NextSteps, variables: { residentId, openOnly: true, first: 20, after: null } });
  const steps = answer.data?.followUps?.nodes ?? [];
  return (
    <section aria-label={t`What is next`}>
      <h3>
        <Trans>What is next</Trans>
      </h3>
      <ul className="list">
        {steps.map((step) => (
          <li key={step.id} className="card">
            <div className="row">
              <strong>{step.offering?.title ?? said("action", step.action)}</strong>
              <span className={step.overdue ? "tag warn" : "tag"}>{step.overdue ? t`Overdue` : said("state", step.status)}</span>
            </div>
            <p>
              {said("reason", step.reason)} · <When at={step.dueOn} style="day" /> · {step.institution?.name}
            </p>
            {step.note && <p>{step.note}</p>}
            <Closing id={step.id} residentId={residentId} again={() => ask({ requestPolicy: "network-only" })} />
          </li>
        ))}
      </ul>
      <p className="actions">
        <Link href={`/visits/${residentId}/next`} className="button quiet">
          <Trans>Note a follow-up, or refer them</Trans>
        </Link>
      </p>
    </section>
  );
}

function Closing({ id, residentId, again }: { id: string; residentId: string; again: () => void }) {
  const { t } = useLingui();
  const said = useFollowUpWords();
  const [outcome, setOutcome] = useKept<Outcome>(`follow-up-outcome:${id}`, "DONE_HERE");
  const [note, setNote] = useKept(`follow-up-note:${id}`, "");
  const [open, setOpen] = useState(note !== "");
  const close = useAct(async (key: string, what: Outcome, words: string) => {
    await carryOut(CloseFollowUp, "closeFollowUp", { id, residentId, outcome: what, note: words || null, key });
    setOutcome("DONE_HERE");
    setNote("");
    again();
  });
  if (!open) {
    return (
      <Button className="react-aria-Button quiet" onPress={() => setOpen(true)}>
        <Trans>Say what was done</Trans>
      </Button>
    );
  }
  return (
    <Form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void close.run(outcome, note.trim());
      }}
      validationBehavior="aria"
    >
      <Choice
        label={t`What was done`}
        value={outcome}
        options={OUTCOMES.map((value) => ({ value, text: said("outcome", value) }))}
        onChange={(value) => setOutcome(value as Outcome)}
      />
      <Area label={t`In plain words, for them`} name="note" value={note} onChange={setNote} rows={2} />
      <Refused refusal={close.refusal} />
      <div className="actions">
        <Button type="submit" isPending={close.pending}>
          <Trans>Close it</Trans>
        </Button>
      </div>
    </Form>
  );
}

const EMPTY = { dueOn: "", category: "", offering: "", note: "" };

export function NoteFollowUpPage() {
  const { t } = useLingui();
  const { residentId } = useParams<{ residentId: string }>();
  const said = useFollowUpWords();
  const { fields: given, fill, clear } = useDraft(`follow-up:${residentId}`, EMPTY);
  const [action, setAction] = useKept<Action>(`follow-up-action:${residentId}`, "VISIT");
  const [reason, setReason] = useKept<Reason>(`follow-up-reason:${residentId}`, "CHECK");
  const [done, setDone] = useState(false);
  const [targets] = useQuery({ query: ReferralTargets, variables: { category: given.category } });
  const send = useAct(async (key: string, what: Action, why: Reason, words: typeof given) => {
    await carryOut(NoteFollowUp, "noteFollowUp", {
      residentId,
      action: what,
      reason: why,
      dueOn: words.dueOn,
      category: words.offering ? null : words.category || null,
      offeringId: words.offering || null,
      note: words.note.trim() || null,
      key,
    });
    setDone(true);
    clear();
    setAction("VISIT");
    setReason("CHECK");
  });
  const change = (changes: Partial<typeof given>) => {
    fill(changes);
    setDone(false);
  };
  const wrongDay = send.refusal?.field === "dueOn" ? send.refusal.message : undefined;
  const offerings = given.category ? (targets.data?.offerings?.edges ?? []) : [];
  return (
    <Page
      title={t`What is next`}
      back={{ to: `/visits/${residentId}`, text: scanOf(residentId)?.person?.name ?? t`The visit` }}
    >
      {done && <Notice tone="good" title={t`It is noted. They are told that there is something.`} />}
      <Refused refusal={wrongDay ? null : send.refusal} />
      <Form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void send.run(action, reason, given);
        }}
        validationBehavior="aria"
      >
        <Choice
          label={t`What is to be done`}
          value={action}
          options={ACTIONS.map((value) => ({ value, text: said("action", value) }))}
          onChange={(value) => setAction(value as Action)}
        />
        <Choice
          label={t`Why`}
          value={reason}
          options={REASONS.map((value) => ({ value, text: said("reason", value) }))}
          onChange={(value) => setReason(value as Reason)}
        />
        <Field
          label={t`By which day`}
          type="date"
          name="dueOn"
          isRequired
          value={given.dueOn}
          onChange={(dueOn) => change({ dueOn })}
          wrong={wrongDay}
        />
        <Choice
          label={t`Refer them to`}
          value={given.category}
          options={[
            { value: "", text: t`Nobody in particular` },
            ...(targets.data?.city?.categories ?? []).map(({ code, name }) => ({ value: code, text: name })),
          ]}
          onChange={(category) => change({ category, offering: "" })}
        />
        {offerings.length > 0 && (
          <Choice
            label={t`Which of them`}
            value={given.offering}
            options={[
              { value: "", text: t`Any` },
              ...offerings.map(({ node }) => ({ value: node.id, text: [node.title, node.partner?.name].filter(Boolean).join(" · ") })),
            ]}
            onChange={(offering) => change({ offering })}
          />
        )}
        <Area label={t`In plain words, for them`} name="note" value={given.note} onChange={(note) => change({ note })} rows={3} />
        <div className="actions">
          <Button type="submit" isPending={send.pending} isDisabled={!given.dueOn}>
            <Trans>Note it</Trans>
          </Button>
        </div>
      </Form>
    </Page>
  );
}
