"""The catalog over HTTP: decode, one call, encode. Routes and roles stand in the contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis import pages
from chassis.api import Api, Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from chassis.wire import moment
from city_pack.pack import City
from yima.catalog.v1 import api_pb2 as pb
from yima.common.v1.route_pb2 import Role
from yima.partners.v1.client import PartnersClient

from catalog.commands import definitions as definition_commands
from catalog.commands import offerings as commands
from catalog.commands import slots as slot_commands
from catalog.domain import search, terms
from catalog.domain.offerings import ReferenceTaken, RevisionChanged, StepRefused
from catalog.domain.slots import SLOTS_MAX, SkippedSlot, SlotsOverlap, SlotTime
from catalog.domain.standings import NotPermitted, OfferingFrozen, check_good_standing
from catalog.events import offering_message, slot_message
from catalog.store import definitions, measures, offerings, slots, standings
from catalog.store.offerings import Filter, OfferingAggregate

OFFERINGS_MAX = 200


@dataclass(frozen=True)
class Resources:
    """The city: its languages, currency and clock, and what its catalogue is sorted by; who knows what is frozen."""

    city: City
    partners: PartnersClient


async def in_good_standing(call: Call[Resources]) -> None:
    """Refuse a caller whose partner may not publish now, by the standing that the catalog knows."""
    check_good_standing(await standings.standing(call.session, UUID(call.principal.partner_id)), call.now)


api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["CatalogApi"],
    refusals={
        NotPermitted: 403,
        OfferingFrozen: 403,
        ReferenceTaken: 409,
        RevisionChanged: 409,
        SlotsOverlap: 409,
        StepRefused: 409,
    },
    standing=in_good_standing,
)


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
async def add_slots(request: pb.AddSlotsRequest, call: Call[Resources]) -> pb.Slots:
    rows = await slot_commands.add_slots(
        call.session,
        offering_id=parse_id(request.offering_id, "offering_id"),
        partner_id=UUID(call.principal.partner_id),
        slots=[
            SlotTime(moment(slot.interval.start), moment(slot.interval.end), slot.capacity) for slot in request.slots
        ],
        zone=call.resources.city.zone,
        now=call.now,
    )
    return pb.Slots(slots=[slot_message(row) for row in rows])


@api.serves
async def add_weekly_slots(request: pb.AddWeeklySlotsRequest, call: Call[Resources]) -> pb.Slots:
    zone = call.resources.city.zone
    coming, skipped = slot_commands.weekly_slots(request, zone, call.now)
    rows = await slot_commands.add_slots(
        call.session,
        offering_id=parse_id(request.offering_id, "offering_id"),
        partner_id=UUID(call.principal.partner_id),
        slots=coming,
        zone=zone,
        now=call.now,
        field="times",
    )
    return pb.Slots(slots=[slot_message(row) for row in rows], skipped=[skipped_message(slot) for slot in skipped])


@api.serves
async def get_partner_measures(request: pb.GetPartnerMeasuresRequest, call: Call[Resources]) -> pb.PartnerMeasuresList:
    if len(request.partner_ids) > OFFERINGS_MAX:
        raise Invalid("partner_ids", f"at most {OFFERINGS_MAX}")
    ids = [parse_id(partner_id, f"partner_ids[{index}]") for index, partner_id in enumerate(request.partner_ids)]
    rows = await measures.measures(call.session, ids)
    return pb.PartnerMeasuresList(partners=[pb.PartnerMeasures.FromString(row.measures) for row in rows])


@api.serves
async def withdraw_slots(request: pb.WithdrawSlotsRequest, call: Call[Resources]) -> pb.WithdrawnSlots:
    span = request.interval
    rows = await slot_commands.withdraw_slots(
        call.session,
        offering_id=parse_id(request.offering_id, "offering_id"),
        partner_id=UUID(call.principal.partner_id),
        ids=[parse_id(slot_id, f"slot_ids[{index}]") for index, slot_id in enumerate(request.slot_ids)],
        day=request.day,
        interval=(moment(span.start), moment(span.end)) if request.HasField("interval") else None,
        reason=request.reason,
        zone=call.resources.city.zone,
        now=call.now,
    )
    return pb.WithdrawnSlots(slots=[slot_message(row) for row in rows])


@api.serves
async def list_slots(request: pb.ListSlotsRequest, call: Call[Resources]) -> pb.Slots:
    offering_id = parse_id(request.offering_id, "offering_id")
    rows = await slots.coming_slots(call.session, offering_id, call.now, SLOTS_MAX)
    return pb.Slots(slots=[slot_message(row) for row in rows])


@api.serves
async def get_offering(request: pb.GetOfferingRequest, call: Call[Resources]) -> pb.Offering:
    aggregates = await offerings.public(call.session, [parse_id(request.offering_id, "offering_id")])
    if not aggregates:
        raise NotFound("there is no such offering", "offering_id")
    return offering_message(aggregates[0])


@api.serves
async def get_offerings(request: pb.GetOfferingsRequest, call: Call[Resources]) -> pb.Offerings:
    if len(request.offering_ids) > OFFERINGS_MAX:
        raise Invalid("offering_ids", f"at most {OFFERINGS_MAX}")
    ids = [parse_id(offering_id, "offering_ids") for offering_id in request.offering_ids]
    return pb.Offerings(offerings=list(map(offering_message, await offerings.public(call.session, ids))))


@api.serves
async def list_offerings(request: pb.ListOfferingsRequest, call: Call[Resources]) -> pb.OfferingPage:
    limit = pages.size(request.page)
    words = search.query(request.query)
    if request.query.strip() and not words:
        return pb.OfferingPage()  # a query without a word matches nothing
    city = call.resources.city
    narrowed = Filter(
        words=words,
        categories=terms.below(request.category, city.taxonomy, "category") if request.category else (),
        population=request.population,
        partner_id=parse_id(request.partner_id, "partner_id") if request.partner_id else None,
        districts=terms.around(request.district, city.districts, "district") if request.district else (),
        price_minor_max=request.price_minor_max,
        definition=request.definition,
    )
    aggregates = await offerings.listed(call.session, narrowed, pages.after_id(request.page), limit)
    cursors = [aggregate.revision.listed_as or aggregate.offering.id for aggregate in aggregates]
    return offering_page(aggregates, cursors, limit)


@api.serves
async def list_partner_offerings(request: pb.ListPartnerOfferingsRequest, call: Call[Resources]) -> pb.OfferingPage:
    limit = pages.size(request.page)
    partner_id = None if call.principal.supervises else UUID(call.principal.partner_id)
    status = pb.OfferingStatus.Name(request.status).removeprefix("OFFERING_STATUS_").lower() if request.status else None
    aggregates = await offerings.newest(call.session, partner_id, status, pages.after_id(request.page), limit)
    cursors = [aggregate.offering.id for aggregate in aggregates]
    return offering_page(aggregates, cursors, limit, supervises=call.principal.supervises)


def offering_page(
    aggregates: Sequence[OfferingAggregate], cursors: Sequence[UUID], limit: int, *, supervises: bool = False
) -> pb.OfferingPage:
    messages = [offering_message(aggregate, supervises=supervises) for aggregate in aggregates[:limit]]
    return pb.OfferingPage(offerings=messages, page=pages.info(cursors, limit))


def skipped_message(slot: SkippedSlot) -> pb.SkippedSlot:
    reason = f"SKIP_REASON_{slot.reason.upper()}"
    return pb.SkippedSlot(day=slot.day.isoformat(), time=f"{slot.at:%H:%M}", reason=reason)
