"""What ordering publishes, built from what it keeps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.ids import new_id
from chassis.looks import Look
from chassis.wire import put_moment, put_money, timestamp
from yima.catalog.v1.api_pb2 import PartnerMeasures
from yima.common.v1.types_pb2 import Interval, Money
from yima.ordering.v1 import events_pb2 as events_pb

from ordering.aggregate import OrderAggregate, OrderLine, OrderSummary
from ordering.domain.offerings import offering_of
from ordering.domain.process import CALLED_OFF, OrderStatus
from ordering.store.availability import Availability
from ordering.tables import BookingRow, ComplaintRow, OrderRow, PrivateOfferRow, ProofRow, ReviewRow, SeriesRow

FOLLOW_UP_STATES = {
    OrderStatus.PLACED: events_pb.FOLLOW_UP_ORDER_STATE_OPEN,
    OrderStatus.FULFILLED: events_pb.FOLLOW_UP_ORDER_STATE_SERVED,
} | dict.fromkeys(CALLED_OFF, events_pb.FOLLOW_UP_ORDER_STATE_OVER)

type CalledOff = events_pb.OrderRefused | events_pb.OrderCancelled | events_pb.OrderExpired


def order_fields(order: OrderSummary | OrderRow) -> dict[str, Any]:
    """What most events of an order carry."""
    return {
        "order_id": str(order.id),
        "partner_id": str(order.partner_id),
        "resident_id": str(order.resident_id),
        "version": order.version,
    }


def proof_fields(proof: ProofRow) -> dict[str, Any]:
    """What is said of a proof, in an event or as a part of its order."""
    return {
        "order_line_id": str(proof.order_line_id),
        "scan_id": str(proof.scan_id or ""),
        "practitioner_id": str(proof.practitioner_id or ""),
        "proven_at": timestamp(proof.proven_at),
        "item": proof.item,
        "units": proof.units,
    }


def order_placed(
    order: OrderRow, lines: Sequence[OrderLine], payment_method: str, consent_given: bool
) -> events_pb.OrderPlaced:
    event = events_pb.OrderPlaced(
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
    for line in lines:
        terms = line.terms
        message = event.lines.add(
            order_line_id=str(line.row.id),
            offering_id=str(terms.offering_id),
            offering_revision=terms.revision,
            quantity=line.row.quantity,
            certificate_ids=line.row.certificate_ids,
        )
        put_money(message.total, terms.currency, line.total_minor)
        if line.row.private_offer_id is not None:
            message.private_offer_id = str(line.row.private_offer_id)
        if terms.consent_needed:
            offering = offering_of(terms.offering)
            message.consent.CopyFrom(offering.manifest.consent)
            message.consent_hash = offering.consent_hash
    return event


def order_placed_at_desk(order: OrderRow) -> events_pb.OrderPlacedAtDesk:
    return events_pb.OrderPlacedAtDesk(
        order_id=str(order.id), resident_id=str(order.resident_id), version=order.version
    )


def period_placed(order: OrderRow) -> events_pb.PeriodPlaced:
    return events_pb.PeriodPlaced(
        order_id=str(order.id),
        resident_id=str(order.resident_id),
        first_order_id=str(order.series_id),
        period=order.period or 0,
        starts_at=timestamp(order.period_starts_at),
        version=order.version,
    )


def series_ended(series: SeriesRow) -> events_pb.SeriesEnded:
    return events_pb.SeriesEnded(
        order_id=str(series.id),
        partner_id=str(series.partner_id),
        resident_id=str(series.resident_id),
        end=f"SERIES_END_{(series.ended_because or '').upper()}",
        version=series.version,
    )


def sessions_placed(order: OrderRow, lines: Sequence[OrderLine]) -> events_pb.SessionsPlaced | None:
    """The sessions that were booked as an order was placed; None: there are none."""
    sessions = [
        events_pb.PlacedSession(
            booking_id=str(booking.id),
            interval=Interval(start=timestamp(booking.starts_at), end=timestamp(booking.ends_at)),
        )
        for line in lines
        for booking in line.bookings
    ]
    if not sessions:
        return None
    return events_pb.SessionsPlaced(
        order_id=str(order.id), resident_id=str(order.resident_id), sessions=sessions, version=order.version
    )


def follow_up_order_changed(order: OrderRow) -> events_pb.FollowUpOrderChanged | None:
    """How far an order has come that was placed for a follow-up; None: it was placed for none."""
    if order.follow_up_id is None:
        return None
    return events_pb.FollowUpOrderChanged(
        order_id=str(order.id),
        resident_id=str(order.resident_id),
        follow_up_id=str(order.follow_up_id),
        state=FOLLOW_UP_STATES[OrderStatus(order.status)],
        version=order.version,
    )


def payment_chosen(order: OrderRow, method: str) -> events_pb.PaymentChosen:
    return events_pb.PaymentChosen(order_id=str(order.id), payment_method=method, version=order.version)


def order_payment_failed(order: OrderSummary, reason: str) -> events_pb.OrderPaymentFailed:
    return events_pb.OrderPaymentFailed(**order_fields(order), reason=reason)


def order_confirmed(order: OrderSummary) -> events_pb.OrderConfirmed:
    return events_pb.OrderConfirmed(**order_fields(order), deadline=timestamp(order.deadline))


def order_accepted(order: OrderRow) -> events_pb.OrderAccepted:
    return events_pb.OrderAccepted(**order_fields(order))


def order_transferred(order: OrderRow, beneficiary_id: UUID) -> events_pb.OrderTransferred:
    return events_pb.OrderTransferred(**order_fields(order), beneficiary_id=str(beneficiary_id))


def order_fulfilled(order: OrderAggregate, unused_due: bool = False) -> events_pb.OrderFulfilled:
    """What was begun is due: in full where all of it was given, else for what was used; or by the terms, once the time
    to use it is over with a partner in good standing."""
    now = order.row.changed_at
    due = [
        (line, line.charged_minor(now) if unused_due and line.terms.unused_charged else line.due_minor)
        for line in order.lines
        if line.begun
    ]
    event = events_pb.OrderFulfilled(
        **order_fields(order.row),
        order_line_ids=[str(line.row.id) for line, _ in due],
        fulfilled_at=timestamp(now),
    )
    event.dues.extend(line_due(line, minor) for line, minor in due if minor < line.total_minor)
    return event


def order_closed(order: OrderSummary | OrderRow) -> events_pb.OrderClosed:
    return events_pb.OrderClosed(**order_fields(order))


def order_called_off(order: OrderRow, by: str, dues: Sequence[events_pb.LineDue]) -> CalledOff:
    """An order has come to one of the ends at which nothing, or not all, was served."""
    fields = order_fields(order) | {"reason": order.reason}
    if order.status == OrderStatus.REFUSED:
        return events_pb.OrderRefused(**fields)
    if order.status == OrderStatus.EXPIRED:
        return events_pb.OrderExpired(**fields)
    waits = timestamp(order.dues_after)
    return events_pb.OrderCancelled(**fields, cancelled_by=by, dues=[] if waits else dues, objection_until=waits)


def cancellation_settled(order: OrderAggregate) -> events_pb.CancellationSettled:
    return events_pb.CancellationSettled(**order_fields(order.row), dues=dues_for_use(order))


def line_due(line: OrderLine, minor: int) -> events_pb.LineDue:
    return events_pb.LineDue(order_line_id=str(line.row.id), amount=Money(currency=line.terms.currency, minor=minor))


def dues_for_use(order: OrderAggregate) -> list[events_pb.LineDue]:
    """What is owed for what was given, whoever ends the order."""
    return [line_due(line, line.due_minor) for line in order.lines if line.due_minor]


def slot_booked(
    order: OrderRow,
    booking_id: UUID,
    line: OrderLine,
    interval: tuple[datetime, datetime],
    *,
    waits_for_agreement: bool,
    instead_of: BookingRow | None,
    answer_by: datetime | None,
    reason: str = "",
) -> events_pb.SlotBooked:
    """A session was booked; `instead_of` is the one that it replaces, for a `reason` of the partner's."""
    return events_pb.SlotBooked(
        **order_fields(order),
        order_line_id=str(line.row.id),
        booking_id=str(booking_id),
        interval=Interval(start=timestamp(interval[0]), end=timestamp(interval[1])),
        waits_for_agreement=waits_for_agreement,
        instead_of_booking_id=str(instead_of.id) if instead_of is not None else "",
        answer_by=timestamp(answer_by),
        reason=reason,
    )


