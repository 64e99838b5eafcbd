"""The access log: entries that are added, what is listed of it, and how often refusals were repeated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from chassis.pages import Part
from chassis.rows import insert
from chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.tables import AccessLogRow, LeafRow, RefusalRow, WaitingEntryRow

# A refusal that was repeated adds to the count of the first alike on that day, and is no entry of its own. Whoever is
# first writes its entry, in the same statement; somebody at the same moment waits for that row alone.
DECIDED = Statement(
    """
    WITH counted AS (
        INSERT INTO refusal AS known (resident_id, asker_id, reason, day, decision_id, times, last_at)
        SELECT resident_id, asker_id, reason, CAST(:day AS date), decision_id, times, CAST(:at AS timestamptz)
        FROM unnest(CAST(:refused_residents AS uuid[]), CAST(:askers AS uuid[]), CAST(:reasons AS integer[]),
            CAST(:refused_ids AS uuid[]), CAST(:times AS integer[]))
            AS refused (resident_id, asker_id, reason, decision_id, times)
        ORDER BY resident_id, asker_id, reason
        ON CONFLICT (resident_id, asker_id, reason, day)
            DO UPDATE SET times = known.times + excluded.times, last_at = excluded.last_at
        RETURNING resident_id, asker_id, reason, decision_id
    ), written AS (
        INSERT INTO access_log_waiting (resident_id, partner_id, subject_id, kind, at, entry)
        SELECT resident_id, partner_id, subject_id, kind, CAST(:at AS timestamptz), entry
        FROM unnest(CAST(:residents AS uuid[]), CAST(:partners AS uuid[]), CAST(:subjects AS uuid[]),
            CAST(:kinds AS integer[]), CAST(:entries AS bytea[]), CAST(:refusals AS uuid[])) WITH ORDINALITY
            AS given (resident_id, partner_id, subject_id, kind, entry, refusal_id, number)
        WHERE refusal_id IS NULL OR refusal_id IN (SELECT decision_id FROM counted)
        ORDER BY number
    )
    SELECT resident_id, asker_id, reason, decision_id FROM counted
    """
)


class RefusalKey(NamedTuple):
    """What refusals are counted by, a day at a time."""

    resident_id: UUID
    asker_id: UUID
    reason: int


@dataclass(frozen=True, slots=True)
class RepeatedRefusal:
    """A refusal as it is counted."""

    key: RefusalKey
    decision_id: UUID  # of its entry, where it is the first of its day
    times: int


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to write; of a refusal only where it is the first of its day."""

    resident_id: UUID
    partner_id: UUID | None
    subject_id: UUID | None
    kind: int
    entry: bytes
    refusal_id: UUID | None = None


async def write_decisions(
    session: AsyncSession,
    entries: Sequence[NewEntry],
    refusals: Sequence[RepeatedRefusal],
    at: datetime,
    day: date,
) -> Mapping[RefusalKey, UUID]:
    """Write decisions into the log and count refusals, in one statement; returns the ids that refusals are known by:
    those of the first alike on that day of the city's."""
    rows = await DECIDED.fetch(
        session,
        at=at,
        day=day,
        refused_residents=[refusal.key.resident_id for refusal in refusals],
        askers=[refusal.key.asker_id for refusal in refusals],
        reasons=[refusal.key.reason for refusal in refusals],
        refused_ids=[refusal.decision_id for refusal in refusals],
        times=[refusal.times for refusal in refusals],
        residents=[entry.resident_id for entry in entries],
        partners=[entry.partner_id for entry in entries],
        subjects=[entry.subject_id for entry in entries],
        kinds=[entry.kind for entry in entries],
        entries=[entry.entry for entry in entries],
        refusals=[entry.refusal_id for entry in entries],
    )
    return {RefusalKey(row["resident_id"], row["asker_id"], row["reason"]): row["decision_id"] for row in rows}


async def add_entries(session: AsyncSession, rows: Sequence[WaitingEntryRow]) -> None:
    await insert(session, rows)


