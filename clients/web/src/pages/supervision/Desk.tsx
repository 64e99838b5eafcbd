import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { DraftOf } from "../../kit/drafts.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Age } from "../../kit/formats.tsx";
import { Loading } from "../../kit/Loading.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import type { Rows } from "../../kit/useRows.ts";

interface Case {
  id: string;
  heading: ReactNode;
  /** Since when it waits, where that is known. */
  since?: string | null;
  facts: readonly (readonly [string, ReactNode])[];
  /** More than facts say. */
  more?: ReactNode;
  /** What may be decided. */
  acts: ReactNode;
}

interface Props<Row> {
  title: string;
  /** How to decide, in a sentence. */
  lead: string;
  of: Rows<Row>;
  show: (row: Row) => Case;
}

/** A pile of cases of one kind that wait for a decision: each with what there is to know of it, and what may be done. */
export function Desk<Row>({ title, lead, of, show }: Props<Row>) {
  const { t } = useLingui();
  return (
    <Page title={title} back={{ to: "/", text: t`What waits` }}>
      <p>{lead}</p>
      <Cases of={of} show={show} />
    </Page>
  );
}

export function Cases<Row>({ of, show }: Pick<Props<Row>, "of" | "show">) {
  const cases = of.rows.map(show);
  return (
    <>
      <Refused refusal={of.refusal} />
      {of.loading && <Loading />}
      {!of.loading && !of.refusal && cases.length === 0 && (
        <p role="status">
          <Trans>Nothing waits here.</Trans>
        </p>
      )}
      <ul className="list">
        {cases.map(({ id, heading, since, facts, more, acts }) => (
          <li key={id} className="card" data-case={id}>
            <div className="row">
              <h2>{heading}</h2>
              {since && <Age since={since} />}
            </div>
            <Facts of={facts} />
            {more}
            <div className="actions">
              <DraftOf.Provider value={`${id}:`}>{acts}</DraftOf.Provider>
            </div>
          </li>
        ))}
      </ul>
      {of.hasMore && (
        <p className="actions">
          <Button className="react-aria-Button quiet" isPending={of.fetching} onPress={() => void of.more()}>
            <Trans>Show more</Trans>
          </Button>
        </p>
      )}
    </>
  );
}
