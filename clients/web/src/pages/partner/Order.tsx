import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { useClient, useQuery } from "urql";
import { Link, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { refusalOf } from "../../app/wire.ts";
import { useReasons } from "../../app/reasons.ts";
import { useWords } from "../../app/words.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { CancelOrder } from "../../documents/orders.ts";
import { AcceptOrder, FulfilPartnerOrder, OrderContact, PartnerOrder, RefundOrder, RefuseOrder } from "../../documents/partner.ts";
import { Act } from "../../kit/Act.tsx";
import { useKept } from "../../kit/drafts.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Field } from "../../kit/Field.tsx";
import { Money, When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Status } from "../../kit/Status.tsx";
import { Deadline, Pseudonym } from "./shown.tsx";
import { Absent, mayBeAbsent } from "./Absent.tsx";
import { useMay } from "./frame.tsx";
import { usePartnerWords } from "./words.ts";

type Order = NonNullable<ResultOf<typeof PartnerOrder>["order"]>;
const LOOK_AGAIN = 3_000; // while something of an order is under way
const UNDER_WAY = new Set(["AUTHORISING", "CAPTURING", "VOIDING", "REFUNDING", "ADVANCING"]);
const GOES_ON = new Set(["CONFIRMED", "ACCEPTED", "FULFILLING", "FULFILLED"]); // and is told who comes
const GIVEN_BACK_FROM = new Set(["CAPTURED", "PARTLY_REFUNDED"]);

export function OrderPage() {
  const { t } = useLingui();
  const { id } = useParams<{ id: string }>();
  const [answer, ask] = useQuery({ query: PartnerOrder, variables: { id } });
  const again = () => ask({ requestPolicy: "network-only" });
  const order = answer.data?.order;
  const moving = order?.status === "FULFILLED" || UNDER_WAY.has(order?.payment?.status ?? "");
  useEffect(() => {
    if (!moving) return undefined;
    const looking = setInterval(() => ask({ requestPolicy: "network-only" }), LOOK_AGAIN);
    return () => clearInterval(looking);
  }, [moving, ask]);
  return (
    <Page title={order?.lines.map(({ title }) => title).join(", ") || t`Order`} back={{ to: "/orders", text: t`Orders` }}>
      <Shown answer={answer} again={again}>
        {(data) =>
          data.order ? (
            <>
              <Steps order={data.order} again={again} />
              <WhoComes order={data.order} />
              <About order={data.order} />
              <Paid order={data.order} again={again} />
            </>
          ) : (
            <Notice tone="warn" title={t`There is no such order of yours`} />
          )
        }
      </Shown>
    </Page>
  );
}

/** Name, age and telephone, released when they are asked for: the resident reads in their log that they were. */
function WhoComes({ order }: { order: Order }) {
  const { t } = useLingui();
  const client = useClient();
  const [who, setWho] = useState<ResultOf<typeof OrderContact>["orderContact"] | null>(null);
  const atDesk = useMay("DESK");
  if (!atDesk || !GOES_ON.has(order.status)) return null;
  if (who) {
    return (
      <section className="card" aria-label={t`Who comes`}>
        <h2>
          <Trans>Who comes</Trans>
        </h2>
        <Facts
          of={[
            [t`Name`, who.name],
            [t`Age`, String(who.age)],
            [t`Proven who they are`, who.proven ? t`Yes` : t`No`],
            [t`Telephone`, who.telephone && <bdi key="telephone">{who.telephone}</bdi>],
            [t`Who acts for them`, who.guardianNames.join(", ")],
          ]}
        />
      </section>
    );
  }
  return (
    <Act
      text={t`Show who comes`}
      act={async () => {
        const answer = await client
          .query(OrderContact, { orderId: order.id ?? "" }, { requestPolicy: "network-only" })
          .toPromise();
        if (!answer.data?.orderContact) throw refusalOf(answer.error);
        setWho(answer.data.orderContact);
      }}
    />
  );
}

function Steps({ order, again }: { order: Order; again: () => void }) {
  const { t } = useLingui();
  const word = useWords();
  const said = usePartnerWords();
  const reason = useReasons();
  const atDesk = useMay("DESK");
  const id = order.id ?? "";
  const mine = new Set(order.nextSteps.filter(({ party }) => party === "PARTNER").map(({ action }) => action));
  return (
    <>
      <p>
        <Status of={order.status} /> · <Pseudonym of={order.residentId} />
      </p>
      {order.reason && <Notice tone="warn" title={reason(order.reason)} />}
      {order.contested && (
        <Notice tone="warn" title={t`The resident says that it was not given`}>
          <p>
            <Link href="/complaints?status=OPEN">
              <Trans>Answer the complaint</Trans>
            </Link>
          </p>
        </Notice>
      )}
      {order.nextSteps.length > 0 && (
        <ol className="steps">
          {order.nextSteps.map(({ party, action, until }, index) => (
            <li key={`${party} ${action}`} aria-current={index === 0 ? "step" : undefined}>
              <strong>{said("party", party)}</strong>: {word("action", action)} <Deadline at={until} />
            </li>
          ))}
        </ol>
      )}
      {mine.has("SERVE") && (
        <p className="soft">
          <Trans>A service is proved by the scan of the resident's health code: a practitioner of yours does that.</Trans>
        </p>
      )}
      {atDesk && (
        <div className="actions">
          {mine.has("ACCEPT") && (
            <>
              <Act
                text={t`Accept the order`}
                tone="plain"
                act={async (key) => {
                  await carryOut(AcceptOrder, "acceptOrder", { id, key });
                  again();
                }}
              />
              <Act
                text={t`Decline it`}
                tone="danger"
                reason={t`Why? The resident reads it.`}
                act={async (key, reason) => {
                  await carryOut(RefuseOrder, "refuseOrder", { id, reason, key });
                  again();
                }}
              />
            </>
          )}
          {mine.has("DECLARE_FULFILLED") && (
            <Act
              text={t`Declare it done`}
              tone="plain"
              act={async (key) => {
                await carryOut(FulfilPartnerOrder, "fulfilOrder", { id, key });
                again();
              }}
            />
          )}
          {order.lines.some(({ bookings, proven }) =>
            bookings.some(({ interval, agreedAt }) => mayBeAbsent(order.status, interval.start, agreedAt, proven)),
          ) && <Absent orderId={id} done={again} />}
          {order.cancellation?.possible && (
            <Act
              text={t`Cancel the order`}
              tone="danger"
              reason={t`Why? The resident reads it.`}
              warning={
                <p>
                  <Trans>
                    The resident pays <Money of={order.cancellation.due} /> for what was given, and gets{" "}
                    <Money of={order.cancellation.released} /> back.
                  </Trans>
                </p>
              }
              act={async (key, reason) => {
                await carryOut(CancelOrder, "cancelOrder", { orderId: id, reason, key, validateOnly: false });
                again();
              }}
            />
          )}
        </div>
      )}
    </>
  );
}

function About({ order }: { order: Order }) {
  const { t } = useLingui();
  return (
    <>
      <h2>
        <Trans>What is ordered</Trans>
      </h2>
      {order.series && (
        <p>
          <Trans>
            Period {order.series.period} of at most {order.series.periodsMax}: each is an order of its own.
          </Trans>{" "}
          {order.series.end && <Trans>No further one follows.</Trans>}
        </p>
      )}
      <ul className="list">
        {order.lines.map((line) => (
          <li key={line.id} className="card">
            <div className="row">
              <h3>
                <Link href={`/offerings/${line.offeringId}`}>{line.title}</Link> × {line.quantity}
              </h3>
              <Money of={line.total} />
            </div>
            {line.pricedPer === "USAGE" && (
              <p>
                <Trans>
                  <Money of={line.unitPrice} /> for each unit used: <Money of={line.due} /> so far, at most <Money of={line.total} />
                </Trans>
              </p>
            )}
            {line.bookings.map(({ id, interval, agreedAt, answerBy }) => (
              <p key={id}>
                <When at={interval.start} />{" "}
                {!agreedAt && (
                  <span className="soft">
                    <Trans>
                      waits for the resident's word until <Deadline at={answerBy} />
                    </Trans>
                  </span>
                )}
              </p>
            ))}
            {line.entitlements.map(({ code, title, granted, used, givenUp, validUntil }) => (
              <p key={code}>
                <Trans>
                  {title}: {used} of {granted} given
                </Trans>
                {givenUp > 0 && <> · {t`${givenUp} given up`}</>}
                {validUntil && (
                  <>
                    {" · "}
                    <Trans>
                      until <When at={validUntil} style="day" />
                    </Trans>
                  </>
                )}
              </p>
            ))}
          </li>
        ))}
      </ul>
      <Facts
        of={[
          [t`Price`, <Money of={order.total} key="total" />],
          [t`Ordered`, <When at={order.placedAt} key="placed" />],
          [t`Changed`, <When at={order.changedAt} key="changed" />],
          [t`May object until`, order.objectionUntil ? <When at={order.objectionUntil} key="objection" /> : null],
          [t`Proofs`, order.proofs.length > 0 ? order.proofs.map(({ id, provenAt }) => <div key={id}><When at={provenAt} /></div>) : null],
        ]}
      />
    </>
  );
}

function Paid({ order, again }: { order: Order; again: () => void }) {
  const { t } = useLingui();
  const said = usePartnerWords();
  const mayPay = useMay("FINANCE");
  const [amount, setAmount] = useKept(`refund:${order.id}`, "");
  const { payment } = order;
  if (!payment) return null;
  const currency = payment.amount.currency;
  return (
    <>
      <h2>
        <Trans>Its money</Trans>
      </h2>
      {payment.failure && <Notice tone="bad" title={payment.failure} />}
      <Facts
        of={[
          [t`State`, said("payment", payment.status)],
          [t`Taken`, <Money of={payment.captured} key="captured" />],
          [t`Given back`, <Money of={payment.refunded} key="refunded" />],
          [t`Being given back`, Number(payment.refunding.amount) ? <Money of={payment.refunding} key="refunding" /> : null],
          ...payment.splits.flatMap(({ parts }) =>
            parts.map((part) => [part.party, <Money of={part.amount} key={part.party} />] as const),
          ),
        ]}
      />
      {mayPay && GIVEN_BACK_FROM.has(payment.status) && (
        <div className="actions">
          <Act
            text={t`Give money back`}
            tone="danger"
            reason={t`Why? The resident reads it.`}
            warning={
              <Field
                label={t`How much`}
                hint={t`In ${currency}; empty: all that is left`}
                name="amount"
                inputMode="decimal"
                value={amount}
                onChange={setAmount}
              />
            }
            act={async (key, reason) => {
              const part = amount.trim() ? { amount: amount.trim(), currency } : null;
              await carryOut(RefundOrder, "refundOrder", { id: order.id ?? "", reason, amount: part, key });
              setAmount("");
              again();
            }}
          />
        </div>
      )}
    </>
  );
}
