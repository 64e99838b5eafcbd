"""Codes of the city's trees, and other fields that have a form."""

import re
from collections.abc import Container, Sequence
from datetime import datetime, timedelta

from chassis.refusals import Invalid

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def check_form(value: str, pattern: re.Pattern[str], field: str, example: str) -> str:
    if not pattern.fullmatch(value):
        raise Invalid(field, f"must look like {example}")
    return value


def check_codes(values: Sequence[str], field: str, most: int) -> list[str]:
    """District or category codes: some, not too many, none twice."""
    if not 1 <= len(values) <= most or len(set(values)) != len(values):
        raise Invalid(field, f"must have 1 to {most} codes, none twice")
    for index, value in enumerate(values):
        check_form(value, SLUG, f"{field}[{index}]", "chronic-care")
    return list(values)


def check_known(values: Sequence[str], tree: Container[str], field: str, what: str) -> None:
    """Refuse a code that the city does not have."""
    for index, value in enumerate(values):
        if value not in tree:
            raise Invalid(f"{field}[{index}]", f"there is no {what} {value!r} in this city")


def check_expiry(value: datetime, now: datetime, field: str, longest: timedelta) -> datetime:
    """A moment in the future, but not too far."""
    if not now < value <= now + longest:
        raise Invalid(field, f"must lie in the future, at most {longest.days} days from now")
    return value
