"""Carts, reviews, complaints, and how partners serve."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy import Row, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from ordering.domain.visibility import Visibility
from ordering.tables import CartRow, ComplaintRow, MeasuresRow, RefundRow, ReviewRow


async def cart(session: AsyncSession, owner_id: UUID, lock: bool = False) -> CartRow | None:
    return await session.get(CartRow, owner_id, with_for_update=lock)


async def put_cart(session: AsyncSession, cart: CartRow) -> bool:
    """Put a cart in the place of the version before it; says whether that was still the one there."""
    if cart.version == 1:
        statement = upsert(CartRow).values(cart.model_dump()).on_conflict_do_nothing()
    else:
        new = upsert(CartRow).values(cart.model_dump())
        statement = new.on_conflict_do_update(
            index_elements=["owner_id"],
            set_={name: new.excluded[name] for name in ("resident_id", "lines", "version")},
            where=col(CartRow.version) == cart.version - 1,
        )
    return (await session.scalar(statement.returning(col(CartRow.owner_id)))) is not None


async def reviews(session: AsyncSession, offering_id: UUID, part: Part[tuple[UUID]]) -> Sequence[ReviewRow]:
    """An offering's reviews, newest first: the latest of each author, whoever it was for."""
    newer = aliased(ReviewRow)
    same = (newer.offering_id == ReviewRow.offering_id) & (newer.reviewed_by == ReviewRow.reviewed_by)
    query = select(ReviewRow).where(
        ReviewRow.offering_id == offering_id, ~select(newer.id).where(same, newer.id > ReviewRow.id).exists()
    )
    return (await session.scalars(part.of(query, col(ReviewRow.id), descending=True))).all()


async def undecided_reviews(session: AsyncSession, part: Part[tuple[UUID]]) -> Sequence[ReviewRow]:
    query = select(ReviewRow).where(ReviewRow.status == "pending")
    return (await session.scalars(part.of(query, col(ReviewRow.id)))).all()


async def review_for_update(session: AsyncSession, review_id: UUID) -> ReviewRow:
    row = await session.get(ReviewRow, review_id, with_for_update=True)
    if row is None:
        raise NotFound("there is no such review", "review_id")
    return row


async def reviewed(session: AsyncSession, order_id: UUID, offering_id: UUID) -> bool:
    """Is there a review of this offering as this order brought it?"""
    query = select(ReviewRow.id).where(ReviewRow.order_id == order_id, ReviewRow.offering_id == offering_id)
    return await session.scalar(query.limit(1)) is not None


async def order_of(session: AsyncSession, complaint_id: UUID) -> UUID:
    """The order a complaint is about."""
    order_id = await session.scalar(select(ComplaintRow.order_id).where(ComplaintRow.id == complaint_id))
    if order_id is None:
        raise NotFound("there is no such complaint", "complaint_id")
    return order_id


async def complaint_for_update(session: AsyncSession, complaint_id: UUID, partner_id: UUID | None) -> ComplaintRow:
    """A complaint; one about another partner does not exist for this one."""
    row = await session.get(ComplaintRow, complaint_id, with_for_update=True)
    if row is None or partner_id not in (None, row.partner_id):
        raise NotFound("there is no such complaint", "complaint_id")
    return row


async def open_complaint_of(session: AsyncSession, order_id: UUID) -> bool:
    query = select(ComplaintRow.id).where(ComplaintRow.order_id == order_id, ComplaintRow.status != "decided")
    return await session.scalar(query) is not None


async def complaints(
    session: AsyncSession,
    visibility: Visibility,
    status: str | None,
    escalated_only: bool,
    part: Part[tuple[UUID]],
) -> Sequence[ComplaintRow]:
    """Complaints the caller may see, newest first."""
    query = select(ComplaintRow)
    if not visibility.everything and visibility.partner_id is not None:
        query = query.where(ComplaintRow.partner_id == visibility.partner_id)
    elif not visibility.everything:
        theirs = col(ComplaintRow.resident_id).in_(visibility.resident_ids)
        query = query.where(theirs | (ComplaintRow.opened_by == visibility.payer_id) if visibility.payer_id else theirs)
    if status is not None:
        query = query.where(ComplaintRow.status == status)
    if escalated_only:
        query = query.where(col(ComplaintRow.escalated))
    return (await session.scalars(part.of(query, col(ComplaintRow.id), descending=True))).all()


