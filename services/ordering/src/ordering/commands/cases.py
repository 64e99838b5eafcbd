"""Reviews of what was served, complaints with their deadlines, and how partners serve."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from chassis import texts
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import publish
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1.api_pb2 import PartnerMeasures
from yima.settlement.v1.events_pb2 import RefundFailed, RefundMade

from ordering import events
from ordering.aggregate import OrderAggregate
from ordering.commands import absences
from ordering.commands.booking import line_of
from ordering.commands.lifecycle import (
    call_off,
    move,
    put_deadline,
    settle_cancellation,
    shorten_deadline,
    wait_for_objections,
)
from ordering.domain import cases as rules
from ordering.domain.cases import AlreadyComplained, AlreadyReviewed, CaseStepRefused, NotServed
from ordering.domain.orders import TEXT_LENGTH_MAX
from ordering.domain.process import Actor, Deadlines, OrderStatus
from ordering.domain.proofs import rating
from ordering.domain.visibility import Visibility
from ordering.store import cases, orders, proofs
from ordering.tables import ComplaintRow, MeasuresRow, OrderRow, RefundRow, ReviewRow

ESCALATED_MAX = 100
MEASURED_OVER = timedelta(days=90)


async def review_service(
    session: AsyncSession,
    *,
    order_id: UUID,
    line_id: str,
    stars: int,
    text: str,
    visibility: Visibility,
    by: UUID,
    now: datetime,
) -> ReviewRow:
    order = await orders.order(session, order_id, visibility, lock=True)
    line = line_of(order, line_id)
    scanned = any(proof.scan_id is not None for proof in line.proofs)
    if not rules.received(scanned, line.begun, OrderStatus(order.row.status), line.total_minor):
        raise NotServed("review a service once a scan, or what you paid, shows that it was given", "order_line_id")
    if await cases.reviewed(session, order_id, line.row.offering_id):
        raise AlreadyReviewed("there is a review of this service, whichever its line", "order_line_id")
    words = texts.prose(text, "text", TEXT_LENGTH_MAX) if text.strip() else ""
    row = ReviewRow(
        id=new_id(),
        order_line_id=line.row.id,
        order_id=order_id,
        offering_id=line.row.offering_id,
        partner_id=order.row.partner_id,
        rating=rating(stars),
        text=words,
        status="pending" if words else "published",
        reviewed_by=by,
        reviewed_at=now,
    )
    session.add(row)
    await session.flush()
    if row.status == "published":
        publish(session, events.review_published(row), row.id)
    return row


async def decide_review_text(session: AsyncSession, *, review_id: UUID, published: bool) -> ReviewRow:
    row = await cases.review_for_update(session, review_id)
    before, row.status = row.status, "published" if published else "withheld"
    if published and before != "published":
        publish(session, events.review_published(row), row.id)
    return row


async def complain(
    session: AsyncSession,
    *,
    order_id: UUID,
    text: str,
    not_given: bool,
    visibility: Visibility,
    by: UUID,
    answer_within: timedelta,
    deadlines: Deadlines,
    now: datetime,
) -> ComplaintRow:
    """Open a case about an order that the partner has confirmed money for; one at a time. `not_given` objects to what
    the partner alone says was given: while there is time to, the order's money then waits for the decision."""
    order = await orders.order(session, order_id, visibility, lock=True)
    if order.row.status == OrderStatus.PLACED:
        raise NotServed("an order that waits for money or consent can be cancelled")
    if await cases.open_complaint_of(session, order_id):
        raise AlreadyComplained("wait for its decision")
    objects = not_given and may_object(order.row, now)
    if objects:
        order.row.contested = True
        order.row.objection_until = now + answer_within + deadlines.decision
        order.row.version += 1
        wait_for_objections(order.row)
    return await open_complaint(
        session,
        order.row,
        words=texts.prose(text, "text", TEXT_LENGTH_MAX),
        by=by,
        answer_within=answer_within,
        not_given=not_given,
        objects=objects,
        now=now,
    )


async def open_complaint(
    session: AsyncSession,
    order: OrderRow,
    *,
    words: str,
    by: UUID,
    answer_within: timedelta,
    not_given: bool,
    objects: bool,
    now: datetime,
) -> ComplaintRow:
    """Open a case that the order's partner answers."""
    row = ComplaintRow(
        id=new_id(),
        order_id=order.id,
        resident_id=order.resident_id,
        partner_id=order.partner_id,
        status=rules.ComplaintStatus.OPEN,
        text=words,
        opened_by=by,
        opened_at=now,
        answer_by=now + answer_within,
        not_given=not_given,
        objects=objects,
    )
    session.add(row)
    await session.flush()
    publish(session, events.complaint_opened(row), row.id)
    return row


def may_object(order: OrderRow, now: datetime) -> bool:
    """Does the order's money wait for its resident?"""
    return order.waits_for_objection and order.objection_until is not None and order.objection_until > now


