// How the city does: partners by the four levels of data, and month by month what orders come to, to whom their money
// goes, and how residents' data is used.

import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "react-aria-components";
import { useQuery } from "urql";
import { useWords } from "../../app/words.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { DataUse, Indicators } from "../../documents/indicators.ts";
import { Bars } from "../../kit/Bars.tsx";
import { csvOf, save } from "../../kit/csv.ts";
import { Money } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Lines } from "./AboutPartner.tsx";
import { KindAndDistrict, useKindAndDistrict } from "./KindAndDistrict.tsx";

const DRAWN_MOST = 3; // parts of a bar that are told apart by their colours
const SHARES = ["PARTNERS", "PLATFORM", "OTHERS"] as const;
type Data = NonNullable<ResultOf<typeof Indicators>["indicators"]>;
type MoneyMonth = Data["moneyMonths"][number];
type Use = NonNullable<ResultOf<typeof DataUse>["dataUse"]>[number];

export function IndicatorsPage() {
  const { t } = useLingui();
  const { kind, district } = useKindAndDistrict();
  const [answer, ask] = useQuery({ query: Indicators, variables: { kind, district } });
  return (
    <Page title={t`Indicators of the city`}>
      <KindAndDistrict districts={answer.data?.city?.districts} />
      <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
        {({ indicators }) => indicators && <About of={indicators} />}
      </Shown>
      <DataUsed />
    </Page>
  );
}

function About({ of }: { of: Data }) {
  const { t, i18n } = useLingui();
  const level = useLevels();
  const written = new Intl.NumberFormat(i18n.locale);
  const levels = of.levels.map((each) => ({ name: level(each.level), partners: each.partners }));
  const parts = [t`Served`, t`Called off`, t`Under way`];
  const months = of.orderMonths;
  const head = [t`Month`, ...parts, t`Left out`];
  const rows = months.map((each) => [each.month, each.served, each.calledOff, each.underWay, each.withheld]);
  return (
    <>
      <h2>
        <Trans>Partners by level of data</Trans>
      </h2>
      <p>{t`Active partners: ${written.format(of.partners)}. One may be on several levels.`}</p>
      <Bars
        says={levels.map(({ name, partners }) => `${name}: ${written.format(partners)}`).join(", ")}
        parts={[t`Partners`]}
        bars={levels.map(({ name, partners }) => ({ key: name, name, values: [partners] }))}
      />
      <Lines
        label={t`Partners by level of data`}
        head={[t`Level`, t`Partners`]}
        rows={levels.map(({ name, partners }) => [name, name, written.format(partners)])}
      />
      <Exports
        label={t`Partners by level of data`}
        of={of.levels}
        lines={[[t`Level`, t`Partners`], ...levels.map(({ name, partners }) => [name, partners])]}
        file="yima-partners-by-level"
      />
      <h2>
        <Trans>Orders by month</Trans>
      </h2>
      <p>
        <Trans>
          A month is counted once, when it is over. What a partner's orders of fewer than ten residents come to is left
          out of every number, and of every sum.
        </Trans>
      </p>
      {months.length > 0 && (
        <Bars
          says={t`Orders by month, by what had become of them; the numbers are in the table.`}
          parts={parts}
          bars={months.map((each) => ({
            key: each.month,
            name: each.month.slice(2),
            values: [each.served, each.calledOff, each.underWay],
          }))}
        />
      )}
      <Lines
        label={t`Orders by month`}
        head={head}
        rows={rows.map(([month, ...numbers]) => [month, month, ...numbers.map((each) => written.format(Number(each)))])}
      />
      <Exports label={t`Orders by month`} of={of.orderMonths} lines={[head, ...rows]} file="yima-orders-by-month" />
      <MoneyByMonth of={of.moneyMonths} />
    </>
  );
}

/** To whom the money of orders goes: a picture for each currency, and one table. */
function MoneyByMonth({ of }: { of: Data["moneyMonths"] }) {
  const { t } = useLingui();
  const words = { PARTNERS: t`Partners`, PLATFORM: t`The platform`, OTHERS: t`Funds and taxes` };
  const currencies = [...new Set(of.map(({ amount }) => amount.currency))];
  const head = [t`Month`, t`To whom`, t`Amount`, t`Left out`];
  return (
    <>
      <h2>
        <Trans>Money to whom</Trans>
      </h2>
      <p>
        <Trans>
          What orders brought each, less what was given back, as it was booked in the month. What is of fewer than ten
          residents of a partner is left out.
        </Trans>
      </p>
      {currencies.map((currency) => (
        <Bars
          key={currency}
          says={t`Money of orders by month, in ${currency}, by whom it goes to; the amounts are in the table.`}
          parts={SHARES.map((share) => words[share])}
          bars={barsOf(of.filter(({ amount }) => amount.currency === currency))}
        />
      ))}
      <Lines
        label={t`Money to whom`}
        head={head}
        rows={of.map(({ month, share, amount, withheld }) => [
          `${month} ${share} ${amount.currency}`,
          month,
          words[share],
          <Money of={amount} key="amount" />,
          String(withheld),
        ])}
      />
      <Exports
        label={t`Money to whom`}
        of={of}
        lines={[
          [t`Month`, t`To whom`, t`Amount`, t`Currency`, t`Left out`],
          ...of.map(({ month, share, amount, withheld }) => [month, share, amount.amount, amount.currency, withheld]),
        ]}
        file="yima-money-by-month"
      />
    </>
  );
}

