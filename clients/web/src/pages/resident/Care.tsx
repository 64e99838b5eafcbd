import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { useQuery } from "urql";
import { Link } from "wouter";
import { useWords } from "../../app/words.ts";
import { City, FindCare, OfferingCard, Programmes } from "../../documents/care.ts";
import { type FragmentOf, readFragment, type VariablesOf } from "../../documents/graphql.ts";
import { Choice } from "../../kit/Choice.tsx";
import { Field } from "../../kit/Field.tsx";
import { Money } from "../../kit/formats.tsx";
import { NextPage } from "../../kit/NextPage.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Stars } from "../../kit/Stars.tsx";
import { useAddress } from "../../kit/useAddress.ts";

type Asked = Omit<VariablesOf<typeof FindCare>, "after">;
const POPULATIONS = ["HYPERTENSION", "DIABETES", "MATERNAL", "INFANT", "ELDERLY"] as const;

export function CarePage() {
  const { t } = useLingui();
  const word = useWords();
  const [wanted, change] = useAddress();
  const [text, setText] = useState(wanted["query"] ?? "");
  const population = POPULATIONS.find((each) => each === wanted["population"]) ?? null;
  const [city] = useQuery({ query: City });
  const [programmes] = useQuery({ query: Programmes, variables: { population } });
  const [price, setPrice] = useState(wanted["priceMax"] ?? "");
  const asked: Asked = {
    query: wanted["query"] || null,
    category: wanted["category"] || null,
    population,
    district: wanted["district"] || null,
    definition: wanted["definition"] || null,
    priceMax: wanted["priceMax"] || null,
  };
  const any = { value: "", text: t`Any` };
  const named = (things: readonly { code: string; name: string }[]) => [
    any,
    ...things.map((thing) => ({ value: thing.code, text: thing.name })),
  ];

  function submit(event: FormEvent) {
    event.preventDefault();
    change({ query: text.trim(), priceMax: price.trim() });
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
        <Choice
          label={t`Programme of the city`}
          value={wanted["definition"] ?? ""}
          options={[
            any,
            ...(programmes.data?.serviceDefinitions ?? []).map(({ code, title }) => ({ value: code, text: title })),
          ]}
          onChange={(definition) => change({ definition })}
        />
        <Field label={t`Price at most`} name="priceMax" inputMode="decimal" value={price} onChange={setPrice} />
        <div className="actions">
          <Button type="submit">
            <Trans>Search</Trans>
          </Button>
        </div>
      </Form>
      <Results key={JSON.stringify(asked)} asked={asked} after={null} />
    </Page>
  );
}

function Results({ asked, after }: { asked: Asked; after: string | null }) {
  const [answer, again] = useQuery({ query: FindCare, variables: { ...asked, after } });
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
            <NextPage info={data.offerings?.pageInfo} next={(next) => <Results asked={asked} after={next} />} />
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
        {offering.partner?.measures?.rating && (
          <Stars rating={offering.partner.measures.rating} reviews={offering.partner.measures.reviews} />
        )}
        <div className="big">
          <Money of={offering.price} />
        </div>
      </Link>
    </li>
  );
}
