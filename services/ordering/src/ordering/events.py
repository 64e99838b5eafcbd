"""What ordering tells, and what it hears: the catalog, payments and consents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from chassis.consumer import Event, Subscription, Work, subscription
from chassis.ids import new_id
from chassis.outbox import Cause, publish
from chassis.wire import moment, put_moment, put_money, timestamp
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1 import events_pb2 as catalog
from yima.catalog.v1.api_pb2 import UNIT_KIND_VISIT, UNUSED_CHARGED, Offering, OfferingKind
from yima.common.v1.types_pb2 import Interval, Money
from yima.consent.v1 import events_pb2 as consent
from yima.ordering.v1 import events_pb2 as told
from yima.partners.v1 import events_pb2 as partners
from yima.partners.v1.api_pb2 import CAPABILITY_SELL, Profile
from yima.settlement.v1 import events_pb2 as settlement

from ordering.domain.orders import SESSIONS_MAX, Slot
from ordering.domain.process import Actor, Deadlines, ObjectionOpen, Status, processes
from ordering.store import bookings, offerings, orders, standings
from ordering.store.orders import Failure, Line, Moved, Whole
from ordering.tables import BookingRow, OfferingRow, OrderRow, ProofRow, SigningKeyRow, SlotRow, StandingRow, TermsRow


class HasDeadlines(Protocol):
    """What a handler that moves orders needs of the service's resources."""

    @property
    def deadlines(self) -> Deadlines: ...


# --- what we tell


def order_placed(
    order: OrderRow, lines: Sequence[tuple[UUID, TermsRow, int]], payment_method: str, consent_given: bool
) -> told.OrderPlaced:
    """`lines` are the order lines' ids, the terms they name, and quantities."""
    event = told.OrderPlaced(
        order_id=str(order.id),
        resident_id=str(order.resident_id),
        placed_by=str(order.placed_by),
        partner_id=str(order.partner_id),
        payment_method=payment_method,
        consent_given=consent_given,
        version=order.version,
    )
    put_money(event.total, order.currency, order.total_minor)
    put_moment(event.placed_at, order.placed_at)
    put_moment(event.deadline, order.deadline)
    for line_id, terms, quantity in lines:
        line = event.lines.add(
            order_line_id=str(line_id),
            offering_id=str(terms.offering_id),
            offering_revision=terms.revision,
            quantity=quantity,
        )
        put_money(line.total, terms.currency, terms.price_minor * quantity)
        if terms.consent_needed:
            offering = offerings.offering_of(terms.offering)
            line.consent.CopyFrom(offering.manifest.consent)
            line.consent_hash = offering.consent_hash
    return event


def who(moved: Moved | OrderRow) -> dict[str, Any]:
    """What most events carry."""
    return {
        "order_id": str(moved.id),
        "partner_id": str(moved.partner_id),
        "resident_id": str(moved.resident_id),
        "version": moved.version,
    }


def proven(proof: ProofRow) -> dict[str, Any]:
    """What is told of a proof, as an event or as a part of its order."""
    return {
        "order_line_id": str(proof.order_line_id),
        "scan_id": str(proof.scan_id or ""),
        "practitioner_id": str(proof.practitioner_id or ""),
        "proven_at": timestamp(proof.proven_at),
        "item": proof.item,
        "units": proof.units,
    }


def order_confirmed(moved: Moved) -> told.OrderConfirmed:
    return told.OrderConfirmed(**who(moved), deadline=timestamp(moved.deadline))


def order_fulfilled(whole: Whole, unused_due: bool = False) -> told.OrderFulfilled:
    """What was begun is due: in full where all of it was given, else for what was used; or by the terms, once the time
    to use it is over with a partner in good standing."""
    now = whole.order.changed_at
    due = [
        (line, line.charged_minor(now) if unused_due and line.terms.unused_charged else line.due_minor)
        for line in whole.lines
        if line.begun
    ]
    event = told.OrderFulfilled(
        **who(whole.order),
        order_line_ids=[str(line.row.id) for line, _ in due],
        fulfilled_at=timestamp(now),
    )
    event.dues.extend(line_due(line, minor) for line, minor in due if minor < line.total_minor)
    return event


