import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { useQuery } from "urql";
import { useParams } from "wouter";
import { useSession } from "../../app/session.ts";
import { type Refusal, refusalOf } from "../../app/wire.ts";
import { useWords } from "../../app/words.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { ChainAccess, ChainConsents, ChainMoney, ChainOrder, ChainPartner } from "../../documents/supervision.ts";
import { Chain, type ChainLink } from "../../kit/Chain.tsx";
import { Choice } from "../../kit/Choice.tsx";
import { Id } from "../../kit/Id.tsx";
import { Money, When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Audit } from "./Audit.tsx";
import { sumsToZero } from "./ledger.ts";
import { useSupervisionWords } from "./words.ts";

type Order = NonNullable<ResultOf<typeof ChainOrder>["order"]>;

interface Link extends ChainLink {
  details: ReactNode;
}

/** One order from the certificates that let it be offered to the log that tells who looked, each link beside the one
 * that it names. */
/** Parts beside each other, each by its own direction: money and dates do not get into one another. */
const apart = (...parts: readonly (string | number)[]): string => parts.map((part) => `\u2068${part}\u2069`).join(" · ");

export function ChainPage() {
  const { t } = useLingui();
  const { id } = useParams<{ id: string }>();
  const [answer, ask] = useQuery({ query: ChainOrder, variables: { id } });
  return (
    <Page title={t`The chain of an order`} back={{ to: "/search", text: t`Search` }}>
      <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
        {(data) =>
          data.order ? <OfOrder order={data.order} /> : <Notice tone="warn" title={t`There is no such order`} />
        }
      </Shown>
    </Page>
  );
}

