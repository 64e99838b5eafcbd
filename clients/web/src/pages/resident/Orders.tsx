import { Trans, useLingui } from "@lingui/react/macro";
import { useClient, useQuery } from "urql";
import { Link } from "wouter";
import { useWhose } from "../../app/whose.ts";
import { useWords } from "../../app/words.ts";
import { Orders } from "../../documents/orders.ts";
import { Choice } from "../../kit/Choice.tsx";
import { Export, EXPORTED_MOST } from "../../kit/Export.tsx";
import { Finer } from "../../kit/Folded.tsx";
import { Money, When } from "../../kit/formats.tsx";
import { NextPage } from "../../kit/NextPage.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Status } from "../../kit/Status.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { everyRow } from "../../kit/useRows.ts";
import { Whose } from "../../kit/Whose.tsx";

const STATUSES = [
  "PLACED",
  "CONFIRMED",
  "ACCEPTED",
  "FULFILLING",
  "FULFILLED",
  "CLOSED",
  "REFUSED",
  "CANCELLED",
  "EXPIRED",
] as const;

const ROWS_OF_A_PAGE = 100; // of a file

export function OrdersPage() {
  const { t } = useLingui();
  const word = useWords();
  const { person } = useWhose();
  const [fields, change] = useAddress();
  const status = STATUSES.find((each) => each === fields["status"]) ?? null;
  return (
    <Page title={t`My orders`} narrow>
      <form className="filters" onSubmit={(event) => event.preventDefault()} aria-label={t`What to show`}>
        <Whose />
        <Finer inUse={status ? 1 : 0}>
          <Choice
            label={t`Where they stand`}
            value={status ?? ""}
            options={[{ value: "", text: t`Any` }, ...STATUSES.map((each) => ({ value: each, text: word("status", each) }))]}
            onChange={(value) => change({ status: value })}
          />
        </Finer>
      </form>
      <Some key={`${person.id} ${status}`} residentId={person.id} status={status} after={null} />
      <p>
        <Link href="/complaints">
          <Trans>My complaints</Trans>
        </Link>{" "}
        ·{" "}
        <Link href="/private-offers">
          <Trans>Offered to me alone</Trans>
        </Link>
      </p>
      <Finer label={t`As a file`}>
        <OrdersAsFile residentId={person.id} status={status} />
      </Finer>
    </Page>
  );
}

/** What somebody takes to their insurer or to whom they ask for advice: what they ordered, where, when and for how much. */
function OrdersAsFile({ residentId, status }: Omit<Asked, "after">) {
  const { t } = useLingui();
  const word = useWords();
  const client = useClient();
  return (
    <Export
      file="yima-orders"
      rows={() => everyRow(client, Orders, { first: ROWS_OF_A_PAGE, residentId, status }, (data) => data.orders, EXPORTED_MOST)}
      columns={[
        { key: "placedAt", title: t`Ordered`, value: ({ placedAt }) => placedAt },
        { key: "what", title: t`What`, value: ({ lines }) => lines.map(({ title }) => title).join(", ") },
        { key: "from", title: t`From whom`, value: ({ partner }) => partner?.name },
        {
          key: "when",
          title: t`When`,
          value: ({ lines }) => lines.flatMap(({ bookings }) => bookings.map(({ interval }) => interval.start)).join(", "),
        },
        { key: "status", title: t`Where it stands`, value: (order) => word("status", order.status) },
        { key: "amount", title: t`Amount`, value: ({ total }) => total.amount },
        { key: "currency", title: t`Currency`, value: ({ total }) => total.currency },
        { key: "id", title: t`Number`, value: ({ id }) => id },
      ]}
    />
  );
}

interface Asked {
  residentId: string;
  status: (typeof STATUSES)[number] | null;
  after: string | null;
}

function Some({ residentId, status, after }: Asked) {
  const word = useWords();
  const [answer, again] = useQuery({ query: Orders, variables: { first: 20, residentId, status, after } });
  return (
    <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
      {(data) => {
        const { nodes = [], pageInfo } = data.orders ?? {};
        return (
          <>
            {nodes.length === 0 && after === null && (
              <p role="status">
                {status ? <Trans>No order stands so.</Trans> : <Trans>You have ordered nothing yet.</Trans>}{" "}
                <Link href="/care">
                  <Trans>Find care</Trans>
                </Link>
              </p>
            )}
            <ul className="list">
              {nodes.map((order) => {
                const step = order.nextSteps[0];
                const session = order.lines.flatMap((line) => line.bookings)[0];
                return (
                  <li key={order.id}>
                    <Link href={`/orders/${order.id}`} className="card">
                      <div className="row">
                        <h2>{order.lines.map((line) => line.title).join(", ")}</h2>
                        <Status of={order.status} />
                      </div>
                      <div className="row soft">
                        <span>{order.partner?.name}</span>
                        <Money of={order.total} />
                      </div>
                      {session && <When at={session.interval.start} />}
                      {step && (
                        <div>
                          {word("party", step.party)}: {word("action", step.action)}
                        </div>
                      )}
                    </Link>
                  </li>
                );
              })}
            </ul>
            <NextPage info={pageInfo} next={(next) => <Some residentId={residentId} status={status} after={next} />} />
          </>
        );
      }}
    </Shown>
  );
}
