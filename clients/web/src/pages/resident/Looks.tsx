import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Checkbox } from "react-aria-components";
import { useClient, useQuery } from "urql";
import { Link } from "wouter";
import { carryOut } from "../../app/client.ts";
import { useWhose } from "../../app/whose.ts";
import { useWords } from "../../app/words.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { Orders } from "../../documents/orders.ts";
import { RevokeConsent, WhoLooked } from "../../documents/trust.ts";
import { Act } from "../../kit/Act.tsx";
import { Choice } from "../../kit/Choice.tsx";
import { Export, EXPORTED_MOST } from "../../kit/Export.tsx";
import { Field } from "../../kit/Field.tsx";
import { Finer, Folded } from "../../kit/Folded.tsx";
import { When } from "../../kit/formats.tsx";
import { NextPage } from "../../kit/NextPage.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { everyRow } from "../../kit/useRows.ts";
import { Whose } from "../../kit/Whose.tsx";

type Look = NonNullable<ResultOf<typeof WhoLooked>["accessLog"]>["nodes"][number];
const KINDS = ["READ", "INGEST", "SCAN", "EMERGENCY", "CONSENT", "POLICY", "LOOK", "REFUSALS", "CITY"] as const;
const OWN = "OWN_RECORD";
const ROWS_OF_A_PAGE = 100; // of a file
const ORDERS_SHOWN = 3;
const DAY = 24 * 60 * 60 * 1_000;

interface Asked {
  residentId: string;
  kind: (typeof KINDS)[number] | null;
  since: string | null;
  until: string | null;
}

const startOf = (day: string | undefined, later = 0): string | null => {
  const at = Date.parse(`${day ?? ""}T00:00`);
  return Number.isNaN(at) ? null : new Date(at + later).toISOString();
};

export function LooksPage() {
  const { t } = useLingui();
  const word = useWords();
  const { person } = useWhose();
  const [fields, change] = useAddress();
  const kind = KINDS.find((each) => each === fields["kind"]) ?? null;
  const since = startOf(fields["since"]);
  const until = startOf(fields["until"], DAY);
  const own = fields["own"] === "yes";
  return (
    <Page title={t`Who looked`} narrow>
      <p>
        <Trans>Everybody who asked for your data is here, and whether they got it. Nobody can remove a line.</Trans>
      </p>
      <form className="filters" onSubmit={(event) => event.preventDefault()} aria-label={t`What to show`}>
        <Whose />
        <Folded inUse={[kind, since, until, own].filter(Boolean).length}>
          <Choice
            label={t`Kind`}
            value={kind ?? ""}
            options={[{ value: "", text: t`Any` }, ...KINDS.map((each) => ({ value: each, text: word("access", each) }))]}
            onChange={(value) => change({ kind: value })}
          />
          <Field label={t`From`} type="date" value={fields["since"] ?? ""} onChange={(value) => change({ since: value })} />
          <Field label={t`Until`} type="date" value={fields["until"] ?? ""} onChange={(value) => change({ until: value })} />
          <Checkbox isSelected={own} onChange={(shown) => change({ own: shown ? "yes" : "" })}>
            <Trans>My own looks, too</Trans>
          </Checkbox>
        </Folded>
      </form>
      <Looks
        key={`${person.id} ${kind} ${since} ${until}`}
        asked={{ residentId: person.id, kind, since, until }}
        own={own}
        after={null}
      />
      <Finer label={t`As a file`}>
        <LooksAsFile {...{ residentId: person.id, kind, since, until }} />
      </Finer>
    </Page>
  );
}

/** Who looked, as somebody shows it to whom they complain; with their own looks, for it is the log as it is. */
function LooksAsFile(asked: Asked) {
  const { t } = useLingui();
  const word = useWords();
  const client = useClient();
  return (
    <Export
      file="yima-who-looked"
      rows={() => everyRow(client, WhoLooked, { ...asked, first: ROWS_OF_A_PAGE }, (data) => data.accessLog, EXPORTED_MOST)}
      columns={[
        { key: "position", title: t`Line of the log`, value: ({ position }) => position },
        { key: "at", title: t`When`, value: ({ decidedAt }) => decidedAt },
        { key: "lastAt", title: t`Last`, value: ({ lastAt }) => lastAt },
        { key: "times", title: t`Times`, value: ({ times }) => times },
        { key: "who", title: t`Who`, value: ({ institution, partner }) => institution?.name ?? partner?.name },
        { key: "kind", title: t`Kind`, value: ({ kind }) => word("access", kind) },
        { key: "what", title: t`What happened`, value: ({ sentence }) => sentence },
        { key: "permitted", title: t`Got it`, value: ({ permitted }) => (permitted ? t`Yes` : t`No`) },
      ]}
    />
  );
}