def sessions_cancelled(
    whole: Whole, line: Line, sessions: Sequence[BookingRow], given_up: int, fee_minor: int, by: str, reason: str
) -> told.SessionsCancelled:
    """`given_up` of them are not to be booked again."""
    return told.SessionsCancelled(
        **who(whole.order),
        order_line_id=str(line.row.id),
        booking_ids=[str(one.id) for one in sessions],
        given_up=given_up,
        fee=Money(currency=line.terms.currency, minor=fee_minor),
        cancelled_by=by,
        reason=reason,
    )


def line_due(line: Line, minor: int) -> told.LineDue:
    return told.LineDue(order_line_id=str(line.row.id), amount=Money(currency=line.terms.currency, minor=minor))


CALLED_OFF_EVENT = {
    Status.REFUSED: told.OrderRefused,
    Status.CANCELLED: told.OrderCancelled,
    Status.EXPIRED: told.OrderExpired,
}


async def call_off(
    session: AsyncSession, ended: Sequence[tuple[Whole, Cause | None]], by: str, dues: dict[UUID, list[told.LineDue]]
) -> None:
    """End locked orders that have just been moved to one of the ends: their places are free again, and whoever holds
    money or consent for them is told, with what is owed nevertheless."""
    if not ended:
        return
    await session.flush()
    await bookings.release(session, [whole.order.id for whole, _ in ended], ended[0][0].order.changed_at)
    for whole, cause in ended:
        order = whole.order
        cancelled = order.status == Status.CANCELLED
        more = {"cancelled_by": by, "dues": dues.get(order.id, [])} if cancelled else {}
        event = CALLED_OFF_EVENT[Status(order.status)](**who(order), reason=order.reason, **more)
        publish(session, event, order.id, cause)


def owed(whole: Whole) -> list[told.LineDue]:
    """What is owed for what was given, whoever ends the order."""
    return [line_due(line, line.due_minor) for line in whole.lines if line.due_minor]


# --- what we hear


async def on_offering_published(work: Work[object], events: Sequence[Event[catalog.OfferingPublished]]) -> None:
    heard = [event.message.offering for event in events]
    terms = [terms_of(offering) for offering in heard]
    rows = [
        OfferingRow(id=UUID(offering.id), revision=offering.revision, on_sale=True, version=offering.version)
        for offering in heard
    ]
    await offerings.put_offerings(work.session, rows, terms)
    await standings.assume(work.session, sorted({one.partner_id for one in terms}))


def terms_of(offering: Offering) -> TermsRow:
    """What ordering goes by, and the offering as it was told."""
    manifest = offering.manifest
    return TermsRow(
        offering_id=UUID(offering.id),
        revision=offering.revision,
        partner_id=UUID(offering.partner_id),
        price_minor=manifest.price.minor,
        currency=manifest.price.currency,
        booking_required=manifest.booking_required,
        consent_needed=bool(offering.consent_hash),
        definition=manifest.definition,
        kind=OfferingKind.Name(manifest.kind).removeprefix("OFFERING_KIND_").lower().replace("_", "-"),
        visits=sum(item.times for item in manifest.contents if item.kind == UNIT_KIND_VISIT) or 1,
        valid_days=manifest.valid_days if manifest.contents else 0,
        unused_charged=manifest.unused == UNUSED_CHARGED,
        age_from_months=manifest.eligibility.age_from_months,
        age_below_months=manifest.eligibility.age_below_months,
        offering=offering.SerializeToString(deterministic=True),
    )


async def on_offering_withdrawn(work: Work[object], events: Sequence[Event[catalog.OfferingWithdrawn]]) -> None:
    await offerings.withdraw(work.session, {UUID(event.message.offering_id): event.message.version for event in events})


