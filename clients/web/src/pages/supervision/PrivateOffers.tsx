import { useLingui } from "@lingui/react/macro";
import { useParams } from "wouter";
import { PRIVATE_OFFER_STATUSES, PRIVATE_OFFER_TONES, usePrivateOfferWords } from "../../app/privateOffers.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { PrivateOffers as Document } from "../../documents/privateOffers.ts";
import { Id } from "../../kit/Id.tsx";
import { Money, When } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { useRows } from "../../kit/useRows.ts";

type Offer = NonNullable<ResultOf<typeof Document>["privateOffers"]>["nodes"][number];

/** What a partner offers to one buyer each, beside what everybody pays. Who is looked at here is told. */
export function PrivateOffersPage() {
  const { t } = useLingui();
  const word = usePrivateOfferWords();
  const { id } = useParams<{ id: string }>();
  const [address] = useAddress();
  const status = PRIVATE_OFFER_STATUSES.find((each) => each === address["status"]) ?? null;
  const offers = useRows(Document, { partnerId: id, status, offeringId: null }, (data) => data.privateOffers);
  const columns: Column<Offer>[] = [
    { key: "made", title: t`Made`, value: ({ madeAt }) => madeAt, show: ({ madeAt }) => <When at={madeAt} /> },
    { key: "title", title: t`Offering`, value: ({ title }) => title },
    { key: "price", title: t`Price`, numeric: true, value: ({ price }) => price.amount, show: ({ price }) => <Money of={price} /> },
    {
      key: "published",
      title: t`For everybody`,
      numeric: true,
      value: ({ publishedPrice }) => publishedPrice.amount,
      show: ({ publishedPrice }) => <Money of={publishedPrice} />,
    },
    {
      key: "state",
      title: t`State`,
      value: (offer) => word.status(offer.status),
      show: (offer) => <span className={`tag ${PRIVATE_OFFER_TONES[offer.status]}`}>{word.status(offer.status)}</span>,
    },
    { key: "until", title: t`Until`, value: ({ until }) => until, show: ({ until }) => <When at={until} /> },
    { key: "how", title: t`How`, value: ({ addressed }) => (addressed ? t`By a scan` : t`By a code`) },
    { key: "buyer", title: t`Buyer`, value: ({ residentId }) => residentId, show: ({ residentId }) => residentId && <Id of={residentId} /> },
    { key: "why", title: t`Why`, value: ({ end }) => word.end(end) },
  ];
  return (
    <Page title={t`Private offers`} back={{ to: `/partners/${id}`, text: t`Partner` }}>
      <Table
        label={t`Private offers`}
        of={offers}
        columns={columns}
        filters={[
          { key: "status", label: t`State`, options: PRIVATE_OFFER_STATUSES.map((value) => ({ value, text: word.status(value) })) },
        ]}
        id={({ id: offerId }) => offerId}
        file="yima-private-offers"
        empty={t`It has made none.`}
      />
    </Page>
  );
}
