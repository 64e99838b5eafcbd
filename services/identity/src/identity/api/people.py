"""Who is registered: residents, their dependants, institutions, practitioners."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from uuid import UUID

from chassis import moments, texts
from chassis.api import Call
from chassis.ids import new_id, parse_id
from chassis.questions import NotAnswered
from chassis.refusals import Invalid
from chassis.wire import timestamp
from city_pack.pack import City
from google.protobuf.timestamp_pb2 import Timestamp
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import LocalizedText
from yima.identity.v1 import api_pb2 as pb

from identity import store
from identity.api.contacts import contact_message
from identity.api.guardianships import acted_for
from identity.api.served import Resources, api
from identity.commands import contacts, passwords, people, proofs
from identity.commands.proofs import ConfirmedNumber
from identity.domain import licences
from identity.domain.access import network_of
from identity.domain.contacts import Purpose
from identity.domain.guardianships import Ward, acting_until
from identity.domain.licences import LicenceNotConfirmed
from identity.domain.people import LoginTaken, check_minor, parse_birth_date, parse_licence
from identity.domain.proofs import parse_identity_number
from identity.registers.port import CheckedLicence
from identity.tables import InstitutionRow, LicenceCheckRow, PractitionerRow, ResidentRow

INSTITUTIONS_MAX = 200  # shown at once
RESIDENTS_MAX = 500  # checked at once


async def hash_password(call: Call[Resources], password: str, *about: str) -> str:
    """The hash of a password for a new account, which is `about` somebody."""
    return await passwords.hash_for_account(
        call.resources.database,
        call.resources.passwords,
        password=password,
        about=about,
        asked_by=call.principal.partner_id or network_of(call.address),
        limit=call.resources.registrations,
        address=call.address,
        city=call.resources.city,
    )


async def confirm_number(
    call: Call[Resources], number: str, *, name: str, birth_date: date | None, person: str = ""
) -> ConfirmedNumber:
    """Have the register of people confirm that a number is this person's."""
    return await proofs.confirm_number(
        call.resources.database,
        call.resources.people_register,
        call.resources.number_key,
        number=number,
        name=name,
        birth_date=birth_date,
        person=person,
        address=call.address,
        districts=call.resources.pack.districts,
    )


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What takes long of a registration: the password's hash, and the number's confirmation where one was given."""

    password_hash: str
    confirmed: ConfirmedNumber | None


async def prepare_resident(request: pb.RegisterResidentRequest, call: Call[Resources]) -> Newcomer:
    texts.login(request.login)
    name = texts.name(request.name)
    born = parse_birth_date(request.birth_date, call.resources.pack.today(call.now))
    if request.identity_number:
        if call.resources.confirms_registrations:  # a number proves nobody who does not sign in yet
            raise Invalid("identity_number", "prove who you are once you have signed in")
        parse_identity_number(request.identity_number, born)
    about = [
        request.login,
        request.name,
        request.birth_date,
        *([request.identity_number] * bool(request.identity_number)),
    ]
    password_hash = await hash_password(call, request.password, *about)
    confirmed = None
    if request.identity_number:
        confirmed = await confirm_number(call, request.identity_number, name=name, birth_date=born)
    return Newcomer(password_hash, confirmed)


@api.serves_after(prepare_resident)
async def register_resident(request: pb.RegisterResidentRequest, call: Call[Resources]) -> pb.Resident:
    awaits_code = call.resources.confirms_registrations
    try:
        async with call.session.begin_nested():
            resident = await people.register_resident(
                call.session,
                login=request.login,
                password_hash=call.prepared.password_hash,
                name=request.name,
                birth_date=request.birth_date,
                address=call.address,
                city=call.resources.pack,
                awaits_code=awaits_code,
                now=call.now,
            )
            proven_at = await prove(call, resident.id, resident.id, call.prepared.confirmed)
            registered, subject_id = resident_message(resident, proven_at=proven_at), resident.id
    except LoginTaken:
        if not awaits_code:
            raise
        as_if = people.new_resident(request.name, request.birth_date, call.resources.pack, call.now)
        registered, subject_id = resident_message(as_if), None
    if awaits_code:
        until = send_code(call, request.login, UUID(registered.id), subject_id)
        registered.MergeFrom(pb.Resident(confirm_until=until))
    return registered


def send_code(call: Call[Resources], login: str, registered_id: UUID, subject_id: UUID | None) -> Timestamp | None:
    """Let a code be sent to who registered, or a word to who has the login already. Returns until when it is good."""
    code = contacts.request_code(
        call.session,
        purpose=Purpose.REGISTER,
        address=texts.login(login),
        subject_id=subject_id,
        now=call.now,
        code_id=registered_id,
    )
    return timestamp(code.expires_at)


async def prove(
    call: Call[Resources], resident_id: UUID, by: UUID, confirmed: ConfirmedNumber | None
) -> datetime | None:
    """Since when a resident who was just registered is proven; None where no number was given."""
    if confirmed is None:
        return None
    return await proofs.add_proof(call.session, resident_id=resident_id, confirmed=confirmed, by=by, now=call.now)


async def confirm_dependant(request: pb.AddDependantRequest, call: Call[Resources]) -> ConfirmedNumber | None:
    if not request.identity_number:
        return None
    name = texts.name(request.name)
    born = parse_birth_date(request.birth_date, call.resources.pack.today(call.now))
    check_minor(born, call.resources.pack, call.now)
    async with call.resources.database.transaction() as session:
        await proofs.check_guardian_proven(session, UUID(call.principal.subject_id))
    return await confirm_number(
        call, request.identity_number, name=name, birth_date=born, person=f"dependants of {call.principal.subject_id}"
    )


@api.serves_after(confirm_dependant)
async def add_dependant(request: pb.AddDependantRequest, call: Call[Resources]) -> pb.Resident:
    guardian_id = UUID(call.principal.subject_id)
    dependant = await people.add_dependant(
        call.session,
        guardian_id=guardian_id,
        name=request.name,
        birth_date=request.birth_date,
        city=call.resources.pack,
        now=call.now,
    )
    proven_at = await prove(call, dependant.id, guardian_id, call.prepared)
    return resident_message(dependant, guardian_id, proven_at=proven_at)


@api.serves
async def get_institutions(request: pb.GetInstitutionsRequest, call: Call[Resources]) -> pb.Institutions:
    if len(request.institution_ids) > INSTITUTIONS_MAX:
        raise Invalid("institution_ids", f"at most {INSTITUTIONS_MAX}")
    ids = [parse_id(text, f"institution_ids[{index}]") for index, text in enumerate(request.institution_ids)]
    institutions = await store.people.institutions(call.session, ids)
    return pb.Institutions(institutions=[institution_message(institution) for institution in institutions])


async def hash_for_staff(request: pb.RegisterInstitutionRequest, call: Call[Resources]) -> str:
    texts.login(request.login)
    names = texts.localized(request.name.text, call.resources.locales, "name", texts.name, texts.NAME_LENGTH_MAX)
    texts.name(request.staff_name, "staff_name")
    return await hash_password(call, request.password, request.login, request.staff_name, *names.values())


@api.serves_after(hash_for_staff)
async def register_institution(request: pb.RegisterInstitutionRequest, call: Call[Resources]) -> pb.Institution:
    awaits_code, subject_id = call.resources.confirms_registrations, None
    try:
        async with call.session.begin_nested():
            institution, subject_id = await people.register_institution(
                call.session,
                name=dict(request.name.text),
                locales=call.resources.locales,
                login=request.login,
                password_hash=call.prepared,
                staff_name=request.staff_name,
                address=call.address,
                awaits_code=awaits_code,
                now=call.now,
            )
            registered = institution_message(institution)
    except LoginTaken:
        if not awaits_code:
            raise
        names = texts.localized(
            dict(request.name.text), call.resources.locales, "name", texts.name, texts.NAME_LENGTH_MAX
        )
        registered = pb.Institution(id=str(new_id()), name=LocalizedText(text=names))
    if awaits_code:
        until = send_code(call, request.login, UUID(registered.id), subject_id)
        registered.MergeFrom(pb.Institution(confirm_until=until))
    return registered


@dataclass(frozen=True, slots=True)
class NewPractitioner:
    """What takes long of a registration: the password's hash, and what the register of licences says; None where it
    does not answer, and is asked later."""

    password_hash: str
    confirmed: CheckedLicence | None


async def prepare_practitioner(request: pb.RegisterPractitionerRequest, call: Call[Resources]) -> NewPractitioner:
    texts.login(request.login)
    name, licence = texts.name(request.name), parse_licence(request.licence_number)
    password_hash = await hash_password(call, request.password, request.login, request.name, request.licence_number)
    try:
        checked = await call.resources.licence_register.check_licence(name, licence)
    except NotAnswered:
        return NewPractitioner(password_hash, None)
    if not checked.confirmed:
        raise LicenceNotConfirmed("compare name and number with the licence", licences.FIELD)
    return NewPractitioner(password_hash, checked)


@api.serves_after(prepare_practitioner)
async def register_practitioner(request: pb.RegisterPractitionerRequest, call: Call[Resources]) -> pb.Practitioner:
    practitioner = await people.register_practitioner(
        call.session,
        institution_id=UUID(call.principal.partner_id),
        login=request.login,
        password_hash=call.prepared.password_hash,
        name=request.name,
        licence_number=request.licence_number,
        title=request.title,
        now=call.now,
        confirmed=call.prepared.confirmed,
        recheck=call.resources.recheck,
    )
    return await shown_practitioner(call, practitioner)


async def shown_practitioner(call: Call[Resources], practitioner: PractitionerRow) -> pb.Practitioner:
    checks = await store.licences.checks(call.session, [practitioner.id])
    return practitioner_message(practitioner, checks.get(practitioner.id))


@api.serves
async def end_practitioner_registration(
    request: pb.EndPractitionerRegistrationRequest, call: Call[Resources]
) -> pb.Practitioner:
    is_operator = call.principal.role == Role.ROLE_OPERATOR
    practitioner = await people.end_practitioner_registration(
        call.session,
        practitioner_id=parse_id(request.practitioner_id, "practitioner_id"),
        institution_id=None if is_operator else UUID(call.principal.partner_id),
        by=UUID(call.principal.subject_id),
        reason=texts.reason(request.reason) if request.reason.strip() else "",
        now=call.now,
    )
    return await shown_practitioner(call, practitioner)


@api.serves
async def get_me(request: pb.GetMeRequest, call: Call[Resources]) -> pb.Me:
    caller = call.principal
    subject_id = UUID(caller.subject_id)
    me = pb.Me(subject_id=caller.subject_id, role=caller.role, duties=sorted(caller.duties))
    me.contacts.extend(
        contact_message(contact) for contact in await store.contacts.contacts_of(call.session, subject_id)
    )
    if (resident := await store.people.resident(call.session, subject_id)) is not None:
        dependants = [each.dependant for each in await acted_for(call)]
        proven = await store.proofs.proven_at(call.session, [subject_id, *(dependant.id for dependant in dependants)])
        me.resident.CopyFrom(resident_message(resident, proven_at=proven.get(subject_id)))
        me.dependants.extend(
            resident_message(dependant, subject_id, proven_at=proven.get(dependant.id)) for dependant in dependants
        )
    elif (practitioner := await store.people.practitioner(call.session, subject_id)) is not None:
        me.practitioner.CopyFrom(await shown_practitioner(call, practitioner))
    if caller.partner_id:
        institution = await store.people.institution(call.session, UUID(caller.partner_id))
        if institution is not None:
            me.institution.CopyFrom(institution_message(institution))
    return me


@api.serves
async def get_birth_dates(request: pb.GetBirthDatesRequest, call: Call[Resources]) -> pb.BirthDates:
    subject_id = UUID(call.principal.subject_id)
    resident, city = await store.people.resident(call.session, subject_id), call.resources.pack
    acting = await acted_for(call)
    proven = await store.proofs.proven_at(call.session, [subject_id, *(each.dependant.id for each in acting)])
    own = [birth_date_message(resident, city, settled=subject_id in proven)] if resident is not None else []
    dependants = [
        birth_date_message(
            each.dependant,
            city,
            settled=each.dependant.id in proven,
            until=acting_until(Ward(each.guardianship.ward), each.guardianship.until, each.dependant.birth_date, city),
        )
        for each in acting
    ]
    return pb.BirthDates(residents=[*own, *dependants])


def lives_in(resident: ResidentRow, city: City) -> list[str]:
    """The district somebody lives in and what that lies in, as the city has it now; none: nobody has said it."""
    district = resident.district
    return city.districts.lineage(district) if district is not None and district in city.districts else []


def birth_date_message(
    resident: ResidentRow, city: City, *, settled: bool, until: datetime | None = None
) -> pb.BirthDate:
    return pb.BirthDate(
        resident_id=str(resident.id),
        date=resident.birth_date.isoformat(),
        acting_until=timestamp(until),
        settled=settled,
        sex=f"SEX_{resident.sex.upper()}" if resident.sex else None,
        districts=lives_in(resident, city),
    )


@api.serves_without_transaction
async def check_birth(request: pb.CheckBirthRequest, call: Call[Resources]) -> pb.BirthCheck:
    born = await people.check_birth(
        call.resources.database,
        call.resources.passwords,
        day=moments.parse_day(request.day, "day"),
        resident_id=parse_id(request.resident_id, "resident_id"),
        institution_id=UUID(call.principal.partner_id),
        address=call.address,
    )
    return pb.BirthCheck(born=born)


@api.serves_without_transaction
async def check_residents(request: pb.CheckResidentsRequest, call: Call[Resources]) -> pb.ResidentChecks:
    """Who sent the batch asks no more themselves: records says who they were."""
    if not 1 <= len(request.residents) <= RESIDENTS_MAX:
        raise Invalid("residents", f"must be 1 to {RESIDENTS_MAX}")
    claims = await call.resources.senders.receipt(request.sender, "collection", call.now.timestamp(), field="sender")
    days = {
        parse_id(resident.resident_id, f"residents[{index}].resident_id"): moments.parse_day(
            resident.day, f"residents[{index}].day"
        )
        for index, resident in enumerate(request.residents)
    }
    if len(days) < len(request.residents):
        raise Invalid("residents", "must be of different people")
    checks = await people.check_people(
        call.resources.database,
        call.resources.passwords,
        days=days,
        institution_id=UUID(claims["pid"]),
        address=call.address,
    )
    return pb.ResidentChecks(
        residents=[pb.ResidentCheck(proven=each.proven, born=each.born) for each in checks.values()]
    )


def resident_message(resident: ResidentRow, *guardian_ids: UUID, proven_at: datetime | None = None) -> pb.Resident:
    return pb.Resident(
        id=str(resident.id),
        name=resident.name,
        birth_date=resident.birth_date.isoformat(),
        health_code_id=str(resident.health_code_id),
        guardian_ids=[str(guardian_id) for guardian_id in guardian_ids],
        proven_at=timestamp(proven_at) if proven_at is not None else None,
        district=resident.district or "",
        district_source=f"DISTRICT_SOURCE_{resident.district_source.upper()}" if resident.district_source else None,
        district_said_at=timestamp(resident.district_said_at),
    )


def institution_message(institution: InstitutionRow) -> pb.Institution:
    return pb.Institution(id=str(institution.id), name=LocalizedText(text=institution.name))


def practitioner_message(practitioner: PractitionerRow, check: LicenceCheckRow | None) -> pb.Practitioner:
    name = check.state.upper() if check is not None else "UNSPECIFIED"
    state = cast(pb.LicenceState, pb.LicenceState.Value(f"LICENCE_STATE_{name}"))
    return pb.Practitioner(
        id=str(practitioner.id),
        institution_id=str(practitioner.institution_id),
        name=practitioner.name,
        licence_number=practitioner.licence_number or practitioner.former_licence_number or "",
        title=practitioner.title,
        ended_at=timestamp(practitioner.ended_at) if practitioner.ended_at is not None else None,
        licence_state=state,
        licence_checked_at=timestamp(check.checked_at) if check is not None and check.checked_at is not None else None,
    )
