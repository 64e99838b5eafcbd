"""Ordering over HTTP: decode, one call, encode. Routes and roles stand in the contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis import pages, telemetry
from chassis.api import Api, Call
from chassis.auth import Principal, Verifier
from chassis.batching import Batcher
from chassis.database import Database
from chassis.ids import parse_id
from chassis.outbox import Cause
from chassis.refusals import Invalid
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import Interval, Money
from yima.ordering.v1 import api_pb2 as pb

from ordering import commands, domain, placing, store
from ordering.domain import (
    LINES_MAX,
    NothingProven,
    NotYourResident,
    OfferingWithdrawn,
    ReceiptRefused,
    ScanUsed,
    SeveralPartners,
    SlotPast,
    SlotTaken,
    Status,
    TransitionRefused,
    UnknownOffering,
    WantedLine,
)
from ordering.events import Deadlines
from ordering.placing import Wanted
from ordering.store import Line, Seen, Whole
from ordering.tables import SlotRow

FREE_PLACES_MAX = 500
OFFERINGS_MAX = 200


@dataclass(frozen=True)
class Resources:
    """What ordering's functions need: deadlines, the batcher that places, and who verifies receipts."""

    database: Database
    deadlines: Deadlines
    placing: Batcher[Wanted, Whole]
    receipts: Verifier


api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["OrderingApi"],
    refusals={
        TransitionRefused: 409,
        OfferingWithdrawn: 409,
        SeveralPartners: 400,
        SlotTaken: 409,
        SlotPast: 409,
        ReceiptRefused: 409,
        ScanUsed: 409,
        NothingProven: 409,
        UnknownOffering: 404,
        NotYourResident: 404,
    },
)


def seen(principal: Principal) -> Seen:
    """What the caller may see."""
    if principal.supervises:
        return Seen(everything=True)
    if principal.role == Role.ROLE_RESIDENT:
        return Seen(resident_ids=[UUID(one) for one in (principal.subject_id, *principal.dependants)])
    return Seen(partner_id=UUID(principal.partner_id))


@api.serves_without_transaction
async def place_order(request: pb.PlaceOrderRequest, call: Call[Resources]) -> pb.Order:
    resident_id = request.resident_id or call.principal.subject_id
    if not call.principal.acts_for(resident_id):
        raise NotYourResident("order for yourself or a dependant; sign in again after adding one", "resident_id")
    wanted = Wanted(
        placed_by=UUID(call.principal.subject_id),
        resident_id=UUID(resident_id),
        lines=wanted_lines(request.lines),
        payment_method=domain.payment_method(request.payment_method) if request.payment_method else "",
        consent_given=request.consent_given,
        key=call.key,
        request_sha256=call.request_sha256,
        cause=Cause(None, telemetry.traceparent()),
    )
    if not request.validate_only:
        return to_message(await call.resources.placing.submit(wanted))
    async with call.resources.database.transaction() as session:
        terms, rows, slots = await placing.read(session, [wanted])
        left = {slot.id: slot.free for slot in slots.values()}
        preview = placing.draft(wanted, terms, rows, slots, left, call.resources.deadlines, call.now)
    message = to_message(preview)
    message.id = ""
    return message


def wanted_lines(lines: Sequence[pb.PlaceOrderLine]) -> list[WantedLine]:
    if not 1 <= len(lines) <= LINES_MAX:
        raise Invalid("lines", f"must have 1 to {LINES_MAX} lines")
    return [
        WantedLine(
            parse_id(line.offering_id, f"lines[{place}].offering_id"),
            domain.check_quantity(line.quantity, f"lines[{place}].quantity"),
            parse_id(line.slot_id, f"lines[{place}].slot_id") if line.slot_id else None,
        )
        for place, line in enumerate(lines)
    ]


@api.serves
async def pay_order(request: pb.PayOrderRequest, call: Call[Resources]) -> pb.Order:
    order_id = parse_id(request.order_id, "order_id")
    return to_message(
        await commands.pay_order(
            call.session, order_id=order_id, seen=seen(call.principal), method=request.payment_method
        )
    )


@api.serves
async def get_order(request: pb.GetOrderRequest, call: Call[Resources]) -> pb.Order:
    order_id = parse_id(request.order_id, "order_id")
    return to_message(await store.order(call.session, order_id, seen(call.principal)))


@api.serves
async def list_orders(request: pb.ListOrdersRequest, call: Call[Resources]) -> pb.OrderPage:
    wanted = pages.size(request.page)
    may_see = seen(call.principal)
    if request.resident_id and call.principal.role == Role.ROLE_RESIDENT:
        if not call.principal.acts_for(request.resident_id):
            raise NotYourResident("only your own and your dependants' orders", "resident_id")
        may_see = Seen(resident_ids=[UUID(request.resident_id)])
    status = pb.OrderStatus.Name(request.status).removeprefix("ORDER_STATUS_").lower() if request.status else None
    position = pages.position(request.page)
    after = parse_id(position, "page.after") if position else None
    found = await store.page(call.session, may_see, status, after, wanted)
    wholes = await store.wholes(call.session, found[:wanted])
    return pb.OrderPage(
        orders=[to_message(whole) for whole in wholes], page=pages.info([order.id for order in found], wanted)
    )


