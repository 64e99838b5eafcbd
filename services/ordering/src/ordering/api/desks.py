"""Orders that desks place, and their residents' words for them. Routes and roles stand in the contract."""

from typing import cast
from uuid import UUID

from chassis import telemetry
from chassis.api import Call
from chassis.ids import parse_id
from chassis.outbox import Cause
from chassis.problems import Problem
from chassis.wire import timestamp
from yima.ordering.v1 import api_pb2 as pb

from ordering.api.placing import check_published, expected_total, line_requests
from ordering.api.served import api, shown, visibility_of
from ordering.commands import carts, desks
from ordering.commands.placing import PlaceRequest
from ordering.domain.desks import desk_scan, next_code_at
from ordering.resources import Resources
from ordering.store import desks as words


@api.serves
async def place_desk_order(request: pb.PlaceDeskOrderRequest, call: Call[Resources]) -> pb.Order:
    """A preview warns of nothing: what else the resident ordered is not the desk's to know."""
    check_published(request.lines, "its buyer orders by it themselves")
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


async def code_sent(request: pb.SendDeskOrderCodeRequest, call: Call[Resources]) -> pb.DeskOrderCode:
    """Send the code, and answer it: what there is of it is written before, so that no two are sent at once."""
    async with call.resources.database.transaction() as session:
        order, word = await desks.reserve_code(
            session,
            order_id=parse_id(request.order_id, "order_id"),
            visibility=visibility_of(call.principal),
            by=UUID(call.principal.subject_id),
            now=call.now,
        )
        sent = await words.sent(session, order.row.id)
    try:
        expires_at = await call.resources.words.send(word.id, order, call.authorization)
    except Problem:
        async with call.resources.database.transaction() as session:
            await words.unsend(session, word.id)
        raise
    return pb.DeskOrderCode(expires_at=timestamp(expires_at), next_at=timestamp(next_code_at(sent)))


@api.serves_after(code_sent)
async def send_desk_order_code(request: pb.SendDeskOrderCodeRequest, call: Call[Resources]) -> pb.DeskOrderCode:
    return cast(pb.DeskOrderCode, call.prepared)


async def checked_word(request: pb.AgreeToDeskOrderByCodeRequest, call: Call[Resources]) -> UUID | None:
    """Which code was told, as identity says; None where they agreed before."""
    async with call.resources.database.transaction() as session:
        word_id = await desks.word_to_check(
            session,
            order_id=parse_id(request.order_id, "order_id"),
            visibility=visibility_of(call.principal),
            now=call.now,
        )
    if word_id is not None:
        await call.resources.words.check(word_id, request.code, call.authorization)
    return word_id


@api.serves_after(checked_word)
async def agree_to_desk_order_by_code(request: pb.AgreeToDeskOrderByCodeRequest, call: Call[Resources]) -> pb.Order:
    order = await desks.agree_by_code(
        call.session,
        order_id=parse_id(request.order_id, "order_id"),
        word_id=cast(UUID | None, call.prepared),
        visibility=visibility_of(call.principal),
        by=UUID(call.principal.subject_id),
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
