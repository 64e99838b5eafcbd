import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "react-aria-components";
import { useQuery } from "urql";
import { Link, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { type Scanned, scanOf } from "../../app/scans.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { FreePlaces } from "../../documents/orders.ts";
import { DeskOfferings, PlaceDeskOrder, PractitionerMe } from "../../documents/practitioner.ts";
import { Choice } from "../../kit/Choice.tsx";
import { useNow } from "../../kit/Countdown.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { Money, When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";

type Placed = Extract<NonNullable<ResultOf<typeof PlaceDeskOrder>["placeDeskOrder"]>, { __typename: "Order" }>;
const ORDERS_WITHIN = 15 * 60_000; // of the scan, as the city takes it

/** Orders for who stands at the desk, by the scan of their code; they agree to it themselves. */
export function DeskOrderPage() {
  const { t } = useLingui();
  const { residentId } = useParams<{ residentId: string }>();
  const scan = scanOf(residentId);
  const now = useNow();
  const fresh = scan !== null && !scan.late && now - Date.parse(scan.scannedAt) < ORDERS_WITHIN;
  const [me, ask] = useQuery({ query: PractitionerMe });
  const back = { to: `/visits/${residentId}`, text: scan?.person?.name ?? t`A visit` };
  return (
    <Page title={t`Order for them`} narrow back={back}>
      {scan && fresh ? (
        <Shown answer={me} again={() => ask({ requestPolicy: "network-only" })}>
          {(data) => <Ordering scan={scan} partnerId={data.me?.institution?.id ?? ""} />}
        </Shown>
      ) : (
        <Notice tone="warn" title={t`Scan their code first`}>
          <p>
            <Trans>
              You order for who stands there: within a quarter of an hour of a scan, and once by each.{" "}
              <Link href="/scan">Scan a code.</Link>
            </Trans>
          </p>
        </Notice>
      )}
    </Page>
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
