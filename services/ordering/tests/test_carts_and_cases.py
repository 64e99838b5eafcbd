"""Carts of several partners' services, previews with their warnings, reviews, complaints, and measures."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from chassis.refusals import Invalid
from ordering import handlers
from ordering.aggregate import OrderAggregate
from ordering.api.messages import to_message
from ordering.api.placing import line_requests, warnings
from ordering.commands import carts, cases
from ordering.commands.carts import Buyer
from ordering.domain.cases import AlreadyComplained, AlreadyReviewed, CaseStepRefused, NotServed
from ordering.domain.orders import CartChanged, CartEmpty, OfferingWithdrawn, SlotTaken
from ordering.domain.process import Actor
from ordering.store import orders
from ordering_scenario import ALL, DEADLINES, Scenario, agreed_lines
from yima.catalog.v1 import api_pb2 as catalog
from yima.catalog.v1.events_pb2 import OfferingWithdrawn as Withdrawn
from yima.ordering.v1 import api_pb2 as pb
from yima.ordering.v1.events_pb2 import PartnerMeasured

pytestmark = pytest.mark.anyio
SERVICE = "ordering"


async def fill(scenario: Scenario, owner: UUID, *lines: tuple[UUID, int, str], version: int = 0) -> int:
    cart_lines = [
        pb.PlaceOrderLine(offering_id=str(offering_id), quantity=many, slot_id=slot)
        for offering_id, many, slot in lines
    ]
    async with scenario.store.transaction() as session:
        row = await carts.put_cart(session, owner_id=owner, resident_id=owner, lines=cart_lines, version=version)
        return row.version


async def check_out(scenario: Scenario, owner: UUID, version: int, key: str = "") -> tuple[UUID, list[OrderAggregate]]:
    async with scenario.store.transaction() as session:
        cart = await carts.cart_at(session, owner, version)
        lines, expected = await agreed_lines(session, line_requests(pb.Cart.FromString(cart.lines).lines))
        buyer = Buyer(
            owner, owner, None, "sandbox:ok", True, key or str(uuid4()), b"a" * 32, None, expected, proven=True
        )
        checkout_id, placed_orders = await carts.check_out(
            session, cart=cart, lines=lines, buyer=buyer, deadlines=DEADLINES, now=scenario.now
        )
        return checkout_id, list(placed_orders)


async def test_one_checkout_makes_an_order_a_partner_and_empties_the_cart(scenario: Scenario) -> None:
    owner, other = uuid4(), uuid4()
    course = {"contents": [catalog.EntitledItem(code="visit", times=2)], "valid_days": 30}
    mine, also_mine = await scenario.offer(price=300), await scenario.offer(price=50)
    theirs = await scenario.offer(partner=other, **course)
    version = await fill(scenario, owner, (mine, 1, ""), (theirs, 2, ""), (also_mine, 1, ""))
    checkout_id, placed_orders = await check_out(scenario, owner, version)
    assert {order.row.partner_id: len(order.lines) for order in placed_orders} == {scenario.partner: 2, other: 1}
    assert sorted(order.row.total_minor for order in placed_orders) == [200, 350]
    assert {order.row.checkout_id for order in placed_orders} == {checkout_id}
    with pytest.raises(CartEmpty):
        await check_out(scenario, owner, version + 1)


async def test_what_is_paid_by_the_period_is_an_order_of_its_own_in_the_same_checkout(scenario: Scenario) -> None:
    owner = uuid4()
    by_period = {
        "contents": [catalog.EntitledItem(code="visit", times=2)],
        "priced_per": catalog.PRICE_BASIS_PERIOD,
        "periods_max": 3,
    }
    monthly, weekly = [await scenario.offer(price=30, period_days=days, **by_period) for days in (30, 7)]
    plain, also_plain = await scenario.offer(price=300), await scenario.offer(price=50)
    version = await fill(scenario, owner, (plain, 1, ""), (monthly, 1, ""), (also_plain, 1, ""), (weekly, 1, ""))
    checkout_id, placed_orders = await check_out(scenario, owner, version, key="k" * 8)
    ordered = {frozenset(line.row.offering_id for line in order.lines) for order in placed_orders}
    assert ordered == {frozenset({plain, also_plain}), frozenset({monthly}), frozenset({weekly})}
    assert {order.row.checkout_id for order in placed_orders} == {checkout_id}
    assert sorted(order.row.period or 0 for order in placed_orders) == [0, 1, 1]


async def test_a_checkout_places_all_of_its_orders_or_none(scenario: Scenario) -> None:
    owner, other = uuid4(), uuid4()
    good, gone = await scenario.offer(), await scenario.offer(partner=other)
    version = await fill(scenario, owner, (good, 1, ""), (gone, 1, ""))
    withdrawn = Withdrawn(offering_id=str(gone), partner_id=str(other), version=2)
    await scenario.hear(handlers.on_offering_withdrawn, withdrawn)
    with pytest.raises(OfferingWithdrawn) as refused:
        await check_out(scenario, owner, version)
    assert refused.value.field == "lines[1].offering_id"
    assert not await scenario.query("SELECT id FROM orders WHERE placed_by = :owner", owner=owner)
    assert await scenario.query("SELECT version FROM cart WHERE owner_id = :owner", owner=owner) == [(version,)]


async def test_a_cart_changed_on_another_device_is_not_ordered_unseen(scenario: Scenario) -> None:
    """woocommerce#62659, shopware#19943: the version is looked at inside the lock."""
    owner = uuid4()
    offering = await scenario.offer()
    seen = await fill(scenario, owner, (offering, 1, ""))
    await fill(scenario, owner, (offering, 5, ""), version=seen)
    with pytest.raises(CartChanged):
        await check_out(scenario, owner, seen)
    with pytest.raises(CartChanged):
        await fill(scenario, owner, (offering, 2, ""), version=seen)
    with pytest.raises(CartChanged):
        await fill(scenario, owner, (offering, 2, ""))


