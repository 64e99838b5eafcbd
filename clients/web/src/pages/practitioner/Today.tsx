import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { Link } from "wouter";
import { dayIn, isDay, todayIn, useCityZone } from "../../app/cityDays.ts";
import { useWords } from "../../app/words.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { DaysOrders, PractitionerMe } from "../../documents/practitioner.ts";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Status } from "../../kit/Status.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { useRows } from "../../kit/useRows.ts";
import { useQuery } from "urql";

type Order = NonNullable<ResultOf<typeof DaysOrders>["orders"]>["nodes"][number];
interface Session {
  id: string;
  start: string;
  title: string;
  order: Order;
}

export function TodayPage() {
  const { t } = useLingui();
  const word = useWords();
  const [address, change] = useAddress();
  const [me] = useQuery({ query: PractitionerMe });
  const zone = useCityZone();
  const day = isDay(address["day"] ?? "") ? (address["day"] ?? "") : todayIn(zone);
  const [from, until] = useMemo(() => dayIn(zone, day), [zone, day]);
  const orders = useRows(
    DaysOrders,
    { sessions: { start: from.toISOString(), end: until.toISOString() } },
    (data) => data.orders,
  );
  const sessions = useMemo(() => sessionsOf(orders.rows, from, until), [orders.rows, from, until]);
  const columns: Column<Session>[] = [
    {
      key: "time",
      title: t`Time`,
      value: ({ start }) => start,
      show: ({ start }) => <When at={start} style="time" />,
    },
    { key: "what", title: t`What`, value: ({ title }) => title },
    { key: "who", title: t`Who`, value: ({ order }) => order.residentId, show: ({ order }) => <Pseudonym of={order.residentId} /> },
    { key: "status", title: t`State`, value: ({ order }) => word("status", order.status), show: ({ order }) => <Status of={order.status} /> },
    {
      key: "next",
      title: t`Next`,
      value: ({ order: { nextSteps } }) => (nextSteps[0] ? word("action", nextSteps[0].action) : ""),
    },
  ];
  const practitioner = me.data?.me?.practitioner;
  return (
    <Page title={t`Today`}>
      {practitioner && practitioner.licenceState !== "CHECKED" && (
        <Notice tone="warn" title={t`Your licence is not confirmed`}>
          <p>
            <Trans>Until the register of licences confirms it, you scan and read nothing. Ask your institution.</Trans>
          </p>
        </Notice>
      )}
      <p className="actions">
        <Link href="/scan" className="button">
          <Trans>Scan a health code</Trans>
        </Link>
      </p>
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        <Field label={t`Day`} type="date" name="day" value={day} onChange={(next) => change({ day: next })} />
      </form>
      <Table
        label={t`Who comes`}
        of={{ ...orders, rows: sessions, every: async (most) => sessionsOf(await orders.every(most), from, until) }}
        columns={columns}
        id={({ id }) => id}
        open={({ order }) => `/visits/${order.residentId}`}
        file={`yima-${day}`}
        empty={t`Nobody has booked a time on this day.`}
      />
    </Page>
  );
}

/** The sessions of a day, the earliest first: an order may have several. */
function sessionsOf(orders: readonly Order[], from: Date, until: Date): Session[] {
  return orders
    .flatMap((order) =>
      order.lines.flatMap((line) =>
        line.bookings.map((booking) => ({ id: booking.id, start: booking.interval.start, title: line.title, order })),
      ),
    )
    .filter(({ start }) => Date.parse(start) >= from.getTime() && Date.parse(start) < until.getTime())
    .toSorted((one, other) => Date.parse(one.start) - Date.parse(other.start));
}

/** Somebody whom the institution knows by an id of its own alone: the end of it, which tells people apart. */
export function Pseudonym({ of }: { of: string }) {
  return <bdi className="soft">…{of.slice(-8)}</bdi>;
}
