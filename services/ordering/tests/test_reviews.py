"""A review is of a service somebody received; a partner's measures are not for the making."""

from uuid import UUID, uuid4

import pytest
from chassis.pages import beginning
from ordering import handlers
from ordering.aggregate import OrderAggregate
from ordering.commands import cases
from ordering.domain.cases import AlreadyReviewed, NotServed
from ordering.store import cases as store
from ordering_scenario import ALL, Scenario
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1 import api_pb2 as catalog
from yima.ordering.v1.events_pb2 import PartnerMeasured
from yima.settlement.v1.events_pb2 import RefundFailed, RefundMade

pytestmark = pytest.mark.anyio
SERVICE = "ordering"


async def review(scenario: Scenario, order: OrderAggregate, stars: int = 5, line: int = 0) -> None:
    async with scenario.store.transaction() as session:
        await cases.review_service(
            session,
            order_id=order.row.id,
            line_id=str(order.lines[line].row.id),
            stars=stars,
            text="",
            visibility=ALL,
            by=order.row.resident_id,
            now=scenario.now,
        )


async def measured(scenario: Scenario, partner: UUID | None = None) -> catalog.PartnerMeasures | None:
    await cases.measure_partners(scenario.store, scenario.now)
    subject = f"{PartnerMeasured.DESCRIPTOR.full_name}.{partner or scenario.partner}"
    payloads = await scenario.query(
        "SELECT payload FROM outbox WHERE subject = :subject ORDER BY id DESC", subject=subject
    )
    return PartnerMeasured.FromString(payloads[0][0]).measures if payloads else None


async def test_many_lines_of_one_offering_are_one_review(scenario: Scenario) -> None:
    offering = await scenario.offer()
    order = await scenario.ready(*[(offering, 1)] * 20)
    for line in range(20):
        order = await scenario.scan(order, line=line)
    await review(scenario, order)
    for line in range(20):
        with pytest.raises(AlreadyReviewed):
            await review(scenario, order, line=line)
    with pytest.raises(DBAPIError, match="review_once"):
        await scenario.query(
            """INSERT INTO review (id, order_line_id, order_id, offering_id, partner_id, rating, text, status,
                   reviewed_by, reviewed_at)
               SELECT uuidv7(), :line, order_id, offering_id, partner_id, 5, '', 'published', reviewed_by, reviewed_at
               FROM review WHERE order_id = :order RETURNING id""",
            line=order.lines[7].row.id,
            order=order.row.id,
        )


async def test_neither_side_s_word_alone_lets_a_free_service_be_reviewed(scenario: Scenario) -> None:
    free = await scenario.offer(price=0)
    said = await scenario.accept(await scenario.place((free, 1)))
    stated = await scenario.accept(await scenario.place((free, 1)))
    await scenario.fulfil(await scenario.confirm(said))
    await scenario.state(stated, str(uuid4()))
    scenario.later(days=10)
    await scenario.end_overdue()
    for order in (said, stated):
        with pytest.raises(NotServed):
            await review(scenario, order)
    scanned = await scenario.scan(await scenario.accept(await scenario.place((free, 1))))
    await review(scenario, scanned)


async def test_what_was_paid_for_after_an_objection_was_possible_is_reviewed(scenario: Scenario) -> None:
    order = await scenario.state(await scenario.ready((await scenario.offer(), 1)), str(uuid4()))
    with pytest.raises(NotServed):
        await review(scenario, order)
    scenario.later(days=4)
    await scenario.fulfil(order)
    with pytest.raises(NotServed):
        await review(scenario, order)
    await scenario.capture(order)
    await review(scenario, order)


async def test_free_services_of_one_s_own_do_not_move_the_measures(scenario: Scenario) -> None:
    free = await scenario.offer(price=0)
    for _ in range(8):
        order = await scenario.accept(await scenario.place((free, 1)))
        await scenario.fulfil(await scenario.confirm(order))
    assert await measured(scenario) is None


async def test_one_resident_has_one_voice_the_latest(scenario: Scenario) -> None:
    offering, loud, other = await scenario.offer(), uuid4(), uuid4()
    for resident, stars in ((loud, 5), (loud, 5), (loud, 1), (other, 4)):
        order = await scenario.scan(await scenario.ready((offering, 1), resident=resident))
        await review(scenario, order, stars)
        await scenario.fulfil(order)
    measures = await measured(scenario)
    assert measures is not None
    assert (measures.orders, measures.residents, measures.reviews, measures.rating_hundredths) == (4, 2, 2, 250)


async def test_free_services_that_were_scanned_count_once_a_resident(scenario: Scenario) -> None:
    free, resident = await scenario.offer(price=0), uuid4()
    for _ in range(5):
        order = await scenario.accept(await scenario.place((free, 1), resident=resident))
        await scenario.fulfil(await scenario.scan(order))
    measures = await measured(scenario)
    assert measures is not None
    assert (measures.orders, measures.residents) == (1, 1)


