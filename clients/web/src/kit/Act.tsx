import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components";
import { useLocation } from "wouter";
import { Area } from "./Area.tsx";
import { useKept } from "./drafts.ts";
import { Refused } from "./Refused.tsx";
import { useAct } from "./useAct.ts";

interface Props {
  text: string;
  act: (key: string, reason: string) => Promise<void>;
  tone?: "plain" | "quiet" | "danger" | "link";
  /** What a reason is asked for with, where the act needs one. */
  reason?: string;
  /** What is said before it is done, where it cannot be undone. */
  warning?: ReactNode;
}

/** A button that does something: at once, or once it was said why, or that it is meant. */
export function Act({ text, act, tone = "quiet", reason, warning }: Props) {
  const { t } = useLingui();
  const [path] = useLocation();
  const [why, setWhy] = useKept(`act:${path}:${text}`, "");
  const [asks, setAsks] = useState(why !== ""); // and goes on where it was left
  const { run, pending, refusal } = useAct(async (key: string, said: string) => {
    await act(key, said);
    setAsks(false);
    setWhy("");
  });
  function leave() {
    setAsks(false);
    setWhy("");
  }
  const className = `react-aria-Button ${tone}`;
  if (reason === undefined && warning === undefined) {
    return (
      <span>
        <Button className={className} isPending={pending} onPress={() => void run("")}>
          {text}
        </Button>
        <Refused refusal={refusal} />
      </span>
    );
  }
  if (!asks) {
    return (
      <Button className={className} onPress={() => setAsks(true)}>
        {text}
      </Button>
    );
  }
  return (
    <section className="ask" aria-label={text}>
      {warning}
      {reason !== undefined && <Area label={reason} name="reason" value={why} onChange={setWhy} rows={2} autoFocus />}
      <Refused refusal={refusal} />
      <div className="actions">
        <Button
          className={className}
          isPending={pending}
          isDisabled={reason !== undefined && why.trim() === ""}
          onPress={() => void run(why.trim())}
        >
          {text}
        </Button>
        <Button className="react-aria-Button quiet" onPress={leave} aria-label={t`Do not: ${text}`}>
          <Trans>Do not</Trans>
        </Button>
      </div>
    </section>
  );
}
