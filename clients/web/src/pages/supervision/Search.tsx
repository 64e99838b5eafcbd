import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { useQuery } from "urql";
import { Link, useLocation } from "wouter";
import { useSession } from "../../app/session.ts";
import { Partners } from "../../documents/decisions.ts";
import { Field } from "../../kit/Field.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { useSupervisionWords } from "./words.ts";

const AN_ID = /^([a-z]{3})_[0-9a-f-]{32,36}$/;

/** Where a thing of each kind is shown, by how its id begins; what is shown among others is looked for there. */
const PAGES: Readonly<Record<string, (id: string, role: string | null) => string | null>> = {
  ord: (id) => `/chain/${id}`,
  par: (id) => `/partners/${id}`,
  pot: () => "/money/payouts",
  stm: () => "/money/statements",
  dis: () => "/money/disputes",
  brk: () => "/money/breaks",
  mca: () => "/money/cases",
  ppl: () => "/money/approvals",
  adj: () => "/money/adjustments",
  off: (_, role) => (role === "OPERATOR" ? "/desk/offerings" : null),
  rev: (_, role) => (role === "OPERATOR" ? "/desk/reviews" : null),
  cmp: (_, role) => (role === "OPERATOR" ? "/desk/complaints" : "/approvals/complaints"),
  src: () => "/sources",
  tpl: (_, role) => (role === "OPERATOR" ? "/desk/templates" : "/approvals/templates"),
  prj: (_, role) => (role === "OPERATOR" ? "/desk/projects" : "/approvals/projects"),
  cer: () => "/partners",
  frz: (_, role) => (role === "REGULATOR" ? "/freezes" : "/partners"),
  con: (_, role) => (role === "REGULATOR" ? "/log" : null),
  dec: (_, role) => (role === "REGULATOR" ? "/log" : null),
};

/** One field for all: what has an id is opened by it, partners are found by their name, too. */
export function SearchPage() {
  const { t } = useLingui();
  const { role } = useSession();
  const [, go] = useLocation();
  const [address, change] = useAddress();
  const wanted = address["q"] ?? "";
  const [text, setText] = useState(wanted);

  function submit(event: FormEvent) {
    event.preventDefault();
    const said = text.trim();
    const page = pageOf(said, role);
    if (page && page.includes(said)) go(page);
    else change({ q: said });
  }

  return (
    <Page title={t`Search`}>
      <Form className="filters" onSubmit={submit} role="search">
        <Field
          label={t`Number of anything, or the name of a partner`}
          hint={t`An order begins with ord_, a partner with par_, a payout with pot_.`}
          type="search"
          name="q"
          value={text}
          onChange={setText}
        />
        <div className="actions">
          <Button type="submit">
            <Trans>Search</Trans>
          </Button>
        </div>
      </Form>
      {wanted && (AN_ID.test(wanted) ? <ById id={wanted} /> : <ByName name={wanted} />)}
    </Page>
  );
}

function pageOf(id: string, role: string | null): string | null {
  const kind = AN_ID.exec(id)?.[1];
  return kind ? (PAGES[kind]?.(id, role) ?? null) : null;
}

function ById({ id }: { id: string }) {
  const { t } = useLingui();
  const { role } = useSession();
  const page = pageOf(id, role);
  if (!page) return <Notice tone="warn" title={t`Things of this kind have no page of yours`} />;
  return (
    <p>
      <Link href={page}>
        <Trans>Open the page that it is on</Trans>
      </Link>
    </p>
  );
}

function ByName({ name }: { name: string }) {
  const { word } = useSupervisionWords();
  const [answer, ask] = useQuery({ query: Partners, variables: { name, first: 20 } });
  return (
    <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
      {({ partners }) => (
        <ul className="list">
          {partners?.nodes.map((partner) => (
            <li key={partner.id}>
              <Link href={`/partners/${partner.id}`} className="card">
                <div className="row">
                  <h2>{partner.name}</h2>
                  <span className="tag">{word("partner", partner.status)}</span>
                </div>
                <div className="soft">{word("partnerKind", partner.kind)}</div>
              </Link>
            </li>
          ))}
          {partners?.nodes.length === 0 && (
            <li className="soft">
              <Trans>Nothing was found. A name is found by its beginning.</Trans>
            </li>
          )}
        </ul>
      )}
    </Shown>
  );
}