/** Months of one currency as bars. A month in which more was given back than came in stands at nothing. */
function barsOf(of: readonly MoneyMonth[]) {
  const months = [...new Set(of.map(({ month }) => month))];
  return months.map((month) => ({
    key: month,
    name: month.slice(2),
    values: SHARES.map((share) =>
      Math.max(0, Number(of.find((each) => each.month === month && each.share === share)?.amount.amount ?? 0)),
    ),
  }));
}

/** How residents' data is used, in the whole city: the filters above are of partners. */
function DataUsed() {
  const [answer, ask] = useQuery({ query: DataUse });
  return (
    <>
      <h2>
        <Trans>Use of data</Trans>
      </h2>
      <p>
        <Trans>
          Permitted readings in the whole city, whichever partners are chosen above. A reading of several kinds of
          information counts once for each; what is of fewer than ten residents is left out.
        </Trans>
      </p>
      <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
        {({ dataUse }) => <UsesByMonth of={dataUse ?? []} />}
      </Shown>
    </>
  );
}

function UsesByMonth({ of }: { of: readonly Use[] }) {
  const { t, i18n } = useLingui();
  const word = useWords();
  const written = new Intl.NumberFormat(i18n.locale);
  const usesOf = (uses: readonly Use[]) => uses.reduce((sum, each) => sum + (each.uses ?? 0), 0);
  const purposes = [...new Set(of.map(({ purpose }) => purpose))].toSorted(
    (one, other) => usesOf(of.filter(({ purpose }) => purpose === other)) - usesOf(of.filter(({ purpose }) => purpose === one)),
  );
  const drawn = purposes.slice(0, purposes.length > DRAWN_MOST ? DRAWN_MOST - 1 : DRAWN_MOST);
  const months = [...new Set(of.map(({ month }) => month))];
  const head = [t`Month`, t`Purpose`, t`Kind of information`, t`Readings`];
  return (
    <>
      {of.length > 0 && (
        <Bars
          says={t`Readings by month, by their purpose; the numbers are in the table.`}
          parts={[
            ...drawn.map((purpose) => word("purpose", purpose)),
            ...(drawn.length < purposes.length ? [t`Other purposes`] : []),
          ]}
          bars={months.map((month) => {
            const within = of.filter((each) => each.month === month);
            const each = drawn.map((purpose) => usesOf(within.filter((use) => use.purpose === purpose)));
            const rest = usesOf(within.filter(({ purpose }) => !drawn.includes(purpose)));
            return { key: month, name: month.slice(2), values: drawn.length < purposes.length ? [...each, rest] : each };
          })}
        />
      )}
      <Lines
        label={t`Use of data`}
        head={head}
        rows={of.map(({ month, purpose, informationType, uses }) => [
          `${month} ${purpose} ${informationType}`,
          month,
          word("purpose", purpose),
          word("data", informationType),
          uses === null ? t`left out` : written.format(uses),
        ])}
      />
      <Exports
        label={t`Use of data`}
        of={of}
        lines={[head, ...of.map(({ month, purpose, informationType, uses }) => [month, purpose, informationType, uses])]}
        file="yima-use-of-data"
      />
    </>
  );
}

interface ExportsProps {
  /** Of what. */
  label: string;
  of: object;
  lines: readonly (readonly (string | number | null)[])[];
  /** Without its ending. */
  file: string;
}

/** What a table shows, to be taken away. */
function Exports({ label, of, lines, file }: ExportsProps) {
  const { t } = useLingui();
  return (
    <div className="actions">
      <Button
        className="react-aria-Button quiet"
        aria-label={t`Export as CSV: ${label}`}
        onPress={() => save(`${file}.csv`, csvOf(lines), "text/csv;charset=utf-8")}
      >
        <Trans>Export as CSV</Trans>
      </Button>
      <Button
        className="react-aria-Button quiet"
        aria-label={t`Export as JSON: ${label}`}
        onPress={() => save(`${file}.json`, JSON.stringify(of, null, 2), "application/json")}
      >
        <Trans>Export as JSON</Trans>
      </Button>
    </div>
  );
}

function useLevels() {
  const { t } = useLingui();
  const words: Record<string, string> = {
    COLLECTION: t`Collection`,
    CONNECTIVITY: t`Connectivity`,
    UTILISATION: t`Utilisation`,
    SERVICE: t`Service`,
  };
  return (code: string) => words[code] ?? code;
}
