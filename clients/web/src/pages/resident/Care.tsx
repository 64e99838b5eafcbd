import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useEffect, useState } from "react";
import { Button, Form } from "react-aria-components";
import { useQuery } from "urql";
import { Link } from "wouter";
import { Price as PriceOf } from "../../app/Price.tsx";
import { useAppearance } from "../../app/appearance.ts";
import { useWords } from "../../app/words.ts";
import { CareFacets, City, FindCare, OfferingCard, Programmes, SearchSuggestions } from "../../documents/care.ts";
import { type FragmentOf, readFragment, type ResultOf } from "../../documents/graphql.ts";
import { Choice } from "../../kit/Choice.tsx";
import { Field } from "../../kit/Field.tsx";
import { Folded } from "../../kit/Folded.tsx";
import { Distance, When } from "../../kit/formats.tsx";
import { NextPage } from "../../kit/NextPage.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Stars } from "../../kit/Stars.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { type Asked, askedOf, inAWeek, isAmount, KINDS, POPULATIONS, type Position, roughly, SORTS, STARS } from "./search.ts";

type Facets = NonNullable<ResultOf<typeof CareFacets>["offeringFacets"]>;
type Counts = readonly { value: string; count: number }[] | undefined;

const ROWS = 20;
const ROWS_EASY = 3; // to be looked at together; more are asked for
const TYPING = 250; // milliseconds without a letter, after which somebody is not typing
const FILTERS = ["population", "category", "kind", "district", "definition", "rating", "free", "priceMin", "priceMax"];

export function CarePage() {
  const { t } = useLingui();
  const [address, change] = useAddress();
  const [freeBefore] = useState(() => inAWeek(Date.now()));
  const [near, setNear] = useState<Position | null>(null);
  const asked = askedOf(address, near, freeBefore);
  const [facets] = useQuery({
    query: CareFacets,
    variables: { query: asked.query ?? null, filter: asked.filter ?? null, near: asked.near ?? null, freeBefore },
  });
  const filtered = FILTERS.some((name) => address[name]);
  return (
    <Page title={t`Find care`}>
      <Words />
      <Folded inUse={FILTERS.filter((name) => address[name]).length}>
        <Narrowing facets={facets.data?.offeringFacets ?? null} />
      </Folded>
      <Order near={near} found={setNear} />
      <div className="row soft">
        <span role="status">
          {facets.data?.offeringFacets && <Plural value={facets.data.offeringFacets.total} one="# offering" other="# offerings" />}
        </span>
        {filtered && (
          <Button
            className="react-aria-Button link"
            onPress={() => change(Object.fromEntries(FILTERS.map((name) => [name, ""])))}
          >
            <Trans>Show all again</Trans>
          </Button>
        )}
      </div>
      <Results key={JSON.stringify(asked)} asked={asked} after={null} />
    </Page>
  );
}

/** The words that are looked for, with what others are called that begin so. */
function Words() {
  const { t } = useLingui();
  const [address, change] = useAddress();
  const [text, setText] = useState(address["query"] ?? "");
  const typed = useSettled(text.trim());
  const [answer] = useQuery({ query: SearchSuggestions, variables: { text: typed }, pause: typed === "" });

  function submit(event: FormEvent) {
    event.preventDefault();
    change({ query: text.trim() });
  }

  return (
    <Form className="filters" onSubmit={submit} role="search">
      <Field
        label={t`What are you looking for?`}
        type="search"
        name="query"
        value={text}
        onChange={setText}
        suggestions={typed === "" ? [] : (answer.data?.searchSuggestions ?? []).map((each) => each.text)}
      />
      <div className="actions">
        <Button type="submit">
          <Trans>Search</Trans>
        </Button>
      </div>
    </Form>
  );
}

/** A text once nobody types any more of it. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const waiting = setTimeout(() => setSettled(text), TYPING);
    return () => clearTimeout(waiting);
  }, [text]);
  return settled;
}

/** What the search is narrowed to. Beside each choice stands how many there are of it. */
function Narrowing({ facets }: { facets: Facets | null }) {
  const { t } = useLingui();
  const word = useWords();
  const [address, change] = useAddress();
  const [city] = useQuery({ query: City });
  const population = POPULATIONS.find((each) => each === address["population"]) ?? null;
  const [programmes] = useQuery({ query: Programmes, variables: { population } });
  const week = t`Within a week`;

  const choice = (name: string, label: string, options: readonly (readonly [string, string])[], counts?: Counts) => {
    // What is chosen is all that is counted then: the others would seem to be none.
    const known = address[name] ? undefined : counts;
    const many = (value: string) => known?.find((each) => each.value === value)?.count;
    return (
      <Choice
        label={label}
        value={address[name] ?? ""}
        options={[
          { value: "", text: t`Any` },
          ...options.map(([value, text]) => ({ value, text: many(value) ? `${text} (${many(value)})` : text })),
        ]}
        onChange={(value) => change({ [name]: value })}
      />
    );
  };

  return (
    <Form className="filters" onSubmit={(event) => event.preventDefault()} aria-label={t`Narrow it`}>
      {choice(
        "population",
        t`For whom`,
        POPULATIONS.map((value) => [value, word("population", value)] as const),
        facets?.populations,
      )}
      {choice("category", t`Kind`, (city.data?.city?.categories ?? []).map(named), facets?.categories)}
      {choice("kind", t`How it is given`, KINDS.map((value) => [value, word("kind", value)] as const), facets?.kinds)}
      {choice("district", t`District`, (city.data?.city?.districts ?? []).map(named), facets?.districts)}
      {choice(
        "definition",
        t`Programme of the city`,
        (programmes.data?.serviceDefinitions ?? []).map(({ code, title }) => [code, title] as const),
      )}
      {choice("rating", t`Rated at least`, STARS.map((value) => [value, t`${value} of 5`] as const))}
      {choice(
        "free",
        t`A free time`,
        [["week", week]],
        facets ? [{ value: "week", count: facets.free }] : undefined,
      )}
      <Price name="priceMin" label={t`Price at least`} />
      <Price name="priceMax" label={t`Price at most`} />
    </Form>
  );
}

