"""A desk orders for who stands there, by a scan and once; nothing is agreed to until they say so themselves."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.refusals import NotFound, Refusal
from ordering.aggregate import OrderAggregate
from ordering.api.messages import to_message
from ordering.commands import desks, moves
from ordering.commands.placing import PlaceRequest
from ordering.domain.desks import SCANNED_WITHIN, DeskScan, NotYourOffering, ScanNotTaken, desk_scan
from ordering.domain.orders import BookedElsewhere, NotEligible, NotProven, Person
from ordering.domain.process import OrderStatus, TransitionRefused
from ordering.domain.proofs import ScanUsed
from ordering.domain.standing import NotInGoodStanding
from ordering.domain.steps import Party
from ordering.domain.visibility import Visibility
from ordering.store import orders, proofs
from ordering.store.orders import OrderFilter
from ordering_scenario import ALL, DEADLINES, Scenario, agreed, line_requests
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1 import api_pb2 as catalog
from yima.ordering.v1 import api_pb2 as pb
from yima.ordering.v1.events_pb2 import OrderCancelled, OrderConfirmed, OrderPlacedAtDesk, SessionsPlaced

pytestmark = pytest.mark.anyio
SERVICE = "ordering"


def scan_at(scenario: Scenario) -> DeskScan:
    return DeskScan(uuid4(), scenario.partner, uuid4(), uuid4(), False)


async def at_desk(
    scenario: Scenario,
    *lines: tuple[Any, ...],
    resident: UUID | None = None,
    scan: DeskScan | None = None,
    **known: Any,
) -> OrderAggregate:
    """Order at the desk for who was scanned."""
    who, desk = resident or uuid4(), scan or scan_at(scenario)
    request = PlaceRequest(
        who, who, line_requests(lines), "", False, f"desk {desk.scan_id}", uuid4().bytes * 2, None,
        known.get("person"), proven=known.get("proven", True), desk=desk,
    )  # fmt: skip
    async with scenario.store.transaction() as session:
        request = await agreed(session, request)
        return await desks.place_desk_order(session, request, DEADLINES, scenario.now)


async def agree(scenario: Scenario, order: OrderAggregate, by: UUID | None = None) -> OrderAggregate:
    theirs = Visibility(resident_ids=[by or order.row.resident_id])
    async with scenario.store.transaction() as session:
        return await desks.agree_to_desk_order(
            session, order_id=order.row.id, visibility=theirs, deadlines=DEADLINES, now=scenario.now
        )


async def disown(scenario: Scenario, order: OrderAggregate) -> OrderAggregate:
    async with scenario.store.transaction() as session:
        return await desks.disown_desk_order(
            session,
            order_id=order.row.id,
            text="I was never there",
            visibility=Visibility(resident_ids=[order.row.resident_id]),
            by=order.row.resident_id,
            answer_within=timedelta(days=10),
            deadlines=DEADLINES,
            now=scenario.now,
        )


async def test_even_what_costs_nothing_waits_until_its_resident_agrees(scenario: Scenario) -> None:
    order = await at_desk(scenario, (await scenario.offer(price=0), 1))
    assert len(await scenario.published(OrderPlacedAtDesk, order)) == 1
    assert list(to_message(order).waiting_for) == [pb.REQUIREMENT_WORD]
    assert (await scenario.look(order)).row.status == OrderStatus.PLACED
    assert (await agree(scenario, order)).row.status == OrderStatus.CONFIRMED
    assert (await agree(scenario, order)).row.status == OrderStatus.CONFIRMED, "twice is once"
    assert len(await scenario.published(OrderConfirmed, order)) == 1


async def test_money_and_a_consent_are_not_the_residents_word_for_the_order(scenario: Scenario) -> None:
    order = await at_desk(scenario, (await scenario.offer(asks=True), 1))
    await scenario.pay(order)
    await scenario.consent(order)
    assert (await scenario.look(order)).row.status == OrderStatus.PLACED
    assert (await agree(scenario, order)).row.status == OrderStatus.CONFIRMED


async def test_who_pays_what_a_desk_ordered_agrees_to_it(scenario: Scenario) -> None:
    order = await at_desk(scenario, (await scenario.offer(), 1))
    async with scenario.store.transaction() as session:
        await moves.pay_order(
            session, order_id=order.row.id, visibility=ALL, method="sandbox:ok", deadlines=DEADLINES, now=scenario.now
        )
    await scenario.pay(order)
    assert (await scenario.look(order)).row.status == OrderStatus.CONFIRMED


async def test_only_the_resident_or_who_acts_for_them_agrees(scenario: Scenario) -> None:
    order = await at_desk(scenario, (await scenario.offer(price=0), 1))
    with pytest.raises(NotFound):
        await agree(scenario, order, by=uuid4())
    own = await scenario.place((await scenario.offer(), 1))
    with pytest.raises(TransitionRefused):
        await agree(scenario, own)


async def test_a_session_a_desk_booked_keeps_its_resident_from_nothing_and_tells_the_desk_nothing(
    scenario: Scenario,
) -> None:
    offering = await scenario.offer(price=0, booking_required=True)
    other, who = await scenario.offer(price=0, booking_required=True), uuid4()
    own = await scenario.place((other, 1, await scenario.slot(other)), resident=who)
    order = await at_desk(scenario, (offering, 1, await scenario.slot(offering)), resident=who)
    (booking,) = order.lines[0].bookings
    assert (booking.booked_by, booking.agreed_at) == ("partner", None)
    assert await scenario.published(SessionsPlaced, order) == [], "nobody is reminded of it yet"
    with pytest.raises(BookedElsewhere):
        await agree(scenario, order)
    await scenario.cancel(own)
    after = await agree(scenario, order)
    assert after.row.status == OrderStatus.CONFIRMED
    (said,) = await scenario.published(SessionsPlaced, order)
    assert [each.booking_id for each in said.sessions] == [str(booking.id)]


async def test_who_was_not_there_says_so_and_the_partner_answers_for_it(scenario: Scenario) -> None:
    offering = await scenario.offer(booking_required=True)
    slot = await scenario.slot(offering)
    order = await at_desk(scenario, (offering, 1, slot))
    after = await disown(scenario, order)
    assert (after.row.status, after.row.reason) == (OrderStatus.CANCELLED, desks.DISOWNED)
    (cancelled,) = await scenario.published(OrderCancelled, order)
    assert not cancelled.dues
    await scenario.place((offering, 1, slot))  # its place is free again
    rows = await scenario.query("SELECT text FROM complaint WHERE order_id = :id", id=order.row.id)
    assert [row[0] for row in rows] == ["I was never there"]
    with pytest.raises(Refusal):
        await disown(scenario, order)
    with pytest.raises(TransitionRefused):
        await agree(scenario, order)


async def test_who_agreed_or_ordered_themselves_cancels_instead(scenario: Scenario) -> None:
    order = await at_desk(scenario, (await scenario.offer(price=0), 1))
    await agree(scenario, order)
    for each in (order, await scenario.place((await scenario.offer(), 1))):
        with pytest.raises(TransitionRefused):
            await disown(scenario, each)


async def test_what_nobody_agrees_to_ends_by_itself_and_may_still_be_disowned(scenario: Scenario) -> None:
    order = await at_desk(scenario, (await scenario.offer(), 1))
    await scenario.pay(order)
    scenario.later(hours=23)
    await scenario.end_overdue()
    assert (await scenario.look(order)).row.status == OrderStatus.PLACED, "who has no phone is given a day"
    scenario.later(hours=2)
    await scenario.end_overdue()
    assert (await scenario.look(order)).row.status == OrderStatus.EXPIRED
    assert (await disown(scenario, order)).row.status == OrderStatus.EXPIRED


async def test_a_scan_places_one_order_and_proves_no_other(scenario: Scenario) -> None:
    offering, scan, who = await scenario.offer(), scan_at(scenario), uuid4()
    order = await at_desk(scenario, (offering, 1), scan=scan, resident=who)
    with pytest.raises(ScanUsed):
        await at_desk(scenario, (offering, 1), scan=scan, resident=who)
    proving = await scenario.ready((offering, 1), resident=who)
    async with scenario.store.transaction() as session:
        await proofs.use_scan(session, scan.scan_id, order.row.id)
        with pytest.raises(ScanUsed):
            await proofs.use_scan(session, scan.scan_id, proving.row.id)


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        pytest.param({"partner_id": "another"}, ScanNotTaken, id="another institution's"),
        pytest.param({"late": True}, ScanNotTaken, id="sent in late"),
        pytest.param({"age": SCANNED_WITHIN + timedelta(seconds=1)}, ScanNotTaken, id="too old"),
        pytest.param({"age": SCANNED_WITHIN}, None, id="in time"),
        pytest.param({"use": "printed"}, None, id="printed"),
    ],
)
def test_a_scan_is_taken_of_the_own_institution_and_of_just_now(
    change: dict[str, Any], refused: type[Refusal] | None
) -> None:
    own, now = uuid4(), datetime.now(UTC)
    receipt = {
        "use": "scan",
        "scan_id": str(uuid4()),
        "practitioner_id": str(uuid4()),
        "partner_id": str(own),
        "scanned_at": (now - change.get("age", timedelta())).isoformat(),
        "late": False,
    } | change
    if refused is not None:
        with pytest.raises(refused):
            desk_scan(receipt, uuid4(), own, now)
        return
    assert desk_scan(receipt, uuid4(), own, now).printed == (receipt["use"] == "printed")


async def test_a_desk_orders_what_its_own_institution_offers_for_who_may_have_it(scenario: Scenario) -> None:
    foreign = await scenario.offer(partner=uuid4())
    with pytest.raises(NotYourOffering):
        await at_desk(scenario, (foreign, 1))
    child = Person(scenario.now.date() - timedelta(days=3650), "female")
    with pytest.raises(NotEligible):
        await at_desk(
            scenario, (await scenario.offer(eligibility=catalog.Eligibility(age_from_months=18 * 12)), 1), person=child
        )
    with pytest.raises(NotProven):
        await at_desk(scenario, (await scenario.offer(asks=True), 1), proven=False)
    offering = await scenario.offer()
    await scenario.suspend(1)
    with pytest.raises(NotInGoodStanding):
        await at_desk(scenario, (offering, 1))


async def test_its_partner_sees_what_its_desk_placed_and_nothing_else_that_waits(scenario: Scenario) -> None:
    offering = await scenario.offer()
    order, own = await at_desk(scenario, (offering, 1)), await scenario.place((offering, 1))
    partner = Visibility(partner_id=scenario.partner)
    async with scenario.store.transaction() as session:
        assert (await orders.order(session, order.row.id, partner)).row.id == order.row.id
        with pytest.raises(NotFound):
            await orders.order(session, own.row.id, partner)
        listed = {row.id for row in await orders.page(session, partner, OrderFilter(), None, 50)}
        waiting = await orders.page(session, ALL, OrderFilter(waits_for=Party.RESIDENT), None, 50)
    assert (order.row.id in listed, own.row.id in listed) == (True, False)
    assert order.row.id in {row.id for row in waiting}


async def test_the_database_confirms_nothing_that_its_resident_did_not_agree_to(scenario: Scenario) -> None:
    order = await at_desk(scenario, (await scenario.offer(), 1))
    for change in ("status = 'confirmed', confirmed_at = now()", "desk_by = NULL", "desk_printed = NOT desk_printed"):
        with pytest.raises(DBAPIError):
            await scenario.query(f"UPDATE orders SET {change} WHERE id = :id RETURNING id", id=order.row.id)
    await agree(scenario, await at_desk(scenario, (await scenario.offer(price=0), 1)))
