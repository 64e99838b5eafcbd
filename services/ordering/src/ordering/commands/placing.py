"""Placing orders: what arrives together is read, checked and written together, and fails alone.

A batch of any size takes a constant number of statements. The database decides what must be decided once: the unique
key of a caller's idempotency key, the slots' locks and their capacity.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from chassis import errors, failures, rows
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import Cause, publish
from chassis.refusals import Invalid, KeyReused, Refusal
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1.api_pb2 import UNIT_KIND_VISIT

from ordering import events
from ordering.aggregate import OrderAggregate, OrderLine
from ordering.commands.lifecycle import announce_follow_up
from ordering.commands.private_offers import announce_used
from ordering.domain import desks
from ordering.domain import orders as rules
from ordering.domain.agreement import ExpectedTotal, check_agreement
from ordering.domain.desks import DeskScan
from ordering.domain.offerings import offering_of
from ordering.domain.orders import (
    CALLED_OFF_WITHIN,
    BookedElsewhere,
    Holding,
    Limits,
    LineRequest,
    Person,
    Place,
    Slot,
    SlotTaken,
    Terms,
)
from ordering.domain.private_offers import PrivateOffer, PrivateOfferStatus, check_usable
from ordering.domain.process import Deadlines, OrderStatus, newest_for
from ordering.domain.series import Following
from ordering.store import bookings, offerings, orders, private_offers, proofs
from ordering.tables import BookingRow, EntitlementRow, OrderLineRow, OrderRow, SeriesRow, TermsRow

NO_LIMITS = Limits(0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class PlaceRequest:
    """A request to place an order, already well formed."""

    placed_by: UUID
    resident_id: UUID
    lines: Sequence[LineRequest]
    payment_method: str
    consent_given: bool
    key: str
    request_sha256: bytes
    cause: Cause | None
    proven: bool = field(default=False, kw_only=True)  # is it proven who the resident is?
    person: Person | None = None  # who is served
    checkout_id: UUID | None = None
    expected: ExpectedTotal | None = None  # the total the resident agrees to; None only in a preview
    follow_up_id: UUID | None = None  # what it is booked for
    desk: DeskScan | None = None  # by which a desk places it, for its resident to agree to
    follows: Following | None = None  # the period before, as the one that its resident is to pay next

    @property
    def caller_key(self) -> tuple[UUID, str]:
        """What names this request: who makes it, and the key they gave it."""
        return self.placed_by, self.key


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
    private_offers: dict[UUID, PrivateOffer] = field(default_factory=dict)  # that lines are ordered by


type Outcome = OrderAggregate | Exception


async def place_together(
    database: Database, requests: Sequence[PlaceRequest], deadlines: Deadlines, limits: Limits = NO_LIMITS
) -> Sequence[Outcome]:
    """Place orders in one transaction; each request gets its order or its own refusal.

    Should the database refuse the batch as a whole, its orders are tried one by one.
    """
    try:
        async with database.transaction() as session:
            return await place(session, requests, deadlines, database.now(), limits)
    except DBAPIError as error:
        if failures.passes(error):
            raise  # it is nothing about any of these orders
        if len(requests) == 1:
            return [refusal_of(error)]
    return [(await place_together(database, [request], deadlines, limits))[0] for request in requests]


def refusal_of(error: DBAPIError) -> Exception:
    """What the database refuses, as the refusal it is: somebody booked the resident between our look and our write."""
    if errors.constraint(error) == bookings.NO_CLASH:
        return BookedElsewhere("choose another time", "lines")
    return error


async def place(
    session: AsyncSession,
    requests: Sequence[PlaceRequest],
    deadlines: Deadlines,
    now: datetime,
    limits: Limits = NO_LIMITS,
) -> Sequence[Outcome]:
    before = await orders.placed_before(session, [request.caller_key for request in requests])
    first: dict[tuple[UUID, str], int] = {}
    fresh: list[int] = []
    for index, request in enumerate(requests):
        key = request.caller_key
        if key not in before and first.setdefault(key, index) == index:
            fresh.append(index)
    outcomes: list[Outcome | None] = [None] * len(requests)
    stock = await read(session, [requests[index] for index in fresh], deadlines, now, limits)
    drafts: dict[UUID, tuple[int, OrderAggregate]] = {}
    for index in fresh:
        try:
            order = draft(requests[index], stock, deadlines, now)
        except Refusal as refusal:
            outcomes[index] = refusal
        else:
            drafts[order.row.id] = (index, order)
    inserted = await write(session, [order for _, order in drafts.values()], now)
    for order_id in inserted:
        index, order = drafts[order_id]
        outcomes[index] = order
        announce(session, requests[index], order)
    await confirm_free(session, [drafts[order_id][1] for order_id in inserted], deadlines, now)
    await answer_repeats(session, requests, outcomes)
    return [outcome if outcome is not None else KeyReused("try again") for outcome in outcomes]


async def read(
    session: AsyncSession,
    requests: Sequence[PlaceRequest],
    deadlines: Deadlines,
    now: datetime,
    limits: Limits = NO_LIMITS,
) -> Stock:
    """The terms and slots all of these requests name, when their residents are booked, and what those who order hold
    unpaid, and of these times. Pilots are locked, then who books, and then the slots."""
    if not requests:
        return Stock({}, {}, {}, {}, {}, {}, {}, {}, limits)
    lines = [line for request in requests for line in request.lines]
    terms, rows = await offerings.terms(session, list({line.offering_id for line in lines}))
    terms = await offerings.hold_pilots(session, terms)
    agreed = await offerings.terms_at(session, earlier(lines, terms))
    slot_ids = sorted({slot_id for line in lines for slot_id in line.slot_ids})
    bookers = list({request.placed_by for request in requests if any(line.slot_ids for line in request.lines)})
    if limits.of_times:
        await bookings.lock_accounts(session, bookers)
    slots = await offerings.slots_for_update(session, slot_ids)
    places = await bookings.places_held(session, bookers, slots.values(), deadlines.zone) if limits.of_times else {}
    residents = list({request.resident_id for request in requests})
    booked = await bookings.standing(session, residents, now) if slots else {}
    callers = list({request.placed_by for request in requests})
    held = await orders.holdings(session, callers, now - CALLED_OFF_WITHIN) if limits.any else {}
    left = {slot.id: slot.free for slot in slots.values()}
    named = sorted({line.private_offer_id for line in lines if line.private_offer_id is not None})
    offers = await private_offers.for_lines(session, named, now)
    return Stock(terms, agreed, rows, slots, left, dict(booked), dict(held), places, limits, dict(offers))


def earlier(lines: Sequence[LineRequest], terms: Mapping[UUID, Terms]) -> Sequence[tuple[UUID, int]]:
    """The earlier revisions that lines name, instead of the present ones."""
    named = {(line.offering_id, line.revision) for line in lines if line.revision}
    return sorted(
        (offering_id, revision)
        for offering_id, revision in named
        if offering_id in terms and revision < terms[offering_id].revision
    )


def draft(
    request: PlaceRequest, stock: Stock, deadlines: Deadlines, now: datetime, preview: bool = False
) -> OrderAggregate:
    """The order, checked against the rules and against what the resident agrees to, which a preview need not say;
    takes its places and times out of the stock, or none of them."""
    today, fresh = deadlines.today(now), request.follows is None
    terms = rules.check_terms(request.lines, stock.terms, stock.slots, request.person, today, now, for_whom=fresh)
    if request.desk is not None:
        desks.check_own(request.lines, terms, request.desk)
    rules.check_proven(request.lines, terms, request.proven)
    terms = offered(request, terms, stock)
    if not preview or request.expected is not None:
        check_agreement(request.lines, terms, request.expected, stock.agreed)
    reserve(request, stock, rules.total(request.lines, terms), deadlines)
    row = draft_row(request, terms, stock, deadlines, now)
    lines = zip(request.lines, terms, strict=True)
    order = OrderAggregate(
        row,
        [draft_line(row, index, line, term, stock) for index, (line, term) in enumerate(lines)],
        series=series_of(row, request.lines[0].offering_id) if request.follows is None else None,
    )
    for line in request.lines:
        if line.private_offer_id is not None:  # for whoever comes after in the same batch
            used = stock.private_offers[line.private_offer_id]
            stock.private_offers[used.id] = replace(used, status=PrivateOfferStatus.USED)
    return order


def offered(request: PlaceRequest, terms: Sequence[Terms], stock: Stock) -> Sequence[Terms]:
    """The lines' terms, at the prices of the private offers that they name."""
    named: set[UUID] = set()
    at_prices = []
    for line, term in zip(request.lines, terms, strict=True):
        if line.private_offer_id is None:
            at_prices.append(term)
            continue
        offer = check_usable(
            stock.private_offers.get(line.private_offer_id),
            offering_id=line.offering_id,
            quantity=line.quantity,
            resident_id=request.resident_id,
            at=line.at,
        )
        if offer.id in named:
            raise Invalid(f"{line.at}.private_offer_id", "is there twice: it is good once")
        named.add(offer.id)
        at_prices.append(replace(term, price_minor=offer.price_minor))
    return at_prices


