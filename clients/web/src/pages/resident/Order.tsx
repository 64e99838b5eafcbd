import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "react-aria-components";
import { useQuery } from "urql";
import { Link, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { useReasons } from "../../app/reasons.ts";
import { useWords } from "../../app/words.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import {
  AgreeToDeskOrder,
  AgreeToSessions,
  CancelOrder,
  ConfirmService,
  DisownDeskOrder,
  OrderPage as Document,
  StopSeries,
} from "../../documents/orders.ts";
import { Act } from "../../kit/Act.tsx";
import { useKept } from "../../kit/drafts.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Field } from "../../kit/Field.tsx";
import { Money, When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Status } from "../../kit/Status.tsx";
import { useAct } from "../../kit/useAct.ts";
import { Pay } from "./Pay.tsx";

type Order = NonNullable<ResultOf<typeof Document>["order"]>;
type Cost = NonNullable<Order["cancellation"]>["due"];
const LOOK_AGAIN = 3_000; // while something of an order is under way
const UNDER_WAY = new Set(["AUTHORISING", "CAPTURING", "VOIDING", "REFUNDING", "ADVANCING"]);
const DISOWNED = "disowned-by-resident";
const ENDED = new Set(["CLOSED", "REFUSED", "CANCELLED", "EXPIRED"]);

export function OrderPage() {
  const { t } = useLingui();
  const { id } = useParams<{ id: string }>();
  const [answer, ask] = useQuery({ query: Document, variables: { id } });
  const order = answer.data?.order;
  const again = () => ask({ requestPolicy: "network-only" });
  const moving = order?.status === "PLACED" || UNDER_WAY.has(order?.payment?.status ?? "");
  useEffect(() => {
    if (!moving) return undefined;
    const looking = setInterval(() => ask({ requestPolicy: "network-only" }), LOOK_AGAIN);
    return () => clearInterval(looking);
  }, [moving, ask]);
  const title = order?.lines.map((line) => line.title).join(", ") || t`Order`;
  return (
    <Page title={title} narrow back={{ to: "/orders", text: t`My orders` }}>
      <Shown answer={answer} again={again}>
        {(data) =>
          data.order ? (
            <>
              <Desk order={data.order} again={again} />
              <NextSteps order={data.order} again={again} />
              <Going order={data.order} again={again} />
              <Periods order={data.order} again={again} />
              <About order={data.order} />
              <Afterwards order={data.order} />
              <Cancelling order={data.order} again={again} />
            </>
          ) : (
            <Notice tone="warn" title={t`There is no such order of yours`} />
          )
        }
      </Shown>
    </Page>
  );
}

/** What a desk placed for them: whether they want it, or that it was not them. */
function Desk({ order, again }: { order: Order; again: () => void }) {
  const { t } = useLingui();
  const { desk } = order;
  if (desk?.byCode) {
    return (
      <p>
        <Trans>You agreed to this at the desk, by a code that was sent to your telephone.</Trans>
      </p>
    );
  }
  if (!desk || desk.agreedAt !== null || order.reason === DISOWNED) return null;
  const by = order.partner?.name ?? "";
  return (
    <Notice tone="warn" title={t`${by} ordered this for you`}>
      <p>
        {desk.printed ? (
          <Trans>
            Your printed code was scanned there. <Link href="/code">See who scanned it.</Link>
          </Trans>
        ) : (
          <Trans>
            Your health code was scanned there. <Link href="/code">See who scanned it.</Link>
          </Trans>
        )}{" "}
        {order.status === "PLACED" && <Trans>It costs nothing until you agree.</Trans>}
      </p>
      <div className="actions">
        {order.status === "PLACED" && (
          <Act
            tone="plain"
            text={t`Yes, I want it`}
            act={async (key) => {
              await carryOut(AgreeToDeskOrder, "agreeToDeskOrder", { orderId: order.id ?? "", key });
              again();
            }}
          />
        )}
        <Act
          tone="danger"
          text={t`It was not me`}
          reason={t`What is there to say? They and the operator read it.`}
          act={async (key, text) => {
            await carryOut(DisownDeskOrder, "disownDeskOrder", { orderId: order.id ?? "", text, key });
            again();
          }}
        />
      </div>
    </Notice>
  );
}

