import { i18n } from "@lingui/core";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox } from "react-aria-components";
import { type Appearance, choose, useAppearance } from "../app/appearance.ts";
import { LOCALES, type Locale, speak } from "../app/locale.ts";
import { signOut } from "../app/session.ts";
import { Choice } from "../kit/Choice.tsx";
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
  const leave = useAct(async () => signOut());
  return (
    <>
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
