"""Proofs of service: by a scan, by the resident's word, by a statement the partner signed, by records of use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.ids import new_id, parse_id
from chassis.outbox import publish
from chassis.refusals import Invalid, Refusal
from chassis.signing import is_about
from sqlalchemy.ext.asyncio import AsyncSession

from ordering import events
from ordering.aggregate import OrderAggregate, OrderLine
from ordering.commands.lifecycle import move, settle_cancellation, shorten_deadline, wait_for_objections
from ordering.domain import entitlements
from ordering.domain.entitlements import EntitlementOver, EntitlementUsedUp
from ordering.domain.process import (
    Actor,
    Deadlines,
    ObjectionOpen,
    OrderStatus,
    ProofSource,
    TransitionRefused,
    processes,
)
from ordering.domain.proofs import (
    CLOCK_SKEW,
    NO_SKEW,
    ProofNotTaken,
    ReceiptRefused,
    Statement,
    StatementRefused,
    given_after,
    scanned_at,
)
from ordering.domain.series import PeriodNotBegun
from ordering.domain.visibility import Visibility
from ordering.store import orders, proofs
from ordering.tables import EntitlementRow, ProofRow, UsageRecordRow

KEY_LENGTH_MAX = 128


async def prove_service(
    session: AsyncSession,
    *,
    order_id: UUID,
    line_id: str,
    item: str,
    receipt: Mapping[str, Any],
    visibility: Visibility,
    practitioner_id: UUID,
    deadlines: Deadlines,
    now: datetime,
) -> OrderAggregate:
    """Prove one line by a scan whose receipt identity has signed; it may go unnamed where one is open."""
    order = await orders.order(session, order_id, visibility, lock=True)
    row = order.row
    by_whom = (receipt["partner_id"], receipt["practitioner_id"])
    of_whom = is_about(receipt, "scan_id", "resident", str(row.beneficiary_id))
    if not of_whom or by_whom != (str(row.partner_id), str(practitioner_id)):
        raise ReceiptRefused("it was another resident, partner or practitioner", "scan_receipt")
    check_provable(order, ProofSource.SCAN, deadlines, now)
    if not given_after(row.given_from, scanned_at(receipt), NO_SKEW):
        raise ReceiptRefused(
            "it was made before the order was accepted, or its period began; scan again", "scan_receipt"
        )
    lines = lines_to_prove(order, line_id)
    if len(lines) > 1:
        raise Invalid("order_line_id", "say which: one scan proves one service")
    scan_id = UUID(receipt["scan_id"])
    await proofs.use_scan(session, scan_id, order_id)
    source = ProofRow(
        id=new_id(),
        order_line_id=order_id,
        source=ProofSource.SCAN,
        scan_id=scan_id,
        practitioner_id=practitioner_id,
        proven_at=now,
    )
    given_items = [(line, visit_of(line, item), 1) for line in lines]
    return await prove(session, order, given_items, source, Actor.PRACTITIONER, str(practitioner_id), deadlines, now)


async def confirm_service(
    session: AsyncSession,
    *,
    order_id: UUID,
    line_id: str,
    item: str,
    visibility: Visibility,
    by: str,
    deadlines: Deadlines,
    now: datetime,
) -> OrderAggregate:
    """Prove by the word of the resident or their guardian. Where the partner has stated everything already, the
    resident agrees to it, and need not be waited for any more; so of an order that was cancelled since."""
    order = await orders.order(session, order_id, visibility, lock=True)
    if not line_id and order.row.dues_after is not None and not order.row.contested:
        settle_cancellation(session, order)
        return order
    if not line_id and may_agree(order, now):
        order.row.objection_until = None
        order.row.version += 1
        shorten_deadline(order, deadlines, now)
        publish(session, events.objection_ended(order.row), order_id)
        return order
    check_provable(order, ProofSource.RESIDENT, deadlines, now)
    given_items = [(line, visit_of(line, item), 1) for line in lines_to_prove(order, line_id)]
    source = ProofRow(id=new_id(), order_line_id=order_id, source=ProofSource.RESIDENT, proven_at=now)
    return await prove(session, order, given_items, source, Actor.RESIDENT, by, deadlines, now)


async def state_service(
    session: AsyncSession,
    *,
    order_id: UUID,
    statement: Statement,
    signed: str,
    visibility: Visibility,
    by: str,
    deadlines: Deadlines,
    now: datetime,
) -> OrderAggregate:
    """Prove by a statement whose signature was found to be the partner's."""
    order = await orders.order(session, order_id, visibility, lock=True)
    if statement.order_id != str(order_id):
        raise StatementRefused("it is about another order", "statement")
    check_provable(order, ProofSource.PARTNER, deadlines, now)
    if not given_after(order.row.given_from, statement.given_at, CLOCK_SKEW):
        raise StatementRefused("given_at lies before the order was accepted, or its period began", "statement")
    (line,) = lines_to_prove(order, statement.order_line_id)
    contents_item = item_of(line, statement.item) if line.entitlements else None
    units = entitlements.check_units(statement.units, "statement.units") if contents_item else 1
    key = f"{order.row.partner_id}:{statement.id}"
    source = ProofRow(
        id=new_id(),
        order_line_id=order_id,
        source=ProofSource.PARTNER,
        statement=signed,
        statement_key=key,
        proven_at=now,
    )
    return await prove(session, order, [(line, contents_item, units)], source, Actor.PARTNER, by, deadlines, now)


