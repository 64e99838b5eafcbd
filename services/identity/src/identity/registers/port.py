"""What registers are asked. They are others': each may be slow, away, or answer what nobody understands."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from chassis.questions import reference_of

DISTRICT_LENGTH_MAX = 64


class PersonAnswer(StrEnum):
    """What the register of people says of a name and a number. Who is absent may have been registered just now."""

    MATCHING = "matching"
    DIFFERENT = "different"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class CheckedPerson:
    """Its answer, the register's own reference of it, and in which district it says that they live; empty: in none."""

    answer: PersonAnswer
    reference: str
    district: str = ""


@dataclass(frozen=True, slots=True)
class CheckedLicence:
    """Is a licence in force and this person's, and the register's own reference of its answer."""

    confirmed: bool
    reference: str


class PeopleRegister(Protocol):
    """The register of people."""

    async def check_person(self, name: str, number: str) -> CheckedPerson:
        """Do this name and this identity number belong together? Raises `NotAnswered`."""


class LicenceRegister(Protocol):
    """The register of practitioners' licences."""

    async def check_licence(self, name: str, number: str) -> CheckedLicence:
        """Is this licence in force, and of a person of this name? Raises `NotAnswered`."""


def checked_licence(answer: Mapping[str, Any]) -> CheckedLicence:
    """The same of a licence: any answer but these is none."""
    return CheckedLicence(
        {"good": True, "withdrawn": False, "different": False, "absent": False}[answer["answer"]], reference_of(answer)
    )


def checked_person(answer: Mapping[str, Any]) -> CheckedPerson:
    """The answer in a register's own words; KeyError, TypeError or ValueError where they are not understood."""
    return CheckedPerson(PersonAnswer(answer["answer"]), reference_of(answer), district_of(answer.get("district", "")))


def district_of(said: object) -> str:
    """A district as a register says it: a code, or nothing; ValueError where it is neither."""
    if not isinstance(said, str) or len(said) > DISTRICT_LENGTH_MAX:
        raise ValueError("no code of a district")
    return said
