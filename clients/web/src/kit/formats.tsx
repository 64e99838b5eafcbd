import { useLingui } from "@lingui/react/macro";

interface Amount {
  amount: string;
  currency: string;
}

/** Money as the person's language writes it. The amount is exact: it comes and stays as decimal digits. */
export function Money({ of }: { of: Amount }) {
  const { i18n } = useLingui();
  const written = new Intl.NumberFormat(i18n.locale, { style: "currency", currency: of.currency });
  return <bdi>{written.format(of.amount as `${number}`)}</bdi>;
}

/** A moment, by the person's language and the clock of where they are. */
export function When({ at, style = "moment" }: { at: string; style?: "moment" | "day" | "time" }) {
  const { i18n } = useLingui();
  const options: Intl.DateTimeFormatOptions =
    style === "day"
      ? { dateStyle: "long" }
      : style === "time"
        ? { timeStyle: "short" }
        : { dateStyle: "medium", timeStyle: "short" };
  return <time dateTime={at}>{new Intl.DateTimeFormat(i18n.locale, options).format(new Date(at))}</time>;
}

/** A number as the person's language writes it, with the digits that it was written with. What is no number stays as
 * it is. */
export function Numeral({ of }: { of: string }) {
  const { i18n } = useLingui();
  if (!/^-?[0-9]+(\.[0-9]+)?$/.test(of)) return <bdi>{of}</bdi>;
  const digits = of.split(".")[1]?.length ?? 0;
  const written = new Intl.NumberFormat(i18n.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return <bdi>{written.format(of as `${number}`)}</bdi>;
}

const NEAR = 1_000; // metres, up to which they are said as such

/** How far something is, in metres or kilometres. */
export function Distance({ metres }: { metres: number }) {
  const { i18n } = useLingui();
  const [value, unit] = metres < NEAR ? [Math.round(metres / 10) * 10, "meter"] : [metres / 1_000, "kilometer"];
  const digits = unit === "kilometer" && value < 10 ? 1 : 0;
  const written = new Intl.NumberFormat(i18n.locale, { style: "unit", unit, maximumFractionDigits: digits });
  return <bdi>{written.format(value)}</bdi>;
}

const UNITS: Record<string, string> = {
  "mm[Hg]": "mmHg",
  Cel: "°C",
  "[degF]": "°F",
  "[lb_av]": "lb",
  "{steps}": "",
  "10*9/L": "×10⁹/L",
  "10*12/L": "×10¹²/L",
  "m2": "m²",
};

/** A unit of UCUM's as people write it. */
export const unitOf = (ucum: string | null): string => (ucum === null ? "" : (UNITS[ucum] ?? ucum));

const TIMES = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** How long ago something was, in the largest whole unit; the moment itself is read out and shown on hovering. */
export function Age({ since }: { since: string }) {
  const { i18n } = useLingui();
  const past = Math.max(0, Date.now() - Date.parse(since));
  const [unit, size] = TIMES.find(([, milliseconds]) => past >= milliseconds) ?? TIMES[2];
  const moment = new Intl.DateTimeFormat(i18n.locale, { dateStyle: "medium", timeStyle: "short" });
  const words = new Intl.RelativeTimeFormat(i18n.locale, { numeric: "auto" });
  return (
    <time dateTime={since} title={moment.format(new Date(since))}>
      {words.format(-Math.floor(past / size), unit)}
    </time>
  );
}