async def unanswered(session: AsyncSession, now: datetime, limit: int) -> Sequence[ComplaintRow]:
    """Complaints whose time to answer is over, locked; those another process has in hand are left to it."""
    return (
        await session.scalars(
            select(ComplaintRow)
            .where(ComplaintRow.status == "open", ~col(ComplaintRow.escalated), col(ComplaintRow.answer_by) <= now)
            .order_by(col(ComplaintRow.answer_by))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()


# One pass over what happened in the window: waits for acceptance, how orders ended, complaints and reviews. What nobody
# paid for counts where a scan shows it, and once a person. A person is who placed an order, whoever it was for:
# dependants are easily made up. Each has one voice, the latest. What was given back entirely is no service that anybody
# received: it is not completed, and a review of it raises no rating; it lowers one as before, or a partner could buy
# a bad review away for the price of the order. A complaint about it stays one.
MEASURE = text(
    """
    WITH refunded AS (
        SELECT refund.order_id, line.id AS line_id FROM refund CROSS JOIN unnest(refund.line_ids) AS line (id)
    ), given_back AS (
        SELECT order_id FROM order_line AS line LEFT JOIN refunded USING (order_id)
        WHERE order_id IN (SELECT order_id FROM refund)
        GROUP BY order_id HAVING count(DISTINCT line.id) = count(DISTINCT refunded.line_id)
    ), scanned AS (
        SELECT DISTINCT line.order_id FROM proof JOIN order_line AS line ON line.id = proof.order_line_id
        WHERE proof.scan_id IS NOT NULL AND proof.struck_at IS NULL AND proof.proven_at > :since
    ), recent AS (
        SELECT orders.id, partner_id, placed_by, status, total_minor > 0 AS paid,
            given_back.order_id IS NULL AS stands
        FROM orders LEFT JOIN scanned ON scanned.order_id = orders.id
        LEFT JOIN given_back ON given_back.order_id = orders.id
        WHERE placed_at > :since AND (total_minor > 0 OR scanned.order_id IS NOT NULL)
    ), moments AS (
        SELECT recent.id, min(changed_at) FILTER (WHERE history.status = 'confirmed') AS confirmed_at,
            min(changed_at) FILTER (WHERE history.status = 'accepted') AS accepted_at
        FROM recent JOIN order_history AS history ON history.order_id = recent.id GROUP BY recent.id
    ), served AS (
        SELECT partner_id,
            count(*) FILTER (WHERE paid AND stands)
                + count(DISTINCT placed_by) FILTER (WHERE NOT paid AND stands) AS orders,
            count(DISTINCT placed_by) FILTER (WHERE stands) AS residents,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM accepted_at - confirmed_at)) AS waited,
            count(*) FILTER (WHERE status IN ('fulfilled', 'closed') AND stands) AS completed,
            count(*) FILTER (WHERE status IN ('fulfilled', 'closed', 'refused', 'cancelled', 'expired')) AS ended
        FROM recent JOIN moments USING (id) WHERE confirmed_at IS NOT NULL GROUP BY partner_id
    ), complained AS (
        SELECT complaint.partner_id, count(DISTINCT recent.placed_by) AS complaints
        FROM complaint JOIN recent ON recent.id = complaint.order_id WHERE opened_at > :since
        GROUP BY complaint.partner_id
    ), reviewed AS (
        SELECT review.id, review.partner_id, orders.placed_by, review.rating,
            EXISTS (SELECT FROM refunded WHERE refunded.line_id = line.id) AS refunded
        FROM review JOIN order_line AS line ON line.id = review.order_line_id JOIN orders ON orders.id = line.order_id
        WHERE reviewed_at > :since AND (
            (orders.status = 'closed' AND orders.total_minor > 0) OR EXISTS (
                SELECT FROM proof WHERE proof.order_line_id = line.id AND proof.scan_id IS NOT NULL
                    AND proof.struck_at IS NULL
            )
        )
    ), latest AS (
        SELECT DISTINCT ON (partner_id, placed_by) partner_id, placed_by, rating, refunded FROM reviewed
        ORDER BY partner_id, placed_by, id DESC
    ), kept AS (
        SELECT DISTINCT ON (partner_id, placed_by) partner_id, placed_by, rating FROM reviewed WHERE NOT refunded
        ORDER BY partner_id, placed_by, id DESC
    ), voices AS (
        SELECT partner_id, kept.rating IS NOT NULL AS stands,
            CASE WHEN refunded THEN least(latest.rating, kept.rating) ELSE latest.rating END AS rating
        FROM latest LEFT JOIN kept USING (partner_id, placed_by)
    ), means AS (
        SELECT partner_id, avg(rating) AS rating FROM voices WHERE stands GROUP BY partner_id
    ), rated AS (
        SELECT partner_id, count(*) AS reviews, avg(voices.rating) AS rating
        FROM voices JOIN means USING (partner_id) WHERE stands OR voices.rating < means.rating GROUP BY partner_id
    )
    SELECT served.partner_id, orders, coalesce(waited, 0)::int AS acceptance_seconds,
        CASE WHEN ended > 0 THEN completed * 10000 / ended ELSE 0 END AS completed_basis_points,
        coalesce(complaints, 0) AS complaints, coalesce(reviews, 0) AS reviews,
        coalesce(round(rating * 100), 0)::int AS rating_hundredths, residents
    FROM served LEFT JOIN complained USING (partner_id) LEFT JOIN rated USING (partner_id)
    """
)


async def put_refunds(session: AsyncSession, refunds: Sequence[RefundRow]) -> None:
    """Keep which lines were given back entirely; an older refund of an order replaces no newer one."""
    new = upsert(RefundRow).values([row.model_dump() for row in refunds])
    await session.execute(
        new.on_conflict_do_update(
            index_elements=["order_id"],
            set_={"line_ids": new.excluded.line_ids, "version": new.excluded.version},
            where=col(RefundRow.version) < new.excluded.version,
        )
    )


async def measure(session: AsyncSession, since: datetime) -> Sequence[Row[Any]]:
    """How partners have served since then: a row a partner."""
    return (await session.execute(MEASURE, {"since": since})).all()


async def measures(session: AsyncSession) -> Mapping[UUID, MeasuresRow]:
    """The measures of each partner that were published last, locked."""
    return {row.partner_id: row for row in await session.scalars(select(MeasuresRow).with_for_update())}
