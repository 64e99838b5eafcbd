"""Whose patients of institutions are, as far as it is proven; and how many numbers an institution has had sealed."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

BY_NUMBER = text(
    "SELECT number_hash, resident_id FROM identity_proof WHERE number_hash = ANY(CAST(:hashes AS bytea[]))"
)
# Scans by the institution's own people alone, of residents who are proven.
BY_SCAN = text(
    """
    SELECT scan.id, scan.resident_id FROM scan
    JOIN identity_proof ON identity_proof.resident_id = scan.resident_id
    WHERE scan.id = ANY(CAST(:ids AS uuid[]))
        AND scan.institution_id = :institution_id
    """
)
BY_NAME = text(
    """
    SELECT lower(resident.name) AS name, resident.birth_date, resident.id
    FROM resident JOIN identity_proof ON identity_proof.resident_id = resident.id
    JOIN unnest(CAST(:names AS text[]), CAST(:days AS date[])) AS asked (name, day)
        ON lower(resident.name) = lower(asked.name) AND resident.birth_date = asked.day
    """
)
COUNT_SEALED = text(
    """
    INSERT INTO sealed_numbers AS known (institution_id, day, numbers) VALUES (:institution_id, :day, :numbers)
    ON CONFLICT (institution_id, day) DO UPDATE SET numbers = known.numbers + excluded.numbers
    WHERE known.numbers + excluded.numbers <= :most RETURNING true
    """
)


async def by_number(session: AsyncSession, hashes: Sequence[bytes]) -> Mapping[bytes, UUID]:
    """Who is proven by numbers of these keyed hashes."""
    rows = await session.execute(BY_NUMBER, {"hashes": hashes})
    return {row.number_hash: row.resident_id for row in rows}


async def by_scan(session: AsyncSession, institution_id: UUID, ids: Sequence[UUID]) -> Mapping[UUID, UUID]:
    """Whose codes these scans of an institution were of, if they are proven."""
    rows = await session.execute(BY_SCAN, {"ids": ids, "institution_id": institution_id})
    return {row.id: row.resident_id for row in rows}


async def by_name(
    session: AsyncSession, people: Sequence[tuple[str, date]]
) -> Mapping[tuple[str, date], Sequence[UUID]]:
    """Who is proven and has this name and birth date."""
    namesakes: dict[tuple[str, date], list[UUID]] = {}
    parameters = {"names": [name for name, _ in people], "days": [day for _, day in people]}
    for row in await session.execute(BY_NAME, parameters):
        namesakes.setdefault((row.name.casefold(), row.birth_date), []).append(row.id)
    return namesakes


async def count_sealed(session: AsyncSession, institution_id: UUID, day: date, numbers: int, most: int) -> bool:
    """Count numbers that an institution has had sealed. False, and nothing counted, where it is one too many."""
    parameters = {"institution_id": institution_id, "day": day, "numbers": numbers, "most": most}
    return (await session.execute(COUNT_SEALED, parameters)).first() is not None