@pytest.mark.parametrize("version", [2**53 + 1, 2**63 - 1, 2**64 - 1])
async def test_a_version_that_no_cart_can_come_to_is_refused(scenario: Scenario, version: int) -> None:
    owner = uuid4()
    with pytest.raises(CartChanged) as refused:
        await fill(scenario, owner, (await scenario.offer(), 1, ""), version=version)
    assert refused.value.field == "version"
    assert not await scenario.query("SELECT version FROM cart WHERE owner_id = :owner", owner=owner)


async def test_two_checkouts_of_one_cart_at_once_order_it_once(scenario: Scenario) -> None:
    owner = uuid4()
    version = await fill(scenario, owner, (await scenario.offer(), 1, ""))
    answers = await asyncio.gather(*(check_out(scenario, owner, version) for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(answer, tuple) for answer in answers) == 1
    assert sum(isinstance(answer, CartChanged | CartEmpty) for answer in answers) == 5
    assert len(await scenario.query("SELECT id FROM orders WHERE placed_by = :owner", owner=owner)) == 1


async def test_a_slot_lost_between_cart_and_checkout_is_said_and_nothing_is_ordered(scenario: Scenario) -> None:
    owner = uuid4()
    offering = await scenario.offer(booking_required=True)
    slot = await scenario.slot(offering)
    version = await fill(scenario, owner, (offering, 1, str(slot)))
    await scenario.place((offering, 1, slot))
    with pytest.raises(SlotTaken):
        await check_out(scenario, owner, version)


async def test_a_preview_says_what_it_costs_and_warns_of_an_equivalent_service(scenario: Scenario) -> None:
    resident = uuid4()
    offering = await scenario.offer(price=700, definition="fasting-glucose")
    assert not await warned(scenario, offering, resident)
    order = await scenario.ready((offering, 1), resident=resident)
    assert await warned(scenario, offering, resident) == [pb.WARNING_KIND_OPEN_EQUIVALENT]
    await scenario.fulfil(await scenario.scan(order))
    assert await warned(scenario, offering, resident) == [pb.WARNING_KIND_RECENT_EQUIVALENT]
    preview = await scenario.preview((offering, 1), resident=resident)
    assert to_message(preview).total.minor == 700
    assert len(await scenario.query("SELECT id FROM orders WHERE resident_id = :one", one=resident)) == 1
    scenario.later(days=91)
    assert not await warned(scenario, offering, resident)


async def warned(scenario: Scenario, offering: UUID, resident: UUID) -> list[int]:
    async with scenario.store.transaction() as session:
        since = scenario.now - timedelta(days=90)
        known = await orders.equivalents(session, resident, ["fasting-glucose"], since)
    return [warning.kind for warning in warnings(str(offering), *known.get("fasting-glucose", (None, None)))]


async def review(scenario: Scenario, order: OrderAggregate, stars: int = 5, text: str = "") -> None:
    async with scenario.store.transaction() as session:
        await cases.review_service(
            session,
            order_id=order.row.id,
            line_id=str(order.lines[0].row.id),
            stars=stars,
            text=text,
            visibility=ALL,
            by=order.row.resident_id,
            now=scenario.now,
        )


async def test_only_what_was_served_is_reviewed_and_only_once(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(), 1))
    with pytest.raises(NotServed):
        await review(scenario, order)
    await scenario.scan(order)
    for stars in (0, 6):
        with pytest.raises(Invalid):
            await review(scenario, order, stars)
    await review(scenario, order, 4, "Kind and on time")
    with pytest.raises(AlreadyReviewed):
        await review(scenario, order, 1)


