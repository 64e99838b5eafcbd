import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { useQuery } from "urql";
import { useAddress } from "../../kit/useAddress.ts";
import { useWhose } from "../../app/whose.ts";
import { useWords } from "../../app/words.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { SeriesOf } from "../../documents/residentRecord.ts";
import { Choice } from "../../kit/Choice.tsx";
import { unitOf } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Trend } from "../../kit/Trend.tsx";
import { Whose } from "../../kit/Whose.tsx";

type Series = NonNullable<ResultOf<typeof SeriesOf>["series"]>;
const DAY = 24 * 60 * 60 * 1_000;
const PERIODS = { "90": 90, "365": 365, "1826": 1_826 } as const;

/** What was measured of one thing over time: the picture in a result, or a page of its own. */
export function TrendOf(props: { residentId: string; code: string; system: string | null; since?: string | null }) {
  const { t } = useLingui();
  const { residentId, code, system, since = null } = props;
  const [answer, again] = useQuery({ query: SeriesOf, variables: { residentId, code, system, since } });
  return (
    <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
      {({ series }) =>
        series && series.points.length > 0 ? <Picture of={series} /> : <p className="soft">{t`No number was measured.`}</p>
      }
    </Shown>
  );
}

function Picture({ of }: { of: Series }) {
  const { t, i18n } = useLingui();
  const word = useWords();
  const latest = of.points.at(-1);
  const unit = unitOf(of.unit);
  const day = latest ? new Intl.DateTimeFormat(i18n.locale, { dateStyle: "long" }).format(new Date(latest.at)) : "";
  const direction = of.trend ? word("trend", of.trend) : "";
  return (
    <>
      {of.trend && (
        <p>
          <strong>{direction}</strong>
        </p>
      )}
      <Trend
        says={t`${of.name}, ${of.points.length} values, the last ${latest?.value ?? ""} ${unit} on ${day}. ${direction}`}
        unit={unit}
        points={of.points.map((point, index) => ({
          key: `${point.recordId} ${index}`,
          at: point.at,
          value: point.value,
          low: point.low,
          high: point.high,
          outside: point.interpretation !== null && point.interpretation !== "NORMAL",
          from: point.selfReported ? t`Entered at home` : point.byDevice ? t`A device at home` : (point.institution?.name ?? ""),
        }))}
      />
      {of.leftOut > 0 && (
        <p className="soft">
          <Plural
            value={of.leftOut}
            one="# value is not shown: it is no number, or in a unit that cannot be compared."
            other="# values are not shown: they are no numbers, or in a unit that cannot be compared."
          />
        </p>
      )}
      {of.more && (
        <p className="soft">
          <Trans>Older values are not in the picture.</Trans>
        </p>
      )}
    </>
  );
}

export function TrendPage() {
  const { t } = useLingui();
  const { person } = useWhose();
  const [fields, change] = useAddress();
  const { code = "", system = "", days = "" } = fields;
  const since = useMemo(() => {
    const period = PERIODS[days as keyof typeof PERIODS];
    return period ? new Date(Date.now() - period * DAY).toISOString() : null;
  }, [days]);
  const [answer] = useQuery({
    query: SeriesOf,
    variables: { residentId: person.id, code, system: system || null, since },
    pause: code === "",
  });
  return (
    <Page title={answer.data?.series?.name || t`Over time`} narrow back={{ to: "/record", text: t`My record` }}>
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        <Whose />
        <Choice
          label={t`Period`}
          value={days}
          options={[
            { value: "", text: t`All of it` },
            { value: "90", text: t`Three months` },
            { value: "365", text: t`A year` },
            { value: "1826", text: t`Five years` },
          ]}
          onChange={(value) => change({ days: value })}
        />
      </form>
      {code === "" ? (
        <Notice tone="warn" title={t`Choose a result in your record first`} />
      ) : (
        <TrendOf residentId={person.id} code={code} system={system || null} since={since} />
      )}
    </Page>
  );
}
