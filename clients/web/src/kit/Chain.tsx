import { useLingui } from "@lingui/react/macro";
import { useId } from "react";

export type LinkState = "holds" | "waits" | "unneeded" | "unseen" | "broken";

export interface ChainLink {
  key: string;
  name: string;
  state: LinkState;
  /** What there is of it, in a few words: it stands in the picture. */
  note: string;
}

const ROW = 64; // units of the picture, as all below
const WIDTH = 360;
const RADIUS = 13;
const EDGE = 24; // from the side to the middle of a circle
const SIGNS: Record<LinkState, string> = { holds: "✓", waits: "…", unneeded: "–", unseen: "?", broken: "×" };
const NOTE_MOST = 40; // characters beside a circle

/** A chain as a picture: each link, how it stands, and whether it follows from the one before. What it says stands in
 * words, too: in its description, and in the table that the page has beside it. */
export function Chain({ title, links }: { title: string; links: readonly ChainLink[] }) {
  const { t } = useLingui();
  const id = useId();
  const toTheLeft = document.documentElement.dir === "rtl";
  const middle = toTheLeft ? WIDTH - EDGE : EDGE;
  const text = toTheLeft ? WIDTH - 2 * EDGE : 2 * EDGE;
  const words: Record<LinkState, string> = {
    holds: t`holds`,
    waits: t`not there yet`,
    unneeded: t`not needed`,
    unseen: t`not for you to see`,
    broken: t`broken`,
  };
  return (
    <svg
      className="chain"
      viewBox={`0 0 ${WIDTH} ${links.length * ROW}`}
      role="img"
      aria-labelledby={`${id}-title ${id}-text`}
      direction={toTheLeft ? "rtl" : "ltr"}
    >
      <title id={`${id}-title`}>{title}</title>
      <desc id={`${id}-text`}>{links.map(({ name, state }) => `${name}: ${words[state]}`).join(". ")}</desc>
      {links.map(({ key, state, name, note }, index) => {
        const y = index * ROW + ROW / 2;
        return (
          <g key={key} className={state} data-link={key} data-state={state}>
            {index > 0 && <line x1={middle} y1={y - ROW + RADIUS} x2={middle} y2={y - RADIUS} />}
            <circle cx={middle} cy={y} r={RADIUS} />
            <text className="sign" x={middle} y={y + 5} textAnchor="middle">
              {SIGNS[state]}
            </text>
            <text className="name" x={text} y={y - 3}>
              {name}
            </text>
            <text className="note" x={text} y={y + 15}>
              {note.length > NOTE_MOST ? `${note.slice(0, NOTE_MOST - 1)}…` : note}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
