import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "react-aria-components";
import { useQuery } from "urql";
import { carryOut } from "../../app/client.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { type OrderPage, PaymentMethods, PayOrder } from "../../documents/orders.ts";
import { Choice } from "../../kit/Choice.tsx";
import { Countdown, useNow } from "../../kit/Countdown.tsx";
import { Money } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { QrCode } from "../../kit/QrCode.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";

type Order = NonNullable<ResultOf<typeof OrderPage>["order"]>;
type Step = NonNullable<NonNullable<Order["payment"]>["nextStep"]>;
type Method = NonNullable<ResultOf<typeof PaymentMethods>["paymentMethods"]>[number];

const SAFE = /^https?:$/;

/** How an order is paid: the methods that take its amount, and then what the provider asks for. */
export function Pay({ order, again }: { order: Order; again: () => void }) {
  const { t } = useLingui();
  const [others, setOthers] = useState(false);
  const step = order.payment?.nextStep;
  const asked = order.payment?.status === "AUTHORISING";
  if (step && !others) {
    return (
      <>
        <NextStep step={step} total={order.total} />
        <p className="actions">
          <Button className="react-aria-Button quiet" onPress={() => setOthers(true)}>
            <Trans>Pay another way</Trans>
          </Button>
        </p>
      </>
    );
  }
  if (asked && !step) {
    return <Notice title={t`Your payment is under way. This page says how it ended.`} />;
  }
  return (
    <Methods
      order={order}
      again={() => {
        setOthers(false);
        again();
      }}
    />
  );
}

function Methods({ order, again }: { order: Order; again: () => void }) {
  const { t } = useLingui();
  const [answer, ask] = useQuery({ query: PaymentMethods, variables: { currency: order.total.currency } });
  return (
    <section aria-label={t`How to pay`}>
      <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
        {(data) => <Chosen order={order} methods={(data.paymentMethods ?? []).filter(takes(order.total.amount))} again={again} />}
      </Shown>
    </section>
  );
}

function takes(amount: string): (method: Method) => boolean {
  return ({ minimum, maximum }) =>
    Number(minimum.amount) <= Number(amount) && (maximum === null || Number(amount) <= Number(maximum.amount));
}

function Chosen({ order, methods, again }: { order: Order; methods: readonly Method[]; again: () => void }) {
  const { t } = useLingui();
  const [code, setCode] = useState(methods[0]?.code ?? "");
  const pay = useAct(async (key: string) => {
    await carryOut(PayOrder, "payOrder", { orderId: order.id ?? "", paymentMethod: code, key });
    again();
  });
  if (methods.length === 0) return <Notice tone="warn" title={t`This amount cannot be paid here now`} />;
  return (
    <>
      <Choice
        label={t`How to pay`}
        value={code}
        options={methods.map((method) => ({ value: method.code, text: method.name }))}
        onChange={setCode}
      />
      <Refused refusal={pay.refusal} />
      <p className="actions">
        <Button isPending={pay.pending} onPress={() => void pay.run()}>
          <Trans>
            Pay <Money of={order.total} />
          </Trans>
        </Button>
      </p>
    </>
  );
}

/** What the provider asks for, with the time that is left for it. Who comes back here has proven nothing by it: the
 * provider says whether it is paid, and the page asks until it does. */
function NextStep({ step, total }: { step: Step; total: Order["total"] }) {
  const { t } = useLingui();
  const now = useNow();
  if (Date.parse(step.expiresAt) <= now) {
    return <Notice tone="warn" title={t`The time to pay so is over. Wait a moment, or pay another way.`} />;
  }
  const link = step.url && URL.canParse(step.url) && SAFE.test(new URL(step.url).protocol) ? step.url : null;
  return (
    <section aria-label={t`To pay`}>
      {step.kind === "SCAN" && step.payload && (
        <>
          <p>
            <Trans>
              Scan this with your payment app to pay <Money of={total} />.
            </Trans>
          </p>
          <div className="code">
            <QrCode text={step.payload} label={t`Code to pay`} />
          </div>
        </>
      )}
      {step.kind === "REDIRECT" && (
        <p>
          <Trans>
            Your bank asks for your word to pay <Money of={total} />. Its page leads back here.
          </Trans>
        </p>
      )}
      {step.kind === "CONFIRM" && (
        <p>
          <Trans>
            Confirm in your payment app that you pay <Money of={total} />. This page goes on by itself.
          </Trans>
        </p>
      )}
      {link && (
        <p className="actions">
          <a className="button" href={link} rel="noreferrer">
            {step.kind === "REDIRECT" ? <Trans>Go to the bank's page</Trans> : <Trans>Open the app</Trans>}
          </a>
        </p>
      )}
      <p className="soft">
        <Trans>
          Time left: <Countdown until={step.expiresAt} now={now} />
        </Trans>
      </p>
    </section>
  );
}
