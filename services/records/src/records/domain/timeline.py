"""A resident's record as they read it themselves: what a resource is for people, whether it goes on, what was measured.

What is said in codes is said in the person's language, by the tables of codes; what no table has, as it was sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any

from chassis.refusals import Invalid
from city_pack.pack import ReferenceRange

from records.domain.kinds import words
from records.domain.rule_packs import CODED
from records.domain.summaries import LOINC, text_of

INSTITUTIONS_MAX = 20
ITEMS_MAX = 50  # of a visit, on a page
VALUES_MAX = 50
TEXT_LENGTH_MAX = 500
SNOMED_CT = "http://snomed.info/sct"
VISIT_KIND = "urn:yima:visit-kind"


class TimelineKind(StrEnum):
    """What something on the timeline is, for people. The values are the contract's, in lower case."""

    VISIT = "visit"
    CHECK_UP = "check_up"
    DIAGNOSIS = "diagnosis"
    RESULT = "result"
    REPORT = "report"
    IMAGING = "imaging"
    MEDICINE = "medicine"
    VACCINATION = "vaccination"
    ALLERGY = "allergy"
    PROCEDURE = "procedure"
    CARE_PLAN = "care_plan"
    DOCUMENT = "document"
    DEVICE = "device"


class TimelineState(StrEnum):
    """Does it go on?"""

    CURRENT = "current"
    PAST = "past"
    PLANNED = "planned"


# What a kind of resource is; an encounter may be a check-up, and a report one of imaging.
KIND_OF: Mapping[str, TimelineKind] = {
    "AllergyIntolerance": TimelineKind.ALLERGY,
    "CarePlan": TimelineKind.CARE_PLAN,
    "Condition": TimelineKind.DIAGNOSIS,
    "Device": TimelineKind.DEVICE,
    "DiagnosticReport": TimelineKind.REPORT,
    "DocumentReference": TimelineKind.DOCUMENT,
    "Encounter": TimelineKind.VISIT,
    "ImagingStudy": TimelineKind.IMAGING,
    "Immunization": TimelineKind.VACCINATION,
    "MedicationRequest": TimelineKind.MEDICINE,
    "MedicationStatement": TimelineKind.MEDICINE,
    "Observation": TimelineKind.RESULT,
    "Procedure": TimelineKind.PROCEDURE,
    "QuestionnaireResponse": TimelineKind.DOCUMENT,
}
# Encounters that were check-ups: SNOMED CT's check up, well child visit, general examination, adult health examination.
CHECK_UPS: Mapping[str, frozenset[str]] = {
    SNOMED_CT: words("185349003 410620009 162673000 268565007"),
    VISIT_KIND: words("check-up"),
}
# The kinds that go on for a while, and what their statuses say of that; every other status of theirs is past.
LASTING = words(
    "AllergyIntolerance CarePlan Condition Device Encounter MedicationRequest MedicationStatement Procedure"
)
CURRENT = words(
    "active recurrence relapse on-hold arrived triaged in-progress onleave unconfirmed provisional differential "
    "confirmed recorded"
)
PLANNED = words("planned draft intended preparation")


class Judgement(StrEnum):
    """What a value says. The values are the contract's `Interpretation`, in lower case."""

    NORMAL = "normal"
    LOW = "low"
    HIGH = "high"
    CRITICALLY_LOW = "critically_low"
    CRITICALLY_HIGH = "critically_high"
    ABNORMAL = "abnormal"


# HL7's codes (v3 ObservationInterpretation) of how whoever sent a value judged it.
JUDGED: Mapping[str, Judgement] = {
    "N": Judgement.NORMAL,
    "NEG": Judgement.NORMAL,
    "ND": Judgement.NORMAL,
    "L": Judgement.LOW,
    "LU": Judgement.LOW,
    "<": Judgement.LOW,
    "H": Judgement.HIGH,
    "HU": Judgement.HIGH,
    ">": Judgement.HIGH,
    "LL": Judgement.CRITICALLY_LOW,
    "HH": Judgement.CRITICALLY_HIGH,
    "A": Judgement.ABNORMAL,
    "AA": Judgement.ABNORMAL,
    "POS": Judgement.ABNORMAL,
    "DET": Judgement.ABNORMAL,
}

