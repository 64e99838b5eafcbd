"""A proof lies between the acceptance and now, proves one service, and comes with a key that was there by then."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from chassis.refusals import Invalid
from ordering import handlers
from ordering.aggregate import OrderAggregate
from ordering.commands.proofs import UsageRecord
from ordering.domain.process import OrderStatus
from ordering.domain.proofs import ReceiptRefused, ScanUsed, StatementRefused, scanned_at, statement
from ordering.store import offerings
from ordering_scenario import Scenario
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1 import api_pb2 as catalog
from yima.ordering.v1.events_pb2 import ServiceProven
from yima.partners.v1.events_pb2 import SigningKeyRegistered

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
VISIT = catalog.EntitledItem(code="visit", kind=catalog.UNIT_KIND_VISIT, times=2)
MEASURED = catalog.EntitledItem(code="reading", kind=catalog.UNIT_KIND_MEASUREMENT, times=10)
COURSE = {"kind": catalog.OFFERING_KIND_PACKAGE, "contents": [VISIT, MEASURED], "valid_days": 30}


@pytest.mark.parametrize("ago", [timedelta(minutes=3), timedelta(days=1), timedelta(days=9_000)])
async def test_what_was_given_before_the_order_was_accepted_proves_nothing_of_it(
    scenario: Scenario, ago: timedelta
) -> None:
    order = await scenario.ready((await scenario.offer(**COURSE), 1))
    before = scenario.now - ago
    with pytest.raises(StatementRefused, match="before the order was accepted"):
        await scenario.state(order, str(uuid4()), "reading", given_at=before)
    with pytest.raises(ReceiptRefused, match="before the order was accepted"):
        await scenario.scan(order, "visit", at=before)
    (outcome,) = await scenario.record(UsageRecord(str(uuid4()), order.lines[0].row.id, "reading", 1, before))
    assert "before the order was accepted" in outcome.refusal
    after = await scenario.look(order)
    assert after.row.status == OrderStatus.ACCEPTED
    assert [item.used for item in after.lines[0].entitlements] == [0, 0]


async def test_a_proof_within_what_two_clocks_differ_counts(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(**COURSE), 1))
    for seconds in (-90, 90):
        await scenario.state(order, str(uuid4()), "reading", given_at=scenario.now + timedelta(seconds=seconds))
    assert (await scenario.look(order)).lines[0].entitlements[1].used == 2


@pytest.mark.parametrize(
    "ago", [timedelta(microseconds=1), *(timedelta(seconds=seconds) for seconds in (0.1, 1, 1.4, 35, 75))]
)
async def test_a_scan_from_before_the_acceptance_proves_nothing_however_short_before(
    scenario: Scenario, ago: timedelta
) -> None:
    """Whoever is at the door is scanned, orders from home, and would be charged at once."""
    order = await scenario.ready((await scenario.offer(**COURSE), 1))
    with pytest.raises(ReceiptRefused, match="scan again"):
        await scenario.scan(order, "visit", at=scenario.now - ago)
    assert (await scenario.look(order)).row.status == OrderStatus.ACCEPTED
    await scenario.scan(order, "visit", at=scenario.now)


def test_a_receipt_of_whole_seconds_counts_from_their_first_moment() -> None:
    now = datetime.now(UTC)
    old, new = {"iat": int(now.timestamp())}, {"iat": int(now.timestamp()), "scanned_at": now.isoformat()}
    assert scanned_at(old) == now.replace(microsecond=0)
    assert scanned_at(new) == now


def test_what_is_said_to_be_given_in_the_future_is_refused() -> None:
    now = datetime.now(UTC)
    claims = {"id": "a", "order_id": "b", "order_line_id": "c"}
    with pytest.raises(StatementRefused):
        statement(claims | {"given_at": (now + timedelta(minutes=3)).isoformat()}, now)


async def test_one_scan_proves_one_service_of_an_order_and_no_other(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(), 1), (await scenario.offer(), 1))
    with pytest.raises(Invalid) as refused:
        await scenario.scan(order)
    assert refused.value.field == "order_line_id"
    scan = uuid4()
    await scenario.scan(order, line=0, scan=scan)
    with pytest.raises(ScanUsed):
        await scenario.scan(order, line=1, scan=scan)
    await scenario.scan(order, line=1)
    assert len(await scenario.published(ServiceProven, order)) == 2
    with pytest.raises(DBAPIError, match="proof_one_a_scan"):
        await scenario.query(
            "UPDATE proof SET scan_id = :scan WHERE order_line_id = :line RETURNING id",
            scan=scan,
            line=order.lines[1].row.id,
        )


async def test_one_service_is_ordered_at_a_time_and_several_only_as_contents_that_are_proven_one_by_one(
    scenario: Scenario,
) -> None:
    plain = await scenario.offer(price=100)
    for quantity in (2, 100):
        with pytest.raises(Invalid) as refused:
            await scenario.place((plain, quantity))
        assert refused.value.field == "lines[0].quantity"
    order = await scenario.ready((await scenario.offer(price=100, **COURSE), 3))
    after = await scenario.scan(order, "visit")
    assert [(item.used, item.granted) for item in after.lines[0].entitlements] == [(1, 6), (0, 30)]


async def test_a_booking_is_one_place_for_one_person_whatever_the_quantity(scenario: Scenario) -> None:
    offering = await scenario.offer(booking_required=True, **COURSE)
    slot = await scenario.slot(offering, capacity=2)
    await scenario.place((offering, 50, slot))
    assert await scenario.query("SELECT held FROM slot WHERE id = :slot", slot=slot) == [(1,)]


async def keys_of(scenario: Scenario, placed_orders: Sequence[OrderAggregate]) -> list[tuple[bytes, bool] | None]:
    """The key that each order's statements are signed with, and whether it is good."""
    async with scenario.store.transaction() as session:
        return [
            await offerings.signing_key(session, scenario.partner, (await scenario.look(order)).row.key_version or 0)
            for order in placed_orders
        ]


