"""What a resident agrees to is what they get: an order on other terms than they saw is refused with the new ones."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.refusals import Invalid
from devstack.samples import examples
from google.protobuf import json_format
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ordering import handlers
from ordering.aggregate import OrderAggregate
from ordering.commands import carts, placing
from ordering.commands.carts import Buyer
from ordering.commands.placing import PlaceRequest
from ordering.domain.agreement import ExpectedTotal, TermsChanged
from ordering.domain.orders import LineRequest, UnknownOffering
from ordering_scenario import DEADLINES, Scenario, agreed, line_requests
from yima.catalog.v1 import api_pb2 as catalog
from yima.catalog.v1.events_pb2 import OfferingPublished
from yima.common.v1.types_pb2 import Money
from yima.ordering.v1 import api_pb2 as pb

pytestmark = pytest.mark.anyio
SERVICE = "ordering"


async def seen(scenario: Scenario, *lines: tuple[Any, ...]) -> PlaceRequest:
    """An order of these, as its resident sees and agrees to it now."""
    who = uuid4()
    request = PlaceRequest(
        who, who, line_requests(lines), "sandbox:ok", False, str(uuid4()), b"a" * 32, None, proven=True
    )
    async with scenario.store.transaction() as session:
        return await agreed(session, request)


async def place(scenario: Scenario, *requests: PlaceRequest) -> Sequence[Any]:
    async with scenario.store.transaction() as session:
        return await placing.place(session, requests, DEADLINES, scenario.now)


async def revise(
    scenario: Scenario, offering_id: UUID, revision: int, price: int, hash_: bytes = b"", **manifest: Any
) -> None:
    offering = catalog.Offering(
        id=str(offering_id),
        partner_id=str(scenario.partner),
        revision=revision,
        version=revision,
        consent_hash=hash_,
        manifest=catalog.OfferingManifest(price=Money(currency="CNY", minor=price), **manifest),
    )
    await scenario.hear(handlers.on_offering_published, OfferingPublished(offering=offering))


def changed_terms(refusal: TermsChanged) -> pb.TermsChanged:
    """The refusal's data, read as gateways and partners read it."""
    return json_format.ParseDict(refusal.data, pb.TermsChanged())


async def test_a_price_raised_between_looking_and_ordering_is_not_taken_but_told(scenario: Scenario) -> None:
    offering = await scenario.offer(price=1_000)
    request = await seen(scenario, (offering, 1))
    await revise(scenario, offering, 2, 99_999_00)
    (refused,) = await place(scenario, request)
    assert isinstance(refused, TermsChanged)
    assert refused.field == "lines[0].offering_revision"
    assert "10.00 CNY" in refused.detail
    assert "99999.00 CNY" in refused.detail
    now = changed_terms(refused)
    assert (now.total.minor, now.total.currency) == (99_999_00, "CNY")
    (line,) = now.lines
    assert (line.offering_id, line.offering_revision, line.unit_price.minor) == (str(offering), 2, 99_999_00)
    assert list(line.differences) == [pb.TERMS_DIFFERENCE_PRICE]
    assert not await scenario.query("SELECT id FROM orders WHERE placed_by = :who", who=request.placed_by)
    again = replace(
        request,
        lines=[replace(request.lines[0], revision=line.offering_revision, consent_hash=line.consent_hash)],
        expected=ExpectedTotal(now.total.minor, now.total.currency),
    )
    (placed,) = await place(scenario, again)
    assert isinstance(placed, OrderAggregate)
    assert placed.row.total_minor == 99_999_00


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"price": 1_000, "hash_": b"w" * 32}, pb.TERMS_DIFFERENCE_DATA),
        (
            {"price": 1_000, "cancellation": [catalog.CancellationRule(hours_before=720, fee_basis_points=10_000)]},
            pb.TERMS_DIFFERENCE_CANCELLATION,
        ),
        ({"price": 1_000, "valid_days": 3}, pb.TERMS_DIFFERENCE_OTHER),
        ({"price": 900}, pb.TERMS_DIFFERENCE_PRICE),
    ],
)
async def test_whatever_a_revision_changes_is_agreed_to_anew(
    scenario: Scenario, change: dict[str, Any], difference: int
) -> None:
    offering = await scenario.offer(price=1_000)
    request = await seen(scenario, (offering, 1))
    await revise(scenario, offering, 2, **change)
    (refused,) = await place(scenario, request)
    assert isinstance(refused, TermsChanged)
    assert list(changed_terms(refused).lines[0].differences) == [difference]


async def test_an_order_that_does_not_say_what_is_agreed_to_is_refused_by_field(scenario: Scenario) -> None:
    offering = await scenario.offer(price=1_000, asks=True)
    complete = await seen(scenario, (offering, 1))
    (line,) = complete.lines
    unsaid = {
        "expected_total": replace(complete, expected=None),
        "lines[0].offering_revision": replace(complete, lines=[replace(line, revision=0)], key="b"),
        "lines[0].consent_hash": replace(complete, lines=[replace(line, consent_hash=b"")], key="c"),
    }
    for field, request in unsaid.items():
        (refused,) = await place(scenario, request)
        assert isinstance(refused, Invalid)
        assert refused.field == field