def reserve(request: PlaceRequest, stock: Stock, total_minor: int, deadlines: Deadlines) -> None:
    """Take the order's places and times out of the stock, as far as its account may hold so much unpaid."""
    places = sum(len(line.slot_ids) for line in request.lines)
    holding = stock.held.setdefault(request.placed_by, Holding())
    rules.check_holding(holding, stock.limits, places, total_minor)
    take_slots(request, stock, deadlines)
    holding.orders, holding.places = holding.orders + bool(total_minor), holding.places + places


def take_slots(request: PlaceRequest, stock: Stock, deadlines: Deadlines) -> None:
    """Take the order's places and its resident's times, or none of them."""
    counts: dict[UUID, int] = {}
    times = []
    held = list(stock.places.get(request.placed_by, ()))
    for line in request.lines:
        for slot_id in line.slot_ids:
            slot, counts[slot_id] = stock.slots[slot_id], counts.get(slot_id, 0) + 1
            if counts[slot_id] > stock.left[slot_id]:
                raise SlotTaken("choose another", f"{line.at}.slot_id")
            # A desk does not learn where else they are: they say so, when they agree.
            for starts_at, ends_at in [] if request.desk else stock.booked.get(request.resident_id, []):
                if slot.starts_at < ends_at and starts_at < slot.ends_at:
                    raise BookedElsewhere("choose another time", f"{line.at}.slot_id")
            place = Place(slot_id, slot.offering_id, deadlines.today(slot.starts_at))
            rules.check_places(held, place, stock.limits, f"{line.at}.slot_id")
            held.append(place)
            times.append((slot.starts_at, slot.ends_at))
    stock.places[request.placed_by] = held
    for slot_id, count in counts.items():
        stock.left[slot_id] -= count
    if times and request.desk is None:
        stock.booked.setdefault(request.resident_id, []).extend(times)