async def answer_complaint(session: AsyncSession, *, complaint_id: UUID, partner_id: UUID, answer: str) -> ComplaintRow:
    row = await cases.complaint_for_update(session, complaint_id, partner_id)
    if row.status != rules.ComplaintStatus.OPEN:
        raise CaseStepRefused(f"a complaint that is {row.status} takes no answer")
    row.answer = texts.prose(answer, "answer", TEXT_LENGTH_MAX)
    row.status = rules.ComplaintStatus.ANSWERED
    row.version += 1
    return row


async def decide_complaint(
    session: AsyncSession,
    *,
    complaint_id: UUID,
    upheld: bool,
    decision: str,
    actor: Actor,
    by: UUID,
    deadlines: Deadlines,
    now: datetime,
) -> ComplaintRow:
    """Decide a case that was answered, or whose time to answer is over. An order whose money waits for it is called off
    without what was objected to, or goes on."""
    order_id = await cases.order_of(session, complaint_id)
    order = await orders.order(session, order_id, Visibility(everything=True), lock=True)
    row = await cases.complaint_for_update(session, complaint_id, None)
    if row.status == rules.ComplaintStatus.DECIDED or (
        row.status == rules.ComplaintStatus.OPEN and now < row.answer_by
    ):
        raise CaseStepRefused(
            "it was decided" if row.status == rules.ComplaintStatus.DECIDED else "the partner may still answer"
        )
    row.decision = texts.prose(decision, "decision", TEXT_LENGTH_MAX)
    row.upheld = upheld
    row.status = rules.ComplaintStatus.DECIDED
    row.decided_by, row.decided_at = by, now
    row.version += 1
    objected = row.objects and order.row.contested and order.row.waits_for_objection
    publish(session, events.complaint_decided(row, called_off=upheld and objected), row.id)
    if objected:
        await end_objection(session, order, row, actor, str(by), deadlines, now)
    return row


async def end_objection(
    session: AsyncSession,
    order: OrderAggregate,
    complaint: ComplaintRow,
    actor: Actor,
    by: str,
    deadlines: Deadlines,
    now: datetime,
) -> None:
    """Do what the decision on an objection means for its order."""
    row = order.row
    row.contested, row.objection_until = False, None
    if not complaint.upheld and row.dues_after is not None:
        settle_cancellation(session, order)
        return
    if not complaint.upheld:
        row.version += 1
        put_deadline(order, deadlines, row.changed_at)
        shorten_deadline(order, deadlines, now)
        publish(session, events.objection_ended(row), row.id)
        return
    await session.flush()
    await proofs.strike(session, row.id, complaint.opened_at, now)
    for line in order.lines:
        for item in line.entitlements:
            session.expire(item)  # the statement has changed what was used of it
    (order,) = await orders.with_lines(session, [row])
    await absences.strike(session, order, now)
    if row.dues_after is not None:
        settle_cancellation(session, order)
        return
    move(order, OrderStatus.CANCELLED, actor, deadlines, now, by, NOT_GIVEN)
    await call_off(session, [(order, None)], by, {row.id: events.dues_for_use(order)})


NOT_GIVEN = "the resident objected, and it was found that the service was not given"


async def keep_refunds(session: AsyncSession, refunds: Sequence[RefundMade | RefundFailed]) -> None:
    """Keep which lines were refunded in full, by the newest refund of each order."""
    newest = {refund.order_id: refund for refund in sorted(refunds, key=lambda refund: refund.version)}
    rows = [
        RefundRow(
            order_id=UUID(order_id),
            line_ids=[UUID(line_id) for line_id in refund.refunded_line_ids],
            version=refund.version,
        )
        for order_id, refund in sorted(newest.items())
    ]
    await cases.put_refunds(session, rows)


async def escalate_unanswered(database: Database, now: datetime) -> bool:
    """Mark complaints that were not answered in time; says whether there may be more."""
    async with database.transaction() as session:
        late = await cases.unanswered(session, now, ESCALATED_MAX)
        for row in late:
            row.escalated, row.escalated_at = True, now
            row.version += 1
            publish(session, events.complaint_escalated(row), row.id)
    return len(late) == ESCALATED_MAX


async def measure_partners(database: Database, now: datetime) -> bool:
    """Publish how partners serve, where it has changed. One replica's word is enough: what was published is locked."""
    async with database.transaction() as session:
        published = await cases.measures(session)
        for row in await cases.measure(session, now - MEASURED_OVER):
            measures = PartnerMeasures(
                partner_id=str(row.partner_id),
                orders=row.orders,
                acceptance_seconds=row.acceptance_seconds,
                completed_basis_points=row.completed_basis_points,
                complaints=row.complaints,
                reviews=row.reviews,
                rating_hundredths=row.rating_hundredths,
                residents=row.residents,
            )
            before, serialized = published.get(row.partner_id), measures.SerializeToString(deterministic=True)
            if before is not None and before.measures == serialized:
                continue
            measures.version = before.version + 1 if before is not None else 1
            await session.merge(MeasuresRow(partner_id=row.partner_id, measures=serialized, version=measures.version))
            publish(session, events.partner_measured(measures), row.partner_id)
    return False
