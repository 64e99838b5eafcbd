"""Between cities: redeeming codes of others, answering others about ours, and the list of those that are trusted."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from chassis import pages, telemetry
from chassis.api import Call
from chassis.ids import parse_id
from chassis.outbox import Cause
from chassis.refusals import NotFound
from chassis.wire import moment, put_moment, timestamp
from city_pack import trust
from city_pack.pack import Trust
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import LocalizedText
from yima.identity.v1 import cities_pb2 as pb

from identity import store
from identity.api.served import Resources, api
from identity.commands import cities as commands
from identity.commands.cities import BetweenCities
from identity.domain import cities, codes
from identity.domain.cities import Visitor
from identity.domain.scans import scanning
from identity.tables import TrustListProposalRow

NEWEST_FIRST = pages.keyset(datetime, UUID)


@api.serves_once
async def redeem_foreign_code(request: pb.RedeemForeignCodeRequest, call: Call[Resources]) -> pb.ForeignScan:
    """The code says itself that it is honoured once: who asks again, since the answer was lost, gets the same scan."""
    database, between = call.resources.database, call.resources.between
    scanned_at = moment(request.scanned_at) if request.HasField("scanned_at") else None
    how = scanning(scanned_at, request.app, request.place)
    practitioner_id = UUID(call.principal.subject_id)
    code = await commands.verify_foreign(
        database, between, text=request.text, practitioner_id=practitioner_id, scanning=how
    )
    answer = await commands.ask_home(database, between, code, request.text, how)
    async with database.transaction() as session:
        row = await commands.keep_foreign_scan(session, between, code, answer, how, database.now())
    return pb.ForeignScan(
        id=str(row.id),
        city=row.city,
        practitioner_id=str(row.practitioner_id),
        partner_id=str(row.institution_id),
        scanned_at=timestamp(row.scanned_at),
        late=row.late,
        receipt=row.receipt,
        person=pb.ForeignPerson(
            name=answer.visitor.name, birth_year=answer.visitor.birth_year, proven=answer.visitor.proven
        ),
    )


@api.serves
async def list_foreign_scans(request: pb.ListForeignScansRequest, call: Call[Resources]) -> pb.ForeignScanPage:
    part, caller = NEWEST_FIRST.part(request.page), call.principal
    institution_id = parse_id(request.partner_id, "partner_id") if request.partner_id else None
    if not caller.supervises:
        own = UUID(caller.partner_id)
        if institution_id not in (None, own):
            raise NotFound("there is no such institution", "partner_id")
        institution_id = own
    scans, page = part.cut(
        await store.cities.foreign_scans(
            call.session,
            institution_id=institution_id,
            practitioner_id=UUID(caller.subject_id) if caller.role == Role.ROLE_PRACTITIONER else None,
            part=part,
        ),
        lambda scan: (scan[0].scanned_at, scan[0].id),
    )
    return pb.ForeignScanPage(
        scans=[foreign_scan_message(scan) for scan in scans],
        page=page,
    )


def foreign_scan_message(scan: store.cities.NamedForeignScan) -> pb.ForeignScanEntry:
    row, practitioner, institution = scan
    return pb.ForeignScanEntry(
        scan_id=str(row.id),
        city=row.city,
        practitioner_id=str(practitioner.id),
        practitioner_name=practitioner.name,
        practitioner_title=practitioner.title,
        partner_id=str(institution.id),
        partner_name=LocalizedText(text=institution.name),
        scanned_at=timestamp(row.scanned_at),
        received_at=timestamp(row.received_at),
        late=row.late,
        app=row.app,
        place=row.place,
        receipt=row.receipt,
    )


@api.serves_once
async def redeem_for_city(request: pb.RedeemForCityRequest, call: Call[Resources]) -> pb.CityAnswer:
    """Each request is good once; a city that asks again for the same scan sends another."""
    database, between = call.resources.database, call.resources.between
    city_request = await commands.take_request(database, between, request.request)
    claims = codes.read(city_request.text, call.resources.codes, call.resources.city)
    redemption = await call.resources.redeeming.submit(
        commands.presentation(city_request, claims, Cause(None, telemetry.traceparent()))
    )
    scan, resident, own, now = redemption.scan, redemption.resident, between.pack.name, database.now()
    receipt = trust.signed(
        between.own_key.private,
        cities.RECEIPT,
        cities.receipt_claims(
            own=own, request=city_request, scan_id=scan.id, scanned_at=scan.scanned_at, late=scan.late, now=now
        ),
    )
    visitor = Visitor(resident.name, resident.birth_date.year, resident.proven)
    answer = cities.answer_claims(own=own, request=city_request, receipt=receipt, visitor=visitor, now=now)
    return pb.CityAnswer(answer=trust.signed(between.own_key.private, cities.ANSWER, answer))


@api.serves_without_transaction
async def get_city_keys(request: pb.GetCityKeysRequest, call: Call[Resources]) -> pb.CityKeys:
    claims = cities.statement_claims(call.resources.city, call.resources.codes.verifying, call.now)
    return pb.CityKeys(statement=trust.signed(call.resources.between.own_key.private, cities.STATEMENT, claims))


@api.serves
async def get_trust_list(request: pb.GetTrustListRequest, call: Call[Resources]) -> pb.TrustList:
    return await list_message(call)


@api.serves
async def put_trust_list(request: pb.PutTrustListRequest, call: Call[Resources]) -> pb.TrustList:
    await commands.propose_list(
        call.session,
        pack=call.resources.pack,
        document=request.document.strip(),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return await list_message(call)


@api.serves
async def decide_trust_list(request: pb.DecideTrustListRequest, call: Call[Resources]) -> pb.TrustList:
    await commands.decide_list(
        call.session,
        pack=call.resources.pack,
        sequence=request.sequence,
        approved=request.approved,
        reason=request.reason,
        by=call.principal,
        now=call.now,
    )
    return await list_message(call)


async def list_message(call: Call[Resources]) -> pb.TrustList:
    """The newest list, in force or not, with what its cities said of their keys."""
    pack, between = call.resources.pack, call.resources.between
    known = await commands.newest_list(call.session, pack)
    message = pb.TrustList(own_key=own_key(between))
    if pack.trust is not None:
        message.authority = pack.trust.authority
        message.authority_keys.extend(pb.TrustKey(kid=key.kid, x=key.x) for key in pack.trust.keys)
        waiting = await store.cities.proposed_list(call.session, pack.trust.authority)
        if waiting is not None and call.principal.supervises:
            message.proposed.CopyFrom(proposed_message(pack.trust, waiting))
    if known is None:
        return message
    message.sequence, message.document = known.sequence, known.document
    put_moment(message.issued_at, known.issued_at)
    put_moment(message.expires_at, known.expires_at)
    message.in_force = call.now < known.expires_at
    statements = {row.city: row.statement for row in await store.cities.statements(call.session)}
    for city in known.cities.values():
        shown = message.cities.add(name=city.name, url=city.url)
        if statement := statements.get(city.name):  # it was verified when it came, and is by whoever goes by it
            shown.statement = statement
            put_moment(shown.keys_until, trust.moment(trust.claims_said(statement).get("exp")))
    return message


def proposed_message(authority: Trust, row: TrustListProposalRow) -> pb.ProposedTrustList:
    """A list that waits for a decision. It was genuine when it was proposed; the authority may have another key
    by now."""
    message = pb.ProposedTrustList(
        sequence=row.sequence,
        document=row.document,
        proposed_by_id=str(row.proposed_by),
        proposed_at=timestamp(row.proposed_at),
    )
    with suppress(trust.NotGenuine):
        trust_list = authority.read(row.document)
        put_moment(message.issued_at, trust_list.issued_at)
        put_moment(message.expires_at, trust_list.expires_at)
        message.cities.extend(trust_list.cities)
    return message


def own_key(between: BetweenCities) -> pb.TrustKey | None:
    return None if between.key is None else pb.TrustKey(kid=between.key.kid, x=between.key.x)
