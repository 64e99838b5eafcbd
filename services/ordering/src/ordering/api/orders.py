"""Orders over HTTP: placing, paying, moving on, proving, booking. Routes and roles stand in the contract."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from chassis import moments, money, pages, telemetry, untrusted_json
from chassis.api import Call
from chassis.auth import ALGORITHMS
from chassis.ids import parse_id
from chassis.outbox import Cause
from chassis.refusals import Invalid
from chassis.wire import moment, timestamp
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import Interval
from yima.ordering.v1 import api_pb2 as pb

from ordering.aggregate import OrderAggregate
from ordering.api.messages import PARTY, cancellation_terms, cancelled_for, sessions_cancelled_for
from ordering.api.served import ACTORS, api, only_pays, shown, visibility_of, visibility_with_paid
from ordering.commands import booking, carts, moves, proofs
from ordering.commands.placing import PlaceRequest
from ordering.commands.proofs import UsageRecord
from ordering.domain import orders as rules
from ordering.domain import proofs as proof_rules
from ordering.domain.agreement import ExpectedTotal
from ordering.domain.orders import LINES_MAX, SESSIONS_MAX, AgeUnknown, LineRequest, NotYourResident
from ordering.domain.process import TransitionRefused
from ordering.domain.steps import Party
from ordering.resources import Resources
from ordering.store import offerings, orders
from ordering.store.orders import OrderFilter
from ordering.tables import SlotRow

FREE_PLACES_MAX = 500
OFFERINGS_MAX = 200
RECORDS_MAX = 1000
WEEKS_MAX = 52


@api.serves_once
async def place_order(request: pb.PlaceOrderRequest, call: Call[Resources]) -> pb.Order:
    resident_id = request.resident_id or call.principal.subject_id
    if not call.principal.acts_for(resident_id):
        raise NotYourResident("order for yourself or a dependant; sign in again after adding one", "resident_id")
    place_request = PlaceRequest(
        placed_by=parse_id(call.principal.subject_id, "placed_by"),
        resident_id=parse_id(resident_id, "resident_id"),
        lines=line_requests(request.lines),
        payment_method=rules.payment_method(request.payment_method) if request.payment_method else "",
        consent_given=request.consent_given,
        key=call.key,
        request_sha256=call.request_sha256,
        cause=Cause(None, telemetry.traceparent()),
        birth_date=call.resources.birth_dates.known(resident_id),
        expected=expected_total(request),
    )
    try:
        return await placed(call, place_request, request.validate_only)
    except AgeUnknown:
        birth_date = await call.resources.birth_dates.of(resident_id, call.authorization)
        if birth_date is None:
            raise
        return await placed(call, replace(place_request, birth_date=birth_date), request.validate_only)


async def placed(call: Call[Resources], place_request: PlaceRequest, validate_only: bool) -> pb.Order:
    if not validate_only:
        return shown(call, await call.resources.placing.submit(place_request))
    return (await previewed(call, [place_request]))[0]


def expected_total(request: pb.PlaceOrderRequest | pb.CheckOutRequest) -> ExpectedTotal | None:
    """The total the caller agrees to; None where they say none."""
    if not request.HasField("expected_total"):
        return None
    total = money.from_message(request.expected_total, "expected_total")
    return ExpectedTotal(request.expected_total.minor, total.currency.code)


async def previewed(call: Call[Resources], requests: Sequence[PlaceRequest]) -> list[pb.Order]:
    """What ordering these would make, with what there is to think about first."""
    async with call.resources.database.transaction() as session:
        placed_orders = await carts.preview(session, requests, call.resources.deadlines, call.now)
        codes = {line.terms.definition: str(line.row.offering_id) for order in placed_orders for line in order.lines}
        since = call.now - call.resources.recent
        equivalents = await orders.equivalents(session, requests[0].resident_id, list(codes), since)
    messages = []
    for order in placed_orders:
        message = shown(call, order)
        message.id = ""
        message.cancellation.CopyFrom(cancellation_terms(order, ACTORS[Role.ROLE_RESIDENT], call.now))
        for line in order.lines:
            given_at, ordered_at = equivalents.get(line.terms.definition, (None, None))
            message.warnings.extend(warnings(str(line.row.offering_id), given_at, ordered_at))
        messages.append(message)
    return messages


def warnings(offering_id: str, given_at: datetime | None, ordered_at: datetime | None) -> list[pb.OrderWarning]:
    messages = []
    if given_at is not None:
        recent = pb.WARNING_KIND_RECENT_EQUIVALENT
        messages.append(pb.OrderWarning(kind=recent, offering_id=offering_id, at=timestamp(given_at)))
    if ordered_at is not None:
        on_order = pb.WARNING_KIND_OPEN_EQUIVALENT
        messages.append(pb.OrderWarning(kind=on_order, offering_id=offering_id, at=timestamp(ordered_at)))
    return messages


def line_requests(lines: Sequence[pb.PlaceOrderLine]) -> list[LineRequest]:
    if not 1 <= len(lines) <= LINES_MAX:
        raise Invalid("lines", f"must have 1 to {LINES_MAX} lines")
    return [
        LineRequest(
            parse_id(line.offering_id, f"lines[{index}].offering_id"),
            rules.check_quantity(line.quantity, f"lines[{index}].quantity"),
            slot_ids(line, f"lines[{index}]"),
            f"lines[{index}]",
            line.offering_revision,
            line.consent_hash,
        )
        for index, line in enumerate(lines)
    ]


def slot_ids(line: pb.PlaceOrderLine, at: str) -> tuple[UUID, ...]:
    if line.slot_id and line.slot_ids:
        raise Invalid(f"{at}.slot_ids", "give either one slot_id or slot_ids")
    if len(line.slot_ids) > SESSIONS_MAX:
        raise Invalid(f"{at}.slot_ids", f"at most {SESSIONS_MAX}")
    if line.slot_id:
        return (parse_id(line.slot_id, f"{at}.slot_id"),)
    return tuple(parse_id(slot_id, f"{at}.slot_ids[{index}]") for index, slot_id in enumerate(line.slot_ids))


@api.serves
async def pay_order(request: pb.PayOrderRequest, call: Call[Resources]) -> pb.Order:
    order_id = parse_id(request.order_id, "order_id")
    return shown(
        call,
        await moves.pay_order(
            call.session,
            order_id=order_id,
            visibility=visibility_of(call.principal),
            method=request.payment_method,
            now=call.now,
        ),
    )


@api.serves
async def get_order(request: pb.GetOrderRequest, call: Call[Resources]) -> pb.Order:
    order = await orders.order(
        call.session, parse_id(request.order_id, "order_id"), visibility_with_paid(call.principal)
    )
    return with_cancellation(call, order)


def with_cancellation(call: Call[Resources], order: OrderAggregate) -> pb.Order:
    """An order with what cancelling it now costs."""
    message = shown(call, order)
    message.cancellation.CopyFrom(cancellation_terms(order, ACTORS[call.principal.role], call.now))
    if only_pays(call.principal, order.row):
        message.cancellation.ClearField("free_until")  # it says when the next session is
    return message


@api.serves
async def list_orders(request: pb.ListOrdersRequest, call: Call[Resources]) -> pb.OrderPage:
    limit = pages.size(request.page)
    visibility, chosen = visibility_with_paid(call.principal), chosen_by(request)
    if call.principal.role == Role.ROLE_RESIDENT:
        if request.resident_id and not call.principal.acts_for(request.resident_id):
            raise NotYourResident("only your own and your dependants' orders", "resident_id")
        if chosen.sessions or chosen.waits_for:
            visibility = visibility_of(call.principal)  # who only pays does not learn how far it is served, and when
    rows = await orders.page(call.session, visibility, chosen, pages.after_id(request.page), limit)
    placed_orders = await orders.with_lines(call.session, rows[:limit])
    return pb.OrderPage(
        orders=[shown(call, order) for order in placed_orders], page=pages.info([order.id for order in rows], limit)
    )


PARTIES: Mapping[int, Party] = {pb.OrderParty.Value(name): party for party, name in PARTY.items()}


def chosen_by(request: pb.ListOrdersRequest) -> OrderFilter:
    """Which orders are asked for."""
    return OrderFilter(
        status=pb.OrderStatus.Name(request.status).removeprefix("ORDER_STATUS_").lower() if request.status else None,
        resident_id=parse_id(request.resident_id, "resident_id") if request.resident_id else None,
        partner_id=parse_id(request.partner_id, "partner_id") if request.partner_id else None,
        offering_id=parse_id(request.offering_id, "offering_id") if request.offering_id else None,
        placed=span(request.placed, "placed") if request.HasField("placed") else None,
        sessions=span(request.sessions, "sessions") if request.HasField("sessions") else None,
        waits_for=PARTIES[request.waits_for] if request.waits_for else None,
    )


def span(interval: Interval, field: str) -> tuple[datetime, datetime]:
    """An interval's two ends; one that is left out is as far away as can be."""
    start = moment(interval.start) if interval.HasField("start") else moments.FIRST
    end = moment(interval.end) if interval.HasField("end") else moments.LAST
    if not start < end:
        raise Invalid(f"{field}.end", "must lie after the start")
    return start, end