async def refusals_of(session: AsyncSession, decisions: Sequence[UUID]) -> Mapping[UUID, RefusalRow]:
    """How often the refusals with these ids were repeated."""
    rows = await session.scalars(select(RefusalRow).where(col(RefusalRow.decision_id).in_(decisions)))
    return {row.decision_id: row for row in rows}


async def sum_refusals(session: AsyncSession, before: date, limit: int) -> Sequence[RefusalRow]:
    """Mark refusals of days before this one as summed up; returns those that were repeated, at most `limit`."""
    query = select(RefusalRow).where(col(RefusalRow.summed).is_(False), col(RefusalRow.day) < before)
    rows = (await session.scalars(query.limit(limit).with_for_update(skip_locked=True))).all()
    for row in rows:
        row.summed = True
    return rows


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which entries are wanted; None: any."""

    resident_id: UUID | None = None
    partner_id: UUID | None = None
    subject_id: UUID | None = None
    kind: int | None = None
    since: datetime | None = None
    until: datetime | None = None


async def log_page(session: AsyncSession, log_filter: LogFilter, part: Part[tuple[int]]) -> Sequence[LeafRow]:
    """The log as far as it is wanted, newest first, by index."""
    query = select(LeafRow)
    if log_filter.resident_id is not None:
        query = query.where(LeafRow.resident_id == log_filter.resident_id)
    if log_filter.partner_id is not None:
        query = query.where(LeafRow.partner_id == log_filter.partner_id)
    if log_filter.subject_id is not None:
        query = query.where(LeafRow.subject_id == log_filter.subject_id)
    if log_filter.kind is not None:
        query = query.where(LeafRow.kind == log_filter.kind)
    if log_filter.since is not None:
        query = query.where(col(LeafRow.at) >= log_filter.since)
    if log_filter.until is not None:
        query = query.where(col(LeafRow.at) < log_filter.until)
    return (await session.scalars(part.of(query, col(LeafRow.index), descending=True))).all()


async def leaf_at(session: AsyncSession, index: int) -> LeafRow | None:
    return await session.get(LeafRow, index)


async def chain_chunk(session: AsyncSession, after: int, limit: int) -> Sequence[AccessLogRow]:
    """The chain from before the tree in the order it was written, a chunk at a time."""
    query = select(AccessLogRow).where(col(AccessLogRow.position) > after).order_by(col(AccessLogRow.position))
    return (await session.scalars(query.limit(limit).execution_options(populate_existing=True))).all()


# An order has one resident and one grantee.
ORDER_ENTRIES = text(
    """
    SELECT party.order_id, party.grantee_id, party.since, party.consents, log.index, log.entry,
        COALESCE(log.chain_hash, sha256('\\x00'::bytea || log.entry)) AS hash
    FROM (
        SELECT request.order_id, request.resident_id, request.grantee_id, min(request.requested_at) AS since,
            array_agg(artefact.id) AS consents
        FROM consent_request AS request
        LEFT JOIN consent_artefact AS artefact ON artefact.consent_request_id = request.id
        WHERE request.order_id = ANY(:orders) GROUP BY 1, 2, 3
    ) AS party CROSS JOIN LATERAL (
        SELECT index, entry, chain_hash FROM access_log_leaf
        WHERE resident_id = party.resident_id AND partner_id = party.grantee_id
        ORDER BY index DESC LIMIT :limit
    ) AS log
    ORDER BY party.order_id, log.index DESC
    """
)


@dataclass(frozen=True, slots=True)
class OrderEntry:
    """An entry of the access log about an order's resident that names the order's grantee."""

    order_id: UUID
    grantee_id: UUID
    since: datetime  # when the resident was asked for the order
    consents: Sequence[UUID | None]  # the order's
    index: int
    entry: bytes
    hash: bytes  # in the tree; in the chain, of an entry from before


async def order_entries(session: AsyncSession, orders: Sequence[UUID], limit: int) -> Sequence[OrderEntry]:
    """The log of orders' residents as far as it names the grantees: newest first, at most `limit` an order."""
    rows = (await session.execute(ORDER_ENTRIES, {"orders": orders, "limit": limit})).mappings()
    return [OrderEntry(**row) for row in rows]
