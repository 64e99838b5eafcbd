"""What is known of orders: whom they serve, since when they are confirmed, when and why they ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.domain.consents import ConsentEnd
from consent.store import locks
from consent.store.standings import meet_partners
from consent.tables import OrderRow

LOCK_ORDERS = Statement(
    """
    SELECT pg_advisory_xact_lock(hashtextextended(CAST(id AS text), :seed))
    FROM (SELECT DISTINCT unnest(CAST(:ids AS uuid[])) AS id ORDER BY 1) AS known
    """
)
# Each of these is set once an order, in whichever order the events arrive; whom it serves, by the newest version.
NOTE_CONFIRMED = text(
    """
    INSERT INTO consent_order AS known (id, resident_id, partner_id, confirmed_at, ended_because, version)
    SELECT id, resident_id, partner_id, :at, 0, 0
    FROM unnest(CAST(:ids AS uuid[]), CAST(:residents AS uuid[]), CAST(:partners AS uuid[]))
        AS incoming (id, resident_id, partner_id)
    ON CONFLICT (id) DO UPDATE SET confirmed_at = excluded.confirmed_at WHERE known.confirmed_at IS NULL
    """
)
NOTE_ENDED = text(
    """
    INSERT INTO consent_order AS known (id, resident_id, partner_id, ended_at, ended_because, version)
    SELECT id, resident_id, partner_id, :at, :because, 0
    FROM unnest(CAST(:ids AS uuid[]), CAST(:residents AS uuid[]), CAST(:partners AS uuid[]))
        AS incoming (id, resident_id, partner_id)
    ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, ended_because = excluded.ended_because
    WHERE known.ended_at IS NULL
    """
)
NOTE_SERVED = text(
    """
    INSERT INTO consent_order AS known (id, resident_id, partner_id, ended_because, version)
    SELECT id, resident_id, partner_id, 0, version
    FROM unnest(CAST(:ids AS uuid[]), CAST(:residents AS uuid[]), CAST(:partners AS uuid[]),
        CAST(:versions AS bigint[])) AS incoming (id, resident_id, partner_id, version)
    ON CONFLICT (id) DO UPDATE SET resident_id = excluded.resident_id, version = excluded.version
    WHERE known.version < excluded.version
    """
)
ENDED_AMONG = Statement("SELECT id FROM consent_order WHERE id = ANY(CAST(:orders AS uuid[])) AND ended_at IS NOT NULL")


@dataclass(frozen=True, slots=True)
class OrderParties:
    """An order as an event names it: whom it serves, and who serves them."""

    id: UUID
    resident_id: UUID
    partner_id: UUID
    version: int = 0


def _columns(orders: Sequence[OrderParties]) -> dict[str, list[UUID]]:
    return {
        "ids": [order.id for order in orders],
        "residents": [order.resident_id for order in orders],
        "partners": [order.partner_id for order in orders],
    }


async def lock_orders(session: AsyncSession, orders: Sequence[UUID]) -> None:
    """Wait for others who work with what is known of these orders, even if nothing is known of them yet."""
    await LOCK_ORDERS.fetch(session, ids=orders, seed=locks.ORDER)


async def note_confirmed(session: AsyncSession, orders: Sequence[OrderParties], at: datetime) -> None:
    """Take note that orders are confirmed, and of partners nothing is known of yet."""
    await session.execute(NOTE_CONFIRMED, {**_columns(orders), "at": at})
    await meet_partners(session, [order.partner_id for order in orders])


async def note_ended(session: AsyncSession, orders: Sequence[OrderParties], because: ConsentEnd, at: datetime) -> None:
    await session.execute(NOTE_ENDED, {**_columns(orders), "because": int(because), "at": at})


async def note_served(session: AsyncSession, orders: Sequence[OrderParties]) -> None:
    """Take note of whom orders serve from now on."""
    await session.execute(NOTE_SERVED, {**_columns(orders), "versions": [order.version for order in orders]})


async def ended_among(session: AsyncSession, orders: Sequence[UUID]) -> set[UUID]:
    """Those of these orders that have ended."""
    return {row["id"] for row in await ENDED_AMONG.fetch(session, orders=orders)}


async def orders_known(session: AsyncSession, orders: Sequence[UUID]) -> dict[UUID, OrderRow]:
    rows = await session.scalars(select(OrderRow).where(col(OrderRow.id).in_(orders)))
    return {row.id: row for row in rows}