def sessions_agreed(order: OrderRow, booking_ids: Sequence[UUID]) -> events_pb.SessionsAgreed:
    return events_pb.SessionsAgreed(**order_fields(order), booking_ids=[str(booking_id) for booking_id in booking_ids])


def sessions_cancelled(
    order: OrderRow,
    line: OrderLine,
    sessions: Sequence[BookingRow],
    *,
    given_up: int,
    fee_minor: int,
    by: str,
    reason: str,
) -> events_pb.SessionsCancelled:
    """`given_up` of them are not to be booked again."""
    return events_pb.SessionsCancelled(
        **order_fields(order),
        order_line_id=str(line.row.id),
        booking_ids=[str(session.id) for session in sessions],
        given_up=given_up,
        fee=Money(currency=line.terms.currency, minor=fee_minor),
        cancelled_by=by,
        reason=reason,
    )


def service_proven(order: OrderRow, proof: ProofRow) -> events_pb.ServiceProven:
    return events_pb.ServiceProven(
        **order_fields(order), **proof_fields(proof), proof_id=str(proof.id), source=proof.source
    )


def usage_recorded(order: OrderRow, line_id: UUID, item: str, units: int) -> events_pb.UsageRecorded:
    return events_pb.UsageRecorded(**order_fields(order), order_line_id=str(line_id), item=item, units=units)


