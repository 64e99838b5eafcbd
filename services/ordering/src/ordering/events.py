"""What ordering tells, and what it hears: the catalog, payments and consents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.consumer import Event, Work, subscription
from chassis.outbox import Cause, publish
from chassis.wire import moment, timestamp
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1 import events_pb2 as catalog
from yima.catalog.v1.api_pb2 import Offering
from yima.common.v1.types_pb2 import Money
from yima.consent.v1 import events_pb2 as consent
from yima.ordering.v1 import events_pb2 as told
from yima.settlement.v1 import events_pb2 as settlement

from ordering import domain, store
from ordering.domain import Status, TransitionRefused
from ordering.store import Moved, Whole
from ordering.tables import OfferingRow, OrderRow, SlotRow, TermsRow


@dataclass(frozen=True)
class Deadlines:
    """How long an order may wait in a state."""

    placed: timedelta
    acceptance: timedelta
    service: timedelta
    fulfilment: timedelta

    def after(self, status: Status) -> timedelta | None:
        """How long an order may stay in this status; None where it waits for nobody."""
        return {
            Status.PLACED: self.placed,
            Status.CONFIRMED: self.acceptance,
            Status.ACCEPTED: self.service,
            Status.FULFILLING: self.fulfilment,
        }.get(status)


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
        total=Money(currency=order.currency, minor=order.total_minor),
        payment_method=payment_method,
        consent_given=consent_given,
        placed_at=timestamp(order.placed_at),
        deadline=timestamp(order.deadline),
        version=order.version,
    )
    for line_id, terms, quantity in lines:
        line = event.lines.add(
            order_line_id=str(line_id),
            offering_id=str(terms.offering_id),
            offering_revision=terms.revision,
            quantity=quantity,
            total=Money(currency=terms.currency, minor=terms.price_minor * quantity),
        )
        if terms.consent_needed:
            offering = Offering.FromString(terms.offering)
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


def order_confirmed(moved: Moved) -> told.OrderConfirmed:
    return told.OrderConfirmed(**who(moved), deadline=timestamp(moved.deadline))


def order_fulfilled(whole: Whole) -> told.OrderFulfilled:
    """Only the lines that were proven are due."""
    return told.OrderFulfilled(
        **who(whole.order),
        order_line_ids=[str(line.row.id) for line in whole.lines if line.proof is not None],
        fulfilled_at=timestamp(whole.order.changed_at),
    )


CALLED_OFF_EVENT = {
    Status.REFUSED: told.OrderRefused,
    Status.CANCELLED: told.OrderCancelled,
    Status.EXPIRED: told.OrderExpired,
}


async def call_off(
    session: AsyncSession, wholes: Sequence[tuple[Whole, Cause | None]], wanted: Status, reasons: Sequence[str], by: str
) -> None:
    """End locked orders before they were served: their places are free again, and whoever holds money or consent
    for them is told."""
    await session.flush()
    await store.release_slots(session, [whole.order.id for whole, _ in wholes])
    for (whole, cause), reason in zip(wholes, reasons, strict=True):
        order = whole.order
        more = {"cancelled_by": by} if wanted is Status.CANCELLED else {}
        publish(session, CALLED_OFF_EVENT[wanted](**who(order), reason=reason, **more), order.id, cause)


# --- what we hear


async def on_offering_published(work: Work[Any], events: Sequence[Event[catalog.OfferingPublished]]) -> None:
    heard = [event.message.offering for event in events]
    terms = [
        TermsRow(
            offering_id=UUID(offering.id),
            revision=offering.revision,
            partner_id=UUID(offering.partner_id),
            price_minor=offering.manifest.price.minor,
            currency=offering.manifest.price.currency,
            booking_required=offering.manifest.booking_required,
            consent_needed=bool(offering.consent_hash),
            offering=offering.SerializeToString(deterministic=True),
        )
        for offering in heard
    ]
    rows = [
        OfferingRow(id=UUID(offering.id), revision=offering.revision, on_sale=True, version=offering.version)
        for offering in heard
    ]
    await store.put_offerings(work.session, rows, terms)


async def on_offering_withdrawn(work: Work[Any], events: Sequence[Event[catalog.OfferingWithdrawn]]) -> None:
    await store.withdraw(work.session, {UUID(event.message.offering_id): event.message.version for event in events})


async def on_slots_added(work: Work[Any], events: Sequence[Event[catalog.SlotsAdded]]) -> None:
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
        await store.add_slots(work.session, slots)


async def on_payment_authorised(work: Work[Any], events: Sequence[Event[settlement.PaymentAuthorised]]) -> None:
    causes = {UUID(event.message.order_id): event.cause for event in events}
    await store.lock_orders(work.session, list(causes))
    await store.money_in(work.session, list(causes))
    await confirm(work, causes)


async def confirm(work: Work[Any], causes: dict[UUID, Cause]) -> None:
    """Confirm those of these orders that wait for nothing any more."""
    deadline = work.now + work.resources.deadlines.acceptance
    for moved in await store.confirm(work.session, list(causes), work.now, deadline):
        publish(work.session, order_confirmed(moved), moved.id, causes[moved.id])


async def on_payment_failed(work: Work[Any], events: Sequence[Event[settlement.PaymentFailed]]) -> None:
    reasons = {UUID(event.message.order_id): event.message.reason for event in events}
    await store.payment_failed(work.session, reasons, work.now)


async def on_payment_captured(work: Work[Any], events: Sequence[Event[settlement.PaymentCaptured]]) -> None:
    causes = {UUID(event.message.order_id): event.cause for event in events}
    await store.lock_orders(work.session, list(causes))
    for moved in await store.close(work.session, list(causes), work.now):
        publish(work.session, told.OrderClosed(**who(moved)), moved.id, causes[moved.id])


async def on_consent_granted(work: Work[Any], events: Sequence[Event[consent.ConsentGranted]]) -> None:
    causes = {UUID(event.message.order_id): event.cause for event in events}
    await store.lock_orders(work.session, list(causes))
    await store.set_consented(work.session, [UUID(event.message.order_line_id) for event in events], True)
    await confirm(work, causes)


async def on_consent_revoked(work: Work[Any], events: Sequence[Event[consent.ConsentRevoked]]) -> None:
    """An order that is not confirmed yet waits for consent again; one that is goes on without the data."""
    await store.lock_orders(work.session, [UUID(event.message.order_id) for event in events])
    await store.set_consented(work.session, [UUID(event.message.order_line_id) for event in events], False)


async def on_consent_denied(work: Work[Any], events: Sequence[Event[consent.ConsentDenied]]) -> None:
    causes = {UUID(event.message.order_id): event.cause for event in events}
    await store.lock_orders(work.session, list(causes))
    ended: list[tuple[Whole, Cause | None]] = []
    for whole in await store.orders_by_id(work.session, list(causes)):
        try:
            move(whole.order, Status.CANCELLED, work.resources.deadlines, work.now, "consent", DENIED)
        except TransitionRefused:
            continue  # it was called off or served meanwhile
        ended.append((whole, causes[whole.order.id]))
    await call_off(work.session, ended, Status.CANCELLED, [DENIED] * len(ended), "consent")


DENIED = "the resident did not consent to what the offering asks"


def move(order: OrderRow, wanted: Status, deadlines: Deadlines, now: datetime, by: str, reason: str = "") -> None:
    """Move a locked order on, with its next deadline."""
    order.status = domain.advance(Status(order.status), wanted)
    waits = deadlines.after(wanted)
    order.deadline = now + waits if waits else None
    order.reason = reason
    order.changed_by = by
    order.changed_at = now
    order.version += 1


SUBSCRIPTIONS = [
    subscription(
        "ordering-offerings",
        {
            catalog.OfferingPublished: on_offering_published,
            catalog.OfferingWithdrawn: on_offering_withdrawn,
            catalog.SlotsAdded: on_slots_added,
        },
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
