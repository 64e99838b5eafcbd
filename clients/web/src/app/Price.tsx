import { Trans } from "@lingui/react/macro";
import { Money } from "../kit/formats.tsx";

interface Amount {
  amount: string;
  currency: string;
}

interface Priced {
  price: Amount;
  pricedPer: string;
  periodDays?: number | null;
}

/** What an offering costs, and for what. */
export function Price({ of }: { of: Priced }) {
  const days = of.periodDays;
  if (of.pricedPer === "PERIOD") {
    return days ? (
      <Trans>
        <Money of={of.price} /> for {days} days
      </Trans>
    ) : (
      <Trans>
        <Money of={of.price} /> a month
      </Trans>
    );
  }
  if (of.pricedPer !== "USAGE") return <Money of={of.price} />;
  return (
    <Trans>
      <Money of={of.price} /> for each unit used
    </Trans>
  );
}

/** So many times an amount, exactly: its digits are counted, and no fraction is rounded. */
export function times({ amount, currency }: Amount, count: number): Amount {
  const [whole = "0", part = ""] = amount.split(".");
  const minor = (BigInt(whole + part) * BigInt(count)).toString().padStart(part.length + 1, "0");
  const cut = minor.length - part.length;
  return { amount: part ? `${minor.slice(0, cut)}.${minor.slice(cut)}` : minor, currency };
}
