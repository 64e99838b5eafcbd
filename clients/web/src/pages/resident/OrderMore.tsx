import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button, Checkbox, Form, Label, Radio, RadioGroup } from "react-aria-components";
import { useQuery } from "urql";
import { Link, useLocation, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { useDraft, useKept } from "../../kit/drafts.ts";
import { useWords } from "../../app/words.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { BookSlot, Complain, Complaints, FreePlaces, OrderPage, ReviewService } from "../../documents/orders.ts";
import { Answers } from "../../kit/Answers.tsx";
import { Area } from "../../kit/Area.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { When } from "../../kit/formats.tsx";
import { NextPage } from "../../kit/NextPage.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { refusalAt } from "../../kit/refusals.ts";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { useAct } from "../../kit/useAct.ts";

type Order = NonNullable<ResultOf<typeof OrderPage>["order"]>;
const RATINGS = ["5", "4", "3", "2", "1"] as const;
const OF_COMPLAINTS = { additionalTypenames: ["Complaint"] }; // a first one changes a list that has none, too
const TEXT_LENGTH_MAX = 2_000;

/** A page about one order of the resident's; of another's it says that there is none. */
function AboutOrder({ title, children }: { title: string; children: (order: Order) => ReactNode }) {
  const { t } = useLingui();
  const { id } = useParams<{ id: string }>();
  const [answer, again] = useQuery({ query: OrderPage, variables: { id } });
  const name = answer.data?.order?.lines.map((line) => line.title).join(", ") || t`Order`;
  return (
    <Page title={title} narrow back={{ to: `/orders/${id}`, text: name }}>
      <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
        {(data) =>
          data.order ? children(data.order) : <Notice tone="warn" title={t`There is no such order of yours`} />
        }
      </Shown>
    </Page>
  );
}

export function ComplainPage() {
  const { t } = useLingui();
  return <AboutOrder title={t`What went wrong?`}>{(order) => <Complaining order={order} />}</AboutOrder>;
}

function Complaining({ order }: { order: Order }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const [address] = useAddress();
  const orderId = order.id ?? "";
  const { fields, fill, clear } = useDraft(`complaint:${orderId}`, { text: address["about"] ?? "", notGiven: false });
  const [checking, setChecking] = useState(false);
  const complain = useAct(async (key: string) => {
    await carryOut(Complain, "complain", { orderId, text: fields.text.trim(), notGiven: fields.notGiven, key });
    clear();
    go("/complaints");
  });
  const { field, wrong, above } = refusalAt(complain.refusal, ["text"]);
  const checks = checking && !field;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (checks) void complain.run();
    else setChecking(fields.text.trim() !== "");
  }

  return (
    <>
      <Refused refusal={above} />
      <Form onSubmit={submit} validationBehavior="aria">
        {checks ? (
          <>
            <Answers
              of={[
                [t`To`, order.partner?.name],
                [t`What went wrong`, fields.text],
                [t`Was it given?`, fields.notGiven ? t`No, though they say so` : null],
              ]}
              onChange={() => setChecking(false)}
            />
            <p className="soft">
              <Trans>They have to answer in time; if they do not, or if it does not help, the operator decides.</Trans>
            </p>
          </>
        ) : (
          <>
            <Area
              label={t`Say it in your own words`}
              name="text"
              value={fields.text}
              onChange={(text) => fill({ text })}
              wrong={wrong("text")}
              maxLength={TEXT_LENGTH_MAX}
              isRequired
            />
            {order.objectionUntil && (
              <Checkbox isSelected={fields.notGiven} onChange={(notGiven) => fill({ notGiven })}>
                <Trans>They say that it was given, and it was not. The money waits until it is decided.</Trans>
              </Checkbox>
            )}
          </>
        )}
        <div className="actions">
          <Button type="submit" isPending={complain.pending} isDisabled={fields.text.trim() === ""}>
            {checks ? t`Send the complaint` : t`Go on`}
          </Button>
        </div>
      </Form>
    </>
  );
}

export function ReviewPage() {
  const { t } = useLingui();
  const { line } = useParams<{ line: string }>();
  return (
    <AboutOrder title={t`How was it?`}>
      {(order) => {
        const reviewed = order.lines.find((each) => each.id === line);
        return reviewed ? (
          <Reviewing orderId={order.id ?? ""} line={reviewed} />
        ) : (
          <Notice tone="warn" title={t`There is no such order of yours`} />
        );
      }}
    </AboutOrder>
  );
}

