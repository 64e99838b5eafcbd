"""The access log: a chain of decisions, which is only ever added to, and how often refusals were repeated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from chassis.rows import insert
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.domain.access_log import GENESIS
from consent.store import locks
from consent.tables import AccessLogRow, RefusalRow

LOCK = text("SELECT pg_advisory_xact_lock(:lock)")
HEAD = text(
    """
    SELECT clock_timestamp() AS now, head.position, head.hash FROM (SELECT) AS always
    LEFT JOIN LATERAL (SELECT position, hash FROM access_log ORDER BY position DESC LIMIT 1) AS head ON true
    """
)


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The log's last entry: where it stands, and its hash; and the database's time."""

    now: datetime
    position: int
    hash: bytes


async def lock_chain(session: AsyncSession) -> ChainHead:
    """Wait for others who append to the access log, and keep them out until the commit."""
    await session.execute(LOCK, {"lock": locks.ACCESS_LOG})
    head = (await session.execute(HEAD)).one()
    return ChainHead(head.now, head.position or 0, bytes(head.hash) if head.hash else GENESIS)


REFUSED_AGAIN = text(
    """
    UPDATE refusal AS known SET times = known.times + incoming.times, last_at = :at
    FROM unnest(CAST(:residents AS uuid[]), CAST(:askers AS uuid[]), CAST(:reasons AS integer[]),
        CAST(:times AS integer[])) AS incoming (resident_id, asker_id, reason, times)
    WHERE known.resident_id = incoming.resident_id AND known.asker_id = incoming.asker_id
        AND known.reason = incoming.reason AND known.day = :day
    RETURNING known.resident_id, known.asker_id, known.reason, known.decision_id
    """
)


class RefusalKey(NamedTuple):
    """What refusals are counted by, a day at a time."""

    resident_id: UUID
    asker_id: UUID
    reason: int


async def refused_again(
    session: AsyncSession, refused: Mapping[RefusalKey, int], at: datetime, day: date
) -> Mapping[RefusalKey, UUID]:
    """Count repeated refusals, by resident, asker and reason, where there was one alike on that day of the city's;
    returns the decisions they are counted with. Call it with the chain locked."""
    rows = await session.execute(
        REFUSED_AGAIN,
        {
            "residents": [key.resident_id for key in refused],
            "askers": [key.asker_id for key in refused],
            "reasons": [key.reason for key in refused],
            "times": list(refused.values()),
            "at": at,
            "day": day,
        },
    )
    return {RefusalKey(row.resident_id, row.asker_id, row.reason): row.decision_id for row in rows}


async def add_refusals(session: AsyncSession, refusals: Sequence[RefusalRow]) -> None:
    await insert(session, refusals)


async def refusals_at(session: AsyncSession, positions: Sequence[int]) -> Mapping[int, RefusalRow]:
    """How often these entries of the log were repeated."""
    rows = await session.scalars(select(RefusalRow).where(col(RefusalRow.position).in_(positions)))
    return {row.position: row for row in rows}


async def append_log(session: AsyncSession, rows: Sequence[AccessLogRow]) -> None:
    await insert(session, rows)


async def log_page(session: AsyncSession, resident_id: UUID, before: int | None, limit: int) -> Sequence[AccessLogRow]:
    """A resident's log, newest first; fetches limit + 1."""
    query = select(AccessLogRow).where(AccessLogRow.resident_id == resident_id)
    if before is not None:
        query = query.where(col(AccessLogRow.position) < before)
    return (await session.scalars(query.order_by(col(AccessLogRow.position).desc()).limit(limit + 1))).all()


async def log_chunk(session: AsyncSession, after: int, limit: int) -> Sequence[AccessLogRow]:
    """The log in the order it was written, a chunk at a time."""
    query = select(AccessLogRow).where(col(AccessLogRow.position) > after).order_by(col(AccessLogRow.position))
    return (await session.scalars(query.limit(limit).execution_options(populate_existing=True))).all()


# An order has one resident and one grantee. An entry that names the grantee has the grantee's id among its bytes; the
# entry itself says as what the grantee is named.
ORDER_ENTRIES = text(
    """
    SELECT party.order_id, party.grantee_id, party.since, party.consents, log.entry, log.hash
    FROM (
        SELECT request.order_id, request.resident_id, request.grantee_id, min(request.requested_at) AS since,
            array_agg(artefact.id) AS consents
        FROM consent_request AS request
        LEFT JOIN consent_artefact AS artefact ON artefact.consent_request_id = request.id
        WHERE request.order_id = ANY(:orders) GROUP BY 1, 2, 3
    ) AS party CROSS JOIN LATERAL (
        SELECT access_log.position, entry, hash FROM access_log
        WHERE resident_id = party.resident_id
            AND position(convert_to(CAST(party.grantee_id AS text), 'UTF8') IN entry) > 0
        ORDER BY access_log.position DESC LIMIT :limit
    ) AS log
    ORDER BY party.order_id, log.position DESC
    """
)


@dataclass(frozen=True, slots=True)
class OrderEntry:
    """An entry of the access log about an order's resident that names the order's grantee."""

    order_id: UUID
    grantee_id: UUID
    since: datetime  # when the resident was asked for the order
    consents: Sequence[UUID | None]  # the order's
    entry: bytes
    hash: bytes


async def order_entries(session: AsyncSession, orders: Sequence[UUID], limit: int) -> Sequence[OrderEntry]:
    """The log of orders' residents as far as it names the grantees: newest first, at most `limit` an order."""
    rows = (await session.execute(ORDER_ENTRIES, {"orders": orders, "limit": limit})).mappings()
    return [OrderEntry(**row) for row in rows]
