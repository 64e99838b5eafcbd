"""What apps ask residents for, as SMART on FHIR writes it (HL7 SMART App Launch 2.2, Scopes), and what of a record that
opens: `patient/Observation.rs`, or version 1's `patient/Observation.read`. Apps read; they write nothing."""

import re
from collections.abc import Iterable, Mapping, Sequence

from chassis.refusals import Invalid

from city_pack.information import INFORMATION_TYPES

SCOPES_LENGTH_MAX = 2_000
SCOPE = re.compile(r"patient/(\*|[A-Za-z]{1,64})\.(read|\*|c?r?u?d?s?)")
LETTERS: Mapping[str, str] = {"read": "rs", "*": "rs"}  # version 1's, in those of 2
OFFLINE = "offline_access"
EVERY = "*"


def types(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Which types of information resources of a kind are of; a Patient is of none. Records has the same, by category.
TYPES_OF: Mapping[str, frozenset[str]] = {
    "AllergyIntolerance": types("encounters"),
    "CarePlan": types("encounters"),
    "Condition": types("encounters"),
    "DocumentReference": types("encounters"),
    "Encounter": types("encounters"),
    "Immunization": types("encounters"),
    "Procedure": types("encounters"),
    "QuestionnaireResponse": types("encounters"),
    "Device": types("activity"),
    "DiagnosticReport": types("encounters imaging laboratory"),
    "ImagingStudy": types("imaging"),
    "MedicationRequest": types("medications"),
    "MedicationStatement": types("medications"),
    "Observation": types("activity encounters imaging laboratory vital-signs"),
    "Patient": frozenset(),
    EVERY: INFORMATION_TYPES,
}


def readings(scope: str, field: str = "scope") -> Mapping[str, str]:
    """What an app asks to read, by kind of resource or `*`: `r` for one by its id, `s` for a search. Whatever else a
    scope names is left out. Raises `Invalid`."""
    if len(scope) > SCOPES_LENGTH_MAX:
        raise Invalid(field, f"at most {SCOPES_LENGTH_MAX} characters")
    asked: dict[str, set[str]] = {}
    for each in scope.split(" "):
        match = SCOPE.fullmatch(each)
        if match is None or match[1] not in TYPES_OF:
            continue
        if letters := set(LETTERS.get(match[2], match[2])) & {"r", "s"}:
            asked.setdefault(match[1], set()).update(letters)
    return {kind: "".join(sorted(letters)) for kind, letters in sorted(asked.items())}


def written(asked: Mapping[str, str]) -> Sequence[str]:
    """The scopes of what is read, each as version 2 writes it."""
    return [f"patient/{kind}.{letters}" for kind, letters in asked.items()]


def goes_on(scope: str) -> bool:
    """Does an app ask to look again while the resident is away?"""
    return OFFLINE in scope.split(" ")


def covers(most: Mapping[str, str], kind: str, letters: str) -> bool:
    """Is this among the most that an app is registered for?"""
    return set(letters) <= {*most.get(kind, ""), *most.get(EVERY, "")}


def types_of(kinds: Iterable[str]) -> frozenset[str]:
    """The types of information that a consent is for, so that resources of these kinds can be read."""
    return frozenset[str]().union(*(TYPES_OF[kind] for kind in kinds))
