"""Who is registered: residents, their dependants, institutions, practitioners."""

from uuid import UUID

from chassis import moments, texts
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import LocalizedText
from yima.identity.v1 import api_pb2 as pb

from identity import domain, store
from identity.api.served import Resources, api, count_try
from identity.commands import registering
from identity.passwords import Lane
from identity.tables import InstitutionRow, PractitionerRow, ResidentRow

INSTITUTIONS_MAX = 200  # shown at once


async def hashed(call: Call[Resources], password: str, *about: str) -> str:
    """The hash of a password for a new account. How often one address, or one institution, may ask for an account is
    bound: that is also how often it may learn that a login is taken."""
    whose = call.principal.partner_id or domain.network(call.address)
    if whose:
        await count_try(call, call.resources.registrations, whose, Lane.REGISTRATION)
    chosen = domain.new_password(password, [*about, call.resources.city, "yima"])
    async with call.resources.passwords.admitted(call.address, Lane.REGISTRATION) as lane:
        return await call.resources.passwords.hash(chosen, lane)


async def resident_password(request: pb.RegisterResidentRequest, call: Call[Resources]) -> str:
    texts.login(request.login)
    texts.name(request.name)
    domain.birth_date(request.birth_date, call.resources.pack.today(call.now))
    return await hashed(call, request.password, request.login, request.name, request.birth_date)


@api.serves_after(resident_password)
async def register_resident(request: pb.RegisterResidentRequest, call: Call[Resources]) -> pb.Resident:
    resident = await registering.register_resident(
        call.session,
        login=request.login,
        password_hash=call.prepared,
        name=request.name,
        birth_date=request.birth_date,
        address=call.address,
        city=call.resources.pack,
        now=call.now,
    )
    return resident_message(resident)


@api.serves
async def add_dependant(request: pb.AddDependantRequest, call: Call[Resources]) -> pb.Resident:
    guardian = UUID(call.principal.subject_id)
    dependant = await registering.add_dependant(
        call.session,
        guardian_id=guardian,
        name=request.name,
        birth_date=request.birth_date,
        city=call.resources.pack,
        now=call.now,
    )
    return resident_message(dependant, guardian)


@api.serves
async def end_guardianship(request: pb.EndGuardianshipRequest, call: Call[Resources]) -> pb.Guardianship:
    by = UUID(call.principal.subject_id)
    own = call.principal.role == Role.ROLE_RESIDENT
    if own and request.guardian_id not in ("", str(by)):
        raise NotFound("there is no such guardianship", "guardian_id")
    ended = await registering.end_guardianship(
        call.session,
        guardian_id=by if own else parse_id(request.guardian_id, "guardian_id"),
        dependant_id=parse_id(request.resident_id, "resident_id"),
        by=by,
        reason=texts.reason(request.reason) if request.reason.strip() else "",
        now=call.now,
    )
    return pb.Guardianship(
        guardian_id=str(ended.guardian_id), resident_id=str(ended.dependant_id), ended_at=timestamp(ended.ended_at)
    )


async def minors(call: Call[Resources], guardian_id: UUID) -> list[ResidentRow]:
    """Whom somebody acts for now."""
    found = await store.in_guardianship(call.session, guardian_id)
    return [one for one in found if call.now < call.resources.pack.of_age_at(one.birth_date)]


@api.serves
async def get_institutions(request: pb.GetInstitutionsRequest, call: Call[Resources]) -> pb.Institutions:
    if len(request.institution_ids) > INSTITUTIONS_MAX:
        raise Invalid("institution_ids", f"at most {INSTITUTIONS_MAX}")
    ids = [parse_id(one, f"institution_ids[{index}]") for index, one in enumerate(request.institution_ids)]
    found = await store.institutions(call.session, ids)
    return pb.Institutions(institutions=[institution_message(one) for one in found])


async def institution_password(request: pb.RegisterInstitutionRequest, call: Call[Resources]) -> str:
    texts.login(request.login)
    names = texts.localized(request.name.text, call.resources.locales, "name", texts.name, texts.NAME_LENGTH_MAX)
    texts.name(request.staff_name, "staff_name")
    return await hashed(call, request.password, request.login, request.staff_name, *names.values())


