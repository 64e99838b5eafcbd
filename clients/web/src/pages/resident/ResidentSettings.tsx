import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "react-aria-components";
import { useAsker } from "../../app/asker.tsx";
import { carryOut } from "../../app/client.ts";
import { Prove } from "../../documents/identity.ts";
import { Field } from "../../kit/Field.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";
import { Settings } from "../Settings.tsx";

export function ResidentSettingsPage() {
  const { t } = useLingui();
  const asker = useAsker();
  return (
    <Page title={t`Settings`} narrow>
      {asker.provenAt === null && <Proving />}
      <Settings />
    </Page>
  );
}

function Proving() {
  const { t } = useLingui();
  const [number, setNumber] = useState("");
  const [done, setDone] = useState(false);
  const prove = useAct(async (key: string) => {
    await carryOut(Prove, "proveResident", { identityNumber: number.trim(), key });
    setDone(true);
  });
  if (done) return <Notice tone="good" title={t`You have proved who you are`} />;
  const { refusal } = prove;
  const ofNumber = refusal?.field === "identityNumber";
  return (
    <section>
      <h2>
        <Trans>Prove who you are</Trans>
      </h2>
      <Refused refusal={ofNumber ? null : refusal} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void prove.run();
        }}
      >
        <Field
          label={t`Identity number`}
          hint={t`It is checked with the register of residents, and not kept.`}
          name="identityNumber"
          autoComplete="off"
          value={number}
          onChange={setNumber}
          wrong={ofNumber ? refusal.message : undefined}
          isRequired
        />
        <div className="actions">
          <Button type="submit" isPending={prove.pending}>
            <Trans>Prove it</Trans>
          </Button>
        </div>
      </form>
    </section>
  );
}
