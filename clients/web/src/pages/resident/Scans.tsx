import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { ScansOf } from "../../documents/identity.ts";
import { When } from "../../kit/formats.tsx";
import { NextPage } from "../../kit/NextPage.tsx";
import { Shown } from "../../kit/Shown.tsx";

/** Who scanned a resident's codes, where and when, and whether it was the printed one. */
export function Scans({ residentId }: { residentId: string }) {
  return (
    <section aria-labelledby="scans">
      <h2 id="scans">
        <Trans>Who scanned it</Trans>
      </h2>
      <Some residentId={residentId} after={null} />
    </section>
  );
}

function Some({ residentId, after }: { residentId: string; after: string | null }) {
  const { t } = useLingui();
  const [answer, ask] = useQuery({ query: ScansOf, variables: { residentId, after } });
  return (
    <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
      {(data) => {
        const { nodes = [], pageInfo } = data.scans ?? {};
        return (
          <>
            {nodes.length === 0 && after === null && (
              <p role="status">
                <Trans>Nobody has scanned it yet.</Trans>
              </p>
            )}
            <ul className="list">
              {nodes.map((scan) => (
                <li key={scan.scanId} className="card">
                  <div className="row">
                    <strong>{scan.partnerName}</strong>
                    <When at={scan.scannedAt} />
                  </div>
                  <p>{[scan.practitionerName, scan.practitionerTitle, scan.place, scan.city].filter(Boolean).join(", ")}</p>
                  {scan.printed && <span className="tag warn">{t`On paper`}</span>}
                </li>
              ))}
            </ul>
            <NextPage info={pageInfo} next={(next) => <Some residentId={residentId} after={next} />} />
          </>
        );
      }}
    </Shown>
  );
}
