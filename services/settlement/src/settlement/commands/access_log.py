"""Consent's access log, watched from outside: each tree it signs goes on from the one before, or somebody cut it."""

from chassis.merkle import is_consistent
from sqlalchemy.ext.asyncio import AsyncSession

from settlement.store import access_log
from settlement.tables import KeptCheckpointRow

HASH_BYTES = 32


async def compare_checkpoints(session: AsyncSession) -> int:
    """Compare what has been kept since with what was kept before; returns how many do not go on from it.

    A log that is restored to an earlier state, or cut off, goes on from a checkpoint from which another went on.
    """
    for row, previous in await access_log.to_compare(session):
        if goes_on(previous, row) and not await access_log.has_sibling(session, row):
            row.follows = True
            await session.flush()
    return await access_log.faults(session)


def goes_on(previous: KeptCheckpointRow, row: KeptCheckpointRow) -> bool:
    """Does the path show that this tree begins with the one before?"""
    path = [row.path[start : start + HASH_BYTES] for start in range(0, len(row.path), HASH_BYTES)]
    return previous.size < row.size and is_consistent(previous.size, previous.root, row.size, row.root, path)