def draft_row(
    request: PlaceRequest, terms: Sequence[Terms], stock: Stock, deadlines: Deadlines, now: datetime
) -> OrderRow:
    total_minor = rules.total(request.lines, terms)
    sessions = [stock.slots[slot_id].starts_at for line in request.lines for slot_id in line.slot_ids]
    within, desk = deadlines.unpaid if sessions and total_minor else deadlines.placed, request.desk
    if desk is not None:
        within = deadlines.desk
    order_id, follows = new_id(), request.follows
    first = follows is None and bool(terms[0].periods_max)
    return OrderRow(
        id=order_id,
        resident_id=request.resident_id,
        placed_by=request.placed_by,
        partner_id=terms[0].partner_id,
        status=OrderStatus.PLACED,
        total_minor=total_minor,
        currency=terms[0].currency,
        money_in=total_minor == 0,
        deadline=min([now + within, *sessions]) if follows is None else follows.deadline,
        changed_by=str(desk.by if desk is not None else request.placed_by),
        placed_at=now,
        changed_at=now,
        version=1,
        idempotency_key=request.key,
        request_sha256=request.request_sha256,
        process=newest_for(frozenset(term.kind for term in terms)).name,
        checkout_id=request.checkout_id,
        follow_up_id=request.follow_up_id,
        begins_at=min(sessions, default=None),
        desk_by=desk.by if desk is not None else None,
        desk_scan_id=desk.scan_id if desk is not None else None,
        desk_practitioner_id=desk.practitioner_id if desk is not None else None,
        desk_printed=desk.printed if desk is not None else None,
        series_id=follows.series_id if follows is not None else order_id if first else None,
        period=follows.period if follows is not None else 1 if first else None,
        period_starts_at=follows.starts_at if follows is not None else None,
        period_changes=list(follows.changes) if follows is not None else [],
    )


def series_of(row: OrderRow, offering_id: UUID) -> SeriesRow | None:
    """The series that a first period begins; None where no period follows an order."""
    if row.series_id is None:
        return None
    return SeriesRow(
        id=row.id,
        resident_id=row.resident_id,
        partner_id=row.partner_id,
        offering_id=offering_id,
        newest_order_id=row.id,
    )