const named = ({ code, name }: { code: string; name: string }) => [code, name] as const;

function Price({ name, label }: { name: string; label: string }) {
  const { t } = useLingui();
  const [address, change] = useAddress();
  const inForce = address[name] ?? "";
  const [text, setText] = useState(inForce);
  useEffect(() => setText(inForce), [inForce]);
  const wrong = isAmount(text.trim()) ? undefined : t`Write digits alone, such as 200 or 99.50`;
  const take = () => wrong === undefined && text.trim() !== inForce && change({ [name]: text.trim() });
  return (
    <Field
      label={label}
      name={name}
      inputMode="decimal"
      value={text}
      onChange={setText}
      onBlur={take}
      onKeyDown={(event) => event.key === "Enter" && take()}
      wrong={wrong}
    />
  );
}

/** In which order they come. By distance needs where somebody is, which is asked of their device then, and not kept. */
function Order({ near, found }: { near: Position | null; found: (at: Position) => void }) {
  const { t } = useLingui();
  const word = useWords();
  const [address, change] = useAddress();
  const [lost, setLost] = useState(false);
  const byDistance = address["sort"] === "DISTANCE";
  const needsIt = byDistance && near === null && !lost;

  useEffect(() => {
    if (!needsIt) return;
    if (!("geolocation" in navigator)) {
      setLost(true);
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => found(roughly(coords)),
      () => setLost(true),
      { maximumAge: 300_000, timeout: 15_000 },
    );
  }, [needsIt, found]);

  return (
    <>
      <Choice
        label={t`In which order`}
        value={SORTS.find((each) => each === address["sort"]) ?? ""}
        options={[
          { value: "", text: address["query"] ? word("sort", "RELEVANCE") : word("sort", "NEWEST") },
          ...SORTS.filter((each) => each !== (address["query"] ? "RELEVANCE" : "NEWEST"))
            .filter((each) => each !== "RELEVANCE")
            .map((value) => ({ value, text: word("sort", value) })),
        ]}
        onChange={(sort) => {
          setLost(false);
          change({ sort });
        }}
      />
      {byDistance && lost && (
        <Notice tone="warn" title={t`Your device does not say where you are`}>
          <p>
            <Trans>Permit it in your browser and choose the order again, or choose a district.</Trans>
          </p>
        </Notice>
      )}
    </>
  );
}

function Results({ asked, after }: { asked: Asked; after: string | null }) {
  const { easy } = useAppearance();
  const first = easy ? ROWS_EASY : ROWS;
  const [answer, again] = useQuery({ query: FindCare, variables: { ...asked, first, after } });
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
            {after === null && edges[0] && <Corrected of={edges[0].node} />}
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

/** What was looked for instead of words that nobody has. */
function Corrected({ of }: { of: FragmentOf<typeof OfferingCard> }) {
  const corrections = readFragment(OfferingCard, of).explain?.corrections ?? [];
  return corrections.map(({ word, searched }) => (
    <p key={word} role="status">
      <Trans>
        Nobody has “{word}”. This is what there is of “{searched}”.
      </Trans>
    </p>
  ));
}

function Card({ of }: { of: FragmentOf<typeof OfferingCard> }) {
  const offering = readFragment(OfferingCard, of);
  const [address] = useAddress();
  const { step, whose } = address; // what it is looked for, and for whom
  const { explain, partner } = offering;
  return (
    <li>
      <Link href={`/care/${offering.id}${step ? `?${new URLSearchParams({ step, whose: whose ?? "" })}` : ""}`} className="card">
        <h2>{offering.title}</h2>
        <div className="soft">{partner?.name}</div>
        {offering.pilot && <TriedOut of={offering.pilot} />}
        {partner?.measures?.rating && <Stars rating={partner.measures.rating} reviews={partner.measures.reviews} />}
        {explain?.site && explain.distanceMetres !== null && (
          <div>
            {explain.site.name} · <Distance metres={explain.distanceMetres} />
          </div>
        )}
        {explain?.nextFreeAt && (
          <div>
            <Trans>
              Free from <When at={explain.nextFreeAt} />
            </Trans>
          </div>
        )}
        <div className="big">
          <PriceOf of={offering} />
        </div>
      </Link>
    </li>
  );
}

/** Where it is tried out before everybody may order it, and until when. */
function TriedOut({ of }: { of: { districts: readonly string[]; endsAt: string | null } }) {
  const [city] = useQuery({ query: City });
  const known = city.data?.city?.districts ?? [];
  const where = of.districts.map((code) => known.find((each) => each.code === code)?.name ?? code).join(", ");
  return (
    <div>
      <span className="tag warn">
        {of.endsAt ? (
          <Trans>
            Being tried out in {where} until <When at={of.endsAt} style="day" />
          </Trans>
        ) : (
          <Trans>Being tried out in {where}</Trans>
        )}
      </span>
    </div>
  );
}
