"""A fee is for a session that was given up late in an order the partner had accepted; nobody's word makes one due."""

from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from ordering.aggregate import OrderAggregate
from ordering.api.messages import cancellation_terms
from ordering.domain.process import Actor, OrderStatus
from ordering_scenario import DEADLINES, Scenario
from yima.catalog.v1 import api_pb2 as catalog
from yima.consent.v1.events_pb2 import ConsentRevoked
from yima.ordering.v1.events_pb2 import OrderCancelled, OrderFulfilled

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
ALWAYS = [catalog.CancellationRule(hours_before=8_760, fee_basis_points=10_000)]
SHORT = [catalog.CancellationRule(hours_before=2, fee_basis_points=10_000)]
VISIT = catalog.EntitledItem(code="visit", kind=catalog.UNIT_KIND_VISIT, times=4)
SINGLE: dict[str, Any] = {"booking_required": True}
COURSE: dict[str, Any] = {
    "kind": catalog.OFFERING_KIND_PACKAGE,
    "booking_required": True,
    "valid_days": 60,
    "contents": [VISIT],
}


async def booked(
    scenario: Scenario, manifest: dict[str, Any], sessions: int, accepted: bool = True, **more: Any
) -> OrderAggregate:
    """An order of 200.00 with sessions a day apart, the first tomorrow."""
    offering = await scenario.offer(price=20_000, **(manifest | more))
    slots = [await scenario.slot(offering, hours=24 * (number + 1)) for number in range(sessions)]
    if accepted:
        return await scenario.ready((offering, 1, *slots))
    order = await scenario.place((offering, 1, *slots))
    await scenario.pay(order)
    return await scenario.look(order)


async def owed_at_the_end(scenario: Scenario, order: OrderAggregate) -> list[int]:
    ended = [*await scenario.published(OrderCancelled, order), *await scenario.published(OrderFulfilled, order)]
    assert len(ended) == 1
    return [due.amount.minor for due in ended[0].dues]


async def shown(
    scenario: Scenario, order: OrderAggregate, actor: Actor = Actor.RESIDENT
) -> tuple[int, int | None, bool]:
    """What cancelling costs now, what it costs once accepted, and whether there is a time until which it is free."""
    terms = cancellation_terms(await scenario.look(order), actor, scenario.now)
    later = terms.due_once_accepted.minor if terms.HasField("due_once_accepted") else None
    if terms.HasField("free_until"):
        assert terms.free_until.ToDatetime(scenario.now.tzinfo) > scenario.now
    return terms.due.minor, later, terms.HasField("free_until")


@pytest.mark.parametrize(
    ("manifest", "sessions", "rules", "minutes", "complains"),
    [
        (manifest, sessions, rules, minutes, complains)
        for (manifest, sessions), rules, minutes, complains in product(
            ((SINGLE, 1), (COURSE, 4)), (ALWAYS, SHORT), (0, 10, 60), (False, True)
        )
    ],
)
async def test_sessions_that_passed_unproven_cost_nothing_when_their_resident_cancels(
    scenario: Scenario, manifest: dict[str, Any], sessions: int, rules: Any, minutes: int, complains: bool
) -> None:
    """The partner stayed away, or the resident did and nobody said so in time (`test_absences.py`)."""
    order = await booked(scenario, manifest, sessions, cancellation=rules)
    scenario.later(days=sessions, minutes=minutes)  # the last has begun
    if manifest is SINGLE:
        scenario.now += DEADLINES.grace + DEADLINES.absence
    if complains:
        await scenario.complain(order, not_given=True)
    assert await shown(scenario, order) == (0, None, False)
    await scenario.cancel(order)
    assert await owed_at_the_end(scenario, order) == []


async def test_a_session_that_is_given_up_late_costs_its_fee_until_it_begins(scenario: Scenario) -> None:
    order = await booked(scenario, SINGLE, 1, cancellation=SHORT)
    assert await shown(scenario, order) == (0, None, True)
    scenario.later(hours=23)
    assert await shown(scenario, order) == (20_000, None, False)
    await scenario.cancel(order)
    assert await owed_at_the_end(scenario, order) == [20_000]


