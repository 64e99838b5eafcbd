"""What an order waits for: who has to do what next, and by when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ordering.domain.process import OrderStatus


class Party(StrEnum):
    """Who has to do something. `PLATFORM` is nobody: it is done by itself."""

    RESIDENT = "resident"
    PARTNER = "partner"
    OPERATOR = "operator"
    PLATFORM = "platform"


class Action(StrEnum):
    AGREE = "agree"
    PAY = "pay"
    CONSENT = "consent"
    ACCEPT = "accept"
    BOOK = "book"
    AGREE_TO_SESSIONS = "agree-to-sessions"
    SERVE = "serve"
    DECLARE_FULFILLED = "declare-fulfilled"
    OBJECT = "object"
    DECIDE_OBJECTION = "decide-objection"
    TAKE_MONEY = "take-money"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is to be done; at `until` the order moves on without it."""

    party: Party
    action: Action
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Position:
    """What decides who has to do something: where an order stands and what it lacks."""

    status: OrderStatus
    deadline: datetime | None
    money_in: bool
    consent_missing: bool
    proven: bool  # everything it promises was given
    session_missing: bool  # a line that is booked, of which something is left, has no session
    sessions_to_agree: bool
    objection_until: datetime | None
    contested: bool
    dues_wait: bool = False  # it is cancelled, and its money waits for an objection
    word_missing: bool = False  # a desk placed it, and its resident has not agreed
    answer_by: datetime | None = None  # the first of the sessions offered for withdrawn ones is taken back then


def next_steps(order: Position) -> Iterator[Step]:
    """Every step that somebody may take now to bring the order on; `store.orders.WAITS_FOR` says the same in SQL."""
    under_way = order.status in (OrderStatus.ACCEPTED, OrderStatus.FULFILLING)
    if order.word_missing and order.status is OrderStatus.PLACED:
        yield Step(Party.RESIDENT, Action.AGREE, order.deadline)
    if not order.money_in and order.status in (OrderStatus.PLACED, OrderStatus.FULFILLED):
        yield Step(Party.RESIDENT, Action.PAY, order.deadline)
    if order.consent_missing and order.status is OrderStatus.PLACED:
        yield Step(Party.RESIDENT, Action.CONSENT, order.deadline)
    if order.status is OrderStatus.CONFIRMED:
        yield Step(Party.PARTNER, Action.ACCEPT, order.deadline)
    if under_way and order.session_missing:
        yield Step(Party.RESIDENT, Action.BOOK, order.deadline)
    if under_way and order.sessions_to_agree:
        yield Step(Party.RESIDENT, Action.AGREE_TO_SESSIONS, order.answer_by or order.deadline)
    if under_way and not order.proven:
        yield Step(Party.PARTNER, Action.SERVE, order.deadline)
    if order.dues_wait or (order.status is OrderStatus.FULFILLING and order.objection_until is not None):
        if order.contested:
            yield Step(Party.OPERATOR, Action.DECIDE_OBJECTION, order.deadline or order.objection_until)
        else:
            yield Step(Party.RESIDENT, Action.OBJECT, order.objection_until)
    elif order.status is OrderStatus.FULFILLING and order.proven:
        yield Step(Party.PARTNER, Action.DECLARE_FULFILLED, order.deadline)
    if order.status is OrderStatus.FULFILLED and order.money_in:
        yield Step(Party.PLATFORM, Action.TAKE_MONEY, None)