async def on_slots_added(work: Work[object], events: Sequence[Event[catalog.SlotsAdded]]) -> None:
    slots = [
        SlotRow(
            id=UUID(slot.id),
            offering_id=UUID(slot.offering_id),
            starts_at=moment(slot.interval.start),
            ends_at=moment(slot.interval.end),
            capacity=slot.capacity,
        )
        for event in events
        for slot in event.message.slots
    ]
    if slots:
        await offerings.add_slots(work.session, slots)


async def on_slots_withdrawn(work: Work[HasDeadlines], events: Sequence[Event[catalog.SlotsWithdrawn]]) -> None:
    """Whoever has booked such a slot loses the session for nothing, and is offered another time where there is one."""
    why = {UUID(slot.id): (event, event.message.reason) for event in events for slot in event.message.slots}
    rows = [
        SlotRow(
            id=UUID(slot.id),
            offering_id=UUID(slot.offering_id),
            starts_at=moment(slot.interval.start),
            ends_at=moment(slot.interval.end),
            capacity=slot.capacity,
            withdrawn=True,
        )
        for event in events
        for slot in event.message.slots
    ]
    if not rows:
        return
    await offerings.withdraw_slots(work.session, sorted(rows, key=lambda row: row.id))
    ids = await bookings.booked_in(work.session, list(why), work.now)
    if not ids:
        return
    await orders.lock_orders(work.session, ids)
    lost = [
        Lost(whole, line, one, f"{WITHDRAWN}: {reason}", event.cause)
        for whole in await orders.orders_by_id(work.session, ids)
        for line in whole.lines
        for one in line.bookings
        if one.slot_id in why and one.starts_at > work.now
        for event, reason in [why[one.slot_id]]
    ]
    await take_back(work.session, lost, work.resources.deadlines, work.now, offering=True)


WITHDRAWN = "the partner withdrew the time"
UNANSWERED = "the partner withdrew the time, and nobody agreed to another"
# Slots looked at for each session that is to be offered another time: its order may be booked in some of them.
SLOTS_AHEAD = SESSIONS_MAX


@dataclass(frozen=True, slots=True)
class Lost:
    """A coming session that its partner takes back, why, and what caused it."""

    whole: Whole
    line: Line
    booking: BookingRow
    reason: str
    cause: Cause | None


async def take_back(
    session: AsyncSession, lost: Sequence[Lost], deadlines: Deadlines, now: datetime, *, offering: bool
) -> None:
    """Take sessions out of locked orders, for nothing. Each is offered the next free time of the same offering, if
    `offering` and there is one, which waits for its resident's agreement. Otherwise an order that is about nothing else
    is cancelled, and what is left of any other goes on: the session may be booked again."""
    wanted = [one for one in lost if may_be_offered(one, now)] if offering else []
    since: dict[UUID, tuple[datetime, int]] = {}
    for one in wanted:
        first, most = since.get(one.line.row.offering_id, (one.booking.starts_at, SLOTS_AHEAD))
        since[one.line.row.offering_id] = min(first, one.booking.starts_at), most + 1
    candidates = await offerings.free_slots(session, since) if since else []
    slots = await offerings.slots_for_update(session, sorted({*candidates, *(one.booking.slot_id for one in lost)}))
    offers = next_times(wanted, [slots[slot_id] for slot_id in candidates if slot_id in slots], deadlines)
    ended: dict[UUID, tuple[Whole, Cause | None]] = {}
    kept: dict[UUID, list[Lost]] = {}
    for one in lost:
        whole = one.whole
        if one.booking.id not in offers and is_all(whole) and may_end(whole):
            move(whole, Status.CANCELLED, Actor.SYSTEM, deadlines, now, "partner", one.reason)
            ended[whole.order.id] = (whole, one.cause)
        else:
            kept.setdefault(whole.order.id, []).append(one)
    await call_off(
        session, list(ended.values()), "partner", {order_id: owed(one) for order_id, (one, _) in ended.items()}
    )
    await book_offers(session, kept, offers, deadlines, now)


