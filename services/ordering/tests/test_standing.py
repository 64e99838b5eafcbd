"""A partner that is suspended or has lapsed gets into nothing new, and its residents leave free of charge."""

import itertools
from typing import Any

import pytest
from desk import Desk
from ordering.aggregate import OrderAggregate
from ordering.api.messages import cancellation_terms
from ordering.commands import moves
from ordering.domain.process import Actor, OrderStatus
from ordering.domain.standing import SUSPENDED, NotInGoodStanding
from ordering.domain.visibility import Visibility
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1 import api_pb2 as catalog
from yima.ordering.v1.events_pb2 import OrderCancelled, OrderFulfilled
from yima.partners.v1.api_pb2 import CAPABILITY_SELL

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
RULES = [catalog.CancellationRule(hours_before=24 * 30, fee_basis_points=10_000)]
COURSE: dict[str, Any] = {
    "kind": catalog.OFFERING_KIND_PACKAGE,
    "booking_required": True,
    "valid_days": 60,
    "cancellation": RULES,
    "contents": [catalog.EntitledItem(code="visit", kind=catalog.UNIT_KIND_VISIT, times=4)],
}
WAYS = ["suspended", "lapsed"]


async def fall(desk: Desk, how: str, version: int = 5) -> None:
    """The partner loses its standing: by an event, or by the clock alone."""
    if how == "suspended":
        await desk.suspend(version)
    else:
        await desk.stand(CAPABILITY_SELL, version=version, hours=0)


async def pay(desk: Desk, order: OrderAggregate) -> None:
    async with desk.store.transaction() as session:
        await moves.pay_order(
            session, order_id=order.row.id, visibility=Visibility(everything=True), method="sandbox:ok", now=desk.now
        )


async def course(desk: Desk, **more: Any) -> OrderAggregate:
    offering = await desk.offer(price=1_000, **(COURSE | more))
    return await desk.ready((offering, 1, await desk.slot(offering, hours=12), await desk.slot(offering, hours=36)))


@pytest.mark.parametrize("how", WAYS)
async def test_nothing_is_ordered_paid_accepted_booked_or_moved(desk: Desk, how: str) -> None:
    offering = await desk.offer()
    unpaid, paid = await desk.place((offering, 1)), await desk.place((offering, 1))
    await desk.pay(paid)
    order = await course(desk)
    slot = await desk.slot(order.lines[0].row.offering_id, hours=50)
    await fall(desk, how)
    first = order.lines[0].bookings[0].id
    for refused in (
        lambda: desk.place((offering, 1)),
        lambda: pay(desk, unpaid),
        lambda: desk.accept(paid),
        lambda: desk.book(order, slot, actor=Actor.PARTNER),
        lambda: desk.book(order, slot, first, Actor.PARTNER),
        lambda: desk.book(order, slot),
        lambda: desk.agree_to_sessions(order, first),
    ):
        with pytest.raises(NotInGoodStanding):
            await refused()


@pytest.mark.parametrize("how", WAYS)
async def test_money_that_comes_after_confirms_nothing_and_the_order_is_called_off_and_told(
    desk: Desk, how: str
) -> None:
    offering = await desk.offer()
    unpaid, confirmed, accepted = [await desk.place((offering, 1)) for _ in range(3)]
    await desk.pay(confirmed)
    await desk.pay(accepted)
    await desk.accept(accepted)
    await fall(desk, how)
    await desk.pay(unpaid)
    assert await desk.status(unpaid) is OrderStatus.PLACED
    await desk.call_off_unaccepted()
    for order in (unpaid, confirmed):
        (told,) = await desk.told(OrderCancelled, order)
        assert (told.reason, told.cancelled_by, list(told.dues)) == (SUSPENDED, "partners", [])
    assert await desk.status(accepted) is OrderStatus.ACCEPTED
    await desk.call_off_unaccepted()  # again does nothing
    assert len(await desk.told(OrderCancelled, unpaid)) == 1