type Code = tuple[str, str]
"""A code: its system, and what it is there."""

type Element = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which values a value is usual; None: it is open there."""

    low: Decimal | None
    high: Decimal | None

    def judge(self, value: Decimal) -> Judgement:
        if self.low is not None and value < self.low:
            return Judgement.LOW
        if self.high is not None and value > self.high:
            return Judgement.HIGH
        return Judgement.NORMAL


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured, as it was sent."""

    name: str
    codes: Sequence[Code]
    words: str  # the value as people read it
    number: Decimal | None
    exact: bool  # is the number the value itself, and no bound of it such as `<5`?
    unit: str  # in the words that came with it
    ucum: str
    bounds: Bounds | None
    judged: Judgement | None

    @property
    def loinc(self) -> str:
        return next((code for system, code in self.codes if system == LOINC), "")


def check_institutions(institutions: Sequence[str]) -> None:
    if len(institutions) > INSTITUTIONS_MAX:
        raise Invalid("institution_ids", f"at most {INSTITUTIONS_MAX}")


def codes_in(concept: object) -> list[Code]:
    """The codes of a concept, or of a list of concepts or codings, as they were sent."""
    if isinstance(concept, list):
        return [code for each in concept for code in codes_in(each)]
    if not isinstance(concept, Mapping):
        return []
    codings = concept.get("coding") or ([concept] if "code" in concept else [])
    return [
        (str(coding["system"]), str(coding["code"]))
        for coding in codings
        if isinstance(coding, Mapping) and coding.get("system") and isinstance(coding.get("code"), str)
    ]


def title_codes(resource: Element) -> list[Code]:
    """The codes that say what a resource is."""
    return codes_in(resource.get(CODED.get(str(resource.get("resourceType")), "")))


def with_mapped(codes: Sequence[Code], mapped: Sequence[Mapping[str, str]]) -> list[Code]:
    """These codes, and those that maps in force put beside them."""
    beside = [(each["system"], each["code"]) for each in mapped if (each["sentSystem"], each["sentCode"]) in codes]
    return [*codes, *beside]


def measured(observation: Element) -> list[Measured]:
    """What an observation measured: its own value before those of its components."""
    components = [part for part in observation.get("component") or () if isinstance(part, Mapping)]
    values = (value_of(part) for part in [observation, *components])
    return [value for value in values if value is not None][:VALUES_MAX]


def value_of(part: Element) -> Measured | None:
    """The value of an observation or a component; None: it has none."""
    name, codes, judgement = text_of(part.get("code")), codes_in(part.get("code")), judged(part)
    quantity = part.get("valueQuantity")
    if isinstance(quantity, Mapping):
        number, comparator = number_of(quantity), str(quantity.get("comparator") or "")
        words = f"{comparator}{written(number)}"
        unit = str(quantity.get("unit") or quantity.get("code") or "")
        ucum = str(quantity.get("code") or quantity.get("unit") or "")
        bounds = bounds_of(part, quantity)
        return Measured(name, codes, words, number, not comparator, unit, ucum, bounds, judgement)
    for member in ("valueString", "valueCodeableConcept", "valueInteger", "valueBoolean", "valueDateTime"):
        if (value := part.get(member)) is not None:
            said = ("yes" if value else "no") if isinstance(value, bool) else text_of(value) or str(value)
            count = Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else None
            return Measured(name, codes, said[:TEXT_LENGTH_MAX], count, True, "", "", None, judgement)
    return None


