// Where private offers stand, in words, for whoever sees one.

import { useLingui } from "@lingui/react/macro";

export const PRIVATE_OFFER_STATUSES = ["OPEN", "TAKEN", "USED", "WITHDRAWN", "LAPSED"] as const;
export type PrivateOfferStatus = (typeof PRIVATE_OFFER_STATUSES)[number];
export const PRIVATE_OFFER_TONES: Record<PrivateOfferStatus, string> = { OPEN: "", TAKEN: "good", USED: "good", WITHDRAWN: "warn", LAPSED: "warn" };

export function usePrivateOfferWords() {
  const { t } = useLingui();
  const status: Record<PrivateOfferStatus, string> = {
    OPEN: t`Not taken yet`,
    TAKEN: t`Taken`,
    USED: t`Ordered`,
    WITHDRAWN: t`Withdrawn`,
    LAPSED: t`Over`,
  };
  const end: Record<string, string> = {
    WITHDRAWN: t`The partner withdrew it`,
    DAY_OVER: t`Its last day is over`,
    OFFERING_CHANGED: t`The offering has changed`,
    STANDING: t`The partner takes no orders now`,
  };
  return { status: (of: PrivateOfferStatus) => status[of], end: (of: string | null) => (of ? (end[of] ?? "") : "") };
}