function Looks({ asked, own, after }: { asked: Asked; own: boolean; after: string | null }) {
  const [answer, ask] = useQuery({ query: WhoLooked, variables: { ...asked, after } });
  const again = () => ask({ requestPolicy: "network-only" });
  return (
    <Shown answer={answer} again={again}>
      {(data) => {
        const { nodes = [], pageInfo } = data.accessLog ?? {};
        const shown = nodes.filter((look) => own || look.reason !== OWN);
        return (
          <>
            {nodes.length === 0 && after === null && (
              <p role="status">
                <Trans>Nobody has looked yet.</Trans>
              </p>
            )}
            {shown.length === 0 && nodes.length > 0 && (
              <p role="status">
                <Trans>Only you looked, or whoever acts for you.</Trans>
              </p>
            )}
            <ol className="list">
              {shown.map((look) => (
                <li key={look.position} className="card">
                  <OneLook of={look} again={again} />
                </li>
              ))}
            </ol>
            <NextPage info={pageInfo} next={(next) => <Looks asked={asked} own={own} after={next} />} />
          </>
        );
      }}
    </Shown>
  );
}

function OneLook({ of, again }: { of: Look; again: () => void }) {
  const { t } = useLingui();
  const [doubts, setDoubts] = useState(false);
  const who = of.institution?.name ?? of.partner?.name ?? (of.reason === OWN ? t`You, or whoever acts for you` : t`The platform`);
  return (
    <>
      <div className="row">
        <strong>{who}</strong>
        <When at={of.lastAt} />
      </div>
      <p dir="auto">{of.sentence}</p>
      {!of.permitted && <span className="tag bad">{t`Refused`}</span>}
      <details onToggle={(event) => setDoubts(event.currentTarget.open)}>
        <summary>
          <Trans>This was not me, or should not have been</Trans>
        </summary>
        {doubts && (of.reason === OWN ? <NotMine /> : <Objecting to={of} again={again} />)}
      </details>
    </>
  );
}

/** Somebody else used the resident's own account. */
function NotMine() {
  const { t } = useLingui();
  return (
    <Notice tone="warn" title={t`Then somebody else may know your password`}>
      <p>
        <Link href="/settings/security">
          <Trans>Change it, and end all your sessions</Trans>
        </Link>
      </p>
    </Notice>
  );
}

/** What can be done about a look, by what it was. */
function Objecting({ to, again }: { to: Look; again: () => void }) {
  const { t } = useLingui();
  const { person } = useWhose();
  const partnerId = to.partner?.id ?? null;
  const [answer] = useQuery({
    query: Orders,
    variables: { first: ORDERS_SHOWN, residentId: person.id, partnerId },
    pause: partnerId === null,
  });
  const orders = answer.data?.orders?.nodes ?? [];
  const about = new URLSearchParams({ about: to.sentence });
  return (
    <>
      {to.consentId && to.permitted && (
        <>
          <p>
            <Trans>You had agreed to it. If you take that back, they see nothing more from now on.</Trans>
          </p>
          <Act
            text={t`Take my agreement back`}
            tone="danger"
            act={async (key) => {
              await carryOut(RevokeConsent, "revokeConsent", { id: to.consentId ?? "", reason: t`It was not me`, key });
              again();
            }}
          />
        </>
      )}
      {partnerId && to.kind === "INGEST" && (
        <p>
          <Link href={`/record?institution=${encodeURIComponent(partnerId)}`}>
            <Trans>Look at what they added, and say what is wrong in it</Trans>
          </Link>
        </p>
      )}
      {orders.map((order) => (
        <p key={order.id}>
          <Link href={`/orders/${order.id}/complain?${about}`}>
            <Trans>Complain about it, with your order of {order.lines.map((line) => line.title).join(", ")}</Trans>
          </Link>
        </p>
      ))}
      {partnerId && orders.length === 0 && to.kind !== "INGEST" && !to.consentId && (
        <p>
          <Trans>
            No agreement of yours let them see anything. An emergency is reviewed by their institution, and audited by
            the regulator.
          </Trans>
        </p>
      )}
    </>
  );
}
