import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "wouter";
import { Price } from "../../app/Price.tsx";
import type { ResultOf } from "../../documents/graphql.ts";
import { PartnerOfferings } from "../../documents/partner.ts";
import { When } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { useRows } from "../../kit/useRows.ts";
import { usePartnerWords } from "./words.ts";

type Offering = NonNullable<ResultOf<typeof PartnerOfferings>["partnerOfferings"]>["nodes"][number];
const STATUSES = ["DRAFT", "IN_REVIEW", "PUBLISHED", "REFUSED", "RESTRICTED", "RETIRED"] as const;
export const OFFERING_TONES: Record<string, string> = { PUBLISHED: "good", REFUSED: "bad", RESTRICTED: "bad", SUBMITTED: "warn", IN_REVIEW: "warn" };

export function OfferingsPage() {
  const { t } = useLingui();
  const said = usePartnerWords();
  const [address] = useAddress();
  const offerings = useRows(
    PartnerOfferings,
    { status: STATUSES.find((each) => each === address["status"]) ?? null },
    (data) => data.partnerOfferings,
  );
  const columns: Column<Offering>[] = [
    { key: "title", title: t`Offering`, value: ({ title }) => title },
    { key: "reference", title: t`Reference`, value: ({ reference }) => reference },
    {
      key: "state",
      title: t`State`,
      value: ({ status }) => said("offering", status),
      show: ({ status }) => <span className={`tag ${OFFERING_TONES[status] ?? ""}`}>{said("offering", status)}</span>,
    },
    { key: "price", title: t`Price`, numeric: true, value: ({ price }) => price.amount, show: (offering) => <Price of={offering} /> },
    { key: "revision", title: t`Revision`, numeric: true, value: ({ revision }) => revision },
    {
      key: "published",
      title: t`On sale since`,
      value: ({ publishedAt }) => publishedAt,
      show: ({ publishedAt }) => publishedAt && <When at={publishedAt} style="day" />,
    },
    {
      key: "pilot",
      title: t`Tried out until`,
      value: ({ pilot }) => pilot && (pilot.endsAt ?? ""),
      show: ({ pilot }) => pilot && (pilot.endsAt ? <When at={pilot.endsAt} /> : t`it is widened or ended`),
    },
  ];
  return (
    <Page title={t`Offerings`}>
      <p className="actions">
        <Link href="/offerings/new" className="button">
          <Trans>Make an offering</Trans>
        </Link>
        <Link href="/sites">
          <Trans>Sites and their pictures</Trans>
        </Link>
      </p>
      <Table
        label={t`Offerings`}
        of={offerings}
        columns={columns}
        filters={[{ key: "status", label: t`State`, options: STATUSES.map((value) => ({ value, text: said("offering", value) })) }]}
        id={({ id, revision }) => `${id} ${revision}`}
        open={({ id }) => `/offerings/${id}`}
        file="yima-offerings"
        empty={t`You offer nothing yet.`}
      />
    </Page>
  );
}
