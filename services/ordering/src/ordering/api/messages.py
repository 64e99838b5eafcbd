"""Orders as messages."""

from datetime import datetime

from chassis.wire import timestamp
from yima.catalog.v1.api_pb2 import UNIT_KIND_MEASUREMENT, UNIT_KIND_VISIT
from yima.common.v1.types_pb2 import Interval, Money
from yima.ordering.v1 import api_pb2 as pb

from ordering.commands.moves import cancellation_dues, may_cancel
from ordering.domain import entitlements
from ordering.domain.process import Actor, Status
from ordering.store.orders import Line, Whole


def to_message(whole: Whole) -> pb.Order:
    order = whole.order
    waiting = []
    if order.status == Status.PLACED:
        if not order.money_in:
            waiting.append(pb.REQUIREMENT_MONEY)
        if any(line.terms.consent_needed and not line.row.consented for line in whole.lines):
            waiting.append(pb.REQUIREMENT_CONSENT)
    return pb.Order(
        id=str(order.id),
        resident_id=str(order.resident_id),
        partner_id=str(order.partner_id),
        status=f"ORDER_STATUS_{order.status.upper()}",
        lines=[line_message(line, order.window_ends_at) for line in whole.lines],
        total=Money(currency=order.currency, minor=order.total_minor),
        waiting_for=waiting,
        deadline=timestamp(order.deadline),
        reason=order.reason,
        placed_at=timestamp(order.placed_at),
        changed_at=timestamp(order.changed_at),
        placed_by=str(order.placed_by),
        proofs=[
            pb.ProofOfService(
                id=str(proof.id),
                order_line_id=str(proof.order_line_id),
                scan_id=str(proof.scan_id or ""),
                practitioner_id=str(proof.practitioner_id or ""),
                proven_at=timestamp(proof.proven_at),
                source=f"PROOF_SOURCE_{proof.source.upper()}",
                item=proof.item,
                units=proof.units,
            )
            for line in whole.lines
            for proof in line.proofs
        ],
        version=order.version,
        checkout_id=str(order.checkout_id or ""),
        beneficiary_id=str(order.beneficiary_id),
        process=order.process,
    )


def line_message(line: Line, window_ends_at: datetime | None) -> pb.OrderLine:
    row, terms = line.row, line.terms
    offering = line.offering
    titles = {item.code: item.title for item in offering.manifest.contents}
    return pb.OrderLine(
        id=str(row.id),
        offering_id=str(row.offering_id),
        offering_revision=row.offering_revision,
        title=offering.manifest.title,
        quantity=row.quantity,
        unit_price=Money(currency=terms.currency, minor=terms.price_minor),
        total=Money(currency=terms.currency, minor=line.total_minor),
        slot_id=str(line.bookings[0].slot_id) if line.bookings else "",
        consent_needed=terms.consent_needed,
        consent_hash=offering.consent_hash,
        proven=line.proven,
        bookings=[
            pb.Booking(
                id=str(one.id),
                slot_id=str(one.slot_id),
                interval=Interval(start=timestamp(one.starts_at), end=timestamp(one.ends_at)),
            )
            for one in line.bookings
        ],
        entitlements=[
            pb.Entitlement(
                code=item.code,
                title=titles.get(item.code),
                kind=UNIT_KIND_VISIT if item.visit else UNIT_KIND_MEASUREMENT,
                granted=item.granted,
                used=item.used,
                valid_until=timestamp(window_ends_at),
            )
            for item in line.entitlements
        ],
        cancellation=offering.manifest.cancellation,
        due=Money(currency=terms.currency, minor=line.due_minor),
    )


def cancelled_for(whole: Whole, due: int) -> pb.CancellationTerms:
    """What cancelling has cost."""
    currency = whole.order.currency
    return pb.CancellationTerms(
        due=Money(currency=currency, minor=due),
        released=Money(currency=currency, minor=whole.order.total_minor - due),
    )


def cancellation_terms(whole: Whole, actor: Actor, now: datetime) -> pb.CancellationTerms:
    """What cancelling costs if this actor does it now."""
    possible = may_cancel(whole, actor)
    due = sum(one.amount.minor for one in cancellation_dues(whole, actor, now)) if possible else 0
    frees = [entitlements.free_until(line.cancellation, whole.next_session(now)) for line in whole.lines]
    currency, total = whole.order.currency, whole.order.total_minor
    return pb.CancellationTerms(
        possible=possible,
        due=Money(currency=currency, minor=due),
        released=Money(currency=currency, minor=total - due if possible else 0),
        free_until=timestamp(min((one for one in frees if one is not None), default=None)),
    )