def objection_ended(order: OrderRow) -> events_pb.ObjectionEnded:
    return events_pb.ObjectionEnded(**order_fields(order))


def complaint_fields(complaint: ComplaintRow) -> dict[str, Any]:
    """What every event of a complaint carries."""
    return {
        "complaint_id": str(complaint.id),
        "order_id": str(complaint.order_id),
        "partner_id": str(complaint.partner_id),
        "version": complaint.version,
    }


def complaint_opened(complaint: ComplaintRow) -> events_pb.ComplaintOpened:
    return events_pb.ComplaintOpened(
        **complaint_fields(complaint),
        answer_by=timestamp(complaint.answer_by),
        resident_id=str(complaint.resident_id),
        not_given=complaint.not_given,
    )


def complaint_escalated(complaint: ComplaintRow) -> events_pb.ComplaintEscalated:
    return events_pb.ComplaintEscalated(**complaint_fields(complaint))


def complaint_decided(complaint: ComplaintRow, called_off: bool) -> events_pb.ComplaintDecided:
    """`called_off`: the decision calls the order off without what was objected to."""
    return events_pb.ComplaintDecided(
        **complaint_fields(complaint),
        upheld=complaint.upheld,
        resident_id=str(complaint.resident_id),
        decided_by=str(complaint.decided_by),
        called_off=called_off,
    )


def review_published(review: ReviewRow) -> events_pb.ReviewPublished:
    """Without the text and whose it is."""
    return events_pb.ReviewPublished(
        review_id=str(review.id),
        offering_id=str(review.offering_id),
        partner_id=str(review.partner_id),
        rating=review.rating,
        version=1,
    )


def partner_measured(measures: PartnerMeasures) -> events_pb.PartnerMeasured:
    return events_pb.PartnerMeasured(measures=measures)


def availability_changed(row: Availability) -> events_pb.AvailabilityChanged:
    return events_pb.AvailabilityChanged(
        offering_id=str(row.offering_id), next_free_at=timestamp(row.next_free_at), version=row.version
    )


def private_offer_fields(offer: PrivateOfferRow) -> dict[str, Any]:
    """What events of a private offer carry that its partner is told: nothing of who its buyer is."""
    return {
        "private_offer_id": str(offer.id),
        "partner_id": str(offer.partner_id),
        "offering_id": str(offer.offering_id),
        "version": offer.version,
    }


def private_offer_addressed(offer: PrivateOfferRow) -> events_pb.PrivateOfferAddressed:
    return events_pb.PrivateOfferAddressed(
        private_offer_id=str(offer.id),
        partner_id=str(offer.partner_id),
        resident_id=str(offer.buyer_id),
        until=timestamp(offer.until),
        version=offer.version,
    )


def private_offer_taken(offer: PrivateOfferRow) -> events_pb.PrivateOfferTaken:
    return events_pb.PrivateOfferTaken(**private_offer_fields(offer))


def private_offer_used(offer: PrivateOfferRow) -> events_pb.PrivateOfferUsed:
    return events_pb.PrivateOfferUsed(**private_offer_fields(offer), order_id=str(offer.order_id))


def private_offer_ended(offer: PrivateOfferRow) -> events_pb.PrivateOfferEnded:
    return events_pb.PrivateOfferEnded(
        **private_offer_fields(offer), end=f"PRIVATE_OFFER_END_{(offer.ended_because or '').upper()}"
    )


def residents_seen(look: Look) -> events_pb.ResidentsSeen:
    """That an operator or a regulator was shown something of these residents."""
    return events_pb.ResidentsSeen(
        look_id=str(new_id()),
        resident_ids=sorted(look.people),
        seen_by=look.by.subject_id,
        role=look.by.role,
        method=look.method,
        seen_at=timestamp(look.at),
        version=1,
    )
