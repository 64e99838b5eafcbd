import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { Link } from "wouter";
import { carryOut } from "../../app/client.ts";
import { Appeals } from "../../app/Appeals.tsx";
import { Contracts } from "../../app/Contracts.tsx";
import { Funnel } from "../../app/Funnel.tsx";
import { Leaving } from "../../app/Leaving.tsx";
import { useWords } from "../../app/words.ts";
import { BeginOffboarding } from "../../documents/offboarding.ts";
import { PartnerPage, SignContract } from "../../documents/partner.ts";
import { Act } from "../../kit/Act.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { Money, When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Appealing } from "./Appealing.tsx";
import { Deadline } from "./shown.tsx";
import { useMay, useStaff } from "./frame.tsx";
import { ASPECTS, certificateOf, type Partner, type Task, useTasks } from "./tasks.ts";
import { usePartnerWords } from "./words.ts";

const TONES: Record<Task["state"], string> = { done: "good", todo: "bad", warn: "warn", waits: "warn", later: "" };

/** Everything between an institution and an active partner: what is done, and what is missing. */
export function OnboardingPage() {
  const { t } = useLingui();
  const { institutionId } = useStaff();
  const [answer, ask] = useQuery({ query: PartnerPage, variables: { id: institutionId } });
  const again = () => ask({ requestPolicy: "network-only" });
  return (
    <Page title={t`Your standing`} back={{ to: "/", text: t`What waits` }}>
      <Shown answer={answer} again={again}>
        {({ partner }) => (
          <>
            <Tasks partner={partner} />
            {partner && <Funnel id={partner.id} />}
            {partner && <Standing partner={partner} again={again} />}
          </>
        )}
      </Shown>
    </Page>
  );
}

function Tasks({ partner }: { partner: Partner | null }) {
  const { t } = useLingui();
  const tasks = useTasks(partner);
  const states = { done: t`Done`, todo: t`To do`, warn: t`Soon`, waits: t`Waits for the operator`, later: t`Later` };
  return (
    <ol className="list">
      {tasks.map(({ name, text, state, to }) => (
        <li key={name} className="card">
          <div className="row">
            <h2>{to === "/onboarding" ? name : <Link href={to}>{name}</Link>}</h2>
            <span className={`tag ${TONES[state]}`}>{states[state]}</span>
          </div>
          <p>{text}</p>
        </li>
      ))}
    </ol>
  );
}

function Standing({ partner, again }: { partner: Partner; again: () => void }) {
  const { t } = useLingui();
  const word = useWords();
  const said = usePartnerWords();
  const isOwner = useMay("OWNER");
  const { screening, contract } = partner;
  const inForce = partner.freezes.filter(({ liftedAt }) => !liftedAt);
  return (
    <>
      {inForce.map((freeze) => (
        <Notice key={freeze.id} tone="bad" title={t`Frozen by the regulator: case ${freeze.caseNumber}`}>
          <p>{freeze.reason}</p>
          <p>{freeze.capabilities.map((each) => said("capability", each)).join(", ")}</p>
        </Notice>
      ))}
      <h2>
        <Trans>Who you are</Trans>
      </h2>
      <Facts
        of={[
          [t`State`, said("partner", partner.status)],
          [t`Kind`, said("kind", partner.kind)],
          [t`You may`, partner.capabilities.map((each) => said("capability", each)).join(", ") || t`nothing yet`],
          [t`Registration number`, partner.registrationNumber],
          [t`Contact`, [partner.contact.name, partner.contact.email, partner.contact.telephone].join(", ")],
          [t`Money goes to`, [partner.bankAccount.holder, partner.bankAccount.number].join(", ")],
        ]}
      />
      {contract && !contract.signedAt && (
        <section className="card">
          <h2>
            <Trans>The contract on offer</Trans>
          </h2>
          <p>
            <Trans>Of each payment the parties get:</Trans>
          </p>
          <Facts
            of={contract.splitPlan.shares.map(
              ({ party, basisPoints, fixed, floor, cap }) =>
                [
                  party,
                  <span key={party}>
                    {basisPoints !== null && `${basisPoints / 100} %`} {fixed && <Money of={fixed} />}
                    {floor && <> {t`at least`} <Money of={floor} /></>}
                    {cap && <> {t`at most`} <Money of={cap} /></>}
                  </span>,
                ] as const,
            )}
          />
          <p>
            <Trans>The rest is yours.</Trans>
          </p>
          {isOwner && (
            <Act
              text={t`Sign the contract`}
              tone="plain"
              warning={<p>{t`It binds your institution from then on.`}</p>}
              act={async (key) => {
                await carryOut(SignContract, "signContract", { id: contract.id, key });
                again();
              }}
            />
          )}
        </section>
      )}
      {screening && (
        <>
          <h2>
            <Trans>The last screening</Trans>
          </h2>
          <Facts
            of={[
              [t`Outcome`, screening.passed ? t`Passed` : t`Not passed`],
              [t`Score`, t`${screening.score} of 100; ${screening.passAt} are needed`],
              ...screening.areas.map(({ area, score, passed }) => [
                word("aspect", area),
                <span key={area} className={`tag ${passed ? "good" : "bad"}`}>{score}</span>,
              ] as const),
              [t`Decided`, <When at={screening.decidedAt} key="decided" />],
            ]}
          />
          {screening.toMend.length > 0 && (
            <ul className="list">
              {screening.toMend.map(({ item, verdict, reason }) => (
                <li key={item.code} className="card">
                  <strong>{item.question}</strong>
                  <p>
                    {verdict && said("verdict", verdict)} {reason}
                  </p>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
      <h2>
        <Trans>Certificates</Trans>
      </h2>
      <Facts
        of={ASPECTS.map((aspect) => {
          const certificate = certificateOf(partner, aspect);
          const proposed = partner.proposedCertificates.some((each) => each.aspect === aspect);
          return [
            word("aspect", aspect),
            certificate ? (
              <span key={aspect}>
                <Trans>
                  until <Deadline at={certificate.expiresAt} />
                </Trans>{" "}
                ({certificate.scope.join(", ")})
              </span>
            ) : proposed ? (
              t`Waits for the regulator's signature`
            ) : (
              t`Not certified`
            ),
          ] as const;
        })}
      />
      <Contracts of={partner.contracts} />
      <Appeals of={partner.appeals} />
      {isOwner && <Appealing of={partner} again={again} />}
      <Leaving of={partner} acts={isOwner ? "PARTNER" : null} again={again} />
      {isOwner && partner.status === "ACTIVE" && (
        <Act
          text={t`Leave the city`}
          tone="danger"
          reason={t`Why do you leave? The operator reads it.`}
          warning={<p>{t`Nothing new is sold from then on, and orders you have not accepted are cancelled.`}</p>}
          act={async (key, reason) => {
            await carryOut(BeginOffboarding, "beginOffboarding", { reason, key });
            again();
          }}
        />
      )}
      <h2>
        <Trans>What happened</Trans>
      </h2>
      <ol className="steps">
        {partner.steps.map(({ became, takenAt, reason }) => (
          <li key={takenAt}>
            <strong>{said("partner", became)}</strong> · <When at={takenAt} />
            {reason && <div className="soft">{reason}</div>}
          </li>
        ))}
      </ol>
    </>
  );
}
