"""When the next free slots of offerings begin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.statements import Statement
from sqlalchemy.ext.asyncio import AsyncSession

FIRST = 1  # version

TAKE_CHANGED = Statement(
    """
    DELETE FROM availability_change WHERE id IN (
        SELECT id FROM availability_change ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
    ) RETURNING offering_id
    """
)
BEGUN = Statement(
    """
    SELECT offering_id FROM availability WHERE next_free_at <= :now
    ORDER BY next_free_at LIMIT :limit FOR UPDATE SKIP LOCKED
    """
)
ADD = Statement(
    """
    INSERT INTO availability (offering_id, version)
    SELECT DISTINCT given.id, 0 FROM unnest(CAST(:ids AS uuid[])) AS given (id) ORDER BY given.id
    ON CONFLICT (offering_id) DO NOTHING
    """
)
LOCK = Statement(
    """
    SELECT offering_id FROM availability WHERE offering_id = ANY(CAST(:ids AS uuid[]))
    ORDER BY offering_id FOR UPDATE
    """
)
# A statement of its own after the locks: it sees whatever was committed before they were given.
FIND = Statement(
    """
    UPDATE availability SET next_free_at = next.starts_at, version = greatest(version + 1, :version)
    FROM (
        SELECT given.id AS offering_id, (
            SELECT slot.starts_at FROM slot
            WHERE slot.offering_id = given.id AND slot.starts_at > :now AND NOT withdrawn AND held < capacity
            ORDER BY slot.starts_at LIMIT 1
        ) AS starts_at
        FROM unnest(CAST(:ids AS uuid[])) AS given (id)
    ) AS next
    WHERE availability.offering_id = next.offering_id
        AND (availability.next_free_at IS DISTINCT FROM next.starts_at OR version < :version)
    RETURNING availability.offering_id, availability.next_free_at, availability.version
    """
)
# Whatever became of the rest: every offering that has or had slots has a row.
ADD_MISSING = Statement(
    """
    INSERT INTO availability (offering_id, version) SELECT DISTINCT offering_id, 0 FROM slot
    ON CONFLICT (offering_id) DO NOTHING
    """
)
KNOWN = Statement(
    """
    SELECT offering_id FROM availability WHERE offering_id > :after ORDER BY offering_id LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True)
class Availability:
    """When the next free slot of an offering begins, if it has one."""

    offering_id: UUID
    next_free_at: datetime | None
    version: int


async def take_changed(session: AsyncSession, limit: int) -> Sequence[UUID]:
    """Offerings of which a slot became free or taken; each change is given out once."""
    return [row["offering_id"] for row in await TAKE_CHANGED.fetch(session, limit=limit)]


async def begun(session: AsyncSession, now: datetime, limit: int) -> Sequence[UUID]:
    """Offerings whose next free slot has begun."""
    return [row["offering_id"] for row in await BEGUN.fetch(session, now=now, limit=limit)]


async def add_missing(session: AsyncSession) -> None:
    """Know of every offering that has slots."""
    await ADD_MISSING.fetch(session)


async def known(session: AsyncSession, after: UUID, limit: int) -> Sequence[UUID]:
    """Offerings that have or had slots, by their ids."""
    return [row["offering_id"] for row in await KNOWN.fetch(session, after=after, limit=limit)]


async def find(
    session: AsyncSession, ids: Sequence[UUID], now: datetime, *, version: int = FIRST
) -> Sequence[Availability]:
    """Find the next free slots of these offerings, and return those that are others than before, or older than
    `version`: each gets a newer one."""
    offerings = sorted(set(ids))
    await ADD.fetch(session, ids=offerings)
    await LOCK.fetch(session, ids=offerings)
    rows = await FIND.fetch(session, ids=offerings, now=now, version=version)
    return [Availability(row["offering_id"], row["next_free_at"], row["version"]) for row in rows]
