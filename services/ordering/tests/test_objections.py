"""What the partner alone says was given is due only once its resident could object to it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from desk import DEADLINES, Desk
from ordering.aggregate import OrderAggregate
from ordering.commands.proofs import UsageRecord
from ordering.domain.cases import CaseStepRefused
from ordering.domain.process import Actor, ObjectionOpen, OrderStatus
from ordering.domain.proofs import NothingProven
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1 import api_pb2 as catalog
from yima.consent.v1.events_pb2 import ConsentRevoked
from yima.ordering.v1.events_pb2 import (
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
