"""Who placed an order pays for it, and sees what it costs, whoever it is for by now."""

from datetime import timedelta
from uuid import uuid4

import pytest
from chassis.auth import Principal
from chassis.pages import beginning
from chassis.refusals import NotFound
from ordering.aggregate import OrderAggregate
from ordering.api.messages import to_message
from ordering.api.served import for_payer, only_pays, visibility_of, visibility_with_paid
from ordering.commands import cases as commands
from ordering.domain.process import ObjectionOpen
from ordering.domain.visibility import Visibility
from ordering.store import cases, orders
from ordering.store.orders import OrderFilter
from ordering_scenario import DEADLINES, Scenario
from yima.catalog.v1 import api_pb2 as catalog
from yima.common.v1.route_pb2 import Role
from yima.ordering.v1 import api_pb2 as pb

pytestmark = pytest.mark.anyio
SERVICE = "ordering"


def resident(who: object, *dependants: object) -> Principal:
    return Principal(Role.ROLE_RESIDENT, str(who), dependants=frozenset(map(str, dependants)))


async def paid_for(scenario: Scenario) -> OrderAggregate:
    """An order of a visit for a child, placed by somebody else."""
    offering = await scenario.offer(booking_required=True, asks=False)
    order = await scenario.ready((offering, 1, await scenario.slot(offering)))
    await scenario.query(
        "UPDATE orders SET placed_by = :payer WHERE id = :id RETURNING id", payer=uuid4(), id=order.row.id
    )
    return await scenario.look(order)


async def visible(scenario: Scenario, order: OrderAggregate, what: Visibility) -> bool:
    async with scenario.store.transaction() as session:
        listed = order.row.id in [row.id for row in await orders.page(session, what, OrderFilter(), beginning(50))]
        try:
            await orders.order(session, order.row.id, what)
        except NotFound:
            assert not listed
            return False
        assert listed
        return True


async def test_the_payer_the_resident_and_their_guardian_see_an_order_and_nobody_else(scenario: Scenario) -> None:
    order = await paid_for(scenario)
    payer, child = order.row.placed_by, order.row.resident_id
    for who, sees in (
        (resident(payer), True),
        (resident(child), True),
        (resident(uuid4(), child), True),
        (resident(uuid4()), False),
        (Principal(Role.ROLE_PARTNER, str(payer), partner_id=str(uuid4())), False),
    ):
        assert await visible(scenario, order, visibility_with_paid(who)) is sees


async def test_a_payer_has_no_right_to_any_other_act(scenario: Scenario) -> None:
    """Every command but looking, cancelling and complaining goes by `seen`."""
    order = await paid_for(scenario)
    assert not await visible(scenario, order, visibility_of(resident(order.row.placed_by)))


async def test_a_payer_is_shown_what_was_bought_and_what_it_costs_not_where_and_how_it_was_given(
    scenario: Scenario,
) -> None:
    order = await scenario.scan(await paid_for(scenario))
    payer = resident(order.row.placed_by)
    assert only_pays(payer, order.row)
    assert not only_pays(resident(order.row.placed_by, order.row.resident_id), order.row)
    shown = to_message(order)
    assert shown.proofs
    for_payer(shown, own_words=False)
    assert (list(shown.proofs), shown.beneficiary_id, shown.HasField("deadline")) == ([], "", False)
    assert [(list(line.bookings), line.slot_id, line.total.minor) for line in shown.lines] == [([], "", 100)]
    assert shown.total.minor == 100


async def test_a_payer_complains_and_sees_that_complaint_alone(scenario: Scenario) -> None:
    order = await paid_for(scenario)
    complaint = await scenario.complain(order)
    async with scenario.store.transaction() as session:
        for who, sees in ((complaint.opened_by, True), (order.row.resident_id, True), (uuid4(), False)):
            rows = await cases.complaints(session, visibility_with_paid(resident(who)), None, False, beginning(10))
            assert [row.id for row in rows] == ([complaint.id] if sees else [])


def test_a_package_shows_its_payer_nothing_of_what_was_used() -> None:
    item = pb.Entitlement(code="visit", kind=catalog.UNIT_KIND_VISIT, granted=3, used=1)
    shown = pb.Order(reason="too far", lines=[pb.OrderLine(entitlements=[item])])
    for_payer(shown, own_words=True)
    assert (list(shown.lines[0].entitlements), shown.reason) == ([], "too far")


async def test_a_payer_objects_to_what_the_partner_alone_says_after_the_guardianship(scenario: Scenario) -> None:
    """The partner accepts and states it after the guardianship has ended: nobody else is there to say no."""
    offering = await scenario.offer()
    order = await scenario.place((offering, 1))
    payer = uuid4()
    await scenario.query(
        "UPDATE orders SET placed_by = :payer WHERE id = :id RETURNING id", payer=payer, id=order.row.id
    )
    await scenario.pay(order)
    await scenario.state(await scenario.accept(order), str(uuid4()))
    async with scenario.store.transaction() as session:
        await commands.complain(
            session,
            order_id=order.row.id,
            text="Nobody was there.",
            not_given=True,
            visibility=visibility_with_paid(resident(payer)),
            by=payer,
            answer_within=timedelta(days=10),
            deadlines=DEADLINES,
            now=scenario.now,
        )
    assert (await scenario.look(order)).row.contested
    scenario.later(days=4)
    with pytest.raises(ObjectionOpen):
        await scenario.fulfil(order)
