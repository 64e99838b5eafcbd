import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useCallback, useEffect, useState } from "react";
import { areFew, type Code, codeNow, fetchCodes, keptCodes } from "../../app/codes.ts";
import { useWhose } from "../../app/whose.ts";
import type { Refusal } from "../../app/wire.ts";
import { Loading } from "../../kit/Loading.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { QrCode } from "../../kit/QrCode.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { Whose } from "../../kit/Whose.tsx";
import { PrintedCode } from "./PrintedCode.tsx";
import { Scans } from "./Scans.tsx";

const TICK = 1_000;

export function CodePage() {
  const { t } = useLingui();
  const { person } = useWhose();
  return (
    <Page title={t`Health code`} narrow>
      <Whose />
      <RotatingCode key={person.id} residentId={person.id} name={person.name} />
      <PrintedCode key={`printed ${person.id}`} residentId={person.id} name={person.name} />
      <Scans key={`scans ${person.id}`} residentId={person.id} />
    </Page>
  );
}

function RotatingCode({ residentId, name }: { residentId: string; name: string }) {
  const { t } = useLingui();
  const [codes, setCodes] = useState<Code[]>(() => keptCodes(residentId));
  const [now, setNow] = useState(Date.now);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  const fetchMore = useCallback(async () => {
    try {
      setCodes(await fetchCodes(residentId));
      setRefusal(null);
    } catch (refused) {
      setRefusal(refused as Refusal);
    }
  }, [residentId]);

  useEffect(() => {
    if (areFew(keptCodes(residentId), Date.now())) void fetchMore();
    const ticking = setInterval(() => setNow(Date.now()), TICK);
    const online = () => void fetchMore();
    window.addEventListener("online", online);
    return () => {
      clearInterval(ticking);
      window.removeEventListener("online", online);
    };
  }, [residentId, fetchMore]);

  const code = codeNow(codes, now);
  const seconds = code ? Math.max(0, Math.ceil((Date.parse(code.expiresAt) - now) / 1_000)) : 0;
  const minutes = codes.length > 0 ? Math.floor((Date.parse(codes.at(-1)?.expiresAt ?? "") - now) / 60_000) : 0;

  useEffect(() => {
    if (!code && codes.length > 0 && navigator.onLine) void fetchMore();
  }, [code, codes.length, fetchMore]);

  return (
    <div className="code rotating">
      {!code && <Refused refusal={refusal} />}
      {code ? (
        <>
          <p className="big">{name}</p>
          <QrCode text={code.text} label={t`Health code of ${name}`} />
          <progress value={seconds} max={60} aria-label={t`Time left of this code`} />
          <p>
            <Plural value={seconds} one="Another code in # second" other="Another code in # seconds" />
          </p>
          {!navigator.onLine && (
            <Notice tone="warn" title={t`You are offline`}>
              <p>
                <Plural
                  value={minutes}
                  one="Your code is good without a network for # minute more."
                  other="Your code is good without a network for # minutes more."
                />
              </p>
            </Notice>
          )}
          <p className="soft">
            <Trans>Each code is good for one minute. Show it yourself; do not send a picture of it to anybody.</Trans>
          </p>
        </>
      ) : (
        !refusal && <Loading />
      )}
    </div>
  );
}
