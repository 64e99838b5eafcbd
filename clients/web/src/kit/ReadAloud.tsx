import { Trans } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { Button } from "react-aria-components";
import { useAppearance } from "../app/appearance.ts";
import { readAloud, sentencesOf, stopReading, useCanSpeak } from "../app/speech.ts";

/** In the easy mode: have the page read aloud, and stop it. */
export function ReadAloud() {
  const { easy } = useAppearance();
  const canSpeak = useCanSpeak();
  const [reads, setReads] = useState(false);
  useEffect(() => stopReading, []);
  if (!easy || !canSpeak) return null;

  function toggle() {
    if (reads) {
      stopReading();
      setReads(false);
      return;
    }
    const page = document.getElementById("page");
    setReads(true);
    readAloud(page ? sentencesOf(page) : [], () => setReads(false));
  }

  return (
    <p>
      <Button className="react-aria-Button quiet" onPress={toggle}>
        {reads ? <Trans>Stop reading</Trans> : <Trans>Read this page aloud</Trans>}
      </Button>
    </p>
  );
}
