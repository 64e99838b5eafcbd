"""A desk orders for who stands there, by a scan and once; nothing is agreed to until they say so themselves."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.pages import beginning
from chassis.refusals import NotFound, Refusal
from ordering.aggregate import OrderAggregate
from ordering.api.messages import to_message
from ordering.commands import desks, moves
from ordering.commands.placing import PlaceRequest
from ordering.domain.desks import (
    CODE_AFTER,
    CODES_MAX,
    SCANNED_WITHIN,
    CodeTooSoon,
    DeskScan,
    NoCodeSent,
    NotYourOffering,
    ScanNotTaken,
    TooManyCodes,
    desk_scan,
)
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
        listed = {row.id for row in await orders.page(session, partner, OrderFilter(), beginning(50))}
        waiting = await orders.page(session, ALL, OrderFilter(waits_for=Party.RESIDENT), beginning(50))
    assert (order.row.id in listed, own.row.id in listed) == (True, False)
    assert order.row.id in {row.id for row in waiting}


async def test_the_database_confirms_nothing_that_its_resident_did_not_agree_to(scenario: Scenario) -> None:
    order = await at_desk(scenario, (await scenario.offer(), 1))
    for change in ("status = 'confirmed', confirmed_at = now()", "desk_by = NULL", "desk_printed = NOT desk_printed"):
        with pytest.raises(DBAPIError):
            await scenario.query(f"UPDATE orders SET {change} WHERE id = :id RETURNING id", id=order.row.id)
    await agree(scenario, await at_desk(scenario, (await scenario.offer(price=0), 1)))


async def code_for(scenario: Scenario, order: OrderAggregate) -> UUID:
    """Note that a code is sent, as the desk has it done."""
    at_desk = Visibility(partner_id=scenario.partner)
    async with scenario.store.transaction() as session:
        _, word = await desks.reserve_code(
            session, order_id=order.row.id, visibility=at_desk, by=uuid4(), now=scenario.now
        )
        return word.id


async def agree_by(scenario: Scenario, order: OrderAggregate, word_id: UUID | None, now: Any = None) -> OrderAggregate:
    async with scenario.store.transaction() as session:
        return await desks.agree_by_code(
            session,
            order_id=order.row.id,
            word_id=word_id,
            visibility=Visibility(partner_id=scenario.partner),
            by=uuid4(),
            deadlines=DEADLINES,
            now=now or scenario.now,
        )


async def asked_for(scenario: Scenario, order: OrderAggregate, partner: UUID | None = None) -> UUID | None:
    async with scenario.store.transaction() as session:
        return await desks.word_to_check(
            session,
            order_id=order.row.id,
            visibility=Visibility(partner_id=partner or scenario.partner),
            now=scenario.now,
        )


async def test_a_code_that_was_sent_and_told_is_the_residents_word_and_says_so(scenario: Scenario) -> None:
    order = await at_desk(scenario, (await scenario.offer(price=0), 1))
    with pytest.raises(NoCodeSent):
        await asked_for(scenario, order)
    word = await code_for(scenario, order)
    assert await asked_for(scenario, order) == word
    after = await agree_by(scenario, order, word)
    assert (after.row.status, to_message(after).desk.by_code) == (OrderStatus.CONFIRMED, True)
    assert await asked_for(scenario, order) is None, "twice is once"
    assert (await agree_by(scenario, order, None)).row.desk_word_id == word
    with pytest.raises(TransitionRefused):
        await code_for(scenario, order)


async def test_a_code_is_no_payment_and_no_consent(scenario: Scenario) -> None:
    order = await at_desk(scenario, (await scenario.offer(asks=True), 1))
    after = await agree_by(scenario, order, await code_for(scenario, order))
    assert list(to_message(after).waiting_for) == [pb.REQUIREMENT_MONEY, pb.REQUIREMENT_CONSENT]
    assert after.row.status == OrderStatus.PLACED


async def test_a_code_is_for_the_order_as_it_stood_and_the_newest_counts(scenario: Scenario) -> None:
    offering = await scenario.offer(booking_required=True)
    order = await at_desk(scenario, (offering, 1, await scenario.slot(offering)))
    first = await code_for(scenario, order)
    scenario.later(minutes=1)
    second = await code_for(scenario, order)
    with pytest.raises(TransitionRefused):
        await agree_by(scenario, order, first)
    await scenario.query("UPDATE orders SET version = version + 1 WHERE id = :id RETURNING id", id=order.row.id)
    with pytest.raises(NoCodeSent):
        await asked_for(scenario, order)
    with pytest.raises(NoCodeSent):
        await agree_by(scenario, order, second)


async def test_few_codes_are_sent_for_an_order_and_none_at_once(scenario: Scenario) -> None:
    order = await at_desk(scenario, (await scenario.offer(), 1))
    for _ in range(CODES_MAX):
        await code_for(scenario, order)
        with pytest.raises((CodeTooSoon, TooManyCodes)):
            await code_for(scenario, order)
        scenario.later(seconds=CODE_AFTER.total_seconds())
    with pytest.raises(TooManyCodes):
        await code_for(scenario, order)


async def test_another_institution_has_no_code_sent_and_gives_no_word(scenario: Scenario) -> None:
    order = await at_desk(scenario, (await scenario.offer(), 1))
    await code_for(scenario, order)
    with pytest.raises(NotFound):
        await asked_for(scenario, order, uuid4())
    own = await scenario.ready((await scenario.offer(), 1))
    with pytest.raises(TransitionRefused):
        await code_for(scenario, own)


async def test_a_code_does_not_tell_the_desk_where_else_its_resident_is(scenario: Scenario) -> None:
    offering = await scenario.offer(price=0, booking_required=True)
    other, who = await scenario.offer(price=0, booking_required=True), uuid4()
    await scenario.place((other, 1, await scenario.slot(other)), resident=who)
    order = await at_desk(scenario, (offering, 1, await scenario.slot(offering)), resident=who)
    word = await code_for(scenario, order)
    with pytest.raises(TransitionRefused, match="they look at it themselves"):
        await agree_by(scenario, order, word)
    assert (await scenario.look(order)).row.desk_agreed_at is None


async def test_what_was_agreed_to_by_a_code_is_not_disowned_and_what_waits_is(scenario: Scenario) -> None:
    order, other = [await at_desk(scenario, (await scenario.offer(price=0), 1)) for _ in range(2)]
    await agree_by(scenario, order, await code_for(scenario, order))
    with pytest.raises(TransitionRefused):
        await disown(scenario, order)
    word = await code_for(scenario, other)
    await disown(scenario, other)
    with pytest.raises(TransitionRefused):
        await agree_by(scenario, other, word)


async def test_of_two_who_enter_a_code_at_once_one_gives_the_word(scenario: Scenario) -> None:
    order = await at_desk(scenario, (await scenario.offer(price=0), 1))
    word = await code_for(scenario, order)
    both = await asyncio.gather(*(agree_by(scenario, order, word) for _ in range(2)))
    assert {each.row.desk_word_id for each in both} == {word}
    assert len(await scenario.published(OrderConfirmed, order)) == 1


async def test_the_database_takes_a_code_once_and_for_its_own_order_as_it_stands(scenario: Scenario) -> None:
    order, other = [await at_desk(scenario, (await scenario.offer(price=0), 1)) for _ in range(2)]
    word, theirs = await code_for(scenario, order), await code_for(scenario, other)
    agreed_by = "UPDATE orders SET desk_word_id = :word, desk_agreed_at = :now WHERE id = :id RETURNING id"
    taken = "UPDATE desk_word SET taken_by = :by, taken_at = :now WHERE id = :word RETURNING id"
    about: dict[str, Any] = {"id": order.row.id, "now": scenario.now}
    with pytest.raises(DBAPIError):  # it was not taken
        await scenario.query(agreed_by, word=word, **about)
    await scenario.query(taken, word=theirs, by=uuid4(), now=scenario.now)
    with pytest.raises(DBAPIError):  # it is another order's
        await scenario.query(agreed_by, word=theirs, **about)
    with pytest.raises(DBAPIError):
        await scenario.query(taken, word=theirs, by=uuid4(), now=scenario.now)
    await agree_by(scenario, order, word)
    with pytest.raises(DBAPIError):
        await scenario.query("UPDATE orders SET desk_word_id = NULL WHERE id = :id RETURNING id", id=order.row.id)


async def test_two_desks_that_order_by_one_scan_at_once_place_one_order_and_the_other_is_refused(
    scenario: Scenario,
) -> None:
    offering = await scenario.offer()
    for _ in range(5):
        scan = scan_at(scenario)  # whoever they take it to be of: the database decides by the scan alone
        answers = await asyncio.gather(
            *(at_desk(scenario, (offering, 1), scan=scan) for _ in range(4)), return_exceptions=True
        )
        placed = {answer.row.id for answer in answers if not isinstance(answer, BaseException)}
        refused = [answer for answer in answers if isinstance(answer, BaseException)]
        assert len(placed) == 1 and all(isinstance(each, ScanUsed) for each in refused), answers
