import { Trans, useLingui } from "@lingui/react/macro";
import { When } from "../kit/formats.tsx";

interface Appeal {
  id: string;
  against: string;
  status: string;
  reason: string;
  appealedAt: string;
  endedAt: string | null;
  voices: readonly { granted: boolean; reason: string; spokenAs: string; spokenAt: string }[];
}

/** A partner's appeals against its rejection or suspension: where each stands, and what was said to it. */
export function Appeals({ of }: { of: readonly Appeal[] }) {
  const { t } = useLingui();
  const states: Record<string, [string, string]> = {
    WAITING: ["warn", t`Waits for a decision`],
    GRANTED: ["good", t`Granted`],
    DISMISSED: ["bad", t`Dismissed`],
    LAPSED: ["", t`Lapsed: another step was taken`],
  };
  if (of.length === 0) return null;
  return (
    <section>
      <h2>
        <Trans>Appeals</Trans>
      </h2>
      <ul className="list">
        {of.map(({ id, against, status, reason, appealedAt, endedAt, voices }) => {
          const [tone, text] = states[status] ?? ["", status];
          return (
            <li key={id} className="card">
              <div className="row">
                <strong>{against === "REJECTED" ? t`Against the rejection` : t`Against the suspension`}</strong>
                <span className={`tag ${tone}`}>{text}</span>
              </div>
              <p>
                <When at={appealedAt} />: {reason}
              </p>
              {voices.map((voice, index) => (
                <p key={index}>
                  {voice.spokenAs === "REGULATOR" ? t`A regulator` : t`An operator`},{" "}
                  {voice.granted ? t`to undo the step` : t`to leave the step`}: {voice.reason}
                </p>
              ))}
              {endedAt && <When at={endedAt} />}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