@api.serves
async def accept_order(request: pb.AcceptOrderRequest, call: Call[Resources]) -> pb.Order:
    return to_message(
        await commands.accept_order(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            seen=seen(call.principal),
            by=call.principal.subject_id,
            deadlines=call.resources.deadlines,
            now=call.now,
        )
    )


@api.serves
async def refuse_order(request: pb.RefuseOrderRequest, call: Call[Resources]) -> pb.Order:
    return to_message(
        await commands.refuse_order(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            seen=seen(call.principal),
            by=call.principal.subject_id,
            reason=request.reason,
            deadlines=call.resources.deadlines,
            now=call.now,
        )
    )


@api.serves
async def prove_service(request: pb.ProveServiceRequest, call: Call[Resources]) -> pb.Order:
    receipt = await call.resources.receipts.claims(request.scan_receipt, "scan", call.now.timestamp())
    return to_message(
        await commands.prove_service(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            line_id=request.order_line_id,
            receipt=receipt,
            seen=seen(call.principal),
            practitioner_id=UUID(call.principal.subject_id),
            deadlines=call.resources.deadlines,
            now=call.now,
        )
    )


@api.serves
async def fulfil_order(request: pb.FulfilOrderRequest, call: Call[Resources]) -> pb.Order:
    return to_message(
        await commands.fulfil_order(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            seen=seen(call.principal),
            by=call.principal.subject_id,
            deadlines=call.resources.deadlines,
            now=call.now,
        )
    )


@api.serves
async def cancel_order(request: pb.CancelOrderRequest, call: Call[Resources]) -> pb.Order:
    return to_message(
        await commands.cancel_order(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            seen=seen(call.principal),
            by=call.principal.subject_id,
            reason=request.reason,
            deadlines=call.resources.deadlines,
            now=call.now,
        )
    )


@api.serves
async def list_free_places(request: pb.ListFreePlacesRequest, call: Call[Resources]) -> pb.FreePlaces:
    offering_id = parse_id(request.offering_id, "offering_id")
    return places(await store.free_places(call.session, [offering_id], call.now, FREE_PLACES_MAX))


@api.serves
async def get_free_places(request: pb.GetFreePlacesRequest, call: Call[Resources]) -> pb.OfferingsFreePlaces:
    if len(request.offering_ids) > OFFERINGS_MAX:
        raise Invalid("offering_ids", f"at most {OFFERINGS_MAX}")
    ids = [parse_id(one, f"offering_ids[{place}]") for place, one in enumerate(request.offering_ids)]
    found: dict[UUID, list[SlotRow]] = {offering_id: [] for offering_id in ids}
    for slot in await store.free_places(call.session, ids, call.now, FREE_PLACES_MAX):
        found[slot.offering_id].append(slot)
    return pb.OfferingsFreePlaces(offerings=[places(found[offering_id]) for offering_id in ids])


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


def to_message(whole: Whole) -> pb.Order:
    order = whole.order
    waiting = []
    if order.status == Status.PLACED:
        if not order.money_in:
            waiting.append(pb.REQUIREMENT_MONEY)
        if any(line.terms.consent_needed and not line.row.consented for line in whole.lines):
            waiting.append(pb.REQUIREMENT_CONSENT)
    return pb.Order(
        id=str(order.id),
        resident_id=str(order.resident_id),
        partner_id=str(order.partner_id),
        status=f"ORDER_STATUS_{order.status.upper()}",
        lines=[line_message(line) for line in whole.lines],
        total=Money(currency=order.currency, minor=order.total_minor),
        waiting_for=waiting,
        deadline=timestamp(order.deadline),
        reason=order.reason,
        placed_at=timestamp(order.placed_at),
        changed_at=timestamp(order.changed_at),
        placed_by=str(order.placed_by),
        proofs=[
            pb.ProofOfService(
                id=str(proof.id),
                order_line_id=str(proof.order_line_id),
                scan_id=str(proof.scan_id),
                practitioner_id=str(proof.practitioner_id),
                proven_at=timestamp(proof.proven_at),
            )
            for proof in (line.proof for line in whole.lines)
            if proof is not None
        ],
        version=order.version,
    )


def line_message(line: Line) -> pb.OrderLine:
    row, terms = line.row, line.terms
    offering = line.offering
    return pb.OrderLine(
        id=str(row.id),
        offering_id=str(row.offering_id),
        offering_revision=row.offering_revision,
        title=offering.manifest.title,
        quantity=row.quantity,
        unit_price=Money(currency=terms.currency, minor=terms.price_minor),
        total=Money(currency=terms.currency, minor=terms.price_minor * row.quantity),
        slot_id=str(row.slot_id) if row.slot_id else "",
        consent_needed=terms.consent_needed,
        consent_hash=offering.consent_hash,
        proven=line.proof is not None,
    )
