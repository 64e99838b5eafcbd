"""The kinds of FHIR R4 resource that a record has, and what is known of each: one line a rule, and no code.

Bindings are R4's required ones (http://hl7.org/fhir/R4/<kind>.html), which the models do not check.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """What a kind is called where, and what it may say."""

    module: str  # of fhir.resources
    statuses: frozenset[str]  # of its `status`; none: a clinical status stands in its place
    dates: Sequence[str]  # what says of when it is: the first that is there
    information_type: str = ""  # what consent knows it as; empty: by its category
    subject: str = "subject"  # where its patient stands
    planned: frozenset[str] = frozenset()  # the statuses of what is still to come
    ends_ahead: bool = False  # may its period end in the future?
    plans: bool = False  # may elements within it be of the future?


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KINDS: Mapping[str, ResourceKind] = {
    "AllergyIntolerance": ResourceKind(
        "allergyintolerance", words(""), ["recordedDate", "onsetDateTime"], "encounters", subject="patient"
    ),
    "CarePlan": ResourceKind(
        "careplan",
        words("draft active on-hold revoked completed entered-in-error unknown"),
        ["period.start", "created"],
        "encounters",
        planned=words("draft active"),
        ends_ahead=True,
        plans=True,
    ),
    "Condition": ResourceKind(
        "condition", words(""), ["recordedDate", "onsetDateTime", "onsetPeriod.start"], "encounters"
    ),
    "Device": ResourceKind(
        "device", words("active inactive entered-in-error unknown"), ["meta.lastUpdated"], "activity", subject="patient"
    ),
    "DiagnosticReport": ResourceKind(
        "diagnosticreport",
        words(
            "registered partial preliminary final amended corrected appended cancelled entered-in-error unknown",
        ),
        ["effectiveDateTime", "effectivePeriod.start", "issued"],
    ),
    "DocumentReference": ResourceKind(
        "documentreference",
        words("current superseded entered-in-error"),
        ["date", "context.period.start"],
        "encounters",
    ),
    "Encounter": ResourceKind(
        "encounter",
        words("planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown"),
        ["period.start"],
        "encounters",
        planned=words("planned"),
        ends_ahead=True,
    ),
    "ImagingStudy": ResourceKind(
        "imagingstudy", words("registered available cancelled entered-in-error unknown"), ["started"], "imaging"
    ),
    "Immunization": ResourceKind(
        "immunization",
        words("completed entered-in-error not-done"),
        ["occurrenceDateTime", "recorded"],
        "encounters",
        subject="patient",
    ),
    "MedicationRequest": ResourceKind(
        "medicationrequest",
        words("active on-hold cancelled completed entered-in-error stopped draft unknown"),
        ["authoredOn"],
        "medications",
        plans=True,
    ),
    "MedicationStatement": ResourceKind(
        "medicationstatement",
        words("active completed entered-in-error intended stopped on-hold unknown not-taken"),
        ["effectiveDateTime", "effectivePeriod.start", "dateAsserted"],
        "medications",
        planned=words("intended"),
        ends_ahead=True,
        plans=True,
    ),
    "Observation": ResourceKind(
        "observation",
        words("registered preliminary final amended corrected cancelled entered-in-error unknown"),
        ["effectiveDateTime", "effectiveInstant", "effectivePeriod.start", "issued"],
    ),
    "Procedure": ResourceKind(
        "procedure",
        words("preparation in-progress not-done on-hold stopped completed entered-in-error unknown"),
        ["performedDateTime", "performedPeriod.start"],
        "encounters",
        planned=words("preparation"),
    ),
    "QuestionnaireResponse": ResourceKind(
        "questionnaireresponse",
        words("in-progress completed amended entered-in-error stopped"),
        ["authored"],
        "encounters",
    ),
}

# Where a clinical status stands in the place of a status: the codes of both, and those that say it is not so.
CLINICAL: Mapping[str, frozenset[str]] = {
    "AllergyIntolerance": words("active inactive resolved"),
    "Condition": words("active recurrence relapse inactive remission resolved"),
}
VERIFICATION: Mapping[str, frozenset[str]] = {
    "AllergyIntolerance": words("unconfirmed confirmed refuted entered-in-error"),
    "Condition": words("unconfirmed provisional differential confirmed refuted entered-in-error"),
}
NOT_SO = words("refuted entered-in-error")
BEFORE_ITS_END = words("active recurrence relapse")
CLINICAL_NEEDED = words("AllergyIntolerance")  # the kinds that have to say one, unless it is not so

# Which type of information a category is of: FHIR's of observations, and those of diagnostic services, HL7 v2's 0074.
CATEGORIES: Mapping[str, str] = {
    "vital-signs": "vital-signs",
    "laboratory": "laboratory",
    "imaging": "imaging",
    "activity": "activity",
    **dict.fromkeys(sorted(words("exam procedure survey therapy social-history")), "encounters"),
}
DIAGNOSTIC_SERVICES: Mapping[str, str] = {
    **dict.fromkeys(sorted(words("BLB CG CH CP GE HM IMM LAB MB MCB MYC PAR PAT SP SR TX VR")), "laboratory"),
    **dict.fromkeys(sorted(words("CT CTH CUS NMR NMS OUS RAD RUS VUS XRC")), "imaging"),
    **dict.fromkeys(sorted(words("AU EC EN ICU NRS OSL OTH OT PF PHR PHY PT RC RT RX")), "encounters"),
}
