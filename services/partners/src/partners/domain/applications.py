"""What a partner hands in, and what an operator decides on it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date

from chassis import moments, texts
from chassis.refusals import Invalid, Refusal, TryLater

from partners.domain.codes import check_form

TEXT_LENGTH_MAX = 200
REASONS_MAX = 20
EVIDENCE_MAX = 50
DISTRICTS_MAX = 40
REGISTRATION = re.compile(r"[0-9A-Z][0-9A-Z-]{6,22}[0-9A-Z]")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
TELEPHONE = re.compile(r"\+[1-9]( ?[0-9]){6,14}")


class AlreadyApplied(Refusal):
    code = "already-applied"
    title = "The institution has applied before."


class RegistrationTaken(Refusal):
    code = "registration-taken"
    title = "Another partner that passed screening has this registration number."


class RegistrationNotConfirmed(Refusal):
    code = "registration-not-confirmed"
    title = "The register of institutions does not confirm that this registration is in force and this institution's."


class RegisterAway(TryLater):
    code = "register-away"
    title = "The register cannot say now; nothing was decided. Ask again later."


class NameTaken(Refusal):
    code = "name-taken"
    title = "A partner of this name in the same district was let through before."


def parse_registration_number(value: str, field: str) -> str:
    """A registration number in its one form: capitals and digits of ASCII, whatever keyboard wrote them."""
    return check_form(unicodedata.normalize("NFKC", value).strip().upper(), REGISTRATION, field, "91370100MA3XXXXXXX")


def name_looks(name: Mapping[str, str]) -> list[str]:
    """What a name looks like in each of its languages, to compare by: see `texts.look`."""
    return sorted({texts.look(value) for value in name.values()})


def check_valid_until(value: str, today: date, field: str) -> date:
    """The last day of a document's validity, not past."""
    day = moments.parse_day(value, field)
    if day < today:
        raise Invalid(field, "is past: hand in a document that is in force")
    return day


def is_valid(valid_until: str, today: date) -> bool:
    """Is a document in force that was handed in with this last day?"""
    return date.fromisoformat(valid_until) >= today


def parse_reasons(values: Sequence[str]) -> list[str]:
    """Reasons for a decision: at least one."""
    if not 1 <= len(values) <= REASONS_MAX:
        raise Invalid("reasons", f"must have 1 to {REASONS_MAX} reasons")
    return [texts.line(value, f"reasons[{index}]", texts.REASON_LENGTH_MAX) for index, value in enumerate(values)]
