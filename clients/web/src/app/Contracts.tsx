import { Trans, useLingui } from "@lingui/react/macro";
import { When } from "../kit/formats.tsx";

interface Version {
  id: string;
  status: string;
  offeredAt: string;
  effectiveOn: string | null;
  effectiveAt: string | null;
  splitPlan: { version: number; shares: readonly { party: string; basisPoints: number | null }[] };
}

const TONES: Record<string, string> = { IN_FORCE: "good", OFFERED: "warn", AGREED: "warn" };

/** All versions of a partner's contract: from when on each is in force, and the parts it gives to others. */
export function Contracts({ of }: { of: readonly Version[] }) {
  const { t } = useLingui();
  if (of.length === 0) return null;
  const words: Record<string, string> = {
    OFFERED: t`Waits for the partner to sign`,
    SUPERSEDED: t`Never signed`,
    AGREED: t`Agreed, its day is to come`,
    IN_FORCE: t`In force`,
    REPLACED: t`Replaced`,
  };
  return (
    <section>
      <h2>
        <Trans>Versions of the contract</Trans>
      </h2>
      <p>
        <Trans>An order keeps the terms that were in force when it was placed.</Trans>
      </p>
      <ol className="list">
        {of.map((each) => (
          <li key={each.id} className="card">
            <div className="row">
              <strong>
                <Trans>Version {each.splitPlan.version}</Trans>
              </strong>
              <span className={`tag ${TONES[each.status] ?? ""}`}>{words[each.status] ?? each.status}</span>
            </div>
            <p>
              {each.effectiveAt ? (
                <Trans>
                  From <When at={each.effectiveAt} />
                </Trans>
              ) : each.effectiveOn ? (
                <Trans>
                  To be in force from {each.effectiveOn}, if it is signed by then
                </Trans>
              ) : (
                <Trans>To be in force from its signature on</Trans>
              )}
            </p>
            <p>
              {each.splitPlan.shares
                .map(({ party, basisPoints }) => `${party} ${basisPoints === null ? "" : `${basisPoints / 100} %`}`.trim())
                .join(", ")}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
