"""Registering: residents, their dependants, institutions, practitioners."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis import texts
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import NotFound, TooManyTries
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession

from identity import events, store
from identity.commands import access, guardianships, licences
from identity.commands.passwords import count_try
from identity.domain.access import OF_BIRTH, network_of
from identity.domain.accounts import all_duties
from identity.domain.people import Role, check_minor, parse_birth_date, parse_licence
from identity.hashing import Lane, Passwords
from identity.registers.port import CheckedLicence
from identity.tables import AccountRow, InstitutionRow, PractitionerRow, ResidentRow


def new_resident(name: str, birth_date: str, city: City, now: datetime) -> ResidentRow:
    """A resident who is not stored yet. Refuses a name or birth date that nobody can have."""
    return ResidentRow(
        id=new_id(),
        name=texts.name(name),
        birth_date=parse_birth_date(birth_date, city.today(now)),
        health_code_id=new_id(),
        registered_at=now,
    )


async def register_resident(
    session: AsyncSession,
    *,
    login: str,
    password_hash: str,
    name: str,
    birth_date: str,
    address: str,
    city: City,
    awaits_code: bool = False,
    now: datetime,
) -> ResidentRow:
    resident = new_resident(name, birth_date, city, now)
    resident.awaits_code = awaits_code
    session.add(resident)
    await session.flush()
    account = AccountRow(
        login=texts.login(login),
        password_hash=password_hash,
        role=Role.RESIDENT,
        subject_id=resident.id,
        name=resident.name,
        created_at=now,
        awaits_code=awaits_code,
    )
    await store.accounts.add_account(session, account)
    await store.access.put_known_address(session, resident.id, network_of(address), now)
    if not awaits_code:
        publish(session, events.resident_registered(resident.id), resident.id)
    return resident


async def add_dependant(
    session: AsyncSession, *, guardian_id: UUID, name: str, birth_date: str, city: City, now: datetime
) -> ResidentRow:
    """Register a minor for whom the guardian acts until they come of age."""
    dependant = new_resident(name, birth_date, city, now)
    check_minor(dependant.birth_date, city, now)
    session.add(dependant)
    await session.flush()
    await guardianships.register(session, guardian_id=guardian_id, dependant=dependant, city=city, now=now)
    publish(session, events.resident_registered(dependant.id, [guardian_id]), dependant.id)
    return dependant


async def register_institution(
    session: AsyncSession,
    *,
    name: dict[str, str],
    locales: list[str],
    login: str,
    password_hash: str,
    staff_name: str,
    address: str,
    awaits_code: bool = False,
    now: datetime,
) -> tuple[InstitutionRow, UUID]:
    """The institution, and whose id its first member of staff has."""
    institution = InstitutionRow(
        id=new_id(),
        name=texts.localized(name, locales, "name", texts.name, texts.NAME_LENGTH_MAX),
        registered_at=now,
        awaits_code=awaits_code,
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
        duties=all_duties(Role.PARTNER),
        awaits_code=awaits_code,
    )
    await store.accounts.add_account(session, staff)
    await store.access.put_known_address(session, staff.subject_id, network_of(address), now)
    if not awaits_code:
        publish(session, events.institution_registered(institution), institution.id)
    return institution, staff.subject_id


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
    confirmed: CheckedLicence | None = None,
    recheck: timedelta = timedelta(days=1),
) -> PractitionerRow:
    """Register a practitioner, whose licence the register has confirmed, or is asked about later."""
    practitioner = PractitionerRow(
        id=new_id(),
        institution_id=institution_id,
        name=texts.name(name),
        licence_number=parse_licence(licence_number),
        title=texts.name(title, "title"),
        registered_at=now,
    )
    await store.people.add_practitioner(session, practitioner)
    account = AccountRow(
        login=texts.login(login),
        password_hash=password_hash,
        role=Role.PRACTITIONER,
        subject_id=practitioner.id,
        institution_id=institution_id,
        name=practitioner.name,
        created_at=now,
    )
    await store.accounts.add_account(session, account)
    publish(session, events.practitioner_registered(practitioner), practitioner.id)
    if confirmed is not None:
        await licences.keep(session, practitioner.id, confirmed, recheck, now)
    return practitioner


async def end_practitioner_registration(
    session: AsyncSession, *, practitioner_id: UUID, institution_id: UUID | None, by: UUID, reason: str, now: datetime
) -> PractitionerRow:
    """End a practitioner's registration at an institution; for None, wherever it is. Their sessions end, their login is
    deleted and their licence number is free. One that has ended stays as it is."""
    practitioner = await store.people.practitioner_for_update(session, practitioner_id)
    if practitioner is None or institution_id not in (None, practitioner.institution_id):
        raise NotFound("the institution has no such practitioner", "practitioner_id")
    if practitioner.ended_at is not None:
        return practitioner
    practitioner.ended_at, practitioner.ended_by, practitioner.ended_because = now, by, reason
    practitioner.former_licence_number, practitioner.licence_number = practitioner.licence_number, None
    await access.end_sessions_of(session, practitioner_id)
    await store.accounts.delete_account_of(session, practitioner_id)
    publish(session, events.practitioner_registration_ended(practitioner), practitioner.id)
    return practitioner


async def check_birth(
    database: Database,
    passwords: Passwords,
    *,
    day: date,
    resident_id: UUID,
    institution_id: UUID,
    address: str,
) -> bool:
    """Was a resident born by a day? So is one nobody knows of. A no is counted, so that an institution cannot find the
    birthday by asking on; raises `TooManyTries`."""
    async with database.transaction() as session:
        resident = await store.people.resident(session, resident_id)
    born = resident is None or resident.birth_date <= day
    if not born:
        about = f"{institution_id} {resident_id}"
        await count_try(database, passwords, OF_BIRTH, about, address=address, lane=Lane.STRANGER)
    return born


@dataclass(frozen=True, slots=True)
class PersonCheck:
    """What records is told of a resident."""

    proven: bool
    born: bool  # by the day that was asked about


async def check_people(
    database: Database,
    passwords: Passwords,
    *,
    days: Mapping[UUID, date],
    institution_id: UUID,
    address: str,
) -> Mapping[UUID, PersonCheck]:
    """Is it proven who these are, and were they born by these days? So is one nobody knows of. Each no is counted, as
    if it had been asked for alone; after too many it is a no still."""
    async with database.transaction() as session:
        residents = await store.people.residents(session, list(days))
        proven = await store.proofs.proven_at(session, list(days))
    births = {resident.id: resident.birth_date for resident in residents}
    checks = {
        person: PersonCheck(proven=person in proven, born=person not in births or births[person] <= day)
        for person, day in days.items()
    }
    for person, check in checks.items():
        if not check.born:
            with contextlib.suppress(TooManyTries):
                about = f"{institution_id} {person}"
                await count_try(database, passwords, OF_BIRTH, about, address=address, lane=Lane.STRANGER)
    return checks