@api.serves
async def accept_order(request: pb.AcceptOrderRequest, call: Call[Resources]) -> pb.Order:
    return shown(
        call,
        await moves.accept_order(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            visibility=visibility_of(call.principal),
            by=call.principal.subject_id,
            deadlines=call.resources.deadlines,
            now=call.now,
        ),
    )


@api.serves
async def refuse_order(request: pb.RefuseOrderRequest, call: Call[Resources]) -> pb.Order:
    return shown(
        call,
        await moves.refuse_order(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            visibility=visibility_of(call.principal),
            by=call.principal.subject_id,
            reason=request.reason,
            deadlines=call.resources.deadlines,
            now=call.now,
        ),
    )


@api.serves
async def prove_service(request: pb.ProveServiceRequest, call: Call[Resources]) -> pb.Order:
    receipt = await call.resources.receipts.claims(request.scan_receipt, "scan", call.now.timestamp())
    return shown(
        call,
        await proofs.prove_service(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            line_id=request.order_line_id,
            item=request.item,
            receipt=receipt,
            visibility=visibility_of(call.principal),
            practitioner_id=UUID(call.principal.subject_id),
            deadlines=call.resources.deadlines,
            now=call.now,
        ),
    )


@api.serves
async def confirm_service(request: pb.ConfirmServiceRequest, call: Call[Resources]) -> pb.Order:
    return shown(
        call,
        await proofs.confirm_service(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            line_id=request.order_line_id,
            item=request.item,
            visibility=visibility_of(call.principal),
            by=call.principal.subject_id,
            deadlines=call.resources.deadlines,
            now=call.now,
        ),
    )


