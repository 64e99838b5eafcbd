"""What moves an order, one function a step."""

from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.database import Database
from chassis.outbox import publish
from sqlalchemy.ext.asyncio import AsyncSession
from yima.ordering.v1.events_pb2 import LineDue

from ordering import events
from ordering.aggregate import OrderAggregate
from ordering.commands import eligibility, series
from ordering.commands.absences import check_not_begun
from ordering.commands.desks import give_word
from ordering.commands.lifecycle import announce_follow_up, call_off, check_no_objection, move, settle_cancellation
from ordering.domain import entitlements
from ordering.domain import orders as rules
from ordering.domain.orders import AgeUnknown, DistrictUnknown, NotEligible, Person, ProgrammeUnknown, SexUnknown
from ordering.domain.process import Actor, Deadlines, OrderStatus, TransitionRefused, processes
from ordering.domain.proofs import NothingProven
from ordering.domain.series import NOT_ELIGIBLE
from ordering.domain.standing import SUSPENDED
from ordering.domain.visibility import Visibility
from ordering.store import orders, standings
from ordering.tables import OrderRow

OVERDUE_MAX = 100


def waits_for_money(order: OrderRow) -> bool:
    """Has nothing been promised yet, or could the money for what was served not be taken?"""
    unpaid = order.status == OrderStatus.CANCELLED and order.changed_by == "settlement"
    return not order.money_in and (order.status in (OrderStatus.PLACED, OrderStatus.FULFILLED) or unpaid)


async def pay_order(
    session: AsyncSession,
    *,
    order_id: UUID,
    visibility: Visibility,
    method: str,
    person: Person | None = None,
    deadlines: Deadlines,
    now: datetime,
) -> OrderAggregate:
    """Choose how a placed order is paid, first or again; or one that was served and whose money could not be taken. Who
    pays what a desk placed for them wants it; so who pays a next period, which is cancelled where it is for others than
    this `person` by now."""
    order = await orders.order(session, order_id, visibility, lock=True)
    if not waits_for_money(order.row):
        raise TransitionRefused(f"an order that is {order.row.status} has nothing to pay; see its next steps")
    if order.row.status == OrderStatus.PLACED:
        order.standing.check(now)
    if order.row.status == OrderStatus.PLACED and order.row.period_starts_at is not None:
        try:
            await eligibility.check_lines(session, order, person, deadlines.today(now), "order_id")
        except (AgeUnknown, SexUnknown, DistrictUnknown, ProgrammeUnknown):
            raise
        except NotEligible:
            move(order, OrderStatus.CANCELLED, Actor.SYSTEM, deadlines, now, "ordering", NOT_ELIGIBLE)
            await call_off(session, [(order, None)], "ordering", {})
            return order
    if order.row.status == OrderStatus.PLACED and order.row.waits_for_word:
        order = await give_word(session, order, deadlines, now)
    order.row.reason = ""
    order.row.version += 1
    order.row.payment_version = order.row.version
    publish(session, events.payment_chosen(order.row, rules.payment_method(method)), order_id)
    return order


async def accept_order(
    session: AsyncSession, *, order_id: UUID, visibility: Visibility, by: str, deadlines: Deadlines, now: datetime
) -> OrderAggregate:
    """Accept an order; from now on the time to use its contents runs."""
    order = await orders.order(session, order_id, visibility, lock=True)
    order.standing.check(now)
    days = max((line.terms.valid_days for line in order.lines), default=0)
    if order.row.series_id is not None:
        order.row.window_ends_at = await series.accepted(session, order, deadlines, now)
    elif days:
        order.row.window_ends_at = now + entitlements.days(days)
    order.row.accepted_at = now
    move(order, OrderStatus.ACCEPTED, Actor.PARTNER, deadlines, now, by)
    publish(session, events.order_accepted(order.row), order_id)
    return order


async def refuse_order(
    session: AsyncSession,
    *,
    order_id: UUID,
    visibility: Visibility,
    by: str,
    reason: str,
    deadlines: Deadlines,
    now: datetime,
) -> OrderAggregate:
    order = await orders.order(session, order_id, visibility, lock=True)
    move(order, OrderStatus.REFUSED, Actor.PARTNER, deadlines, now, by, texts.reason(reason))
    await call_off(session, [(order, None)], by, {})
    return order