function NextSteps({ order, again }: { order: Order; again: () => void }) {
  const { t } = useLingui();
  const word = useWords();
  const reason = useReasons();
  const confirm = useAct(async (key: string) => {
    await carryOut(ConfirmService, "confirmService", { orderId: order.id ?? "", key });
    again();
  });
  const mine = new Set(order.nextSteps.filter((step) => step.party === "RESIDENT").map((step) => step.action));
  return (
    <>
      <p>
        <Status of={order.status} />
      </p>
      {order.reason && <Notice tone="warn" title={reason(order.reason)} />}
      {order.nextSteps.length > 0 && (
        <>
          <h2>
            <Trans>What comes next</Trans>
          </h2>
          <ol className="steps">
            {order.nextSteps.map((step, index) => (
              <li key={`${step.party} ${step.action}`} aria-current={index === 0 ? "step" : undefined}>
                <strong>{word("party", step.party)}</strong>: {word("action", step.action)}
                {step.until && (
                  <span className="soft">
                    {" "}
                    <Trans>
                      until <When at={step.until} />
                    </Trans>
                  </span>
                )}
              </li>
            ))}
          </ol>
        </>
      )}
      {order.payment?.failure && <Notice tone="bad" title={t`The payment failed: ${order.payment.failure}`} />}
      {mine.has("PAY") && <Pay order={order} again={again} />}
      <Refused refusal={confirm.refusal} />
      <div className="actions">
        {order.status === "ACCEPTED" || order.status === "FULFILLING" ? (
          <Button className="react-aria-Button quiet" isPending={confirm.pending} onPress={() => void confirm.run()}>
            <Trans>I was given it</Trans>
          </Button>
        ) : null}
      </div>
    </>
  );
}

/** Where to go and when, what to bring, and how to move it. */
function Going({ order, again }: { order: Order; again: () => void }) {
  const { t } = useLingui();
  const sessions = order.lines.flatMap((line) => line.bookings.map((booking) => ({ line, booking })));
  const proposed = sessions.filter(({ booking }) => booking.agreedAt === null).map(({ booking }) => booking.id);
  const agree = useAct(async (key: string) => {
    await carryOut(AgreeToSessions, "agreeToSessions", { orderId: order.id ?? "", bookingIds: proposed, key });
    again();
  });
  if (sessions.length === 0 || ENDED.has(order.status)) return null;
  return (
    <>
      <h2>
        <Trans>When and where</Trans>
      </h2>
      <ul className="list">
        {sessions.map(({ line, booking }) => (
          <li key={booking.id} className="card">
            <p className="big">
              <When at={booking.interval.start} />
            </p>
            <p>
              {line.title}, {order.partner?.name}
            </p>
            {booking.agreedAt === null && booking.answerBy && (
              <p>
                <Trans>
                  They suggest this time. Answer until <When at={booking.answerBy} />.
                </Trans>
              </p>
            )}
            <Link href={`/orders/${order.id}/move/${booking.id}`}>
              <Trans>Choose another time</Trans>
            </Link>
          </li>
        ))}
      </ul>
      <Refused refusal={agree.refusal} />
      {proposed.length > 0 && (
        <p className="actions">
          <Button isPending={agree.pending} onPress={() => void agree.run()}>
            <Trans>Agree to the times</Trans>
          </Button>
        </p>
      )}
      <Notice title={t`What to bring`}>
        <p>
          <Trans>
            Your <Link href="/code">health code</Link> on this telephone, and something that shows who you are.
          </Trans>
        </p>
      </Notice>
    </>
  );
}

/** Which of the periods that follow one another it is, and what comes after. */
function Periods({ order, again }: { order: Order; again: () => void }) {
  const { t } = useLingui();
  const word = useWords();
  const { series } = order;
  if (!series) return null;
  const waits = order.status === "PLACED" && series.period > 1;
  return (
    <>
      <h2>
        <Trans>Its periods</Trans>
      </h2>
      {waits && series.changes.length > 0 && (
        <Notice tone="warn" title={t`It is not as the period before: look at it before you pay`}>
          {series.changes.map((each) => word("difference", each)).join(", ")}
        </Notice>
      )}
      <Facts
        of={[
          [t`This is`, t`period ${series.period} of at most ${series.periodsMax}`],
          [t`It begins`, series.startsAt && <When at={series.startsAt} key="starts" />],
          [t`It ends`, series.endsAt && <When at={series.endsAt} key="ends" />],
          [t`The next may be paid from`, series.nextReadyAt && <When at={series.nextReadyAt} key="next" />],
          [t`No further period`, series.end && word("seriesEnd", series.end)],
        ]}
      />
      {series.newestOrderId && series.newestOrderId !== order.id && (
        <p>
          <Link href={`/orders/${series.newestOrderId}`}>
            <Trans>The newest period</Trans>
          </Link>
        </p>
      )}
      {!series.end && (
        <>
          <p>
            <Trans>Nothing renews by itself without you: a period that you do not pay does not begin.</Trans>
          </p>
          <Act
            text={t`No further period`}
            act={async (key) => {
              await carryOut(StopSeries, "stopSeries", { orderId: order.id ?? "", key });
              again();
            }}
          />
        </>
      )}
    </>
  );
}

