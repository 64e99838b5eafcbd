import { Trans, useLingui } from "@lingui/react/macro";
import { useCallback, useEffect, useState } from "react";
import { useClient, useQuery } from "urql";
import { refusalOf } from "../../app/wire.ts";
import { Log as Document, LogCheck } from "../../documents/regulator.ts";
import { LogCheckpoint, LogConsistency, LogInclusion } from "../../documents/supervision.ts";
import type { VariablesOf } from "../../documents/graphql.ts";
import { Act } from "../../kit/Act.tsx";
import { save } from "../../kit/csv.ts";
import { Facts } from "../../kit/Facts.tsx";
import { When } from "../../kit/formats.tsx";
import { Loading } from "../../kit/Loading.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Table } from "../../kit/Table.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { useRows } from "../../kit/useRows.ts";
import { FlawText } from "../supervision/Audit.tsx";
import { type Flaw, verifyCheckpoint, verifyGrowth, verifyInclusion } from "../supervision/verification.ts";
import { useSupervisionWords } from "../supervision/words.ts";

type Asked = VariablesOf<typeof Document>;
const KEPT = "yima-log-checkpoint"; // what this browser proved last: the next log has to begin with it

interface Kept {
  note: string;
  size: number;
  at: string;
}

function kept(): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

/** The access log: every entry, and the proofs that none was changed or left out, worked out in this browser. */
export function LogPage() {
  const { t } = useLingui();
  const { word, table } = useSupervisionWords();
  const [address] = useAddress();
  const rows = useRows(
    Document,
    {
      kind: (address["kind"] ?? null) as NonNullable<Asked["kind"]> | null,
      since: address["since"] ? `${address["since"]}T00:00:00Z` : null,
      until: address["until"] ? `${address["until"]}T00:00:00Z` : null,
    },
    (data) => data.accessLog,
  );
  // What the tree comes to stands above the entries: they are shown after it, so that nothing moves under the hand.
  const [settled, setSettled] = useState(false);
  const settle = useCallback(() => setSettled(true), []);
  return (
    <Page title={t`The access log`}>
      <Tree settled={settle} />
      {settled && (
      <>
      <h2>
        <Trans>Entries</Trans>
      </h2>
      <Table
        label={t`Entries`}
        of={rows}
        id={({ position }) => String(position)}
        file="access-log"
        empty={t`There are none.`}
        filters={[
          { key: "kind", label: t`Kind`, options: Object.entries(table.kind).map(([value, text]) => ({ value, text })) },
        ]}
        columns={[
          { key: "position", title: t`Place`, numeric: true, value: ({ position }) => position },
          { key: "at", title: t`When`, value: ({ decidedAt }) => decidedAt, show: ({ decidedAt }) => <When at={decidedAt} /> },
          { key: "kind", title: t`Kind`, value: ({ kind }) => word("kind", kind) },
          { key: "what", title: t`What happened`, value: ({ sentence }) => sentence },
          {
            key: "permitted",
            title: t`Permitted`,
            value: ({ permitted }) => (permitted ? t`Yes` : t`No`),
            show: ({ permitted }) => (
              <span className={`tag ${permitted ? "good" : "bad"}`}>{permitted ? t`Yes` : t`No`}</span>
            ),
          },
          {
            key: "proof",
            title: t`Proof`,
            value: ({ hash }) => hash,
            show: ({ position }) => <Proof position={position} />,
          },
        ]}
      />
      </>
      )}
    </Page>
  );
}

