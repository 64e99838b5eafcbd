"""Batches: kept as they came, claimed to be processed, and what became of their lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import rows
from chassis.pages import Part
from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer
from sqlmodel import col, select

from records.domain.batches import LineRefused
from records.tables import BatchGapRow, BatchRefusalRow, BatchRow

WAITING = text(
    """
    SELECT count(*) FILTER (WHERE source_id = CAST(:source_id AS uuid)) AS of_source, count(*) AS batches,
        coalesce(sum(size), 0) AS bytes,
        max(extract(epoch FROM CAST(:now AS timestamptz) - received_at)) AS oldest_seconds
    FROM batch WHERE processed_at IS NULL
    """
)
# Those that wait, and those of batches that are not processed that will.
LINES_WAITING = text(
    """
    SELECT (SELECT count(*) FROM waiting_line WHERE source_id = :source_id AND settled_at IS NULL)
        + (SELECT coalesce(sum(may_wait), 0) FROM batch WHERE source_id = :source_id AND processed_at IS NULL)
    """
)
ADD_GAPS = text(
    """
    INSERT INTO batch_gap (source_id, number, found_at, asked_times, ask_at)
    SELECT CAST(:source_id AS uuid), number, CAST(:now AS timestamptz), 0, CAST(:now AS timestamptz)
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS number
    """
)
CLOSE_GAPS = text(
    "DELETE FROM batch_gap WHERE source_id = :source_id AND number = ANY(CAST(:numbers AS bigint[])) RETURNING number"
)
# A source's batches are processed one at a time, in the order of their numbers as far as they are here. One that is
# being processed is still there as waiting, so that none after it is claimed.
CLAIM = text(
    """
    SELECT batch.source_id, batch.number FROM batch
    WHERE processed_at IS NULL AND try_at <= :now AND NOT EXISTS (
        SELECT FROM batch AS earlier
        WHERE earlier.source_id = batch.source_id AND earlier.number < batch.number AND earlier.processed_at IS NULL
            AND earlier.attempts = 0
    )
    ORDER BY received_at, number LIMIT 1 FOR UPDATE SKIP LOCKED
    """
)
PUT_OFF = text(
    """
    UPDATE batch SET attempts = attempts + 1, try_at = :try_at
    WHERE source_id = :source_id AND number = :number AND processed_at IS NULL
    """
)
FINISH = text(
    """
    UPDATE batch SET processed_at = :now, content = NULL, resident_ids = '{}', outcomes = :outcomes
    WHERE source_id = :source_id AND number = :number
    """
)
ASK = text(
    """
    UPDATE batch_gap SET asked_times = asked_times + 1,
        ask_at = CAST(:now AS timestamptz)
            + least(interval '1 minute' * power(2, least(asked_times, 10)), interval '1 hour')
    WHERE source_id = :source_id AND number IN (
        SELECT number FROM batch_gap WHERE source_id = :source_id AND ask_at <= :now ORDER BY number LIMIT :most
    )
    RETURNING number
    """
)


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits to be processed."""

    of_source: int
    batches: int
    bytes: int
    oldest_seconds: float


async def queue(session: AsyncSession, source_id: UUID | None, now: datetime) -> Queue:
    row = (await session.execute(WAITING, {"source_id": source_id, "now": now})).one()
    return Queue(row.of_source, row.batches, int(row.bytes), max(0.0, float(row.oldest_seconds or 0)))


async def lines_waiting(session: AsyncSession, source_id: UUID) -> int:
    """How many lines of a source wait for whose patient number it is, or may once their batch is processed."""
    return int((await session.execute(LINES_WAITING, {"source_id": source_id})).scalar_one())


WITHOUT_BYTES = (defer(col(BatchRow.content)), defer(col(BatchRow.resident_ids)))  # type: ignore[arg-type] # attributes


async def batch(session: AsyncSession, source_id: UUID, number: int, *, whole: bool = False) -> BatchRow | None:
    """A batch, with its bytes where it is asked for whole."""
    query = select(BatchRow).where(BatchRow.source_id == source_id, BatchRow.number == number)
    return (await session.scalars(query if whole else query.options(*WITHOUT_BYTES))).first()


async def page(session: AsyncSession, source_id: UUID, part: Part[tuple[int]]) -> Sequence[BatchRow]:
    """A source's batches, the highest number first."""
    query = select(BatchRow).where(BatchRow.source_id == source_id).options(*WITHOUT_BYTES)
    return (await session.scalars(part.of(query, col(BatchRow.number), descending=True))).all()


async def refusals(
    session: AsyncSession, source_id: UUID, number: int, positions: Sequence[int]
) -> Mapping[int, BatchRefusalRow]:
    """Why the lines at these positions were refused."""
    query = select(BatchRefusalRow).where(
        BatchRefusalRow.source_id == source_id,
        BatchRefusalRow.number == number,
        col(BatchRefusalRow.position).in_(positions),
    )
    return {row.position: row for row in await session.scalars(query)}


async def missing_count(session: AsyncSession, source_id: UUID) -> int:
    query = select(func.count()).select_from(BatchGapRow).where(BatchGapRow.source_id == source_id)
    return int((await session.scalars(query)).one())


async def missing_numbers(session: AsyncSession, source_id: UUID, limit: int) -> Sequence[int]:
    """The lowest numbers that have not come."""
    query = select(BatchGapRow.number).where(BatchGapRow.source_id == source_id).order_by(col(BatchGapRow.number))
    return (await session.scalars(query.limit(limit))).all()


async def add_gaps(session: AsyncSession, source_id: UUID, first: int, last: int, now: datetime) -> None:
    """Note that the batches from one number to another, both included, have not come."""
    await session.execute(ADD_GAPS, {"source_id": source_id, "first": first, "last": last, "now": now})


async def close_gaps(session: AsyncSession, source_id: UUID, numbers: Sequence[int]) -> frozenset[int]:
    """Batches are missing no more; returns those that were."""
    closed = await session.scalars(CLOSE_GAPS, {"source_id": source_id, "numbers": list(numbers)})
    return frozenset(closed)


async def ask(session: AsyncSession, source_id: UUID, most: int, now: datetime) -> Sequence[int]:
    """The lowest numbers to ask for now, noted as asked for."""
    return sorted(await session.scalars(ASK, {"source_id": source_id, "most": most, "now": now}))


async def claim(session: AsyncSession, now: datetime) -> BatchRow | None:
    """The batch that has waited longest and that nobody works on, locked until we commit."""
    row = (await session.execute(CLAIM, {"now": now})).first()
    return None if row is None else await batch(session, row.source_id, row.number, whole=True)


async def put_off(session: AsyncSession, source_id: UUID, number: int, try_at: datetime) -> None:
    """Process a batch later, since it could not be now."""
    await session.execute(PUT_OFF, {"source_id": source_id, "number": number, "try_at": try_at})


async def finish(
    session: AsyncSession, row: BatchRow, outcomes: str, refused: Sequence[LineRefused], now: datetime
) -> None:
    """Keep what became of a batch's lines in the place of its bytes."""
    await rows.insert(
        session,
        [
            BatchRefusalRow(
                source_id=row.source_id,
                number=row.number,
                position=line.position,
                code=line.code,
                field=line.field,
                detail=line.detail,
            )
            for line in refused
        ],
    )
    parameters = {"source_id": row.source_id, "number": row.number, "outcomes": outcomes, "now": now}
    await session.execute(FINISH, parameters)