def may_be_offered(lost: Lost, now: datetime) -> bool:
    """Is another time offered for this session? Of what is not paid, or with a partner that is suspended, none is."""
    order = lost.whole.order
    going_on = order.status in (Status.CONFIRMED, Status.ACCEPTED, Status.FULFILLING)
    return going_on and processes()[order.process].offered_when_withdrawn and lost.whole.standing.good(now)


def is_all(whole: Whole) -> bool:
    """Is one session, which was not given, all there is of this order?"""
    return len(whole.lines) == 1 and not whole.lines[0].entitlements and not whole.lines[0].begun


def may_end(whole: Whole) -> bool:
    state = processes()[whole.order.process].states.get(Status(whole.order.status))
    return state is not None and Actor.SYSTEM in state.moves.get(Status.CANCELLED, ())


def next_times(lost: Sequence[Lost], free: Sequence[Slot], deadlines: Deadlines) -> dict[UUID, Slot]:
    """For each session, by its booking, the first free time after its own within its order's time, earlier sessions
    first. Where else its resident is booked is not looked at: their partner would learn of it by what is offered."""
    left = {slot.id: slot.free for slot in free}
    coming: dict[UUID, list[Slot]] = {}
    for slot in sorted(free, key=lambda slot: slot.starts_at):
        coming.setdefault(slot.offering_id, []).append(slot)
    taken = {one.booking.id for one in lost}
    busy = {
        one.whole.order.id: [
            (kept.starts_at, kept.ends_at) for line in one.whole.lines for kept in line.bookings if kept.id not in taken
        ]
        for one in lost
    }
    found: dict[UUID, Slot] = {}
    for one in sorted(lost, key=lambda one: (one.booking.starts_at, one.booking.id)):
        order, starts_at = one.whole.order, one.booking.starts_at
        ends = order.window_ends_at or starts_at + deadlines.service
        mine = busy[order.id]
        for slot in coming.get(one.line.row.offering_id, ()):
            fits = left[slot.id] and starts_at <= slot.starts_at < ends
            if fits and all(slot.ends_at <= begins or slot.starts_at >= over for begins, over in mine):
                found[one.booking.id] = slot
                left[slot.id] -= 1
                mine.append((slot.starts_at, slot.ends_at))
                break
    return found


async def book_offers(
    session: AsyncSession,
    lost: dict[UUID, list[Lost]],
    offers: dict[UUID, Slot],
    deadlines: Deadlines,
    now: datetime,
) -> None:
    """Give sessions of locked orders up for those that are offered instead, if any, and tell it."""
    if not lost:
        return
    everything = [one for of_order in lost.values() for one in of_order]
    for of_order in lost.values():
        of_order[0].whole.order.version += 1
    for one in everything:
        one.line.row.sessions_lost += one.booking.agreed_at is not None
    await session.flush()
    await bookings.release_some(session, [one.booking.id for one in everything], now)
    ids = {booking_id: new_id() for booking_id in offers}
    await bookings.book(
        session,
        [
            {
                "id": ids[one.booking.id],
                "order_line_id": one.line.row.id,
                "slot_id": offers[one.booking.id].id,
                "beneficiary_id": one.whole.order.beneficiary_id,
                "booked_by": "partner",
                "answer_by": deadlines.answer_by(offers[one.booking.id].starts_at, now).isoformat(),
            }
            for one in everything
            if one.booking.id in offers
        ],
        now,
    )
    await bookings.set_begins(session, list(lost))
    for of_order in lost.values():
        session.expire(of_order[0].whole.order)
    for after in await orders.orders_by_id(session, list(lost)):
        put_deadline(after, deadlines, since(after.order))
        hurry(after, deadlines, now)
        gone: dict[UUID, list[Lost]] = {}
        for one in lost[after.order.id]:
            if one.booking.id in offers:
                publish(session, slot_offered(after, one, ids, offers, deadlines, now), after.order.id, one.cause)
            else:
                gone.setdefault(one.line.row.id, []).append(one)
        for of_line in gone.values():
            first, released = of_line[0], [one.booking for one in of_line]
            told_of = sessions_cancelled(after, first.line, released, 0, 0, "partner", first.reason)
            publish(session, told_of, after.order.id, first.cause)


