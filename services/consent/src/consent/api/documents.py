"""Consents as FHIR documents over HTTP."""

import orjson
from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import NotFound
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as pb

from consent.api.consents import artefact_status, asked_of_residents, request_message
from consent.api.served import Resources, api, visible_residents
from consent.commands import documents as commands
from consent.commands import receipts
from consent.commands.changes import log_looks
from consent.domain.access_log import AccessAct
from consent.domain.consents import NOT_THEIR_RESIDENT, Origin
from consent.domain.documents import Reader
from consent.store import consents
from consent.store.clock import database_now


@api.serves
async def export_consent(request: pb.ExportConsentRequest, call: Call[Resources]) -> pb.ConsentDocument:
    regulator = call.principal.role == Role.ROLE_REGULATOR
    residents = None if regulator else await visible_residents(call)
    consent_id = parse_id(request.consent_id, "consent_id")
    rows = await consents.artefacts_page(call.session, residents, None, None, consent_id, pages.beginning(1))
    if not rows:
        raise NotFound("there is no such consent", "consent_id")
    (artefact,) = rows
    looked_at = [str(artefact.resident_id)]
    await log_looks(call.session, call.principal, AccessAct.CONSENTS_SEEN, looked_at, await database_now(call.session))
    document = commands.document_of(artefact, await artefact_status(artefact, call), call.resources.city)
    receipt, _ = receipts.sign(document, call.resources.keys)
    return pb.ConsentDocument(resource=orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode(), receipt=receipt)


@api.serves
async def offer_consent(request: pb.OfferConsentRequest, call: Call[Resources]) -> pb.ConsentRequest:
    resident_id = parse_id(request.resident_id or call.principal.subject_id, "resident_id")
    if call.principal.role == Role.ROLE_RESIDENT and resident_id not in await visible_residents(call):
        raise NotFound(NOT_THEIR_RESIDENT, "resident_id")
    city, now = call.resources.city, await database_now(call.session)
    row = await commands.offer(
        call.session,
        resident_id=resident_id,
        terms=Reader(resident_id, city.sensitive, city.zone, now).read(request.consent),
        by=call.principal,
        city=city,
        now=now,
    )
    return request_message(row, now)


@api.serves
async def list_consent_offers(request: pb.ListConsentOffersRequest, call: Call[Resources]) -> pb.ConsentRequestPage:
    return await asked_of_residents(request, call, Origin.OFFER)
