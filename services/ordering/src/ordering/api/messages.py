"""Orders as messages."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from chassis.wire import put_moment, put_money, timestamp
from yima.catalog.v1.api_pb2 import (
    PRICE_BASIS_ORDER,
    PRICE_BASIS_PACKAGE,
    UNIT_KIND_MEASUREMENT,
    UNIT_KIND_VISIT,
)
from yima.common.v1.types_pb2 import Interval, Money
from yima.ordering.v1 import api_pb2 as pb

from ordering.aggregate import OrderAggregate, OrderLine
from ordering.commands.moves import cancellation_dues, dues_of
from ordering.domain import entitlements
from ordering.domain.offerings import OFFERINGS_KEPT_MAX, offering_of
from ordering.domain.process import Actor, OrderStatus
from ordering.domain.steps import Action, Party, Step, next_steps
from ordering.events import proof_fields
from ordering.tables import OrderRow, ProofRow, SeriesRow


def to_message(order: OrderAggregate) -> pb.Order:
    """An order as a message, its parts written in place: every order that is placed is answered with one."""
    row = order.row
    message = pb.Order(
        id=str(row.id),
        resident_id=str(row.resident_id),
        partner_id=str(row.partner_id),
        status=STATUS[row.status],
        reason=row.reason,
        placed_by=str(row.placed_by),
        version=row.version,
        payment_version=row.payment_version,
        checkout_id=str(row.checkout_id or ""),
        follow_up_id=str(row.follow_up_id or ""),
        beneficiary_id=str(row.beneficiary_id),
        process=row.process,
    )
    put_money(message.total, row.currency, row.total_minor)
    put_moment(message.deadline, row.deadline)
    put_moment(message.placed_at, row.placed_at)
    put_moment(message.changed_at, row.changed_at)
    if row.objection_until is not None and row.waits_for_objection:
        put_moment(message.objection_until, row.objection_until)
        message.contested = row.contested
    if row.desk_by is not None:
        message.desk.CopyFrom(
            pb.DeskPlacement(
                scan_id=str(row.desk_scan_id),
                practitioner_id=str(row.desk_practitioner_id),
                printed=bool(row.desk_printed),
                agreed_at=timestamp(row.desk_agreed_at),
                by_code=row.desk_word_id is not None,
            )
        )
    if order.series is not None:
        message.series.CopyFrom(series_message(row, order.lines[0], order.series))
    if row.status == OrderStatus.PLACED:
        if row.waits_for_word:
            message.waiting_for.append(pb.REQUIREMENT_WORD)
        if not row.money_in:
            message.waiting_for.append(pb.REQUIREMENT_MONEY)
        if any(line.terms.consent_needed and not line.row.consented for line in order.lines):
            message.waiting_for.append(pb.REQUIREMENT_CONSENT)
    message.next_steps.extend(step_message(step) for step in next_steps(order.position))
    for line in order.lines:
        put_line(message.lines.add(), line, row.window_ends_at)
        message.proofs.extend(proof_message(proof) for proof in line.proofs)
    return message


def series_message(row: OrderRow, line: OrderLine, series: SeriesRow) -> pb.Series:
    """Which period of its series an order is, and what follows."""
    starts = [at for at in (row.period_starts_at, row.accepted_at) if at is not None]
    return pb.Series(
        first_order_id=str(series.id),
        period=row.period or 0,
        periods_max=line.terms.periods_max,
        starts_at=timestamp(max(starts, default=None)),
        ends_at=timestamp(row.window_ends_at),
        changes=[f"TERMS_DIFFERENCE_{change.upper()}" for change in row.period_changes],
        newest_order_id=str(series.newest_order_id),
        next_ready_at=timestamp(series.next_at),
        end=f"SERIES_END_{series.ended_because.upper()}" if series.ended_because is not None else None,
        ended_at=timestamp(series.ended_at),
    )


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
    whole = PRICE_BASIS_PACKAGE if manifest.contents else PRICE_BASIS_ORDER
    return pb.OrderLine(
        title=manifest.title,
        consent_hash=published.consent_hash,
        cancellation=manifest.cancellation,
        priced_per=manifest.priced_per or whole,
    )


def put_line(message: pb.OrderLine, line: OrderLine, window_ends_at: datetime | None) -> None:
    row, terms = line.row, line.terms
    message.CopyFrom(of_terms(terms.offering))
    message.id = str(row.id)
    message.offering_id = str(row.offering_id)
    message.offering_revision = row.offering_revision
    message.quantity = row.quantity
    message.certificate_ids.extend(row.certificate_ids)
    message.consent_needed = terms.consent_needed
    message.proven = line.proven
    put_money(message.unit_price, terms.currency, line.price_minor)
    if row.private_offer_id is not None:
        message.private_offer_id = str(row.private_offer_id)
        put_money(message.published_price, terms.currency, terms.price_minor)
    put_money(message.total, terms.currency, line.total_minor)
    put_money(message.due, terms.currency, line.due_minor)
    if line.bookings:
        message.slot_id = str(line.bookings[0].slot_id)
        message.bookings.extend(
            pb.Booking(
                id=str(booking.id),
                slot_id=str(booking.slot_id),
                interval=Interval(start=timestamp(booking.starts_at), end=timestamp(booking.ends_at)),
                booked_by=BOOKED_BY[booking.booked_by],
                agreed_at=timestamp(booking.agreed_at),
                answer_by=timestamp(booking.answer_by if booking.agreed_at is None else None),
            )
            for booking in line.bookings
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


def cancelled_for(order: OrderAggregate, due: int) -> pb.CancellationTerms:
    """What cancelling has cost."""
    currency = order.row.currency
    return pb.CancellationTerms(
        due=Money(currency=currency, minor=due),
        released=Money(currency=currency, minor=order.row.total_minor - due),
    )


def sessions_cancelled_for(order: OrderAggregate, fee_minor: int, released_minor: int) -> pb.CancellationTerms:
    """What cancelling some sessions costs, or has cost."""
    currency = order.row.currency
    return pb.CancellationTerms(
        possible=True,
        due=Money(currency=currency, minor=fee_minor),
        released=Money(currency=currency, minor=released_minor),
    )


def cancellation_terms(order: OrderAggregate, actor: Actor, now: datetime) -> pb.CancellationTerms:
    """What cancelling costs if this actor does it now, and what it will cost its resident once the partner accepts."""
    possible = order.may_be_cancelled(actor)
    due = sum(line_due.amount.minor for line_due in cancellation_dues(order, actor, now)) if possible else 0
    fees = order.lines if order.standing.good(now) else []
    free_times = [entitlements.free_until(line.cancellation, order.next_session(now)) for line in fees]
    free_until = min((time for time in free_times if time is not None), default=None)
    currency, total = order.row.currency, order.row.total_minor
    message = pb.CancellationTerms(
        possible=possible,
        due=Money(currency=currency, minor=due),
        released=Money(currency=currency, minor=total - due if possible else 0),
        free_until=timestamp(free_until if free_until is not None and free_until > now else None),
    )
    if actor is Actor.RESIDENT and order.row.status in (OrderStatus.PLACED, OrderStatus.CONFIRMED):
        minor = sum(line_due.amount.minor for line_due in dues_of(order, order.standing.good(now), now))
        message.due_once_accepted.CopyFrom(Money(currency=currency, minor=minor))
    return message
