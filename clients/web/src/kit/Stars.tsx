import { Plural, Trans, useLingui } from "@lingui/react/macro";

/** How residents rate somebody, in words and stars. */
export function Stars({ rating, reviews }: { rating: number; reviews: number }) {
  const { i18n } = useLingui();
  const written = new Intl.NumberFormat(i18n.locale, { maximumFractionDigits: 1 }).format(rating);
  return (
    <div>
      <span aria-hidden="true">{"★".repeat(Math.round(rating))} </span>
      <Trans>{written} of 5</Trans>{" "}
      <span className="soft">
        (<Plural value={reviews} one="# review" other="# reviews" />)
      </span>
    </div>
  );
}
