import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "react-aria-components";
import { useQuery } from "urql";
import { Link } from "wouter";
import { carryOut } from "../../app/client.ts";
import type { Scanned } from "../../app/scans.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { FreePlaces } from "../../documents/orders.ts";
import {
  AgreeToDeskOrderByCode,
  DeskOfferings,
  PlaceDeskOrder,
  SendDeskOrderCode,
} from "../../documents/practitioner.ts";
import { Choice } from "../../kit/Choice.tsx";
import { useNow } from "../../kit/Countdown.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { Field } from "../../kit/Field.tsx";
import { Money, When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";
import { ByScan } from "./ByScan.tsx";

type Placed = Extract<NonNullable<ResultOf<typeof PlaceDeskOrder>["placeDeskOrder"]>, { __typename: "Order" }>;
type Sent = Extract<NonNullable<ResultOf<typeof SendDeskOrderCode>["sendDeskOrderCode"]>, { __typename: "DeskOrderCode" }>;
type Agreed = Extract<
  NonNullable<ResultOf<typeof AgreeToDeskOrderByCode>["agreeToDeskOrderByCode"]>,
  { __typename: "Order" }
>;

/** Orders for who stands at the desk, by the scan of their code; they agree to it themselves. */
export function DeskOrderPage() {
  const { t } = useLingui();
  const why = (
    <Trans>
      You order for who stands there: within a quarter of an hour of a scan, and once by each.{" "}
      <Link href="/scan">Scan a code.</Link>
    </Trans>
  );
  return (
    <ByScan title={t`Order for them`} why={why}>
      {(scan, partnerId) => <Ordering scan={scan} partnerId={partnerId} />}
    </ByScan>
  );
}

function Ordering({ scan, partnerId }: { scan: Scanned; partnerId: string }) {
  const { t } = useLingui();
  const [answer, ask] = useQuery({ query: DeskOfferings, variables: { partnerId } });
  const [offeringId, setOfferingId] = useState("");
  const [slotId, setSlotId] = useState("");
  const [terms, setTerms] = useState<Placed | null>(null);
  const [placed, setPlaced] = useState<Placed | null>(null);
  const [changed, setChanged] = useState(false);
  const line = { offeringId, slotId: slotId || null };
  const look = useAct(async (key: string) => {
    const input = { scanReceipt: scan.receipt, lines: [line], validateOnly: true };
    const shown = await carryOut(PlaceDeskOrder, "placeDeskOrder", { input, key });
    if (shown.__typename === "Order") setTerms(shown);
  });
  const place = useAct(async (key: string, { total, lines }: Placed) => {
    const agreed = lines.map(({ offeringRevision, consentHash }) => ({ ...line, offeringRevision, consentHash }));
    const expectedTotal = { amount: total.amount, currency: total.currency };
    const input = { scanReceipt: scan.receipt, lines: agreed, expectedTotal };
    const answered = await carryOut(PlaceDeskOrder, "placeDeskOrder", { input, key });
    setTerms(null);
    if (answered.__typename === "Order") setPlaced(answered);
    else setChanged(true);
  });

  function choose(id: string) {
    setOfferingId(id);
    setSlotId("");
    setTerms(null);
  }

  if (placed) {
    return (
      <>
        <Notice tone="good" title={t`It is ordered, and waits for their word`}>
          <p>
            <Trans>
              They were told. They agree to it or pay it themselves, or who acts for them does, until{" "}
              <When at={placed.deadline ?? ""} />. You may accept it then.
            </Trans>
          </p>
        </Notice>
        <ByTextMessage orderId={placed.id ?? ""} />
        <p className="actions">
          <Link href={`/visits/${scan.residentId}`} className="button">
            <Trans>Back to the visit</Trans>
          </Link>
        </p>
      </>
    );
  }
  return (
    <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
      {(data) => {
        const offerings = (data.offerings?.edges ?? []).map(({ node }) => node);
        const chosen = offerings.find(({ id }) => id === offeringId);
        const none = { value: "", text: t`Choose one` };
        return (
          <>
            {changed && <Notice tone="warn" title={t`The offering has changed. Look at it again.`} />}
            <Choice
              label={t`What`}
              value={offeringId}
              options={[none, ...offerings.map(({ id, title }) => ({ value: id, text: title }))]}
              onChange={choose}
            />
            {chosen?.bookingRequired && (
              <Times
                offeringId={offeringId}
                slotId={slotId}
                choose={(id) => {
                  setSlotId(id);
                  setTerms(null);
                }}
              />
            )}
            <Refused refusal={look.refusal ?? place.refusal} />
            {terms ? (
              <>
                <Facts
                  of={[
                    [t`It costs`, <Money of={terms.total} key="total" />],
                    [
                      t`Their data`,
                      terms.lines.some(({ consentNeeded }) => consentNeeded)
                        ? t`They are asked whether you may use some of it`
                        : t`None is asked for`,
                    ],
                  ]}
                />
                <p>
                  <Trans>Tell them what it costs. They agree to it on their own telephone, or who acts for them does.</Trans>
                </p>
                <div className="actions">
                  <Button isPending={place.pending} onPress={() => void place.run(terms)}>
                    <Trans>Order it for them</Trans>
                  </Button>
                </div>
              </>
            ) : (
              <div className="actions">
                <Button
                  isPending={look.pending}
                  isDisabled={!chosen || (chosen.bookingRequired && slotId === "")}
                  onPress={() => {
                    setChanged(false);
                    void look.run();
                  }}
                >
                  <Trans>Show what it comes to</Trans>
                </Button>
              </div>
            )}
          </>
        );
      }}
    </Shown>
  );
}

/** Their word from who has no telephone that signs in: a code by text message, which they tell the desk. */
function ByTextMessage({ orderId }: { orderId: string }) {
  const { t } = useLingui();
  const [code, setCode] = useState("");
  const [sent, setSent] = useState<Sent | null>(null);
  const [agreed, setAgreed] = useState<Agreed | null>(null);
  const now = useNow();
  const send = useAct(async (key: string) => {
    const answered = await carryOut(SendDeskOrderCode, "sendDeskOrderCode", { orderId, key });
    if (answered.__typename === "DeskOrderCode") setSent(answered);
  });
  const give = useAct(async (key: string, given: string) => {
    const answered = await carryOut(AgreeToDeskOrderByCode, "agreeToDeskOrderByCode", { orderId, code: given, key });
    if (answered.__typename === "Order") setAgreed(answered);
  });

  if (agreed) {
    return (
      <Notice tone="good" title={t`They agreed to it by their code`}>
        {agreed.waitingFor.length > 0 && (
          <p>
            <Trans>It is not paid or consented to by that: they do so themselves, or who acts for them does.</Trans>
          </p>
        )}
      </Notice>
    );
  }
  const another = sent === null || (sent.nextAt !== null && now >= Date.parse(sent.nextAt));
  return (
    <section>
      <h2>{t`By text message`}</h2>
      <p>
        <Trans>
          Have they no telephone that signs in? The city sends their number what you ordered, what it costs, and a code.
          They read it, and tell you the code if they want it.
        </Trans>
      </p>
      <Refused refusal={send.refusal ?? (give.refusal?.field === "code" ? null : give.refusal)} />
      <div className="actions">
        <Button isPending={send.pending} isDisabled={!another} onPress={() => void send.run()}>
          {sent ? <Trans>Send another code</Trans> : <Trans>Send them a code</Trans>}
        </Button>
      </div>
      {sent && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void give.run(code);
          }}
        >
          <p>
            <Trans>
              It is good until <When at={sent.expiresAt} />.
            </Trans>
          </p>
          <Field
            label={t`The code that they told you`}
            name="code"
            inputMode="numeric"
            autoComplete="off"
            value={code}
            wrong={give.refusal?.field === "code" ? give.refusal.message : undefined}
            onChange={setCode}
          />
          <div className="actions">
            <Button type="submit" isPending={give.pending} isDisabled={code.replace(/\s/g, "").length !== 6}>
              <Trans>They want it</Trans>
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}

function Times({ offeringId, slotId, choose }: { offeringId: string; slotId: string; choose: (id: string) => void }) {
  const { t, i18n } = useLingui();
  const written = new Intl.DateTimeFormat(i18n.locale, { dateStyle: "medium", timeStyle: "short" });
  const [{ data }] = useQuery({ query: FreePlaces, variables: { offeringId }, requestPolicy: "network-only" });
  const places = data?.offering?.freePlaces ?? [];
  return (
    <Choice
      label={t`When`}
      value={slotId}
      options={[
        { value: "", text: places.length > 0 ? t`Choose one` : t`There is no free time` },
        ...places.map((place) => ({ value: place.slotId, text: written.format(new Date(place.interval.start)) })),
      ]}
      onChange={choose}
    />
  );
}