def slot_offered(
    whole: Whole, lost: Lost, ids: dict[UUID, UUID], offers: dict[UUID, Slot], deadlines: Deadlines, now: datetime
) -> told.SlotBooked:
    """Another time is offered for a session that was withdrawn."""
    slot = offers[lost.booking.id]
    return told.SlotBooked(
        **who(whole.order),
        order_line_id=str(lost.line.row.id),
        booking_id=str(ids[lost.booking.id]),
        interval=Interval(start=timestamp(slot.starts_at), end=timestamp(slot.ends_at)),
        waits_for_agreement=True,
        answer_by=timestamp(deadlines.answer_by(slot.starts_at, now)),
        instead_of_booking_id=str(lost.booking.id),
        reason=lost.reason,
    )


async def on_signing_key(work: Work[object], events: Sequence[Event[partners.SigningKeyRegistered]]) -> None:
    newest = {event.message.partner_id: event for event in sorted(events, key=lambda one: one.message.version)}
    good_from = dict.fromkeys(newest, 0)
    for event in events:
        if event.message.compromised:
            good_from[event.message.partner_id] = max(good_from[event.message.partner_id], event.message.version)
    rows = [
        SigningKeyRow(
            partner_id=UUID(event.message.partner_id),
            public_key=event.message.public_key,
            version=event.message.version,
            registered_at=event.time,
            good_from=good_from[event.message.partner_id],
        )
        for event in newest.values()
    ]
    await offerings.put_signing_keys(work.session, rows)


async def on_standing(work: Work[object], events: Sequence[Event[Any]]) -> None:
    """Go by the newest standing of each partner."""
    newest: dict[str, partners.Standing] = {}
    for event in events:
        standing = event.message.standing
        if standing.partner_id not in newest or standing.version > newest[standing.partner_id].version:
            newest[standing.partner_id] = standing
    rows = [standing_row(one.partner_id, one, one.version) for _, one in sorted(newest.items())]
    await standings.note(work.session, rows)


def standing_row(partner_id: str, told_of: partners.Standing | Profile, version: int) -> StandingRow:
    """A partner's standing, of an event or of its profile."""
    return StandingRow(
        partner_id=UUID(partner_id),
        sells=CAPABILITY_SELL in told_of.capabilities,
        certified_until=moment(told_of.certified_until) if told_of.HasField("certified_until") else None,
        version=version,
    )


async def on_payment_authorised(
    work: Work[HasDeadlines], events: Sequence[Event[settlement.PaymentAuthorised]]
) -> None:
    causes = {UUID(event.message.order_id): event.cause for event in events}
    await orders.lock_orders(work.session, list(causes))
    await orders.money_in(work.session, list(causes), work.resources.deadlines.placed, work.now)
    await confirm(work, causes)


async def confirm(work: Work[HasDeadlines], causes: dict[UUID, Cause]) -> None:
    """Confirm those of these orders that wait for nothing any more."""
    deadline = work.now + work.resources.deadlines.acceptance
    for moved in await orders.confirm(work.session, list(causes), work.now, deadline):
        publish(work.session, order_confirmed(moved), moved.id, causes[moved.id])


async def on_payment_failed(work: Work[object], events: Sequence[Event[settlement.PaymentFailed]]) -> None:
    """Keep the reason and say so at once: the resident waits for it, to choose another method."""
    newest = {UUID(event.message.order_id): event for event in sorted(events, key=lambda one: one.message.version)}
    failures = {
        order_id: Failure(event.message.reason, event.message.chosen_version) for order_id, event in newest.items()
    }
    await orders.lock_orders(work.session, list(failures))
    for moved, reason in await orders.payment_failed(work.session, failures, work.now):
        failed = told.OrderPaymentFailed(**who(moved), reason=reason)
        publish(work.session, failed, moved.id, newest[moved.id].cause)


async def on_payment_captured(work: Work[object], events: Sequence[Event[settlement.PaymentCaptured]]) -> None:
    causes = {UUID(event.message.order_id): event.cause for event in events}
    await orders.lock_orders(work.session, list(causes))
    for moved in await orders.close(work.session, list(causes), work.now):
        publish(work.session, told.OrderClosed(**who(moved)), moved.id, causes[moved.id])


