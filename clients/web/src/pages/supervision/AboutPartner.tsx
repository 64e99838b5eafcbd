import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useQuery } from "urql";
import { Link, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { Appeals } from "../../app/Appeals.tsx";
import { Contracts } from "../../app/Contracts.tsx";
import { Funnel } from "../../app/Funnel.tsx";
import { useWords } from "../../app/words.ts";
import { ReinstatePartner, RevokeCertificate, SupervisedPartner as Document, SuspendPartner } from "../../documents/decisions.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { Act } from "../../kit/Act.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { Id } from "../../kit/Id.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { PartnerStatus } from "./Partners.tsx";
import { useSupervisionWords } from "./words.ts";

export type Partner = NonNullable<ResultOf<typeof Document>["partner"]>;

interface Props {
  /** What who signed in may do with it now. */
  acts: (partner: Partner, again: () => void) => ReactNode;
}

/** A partner: what it may do, what it handed in, what was decided about it and by whom. */
export function AboutPartner({ acts }: Props) {
  const { t } = useLingui();
  const { id } = useParams<{ id: string }>();
  const [answer, ask] = useQuery({ query: Document, variables: { id } });
  const again = () => ask({ requestPolicy: "network-only" });
  const partner = answer.data?.partner;
  return (
    <Page title={partner?.name ?? t`Partner`} back={{ to: "/partners", text: t`Partners` }}>
      <Shown answer={answer} again={again}>
        {(data) =>
          data.partner ? (
            <>
              <p>
                <PartnerStatus of={data.partner.status} /> <Id of={data.partner.id} />
              </p>
              {acts(data.partner, again)}
              <Said of={data.partner} again={again} />
            </>
          ) : (
            <Notice tone="warn" title={t`There is no such partner`} />
          )
        }
      </Shown>
    </Page>
  );
}

function Said({ of, again }: { of: Partner; again: () => void }) {
  const { t } = useLingui();
  const word = useWords();
  const { word: office } = useSupervisionWords();
  return (
    <>
      <Facts
        of={[
          [t`Kind`, office("partnerKind", of.kind)],
          [t`Registration number`, of.registrationNumber],
          [t`Districts`, of.districts.join(", ")],
          [t`Contact`, `${of.contact.name} · ${of.contact.telephone}`],
          [t`May now`, of.capabilities.map((each) => office("capability", each)).join(", ") || t`nothing`],
          [t`Suspended because`, of.suspensionReason],
          [t`Papers that are missing`, of.missingEvidence.join(", ")],
        ]}
      />
      {of.doubts.length > 0 && (
        <Notice tone="warn" title={t`It may be one that is here already`}>
          <ul>
            {of.doubts.map((doubt) => (
              <li key={doubt.partnerId}>
                <Link href={`/partners/${doubt.partnerId}`}>{doubt.name}</Link>,{" "}
                {doubt.kind === "SAME_NAME" ? t`the same name` : t`the same registration number`}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {of.screening && (
        <>
          <h2>
            <Trans>Screening</Trans>
          </h2>
          <Facts
            of={[
              [t`Outcome`, of.screening.passed ? t`Passed` : t`Not passed`],
              [t`Score`, <Score of={of.screening.score} at={of.screening.passAt} key="score" />],
              ...of.screening.areas.map(
                ({ area, score }) => [word("aspect", area), <Score of={score} at={of.screening!.areaAt} key={area} />] as const,
              ),
              [t`Rubric`, of.screening.edition],
              [t`Decided`, <When at={of.screening.decidedAt} key="decided" />],
              [t`Reasons`, of.screening.reasons.join("; ")],
            ]}
          />
        </>
      )}
      <Appeals of={of.appeals} />
      <Contracts of={of.contracts} />
      <p>
        <Link href={`/partners/${of.id}/private`}>
          <Trans>What it offers to one buyer each</Trans>
        </Link>
      </p>
      <Funnel id={of.id} />
      <Reviews of={of.reviews} />
      <DataGrades of={of.dataGrades} />
      <h2>
        <Trans>Evidence</Trans>
      </h2>
      <Lines
        label={t`Evidence`}
        head={[t`Aspect`, t`Title`, t`Reference`, t`Valid until`]}
        rows={of.evidence.map((each, index) => [
          String(index),
          word("aspect", each.aspect),
          each.title,
          each.reference,
          each.validUntil,
        ])}
      />
      <h2>
        <Trans>Certificates</Trans>
      </h2>
      <Lines
        label={t`Certificates`}
        head={[t`Aspect`, t`Issued`, t`Good until`, t`Signed by the regulator`, t`Number`, t`Take it back`]}
        rows={of.certificates.map((each) => [
          each.id,
          word("aspect", each.aspect),
          <When at={each.issuedAt} style="day" key="issued" />,
          <When at={each.expiresAt} style="day" key="expires" />,
          each.cosignedBy ? t`Yes` : t`Not needed`,
          <Id of={each.id} key="id" />,
          <Act
            key="revoke"
            text={t`Revoke: ${word("aspect", each.aspect)}`}
            tone="danger"
            reason={t`Why? Everybody can read it.`}
            act={async (key, reason) => {
              await carryOut(RevokeCertificate, "revokeCertificate", { id: each.id, reason, key });
              again();
            }}
          />,
        ])}
      />
      <h2>
        <Trans>Steps</Trans>
      </h2>
      <Lines
        label={t`Steps`}
        head={[t`When`, t`Became`, t`By`, t`Reason`]}
        rows={of.steps.map((each, index) => [
          String(index),
          <When at={each.takenAt} key="at" />,
          office("partner", each.became),
          each.takenAs === "PARTNER" ? t`the partner` : each.takenAs === "OPERATOR" ? t`an operator` : t`a regulator`,
          each.reason,
        ])}
      />
    </>
  );
}

/** How good the data is that it sends, of each kind of resource. */
export function DataGrades({ of }: { of: Partner["dataGrades"] }) {
  const { t } = useLingui();
  if (of.length === 0) return null;
  return (
    <>
      <h2>
        <Trans>Grades of its data</Trans>
      </h2>
      {of.some(({ toReview }) => toReview) && (
        <Notice tone="warn" title={t`Below the city's floor, and not reviewed since`}>
          <p>
            <Trans>Review its technology. Nothing is suspended by itself.</Trans>
          </p>
        </Notice>
      )}
      <Lines
        label={t`Grades of its data`}
        head={[t`Resource`, t`Grade`, t`Month`, t`To be reviewed`]}
        rows={of.map((each) => [
          each.resourceType,
          each.resourceType,
          each.letter,
          each.month,
          each.toReview ? <span className="tag warn" key="review">{t`Yes`}</span> : t`No`,
        ])}
      />
    </>
  );
}

/** What it was reviewed by since it was let through, the newest first, and what was found to be mended. */
export function Reviews({ of }: { of: Partner["reviews"] }) {
  const { t } = useLingui();
  const word = useWords();
  const since = of.filter(({ kind }) => kind !== "APPLICATION");
  if (since.length === 0) return null;
  return (
    <>
      <h2>
        <Trans>Reviews since it was let through</Trans>
      </h2>
      <Lines
        label={t`Reviews since it was let through`}
        head={[t`Decided`, t`Areas`, t`Outcome`, t`Score`, t`Reasons`, t`To be mended`]}
        rows={since.map((each) => [
          each.decidedAt,
          <When at={each.decidedAt} style="day" key="decided" />,
          each.kind === "RENEWAL" ? t`All` : each.areas.map(({ area }) => word("aspect", area)).join(", "),
          each.passed ? t`Passed` : t`Not passed`,
          <Score of={each.score} at={each.passAt} key="score" />,
          each.reasons.join("; "),
          each.toMend.map(({ item, reason }) => `${item.question}: ${reason ?? ""}`).join("; "),
        ])}
      />
    </>
  );
}

/** A score in hundredths of a percent, beside what was enough. */
function Score({ of, at }: { of: number; at: number }) {
  const { i18n } = useLingui();
  const percent = new Intl.NumberFormat(i18n.locale, { style: "percent", maximumFractionDigits: 1 });
  const [score, enough] = [percent.format(of / 10_000), percent.format(at / 10_000)];
  return (
    <Trans>
      {score}, {enough} is enough
    </Trans>
  );
}

/** A short table that is shown whole; the first of each row is its key. */
export function Lines({ label, head, rows }: { label: string; head: string[]; rows: ReactNode[][] }) {
  if (rows.length === 0) {
    return (
      <p className="soft">
        <Trans>None</Trans>
      </p>
    );
  }
  return (
    <div className="table" role="region" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {head.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([key, ...cells]) => (
            <tr key={String(key)}>
              {cells.map((cell, index) => (
                <td key={index}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** To stop a partner at once, or let it go on. */
export function Suspending({ of, again }: { of: Partner; again: () => void }) {
  const { t } = useLingui();
  const suspended = of.status === "SUSPENDED";
  if (!suspended && of.status !== "ACTIVE") return null;
  return (
    <div className="actions">
      {suspended ? (
        <Act
          text={t`Reinstate it`}
          reason={t`Why`}
          act={async (key, reason) => {
            await carryOut(ReinstatePartner, "reinstatePartner", { id: of.id, reason, key });
            again();
          }}
        />
      ) : (
        <Act
          text={t`Suspend it`}
          tone="danger"
          reason={t`Why`}
          act={async (key, reason) => {
            await carryOut(SuspendPartner, "suspendPartner", { id: of.id, reason, key });
            again();
          }}
        />
      )}
    </div>
  );
}
