"""Slots of offerings."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.rows import insert
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from catalog.domain.slots import SlotTime
from catalog.tables import SlotRow


async def overlapping(
    session: AsyncSession, offering_id: UUID, slots: Sequence[SlotRow], limit: int
) -> Sequence[SlotTime]:
    """The first slots of the offering that one of these overlaps at its site, where neither names a calendar."""
    bare = [slot for slot in slots if not slot.calendars]
    rows = await session.execute(
        text(
            """
            SELECT DISTINCT slot.starts_at, slot.ends_at, slot.capacity FROM slot
            JOIN unnest(CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[]), CAST(:sites AS uuid[]))
                AS added (starts_at, ends_at, site_id)
            ON slot.starts_at < added.ends_at AND added.starts_at < slot.ends_at
                AND slot.site_id IS NOT DISTINCT FROM added.site_id
            WHERE slot.offering_id = :offering_id AND slot.calendars = '{}' ORDER BY slot.starts_at LIMIT :limit
            """
        ),
        {
            "starts": [slot.starts_at for slot in bare],
            "ends": [slot.ends_at for slot in bare],
            "sites": [slot.site_id for slot in bare],
            "offering_id": offering_id,
            "limit": limit,
        },
    )
    return [SlotTime(row.starts_at, row.ends_at, row.capacity) for row in rows]


async def add_slots(session: AsyncSession, slots: Sequence[SlotRow]) -> None:
    await insert(session, slots)


WITHDRAW = text(
    """
    DELETE FROM slot WHERE id IN (
        SELECT id FROM slot WHERE offering_id = :offering_id AND starts_at > :now
            AND (CAST(:ids AS uuid[]) IS NULL OR id = ANY(CAST(:ids AS uuid[])))
            AND (CAST(:start AS timestamptz) IS NULL OR starts_at >= :start)
            AND (CAST(:end AS timestamptz) IS NULL OR starts_at < :end)
        ORDER BY starts_at LIMIT :limit
    ) RETURNING id, offering_id, starts_at, ends_at, capacity, site_id, calendars, practitioner_ids
    """
)


async def withdraw_slots(
    session: AsyncSession,
    offering_id: UUID,
    ids: Sequence[UUID] | None,
    start: datetime | None,
    end: datetime | None,
    now: datetime,
    limit: int,
) -> Sequence[SlotRow]:
    """Delete coming slots of an offering: these, or those that begin from `start` until before `end`."""
    which = {"offering_id": offering_id, "ids": ids, "start": start, "end": end, "now": now, "limit": limit}
    rows = (await session.execute(WITHDRAW, which)).mappings()
    return [SlotRow(**row) for row in rows]


async def coming_slots(session: AsyncSession, offering_id: UUID, now: datetime, limit: int) -> Sequence[SlotRow]:
    query = (
        select(SlotRow)
        .where(SlotRow.offering_id == offering_id, SlotRow.starts_at > now)
        .order_by(col(SlotRow.starts_at))
        .limit(limit)
    )
    return (await session.scalars(query)).all()


# Locked in the order of their ids, so that two who withdraw slots never wait for each other in a circle.
CLOSE = text(
    """
    DELETE FROM slot WHERE id IN (
        SELECT slot.id FROM slot JOIN offering ON offering.id = slot.offering_id
        WHERE offering.partner_id = :partner_id AND slot.starts_at > :now AND slot.starts_at >= :start
            AND (CAST(:end AS timestamptz) IS NULL OR slot.starts_at < :end)
            AND (CAST(:site_id AS uuid) IS NULL OR slot.site_id = :site_id)
            AND (CAST(:calendar AS text) IS NULL OR :calendar = ANY(slot.calendars))
        ORDER BY slot.id LIMIT :limit FOR UPDATE OF slot
    ) RETURNING id, offering_id, starts_at, ends_at, capacity, site_id, calendars, practitioner_ids
    """
)


async def close(
    session: AsyncSession,
    *,
    partner_id: UUID,
    start: datetime,
    end: datetime | None,
    now: datetime,
    limit: int,
    site_id: UUID | None = None,
    calendar: str | None = None,
) -> Sequence[SlotRow]:
    """Delete a partner's coming slots, of all of its offerings, that begin from `start` until before `end`, at a site
    or of a calendar."""
    which = {"partner_id": partner_id, "start": start, "end": end, "now": now, "limit": limit}
    rows = (await session.execute(CLOSE, which | {"site_id": site_id, "calendar": calendar})).mappings()
    return [SlotRow(**row) for row in rows]
