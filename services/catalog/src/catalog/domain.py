"""Rules of offerings: their terms, their revisions, who may sell them. No I/O; the clock is passed in."""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from chassis import texts
from chassis.refusals import Forbidden, Invalid, Refusal
from city_pack.pack import Tree


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
    Status.REFUSED: frozenset({Status.RETIRED}),
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
DISTRICTS_MAX = 40
ITEMS_MAX = 100
PRICE_MINOR_MAX = 10_000_000_00
VALID_DAYS_MAX = 5 * 365
RETENTION_DAYS_MAX = 30 * 366  # as long as China has inpatient records kept
SLOTS_MAX = 500
EXAMPLES_MAX = 5
SLOT_AHEAD_MAX = timedelta(days=2 * 366)
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
CAPACITY_MAX = 1_000
SLOT_LENGTH_MAX = timedelta(hours=24)
TIMES_MAX = 366
WEIGHT_MAX = 1_000
RULES_MAX = 10
HOURS_MAX = 8_760
BASIS_POINTS = 10_000
AGE_MONTHS_MAX = 1_500
WEEKLY_DAYS_MAX = 366
TIMES_A_DAY_MAX = 48
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class StepRefused(Refusal):
    code = "step-refused"
    title = "The offering's status does not allow this step."


@dataclass(frozen=True, slots=True)
class InReview:
    """A revision that waits for a decision: what it costs, and the hash of what it asks of a resident's data."""

    number: int
    price_minor: int
    currency: str
    consent_hash: bytes


class RevisionChanged(Refusal):
    code = "revision-changed"
    title = "Another revision is in review than the one that was looked at."

    def __init__(self, detail: str, field: str, revision: InReview) -> None:
        super().__init__(detail, field)
        self.revision = revision

    @property
    def data(self) -> dict[str, Any]:
        """A `yima.catalog.v1.RevisionInReview`: the revision to look at."""
        return {
            "revision": self.revision.number,
            "total": {"minor": str(self.revision.price_minor), "currency": self.revision.currency},
            "consent_hash": b64encode(self.revision.consent_hash).decode(),
        }


class NotPermitted(Forbidden):
    code = "not-permitted"
    title = "The partner may not publish this now."


class ReferenceTaken(Refusal):
    code = "reference-taken"
    title = "The partner has an offering with this reference."


class SlotsOverlap(Refusal):
    code = "slots-overlap"
    title = "The offering has a slot at that time."


def advance(current: Status, wanted: Status) -> Status:
    """Return `wanted` if a revision may go there from `current`."""
    if wanted in NEXT.get(current, frozenset()):
        return wanted
    raise StepRefused(f"an offering that is {current.replace('_', ' ')} cannot become {wanted.replace('_', ' ')}")


def check_reviewed(revision: InReview, status: Status, looked_at: int) -> None:
    """Refuse a decision about anything but the revision in review."""
    number = revision.number
    if status != Status.IN_REVIEW:
        raise StepRefused(f"an offering that is {status.replace('_', ' ')} is not in review")
    if looked_at == 0:
        raise Invalid("revision", f"say which revision you looked at; revision {number} is in review")
    if looked_at != number:
        raise RevisionChanged(f"revision {number} is in review now; look at it, then decide", "revision", revision)


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


def check_good_standing(standing: Standing | None, now: datetime) -> None:
    """Refuse a partner that may put nothing on sale now. Asked before every act of a partner whose route does not say
    otherwise (`Route.standing`)."""
    if standing is None or not standing.may_publish:
        raise NotPermitted("only an active, certified partner may publish")
    if standing.certified_until is None or standing.certified_until <= now:
        raise NotPermitted("a certificate has lapsed: ask the operator to renew it")


def check_publisher(standing: Standing | None, category: str, now: datetime) -> None:
    """Refuse a partner that is not certified for what it wants to publish."""
    if standing is None or not standing.may_publish:
        raise NotPermitted("only an active, certified partner may publish")
    if not standing.sells(category, now):
        raise NotPermitted(f"the partner's certificates do not cover {category} now", "manifest.definition")


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


def consent(
    information_types: Sequence[str], purpose: str, access_mode: int, valid_days: int, retention_days: int, field: str
) -> None:
    """What is asked of the resident's data: known kinds, for a known purpose, used and kept for a bounded time."""
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
    if not 0 <= retention_days <= RETENTION_DAYS_MAX:
        raise Invalid(f"{field}.retention_days", f"must be between 0 and {RETENTION_DAYS_MAX}")


