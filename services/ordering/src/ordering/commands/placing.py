"""Placing orders: what arrives together is read, checked and written together, and fails alone.

A batch of any size takes a constant number of statements. The database decides what must be decided once: the unique
key of a caller's idempotency key, the slots' locks and their capacity.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis import errors, failures
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import Cause, publish
from chassis.refusals import KeyReused, Refusal
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1.api_pb2 import UNIT_KIND_VISIT

from ordering import events
from ordering.aggregate import OrderAggregate, OrderLine
from ordering.domain import orders as rules
from ordering.domain.agreement import Expected, check_agreement
from ordering.domain.offerings import offering_of
from ordering.domain.orders import (
    CALLED_OFF_WITHIN,
    BookedElsewhere,
    Holding,
    Limits,
    Place,
    Slot,
    SlotTaken,
    Terms,
    WantedLine,
)
from ordering.domain.process import Deadlines, OrderStatus, newest_for
from ordering.store import bookings, offerings, orders, proofs
from ordering.tables import BookingRow, EntitlementRow, OrderLineRow, OrderRow, TermsRow

NO_LIMITS = Limits(0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order as asked for, already well formed."""

    placed_by: UUID
    resident_id: UUID
    lines: Sequence[WantedLine]
    payment_method: str
    consent_given: bool
    key: str
    request_sha256: bytes
    cause: Cause | None
    birth_date: date | None = None
    checkout_id: UUID | None = None
    expected: Expected | None = None  # the total the resident agrees to; None only in a preview


@dataclass(frozen=True, slots=True)
class Stock:
    """What a batch of orders is checked against. `left` and `booked` change as its orders take from them.

    `agreed` are the terms of earlier revisions that lines name.
    """

    terms: Mapping[UUID, Terms]
    agreed: Mapping[tuple[UUID, int], Terms]
    rows: Mapping[UUID, TermsRow]
    slots: Mapping[UUID, Slot]
    left: dict[UUID, int]
    booked: dict[UUID, list[tuple[datetime, datetime]]]
    held: dict[UUID, Holding]  # by the account that orders
    places: dict[UUID, list[Place]]  # that these accounts hold on the days of the slots, in slots of these offerings
    limits: Limits


type Outcome = OrderAggregate | Exception


async def place_together(
    database: Database, wanted: Sequence[Wanted], deadlines: Deadlines, limits: Limits = NO_LIMITS
) -> Sequence[Outcome]:
    """Place orders in one transaction; each gets its order or its own refusal.

    Should the database refuse the batch as a whole, its orders are tried one by one.
    """
    try:
        async with database.transaction() as session:
            return await place(session, wanted, deadlines, database.now(), limits)
    except DBAPIError as error:
        if failures.passes(error):
            raise  # it is nothing about any of these orders
        if len(wanted) == 1:
            return [refusal_of(error)]
    return [(await place_together(database, [one], deadlines, limits))[0] for one in wanted]


def refusal_of(error: DBAPIError) -> Exception:
    """What the database refuses, as the refusal it is: somebody booked the resident between our look and our write."""
    if errors.constraint(error) == bookings.NO_CLASH:
        return BookedElsewhere("choose another time", "lines")
    return error


async def place(
    session: AsyncSession, wanted: Sequence[Wanted], deadlines: Deadlines, now: datetime, limits: Limits = NO_LIMITS
) -> Sequence[Outcome]:
    known = await orders.placed_before(session, [(one.placed_by, one.key) for one in wanted])
    first: dict[tuple[UUID, str], int] = {}
    fresh: list[int] = []
    for place_, one in enumerate(wanted):
        who = (one.placed_by, one.key)
        if who not in known and first.setdefault(who, place_) == place_:
            fresh.append(place_)
    outcomes: list[Outcome | None] = [None] * len(wanted)
    stock = await read(session, [wanted[place_] for place_ in fresh], deadlines, now, limits)
    drafts: dict[UUID, tuple[int, OrderAggregate]] = {}
    for place_ in fresh:
        try:
            order = draft(wanted[place_], stock, deadlines, now)
        except Refusal as refusal:
            outcomes[place_] = refusal
        else:
            drafts[order.row.id] = (place_, order)
    written = await write(session, [order for _, order in drafts.values()], now)
    for order_id in written:
        place_, order = drafts[order_id]
        outcomes[place_] = order
        announce(session, wanted[place_], order)
    await confirm_free(session, [drafts[order_id][1] for order_id in written], deadlines, now)
    await answer_repeats(session, wanted, outcomes)
    return [outcome if outcome is not None else KeyReused("try again") for outcome in outcomes]


