"""Orders that desks place, and their residents' words for them. Routes and roles stand in the contract."""

from uuid import UUID

from chassis import telemetry
from chassis.api import Call
from chassis.ids import parse_id
from chassis.outbox import Cause
from yima.ordering.v1 import api_pb2 as pb

from ordering.api.placing import expected_total, line_requests
from ordering.api.served import api, shown, visibility_of
from ordering.commands import carts, desks
from ordering.commands.placing import PlaceRequest
from ordering.domain.desks import desk_scan
from ordering.resources import Resources


@api.serves
async def place_desk_order(request: pb.PlaceDeskOrderRequest, call: Call[Resources]) -> pb.Order:
    """A preview warns of nothing: what else the resident ordered is not the desk's to know."""
    lines = line_requests(request.lines)
    # How old it may be is our own rule, which says what to do then.
    receipt = await call.resources.receipts.receipt(
        request.scan_receipt, "scan", 0, field="scan_receipt", or_use="printed"
    )
    desk = desk_scan(receipt, UUID(call.principal.subject_id), UUID(call.principal.partner_id), call.now)
    resident_id, person, proven = await call.resources.people.scanned(desk.scan_id, call.authorization)
    place_request = PlaceRequest(
        placed_by=resident_id,
        resident_id=resident_id,
        lines=lines,
        payment_method="",
        consent_given=False,
        key=f"desk {desk.scan_id}",
        request_sha256=call.request_sha256,
        cause=Cause(None, telemetry.traceparent()),
        proven=proven,
        person=person,
        expected=expected_total(request),
        desk=desk,
    )
    if not request.validate_only:
        return shown(
            call, await desks.place_desk_order(call.session, place_request, call.resources.deadlines, call.now)
        )
    await desks.check_unused(call.session, desk)
    (preview,) = await carts.preview(call.session, [place_request], call.resources.deadlines, call.now)
    message = shown(call, preview)
    message.id = ""
    return message


@api.serves
async def agree_to_desk_order(request: pb.AgreeToDeskOrderRequest, call: Call[Resources]) -> pb.Order:
    order = await desks.agree_to_desk_order(
        call.session,
        order_id=parse_id(request.order_id, "order_id"),
        visibility=visibility_of(call.principal),
        deadlines=call.resources.deadlines,
        now=call.now,
    )
    return shown(call, order)


@api.serves
async def disown_desk_order(request: pb.DisownDeskOrderRequest, call: Call[Resources]) -> pb.Order:
    order = await desks.disown_desk_order(
        call.session,
        order_id=parse_id(request.order_id, "order_id"),
        text=request.text,
        visibility=visibility_of(call.principal),
        by=UUID(call.principal.subject_id),
        answer_within=call.resources.answer_within,
        deadlines=call.resources.deadlines,
        now=call.now,
    )
    return shown(call, order)
