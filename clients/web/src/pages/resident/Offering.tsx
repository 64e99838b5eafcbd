import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button, Checkbox, Label, Radio, RadioGroup } from "react-aria-components";
import { useQuery } from "urql";
import { Link, useLocation, useParams } from "wouter";
import { useAskerOrNobody } from "../../app/asker.tsx";
import { carryOut } from "../../app/client.ts";
import { Price, times } from "../../app/Price.tsx";
import { useWords } from "../../app/words.ts";
import { Eligible, OfferingPage as Document } from "../../documents/care.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { PlaceOrder } from "../../documents/orders.ts";
import { PrivateOffer } from "../../documents/privateOffers.ts";
import { Choice } from "../../kit/Choice.tsx";
import { useKept } from "../../kit/drafts.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Field } from "../../kit/Field.tsx";
import { Money, When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";
import { useAddress } from "../../kit/useAddress.ts";
import { JoinOrLeave, useTakingPart, WhatItLets } from "./programmes.tsx";

type Offering = NonNullable<ResultOf<typeof Document>["offering"]>;
type Named = readonly { code: string; name: string }[];
type CityNames = Readonly<{ districts: Named; programmes: Named }>;
const NO_NAMES: CityNames = { districts: [], programmes: [] };
const PLACES_SHOWN = 12;

export function OfferingPage() {
  const { t } = useLingui();
  const { id } = useParams<{ id: string }>();
  const [answer, again] = useQuery({ query: Document, variables: { id } });
  const title = answer.data?.offering?.title ?? t`Care`;
  return (
    <Page title={title} narrow back={{ to: "/care", text: t`Find care` }}>
      <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
        {(data) =>
          data.offering ? (
            <>
              <About offering={data.offering} city={data.city ?? NO_NAMES} />
              <Order offering={data.offering} programmes={data.city?.programmes ?? []} refetch={() => again({ requestPolicy: "network-only" })} />
              <Reviews of={data.reviews?.nodes ?? []} />
            </>
          ) : (
            <Notice tone="warn" title={t`It is no longer on sale`} />
          )
        }
      </Shown>
    </Page>
  );
}

function About({ offering, city }: { offering: Offering; city: CityNames }) {
  const { t } = useLingui();
  const word = useWords();
  const { consent, partner } = offering;
  const perUnit = offering.pricedPer === "USAGE";
  return (
    <>
      <Pictures of={offering.pictures} />
      <p>{offering.description}</p>
      {offering.leaflets.length > 0 && (
        <ul className="list">
          {offering.leaflets.map(({ title, file }) => (
            <li key={file.url}>
              <a href={file.url} download>
                {title} <span className="soft">(PDF, {kilobytes(file.size)} kB)</span>
              </a>
            </li>
          ))}
        </ul>
      )}
      <Facts
        of={[
          [t`Price`, <Price of={offering} key="price" />],
          [t`Given by`, partner?.name],
          [t`Certified in`, partner?.certifiedAspects.map((aspect) => word("aspect", aspect)).join(", ")],
          [t`For`, word("population", offering.population)],
          [t`Only for`, useMeantFor(offering.eligibility, city)],
          [t`Tried out in`, offering.pilot && namesOf(offering.pilot.districts, city.districts)],
          [t`Tried out until`, offering.pilot?.endsAt && <When at={offering.pilot.endsAt} key="until" />],
          [t`What is in it`, offering.contents.map((item) => (perUnit ? item.title : `${item.title} × ${item.times}`)).join(", ")],
          [t`Periods`, offering.pricedPer === "PERIOD" ? t`Up to ${offering.periodsMax ?? 1}. Each is paid by you; nothing renews by itself without you.` : null],
          [t`Within`, offering.validDays ? t`${offering.validDays} days from when they accept` : null],
        ]}
      />
      <Where sites={offering.sites} />
      {consent && consent.informationTypes.length > 0 && (
        <>
          <h2>
            <Trans>What it asks of your data</Trans>
          </h2>
          <Facts
            of={[
              [t`Which`, consent.informationTypes.map((each) => word("data", each)).join(", ")],
              [t`What for`, word("purpose", consent.purpose)],
              [t`How`, consent.accessMode ? word("mode", consent.accessMode) : null],
              [t`How long`, t`${consent.validDays} days, and it ends with your order`],
              [t`Kept by them`, consent.retentionDays ? t`${consent.retentionDays} days` : t`Not kept`],
            ]}
          />
        </>
      )}
    </>
  );
}

function Pictures({ of }: { of: Offering["pictures"] }) {
  return of.map(({ alt, file }) => (
    <img
      key={file.url}
      className="picture"
      src={file.url}
      alt={alt}
      width={file.width ?? undefined}
      height={file.height ?? undefined}
      loading="lazy"
    />
  ));
}

/** Where a service is given, as somebody finds it who has never been there. */
function Where({ sites }: { sites: Offering["sites"] }) {
  if (sites.length === 0) return null;
  return (
    <>
      <h2>
        <Trans>Where it is given</Trans>
      </h2>
      <ul className="list">
        {sites.map(({ id, name, address, pictures }) => (
          <li key={id}>
            <strong>{name}</strong>
            <p>{address}</p>
            <Pictures of={pictures} />
          </li>
        ))}
      </ul>
    </>
  );
}

const kilobytes = (bytes: number) => Math.ceil(bytes / 1000);

const nameOf = (code: string, named: Named) => named.find((each) => each.code === code)?.name ?? code;
const namesOf = (codes: readonly string[], named: Named) => codes.map((each) => nameOf(each, named)).join(", ");

/** Whom a service is for by age, sex, where they live and what they take part in, in words; null: everybody. */
function useMeantFor(of: Offering["eligibility"], { districts, programmes }: CityNames): string | null {
  const { t } = useLingui();
  const word = useWords();
  if (!of) return null;
  const age = (months: number) => (months % 12 === 0 ? t`${months / 12} years` : t`${months} months`);
  const from = age(of.ageFromMonths);
  const below = age(of.ageBelowMonths ?? 0);
  const where = namesOf(of.districts, districts);
  const what = namesOf(of.programmes, programmes);
  return [
    of.sex && word("sex", of.sex),
    of.ageFromMonths > 0 && t`from ${from} of age`,
    of.ageBelowMonths && t`below ${below} of age`,
    where && t`who live in ${where}`,
    what && t`who take part in: ${what}`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** Why somebody may not order it, before they try. */
function NotForThem({ code }: { code: string | null }) {
  const { t } = useLingui();
  if (code === "sex-unknown") {
    return (
      <Notice tone="warn" title={t`It is not known whether it is for this person`}>
        <Trans>
          It is for one sex, which an identity number says.{" "}
          <Link href="/settings/profile">Correct the name</Link> together with the identity number.
        </Trans>
      </Notice>
    );
  }
  if (code === "district-unknown") {
    return (
      <Notice tone="warn" title={t`It is not known whether it is for this person`}>
        <Trans>
          It is for people of some districts. <Link href="/settings/profile">Say in which of them you live</Link>.
        </Trans>
      </Notice>
    );
  }
  if (code === "pilot-elsewhere") {
    return (
      <Notice tone="warn" title={t`It is tried out in some districts first`}>
        <Trans>It says above in which. Choose another service, or wait until it is for everybody.</Trans>
      </Notice>
    );
  }
  if (code === "not-in-programme") {
    return (
      <Notice tone="warn" title={t`It is for who takes part in a programme`}>
        <Trans>Say above that this person does, if it is so. Then it can be ordered.</Trans>
      </Notice>
    );
  }
  if (code === "programme-unknown") {
    return (
      <Notice tone="warn" title={t`It is not known whether it is for this person`}>
        <Trans>
          It is for who takes part in a programme. They order it themselves, or who acts for them both in orders and in
          their record.
        </Trans>
      </Notice>
    );
  }
  return (
    <Notice tone="warn" title={t`It is not for this person`}>
      <Trans>It says above whom it is for. Choose another service.</Trans>
    </Notice>
  );
}

type TakingPartProps = { of: readonly string[]; named: Named; whose: string; changed: () => void };

/** What an order says of the one to be served, before it is placed; and their own word that they take part. */
function TakingPart({ of, named, whose, changed }: TakingPartProps) {
  const { t } = useLingui();
  const { theirs, act } = useTakingPart(whose, changed);
  const names = namesOf(of, named);
  return (
    <Notice title={t`It is for who takes part in: ${names}`}>
      <p>
        <Trans>Whoever gives it knows by the order that this person takes part. It is told to nobody else.</Trans>
      </p>
      {theirs && !of.some((each) => theirs.includes(each)) && <WhatItLets />}
      <Refused refusal={act.refusal} />
      {theirs && (
        <div className="actions">
          {of.map((code) => (
            <JoinOrLeave key={code} code={code} name={nameOf(code, named)} theirs={theirs} act={act} />
          ))}
        </div>
      )}
    </Notice>
  );
}

type OrderProps = { offering: Offering; programmes: Named; refetch: () => void };

function Order({ offering, programmes, refetch }: OrderProps) {
  const { t } = useLingui();
  const asker = useAskerOrNobody();
  const [, go] = useLocation();
  const [address] = useAddress(); // with the step that it is ordered for, and for whom
  const people = asker ? [asker, ...asker.dependants] : [];
  const meant = people.find(({ id }) => id === address["whose"])?.id ?? asker?.id ?? "";
  const [whose, setWhose, sent] = useKept(`order-for:${offering.id}:${meant}`, meant);
  const [slotId, setSlotId] = useKept(`order-time:${offering.id}`, "");
  const [most, setMost] = useKept(`order-most:${offering.id}`, "");
  const [agreed, setAgreed] = useState(false);
  const offerId = address["offer"] ?? "";
  const [private_, askAgain] = useQuery({ query: PrivateOffer, variables: { id: offerId }, pause: offerId === "" });
  const known = private_.data?.privateOffer;
  const privately = known?.offeringId === offering.id && known.status === "TAKEN" && known.residentId === whose ? known : null;
  const price = privately?.price ?? offering.price;
  const perUnit = offering.pricedPer === "USAGE";
  const quantity = perUnit ? unitsOf(most, offering.unitsMax ?? 1) : 1;
  const total = times(price, quantity);
  const asksForData = (offering.consent?.informationTypes.length ?? 0) > 0;

  const act = useAct(async (key: string) => {
    const answer = await carryOut(PlaceOrder, "placeOrder", {
      key,
      input: {
        lines: [
          {
            offeringId: offering.id,
            offeringRevision: offering.revision,
            consentHash: offering.consentHash,
            privateOfferId: privately?.id ?? null,
            slotIds: slotId ? [slotId] : [],
            quantity,
          },
        ],
        residentId: whose,
        followUpId: address["step"] || null,
        consentGiven: asksForData,
        expectedTotal: total,
      },
    });
    if (answer.__typename === "TermsChanged") {
      refetch();
      if (offerId !== "") askAgain({ requestPolicy: "network-only" });
      throw { code: answer.code, message: answer.message, field: answer.field, retryAfterSeconds: null };
    }
    sent();
    setSlotId("");
    setMost("");
    if (answer.__typename === "Order" && answer.id) go(`/orders/${answer.id}`);
  });

  const [eligible, askWhether] = useQuery({
    query: Eligible,
    variables: { offeringId: offering.id, residentId: whose },
    pause: whose === "" || (offering.eligibility === null && offering.pilot === null),
  });
  if (!asker) {
    return (
      <p className="actions">
        <Link href={`/sign-in?next=${encodeURIComponent(`/care/${offering.id}`)}`} className="button">
          <Trans>Sign in to order</Trans>
        </Link>
      </p>
    );
  }
  const isFor = eligible.data?.eligibility?.eligible ?? true;
  const places = offering.freePlaces.slice(0, PLACES_SHOWN);
  const incomplete = !isFor || quantity === 0 || (offering.bookingRequired && !slotId) || (asksForData && !agreed);
  return (
    <>
      <h2>
        <Trans>Order it</Trans>
      </h2>
      {privately && (
        <Notice tone="good" title={t`It is offered to this person alone`}>
          <p>
            <Trans>
              <Money of={privately.price} /> instead of <Money of={privately.publishedPrice} />, once, until{" "}
              <When at={privately.until} />.
            </Trans>
          </p>
        </Notice>
      )}
      {offerId !== "" && !private_.fetching && !privately && (
        <Notice tone="warn" title={t`The private offer is over, or is another person's`}>
          <Trans>You order at the price for everybody.</Trans>
        </Notice>
      )}
      <form onSubmit={(event) => event.preventDefault()}>
        {people.length > 1 && (
          <Choice
            label={t`For whom`}
            value={whose}
            options={people.map((person) => ({ value: person.id, text: person.name }))}
            onChange={setWhose}
          />
        )}
        {places.length > 0 && (
          <RadioGroup value={slotId} onChange={setSlotId}>
            <Label>{offering.bookingRequired ? t`When` : t`When, if you know already`}</Label>
            {places.map((place) => (
              <Radio key={place.slotId} value={place.slotId}>
                <When at={place.interval.start} />
              </Radio>
            ))}
          </RadioGroup>
        )}
        {offering.bookingRequired && places.length === 0 && (
          <Notice tone="warn" title={t`There is no free time at the moment`} />
        )}
        {perUnit && (
          <>
            <Field
              label={t`How many at most`}
              hint={t`Between 1 and ${offering.unitsMax ?? 1}. You pay for what is used, and never for more than this.`}
              name="most"
              inputMode="numeric"
              value={most}
              onChange={setMost}
            />
            <Facts of={[[t`It costs at most`, quantity > 0 ? <Money of={total} key="most" /> : "…"]]} />
          </>
        )}
        {asksForData && (
          <Checkbox isSelected={agreed} onChange={setAgreed}>
            <Trans>I agree to what it asks of my data, as it says above. I can take it back at any time.</Trans>
          </Checkbox>
        )}
        {offering.eligibility && offering.eligibility.programmes.length > 0 && (
          <TakingPart
            key={whose}
            of={offering.eligibility.programmes}
            named={programmes}
            whose={whose}
            changed={() => askWhether({ requestPolicy: "network-only" })}
          />
        )}
        {!isFor && <NotForThem code={eligible.data?.eligibility?.code ?? null} />}
        <Refused refusal={act.refusal} />
        <div className="actions">
          <Button isDisabled={incomplete || private_.fetching} isPending={act.pending} onPress={() => void act.run()}>
            {perUnit ? (
              <Trans>
                Order for at most <Money of={total} />
              </Trans>
            ) : (
              <Trans>
                Order for <Money of={total} />
              </Trans>
            )}
          </Button>
        </div>
      </form>
    </>
  );
}

/** How many units were typed; 0: none that may be ordered. */
const unitsOf = (text: string, most: number): number => (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= most ? Number(text) : 0);

function Reviews({ of }: { of: readonly { id: string; rating: number; text: string | null; reviewedAt: string }[] }) {
  const { t } = useLingui();
  if (of.length === 0) return null;
  return (
    <>
      <h2>
        <Trans>What others say</Trans>
      </h2>
      <ul className="list">
        {of.map((review) => (
          <li key={review.id} className="card">
            <strong>{t`${review.rating} of 5`}</strong> <span className="soft"><When at={review.reviewedAt} style="day" /></span>
            {review.text && <p>{review.text}</p>}
          </li>
        ))}
      </ul>
    </>
  );
}
