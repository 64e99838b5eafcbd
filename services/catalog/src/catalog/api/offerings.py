"""Service definitions and offerings over HTTP."""

from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from chassis.wire import moment
from yima.catalog.v1 import api_pb2 as pb
from yima.common.v1.route_pb2 import Role

from catalog.api.served import IDS_MAX, Resources, api
from catalog.commands import definitions as definition_commands
from catalog.commands import offerings as commands
from catalog.commands import pilots
from catalog.commands.terms import pilot_of
from catalog.domain.pilots import Pilot
from catalog.events import offering_message
from catalog.store import definitions, measures, offerings
from catalog.store import pilots as pilot_store


@api.serves
async def put_service_definition(
    request: pb.PutServiceDefinitionRequest, call: Call[Resources]
) -> pb.ServiceDefinition:
    request.definition.code = request.code
    return await definition_commands.put_definition(
        call.session, definition=request.definition, city=call.resources.city, now=call.now
    )


@api.serves
async def list_service_definitions(
    request: pb.ListServiceDefinitionsRequest, call: Call[Resources]
) -> pb.ServiceDefinitions:
    rows = await definitions.definitions(call.session, request.population)
    return pb.ServiceDefinitions(definitions=[pb.ServiceDefinition.FromString(row.message) for row in rows])


@api.serves
async def draft_offering(request: pb.DraftOfferingRequest, call: Call[Resources]) -> pb.Offering:
    aggregate = await commands.draft_offering(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        manifest=request.manifest,
        city=call.resources.city,
        now=call.now,
    )
    return offering_message(aggregate)


@api.serves
async def revise_offering(request: pb.ReviseOfferingRequest, call: Call[Resources]) -> pb.Offering:
    aggregate = await commands.revise_offering(
        call.session,
        offering_id=parse_id(request.offering_id, "offering_id"),
        partner_id=UUID(call.principal.partner_id),
        manifest=request.manifest,
        city=call.resources.city,
        now=call.now,
    )
    return offering_message(aggregate)


@api.serves
async def submit_offering(request: pb.SubmitOfferingRequest, call: Call[Resources]) -> pb.Offering:
    offering_id = parse_id(request.offering_id, "offering_id")
    partner_id = UUID(call.principal.partner_id)
    aggregate = await commands.submit_offering(
        call.session, offering_id=offering_id, partner_id=partner_id, city=call.resources.city, now=call.now
    )
    return offering_message(aggregate)


@api.serves
async def decide_review(request: pb.DecideReviewRequest, call: Call[Resources]) -> pb.Offering:
    aggregate = await commands.decide_review(
        call.session,
        offering_id=parse_id(request.offering_id, "offering_id"),
        looked_at=request.revision,
        approved=request.approved,
        reasons=request.reasons,
        by=UUID(call.principal.subject_id),
        city=call.resources.city,
        now=call.now,
        pilot=pilot_of(request.pilot) if request.HasField("pilot") else None,
    )
    return offering_message(aggregate, supervises=True)


@api.serves
async def widen_pilot(request: pb.WidenPilotRequest, call: Call[Resources]) -> pb.Offering:
    aggregate = await pilots.widen_pilot(
        call.session,
        offering_id=parse_id(request.offering_id, "offering_id"),
        to=Pilot(list(request.districts), moment(request.ends_at) if request.HasField("ends_at") else None),
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        city=call.resources.city,
        now=call.now,
    )
    return offering_message(aggregate, supervises=True)


@api.serves
async def end_pilot(request: pb.EndPilotRequest, call: Call[Resources]) -> pb.Offering:
    aggregate = await pilots.end_pilot(
        call.session,
        offering_id=parse_id(request.offering_id, "offering_id"),
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return offering_message(aggregate, supervises=True)


@api.serves
async def retire_offering(request: pb.RetireOfferingRequest, call: Call[Resources]) -> pb.Offering:
    own = call.principal.role == Role.ROLE_PARTNER
    aggregate = await commands.retire_offering(
        call.session,
        offering_id=parse_id(request.offering_id, "offering_id"),
        partner_id=UUID(call.principal.partner_id) if own else None,
        reason=request.reason,
    )
    return offering_message(aggregate)


@api.serves
async def get_partner_measures(request: pb.GetPartnerMeasuresRequest, call: Call[Resources]) -> pb.PartnerMeasuresList:
    if len(request.partner_ids) > IDS_MAX:
        raise Invalid("partner_ids", f"at most {IDS_MAX}")
    ids = [parse_id(partner_id, f"partner_ids[{index}]") for index, partner_id in enumerate(request.partner_ids)]
    rows = await measures.measures(call.session, ids)
    served = {str(row.partner_id): pb.PartnerMeasures.FromString(row.measures) for row in rows}
    for graded in await measures.quality(call.session, ids):
        partner = served.setdefault(str(graded.partner_id), pb.PartnerMeasures(partner_id=str(graded.partner_id)))
        partner.data_quality.ParseFromString(graded.grades)
    return pb.PartnerMeasuresList(partners=served.values())


@api.serves
async def get_offering(request: pb.GetOfferingRequest, call: Call[Resources]) -> pb.Offering:
    aggregates = await offerings.public(call.session, [parse_id(request.offering_id, "offering_id")])
    if not aggregates:
        raise NotFound("there is no such offering", "offering_id")
    return offering_message(aggregates[0])


@api.serves
async def get_offerings(request: pb.GetOfferingsRequest, call: Call[Resources]) -> pb.Offerings:
    if len(request.offering_ids) > IDS_MAX:
        raise Invalid("offering_ids", f"at most {IDS_MAX}")
    ids = [parse_id(offering_id, "offering_ids") for offering_id in request.offering_ids]
    return pb.Offerings(offerings=list(map(offering_message, await offerings.public(call.session, ids))))


@api.serves
async def list_partner_offerings(request: pb.ListPartnerOfferingsRequest, call: Call[Resources]) -> pb.OfferingPage:
    part = pages.by_id(request.page)
    partner_id = None if call.principal.supervises else UUID(call.principal.partner_id)
    status = pb.OfferingStatus.Name(request.status).removeprefix("OFFERING_STATUS_").lower() if request.status else None
    listed = (
        await pilot_store.page(call.session, partner_id, part)
        if request.pilots
        else await offerings.newest(call.session, partner_id, status, part)
    )
    aggregates, page = part.cut(listed, lambda each: pages.at_id(each.offering))
    messages = [offering_message(each, supervises=call.principal.supervises) for each in aggregates]
    return pb.OfferingPage(offerings=messages, page=page)
