"""Booked sessions as reminders go by them. Each statement leaves the same whichever event came first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.statements import Statement
from sqlalchemy.ext.asyncio import AsyncSession

# What is known once stays: a session that ended does not begin again, whatever comes late.
PUT = Statement(
    """
    INSERT INTO reminded_session AS known
        (booking_id, order_id, resident_id, starts_at, remind_at, agreed, ended, heard_at)
    SELECT each.booking_id, each.order_id, each.resident_id, each.starts_at, each.remind_at, each.agreed, each.ended,
        CAST(:now AS timestamptz)
    FROM unnest(
        CAST(:bookings AS uuid[]), CAST(:orders AS uuid[]), CAST(:residents AS uuid[]), CAST(:starts AS timestamptz[]),
        CAST(:reminds AS timestamptz[]), CAST(:agreed AS boolean[]), CAST(:ended AS boolean[])
    ) AS each (booking_id, order_id, resident_id, starts_at, remind_at, agreed, ended)
    ORDER BY each.booking_id
    ON CONFLICT (booking_id) DO UPDATE
    SET starts_at = coalesce(known.starts_at, EXCLUDED.starts_at),
        remind_at = coalesce(known.remind_at, EXCLUDED.remind_at),
        agreed = known.agreed OR EXCLUDED.agreed, ended = known.ended OR EXCLUDED.ended
    """
)
PUT_ORDERS = Statement(
    """
    INSERT INTO reminded_order AS known (order_id, confirmed, over, heard_at)
    SELECT each.order_id, each.confirmed, each.over, CAST(:now AS timestamptz)
    FROM unnest(CAST(:orders AS uuid[]), CAST(:confirmed AS boolean[]), CAST(:over AS boolean[]))
        AS each (order_id, confirmed, over)
    ORDER BY each.order_id
    ON CONFLICT (order_id) DO UPDATE
    SET confirmed = known.confirmed OR EXCLUDED.confirmed, over = known.over OR EXCLUDED.over
    """
)
OF_ORDERS = Statement("SELECT booking_id FROM reminded_session WHERE order_id = ANY(CAST(:orders AS uuid[]))")
DUE = Statement(
    """
    WITH due AS (
        SELECT session.booking_id FROM reminded_session AS session
        JOIN reminded_order AS known ON known.order_id = session.order_id
        WHERE session.remind_at <= CAST(:now AS timestamptz) AND session.reminded_at IS NULL AND session.agreed
            AND NOT session.ended AND known.confirmed AND NOT known.over
        ORDER BY session.remind_at LIMIT :most FOR UPDATE
    )
    UPDATE reminded_session AS session SET reminded_at = CAST(:now AS timestamptz)
    FROM due WHERE session.booking_id = due.booking_id
    RETURNING session.booking_id, session.order_id, session.resident_id, session.starts_at
    """
)
# Sessions that are long over, and orders of which no session is left.
SESSIONS_OVER = Statement(
    """
    DELETE FROM reminded_session WHERE booking_id IN (
        SELECT booking_id FROM reminded_session
        WHERE heard_at < CAST(:before AS timestamptz) AND coalesce(starts_at, heard_at) < CAST(:before AS timestamptz)
        ORDER BY heard_at LIMIT :most
    ) RETURNING booking_id
    """
)
ORDERS_OVER = Statement(
    """
    DELETE FROM reminded_order WHERE order_id IN (
        SELECT order_id FROM reminded_order AS known WHERE heard_at < CAST(:before AS timestamptz) AND NOT EXISTS (
            SELECT FROM reminded_session AS session WHERE session.order_id = known.order_id
        ) ORDER BY heard_at LIMIT :most
    ) RETURNING order_id
    """
)


@dataclass(frozen=True, slots=True)
class Session:
    """What an event says of a session; `starts_at` is None where it only says that it was agreed to, or is over."""

    booking_id: UUID
    order_id: UUID
    resident_id: UUID
    starts_at: datetime | None = None
    remind_at: datetime | None = None
    agreed: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class OrderState:
    """What an event says of an order."""

    order_id: UUID
    confirmed: bool = False
    over: bool = False


async def put(session: AsyncSession, sessions: Sequence[Session], now: datetime) -> None:
    """Know more of sessions than before. Of each, what all of these say together."""
    merged: dict[UUID, Session] = {}
    for each in sessions:
        known = merged.get(each.booking_id)
        merged[each.booking_id] = each if known is None else together(known, each)
    entries = list(merged.values())
    if not entries:
        return
    await PUT.fetch(
        session,
        bookings=[entry.booking_id for entry in entries],
        orders=[entry.order_id for entry in entries],
        residents=[entry.resident_id for entry in entries],
        starts=[entry.starts_at for entry in entries],
        reminds=[entry.remind_at for entry in entries],
        agreed=[entry.agreed for entry in entries],
        ended=[entry.ended for entry in entries],
        now=now,
    )


def together(known: Session, more: Session) -> Session:
    return Session(
        known.booking_id,
        known.order_id,
        known.resident_id,
        known.starts_at or more.starts_at,
        known.remind_at or more.remind_at,
        known.agreed or more.agreed,
        known.ended or more.ended,
    )


async def put_orders(session: AsyncSession, states: Sequence[OrderState], now: datetime) -> None:
    merged: dict[UUID, OrderState] = {}
    for each in states:
        known = merged.get(each.order_id, each)
        merged[each.order_id] = OrderState(each.order_id, known.confirmed or each.confirmed, known.over or each.over)
    entries = list(merged.values())
    if not entries:
        return
    await PUT_ORDERS.fetch(
        session,
        orders=[entry.order_id for entry in entries],
        confirmed=[entry.confirmed for entry in entries],
        over=[entry.over for entry in entries],
        now=now,
    )


async def sessions_of(session: AsyncSession, order_ids: Sequence[UUID]) -> Sequence[UUID]:
    return [row["booking_id"] for row in await OF_ORDERS.fetch(session, orders=list(order_ids))]


async def take_due(session: AsyncSession, now: datetime, most: int) -> Sequence[Session]:
    """Sessions that are to be reminded of now: each once."""
    due = await DUE.fetch(session, now=now, most=most)
    return [Session(row["booking_id"], row["order_id"], row["resident_id"], row["starts_at"]) for row in due]


async def prune(session: AsyncSession, before: datetime, most: int) -> bool:
    """Forget what is long over; True where there may be more."""
    sessions = await SESSIONS_OVER.fetch(session, before=before, most=most)
    orders = await ORDERS_OVER.fetch(session, before=before, most=most)
    return most in (len(sessions), len(orders))
