// What a practitioner writes, as FHIR R4 resources: the form's fields in, a resource out.

import { DIASTOLIC, SYSTOLIC } from "./words.ts";

const LOINC = "http://loinc.org";
const UCUM = "http://unitsofmeasure.org";
const CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category";
const TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/";
const NOTE = "34109-9"; // LOINC: note

const concept = (system: string, code: string, text?: string) => ({
  coding: [{ system, code }],
  ...(text === undefined ? {} : { text }),
});

const quantity = (value: string, unit: string) => ({ value: Number(value), unit, system: UCUM, code: unit });

interface About {
  residentId: string;
  /** The resource's own id: the same again when it is sent again. */
  id: string;
  at: string;
}

const base = ({ residentId, id, at }: About) => ({
  id,
  subject: { reference: `Patient/${residentId}` },
  effectiveDateTime: at,
});

export interface Measured {
  code: string;
  name: string;
  unit: string;
  category: string;
  value: string;
  /** Of a blood pressure, whose `value` is the systolic. */
  diastolic: string;
  note: string;
}

export function observation(about: About, { code, name, unit, category, value, diastolic, note }: Measured): object {
  const measured =
    diastolic === ""
      ? { valueQuantity: quantity(value, unit) }
      : {
          component: [
            { code: concept(LOINC, SYSTOLIC, "Systolic blood pressure"), valueQuantity: quantity(value, unit) },
            { code: concept(LOINC, DIASTOLIC, "Diastolic blood pressure"), valueQuantity: quantity(diastolic, unit) },
          ],
        };
  return {
    resourceType: "Observation",
    ...base(about),
    status: "final",
    category: [concept(CATEGORIES, category)],
    code: concept(LOINC, code, name),
    ...measured,
    ...(note ? { note: [{ text: note }] } : {}),
  };
}

export function noteOf(about: About, title: string, text: string): object {
  return {
    resourceType: "Observation",
    ...base(about),
    status: "final",
    category: [concept(CATEGORIES, "exam")],
    code: concept(LOINC, NOTE, title),
    valueString: text,
  };
}

export function diagnosis({ residentId, id, at }: About, name: string, note: string): object {
  return {
    resourceType: "Condition",
    id,
    subject: { reference: `Patient/${residentId}` },
    clinicalStatus: concept(`${TERMINOLOGY}condition-clinical`, "active"),
    verificationStatus: concept(`${TERMINOLOGY}condition-ver-status`, "confirmed"),
    code: { text: name },
    recordedDate: at,
    ...(note ? { note: [{ text: note }] } : {}),
  };
}

/** What a resident is asked for, as a FHIR Consent that is proposed: it grants nothing before they say so. */
export function consentAsked(
  institutionId: string,
  informationTypes: readonly string[],
  purpose: string,
  until: string,
): object {
  return {
    resourceType: "Consent",
    status: "proposed",
    scope: concept(`${TERMINOLOGY}consentscope`, "patient-privacy"),
    category: [concept(LOINC, "59284-0")],
    policyRule: concept(`${TERMINOLOGY}v3-ActCode`, "OPTIN"),
    provision: {
      type: "permit",
      period: { end: until },
      actor: [
        {
          role: concept(`${TERMINOLOGY}v3-ParticipationType`, "IRCP"),
          reference: { reference: `Organization/${institutionId}` },
        },
      ],
      action: [concept(`${TERMINOLOGY}consentaction`, "access")],
      purpose: [{ system: `${TERMINOLOGY}v3-ActReason`, code: purpose }],
      code: informationTypes.map((each) => concept("urn:yima:information-type", each)),
    },
  };
}
