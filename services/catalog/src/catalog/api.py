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

from catalog import commands, domain, search, store
from catalog.domain import (
    NotPermitted,
    ReferenceTaken,
    RevisionChanged,
    SkippedSlot,
    SlotsOverlap,
    SlotTime,
    StepRefused,
)
from catalog.events import slot_message, to_message

OFFERINGS_MAX = 200


@dataclass(frozen=True)
class Resources:
    """The city: its languages, currency and clock, and what its catalogue is sorted by."""

    city: City


async def in_good_standing(call: Call[Resources]) -> None:
    """Refuse a caller whose partner may not publish now, as far as catalog has heard."""
    domain.check_good_standing(await store.standing(call.session, UUID(call.principal.partner_id)), call.now)


api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["CatalogApi"],
    refusals={NotPermitted: 403, ReferenceTaken: 409, RevisionChanged: 409, SlotsOverlap: 409, StepRefused: 409},
    standing=in_good_standing,
)


@api.serves
async def put_service_definition(
    request: pb.PutServiceDefinitionRequest, call: Call[Resources]
) -> pb.ServiceDefinition:
    request.definition.code = request.code
    return await commands.put_definition(
        call.session, definition=request.definition, city=call.resources.city, now=call.now
    )


@api.serves
async def list_service_definitions(
    request: pb.ListServiceDefinitionsRequest, call: Call[Resources]
) -> pb.ServiceDefinitions:
    found = await store.definitions(call.session, request.population)
    return pb.ServiceDefinitions(definitions=[pb.ServiceDefinition.FromString(row.message) for row in found])


@api.serves
async def draft_offering(request: pb.DraftOfferingRequest, call: Call[Resources]) -> pb.Offering:
    whole = await commands.draft_offering(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        manifest=request.manifest,
        city=call.resources.city,
        now=call.now,
    )
    return to_message(whole)


@api.serves
async def revise_offering(request: pb.ReviseOfferingRequest, call: Call[Resources]) -> pb.Offering:
    whole = await commands.revise_offering(
        call.session,
        offering_id=parse_id(request.offering_id, "offering_id"),
        partner_id=UUID(call.principal.partner_id),
        manifest=request.manifest,
        city=call.resources.city,
        now=call.now,
    )
    return to_message(whole)


@api.serves
async def submit_offering(request: pb.SubmitOfferingRequest, call: Call[Resources]) -> pb.Offering:
    offering_id = parse_id(request.offering_id, "offering_id")
    partner_id = UUID(call.principal.partner_id)
    whole = await commands.submit_offering(
        call.session, offering_id=offering_id, partner_id=partner_id, city=call.resources.city, now=call.now
    )
    return to_message(whole)


@api.serves
async def decide_review(request: pb.DecideReviewRequest, call: Call[Resources]) -> pb.Offering:
    whole = await commands.decide_review(
        call.session,
        offering_id=parse_id(request.offering_id, "offering_id"),
        looked_at=request.revision,
        approved=request.approved,
        reasons=request.reasons,
        city=call.resources.city,
        now=call.now,
    )
    return to_message(whole)


@api.serves
async def retire_offering(request: pb.RetireOfferingRequest, call: Call[Resources]) -> pb.Offering:
    own = call.principal.role == Role.ROLE_PARTNER
    whole = await commands.retire_offering(
        call.session,
        offering_id=parse_id(request.offering_id, "offering_id"),
        partner_id=UUID(call.principal.partner_id) if own else None,
        reason=request.reason,
    )
    return to_message(whole)


