"""Places in slots: taken, moved and given back. `slot.held` is always the sum of the bookings that stand."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID

from chassis import errors
from chassis.rows import dumps
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from ordering.domain.orders import BookedElsewhere, Place, Slot
from ordering.tables import UNANSWERED

NO_CLASH = "booking_no_clash"  # the constraint that lets nobody be booked twice at one time


@contextmanager
def clashes_refused(remedy: str, field: str) -> Iterator[None]:
    """Refuse what the database does not let in: somebody booked the resident between our look and our write."""
    try:
        yield
    except DBAPIError as error:
        if errors.constraint(error) != NO_CLASH:
            raise
        raise BookedElsewhere(remedy, field) from None


BOOK = text(
    """
    WITH booked AS (
        INSERT INTO booking (id, order_line_id, slot_id, held_by, beneficiary_id, starts_at, ends_at, places, booked_by,
            agreed_at, answer_by)
        SELECT draft.id, order_line_id, slot_id, held_by, beneficiary_id, slot.starts_at, slot.ends_at, 1, booked_by,
            CASE booked_by WHEN 'resident' THEN CAST(:now AS timestamptz) END, answer_by
        FROM jsonb_to_recordset(CAST(:bookings AS jsonb)) AS draft (id uuid, order_line_id uuid, slot_id uuid,
            held_by uuid, beneficiary_id uuid, booked_by text, answer_by timestamptz)
        JOIN slot ON slot.id = draft.slot_id
        RETURNING slot_id, places
    )
    UPDATE slot SET held = held + taken.places
    FROM (SELECT slot_id, sum(places) AS places FROM booked GROUP BY slot_id) AS taken WHERE slot.id = taken.slot_id
    """
)
RELEASE = text(
    """
    WITH released AS (
        UPDATE booking SET released_at = :now FROM order_line AS line
        WHERE line.id = booking.order_line_id AND line.order_id = ANY(CAST(:orders AS uuid[]))
            AND booking.released_at IS NULL AND booking.ends_at > :now
        RETURNING booking.slot_id, booking.places
    )
    UPDATE slot SET held = held - freed.places
    FROM (SELECT slot_id, sum(places) AS places FROM released GROUP BY slot_id) AS freed WHERE slot.id = freed.slot_id
    """
)
RELEASE_SOME = text(
    """
    WITH released AS (
        UPDATE booking SET released_at = :now WHERE id = ANY(CAST(:ids AS uuid[])) AND released_at IS NULL
        RETURNING slot_id, places
    )
    UPDATE slot SET held = held - freed.places
    FROM (SELECT slot_id, sum(places) AS places FROM released GROUP BY slot_id) AS freed WHERE slot.id = freed.slot_id
    """
)
LOCK_SLOTS = text(
    """
    SELECT slot.id FROM slot WHERE id IN (
        SELECT booking.slot_id FROM booking JOIN order_line AS line ON line.id = booking.order_line_id
        WHERE line.order_id = ANY(CAST(:orders AS uuid[])) AND booking.released_at IS NULL
    ) ORDER BY slot.id FOR UPDATE
    """
)
STANDING = text(
    """
    SELECT beneficiary_id, starts_at, ends_at FROM booking
    WHERE beneficiary_id = ANY(CAST(:residents AS uuid[])) AND released_at IS NULL AND agreed_at IS NOT NULL
        AND ends_at > :now
    """
)
SERVE_ANOTHER = text(
    """
    UPDATE booking SET beneficiary_id = :beneficiary_id FROM order_line AS line
    WHERE line.id = booking.order_line_id AND line.order_id = :order_id AND booking.released_at IS NULL
    """
)
BEGINS = text(
    """
    UPDATE orders SET begins_at = (
        SELECT min(booking.starts_at) FROM booking JOIN order_line AS line ON line.id = booking.order_line_id
        WHERE line.order_id = orders.id AND booking.released_at IS NULL AND booking.agreed_at IS NOT NULL
    ) WHERE id = ANY(CAST(:orders AS uuid[]))
    """
)


# By a hash of the account, in one order, so that two batches never wait for each other in a circle.
LOCK_ACCOUNTS = text(
    """
    SELECT pg_advisory_xact_lock(key) FROM (
        SELECT DISTINCT hashtextextended('places of ' || account, 0) AS key
        FROM unnest(CAST(:accounts AS text[])) AS booker (account) ORDER BY key
    ) AS ordered
    """
)
PLACES_HELD = text(
    """
    SELECT booking.held_by, booking.slot_id, slot.offering_id, booking.starts_at
    FROM booking JOIN slot ON slot.id = booking.slot_id
    WHERE booking.held_by = ANY(CAST(:accounts AS uuid[])) AND booking.released_at IS NULL
        AND booking.starts_at >= :since AND booking.starts_at < :until
    """
)


async def lock_accounts(session: AsyncSession, accounts: Sequence[UUID]) -> None:
    """Let nobody else count and take places for these accounts until this transaction ends. Before slots are locked."""
    if accounts:
        await session.execute(LOCK_ACCOUNTS, {"accounts": [str(account) for account in accounts]})


async def places_held(
    session: AsyncSession, accounts: Sequence[UUID], slots: Collection[Slot], zone: tzinfo
) -> dict[UUID, list[Place]]:
    """The places these accounts hold from the first of these slots' days to the last, of any offering."""
    held: dict[UUID, list[Place]] = {}
    if not accounts or not slots:
        return held
    days = [slot.starts_at.astimezone(zone).date() for slot in slots]
    since, until = (datetime.combine(day, time(), zone) for day in (min(days), max(days) + timedelta(days=1)))
    for row in await session.execute(PLACES_HELD, {"accounts": accounts, "since": since, "until": until}):
        place = Place(row.slot_id, row.offering_id, row.starts_at.astimezone(zone).date())
        held.setdefault(row.held_by, []).append(place)
    return held