@api.serves
async def state_service(request: pb.StateServiceRequest, call: Call[Resources]) -> pb.Order:
    order = await orders.order(call.session, parse_id(request.order_id, "order_id"), visibility_of(call.principal))
    if order.row.accepted_at is None:
        raise TransitionRefused(f"an order that is {order.row.status} cannot be proven")
    claims = await verified(request.statement, order.row.key_version or 0, call)
    return shown(
        call,
        await proofs.state_service(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            statement=proof_rules.statement(claims, call.now),
            signed=request.statement,
            visibility=visibility_of(call.principal),
            by=call.principal.subject_id,
            deadlines=call.resources.deadlines,
            now=call.now,
        ),
    )


async def verified(statement: str, key_version: int, call: Call[Resources]) -> dict[str, object]:
    """What a statement says, if the calling partner signed it with the key that was known of it when the order was
    accepted. By its version: no clock is asked which came first."""
    if len(statement) > proof_rules.STATEMENT_LENGTH_MAX:
        raise Invalid("statement", f"at most {proof_rules.STATEMENT_LENGTH_MAX} characters")
    signing_key = await offerings.signing_key(call.session, UUID(call.principal.partner_id), key_version)
    if signing_key is None:
        raise proof_rules.StatementRefused(
            "no signing key was known when the order was accepted; register one for later orders", "statement"
        )
    public_key, good = signing_key
    if not good:
        raise proof_rules.StatementRefused(
            "the key it had when the order was accepted was replaced as compromised; prove it by a scan, or ask the "
            "resident to confirm it",
            "statement",
        )
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": urlsafe_b64encode(public_key).rstrip(b"=").decode()})
    try:
        claims = untrusted_json.loads(jws.deserialize_compact(statement, key, algorithms=ALGORITHMS).payload)
    except (JoseError, ValueError, TypeError) as error:
        raise proof_rules.StatementRefused(f"it is not signed with the partner's key ({error})", "statement") from None
    if not isinstance(claims, dict):
        raise proof_rules.StatementRefused("its payload is not a JSON object", "statement")
    return claims


