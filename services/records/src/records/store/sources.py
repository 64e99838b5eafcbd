"""Sources, and what has come of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from chassis.rows import lock_count
from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from records.domain.sources import SourceStatus
from records.tables import BatchGapRow, BatchRow, IntakeRow, SourceRow, WaitingLineRow

# Counts what comes within the minute that began at `minute`; nothing where the budget of the minute does not suffice.
COUNT = text(
    """
    UPDATE source SET minute = :minute,
        minute_batches = CASE WHEN minute = :minute THEN minute_batches ELSE 0 END + 1,
        minute_lines = CASE WHEN minute = :minute THEN minute_lines ELSE 0 END + :lines,
        minute_bytes = CASE WHEN minute = :minute THEN minute_bytes ELSE 0 END + :bytes
    WHERE id = :source_id AND (
        minute IS DISTINCT FROM :minute OR (
            minute_batches + 1 <= budget_batches AND minute_lines + :lines <= budget_lines
            AND minute_bytes + :bytes <= budget_bytes
        )
    )
    RETURNING true
    """
)
ADD_INTAKE = text(
    """
    INSERT INTO source_intake AS known
        (source_id, information_type, stored, unchanged, refused, last_received_at, newest_effective_at)
    SELECT CAST(:source_id AS uuid), * FROM unnest(CAST(:types AS text[]), CAST(:stored AS bigint[]),
        CAST(:unchanged AS bigint[]), CAST(:refused AS bigint[]), CAST(:received AS timestamptz[]),
        CAST(:newest AS timestamptz[]))
    ON CONFLICT (source_id, information_type) DO UPDATE
    SET stored = known.stored + excluded.stored, unchanged = known.unchanged + excluded.unchanged,
        refused = known.refused + excluded.refused,
        last_received_at = greatest(known.last_received_at, excluded.last_received_at),
        newest_effective_at = greatest(known.newest_effective_at, excluded.newest_effective_at)
    """
)
MEASURED = text(
    """
    SELECT source.id, source.partner_id, source.name, source.every_minutes,
        coalesce(source.last_received_at, source.decided_at) AS last_at,
        (SELECT count(*) FROM batch_gap WHERE source_id = source.id) AS missing,
        (SELECT count(*) FROM batch WHERE source_id = source.id AND processed_at IS NULL) AS waiting
    FROM source WHERE status = 2 ORDER BY id
    """
)
INTAKE = text(
    """
    SELECT intake.source_id, intake.information_type, intake.stored + intake.unchanged AS taken, intake.refused,
        intake.last_received_at, intake.newest_effective_at
    FROM source_intake AS intake JOIN source ON source.id = intake.source_id WHERE source.status = 2
    """
)


async def lock_sources_of(session: AsyncSession, partner_id: UUID) -> None:
    """Let nobody else register a source of this institution until we commit."""
    await lock_count(session, "sources", partner_id)


async def open_sources(session: AsyncSession, partner_id: UUID) -> Sequence[SourceRow]:
    """An institution's sources that are proposed or approved."""
    status = [SourceStatus.PROPOSED, SourceStatus.APPROVED]
    query = select(SourceRow).where(SourceRow.partner_id == partner_id, col(SourceRow.status).in_(status))
    return (await session.scalars(query)).all()


async def source(session: AsyncSession, source_id: UUID, *, lock: bool = False) -> SourceRow | None:
    query = select(SourceRow).where(SourceRow.id == source_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(query)).first()


async def page(
    session: AsyncSession, partner_id: UUID | None, status: int, part: Part[tuple[UUID]]
) -> Sequence[SourceRow]:
    """Sources, newest first."""
    query = select(SourceRow)
    if partner_id is not None:
        query = query.where(SourceRow.partner_id == partner_id)
    if status:
        query = query.where(SourceRow.status == status)
    return (await session.scalars(part.of(query, col(SourceRow.id), descending=True))).all()


@dataclass(frozen=True, slots=True)
class Progress:
    """How many batches of a source are missing, how many wait, and how many lines wait for whose they are."""

    missing: int
    waiting: int
    unmatched: int = 0


async def progress(session: AsyncSession, source_ids: Sequence[UUID]) -> Mapping[UUID, Progress]:
    missing_query = select(BatchGapRow.source_id, func.count()).where(col(BatchGapRow.source_id).in_(source_ids))
    waiting_query = select(BatchRow.source_id, func.count()).where(
        col(BatchRow.source_id).in_(source_ids), col(BatchRow.processed_at).is_(None)
    )
    missing = dict((await session.execute(missing_query.group_by(col(BatchGapRow.source_id)))).all())
    waiting = dict((await session.execute(waiting_query.group_by(col(BatchRow.source_id)))).all())
    lines_query = select(WaitingLineRow.source_id, func.count()).where(
        col(WaitingLineRow.source_id).in_(source_ids), col(WaitingLineRow.settled_at).is_(None)
    )
    rows = await session.execute(lines_query.group_by(col(WaitingLineRow.source_id)))
    lines = {row[0]: int(row[1]) for row in rows}
    return {each: Progress(missing.get(each, 0), waiting.get(each, 0), lines.get(each, 0)) for each in source_ids}


async def intake(session: AsyncSession, source_id: UUID) -> Sequence[IntakeRow]:
    query = select(IntakeRow).where(IntakeRow.source_id == source_id).order_by(IntakeRow.information_type)
    return (await session.scalars(query)).all()


async def count_batch(session: AsyncSession, source_id: UUID, minute: datetime, *, lines: int, size: int) -> bool:
    """Count a batch within a minute. False, and nothing counted, where it would exceed the source's budget."""
    parameters = {"source_id": source_id, "minute": minute, "lines": lines, "bytes": size}
    return (await session.execute(COUNT, parameters)).first() is not None


@dataclass(slots=True)
class Taken:
    """What came of one type of information in a batch."""

    stored: int = 0
    unchanged: int = 0
    refused: int = 0
    newest: datetime | None = None


async def add_intake(session: AsyncSession, source_id: UUID, taken: Mapping[str, Taken], received_at: datetime) -> None:
    kinds = sorted(taken)
    await session.execute(
        ADD_INTAKE,
        {
            "source_id": source_id,
            "types": kinds,
            "stored": [taken[kind].stored for kind in kinds],
            "unchanged": [taken[kind].unchanged for kind in kinds],
            "refused": [taken[kind].refused for kind in kinds],
            "received": [received_at for _ in kinds],
            "newest": [taken[kind].newest for kind in kinds],
        },
    )


@dataclass(frozen=True, slots=True)
class MeasuredSource:
    """What is measured of an approved source."""

    id: UUID
    partner_id: UUID
    name: str
    every_minutes: int
    last_at: datetime
    missing: int
    waiting: int


async def measured(session: AsyncSession) -> Sequence[MeasuredSource]:
    return [MeasuredSource(**row) for row in (await session.execute(MEASURED)).mappings()]


@dataclass(frozen=True, slots=True)
class MeasuredIntake:
    """What is measured of an approved source's data of one type."""

    source_id: UUID
    information_type: str
    taken: int
    refused: int
    last_received_at: datetime
    newest_effective_at: datetime | None


async def measured_intake(session: AsyncSession) -> Sequence[MeasuredIntake]:
    return [MeasuredIntake(**row) for row in (await session.execute(INTAKE)).mappings()]
