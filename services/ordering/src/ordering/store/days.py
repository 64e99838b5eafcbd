"""A day at a partner: the sessions that are booked in its slots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ordering.domain.steps import Party
from ordering.store.orders import WAITS_FOR


@dataclass(frozen=True, slots=True)
class DayFilter:
    """Which sessions of a partner: those that begin from `start` until before `end`."""

    partner_id: UUID
    start: datetime
    end: datetime
    site_id: UUID | None = None
    practitioner_id: UUID | None = None
    waits_for_partner: bool = False


@dataclass(frozen=True, slots=True)
class DaySession:
    """A booked session, and the order it is of."""

    booking_id: UUID
    order_id: UUID
    order_line_id: UUID
    starts_at: datetime
    site_id: UUID | None
    calendars: Sequence[str]
    practitioner_ids: Sequence[UUID]


# By the slots of the day, which are few; what waits is asked of the orders that are left.
SESSIONS = """
    SELECT booking.id AS booking_id, orders.id AS order_id, booking.order_line_id, slot.starts_at, slot.site_id,
        slot.calendars, slot.practitioner_ids
    FROM slot
    JOIN booking ON booking.slot_id = slot.id AND booking.released_at IS NULL
    JOIN order_line AS booked ON booked.id = booking.order_line_id
    JOIN orders ON orders.id = booked.order_id
    WHERE slot.partner_id = :partner_id AND slot.starts_at >= :start AND slot.starts_at < :end
        AND orders.confirmed_at IS NOT NULL
        AND (CAST(:site_id AS uuid) IS NULL OR slot.site_id = :site_id)
        AND (CAST(:practitioner_id AS uuid) IS NULL OR :practitioner_id = ANY(slot.practitioner_ids))
"""
BY_WAITING: Mapping[bool, str] = {False: SESSIONS, True: f"{SESSIONS} AND ({WAITS_FOR[Party.PARTNER]})"}


async def sessions(session: AsyncSession, chosen: DayFilter, part: Part[tuple[datetime, UUID]]) -> Sequence[DaySession]:
    """The sessions of a day by their times."""
    parameters = {
        "partner_id": chosen.partner_id,
        "start": chosen.start,
        "end": chosen.end,
        "site_id": chosen.site_id,
        "practitioner_id": chosen.practitioner_id,
    }
    statement, place = part.statement(
        BY_WAITING[chosen.waits_for_partner], ("slot.starts_at", "timestamptz"), ("booking.id", "uuid")
    )
    rows = await session.execute(text(statement), parameters | place)
    return [DaySession(*row) for row in rows]


BOOKED = text(
    """
    WITH closing AS (
        SELECT id FROM slot WHERE partner_id = :partner_id AND starts_at > :now AND starts_at >= :start
            AND (CAST(:end AS timestamptz) IS NULL OR starts_at < :end) AND NOT withdrawn
            AND (CAST(:site_id AS uuid) IS NULL OR site_id = :site_id)
            AND (CAST(:calendar AS text) IS NULL OR :calendar = ANY(calendars))
    ), booked AS (
        SELECT line.order_id, booking.id FROM closing
        JOIN booking ON booking.slot_id = closing.id AND booking.released_at IS NULL
        JOIN order_line AS line ON line.id = booking.order_line_id
    )
    SELECT (SELECT count(*) FROM closing) AS slots, (SELECT count(*) FROM booked) AS sessions,
        count(orders.id) AS orders, orders.currency, CAST(coalesce(sum(orders.total_minor), 0) AS bigint) AS total_minor
    FROM (SELECT) AS always LEFT JOIN orders ON orders.id IN (SELECT order_id FROM booked)
    GROUP BY orders.currency ORDER BY orders.currency
    """
)


@dataclass(frozen=True, slots=True)
class BookedDays:
    """How many slots there are, what is booked in them, and what the orders cost in minor units of each currency."""

    slots: int
    sessions: int
    orders: int
    totals: Mapping[str, int]


async def booked(
    session: AsyncSession,
    *,
    partner_id: UUID,
    start: datetime,
    end: datetime | None,
    now: datetime,
    site_id: UUID | None,
    calendar: str | None,
) -> BookedDays:
    """What is booked in a partner's coming slots from `start` until before `end`, at a site or of a calendar."""
    which = {"partner_id": partner_id, "start": start, "end": end, "now": now, "site_id": site_id, "calendar": calendar}
    rows = (await session.execute(BOOKED, which)).all()
    totals = {row.currency: row.total_minor for row in rows if row.currency}
    return BookedDays(rows[0].slots, rows[0].sessions, sum(row.orders for row in rows), totals)