async def test_orders_of_another_partner_are_left_alone(desk: Desk) -> None:
    other = Desk(desk.store)
    order = await desk.place((await desk.offer(), 1))
    await other.offer()
    await other.suspend(2)
    await desk.call_off_unaccepted()
    await desk.pay(order)
    assert await desk.status(await desk.accept(order)) is OrderStatus.ACCEPTED


@pytest.mark.parametrize("how", WAYS)
async def test_residents_leave_free_of_charge_whatever_the_hour(desk: Desk, how: str) -> None:
    order = await course(desk)
    assert cancellation_terms(order, Actor.RESIDENT, desk.now).due.minor == 500
    await fall(desk, how)
    one = await desk.cancel_sessions(order, order.lines[0].bookings[0].id)
    assert one.fee_minor == 0
    now = cancellation_terms(await desk.look(order), Actor.RESIDENT, desk.now)
    assert (now.possible, now.due.minor, now.HasField("free_until")) == (True, 0, False)
    await desk.cancel(order)
    (told,) = await desk.told(OrderCancelled, order)
    assert list(told.dues) == []


@pytest.mark.parametrize("how", WAYS)
async def test_what_was_accepted_before_may_be_served_and_costs_what_was_given(desk: Desk, how: str) -> None:
    """The unused is not charged, even where the terms say so: nobody could use it."""
    order = await course(desk, unused=catalog.UNUSED_CHARGED)
    await fall(desk, how)
    await desk.scan(order, "visit")
    desk.later(days=61)
    await desk.end_overdue()
    (told,) = await desk.told(OrderFulfilled, order)
    assert [due.amount.minor for due in told.dues] == [250]


async def test_a_partner_that_is_reinstated_goes_on(desk: Desk) -> None:
    offering = await desk.offer()
    order = await course(desk)
    await desk.suspend(2)
    await desk.reinstate(3)
    assert cancellation_terms(await desk.look(order), Actor.RESIDENT, desk.now).due.minor == 500
    again = await desk.place((offering, 1))
    await desk.pay(again)
    assert (await desk.accept(again)).row.status == OrderStatus.ACCEPTED


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_standings_told_in_any_order_and_twice_end_alike(desk: Desk, order: tuple[int, ...]) -> None:
    offering = await desk.offer()
    steps = [lambda: desk.reinstate(1), lambda: desk.suspend(2), lambda: desk.reinstate(3)]
    for number in (*order, *order):
        await steps[number]()
    await desk.place((offering, 1))
    await desk.suspend(4)
    await desk.reinstate(3)
    with pytest.raises(NotInGoodStanding):
        await desk.place((offering, 1))


async def test_a_later_offering_puts_no_suspended_partner_back(desk: Desk) -> None:
    await desk.suspend(2)
    offering = await desk.offer()
    with pytest.raises(NotInGoodStanding) as refused:
        await desk.place((offering, 1))
    assert refused.value.field == "lines[0].offering_id"


@pytest.mark.parametrize("status", ["confirmed", "accepted"])
async def test_the_database_lets_no_suspended_partner_into_an_order(desk: Desk, status: str) -> None:
    order = await desk.place((await desk.offer(), 1))
    await desk.suspend(2)
    with pytest.raises(DBAPIError, match="suspended"):
        await desk.query(
            "UPDATE orders SET status = :status WHERE id = :id RETURNING id", status=status, id=order.row.id
        )


async def test_a_free_order_of_a_suspended_partner_is_not_confirmed_and_another_partners_is(desk: Desk) -> None:
    mine, other = await desk.offer(price=0), Desk(desk.store)
    theirs = await other.offer(price=0)
    await desk.suspend(2)
    with pytest.raises(NotInGoodStanding):
        await desk.place((mine, 1))
    assert (await other.place((theirs, 1))).row.status == OrderStatus.CONFIRMED
