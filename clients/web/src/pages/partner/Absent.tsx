import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "react-aria-components";
import { carryOut } from "../../app/client.ts";
import { StateAbsence } from "../../documents/partner.ts";
import { Act } from "../../kit/Act.tsx";
import { Money } from "../../kit/formats.tsx";

interface Props {
  orderId: string;
  done: () => void;
}

/** May the desk say that nobody came to a session? It has begun, was agreed to, and nothing of it is proven. When exactly,
 * and of which orders, the gateway says. */
export function mayBeAbsent(status: string, start: string, agreedAt: string | null, proven: boolean): boolean {
  return status === "ACCEPTED" && agreedAt !== null && !proven && Date.parse(start) < Date.now();
}

/** To say that nobody came: what it costs the resident is asked, and shown, before. */
export function Absent({ orderId, done }: Props) {
  const { t } = useLingui();
  const [cost, setCost] = useState<{ due: Cost; released: Cost } | null>(null);
  if (!cost) {
    return (
      <Act
        text={t`Nobody came`}
        act={async (key) => {
          const { cancellation } = await carryOut(StateAbsence, "stateAbsence", { orderId, key, validateOnly: true });
          setCost(cancellation);
        }}
      />
    );
  }
  return (
    <section className="ask" aria-label={t`Nobody came`}>
      <p>
        <Trans>
          The order is cancelled. The resident pays <Money of={cost.due} />, by the terms they agreed to, and gets{" "}
          <Money of={cost.released} /> back. They may object; no money moves before that time is over.
        </Trans>
      </p>
      <div className="actions">
        <Act
          text={t`State that nobody came`}
          tone="danger"
          act={async (key) => {
            await carryOut(StateAbsence, "stateAbsence", { orderId, key, validateOnly: false });
            setCost(null);
            done();
          }}
        />
        <Button className="react-aria-Button quiet" onPress={() => setCost(null)}>
          <Trans>They came</Trans>
        </Button>
      </div>
    </section>
  );
}

interface Cost {
  amount: string;
  currency: string;
}
