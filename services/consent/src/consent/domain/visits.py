"""Visits: what the scan of a resident's code offers, what answers it beforehand, and what was answered before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from chassis.refusals import Invalid, Refusal

from consent.domain.consents import RequestStatus
from consent.domain.reach import Reach

OPENS_WITHIN = timedelta(minutes=10)  # a scan that is heard of later opens nothing: the resident may have left
RULES_MAX = 20  # of one resident, in force
KINDS_MAX = 20
HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


class VisitOver(Refusal):
    code = "visit-over"
    title = "The visit is over: what its scan offered cannot be answered any more."


class TooManyVisitRules(Refusal):
    code = "too-many-visit-rules"
    title = "The resident has as many visit rules as there may be."


class VisitRuleEnded(Refusal):
    code = "visit-rule-ended"
    title = "The visit rule was ended before."


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of each day, by the city's clock: from a time until before another, which may lie past midnight."""

    start: time
    end: time

    def include(self, moment: time) -> bool:
        if self.start < self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


def check_hours(start: str, end: str) -> Hours | None:
    """The hours of a rule; None where it holds all day."""
    if not start and not end:
        return None
    hours = Hours(check_time(start, "hours_from"), check_time(end, "hours_until"))
    if hours.start == hours.end:
        raise Invalid("hours_until", "must differ from hours_from; leave out both for all day")
    return hours


def check_time(text: str, field: str) -> time:
    parts = HOURS.fullmatch(text)
    if parts is None:
        raise Invalid(field, "must be a time of the day from 00:00 to 23:59, such as 08:30")
    return time(int(parts[1]), int(parts[2]))


def check_kinds(kinds: Sequence[int], known: Sequence[int]) -> Sequence[int]:
    """Kinds of institution, each once."""
    if len(kinds) > KINDS_MAX:
        raise Invalid("institution_kinds", f"name at most {KINDS_MAX} of them")
    for index, kind in enumerate(kinds):
        if kind not in known:
            raise Invalid(f"institution_kinds[{index}]", "must be a kind of partner")
    return sorted(set(kinds))


@dataclass(frozen=True, slots=True)
class Scan:
    """That a practitioner scanned a resident's code."""

    id: UUID
    resident_id: UUID
    practitioner_id: UUID
    partner_id: UUID
    at: datetime

    @property
    def pair(self) -> tuple[UUID, UUID]:
        return self.resident_id, self.partner_id


@dataclass(frozen=True, slots=True)
class VisitRule:
    """A resident's word for scans to come."""

    id: UUID
    set_by: UUID
    institution_kinds: frozenset[int]  # none: all
    information_types: frozenset[str]
    hours: Hours | None
    whole_institution: bool
    good_until: datetime | None = None
    sensitive_categories: frozenset[str] = frozenset()
    history_days: int = 0  # 0: however old

    def reach(self, scanned_at: datetime) -> Reach:
        """How far what it grants for a scan reaches."""
        start = scanned_at - timedelta(days=self.history_days) if self.history_days else None
        return Reach(self.sensitive_categories, start)

    def fits(self, kind: int | None, now: datetime, local: time) -> bool:
        """Does it answer, now, a scan at an institution of this kind and at this time of the city's day?"""
        if self.good_until is not None and now >= self.good_until:
            return False
        if self.institution_kinds and kind not in self.institution_kinds:
            return False
        return self.hours is None or self.hours.include(local)


@dataclass(frozen=True, slots=True)
class Visit:
    """An earlier visit of a resident to an institution, which would still last."""

    request_id: UUID
    practitioner_id: UUID  # who scanned
    status: RequestStatus
    in_force: bool = False  # what was granted for it
    whole_institution: bool = False  # what was granted is

    @property
    def refused(self) -> bool:
        """Did the resident say no, or take back what was granted?"""
        return self.status == RequestStatus.DENIED or (self.status == RequestStatus.GRANTED and not self.in_force)

    def permits(self, practitioner_id: UUID) -> bool:
        return self.in_force and (self.whole_institution or self.practitioner_id == practitioner_id)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a scan opens: an offer, which a rule may answer at once. Offers that it replaces are superseded."""

    rule: VisitRule | None
    supersedes: Sequence[UUID]


def opening(
    scan: Scan, earlier: Sequence[Visit], rules: Sequence[VisitRule], kind: int | None, local: time, now: datetime
) -> Opening | None:
    """What a scan opens, or None. `earlier` are visits to the same institution that would still last; `rules` are the
    resident's, the newest first, of which the first that fits counts; `local` is the time of the scan in the city.

    A scan opens nothing where it comes late, or where its practitioner is permitted already. No rule answers where the
    resident has said no to this institution during the visit: they are asked.
    """
    if now - scan.at > OPENS_WITHIN or any(visit.permits(scan.practitioner_id) for visit in earlier):
        return None
    supersedes = [
        visit.request_id
        for visit in earlier
        if visit.status == RequestStatus.REQUESTED and visit.practitioner_id == scan.practitioner_id
    ]
    if any(visit.refused for visit in earlier):
        return Opening(None, supersedes)
    return Opening(next((rule for rule in rules if rule.fits(kind, now, local)), None), supersedes)


def narrow(offered: Sequence[str], named: Sequence[str]) -> Sequence[str]:
    """Of what a visit offers, what the resident grants: all of it where they name nothing."""
    for index, kind in enumerate(named):
        if kind not in offered:
            raise Invalid(f"information_types[{index}]", f"must be one of {', '.join(sorted(offered))}")
    return sorted(set(named)) or list(offered)
