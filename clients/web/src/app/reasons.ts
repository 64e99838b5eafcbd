// Why an order was refused, cancelled or has expired. What the services say of themselves is said in the reader's language
// (`e2e/test_reasons.py` finds what is missing here); what people wrote stays as they wrote it.

import { useLingui } from "@lingui/react/macro";

export function useReasons() {
  const { t } = useLingui();
  const known: Readonly<Record<string, string>> = {
    "money or consent did not come in time": t`The payment or the consent did not come in time.`,
    "nothing of it was used in time": t`Nothing of it was used in time.`,
    "the partner did not answer in time": t`The provider did not answer in time.`,
    "the service was not given in time": t`The service was not given in time.`,
    "the time to use it is over": t`The time to use it is over.`,
    "what was proven is due": t`What was given is due.`,
    "the resident did not consent to what the offering asks": t`The data that the service needs were not released.`,
    "the resident revoked the consent this service is nothing without":
      t`The consent was taken back without which this service is nothing.`,
    "the partner withdrew the time": t`The provider took the time back.`,
    "the partner withdrew the time, and nobody agreed to another":
      t`The provider took the time back, and nobody agreed to another.`,
    "who was to serve has left": t`Who was to serve you has left.`,
    "the partner is suspended or frozen, or its certificates have lapsed":
      t`The provider may not take orders at the moment.`,
    "the resident objected, and it was found that the service was not given":
      t`It was objected to, and found that the service was not given.`,
    "the partner says that you did not come": t`The provider says that nobody came.`,
    "series-ended": t`No further period follows.`,
    "not-eligible-any-more": t`It is for other people now.`,
    "disowned-by-resident": t`The resident says that it was not them.`,
    "cancelled-by-resident": t`The resident cancelled it.`,
    "cancelled-by-consent": t`The consent it needs is gone.`,
    "cancelled-by-settlement": t`The payment could not be taken.`,
    cancelled: t`It was cancelled.`,
  };
  const say = (words: string): string => known[words] ?? words;
  return (reason: string): string => {
    const at = reason.indexOf(": ");
    const [head, said] = [reason.slice(0, at), reason.slice(at + 2)];
    return at > 0 && head in known ? `${say(head)} ${say(said)}` : say(reason);
  };
}
