import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "react-aria-components";
import { type ExportProgress, exportRecord } from "../../app/takeAway.ts";
import { save } from "../../kit/csv.ts";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";

/** All of a record as one file: HL7 FHIR, a resource a line. */
export function TakeAwayPage() {
  const { t } = useLingui();
  const [progress, setProgress] = useState<ExportProgress | null>(null);
  const [done, setDone] = useState<number | null>(null);
  const take = useAct(async () => {
    setDone(null);
    const lines = await exportRecord(setProgress);
    setProgress(null);
    save(`yima-${new Date().toISOString().slice(0, 10)}.ndjson`, lines.join(""), "application/fhir+ndjson");
    setDone(lines.join("").split("\n").filter(Boolean).length);
  });
  return (
    <Page title={t`Take all my data with me`} narrow back={{ to: "/settings", text: t`Settings` }}>
      <p>
        <Trans>
          You get one file with everything that is in your record, as other health services read it (HL7 FHIR). Keep it
          where nobody else finds it.
        </Trans>
      </p>
      <Refused refusal={take.refusal} />
      {progress && (
        <>
          <progress
            value={progress.done}
            max={Math.max(1, progress.of)}
            aria-label={t`How much of it is here`}
          />
          <p role="status">
            <Trans>
              {progress.done} of {progress.of} files are here
            </Trans>
          </p>
        </>
      )}
      {done !== null && (
        <Notice tone="good" title={t`It is among your downloads`}>
          <p>
            <Plural value={done} one="# entry" other="# entries" />
          </p>
        </Notice>
      )}
      <p className="actions">
        <Button isPending={take.pending} onPress={() => void take.run()}>
          <Trans>Get the file</Trans>
        </Button>
      </p>
    </Page>
  );
}
