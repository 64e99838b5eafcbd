"""Calendars of practitioners, rooms and devices, and which slots take them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.rows import insert, lock_count
from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from catalog.domain.slots import SlotTime
from catalog.tables import CalendarRow, LeaverRow, SlotCalendarRow, SlotRow

ONCE = "calendar_once"  # the constraint that lets no calendar be taken by two slots at one time


async def lock_calendars(session: AsyncSession, partner_id: UUID) -> None:
    """Let nobody else put calendars of this partner until this transaction ends."""
    await lock_count(session, "calendars", partner_id)


async def calendar(session: AsyncSession, partner_id: UUID, code: str) -> CalendarRow | None:
    """A partner's calendar, locked."""
    query = select(CalendarRow).where(CalendarRow.partner_id == partner_id, CalendarRow.code == code)
    return (await session.scalars(query.with_for_update())).one_or_none()


async def has_left(session: AsyncSession, practitioner_id: UUID) -> bool:
    return await session.get(LeaverRow, practitioner_id) is not None


async def count(session: AsyncSession, partner_id: UUID) -> int:
    query = select(func.count()).select_from(CalendarRow).where(col(CalendarRow.partner_id) == partner_id)
    return (await session.scalars(query)).one()


async def of_practitioner(session: AsyncSession, practitioner_id: UUID) -> CalendarRow | None:
    """A practitioner's calendar, locked."""
    query = select(CalendarRow).where(CalendarRow.practitioner_id == practitioner_id)
    return (await session.scalars(query.with_for_update())).one_or_none()


async def of_partner(session: AsyncSession, partner_id: UUID) -> Sequence[CalendarRow]:
    query = select(CalendarRow).where(CalendarRow.partner_id == partner_id).order_by(col(CalendarRow.code))
    return (await session.scalars(query)).all()


async def by_codes(session: AsyncSession, partner_id: UUID, codes: Sequence[str]) -> Mapping[str, CalendarRow]:
    """A partner's calendars of these codes, locked in the order of their ids: nobody else adds slots to them."""
    query = select(CalendarRow).where(CalendarRow.partner_id == partner_id, col(CalendarRow.code).in_(codes))
    rows = await session.scalars(query.order_by(col(CalendarRow.id)).with_for_update())
    return {row.code: row for row in rows}


TAKEN = text(
    """
    SELECT calendar.code, taken.starts_at, taken.ends_at FROM slot_calendar AS taken
    JOIN calendar ON calendar.id = taken.calendar_id
    JOIN unnest(CAST(:ids AS uuid[]), CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[]))
        AS added (id, starts_at, ends_at)
        ON added.id = taken.calendar_id
        AND tstzrange(taken.starts_at, taken.ends_at) && tstzrange(added.starts_at, added.ends_at)
    ORDER BY taken.starts_at LIMIT :limit
    """
)


async def taken(session: AsyncSession, slots: Sequence[SlotCalendarRow], limit: int) -> Sequence[tuple[str, SlotTime]]:
    """The first times at which a calendar is taken already that one of these would take, with the calendar's code."""
    parameters = {
        "ids": [slot.calendar_id for slot in slots],
        "starts": [slot.starts_at for slot in slots],
        "ends": [slot.ends_at for slot in slots],
        "limit": limit,
    }
    rows = await session.execute(TAKEN, parameters)
    return [(row.code, SlotTime(row.starts_at, row.ends_at, 1)) for row in rows]


async def take(session: AsyncSession, slots: Sequence[SlotCalendarRow]) -> None:
    await insert(session, slots)


def taken_by(slots: Sequence[SlotRow], calendars: Mapping[str, CalendarRow]) -> Sequence[SlotCalendarRow]:
    """What these slots take of their calendars."""
    return [
        SlotCalendarRow(slot_id=slot.id, calendar_id=calendars[code].id, starts_at=slot.starts_at, ends_at=slot.ends_at)
        for slot in slots
        for code in slot.calendars
    ]
