import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useQuery } from "urql";
import { Link, useParams } from "wouter";
import { lastMonthIn, useCityZone } from "../../app/cityDays.ts";
import { carryOut } from "../../app/client.ts";
import {
  Adjustments,
  AllDisputes,
  AllPayouts,
  AllStatements,
  Breaks,
  CloseMonth,
  DecideAdjustment,
  DecideDispute,
  DecideProposal,
  LedgerHealth,
  MoneyCases,
  Months,
  Proposals,
  ResolveStatement,
  RetryMoneyCase,
  RunPayouts,
  RunReconciliation,
} from "../../documents/operator.ts";
import { useSession } from "../../app/session.ts";
import { Act } from "../../kit/Act.tsx";
import { useKept } from "../../kit/drafts.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Field } from "../../kit/Field.tsx";
import { Id } from "../../kit/Id.tsx";
import { Age, Money, When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Table } from "../../kit/Table.tsx";
import { useRows } from "../../kit/useRows.ts";
import { Desk } from "./Desk.tsx";
import { useSupervisionWords } from "./words.ts";

/** The money of the city: whether the books hold, what runs, and the way to each desk. */
export function MoneyPage() {
  const { t } = useLingui();
  const { role } = useSession();
  const [answer, ask] = useQuery({ query: LedgerHealth, requestPolicy: "network-only" });
  const again = () => ask({ requestPolicy: "network-only" });
  const desks = [
    ["/money/payouts", t`Payouts`],
    ["/money/breaks", t`Breaks of the reconciliation`],
    ["/money/cases", t`Money that did not move`],
    ["/money/approvals", t`Approvals by a second person`],
    ["/money/adjustments", t`Adjustments of the books`],
    ["/money/disputes", t`Disputes of payments`],
    ["/money/statements", t`Statements`],
    ["/money/months", t`Months`],
  ] as const;
  return (
    <Page title={t`Money`}>
      <Shown answer={answer} again={again}>
        {({ ledgerCheck, reconciliations, balances }) => (
          <>
            {ledgerCheck && (
              <Notice
                tone={ledgerCheck.holds ? "good" : "bad"}
                title={ledgerCheck.holds ? t`The books hold: all postings sum to zero` : t`The books do not hold`}
              >
                <ul className="plain">
                  {ledgerCheck.findings.map((finding) => (
                    <li key={finding}>{finding}</li>
                  ))}
                </ul>
                <p>
                  <Plural value={ledgerCheck.entries} one="# entry" other="# entries" />
                  {", "}
                  <Plural value={ledgerCheck.postings} one="# posting" other="# postings" />
                </p>
              </Notice>
            )}
            <Facts
              of={[
                [t`Payouts ran`, ledgerCheck?.payoutsRanAt ? <Age since={ledgerCheck.payoutsRanAt} key="ran" /> : t`never`],
                [t`Sealed`, ledgerCheck?.sealedAt ? <Age since={ledgerCheck.sealedAt} key="sealed" /> : t`never`],
                [
                  t`Closed up to`,
                  ledgerCheck?.closedUntil ? <When at={ledgerCheck.closedUntil} style="day" key="closed" /> : t`no month yet`,
                ],
                [
                  t`Reconciled`,
                  reconciliations?.nodes[0] ? <Age since={reconciliations.nodes[0].ranAt} key="reconciled" /> : t`never`,
                ],
              ]}
            />
            {role === "OPERATOR" && <Running again={again} />}
            <ul className="tiles">
              {desks.map(([to, text]) => (
                <li key={to}>
                  <Link href={to} className="card">
                    <h2>{text}</h2>
                  </Link>
                </li>
              ))}
            </ul>
            <h2>
              <Trans>Balances of the platform</Trans>
            </h2>
            <Facts
              of={(balances ?? [])
                .filter(({ account }) => !account.startsWith("partner:"))
                .map(({ account, amount }) => [account, <Money of={amount} key={account} />] as const)}
            />
          </>
        )}
      </Shown>
    </Page>
  );
}

