import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { Link, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { OfferingsInFull, RetireOffering, SubmitOffering } from "../../documents/partner.ts";
import { Act } from "../../kit/Act.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { Loading } from "../../kit/Loading.tsx";
import { useRows } from "../../kit/useRows.ts";
import { Calendar } from "./Calendar.tsx";
import { Editor } from "./Editor.tsx";
import { textOf } from "./manifest.ts";
import { OFFERING_TONES } from "./Offerings.tsx";
import { usePartnerWords } from "./words.ts";

export type Offering = NonNullable<ResultOf<typeof OfferingsInFull>["partnerOfferings"]>["nodes"][number];
const SUBMITTED_FROM = "DRAFT";
const NOT_CHANGED: readonly string[] = ["IN_REVIEW", "SUBMITTED"]; // while it is looked at
const OFFERINGS_OF_A_PAGE = 20;
const OVER: readonly string[] = ["RETIRED"];

/** An offering: where it stands, what it says, and its times. */
export function OfferingPage() {
  const { t } = useLingui();
  const said = usePartnerWords();
  const { id } = useParams<{ id: string }>();
  const offerings = useRows(OfferingsInFull, {}, (data) => data.partnerOfferings, OFFERINGS_OF_A_PAGE);
  const { rows, hasMore, fetching, refusal, more, again } = offerings;
  const [saved, setSaved] = useState(false);
  // What is not published yet is in the partner's own list alone, each revision of it; the newest is what is worked on.
  const offering = rows.filter((each) => each.id === id).toSorted((one, other) => other.revision - one.revision)[0];
  const looks = !offering && hasMore && !refusal;
  useEffect(() => {
    if (looks && !fetching) void more();
  }, [looks, fetching, more]);
  return (
    <Page title={offering?.titleEn ?? t`Offering`} back={{ to: "/offerings", text: t`Offerings` }}>
      <Refused refusal={refusal} />
      {offering ? (
        <>
          <p>
            <span className={`tag ${OFFERING_TONES[offering.status] ?? ""}`}>
              {said("offering", offering.status)}
            </span>{" "}
            {t`Revision ${offering.revision}`} · <bdi>{offering.reference}</bdi>
          </p>
          {offering.pilot && <TriedOut of={offering.pilot} />}
          {offering.reviewReasons.length > 0 && (
            <Notice tone="warn" title={t`What the review said`}>
              <ul>
                {offering.reviewReasons.map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
            </Notice>
          )}
          {saved && <Notice tone="good" title={t`The draft is kept`} />}
          <div className="actions">
            {offering.status === SUBMITTED_FROM && (
              <Act
                text={t`Submit it for review`}
                tone="plain"
                act={async (key) => {
                  await carryOut(SubmitOffering, "submitOffering", { id, key });
                  setSaved(false);
                  again();
                }}
              />
            )}
            {offering.status === "PUBLISHED" && (
              <Link href={`/orders?offering=${id}`} className="button quiet">
                <Trans>Its orders</Trans>
              </Link>
            )}
            {offering.status === "PUBLISHED" && (
              <Link href={`/offerings/${id}/private`} className="button quiet">
                <Trans>Private offers</Trans>
              </Link>
            )}
            {!OVER.includes(offering.status) && (
              <Act
                text={t`Take it off sale for good`}
                tone="danger"
                reason={t`Why`}
                act={async (key, reason) => {
                  await carryOut(RetireOffering, "retireOffering", { id, reason, key });
                  again();
                }}
              />
            )}
          </div>
          {!OVER.includes(offering.status) && (
            <>
              {offering.bookingRequired && offering.publishedAt && <Calendar offering={offering} />}
              {NOT_CHANGED.includes(offering.status) ? (
                <p className="soft">
                  <Trans>The operator reviews it. It is changed again once that is decided.</Trans>
                </p>
              ) : (
                <>
                  <h2>
                    <Trans>What it says</Trans>
                  </h2>
                  <Editor
                    key={offering.revision}
                    draft={`${id}:${offering.revision}`}
                    begin={textOf(manifestOf(offering))}
                    offeringId={id}
                    saved={() => {
                      setSaved(true);
                      again();
                    }}
                  />
                </>
              )}
            </>
          )}
        </>
      ) : offerings.loading || looks ? (
        <Loading />
      ) : (
        !refusal && <Notice tone="warn" title={t`There is no such offering of yours`} />
      )}
    </Page>
  );
}

/** Where it is tried out, and how long: the operator widens or ends it. */
function TriedOut({ of: { districts, endsAt } }: { of: { districts: readonly string[]; endsAt: string | null } }) {
  const { t } = useLingui();
  const [now] = useState(() => Date.now());
  const over = endsAt !== null && Date.parse(endsAt) <= now;
  return (
    <Notice tone={over ? "warn" : "plain"} title={over ? t`Its pilot has ended` : t`It is tried out in ${districts.join(", ")}`}>
      <p>
        {endsAt === null ? (
          <Trans>Who lives there may order it, until the operator widens or ends it.</Trans>
        ) : over ? (
          <Trans>
            It is off sale since <When at={endsAt} />. The operator may widen it, or you hand in another revision.
          </Trans>
        ) : (
          <Trans>
            Who lives there may order it until <When at={endsAt} />, unless the operator widens or ends it before.
          </Trans>
        )}
      </p>
    </Notice>
  );
}

/** As the partner would write it. */
function manifestOf(offering: Offering): object {
  const { definition, reference, kind, price, districts, bookingRequired, validDays, eligibility, consent, pricedPer, unitsMax, periodDays, periodsMax, askedPilot } = offering;
  return {
    definition,
    reference,
    kind,
    title: { "zh-CN": offering.titleZh, en: offering.titleEn },
    description: { "zh-CN": offering.descriptionZh, en: offering.descriptionEn },
    price: { amount: price.amount, currency: price.currency },
    ...(pricedPer === "USAGE" ? { pricedPer, unitsMax } : {}),
    ...(pricedPer === "PERIOD" ? { pricedPer, periodsMax, ...(periodDays ? { periodDays } : {}) } : {}),
    districts: [...districts],
    ...(consent && consent.informationTypes.length > 0
      ? {
          consent: {
            informationTypes: [...consent.informationTypes],
            purpose: consent.purpose,
            accessMode: consent.accessMode,
            validDays: consent.validDays,
            ...(consent.retentionDays ? { retentionDays: consent.retentionDays } : {}),
            ...(consent.sensitiveCategories.length ? { sensitiveCategories: [...consent.sensitiveCategories] } : {}),
          },
        }
      : {}),
    ...(bookingRequired ? { bookingRequired } : {}),
    ...(offering.contents.length > 0
      ? {
          contents: offering.contents.map((item) => ({
            code: item.code,
            kind: item.kind,
            times: item.times,
            title: { "zh-CN": item.titleZh, en: item.titleEn },
          })),
        }
      : {}),
    ...(validDays ? { validDays } : {}),
    ...(offering.cancellation.length > 0
      ? { cancellation: offering.cancellation.map(({ hoursBefore, feeBasisPoints }) => ({ hoursBefore, feeBasisPoints })) }
      : {}),
    ...(eligibility && (eligibility.ageFromMonths || eligibility.ageBelowMonths || eligibility.sex || eligibility.districts.length > 0 || eligibility.programmes.length > 0)
      ? {
          eligibility: {
            ageFromMonths: eligibility.ageFromMonths,
            ...(eligibility.ageBelowMonths ? { ageBelowMonths: eligibility.ageBelowMonths } : {}),
            ...(eligibility.sex ? { sex: eligibility.sex } : {}),
            ...(eligibility.districts.length > 0 ? { districts: [...eligibility.districts] } : {}),
            ...(eligibility.programmes.length > 0 ? { programmes: [...eligibility.programmes] } : {}),
          },
        }
      : {}),
    ...(askedPilot
      ? { pilot: { districts: [...askedPilot.districts], ...(askedPilot.endsAt ? { endsAt: askedPilot.endsAt } : {}) } }
      : {}),
    ...(offering.sites.length > 0 ? { sites: offering.sites.map(({ code }) => code) } : {}),
    ...(offering.pictures.length > 0
      ? {
          pictures: offering.pictures.map(({ attachmentId, altZh, altEn }) => ({
            attachmentId,
            alt: { "zh-CN": altZh, en: altEn },
          })),
        }
      : {}),
    ...(offering.leaflets.length > 0
      ? {
          leaflets: offering.leaflets.map(({ attachmentId, titleZh, titleEn }) => ({
            attachmentId,
            title: { "zh-CN": titleZh, en: titleEn },
          })),
        }
      : {}),
  };
}
