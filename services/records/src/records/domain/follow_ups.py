"""Follow-ups: what is to be done next for a resident, where it stands, and who may say what of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from types import MappingProxyType
from uuid import UUID

from chassis import moments, texts
from chassis.refusals import Invalid, Refusal
from city_pack.pack import Tree

INFORMATION_TYPE = "encounters"  # as plans are (`domain/kinds.py`)
AHEAD_MAX = timedelta(days=5 * 366)
NOTE_LENGTH_MAX = 500
OPEN_MAX = 20  # of one practitioner for one resident


class FollowUpStatus(IntEnum):
    """Where a follow-up stands; the contract's numbers."""

    DUE = 1
    BOOKED = 2
    DONE = 3
    DECLINED = 4


MOVES: Mapping[FollowUpStatus, frozenset[FollowUpStatus]] = MappingProxyType(
    {
        FollowUpStatus.DUE: frozenset({FollowUpStatus.BOOKED, FollowUpStatus.DONE, FollowUpStatus.DECLINED}),
        FollowUpStatus.BOOKED: frozenset({FollowUpStatus.DUE, FollowUpStatus.DONE}),
    }
)
OPEN = (int(FollowUpStatus.DUE), int(FollowUpStatus.BOOKED))


class FollowUpOutcome(IntEnum):
    """What was done in the end; the contract's numbers. `SERVED` is said by an order alone."""

    SERVED = 1
    DONE_HERE = 2
    DONE_ELSEWHERE = 3
    NOT_NEEDED = 4
    NOT_REACHED = 5


class OrderState(IntEnum):
    """How far an order that was booked for a follow-up has come."""

    OPEN = 1
    OVER = 2  # it ended, and not all was given
    SERVED = 3


class NoConsentForFollowUp(Refusal):
    code = "no-consent-for-follow-up"
    title = "A practitioner notes and closes follow-ups within a resident's consent."


class FollowUpMoveRefused(Refusal):
    code = "follow-up-move-refused"
    title = "The follow-up cannot become this from what it is."


class TooManyFollowUps(Refusal):
    code = "too-many-follow-ups"
    title = "Many follow-ups are open for this resident; close some first."


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is to be done, checked."""

    action: int
    reason: int
    due_on: date
    category: str
    offering_id: UUID | None
    note: str


def check_next_step(
    *, action: int, reason: int, due_on: str, category: str, offering_id: UUID | None, note: str, today: date,
    categories: Tree,
) -> NextStep:  # fmt: skip
    """What is to be done, if a practitioner may say it so."""
    if not action:
        raise Invalid("action", "say what is to be done")
    if not reason:
        raise Invalid("reason", "say why it is to be done")
    if category and offering_id is not None:
        raise Invalid("offering_id", "name either a category or an offering")
    if category and category not in categories:
        raise Invalid("category", "must be one of the city's categories")
    return NextStep(action, reason, check_day(due_on, today), category, offering_id, check_note(note))


def check_day(text: str, today: date) -> date:
    """By when it is to be done."""
    day = moments.parse_day(text, "due_on")
    if not today <= day <= today + AHEAD_MAX:
        raise Invalid("due_on", "must be today or later, and within five years")
    return day


def check_note(note: str) -> str:
    return texts.prose(note, "note", NOTE_LENGTH_MAX) if note else ""


def check_outcome(outcome: int) -> FollowUpOutcome:
    """What a practitioner says was done."""
    if outcome <= FollowUpOutcome.SERVED:
        raise Invalid("outcome", "say what was done; that an order was served, the order says")
    return FollowUpOutcome(outcome)


def check_move(before: int, after: FollowUpStatus) -> None:
    """Refuse a status that does not follow, and say what to do."""
    status = FollowUpStatus(before)
    if after in MOVES.get(status, frozenset()):
        return
    if status is FollowUpStatus.BOOKED:
        raise FollowUpMoveRefused("it is booked; cancel the order first", "follow_up_id")
    raise FollowUpMoveRefused(f"it is {status.name.lower()}", "follow_up_id")
