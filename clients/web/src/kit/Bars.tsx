import { useLingui } from "@lingui/react/macro";
import { useId } from "react";

interface Props {
  /** What the picture says, in a sentence. What it shows stands in a table beside it. */
  says: string;
  /** What each part of a bar is, from the bottom up. */
  parts: readonly string[];
  bars: readonly { key: string; name: string; values: readonly number[] }[];
}

const [WIDTH, HEIGHT, BOTTOM, TOP] = [640, 240, 28, 12];

/** Amounts side by side, each of parts that make it up. They stand from left to right in every language, as time does. */
export function Bars({ says, parts, bars }: Props) {
  const { i18n } = useLingui();
  const id = useId();
  const written = new Intl.NumberFormat(i18n.locale);
  const sums = bars.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const most = Math.max(1, ...sums);
  const step = WIDTH / Math.max(1, bars.length);
  const high = (value: number) => (value / most) * (HEIGHT - BOTTOM - TOP);
  return (
    <figure className="trend bars">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={id}>
        <title id={id}>{says}</title>
        <line className="grid" x1={0} x2={WIDTH} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} />
        {bars.map(({ key, name, values }, index) => (
          <g key={key}>
            {values.map((value, part) => {
              const below = values.slice(0, part).reduce((sum, each) => sum + each, 0);
              return (
                <rect
                  key={parts[part]}
                  className={`part${part}`}
                  x={index * step + step * 0.15}
                  width={step * 0.7}
                  y={HEIGHT - BOTTOM - high(below + value)}
                  height={high(value)}
                />
              );
            })}
            <text x={(index + 0.5) * step} y={HEIGHT - 8} textAnchor="middle">
              {name}
            </text>
          </g>
        ))}
        <text x={0} y={TOP + 8}>
          {written.format(most)}
        </text>
      </svg>
      <figcaption className="soft">
        {parts.map((part, index) => (
          <span key={part} className={`key part${index}`}>
            {part}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
