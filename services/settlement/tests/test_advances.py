"""Orders that take longer than a provider promises money for."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from chassis.consumer import NotYet
from settlement import commands, handlers
from settlement.commands import advances
from sqlalchemy import text
from yima.common.v1.types_pb2 import Money
from yima.ordering.v1.events_pb2 import LineDue, OrderCancelled, OrderFulfilled, OrderPlaced

from services.settlement.tests.harness import Harness

pytestmark = pytest.mark.anyio
SERVICE = "settlement"


AGE = text("UPDATE payment SET authorised_at = now() - :days * interval '1 day' WHERE authorised_at IS NOT NULL")


async def sweep(harness: Harness, days: int = 7, *, answer: bool = True) -> int:
    """The sweep, when what is promised has been so for `days`."""
    async with harness.store.transaction() as session:
        await session.execute(AGE, {"days": days})
        due = await advances.take_due(session, timedelta(days=6), datetime.now(UTC))
    if answer:
        await harness.provide()
    return due


async def fulfil(harness: Harness, placed: OrderPlaced, minor: int) -> None:
    due = LineDue(order_line_id=placed.lines[0].order_line_id, amount=Money(currency="CNY", minor=minor))
    event = OrderFulfilled(
        order_id=placed.order_id,
        partner_id=str(harness.partner),
        dues=[due],
        order_line_ids=[placed.lines[0].order_line_id],
    )
    await harness.hear(handlers.on_order_fulfilled, event)
    await harness.provide()


async def held(harness: Harness) -> int:
    return -await harness.balance("residents:advance")


async def test_what_is_promised_too_long_is_taken_and_held_until_it_is_earned(harness: Harness) -> None:
    placed = await harness.place()
    assert await sweep(harness, days=5) == 0
    assert await sweep(harness) == 1
    assert await harness.status(placed) == "advanced"
    assert (await held(harness), await harness.owed()) == (36_000, 0)
    assert await sweep(harness) == 0
    await harness.fulfil(placed)
    assert await harness.status(placed) == "captured"
    assert (await held(harness), await harness.owed()) == (0, 32_400)
    assert [movement["kind"] for movement in harness.books.sandbox.report()] == ["capture"]
    assert await harness.holds()


async def test_what_was_not_used_of_it_goes_back_to_the_resident(harness: Harness) -> None:
    placed = await harness.place()
    await sweep(harness)
    await fulfil(harness, placed, 12_000)
    assert (await held(harness), await harness.balance("provider:refunds-due")) == (0, 0)
    assert [movement["amount"] for movement in harness.books.sandbox.report()][-2:] == [36_000, -24_000]
    assert await harness.holds()


async def test_an_order_that_is_called_off_gives_all_of_it_back(harness: Harness) -> None:
    placed = await harness.place()
    await sweep(harness)
    await harness.hear(handlers.on_order_cancelled, OrderCancelled(order_id=placed.order_id))
    await harness.provide()
    assert await harness.status(placed) == "voided"
    assert await held(harness) == 0
    assert harness.books.sandbox.report()[-1]["amount"] == -36_000
    assert await harness.holds()


async def test_an_order_fulfilled_while_its_money_is_being_taken_waits_for_the_answer(harness: Harness) -> None:
    placed = await harness.place()
    await sweep(harness, answer=False)
    with pytest.raises(NotYet):
        await harness.fulfil(placed)
    with pytest.raises(NotYet):
        await harness.hear(handlers.on_order_cancelled, OrderCancelled(order_id=placed.order_id))
    await harness.provide()
    await harness.fulfil(placed)
    assert await harness.status(placed) == "captured"
    assert await harness.holds()


async def test_less_than_was_promised_is_borne_by_the_parts_when_the_order_is_fulfilled(harness: Harness) -> None:
    placed = await harness.place()
    harness.books.sandbox.faults.partial_capture = 1.0
    await sweep(harness)
    harness.books.sandbox.faults.partial_capture = 0.0
    taken = await held(harness)
    assert 0 < taken < 36_000
    await harness.fulfil(placed)
    assert await held(harness) == 0
    assert await harness.holds()


async def test_a_refused_advance_leaves_the_promise_for_the_fulfilment(harness: Harness) -> None:
    placed = await harness.place()
    async with harness.store.transaction() as session:
        await session.execute(
            text("UPDATE payment SET provider_reference = 'gone' WHERE order_id = :order"),
            {"order": UUID(placed.order_id)},
        )
    await sweep(harness)
    assert await harness.status(placed) == "authorised"
    assert await sweep(harness) == 0
    assert await held(harness) == 0


async def test_the_evidence_that_a_partner_gets_says_that_the_resident_asked_and_not_who_that_is(
    harness: Harness,
) -> None:
    placed = await harness.place()
    await sweep(harness)
    await fulfil(harness, placed, 30_000)
    dispute_id = await harness.dispute(placed)
    async with harness.store.transaction() as session:
        row, _ = await commands.evidence_of(
            session, dispute_id=dispute_id, partner_id=harness.partner, now=datetime.now(UTC)
        )
    (refund,) = json.loads(row.content)["refunds"]
    assert (refund["amount_minor"], refund["asked_by"]) == (6_000, "resident")
    assert placed.placed_by not in row.content.decode()