async def test_the_hash_of_other_data_than_is_asked_for_is_refused(scenario: Scenario) -> None:
    offering = await scenario.offer(asks=True)
    request = await seen(scenario, (offering, 1))
    (refused,) = await place(scenario, replace(request, lines=[replace(request.lines[0], consent_hash=b"x" * 32)]))
    assert isinstance(refused, TermsChanged)
    assert refused.field == "lines[0].consent_hash"
    assert changed_terms(refused).lines[0].consent_hash == b"h" * 32


async def test_terms_ordering_has_not_heard_of_yet_are_asked_for_again_not_called_changed(scenario: Scenario) -> None:
    offering = await scenario.offer()
    request = await seen(scenario, (offering, 1))
    (refused,) = await place(scenario, replace(request, lines=[replace(request.lines[0], revision=2)]))
    assert isinstance(refused, UnknownOffering)


async def test_a_tap_repeated_after_the_price_rose_answers_with_the_order_it_placed(scenario: Scenario) -> None:
    offering = await scenario.offer(price=1_000)
    request = await seen(scenario, (offering, 1))
    (placed,) = await place(scenario, request)
    await revise(scenario, offering, 2, 2_000)
    (again,) = await place(scenario, request)
    assert again.row.id == placed.row.id
    assert again.row.total_minor == 1_000


async def test_a_changed_order_fails_alone_in_its_batch_and_takes_no_place(scenario: Scenario) -> None:
    offering = await scenario.offer(price=500, booking_required=True)
    slot = await scenario.slot(offering)
    mistaken = await seen(scenario, (offering, 1, slot))
    mistaken = replace(mistaken, expected=ExpectedTotal(400, "CNY"))
    right = await seen(scenario, (offering, 1, slot))
    outcomes = await place(scenario, mistaken, right)
    assert [type(outcome) for outcome in outcomes] == [TermsChanged, OrderAggregate]
    assert await scenario.query("SELECT held FROM slot WHERE id = :slot", slot=slot) == [(1,)]


async def test_a_cart_s_checkout_agrees_to_all_of_it_or_orders_nothing(scenario: Scenario) -> None:
    owner = uuid4()
    mine, theirs = await scenario.offer(price=300), await scenario.offer(price=50, partner=uuid4())
    lines = [pb.PlaceOrderLine(offering_id=str(offering_id), quantity=1) for offering_id in (mine, theirs)]
    async with scenario.store.transaction() as session:
        await carts.put_cart(session, owner_id=owner, resident_id=owner, lines=lines, version=0)
    request = await seen(scenario, (mine, 1), (theirs, 1))
    await revise(scenario, mine, 2, 3_000)
    buyer = Buyer(owner, owner, None, "sandbox:ok", True, str(uuid4()), b"a" * 32, None, request.expected, proven=True)
    with pytest.raises(TermsChanged) as refused:
        async with scenario.store.transaction() as session:
            cart = await carts.cart_at(session, owner, 1)
            await carts.check_out(
                session, cart=cart, lines=request.lines, buyer=buyer, deadlines=DEADLINES, now=scenario.now
            )
    assert changed_terms(refused.value).total.minor == 3_050
    assert [bool(line.differences) for line in changed_terms(refused.value).lines] == [True, False]
    assert not await scenario.query("SELECT id FROM orders WHERE placed_by = :owner", owner=owner)
    assert await scenario.query("SELECT version FROM cart WHERE owner_id = :owner", owner=owner) == [(1,)]


@given(
    prices=st.lists(st.integers(0, 10_000), min_size=1, max_size=4),
    quantity=st.integers(1, 3),
    off=st.integers(-5, 5),
    revision=st.integers(0, 3),
    hash_=st.sampled_from([b"", b"h" * 32, b"x" * 32]),
)
@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_an_order_is_placed_exactly_when_total_revision_and_hash_are_those_that_hold(
    scenario: Scenario, prices: list[int], quantity: int, off: int, revision: int, hash_: bytes
) -> None:
    course: dict[str, Any] = {"contents": [catalog.EntitledItem(code="visit", times=4)], "valid_days": 30}
    offering = await scenario.offer(price=prices[0], asks=True, **course)
    for number, price in enumerate(prices[1:], 2):
        await revise(scenario, offering, number, price, b"h" * 32, **course)
    holds = len(prices), prices[-1] * quantity
    who = uuid4()
    line = LineRequest(offering, quantity, (), "lines[0]", revision, hash_)
    expected = ExpectedTotal(holds[1] + off, "CNY")
    request = PlaceRequest(who, who, [line], "", False, str(uuid4()), b"a" * 32, None, proven=True, expected=expected)
    (outcome,) = await place(scenario, request)
    agrees = (revision, hash_, off) == (holds[0], b"h" * 32, 0)
    assert isinstance(outcome, OrderAggregate) == agrees
    if agrees:
        assert outcome.row.total_minor == holds[1]
