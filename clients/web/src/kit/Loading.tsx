import { Trans } from "@lingui/react/macro";

export function Loading() {
  return (
    <p role="status" className="soft">
      <Trans>Loading …</Trans>
    </p>
  );
}
