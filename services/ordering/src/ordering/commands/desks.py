"""What a desk orders for the resident who stands there, and what they say to it.

The partner gains from the order, so that its desk agrees to nothing for them: not to the order, nor to its sessions,
nor to what it asks of their data. Until the resident has, it costs nothing and keeps them from nothing.
"""

from datetime import datetime, timedelta
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import KeyReused
from sqlalchemy.ext.asyncio import AsyncSession

from ordering import events
from ordering.aggregate import OrderAggregate
from ordering.commands import cases, placing
from ordering.commands.booking import rebooked
from ordering.commands.lifecycle import call_off, move
from ordering.commands.placing import PlaceRequest
from ordering.domain.cases import AlreadyComplained
from ordering.domain.desks import DeskScan, check_code_due, check_word_of
from ordering.domain.orders import TEXT_LENGTH_MAX, BookedElsewhere, SlotPast
from ordering.domain.process import Actor, Deadlines, OrderStatus, TransitionRefused
from ordering.domain.proofs import ScanUsed
from ordering.domain.visibility import Visibility
from ordering.store import bookings, orders, proofs
from ordering.store import cases as case_store
from ordering.store import desks as words
from ordering.tables import DeskWordRow

USED = "a scan places one order; scan again"


async def place_desk_order(
    session: AsyncSession, request: PlaceRequest, deadlines: Deadlines, now: datetime
) -> OrderAggregate:
    """Place an order by a scan, which is used up by that."""
    assert request.desk is not None
    await check_unused(session, request.desk)
    (outcome,) = await placing.place(session, [request], deadlines, now)
    if isinstance(outcome, KeyReused):
        raise ScanUsed(USED, "scan_receipt")
    if isinstance(outcome, Exception):
        raise outcome
    await proofs.use_scan(session, request.desk.scan_id, outcome.row.id)
    return outcome


async def check_unused(session: AsyncSession, scan: DeskScan) -> None:
    """Refuse a scan that has placed an order, or proven a service."""
    if await proofs.use_of_scan(session, scan.scan_id) is not None:
        raise ScanUsed(USED, "scan_receipt")


async def agree_to_desk_order(
    session: AsyncSession, *, order_id: UUID, visibility: Visibility, deadlines: Deadlines, now: datetime
) -> OrderAggregate:
    """The resident's word for what a desk placed. Where it waits for nothing else, it is confirmed."""
    order = await orders.order(session, order_id, visibility, lock=True)
    if not waits(order, now):
        return order
    return await agree(session, order, deadlines, now)


def waits(order: OrderAggregate, now: datetime) -> bool:
    """Does it wait for its resident's word? False where they gave it; one that cannot be agreed to is refused."""
    if order.row.desk_by is None:
        raise TransitionRefused("no desk placed it, and there is nothing to agree to", "order_id")
    if order.row.desk_agreed_at is not None:
        return False
    if order.row.status != OrderStatus.PLACED:
        raise TransitionRefused(f"an order that is {order.row.status} is over; order again", "order_id")
    order.standing.check(now)
    return True


async def agree(session: AsyncSession, order: OrderAggregate, deadlines: Deadlines, now: datetime) -> OrderAggregate:
    """What follows from the resident's word."""
    order = await give_word(session, order, deadlines, now)
    await session.flush()
    for confirmed in await orders.confirm(session, [order.row.id], now, now + deadlines.acceptance):
        publish(session, events.order_confirmed(confirmed), confirmed.id)
    await session.refresh(order.row)
    return order


async def reserve_code(
    session: AsyncSession, *, order_id: UUID, visibility: Visibility, by: UUID, now: datetime
) -> tuple[OrderAggregate, DeskWordRow]:
    """Note that a code is sent for an order as it stands, before it is: how many are is decided here."""
    order = await orders.order(session, order_id, visibility, lock=True)
    if not waits(order, now):
        raise TransitionRefused("they have agreed to it", "order_id")
    check_code_due(await words.sent(session, order_id), now)
    word = DeskWordRow(id=new_id(), order_id=order_id, order_version=order.row.version, sent_by=by, sent_at=now)
    session.add(word)
    await session.flush()
    return order, word


async def word_to_check(session: AsyncSession, *, order_id: UUID, visibility: Visibility, now: datetime) -> UUID | None:
    """Which code is asked for; None where they have agreed already."""
    order = await orders.order(session, order_id, visibility)
    if not waits(order, now):
        return None
    word = await words.newest(session, order_id)
    check_word_of(word.order_version if word is not None else None, order.row.version)
    return word.id if word is not None else None


async def agree_by_code(
    session: AsyncSession,
    *,
    order_id: UUID,
    word_id: UUID | None,
    visibility: Visibility,
    by: UUID,
    deadlines: Deadlines,
    now: datetime,
) -> OrderAggregate:
    """The resident's word, by a code that identity says was sent to them; entered by somebody of the partner's."""
    order = await orders.order(session, order_id, visibility, lock=True)
    if not waits(order, now):
        return order
    word = await words.newest(session, order_id)
    if word is None or word.id != word_id:
        raise TransitionRefused("another code was sent meanwhile; ask them for that one", "order_id")
    check_word_of(word.order_version, order.row.version)
    word.taken_by, word.taken_at = by, now
    await session.flush()
    order.row.desk_word_id, order.row.desk_agreed_at = word.id, now
    await session.flush()
    try:
        return await agree(session, order, deadlines, now)
    except BookedElsewhere:  # where else they are is not the desk's to know
        raise TransitionRefused(
            "one of its sessions cannot be agreed to at the desk; they look at it themselves", "order_id"
        ) from None


async def give_word(
    session: AsyncSession, order: OrderAggregate, deadlines: Deadlines, now: datetime
) -> OrderAggregate:
    """Note that the resident wants a placed order, and its sessions at their times, that a desk put there."""
    row = order.row
    row.desk_agreed_at = row.desk_agreed_at or now
    sessions = [booking for line in order.lines for booking in line.bookings if booking.agreed_at is None]
    if not sessions:
        row.version += 1
        return order
    for booking in sessions:
        if booking.starts_at <= now:
            raise SlotPast("one of its sessions has begun; order again", "order_id")
        booking.agreed_at = now
    with bookings.clashes_refused("move one of the two first", "order_id"):
        await session.flush()
    after = await rebooked(session, order, deadlines, now)
    if (placed := events.sessions_placed(after.row, after.lines)) is not None:
        publish(session, placed, row.id)
    return after


async def disown_desk_order(
    session: AsyncSession,
    *,
    order_id: UUID,
    text: str,
    visibility: Visibility,
    by: UUID,
    answer_within: timedelta,
    deadlines: Deadlines,
    now: datetime,
) -> OrderAggregate:
    """The resident says that it was not them: what still waits is cancelled for nothing, and its partner answers for it
    in a complaint."""
    order = await orders.order(session, order_id, visibility, lock=True)
    if not order.row.waits_for_word:
        raise TransitionRefused("they placed it or agreed to it themselves; cancel it, or complain", "order_id")
    if await case_store.open_complaint_of(session, order_id):
        raise AlreadyComplained("wait for its decision")
    words = texts.prose(text, "text", TEXT_LENGTH_MAX)
    if order.row.status == OrderStatus.PLACED:
        move(order, OrderStatus.CANCELLED, Actor.RESIDENT, deadlines, now, str(by), DISOWNED)
        await call_off(session, [(order, None)], str(by), {})
    await cases.open_complaint(
        session, order.row, words=words, by=by, answer_within=answer_within, not_given=False, objects=False, now=now
    )
    return order


DISOWNED = "disowned-by-resident"
