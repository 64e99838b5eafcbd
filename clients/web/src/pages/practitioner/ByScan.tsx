import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useQuery } from "urql";
import { useParams } from "wouter";
import { type Scanned, scanOf } from "../../app/scans.ts";
import { PractitionerMe } from "../../documents/practitioner.ts";
import { useNow } from "../../kit/Countdown.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";

const WITHIN = 15 * 60_000; // of the scan, as the city takes it

interface Props {
  title: string;
  /** What is said to who has not scanned anybody just now: for whom this is, and within which time. */
  why: ReactNode;
  children: (scan: Scanned, partnerId: string) => ReactNode;
}

/** What is done for who stands there, by the scan of their code a moment ago. */
export function ByScan({ title, why, children }: Props) {
  const { t } = useLingui();
  const { residentId } = useParams<{ residentId: string }>();
  const scan = scanOf(residentId);
  const now = useNow();
  const fresh = scan !== null && !scan.late && now - Date.parse(scan.scannedAt) < WITHIN;
  const [me, ask] = useQuery({ query: PractitionerMe });
  const back = { to: `/visits/${residentId}`, text: scan?.person?.name ?? t`A visit` };
  return (
    <Page title={title} narrow back={back}>
      {scan && fresh ? (
        <Shown answer={me} again={() => ask({ requestPolicy: "network-only" })}>
          {(data) => children(scan, data.me?.institution?.id ?? "")}
        </Shown>
      ) : (
        <Notice tone="warn" title={t`Scan their code first`}>
          <p>{why}</p>
        </Notice>
      )}
    </Page>
  );
}