async def register(scenario: Scenario, key: bytes, version: int, compromised: bool = False) -> None:
    registered = SigningKeyRegistered(
        partner_id=str(scenario.partner), public_key=key, version=version, compromised=compromised
    )
    await scenario.hear(handlers.on_signing_key, registered)


@pytest.mark.parametrize("hours", [-2, 0, 2])
async def test_a_key_registered_after_the_acceptance_proves_nothing_of_that_order_whatever_the_clocks_say(
    scenario: Scenario, hours: int
) -> None:
    first, second = b"1" * 32, b"2" * 32
    placed_orders = [await scenario.ready((await scenario.offer(), 1))]
    for version, key in ((1, first), (2, second), (1, first)):  # an older word again after a newer one
        scenario.later(hours=hours)  # each is reported by a machine whose clock differs
        await register(scenario, key, version)
        placed_orders.append(await scenario.ready((await scenario.offer(), 1)))
    assert await keys_of(scenario, placed_orders) == [None, (first, True), (second, True), (second, True)]


@pytest.mark.parametrize("late", [False, True])
async def test_a_key_that_was_replaced_as_compromised_proves_nothing_any_more(scenario: Scenario, late: bool) -> None:
    keys = [bytes([number] * 32) for number in range(1, 4)]
    await register(scenario, keys[0], 1)
    before = await scenario.ready((await scenario.offer(), 1))
    assert await keys_of(scenario, [before]) == [(keys[0], True)]
    replaced = [(keys[1], 2, True), (keys[2], 3, False)]
    for key, version, compromised in reversed(replaced) if late else replaced:
        await register(scenario, key, version, compromised)
    after = await scenario.ready((await scenario.offer(), 1))
    assert await keys_of(scenario, [before, after]) == [(keys[0], False), (keys[2], True)]
