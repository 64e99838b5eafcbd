// The words of what people are told of.

import { useLingui } from "@lingui/react/macro";

export function useKinds() {
  const { t } = useLingui();
  const kinds = {
    ORDER_CONFIRMED: t`An order is confirmed`,
    ORDER_ACCEPTED: t`An order is accepted`,
    ORDER_REFUSED: t`An order is not accepted`,
    ORDER_CANCELLED: t`An order is cancelled`,
    ORDER_EXPIRED: t`An order has expired`,
    ORDER_FULFILLED: t`An order is complete`,
    PAYMENT_FAILED: t`A payment did not succeed`,
    SESSION_BOOKED: t`An appointment is booked`,
    SESSION_OFFERED: t`A time is offered to you`,
    SESSION_CANCELLED: t`An appointment is cancelled`,
    SESSION_REMINDER: t`An appointment is near`,
    COMPLAINT_DECIDED: t`A complaint of yours is decided`,
    CONSENT_REQUESTED: t`Somebody asks for your consent`,
    VISIT_OFFERED: t`Whoever scanned your code asks to see your record`,
    RECORD_LOOKED_AT: t`Somebody who runs or supervises the platform looked`,
    CODE_SCANNED: t`Your health code was scanned`,
    EMERGENCY_OPENED: t`Your record was opened in an emergency`,
    CODE_COPIED: t`A copy of your health code was shown`,
    RECORD_ADDED: t`Something new is in your record`,
    PATIENT_ASKED: t`An institution asks whether you are its patient`,
    FOLLOW_UP_NOTED: t`A practitioner said what is to be done next`,
    ORDER_PLACED_FOR_YOU: t`A desk orders something for you`,
    PRIVATE_OFFER: t`Something is offered to you alone`,
    PERIOD_READY: t`Your next period can be paid`,
    SERIES_ENDED: t`No further period follows`,
    SERIES_OVER: t`A resident's periods end`,
    FOLLOW_UP_DUE: t`What is to be done next is due`,
    ERASURE_DUE: t`Data has to be erased`,
    STATEMENT_ISSUED: t`A statement was issued`,
    CERTIFICATE_LAPSED: t`A certificate has lapsed`,
    CERTIFICATE_REVOKED: t`A certificate was revoked`,
    BANK_ACCOUNT_CHANGED: t`Payouts go to another bank account`,
    EVIDENCE_ENDING: t`Evidence that you handed in ends soon`,
    CONTRACT_OFFERED: t`A contract waits for your signature`,
    APPEAL_DECIDED: t`An appeal is decided`,
    APPEAL_OPENED: t`A partner appealed`,
    APPEAL_WAITS: t`An appeal waits for a regulator`,
    COSIGNATURE_WAITS: t`A certificate waits for a co-signature`,
    APPLICATION_REJECTED: t`Your application is rejected`,
    COMPLAINT_OPENED: t`A resident complained`,
    PARTNER_LAPSED: t`A partner's certificate has lapsed`,
  } as const;
  return (code: string): string => (kinds as Record<string, string>)[code] ?? code;
}
