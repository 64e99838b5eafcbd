"""Categories of information that are apart by default: a consent covers them only where it names them.

A resource is of a category where any coding in it, its security labels included, has one of the category's codes, or a
code that begins with one of its prefixes. What is only said in words is not found.
"""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

CODES_MAX = 500
ICD_10 = ("http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-10-cm")
LOINC = "http://loinc.org"
SNOMED_CT = "http://snomed.info/sct"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"  # HL7's security labels

type ClinicalCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,20}$")]


class CodesOf(BaseModel):
    """Codes of one code system."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, strict=True)

    system: Annotated[str, StringConstraints(pattern=r"^(https?://|urn:)[A-Za-z0-9./:_-]+$", max_length=200)]
    codes: Annotated[tuple[ClinicalCode, ...], Field(max_length=CODES_MAX)] = ()
    prefixes: Annotated[tuple[ClinicalCode, ...], Field(max_length=CODES_MAX)] = ()

    @model_validator(mode="after")
    def names_something(self) -> Self:
        if not self.codes and not self.prefixes:
            raise ValueError("names no code and no prefix")
        return self


def _codes(system: str, codes: str = "", prefixes: str = "") -> CodesOf:
    return CodesOf(system=system, codes=tuple(codes.split()), prefixes=tuple(prefixes.split()))


DEFAULT: dict[str, tuple[CodesOf, ...]] = {
    "mental-health": (
        *(_codes(system, prefixes="F") for system in ICD_10),
        _codes(LOINC, "44249-1 44261-6 55757-9 55758-7 69737-5 70274-6 71777-7 72109-2"),
        _codes(SNOMED_CT, "74732009 35489007 191736004 58214004 66590003 231504006"),
        _codes(ACT_CODE, "PSY PSYTHPN MH"),
    ),
    "hiv": (
        *(_codes(system, "R75", "B20 B21 B22 B23 B24 Z21 O98.7") for system in ICD_10),
        _codes(LOINC, "56888-1 25835-0 20447-9 7917-8 5221-7 24012-7 75622-1 30361-0 49890-7 89374-3"),
        _codes(SNOMED_CT, "86406008 62479008 165816005 19030005"),
        _codes(ACT_CODE, "HIV"),
    ),
    "reproductive-health": (
        *(_codes(system, "N46 Z64.0", "N97 O Z30 Z31 Z32 Z33 Z34 Z35 Z36 Z37 Z39") for system in ICD_10),
        _codes(LOINC, "2106-3 2118-8 21198-7 82810-3 11996-6 11977-6 8665-2 11779-6"),
        _codes(SNOMED_CT, "77386006 70317007 386639001 17369002 8619003"),
        _codes(ACT_CODE, "SEX"),
    ),
}
