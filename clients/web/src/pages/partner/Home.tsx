import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useQuery } from "urql";
import { Link } from "wouter";
import { useWords } from "../../app/words.ts";
import {
  MoneyPage,
  PartnerComplaints,
  PartnerOfferings,
  PartnerOrders,
  PartnerPage,
  PartnerStatements,
} from "../../documents/partner.ts";
import { Money } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Deadline } from "./shown.tsx";
import { useMay, useStaff } from "./frame.tsx";
import { useTasks } from "./tasks.ts";

const SHOWN = 5;

/** What waits for the partner, the most urgent first. */
export function HomePage() {
  const { institution } = useStaff();
  const [atDesk, atMoney] = [useMay("DESK"), useMay("FINANCE")];
  return (
    <Page title={institution}>
      <Standing />
      {atDesk && <WaitingOrders />}
      {atDesk && <WaitingComplaints />}
      <WaitingOfferings />
      {atMoney && <WaitingMoney />}
    </Page>
  );
}

function Waits({ title, to, more, children }: { title: string; to: string; more: string; children: ReactNode }) {
  return (
    <section>
      <div className="row">
        <h2>{title}</h2>
        <Link href={to}>{more}</Link>
      </div>
      {children}
    </section>
  );
}

const Nothing = ({ children }: { children: ReactNode }) => <p className="soft">{children}</p>;

/** What is missing before the partner can do all it means to. */
function Standing() {
  const { t } = useLingui();
  const { institutionId } = useStaff();
  const [answer] = useQuery({ query: PartnerPage, variables: { id: institutionId } });
  const tasks = useTasks(answer.data?.partner ?? null);
  const open = tasks.filter(({ state }) => state === "todo" || state === "warn");
  if (answer.fetching && !answer.data) return null;
  return (
    <>
      {open.map(({ name, text, to }) => (
        <Notice key={name} tone="warn" title={name}>
          <p>
            {text} <Link href={to}>{t`Go there`}</Link>
          </p>
        </Notice>
      ))}
      <p>
        <Link href="/onboarding">
          <Trans>Your standing: what is done, and what is missing</Trans>
        </Link>
      </p>
    </>
  );
}

function WaitingOrders() {
  const { t } = useLingui();
  const word = useWords();
  const [answer] = useQuery({
    query: PartnerOrders,
    variables: { status: null, waitsFor: "PARTNER", offeringId: null, placed: null, first: SHOWN, after: null },
  });
  const orders = answer.data?.orders?.nodes ?? [];
  return (
    <Waits title={t`Orders that wait for you`} to="/orders?waits=PARTNER" more={t`All of them`}>
      {orders.length === 0 && !answer.fetching && (
        <Nothing>
          <Trans>No order waits for you.</Trans>
        </Nothing>
      )}
      <ul className="list">
        {orders.map((order) => {
          const step = order.nextSteps.find(({ party }) => party === "PARTNER");
          return (
            <li key={order.id}>
              <Link href={`/orders/${order.id}`} className="card">
                <div className="row">
                  <strong>{order.lines.map(({ title }) => title).join(", ")}</strong>
                  <Deadline at={step?.until} />
                </div>
                <div className="soft">{step && word("action", step.action)}</div>
              </Link>
            </li>
          );
        })}
      </ul>
    </Waits>
  );
}

function WaitingComplaints() {
  const { t } = useLingui();
  const [answer] = useQuery({ query: PartnerComplaints, variables: { status: "OPEN", first: SHOWN, after: null } });
  const complaints = answer.data?.complaints?.nodes ?? [];
  if (complaints.length === 0) return null;
  return (
    <Waits title={t`Complaints to answer`} to="/complaints?status=OPEN" more={t`Answer them`}>
      <ul className="list">
        {complaints.map(({ id, text, answerBy }) => (
          <li key={id} className="card">
            <div className="row">
              <span>{text.slice(0, 120)}</span>
              <Deadline at={answerBy} />
            </div>
          </li>
        ))}
      </ul>
    </Waits>
  );
}

function WaitingOfferings() {
  const { t } = useLingui();
  const [answer] = useQuery({ query: PartnerOfferings, variables: { status: "REFUSED", first: SHOWN, after: null } });
  const offerings = answer.data?.partnerOfferings?.nodes ?? [];
  if (offerings.length === 0) return null;
  return (
    <Waits title={t`Offerings to mend`} to="/offerings?status=REFUSED" more={t`All of them`}>
      <ul className="list">
        {offerings.map(({ id, title, reviewReasons }) => (
          <li key={id}>
            <Link href={`/offerings/${id}`} className="card">
              <strong>{title}</strong>
              <div className="soft">{reviewReasons.join(" ")}</div>
            </Link>
          </li>
        ))}
      </ul>
    </Waits>
  );
}

function WaitingMoney() {
  const { t } = useLingui();
  const [money] = useQuery({ query: MoneyPage });
  const [statements] = useQuery({ query: PartnerStatements, variables: { first: SHOWN, after: null } });
  const toConfirm = (statements.data?.issuedStatements?.nodes ?? []).filter(({ status }) => status === "ISSUED");
  const currencies = money.data?.payoutOutlook?.currencies ?? [];
  return (
    <Waits title={t`Money`} to="/money" more={t`From balance to payout`}>
      {toConfirm.map(({ id, deadlineAt, periodStart, periodEnd }) => (
        <Notice key={id} title={t`A statement waits for your word`}>
          <p>
            <Link href={`/money/statements/${id}?${new URLSearchParams({ from: periodStart ?? "", until: periodEnd })}`}>
              <Trans>Look at it</Trans>
            </Link>{" "}
            <Deadline at={deadlineAt} />
          </p>
        </Notice>
      ))}
      {currencies.length === 0 && !money.fetching && (
        <Nothing>
          <Trans>There is no money yet: it comes once a service is given.</Trans>
        </Nothing>
      )}
      {currencies.map(({ due, heldBecause }) => (
        <p key={due.currency}>
          <Trans>
            The next payout: <Money of={due} />
          </Trans>{" "}
          {heldBecause && <span className={Number(due.amount) === 0 ? "tag" : "tag warn"}>{heldBecause}</span>}
        </p>
      ))}
    </Waits>
  );
}
