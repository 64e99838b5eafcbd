"""Residents and their guardians, institutions, practitioners."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.refusals import NotFound
from sqlalchemy import func, insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.domain.people import DEPENDANTS_MAX, LicenceTaken, TooManyDependants
from identity.tables import GuardianRow, InstitutionRow, PractitionerRow, ResidentRow


async def add_guardian(session: AsyncSession, guardian_id: UUID, dependant_id: UUID, now: datetime) -> None:
    """Make a resident another's guardian."""
    await session.execute(select(ResidentRow.id).where(ResidentRow.id == guardian_id).with_for_update())
    if len(await in_guardianship(session, guardian_id)) >= DEPENDANTS_MAX:
        raise TooManyDependants(f"at most {DEPENDANTS_MAX}")
    await session.execute(insert(GuardianRow).values(guardian_id=guardian_id, dependant_id=dependant_id, since=now))


async def guardianship_for_update(session: AsyncSession, guardian_id: UUID, dependant_id: UUID) -> GuardianRow:
    """A guardianship that has not been ended, locked."""
    guardianship = await session.get(GuardianRow, (guardian_id, dependant_id), with_for_update=True)
    if guardianship is None or guardianship.ended_at is not None:
        raise NotFound("there is no such guardianship", "resident_id")
    return guardianship


async def guardianships_of_born_until(
    session: AsyncSession, day: date, most: int
) -> Sequence[tuple[GuardianRow, date]]:
    """Guardianships that have not ended, of dependants born by a day, with their birth dates; locked. What another
    process has locked is left to it."""
    rows = await session.execute(
        select(GuardianRow, col(ResidentRow.birth_date))
        .join(ResidentRow, col(GuardianRow.dependant_id) == col(ResidentRow.id))
        .where(col(GuardianRow.ended_at).is_(None), col(ResidentRow.birth_date) <= day)
        .limit(most)
        .with_for_update(of=GuardianRow, skip_locked=True)
    )
    return [(guardianship, birth_date) for guardianship, birth_date in rows]


async def in_guardianship(
    session: AsyncSession, guardian_id: UUID, born_after: date | None = None
) -> Sequence[ResidentRow]:
    """Whom somebody was made guardian of, until it was ended; all of them, or those who were born after a day: minors
    were born after `City.adults_born_until`."""
    query = select(ResidentRow).join(GuardianRow, col(GuardianRow.dependant_id) == col(ResidentRow.id))
    query = query.where(GuardianRow.guardian_id == guardian_id, col(GuardianRow.ended_at).is_(None))
    if born_after is not None:
        query = query.where(col(ResidentRow.birth_date) > born_after)
    return (await session.scalars(query.order_by(col(ResidentRow.id)))).all()


async def guardian_names(session: AsyncSession, dependant_id: UUID) -> Sequence[str]:
    """Who was made guardian of somebody, until it was ended, by name. The dependant may be of age by now."""
    names = await session.scalars(
        select(ResidentRow.name)
        .join(GuardianRow, col(GuardianRow.guardian_id) == col(ResidentRow.id))
        .where(GuardianRow.dependant_id == dependant_id, col(GuardianRow.ended_at).is_(None))
        .order_by(col(GuardianRow.since))
    )
    return names.all()


async def resident(session: AsyncSession, resident_id: UUID) -> ResidentRow | None:
    return await session.get(ResidentRow, resident_id)


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
    session: AsyncSession, institution_id: UUID, before: tuple[datetime, UUID] | None, limit: int, *, ended: bool
) -> Sequence[PractitionerRow]:
    """Who practises at an institution, the latest first, and who did where `ended` says so; fetches limit + 1."""
    query = select(PractitionerRow).where(PractitionerRow.institution_id == institution_id)
    if not ended:
        query = query.where(col(PractitionerRow.ended_at).is_(None))
    if before is not None:
        query = query.where(func.row(col(PractitionerRow.registered_at), col(PractitionerRow.id)) < func.row(*before))
    order = (col(PractitionerRow.registered_at).desc(), col(PractitionerRow.id).desc())
    return (await session.scalars(query.order_by(*order).limit(limit + 1))).all()


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
