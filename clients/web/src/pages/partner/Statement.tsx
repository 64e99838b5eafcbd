import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo, useState } from "react";
import { useClient, useQuery } from "urql";
import { Link, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { refusalOf } from "../../app/wire.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import {
  ConfirmStatement,
  DisputeStatement,
  PartnerStatements,
  StatementFile,
  StatementLinePage as LineDocument,
  StatementLines,
} from "../../documents/partner.ts";
import { Act } from "../../kit/Act.tsx";
import { asRows } from "../../kit/asRows.ts";
import { save } from "../../kit/csv.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Money, When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { useRows } from "../../kit/useRows.ts";
import { useStaff } from "./frame.tsx";
import { usePartnerWords } from "./words.ts";

type Currency = NonNullable<ResultOf<typeof StatementLines>["statement"]>["currencies"][number];
type Line = Currency["lines"][number];
const FORMATS = ["PDF", "CSV", "JSON"] as const;

/** What moved, and why: of an issued statement, or so far. */
export function StatementPage() {
  const { t } = useLingui();
  const { id } = useParams<{ id?: string }>();
  const { institutionId } = useStaff();
  const [address] = useAddress();
  const period =
    id && address["until"] ? { start: address["from"] || "1970-01-01T00:00:00Z", end: address["until"] } : null;
  const [answer, again] = useQuery({ query: StatementLines, variables: { partnerId: institutionId, period } });
  return (
    <Page title={id ? t`Statement` : t`Every line so far`} back={{ to: "/money", text: t`Money` }}>
      {id && <Answering id={id} />}
      <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
        {(data) =>
          data.statement?.currencies.map((currency) => (
            <Lines key={currency.closing.currency} of={currency} statementId={id ?? null} />
          ))
        }
      </Shown>
    </Page>
  );
}

function Lines({ of, statementId }: { of: Currency; statementId: string | null }) {
  const { t } = useLingui();
  const { lines, opening, closing } = of;
  const rows = useMemo(() => asRows(lines), [lines]);
  const kinds = [...new Set(lines.map(({ kind }) => kind))].toSorted();
  const columns: Column<Line>[] = [
    { key: "at", title: t`Moved`, value: ({ recordedAt }) => recordedAt, show: ({ recordedAt }) => <When at={recordedAt} /> },
    { key: "kind", title: t`What`, value: ({ kind }) => kind },
    {
      key: "order",
      title: t`Order`,
      value: ({ orderId }) => orderId,
      show: ({ orderId }) => orderId && <Link href={`/orders/${orderId}`}>…{orderId.slice(-8)}</Link>,
    },
    {
      key: "gross",
      title: t`The resident paid`,
      numeric: true,
      value: ({ gross }) => gross?.amount,
      show: ({ gross }) => gross && <Money of={gross} />,
    },
    { key: "amount", title: t`For you`, numeric: true, value: ({ amount }) => amount.amount, show: ({ amount }) => <Money of={amount} /> },
    {
      key: "why",
      title: t`Explained`,
      value: ({ position }) => position,
      show: ({ position }) =>
        statementId ? <Link href={`/money/statements/${statementId}/${position}`}>{t`Why: line ${position}`}</Link> : position,
    },
  ];
  return (
    <>
      <Facts
        of={[
          [t`At the beginning`, <Money of={opening} key="opening" />],
          [t`At the end`, <Money of={closing} key="closing" />],
        ]}
      />
      <Table
        label={t`Lines`}
        of={rows}
        columns={columns}
        filters={[
          {
            key: "kind",
            label: t`What`,
            options: kinds.map((value) => ({ value, text: value })),
            test: ({ kind }, value) => kind === value,
          },
        ]}
        id={({ position }) => position}
        file="yima-lines"
        empty={t`Nothing has moved.`}
      />
    </>
  );
}

