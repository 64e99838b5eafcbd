import { useLingui } from "@lingui/react/macro";
import { useWords } from "../../app/words.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { PartnerOrders } from "../../documents/partner.ts";
import { Money, When } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { Status } from "../../kit/Status.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { useRows } from "../../kit/useRows.ts";
import { Deadline, Pseudonym } from "./shown.tsx";
import { usePartnerWords } from "./words.ts";

type Order = NonNullable<ResultOf<typeof PartnerOrders>["orders"]>["nodes"][number];
const STATUSES = [
  "PLACED", "CONFIRMED", "ACCEPTED", "FULFILLING", "FULFILLED", "CLOSED", "REFUSED", "CANCELLED", "EXPIRED",
] as const;
const PARTIES = ["PARTNER", "RESIDENT", "OPERATOR"] as const;

export function OrdersPage() {
  const { t } = useLingui();
  const word = useWords();
  const said = usePartnerWords();
  const [address] = useAddress();
  const orders = useRows(
    PartnerOrders,
    {
      status: STATUSES.find((each) => each === address["status"]) ?? null,
      waitsFor: PARTIES.find((each) => each === address["waits"]) ?? null,
      offeringId: address["offering"] ?? null,
    },
    (data) => data.orders,
  );
  const next = (order: Order) => order.nextSteps[0];
  const columns: Column<Order>[] = [
    { key: "what", title: t`What`, value: ({ lines }) => lines.map(({ title }) => title).join(", ") },
    { key: "who", title: t`Who`, value: ({ residentId }) => residentId, show: ({ residentId }) => <Pseudonym of={residentId} /> },
    { key: "status", title: t`State`, value: ({ status }) => word("status", status), show: ({ status }) => <Status of={status} /> },
    {
      key: "next",
      title: t`Next`,
      value: (order) => {
        const step = next(order);
        return step ? `${said("party", step.party)}: ${word("action", step.action)}` : "";
      },
    },
    {
      key: "deadline",
      title: t`Until`,
      value: (order) => next(order)?.until ?? null,
      show: (order) => <Deadline at={next(order)?.until ?? null} />,
    },
    {
      key: "session",
      title: t`Time`,
      value: ({ lines }) => lines.flatMap(({ bookings }) => bookings)[0]?.interval.start,
      show: ({ lines }) => {
        const session = lines.flatMap(({ bookings }) => bookings)[0];
        return session && <When at={session.interval.start} />;
      },
    },
    { key: "total", title: t`Price`, numeric: true, value: ({ total }) => total.amount, show: ({ total }) => <Money of={total} /> },
    { key: "placed", title: t`Ordered`, value: ({ placedAt }) => placedAt, show: ({ placedAt }) => <When at={placedAt} /> },
  ];
  return (
    <Page title={t`Orders`}>
      <Table
        label={t`Orders`}
        of={orders}
        columns={columns}
        filters={[
          { key: "waits", label: t`Waits for`, options: PARTIES.map((value) => ({ value, text: said("party", value) })) },
          { key: "status", label: t`State`, options: STATUSES.map((value) => ({ value, text: word("status", value) })) },
        ]}
        id={({ id }) => id ?? ""}
        open={({ id }) => `/orders/${id}`}
        file="yima-orders"
        empty={t`There is no such order.`}
      />
    </Page>
  );
}
