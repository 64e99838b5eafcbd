// The words of what only operators and regulators see by a code.

import { useLingui } from "@lingui/react/macro";

export function useSupervisionWords() {
  const { t } = useLingui();
  const table = {
    proof: {
      SCAN: t`A scan of the health code`,
      RESIDENT: t`The resident's word`,
      PARTNER: t`The provider's signed word`,
    },
    payout: { CLAIMED: t`made`, SUBMITTED: t`on its way`, PAID: t`paid`, RETURNED: t`came back` },
    statement: {
      ISSUED: t`Issued`,
      CONFIRMED: t`Confirmed`,
      DISPUTED: t`Disputed`,
      RESOLVED: t`Resolved`,
      DEEMED_CONFIRMED: t`Confirmed, as nobody disputed it`,
    },
    partner: {
      APPLIED: t`Applied`,
      SCREENING: t`To be screened`,
      CERTIFYING: t`To be certified`,
      CONTRACTING: t`Waits for its contract`,
      ACTIVE: t`Active`,
      SUSPENDED: t`Suspended`,
      OFFBOARDING: t`Leaving`,
      LEFT: t`Left`,
      REJECTED: t`Rejected`,
    },
    partnerKind: {
      HOSPITAL: t`Hospital`,
      CLINIC: t`Clinic`,
      COMMUNITY_HEALTH_CENTRE: t`Community health centre`,
      LABORATORY: t`Laboratory`,
      DEVICE_MAKER: t`Device maker`,
      INSURER: t`Insurer`,
      AI_COMPANY: t`AI company`,
      HEALTH_MANAGEMENT: t`Health management`,
    },
    capability: {
      PUBLISH: t`Publish`,
      SELL: t`Sell`,
      FULFIL: t`Serve what was ordered`,
      READ_DATA: t`Read data`,
      BE_PAID: t`Be paid`,
    },
    kind: {
      READ: t`Read`,
      INGEST: t`Added to a record`,
      SCAN: t`Scan`,
      EMERGENCY: t`Emergency`,
      CONSENT: t`Consent`,
      POLICY: t`Rule`,
      LOOK: t`Look by who supervises`,
      REFUSALS: t`Refusals`,
      CITY: t`The city's rules`,
    },
    verdict: { MET: t`Met`, PARTLY_MET: t`Partly met`, NOT_MET: t`Not met` },
    duty: {
      ONBOARDING: t`Onboarding`,
      FINANCE: t`Finance`,
      SUPPORT: t`Support`,
      QUALITY: t`Quality of the data`,
      ACCOUNTS: t`Accounts`,
      SUPERVISE: t`Supervision`,
      AUDIT: t`Audit`,
    },
    freezeTarget: {
      PARTNER: t`Partner`,
      OFFERING: t`Offering`,
      PRACTITIONER: t`Practitioner`,
      ACCOUNT: t`Account`,
    },
  } as const;
  const word = <Group extends keyof typeof table>(group: Group, code: string): string =>
    (table[group] as Record<string, string>)[code] ?? code;
  return { word, table };
}
