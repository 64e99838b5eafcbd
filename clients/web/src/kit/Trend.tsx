import { Trans, useLingui } from "@lingui/react/macro";
import { useId } from "react";
import { Numeral, When } from "./formats.tsx";

export interface TrendPoint {
  key: string;
  at: string;
  value: string;
  low: string | null;
  high: string | null;
  outside: boolean;
  from: string;
}

interface Props {
  /** What the picture says, in a sentence. */
  says: string;
  unit: string;
  points: readonly TrendPoint[];
}

const [WIDTH, HEIGHT, LEFT, BOTTOM, EDGE] = [640, 260, 64, 32, 12];
const TICKS = 4;

/** Values over time as a picture, with the usual range behind them, and as a table. Time runs from left to right in
 * every language, as on paper. */
export function Trend({ says, unit, points }: Props) {
  const { t, i18n } = useLingui();
  const id = useId();
  const latest = points.at(-1);
  const first = points[0];
  if (!latest || !first) return null;
  const [low, high] = [numberOf(latest.low), numberOf(latest.high)];
  const scale = scaleOf(points, low, high);
  const [from, until] = [Date.parse(first.at), Date.parse(latest.at)];
  const x = (at: string) =>
    from === until
      ? (LEFT + WIDTH) / 2
      : LEFT + EDGE + ((Date.parse(at) - from) / (until - from)) * (WIDTH - LEFT - 2 * EDGE);
  const y = (value: number) =>
    HEIGHT - BOTTOM - ((value - scale.low) / (scale.high - scale.low)) * (HEIGHT - BOTTOM - EDGE);
  const day = new Intl.DateTimeFormat(i18n.locale, { dateStyle: "medium" });
  const written = new Intl.NumberFormat(i18n.locale, { maximumFractionDigits: 2 });
  const line = points.map((point) => `${x(point.at)},${y(Number(point.value))}`).join(" ");
  return (
    <figure className="trend">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={id}>
        <title id={id}>{says}</title>
        {(low !== null || high !== null) && (
          <rect
            className="range"
            x={LEFT}
            width={WIDTH - LEFT}
            y={y(high ?? scale.high)}
            height={Math.max(0, y(low ?? scale.low) - y(high ?? scale.high))}
          />
        )}
        {scale.ticks.map((tick) => (
          <g key={tick}>
            <line className="grid" x1={LEFT} x2={WIDTH} y1={y(tick)} y2={y(tick)} />
            <text x={LEFT - 8} y={y(tick)} textAnchor="end" dominantBaseline="middle">
              {written.format(tick)}
            </text>
          </g>
        ))}
        <text x={LEFT} y={HEIGHT - 8}>
          {day.format(from)}
        </text>
        {from !== until && (
          <text x={WIDTH} y={HEIGHT - 8} textAnchor="end">
            {day.format(until)}
          </text>
        )}
        <polyline points={line} />
        {points.map((point) =>
          point.outside ? (
            <rect
              key={point.key}
              className="outside"
              x={x(point.at) - 6}
              y={y(Number(point.value)) - 6}
              width={12}
              height={12}
            />
          ) : (
            <circle key={point.key} cx={x(point.at)} cy={y(Number(point.value))} r={5} />
          ),
        )}
      </svg>
      <figcaption className="soft">
        <Trans>The band is what is usual. A square is a value outside of it.</Trans>
      </figcaption>
      <details>
        <summary>
          <Trans>Show it as a table</Trans>
        </summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{t`When`}</th>
              <th scope="col">{unit ? t`Value in ${unit}` : t`Value`}</th>
              <th scope="col">{t`Usual`}</th>
              <th scope="col">{t`From`}</th>
            </tr>
          </thead>
          <tbody>
            {[...points].reverse().map((point) => (
              <tr key={point.key}>
                <td>
                  <When at={point.at} />
                </td>
                <td>
                  <Numeral of={point.value} />
                  {point.outside && <span className="tag warn">{t`Outside`}</span>}
                </td>
                <td>
                  <Between low={point.low} high={point.high} />
                </td>
                <td>{point.from}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

/** A range, either end of which may be open. */
export function Between({ low, high }: { low: string | null; high: string | null }) {
  if (low !== null && high !== null) {
    return (
      <Trans>
        <Numeral of={low} /> to <Numeral of={high} />
      </Trans>
    );
  }
  if (low !== null) {
    return (
      <Trans>
        at least <Numeral of={low} />
      </Trans>
    );
  }
  if (high !== null) {
    return (
      <Trans>
        up to <Numeral of={high} />
      </Trans>
    );
  }
  return null;
}

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));

/** From where to where a picture of these values goes, on round numbers. */
export function scaleOf(points: readonly TrendPoint[], low: number | null, high: number | null) {
  const all = [...points.map((point) => Number(point.value)), ...[low, high].filter((each) => each !== null)];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const span = most - least || Math.abs(most) || 1;
  const rough = span / TICKS;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * magnitude).find((each) => each >= rough) ?? rough;
  const bottom = Math.floor((least - span * 0.05) / step) * step;
  const top = Math.ceil((most + span * 0.05) / step) * step;
  const ticks = Array.from({ length: Math.round((top - bottom) / step) + 1 }, (_, index) => bottom + index * step);
  return { low: bottom, high: top, ticks };
}
