"""Money in whatever order its events come: promised, taken, refunded, disputed, paid out, sent back by a bank."""

import contextlib
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from chassis.refusals import Refusal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from settlement import commands, handlers
from settlement.domain.calls import RETRIES
from settlement.provider.sandbox.books import Faults
from sqlalchemy import text
from yima.ordering.v1.events_pb2 import OrderCancelled, OrderPlaced

from services.settlement.tests.harness import Harness, open_for_business
from services.settlement.tests.test_asked_then_done import soon

pytestmark = pytest.mark.anyio
SERVICE = "settlement"
WHICH = st.integers(0, 5)
MINOR = st.integers(1, 100_000)
NOTHING = st.just(0)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("place"), MINOR, st.integers(1, 3)),
        st.tuples(st.just("fulfil"), WHICH, st.integers(0, 3)),
        st.tuples(st.just("cancel"), WHICH, NOTHING),
        st.tuples(st.just("sell"), MINOR, st.integers(1, 3)),
        st.tuples(st.just("refund"), WHICH, MINOR),
        st.tuples(st.just("refund a line"), WHICH, st.integers(0, 2)),
        st.tuples(st.just("dispute"), WHICH, MINOR),
        st.tuples(st.just("decide"), WHICH, st.integers(0, 1)),
        st.tuples(st.just("charge back"), WHICH, MINOR),
        st.tuples(st.just("charge back"), WHICH, st.integers(1, 10)),
        st.tuples(st.just("bank decides"), WHICH, st.integers(0, 1)),
        st.tuples(st.just("later"), NOTHING, NOTHING),
        st.tuples(st.just("pay"), NOTHING, NOTHING),
        st.tuples(st.just("return"), NOTHING, NOTHING),
        st.tuples(st.just("webhooks"), NOTHING, st.integers(0, 1)),
        st.tuples(st.just("misbehave"), st.integers(0, 6), NOTHING),
        st.tuples(st.just("agree"), st.integers(0, 10_000), st.integers(0, 60)),
    ),
    min_size=5,
    max_size=16,
)
CURRENCIES = st.sampled_from(["CNY", "JPY", "KWD"])  # of two decimals, of none, of three
MISBEHAVIOUR = (
    Faults(),
    Faults(partial_capture=1),
    Faults(bank_return=1, duplicate_webhook=1),
    Faults(pending=0.5, duplicate_webhook=0.5),
    Faults(decline=0.5, partial_capture=0.5, bank_return=0.5),
    Faults(refuse_refund=1),
    Faults(refund_fails_late=1, pending=0.5),
)


FEW, MANY = (
    settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    for examples in (12, 60)
)


@given(STEPS, CURRENCIES)
@FEW
async def test_whatever_happens_in_whatever_order_the_books_hold_and_agree_with_the_provider_s(
    harness: Harness, steps: list[tuple[str, int, int]], currency: str
) -> None:
    await keep_the_books(harness, steps, currency)


@pytest.mark.long
@given(STEPS, CURRENCIES)
@MANY
async def test_whatever_happens_in_many_orders_the_books_hold_and_agree_with_the_provider_s(
    harness: Harness, steps: list[tuple[str, int, int]], currency: str
) -> None:
    await keep_the_books(harness, steps, currency)


