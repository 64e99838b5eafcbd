import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { PRIVATE_OFFER_STATUSES, PRIVATE_OFFER_TONES, usePrivateOfferWords } from "../../app/privateOffers.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { OfferingsInFull } from "../../documents/partner.ts";
import { MakePrivateOffer, PrivateOffers as Document, WithdrawPrivateOffer } from "../../documents/privateOffers.ts";
import { Act } from "../../kit/Act.tsx";
import { useDraft } from "../../kit/drafts.ts";
import { Field } from "../../kit/Field.tsx";
import { Money, When } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { refusalAt } from "../../kit/refusals.ts";
import { Refused } from "../../kit/Refused.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useAct } from "../../kit/useAct.ts";
import { useAddress } from "../../kit/useAddress.ts";
import { useRows } from "../../kit/useRows.ts";
import { Secret } from "./Secret.tsx";

type Offer = NonNullable<ResultOf<typeof Document>["privateOffers"]>["nodes"][number];
const EMPTY = { price: "", untilDay: "" };
const WITHDRAWN_FROM: readonly string[] = ["OPEN", "TAKEN"];

/** Offers of one offering to one buyer each, at a lower price: made, given on as a link, and withdrawn. */
export function PrivateOffersPage() {
  const { t } = useLingui();
  const word = usePrivateOfferWords();
  const { id } = useParams<{ id: string }>();
  const [address] = useAddress();
  const status = PRIVATE_OFFER_STATUSES.find((each) => each === address["status"]) ?? null;
  const offers = useRows(Document, { offeringId: id, status, partnerId: null }, (data) => data.privateOffers);
  const columns: Column<Offer>[] = [
    { key: "made", title: t`Made`, value: ({ madeAt }) => madeAt, show: ({ madeAt }) => <When at={madeAt} /> },
    { key: "price", title: t`Price`, numeric: true, value: ({ price }) => price.amount, show: ({ price }) => <Money of={price} /> },
    {
      key: "published",
      title: t`For everybody`,
      numeric: true,
      value: ({ publishedPrice }) => publishedPrice.amount,
      show: ({ publishedPrice }) => <Money of={publishedPrice} />,
    },
    { key: "until", title: t`Until`, value: ({ until }) => until, show: ({ until }) => <When at={until} /> },
    {
      key: "state",
      title: t`State`,
      value: (offer) => word.status(offer.status),
      show: (offer) => <span className={`tag ${PRIVATE_OFFER_TONES[offer.status]}`}>{word.status(offer.status)}</span>,
    },
    { key: "why", title: t`Why`, value: ({ end }) => word.end(end) },
    {
      key: "withdraw",
      title: t`Change`,
      show: (offer) =>
        WITHDRAWN_FROM.includes(offer.status) && (
          <Act
            text={t`Withdraw it`}
            tone="danger"
            act={async (key) => {
              await carryOut(WithdrawPrivateOffer, "withdrawPrivateOffer", { id: offer.id, key });
              offers.again();
            }}
          />
        ),
    },
  ];
  return (
    <Page title={t`Private offers`} back={{ to: `/offerings/${id}`, text: t`Offering` }}>
      <p className="soft">
        <Trans>One buyer each, at a lower price, until a day. Nobody else sees it, in no search either.</Trans>
      </p>
      <Making offeringId={id} again={offers.again} />
      <Table
        label={t`Private offers`}
        of={offers}
        columns={columns}
        filters={[
          { key: "status", label: t`State`, options: PRIVATE_OFFER_STATUSES.map((value) => ({ value, text: word.status(value) })) },
        ]}
        id={({ id: offerId }) => offerId}
        file="yima-private-offers"
        empty={t`You have made none.`}
      />
    </Page>
  );
}

function Making({ offeringId, again }: { offeringId: string; again: () => void }) {
  const { t } = useLingui();
  const { fields, fill, clear } = useDraft(`private-offer:${offeringId}`, EMPTY);
  const [link, setLink] = useState("");
  const { rows } = useRows(OfferingsInFull, {}, (data) => data.partnerOfferings);
  const currency = rows.find(({ id }) => id === offeringId)?.price.currency ?? rows[0]?.price.currency ?? "";
  const make = useAct(async (key: string, amount: string, untilDay: string) => {
    const input = { offeringId, price: { amount, currency }, untilDay };
    const made = await carryOut(MakePrivateOffer, "makePrivateOffer", { input, key });
    if (made.__typename === "MadePrivateOffer") setLink(`${window.location.origin}/app/private-offers#${made.claimCode ?? ""}`);
    clear();
    again();
  });
  const { wrong, above } = refusalAt(make.refusal && { ...make.refusal, field: fieldOf(make.refusal.field) }, ["price", "untilDay"]);
  function submit(event: FormEvent) {
    event.preventDefault();
    void make.run(fields.price.trim(), fields.untilDay);
  }
  if (link !== "") return <Secret of={{ label: t`the private offer`, text: link }} done={() => setLink("")} />;
  return (
    <>
      <Refused refusal={above} />
      <Form onSubmit={submit} validationBehavior="aria">
        <Field
          label={t`Price`}
          hint={t`Below the published price, such as 80.00`}
          name="price"
          inputMode="decimal"
          value={fields.price}
          onChange={(price) => fill({ price })}
          wrong={wrong("price")}
          autoComplete="off"
          isRequired
        />
        <Field
          label={t`The last day`}
          type="date"
          name="untilDay"
          value={fields.untilDay}
          onChange={(untilDay) => fill({ untilDay })}
          wrong={wrong("untilDay")}
          isRequired
        />
        <div className="actions">
          <Button
            type="submit"
            isPending={make.pending}
            isDisabled={fields.price.trim() === "" || fields.untilDay === "" || currency === ""}
          >
            <Trans>Make a private offer</Trans>
          </Button>
        </div>
      </Form>
    </>
  );
}

/** The gateway's name of a field, as this form's. */
function fieldOf(field: string | null): string | null {
  if (field === null) return null;
  const name = field.replace(/^input\./, "");
  return name.startsWith("price") ? "price" : name;
}