def draft_line(order: OrderRow, index: int, line: LineRequest, term: Terms, stock: Stock) -> OrderLine:
    """A line with its bookings, and with what it contains."""
    terms = stock.rows[line.offering_id]
    row = OrderLineRow(
        id=new_id(),
        order_id=order.id,
        place=index,
        offering_id=line.offering_id,
        offering_revision=term.revision,
        quantity=line.quantity,
        certificate_ids=list(term.standing.certificate_ids or offering_of(terms.offering).certificate_ids),
        private_offer_id=line.private_offer_id,
        private_price_minor=term.price_minor if line.private_offer_id is not None else None,
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
            booked_by="resident" if order.desk_by is None else "partner",
            agreed_at=order.placed_at if order.desk_by is None else None,
        )
        for slot_id in line.slot_ids
    ]
    return OrderLine(row, terms, (), contents_of(row, terms), sessions)


def contents_of(line: OrderLineRow, terms: TermsRow) -> list[EntitlementRow]:
    """What a line entitles to."""
    if not terms.valid_days:
        return []
    return [
        EntitlementRow(
            order_line_id=line.id,
            code=item.code,
            place=index,
            visit=item.kind == UNIT_KIND_VISIT,
            granted=item.times * line.quantity,
            weight=item.weight or 1,
        )
        for index, item in enumerate(offering_of(terms.offering).manifest.contents)
    ]


async def write(session: AsyncSession, drafts: Sequence[OrderAggregate], now: datetime) -> set[UUID]:
    """Insert orders with all that hangs on them; returns those that were not placed by somebody else meanwhile."""
    if not drafts:
        return set()
    inserted = await orders.insert_orders(session, drafts, now)
    begun = [order.series for order in drafts if order.row.id in inserted and order.series is not None]
    if begun:
        await rows.insert(session, begun)
    lines = [line for order in drafts if order.row.id in inserted for line in order.lines]
    by_offer = {line.row.private_offer_id: line.row.order_id for line in lines if line.row.private_offer_id is not None}
    announce_used(session, await private_offers.use(session, by_offer, now))
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


def announce(session: AsyncSession, request: PlaceRequest, order: OrderAggregate) -> None:
    row = order.row
    placed = events.order_placed(row, order.lines, request.payment_method, request.consent_given)
    publish(session, placed, row.id, request.cause)
    if row.desk_by is not None:
        publish(session, events.order_placed_at_desk(row), row.id, request.cause)
    elif (sessions := events.sessions_placed(row, order.lines)) is not None:
        publish(session, sessions, row.id, request.cause)
    announce_follow_up(session, row, request.cause)


async def confirm_free(
    session: AsyncSession, placed: Sequence[OrderAggregate], deadlines: Deadlines, now: datetime
) -> None:
    """Confirm at once what costs nothing and asks for no data: no event would ever do it."""
    free = {
        order.row.id: order.row
        for order in placed
        if order.row.money_in and not any(line.terms.consent_needed for line in order.lines)
    }
    if not free:
        return
    for confirmed in await orders.confirm(session, list(free), now, now + deadlines.acceptance):
        row = free[confirmed.id]
        row.status, row.deadline, row.version = OrderStatus.CONFIRMED, confirmed.deadline, confirmed.version
        publish(session, events.order_confirmed(confirmed), confirmed.id)


async def answer_repeats(
    session: AsyncSession, requests: Sequence[PlaceRequest], outcomes: list[Outcome | None]
) -> None:
    """Answer repeated keys with the order they placed; another request under the same key is refused."""
    repeats = [index for index, outcome in enumerate(outcomes) if outcome is None]
    if not repeats:
        return
    before = await orders.placed_before(session, [requests[index].caller_key for index in repeats])
    ids = [order_id for order_id, _ in before.values()]
    placed = {order.row.id: order for order in await orders.orders_by_id(session, ids)}
    for index in repeats:
        request = requests[index]
        if request.caller_key not in before:
            # The first request of this batch with the same key was refused: the repeat gets the same refusal.
            outcomes[index] = next(
                outcome
                for other, outcome in zip(requests, outcomes, strict=True)
                if other.caller_key == request.caller_key
            )
            continue
        order_id, sha256 = before[request.caller_key]
        same = sha256 == request.request_sha256
        outcomes[index] = placed[order_id] if same else KeyReused("this key placed another order; use a new one")