async def keep_the_books(harness: Harness, steps: list[tuple[str, int, int]], currency: str) -> None:
    """After each step every law of the ledger holds: Σ = 0, pending ≥ 0, a payout is its claims, no more is refunded
    than was captured. In the end nothing is on its way, and the ledger's cash is the provider's."""
    harness.partner, harness.currency = uuid4(), currency
    harness.books.sandbox.faults = Faults()
    await open_for_business(harness)
    apart = await harness.balance("provider:cash") - reported(harness)
    orders: list[OrderPlaced] = []
    disputes: list[UUID] = []
    for what, number, choice in steps:
        with contextlib.suppress(Refusal):  # what cannot be done leaves no trace, as the checks below show
            await step(harness, orders, disputes, what, number, choice)
        assert await harness.holds()
    harness.books.sandbox.faults = Faults()
    for opened in harness.books.sandbox.disputes():
        harness.books.sandbox.close_dispute(opened, won=False)
    while any(await harness.webhooks()):
        assert await harness.holds()
    for dispute in disputes:
        with contextlib.suppress(Refusal):
            await harness.decide(dispute, for_partner=True)
    for _ in range(len(RETRIES)):
        await soon(harness)
        await harness.webhooks()
    assert await harness.holds()
    assert await harness.balance("provider:cash") - reported(harness) == apart
    assert await harness.balance("provider:receivable") == 0
    assert await harness.balance("provider:refunds-due") == 0
    assert await harness.balance("payouts:in-transit") == 0


async def step(  # noqa: PLR0912 a step a case
    harness: Harness, orders: list[OrderPlaced], disputes: list[UUID], what: str, number: int, choice: int
) -> None:
    order = orders[number % len(orders)] if orders else None
    match what:
        case "place" | "sell":
            orders.append(await harness.place(number, lines=choice))
            if what == "sell":
                await harness.fulfil(orders[-1])
        case "fulfil" if order:
            await harness.fulfil(order, lines=choice or None)
        case "cancel" if order:
            await harness.hear(handlers.on_order_cancelled, OrderCancelled(order_id=order.order_id))
            await harness.provide()
        case "refund" if order:
            await harness.refund(order, choice)
        case "refund a line" if order:
            await harness.refund(order, line=choice % len(order.lines))
        case "dispute" if order:
            disputes.append(await harness.dispute(order, choice))
        case "decide" if disputes:
            await harness.decide(disputes[number % len(disputes)], for_partner=bool(choice))
        case "charge back" if order:
            await charge_back(harness, order, choice)
        case "bank decides" if opened := harness.books.sandbox.disputes():
            harness.books.sandbox.close_dispute(opened[number % len(opened)], won=bool(choice))
            await harness.webhooks()
        case "later":
            await soon(harness)
        case "pay":
            expected = await outlook(harness)
            assert (await harness.pay())[0] == expected, "a partner sees what it will be paid"
        case "return":
            before = harness.books.sandbox.faults
            harness.books.sandbox.faults = Faults(bank_return=1)
            await harness.pay()
            harness.books.sandbox.faults = before
        case "webhooks":
            await harness.webhooks(shuffled=bool(choice))
        case "misbehave":
            harness.books.sandbox.faults = MISBEHAVIOUR[number]
        case "agree":
            await harness.agree(reserve_basis_points=number, reserve_days=choice)


async def charge_back(harness: Harness, order: OrderPlaced, minor: int) -> None:
    """The cardholder's bank takes so much of what was captured, whatever has become of it since."""
    async with harness.store.transaction() as session:
        query = text(
            "SELECT call.id FROM provider_call AS call JOIN payment ON payment.id = call.payment_id"
            " WHERE payment.order_id = :order AND call.step = 'capture' AND payment.captured_minor > 0"
        )
        captured = await session.scalar(query, {"order": UUID(order.order_id)})
    if captured is not None:
        harness.books.sandbox.open_dispute(str(captured), minor, harness.currency)
        await harness.webhooks()


async def outlook(harness: Harness) -> list[int]:
    """What the partner sees of its next payout."""
    async with harness.store.transaction() as session:
        _, outlooks = await commands.payout_outlook(session, partner_id=harness.partner, now=datetime.now(UTC))
    assert all(row.pending_minor >= 0 for row in outlooks)
    return [row.due_minor for row in outlooks if not row.held_because]


def reported(harness: Harness) -> int:
    """What the provider says it holds for us, in the harness's currency."""
    mine = [entry for entry in harness.books.sandbox.report() if entry["currency"] == harness.currency]
    return sum(movement["amount"] for movement in mine)