/** How large the log is, whether the city signed that, and whether it begins with what this browser proved before. */
function Tree({ settled }: { settled: () => void }) {
  const { t } = useLingui();
  const client = useClient();
  const [answer, ask] = useQuery({ query: LogCheckpoint, requestPolicy: "network-only" });
  const checkpoint = answer.data?.accessLogCheckpoint;
  const [before, setBefore] = useState(kept);
  const [outcome, setOutcome] = useState<{ flaw: Flaw | null; since: Kept | null } | null>(null);

  useEffect(() => {
    if (answer.error) settled();
  }, [answer.error, settled]);

  useEffect(() => {
    if (!checkpoint) return;
    let over = false;
    void (async () => {
      const earlier = kept();
      let { flaw } = await verifyCheckpoint(checkpoint.note);
      if (!flaw && earlier) {
        const result =
          earlier.size < checkpoint.size
            ? await client
                .query(LogConsistency, { oldSize: earlier.size, size: checkpoint.size }, { requestPolicy: "network-only" })
                .toPromise()
            : null;
        const path = result?.data?.accessLogConsistency?.path ?? [];
        ({ flaw } = await verifyGrowth(earlier.note, checkpoint.note, path));
      }
      if (over) return;
      setOutcome({ flaw, since: earlier });
      settled();
      if (!flaw) {
        const now = { note: checkpoint.note, size: checkpoint.size, at: new Date().toISOString() };
        localStorage.setItem(KEPT, JSON.stringify(now));
        setBefore(now);
      }
    })();
    return () => {
      over = true;
    };
  }, [checkpoint, client, settled]);

  return (
    <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
      {(data) =>
        data.accessLogCheckpoint &&
        (outcome === null ? (
          <Loading />
        ) : (
          <>
              <Notice
                tone={outcome.flaw ? "bad" : "good"}
                title={outcome.flaw ? t`The log does not hold` : t`Proved in this browser`}
              >
                {outcome.flaw ? (
                  <p>
                    <FlawText of={outcome.flaw} />
                  </p>
                ) : (
                  <>
                    <p>
                      <Trans>The city has signed that the log has {data.accessLogCheckpoint.size} entries.</Trans>
                    </p>
                    {outcome.since && (
                      <p>
                        <Trans>
                          It begins with the {outcome.since.size} entries that this browser saw{" "}
                          <When at={outcome.since.at} />: none of them was changed or taken out.
                        </Trans>
                      </p>
                    )}
                  </>
                )}
              </Notice>
            <Facts
              of={[
                [t`Entries`, data.accessLogCheckpoint.size],
                [t`Root`, <span className="mono" key="root">{data.accessLogCheckpoint.root}</span>],
                [t`Signed`, <When at={data.accessLogCheckpoint.signedAt} key="signed" />],
              ]}
            />
            <div className="actions">
              {before && (
                <Act
                  text={t`Keep the checkpoint as a file`}
                  act={async () => save("checkpoint.txt", before.note, "text/plain")}
                />
              )}
              <WholeCheck />
            </div>
          </>
        ))
      }
    </Shown>
  );
}

/** Has the services work the whole tree out again, from every entry. */
function WholeCheck() {
  const { t } = useLingui();
  const client = useClient();
  const [found, setFound] = useState<{ holds: boolean; entries: number; why: string | null } | null>(null);
  return (
    <>
      <Act
        text={t`Have the city work it out again`}
        act={async () => {
          const result = await client.query(LogCheck, {}, { requestPolicy: "network-only" }).toPromise();
          if (!result.data?.accessLogCheck) throw refusalOf(result.error);
          setFound(result.data.accessLogCheck);
        }}
      />
      {found && (
        <Notice tone={found.holds ? "good" : "bad"}>
          <p>
            {found.holds ? (
              <Trans>The city says that all {found.entries} entries are as they were signed.</Trans>
            ) : (
              found.why
            )}
          </p>
        </Notice>
      )}
    </>
  );
}

/** Proves one entry, and offers the proof as a file: whoever has it needs nobody's word. */
function Proof({ position }: { position: number }) {
  const { t } = useLingui();
  const client = useClient();
  const [state, setState] = useState<{ flaw: Flaw | null; size: number; file: string } | null>(null);
  const name = t`Verify entry ${position}`;
  if (!state) {
    return (
      <Act
        text={name}
        tone="link"
        act={async () => {
          const result = await client.query(LogInclusion, { position }, { requestPolicy: "network-only" }).toPromise();
          const proof = result.data?.accessLogInclusion;
          if (!proof) throw refusalOf(result.error);
          const { flaw, size } = await verifyInclusion(proof);
          const elsewhere = proof.index !== position - 1;
          setState({ flaw: elsewhere ? "not-in-log" : flaw, size, file: JSON.stringify(proof, null, 1) });
        }}
      />
    );
  }
  return (
    <>
      <span className={`tag ${state.flaw ? "bad" : "good"}`}>
        {state.flaw ? t`Does not hold` : t`In the log of ${state.size}`}
      </span>
      {state.flaw && (
        <p>
          <FlawText of={state.flaw} />
        </p>
      )}
      <Act text={t`Save the proof`} tone="link" act={async () => save(`entry-${position}.json`, state.file, "application/json")} />
    </>
  );
}
