// The words of what practitioners meet by a code.

import { useLingui } from "@lingui/react/macro";

export function usePractitionerWords() {
  const { t } = useLingui();
  const table = {
    visit: {
      REQUESTED: t`Waits for their answer`,
      GRANTED: t`Open`,
      DENIED: t`They said no`,
      REVOKED: t`They took it back`,
      EXPIRED: t`Over`,
      SUPERSEDED: t`Replaced`,
      SUSPENDED: t`Suspended`,
      WITHDRAWN: t`No longer asked for`,
      ENDED: t`Over`,
      AWAITING_ORDER: t`Waits for the order`,
    },
    origin: {
      ORDER: t`an order`,
      VISIT: t`this visit`,
      EMERGENCY: t`an emergency`,
      OFFER: t`what you asked them`,
      PROJECT: t`a project`,
    },
    severity: { NOTICE: t`Notice`, WARNING: t`Warning`, URGENT: t`Urgent` },
    test: { ABOVE: t`above`, BELOW: t`below`, RISE: t`rises by` },
    rule: { PROPOSED: t`Proposed`, IN_FORCE: t`In force`, REFUSED: t`Refused`, ENDED: t`Over` },
    resource: {
      Observation: t`Measurements and results`,
      Condition: t`Diagnoses`,
      MedicationRequest: t`Prescriptions`,
      MedicationStatement: t`Medicines taken`,
      AllergyIntolerance: t`Allergies`,
      Immunization: t`Vaccinations`,
      Encounter: t`Visits`,
      DiagnosticReport: t`Reports`,
      ImagingStudy: t`Images`,
      Procedure: t`Procedures`,
      CarePlan: t`Plans`,
      DocumentReference: t`Documents`,
    },
    author: { INSTITUTION: "", RESIDENT: t`Their own word`, DEVICE: t`A device of theirs` },
  } as const;
  return <Group extends keyof typeof table>(group: Group, code: string): string =>
    (table[group] as Record<string, string>)[code] ?? code;
}

/** What is measured often, by LOINC's code, with the unit (UCUM's) and the kind of information it is. */
export function useMeasurements() {
  const { t } = useLingui();
  return [
    { code: "85354-9", name: t`Blood pressure`, unit: "mm[Hg]", shown: "mmHg", category: "vital-signs" },
    { code: "8867-4", name: t`Heart rate`, unit: "/min", shown: "/min", category: "vital-signs" },
    { code: "8310-5", name: t`Body temperature`, unit: "Cel", shown: "°C", category: "vital-signs" },
    { code: "59408-5", name: t`Oxygen saturation`, unit: "%", shown: "%", category: "vital-signs" },
    { code: "29463-7", name: t`Body weight`, unit: "kg", shown: "kg", category: "vital-signs" },
    { code: "15074-8", name: t`Glucose in blood`, unit: "mmol/L", shown: "mmol/L", category: "laboratory" },
    { code: "14647-2", name: t`Cholesterol`, unit: "mmol/L", shown: "mmol/L", category: "laboratory" },
    { code: "14933-6", name: t`Urate`, unit: "umol/L", shown: "µmol/L", category: "laboratory" },
  ] as const;
}

export const SYSTOLIC = "8480-6";
export const DIASTOLIC = "8462-4";
