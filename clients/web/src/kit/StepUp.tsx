import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "react-aria-components";
import { stepUp } from "../app/session.ts";
import { Field } from "./Field.tsx";
import { Notice } from "./Notice.tsx";
import { useAct } from "./useAct.ts";

/** Asks for a code of the authenticator again, before what is grave. It is no form: it may stand within one. */
export function StepUp() {
  const { t } = useLingui();
  const [code, setCode] = useState("");
  const [done, setDone] = useState(false);
  const { run, pending, refusal } = useAct(async (_key: string, digits: string) => {
    await stepUp(digits);
    setDone(true);
  });
  if (done) return <Notice tone="good" title={t`It is you. Now do it again`} />;
  return (
    <Notice tone="warn" title={t`Show once more that it is you`}>
      <Field
        label={t`Code of your authenticator`}
        inputMode="numeric"
        autoComplete="one-time-code"
        value={code}
        onChange={setCode}
        wrong={refusal?.message}
        autoFocus
      />
      <p className="actions">
        <Button isPending={pending} isDisabled={code.trim() === ""} onPress={() => void run(code.trim())}>
          <Trans>Go on</Trans>
        </Button>
      </p>
    </Notice>
  );
}
