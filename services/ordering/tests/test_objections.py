"""What the partner alone says was given is due only once its resident could object to it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from chassis.wire import timestamp
from desk import DEADLINES, Desk
from ordering.aggregate import OrderAggregate
from ordering.api.messages import to_message
from ordering.commands.proofs import UsageRecord
from ordering.domain.cases import CaseStepRefused
from ordering.domain.process import Actor, ObjectionOpen, OrderStatus
from ordering.domain.proofs import NothingProven
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


async def stated(desk: Desk, kind: str, price: int = 800) -> OrderAggregate:
    """An order of which the partner alone says that something was given."""
    order = await desk.ready((await desk.offer(price=price, **KINDS[kind]), 1))
    return await desk.state(order, str(uuid4()), "reading" if order.lines[0].entitlements else "")


@pytest.mark.parametrize("kind", KINDS)
async def test_no_money_is_due_on_the_partner_s_word_alone_before_the_time_to_object_is_over(
    desk: Desk, kind: str
) -> None:
    order = await stated(desk, kind)
    assert order.row.objection_until == desk.now + DEADLINES.objection
    assert order.row.deadline is not None
    assert order.row.deadline >= order.row.objection_until
    ways: list[Callable[[], Awaitable[Any]]] = [
        lambda: desk.fulfil(order),
        lambda: desk.cancel(order, Actor.PARTNER),
    ]
    for way in ways:
        with pytest.raises((ObjectionOpen, NothingProven)):
            await way()
    desk.later(days=2, hours=23)
    await desk.end_overdue()
    assert await desk.status(order) is OrderStatus.FULFILLING
    assert not await desk.told(OrderFulfilled, order)
    desk.later(days=40)
    await desk.end_overdue()
    assert await desk.status(order) is OrderStatus.FULFILLED


async def test_a_scan_or_the_resident_s_word_is_due_at_once(desk: Desk) -> None:
    for prove in (desk.scan, desk.confirm):
        order = await prove(await desk.ready((await desk.offer(), 1)))
        assert order.row.objection_until is None
        await desk.fulfil(order)


async def test_a_resident_who_agrees_to_what_was_stated_is_not_waited_for(desk: Desk) -> None:
    order = await stated(desk, "visit")
    await desk.agree(order)
    assert len(await desk.told(ObjectionEnded, order)) == 1
    await desk.fulfil(order)
    assert await desk.status(order) is OrderStatus.FULFILLED


async def test_an_objection_holds_the_money_until_it_is_decided_and_upheld_ends_the_order_without_it(
    desk: Desk,
) -> None:
    order = await stated(desk, "visit")
    complaint = await desk.complain(order, not_given=True)
    assert complaint.objects
    for late in (4, 5):
        desk.later(days=late)
        await desk.end_overdue()
        for step in (desk.fulfil, desk.cancel):
            with pytest.raises(ObjectionOpen):
                await step(order)
        assert await desk.status(order) is OrderStatus.FULFILLING
    await desk.decide(order, upheld=True)
    assert await desk.status(order) is OrderStatus.CANCELLED
    (cancelled,) = await desk.told(OrderCancelled, order)
    assert not cancelled.dues
    assert not await desk.told(OrderFulfilled, order)
    assert (await desk.look(order)).lines[0].proofs == []


async def test_what_was_scanned_stays_due_when_what_was_only_stated_is_struck(desk: Desk) -> None:
    order = await desk.ready((await desk.offer(price=800, **KINDS["package"]), 1))
    await desk.scan(order, "visit")  # 2 of 8 parts
    await desk.state(order, str(uuid4()), "visit")
    await desk.record(UsageRecord(str(uuid4()), order.lines[0].row.id, "reading", 4, desk.now))
    await desk.complain(order, not_given=True)
    await desk.decide(order, upheld=True)
    (cancelled,) = await desk.told(OrderCancelled, order)
    assert [due.amount.minor for due in cancelled.dues] == [200]
    assert [item.used for item in (await desk.look(order)).lines[0].entitlements] == [1, 0]


async def test_what_could_no_longer_be_objected_to_is_not_struck(desk: Desk) -> None:
    order = await desk.ready((await desk.offer(price=800, **KINDS["package"]), 1))
    await desk.state(order, str(uuid4()), "visit")
    desk.later(days=4)
    await desk.state(order, str(uuid4()), "visit")
    await desk.complain(order, not_given=True)
    await desk.decide(order, upheld=True)
    (cancelled,) = await desk.told(OrderCancelled, order)
    assert [due.amount.minor for due in cancelled.dues] == [200]


async def test_a_dismissed_objection_lets_the_order_go_on_and_is_the_last(desk: Desk) -> None:
    order = await stated(desk, "visit")
    await desk.complain(order, not_given=True)
    await desk.decide(order, upheld=False)
    assert not (await desk.complain(order, not_given=True)).objects
    await desk.fulfil(order)
    assert await desk.status(order) is OrderStatus.FULFILLED


async def test_an_objection_nobody_decides_does_not_keep_the_order_for_ever(desk: Desk) -> None:
    order = await stated(desk, "visit")
    await desk.complain(order, not_given=True)
    desk.later(days=29)
    await desk.end_overdue()
    assert await desk.status(order) is OrderStatus.FULFILLING
    desk.later(days=2)
    await desk.end_overdue()
    assert (
        await desk.status(order) is OrderStatus.FULFILLED
    )  # settlement holds the payout until the complaint is decided


async def test_a_complaint_about_something_else_holds_nothing_here(desk: Desk) -> None:
    order = await stated(desk, "visit")
    assert not (await desk.complain(order)).objects
    desk.later(days=8)
    await desk.end_overdue()
    assert await desk.status(order) is OrderStatus.FULFILLED


async def test_a_partner_states_no_more_while_an_objection_is_open(desk: Desk) -> None:
    order = await stated(desk, "package")
    await desk.complain(order, not_given=True)
    with pytest.raises(ObjectionOpen):
        await desk.state(order, str(uuid4()), "reading")
    (outcome,) = await desk.record(UsageRecord(str(uuid4()), order.lines[0].row.id, "reading", 1, desk.now))
    assert "objected" in outcome.refusal


async def test_a_revoked_consent_does_not_make_the_partner_s_word_due_at_once(desk: Desk) -> None:
    order = await desk.ready((await desk.offer(price=400, asks=True, **KINDS["monitoring"]), 1))
    await desk.record(UsageRecord(str(uuid4()), order.lines[0].row.id, "reading", 3, desk.now))
    await desk.consent(order, ConsentRevoked)
    assert not await desk.told(OrderCancelled, order)
    await desk.complain(order, not_given=True)
    await desk.decide(order, upheld=True)
    (cancelled,) = await desk.told(OrderCancelled, order)
    assert not cancelled.dues


async def test_the_database_lets_no_order_end_before_its_resident_could_object(desk: Desk) -> None:
    order = await stated(desk, "visit")
    with pytest.raises(DBAPIError, match="orders_wait_for_objections"):
        await desk.query(
            "UPDATE orders SET deadline = :soon WHERE id = :id RETURNING id",
            id=order.row.id,
            soon=desk.now + timedelta(hours=1),
        )


async def test_each_step_of_a_complaint_has_a_later_version(desk: Desk) -> None:
    order = await stated(desk, "visit")
    complaint = await desk.complain(order, not_given=True)
    await desk.decide(order, upheld=True)
    with pytest.raises((CaseStepRefused, ValueError)):
        await desk.decide(order, upheld=False)
    told = []
    for kind in (ComplaintOpened, ComplaintDecided):
        subject = f"{kind.DESCRIPTOR.full_name}.{complaint.id}"
        ((payload,),) = await desk.query("SELECT payload FROM outbox WHERE subject = :subject", subject=subject)
        told.append(kind.FromString(payload))
    assert [one.version for one in told] == [1, 3]  # answered in between
    assert told[0].not_given
    ((decided_by,),) = await desk.query("SELECT decided_by FROM complaint WHERE id = :id", id=complaint.id)
    assert told[1].decided_by == str(decided_by), "who upheld it is not the second person who gives its money back"
    assert told[1].called_off, "nothing of the order is left to refund"


async def test_a_complaint_about_what_was_served_calls_nothing_off(desk: Desk) -> None:
    order = await stated(desk, "visit")
    await desk.agree(order)
    complaint = await desk.complain(order)
    await desk.decide(order, upheld=True)
    subject = f"{ComplaintDecided.DESCRIPTOR.full_name}.{complaint.id}"
    ((payload,),) = await desk.query("SELECT payload FROM outbox WHERE subject = :subject", subject=subject)
    told = ComplaintDecided.FromString(payload)
    assert told.upheld and not told.called_off


async def cancelled_by(desk: Desk, actor: Actor) -> OrderAggregate:
    """An order of which half was recorded by the partner alone, cancelled the moment after."""
    order = await desk.ready((await desk.offer(price=400, **KINDS["monitoring"]), 1))
    await desk.record(UsageRecord(str(uuid4()), order.lines[0].row.id, "reading", 2, desk.now))
    return await desk.cancel(order, actor)


ENDED_BY = [Actor.RESIDENT, Actor.OPERATOR, Actor.REGULATOR]


@pytest.mark.parametrize("actor", ENDED_BY)
async def test_what_the_partner_alone_recorded_is_owed_after_a_cancellation_once_its_resident_could_object(
    desk: Desk, actor: Actor
) -> None:
    order = await cancelled_by(desk, actor)
    (cancelled,) = await desk.told(OrderCancelled, order)
    assert (len(cancelled.dues), cancelled.objection_until) == (0, timestamp(desk.now + DEADLINES.objection))
    shown = to_message(await desk.look(order))
    assert shown.objection_until == cancelled.objection_until
    assert [step.action for step in shown.next_steps] == [ORDER_ACTION_OBJECT]
    desk.later(days=2, hours=23)
    await desk.end_overdue()
    assert not await desk.told(CancellationSettled, order)
    desk.later(hours=2)
    await desk.end_overdue()
    (settled,) = await desk.told(CancellationSettled, order)
    assert [due.amount.minor for due in settled.dues] == [200]
    assert settled.version > cancelled.version
    assert not to_message(await desk.look(order)).next_steps
    await desk.end_overdue()
    assert len(await desk.told(CancellationSettled, order)) == 1


@pytest.mark.parametrize(("upheld", "owed"), [(True, []), (False, [200])])
async def test_a_resident_objects_to_it_after_they_cancelled(desk: Desk, upheld: bool, owed: list[int]) -> None:
    order = await cancelled_by(desk, Actor.RESIDENT)
    assert (await desk.complain(order, not_given=True)).objects
    desk.later(days=9)
    await desk.end_overdue()
    assert not await desk.told(CancellationSettled, order)
    await desk.decide(order, upheld)
    (settled,) = await desk.told(CancellationSettled, order)
    assert [due.amount.minor for due in settled.dues] == owed
    assert await desk.status(order) is OrderStatus.CANCELLED
    assert (await desk.look(order)).row.dues_after is None


async def test_a_resident_who_agrees_to_it_after_they_cancelled_is_not_waited_for(desk: Desk) -> None:
    order = await desk.agree(await cancelled_by(desk, Actor.RESIDENT))
    (settled,) = await desk.told(CancellationSettled, order)
    assert [due.amount.minor for due in settled.dues] == [200]


async def test_an_objection_to_a_cancelled_order_that_nobody_decides_does_not_wait_for_ever(desk: Desk) -> None:
    order = await cancelled_by(desk, Actor.RESIDENT)
    await desk.complain(order, not_given=True)
    desk.later(days=31)
    await desk.end_overdue()
    assert len(await desk.told(CancellationSettled, order)) == 1


async def test_the_fee_of_the_moment_it_was_cancelled_is_owed_with_what_was_recorded(desk: Desk) -> None:
    rules = [catalog.CancellationRule(hours_before=24, fee_basis_points=5_000)]
    offering = await desk.offer(price=800, booking_required=True, cancellation=rules, **KINDS["package"])
    order = await desk.ready((offering, 1, await desk.slot(offering, hours=10)))
    await desk.record(UsageRecord(str(uuid4()), order.lines[0].row.id, "reading", 1, desk.now))
    before = to_message(await desk.cancel(order))
    assert not (await desk.told(OrderCancelled, order))[0].dues
    desk.later(days=4)
    await desk.end_overdue()
    (settled,) = await desk.told(CancellationSettled, order)
    assert [due.amount.minor for due in settled.dues] == [100 + 100], "a reading of 100, half a visit of 200"
    assert before.lines[0].due.minor == 200


async def test_what_was_scanned_is_owed_at_once_when_nothing_may_be_objected_to(desk: Desk) -> None:
    order = await desk.ready((await desk.offer(price=800, **KINDS["package"]), 1))
    await desk.scan(order, "visit")
    await desk.cancel(order)
    (cancelled,) = await desk.told(OrderCancelled, order)
    assert [due.amount.minor for due in cancelled.dues] == [200]
    assert not cancelled.HasField("objection_until")


async def test_the_database_lets_no_cancelled_order_be_settled_before_its_resident_could_object(desk: Desk) -> None:
    order = await cancelled_by(desk, Actor.RESIDENT)
    with pytest.raises(DBAPIError, match="orders_dues_wait"):
        await desk.query(
            "UPDATE orders SET dues_after = :soon WHERE id = :id RETURNING id",
            id=order.row.id,
            soon=desk.now + timedelta(hours=1),
        )