def may_agree(order: OrderAggregate, now: datetime) -> bool:
    """Is there nothing left to prove, but something to object to?"""
    row = order.row
    waits = row.objection_until is not None and row.objection_until > now and not row.contested
    return row.status == OrderStatus.FULFILLING and waits and all(line.proven for line in order.lines)


def may_be_objected(order: OrderAggregate, source: str, deadlines: Deadlines, now: datetime) -> datetime | None:
    """Until when a proof of this source may be objected to, which its order waits for; None where it stands at once."""
    if source not in processes()[order.row.process].objection:
        return None
    until = now + deadlines.objection
    order.row.objection_until = max(until, order.row.objection_until or until)
    return until


async def prove(
    session: AsyncSession,
    order: OrderAggregate,
    given_items: Sequence[tuple[OrderLine, EntitlementRow | None, int]],
    source: ProofRow,
    actor: Actor,
    by: str,
    deadlines: Deadlines,
    now: datetime,
) -> OrderAggregate:
    """Write a proof a line, made after `source`, and use up what it is of."""
    proof_rows = []
    until = may_be_objected(order, source.source, deadlines, now)
    for line, item, units in given_items:
        if item is not None:
            use(item, units)
        fields = {
            "id": new_id(),
            "order_line_id": line.row.id,
            "item": item.code if item else "",
            "units": units,
            "objection_until": until,
        }
        proof_rows.append(ProofRow(**(source.model_dump() | fields)))
    await proofs.refuse_repeats(session, proof_rows)
    await proofs.add(session, proof_rows)
    began(order, actor, by, deadlines, now)
    await session.flush()
    for proof in proof_rows:
        publish(session, events.service_proven(order.row, proof), order.row.id)
    (after,) = await orders.with_lines(session, [order.row])
    shorten_deadline(after, deadlines, now)
    return after