@dataclass(frozen=True, slots=True)
class Item:
    """So many of one thing an offering contains."""

    code: str
    kind: int
    times: int
    weight: int


def contents(items: Sequence[Item], valid_days: int, field: str) -> None:
    """What an offering contains: each thing once, so many of each, to be used within a time."""
    if not items:
        if valid_days:
            raise Invalid(f"{field}.valid_days", "is for offerings with contents")
        return
    if len(items) > ITEMS_MAX:
        raise Invalid(f"{field}.contents", f"at most {ITEMS_MAX}")
    for place, item in enumerate(items):
        slug(item.code, f"{field}.contents[{place}].code")
        if not item.kind:
            raise Invalid(f"{field}.contents[{place}].kind", "must be VISIT or MEASUREMENT")
        if not 1 <= item.times <= TIMES_MAX:
            raise Invalid(f"{field}.contents[{place}].times", f"must be between 1 and {TIMES_MAX}")
        if not 0 <= item.weight <= WEIGHT_MAX:
            raise Invalid(f"{field}.contents[{place}].weight", f"must be between 0 and {WEIGHT_MAX}")
    if len({item.code for item in items}) < len(items):
        raise Invalid(f"{field}.contents", "each code may be there once")
    if not 1 <= valid_days <= VALID_DAYS_MAX:
        raise Invalid(f"{field}.valid_days", f"must be between 1 and {VALID_DAYS_MAX}")


def cancellation(rules: Sequence[tuple[int, int]], booked: bool, field: str) -> None:
    """Hours before the booked time and the fee from then on, in basis points: the later, the dearer."""
    if rules and not booked:
        raise Invalid(field, "fees go by a booked time; this offering is not booked")
    if len(rules) > RULES_MAX:
        raise Invalid(field, f"at most {RULES_MAX}")
    for place, (hours, fee) in enumerate(rules):
        if not 1 <= hours <= HOURS_MAX:
            raise Invalid(f"{field}[{place}].hours_before", f"must be between 1 and {HOURS_MAX}")
        if not 1 <= fee <= BASIS_POINTS:
            raise Invalid(f"{field}[{place}].fee_basis_points", f"must be between 1 and {BASIS_POINTS}")
    for place, ((earlier, less), (later, more)) in enumerate(pairwise(rules)):
        if not (earlier > later and less < more):
            raise Invalid(f"{field}[{place + 1}]", "must come later and cost more than the one before")


def known(values: Sequence[str], tree: Tree, field: str, what: str) -> None:
    """Refuse a code that the city does not have."""
    for place, value in enumerate(values):
        if value not in tree:
            raise Invalid(f"{field}[{place}]", f"there is no {what} {value!r} in this city")


def below(category: str, taxonomy: Tree, field: str) -> list[str]:
    """A category and all below it: what it is asked for finds."""
    if category not in taxonomy:
        raise Invalid(field, f"there is no category {category!r} in this city")
    return taxonomy.within(category)


def around(district: str, districts: Tree, field: str) -> list[str]:
    """A district, those it lies in and those in it: who serves one of them serves somebody there."""
    if district not in districts:
        raise Invalid(field, f"there is no district {district!r} in this city")
    return [*districts.lineage(district), *districts.within(district)[1:]]


@dataclass(frozen=True, slots=True)
class Ages:
    """Whom something is for, by age in whole months: at least `start`, below `end`; 0 is any."""

    start: int = 0
    end: int = 0


def eligibility(ages: Ages, field: str) -> None:
    if not 0 <= ages.start <= AGE_MONTHS_MAX:
        raise Invalid(f"{field}.age_from_months", f"must be between 0 and {AGE_MONTHS_MAX}")
    if ages.end and not ages.start < ages.end <= AGE_MONTHS_MAX:
        raise Invalid(f"{field}.age_below_months", f"must lie above age_from_months, up to {AGE_MONTHS_MAX}")


def within_population(said: Ages, population: Ages, field: str) -> Ages:
    """Whom an offering serves: whom it says, among its population; where it says nothing, its population."""
    if 0 < said.start < population.start or (population.end and said.start >= population.end):
        raise Invalid(f"{field}.age_from_months", f"is not among its population, {described(population)}")
    if said.end and (said.end <= population.start or said.end > population.end > 0):
        raise Invalid(f"{field}.age_below_months", f"is not among its population, {described(population)}")
    return Ages(said.start or population.start, said.end or population.end)


