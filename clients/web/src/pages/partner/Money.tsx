import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { Link } from "wouter";
import type { ResultOf } from "../../documents/graphql.ts";
import { MoneyPage as Document, PartnerPayouts, PartnerStatements } from "../../documents/partner.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Money, When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useRows } from "../../kit/useRows.ts";
import { Deadline } from "./shown.tsx";
import { usePartnerWords } from "./words.ts";

type Outlook = NonNullable<ResultOf<typeof Document>["payoutOutlook"]>;
type Currency = Outlook["currencies"][number];
type Payout = NonNullable<ResultOf<typeof PartnerPayouts>["payouts"]>["nodes"][number];
type Statement = NonNullable<ResultOf<typeof PartnerStatements>["issuedStatements"]>["nodes"][number];
const STATEMENT_STATUSES = ["ISSUED", "CONFIRMED", "DISPUTED", "RESOLVED", "DEEMED_CONFIRMED"] as const;
const PAYOUT_STATUSES = ["CLAIMED", "SUBMITTED", "PAID", "RETURNED"] as const;

export function MoneyPage() {
  const { t } = useLingui();
  const [answer, again] = useQuery({ query: Document, requestPolicy: "cache-and-network" });
  return (
    <Page title={t`Money`}>
      <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
        {({ payoutOutlook }) => (
          <>
            {payoutOutlook?.currencies.length === 0 && (
              <p className="soft">
                <Trans>There is no money yet: it comes once a service is given.</Trans>
              </p>
            )}
            {payoutOutlook?.currencies.map((currency) => (
              <NextPayout key={currency.due.currency} of={currency} terms={payoutOutlook.terms} />
            ))}
          </>
        )}
      </Shown>
      <h2>
        <Trans>Statements</Trans>
      </h2>
      <p>
        <Link href="/money/lines">
          <Trans>Every line so far</Trans>
        </Link>
      </p>
      <p>
        <Link href="/money/account">
          <Trans>Where your payouts go</Trans>
        </Link>
      </p>
      <Statements />
      <h2>
        <Trans>Payouts</Trans>
      </h2>
      <Payouts />
    </Page>
  );
}

/** From the balance to the next payout, line by line, and why any of it is held. */
function NextPayout({ of, terms }: { of: Currency; terms: Outlook["terms"] }) {
  const { t } = useLingui();
  const said = usePartnerWords();
  const held = [
    [t`Still within the hold of ${terms.holdDays} days`, of.onHold],
    [t`Kept for disputes`, of.disputed],
    [t`Kept for complaints`, of.complained],
    [t`Kept in reserve for ${terms.reserveDays} days`, of.reserved],
    [t`Owed for invoices`, of.invoiced],
  ] as const;
  const why = of.heldBecause ?? terms.frozen;
  const moved = [of.posted, of.due, ...held.map(([, amount]) => amount)].some(({ amount }) => Number(amount) !== 0);
  return (
    <section className="card" aria-label={t`The next payout`}>
      <div className="row">
        <h2>
          <Trans>The next payout</Trans>
        </h2>
        <span className="big">
          <Money of={of.due} />
        </span>
      </div>
      <p className="soft">
        <Trans>
          On <When at={`${of.nextOn}T00:00:00`} style="day" /> at the earliest; made {said("schedule", terms.schedule)}.
        </Trans>
      </p>
      {!moved && !terms.frozen && (
        <p className="soft">
          <Trans>You have earned nothing yet that would be paid out.</Trans>
        </p>
      )}
      {why && (moved || terms.frozen) && (
        <Notice tone="warn" title={t`It is held: ${why}`}>
          {of.heldUntil && (
            <p>
              <Trans>
                Until <When at={of.heldUntil} />
              </Trans>
            </p>
          )}
        </Notice>
      )}
      <Facts
        of={[
          [t`Your balance`, <Money of={of.posted} key="posted" />],
          ...held
            .filter(([, amount]) => Number(amount.amount) !== 0)
            .map(([name, amount]) => [name, <span key={name}>− <Money of={amount} /></span>] as const),
          [t`To be paid out`, <strong key="due"><Money of={of.due} /></strong>],
          [
            t`Promised by residents, and not yours yet`,
            Number(of.pending.amount) !== 0 ? <Money of={of.pending} key="pending" /> : null,
          ],
        ]}
      />
    </section>
  );
}

function Statements() {
  const { t } = useLingui();
  const said = usePartnerWords();
  const statements = useRows(PartnerStatements, {}, (data) => data.issuedStatements);
  const columns: Column<Statement>[] = [
    {
      key: "period",
      title: t`Until`,
      value: ({ periodEnd }) => periodEnd,
      show: ({ periodEnd }) => <When at={periodEnd} style="day" />,
    },
    { key: "state", title: t`State`, value: ({ status }) => said("statement", status) },
    { key: "issued", title: t`Issued`, value: ({ issuedAt }) => issuedAt, show: ({ issuedAt }) => <When at={issuedAt} style="day" /> },
    {
      key: "answer",
      title: t`Answer until`,
      value: ({ deadlineAt, status }) => (status === "ISSUED" ? deadlineAt : null),
      show: ({ deadlineAt, status }) => status === "ISSUED" && <Deadline at={deadlineAt} />,
    },
  ];
  return (
    <Table
      label={t`Statements`}
      of={statements}
      columns={columns}
      filters={[
        {
          key: "statement",
          label: t`State of statements`,
          options: STATEMENT_STATUSES.map((value) => ({ value, text: said("statement", value) })),
          test: ({ status }, value) => status === value,
        },
      ]}
      id={({ id }) => id}
      open={({ id, periodStart, periodEnd }) =>
        `/money/statements/${id}?${new URLSearchParams({ from: periodStart ?? "", until: periodEnd })}`
      }
      file="yima-statements"
      empty={t`No statement has been issued yet. There is one for each month.`}
    />
  );
}

function Payouts() {
  const { t } = useLingui();
  const said = usePartnerWords();
  const payouts = useRows(PartnerPayouts, {}, (data) => data.payouts);
  const columns: Column<Payout>[] = [
    { key: "made", title: t`Made`, value: ({ createdAt }) => createdAt, show: ({ createdAt }) => <When at={createdAt} /> },
    { key: "amount", title: t`Amount`, numeric: true, value: ({ amount }) => amount.amount, show: ({ amount }) => <Money of={amount} /> },
    { key: "payout-state", title: t`State`, value: ({ status }) => said("payout", status) },
    { key: "entries", title: t`Entries`, numeric: true, value: ({ entriesClaimed }) => entriesClaimed },
    { key: "paid", title: t`Paid`, value: ({ settledAt }) => settledAt, show: ({ settledAt }) => settledAt && <When at={settledAt} /> },
    { key: "failure", title: t`What went wrong`, value: ({ failure }) => failure },
  ];
  return (
    <Table
      label={t`Payouts`}
      of={payouts}
      columns={columns}
      filters={[
        {
          key: "payout",
          label: t`State of payouts`,
          options: PAYOUT_STATUSES.map((value) => ({ value, text: said("payout", value) })),
          test: ({ status }, value) => status === value,
        },
      ]}
      id={({ id }) => id}
      file="yima-payouts"
      empty={t`Nothing was paid out yet.`}
    />
  );
}
