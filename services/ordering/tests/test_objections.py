"""What the partner alone says was given is due only once its resident could object to it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from chassis.wire import timestamp
from ordering.aggregate import OrderAggregate
from ordering.api.messages import to_message
from ordering.commands.proofs import UsageRecord
from ordering.domain.cases import CaseStepRefused
from ordering.domain.process import Actor, ObjectionOpen, OrderStatus
from ordering.domain.proofs import NothingProven
from ordering_scenario import DEADLINES, Scenario
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1 import api_pb2 as catalog
from yima.consent.v1.events_pb2 import ConsentRevoked
from yima.ordering.v1.api_pb2 import ORDER_ACTION_OBJECT
from yima.ordering.v1.events_pb2 import (
    CancellationSettled,
    ComplaintDecided,
    ComplaintOpened,
    ObjectionEnded,
    OrderCancelled,
    OrderFulfilled,
)

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
VISIT = catalog.EntitledItem(code="visit", kind=catalog.UNIT_KIND_VISIT, times=2, weight=2)
MEASURED = catalog.EntitledItem(code="reading", kind=catalog.UNIT_KIND_MEASUREMENT, times=4)
CONTENTS = {"contents": [VISIT, MEASURED], "valid_days": 30}
KINDS: dict[str, dict[str, Any]] = {
    "visit": {"kind": catalog.OFFERING_KIND_SINGLE_VISIT},
    "data": {"kind": catalog.OFFERING_KIND_DATA_SERVICE},
    "package": {"kind": catalog.OFFERING_KIND_PACKAGE, **CONTENTS},
    "subscription": {"kind": catalog.OFFERING_KIND_SUBSCRIPTION, **CONTENTS},
    "monitoring": {"kind": catalog.OFFERING_KIND_DEVICE_MONITORING, "contents": [MEASURED], "valid_days": 30},
}


async def stated(scenario: Scenario, kind: str, price: int = 800) -> OrderAggregate:
    """An order of which the partner alone says that something was given."""
    order = await scenario.ready((await scenario.offer(price=price, **KINDS[kind]), 1))
    return await scenario.state(order, str(uuid4()), "reading" if order.lines[0].entitlements else "")


@pytest.mark.parametrize("kind", KINDS)
async def test_no_money_is_due_on_the_partner_s_word_alone_before_the_time_to_object_is_over(
    scenario: Scenario, kind: str
) -> None:
    order = await stated(scenario, kind)
    assert order.row.objection_until == scenario.now + DEADLINES.objection
    assert order.row.deadline is not None
    assert order.row.deadline >= order.row.objection_until
    ways: list[Callable[[], Awaitable[Any]]] = [
        lambda: scenario.fulfil(order),
        lambda: scenario.cancel(order, Actor.PARTNER),
    ]
    for way in ways:
        with pytest.raises((ObjectionOpen, NothingProven)):
            await way()
    scenario.later(days=2, hours=23)
    await scenario.end_overdue()
    assert await scenario.status(order) is OrderStatus.FULFILLING
    assert not await scenario.published(OrderFulfilled, order)
    scenario.later(days=40)
    await scenario.end_overdue()
    assert await scenario.status(order) is OrderStatus.FULFILLED


async def test_a_scan_or_the_resident_s_word_is_due_at_once(scenario: Scenario) -> None:
    for prove in (scenario.scan, scenario.confirm):
        order = await prove(await scenario.ready((await scenario.offer(), 1)))
        assert order.row.objection_until is None
        await scenario.fulfil(order)


async def test_a_resident_who_agrees_to_what_was_stated_is_not_waited_for(scenario: Scenario) -> None:
    order = await stated(scenario, "visit")
    await scenario.agree(order)
    assert len(await scenario.published(ObjectionEnded, order)) == 1
    await scenario.fulfil(order)
    assert await scenario.status(order) is OrderStatus.FULFILLED


async def test_an_objection_holds_the_money_until_it_is_decided_and_upheld_ends_the_order_without_it(
    scenario: Scenario,
) -> None:
    order = await stated(scenario, "visit")
    complaint = await scenario.complain(order, not_given=True)
    assert complaint.objects
    for late in (4, 5):
        scenario.later(days=late)
        await scenario.end_overdue()
        for step in (scenario.fulfil, scenario.cancel):
            with pytest.raises(ObjectionOpen):
                await step(order)
        assert await scenario.status(order) is OrderStatus.FULFILLING
    await scenario.decide(order, upheld=True)
    assert await scenario.status(order) is OrderStatus.CANCELLED
    (cancelled,) = await scenario.published(OrderCancelled, order)
    assert not cancelled.dues
    assert not await scenario.published(OrderFulfilled, order)
    assert (await scenario.look(order)).lines[0].proofs == []


async def test_what_was_scanned_stays_due_when_what_was_only_stated_is_struck(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(price=800, **KINDS["package"]), 1))
    await scenario.scan(order, "visit")  # 2 of 8 parts
    await scenario.state(order, str(uuid4()), "visit")
    await scenario.record(UsageRecord(str(uuid4()), order.lines[0].row.id, "reading", 4, scenario.now))
    await scenario.complain(order, not_given=True)
    await scenario.decide(order, upheld=True)
    (cancelled,) = await scenario.published(OrderCancelled, order)
    assert [due.amount.minor for due in cancelled.dues] == [200]
    assert [item.used for item in (await scenario.look(order)).lines[0].entitlements] == [1, 0]


async def test_what_could_no_longer_be_objected_to_is_not_struck(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(price=800, **KINDS["package"]), 1))
    await scenario.state(order, str(uuid4()), "visit")
    scenario.later(days=4)
    await scenario.state(order, str(uuid4()), "visit")
    await scenario.complain(order, not_given=True)
    await scenario.decide(order, upheld=True)
    (cancelled,) = await scenario.published(OrderCancelled, order)
    assert [due.amount.minor for due in cancelled.dues] == [200]


async def test_a_dismissed_objection_lets_the_order_go_on_and_is_the_last(scenario: Scenario) -> None:
    order = await stated(scenario, "visit")
    await scenario.complain(order, not_given=True)
    await scenario.decide(order, upheld=False)
    assert not (await scenario.complain(order, not_given=True)).objects
    await scenario.fulfil(order)
    assert await scenario.status(order) is OrderStatus.FULFILLED


async def test_an_objection_nobody_decides_does_not_keep_the_order_for_ever(scenario: Scenario) -> None:
    order = await stated(scenario, "visit")
    await scenario.complain(order, not_given=True)
    scenario.later(days=29)
    await scenario.end_overdue()
    assert await scenario.status(order) is OrderStatus.FULFILLING
    scenario.later(days=2)
    await scenario.end_overdue()
    assert (
        await scenario.status(order) is OrderStatus.FULFILLED
    )  # settlement holds the payout until the complaint is decided


async def test_a_complaint_about_something_else_holds_nothing_here(scenario: Scenario) -> None:
    order = await stated(scenario, "visit")
    assert not (await scenario.complain(order)).objects
    scenario.later(days=8)
    await scenario.end_overdue()
    assert await scenario.status(order) is OrderStatus.FULFILLED


async def test_a_partner_states_no_more_while_an_objection_is_open(scenario: Scenario) -> None:
    order = await stated(scenario, "package")
    await scenario.complain(order, not_given=True)
    with pytest.raises(ObjectionOpen):
        await scenario.state(order, str(uuid4()), "reading")
    (outcome,) = await scenario.record(UsageRecord(str(uuid4()), order.lines[0].row.id, "reading", 1, scenario.now))
    assert "objected" in outcome.refusal


async def test_a_revoked_consent_does_not_make_the_partner_s_word_due_at_once(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(price=400, asks=True, **KINDS["monitoring"]), 1))
    await scenario.record(UsageRecord(str(uuid4()), order.lines[0].row.id, "reading", 3, scenario.now))
    await scenario.consent(order, ConsentRevoked)
    assert not await scenario.published(OrderCancelled, order)
    await scenario.complain(order, not_given=True)
    await scenario.decide(order, upheld=True)
    (cancelled,) = await scenario.published(OrderCancelled, order)
    assert not cancelled.dues


async def test_the_database_lets_no_order_end_before_its_resident_could_object(scenario: Scenario) -> None:
    order = await stated(scenario, "visit")
    with pytest.raises(DBAPIError, match="orders_wait_for_objections"):
        await scenario.query(
            "UPDATE orders SET deadline = :soon WHERE id = :id RETURNING id",
            id=order.row.id,
            soon=scenario.now + timedelta(hours=1),
        )


async def test_each_step_of_a_complaint_has_a_later_version(scenario: Scenario) -> None:
    order = await stated(scenario, "visit")
    complaint = await scenario.complain(order, not_given=True)
    await scenario.decide(order, upheld=True)
    with pytest.raises((CaseStepRefused, ValueError)):
        await scenario.decide(order, upheld=False)
    event = []
    for kind in (ComplaintOpened, ComplaintDecided):
        subject = f"{kind.DESCRIPTOR.full_name}.{complaint.id}"
        ((payload,),) = await scenario.query("SELECT payload FROM outbox WHERE subject = :subject", subject=subject)
        event.append(kind.FromString(payload))
    assert [row.version for row in event] == [1, 3]  # answered in between
    assert event[0].not_given
    ((decided_by,),) = await scenario.query("SELECT decided_by FROM complaint WHERE id = :id", id=complaint.id)
    assert event[1].decided_by == str(decided_by), "who upheld it is not the second person who gives its money back"
    assert event[1].called_off, "nothing of the order is left to refund"


async def test_a_complaint_about_what_was_served_calls_nothing_off(scenario: Scenario) -> None:
    order = await stated(scenario, "visit")
    await scenario.agree(order)
    complaint = await scenario.complain(order)
    await scenario.decide(order, upheld=True)
    subject = f"{ComplaintDecided.DESCRIPTOR.full_name}.{complaint.id}"
    ((payload,),) = await scenario.query("SELECT payload FROM outbox WHERE subject = :subject", subject=subject)
    event = ComplaintDecided.FromString(payload)
    assert event.upheld and not event.called_off


async def cancelled_by(scenario: Scenario, actor: Actor) -> OrderAggregate:
    """An order of which half was recorded by the partner alone, cancelled the moment after."""
    order = await scenario.ready((await scenario.offer(price=400, **KINDS["monitoring"]), 1))
    await scenario.record(UsageRecord(str(uuid4()), order.lines[0].row.id, "reading", 2, scenario.now))
    return await scenario.cancel(order, actor)


ENDED_BY = [Actor.RESIDENT, Actor.OPERATOR, Actor.REGULATOR]


@pytest.mark.parametrize("actor", ENDED_BY)
async def test_what_the_partner_alone_recorded_is_owed_after_a_cancellation_once_its_resident_could_object(
    scenario: Scenario, actor: Actor
) -> None:
    order = await cancelled_by(scenario, actor)
    (cancelled,) = await scenario.published(OrderCancelled, order)
    assert (len(cancelled.dues), cancelled.objection_until) == (0, timestamp(scenario.now + DEADLINES.objection))
    shown = to_message(await scenario.look(order))
    assert shown.objection_until == cancelled.objection_until
    assert [step.action for step in shown.next_steps] == [ORDER_ACTION_OBJECT]
    scenario.later(days=2, hours=23)
    await scenario.end_overdue()
    assert not await scenario.published(CancellationSettled, order)
    scenario.later(hours=2)
    await scenario.end_overdue()
    (settled,) = await scenario.published(CancellationSettled, order)
    assert [due.amount.minor for due in settled.dues] == [200]
    assert settled.version > cancelled.version
    assert not to_message(await scenario.look(order)).next_steps
    await scenario.end_overdue()
    assert len(await scenario.published(CancellationSettled, order)) == 1


@pytest.mark.parametrize(("upheld", "owed"), [(True, []), (False, [200])])
async def test_a_resident_objects_to_it_after_they_cancelled(scenario: Scenario, upheld: bool, owed: list[int]) -> None:
    order = await cancelled_by(scenario, Actor.RESIDENT)
    assert (await scenario.complain(order, not_given=True)).objects
    scenario.later(days=9)
    await scenario.end_overdue()
    assert not await scenario.published(CancellationSettled, order)
    await scenario.decide(order, upheld)
    (settled,) = await scenario.published(CancellationSettled, order)
    assert [due.amount.minor for due in settled.dues] == owed
    assert await scenario.status(order) is OrderStatus.CANCELLED
    assert (await scenario.look(order)).row.dues_after is None


async def test_a_resident_who_agrees_to_it_after_they_cancelled_is_not_waited_for(scenario: Scenario) -> None:
    order = await scenario.agree(await cancelled_by(scenario, Actor.RESIDENT))
    (settled,) = await scenario.published(CancellationSettled, order)
    assert [due.amount.minor for due in settled.dues] == [200]


async def test_an_objection_to_a_cancelled_order_that_nobody_decides_does_not_wait_for_ever(scenario: Scenario) -> None:
    order = await cancelled_by(scenario, Actor.RESIDENT)
    await scenario.complain(order, not_given=True)
    scenario.later(days=31)
    await scenario.end_overdue()
    assert len(await scenario.published(CancellationSettled, order)) == 1


async def test_the_fee_of_the_moment_it_was_cancelled_is_owed_with_what_was_recorded(scenario: Scenario) -> None:
    rules = [catalog.CancellationRule(hours_before=24, fee_basis_points=5_000)]
    offering = await scenario.offer(price=800, booking_required=True, cancellation=rules, **KINDS["package"])
    order = await scenario.ready((offering, 1, await scenario.slot(offering, hours=10)))
    await scenario.record(UsageRecord(str(uuid4()), order.lines[0].row.id, "reading", 1, scenario.now))
    before = to_message(await scenario.cancel(order))
    assert not (await scenario.published(OrderCancelled, order))[0].dues
    scenario.later(days=4)
    await scenario.end_overdue()
    (settled,) = await scenario.published(CancellationSettled, order)
    assert [due.amount.minor for due in settled.dues] == [100 + 100], "a reading of 100, half a visit of 200"
    assert before.lines[0].due.minor == 200


async def test_what_was_scanned_is_owed_at_once_when_nothing_may_be_objected_to(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(price=800, **KINDS["package"]), 1))
    await scenario.scan(order, "visit")
    await scenario.cancel(order)
    (cancelled,) = await scenario.published(OrderCancelled, order)
    assert [due.amount.minor for due in cancelled.dues] == [200]
    assert not cancelled.HasField("objection_until")


async def test_the_database_lets_no_cancelled_order_be_settled_before_its_resident_could_object(
    scenario: Scenario,
) -> None:
    order = await cancelled_by(scenario, Actor.RESIDENT)
    with pytest.raises(DBAPIError, match="orders_dues_wait"):
        await scenario.query(
            "UPDATE orders SET dues_after = :soon WHERE id = :id RETURNING id",
            id=order.row.id,
            soon=scenario.now + timedelta(hours=1),
        )