def described(ages: Ages) -> str:
    return f"people from {ages.start} months" + (f" and below {ages.end}" if ages.end else "")


def reasons(values: Sequence[str], needed: bool) -> list[str]:
    if len(values) > REASONS_MAX or (needed and not values):
        raise Invalid("reasons", f"give {'1' if needed else '0'} to {REASONS_MAX} reasons")
    return [texts.reason(value, f"reasons[{place}]") for place, value in enumerate(values)]


@dataclass(frozen=True, slots=True)
class SlotTime:
    """A wanted slot, half open."""

    start: datetime
    end: datetime
    capacity: int

    def spoken(self, zone: ZoneInfo) -> str:
        """Its day and times by the zone's clock."""
        start, end = self.start.astimezone(zone), self.end.astimezone(zone)
        until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
        return f"{start:%Y-%m-%d %H:%M} to {until}"


class SkipReason(StrEnum):
    """Why a weekly pattern makes no slot at a time it names."""

    PAST = "past"
    NO_SUCH_TIME = "no_such_time"


@dataclass(frozen=True, slots=True)
class SkippedSlot:
    """A time of a weekly pattern that no slot is made for."""

    day: date
    at: time
    reason: SkipReason

    def spoken(self) -> str:
        why = "is past" if self.reason == SkipReason.PAST else "does not exist: the clock skips it that day"
        return f"{self.day} {self.at:%H:%M} {why}"


@dataclass(frozen=True, slots=True)
class Session:
    """A day and time of a weekly pattern, and when that is: `start` is None where the clock skips it that day."""

    day: date
    at: time
    start: datetime | None


def weekly(
    first: date, last: date, weekdays: Sequence[int], times: Sequence[time], zone: ZoneInfo
) -> Iterator[Session]:
    """What these times of the zone's clock on these weekdays are, in order.

    Of a time that the clock shows twice, the first is meant.
    """
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day.isoweekday() not in weekdays:
            continue
        for at in sorted(times):
            start = datetime.combine(day, at, zone).astimezone(UTC)
            exists = start.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, at)
            yield Session(day, at, start if exists else None)


def to_come(
    sessions: Sequence[Session], length: timedelta, capacity: int, now: datetime
) -> tuple[list[SlotTime], list[SkippedSlot]]:
    """The slots of these sessions, each `length` of real time, and the sessions that can have none."""
    slots: list[SlotTime] = []
    skipped: list[SkippedSlot] = []
    for session in sessions:
        if session.start is None:
            skipped.append(SkippedSlot(session.day, session.at, SkipReason.NO_SUCH_TIME))
        elif session.start <= now:
            skipped.append(SkippedSlot(session.day, session.at, SkipReason.PAST))
        else:
            slots.append(SlotTime(session.start, session.start + length, capacity))
    return slots, skipped


def clock_time(text: str, field: str) -> time:
    if not CLOCK.fullmatch(text):
        raise Invalid(field, "must be a time of the city's clock, to the minute, like 08:30")
    return time.fromisoformat(text)


def check_slots(slots: Sequence[SlotTime], zone: ZoneInfo, now: datetime, field: str) -> None:
    """Refuse slots that are past, endless, empty or on top of each other; `field` is what they were made of."""
    if not 1 <= len(slots) <= SLOTS_MAX:
        raise Invalid("slots", f"must have 1 to {SLOTS_MAX} slots")
    for place, slot in enumerate(slots):
        if slot.start <= now:
            raise Invalid(f"slots[{place}].interval.start", "must lie in the future")
        if slot.start > now + SLOT_AHEAD_MAX:
            raise Invalid(f"slots[{place}].interval.start", f"must lie within {SLOT_AHEAD_MAX.days} days from now")
        if not slot.start < slot.end <= slot.start + SLOT_LENGTH_MAX:
            raise Invalid(f"slots[{place}].interval.end", "must lie after the start, within 24 hours")
        if not 1 <= slot.capacity <= CAPACITY_MAX:
            raise Invalid(f"slots[{place}].capacity", f"must be between 1 and {CAPACITY_MAX}")
    for earlier, later in pairwise(sorted(slots, key=lambda slot: slot.start)):
        if later.start < earlier.end:
            raise SlotsOverlap(f"two that are given overlap: {earlier.spoken(zone)}, and {later.spoken(zone)}", field)
