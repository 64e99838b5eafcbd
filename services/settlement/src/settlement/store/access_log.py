"""SQL of the access log's kept checkpoints."""

from collections.abc import Sequence

from chassis.rows import insert
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from settlement.tables import KeptCheckpointRow

# Of the first that was kept nobody knows what it goes on from. What was found a week ago stays, and is not counted.
FAULTS = text(
    """
    SELECT count(*) FROM kept_checkpoint
    WHERE NOT follows AND heard_at > now() - interval '7 days'
        AND (size, root) <> (SELECT size, root FROM kept_checkpoint ORDER BY heard_at, size LIMIT 1)
    """
)


async def keep_checkpoints(session: AsyncSession, rows: Sequence[KeptCheckpointRow]) -> None:
    await insert(session, rows, "ON CONFLICT DO NOTHING")


async def to_compare(session: AsyncSession) -> Sequence[tuple[KeptCheckpointRow, KeptCheckpointRow]]:
    """Checkpoints that nobody has compared yet, each with one that it says it goes on from, smallest first."""
    before = aliased(KeptCheckpointRow)
    query = (
        select(KeptCheckpointRow, before)
        .join(before, col(before.size) == col(KeptCheckpointRow.previous_size))
        .where(col(KeptCheckpointRow.follows).is_(False))
        .order_by(col(KeptCheckpointRow.size))
        .with_for_update(of=KeptCheckpointRow)
    )
    return [(row, previous) for row, previous in (await session.execute(query)).all()]


async def has_sibling(session: AsyncSession, row: KeptCheckpointRow) -> bool:
    """Does another checkpoint go on from the same one? Then the log was cut off there, and went on otherwise."""
    query = select(KeptCheckpointRow.size).where(
        KeptCheckpointRow.previous_size == row.previous_size, col(KeptCheckpointRow.follows)
    )
    return (await session.execute(query.limit(1))).first() is not None


async def faults(session: AsyncSession) -> int:
    """How many checkpoints of the last week do not go on from one that is kept."""
    return int((await session.execute(FAULTS)).scalar_one())
