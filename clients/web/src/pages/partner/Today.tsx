import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useClient, useQuery } from "urql";
import { Link } from "wouter";
import { refusalOf } from "../../app/wire.ts";
import { useWords } from "../../app/words.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { DaySessions, DeskPlaces, OrderContact } from "../../documents/partner.ts";
import { Act } from "../../kit/Act.tsx";
import { Choice } from "../../kit/Choice.tsx";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { Status } from "../../kit/Status.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { useRows } from "../../kit/useRows.ts";
import { Absent, mayBeAbsent } from "./Absent.tsx";
import { useMay, useStaff } from "./frame.tsx";
import { Pseudonym } from "./shown.tsx";
import { usePartnerWords } from "./words.ts";

type Session = NonNullable<ResultOf<typeof DaySessions>["daySessions"]>["nodes"][number];

/** A day at the desk: who comes when, to whom and where, and what waits. */
export function TodayPage() {
  const { t } = useLingui();
  const word = useWords();
  const said = usePartnerWords();
  const { institutionId } = useStaff();
  const atDesk = useMay("DESK");
  const [address, change] = useAddress();
  const [places] = useQuery({ query: DeskPlaces, variables: { partnerId: institutionId } });
  const practitioners = places.data?.practitioners?.nodes ?? [];
  const nameOf = new Map(practitioners.map(({ id, name }) => [id, name]));
  const day = /^\d{4}-\d{2}-\d{2}$/.test(address["day"] ?? "") ? (address["day"] ?? null) : null;
  const sessions = useRows(
    DaySessions,
    {
      day,
      siteId: address["site"] ?? null,
      practitionerId: address["practitioner"] ?? null,
      waitsForPartner: address["waits"] === "yes",
    },
    (data) => data.daySessions,
  );
  const columns: Column<Session>[] = [
    { key: "time", title: t`Time`, value: ({ interval }) => interval.start, show: ({ interval }) => <When at={interval.start} style="time" /> },
    {
      key: "what",
      title: t`What`,
      value: ({ title }) => title,
      show: ({ title, orderId }) => <Link href={`/orders/${orderId}`}>{title}</Link>,
    },
    { key: "who", title: t`Who`, value: ({ beneficiaryId }) => beneficiaryId, show: (session) => <Who session={session} /> },
    { key: "serves", title: t`With`, value: ({ practitionerIds }) => practitionerIds.map((id) => nameOf.get(id) ?? "").join(", ") },
    { key: "where", title: t`Where`, value: ({ site, calendars }) => [site?.name, ...calendars].filter(Boolean).join(", ") },
    { key: "status", title: t`State`, value: ({ status }) => word("status", status), show: ({ status }) => <Status of={status} /> },
    {
      key: "next",
      title: t`Next`,
      value: ({ nextSteps }) =>
        nextSteps.map(({ party, action }) => `${said("party", party)}: ${word("action", action)}`).join("; "),
    },
    {
      key: "absent",
      title: t`Did they come?`,
      show: ({ orderId, status, interval, agreedAt, proven }) =>
        atDesk && mayBeAbsent(status, interval.start, agreedAt, proven) && <Absent orderId={orderId} done={sessions.again} />,
    },
  ];
  const everything = { value: "", text: t`All of them` };
  return (
    <Page title={t`Today`}>
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        <Field label={t`Day`} type="date" name="day" value={day ?? ""} onChange={(next) => change({ day: next })} />
        <Choice
          label={t`Where`}
          value={address["site"] ?? ""}
          options={[everything, ...(places.data?.sites ?? []).map(({ id, name }) => ({ value: id, text: name }))]}
          onChange={(next) => change({ site: next })}
        />
        <Choice
          label={t`With`}
          value={address["practitioner"] ?? ""}
          options={[everything, ...practitioners.map(({ id, name }) => ({ value: id, text: name }))]}
          onChange={(next) => change({ practitioner: next })}
        />
        <Choice
          label={t`Waits for`}
          value={address["waits"] ?? ""}
          options={[everything, { value: "yes", text: said("party", "PARTNER") }]}
          onChange={(next) => change({ waits: next })}
        />
      </form>
      <Table
        label={t`Who comes`}
        of={sessions}
        columns={columns}
        id={({ bookingId }) => bookingId}
        file={`yima-${day ?? "today"}`}
        empty={t`Nobody has booked a time on this day.`}
      />
      {atDesk && (
        <p className="actions">
          <Link href="/today/close" className="button quiet">
            <Trans>Close a day</Trans>
          </Link>
          <Link href="/today/calendars" className="button quiet">
            <Trans>Calendars</Trans>
          </Link>
        </p>
      )}
    </Page>
  );
}

/** Who comes: an id, until somebody asks for the name. The resident reads in their log that they did. */
function Who({ session }: { session: Session }) {
  const { t } = useLingui();
  const client = useClient();
  const [who, setWho] = useState<ResultOf<typeof OrderContact>["orderContact"] | null>(null);
  if (who) {
    return (
      <>
        <strong>{who.name}</strong>, {who.age}
        {who.telephone && (
          <>
            {", "}
            <bdi>{who.telephone}</bdi>
          </>
        )}
        {who.guardianNames.length > 0 && (
          <span className="soft">
            {" "}
            <Trans>with {who.guardianNames.join(", ")}</Trans>
          </span>
        )}
      </>
    );
  }
  return (
    <>
      <Pseudonym of={session.beneficiaryId} />{" "}
      <Act
        text={t`Show who comes`}
        act={async () => {
          const answer = await client
            .query(OrderContact, { orderId: session.orderId }, { requestPolicy: "network-only" })
            .toPromise();
          if (!answer.data?.orderContact) throw refusalOf(answer.error);
          setWho(answer.data.orderContact);
        }}
      />
    </>
  );
}