function Reviewing({ orderId, line }: { orderId: string; line: Order["lines"][number] }) {
  const { t } = useLingui();
  const { fields, fill, clear } = useDraft(`review:${line.id}`, { rating: "", text: "" });
  const [done, setDone] = useState(false);
  const words = { "5": t`Very good`, "4": t`Good`, "3": t`Neither good nor bad`, "2": t`Bad`, "1": t`Very bad` };
  const review = useAct(async (key: string) => {
    const text = fields.text.trim() || null;
    await carryOut(ReviewService, "reviewService", { orderId, lineId: line.id, rating: Number(fields.rating), text, key });
    clear();
    setDone(true);
  });
  const { wrong, above } = refusalAt(review.refusal, ["text"]);

  function submit(event: FormEvent) {
    event.preventDefault();
    void review.run();
  }

  if (done) {
    return (
      <>
        <Notice tone="good" title={t`Thank you`}>
          <p>
            <Trans>Your rating counts from now on. What you wrote is shown once it was read.</Trans>
          </p>
        </Notice>
        <Link href={`/orders/${orderId}`} className="button">
          <Trans>Back to the order</Trans>
        </Link>
      </>
    );
  }
  return (
    <>
      <Refused refusal={above} />
      <Form onSubmit={submit} validationBehavior="aria">
        <RadioGroup value={fields.rating} onChange={(rating) => fill({ rating })}>
          <Label>{line.title}</Label>
          {RATINGS.map((rating) => (
            <Radio key={rating} value={rating}>
              {words[rating]}
            </Radio>
          ))}
        </RadioGroup>
        <Area
          label={t`What others should know, if you want to say it`}
          hint={t`Write nothing of your health: everybody can read it.`}
          name="text"
          value={fields.text}
          onChange={(text) => fill({ text })}
          wrong={wrong("text")}
          maxLength={TEXT_LENGTH_MAX}
        />
        <div className="actions">
          <Button type="submit" isPending={review.pending} isDisabled={fields.rating === ""}>
            <Trans>Send it</Trans>
          </Button>
        </div>
      </Form>
    </>
  );
}

export function MovePage() {
  const { t } = useLingui();
  const { booking } = useParams<{ booking: string }>();
  return (
    <AboutOrder title={t`Which time is better?`}>
      {(order) => {
        const line = order.lines.find((each) => each.bookings.some(({ id }) => id === booking));
        return line ? (
          <Moving orderId={order.id ?? ""} line={line} bookingId={booking} />
        ) : (
          <Notice tone="warn" title={t`This time is no longer yours`} />
        );
      }}
    </AboutOrder>
  );
}

function Moving(props: { orderId: string; line: Order["lines"][number]; bookingId: string }) {
  const { t } = useLingui();
  const { orderId, line, bookingId } = props;
  const [, go] = useLocation();
  const [slotId, setSlotId] = useKept(`move:${bookingId}`, "");
  const [answer, ask] = useQuery({
    query: FreePlaces,
    variables: { offeringId: line.offeringId },
    requestPolicy: "network-only",
  });
  const now = line.bookings.find(({ id }) => id === bookingId);
  const move = useAct(async (key: string) => {
    await carryOut(BookSlot, "bookSlot", { orderId, lineId: line.id, slotId, bookingId, key });
    setSlotId("");
    go(`/orders/${orderId}`);
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    void move.run();
  }

  return (
    <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
      {(data) => {
        const places = (data.offering?.freePlaces ?? []).filter((place) => place.slotId !== now?.slotId);
        if (places.length === 0) return <Notice tone="warn" title={t`There is no other free time at the moment`} />;
        return (
          <Form onSubmit={submit}>
            {now && <Facts of={[[t`Now`, <When at={now.interval.start} key="now" />]]} />}
            <RadioGroup value={slotId} onChange={setSlotId}>
              <Label>{t`Instead`}</Label>
              {places.map((place) => (
                <Radio key={place.slotId} value={place.slotId}>
                  <When at={place.interval.start} />
                </Radio>
              ))}
            </RadioGroup>
            <Refused refusal={move.refusal} />
            <div className="actions">
              <Button type="submit" isPending={move.pending} isDisabled={slotId === ""}>
                <Trans>Move it</Trans>
              </Button>
            </div>
          </Form>
        );
      }}
    </Shown>
  );
}

export function ComplaintsPage() {
  const { t } = useLingui();
  return (
    <Page title={t`My complaints`} narrow back={{ to: "/orders", text: t`My orders` }}>
      <SomeComplaints after={null} />
    </Page>
  );
}

function SomeComplaints({ after }: { after: string | null }) {
  const { t } = useLingui();
  const word = useWords();
  const [answer, again] = useQuery({
    query: Complaints,
    variables: { after },
    context: OF_COMPLAINTS,
  });
  return (
    <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
      {(data) => {
        const { nodes = [], pageInfo } = data.complaints ?? {};
        return (
          <>
            {nodes.length === 0 && after === null && (
              <p role="status">
                <Trans>You have complained about nothing. You do so on the page of an order.</Trans>
              </p>
            )}
            <ul className="list">
              {nodes.map((complaint) => (
                <li key={complaint.id} className="card">
                  <div className="row">
                    <h2>{complaint.partner?.name}</h2>
                    <span className="tag">{word("complaint", complaint.status)}</span>
                  </div>
                  <Facts
                    of={[
                      [t`You wrote`, complaint.text],
                      [t`When`, <When at={complaint.openedAt} key="opened" />],
                      [
                        t`They answer by`,
                        complaint.status === "OPEN" ? <When at={complaint.answerBy} key="by" /> : null,
                      ],
                      [t`Their answer`, complaint.answer],
                      [t`The operator's decision`, complaint.decision],
                      [t`In your favour`, complaint.status === "DECIDED" ? (complaint.upheld ? t`Yes` : t`No`) : null],
                    ]}
                  />
                  <Link href={`/orders/${complaint.orderId}`}>
                    <Trans>To the order</Trans>
                  </Link>
                </li>
              ))}
            </ul>
            <NextPage info={pageInfo} next={(next) => <SomeComplaints after={next} />} />
          </>
        );
      }}
    </Shown>
  );
}
