import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox } from "react-aria-components";
import { Link } from "wouter";
import { type Appearance, choose, useAppearance } from "../../app/appearance.ts";
import { LOCALES, type Locale, speak } from "../../app/locale.ts";
import { signOut, useSession } from "../../app/session.ts";
import { useCanSpeak } from "../../app/speech.ts";
import { Choice } from "../../kit/Choice.tsx";
import { Finer } from "../../kit/Folded.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";

export function SettingsPage() {
  const { t, i18n } = useLingui();
  const { role } = useSession();
  const { size, contrast, easy } = useAppearance();
  const canSpeak = useCanSpeak();
  const leave = useAct(async () => signOut());
  const everybodys = [
    ["/settings/notifications", t`What I am told, and how`],
    ["/settings/security", t`Password, passkeys and sessions`],
  ] as const;
  const residents = [
    ["/settings/profile", t`My name, and how I am reached`],
    ["/family", t`My family`],
    ["/settings/devices", t`My devices`],
    ["/settings/data", t`Take all my data with me`],
  ] as const;
  const parts = role === "RESIDENT" ? [...residents, ...everybodys] : everybodys;
  return (
    <Page title={t`Settings`} narrow>
      <Finer label={t`Parts of the settings`}>
        <nav aria-label={t`Parts of the settings`}>
          <ul className="parts">
            {parts.map(([to, text]) => (
              <li key={to}>
                <Link href={to}>{text}</Link>
              </li>
            ))}
          </ul>
        </nav>
      </Finer>
      <h2>
        <Trans>How it looks</Trans>
      </h2>
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
        <Finer label={t`Contrast`}>
          <Choice
            label={t`Contrast`}
            value={contrast}
            options={[
              { value: "usual", text: t`Usual` },
              { value: "more", text: t`More` },
            ]}
            onChange={(value) => choose({ contrast: value as Appearance["contrast"] })}
          />
        </Finer>
        <Checkbox isSelected={easy ?? false} onChange={(on) => choose({ easy: on })}>
          {canSpeak ? (
            <Trans>Easy: larger, fewer things, and each page read aloud when you want it</Trans>
          ) : (
            <Trans>Easy: larger, and fewer things</Trans>
          )}
        </Checkbox>
      </form>
      <Refused refusal={leave.refusal} />
      <p className="actions">
        <Button className="react-aria-Button quiet" isPending={leave.pending} onPress={() => void leave.run()}>
          <Trans>Sign out</Trans>
        </Button>
      </p>
    </Page>
  );
}
