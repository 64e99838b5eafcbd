"""A review is of a service somebody received; a partner's measures are not for the making."""

from uuid import UUID, uuid4

import pytest
from desk import ALL, Desk
from ordering import handlers
from ordering.aggregate import OrderAggregate
from ordering.commands import cases
from ordering.domain.cases import AlreadyReviewed, NotServed
from ordering.store import cases as store
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1 import api_pb2 as catalog
from yima.ordering.v1.events_pb2 import PartnerMeasured
from yima.settlement.v1.events_pb2 import RefundFailed, RefundMade

pytestmark = pytest.mark.anyio
SERVICE = "ordering"


async def review(desk: Desk, order: OrderAggregate, stars: int = 5, line: int = 0) -> None:
    async with desk.store.transaction() as session:
        await cases.review_service(
            session,
            order_id=order.row.id,
            line_id=str(order.lines[line].row.id),
            stars=stars,
            text="",
            visibility=ALL,
            by=order.row.resident_id,
            now=desk.now,
        )


async def measured(desk: Desk, partner: UUID | None = None) -> catalog.PartnerMeasures | None:
    await cases.measure_partners(desk.store, desk.now)
    subject = f"{PartnerMeasured.DESCRIPTOR.full_name}.{partner or desk.partner}"
    found = await desk.query("SELECT payload FROM outbox WHERE subject = :subject ORDER BY id DESC", subject=subject)
    return PartnerMeasured.FromString(found[0][0]).measures if found else None


async def test_many_lines_of_one_offering_are_one_review(desk: Desk) -> None:
    offering = await desk.offer()
    order = await desk.ready(*[(offering, 1)] * 20)
    for line in range(20):
        order = await desk.scan(order, line=line)
    await review(desk, order)
    for line in range(20):
        with pytest.raises(AlreadyReviewed):
            await review(desk, order, line=line)
    with pytest.raises(DBAPIError, match="review_once"):
        await desk.query(
            """INSERT INTO review (id, order_line_id, order_id, offering_id, partner_id, rating, text, status,
                   reviewed_by, reviewed_at)
               SELECT uuidv7(), :line, order_id, offering_id, partner_id, 5, '', 'published', reviewed_by, reviewed_at
               FROM review WHERE order_id = :order RETURNING id""",
            line=order.lines[7].row.id,
            order=order.row.id,
        )


async def test_neither_side_s_word_alone_lets_a_free_service_be_reviewed(desk: Desk) -> None:
    free = await desk.offer(price=0)
    said = await desk.accept(await desk.place((free, 1)))
    stated = await desk.accept(await desk.place((free, 1)))
    await desk.fulfil(await desk.confirm(said))
    await desk.state(stated, str(uuid4()))
    desk.later(days=10)
    await desk.end_overdue()
    for order in (said, stated):
        with pytest.raises(NotServed):
            await review(desk, order)
    scanned = await desk.scan(await desk.accept(await desk.place((free, 1))))
    await review(desk, scanned)


async def test_what_was_paid_for_after_an_objection_was_possible_is_reviewed(desk: Desk) -> None:
    order = await desk.state(await desk.ready((await desk.offer(), 1)), str(uuid4()))
    with pytest.raises(NotServed):
        await review(desk, order)
    desk.later(days=4)
    await desk.fulfil(order)
    with pytest.raises(NotServed):
        await review(desk, order)
    await desk.capture(order)
    await review(desk, order)


async def test_free_services_of_one_s_own_do_not_move_the_measures(desk: Desk) -> None:
    free = await desk.offer(price=0)
    for _ in range(8):
        order = await desk.accept(await desk.place((free, 1)))
        await desk.fulfil(await desk.confirm(order))
    assert await measured(desk) is None


async def test_one_resident_has_one_voice_the_latest(desk: Desk) -> None:
    offering, loud, other = await desk.offer(), uuid4(), uuid4()
    for resident, stars in ((loud, 5), (loud, 5), (loud, 1), (other, 4)):
        order = await desk.scan(await desk.ready((offering, 1), resident=resident))
        await review(desk, order, stars)
        await desk.fulfil(order)
    found = await measured(desk)
    assert found is not None
    assert (found.orders, found.residents, found.reviews, found.rating_hundredths) == (4, 2, 2, 250)


