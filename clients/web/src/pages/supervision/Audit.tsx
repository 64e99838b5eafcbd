import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "react-aria-components";
import { useClient } from "urql";
import { refusalOf } from "../../app/wire.ts";
import { LogInclusion } from "../../documents/supervision.ts";
import { Notice } from "../../kit/Notice.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";
import { type Flaw, verifyInclusion } from "./verification.ts";

/** Proves in this browser that entries of the access log stand in the tree that the city has signed. */
export function Audit({ positions }: { positions: readonly number[] }) {
  const client = useClient();
  const [size, setSize] = useState<number | null>(null);
  const [flaws, setFlaws] = useState<readonly { position: number; flaw: Flaw }[]>([]);
  const verify = useAct(async () => {
    const wrong: { position: number; flaw: Flaw }[] = [];
    let largest = 0;
    for (const position of positions) {
      const result = await client.query(LogInclusion, { position }, { requestPolicy: "network-only" }).toPromise();
      const proof = result.data?.accessLogInclusion;
      if (!proof) throw refusalOf(result.error);
      const { flaw, size: of } = await verifyInclusion(proof);
      if (proof.index !== position - 1 || flaw) wrong.push({ position, flaw: flaw ?? "not-in-log" });
      largest = Math.max(largest, of);
    }
    setFlaws(wrong);
    setSize(largest);
  });
  const many = positions.length;
  if (many === 0) return <span className="soft"><Trans>Nothing yet</Trans></span>;
  return (
    <>
      <Refused refusal={verify.refusal} />
      {size !== null && flaws.length === 0 && (
        <Notice tone="good">
          <p>
            <Plural
              value={many}
              one="Proved in this browser: # entry stands in the signed log."
              other="Proved in this browser: all # entries stand in the signed log."
            />
          </p>
        </Notice>
      )}
      {flaws.map(({ position, flaw }) => (
        <Notice key={position} tone="bad">
          <p>
            <Trans>Entry {position}:</Trans> <FlawText of={flaw} />
          </p>
        </Notice>
      ))}
      <p className="actions">
        <Button className="react-aria-Button quiet" isPending={verify.pending} onPress={() => void verify.run()}>
          <Plural value={many} one="Verify the proof" other="Verify # proofs" />
        </Button>
      </p>
    </>
  );
}

/** What it means that a proof does not hold, and what to do. */
export function FlawText({ of }: { of: Flaw }) {
  const { t } = useLingui();
  const texts: Record<Flaw, string> = {
    unreadable: t`What came is no proof. Ask again; if it stays so, the gateway or somebody on the way changed it.`,
    changed: t`It was changed after it was signed. Do not rely on it, and keep it as evidence.`,
    "unknown-key": t`No key that the city publishes has signed it.`,
    "withdrawn-key": t`The key that signed it was withdrawn: somebody else may have had it.`,
    "not-in-log": t`It does not stand in the log that was signed. Keep the proof as evidence, and open a case.`,
    "not-the-same-log": t`The log is not the one of before with entries added: it was changed or cut off. Keep both checkpoints, and open a case.`,
    "no-keys": t`The city's keys cannot be had now. Try again shortly.`,
    "no-crypto": t`This browser cannot verify signatures of this kind. Use a current one, over https.`,
  };
  return <>{texts[of]}</>;
}
