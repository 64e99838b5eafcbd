"""Guardianships that have ended, and those that began again since, by the newest event of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from consent.store import locks

LOCK_GUARDIANS = text(
    """
    SELECT pg_advisory_xact_lock(hashtextextended(CAST(id AS text), :seed))
    FROM (SELECT DISTINCT unnest(CAST(:ids AS uuid[])) AS id ORDER BY 1) AS known
    """
)
NOTE_GUARDIANSHIPS = text(
    """
    INSERT INTO ended_guardianship AS known (dependant_id, guardian_id, ended_at, version)
    SELECT DISTINCT ON (dependant_id, guardian_id) *
    FROM unnest(CAST(:dependants AS uuid[]), CAST(:guardians AS uuid[]), CAST(:moments AS timestamptz[]),
        CAST(:versions AS bigint[])) AS incoming (dependant_id, guardian_id, ended_at, version)
    ORDER BY dependant_id, guardian_id, version DESC
    ON CONFLICT (dependant_id, guardian_id) DO UPDATE SET ended_at = excluded.ended_at, version = excluded.version
    WHERE known.version < excluded.version
    """
)
FORGET_AGREEMENTS_OF_GUARDIANS = text(
    """
    DELETE FROM agreement USING unnest(CAST(:dependants AS uuid[]), CAST(:guardians AS uuid[]))
        AS ended (dependant_id, guardian_id)
    WHERE agreement.resident_id = ended.dependant_id AND agreement.agreed_by = ended.guardian_id
    """
)
ACTS_NO_LONGER = text(
    """
    SELECT known.dependant_id, known.guardian_id FROM ended_guardianship AS known
    JOIN unnest(CAST(:dependants AS uuid[]), CAST(:guardians AS uuid[])) AS question (dependant_id, guardian_id)
        USING (dependant_id, guardian_id)
    WHERE known.ended_at IS NOT NULL
    """
)


@dataclass(frozen=True, slots=True)
class GuardianshipState:
    """Whether a guardian acts for a dependant, as an event says: until `ended_at`, or still."""

    dependant_id: UUID
    guardian_id: UUID
    ended_at: datetime | None
    version: int


async def lock_guardians_of(session: AsyncSession, residents: Sequence[UUID]) -> None:
    """Wait for others who give, or end, what guardians of these residents give."""
    await session.execute(LOCK_GUARDIANS, {"ids": list(residents), "seed": locks.GUARDIANS})


async def note_guardianships(session: AsyncSession, states: Sequence[GuardianshipState]) -> None:
    """Store which guardianships have ended, or began, and delete the agreements that wait for orders of those guardians
    whose has ended."""
    values = {
        "dependants": [state.dependant_id for state in states],
        "guardians": [state.guardian_id for state in states],
        "moments": [state.ended_at for state in states],
        "versions": [state.version for state in states],
    }
    await session.execute(NOTE_GUARDIANSHIPS, values)
    ended = [state for state in states if state.ended_at is not None]
    pairs = {
        "dependants": [state.dependant_id for state in ended],
        "guardians": [state.guardian_id for state in ended],
    }
    await session.execute(FORGET_AGREEMENTS_OF_GUARDIANS, pairs)


async def acts_no_longer(session: AsyncSession, pairs: Sequence[tuple[UUID, UUID]]) -> frozenset[tuple[UUID, UUID]]:
    """Of these residents and guardians, those whose guardianship has ended."""
    dependants, guardians = [dependant for dependant, _ in pairs], [guardian for _, guardian in pairs]
    rows = await session.execute(ACTS_NO_LONGER, {"dependants": dependants, "guardians": guardians})
    return frozenset((row.dependant_id, row.guardian_id) for row in rows)


async def acting_no_longer(session: AsyncSession, pairs: Sequence[tuple[UUID, UUID]]) -> frozenset[tuple[UUID, UUID]]:
    """The same, for who gives something now: a guardianship that ends meanwhile waits until we have committed."""
    if not pairs:
        return frozenset()
    await lock_guardians_of(session, [dependant for dependant, _ in pairs])
    return await acts_no_longer(session, pairs)
