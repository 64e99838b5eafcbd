"""Placing orders over HTTP, and what placing one would make. Routes and roles stand in the contract."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis import money, telemetry
from chassis.api import Call
from chassis.ids import parse_id
from chassis.outbox import Cause
from chassis.refusals import Invalid
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.ordering.v1 import api_pb2 as pb

from ordering.api.messages import cancellation_terms
from ordering.api.served import ACTORS, api, shown
from ordering.commands import carts
from ordering.commands.placing import PlaceRequest
from ordering.domain import orders as rules
from ordering.domain.agreement import ExpectedTotal
from ordering.domain.orders import (
    LINES_MAX,
    SESSIONS_MAX,
    AgeUnknown,
    DistrictUnknown,
    LineRequest,
    NotEligible,
    NotYourResident,
    ProgrammeUnknown,
    SexUnknown,
    UnknownOffering,
)
from ordering.resources import Resources
from ordering.store import offerings, orders


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
        proven=resident_id in call.principal.proven,
        person=call.resources.people.known(resident_id),
        expected=expected_total(request),
        follow_up_id=parse_id(request.follow_up_id, "follow_up_id") if request.follow_up_id else None,
    )
    try:
        return await placed(call, place_request, request.validate_only)
    except (AgeUnknown, SexUnknown, DistrictUnknown, ProgrammeUnknown):
        programmes = await programmes_of(call, place_request.lines)
        person = await call.resources.people.of(resident_id, call.authorization, where=True, programmes=programmes)
        if person is None:
            raise
        return await placed(call, replace(place_request, person=person), request.validate_only)


@api.serves_without_transaction
async def check_eligibility(request: pb.CheckEligibilityRequest, call: Call[Resources]) -> pb.EligibilityAnswer:
    """An order is refused by the same rule."""
    resident_id = request.resident_id or call.principal.subject_id
    if not call.principal.acts_for(resident_id):
        raise NotYourResident("ask for yourself or a dependant; sign in again after adding one", "resident_id")
    offering_id = parse_id(request.offering_id, "offering_id")
    async with call.resources.database.transaction() as session:
        terms = (await offerings.terms(session, [offering_id]))[0].get(offering_id)
    if terms is None:
        raise UnknownOffering("there is no such offering", "offering_id")
    person = await call.resources.people.of(
        resident_id,
        call.authorization,
        where=bool(terms.districts or terms.pilot_districts),
        programmes=terms.programmes,
    )
    try:
        rules.check_eligible(terms, person, call.resources.deadlines.today(call.now), "offering_id")
    except NotEligible as refusal:
        return pb.EligibilityAnswer(code=refusal.code, reason=refusal.detail)
    return pb.EligibilityAnswer(eligible=True)


async def programmes_of(call: Call[Resources], lines: Sequence[LineRequest]) -> set[str]:
    """The programmes that what is ordered is for, to ask for all of them at once."""
    async with call.resources.database.transaction() as session:
        terms, _ = await offerings.terms(session, list({line.offering_id for line in lines}))
    return {programme for term in terms.values() for programme in term.programmes}


async def placed(call: Call[Resources], place_request: PlaceRequest, validate_only: bool) -> pb.Order:
    if not validate_only:
        return shown(call, await call.resources.placing.submit(place_request))
    return (await previewed(call, [place_request]))[0]


def expected_total(
    request: pb.PlaceOrderRequest | pb.PlaceDeskOrderRequest | pb.CheckOutRequest,
) -> ExpectedTotal | None:
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
            parse_id(line.private_offer_id, f"lines[{index}].private_offer_id") if line.private_offer_id else None,
        )
        for index, line in enumerate(lines)
    ]


def check_published(lines: Sequence[pb.PlaceOrderLine], why: str) -> None:
    """Refuse private offers where nothing is ordered by them."""
    for index, line in enumerate(lines):
        if line.private_offer_id:
            raise Invalid(f"lines[{index}].private_offer_id", why)


def slot_ids(line: pb.PlaceOrderLine, at: str) -> tuple[UUID, ...]:
    if line.slot_id and line.slot_ids:
        raise Invalid(f"{at}.slot_ids", "give either one slot_id or slot_ids")
    if len(line.slot_ids) > SESSIONS_MAX:
        raise Invalid(f"{at}.slot_ids", f"at most {SESSIONS_MAX}")
    if line.slot_id:
        return (parse_id(line.slot_id, f"{at}.slot_id"),)
    return tuple(parse_id(slot_id, f"{at}.slot_ids[{index}]") for index, slot_id in enumerate(line.slot_ids))
