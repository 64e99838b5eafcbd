"""Sources: an institution's systems that send, what they may send, how much, and from when to when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from chassis import texts
from chassis.refusals import Forbidden, Invalid, Refusal, TryLater
from city_pack.information import INFORMATION_TYPES, check_each_known

MINUTE = timedelta(minutes=1)
EVERY_MINUTES_DEFAULT = 24 * 60
EVERY_MINUTES_MAX = 31 * 24 * 60
SILENT_AFTER = 2  # so many times as long as a batch may take to come
EVERYTHING = "*"  # a certificate's scope
BAD_SHARE = 0.5  # a batch with more lines refused than this share is a bad one
BAD_BATCHES_MAX = 3  # after so many in a row a source is paused
PAUSE_MIN, PAUSE_MAX = timedelta(minutes=1), timedelta(hours=1)


class SystemKind(IntEnum):
    """What kind of system a source is; the contract's numbers."""

    HIS = 1
    LIS = 2
    PACS = 3
    EMR = 4
    PUBLIC_HEALTH = 5
    PHARMACY = 6
    DEVICES = 7


class SourceStatus(IntEnum):
    """Where a source is between registration and end; the contract's numbers."""

    PROPOSED = 1
    APPROVED = 2
    REFUSED = 3
    ENDED = 4


MOVES: Mapping[SourceStatus, frozenset[SourceStatus]] = {
    SourceStatus.PROPOSED: frozenset({SourceStatus.APPROVED, SourceStatus.REFUSED, SourceStatus.ENDED}),
    SourceStatus.APPROVED: frozenset({SourceStatus.ENDED}),
    SourceStatus.REFUSED: frozenset(),
    SourceStatus.ENDED: frozenset(),
}


class SourceMoveRefused(Refusal):
    code = "source-move-refused"
    title = "The source is past that step."


class SourceKnown(Refusal):
    code = "source-known"
    title = "The institution has a source of this name already."


class TooManySources(Refusal):
    code = "too-many-sources"
    title = "The institution has as many sources as it may have; end one first."


class OwnSource(Forbidden):
    code = "own-source"
    title = "Nobody approves a source that they registered."


class SourceStopped(Forbidden):
    code = "source-stopped"
    title = "The source may not send: it is not approved, or its institution may not use residents' data now."


class SourcePaused(TryLater):
    code = "source-paused"
    title = "The last batches of the source were mostly refused; look at their outcomes, then send the next."


class BudgetReached(TryLater):
    code = "source-budget-reached"
    title = "The source has sent as much as it said that it sends within a minute."


SOURCES_MAX = 50  # of an institution, that are proposed or approved


@dataclass(frozen=True, slots=True)
class SourceBudget:
    """How much a source sends within a minute, as its institution says."""

    batches: int
    lines: int
    bytes: int


BUDGET_DEFAULT = SourceBudget(60, 60_000, 64 * 1024 * 1024)
BUDGET_MIN = SourceBudget(1, 1, 1024)
BUDGET_MAX = SourceBudget(600, 600_000, 1024 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class SourceTerms:
    """What an institution registers a system with."""

    name: str
    system: SystemKind
    category: str
    information_types: Sequence[str]
    budget: SourceBudget
    every_minutes: int


def check_terms(
    *,
    name: str,
    system: int,
    category: str,
    information_types: Sequence[str],
    budget: SourceBudget | None,
    every_minutes: int,
    categories: Collection[str],
) -> SourceTerms:
    """The terms, if a source can have them. `categories` are those of the city's taxonomy."""
    if system not in set(SystemKind):
        raise Invalid("system", f"must be one of {', '.join(kind.name for kind in SystemKind)}")
    if category not in categories:
        raise Invalid("category", "must be a category of the city's taxonomy")
    if not information_types or len(set(information_types)) != len(information_types):
        raise Invalid("information_types", "name at least one, and each once")
    check_each_known(information_types, "information_types", INFORMATION_TYPES)
    return SourceTerms(
        name=texts.label(name, "name"),
        system=SystemKind(system),
        category=category,
        information_types=sorted(information_types),
        budget=check_budget(budget),
        every_minutes=check_every(every_minutes or EVERY_MINUTES_DEFAULT),
    )


def check_budget(budget: SourceBudget | None) -> SourceBudget:
    if budget is None:
        return BUDGET_DEFAULT
    for name in ("batches", "lines", "bytes"):
        least, most = getattr(BUDGET_MIN, name), getattr(BUDGET_MAX, name)
        if not least <= getattr(budget, name) <= most:
            raise Invalid(f"budget.{name}", f"must be between {least} and {most}, for a minute")
    return budget


def check_every(minutes: int) -> int:
    if not 1 <= minutes <= EVERY_MINUTES_MAX:
        raise Invalid("every_minutes", f"must be between 1 and {EVERY_MINUTES_MAX}")
    return minutes


def check_reason(reason: str, field: str = "reason") -> str:
    return texts.line(reason, field, texts.REASON_LENGTH_MAX)


def check_move(status: SourceStatus, to: SourceStatus) -> None:
    if to not in MOVES[status]:
        raise SourceMoveRefused(f"it is {status.name.lower()}")


def check_certified(scope: Collection[str], category: str, field: str = "") -> None:
    """Refuse what an institution's certificates do not cover."""
    if EVERYTHING not in scope and category not in scope:
        raise SourceStopped(f"no certificate of the institution's covers {category}; have its scope widened", field)


def pause_after(bad_in_a_row: int) -> timedelta | None:
    """For how long to take nothing more after so many bad batches in a row; None: go on."""
    if bad_in_a_row < BAD_BATCHES_MAX:
        return None
    return min(PAUSE_MIN * (1 << min(bad_in_a_row - BAD_BATCHES_MAX, 10)), PAUSE_MAX)


def is_bad(lines: int, refused: int) -> bool:
    """Was a batch mostly refused?"""
    return refused > lines * BAD_SHARE


def silent_for(last: datetime, every_minutes: int, now: datetime) -> timedelta:
    """For how long a source has been silent beyond what it said; nothing: it is in time."""
    return max(timedelta(), now - last - MINUTE * every_minutes * SILENT_AFTER)