@pytest.mark.parametrize("price", [1, 0])
async def test_a_guardian_of_many_dependants_is_one_person_with_one_voice(scenario: Scenario, price: int) -> None:
    """Dependants are made up in no time: who placed the orders counts once, and is read once."""
    offering, guardian = await scenario.offer(price=price), uuid4()
    for stars in (5, 5, 5, 5, 2):
        order = await scenario.place((offering, 1))
        await scenario.query(
            "UPDATE orders SET placed_by = :payer WHERE id = :id RETURNING id", payer=guardian, id=order.row.id
        )
        if price:
            await scenario.pay(order)
        order = await scenario.scan(await scenario.accept(order))
        async with scenario.store.transaction() as session:
            await cases.review_service(
                session,
                order_id=order.row.id,
                line_id=str(order.lines[0].row.id),
                stars=stars,
                text="",
                visibility=ALL,
                by=guardian,
                now=scenario.now,
            )
        await scenario.complain(order)
        await scenario.fulfil(order)
    measures = await measured(scenario)
    assert measures is not None
    assert (measures.residents, measures.reviews, measures.rating_hundredths, measures.complaints) == (1, 1, 200, 1)
    async with scenario.store.transaction() as session:
        assert [review.rating for review in await store.reviews(session, offering, beginning(10))] == [2]


async def served(scenario: Scenario, offering: UUID, lines: int = 1, resident: UUID | None = None) -> OrderAggregate:
    """An order that was scanned and paid for."""
    order = await scenario.ready(*[(offering, 1)] * lines, resident=resident)
    for line in range(lines):
        order = await scenario.scan(order, line=line)
    await scenario.fulfil(order)
    await scenario.capture(order)
    return await scenario.look(order)


def refund(order: OrderAggregate, *lines: int, version: int = 5, kind: type = RefundMade) -> RefundMade | RefundFailed:
    """`lines` are given back entirely."""
    line_ids = [str(order.lines[line].row.id) for line in lines]
    event: RefundMade | RefundFailed = kind(order_id=str(order.row.id), refunded_line_ids=line_ids, version=version)
    return event


@pytest.mark.parametrize("refunded_first", [True, False])
async def test_a_review_of_what_was_given_back_is_taken_and_raises_no_rating(
    scenario: Scenario, refunded_first: bool
) -> None:
    offering = await scenario.offer()
    kept, given_back = await served(scenario, offering), await served(scenario, offering)
    await review(scenario, kept, 2)
    steps = [scenario.hear(handlers.on_refund, refund(given_back, 0)), review(scenario, given_back, 5)]
    for step in steps if refunded_first else reversed(steps):
        await step
    measures = await measured(scenario)
    assert measures is not None
    assert (measures.orders, measures.residents, measures.reviews, measures.rating_hundredths) == (1, 1, 1, 200)
    assert measures.completed_basis_points == 5_000, "what was given back was ended, not completed"


@pytest.mark.parametrize("refunded_first", [True, False])
async def test_giving_a_price_back_buys_no_bad_review_away(scenario: Scenario, refunded_first: bool) -> None:
    offering = await scenario.offer()
    kept, given_back = await served(scenario, offering), await served(scenario, offering)
    await review(scenario, kept, 5)
    steps = [scenario.hear(handlers.on_refund, refund(given_back, 0)), review(scenario, given_back, 1)]
    for step in steps if refunded_first else reversed(steps):
        await step
    measures = await measured(scenario)
    assert measures is not None
    assert (measures.reviews, measures.rating_hundredths) == (2, 300)


async def test_giving_a_price_back_brings_no_better_earlier_review_of_the_same_person_back(scenario: Scenario) -> None:
    offering = await scenario.offer()
    resident = uuid4()
    for stars, refunded in ((5, False), (1, True)):
        order = await served(scenario, offering, resident=resident)
        await review(scenario, order, stars)
        if refunded:
            await scenario.hear(handlers.on_refund, refund(order, 0))
    measures = await measured(scenario)
    assert measures is not None
    assert (measures.reviews, measures.rating_hundredths) == (1, 100)


async def test_what_was_given_back_in_part_counts_as_before(scenario: Scenario) -> None:
    order = await served(scenario, await scenario.offer(), lines=2)
    await review(scenario, order, 4, line=1)
    await scenario.hear(handlers.on_refund, refund(order, version=4), refund(order, 0))
    measures = await measured(scenario)
    assert measures is not None
    assert (measures.orders, measures.residents, measures.reviews, measures.rating_hundredths) == (1, 1, 1, 400)
    await scenario.hear(handlers.on_refund, refund(order, 0, 1, version=6))
    measures = await measured(scenario)
    assert measures is not None
    assert (measures.orders, measures.residents, measures.reviews) == (0, 0, 0)


async def test_a_refund_that_came_again_lets_the_review_count_again(scenario: Scenario) -> None:
    order = await served(scenario, await scenario.offer())
    await review(scenario, order, 3)
    await scenario.hear(handlers.on_refund, refund(order, 0))
    await scenario.hear(handlers.on_refund, refund(order, version=6, kind=RefundFailed))
    await scenario.hear(handlers.on_refund, refund(order, 0))
    measures = await measured(scenario)
    assert measures is not None
    assert (measures.orders, measures.reviews, measures.rating_hundredths) == (1, 1, 300)


async def test_a_complaint_about_what_was_given_back_stays_one(scenario: Scenario) -> None:
    order = await served(scenario, await scenario.offer())
    await scenario.complain(order)
    await scenario.hear(handlers.on_refund, refund(order, 0))
    measures = await measured(scenario)
    assert measures is not None
    assert (measures.orders, measures.complaints) == (0, 1)
