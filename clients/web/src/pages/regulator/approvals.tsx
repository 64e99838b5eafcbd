import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { Link, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { useWords } from "../../app/words.ts";
import { CosignCertificate, Projects, Templates } from "../../documents/decisions.ts";
import {
  ApproveProject,
  ApproveTemplate,
  AuditEmergency,
  CertificatesToCosign,
  Emergencies,
  LegalBases,
  SignLegalBasis,
} from "../../documents/regulator.ts";
import { Act } from "../../kit/Act.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { When } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useRows } from "../../kit/useRows.ts";
import { AccountsDesk } from "../supervision/Accounts.tsx";
import { AppealsDesk } from "../supervision/AppealsDesk.tsx";
import { ComplaintsDesk } from "../supervision/Complaints.tsx";
import { Desk } from "../supervision/Desk.tsx";
import { TrustListDesk } from "../supervision/TrustList.tsx";

const APPROVALS: Readonly<Record<string, () => React.JSX.Element>> = {
  appeals: AppealsDesk,
  certificates: CertificatesDesk,
  "legal-bases": LegalBasesDesk,
  projects: ProjectsDesk,
  templates: TemplatesDesk,
  emergencies: EmergenciesDesk,
  complaints: ComplaintsDesk,
  "trust-list": TrustListDesk,
  accounts: AccountsDesk,
};

export function ApprovalsPage() {
  const { desk } = useParams<{ desk: string }>();
  const { t } = useLingui();
  const Shown = APPROVALS[desk];
  return Shown ? <Shown /> : <Page title={t`There is no such page`}>{null}</Page>;
}

function PartnerLink({ of }: { of: { id: string; name: string } | null }) {
  return of && <Link href={`/partners/${of.id}`}>{of.name}</Link>;
}

function CertificatesDesk() {
  const { t } = useLingui();
  const word = useWords();
  const [answer, ask] = useQuery({ query: CertificatesToCosign, requestPolicy: "cache-and-network" });
  const again = () => ask({ requestPolicy: "network-only" });
  return (
    <Page title={t`Certificates to co-sign`} back={{ to: "/", text: t`What waits` }}>
      <p>
        <Trans>An operator issued these, and they touch residents' data: they hold once you have signed them, too.</Trans>
      </p>
      <Shown answer={answer} again={again}>
        {({ partners, renewed }) => {
          const waiting = [...(partners?.nodes ?? []), ...(renewed?.nodes ?? [])].flatMap((partner) =>
            partner.proposedCertificates.map((certificate) => ({ partner, certificate })),
          );
          return (
            <ul className="list">
              {waiting.length === 0 && (
                <li>
                  <Trans>Nothing waits here.</Trans>
                </li>
              )}
              {waiting.map(({ partner, certificate }) => (
                <li key={certificate.id} className="card" data-case={certificate.id}>
                  <h2>
                    <PartnerLink of={partner} />
                  </h2>
                  <Facts
                    of={[
                      [t`Aspect`, word("aspect", certificate.aspect)],
                      [t`Scope`, certificate.scope.join(", ")],
                      [t`Issued`, <When at={certificate.issuedAt} key="issued" />],
                      [t`Good until`, <When at={certificate.expiresAt} style="day" key="until" />],
                    ]}
                  />
                  <div className="actions">
                    <Act
                      text={t`Co-sign it`}
                      tone="plain"
                      act={async (key) => {
                        await carryOut(CosignCertificate, "cosignCertificate", { id: certificate.id, key });
                        again();
                      }}
                    />
                  </div>
                </li>
              ))}
            </ul>
          );
        }}
      </Shown>
    </Page>
  );
}

function LegalBasesDesk() {
  const { t } = useLingui();
  const word = useWords();
  const rows = useRows(LegalBases, { status: "ENTERED" }, (data) => data.legalBases);
  return (
    <Desk
      title={t`Legal bases to sign`}
      lead={t`What the law permits without consent. It is named in each decision it permits, and the resident reads it.`}
      of={rows}
      show={(basis) => ({
        id: basis.id,
        heading: basis.statute,
        since: basis.enteredAt,
        facts: [
          [t`For`, <PartnerLink of={basis.grantee} key="for" />],
          [t`Why`, basis.why],
          [t`Which`, basis.informationTypes.map((each) => word("data", each)).join(", ")],
          [t`What for`, word("purpose", basis.purpose)],
          [t`How`, word("mode", basis.accessMode)],
        ],
        acts: (
          <Act
            text={t`Sign it`}
            tone="plain"
            act={async (key) => {
              await carryOut(SignLegalBasis, "signLegalBasis", { id: basis.id, key });
              rows.again();
            }}
          />
        ),
      })}
    />
  );
}

function ProjectsDesk() {
  const { t } = useLingui();
  const word = useWords();
  const rows = useRows(Projects, { status: "ENDORSED" }, (data) => data.projects);
  return (
    <Desk
      title={t`Research projects`}
      lead={t`An operator has endorsed them. Once you approve, residents may be asked, each by themselves.`}
      of={rows}
      show={(project) => ({
        id: project.id,
        heading: project.name,
        since: project.endorsedAt,
        facts: [
          [t`From`, <PartnerLink of={project.grantee} key="from" />],
          [t`Why`, project.why],
          [t`Which`, project.informationTypes.map((each) => word("data", each)).join(", ")],
          [t`How`, word("mode", project.accessMode)],
          [t`Days`, project.termDays],
          [t`Approval by an ethics committee`, project.ethicsApproval],
        ],
        acts: (
          <Act
            text={t`Approve`}
            tone="plain"
            act={async (key) => {
              await carryOut(ApproveProject, "approveProject", { id: project.id, key });
              rows.again();
            }}
          />
        ),
      })}
    />
  );
}

function TemplatesDesk() {
  const { t } = useLingui();
  const word = useWords();
  const rows = useRows(Templates, { status: "ENDORSED" }, (data) => data.queryTemplates);
  return (
    <Desk
      title={t`Templates of queries`}
      lead={t`What is counted of records that nobody sees. Read the query: it is run as it stands here.`}
      of={rows}
      show={(template) => ({
        id: template.id,
        heading: `${template.title} ${template.version}`,
        since: template.endorsedAt,
        facts: [
          [t`From`, <PartnerLink of={template.partner} key="from" />],
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
        acts: (
          <Act
            text={t`Approve`}
            tone="plain"
            act={async (key) => {
              await carryOut(ApproveTemplate, "approveQueryTemplate", { id: template.id, key });
              rows.again();
            }}
          />
        ),
      })}
    />
  );
}

function EmergenciesDesk() {
  const { t } = useLingui();
  const rows = useRows(Emergencies, {}, (data) => data.emergencies);
  const audit = (id: string, justified: boolean) => async (key: string, note: string) => {
    await carryOut(AuditEmergency, "reviewEmergency", { id, justified, note, key });
    rows.again();
  };
  return (
    <Desk
      title={t`Emergencies`}
      lead={t`Records that were opened without consent. Somebody of the hospital reviews each; you audit what they found, and what nobody reviewed in time.`}
      of={{ ...rows, rows: rows.rows.filter(({ status }) => status !== "AUDITED") }}
      show={(emergency) => ({
        id: emergency.id,
        heading: emergency.partner?.name ?? t`A hospital`,
        since: emergency.openedAt,
        facts: [
          [t`Reason`, emergency.reason],
          [t`To be reviewed by`, <When at={emergency.reviewDueAt} key="due" />],
          [
            t`Review`,
            emergency.review
              ? `${emergency.review.justified ? t`justified` : t`not justified`}: ${emergency.review.note}`
              : t`Nothing yet`,
          ],
        ],
        acts: (
          <>
            <Act text={t`It was justified`} reason={t`What shows it`} act={audit(emergency.id, true)} />
            <Act text={t`It was not`} tone="danger" reason={t`What shows it`} act={audit(emergency.id, false)} />
          </>
        ),
      })}
    />
  );
}
