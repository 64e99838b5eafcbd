// The words of what the gateway names by a code.

import { useLingui } from "@lingui/react/macro";

export function useWords() {
  const { t } = useLingui();
  const table = {
    status: {
      PLACED: t`Placed`,
      CONFIRMED: t`Confirmed`,
      ACCEPTED: t`Accepted`,
      FULFILLING: t`Under way`,
      FULFILLED: t`Done`,
      CLOSED: t`Closed`,
      REFUSED: t`Refused`,
      CANCELLED: t`Cancelled`,
      EXPIRED: t`Expired`,
    },
    action: {
      PAY: t`Pay`,
      CONSENT: t`Say whether your data may be used`,
      ACCEPT: t`Accept the order`,
      BOOK: t`Book a time`,
      AGREE_TO_SESSIONS: t`Agree to the times`,
      SERVE: t`Give the service`,
      DECLARE_FULFILLED: t`Declare it done`,
      OBJECT: t`Object, if it was not given`,
      DECIDE_OBJECTION: t`Decide on the objection`,
      TAKE_MONEY: t`Take the money`,
    },
    party: { RESIDENT: t`You`, PARTNER: t`The provider`, OPERATOR: t`The operator`, PLATFORM: t`Yima` },
    data: {
      "vital-signs": t`Blood pressure and other vital signs`,
      laboratory: t`Laboratory results`,
      encounters: t`Visits to doctors`,
      imaging: t`Images`,
      medications: t`Medicines`,
      maternal: t`Maternal care`,
      "child-health": t`Child health`,
      activity: t`Physical activity`,
      emergency: t`What helps in an emergency`,
    },
    purpose: {
      TREAT: t`To treat you`,
      ETREAT: t`To treat you in an emergency`,
      CAREMGT: t`To look after your care`,
      PUBHLTH: t`For public health`,
      HRESCH: t`For research`,
      HPAYMT: t`For a payment`,
      HOPERAT: t`To run a health service`,
      PATRQT: t`As you asked`,
    },
    mode: {
      VIEW: t`They may look at it`,
      STORE: t`They may keep a copy`,
      COMPUTE: t`They may count it, and never see it`,
    },
    consent: {
      REQUESTED: t`Waits for your answer`,
      GRANTED: t`In force`,
      DENIED: t`You said no`,
      REVOKED: t`You took it back`,
      EXPIRED: t`Over`,
      SUPERSEDED: t`Replaced`,
      SUSPENDED: t`Suspended`,
      WITHDRAWN: t`No longer asked for`,
      ENDED: t`Over`,
      AWAITING_ORDER: t`Waits for the order`,
    },
    population: {
      EVERYONE: t`Everyone`,
      HYPERTENSION: t`People with high blood pressure`,
      DIABETES: t`People with diabetes`,
      MATERNAL: t`Pregnant women and mothers`,
      INFANT: t`Infants`,
      ELDERLY: t`The elderly`,
    },
    aspect: {
      LAW: t`Law`,
      SECURITY: t`Security`,
      TECHNOLOGY: t`Technology`,
      PRODUCT: t`Product`,
      SERVICE: t`Service`,
    },
  } as const;
  return <Group extends keyof typeof table>(group: Group, code: string): string =>
    (table[group] as Record<string, string>)[code] ?? code;
}
