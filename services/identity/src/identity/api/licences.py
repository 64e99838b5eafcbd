"""Practitioners' licences, and who practises at an institution."""

from datetime import datetime
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from yima.common.v1.route_pb2 import Role
from yima.identity.v1 import api_pb2 as pb

from identity.api.people import practitioner_message
from identity.api.served import Resources, api
from identity.commands import licences as commands
from identity.domain.proofs import RegisterAway
from identity.store import licences, people
from identity.store.licences import DueLicence

NEWEST_FIRST = pages.keyset(datetime, UUID)
AWAY_SECONDS = 30


@api.serves_once
async def check_licence(request: pb.CheckLicenceRequest, call: Call[Resources]) -> pb.Practitioner:
    """Asked twice, the register is asked twice: a key has nothing to keep from happening."""
    practitioner_id = parse_id(request.practitioner_id, "practitioner_id")
    database = call.resources.database
    async with database.transaction() as session:
        practitioner = await people.practitioner(session, practitioner_id)
    of_theirs = call.principal.role == Role.ROLE_OPERATOR or (
        practitioner is not None and str(practitioner.institution_id) == call.principal.partner_id
    )
    if practitioner is None or not of_theirs or practitioner.licence_number is None:
        raise NotFound("the institution has no such practitioner now", "practitioner_id")
    licence = DueLicence(practitioner_id, practitioner.name, practitioner.licence_number)
    answered = await commands.check(database, call.resources.licence_register, licence, call.resources.recheck)
    if not answered:
        raise RegisterAway("it is asked again by itself; nothing changes until it answers", AWAY_SECONDS)
    async with database.transaction() as session:
        return practitioner_message(practitioner, (await licences.checks(session, [practitioner_id]))[practitioner_id])


@api.serves
async def list_practitioners(request: pb.ListPractitionersRequest, call: Call[Resources]) -> pb.PractitionerPage:
    part = NEWEST_FIRST.part(request.page)
    if call.principal.role == Role.ROLE_PARTNER:
        if request.partner_id not in ("", call.principal.partner_id):
            raise NotFound("there is no such institution", "partner_id")
        institution_id = UUID(call.principal.partner_id)
    elif not request.partner_id:
        raise Invalid("partner_id", "say of which partner")
    else:
        institution_id = parse_id(request.partner_id, "partner_id")
    rows, page = part.cut(
        await people.practitioners_of(
            call.session,
            institution_id,
            part,
            ended=request.ended_too,
            practitioner_id=parse_id(request.practitioner_id, "practitioner_id") if request.practitioner_id else None,
        ),
        lambda row: (row.registered_at, row.id),
    )
    checks = await licences.checks(call.session, [row.id for row in rows])
    return pb.PractitionerPage(
        practitioners=[practitioner_message(row, checks.get(row.id)) for row in rows],
        page=page,
    )
