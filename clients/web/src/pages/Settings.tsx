import { i18n } from "@lingui/core";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button, Checkbox } from "react-aria-components";
import { type Appearance, choose, useAppearance } from "../app/appearance.ts";
import { useAskerOrNobody } from "../app/asker.tsx";
import { carryOut } from "../app/client.ts";
import { LOCALES, type Locale, speak } from "../app/locale.ts";
import { signOut } from "../app/session.ts";
import { Prove } from "../documents/identity.ts";
import { Choice } from "../kit/Choice.tsx";
import { Field } from "../kit/Field.tsx";
import { Notice } from "../kit/Notice.tsx";
import { Page } from "../kit/Page.tsx";
import { Refused } from "../kit/Refused.tsx";
import { useAct } from "../kit/useAct.ts";

export function SettingsPage() {
  const { t } = useLingui();
  return (
    <Page title={t`Settings`} narrow>
      <Settings />
    </Page>
  );
}

/** Language, looks and the way out, for whoever is signed in. */
export function Settings() {
  const { t } = useLingui();
  const { size, contrast, easy } = useAppearance();
  const asker = useAskerOrNobody();
  const leave = useAct(async () => signOut());
  return (
    <>
      {asker?.provenAt === null && <Proving />}
      <form onSubmit={(event) => event.preventDefault()}>
        <Choice
          label={t`Language`}
          value={i18n.locale}
          options={Object.entries(LOCALES).map(([value, text]) => ({ value, text }))}
          onChange={(locale) => void speak(locale as Locale, true)}
        />
        <Choice
          label={t`Size of text`}
          value={size}
          options={[
            { value: "usual", text: t`Usual` },
            { value: "large", text: t`Large` },
            { value: "largest", text: t`Largest` },
          ]}
          onChange={(value) => choose({ size: value as Appearance["size"] })}
        />
        <Choice
          label={t`Contrast`}
          value={contrast}
          options={[
            { value: "usual", text: t`Usual` },
            { value: "more", text: t`More` },
          ]}
          onChange={(value) => choose({ contrast: value as Appearance["contrast"] })}
        />
        <Checkbox isSelected={easy} onChange={(on) => choose({ easy: on })}>
          <Trans>Easy: larger buttons, more room</Trans>
        </Checkbox>
      </form>
      <Refused refusal={leave.refusal} />
      <p className="actions">
        <Button className="react-aria-Button quiet" isPending={leave.pending} onPress={() => void leave.run()}>
          <Trans>Sign out</Trans>
        </Button>
      </p>
    </>
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
