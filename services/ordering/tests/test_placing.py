"""Placing orders together: nobody gets a place twice, nobody's mistake is another's."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from chassis.batching import Batcher
from chassis.database import Database
from chassis.refusals import KeyReused
from ordering.aggregate import OrderAggregate
from ordering.commands import moves, placing
from ordering.commands.placing import PlaceRequest
from ordering.domain.agreement import ExpectedTotal
from ordering.domain.orders import LineRequest, OfferingWithdrawn, SlotTaken, UnknownOffering
from ordering.domain.process import Actor, Deadlines, OrderStatus
from ordering.domain.visibility import Visibility
from ordering.store import offerings, orders
from ordering.tables import OfferingRow, SlotRow, TermsRow
from sqlalchemy import text
from yima.catalog.v1.api_pb2 import Offering

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
DEADLINES = Deadlines(*[timedelta(hours=1)] * 4)
PARTNER = uuid4()


@pytest.fixture
async def stock(database: str) -> AsyncGenerator[Database]:
    test_database = Database(database)
    yield test_database
    await test_database.close()


async def an_offering(stock: Database, *, price: int = 100, booked: bool = False, on_sale: bool = True) -> UUID:
    offering_id = uuid4()
    event = Offering(id=str(offering_id), partner_id=str(PARTNER), revision=1)
    terms = TermsRow(
        offering_id=offering_id,
        revision=1,
        partner_id=PARTNER,
        price_minor=price,
        currency="CNY",
        booking_required=booked,
        consent_needed=False,
        offering=event.SerializeToString(),
    )
    async with stock.transaction() as session:
        row = OfferingRow(id=offering_id, revision=1, on_sale=on_sale, version=1)
        await offerings.put_offerings(session, [row], [terms])
    return offering_id


async def a_slot(stock: Database, offering_id: UUID, capacity: int) -> UUID:
    start = datetime.now(UTC) + timedelta(days=1)
    slot = SlotRow(
        id=uuid4(), offering_id=offering_id, starts_at=start, ends_at=start + timedelta(hours=1), capacity=capacity
    )
    async with stock.transaction() as session:
        await offerings.add_slots(session, [slot])
    return slot.id


def place_request(
    offering_id: UUID, slot_id: UUID | None = None, key: str = "", by: UUID | None = None, price: int = 100
) -> PlaceRequest:
    who = by or uuid4()
    lines = [LineRequest(offering_id, 1, (slot_id,) if slot_id else (), revision=1)]
    expected = ExpectedTotal(price, "CNY")
    return PlaceRequest(
        who, who, lines, "sandbox:ok", False, key or str(uuid4()), b"a" * 32, None, proven=True, expected=expected
    )


async def held(stock: Database, slot_id: UUID) -> int:
    async with stock.transaction() as session:
        return int(await session.scalar(text("SELECT held FROM slot WHERE id = :id"), {"id": slot_id}) or 0)


async def test_five_hundred_clients_for_ten_places_make_exactly_ten_winners(stock: Database) -> None:
    offering_id = await an_offering(stock, booked=True)
    slot_id = await a_slot(stock, offering_id, 10)
    # Two replicas of the service, each batching what arrives at it.
    replicas = [Batcher(lambda batch: placing.place_together(stock, batch, DEADLINES)) for _ in range(2)]
    answers = await asyncio.gather(
        *(replicas[n % 2].submit(place_request(offering_id, slot_id)) for n in range(500)), return_exceptions=True
    )
    assert sum(isinstance(answer, OrderAggregate) for answer in answers) == 10
    assert sum(isinstance(answer, SlotTaken) for answer in answers) == 490
    assert await held(stock, slot_id) == 10


async def test_a_double_submit_places_one_order_wherever_it_arrives(stock: Database) -> None:
    offering_id = await an_offering(stock)
    tap = place_request(offering_id, key="tap")
    batches = await asyncio.gather(*(placing.place_together(stock, [tap, tap], DEADLINES) for _ in range(10)))
    ids = {answer.row.id for batch in batches for answer in batch if isinstance(answer, OrderAggregate)}
    assert len(ids) == 1
    assert all(isinstance(answer, OrderAggregate) for batch in batches for answer in batch)
    (other,) = await placing.place_together(stock, [replace(tap, request_sha256=b"b" * 32)], DEADLINES)
    assert isinstance(other, KeyReused)
    async with stock.transaction() as session:
        event = await session.scalar(
            text("SELECT count(*) FROM outbox WHERE subject = :subject"),
            {"subject": f"yima.ordering.v1.OrderPlaced.{ids.pop()}"},
        )
    assert event == 1


async def test_a_bad_order_fails_alone_in_its_batch(stock: Database) -> None:
    good, gone = await an_offering(stock), await an_offering(stock, on_sale=False)
    answers = await placing.place_together(
        stock, [place_request(good), place_request(uuid4()), place_request(gone), place_request(good)], DEADLINES
    )
    kinds = [type(answer) for answer in answers]
    assert kinds == [OrderAggregate, UnknownOffering, OfferingWithdrawn, OrderAggregate]


async def test_what_is_free_is_confirmed_at_once(stock: Database) -> None:
    (answer,) = await placing.place_together(
        stock, [place_request(await an_offering(stock, price=0), price=0)], DEADLINES
    )
    assert isinstance(answer, OrderAggregate)
    assert answer.row.status == OrderStatus.CONFIRMED


async def test_an_order_called_off_gives_its_place_back(stock: Database) -> None:
    offering_id = await an_offering(stock, booked=True)
    slot_id = await a_slot(stock, offering_id, 1)
    (first,) = await placing.place_together(stock, [place_request(offering_id, slot_id)], DEADLINES)
    assert isinstance(first, OrderAggregate)
    async with stock.transaction() as session:
        await moves.cancel_order(
            session,
            order_id=first.row.id,
            visibility=Visibility(everything=True),
            actor=Actor.OPERATOR,
            by="x",
            reason="ill",
            deadlines=DEADLINES,
            now=datetime.now(UTC),
        )
    assert await held(stock, slot_id) == 0
    (second,) = await placing.place_together(stock, [place_request(offering_id, slot_id)], DEADLINES)
    assert isinstance(second, OrderAggregate)


async def test_an_order_nobody_moves_ends_by_itself_and_frees_its_place(stock: Database) -> None:
    offering_id = await an_offering(stock, booked=True)
    slot_id = await a_slot(stock, offering_id, 1)
    (placed,) = await placing.place_together(stock, [place_request(offering_id, slot_id)], DEADLINES)
    assert isinstance(placed, OrderAggregate)
    await moves.end_overdue(stock, DEADLINES, datetime.now(UTC) + timedelta(hours=2))
    async with stock.transaction() as session:
        order = await orders.order(session, placed.row.id, Visibility(everything=True))
        history = list(
            await session.scalars(
                text("SELECT status FROM order_history WHERE order_id = :id ORDER BY version"), {"id": order.row.id}
            )
        )
    assert order.row.status == OrderStatus.EXPIRED
    assert history == ["placed", "expired"]
    assert await held(stock, slot_id) == 0