function Running({ again }: { again: () => void }) {
  const { t } = useLingui();
  const [said, say] = useState("");
  return (
    <>
      {said && <Notice tone="good" title={said} />}
      <div className="actions">
        <Act
          text={t`Run the payouts now`}
          act={async (key) => {
            const { payouts, held } = await carryOut(RunPayouts, "runPayouts", { key });
            say(t`${payouts.length} were made, ${held.length} are held.`);
            again();
          }}
        />
        <Act
          text={t`Reconcile now`}
          act={async (key) => {
            const { matched, breaksOpened } = await carryOut(RunReconciliation, "reconcile", { key });
            say(t`${matched} match, ${breaksOpened} do not.`);
            again();
          }}
        />
      </div>
    </>
  );
}

const DESKS: Readonly<Record<string, () => React.JSX.Element>> = {
  payouts: Payouts,
  breaks: BreaksTable,
  cases: CasesDesk,
  approvals: ApprovalsDesk,
  adjustments: AdjustmentsDesk,
  disputes: DisputesDesk,
  statements: StatementsDesk,
  months: MonthsPage,
};

export function MoneyDeskPage() {
  const { desk } = useParams<{ desk: string }>();
  const { t } = useLingui();
  const Shown = DESKS[desk];
  return Shown ? <Shown /> : <Page title={t`There is no such page`}>{null}</Page>;
}

function useBack() {
  const { t } = useLingui();
  return { to: "/money", text: t`Money` };
}

function Payouts() {
  const { t } = useLingui();
  const back = useBack();
  const { word, table } = useSupervisionWords();
  const rows = useRows(AllPayouts, {}, (data) => data.payouts);
  return (
    <Page title={t`Payouts`} back={back}>
      <Table
        label={t`Payouts`}
        of={rows}
        id={({ id }) => id}
        file="payouts"
        empty={t`There are none.`}
        filters={[
          {
            key: "status",
            label: t`Status`,
            options: Object.entries(table.payout).map(([value, text]) => ({ value, text })),
            test: ({ status }, value) => status === value,
          },
        ]}
        columns={[
          { key: "id", title: t`Number`, value: ({ id }) => id, show: ({ id }) => <Id of={id} /> },
          {
            key: "partner",
            title: t`Partner`,
            value: ({ partner }) => partner?.name,
            show: ({ partner }) => partner && <Link href={`/partners/${partner.id}`}>{partner.name}</Link>,
          },
          {
            key: "amount",
            title: t`Amount`,
            numeric: true,
            value: ({ amount }) => amount.amount,
            show: ({ amount }) => <Money of={amount} />,
          },
          { key: "status", title: t`Status`, value: ({ status, failure }) => failure ?? word("payout", status) },
          { key: "lines", title: t`Lines`, numeric: true, value: ({ entriesClaimed }) => entriesClaimed },
          { key: "made", title: t`Made`, value: ({ createdAt }) => createdAt, show: ({ createdAt }) => <When at={createdAt} /> },
        ]}
      />
    </Page>
  );
}

function BreaksTable() {
  const { t } = useLingui();
  const back = useBack();
  const rows = useRows(Breaks, { status: "OPEN" }, (data) => data.breaks);
  return (
    <Page title={t`Breaks of the reconciliation`} back={back}>
      <p>
        <Trans>What the books say and bank or provider does not, or the other way round. The oldest first is best.</Trans>
      </p>
      <Table
        label={t`Breaks of the reconciliation`}
        of={rows}
        id={({ id }) => id}
        file="breaks"
        empty={t`Books, bank and provider agree.`}
        columns={[
          { key: "kind", title: t`Kind`, value: ({ kind }) => kind },
          { key: "source", title: t`From`, value: ({ source }) => source },
          {
            key: "amount",
            title: t`Amount`,
            numeric: true,
            value: ({ amount }) => amount.amount,
            show: ({ amount }) => <Money of={amount} />,
          },
          { key: "age", title: t`Days`, numeric: true, value: ({ ageDays }) => ageDays },
          { key: "reference", title: t`Reference`, value: ({ reference }) => reference },
          { key: "id", title: t`Number`, value: ({ id }) => id, show: ({ id }) => <Id of={id} /> },
        ]}
      />
    </Page>
  );
}

