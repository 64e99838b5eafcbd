"""Registering: residents, their dependants, institutions, practitioners."""

from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.outbox import publish
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession

from identity import domain, events, store
from identity.commands import access
from identity.domain import OfAge, Role
from identity.tables import AccountRow, GuardianRow, InstitutionRow, PractitionerRow, ResidentRow

ENDED_AT_ONCE_MAX = 500


async def register_resident(
    session: AsyncSession,
    *,
    login: str,
    password_hash: str,
    name: str,
    birth_date: str,
    address: str,
    city: City,
    now: datetime,
) -> ResidentRow:
    resident = _resident(name, birth_date, city, now)
    session.add(resident)
    await session.flush()
    account = AccountRow(
        login=texts.login(login),
        password_hash=password_hash,
        role=Role.RESIDENT,
        subject_id=resident.id,
        name=resident.name,
        created_at=now,
    )
    await store.add_account(session, account)
    await store.put_known_address(session, resident.id, domain.network(address), now)
    publish(session, events.resident_registered(resident.id), resident.id)
    return resident


async def add_dependant(
    session: AsyncSession, *, guardian_id: UUID, name: str, birth_date: str, city: City, now: datetime
) -> ResidentRow:
    """Register a minor for whom the guardian acts until they come of age."""
    dependant = _resident(name, birth_date, city, now)
    if now >= city.of_age_at(dependant.birth_date):
        raise OfAge(f"who is {city.majority_years} or older registers for themselves", "birth_date")
    session.add(dependant)
    await session.flush()
    await store.add_guardian(session, guardian_id, dependant.id, now)
    publish(session, events.resident_registered(dependant.id, [guardian_id]), dependant.id)
    return dependant


async def end_guardianship(
    session: AsyncSession, *, guardian_id: UUID, dependant_id: UUID, by: UUID, reason: str, now: datetime
) -> GuardianRow:
    """End a guardianship. The guardian's sessions end with it, since their tokens name the dependant."""
    guardianship = await store.guardianship_for_update(session, guardian_id, dependant_id)
    guardianship.ended_at, guardianship.ended_by, guardianship.ended_because = now, by, reason
    await access.end_sessions_of(session, guardian_id)
    publish(session, events.guardianship_ended(guardianship), dependant_id)
    return guardianship


async def end_guardianships_of_adults(session: AsyncSession, *, city: City, now: datetime) -> int:
    """End the guardianships of those who came of age; returns how many, at most so many at once. Guardians' sessions go
    on: their tokens say from when they act for somebody no longer."""
    of_adults = await store.guardianships_of_born_until(session, city.adults_born_until(now), ENDED_AT_ONCE_MAX)
    for guardianship, birth_date in of_adults:
        guardianship.ended_at = city.of_age_at(birth_date)
        publish(session, events.guardianship_ended(guardianship), guardianship.dependant_id)
    return len(of_adults)


def _resident(name: str, birth_date: str, city: City, now: datetime) -> ResidentRow:
    return ResidentRow(
        id=new_id(),
        name=texts.name(name),
        birth_date=domain.birth_date(birth_date, city.today(now)),
        health_code_id=new_id(),
        registered_at=now,
    )


async def register_institution(
    session: AsyncSession,
    *,
    name: dict[str, str],
    locales: list[str],
    login: str,
    password_hash: str,
    staff_name: str,
    address: str,
    now: datetime,
) -> InstitutionRow:
    institution = InstitutionRow(
        id=new_id(), name=texts.localized(name, locales, "name", texts.name, texts.NAME_LENGTH_MAX), registered_at=now
    )
    session.add(institution)
    await session.flush()
    staff = AccountRow(
        login=texts.login(login),
        password_hash=password_hash,
        role=Role.PARTNER,
        subject_id=new_id(),
        institution_id=institution.id,
        name=texts.name(staff_name, "staff_name"),
        created_at=now,
    )
    await store.add_account(session, staff)
    await store.put_known_address(session, staff.subject_id, domain.network(address), now)
    publish(session, events.institution_registered(institution), institution.id)
    return institution


async def register_practitioner(
    session: AsyncSession,
    *,
    institution_id: UUID,
    login: str,
    password_hash: str,
    name: str,
    licence_number: str,
    title: str,
    now: datetime,
) -> PractitionerRow:
    practitioner = PractitionerRow(
        id=new_id(),
        institution_id=institution_id,
        name=texts.name(name),
        licence_number=domain.licence(licence_number),
        title=texts.name(title, "title"),
        registered_at=now,
    )
    await store.add_practitioner(session, practitioner)
    account = AccountRow(
        login=texts.login(login),
        password_hash=password_hash,
        role=Role.PRACTITIONER,
        subject_id=practitioner.id,
        institution_id=institution_id,
        name=practitioner.name,
        created_at=now,
    )
    await store.add_account(session, account)
    publish(session, events.practitioner_registered(practitioner), practitioner.id)
    return practitioner
