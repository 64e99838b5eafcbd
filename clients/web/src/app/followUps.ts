// The words of what is to be done next, for whoever notes it and for whom it is.

import { useLingui } from "@lingui/react/macro";

export const ACTIONS = ["VISIT", "CALL", "LABORATORY", "IMAGING", "MEASURE", "VACCINATION", "SPECIALIST", "THERAPY"] as const;
export const REASONS = [
  "CHECK", "RESULT", "MEDICATION", "CHRONIC", "PREVENTION", "AFTER_TREATMENT", "SECOND_OPINION", "BEYOND_US",
] as const;
export const OUTCOMES = ["DONE_HERE", "DONE_ELSEWHERE", "NOT_NEEDED", "NOT_REACHED"] as const;

export function useFollowUpWords() {
  const { t } = useLingui();
  const table = {
    action: {
      VISIT: t`Come again`,
      CALL: t`Speak by telephone or online`,
      LABORATORY: t`A laboratory test`,
      IMAGING: t`Images, such as an X-ray`,
      MEASURE: t`Have something measured`,
      VACCINATION: t`A vaccination`,
      SPECIALIST: t`See a specialist`,
      THERAPY: t`A therapy`,
    },
    reason: {
      CHECK: t`To see how it goes on`,
      RESULT: t`To look at a result`,
      MEDICATION: t`To review medicines`,
      CHRONIC: t`As is usual in a long-term condition`,
      PREVENTION: t`To prevent or find something early`,
      AFTER_TREATMENT: t`After a treatment`,
      SECOND_OPINION: t`For a second opinion`,
      BEYOND_US: t`It is done elsewhere`,
    },
    state: { DUE: t`Due`, BOOKED: t`Booked`, DONE: t`Done`, DECLINED: t`Declined` },
    outcome: {
      SERVED: t`The order was served`,
      DONE_HERE: t`Done here`,
      DONE_ELSEWHERE: t`Done elsewhere`,
      NOT_NEEDED: t`Not needed any more`,
      NOT_REACHED: t`Could not be reached`,
    },
  } as const;
  return <Group extends keyof typeof table>(group: Group, code: string): string =>
    (table[group] as Record<string, string>)[code] ?? code;
}
