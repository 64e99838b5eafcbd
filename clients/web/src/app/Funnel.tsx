import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { PartnerFunnel } from "../documents/funnel.ts";
import type { ResultOf } from "../documents/graphql.ts";
import { Facts } from "../kit/Facts.tsx";
import { When } from "../kit/formats.tsx";
import { Notice } from "../kit/Notice.tsx";
import { Shown } from "../kit/Shown.tsx";
import { useWords } from "./words.ts";

export const STAGES = [
  "DOCUMENTS", "SCREENING", "CERTIFICATES", "CONTRACT_OFFER", "CONTRACT_SIGNATURE", "FIRST_OFFERING",
] as const;
type Way = NonNullable<ResultOf<typeof PartnerFunnel>["partnerFunnel"]>;

/** What the steps of the way to a first offering are called, and who acts. */
export function useFunnelWords() {
  const { t } = useLingui();
  const stages: Record<string, string> = {
    DOCUMENTS: t`Documents`,
    SCREENING: t`Screening`,
    CERTIFICATES: t`Certificates`,
    CONTRACT_OFFER: t`Offer of a contract`,
    CONTRACT_SIGNATURE: t`Signature`,
    FIRST_OFFERING: t`First offering on sale`,
  };
  const actors: Record<string, string> = {
    PARTNER: t`Waits for the partner`,
    OPERATOR: t`Waits for the city's operator`,
    REGULATOR: t`Waits for the regulator`,
  };
  return {
    stage: (code: string) => stages[code] ?? code,
    actor: (code: string | null) => (code ? (actors[code] ?? code) : ""),
  };
}

/** How far a partner has come from its application to its first offering: days in each step, who waits for whom. */
export function Funnel({ id }: { id: string }) {
  const [answer, ask] = useQuery({ query: PartnerFunnel, variables: { id } });
  return (
    <section>
      <h2>
        <Trans>From the application to the first offering</Trans>
      </h2>
      <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
        {({ partnerFunnel }) => partnerFunnel && <Steps of={partnerFunnel} />}
      </Shown>
    </section>
  );
}

function Steps({ of }: { of: Way }) {
  const { t } = useLingui();
  const word = useWords();
  const { stage, actor } = useFunnelWords();
  const days = useDays();
  return (
    <>
      {of.applications > 1 && (
        <p>
          <Trans>It has applied {of.applications} times; this is of the newest.</Trans>
        </p>
      )}
      {of.stuck && <Notice tone="warn" title={t`This step takes longer than usual`} />}
      <ol className="list">
        {STAGES.map((each) => {
          const step = of.steps.find((taken) => taken.stage === each);
          return (
            <li key={each} className="card">
              <div className="row">
                <strong>{stage(each)}</strong>
                <span className={`tag ${step?.endedAt ? "good" : each === of.stage ? "warn" : ""}`}>
                  {step?.endedAt ? t`Done` : each === of.stage ? actor(of.waitsFor) : t`Later`}
                </span>
              </div>
              {step && <p>{days(step.days)}</p>}
            </li>
          );
        })}
      </ol>
      {of.liveAt && (
        <p>
          <Trans>
            On sale since <When at={of.liveAt} style="day" />
          </Trans>
        </p>
      )}
      {of.stage === "CERTIFICATES" && (
        <Facts
          of={of.aspects.map((each) => [
            word("aspect", each.aspect),
            each.certifiedAt ? <When at={each.certifiedAt} style="day" key={each.aspect} /> : actor(each.waitsFor),
          ])}
        />
      )}
    </>
  );
}

/** A number of days as a text. */
export function useDays() {
  const { i18n } = useLingui();
  const written = new Intl.NumberFormat(i18n.locale, { style: "unit", unit: "day", unitDisplay: "long", maximumFractionDigits: 1 });
  return (days: number | null) => (days === null ? "" : written.format(days));
}