async def complain(scenario: Scenario, order: OrderAggregate) -> UUID:
    async with scenario.store.transaction() as session:
        row = await cases.complain(
            session,
            order_id=order.row.id,
            text="nobody was there",
            not_given=False,
            visibility=ALL,
            by=order.row.resident_id,
            answer_within=timedelta(days=3),
            deadlines=DEADLINES,
            now=scenario.now,
        )
        return row.id


async def decide(scenario: Scenario, complaint: UUID) -> None:
    async with scenario.store.transaction() as session:
        await cases.decide_complaint(
            session,
            complaint_id=complaint,
            upheld=True,
            decision="money back",
            actor=Actor.OPERATOR,
            by=uuid4(),
            deadlines=DEADLINES,
            now=scenario.now,
        )


async def test_a_complaint_is_answered_or_escalated_and_always_decided(scenario: Scenario) -> None:
    answered, ignored = (
        await scenario.ready((await scenario.offer(), 1)),
        await scenario.ready((await scenario.offer(), 1)),
    )
    first, second = await complain(scenario, answered), await complain(scenario, ignored)
    with pytest.raises(AlreadyComplained):
        await complain(scenario, answered)
    with pytest.raises(CaseStepRefused, match="may still answer"):
        await decide(scenario, first)
    async with scenario.store.transaction() as session:
        await cases.answer_complaint(session, complaint_id=first, partner_id=scenario.partner, answer="we are sorry")
    await decide(scenario, first)
    scenario.later(days=4)
    await cases.escalate_unanswered(scenario.store, scenario.now)
    await cases.escalate_unanswered(scenario.store, scenario.now)
    escalated = dict(
        await scenario.query("SELECT id, escalated FROM complaint WHERE id = ANY(:ids)", ids=[first, second])
    )
    assert escalated == {first: False, second: True}
    assert len(await scenario.query("SELECT id FROM outbox WHERE subject LIKE '%ComplaintEscalated.%'")) == 1
    await decide(scenario, second)
    with pytest.raises(CaseStepRefused, match="was decided"):
        await decide(scenario, second)
    await complain(scenario, answered)


async def test_another_partner_s_complaint_does_not_exist(scenario: Scenario) -> None:
    complaint = await complain(scenario, await scenario.ready((await scenario.offer(), 1)))
    async with scenario.store.transaction() as session:
        with pytest.raises(Exception, match="no such complaint"):
            await cases.answer_complaint(session, complaint_id=complaint, partner_id=uuid4(), answer="not ours")


async def test_partners_are_measured_by_what_happened_and_told_of_when_it_changes(scenario: Scenario) -> None:
    offering = await scenario.offer()
    for _ in range(2):
        order = await scenario.place((offering, 1))
        await scenario.pay(order)
        scenario.later(minutes=10)
        await scenario.accept(order)
    await scenario.fulfil(await scenario.scan(order))
    await review(scenario, order, 4)
    late = await scenario.place((offering, 1))
    await scenario.pay(late)
    await scenario.refuse(late)
    await complain(scenario, order)
    await cases.measure_partners(scenario.store, scenario.now)
    await cases.measure_partners(scenario.store, scenario.now)
    subject = f"{PartnerMeasured.DESCRIPTOR.full_name}.{scenario.partner}"
    event = await scenario.query("SELECT payload FROM outbox WHERE subject = :subject", subject=subject)
    assert len(event) == 1
    assert PartnerMeasured.FromString(event[0][0]).measures == catalog.PartnerMeasures(
        partner_id=str(scenario.partner),
        orders=3,
        acceptance_seconds=600,
        completed_basis_points=5_000,
        complaints=1,
        reviews=1,
        rating_hundredths=400,
        residents=3,
        version=1,
    )
