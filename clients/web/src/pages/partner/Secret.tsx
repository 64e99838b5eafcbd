import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "react-aria-components";
import { Notice } from "../../kit/Notice.tsx";

/** A secret is shown once: nobody can look it up again. */
export function Secret({ of, done }: { of: { label: string; text: string }; done: () => void }) {
  const { t } = useLingui();
  const [copied, setCopied] = useState(false);
  return (
    <Notice tone="warn" title={t`The secret of ${of.label}: you see it now, and never again`}>
      <p>
        <code data-secret dir="ltr">
          {of.text}
        </code>
      </p>
      <div className="actions">
        <Button onPress={() => void navigator.clipboard.writeText(of.text).then(() => setCopied(true))}>
          {copied ? t`Copied` : t`Copy it`}
        </Button>
        <Button className="react-aria-Button quiet" onPress={done}>
          <Trans>I have kept it</Trans>
        </Button>
      </div>
    </Notice>
  );
}
