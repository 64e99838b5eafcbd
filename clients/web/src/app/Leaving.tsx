import { Trans, useLingui } from "@lingui/react/macro";
import { AdvanceOffboarding, StopOffboarding } from "../documents/offboarding.ts";
import { Act } from "../kit/Act.tsx";
import { When } from "../kit/formats.tsx";
import { Notice } from "../kit/Notice.tsx";
import { carryOut } from "./client.ts";

const STEPS = ["SALE_STOPPED", "ORDERS_FINISHED", "MONEY_SETTLED", "DATA_ERASED", "CERTIFICATES_ENDED"] as const;

interface Leaver {
  id: string;
  status: string;
  offboarding: {
    reason: string;
    stoppedAt: string | null;
    stopReason: string | null;
    steps: readonly { step: string; takenAt: string }[];
  } | null;
}

/** How far a partner has come with leaving: what was done, what comes next, and who does it. */
export function Leaving({ of, acts, again }: { of: Leaver; acts: "PARTNER" | "OPERATOR" | null; again: () => void }) {
  const { t } = useLingui();
  const { offboarding } = of;
  if (!offboarding) return null;
  const names: Record<(typeof STEPS)[number], string> = {
    SALE_STOPPED: t`Nothing new is sold`,
    ORDERS_FINISHED: t`All orders are finished`,
    MONEY_SETTLED: t`All money is settled`,
    DATA_ERASED: t`All data is attested erased`,
    CERTIFICATES_ENDED: t`The certificates have ended`,
  };
  const leaves = of.status === "OFFBOARDING";
  const next = leaves ? STEPS[offboarding.steps.length] : undefined;
  const whose = next === "CERTIFICATES_ENDED" ? "OPERATOR" : "PARTNER";
  return (
    <section>
      <h2>
        <Trans>Leaving the city</Trans>
      </h2>
      <p>{offboarding.reason}</p>
      {offboarding.stoppedAt && <Notice tone="good" title={t`It stays: ${offboarding.stopReason ?? ""}`} />}
      <ol className="list">
        {STEPS.map((step, index) => {
          const taken = offboarding.steps[index];
          return (
            <li key={step} className="card">
              <div className="row">
                <strong>{names[step]}</strong>
                <span className={`tag ${taken ? "good" : step === next ? "warn" : ""}`}>
                  {taken ? <When at={taken.takenAt} /> : step === next ? t`Next` : t`Later`}
                </span>
              </div>
            </li>
          );
        })}
      </ol>
      {next && (
        <>
          <p>
            {whose === "PARTNER" ? (
              <Trans>The partner takes the next step once nothing is left before it.</Trans>
            ) : (
              <Trans>The operator takes the last step. Nothing brings the certificates back.</Trans>
            )}
          </p>
          {acts && (
            <div className="actions">
              {acts === whose && (
                <Act
                  text={next === "CERTIFICATES_ENDED" ? t`End its certificates` : t`Check, and go on`}
                  tone={next === "CERTIFICATES_ENDED" ? "danger" : "plain"}
                  {...(next === "CERTIFICATES_ENDED" && { warning: <p>{t`It has left then, for good.`}</p> })}
                  act={async (key) => {
                    await carryOut(AdvanceOffboarding, "advanceOffboarding", { id: of.id, key });
                    again();
                  }}
                />
              )}
              <Act
                text={t`Stop leaving`}
                reason={t`Why? Partner and operator read it.`}
                act={async (key, reason) => {
                  await carryOut(StopOffboarding, "stopOffboarding", { id: of.id, reason, key });
                  again();
                }}
              />
            </div>
          )}
        </>
      )}
    </section>
  );
}
