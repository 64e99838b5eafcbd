import { Trans, useLingui } from "@lingui/react/macro";
import { type Refusal, UNREACHABLE } from "../app/wire.ts";
import { Notice } from "./Notice.tsx";
import { StepUp } from "./StepUp.tsx";

const STEP_UP_NEEDED = "step-up-needed";

/** Why something was not done, and what to do now. */
export function Refused({ refusal }: { refusal: Refusal | null }) {
  const { t } = useLingui();
  if (!refusal) return null;
  if (refusal.code === UNREACHABLE) {
    return (
      <Notice tone="bad" title={t`Yima cannot be reached`}>
        <p>
          <Trans>Nothing was changed. Check your connection, then try again.</Trans>
        </p>
      </Notice>
    );
  }
  if (refusal.code === STEP_UP_NEEDED) return <StepUp key={refusal.message} />;
  return (
    <Notice tone="bad" title={refusal.message}>
      {refusal.retryAfterSeconds !== null && (
        <p>
          <Trans>Try again in {refusal.retryAfterSeconds} seconds.</Trans>
        </p>
      )}
    </Notice>
  );
}