def check_provable(order: OrderAggregate, source: ProofSource, deadlines: Deadlines, now: datetime) -> None:
    """May services of this order be proven so, now?"""
    row = order.row
    if row.status not in (OrderStatus.ACCEPTED, OrderStatus.FULFILLING):
        raise TransitionRefused(f"an order that is {row.status} cannot be proven")
    sources = processes()[row.process].proofs
    if source not in sources:
        raise ProofNotTaken(f"it takes {' or '.join(sorted(sources))}")
    if row.contested:
        raise ObjectionOpen("the resident has objected; wait for the decision")
    if source in (ProofSource.PARTNER, ProofSource.USAGE) and order.revoked:
        raise ProofNotTaken("the resident has revoked a consent that this service needs")
    if row.period_starts_at is not None and row.period_starts_at > now:
        raise PeriodNotBegun(f"it begins on {deadlines.today(row.period_starts_at)}; prove the period before it")
    if row.window_ends_at is not None and row.window_ends_at <= now:
        raise EntitlementOver(f"it ended on {deadlines.today(row.window_ends_at)}")


def lines_to_prove(order: OrderAggregate, line_id: str) -> list[OrderLine]:
    """The lines to prove."""
    if not line_id:
        lines = [line for line in order.lines if not line.proven]
        if not lines:
            raise TransitionRefused("everything ordered has been proven")
        return lines
    row_id = parse_id(line_id, "order_line_id")
    lines = [line for line in order.lines if line.row.id == row_id]
    if not lines:
        raise Invalid("order_line_id", "is not a line of this order")
    if lines[0].proven:
        raise TransitionRefused("this line has been proven", "order_line_id")
    return lines


def visit_of(line: OrderLine, code: str) -> EntitlementRow | None:
    """Which of a line's visits was made; None where the line is one service. May go unnamed where there is one kind."""
    if not line.entitlements:
        if code:
            raise Invalid("item", "this line is one service; leave it out")
        return None
    if code:
        return item_of(line, code)
    visits = [item for item in line.entitlements if item.visit]
    if len(visits) != 1:
        raise Invalid("item", f"say which: {', '.join(item.code for item in line.entitlements)}")
    return visits[0]


def item_of(line: OrderLine, code: str) -> EntitlementRow:
    for item in line.entitlements:
        if item.code == code:
            return item
    raise Invalid(
        "item", f"is not among what the line contains: {', '.join(other.code for other in line.entitlements)}"
    )


def use(item: EntitlementRow, units: int) -> None:
    if item.used + item.given_up + units > item.granted:
        given_up = f", {item.given_up} given up" if item.given_up else ""
        raise EntitlementUsedUp(f"{item.used} of {item.granted} have been used{given_up}", "item")
    item.used += units


def began(order: OrderAggregate, actor: Actor, by: str, deadlines: Deadlines, now: datetime) -> None:
    """The first of an order's services has been given, or a further one."""
    if order.row.status == OrderStatus.ACCEPTED:
        move(order, OrderStatus.FULFILLING, actor, deadlines, now, by)
    else:
        order.row.version += 1
        wait_for_objections(order.row)


@dataclass(frozen=True, slots=True)
class UsageRecord:
    """A record of use as a partner gives it."""

    key: str
    order_line_id: UUID
    item: str
    units: int
    used_at: datetime


@dataclass(frozen=True, slots=True)
class UsageOutcome:
    """What became of a record: counted now, counted before, or refused and why."""

    key: str
    counted: bool = False
    repeated: bool = False
    refusal: str = ""


async def record_usage(
    session: AsyncSession,
    *,
    partner_id: UUID,
    records: Sequence[UsageRecord],
    deadlines: Deadlines,
    by: str,
    now: datetime,
) -> Sequence[UsageOutcome]:
    """Count records of use; each counts once by its key, and one that cannot count fails alone."""
    order_ids = await proofs.orders_of_lines(session, partner_id, [record.order_line_id for record in records])
    ids = sorted(set(order_ids.values()))
    await orders.lock_orders(session, ids)
    by_id = {order.row.id: order for order in await orders.orders_by_id(session, ids)}
    by_line = {line_id: by_id[order_id] for line_id, order_id in order_ids.items()}
    counted: dict[str, UsageRecord | UsageRecordRow] = {
        **await proofs.known_keys(session, partner_id, [record.key for record in records])
    }
    fresh: list[UsageRecord] = []
    outcomes = []
    for record in records:
        outcome = count_once(record, by_line.get(record.order_line_id), counted, deadlines, now)
        outcomes.append(outcome)
        if outcome.counted:
            counted[record.key] = record
            fresh.append(record)
    rows = [usage_row(record, by_line[record.order_line_id], deadlines, now) for record in fresh]
    for order in by_id.values():
        wait_for_objections(order.row)
    if rows:
        await session.flush()
        await proofs.record(session, partner_id, rows, now)
    for order in by_id.values():
        use_recorded(
            session, order, [record for record in fresh if by_line[record.order_line_id] is order], by, deadlines, now
        )
    return outcomes


