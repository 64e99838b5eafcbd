"""Health codes: whose they are, and how they move on from one generation to the next."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.statements import Statement
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.scans import Rotation

# Locked in one order, so that two who rotate the same codes wait for each other and do not hold each other up.
ROTATE = Statement(
    """
    WITH due AS (
        SELECT resident.id FROM resident
        JOIN unnest(CAST(:residents AS uuid[]), CAST(:generations AS integer[])) AS asked (id, generation)
            ON asked.id = resident.id AND asked.generation >= resident.code_generation
        ORDER BY resident.id FOR NO KEY UPDATE OF resident
    ), moved AS (
        UPDATE resident SET code_generation = code_generation + 1 FROM due WHERE resident.id = due.id
        RETURNING resident.id, resident.code_generation
    )
    INSERT INTO code_rotation (resident_id, generation, rotated_at, because)
    SELECT id, code_generation, CAST(:now AS timestamptz), :because FROM moved RETURNING resident_id
    """
)
ROTATED = Statement(
    """
    SELECT resident_id, generation, rotated_at FROM code_rotation
    WHERE resident_id = ANY(CAST(:residents AS uuid[])) ORDER BY resident_id, generation
    """
)
# Whoever has a session of an account may have fetched codes of its resident and of those they act for.
ROTATE_OF_ACCOUNT = Statement(
    """
    WITH due AS (
        SELECT id FROM resident WHERE id = :subject OR id IN (
            SELECT dependant_id FROM guardian WHERE guardian_id = :subject AND ended_at IS NULL
        ) ORDER BY id FOR NO KEY UPDATE
    ), moved AS (
        UPDATE resident SET code_generation = code_generation + 1 FROM due WHERE resident.id = due.id
        RETURNING resident.id, resident.code_generation
    )
    INSERT INTO code_rotation (resident_id, generation, rotated_at, because)
    SELECT id, code_generation, now(), 'sessions' FROM moved
    """
)
ANY_GENERATION = 2**31 - 1


async def rotate(
    session: AsyncSession, generations: Mapping[UUID, int], because: Rotation, now: datetime
) -> frozenset[UUID]:
    """Move residents' codes on to their next generation, unless one has moved on from the generation named. Returns
    whose did."""
    rows = await ROTATE.fetch(
        session,
        residents=list(generations),
        generations=list(generations.values()),
        because=str(because),
        now=now,
    )
    return frozenset(row["resident_id"] for row in rows)


async def rotate_of_account(session: AsyncSession, subject_id: UUID) -> None:
    """Move on the codes of the resident an account is of, if it is one's, and of whom they act for."""
    await ROTATE_OF_ACCOUNT.fetch(session, subject=subject_id)


async def rotations(session: AsyncSession, resident_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[int, datetime]]:
    """When residents' codes moved on to each of their generations."""
    moments: dict[UUID, dict[int, datetime]] = {}
    for row in await ROTATED.fetch(session, residents=resident_ids):
        moments.setdefault(row["resident_id"], {})[row["generation"]] = row["rotated_at"]
    return moments