async def book(session: AsyncSession, bookings: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Take places in slots whose rows are locked: one a person and slot. Those a resident books are agreed to now."""
    if bookings:
        await session.execute(BOOK, {"bookings": dumps(bookings), "now": now})


async def release(session: AsyncSession, orders: Sequence[UUID], now: datetime) -> None:
    """Give back the places these orders hold in sessions that are not over; their slots are locked in order first."""
    await session.execute(LOCK_SLOTS, {"orders": orders})
    await session.execute(RELEASE, {"orders": orders, "now": now})


async def release_some(session: AsyncSession, ids: Sequence[UUID], now: datetime) -> None:
    """Give back the places of these bookings, whose slots are locked."""
    await session.execute(RELEASE_SOME, {"ids": ids, "now": now})


async def standing(
    session: AsyncSession, residents: Sequence[UUID], now: datetime
) -> Mapping[UUID, list[tuple[datetime, datetime]]]:
    """When these residents have agreed to be somewhere, from now on."""
    times: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for row in await session.execute(STANDING, {"residents": residents, "now": now}):
        times.setdefault(row.beneficiary_id, []).append((row.starts_at, row.ends_at))
    return times


async def serve_another(session: AsyncSession, order_id: UUID, beneficiary_id: UUID) -> None:
    await session.execute(SERVE_ANOTHER, {"order_id": order_id, "beneficiary_id": beneficiary_id})


async def set_begins(session: AsyncSession, orders: Sequence[UUID]) -> None:
    """Keep when the first sessions of these orders begin that their residents agreed to."""
    await session.execute(BEGINS, {"orders": orders})


BOOKED_IN = text(
    """
    SELECT DISTINCT line.order_id FROM booking JOIN order_line AS line ON line.id = booking.order_line_id
    WHERE booking.slot_id = ANY(CAST(:slots AS uuid[])) AND booking.released_at IS NULL AND booking.starts_at > :now
    """
)


async def booked_in(session: AsyncSession, slots: Sequence[UUID], now: datetime) -> Sequence[UUID]:
    """The orders that have a coming session in one of these slots."""
    return sorted(await session.scalars(BOOKED_IN, {"slots": slots, "now": now}))


UNANSWERED_SINCE = text(
    f"""
    SELECT booking.id, line.order_id FROM booking JOIN order_line AS line ON line.id = booking.order_line_id
    JOIN orders ON orders.id = line.order_id
    WHERE booking.answer_by <= :now AND {UNANSWERED}
    ORDER BY booking.answer_by LIMIT :limit FOR UPDATE OF orders SKIP LOCKED
    """  # noqa: S608 the condition is ours
)


async def unanswered(session: AsyncSession, now: datetime, limit: int) -> Sequence[tuple[UUID, UUID]]:
    """Offered sessions that nobody has answered in time, with their orders, locked; those in other hands are left."""
    rows = await session.execute(UNANSWERED_SINCE, {"now": now, "limit": limit})
    return [(row.id, row.order_id) for row in rows]