async def read(
    session: AsyncSession, wanted: Sequence[Wanted], deadlines: Deadlines, now: datetime, limits: Limits = NO_LIMITS
) -> Stock:
    """The terms and slots all of these orders name, when their residents are booked, and what those who order hold
    unpaid, and of these times. Who books is locked, and then the slots."""
    if not wanted:
        return Stock({}, {}, {}, {}, {}, {}, {}, {}, limits)
    lines = [line for one in wanted for line in one.lines]
    terms, rows = await offerings.terms(session, list({line.offering_id for line in lines}))
    agreed = await offerings.terms_at(session, earlier(lines, terms))
    slot_ids = sorted({slot_id for line in lines for slot_id in line.slot_ids})
    bookers = list({one.placed_by for one in wanted if any(line.slot_ids for line in one.lines)})
    if limits.of_times:
        await bookings.lock_accounts(session, bookers)
    slots = await offerings.slots_for_update(session, slot_ids)
    places = await bookings.places_held(session, bookers, slots.values(), deadlines.zone) if limits.of_times else {}
    booked = await bookings.standing(session, list({one.resident_id for one in wanted}), now) if slots else {}
    callers = list({one.placed_by for one in wanted})
    held = await orders.holdings(session, callers, now - CALLED_OFF_WITHIN) if limits.any else {}
    left = {slot.id: slot.free for slot in slots.values()}
    return Stock(terms, agreed, rows, slots, left, dict(booked), dict(held), places, limits)


def earlier(lines: Sequence[WantedLine], terms: Mapping[UUID, Terms]) -> Sequence[tuple[UUID, int]]:
    """The earlier revisions that lines name, instead of the present ones."""
    named = {(line.offering_id, line.revision) for line in lines if line.revision}
    return sorted(one for one in named if one[0] in terms and one[1] < terms[one[0]].revision)


def draft(wanted: Wanted, stock: Stock, deadlines: Deadlines, now: datetime, preview: bool = False) -> OrderAggregate:
    """The order, checked against the rules and against what the resident agrees to, which a preview need not say;
    takes its places and times out of the stock, or none of them."""
    found = rules.check_terms(wanted.lines, stock.terms, stock.slots, wanted.birth_date, deadlines.today(now), now)
    if not preview or wanted.expected is not None:
        check_agreement(wanted.lines, found, wanted.expected, stock.agreed)
    places = sum(len(line.slot_ids) for line in wanted.lines)
    total_minor = rules.total(wanted.lines, found)
    holding = stock.held.setdefault(wanted.placed_by, Holding())
    rules.check_holding(holding, stock.limits, places, total_minor)
    take(wanted, stock, deadlines)
    holding.orders, holding.places = holding.orders + bool(total_minor), holding.places + places
    sessions = [stock.slots[slot_id].starts_at for line in wanted.lines for slot_id in line.slot_ids]
    row = OrderRow(
        id=new_id(),
        resident_id=wanted.resident_id,
        placed_by=wanted.placed_by,
        partner_id=found[0].partner_id,
        status=OrderStatus.PLACED,
        total_minor=total_minor,
        currency=found[0].currency,
        money_in=total_minor == 0,
        deadline=min([now + (deadlines.unpaid if sessions and total_minor else deadlines.placed), *sessions]),
        changed_by=str(wanted.placed_by),
        placed_at=now,
        changed_at=now,
        version=1,
        idempotency_key=wanted.key,
        request_sha256=wanted.request_sha256,
        process=newest_for(frozenset(term.kind for term in found)).name,
        checkout_id=wanted.checkout_id,
        begins_at=min(sessions, default=None),
    )
    lines = zip(wanted.lines, found, strict=True)
    return OrderAggregate(row, [drafted(row, place_, line, term, stock) for place_, (line, term) in enumerate(lines)])


def take(wanted: Wanted, stock: Stock, deadlines: Deadlines) -> None:
    """Take the order's places and its resident's times, or none of them."""
    taken: dict[UUID, int] = {}
    times = []
    held = list(stock.places.get(wanted.placed_by, ()))
    for line in wanted.lines:
        for slot_id in line.slot_ids:
            slot, taken[slot_id] = stock.slots[slot_id], taken.get(slot_id, 0) + 1
            if taken[slot_id] > stock.left[slot_id]:
                raise SlotTaken("choose another", f"{line.at}.slot_id")
            for starts_at, ends_at in stock.booked.get(wanted.resident_id, []):
                if slot.starts_at < ends_at and starts_at < slot.ends_at:
                    raise BookedElsewhere("choose another time", f"{line.at}.slot_id")
            place = Place(slot_id, slot.offering_id, deadlines.today(slot.starts_at))
            rules.check_places(held, place, stock.limits, f"{line.at}.slot_id")
            held.append(place)
            times.append((slot.starts_at, slot.ends_at))
    stock.places[wanted.placed_by] = held
    for slot_id, places in taken.items():
        stock.left[slot_id] -= places
    if times:
        stock.booked.setdefault(wanted.resident_id, []).extend(times)


