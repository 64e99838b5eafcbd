import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox } from "react-aria-components";
import { useQuery } from "urql";
import { useLocation, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { scanOf } from "../../app/scans.ts";
import { useWords } from "../../app/words.ts";
import { OfferConsent, PractitionerMe } from "../../documents/practitioner.ts";
import { Choice } from "../../kit/Choice.tsx";
import { useKept } from "../../kit/drafts.ts";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";
import { consentAsked } from "./resources.ts";

const KINDS = [
  "vital-signs", "laboratory", "encounters", "medications", "imaging", "maternal", "child-health", "activity",
] as const;
const PURPOSES = ["TREAT", "CAREMGT"] as const;
const DAYS = ["1", "7", "30", "90", "365"] as const;
const USUAL = ["vital-signs", "laboratory", "encounters", "medications"] as const;
const DAY = 24 * 60 * 60_000;

/** Ask a resident for more of their record than a visit opens. */
export function AskPage() {
  const { t } = useLingui();
  const word = useWords();
  const [, go] = useLocation();
  const { residentId } = useParams<{ residentId: string }>();
  const [me] = useQuery({ query: PractitionerMe });
  const [kinds, setKinds] = useKept<readonly string[]>(`ask:${residentId}`, [...USUAL]);
  const [purpose, setPurpose] = useKept(`ask-purpose:${residentId}`, "TREAT");
  const [days, setDays] = useKept(`ask-days:${residentId}`, "7");
  const at = `/visits/${residentId}`;
  const institution = me.data?.me?.institution;

  const offer = useAct(async (key: string, what: readonly string[], why: string, long: string) => {
    const until = new Date(Date.now() + Number(long) * DAY).toISOString().slice(0, 10);
    const consent = JSON.stringify(consentAsked(institution?.id ?? "", what, why, until));
    await carryOut(OfferConsent, "offerConsent", { consent, residentId, key });
    setKinds([...USUAL]);
    setPurpose("TREAT");
    setDays("7");
    go(at);
  });

  return (
    <Page title={t`Ask for more of their record`} narrow back={{ to: at, text: scanOf(residentId)?.person?.name ?? t`The visit` }}>
      <p>
        <Trans>They are asked on their telephone. Nothing opens before they agree, and they can take it back.</Trans>
      </p>
      <form onSubmit={(event) => event.preventDefault()}>
        <fieldset className="field">
          <legend className="label">{t`Which`}</legend>
          {KINDS.map((kind) => (
            <Checkbox
              key={kind}
              isSelected={kinds.includes(kind)}
              onChange={(on) => setKinds(on ? [...kinds, kind] : kinds.filter((each) => each !== kind))}
            >
              {word("data", kind)}
            </Checkbox>
          ))}
        </fieldset>
        <Choice
          label={t`What for`}
          value={purpose}
          options={PURPOSES.map((value) => ({ value, text: value === "TREAT" ? t`To treat them` : t`To look after their care` }))}
          onChange={setPurpose}
        />
        <Choice
          label={t`How long`}
          value={days}
          options={DAYS.map((value) => ({ value, text: t`${value} days` }))}
          onChange={setDays}
        />
        <Refused refusal={offer.refusal} />
        <div className="actions">
          <Button
            isPending={offer.pending}
            isDisabled={kinds.length === 0 || !institution}
            onPress={() => void offer.run(kinds, purpose, days)}
          >
            <Trans>Ask them</Trans>
          </Button>
        </div>
      </form>
    </Page>
  );
}