async def on_consent_granted(work: Work[HasDeadlines], events: Sequence[Event[consent.ConsentGranted]]) -> None:
    causes = {UUID(event.message.order_id): event.cause for event in events}
    await orders.lock_orders(work.session, list(causes))
    await orders.set_consented(work.session, heard_consents(events, CONSENT_ANSWERED), True)
    await confirm(work, causes)


def heard_consents(
    events: Sequence[Event[consent.ConsentGranted]] | Sequence[Event[consent.ConsentRevoked]], otherwise: int
) -> list[tuple[UUID, int]]:
    """Lines and the versions of their consents; the release before said none, which follow from what happened."""
    return [(UUID(event.message.order_line_id), event.message.version or otherwise) for event in events]


async def on_consent_revoked(work: Work[HasDeadlines], events: Sequence[Event[consent.ConsentRevoked]]) -> None:
    """An order that is not confirmed yet waits for consent again. One that is goes on without the data, or is cancelled
    where its process says that it is nothing without them."""
    causes = {UUID(event.message.order_id): event.cause for event in events}
    await orders.lock_orders(work.session, list(causes))
    changed = await orders.set_consented(work.session, heard_consents(events, CONSENT_OVER), False)
    await cancel(
        work,
        {order_id: cause for order_id, cause in causes.items() if order_id in changed},
        REVOKED,
        lambda order: order.status != Status.PLACED and processes()[order.process].cancelled_when_revoked,
    )


async def on_consent_denied(work: Work[HasDeadlines], events: Sequence[Event[consent.ConsentDenied]]) -> None:
    causes = {UUID(event.message.order_id): event.cause for event in events}
    await orders.lock_orders(work.session, list(causes))
    await cancel(work, causes, DENIED, lambda _order: True)


async def cancel(
    work: Work[HasDeadlines], causes: dict[UUID, Cause], reason: str, where: Callable[[OrderRow], bool]
) -> None:
    """Cancel those of these locked orders that may be and for which `where` holds; what was used of them is due."""
    ended: list[tuple[Whole, Cause | None]] = []
    for whole in await orders.orders_by_id(work.session, list(causes)):
        process, status = processes()[whole.order.process], Status(whole.order.status)
        state = process.states.get(status)
        may = state is not None and Actor.SYSTEM in state.moves.get(Status.CANCELLED, ())
        if not may or not where(whole.order):
            continue
        until = whole.order.objection_until
        if status is Status.FULFILLING and until is not None and until > work.now:
            # What the partner alone says is not due before the time to object is over: the order ends by itself then.
            whole.order.version += 1
            hurry(whole, work.resources.deadlines, work.now)
        else:
            move(whole, Status.CANCELLED, Actor.SYSTEM, work.resources.deadlines, work.now, "consent", reason)
            ended.append((whole, causes[whole.order.id]))
    await call_off(work.session, ended, "consent", {whole.order.id: owed(whole) for whole, _ in ended})


CONSENT_ANSWERED, CONSENT_OVER = 2, 3
DENIED = "the resident did not consent to what the offering asks"
REVOKED = "the resident revoked the consent this service is nothing without"


def move(
    whole: Whole, wanted: Status, actor: Actor, deadlines: Deadlines, now: datetime, by: str, reason: str = ""
) -> None:
    """Move a locked order on by its process, with its next deadline."""
    order = whole.order
    process = processes()[order.process]
    if wanted is Status.FULFILLED and actor is not Actor.CLOCK:
        check_no_objection(order, now)
    order.status = process.advance(Status(order.status), wanted, actor)
    put_deadline(whole, deadlines, now)
    order.reason = reason
    order.changed_by = by
    order.changed_at = now
    order.version += 1