/** An issued statement as a file, and the partner's word on it. */
function Answering({ id }: { id: string }) {
  const { t } = useLingui();
  const said = usePartnerWords();
  const client = useClient();
  const statements = useRows(PartnerStatements, {}, (data) => data.issuedStatements);
  const statement = statements.rows.find((each) => each.id === id);
  const [answered, setAnswered] = useState(false);
  const done = () => {
    setAnswered(true);
    statements.again();
  };
  return (
    <>
      {answered && <Notice tone="good" title={t`Your answer is with the operator`} />}
      {statement && (
        <Facts
          of={[
            [t`State`, said("statement", statement.status)],
            [t`Until`, <When at={statement.periodEnd} key="end" />],
            [t`Answer until`, statement.status === "ISSUED" ? <When at={statement.deadlineAt} key="deadline" /> : null],
            [t`You said`, statement.reason],
            [t`The operator said`, statement.resolution],
          ]}
        />
      )}
      <div className="actions">
        {FORMATS.map((format) => (
          <Act
            key={format}
            text={t`Save as ${format}`}
            act={async () => {
              const answer = await client
                .query(StatementFile, { statementId: id, format }, { requestPolicy: "network-only" })
                .toPromise();
              const file = answer.data?.statementDocument;
              if (!file) throw refusalOf(answer.error);
              save(file.name, Uint8Array.from(atob(file.content), (letter) => letter.charCodeAt(0)), file.mediaType);
            }}
          />
        ))}
        {statement?.status === "ISSUED" && (
          <>
            <Act
              text={t`It is right`}
              tone="plain"
              act={async (key) => {
                await carryOut(ConfirmStatement, "confirmStatement", { id, key });
                done();
              }}
            />
            <Act
              text={t`It is wrong`}
              tone="danger"
              reason={t`What is wrong with it?`}
              act={async (key, reason) => {
                await carryOut(DisputeStatement, "disputeStatement", { id, reason, positions: null, key });
                done();
              }}
            />
          </>
        )}
      </div>
    </>
  );
}

/** Why a line is on a statement: the entry, how it was split, and what proved the service. */
export function StatementLinePage() {
  const { t } = useLingui();
  const { id, position } = useParams<{ id: string; position: string }>();
  const [answer, again] = useQuery({ query: LineDocument, variables: { statementId: id, position } });
  return (
    <Page title={t`Why: line ${position}`} narrow back={{ to: `/money/statements/${id}`, text: t`Statement` }}>
      <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
        {({ statementLine }) =>
          statementLine && (
            <>
              <Facts
                of={[
                  [t`Moved`, <When at={statementLine.line.recordedAt} key="at" />],
                  [t`What`, statementLine.line.kind],
                  [t`For you`, <Money of={statementLine.line.amount} key="amount" />],
                  [
                    t`Order`,
                    statementLine.line.orderId ? (
                      <Link href={`/orders/${statementLine.line.orderId}`} key="order">
                        <Trans>Look at it</Trans>
                      </Link>
                    ) : null,
                  ],
                ]}
              />
              {statementLine.splits.map((split, index) => (
                <section key={index}>
                  <h2>
                    <Trans>How it was divided</Trans>
                  </h2>
                  <Facts
                    of={[
                      [t`The resident paid`, <Money of={split.gross} key="gross" />],
                      ...split.parts.map((part) => [part.party, <Money of={part.amount} key={part.party} />] as const),
                      [t`By version of your contract`, split.plan.version],
                    ]}
                  />
                </section>
              ))}
              {statementLine.proofs.length > 0 && (
                <>
                  <h2>
                    <Trans>What proved the service</Trans>
                  </h2>
                  <ul>
                    {statementLine.proofs.map(({ proofId, scanId, provenAt }) => (
                      <li key={proofId}>
                        {scanId ? t`A scan of the resident's code` : t`Another proof`}, <When at={provenAt} />
                      </li>
                    ))}
                  </ul>
                </>
              )}
              <h2>
                <Trans>In the ledger</Trans>
              </h2>
              <Facts
                of={statementLine.entry.postings.map(
                  ({ account, amount }) => [account, <Money of={amount} key={account} />] as const,
                )}
              />
            </>
          )
        }
      </Shown>
    </Page>
  );
}