def drafted(order: OrderRow, place_: int, line: WantedLine, term: Terms, stock: Stock) -> OrderLine:
    """A line with its bookings, and with what it contains."""
    terms = stock.rows[line.offering_id]
    row = OrderLineRow(
        id=new_id(),
        order_id=order.id,
        place=place_,
        offering_id=line.offering_id,
        offering_revision=term.revision,
        quantity=line.quantity,
    )
    sessions = [
        BookingRow(
            id=new_id(),
            order_line_id=row.id,
            slot_id=slot_id,
            held_by=order.placed_by,
            beneficiary_id=order.beneficiary_id,
            starts_at=stock.slots[slot_id].starts_at,
            ends_at=stock.slots[slot_id].ends_at,
            places=1,
            agreed_at=order.placed_at,
        )
        for slot_id in line.slot_ids
    ]
    return OrderLine(row, terms, (), contents_of(row, terms), sessions)


def contents_of(row: OrderLineRow, terms: TermsRow) -> list[EntitlementRow]:
    """What a line entitles to."""
    if not terms.valid_days:
        return []
    return [
        EntitlementRow(
            order_line_id=row.id,
            code=item.code,
            place=place_,
            visit=item.kind == UNIT_KIND_VISIT,
            granted=item.times * row.quantity,
            weight=item.weight or 1,
        )
        for place_, item in enumerate(offering_of(terms.offering).manifest.contents)
    ]


async def write(session: AsyncSession, drafts: Sequence[OrderAggregate], now: datetime) -> set[UUID]:
    """Insert orders with all that hangs on them; returns those that were not placed by somebody else meanwhile."""
    if not drafts:
        return set()
    inserted = await orders.insert_orders(session, drafts, now)
    lines = [line for order in drafts if order.row.id in inserted for line in order.lines]
    await proofs.add_entitlements(session, [item for line in lines for item in line.entitlements])
    await bookings.book(
        session,
        [
            {
                "id": booking.id,
                "order_line_id": booking.order_line_id,
                "slot_id": booking.slot_id,
                "held_by": booking.held_by,
                "beneficiary_id": booking.beneficiary_id,
                "booked_by": booking.booked_by,
            }
            for line in lines
            for booking in line.bookings
        ],
        now,
    )
    return inserted


def announce(session: AsyncSession, wanted: Wanted, order: OrderAggregate) -> None:
    event = events.order_placed(order.row, order.lines, wanted.payment_method, wanted.consent_given)
    publish(session, event, order.row.id, wanted.cause)


async def confirm_free(
    session: AsyncSession, placed_orders: Sequence[OrderAggregate], deadlines: Deadlines, now: datetime
) -> None:
    """Confirm at once what costs nothing and asks for no data: no event would ever do it."""
    free = {
        order.row.id: order.row
        for order in placed_orders
        if order.row.money_in and not any(line.terms.consent_needed for line in order.lines)
    }
    if not free:
        return
    for moved in await orders.confirm(session, list(free), now, now + deadlines.acceptance):
        row = free[moved.id]
        row.status, row.deadline, row.version = OrderStatus.CONFIRMED, moved.deadline, moved.version
        publish(session, events.order_confirmed(moved), moved.id)


async def answer_repeats(session: AsyncSession, wanted: Sequence[Wanted], outcomes: list[Outcome | None]) -> None:
    """Answer repeated keys with the order they placed; another request under the same key is refused."""
    repeats = [place_ for place_, outcome in enumerate(outcomes) if outcome is None]
    if not repeats:
        return
    known = await orders.placed_before(session, [(wanted[one].placed_by, wanted[one].key) for one in repeats])
    before = {order.row.id: order for order in await orders.orders_by_id(session, [one for one, _ in known.values()])}
    for place_ in repeats:
        one = wanted[place_]
        if (one.placed_by, one.key) not in known:
            # Its twin in this batch was refused, and so is it, for the same reason.
            twins = zip(wanted, outcomes, strict=True)
            outcomes[place_] = next(
                outcome for twin, outcome in twins if (twin.placed_by, twin.key) == (one.placed_by, one.key)
            )
            continue
        order_id, sha256 = known[(one.placed_by, one.key)]
        same = sha256 == one.request_sha256
        outcomes[place_] = before[order_id] if same else KeyReused("this key placed another order; use a new one")
