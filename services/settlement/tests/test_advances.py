"""Orders that take longer than a provider promises money for."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from chassis.consumer import NotYet
from settlement import handlers
from settlement.commands import advances
from sqlalchemy import text
from yima.common.v1.types_pb2 import Money
from yima.ordering.v1.events_pb2 import LineDue, OrderCancelled, OrderFulfilled, OrderPlaced

from services.settlement.tests.office import Office

pytestmark = pytest.mark.anyio
SERVICE = "settlement"


AGE = text("UPDATE payment SET authorised_at = now() - :days * interval '1 day' WHERE authorised_at IS NOT NULL")


async def sweep(office: Office, days: int = 7, *, answer: bool = True) -> int:
    """The sweep, when what is promised has been so for `days`."""
    async with office.store.transaction() as session:
        await session.execute(AGE, {"days": days})
        due = await advances.take_due(session, timedelta(days=6), datetime.now(UTC))
    if answer:
        await office.provide()
    return due


async def fulfil(office: Office, placed: OrderPlaced, minor: int) -> None:
    due = LineDue(order_line_id=placed.lines[0].order_line_id, amount=Money(currency="CNY", minor=minor))
    told = OrderFulfilled(
        order_id=placed.order_id, partner_id=str(office.partner), dues=[due],
        order_line_ids=[placed.lines[0].order_line_id],
    )  # fmt: skip
    await office.hear(handlers.on_order_fulfilled, told)
    await office.provide()


async def held(office: Office) -> int:
    return -await office.balance("residents:advance")


async def test_what_is_promised_too_long_is_taken_and_held_until_it_is_earned(office: Office) -> None:
    placed = await office.place()
    assert await sweep(office, days=5) == 0
    assert await sweep(office) == 1
    assert await office.status(placed) == "advanced"
    assert (await held(office), await office.owed()) == (36_000, 0)
    assert await sweep(office) == 0
    await office.fulfil(placed)
    assert await office.status(placed) == "captured"
    assert (await held(office), await office.owed()) == (0, 32_400)
    assert [one["kind"] for one in office.books.sandbox.report()] == ["capture"]
    assert await office.holds()


async def test_what_was_not_used_of_it_goes_back_to_the_resident(office: Office) -> None:
    placed = await office.place()
    await sweep(office)
    await fulfil(office, placed, 12_000)
    assert (await held(office), await office.balance("provider:refunds-due")) == (0, 0)
    assert [one["amount"] for one in office.books.sandbox.report()][-2:] == [36_000, -24_000]
    assert await office.holds()


async def test_an_order_that_is_called_off_gives_all_of_it_back(office: Office) -> None:
    placed = await office.place()
    await sweep(office)
    await office.hear(handlers.on_order_cancelled, OrderCancelled(order_id=placed.order_id))
    await office.provide()
    assert await office.status(placed) == "voided"
    assert await held(office) == 0
    assert office.books.sandbox.report()[-1]["amount"] == -36_000
    assert await office.holds()


async def test_an_order_fulfilled_while_its_money_is_being_taken_waits_for_the_answer(office: Office) -> None:
    placed = await office.place()
    await sweep(office, answer=False)
    with pytest.raises(NotYet):
        await office.fulfil(placed)
    with pytest.raises(NotYet):
        await office.hear(handlers.on_order_cancelled, OrderCancelled(order_id=placed.order_id))
    await office.provide()
    await office.fulfil(placed)
    assert await office.status(placed) == "captured"
    assert await office.holds()


async def test_less_than_was_promised_is_borne_by_the_parts_when_the_order_is_fulfilled(office: Office) -> None:
    placed = await office.place()
    office.books.sandbox.faults.partial_capture = 1.0
    await sweep(office)
    office.books.sandbox.faults.partial_capture = 0.0
    taken = await held(office)
    assert 0 < taken < 36_000
    await office.fulfil(placed)
    assert await held(office) == 0
    assert await office.holds()


async def test_a_refused_advance_leaves_the_promise_for_the_fulfilment(office: Office) -> None:
    placed = await office.place()
    async with office.store.transaction() as session:
        await session.execute(
            text("UPDATE payment SET provider_reference = 'gone' WHERE order_id = :order"),
            {"order": UUID(placed.order_id)},
        )
    await sweep(office)
    assert await office.status(placed) == "authorised"
    assert await sweep(office) == 0
    assert await held(office) == 0
