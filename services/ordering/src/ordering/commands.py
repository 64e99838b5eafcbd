"""What moves an order, one function a step. None commits. (Placing is written in batches: see `placing.py`.)"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.database import Database
from chassis.ids import new_id, parse_id
from chassis.outbox import publish
from chassis.refusals import Invalid
from chassis.wire import timestamp
from sqlalchemy.ext.asyncio import AsyncSession
from yima.ordering.v1 import events_pb2 as told

from ordering import domain, events, store
from ordering.domain import AT_DEADLINE, EXPIRY_REASON, NothingProven, ReceiptRefused, Status, TransitionRefused
from ordering.events import Deadlines, move, who
from ordering.store import Line, Seen, Whole
from ordering.tables import ProofRow

OVERDUE_MAX = 100


async def pay_order(session: AsyncSession, *, order_id: UUID, seen: Seen, method: str) -> Whole:
    """Choose how a placed order is paid, first or again."""
    whole = await store.order(session, order_id, seen, lock=True)
    if whole.order.status != Status.PLACED or whole.order.money_in:
        raise TransitionRefused(f"an order that is {whole.order.status} waits for no money")
    whole.order.reason = ""
    whole.order.version += 1
    chosen = told.PaymentChosen(
        order_id=str(order_id), payment_method=domain.payment_method(method), version=whole.order.version
    )
    publish(session, chosen, order_id)
    return whole


async def accept_order(
    session: AsyncSession, *, order_id: UUID, seen: Seen, by: str, deadlines: Deadlines, now: datetime
) -> Whole:
    whole = await store.order(session, order_id, seen, lock=True)
    move(whole.order, Status.ACCEPTED, deadlines, now, by)
    publish(session, told.OrderAccepted(**who(whole.order)), order_id)
    return whole


async def refuse_order(
    session: AsyncSession, *, order_id: UUID, seen: Seen, by: str, reason: str, deadlines: Deadlines, now: datetime
) -> Whole:
    whole = await store.order(session, order_id, seen, lock=True)
    move(whole.order, Status.REFUSED, deadlines, now, by, domain.reason(reason))
    await events.call_off(session, [(whole, None)], Status.REFUSED, [whole.order.reason], by)
    return whole


async def cancel_order(
    session: AsyncSession, *, order_id: UUID, seen: Seen, by: str, reason: str, deadlines: Deadlines, now: datetime
) -> Whole:
    whole = await store.order(session, order_id, seen, lock=True)
    move(whole.order, Status.CANCELLED, deadlines, now, by, domain.reason(reason))
    await events.call_off(session, [(whole, None)], Status.CANCELLED, [whole.order.reason], by)
    return whole


async def prove_service(
    session: AsyncSession,
    *,
    order_id: UUID,
    line_id: str,
    receipt: Mapping[str, Any],
    seen: Seen,
    practitioner_id: UUID,
    deadlines: Deadlines,
    now: datetime,
) -> Whole:
    """Prove one line, or every open one, by a scan whose receipt identity has signed."""
    whole = await store.order(session, order_id, seen, lock=True)
    order = whole.order
    there = (receipt["resident_id"], receipt["partner_id"], receipt["practitioner_id"])
    if there != (str(order.resident_id), str(order.partner_id), str(practitioner_id)):
        raise ReceiptRefused("it was another resident, partner or practitioner", "scan_receipt")
    if order.status not in (Status.ACCEPTED, Status.FULFILLING):
        raise TransitionRefused(f"an order that is {order.status} cannot be proven")
    lines = wanted_lines(whole, line_id)
    scan_id = UUID(receipt["scan_id"])
    await store.use_scan(session, scan_id, order_id)
    proofs = [
        ProofRow(
            id=new_id(), order_line_id=line.row.id, scan_id=scan_id, practitioner_id=practitioner_id, proven_at=now
        )
        for line in lines
    ]
    await store.add_proofs(session, proofs)
    if order.status == Status.ACCEPTED:
        move(order, Status.FULFILLING, deadlines, now, str(practitioner_id))
    else:
        order.version += 1
    await session.flush()
    for proof in proofs:
        publish(session, service_proven(whole, proof), order_id)
    return (await store.wholes(session, [order]))[0]


def wanted_lines(whole: Whole, line_id: str) -> list[Line]:
    """The lines to prove."""
    if not line_id:
        lines = [line for line in whole.lines if line.proof is None]
        if not lines:
            raise TransitionRefused("everything ordered has been proven")
        return lines
    wanted = parse_id(line_id, "order_line_id")
    lines = [line for line in whole.lines if line.row.id == wanted]
    if not lines:
        raise Invalid("order_line_id", "is not a line of this order")
    if lines[0].proof is not None:
        raise TransitionRefused("this line has been proven", "order_line_id")
    return lines


def service_proven(whole: Whole, proof: ProofRow) -> told.ServiceProven:
    return told.ServiceProven(
        **who(whole.order),
        order_line_id=str(proof.order_line_id),
        proof_id=str(proof.id),
        scan_id=str(proof.scan_id),
        practitioner_id=str(proof.practitioner_id),
        proven_at=timestamp(proof.proven_at),
    )


async def fulfil_order(
    session: AsyncSession, *, order_id: UUID, seen: Seen, by: str, deadlines: Deadlines, now: datetime
) -> Whole:
    whole = await store.order(session, order_id, seen, lock=True)
    if whole.order.status == Status.FULFILLING and any(line.proof is None for line in whole.lines):
        raise NothingProven("prove every line by a scan first")
    fulfil(session, whole, deadlines, now, by)
    return whole


def fulfil(session: AsyncSession, whole: Whole, deadlines: Deadlines, now: datetime, by: str) -> None:
    """Declare what was proven fulfilled; a free order is closed with it, since no money will come."""
    move(whole.order, Status.FULFILLED, deadlines, now, by)
    publish(session, events.order_fulfilled(whole), whole.order.id)
    if whole.order.total_minor == 0:
        move(whole.order, Status.CLOSED, deadlines, now, by)
        publish(session, told.OrderClosed(**who(whole.order)), whole.order.id)


async def end_overdue(database: Database, deadlines: Deadlines, now: datetime) -> bool:
    """Do what is due by itself at orders' deadlines; says whether there may be more."""
    async with database.transaction() as session:
        overdue = await store.overdue(session, now, OVERDUE_MAX)
        expired = []
        for whole in overdue:
            status = Status(whole.order.status)
            if AT_DEADLINE[status] is Status.FULFILLED:
                fulfil(session, whole, deadlines, now, "ordering")
                continue
            move(whole.order, Status.EXPIRED, deadlines, now, "ordering", EXPIRY_REASON[status])
            expired.append((whole, None))
        reasons = [whole.order.reason for whole, _ in expired]
        await events.call_off(session, expired, Status.EXPIRED, reasons, "ordering")
    return len(overdue) == OVERDUE_MAX
