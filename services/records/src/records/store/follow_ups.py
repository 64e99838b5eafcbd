"""Follow-ups, and the orders that were booked for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from chassis import rows
from chassis.pages import Part
from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select, update

from records.domain.follow_ups import OPEN, FollowUpOutcome, OrderState
from records.tables import FollowUpOrderRow, FollowUpRow

NEWER = """
    ON CONFLICT (order_id) DO UPDATE SET state = excluded.state, version = excluded.version
    WHERE follow_up_order.version < excluded.version
"""
# Where open follow-ups stand by the orders that their own resident booked for them: served, or booked by the newest
# that is under way, or due again.
FOLLOW_ORDERS = text(
    """
    WITH booked AS (
        SELECT follow_up.id,
            (array_agg(orders.order_id ORDER BY orders.order_id DESC) FILTER (WHERE orders.state = 3))[1] AS served,
            (array_agg(orders.order_id ORDER BY orders.order_id DESC) FILTER (WHERE orders.state = 1))[1] AS under_way
        FROM follow_up JOIN follow_up_order AS orders
            ON orders.follow_up_id = follow_up.id AND orders.resident_id = follow_up.resident_id
        WHERE follow_up.id = ANY(CAST(:ids AS uuid[])) AND follow_up.status IN (1, 2)
        GROUP BY follow_up.id
    )
    UPDATE follow_up SET
        status = CASE WHEN served IS NOT NULL THEN 3 WHEN under_way IS NOT NULL THEN 2 ELSE 1 END,
        order_id = coalesce(served, under_way),
        outcome = CASE WHEN served IS NOT NULL THEN :served ELSE 0 END,
        closed_at = CASE WHEN served IS NOT NULL THEN CAST(:now AS timestamptz) END
    FROM booked WHERE booked.id = follow_up.id
    """
)
# Of what was noted today no reminder is needed; it is reminded of tomorrow, if it is still due.
REMIND = text(
    """
    UPDATE follow_up SET reminded_on = :today WHERE id IN (
        SELECT id FROM follow_up
        WHERE status = 1 AND reminded_on IS NULL AND due_on <= :today AND noted_at < :today_began
        ORDER BY due_on, id LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    RETURNING id, resident_id, practitioner_id, institution_id
    """
)
LOCK = text("SELECT id FROM follow_up WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR UPDATE")


class Reminder(NamedTuple):
    """A follow-up that is due, with nothing booked for it."""

    id: UUID
    resident_id: UUID
    practitioner_id: UUID
    institution_id: UUID


@dataclass(frozen=True, slots=True)
class BookedOrder:
    """What an event says of an order that was booked for a follow-up."""

    order_id: UUID
    follow_up_id: UUID
    resident_id: UUID
    state: OrderState
    version: int


async def follow_up_for_update(session: AsyncSession, follow_up_id: UUID) -> FollowUpRow | None:
    query = select(FollowUpRow).where(FollowUpRow.id == follow_up_id).with_for_update()
    return (await session.scalars(query)).one_or_none()


async def open_of(session: AsyncSession, practitioner_id: UUID, resident_id: UUID) -> int:
    """How many open follow-ups a practitioner has noted for a resident."""
    query = select(func.count()).where(
        FollowUpRow.practitioner_id == practitioner_id,
        FollowUpRow.resident_id == resident_id,
        col(FollowUpRow.status).in_(OPEN),
    )
    return int((await session.execute(query)).scalar_one())


async def of_resident(
    session: AsyncSession, resident_id: UUID, open_only: bool, part: Part[tuple[UUID]]
) -> Sequence[FollowUpRow]:
    """A resident's follow-ups, newest first."""
    query = select(FollowUpRow).where(FollowUpRow.resident_id == resident_id)
    if open_only:
        query = query.where(col(FollowUpRow.status).in_(OPEN))
    return (await session.scalars(part.of(query, col(FollowUpRow.id), descending=True))).all()


async def in_sight(
    session: AsyncSession, practitioner_id: UUID, until: date | None, part: Part[tuple[date, UUID]]
) -> Sequence[FollowUpRow]:
    """A practitioner's open follow-ups that a consent lets them see, the earliest due first."""
    query = select(FollowUpRow).where(
        FollowUpRow.practitioner_id == practitioner_id,
        col(FollowUpRow.status).in_(OPEN),
        col(FollowUpRow.consent_id).is_not(None),
    )
    if until is not None:
        query = query.where(col(FollowUpRow.due_on) <= until)
    return (await session.scalars(part.of(query, col(FollowUpRow.due_on), col(FollowUpRow.id)))).all()


async def let_see(session: AsyncSession, practitioner_id: UUID, resident_id: UUID, consent_id: UUID) -> None:
    """Let a practitioner see their open follow-ups of a resident by this consent."""
    query = update(FollowUpRow).where(
        col(FollowUpRow.practitioner_id) == practitioner_id,
        col(FollowUpRow.resident_id) == resident_id,
        col(FollowUpRow.status).in_(OPEN),
        col(FollowUpRow.consent_id).is_distinct_from(consent_id),
    )
    await session.execute(query.values(consent_id=consent_id))


async def hide_of(session: AsyncSession, practitioner_id: UUID, residents: Sequence[UUID]) -> None:
    """Let a practitioner see none of their open follow-ups of these residents."""
    query = update(FollowUpRow).where(
        col(FollowUpRow.practitioner_id) == practitioner_id,
        col(FollowUpRow.resident_id).in_(residents),
        col(FollowUpRow.status).in_(OPEN),
        col(FollowUpRow.consent_id).is_not(None),
    )
    await session.execute(query.values(consent_id=None))


async def hide_within(session: AsyncSession, consent_ids: Sequence[UUID]) -> None:
    """Let nobody see open follow-ups by these consents."""
    query = update(FollowUpRow).where(col(FollowUpRow.consent_id).in_(consent_ids), col(FollowUpRow.status).in_(OPEN))
    await session.execute(query.values(consent_id=None))


async def follow_orders(session: AsyncSession, orders: Sequence[BookedOrder], now: datetime) -> None:
    """Keep the newest of what is known of these orders, and let their follow-ups stand where that puts them."""
    newest: dict[UUID, BookedOrder] = {}
    for order in orders:
        known = newest.setdefault(order.order_id, order)
        newest[order.order_id] = max(known, order, key=lambda each: each.version)
    ids = sorted({order.follow_up_id for order in newest.values()})
    await session.execute(LOCK, {"ids": ids})
    await rows.insert(
        session,
        [
            FollowUpOrderRow(
                order_id=order.order_id,
                follow_up_id=order.follow_up_id,
                resident_id=order.resident_id,
                state=int(order.state),
                version=order.version,
            )
            for order in sorted(newest.values(), key=lambda each: each.order_id)
        ],
        NEWER,
    )
    await session.execute(FOLLOW_ORDERS, {"ids": ids, "served": int(FollowUpOutcome.SERVED), "now": now})


async def take_due(session: AsyncSession, today: date, today_began: datetime, limit: int) -> Sequence[Reminder]:
    """Follow-ups whose residents are to be reminded on this day of the city's; they are taken once."""
    values = {"today": today, "today_began": today_began, "limit": limit}
    return [Reminder(*row) for row in await session.execute(REMIND, values)]
