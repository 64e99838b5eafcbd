"""Residents, institutions, practitioners."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.domain.people import LicenceTaken
from identity.tables import InstitutionRow, PractitionerRow, ResidentRow


async def resident(session: AsyncSession, resident_id: UUID) -> ResidentRow | None:
    return await session.get(ResidentRow, resident_id)


async def residents(session: AsyncSession, resident_ids: Sequence[UUID]) -> Sequence[ResidentRow]:
    """Those of these residents whom somebody knows of."""
    return (await session.scalars(select(ResidentRow).where(col(ResidentRow.id).in_(resident_ids)))).all()


async def set_sex(session: AsyncSession, resident_id: UUID, sex: str) -> None:
    """Keep the sex that a resident's identity number says."""
    await session.execute(update(ResidentRow).where(col(ResidentRow.id) == resident_id).values(sex=sex))


async def set_registered_district(session: AsyncSession, resident_id: UUID, district: str, now: datetime) -> None:
    """Keep where the register of people says that a resident lives, whatever was said before."""
    await session.execute(
        update(ResidentRow)
        .where(col(ResidentRow.id) == resident_id)
        .values(district=district, district_source="register", district_said_at=now)
    )


async def practitioner(session: AsyncSession, practitioner_id: UUID) -> PractitionerRow | None:
    return await session.get(PractitionerRow, practitioner_id)


async def practitioner_for_update(session: AsyncSession, practitioner_id: UUID) -> PractitionerRow | None:
    """A practitioner, who may have left, locked."""
    return await session.get(PractitionerRow, practitioner_id, with_for_update=True)


async def is_registered(session: AsyncSession, practitioner_id: UUID) -> bool:
    """Is the practitioner's registration in force? It does not end before we commit."""
    registered = await session.scalar(
        select(PractitionerRow.id)
        .where(PractitionerRow.id == practitioner_id, col(PractitionerRow.ended_at).is_(None))
        .with_for_update(read=True)
    )
    return registered is not None


async def practitioners_of(
    session: AsyncSession,
    institution_id: UUID,
    part: Part[tuple[datetime, UUID]],
    *,
    ended: bool,
    practitioner_id: UUID | None = None,
) -> Sequence[PractitionerRow]:
    """Who practises at an institution, or this one of them, the latest first, and who did where `ended` says so."""
    query = select(PractitionerRow).where(PractitionerRow.institution_id == institution_id)
    if practitioner_id is not None:
        query = query.where(PractitionerRow.id == practitioner_id)
    if not ended:
        query = query.where(col(PractitionerRow.ended_at).is_(None))
    return (
        await session.scalars(
            part.of(query, col(PractitionerRow.registered_at), col(PractitionerRow.id), descending=True)
        )
    ).all()


async def institution(session: AsyncSession, institution_id: UUID) -> InstitutionRow | None:
    return await session.get(InstitutionRow, institution_id)


async def institutions(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[InstitutionRow]:
    """Those institutions of these ids that there are."""
    return (await session.scalars(select(InstitutionRow).where(col(InstitutionRow.id).in_(ids)))).all()


async def add_practitioner(session: AsyncSession, practitioner: PractitionerRow) -> None:
    """Add a practitioner, unless the institution has one with this licence already, or one that looks like it."""
    added = await session.execute(
        upsert(PractitionerRow)
        .values(practitioner.model_dump())
        .on_conflict_do_nothing()  # by either of its keys
        .returning(col(PractitionerRow.id))
    )
    if added.first() is None:
        raise LicenceTaken("look at who has it, or correct the number", "licence_number")
