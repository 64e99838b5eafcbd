import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect } from "react";
import { useQuery } from "urql";
import { Link } from "wouter";
import { useWords } from "../../app/words.ts";
import { type FragmentOf, readFragment, type ResultOf, type VariablesOf } from "../../documents/graphql.ts";
import { Timeline, TimelineItemParts } from "../../documents/residentRecord.ts";
import { Numeral, When } from "../../kit/formats.tsx";
import { NextPage } from "../../kit/NextPage.tsx";
import { Shown } from "../../kit/Shown.tsx";

export type Asked = Omit<VariablesOf<typeof Timeline>, "residentId" | "after">;
export type Item = ResultOf<typeof TimelineItemParts>;
type Node = NonNullable<ResultOf<typeof Timeline>["timeline"]>["nodes"][number];

interface Props {
  residentId: string;
  asked: Asked;
  /** What is said where there is nothing. */
  empty: string;
  after?: string | null;
  /** Does it stand below a title of its own? */
  below?: boolean;
  /** Whose things these are, for who wants to choose among them. */
  onInstitutions?: (names: Record<string, string>) => void;
}

/** A resident's record, or what of it is asked for, the newest first. */
export function TimelineList({ residentId, asked, empty, after = null, below = false, onInstitutions }: Props) {
  const [answer, again] = useQuery({ query: Timeline, variables: { residentId, after, ...asked } });
  const nodes = answer.data?.timeline?.nodes;
  useEffect(() => {
    const institutions = (nodes ?? []).flatMap(({ item }) => readFragment(TimelineItemParts, item).institution ?? []);
    if (institutions.length > 0) onInstitutions?.(Object.fromEntries(institutions.map(({ id, name }) => [id, name])));
  }, [nodes]); // who listens is not asked again
  return (
    <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
      {(data) => (
        <>
          {data.timeline?.nodes.length === 0 && after === null && <p role="status">{empty}</p>}
          <ol className="list">
            {(data.timeline?.nodes ?? []).map((node, index) => (
              <Entry key={index} of={node} below={below} />
            ))}
          </ol>
          <NextPage
            info={data.timeline?.pageInfo}
            next={(next) => (
              <TimelineList
                residentId={residentId}
                asked={asked}
                empty={empty}
                after={next}
                below={below}
                {...(onInstitutions ? { onInstitutions } : {})}
              />
            )}
          />
        </>
      )}
    </Shown>
  );
}

function Entry({ of, below }: { of: Node; below: boolean }) {
  const item = readFragment(TimelineItemParts, of.item);
  return (
    <li className="card">
      <Head item={item} below={below} />
      <Values of={item} />
      <Belonging to={item} items={of.items} more={of.moreItems} />
    </li>
  );
}

function Head({ item, below }: { item: Item; below: boolean }) {
  const word = useWords();
  const Title = below ? "h3" : "h2";
  return (
    <>
      <div className="row">
        <Title>
          <Link href={`/record/items/${item.id}`}>{item.title}</Link>
        </Title>
        <When at={item.effectiveAt} style="day" />
      </div>
      <div className="soft">
        <Whence of={item} /> · {word("timeline", item.kind)}
        {item.state && <> · {word("state", item.state)}</>}
      </div>
    </>
  );
}

/** Whose word something is. */
export function Whence({ of }: { of: { institution: { name: string } | null; selfReported: boolean; byDevice: boolean } }) {
  if (of.selfReported) return <Trans>Entered at home</Trans>;
  if (of.byDevice) return <Trans>Measured by a device at home</Trans>;
  return <>{of.institution?.name}</>;
}

function Values({ of }: { of: Item }) {
  const word = useWords();
  return (
    <>
      {of.values.map((value, index) => (
        <p key={index}>
          {of.values.length > 1 && <>{value.name}: </>}
          <strong>
            <Numeral of={value.value} />
          </strong>{" "}
          {value.unit}{" "}
          {value.interpretation && value.interpretation !== "NORMAL" && (
            <span className="tag warn">{word("interpretation", value.interpretation)}</span>
          )}
        </p>
      ))}
    </>
  );
}

/** What belongs to a visit. */
export function Belonging(props: { to: Item; items: readonly FragmentOf<typeof TimelineItemParts>[]; more: boolean }) {
  const { t } = useLingui();
  const word = useWords();
  if (props.items.length === 0) return null;
  return (
    <ul className="within" aria-label={t`What belongs to it`}>
      {props.items.map((each, index) => {
        const item = readFragment(TimelineItemParts, each);
        const [value] = item.values;
        return (
          <li key={index}>
            <Link href={`/record/items/${item.id}`}>
              {word("timeline", item.kind)}: {item.title}
              {value && item.values.length === 1 && (
                <>
                  {" "}
                  <Numeral of={value.value} /> {value.unit}
                </>
              )}
            </Link>
          </li>
        );
      })}
      {props.more && (
        <li>
          <Link href={`/record/visits/${props.to.id}`}>
            <Trans>All that belongs to it</Trans>
          </Link>
        </li>
      )}
    </ul>
  );
}