def judged(part: Element) -> Judgement | None:
    """How whoever sent a value judged it."""
    codes = (
        str(coding.get("code"))
        for concept in part.get("interpretation") or ()
        if isinstance(concept, Mapping)
        for coding in concept.get("coding") or ()
        if isinstance(coding, Mapping)
    )
    return next((JUDGED[code] for code in codes if code in JUDGED), None)


def bounds_of(part: Element, value: Element) -> Bounds | None:
    """The usual range that came with a value, in the value's own unit; None: none came, or one of another unit."""
    for sent in part.get("referenceRange") or ():
        if not isinstance(sent, Mapping) or not is_usual(sent):
            continue
        ends = [sent.get(end) for end in ("low", "high")]
        if any(isinstance(end, Mapping) and not alike(end, value) for end in ends):
            continue
        low, high = (number_of(end) for end in ends)
        if low is not None or high is not None:
            return Bounds(low, high)
    return None


def is_usual(sent: Element) -> bool:
    """Is a range the one of healthy people? One that says nothing is."""
    codes = {code for _, code in codes_in(sent.get("type"))}
    return not codes or "normal" in codes


def alike(end: Element, value: Element) -> bool:
    """Is the end of a range in its value's unit? One that says no unit is."""
    return all(end[name] == value[name] for name in ("code", "unit") if name in end and name in value)


def number_of(quantity: object) -> Decimal | None:
    amount = quantity.get("value") if isinstance(quantity, Mapping) else None
    return Decimal(amount) if isinstance(amount, Decimal | int) and not isinstance(amount, bool) else None


def written(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"


@dataclass(frozen=True, slots=True)
class Held:
    """A value held against a range."""

    bounds: Bounds | None
    by_city: bool  # is the range the city's, since none came with the value?
    judgement: Judgement | None
    by_sender: bool


def held_against(
    value: Measured, ranges: Sequence[ReferenceRange], born: date | None, at: datetime, zone: tzinfo
) -> Held:
    """A value with the range that came with it, else with the city's for somebody of that age; and what it says, as its
    sender judged it, else by the range."""
    bounds, by_city = value.bounds, False
    if bounds is None and value.number is not None and born is not None:
        months = age_in_months(born, at.astimezone(zone).date())
        fitting = (each for each in ranges if each.is_for(value.loinc, value.ucum, months))
        if (chosen := next(fitting, None)) is not None:
            bounds, by_city = Bounds(chosen.lower, chosen.upper), True
    if value.judged is not None:
        return Held(bounds, by_city, value.judged, by_sender=True)
    if bounds is None or value.number is None or not value.exact:
        return Held(bounds, by_city, None, by_sender=False)
    return Held(bounds, by_city, bounds.judge(value.number), by_sender=False)


def age_in_months(born: date, day: date) -> int:
    return (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)


type Texts = Mapping[Code, Mapping[str, str]]
"""What tables call codes, by language; under "" what they call them without saying in which."""


def in_languages(codes: Sequence[Code], sent: str, texts: Texts, locales: Sequence[str]) -> dict[str, str]:
    """What something is called in each language: as the tables have it for the first of its codes that they know, else
    as it was sent."""
    known = next((texts[code] for code in codes if code in texts), None)
    if known is None:
        return dict.fromkeys(locales, sent)
    return {locale: in_language(known, locale) or sent or known.get("", "") for locale in locales}


def in_language(known: Mapping[str, str], locale: str) -> str:
    """A table's words in a language, or in another form of it; empty where it has none."""
    if locale in known:
        return known[locale]
    primary = locale.partition("-")[0].lower()
    return next((words for tag, words in known.items() if tag and tag.partition("-")[0].lower() == primary), "")


def codes_to_name(resource: Element, mapped: Sequence[Mapping[str, str]]) -> Iterator[Code]:
    """All codes of a resource that are shown in words."""
    yield from with_mapped(title_codes(resource), mapped)
    if resource.get("resourceType") == "Observation":
        for value in measured(resource):
            yield from with_mapped(value.codes, mapped)
