import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { useQuery } from "urql";
import { Link } from "wouter";
import { carryOut } from "../../app/client.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { Calendars, PutCalendar } from "../../documents/partner.ts";
import { asRows } from "../../kit/asRows.ts";
import { Choice } from "../../kit/Choice.tsx";
import { useDraft } from "../../kit/drafts.ts";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { refusalAt } from "../../kit/refusals.ts";
import { Refused } from "../../kit/Refused.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useAct } from "../../kit/useAct.ts";
import { usePartnerWords } from "./words.ts";

type Calendar = NonNullable<ResultOf<typeof Calendars>["calendars"]>[number];
const KINDS = ["PRACTITIONER", "ROOM", "DEVICE"] as const;
const EMPTY = { code: "", kind: "ROOM", name: "", practitionerId: "" };

/** The calendars of who serves, rooms and devices: no two times take one at once. */
export function CalendarsPage() {
  const { t } = useLingui();
  const said = usePartnerWords();
  const [answer, ask] = useQuery({ query: Calendars });
  const practitioners = answer.data?.practitioners?.nodes ?? [];
  const nameOf = new Map(practitioners.map(({ id, name }) => [id, name]));
  const columns: Column<Calendar>[] = [
    { key: "code", title: t`Code`, value: ({ code }) => code, show: ({ code }) => <bdi>{code}</bdi> },
    { key: "kind", title: t`Of`, value: ({ kind }) => said("calendar", kind) },
    { key: "name", title: t`Name`, value: ({ name }) => name },
    { key: "whose", title: t`Whose`, value: ({ practitionerId }) => nameOf.get(practitionerId ?? "") ?? "" },
    {
      key: "ends",
      title: t`Ends`,
      value: ({ endsAt }) => endsAt,
      show: ({ endsAt }) => (endsAt ? <When at={endsAt} style="day" /> : <Trans>It goes on</Trans>),
    },
    {
      key: "end",
      title: t`Change`,
      show: ({ code, name, endsAt }) =>
        !endsAt && (
          <Link href={`/today/calendars/${code}/end`}>{t`End: ${name}`}</Link>
        ),
    },
  ];
  return (
    <Page title={t`Calendars`} back={{ to: "/today", text: t`Today` }}>
      <Table
        label={t`Calendars`}
        of={asRows(answer.data?.calendars ?? [], answer.fetching && !answer.data)}
        columns={columns}
        id={({ code }) => code}
        file="yima-calendars"
        empty={t`There is no calendar yet.`}
      />
      <Putting practitioners={practitioners} again={() => ask({ requestPolicy: "network-only" })} />
    </Page>
  );
}

interface PuttingProps {
  practitioners: readonly { id: string; name: string }[];
  again: () => void;
}

function Putting({ practitioners, again }: PuttingProps) {
  const { t } = useLingui();
  const said = usePartnerWords();
  const { fields, fill, clear } = useDraft("calendar", EMPTY);
  const [done, setDone] = useState(false);
  const kind = KINDS.find((each) => each === fields.kind) ?? "ROOM";
  const whose = kind === "PRACTITIONER" ? fields.practitionerId || practitioners[0]?.id || null : null;
  const put = useAct(async (key: string, code: string, name: string, practitionerId: string | null) => {
    await carryOut(PutCalendar, "putCalendar", { code, kind, name, practitionerId, key });
    clear();
    setDone(true);
    again();
  });
  const { wrong, above } = refusalAt(put.refusal && { ...put.refusal, field: fieldOf(put.refusal.field) }, ["code", "name"]);
  function submit(event: FormEvent) {
    event.preventDefault();
    void put.run(fields.code.trim(), fields.name.trim(), whose);
  }
  const change = (changes: Partial<typeof EMPTY>) => {
    fill(changes);
    setDone(false);
  };
  return (
    <>
      <h2>
        <Trans>Put a calendar</Trans>
      </h2>
      <p className="soft">
        <Trans>Times name it by its code. A code that is there gets the new name; what it is of stays.</Trans>
      </p>
      {done && <Notice tone="good" title={t`The calendar is there`} />}
      <Refused refusal={above} />
      <Form onSubmit={submit} validationBehavior="aria">
        <Choice
          label={t`Of`}
          value={kind}
          options={KINDS.map((value) => ({ value, text: said("calendar", value) }))}
          onChange={(next) => change({ kind: next })}
        />
        {kind === "PRACTITIONER" && (
          <Choice
            label={t`Whose`}
            value={whose ?? ""}
            options={practitioners.map(({ id, name }) => ({ value: id, text: name }))}
            onChange={(practitionerId) => change({ practitionerId })}
          />
        )}
        <Field
          label={t`Code`}
          hint={t`Your own, such as room-2`}
          name="code"
          value={fields.code}
          onChange={(code) => change({ code })}
          wrong={wrong("code")}
          autoComplete="off"
          isRequired
        />
        <Field
          label={t`Name`}
          hint={t`For your own people`}
          name="name"
          value={fields.name}
          onChange={(name) => change({ name })}
          wrong={wrong("name")}
          isRequired
        />
        <div className="actions">
          <Button type="submit" isPending={put.pending} isDisabled={fields.code.trim() === "" || fields.name.trim() === ""}>
            <Trans>Put it</Trans>
          </Button>
        </div>
      </Form>
    </>
  );
}

/** The gateway's name of a field, as this form's. */
function fieldOf(field: string | null): string | null {
  return field === "calendarCode" ? "code" : field;
}
