import { useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";

const TICK = 1_000;

/** The moment, again every second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), TICK);
    return () => clearInterval(ticking);
  }, []);
  return now;
}

/** The time that is left until a moment, in hours, minutes and seconds of the person's language. */
export function Countdown({ until, now }: { until: string; now: number }) {
  const { i18n } = useLingui();
  const left = Math.max(0, Math.floor((Date.parse(until) - now) / 1_000));
  const [hours, minutes, seconds] = [Math.floor(left / 3_600), Math.floor((left % 3_600) / 60), left % 60];
  const two = new Intl.NumberFormat(i18n.locale, { minimumIntegerDigits: 2 });
  const one = new Intl.NumberFormat(i18n.locale);
  const parts = hours > 0 ? [one.format(hours), two.format(minutes), two.format(seconds)] : [one.format(minutes), two.format(seconds)];
  return <bdi className="countdown">{parts.join(":")}</bdi>;
}