def put_deadline(whole: Whole, deadlines: Deadlines, since: datetime) -> None:
    """Say when an order that has had its present status since then moves on by itself: by its process, but never
    waiting past the first session for money or the partner, nor ending before the last session is over. The statements
    that place and confirm many orders (`store.orders`) do the same."""
    order, status = whole.order, Status(whole.order.status)
    process = processes()[order.process]
    ends = process.ends(status, since, deadlines, order.window_ends_at)
    last = whole.last_session()
    if ends is not None and status in (Status.PLACED, Status.CONFIRMED) and order.begins_at is not None:
        if status is Status.PLACED and not order.money_in:
            ends = min(ends, since + deadlines.unpaid)
        ends = min(ends, order.begins_at)
    if ends is not None and last is not None and (status is Status.ACCEPTED or order.window_ends_at is None):
        ends = max(ends, last + deadlines.fulfilment) if status in (Status.ACCEPTED, Status.FULFILLING) else ends
    answer_by = max(whole.answers, default=None)
    if ends is not None and answer_by is not None and status in (Status.ACCEPTED, Status.FULFILLING):
        ends = max(ends, answer_by)  # what the partner withdrew is not over before its resident could agree to another
    order.deadline = ends
    wait_for_objections(order)


def since(order: OrderRow) -> datetime:
    """Since when an order has its present status."""
    return order.placed_at if order.status == Status.PLACED else order.changed_at


def hurry(whole: Whole, deadlines: Deadlines, now: datetime) -> None:
    """Once everything was given, or nothing more may be, only its declaration is waited for."""
    if whole.order.deadline is None or whole.order.status != Status.FULFILLING:
        return
    if revoked(whole):
        whole.order.deadline = min(whole.order.deadline, now)
    elif all(line.proven for line in whole.lines):
        whole.order.deadline = min(whole.order.deadline, now + deadlines.fulfilment)
    wait_for_objections(whole.order)


def wait_for_objections(order: OrderRow) -> None:
    """Let an order of which something was given go on no earlier than its resident's time to object is over."""
    if order.status == Status.FULFILLING and order.deadline is not None and order.objection_until is not None:
        order.deadline = max(order.deadline, order.objection_until)


def check_no_objection(order: OrderRow, now: datetime) -> None:
    """Refuse to take money for what the resident may still object to."""
    if order.contested:
        raise ObjectionOpen("the resident has objected; wait for the decision")
    if order.objection_until is not None and order.objection_until > now:
        raise ObjectionOpen(
            f"until {order.objection_until:%Y-%m-%d %H:%M} UTC; try again then, or once the resident has confirmed it"
        )


def revoked(whole: Whole) -> bool:
    """Is the consent gone that the order is nothing without?"""
    if not processes()[whole.order.process].cancelled_when_revoked:
        return False
    return any(line.terms.consent_needed and not line.row.consented for line in whole.lines)


SUBSCRIPTIONS: Sequence[Subscription[HasDeadlines]] = [
    subscription(
        "ordering-offerings",
        {
            catalog.OfferingPublished: on_offering_published,
            catalog.OfferingWithdrawn: on_offering_withdrawn,
            catalog.SlotsAdded: on_slots_added,
            catalog.SlotsWithdrawn: on_slots_withdrawn,
        },
    ),
    subscription("ordering-partners", {partners.SigningKeyRegistered: on_signing_key}),
    subscription(
        "ordering-standings",
        dict.fromkeys(
            (
                partners.PartnerApplied,
                partners.PartnerScreened,
                partners.PartnerCertified,
                partners.PartnerActivated,
                partners.PartnerSuspended,
                partners.PartnerReinstated,
                partners.CertificateLapsed,
            ),
            on_standing,
        ),
    ),
    subscription(
        "ordering-payments",
        {
            settlement.PaymentAuthorised: on_payment_authorised,
            settlement.PaymentFailed: on_payment_failed,
            settlement.PaymentCaptured: on_payment_captured,
        },
    ),
    subscription(
        "ordering-consents",
        {
            consent.ConsentGranted: on_consent_granted,
            consent.ConsentDenied: on_consent_denied,
            consent.ConsentRevoked: on_consent_revoked,
        },
    ),
]