function CasesDesk() {
  const { t } = useLingui();
  const { role } = useSession();
  const rows = useRows(MoneyCases, { resolvedToo: false }, (data) => data.moneyCases);
  return (
    <Desk
      title={t`Money that did not move`}
      lead={t`Each says what comes next. Try again once the cause is gone.`}
      of={rows}
      show={(each) => ({
        id: each.id,
        heading: each.kind,
        since: each.openedAt,
        facts: [
          [t`Partner`, each.partner?.name],
          [t`Amount`, each.amount && <Money of={each.amount} key="amount" />],
          [t`What happened`, each.detail],
          [t`What comes next`, each.nextStep],
          [t`Order`, each.orderId && <Id of={each.orderId} to={`/chain/${each.orderId}`} key="order" />],
        ],
        acts: role === "OPERATOR" && (
          <Act
            text={t`Try again`}
            act={async (key) => {
              await carryOut(RetryMoneyCase, "retryMoneyCase", { id: each.id, key });
              rows.again();
            }}
          />
        ),
      })}
    />
  );
}

function ApprovalsDesk() {
  const { t } = useLingui();
  const rows = useRows(Proposals, { status: "PROPOSED" }, (data) => data.proposals);
  const decide = (id: string, approved: boolean) => async (key: string) => {
    await carryOut(DecideProposal, "decideProposal", { id, approved, key });
    rows.again();
  };
  return (
    <Desk
      title={t`Approvals by a second person`}
      lead={t`Whoever proposed it does not approve it. It is done as soon as you approve.`}
      of={rows}
      show={(proposal) => ({
        id: proposal.id,
        heading: proposal.reason,
        since: proposal.proposedAt,
        facts: [
          [t`What is to be done`, proposal.act],
          [t`Proposed by`, proposal.proposedBy && <Id of={proposal.proposedBy} key="by" />],
        ],
        acts: (
          <>
            <Act text={t`Approve`} tone="plain" act={decide(proposal.id, true)} />
            <Act text={t`Refuse`} tone="danger" act={decide(proposal.id, false)} />
          </>
        ),
      })}
    />
  );
}

function AdjustmentsDesk() {
  const { t } = useLingui();
  const { role } = useSession();
  const rows = useRows(Adjustments, {}, (data) => data.adjustments);
  const decide = (id: string, approved: boolean) => async (key: string) => {
    await carryOut(DecideAdjustment, "decideAdjustment", { id, approved, key });
    rows.again();
  };
  return (
    <Desk
      title={t`Adjustments of the books`}
      lead={t`An entry that closes a break. Whoever proposed it does not approve it.`}
      of={{ ...rows, rows: rows.rows.filter(({ status }) => status === "PROPOSED") }}
      show={(each) => ({
        id: each.id,
        heading: each.reason,
        since: each.proposedAt,
        facts: [
          [t`Amount`, <Money of={each.amount} key="amount" />],
          [t`From account`, <bdi key="from">{each.cashAccount}</bdi>],
          [t`To account`, <bdi key="to">{each.account}</bdi>],
        ],
        acts: role === "OPERATOR" && (
          <>
            <Act text={t`Approve`} tone="plain" act={decide(each.id, true)} />
            <Act text={t`Refuse`} tone="danger" act={decide(each.id, false)} />
          </>
        ),
      })}
    />
  );
}

