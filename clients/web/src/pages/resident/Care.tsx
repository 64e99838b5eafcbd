import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { useQuery } from "urql";
import { Link, useLocation, useSearch } from "wouter";
import { useWords } from "../../app/words.ts";
import { City, FindCare, OfferingCard } from "../../documents/care.ts";
import { type FragmentOf, readFragment, type VariablesOf } from "../../documents/graphql.ts";
import { Choice } from "../../kit/Choice.tsx";
import { Field } from "../../kit/Field.tsx";
import { Money } from "../../kit/formats.tsx";
import { NextPage } from "../../kit/NextPage.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";

type Wanted = VariablesOf<typeof FindCare>;
const POPULATIONS = ["HYPERTENSION", "DIABETES", "MATERNAL", "INFANT", "ELDERLY"] as const;

/** What is looked for stands in the address, so that it can be kept, sent, and gone back to. */
function useWanted() {
  const search = new URLSearchParams(useSearch());
  const [, go] = useLocation();
  const change = (changes: Record<string, string>) => {
    for (const [name, value] of Object.entries(changes)) {
      if (value) search.set(name, value);
      else search.delete(name);
    }
    go(`/care?${search}`, { replace: true });
  };
  return { wanted: Object.fromEntries(search) as Record<string, string>, change };
}

export function CarePage() {
  const { t } = useLingui();
  const word = useWords();
  const { wanted, change } = useWanted();
  const [text, setText] = useState(wanted["query"] ?? "");
  const [city] = useQuery({ query: City });
  const any = { value: "", text: t`Any` };
  const named = (things: readonly { code: string; name: string }[]) => [
    any,
    ...things.map((thing) => ({ value: thing.code, text: thing.name })),
  ];

  function submit(event: FormEvent) {
    event.preventDefault();
    change({ query: text.trim() });
  }

  return (
    <Page title={t`Find care`}>
      <Form className="filters" onSubmit={submit} role="search">
        <Field label={t`What are you looking for?`} type="search" name="query" value={text} onChange={setText} />
        <Choice
          label={t`For whom`}
          value={wanted["population"] ?? ""}
          options={[any, ...POPULATIONS.map((value) => ({ value, text: word("population", value) }))]}
          onChange={(population) => change({ population })}
        />
        <Choice
          label={t`Kind`}
          value={wanted["category"] ?? ""}
          options={named(city.data?.city?.categories ?? [])}
          onChange={(category) => change({ category })}
        />
        <Choice
          label={t`District`}
          value={wanted["district"] ?? ""}
          options={named(city.data?.city?.districts ?? [])}
          onChange={(district) => change({ district })}
        />
        <div className="actions">
          <Button type="submit">
            <Trans>Search</Trans>
          </Button>
        </div>
      </Form>
      <Results wanted={wanted as Wanted} after={null} />
    </Page>
  );
}

function Results({ wanted, after }: { wanted: Wanted; after: string | null }) {
  const [answer, again] = useQuery({ query: FindCare, variables: { ...wanted, after } });
  return (
    <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
      {(data) => {
        const edges = data.offerings?.edges ?? [];
        return (
          <>
            {edges.length === 0 && after === null && (
              <p role="status">
                <Trans>Nothing was found. Try fewer words, or another district.</Trans>
              </p>
            )}
            <ul className="tiles">
              {edges.map((edge, index) => (
                <Card key={index} of={edge.node} />
              ))}
            </ul>
            <NextPage info={data.offerings?.pageInfo} next={(after) => <Results wanted={wanted} after={after} />} />
          </>
        );
      }}
    </Shown>
  );
}

function Card({ of }: { of: FragmentOf<typeof OfferingCard> }) {
  const offering = readFragment(OfferingCard, of);
  return (
    <li>
      <Link href={`/care/${offering.id}`} className="card">
        <h2>{offering.title}</h2>
        <div className="soft">{offering.partner?.name}</div>
        <div className="big">
          <Money of={offering.price} />
        </div>
      </Link>
    </li>
  );
}