@api.serves_after(institution_password)
async def register_institution(request: pb.RegisterInstitutionRequest, call: Call[Resources]) -> pb.Institution:
    institution = await registering.register_institution(
        call.session,
        name=dict(request.name.text),
        locales=call.resources.locales,
        login=request.login,
        password_hash=call.prepared,
        staff_name=request.staff_name,
        address=call.address,
        now=call.now,
    )
    return institution_message(institution)


async def practitioner_password(request: pb.RegisterPractitionerRequest, call: Call[Resources]) -> str:
    texts.login(request.login)
    texts.name(request.name)
    domain.licence(request.licence_number)
    return await hashed(call, request.password, request.login, request.name, request.licence_number)


@api.serves_after(practitioner_password)
async def register_practitioner(request: pb.RegisterPractitionerRequest, call: Call[Resources]) -> pb.Practitioner:
    practitioner = await registering.register_practitioner(
        call.session,
        institution_id=UUID(call.principal.partner_id),
        login=request.login,
        password_hash=call.prepared,
        name=request.name,
        licence_number=request.licence_number,
        title=request.title,
        now=call.now,
    )
    return practitioner_message(practitioner)


@api.serves
async def get_me(request: pb.GetMeRequest, call: Call[Resources]) -> pb.Me:
    caller = call.principal
    me = pb.Me(subject_id=caller.subject_id, role=caller.role)
    subject_id = UUID(caller.subject_id)
    if (resident := await store.resident(call.session, subject_id)) is not None:
        me.resident.CopyFrom(resident_message(resident))
        dependants = await minors(call, subject_id)
        me.dependants.extend(resident_message(dependant, subject_id) for dependant in dependants)
    elif (practitioner := await store.practitioner(call.session, subject_id)) is not None:
        me.practitioner.CopyFrom(practitioner_message(practitioner))
    if (
        caller.partner_id
        and (institution := await store.institution(call.session, UUID(caller.partner_id))) is not None
    ):
        me.institution.CopyFrom(institution_message(institution))
    return me


@api.serves
async def get_birth_dates(request: pb.GetBirthDatesRequest, call: Call[Resources]) -> pb.BirthDates:
    subject_id = UUID(call.principal.subject_id)
    own = await store.resident(call.session, subject_id)
    dependants = await minors(call, subject_id)
    residents = [one for one in (own, *dependants) if one is not None]
    return pb.BirthDates(
        residents=[pb.BirthDate(resident_id=str(one.id), date=one.birth_date.isoformat()) for one in residents]
    )


@api.serves_without_transaction
async def check_birth(request: pb.CheckBirthRequest, call: Call[Resources]) -> pb.BirthCheck:
    day = moments.parse_day(request.day, "day")
    resident_id = parse_id(request.resident_id, "resident_id")
    async with call.resources.database.transaction() as session:
        resident = await store.resident(session, resident_id)
    born = resident is None or resident.birth_date <= day
    if not born:
        await count_try(call, domain.OF_BIRTH, f"{call.principal.partner_id} {resident_id}", Lane.STRANGER)
    return pb.BirthCheck(born=born)


def resident_message(resident: ResidentRow, *guardians: UUID) -> pb.Resident:
    return pb.Resident(
        id=str(resident.id),
        name=resident.name,
        birth_date=resident.birth_date.isoformat(),
        health_code_id=str(resident.health_code_id),
        guardian_ids=[str(guardian) for guardian in guardians],
    )


def institution_message(institution: InstitutionRow) -> pb.Institution:
    return pb.Institution(id=str(institution.id), name=LocalizedText(text=institution.name))


def practitioner_message(practitioner: PractitionerRow) -> pb.Practitioner:
    return pb.Practitioner(
        id=str(practitioner.id),
        institution_id=str(practitioner.institution_id),
        name=practitioner.name,
        licence_number=practitioner.licence_number,
        title=practitioner.title,
    )