def count_once(
    record: UsageRecord,
    order: OrderAggregate | None,
    counted: Mapping[str, UsageRecord | UsageRecordRow],
    deadlines: Deadlines,
    now: datetime,
) -> UsageOutcome:
    """Count a record, unless one was `counted` under its key before."""
    try:
        before = counted.get(record.key)
        if before is not None:
            same_record(before, record)
            return UsageOutcome(record.key, repeated=True)
        count(order, record, deadlines, now)
    except Refusal as refusal:
        return UsageOutcome(record.key, refusal=refusal.detail)
    return UsageOutcome(record.key, counted=True)


def usage_row(record: UsageRecord, order: OrderAggregate, deadlines: Deadlines, now: datetime) -> dict[str, Any]:
    """What is stored of a record; its order waits until it may no longer be objected to."""
    until = may_be_objected(order, ProofSource.USAGE, deadlines, now)
    return {
        "key": record.key,
        "order_line_id": record.order_line_id,
        "item": record.item,
        "units": record.units,
        "used_at": record.used_at.isoformat(),
        "objection_until": until.isoformat() if until else None,
    }


def use_recorded(
    session: AsyncSession,
    order: OrderAggregate,
    records: Sequence[UsageRecord],
    by: str,
    deadlines: Deadlines,
    now: datetime,
) -> None:
    """Move an order on by its records, and publish what was used of each item."""
    if not records:
        return
    began(order, Actor.PARTNER, by, deadlines, now)
    shorten_deadline(order, deadlines, now)
    used: dict[tuple[UUID, str], int] = {}
    for record in records:
        used[record.order_line_id, record.item] = used.get((record.order_line_id, record.item), 0) + record.units
    for (line_id, item), units in used.items():
        publish(session, events.usage_recorded(order.row, line_id, item, units), order.row.id)


def same_record(before: UsageRecord | UsageRecordRow, record: UsageRecord) -> None:
    """Refuse a key that stands for another record."""
    fields = ("order_line_id", "item", "units", "used_at")
    if any(getattr(before, name) != getattr(record, name) for name in fields):
        raise Invalid("key", "this key counted another record; use a new one")


def count(order: OrderAggregate | None, record: UsageRecord, deadlines: Deadlines, now: datetime) -> None:
    """Use up what a record is of, or refuse it."""
    if not 1 <= len(record.key) <= KEY_LENGTH_MAX:
        raise Invalid("key", f"must have 1 to {KEY_LENGTH_MAX} characters")
    entitlements.check_units(record.units, "units")
    if record.used_at > now + CLOCK_SKEW:
        raise Invalid("used_at", "must lie in the past")
    if order is None:
        raise Invalid("order_line_id", "is not a line of an order with you")
    check_provable(order, ProofSource.USAGE, deadlines, now)
    if not given_after(order.row.given_from, record.used_at, CLOCK_SKEW):
        raise Invalid("used_at", "lies before the order was accepted, or its period began")
    line = next(line for line in order.lines if line.row.id == record.order_line_id)
    item = item_of(line, record.item)
    if item.visit:
        raise ProofNotTaken("a visit is proven where it is made", "item")
    use(item, record.units)
