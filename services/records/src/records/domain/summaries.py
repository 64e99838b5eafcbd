"""A resource in a few words, for people: what it is, what it says, and what was measured.

Only what the resource itself says, in its own words: nothing is looked up or converted, and nothing is judged but
whether a value lies outside the range that came with it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

TITLE_LENGTH_MAX = 200
DETAILS_LENGTH_MAX = 500
VALUES_MAX = 50
LOINC = "http://loinc.org"

type Element = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MeasuredValue:
    """A value as it was sent; `low` and `high` are of the first range that came with it, empty where it is open."""

    name: str
    code: str  # LOINC's, empty where it has none
    value: str
    unit: str
    low: str
    high: str
    outside: bool


@dataclass(frozen=True, slots=True)
class Summary:
    title: str
    details: str
    values: Sequence[MeasuredValue]


def summary(resource: Element) -> Summary:
    """A resource that was taken in, in a few words; its numbers are decimals or ints."""
    kind = str(resource.get("resourceType"))
    titles, details = TEXTS.get(kind, (("code",), ()))
    return Summary(
        title=(first_text(resource, titles) or contained_medicine(resource) or kind)[:TITLE_LENGTH_MAX],
        details=first_text(resource, details)[:DETAILS_LENGTH_MAX],
        values=[*measured(resource)][:VALUES_MAX] if kind == "Observation" else (),
    )


# By kind: where its title stands, and where what it says; the first that is there.
TEXTS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "AllergyIntolerance": (("code",), ("criticality",)),
    "CarePlan": (("title", "category"), ("description",)),
    "Condition": (("code",), ("note",)),
    "Device": (("deviceName", "type"), ("manufacturer",)),
    "DiagnosticReport": (("code",), ("conclusion", "conclusionCode")),
    "DocumentReference": (("description", "type"), ("content.attachment.title",)),
    "Encounter": (("type", "serviceType", "class"), ("reasonCode",)),
    "ImagingStudy": (("description", "procedureCode", "modality"), ("note",)),
    "Immunization": (("vaccineCode",), ("lotNumber",)),
    "MedicationRequest": (("medicationCodeableConcept", "medicationReference"), ("dosageInstruction",)),
    "MedicationStatement": (("medicationCodeableConcept", "medicationReference"), ("dosage",)),
    "Observation": (("code",), ("interpretation", "note")),
    "Procedure": (("code",), ("outcome", "note")),
    "QuestionnaireResponse": (("questionnaire",), ()),
}


def first_text(resource: Element, paths: Iterable[str]) -> str:
    return next((words for path in paths for words in texts_at(resource, path.split("."))), "")


def contained_medicine(resource: Element) -> str:
    """The medicine of a prescription that carries it within itself."""
    reference = str((resource.get("medicationReference") or {}).get("reference") or "")
    contained = resource.get("contained") or () if reference.startswith("#") else ()
    return next((text_of(inner.get("code")) for inner in contained if f"#{inner.get('id')}" == reference), "")


def texts_at(element: object, path: Sequence[str]) -> list[str]:
    """What is said at a path, in words; lists are looked through."""
    if isinstance(element, list):
        return [words for item in element for words in texts_at(item, path)]
    if path:
        return texts_at(element.get(path[0]), path[1:]) if isinstance(element, Mapping) else []
    words = text_of(element)
    return [words] if words else []


def text_of(element: object) -> str:
    """A concept, a coding, a reference or an annotation in the words that came with it; without any, its code."""
    if isinstance(element, str):
        return element
    if not isinstance(element, Mapping):
        return ""
    named = (element.get(name) for name in ("text", "display", "name", "title"))
    for words in named:
        if isinstance(words, str) and words:
            return words
    codings = element.get("coding") or ()
    return next((text_of(coding) for coding in codings if text_of(coding)), "") or str(element.get("code") or "")


def measured(observation: Element) -> Iterable[MeasuredValue]:
    """What an observation measured, its own value before those of its components."""
    parts = [observation, *(part for part in observation.get("component") or () if isinstance(part, Mapping))]
    for part in parts:
        for name, read in VALUES.items():
            if (value := part.get(name)) is not None:
                yield read(part, value)


def quantity(part: Element, value: Element) -> MeasuredValue:
    ranges = [bounds for bounds in part.get("referenceRange") or () if isinstance(bounds, Mapping)]
    low, high = (number((ranges[0] if ranges else {}).get(end)) for end in ("low", "high"))
    amount = number(value)
    return MeasuredValue(
        name=text_of(part.get("code")),
        code=loinc(part),
        value=f"{value.get('comparator') or ''}{written(amount)}",
        unit=str(value.get("unit") or value.get("code") or ""),
        low=written(low),
        high=written(high),
        outside=amount is not None and ((low is not None and amount < low) or (high is not None and amount > high)),
    )


def plain(part: Element, value: object) -> MeasuredValue:
    said = ("yes" if value else "no") if isinstance(value, bool) else text_of(value) or str(value)
    return MeasuredValue(text_of(part.get("code")), loinc(part), said[:DETAILS_LENGTH_MAX], "", "", "", outside=False)


VALUES: Mapping[str, Callable[[Element, Any], MeasuredValue]] = {
    "valueQuantity": quantity,
    **dict.fromkeys(("valueString", "valueCodeableConcept", "valueInteger", "valueBoolean", "valueDateTime"), plain),
}


def number(value: object) -> Decimal | None:
    """The number of a quantity, as it was sent."""
    amount = value.get("value") if isinstance(value, Mapping) else None
    return Decimal(amount) if isinstance(amount, Decimal | int) and not isinstance(amount, bool) else None


def written(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"


def loinc(part: Element) -> str:
    codings = (part.get("code") or {}).get("coding") or ()
    known = (coding.get("code") for coding in codings if coding.get("system") == LOINC)
    return next((str(code) for code in known if code), "")
