"""Sessions and free places over HTTP. Routes and roles stand in the contract."""

from collections.abc import Sequence
from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import timestamp
from yima.common.v1.types_pb2 import Interval
from yima.ordering.v1 import api_pb2 as pb

from ordering.api.messages import sessions_cancelled_for
from ordering.api.orders import with_cancellation
from ordering.api.served import ACTORS, api, shown, visibility_of
from ordering.commands import booking
from ordering.domain.offerings import agreed_parts
from ordering.domain.orders import NotYourResident, Person
from ordering.resources import Resources
from ordering.store import offerings, orders
from ordering.tables import SlotRow

FREE_PLACES_MAX = 500
OFFERINGS_MAX = 200
WEEKS_MAX = 52


@api.serves
async def book_slot(request: pb.BookSlotRequest, call: Call[Resources]) -> pb.Order:
    return shown(
        call,
        await booking.book_slot(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            line_id=request.order_line_id,
            slot_id=parse_id(request.slot_id, "slot_id"),
            booking_id=request.booking_id,
            visibility=visibility_of(call.principal),
            actor=ACTORS[call.principal.role],
            limits=call.resources.limits,
            deadlines=call.resources.deadlines,
            now=call.now,
        ),
    )


@api.serves
async def agree_to_sessions(request: pb.AgreeToSessionsRequest, call: Call[Resources]) -> pb.Order:
    order = await booking.agree_to_sessions(
        call.session,
        order_id=parse_id(request.order_id, "order_id"),
        booking_ids=[
            parse_id(booking_id, f"booking_ids[{index}]") for index, booking_id in enumerate(request.booking_ids)
        ],
        visibility=visibility_of(call.principal),
        deadlines=call.resources.deadlines,
        now=call.now,
    )
    return with_cancellation(call, order)


@api.serves
async def cancel_sessions(request: pb.CancelSessionsRequest, call: Call[Resources]) -> pb.Order:
    cancellation = await booking.cancel_sessions(
        call.session,
        order_id=parse_id(request.order_id, "order_id"),
        line_id=request.order_line_id,
        booking_id=request.booking_id,
        following=request.following,
        item=request.item,
        reason=request.reason,
        validate_only=request.validate_only,
        visibility=visibility_of(call.principal),
        actor=ACTORS[call.principal.role],
        by=call.principal.subject_id,
        deadlines=call.resources.deadlines,
        now=call.now,
    )
    message = shown(call, cancellation.order)
    message.cancellation.CopyFrom(
        sessions_cancelled_for(cancellation.order, cancellation.fee_minor, cancellation.released_minor)
    )
    return message


async def beneficiary(request: pb.TransferOrderRequest, call: Call[Resources]) -> Person | None:
    if not call.principal.acts_for(request.resident_id):
        return None
    async with call.resources.database.transaction() as session:
        order_id = parse_id(request.order_id, "order_id")
        order = await orders.order(session, order_id, visibility_of(call.principal))
    programmes = {each for line in order.lines for each in agreed_parts(line.terms.offering).programmes}
    return await call.resources.people.of(request.resident_id, call.authorization, where=True, programmes=programmes)


@api.serves_after(beneficiary)
async def transfer_order(request: pb.TransferOrderRequest, call: Call[Resources]) -> pb.Order:
    if not call.principal.acts_for(request.resident_id):
        raise NotYourResident("only you and your dependants; sign in again after adding one", "resident_id")
    return shown(
        call,
        await booking.transfer_order(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            beneficiary_id=UUID(request.resident_id),
            person=call.prepared,
            visibility=visibility_of(call.principal),
            deadlines=call.resources.deadlines,
            now=call.now,
        ),
    )


@api.serves
async def list_slots_alike(request: pb.ListSlotsAlikeRequest, call: Call[Resources]) -> pb.FreePlaces:
    if not 1 <= request.weeks <= WEEKS_MAX:
        raise Invalid("weeks", f"must be between 1 and {WEEKS_MAX}")
    slot_id, zone = parse_id(request.slot_id, "slot_id"), call.resources.zone.key
    return places(await offerings.slots_alike(call.session, slot_id, request.weeks, zone, FREE_PLACES_MAX))


@api.serves
async def list_free_places(request: pb.ListFreePlacesRequest, call: Call[Resources]) -> pb.FreePlaces:
    offering_id = parse_id(request.offering_id, "offering_id")
    return places(await offerings.free_places(call.session, [offering_id], call.now, FREE_PLACES_MAX))


@api.serves
async def get_free_places(request: pb.GetFreePlacesRequest, call: Call[Resources]) -> pb.OfferingsFreePlaces:
    if len(request.offering_ids) > OFFERINGS_MAX:
        raise Invalid("offering_ids", f"at most {OFFERINGS_MAX}")
    ids = [parse_id(offering_id, f"offering_ids[{index}]") for index, offering_id in enumerate(request.offering_ids)]
    free: dict[UUID, list[SlotRow]] = {offering_id: [] for offering_id in ids}
    for slot in await offerings.free_places(call.session, ids, call.now, FREE_PLACES_MAX):
        free[slot.offering_id].append(slot)
    return pb.OfferingsFreePlaces(offerings=[places(free[offering_id]) for offering_id in ids])


def places(slots: Sequence[SlotRow]) -> pb.FreePlaces:
    return pb.FreePlaces(
        places=[
            pb.FreePlace(
                slot_id=str(slot.id),
                interval=Interval(start=timestamp(slot.starts_at), end=timestamp(slot.ends_at)),
                free=slot.capacity - slot.held,
            )
            for slot in slots
        ]
    )