@api.serves
async def record_usage(request: pb.RecordUsageRequest, call: Call[Resources]) -> pb.RecordUsageResponse:
    if not 1 <= len(request.records) <= RECORDS_MAX:
        raise Invalid("records", f"must have 1 to {RECORDS_MAX} records")
    outcomes = await proofs.record_usage(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        records=[
            UsageRecord(
                record.key,
                parse_id(record.order_line_id, f"records[{index}].order_line_id"),
                record.item,
                record.units,
                moment(record.used_at),
            )
            for index, record in enumerate(request.records)
        ],
        deadlines=call.resources.deadlines,
        by=call.principal.subject_id,
        now=call.now,
    )
    return pb.RecordUsageResponse(
        outcomes=[
            pb.UsageOutcome(
                key=record.key, counted=record.counted, repeated_before=record.repeated, refusal=record.refusal
            )
            for record in outcomes
        ]
    )


@api.serves
async def fulfil_order(request: pb.FulfilOrderRequest, call: Call[Resources]) -> pb.Order:
    return shown(
        call,
        await moves.fulfil_order(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            visibility=visibility_of(call.principal),
            actor=ACTORS[call.principal.role],
            by=call.principal.subject_id,
            deadlines=call.resources.deadlines,
            now=call.now,
        ),
    )


@api.serves
async def cancel_order(request: pb.CancelOrderRequest, call: Call[Resources]) -> pb.Order:
    order_id, actor = parse_id(request.order_id, "order_id"), ACTORS[call.principal.role]
    if request.validate_only:
        order = await orders.order(call.session, order_id, visibility_with_paid(call.principal))
        return with_cancellation(call, order)
    order, due = await moves.cancel_order(
        call.session,
        order_id=order_id,
        visibility=visibility_with_paid(call.principal),
        actor=actor,
        by=call.principal.subject_id,
        reason=request.reason,
        deadlines=call.resources.deadlines,
        now=call.now,
    )
    message = shown(call, order)
    message.cancellation.CopyFrom(cancelled_for(order, due))
    return message


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


async def beneficiary_birth_date(request: pb.TransferOrderRequest, call: Call[Resources]) -> date | None:
    if not call.principal.acts_for(request.resident_id):
        return None
    return await call.resources.birth_dates.of(request.resident_id, call.authorization)


@api.serves_after(beneficiary_birth_date)
async def transfer_order(request: pb.TransferOrderRequest, call: Call[Resources]) -> pb.Order:
    if not call.principal.acts_for(request.resident_id):
        raise NotYourResident("only you and your dependants; sign in again after adding one", "resident_id")
    return shown(
        call,
        await booking.transfer_order(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            beneficiary_id=UUID(request.resident_id),
            birth_date=call.prepared,
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
