"""Who somebody is and how they are reached, for whom consent lets know it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.texts import TELEPHONE
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

PERSON = text(
    """
    SELECT name, birth_date,
        EXISTS (SELECT FROM identity_proof AS proof WHERE proof.resident_id = resident.id) AS proven
    FROM resident WHERE id = :resident
    """
)
GUARDIANS = text(
    """
    SELECT guardian.guardian_id, resident.name FROM guardian JOIN resident ON resident.id = guardian.guardian_id
    WHERE guardian.dependant_id = :resident AND guardian.ended_at IS NULL AND (guardian.ward = 'adult' OR :minor)
        AND (guardian.until IS NULL OR guardian.until > :now)
    ORDER BY guardian.since, guardian.guardian_id
    """
)
# Theirs first, then of who acts for them; of one person the newest.
CONTACTS = text(
    """
    SELECT address FROM contact WHERE subject_id = ANY(CAST(:subjects AS uuid[])) AND address LIKE '+%'
    ORDER BY array_position(CAST(:subjects AS uuid[]), subject_id), confirmed_at DESC
    """
)


@dataclass(frozen=True, slots=True)
class Person:
    """A resident as whoever awaits them knows them."""

    name: str
    birth_date: date
    proven: bool
    telephone: str  # confirmed; empty where there is none
    guardian_names: list[str]


async def birth_date(session: AsyncSession, resident_id: UUID) -> date | None:
    row = (await session.execute(PERSON, {"resident": resident_id})).one_or_none()
    return None if row is None else row.birth_date


async def person(session: AsyncSession, resident_id: UUID, now: datetime, *, minor: bool) -> Person | None:
    """Who a resident is; None where there is none such. `minor`: whether those count who act for minors alone."""
    row = (await session.execute(PERSON, {"resident": resident_id})).one_or_none()
    if row is None:
        return None
    acting = {"resident": resident_id, "minor": minor, "now": now}
    guardians = (await session.execute(GUARDIANS, acting)).all()
    subjects = [resident_id, *(guardian.guardian_id for guardian in guardians)]
    addresses = await session.scalars(CONTACTS, {"subjects": subjects})
    telephones = [address for address in addresses if TELEPHONE.fullmatch(address)]
    names = [guardian.name for guardian in guardians]
    return Person(row.name, row.birth_date, row.proven, telephones[0] if telephones else "", names)