/** What can be said of it: how it was, and what was wrong. */
function Afterwards({ order }: { order: Order }) {
  const served = order.lines.filter((line) => line.proven);
  return (
    <div className="actions">
      {served.map((line) => (
        <Link key={line.id} href={`/orders/${order.id}/review/${line.id}`} className="button quiet">
          <Trans>Say how it was: {line.title}</Trans>
        </Link>
      ))}
      <Link href={`/orders/${order.id}/complain`} className="button quiet">
        {order.objectionUntil ? <Trans>Complain, or say that it was not given</Trans> : <Trans>Complain</Trans>}
      </Link>
    </div>
  );
}

function About({ order }: { order: Order }) {
  const { t } = useLingui();
  const perUnit = order.lines.filter((line) => line.pricedPer === "USAGE");
  return (
    <>
      <h2>
        <Trans>Your order</Trans>
      </h2>
      <Facts
        of={[
          [t`Given by`, order.partner?.name],
          [perUnit.length > 0 ? t`It costs at most` : t`Price`, <Money of={order.total} key="total" />],
          ...perUnit.flatMap((line): [string, ReactNode][] => [
            [t`Each`, <Money of={line.unitPrice} key={`${line.id} each`} />],
            [
              t`So far`,
              <span key={`${line.id} so far`}>
                <Money of={line.due} /> ({line.entitlements.map(({ title, used, granted }) => t`${title}: ${used} of ${granted} used`).join(", ")})
              </span>,
            ],
          ]),
          [t`Taken`, order.payment ? <Money of={order.payment.captured} key="captured" /> : null],
          [t`Given back`, order.payment ? <Money of={order.payment.refunded} key="refunded" /> : null],
          [t`Ordered`, <When at={order.placedAt} key="placed" />],
          [t`Changed`, <When at={order.changedAt} key="changed" />],
        ]}
      />
    </>
  );
}

function Cancelling({ order, again }: { order: Order; again: () => void }) {
  const { t } = useLingui();
  const [asked, setAsked] = useState<{ due: Cost; released: Cost } | null>(null);
  const [reason, setReason] = useKept(`cancel:${order.id}`, "");
  const look = useAct(async (key: string) => {
    const shown = await carryOut(CancelOrder, "cancelOrder", {
      orderId: order.id ?? "",
      reason: "…",
      key,
      validateOnly: true,
    });
    if (shown.cancellation) setAsked(shown.cancellation);
  });
  const cancel = useAct(async (key: string, why: string) => {
    await carryOut(CancelOrder, "cancelOrder", { orderId: order.id ?? "", reason: why, key, validateOnly: false });
    setReason("");
    setAsked(null);
    again();
  });
  if (!order.cancellation?.possible) return null;
  if (!asked) {
    return (
      <>
        <Refused refusal={look.refusal} />
        <p className="actions">
          <Button className="react-aria-Button quiet" isPending={look.pending} onPress={() => void look.run()}>
            <Trans>Cancel the order</Trans>
          </Button>
        </p>
      </>
    );
  }
  return (
    <section aria-label={t`Cancel the order`}>
      <h2>
        <Trans>Cancel the order?</Trans>
      </h2>
      <Facts
        of={[
          [t`It costs you`, <Money of={asked.due} key="due" />],
          [t`You get back`, <Money of={asked.released} key="released" />],
        ]}
      />
      <Field label={t`Why`} name="reason" value={reason} onChange={setReason} isRequired />
      <Refused refusal={cancel.refusal} />
      <div className="actions">
        <Button
          className="react-aria-Button danger"
          isPending={cancel.pending}
          isDisabled={reason.trim() === ""}
          onPress={() => void cancel.run(reason.trim())}
        >
          <Trans>Cancel it</Trans>
        </Button>
        <Button className="react-aria-Button quiet" onPress={() => setAsked(null)}>
          <Trans>Keep it</Trans>
        </Button>
      </div>
    </section>
  );
}
