"""Orders over HTTP: reading, paying, accepting, fulfilling, cancelling. Routes and roles stand in the contract."""

from collections.abc import Mapping
from datetime import datetime

from chassis import moments, pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import moment
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import Interval
from yima.ordering.v1 import api_pb2 as pb

from ordering.aggregate import OrderAggregate
from ordering.api.messages import PARTY, cancellation_terms, cancelled_for
from ordering.api.served import ACTORS, api, only_pays, shown, visibility_of, visibility_with_paid
from ordering.commands import absences, moves, periods
from ordering.domain.offerings import agreed_parts
from ordering.domain.orders import NotYourResident, Person
from ordering.domain.process import Actor
from ordering.domain.steps import Party
from ordering.resources import Resources
from ordering.store import orders
from ordering.store.orders import OrderFilter


async def whose_period(request: pb.PayOrderRequest, call: Call[Resources]) -> Person | None:
    """Of a next period that is to be paid: who its resident is by now. None of any other order."""
    async with call.resources.database.transaction() as session:
        order = await orders.order(session, parse_id(request.order_id, "order_id"), visibility_of(call.principal))
    if order.row.period_starts_at is None:
        return None
    programmes = {each for line in order.lines for each in agreed_parts(line.terms.offering).programmes}
    resident_id = str(order.row.resident_id)
    return await call.resources.people.of(resident_id, call.authorization, where=True, programmes=programmes)


@api.serves_after(whose_period)
async def pay_order(request: pb.PayOrderRequest, call: Call[Resources]) -> pb.Order:
    order_id = parse_id(request.order_id, "order_id")
    return shown(
        call,
        await moves.pay_order(
            call.session,
            order_id=order_id,
            visibility=visibility_of(call.principal),
            method=request.payment_method,
            person=call.prepared,
            deadlines=call.resources.deadlines,
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
    message, actor = shown(call, order), ACTORS[call.principal.role]
    message.cancellation.CopyFrom(cancellation_terms(order, actor, call.now))
    if actor is Actor.RESIDENT and absences.may_be_stated(order, call.resources.deadlines, call.now):
        message.cancellation.possible = False  # until the partner has said whether they came
        message.cancellation.due.minor = message.cancellation.released.minor = 0
    if only_pays(call.principal, order.row):
        message.cancellation.ClearField("free_until")  # it says when the next session is
    return message


@api.serves
async def list_orders(request: pb.ListOrdersRequest, call: Call[Resources]) -> pb.OrderPage:
    part = pages.by_id(request.page)
    visibility, chosen = visibility_with_paid(call.principal), chosen_by(request)
    if call.principal.role == Role.ROLE_RESIDENT:
        if request.resident_id and not call.principal.acts_for(request.resident_id):
            raise NotYourResident("only your own and your dependants' orders", "resident_id")
        if chosen.sessions or chosen.waits_for:
            visibility = visibility_of(call.principal)  # who only pays does not learn how far it is served, and when
    rows, page = part.cut(await orders.page(call.session, visibility, chosen, part), pages.at_id)
    placed_orders = await orders.with_lines(call.session, rows)
    return pb.OrderPage(orders=[shown(call, order) for order in placed_orders], page=page)


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
async def stop_series(request: pb.StopSeriesRequest, call: Call[Resources]) -> pb.Order:
    return shown(
        call,
        await periods.stop_series(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            visibility=visibility_of(call.principal),
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
