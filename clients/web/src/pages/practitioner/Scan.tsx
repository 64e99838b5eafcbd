import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, lazy, Suspense, useState } from "react";
import { Button, Form } from "react-aria-components";
import { useLocation } from "wouter";
import { carryOut } from "../../app/client.ts";
import { keepScan } from "../../app/scans.ts";
import { UNREACHABLE } from "../../app/wire.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { RedeemCode, RedeemForeignCode, RedeemPrintedCode } from "../../documents/practitioner.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";

const Camera = lazy(() => import("./Camera.tsx").then(({ Camera }) => ({ default: Camera })));
const PLACE = "yima-place"; // where this device scans: typed once
const ON_PAPER = "YP1:"; // with which a printed code begins; it is good with an identity card
const OF_ANOTHER_CITY = "code-of-another-city";
type Foreign = Extract<NonNullable<ResultOf<typeof RedeemForeignCode>["redeemForeignCode"]>, { __typename: "ForeignScan" }>;

export function ScanPage() {
  const { t } = useLingui();
  const [, go] = useLocation();
  const [text, setText] = useState("");
  const [place, setPlace] = useState(() => localStorage.getItem(PLACE) ?? "");
  const [card, setCard] = useState("");
  const [looking, setLooking] = useState(true);
  const [unsent, setUnsent] = useState<{ text: string; at: string } | null>(null);
  const [foreign, setForeign] = useState<Foreign | null>(null);

  const redeem = useAct(async (_key: string, code: string, scannedAt: string | null) => {
    localStorage.setItem(PLACE, place.trim());
    setLooking(false);
    try {
      const scan = await carryOut(RedeemCode, "redeemHealthCode", { text: code, scannedAt, place: place.trim() });
      keepScan(scan);
      go(`/visits/${scan.residentId}`);
    } catch (refused) {
      const { code: why } = refused as { code?: string };
      if (why === UNREACHABLE) setUnsent({ text: code, at: scannedAt ?? new Date().toISOString() });
      if (why !== OF_ANOTHER_CITY) throw refused;
      setForeign(await carryOut(RedeemForeignCode, "redeemForeignCode", { text: code, scannedAt, place: place.trim() }));
    }
    setUnsent(null);
  });
  const redeemPrinted = useAct(async () => {
    localStorage.setItem(PLACE, place.trim());
    const scan = await carryOut(RedeemPrintedCode, "redeemPrintedCode", {
      text: text.trim(),
      identityNumber: card.trim(),
      place: place.trim(),
    });
    keepScan(scan);
    go(`/visits/${scan.residentId}`);
  });
  const onPaper = text.trim().startsWith(ON_PAPER);
  const done = onPaper ? redeemPrinted : redeem;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (onPaper) void redeemPrinted.run();
    else void redeem.run(text.trim(), null);
  }

  function restart() {
    setForeign(null);
    setText("");
    setLooking(true);
  }

  if (foreign) {
    return (
      <Page title={t`A code of another city`} narrow back={{ to: "/", text: t`Today` }}>
        <Notice tone="good" title={foreign.person?.name ?? t`That city honours the code`}>
          <p>
            <Trans>You see who shows it, and nothing of their record.</Trans>
          </p>
        </Notice>
        <Facts
          of={[
            [t`City`, foreign.city],
            [t`Born in`, foreign.person?.birthYear],
            [t`Scanned`, <When at={foreign.scannedAt} key="at" />],
          ]}
        />
        <p className="actions">
          <Button onPress={restart}>
            <Trans>Scan another</Trans>
          </Button>
        </p>
      </Page>
    );
  }

  return (
    <Page title={t`Scan a health code`} narrow back={{ to: "/", text: t`Today` }}>
      {unsent && (
        <Notice tone="warn" title={t`There is no network`}>
          <p>
            <Trans>
              The code of <When at={unsent.at} /> is kept on this page. Send it once there is a network, within three
              days: it proves a service then, and opens no record.
            </Trans>
          </p>
          <Button isPending={redeem.pending} onPress={() => void redeem.run(unsent.text, unsent.at)}>
            <Trans>Send it now</Trans>
          </Button>
        </Notice>
      )}
      {looking ? (
        <Suspense fallback={<p role="status">{t`The camera starts …`}</p>}>
          <Camera
            onCode={(code) => {
              setText(code);
              if (code.startsWith(ON_PAPER)) setLooking(false);
              else void redeem.run(code, null);
            }}
          />
        </Suspense>
      ) : (
        <p className="actions">
          <Button className="react-aria-Button quiet" isPending={redeem.pending} onPress={restart}>
            <Trans>Use the camera again</Trans>
          </Button>
        </p>
      )}
      {!unsent && <Refused refusal={["text", "identityNumber"].includes(done.refusal?.field ?? "") ? null : done.refusal} />}
      <Form onSubmit={submit} validationBehavior="aria">
        <Field
          label={t`Code`}
          hint={t`What the code says, if the camera cannot read it. It begins with YM1, on paper with YP1.`}
          name="text"
          autoComplete="off"
          value={text}
          onChange={setText}
          wrong={done.refusal?.field === "text" ? done.refusal.message : undefined}
          isRequired
        />
        {onPaper && (
          <Field
            label={t`Number on their identity card`}
            hint={t`A code on paper is good with the card alone. Compare its picture with who stands there.`}
            name="card"
            autoComplete="off"
            value={card}
            onChange={setCard}
            wrong={done.refusal?.field === "identityNumber" ? done.refusal.message : undefined}
            isRequired
          />
        )}
        <Field
          label={t`Where`}
          hint={t`Such as a room. The resident reads it in their log.`}
          name="place"
          value={place}
          onChange={setPlace}
        />
        <div className="actions">
          <Button type="submit" isPending={done.pending} isDisabled={text.trim() === "" || (onPaper && card.trim() === "")}>
            <Trans>Go on</Trans>
          </Button>
        </div>
      </Form>
    </Page>
  );
}
