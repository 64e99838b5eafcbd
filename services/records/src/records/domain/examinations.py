"""What is found of a resource that was stored: rules that never refuse it.

A finding names a rule, a field and what is to be done, and nothing of whose the resource is or what it says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from city_pack.pack import BadPack, City, CodesRequired

# Where a kind says what it is about, in codes: the element that the city's tables are for.
CODED: Mapping[str, str] = {
    "AllergyIntolerance": "code",
    "CarePlan": "category",
    "Condition": "code",
    "Device": "type",
    "DiagnosticReport": "code",
    "DocumentReference": "type",
    "Encounter": "type",
    "ImagingStudy": "procedureCode",
    "Immunization": "vaccineCode",
    "MedicationRequest": "medicationCodeableConcept",
    "MedicationStatement": "medicationCodeableConcept",
    "Observation": "code",
    "Procedure": "code",
}
CODE_NOT_IN_TABLE = "code-not-in-table"


@dataclass(frozen=True, slots=True)
class SentCoding:
    """A code that a resource says what it is about with: as it was sent, or put beside that by a map."""

    system: str
    code: str
    display: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What is looked at of a resource."""

    resource_type: str
    information_type: str
    resource: Mapping[str, Any]
    mapped: Sequence[Mapping[str, str]]

    def codings(self) -> list[SentCoding]:
        """The codes that it says what it is about with, as they were sent."""
        element = self.resource.get(CODED.get(self.resource_type, ""))
        concepts = element if isinstance(element, list) else [element]
        codings = [
            coding for concept in concepts if isinstance(concept, Mapping) for coding in concept.get("coding") or ()
        ]
        return [
            SentCoding(str(coding["system"]), str(coding["code"]), str(coding.get("display") or ""))
            for coding in codings
            if isinstance(coding, Mapping) and coding.get("system") and coding.get("code")
        ]

    def mapped_from(self, codings: Sequence[SentCoding]) -> list[SentCoding]:
        """The codes that maps in force put beside these."""
        sent = {(coding.system, coding.code) for coding in codings}
        return [
            SentCoding(each["system"], each["code"], each["display"])
            for each in self.mapped
            if (each["sentSystem"], each["sentCode"]) in sent
        ]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be."""

    rule: str
    field: str
    detail: str
    table: str = ""  # of which a code was expected
    codings: Sequence[SentCoding] = ()  # that came in its place


type KnownCodes = frozenset[tuple[str, str, str]]
"""Which codes tables have: the table's URL, the code's system, the code."""


def expected_tables(examined: Examined, city: City, loaded: frozenset[str]) -> list[CodesRequired]:
    """The loaded tables of one of which the resource has to have a code."""
    return [
        table
        for table in city.code_tables
        if table.url in loaded and table.is_for(examined.resource_type, examined.information_type)
    ]


def findings(examined: Examined, city: City, loaded: frozenset[str], known: KnownCodes) -> Iterator[Finding]:
    """All that is found of a resource. `known` has those of its codes that the city's loaded tables have."""
    yield from code_findings(examined, city, loaded, known)


def code_findings(examined: Examined, city: City, loaded: frozenset[str], known: KnownCodes) -> Iterator[Finding]:
    expected = expected_tables(examined, city, loaded)
    if not expected:
        return
    codings = examined.codings()
    beside = examined.mapped_from(codings)
    urls = {table.url for table in expected}
    if any((url, coding.system, coding.code) in known for url in urls for coding in (*codings, *beside)):
        return
    table = expected[0]
    field = CODED[examined.resource_type]
    if codings:
        detail = f"has no code of {table.url}; map the local one to it"
    else:
        detail = f"has no code at all; send one of {table.url}"
    yield Finding(CODE_NOT_IN_TABLE, field, detail, table.url, codings)


def check_code_tables(city: City, path: str) -> None:
    """Refuse a pack that has codes required of a kind that is not kept, or says nothing in codes."""
    for index, table in enumerate(city.code_tables):
        if unknown := sorted(set(table.kinds) - CODED.keys()):
            raise BadPack(
                f"{path}: global.city.codeTables[{index}].kinds: {unknown[0]} is none of {', '.join(sorted(CODED))}"
            )