function OfOrder({ order }: { order: Order }) {
  const { t } = useLingui();
  const word = useWords();
  const [chosen, choose] = useState(order.lines[0]?.id ?? "");
  const line = order.lines.find(({ id }) => id === chosen);
  const { links, refusals } = useLinks(order, line);
  return (
    <>
      {refusals.map((refusal) => (
        <Refused key={refusal.message} refusal={refusal} />
      ))}
      <p>
        <Id of={order.id ?? ""} /> · {word("status", order.status)} · <Money of={order.total} /> ·{" "}
        {order.partner?.name}
      </p>
      {order.lines.length > 1 && (
        <Choice
          label={t`Line of the order`}
          value={chosen}
          options={order.lines.map(({ id, title }) => ({ value: id, text: title }))}
          onChange={choose}
        />
      )}
      <div className="split">
        <Chain title={t`The chain of an order`} links={links} />
        <div className="table" role="region" aria-label={t`The chain of an order`} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t`Link`}</th>
                <th scope="col">{t`What there is`}</th>
              </tr>
            </thead>
            <tbody>
              {links.map(({ key, name, details }) => (
                <tr key={key}>
                  <th scope="row">{name}</th>
                  <td>{details}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </>
  );
}

function useLinks(
  order: Order,
  line: Order["lines"][number] | undefined,
): { links: readonly Link[]; refusals: readonly Refusal[] } {
  const { t, i18n } = useLingui();
  const word = useWords();
  const { word: office } = useSupervisionWords();
  const { role } = useSession();
  const regulator = role === "REGULATOR";
  const orderId = order.id ?? "";
  const partnerId = order.partner?.id ?? "";
  const [partner] = useQuery({ query: ChainPartner, variables: { id: partnerId }, pause: !partnerId });
  const [money] = useQuery({ query: ChainMoney, variables: { orderId } });
  const [consents] = useQuery({ query: ChainConsents, variables: { orderId, residentId: order.residentId }, pause: !regulator });
  const [access] = useQuery({
    query: ChainAccess,
    variables: { residentId: order.residentId, partnerId, since: order.placedAt },
    pause: !regulator || !partnerId,
  });
  const mayNotSeeMoney = money.error?.graphQLErrors.some(({ extensions }) => extensions["code"] === "duty-needed") ?? false;
  const refusals = [partner.error, consents.error, access.error, mayNotSeeMoney ? undefined : money.error].flatMap(
    (error) => (error ? [refusalOf(error)] : []),
  );
  if (!line) return { links: [], refusals };

  const money_ = (amount: { amount: string; currency: string }) =>
    new Intl.NumberFormat(i18n.locale, { style: "currency", currency: amount.currency }).format(
      amount.amount as `${number}`,
    );
  const day = (at: string | null | undefined) =>
    at ? new Intl.DateTimeFormat(i18n.locale, { dateStyle: "medium" }).format(new Date(at)) : "";
  const none = <span className="soft">{t`Nothing yet`}</span>;

  const inForce = partner.data?.partner?.certificates ?? [];
  const named = inForce.filter(({ id }) => line.certificateIds.includes(id));
  const { offering } = line;
  const sameRevision = offering?.revision === line.offeringRevision;
  const proofs = order.proofs.filter(({ orderLineId }) => orderLineId === line.id);
  const ofLine = (consents.data?.consents?.nodes ?? []).filter(({ orderLineId }) => orderLineId === line.id);
  const consentIds = new Set(ofLine.map(({ id }) => id));
  const looks = (access.data?.accessLog?.nodes ?? []).filter(({ consentId }) => consentId && consentIds.has(consentId));
  const entries = money.data?.entries ?? [];
  const payouts = money.data?.payouts?.nodes ?? [];
  const statements = money.data?.issuedStatements?.nodes ?? [];
  const balanced = sumsToZero(entries);
  const moneyState = (there: boolean) => (mayNotSeeMoney ? "unseen" : there ? "holds" : "waits");
  const looked = looks.reduce((sum, { times }) => sum + times, 0);

  const links: Link[] = [
    {
      key: "certificates",
      name: t`Certificates`,
      state: line.certificateIds.length > 0 ? "holds" : "waits",
      note: line.certificateIds.length > 0 ? t`${line.certificateIds.length} named, ${named.length} in force` : "",
      details: (
        <ul className="plain">
          {line.certificateIds.map((id) => {
            const certificate = named.find((each) => each.id === id);
            return (
              <li key={id}>
                {certificate ? (
                  <>
                    {word("aspect", certificate.aspect)} · <When at={certificate.issuedAt} style="day" /> –{" "}
                    <When at={certificate.expiresAt} style="day" />
                  </>
                ) : (
                  <Trans>Replaced since</Trans>
                )}{" "}
                <Id of={id} />
              </li>
            );
          })}
        </ul>
      ),
    },
    {
      key: "revision",
      name: t`Revision of the offering`,
      state:
        sameRevision && !line.certificateIds.every((id) => offering?.certificateIds.includes(id)) ? "broken" : "holds",
      note: apart(line.title, line.offeringRevision),
      details: (
        <>
          {line.title}, <Trans>revision {line.offeringRevision}</Trans>
          {offering?.reviewedAt && sameRevision && (
            <>
              {" · "}
              <Trans>
                reviewed <When at={offering.reviewedAt} />
              </Trans>
            </>
          )}
          {offering && !sameRevision && (
            <>
              {" · "}
              <Trans>revision {offering.revision} is on sale now</Trans>
            </>
          )}{" "}
          <Id of={line.offeringId} />
        </>
      ),
    },
    {
      key: "line",
      name: t`Line of the order`,
      state: "holds",
      note: apart(money_(line.total), day(order.placedAt)),
      details: (
        <>
          <Money of={line.total} /> · <When at={order.placedAt} /> <Id of={line.id} />
        </>
      ),
    },
    {
      key: "consent",
      name: t`Consent`,
      state: !line.consentNeeded ? "unneeded" : !regulator ? "unseen" : ofLine.length > 0 ? "holds" : "waits",
      note: !line.consentNeeded
        ? t`it asks for no data`
        : regulator
          ? ofLine.map(({ status }) => word("consent", status)).join(", ")
          : (order.consentProblem ?? ""),
      details: !line.consentNeeded ? (
        <Trans>It asks for none of the resident's data.</Trans>
      ) : !regulator ? (
        <Trans>What a resident consented to is for them, whom they permitted, and the regulator.</Trans>
      ) : ofLine.length === 0 ? (
        none
      ) : (
        ofLine.map((consent) => (
          <p key={consent.id}>
            {word("consent", consent.status)} · {consent.informationTypes.map((each) => word("data", each)).join(", ")}{" "}
            · {word("purpose", consent.purpose)} · <When at={consent.grantedAt} /> <Id of={consent.id} />
          </p>
        ))
      ),
    },
    {
      key: "access",
      name: t`Access to data`,
      state: !line.consentNeeded ? "unneeded" : !regulator ? "unseen" : looks.length > 0 ? "holds" : "waits",
      note: regulator && line.consentNeeded ? t`${looked} times` : "",
      details: !regulator ? (
        <Trans>Who looked is for the resident and the regulator.</Trans>
      ) : looks.length === 0 ? (
        none
      ) : (
        <>
          <ul className="plain">
            {looks.slice(0, 5).map((look) => (
              <li key={look.position}>
                <When at={look.decidedAt} /> · <bdi>{look.sentence}</bdi>
              </li>
            ))}
          </ul>
          {looks.length > 5 && (
            <Plural value={looks.length - 5} one="and # entry more" other="and # entries more" />
          )}
        </>
      ),
    },
    {
      key: "proof",
      name: t`Proof of the service`,
      state: proofs.length > 0 ? "holds" : "waits",
      note: day(proofs[0]?.provenAt),
      details:
        proofs.length === 0
          ? none
          : proofs.map((proof) => (
              <p key={proof.id}>
                {office("proof", proof.source)} · <When at={proof.provenAt} /> <Id of={proof.id} />{" "}
                {proof.scanId && <Id of={proof.scanId} />}
              </p>
            )),
    },
    {
      key: "entries",
      name: t`Entries in the ledger`,
      state: entries.length > 0 && !balanced ? "broken" : moneyState(entries.length > 0),
      note: entries.length > 0 ? (balanced ? t`${entries.length}, each sums to zero` : t`they do not sum to zero`) : "",
      details: mayNotSeeMoney ? (
        <Trans>Who looks after money sees this.</Trans>
      ) : entries.length === 0 ? (
        none
      ) : (
        entries.map((entry) => (
          <details key={entry.id}>
            <summary>
              {entry.kind} · <When at={entry.recordedAt} /> <Id of={entry.id} />
            </summary>
            <ul className="plain">
              {entry.postings.map((posting, index) => (
                <li key={index} className="row">
                  <span className="mono">{posting.account}</span> <Money of={posting.amount} />
                </li>
              ))}
            </ul>
          </details>
        ))
      ),
    },
    {
      key: "payout",
      name: t`Payout`,
      state: moneyState(payouts.length > 0),
      note: payouts[0] ? apart(money_(payouts[0].amount), office("payout", payouts[0].status)) : "",
      details:
        payouts.length === 0
          ? none
          : payouts.map((payout) => (
              <p key={payout.id}>
                <Money of={payout.amount} /> · {office("payout", payout.status)} ·{" "}
                <When at={payout.settledAt ?? payout.createdAt} /> <Id of={payout.id} />
              </p>
            )),
    },
    {
      key: "statement",
      name: t`Statement`,
      state: moneyState(statements.length > 0),
      note: statements[0] ? office("statement", statements[0].status) : "",
      details:
        statements.length === 0
          ? none
          : statements.map((statement) => (
              <p key={statement.id}>
                {office("statement", statement.status)} · <When at={statement.issuedAt} style="day" />{" "}
                <Id of={statement.id} />
              </p>
            )),
    },
    {
      key: "audit",
      name: t`Audit`,
      state: !regulator ? "unseen" : looks.length > 0 ? "holds" : line.consentNeeded ? "waits" : "unneeded",
      note: looks.length > 0 ? t`${looks.length} entries in the signed log` : "",
      details: regulator ? (
        <Audit positions={looks.map(({ position }) => position)} />
      ) : (
        <Trans>The regulator proves that each look stands in the signed log.</Trans>
      ),
    },
  ];
  return { links, refusals };
}