async def test_what_was_proven_is_owed_whatever_else_passed(scenario: Scenario) -> None:
    order = await booked(scenario, COURSE, 3, cancellation=ALWAYS)
    scenario.later(days=1)
    order = await scenario.scan(order, "visit")
    scenario.later(days=2)
    await scenario.cancel(order)
    assert await owed_at_the_end(scenario, order) == [5_000]


@pytest.mark.parametrize(("sessions", "owed"), [(4, 5_000), (2, 15_000), (1, 20_000)])
async def test_the_clock_charges_the_unused_but_no_session_that_passed_unproven(
    scenario: Scenario, sessions: int, owed: int
) -> None:
    """Visits that were never booked are charged by the terms; what was booked and not given is not."""
    order = await booked(scenario, COURSE, sessions, cancellation=ALWAYS, unused=catalog.UNUSED_CHARGED)
    scenario.later(days=1)
    await scenario.scan(order, "visit")
    scenario.later(days=61)
    await scenario.end_overdue()
    assert await owed_at_the_end(scenario, order) == ([owed] if owed < 20_000 else [])
    assert await scenario.status(order) is OrderStatus.FULFILLED


@pytest.mark.parametrize("manifest", [SINGLE, COURSE])
async def test_an_order_whose_sessions_passed_unproven_expires_for_nothing(
    scenario: Scenario, manifest: dict[str, Any]
) -> None:
    order = await booked(scenario, manifest, 1, cancellation=ALWAYS, unused=catalog.UNUSED_CHARGED)
    scenario.later(days=61)
    await scenario.end_overdue()
    assert await scenario.status(order) is OrderStatus.EXPIRED


async def test_a_revoked_consent_owes_no_fee_for_sessions_that_passed(scenario: Scenario) -> None:
    order = await booked(scenario, SINGLE, 1, cancellation=ALWAYS, asks=True)
    scenario.later(days=1)
    scenario.now += DEADLINES.grace + DEADLINES.absence
    await scenario.consent(order, ConsentRevoked)
    await scenario.cancel(order)
    assert await owed_at_the_end(scenario, order) == []


@pytest.mark.parametrize(("manifest", "sessions", "fee"), [(SINGLE, 1, 20_000), (COURSE, 2, 10_000)])
async def test_nothing_is_owed_before_the_partner_has_accepted_and_what_will_be_is_shown(
    scenario: Scenario, manifest: dict[str, Any], sessions: int, fee: int
) -> None:
    waiting = await booked(scenario, manifest, sessions, accepted=False, cancellation=ALWAYS)
    assert waiting.row.status == OrderStatus.CONFIRMED
    assert await shown(scenario, waiting) == (0, fee, False)
    assert await shown(scenario, waiting, Actor.PARTNER) == (0, None, False)
    offering, resident = await scenario.offer(price=20_000, cancellation=ALWAYS, **manifest), uuid4()
    preview = await scenario.preview((offering, 1, await scenario.slot(offering)), resident=resident)
    terms = cancellation_terms(preview, Actor.RESIDENT, scenario.now)
    assert (terms.due.minor, terms.HasField("free_until")) == (0, False)
    assert terms.due_once_accepted.minor == fee // sessions
    await scenario.cancel(waiting)
    assert await owed_at_the_end(scenario, waiting) == []
    accepted = await booked(scenario, manifest, sessions, cancellation=ALWAYS)
    assert await shown(scenario, accepted) == (fee, None, False)


async def test_sessions_are_moved_and_given_up_free_of_charge_before_the_partner_has_accepted(
    scenario: Scenario,
) -> None:
    order = await booked(scenario, COURSE, 2, accepted=False, cancellation=ALWAYS)
    other = await scenario.slot(order.lines[0].row.offering_id, hours=24 * 9)
    order = await scenario.book(order, other, order.lines[0].bookings[0].id)
    done = await scenario.cancel_sessions(order, order.lines[0].bookings[0].id)
    assert (done.fee_minor, done.released_minor) == (0, 5_000)
