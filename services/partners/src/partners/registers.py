"""The register of institutions: what it is asked, and over HTTP. A city's own has an adapter that speaks like the
sandbox's, which runs beside those of people and licences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chassis.questions import Questions, reference_of

ANSWERS = {"good": True, "struck-off": False, "different": False, "absent": False}


@dataclass(frozen=True, slots=True)
class CheckedRegistration:
    """Is a registration in force and this institution's, and the register's own reference of its answer."""

    confirmed: bool
    reference: str


class InstitutionRegister(Protocol):
    """The register of institutions."""

    async def check_registration(self, name: str, number: str) -> CheckedRegistration:
        """Is an institution of this name registered under this number? Raises `NotAnswered`."""


class HttpInstitutionRegister(Questions):
    """The register at one address."""

    async def check_registration(self, name: str, number: str) -> CheckedRegistration:
        return await self.ask("/institutions/checks", checked_registration, name=name, number=number)


def checked_registration(answer: Mapping[str, Any]) -> CheckedRegistration:
    """Its answer; KeyError, TypeError or ValueError where it is not understood."""
    return CheckedRegistration(ANSWERS[answer["answer"]], reference_of(answer))