@api.serves
async def add_slots(request: pb.AddSlotsRequest, call: Call[Resources]) -> pb.Slots:
    rows = await commands.add_slots(
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
    slots, skipped = commands.weekly_slots(request, zone, call.now)
    rows = await commands.add_slots(
        call.session,
        offering_id=parse_id(request.offering_id, "offering_id"),
        partner_id=UUID(call.principal.partner_id),
        slots=slots,
        zone=zone,
        now=call.now,
        field="times",
    )
    return pb.Slots(slots=[slot_message(row) for row in rows], skipped=[skipped_message(slot) for slot in skipped])


@api.serves
async def get_partner_measures(request: pb.GetPartnerMeasuresRequest, call: Call[Resources]) -> pb.PartnerMeasuresList:
    if len(request.partner_ids) > OFFERINGS_MAX:
        raise Invalid("partner_ids", f"at most {OFFERINGS_MAX}")
    ids = [parse_id(one, f"partner_ids[{place}]") for place, one in enumerate(request.partner_ids)]
    found = await store.measures(call.session, ids)
    return pb.PartnerMeasuresList(partners=[pb.PartnerMeasures.FromString(row.measures) for row in found])


@api.serves
async def withdraw_slots(request: pb.WithdrawSlotsRequest, call: Call[Resources]) -> pb.WithdrawnSlots:
    span = request.interval
    rows = await commands.withdraw_slots(
        call.session,
        offering_id=parse_id(request.offering_id, "offering_id"),
        partner_id=UUID(call.principal.partner_id),
        ids=[parse_id(one, f"slot_ids[{place}]") for place, one in enumerate(request.slot_ids)],
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
    rows = await store.coming_slots(call.session, offering_id, call.now, domain.SLOTS_MAX)
    return pb.Slots(slots=[slot_message(row) for row in rows])


@api.serves
async def get_offering(request: pb.GetOfferingRequest, call: Call[Resources]) -> pb.Offering:
    found = await store.public(call.session, [parse_id(request.offering_id, "offering_id")])
    if not found:
        raise NotFound("there is no such offering", "offering_id")
    return to_message(found[0])


@api.serves
async def get_offerings(request: pb.GetOfferingsRequest, call: Call[Resources]) -> pb.Offerings:
    if len(request.offering_ids) > OFFERINGS_MAX:
        raise Invalid("offering_ids", f"at most {OFFERINGS_MAX}")
    ids = [parse_id(one, "offering_ids") for one in request.offering_ids]
    return pb.Offerings(offerings=[to_message(whole) for whole in await store.public(call.session, ids)])


@api.serves
async def list_offerings(request: pb.ListOfferingsRequest, call: Call[Resources]) -> pb.OfferingPage:
    wanted = pages.size(request.page)
    words = search.query(request.query)
    if request.query.strip() and not words:
        return pb.OfferingPage()  # nothing to search by is found nowhere
    city = call.resources.city
    narrowed = store.Filter(
        words=words,
        categories=domain.below(request.category, city.taxonomy, "category") if request.category else (),
        population=request.population,
        partner_id=parse_id(request.partner_id, "partner_id") if request.partner_id else None,
        districts=domain.around(request.district, city.districts, "district") if request.district else (),
        price_minor_max=request.price_minor_max,
        definition=request.definition,
    )
    found = await store.listed(call.session, narrowed, pages.after_id(request.page), wanted)
    return page(found, [whole.revision.listed_as or whole.offering.id for whole in found], wanted)


@api.serves
async def list_partner_offerings(request: pb.ListPartnerOfferingsRequest, call: Call[Resources]) -> pb.OfferingPage:
    wanted = pages.size(request.page)
    partner_id = None if call.principal.supervises else UUID(call.principal.partner_id)
    status = pb.OfferingStatus.Name(request.status).removeprefix("OFFERING_STATUS_").lower() if request.status else None
    found = await store.newest(call.session, partner_id, status, pages.after_id(request.page), wanted)
    return page(found, [whole.offering.id for whole in found], wanted)


def page(found: Sequence[store.Whole], places: Sequence[UUID], wanted: int) -> pb.OfferingPage:
    return pb.OfferingPage(offerings=[to_message(whole) for whole in found[:wanted]], page=pages.info(places, wanted))


def skipped_message(slot: SkippedSlot) -> pb.SkippedSlot:
    reason = f"SKIP_REASON_{slot.reason.upper()}"
    return pb.SkippedSlot(day=slot.day.isoformat(), time=f"{slot.at:%H:%M}", reason=reason)
