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