async def cancel_order(
    session: AsyncSession,
    *,
    order_id: UUID,
    visibility: Visibility,
    actor: Actor,
    by: str,
    reason: str,
    deadlines: Deadlines,
    now: datetime,
) -> tuple[OrderAggregate, int]:
    """Cancel an order; returns what is owed nevertheless, in minor units. What was used is due; a resident who cancels
    late owes the fee the terms say, too."""
    order = await orders.order(session, order_id, visibility, lock=True)
    if actor is Actor.PARTNER or (actor is Actor.RESIDENT and order.row.contested):
        check_no_objection(order.row, now)
    if actor is Actor.RESIDENT:
        check_not_begun(order, deadlines, now)
    dues = cancellation_dues(order, actor, now)
    if order.row.objection_until is not None:
        keep_fees(order, actor, now)  # before the sessions that they are for are released
    move(order, OrderStatus.CANCELLED, actor, deadlines, now, by, texts.reason(reason))
    await call_off(session, [(order, None)], by, {order_id: dues})
    return order, sum(due.amount.minor for due in dues)


def cancellation_dues(order: OrderAggregate, actor: Actor, now: datetime) -> list[LineDue]:
    """What is owed if this actor cancels now, a line at a time, where it is anything."""
    return dues_of(order, actor is Actor.RESIDENT and order.fees_apply(now), now)


def dues_of(order: OrderAggregate, charged: bool, now: datetime) -> list[LineDue]:
    """What each line costs for what was given of it and, where they are `charged`, for the fees of its sessions."""
    dues = []
    for line in order.lines:
        due = min(line.total_minor, line.due_minor + (line.fees(now) if charged else 0))
        if due:
            dues.append(events.line_due(line, due))
    return dues


def keep_fees(order: OrderAggregate, actor: Actor, now: datetime) -> None:
    """Keep with each line what cancelling it now costs in fees: its dues may be said later."""
    for line in order.lines:
        line.row.fees_minor += line.fees(now) if actor is Actor.RESIDENT and order.fees_apply(now) else 0


async def fulfil_order(
    session: AsyncSession,
    *,
    order_id: UUID,
    visibility: Visibility,
    actor: Actor,
    by: str,
    deadlines: Deadlines,
    now: datetime,
) -> OrderAggregate:
    order = await orders.order(session, order_id, visibility, lock=True)
    if order.row.status == OrderStatus.FULFILLING and not all(line.proven for line in order.lines):
        raise NothingProven("prove every line first; what is left unused at the end of its time ends by itself")
    fulfil(session, order, actor, deadlines, now, by)
    return order


def fulfil(
    session: AsyncSession, order: OrderAggregate, actor: Actor, deadlines: Deadlines, now: datetime, by: str
) -> None:
    """Declare what was proven fulfilled; an order of which nothing is due is closed with it, as no money will come."""
    move(order, OrderStatus.FULFILLED, actor, deadlines, now, by)
    ends = order.row.window_ends_at
    window_over = actor is Actor.CLOCK and (ends is None or ends <= now)
    fulfilled = events.order_fulfilled(order, unused_due=window_over and order.standing.good(now))
    publish(session, fulfilled, order.row.id)
    announce_follow_up(session, order.row)
    less = {due.order_line_id: due.amount.minor for due in fulfilled.dues}
    if not any(less.get(str(line.row.id), line.total_minor) for line in order.lines if line.begun):
        move(order, OrderStatus.CLOSED, Actor.SYSTEM, deadlines, now, by)
        publish(session, events.order_closed(order.row), order.row.id)


async def call_off_unaccepted(database: Database, deadlines: Deadlines, now: datetime) -> bool:
    """Call off what a partner that is not in good standing has not accepted; says whether there may be more."""
    async with database.transaction() as session:
        ids = await standings.unaccepted(session, now, OVERDUE_MAX)
        ended = []
        for order in await orders.orders_by_id(session, ids):
            move(order, OrderStatus.CANCELLED, Actor.SYSTEM, deadlines, now, "partners", SUSPENDED)
            ended.append((order, None))
        await call_off(session, ended, "partners", {})
    return len(ids) == OVERDUE_MAX


async def settle_cancellations(database: Database, now: datetime) -> bool:
    """Say what cancelled orders come to, once nobody may object any more; says whether there may be more."""
    async with database.transaction() as session:
        due = await orders.cancellations_due(session, now, OVERDUE_MAX)
        for order in due:
            settle_cancellation(session, order)
    return len(due) == OVERDUE_MAX


async def end_overdue(database: Database, deadlines: Deadlines, now: datetime) -> bool:
    """Do what is due by itself at orders' deadlines; says whether there may be more."""
    async with database.transaction() as session:
        overdue = await orders.overdue(session, now, OVERDUE_MAX)
        ended = []
        for order in overdue:
            state = processes()[order.row.process].states[OrderStatus(order.row.status)]
            if state.then is OrderStatus.FULFILLED:
                fulfil(session, order, Actor.CLOCK, deadlines, now, "ordering")
            elif state.then is not None:
                move(order, state.then, Actor.CLOCK, deadlines, now, "ordering", state.because)
                ended.append((order, None))
        await call_off(session, ended, "ordering", {})
    return len(overdue) == OVERDUE_MAX
