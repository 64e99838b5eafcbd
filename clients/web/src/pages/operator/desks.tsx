import { Plural, useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { Link, useParams } from "wouter";
import { Price } from "../../app/Price.tsx";
import { carryOut } from "../../app/client.ts";
import type { Refusal } from "../../app/wire.ts";
import { useWords } from "../../app/words.ts";
import { Projects, Templates } from "../../documents/decisions.ts";
import {
  AlertRulesToDecide,
  AttachmentToReview,
  CodeMapsToDecide,
  DecideAlertRule,
  DecideCodeMap,
  DecideDeviceModel,
  DecideGuardianship,
  DecideOffering,
  DecideReviewText,
  DecideSitePictures,
  DecideSource,
  DeviceModelsToDecide,
  EndorseProject,
  EndorseTemplate,
  GuardianshipsToDecide,
  OfferingsToReview,
  ReviewsToDecide,
  SitePicturesToReview,
  SourcesToDecide,
} from "../../documents/operator.ts";
import { Act } from "../../kit/Act.tsx";
import { together } from "../../kit/asRows.ts";
import { Id } from "../../kit/Id.tsx";
import { When } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { useRows } from "../../kit/useRows.ts";
import { AccountsDesk } from "../supervision/Accounts.tsx";
import { AppealsDesk } from "../supervision/AppealsDesk.tsx";
import { QualityDesk } from "./QualityDesk.tsx";
import { ComplaintsDesk } from "../supervision/Complaints.tsx";
import { Desk } from "../supervision/Desk.tsx";
import { TrustListDesk } from "../supervision/TrustList.tsx";

/** The desk that the address names. */
export function DeskPage() {
  const { desk } = useParams<{ desk: string }>();
  const { t } = useLingui();
  const Shown = DESKS[desk];
  return Shown ? <Shown /> : <Page title={t`There is no such page`}>{null}</Page>;
}

const DESKS: Readonly<Record<string, () => React.JSX.Element>> = {
  appeals: AppealsDesk,
  offerings: OfferingsDesk,
  reviews: ReviewsDesk,
  complaints: ComplaintsDesk,
  guardianships: GuardianshipsDesk,
  sources: SourcesDesk,
  "code-maps": CodeMapsDesk,
  templates: TemplatesDesk,
  projects: ProjectsDesk,
  "site-pictures": SitePicturesDesk,
  "device-models": DeviceModelsDesk,
  "alert-rules": AlertRulesDesk,
  "trust-list": TrustListDesk,
  accounts: AccountsDesk,
  quality: QualityDesk,
};

function OfferingsDesk() {
  const { t } = useLingui();
  const word = useWords();
  const submitted = useRows(OfferingsToReview, { status: "SUBMITTED" }, (data) => data.partnerOfferings);
  const inReview = useRows(OfferingsToReview, { status: "IN_REVIEW" }, (data) => data.partnerOfferings);
  const both = together(submitted, inReview);
  const decide = (id: string, revision: number, approved: boolean, asPilot = false) => async (key: string, reason: string) => {
    const answer = await carryOut(DecideOffering, "decideReview", {
      id,
      revision,
      approved,
      reasons: reason && !asPilot ? [reason] : [],
      pilot: asPilot ? { districts: reason.split(/[\s,]+/).filter(Boolean) } : null,
      key,
    });
    if (answer.__typename === "RevisionChanged") {
      throw { code: answer.code, message: answer.message, field: answer.field, retryAfterSeconds: null } satisfies Refusal;
    }
    both.again();
  };
  return (
    <Desk
      title={t`Offerings to review`}
      lead={t`Read the terms as a resident would: what it is, what it costs, and what it asks of their data. What you decide is about the revision that you see.`}
      of={both}
      show={(offering) => ({
        id: offering.id,
        heading: offering.title,
        facts: [
          [t`From`, <PartnerLink of={offering.partner} key="partner" />],
          [t`What it is`, offering.description],
          [t`Pictures`, offering.pictures.length > 0 ? offering.pictures.map((each) => <ToReview key={each.attachmentId} id={each.attachmentId} alt={each.alt} />) : null],
          [t`Documents`, offering.leaflets.length > 0 ? offering.leaflets.map((each) => <ToReview key={each.attachmentId} id={each.attachmentId} title={each.title} />) : null],
          [t`Price`, <Price of={offering} key="price" />],
          [t`Certified in`, offering.partner?.certifiedAspects.map((each) => word("aspect", each)).join(", ")],
          [
            t`Asks for data`,
            offering.consent
              ? `${offering.consent.informationTypes.map((each) => word("data", each)).join(", ")}: ${word("purpose", offering.consent.purpose)}`
              : t`none`,
          ],
          [t`How`, offering.consent ? word("mode", offering.consent.accessMode ?? "") : null],
          [t`Kept for`, offering.consent ? <Days of={offering.consent.retentionDays} key="kept" /> : null],
          [t`Asked to be tried out in`, offering.askedPilot?.districts.join(", ")],
          [t`Revision`, offering.revision],
          [t`Number`, <Id of={offering.id} key="id" />],
        ],
        acts: (
          <>
            <Act text={t`Publish it`} tone="plain" act={decide(offering.id, offering.revision, true)} />
            <Act
              text={t`Publish it as a pilot`}
              tone="plain"
              reason={t`In which districts, by their codes`}
              act={decide(offering.id, offering.revision, true, true)}
            />
            <Act
              text={t`Refuse it`}
              tone="danger"
              reason={t`What the provider has to change`}
              act={decide(offering.id, offering.revision, false)}
            />
          </>
        ),
      })}
    />
  );
}

function SitePicturesDesk() {
  const { t } = useLingui();
  const rows = useRows(SitePicturesToReview, {}, (data) => data.siteReviews);
  const decide = (siteId: string, version: number, approved: boolean) => async (key: string, reason: string) => {
    await carryOut(DecideSitePictures, "decideSitePictures", { siteId, version, approved, reason: reason || null, key });
    rows.again();
  };
  return (
    <Desk
      title={t`Pictures of sites to look at`}
      lead={t`Is to be seen what is said of each, and nobody who could be recognised? What you show is everybody's.`}
      of={rows}
      show={({ site, pictures, hiddenAttachmentIds, putAt, partner }) => ({
        id: site.id,
        heading: site.name,
        since: putAt,
        facts: [
          [t`From`, <PartnerLink of={partner} key="partner" />],
          [t`Address`, site.address],
        ],
        more: pictures
          .filter(({ attachmentId }) => hiddenAttachmentIds.includes(attachmentId))
          .map((each) => <ToReview key={each.attachmentId} id={each.attachmentId} alt={each.alt} />),
        acts: (
          <>
            <Act text={t`Show them`} tone="plain" act={decide(site.id, site.version, true)} />
            <Act
              text={t`Refuse them`}
              tone="danger"
              reason={t`What the provider has to change`}
              act={decide(site.id, site.version, false)}
            />
          </>
        ),
      })}
    />
  );
}

function PartnerLink({ of }: { of: { id: string; name: string } | null }) {
  return of && <Link href={`/partners/${of.id}`}>{of.name}</Link>;
}

/** A picture with what is said of it, or a document, before anybody else sees it. */
function ToReview({ id, alt, title }: { id: string; alt?: string; title?: string }) {
  const [answer] = useQuery({ query: AttachmentToReview, variables: { id }, requestPolicy: "network-only" });
  const path = answer.data?.attachment?.path;
  if (alt === undefined) return <a href={path}>{title}</a>;
  return (
    <figure>
      {path && <img className="picture" src={path} alt={alt} />}
      <figcaption>{alt}</figcaption>
    </figure>
  );
}

function Days({ of }: { of: number }) {
  return <Plural value={of} one="# day" other="# days" />;
}

function ReviewsDesk() {
  const { t } = useLingui();
  const rows = useRows(ReviewsToDecide, {}, (data) => data.undecidedReviews);
  const decide = (id: string, published: boolean) => async (key: string) => {
    await carryOut(DecideReviewText, "decideReviewText", { id, published, key });
    rows.again();
  };
  return (
    <Desk
      title={t`Texts of reviews`}
      lead={t`Publish what says how it was, praise or blame alike. Withhold what names a person, insults, or tells of somebody's health.`}
      of={rows}
      show={(review) => ({
        id: review.id,
        heading: review.offering?.title ?? t`A service`,
        since: review.reviewedAt,
        facts: [
          [t`Stars`, t`${review.rating} of 5`],
          [t`Text`, review.text],
        ],
        acts: (
          <>
            <Act text={t`Publish it`} tone="plain" act={decide(review.id, true)} />
            <Act text={t`Withhold it`} tone="danger" act={decide(review.id, false)} />
          </>
        ),
      })}
    />
  );
}

function GuardianshipsDesk() {
  const { t } = useLingui();
  const rows = useRows(GuardianshipsToDecide, {}, (data) => data.guardianshipProposals);
  const decide = (id: string, approved: boolean) => async (key: string, reason: string) => {
    await carryOut(DecideGuardianship, "decideGuardianship", { id, approved, reason, key });
    rows.again();
  };
  return (
    <Desk
      title={t`Guardianships`}
      lead={t`Approve where the papers show it. Whoever is looked after is told.`}
      of={rows}
      show={(proposal) => ({
        id: proposal.id,
        heading: t`${proposal.guardianName ?? "…"} for ${proposal.residentName ?? "…"}`,
        since: proposal.proposedAt,
        facts: [
          [t`Born`, `${proposal.guardianBirthDate ?? "…"} · ${proposal.residentBirthDate ?? "…"}`],
          [t`For a child`, proposal.forMinor ? t`Yes` : t`No`],
          [t`May do`, proposal.acts.join(", ")],
          [t`Until`, proposal.until ? <When at={proposal.until} style="day" key="until" /> : null],
          [t`Papers`, proposal.evidence.map((each) => `${each.kind} ${each.reference} (${each.issuedBy}, ${each.issuedOn})`).join("; ")],
          [t`Lapses`, <When at={proposal.expiresAt} key="expires" />],
        ],
        acts: (
          <>
            <Act text={t`Approve`} tone="plain" reason={t`What shows it`} act={decide(proposal.id, true)} />
            <Act text={t`Refuse`} tone="danger" reason={t`What is missing`} act={decide(proposal.id, false)} />
          </>
        ),
      })}
    />
  );
}

function SourcesDesk() {
  const { t } = useLingui();
  const word = useWords();
  const rows = useRows(SourcesToDecide, {}, (data) => data.sources);
  const decide = (id: string, approved: boolean) => async (key: string, reason: string) => {
    await carryOut(DecideSource, "decideSource", { id, approved, reason, key });
    rows.again();
  };
  return (
    <Desk
      title={t`Sources of data`}
      lead={t`A source writes into residents' records by itself, day and night.`}
      of={rows}
      show={(source) => ({
        id: source.id,
        heading: source.name,
        since: source.registeredAt,
        facts: [
          [t`From`, <PartnerLink of={source.institution} key="partner" />],
          [t`System`, `${source.system}, ${source.category}`],
          [t`Which`, source.informationTypes.map((each) => word("data", each)).join(", ")],
          [t`Batches a day`, source.budget.batches],
          [t`Lines a day`, source.budget.lines],
        ],
        acts: (
          <>
            <Act text={t`Approve`} tone="plain" act={decide(source.id, true)} />
            <Act text={t`Refuse`} tone="danger" reason={t`What is missing`} act={decide(source.id, false)} />
          </>
        ),
      })}
    />
  );
}

function CodeMapsDesk() {
  const { t } = useLingui();
  const rows = useRows(CodeMapsToDecide, {}, (data) => data.codeMaps);
  const decide = (id: string, approved: boolean) => async (key: string, reason: string) => {
    await carryOut(DecideCodeMap, "decideCodeMap", { id, approved, reason, key });
    rows.again();
  };
  return (
    <Desk
      title={t`Maps of codes`}
      lead={t`A map says which of the city's codes a hospital's own stand for. What is mapped wrongly is read wrongly.`}
      of={rows}
      show={(map) => ({
        id: map.id,
        heading: `${map.title} ${map.version}`,
        since: map.submittedAt,
        facts: [
          [t`From`, <PartnerLink of={map.institution} key="partner" />],
          [t`Entries`, map.entries],
          [t`Address`, map.url],
          ["SHA-256", <span className="mono" key="hash">{map.sha256}</span>],
        ],
        acts: (
          <>
            <Act text={t`Approve`} tone="plain" reason={t`What was looked at`} act={decide(map.id, true)} />
            <Act text={t`Refuse`} tone="danger" reason={t`What is wrong`} act={decide(map.id, false)} />
          </>
        ),
      })}
    />
  );
}

function TemplatesDesk() {
  const { t } = useLingui();
  const word = useWords();
  const rows = useRows(Templates, { status: "PROPOSED" }, (data) => data.queryTemplates);
  const endorse = (id: string) => async (key: string) => {
    await carryOut(EndorseTemplate, "endorseQueryTemplate", { id, key });
    rows.again();
  };
  return (
    <Desk
      title={t`Templates of queries`}
      lead={t`What is counted of records that nobody sees. After you, the regulator approves it.`}
      of={rows}
      show={(template) => ({
        id: template.id,
        heading: `${template.title} ${template.version}`,
        since: template.proposedAt,
        facts: [
          [t`From`, <PartnerLink of={template.partner} key="partner" />],
          [t`Why`, template.why],
          [t`What for`, word("purpose", template.purpose)],
          [t`Which`, template.informationTypes.map((each) => word("data", each)).join(", ")],
          [t`Fewest people in a result`, template.peopleMin],
          [t`Runs`, template.runsMax],
        ],
        more: (
          <details>
            <summary>{t`The query`}</summary>
            <pre className="mono">{template.query}</pre>
          </details>
        ),
        acts: <Act text={t`Endorse it`} tone="plain" act={endorse(template.id)} />,
      })}
    />
  );
}

function ProjectsDesk() {
  const { t } = useLingui();
  const word = useWords();
  const rows = useRows(Projects, { status: "PROPOSED" }, (data) => data.projects);
  const endorse = (id: string) => async (key: string) => {
    await carryOut(EndorseProject, "endorseProject", { id, key });
    rows.again();
  };
  return (
    <Desk
      title={t`Research projects`}
      lead={t`Residents are asked, each by themselves, once the regulator has approved it, too.`}
      of={rows}
      show={(project) => ({
        id: project.id,
        heading: project.name,
        since: project.proposedAt,
        facts: [
          [t`From`, <PartnerLink of={project.grantee} key="partner" />],
          [t`Why`, project.why],
          [t`Which`, project.informationTypes.map((each) => word("data", each)).join(", ")],
          [t`How`, word("mode", project.accessMode)],
          [t`For how long`, <Days of={project.termDays} key="term" />],
          [t`Approval by an ethics committee`, project.ethicsApproval],
        ],
        acts: <Act text={t`Endorse it`} tone="plain" act={endorse(project.id)} />,
      })}
    />
  );
}

function DeviceModelsDesk() {
  const { t } = useLingui();
  const rows = useRows(DeviceModelsToDecide, {}, (data) => data.deviceModels);
  const decide = (id: string, approved: boolean) => async (key: string, reason: string) => {
    await carryOut(DecideDeviceModel, "decideDeviceModel", { id, approved, reason, key });
    rows.again();
  };
  return (
    <Desk
      title={t`Models of devices`}
      lead={t`What a device of this model measures goes into records as it says.`}
      of={rows}
      show={(model) => ({
        id: model.id,
        heading: `${model.maker} ${model.name}`,
        since: model.proposedAt,
        facts: [
          [t`Kind`, model.kind],
          [t`Measures`, model.measurements.map((each) => `${each.display} (${each.unit})`).join(", ")],
          [t`Bluetooth`, model.bluetoothService],
        ],
        acts: (
          <>
            <Act text={t`Approve`} tone="plain" act={decide(model.id, true)} />
            <Act text={t`Refuse`} tone="danger" reason={t`What is missing`} act={decide(model.id, false)} />
          </>
        ),
      })}
    />
  );
}

function AlertRulesDesk() {
  const { t } = useLingui();
  const rows = useRows(AlertRulesToDecide, {}, (data) => data.alertRules);
  const decide = (id: string, approved: boolean) => async (key: string, reason: string) => {
    await carryOut(DecideAlertRule, "decideAlertRule", { id, approved, reason, key });
    rows.again();
  };
  return (
    <Desk
      title={t`Rules on readings`}
      lead={t`Whoever proposed a rule does not approve it. It holds for everybody in its programme.`}
      of={rows}
      show={(rule) => ({
        id: rule.id,
        heading: rule.title,
        since: rule.proposedAt,
        facts: [
          [t`Programme`, rule.programme],
          [t`Rule`, <bdi key="rule">{`${rule.code} ${rule.test} ${rule.threshold} ${rule.unit}`}</bdi>],
          [t`How often`, t`${rule.needed} of ${rule.readings} readings`],
          [t`Over at`, rule.clearAt],
          [t`Severity`, rule.severity],
        ],
        acts: (
          <>
            <Act text={t`Approve`} tone="plain" act={decide(rule.id, true)} />
            <Act text={t`Refuse`} tone="danger" reason={t`What is wrong`} act={decide(rule.id, false)} />
          </>
        ),
      })}
    />
  );
}
