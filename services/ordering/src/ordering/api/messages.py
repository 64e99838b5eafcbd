"""Orders as messages."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from chassis.wire import put_moment, put_money, timestamp
from yima.catalog.v1.api_pb2 import UNIT_KIND_MEASUREMENT, UNIT_KIND_VISIT
from yima.common.v1.types_pb2 import Interval, Money
from yima.ordering.v1 import api_pb2 as pb

from ordering.aggregate import OrderAggregate, OrderLine
from ordering.commands.moves import cancellation_dues, dues_of
from ordering.domain import entitlements
from ordering.domain.offerings import OFFERINGS_KEPT_MAX, offering_of
from ordering.domain.process import Actor, OrderStatus
from ordering.domain.steps import Action, Party, Step, next_steps
from ordering.events import proof_fields
from ordering.tables import ProofRow


def to_message(whole: OrderAggregate) -> pb.Order:
    """An order as a message, its parts written in place: every order that is placed is answered with one."""
    order = whole.order
    message = pb.Order(
        id=str(order.id),
        resident_id=str(order.resident_id),
        partner_id=str(order.partner_id),
        status=STATUS[order.status],
        reason=order.reason,
        placed_by=str(order.placed_by),
        version=order.version,
        payment_version=order.payment_version,
        checkout_id=str(order.checkout_id or ""),
        beneficiary_id=str(order.beneficiary_id),
        process=order.process,
    )
    put_money(message.total, order.currency, order.total_minor)
    put_moment(message.deadline, order.deadline)
    put_moment(message.placed_at, order.placed_at)
    put_moment(message.changed_at, order.changed_at)
    if order.objection_until is not None and order.status == OrderStatus.FULFILLING:
        put_moment(message.objection_until, order.objection_until)
        message.contested = order.contested
    if order.status == OrderStatus.PLACED:
        if not order.money_in:
            message.waiting_for.append(pb.REQUIREMENT_MONEY)
        if any(line.terms.consent_needed and not line.row.consented for line in whole.lines):
            message.waiting_for.append(pb.REQUIREMENT_CONSENT)
    message.next_steps.extend(step_message(step) for step in next_steps(whole.position))
    for line in whole.lines:
        put_line(message.lines.add(), line, order.window_ends_at)
        message.proofs.extend(proof_message(proof) for proof in line.proofs)
    return message


PARTY: Mapping[Party, str] = {party: f"ORDER_PARTY_{party.name}" for party in Party}
ACTION: Mapping[Action, str] = {action: f"ORDER_ACTION_{action.name}" for action in Action}


def step_message(step: Step) -> pb.OrderStep:
    return pb.OrderStep(party=PARTY[step.party], action=ACTION[step.action], until=timestamp(step.until))


BOOKED_BY = {"resident": pb.BOOKED_BY_RESIDENT, "partner": pb.BOOKED_BY_PARTNER}
STATUS: Mapping[str, str] = {status: f"ORDER_STATUS_{status.upper()}" for status in OrderStatus}


def proof_message(proof: ProofRow) -> pb.ProofOfService:
    return pb.ProofOfService(id=str(proof.id), source=f"PROOF_SOURCE_{proof.source.upper()}", **proof_fields(proof))


@lru_cache(OFFERINGS_KEPT_MAX)
def of_terms(offering: bytes) -> pb.OrderLine:
    """What every line on these terms says."""
    published = offering_of(offering)
    manifest = published.manifest
    return pb.OrderLine(title=manifest.title, consent_hash=published.consent_hash, cancellation=manifest.cancellation)


def put_line(message: pb.OrderLine, line: OrderLine, window_ends_at: datetime | None) -> None:
    row, terms = line.row, line.terms
    message.CopyFrom(of_terms(terms.offering))
    message.id = str(row.id)
    message.offering_id = str(row.offering_id)
    message.offering_revision = row.offering_revision
    message.quantity = row.quantity
    message.consent_needed = terms.consent_needed
    message.proven = line.proven
    put_money(message.unit_price, terms.currency, terms.price_minor)
    put_money(message.total, terms.currency, line.total_minor)
    put_money(message.due, terms.currency, line.due_minor)
    if line.bookings:
        message.slot_id = str(line.bookings[0].slot_id)
        message.bookings.extend(
            pb.Booking(
                id=str(one.id),
                slot_id=str(one.slot_id),
                interval=Interval(start=timestamp(one.starts_at), end=timestamp(one.ends_at)),
                booked_by=BOOKED_BY[one.booked_by],
                agreed_at=timestamp(one.agreed_at),
                answer_by=timestamp(one.answer_by if one.agreed_at is None else None),
            )
            for one in line.bookings
        )
    if line.entitlements:
        titles = {item.code: item.title for item in line.offering.manifest.contents}
        message.entitlements.extend(
            pb.Entitlement(
                code=item.code,
                title=titles.get(item.code),
                kind=UNIT_KIND_VISIT if item.visit else UNIT_KIND_MEASUREMENT,
                granted=item.granted,
                used=item.used,
                given_up=item.given_up,
                valid_until=timestamp(window_ends_at),
            )
            for item in line.entitlements
        )


def cancelled_for(whole: OrderAggregate, due: int) -> pb.CancellationTerms:
    """What cancelling has cost."""
    currency = whole.order.currency
    return pb.CancellationTerms(
        due=Money(currency=currency, minor=due),
        released=Money(currency=currency, minor=whole.order.total_minor - due),
    )


def sessions_cancelled_for(whole: OrderAggregate, fee_minor: int, released_minor: int) -> pb.CancellationTerms:
    """What cancelling some sessions costs, or has cost."""
    currency = whole.order.currency
    return pb.CancellationTerms(
        possible=True,
        due=Money(currency=currency, minor=fee_minor),
        released=Money(currency=currency, minor=released_minor),
    )


def cancellation_terms(whole: OrderAggregate, actor: Actor, now: datetime) -> pb.CancellationTerms:
    """What cancelling costs if this actor does it now, and what it will cost its resident once the partner accepts."""
    possible = whole.may_be_cancelled(actor)
    due = sum(one.amount.minor for one in cancellation_dues(whole, actor, now)) if possible else 0
    fees = whole.lines if whole.standing.good(now) else []
    frees = [entitlements.free_until(line.cancellation, whole.next_session(now)) for line in fees]
    free_until = min((one for one in frees if one is not None), default=None)
    currency, total = whole.order.currency, whole.order.total_minor
    message = pb.CancellationTerms(
        possible=possible,
        due=Money(currency=currency, minor=due),
        released=Money(currency=currency, minor=total - due if possible else 0),
        free_until=timestamp(free_until if free_until is not None and free_until > now else None),
    )
    if actor is Actor.RESIDENT and whole.order.status in (OrderStatus.PLACED, OrderStatus.CONFIRMED):
        minor = sum(one.amount.minor for one in dues_of(whole, whole.standing.good(now), now))
        message.due_once_accepted.CopyFrom(Money(currency=currency, minor=minor))
    return message
