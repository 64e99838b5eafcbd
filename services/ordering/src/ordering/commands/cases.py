"""Reviews of what was served, complaints with their deadlines, and how partners serve."""

from datetime import datetime, timedelta
from uuid import UUID

from chassis import texts
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.wire import timestamp
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1.api_pb2 import PartnerMeasures
from yima.ordering.v1 import events_pb2 as told

from ordering.commands.booking import line_of
from ordering.domain import cases as rules
from ordering.domain.cases import AlreadyComplained, AlreadyReviewed, CaseStepRefused, NotServed
from ordering.domain.orders import TEXT_LENGTH_MAX
from ordering.domain.process import Status
from ordering.domain.proofs import rating
from ordering.store import cases, orders
from ordering.store.orders import Seen
from ordering.tables import ComplaintRow, MeasuresRow, ReviewRow

ESCALATED_MAX = 100
MEASURED_OVER = timedelta(days=90)


async def review_service(
    session: AsyncSession, *, order_id: UUID, line_id: str, stars: int, text: str, seen: Seen, by: UUID, now: datetime
) -> ReviewRow:
    whole = await orders.order(session, order_id, seen, lock=True)
    line = line_of(whole, line_id)
    if not line.begun:
        raise NotServed("review a service once it was given", "order_line_id")
    if await cases.reviewed(session, line.row.id):
        raise AlreadyReviewed("there is a review of this line", "order_line_id")
    words = texts.prose(text, "text", TEXT_LENGTH_MAX) if text.strip() else ""
    row = ReviewRow(
        id=new_id(),
        order_line_id=line.row.id,
        offering_id=line.row.offering_id,
        partner_id=whole.order.partner_id,
        rating=rating(stars),
        text=words,
        status="pending" if words else "published",
        reviewed_by=by,
        reviewed_at=now,
    )
    session.add(row)
    await session.flush()
    return row


async def decide_review_text(session: AsyncSession, *, review_id: UUID, published: bool) -> ReviewRow:
    row = await cases.review_for_update(session, review_id)
    row.status = "published" if published else "withheld"
    return row


async def complain(
    session: AsyncSession, *, order_id: UUID, text: str, seen: Seen, by: UUID, answer_within: timedelta, now: datetime
) -> ComplaintRow:
    """Open a case about an order that the partner has confirmed money for; one at a time."""
    whole = await orders.order(session, order_id, seen, lock=True)
    if whole.order.status == Status.PLACED:
        raise NotServed("an order that waits for money or consent can be cancelled")
    if await cases.open_complaint_of(session, order_id):
        raise AlreadyComplained("wait for its decision")
    row = ComplaintRow(
        id=new_id(),
        order_id=order_id,
        resident_id=whole.order.resident_id,
        partner_id=whole.order.partner_id,
        status=rules.Case.OPEN,
        text=texts.prose(text, "text", TEXT_LENGTH_MAX),
        opened_by=by,
        opened_at=now,
        answer_by=now + answer_within,
    )
    session.add(row)
    await session.flush()
    opened = told.ComplaintOpened(
        complaint_id=str(row.id),
        order_id=str(order_id),
        partner_id=str(row.partner_id),
        answer_by=timestamp(row.answer_by),
    )
    publish(session, opened, row.id)
    return row


async def answer_complaint(session: AsyncSession, *, complaint_id: UUID, partner_id: UUID, answer: str) -> ComplaintRow:
    row = await cases.complaint_for_update(session, complaint_id, partner_id)
    if row.status != rules.Case.OPEN:
        raise CaseStepRefused(f"a complaint that is {row.status} takes no answer")
    row.answer = texts.prose(answer, "answer", TEXT_LENGTH_MAX)
    row.status = rules.Case.ANSWERED
    return row


async def decide_complaint(
    session: AsyncSession, *, complaint_id: UUID, upheld: bool, decision: str, by: UUID, now: datetime
) -> ComplaintRow:
    """Decide a case that was answered, or whose time to answer is over."""
    row = await cases.complaint_for_update(session, complaint_id, None)
    if row.status == rules.Case.DECIDED or (row.status == rules.Case.OPEN and now < row.answer_by):
        raise CaseStepRefused("it was decided" if row.status == rules.Case.DECIDED else "the partner may still answer")
    row.decision = texts.prose(decision, "decision", TEXT_LENGTH_MAX)
    row.upheld = upheld
    row.status = rules.Case.DECIDED
    row.decided_by, row.decided_at = by, now
    decided = told.ComplaintDecided(
        complaint_id=str(row.id), order_id=str(row.order_id), partner_id=str(row.partner_id), upheld=upheld
    )
    publish(session, decided, row.id)
    return row


async def escalate_unanswered(database: Database, now: datetime) -> bool:
    """Mark complaints that were not answered in time; says whether there may be more."""
    async with database.transaction() as session:
        late = await cases.unanswered(session, now, ESCALATED_MAX)
        for row in late:
            row.escalated, row.escalated_at = True, now
            escalated = told.ComplaintEscalated(
                complaint_id=str(row.id), order_id=str(row.order_id), partner_id=str(row.partner_id)
            )
            publish(session, escalated, row.id)
    return len(late) == ESCALATED_MAX


async def measure_partners(database: Database, now: datetime) -> bool:
    """Tell how partners serve where it has changed. One replica's word is enough: the rows told last are locked."""
    async with database.transaction() as session:
        told_before = await cases.measures_told(session)
        for partner_id, confirmed, waited, completed, complaints, reviews, stars in await cases.measure(
            session, now - MEASURED_OVER
        ):
            measures = PartnerMeasures(
                partner_id=str(partner_id),
                orders=confirmed,
                acceptance_seconds=waited,
                completed_basis_points=completed or 0,
                complaints=complaints,
                reviews=reviews,
                rating_hundredths=stars,
            )
            row = told_before.get(partner_id)
            if row is not None and row.told == measures.SerializeToString(deterministic=True):
                continue
            version = row.version + 1 if row is not None else 1
            fresh = MeasuresRow(
                partner_id=partner_id, told=measures.SerializeToString(deterministic=True), version=version
            )
            await session.merge(fresh)
            measures.version = version
            publish(session, told.PartnerMeasured(measures=measures), partner_id)
    return False
