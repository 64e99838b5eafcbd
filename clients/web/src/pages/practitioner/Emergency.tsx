import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button, Checkbox } from "react-aria-components";
import { useLocation, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { scanOf } from "../../app/scans.ts";
import { BreakGlass } from "../../documents/practitioner.ts";
import { Area } from "../../kit/Area.tsx";
import { useKept } from "../../kit/drafts.ts";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";

/** Open a record without its resident's word, where a life is in danger. */
export function EmergencyPage() {
  const { t } = useLingui();
  const [, go] = useLocation();
  const { residentId } = useParams<{ residentId: string }>();
  const [reason, setReason] = useKept(`emergency:${residentId}`, "");
  const [meant, setMeant] = useState(false);
  const at = `/visits/${residentId}`;
  const open = useAct(async (key: string, why: string) => {
    await carryOut(BreakGlass, "breakGlass", { residentId, reason: why, key });
    setReason("");
    go(at);
  });
  const ofReason = open.refusal?.field === "reason";
  return (
    <Page title={t`Break the glass`} narrow back={{ to: at, text: scanOf(residentId)?.person?.name ?? t`The visit` }}>
      <Notice tone="bad" title={t`Only where a life is in danger, and they cannot answer`}>
        <ul>
          <li>
            <Trans>The record opens to you at once, and to nobody else.</Trans>
          </li>
          <li>
            <Trans>The resident is told at once that it was you, and why.</Trans>
          </li>
          <li>
            <Trans>Your institution reviews it, and the regulator audits it.</Trans>
          </li>
          <li>
            <Trans>Where it was not justified, it is shut, and stays on record.</Trans>
          </li>
        </ul>
      </Notice>
      <Refused refusal={ofReason ? null : open.refusal} />
      <form onSubmit={(event) => event.preventDefault()}>
        <Area
          label={t`Why`}
          hint={t`What has happened, and why they cannot answer. The resident reads it.`}
          name="reason"
          value={reason}
          onChange={setReason}
          wrong={ofReason ? open.refusal?.message : undefined}
          isRequired
        />
        <Checkbox isSelected={meant} onChange={setMeant}>
          <Trans>It is an emergency, and I answer for it.</Trans>
        </Checkbox>
        <div className="actions">
          <Button
            className="react-aria-Button danger"
            isPending={open.pending}
            isDisabled={!meant || reason.trim() === ""}
            onPress={() => void open.run(reason.trim())}
          >
            <Trans>Open the record</Trans>
          </Button>
        </div>
      </form>
    </Page>
  );
}
