"""Rules of offerings: their terms, their revisions, who may sell them. No I/O; the clock is passed in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from chassis.refusals import Forbidden, Invalid, Refusal


class Status(StrEnum):
    """Where a revision stands; `restricted` and `retired` say it of a published one that is not on sale."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    REFUSED = "refused"
    RESTRICTED = "restricted"
    RETIRED = "retired"


NEXT: Mapping[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.IN_REVIEW, Status.PUBLISHED, Status.RETIRED}),
    Status.IN_REVIEW: frozenset({Status.PUBLISHED, Status.REFUSED, Status.RETIRED}),
    Status.REFUSED: frozenset({Status.DRAFT, Status.RETIRED}),
    Status.PUBLISHED: frozenset({Status.SUPERSEDED, Status.RESTRICTED, Status.RETIRED}),
    Status.RESTRICTED: frozenset({Status.PUBLISHED, Status.SUPERSEDED, Status.RETIRED}),
}
PUBLIC = frozenset({Status.PUBLISHED, Status.RESTRICTED, Status.RETIRED, Status.SUPERSEDED})

INFORMATION_TYPES = frozenset(
    {"vital-signs", "laboratory", "encounters", "imaging", "medications", "maternal", "child-health", "activity"}
)
# HL7 v3 PurposeOfUse
PURPOSES = frozenset({"TREAT", "ETREAT", "CAREMGT", "PUBHLTH", "HRESCH", "HPAYMT", "HOPERAT", "PATRQT"})

TITLE_LENGTH_MAX = 120
DESCRIPTION_LENGTH_MAX = 4_000
REFERENCE_LENGTH_MAX = 64
REASONS_MAX = 20
REASON_LENGTH_MAX = 500
DISTRICTS_MAX = 40
ITEMS_MAX = 100
PRICE_MINOR_MAX = 10_000_000_00
VALID_DAYS_MAX = 5 * 365
SLOTS_MAX = 500
CAPACITY_MAX = 1_000
SLOT_LENGTH_MAX = timedelta(hours=24)
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class StepRefused(Refusal):
    """The offering's status does not allow this step."""


class NotPermitted(Forbidden):
    """The partner may not publish this now."""


class ReferenceTaken(Refusal):
    """The partner has an offering with this reference."""


class SlotsOverlap(Refusal):
    """The offering has a slot at that time."""


def advance(current: Status, wanted: Status) -> Status:
    """Return `wanted` if a revision may go there from `current`."""
    if wanted in NEXT.get(current, frozenset()):
        return wanted
    raise StepRefused(f"an offering that is {current.replace('_', ' ')} cannot become {wanted.replace('_', ' ')}")


@dataclass(frozen=True, slots=True)
class Standing:
    """What partners says of a partner."""

    may_publish: bool
    may_sell: bool
    scope: frozenset[str]
    certified_until: datetime | None

    def covers(self, category: str) -> bool:
        return "*" in self.scope or category in self.scope

    def sells(self, category: str, now: datetime) -> bool:
        """May offerings of this category be on sale now?"""
        in_force = self.certified_until is not None and now < self.certified_until
        return self.may_sell and in_force and self.covers(category)


def check_publisher(standing: Standing | None, category: str, now: datetime) -> None:
    """Refuse a partner that is not certified for what it wants to publish."""
    if standing is None or not standing.may_publish:
        raise NotPermitted("only an active, certified partner may publish")
    if not standing.sells(category, now):
        raise NotPermitted(f"the partner's certificates do not cover {category} now", "manifest.definition")


def text(value: str, field: str, longest: int) -> str:
    trimmed = value.strip()
    if not 1 <= len(trimmed) <= longest:
        raise Invalid(field, f"must have 1 to {longest} characters")
    return trimmed


def texts(value: Mapping[str, str], locales: Sequence[str], field: str, longest: int) -> dict[str, str]:
    """A text in each of the city's languages and no other."""
    if set(value) != set(locales):
        raise Invalid(field, f"must be given in {', '.join(locales)}, and in no other language")
    return {locale: text(value[locale], f"{field}.{locale}", longest) for locale in locales}


def slug(value: str, field: str) -> str:
    if not SLUG.fullmatch(value) or len(value) > REFERENCE_LENGTH_MAX:
        raise Invalid(field, "must be lower-case words joined by hyphens, e.g. chronic-care")
    return value


def slugs(values: Sequence[str], field: str, most: int) -> None:
    if len(values) > most or len(set(values)) != len(values):
        raise Invalid(field, f"at most {most}, none twice")
    for place, value in enumerate(values):
        slug(value, f"{field}[{place}]")


def price(minor: int, currency: str, city_currency: str, field: str) -> None:
    """A price in the city's currency; nothing is sold for less than nothing."""
    if currency != city_currency:
        raise Invalid(f"{field}.currency", f"must be {city_currency}, the city's currency")
    if not 0 <= minor <= PRICE_MINOR_MAX:
        raise Invalid(field, f"must be between 0 and {PRICE_MINOR_MAX} minor units")


def consent(information_types: Sequence[str], purpose: str, access_mode: int, valid_days: int, field: str) -> None:
    """What is asked of the resident's data: known kinds of it, for a known purpose, for a bounded time."""
    if not information_types:
        return
    for place, kind in enumerate(information_types):
        if kind not in INFORMATION_TYPES:
            known = ", ".join(sorted(INFORMATION_TYPES))
            raise Invalid(f"{field}.information_types[{place}]", f"must be one of {known}")
    if len(set(information_types)) != len(information_types):
        raise Invalid(f"{field}.information_types", "none may be named twice")
    if purpose not in PURPOSES:
        raise Invalid(f"{field}.purpose", f"must be one of {', '.join(sorted(PURPOSES))}")
    if not access_mode:
        raise Invalid(f"{field}.access_mode", "must be VIEW, STORE or COMPUTE")
    if not 1 <= valid_days <= VALID_DAYS_MAX:
        raise Invalid(f"{field}.valid_days", f"must be between 1 and {VALID_DAYS_MAX}")


def reasons(values: Sequence[str], needed: bool) -> list[str]:
    if len(values) > REASONS_MAX or (needed and not values):
        raise Invalid("reasons", f"give {'1' if needed else '0'} to {REASONS_MAX} reasons")
    return [text(value, f"reasons[{place}]", REASON_LENGTH_MAX) for place, value in enumerate(values)]


@dataclass(frozen=True, slots=True)
class SlotTime:
    """A wanted slot, half open."""

    start: datetime
    end: datetime
    capacity: int


def check_slots(slots: Sequence[SlotTime], now: datetime) -> None:
    """Refuse slots that are past, endless, empty or on top of each other."""
    if not 1 <= len(slots) <= SLOTS_MAX:
        raise Invalid("slots", f"must have 1 to {SLOTS_MAX} slots")
    for place, slot in enumerate(slots):
        if slot.start <= now:
            raise Invalid(f"slots[{place}].interval.start", "must lie in the future")
        if not slot.start < slot.end <= slot.start + SLOT_LENGTH_MAX:
            raise Invalid(f"slots[{place}].interval.end", "must lie after the start, within 24 hours")
        if not 1 <= slot.capacity <= CAPACITY_MAX:
            raise Invalid(f"slots[{place}].capacity", f"must be between 1 and {CAPACITY_MAX}")
    for one, next_one in pairwise(sorted(slots, key=lambda slot: slot.start)):
        if next_one.start < one.end:
            raise SlotsOverlap("two of the given slots overlap", "slots")