async def test_free_services_that_were_scanned_count_once_a_resident(desk: Desk) -> None:
    free, resident = await desk.offer(price=0), uuid4()
    for _ in range(5):
        order = await desk.accept(await desk.place((free, 1), resident=resident))
        await desk.fulfil(await desk.scan(order))
    found = await measured(desk)
    assert found is not None
    assert (found.orders, found.residents) == (1, 1)


@pytest.mark.parametrize("price", [1, 0])
async def test_a_guardian_of_many_dependants_is_one_person_with_one_voice(desk: Desk, price: int) -> None:
    """Dependants are made up in no time: who placed the orders counts once, and is read once."""
    offering, guardian = await desk.offer(price=price), uuid4()
    for stars in (5, 5, 5, 5, 2):
        order = await desk.place((offering, 1))
        await desk.query(
            "UPDATE orders SET placed_by = :payer WHERE id = :id RETURNING id", payer=guardian, id=order.row.id
        )
        if price:
            await desk.pay(order)
        order = await desk.scan(await desk.accept(order))
        async with desk.store.transaction() as session:
            await cases.review_service(
                session,
                order_id=order.row.id,
                line_id=str(order.lines[0].row.id),
                stars=stars,
                text="",
                visibility=ALL,
                by=guardian,
                now=desk.now,
            )
        await desk.complain(order)
        await desk.fulfil(order)
    found = await measured(desk)
    assert found is not None
    assert (found.residents, found.reviews, found.rating_hundredths, found.complaints) == (1, 1, 200, 1)
    async with desk.store.transaction() as session:
        assert [one.rating for one in await store.reviews(session, offering, None, 10)] == [2]


async def served(desk: Desk, offering: UUID, lines: int = 1) -> OrderAggregate:
    """An order that was scanned and paid for."""
    order = await desk.ready(*[(offering, 1)] * lines)
    for line in range(lines):
        order = await desk.scan(order, line=line)
    await desk.fulfil(order)
    await desk.capture(order)
    return await desk.look(order)


def refund(order: OrderAggregate, *lines: int, version: int = 5, kind: type = RefundMade) -> RefundMade | RefundFailed:
    """`lines` are given back entirely."""
    line_ids = [str(order.lines[line].row.id) for line in lines]
    made: RefundMade | RefundFailed = kind(order_id=str(order.row.id), refunded_line_ids=line_ids, version=version)
    return made


@pytest.mark.parametrize("refunded_first", [True, False])
async def test_a_review_of_what_was_given_back_is_taken_and_does_not_count(desk: Desk, refunded_first: bool) -> None:
    offering = await desk.offer()
    kept, given_back = await served(desk, offering), await served(desk, offering)
    await review(desk, kept, 2)
    steps = [desk.hear(handlers.on_refund, refund(given_back, 0)), review(desk, given_back, 5)]
    for step in steps if refunded_first else reversed(steps):
        await step
    found = await measured(desk)
    assert found is not None
    assert (found.orders, found.residents, found.reviews, found.rating_hundredths) == (1, 1, 1, 200)
    assert found.completed_basis_points == 5_000, "what was given back was ended, not completed"


async def test_what_was_given_back_in_part_counts_as_before(desk: Desk) -> None:
    order = await served(desk, await desk.offer(), lines=2)
    await review(desk, order, 4, line=1)
    await desk.hear(handlers.on_refund, refund(order, version=4), refund(order, 0))
    found = await measured(desk)
    assert found is not None
    assert (found.orders, found.residents, found.reviews, found.rating_hundredths) == (1, 1, 1, 400)
    await desk.hear(handlers.on_refund, refund(order, 0, 1, version=6))
    found = await measured(desk)
    assert found is not None
    assert (found.orders, found.residents, found.reviews) == (0, 0, 0)


async def test_a_refund_that_came_again_lets_the_review_count_again(desk: Desk) -> None:
    order = await served(desk, await desk.offer())
    await review(desk, order, 3)
    await desk.hear(handlers.on_refund, refund(order, 0))
    await desk.hear(handlers.on_refund, refund(order, version=6, kind=RefundFailed))
    await desk.hear(handlers.on_refund, refund(order, 0))
    found = await measured(desk)
    assert found is not None
    assert (found.orders, found.reviews, found.rating_hundredths) == (1, 1, 300)


async def test_a_complaint_about_what_was_given_back_stays_one(desk: Desk) -> None:
    order = await served(desk, await desk.offer())
    await desk.complain(order)
    await desk.hear(handlers.on_refund, refund(order, 0))
    found = await measured(desk)
    assert found is not None
    assert (found.orders, found.complaints) == (0, 1)
