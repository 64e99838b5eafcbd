// What a partner has to do before it may do all it means to: from what the partners' service says of it.

import { useLingui } from "@lingui/react/macro";
import { useWords } from "../../app/words.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import type { PartnerPage } from "../../documents/partner.ts";

export type Partner = NonNullable<ResultOf<typeof PartnerPage>["partner"]>;
export interface Task {
  name: string;
  text: string;
  /** To be done; waits for somebody else; done; done, and soon no longer. */
  state: "todo" | "waits" | "done" | "warn" | "later";
  to: string;
}

export const ASPECTS = ["LAW", "SECURITY", "TECHNOLOGY", "PRODUCT", "SERVICE"] as const;
const LAPSES_SOON = 60 * 24 * 60 * 60_000;
const PASSED_ON: readonly string[] = ["CERTIFYING", "CONTRACTING", "ACTIVE", "SUSPENDED", "OFFBOARDING", "LEFT"];

/** The certificate of an aspect that lasts longest. */
export function certificateOf(partner: Partner, aspect: string): Partner["certificates"][number] | undefined {
  return partner.certificates
    .filter((certificate) => certificate.aspect === aspect)
    .toSorted((one, other) => Date.parse(other.expiresAt) - Date.parse(one.expiresAt))[0];
}

export function useTasks(partner: Partner | null): Task[] {
  const { t, i18n } = useLingui();
  const word = useWords();
  const apply = { name: t`Apply as a partner`, to: "/onboarding/apply" };
  if (!partner) return [{ ...apply, state: "todo", text: t`Say who you are, where you serve and where money goes.` }];
  const day = (moment: string) => new Intl.DateTimeFormat(i18n.locale, { dateStyle: "long" }).format(new Date(moment));
  const { screening, contract, missingEvidence, status } = partner;
  const certified = ASPECTS.map((aspect) => [aspect, certificateOf(partner, aspect)] as const);
  const now = Date.now();
  const lacking = certified.filter(([, each]) => !each || Date.parse(each.expiresAt) <= now).map(([aspect]) => word("aspect", aspect));
  const lapsing = certified.filter(([, each]) => each && Date.parse(each.expiresAt) - now < LAPSES_SOON && Date.parse(each.expiresAt) > now);
  const first = lapsing[0]?.[1];
  const toMend = screening?.toMend ?? [];
  const ending = partner.evidence.filter(({ status }) => status === "TO_RENEW");
  const passed = PASSED_ON.includes(status);
  return [
    { name: t`Apply as a partner`, to: "/onboarding", state: "done", text: t`Applied on ${day(partner.appliedAt)}.` },
    {
      name: t`Hand in evidence`,
      to: "/onboarding/evidence",
      state: missingEvidence.length > 0 ? "todo" : ending.length > 0 ? "warn" : "done",
      text:
        missingEvidence.length > 0
          ? t`Missing: ${missingEvidence.join(", ")}.`
          : ending.length > 0
            ? t`To be renewed: ${ending.map(({ title }) => title).join(", ")}.`
            : t`${partner.evidence.length} documents are there.`,
    },
    {
      name: t`Be screened`,
      to: "/onboarding",
      state: passed ? "done" : status === "REJECTED" || toMend.length > 0 ? "todo" : "waits",
      text: passed
        ? t`Passed.`
        : status === "REJECTED"
          ? t`Your application was rejected.`
          : toMend.length > 0
            ? t`${toMend.length} points are to be mended.`
            : t`The operator screens your application.`,
    },
    {
      name: t`Be certified`,
      to: "/onboarding",
      state: lacking.length > 0 ? (passed ? "waits" : "later") : first ? "warn" : "done",
      text:
        lacking.length > 0
          ? t`Not certified in: ${lacking.join(", ")}.`
          : first
            ? t`A certificate lapses on ${day(first.expiresAt)}. Hand in newer evidence.`
            : t`In all five aspects.`,
    },
    {
      name: t`Sign the contract`,
      to: "/onboarding",
      state: contract?.signedAt ? "done" : contract ? "todo" : "later",
      text: contract?.signedAt
        ? t`Signed on ${day(contract.signedAt)}.`
        : contract
          ? t`A contract is on offer.`
          : t`The operator offers it once you are certified.`,
    },
    {
      name: t`Be active`,
      to: "/onboarding",
      state: status === "ACTIVE" ? "done" : status === "SUSPENDED" ? "todo" : "later",
      text: status === "SUSPENDED" ? t`You are suspended: ${partner.suspensionReason ?? ""}` : t`Then you publish, sell and are paid.`,
    },
  ];
}