function DisputesDesk() {
  const { t } = useLingui();
  const { role } = useSession();
  const rows = useRows(AllDisputes, {}, (data) => data.disputes);
  const decide = (id: string, forPartner: boolean) => async (key: string) => {
    await carryOut(DecideDispute, "decideDispute", { id, forPartner, key });
    rows.again();
  };
  return (
    <Desk
      title={t`Disputes of payments`}
      lead={t`Look at the chain of the order before you decide. What is lost comes off the partner's money.`}
      of={{ ...rows, rows: rows.rows.filter(({ status }) => status === "OPEN") }}
      show={(dispute) => ({
        id: dispute.id,
        heading: dispute.reason,
        since: dispute.openedAt,
        facts: [
          [t`Partner`, dispute.partner?.name],
          [t`Amount`, <Money of={dispute.amount} key="amount" />],
          [t`Opened by the bank`, dispute.byBank ? t`Yes` : t`No`],
        ],
        acts: role === "OPERATOR" && (
          <>
            <Act text={t`The partner is right`} act={decide(dispute.id, true)} />
            <Act text={t`The resident is right`} act={decide(dispute.id, false)} />
          </>
        ),
      })}
    />
  );
}

function StatementsDesk() {
  const { t } = useLingui();
  const { role } = useSession();
  const { word } = useSupervisionWords();
  const back = useBack();
  const rows = useRows(AllStatements, {}, (data) => data.issuedStatements);
  const disputed = rows.rows.filter(({ status }) => status === "DISPUTED");
  return (
    <Page title={t`Statements`} back={back}>
      {role === "OPERATOR" &&
        disputed.map((statement) => (
          <Notice key={statement.id} tone="warn" title={t`${statement.partner?.name ?? ""} disputes a statement`}>
            <p>{statement.reason}</p>
            <Act
              text={t`Resolve it`}
              reason={t`What was found, for the partner`}
              act={async (key, resolution) => {
                await carryOut(ResolveStatement, "resolveStatement", { id: statement.id, resolution, key });
                rows.again();
              }}
            />
          </Notice>
        ))}
      <Table
        label={t`Statements`}
        of={rows}
        id={({ id }) => id}
        file="statements"
        empty={t`There are none.`}
        columns={[
          { key: "partner", title: t`Partner`, value: ({ partner }) => partner?.name },
          {
            key: "until",
            title: t`Up to`,
            value: ({ periodEnd }) => periodEnd,
            show: ({ periodEnd }) => <When at={periodEnd} style="day" />,
          },
          { key: "status", title: t`Status`, value: ({ status }) => word("statement", status) },
          {
            key: "deadline",
            title: t`May be disputed until`,
            value: ({ deadlineAt }) => deadlineAt,
            show: ({ deadlineAt }) => <When at={deadlineAt} style="day" />,
          },
          { key: "id", title: t`Number`, value: ({ id }) => id, show: ({ id }) => <Id of={id} /> },
        ]}
      />
    </Page>
  );
}

function MonthsPage() {
  const { t } = useLingui();
  const { role } = useSession();
  const back = useBack();
  const rows = useRows(Months, {}, (data) => data.accountingPeriods);
  const zone = useCityZone();
  const [typed, setMonth, sent] = useKept<string | null>("close-month", null);
  const month = typed ?? (zone === undefined ? "" : lastMonthIn(zone));
  return (
    <Page title={t`Months`} back={back}>
      {role === "OPERATOR" && (
        <section>
          <p>
            <Trans>
              A month that is closed stays as it is: what comes late counts in the one after. The books have to hold, and
              nothing of it may be open.
            </Trans>
          </p>
          <div className="filters">
            <Field label={t`Month`} hint={t`Year and month, such as 2027-03`} name="month" value={month} onChange={setMonth} />
          </div>
          <div className="actions">
            <Act
              text={t`Close this month`}
              tone="plain"
              warning={<p>{t`${month} is closed for good.`}</p>}
              act={async (key) => {
                await carryOut(CloseMonth, "closePeriod", { month, key });
                sent();
                rows.again();
              }}
            />
          </div>
        </section>
      )}
      <Table
        label={t`Months`}
        of={rows}
        id={({ month: each }) => each}
        file="months"
        empty={t`No month is closed yet.`}
        columns={[
          { key: "month", title: t`Month`, value: ({ month: each }) => each },
          { key: "entries", title: t`Entries`, numeric: true, value: ({ entries }) => entries },
          { key: "closed", title: t`Closed`, value: ({ closedAt }) => closedAt, show: ({ closedAt }) => <When at={closedAt} /> },
        ]}
      />
    </Page>
  );
}
