"""Asked, refused, unknown, repeated, late: in the end resident, partner, platform and provider agree, or a case says
why not."""

import contextlib
from uuid import UUID, uuid4

import pytest
from chassis.consumer import NotYet
from chassis.pages import beginning
from chassis.refusals import Refusal, Unavailable
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from settlement import handlers
from settlement.provider.sandbox.books import Faults
from settlement.store import cases
from sqlalchemy import text
from yima.ordering.v1.events_pb2 import OrderCancelled, OrderPlaced, PaymentChosen

from services.settlement.tests.harness import Harness, open_for_business
from services.settlement.tests.test_asked_then_done import seen, soon, status
from services.settlement.tests.test_money_in_any_order import reported

pytestmark = pytest.mark.anyio
SERVICE = "settlement"
WHICH = st.integers(0, 4)
CHANCE = st.sampled_from([0.0, 0.0, 0.5, 1.0])
FAULTS = st.builds(
    Faults,
    seed=st.text("abc", max_size=3),
    decline=CHANCE,
    refuse_capture=CHANCE,
    refuse_void=CHANCE,
    refuse_refund=CHANCE,
    refuse_payout=CHANCE,
    refund_fails_late=CHANCE,
    pending=CHANCE,
    webhook_only=st.booleans(),
    partial_capture=CHANCE,
    bank_return=CHANCE,
    duplicate_webhook=CHANCE,
    chargeback=CHANCE,
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("place"), st.integers(1, 100_000)),
        st.tuples(st.just("fulfil"), WHICH),
        st.tuples(st.just("cancel"), WHICH),
        st.tuples(st.just("refund"), WHICH),
        st.tuples(st.just("refund"), WHICH),
        st.tuples(st.just("part"), WHICH),
        st.tuples(st.just("choose"), WHICH),
        st.tuples(st.just("decide"), WHICH),
        st.tuples(st.just("pay"), WHICH),
        st.tuples(st.just("later"), WHICH),
        st.tuples(st.just("webhooks"), WHICH),
        st.tuples(st.just("silence"), WHICH),
        st.tuples(st.just("misbehave"), FAULTS),
    ),
    min_size=6,
    max_size=20,
)
# Of two, none and three decimals; some providers move the latter in tens of the smallest unit.
CURRENCIES = st.sampled_from([("CNY", 1), ("JPY", 1), ("KWD", 1), ("KWD", 10)])
REFUSING = Faults(refuse_capture=1, refuse_void=1, refuse_refund=1, refuse_payout=1)


FEW, MANY = (
    settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    for examples in (12, 60)
)
WHAT_HAPPENS = given(steps=STEPS, first=FAULTS, money=CURRENCIES, refuses_for_good=st.booleans())


@WHAT_HAPPENS
@FEW
async def test_all_agree_in_the_end_or_a_case_says_why_not(
    harness: Harness, steps: list[tuple[str, object]], first: Faults, money: tuple[str, int], refuses_for_good: bool
) -> None:
    await agree_in_the_end(harness, steps, first, money, refuses_for_good)


@pytest.mark.long
@WHAT_HAPPENS
@MANY
async def test_all_agree_in_the_end_of_many_stories(
    harness: Harness, steps: list[tuple[str, object]], first: Faults, money: tuple[str, int], refuses_for_good: bool
) -> None:
    await agree_in_the_end(harness, steps, first, money, refuses_for_good)


async def agree_in_the_end(
    harness: Harness, steps: list[tuple[str, object]], first: Faults, money: tuple[str, int], refuses_for_good: bool
) -> None:
    harness.partner = uuid4()
    harness.currency, harness.books.step = money
    sandbox = harness.books.sandbox
    sandbox.faults, harness.books.away = Faults(), False
    await open_for_business(harness)
    apart = await harness.balance("provider:cash") - reported(harness)
    orders = [await harness.place(minor) for minor in (36_000, 20_010, 70 // harness.books.step)]
    sandbox.faults = first
    for placed in orders[:2]:
        await harness.fulfil(placed)
    for number, (what, how) in enumerate(steps):
        with contextlib.suppress(Refusal, NotYet):  # what cannot be done leaves no trace, as the checks below show
            await step(harness, orders, what, how, number)
        assert await harness.holds()
    harness.books.away = False
    sandbox.faults = REFUSING if refuses_for_good else Faults()
    for round_ in range(24):  # what failed is asked again, what is late comes, and what is answered "later" comes again
        await soon(harness)
        with contextlib.suppress(Unavailable):
            await harness.webhooks(shuffled=True)
        if round_ >= 8 and sandbox.webhooks_to_come() == 0:
            break
    assert sandbox.webhooks_to_come() == 0
    assert await harness.holds()
    assert await harness.balance("provider:cash") - reported(harness) == apart, "the ledger's cash is the provider's"
    assert await harness.balance("payouts:in-transit") == 0
    for placed in orders:
        await agree(harness, placed)


async def step(harness: Harness, orders: list[OrderPlaced], what: str, how: object, number: int) -> None:  # noqa: PLR0912 a step a case
    if isinstance(how, Faults):
        harness.books.sandbox.faults = how
        return
    assert isinstance(how, int)
    order = orders[how % len(orders)] if orders else None
    match what:
        case "place":
            orders.append(await harness.place(max(how - how % harness.books.step, harness.books.step)))
        case "fulfil" if order:
            await harness.fulfil(order)
        case "cancel" if order:
            await harness.hear(handlers.on_order_cancelled, OrderCancelled(order_id=order.order_id))
            await harness.provide()
        case "refund" if order:
            await harness.refund(order)
        case "part" if order:
            await harness.refund(order, 1 + how)
        case "choose" if order:
            again = PaymentChosen(order_id=order.order_id, payment_method="sandbox:ok", version=2 + number)
            await harness.hear(handlers.on_payment_chosen, again)
            await harness.provide()
        case "decide":
            for dispute in harness.books.sandbox.disputes()[:1]:
                harness.books.sandbox.close_dispute(dispute, won=bool(how % 2))
        case "pay":
            await harness.pay()
        case "later":
            await soon(harness)
        case "webhooks":
            await harness.webhooks(shuffled=bool(how % 2))
        case "silence":
            harness.books.away = bool(how % 2)


MINE = text(
    """
    SELECT call.id::text FROM provider_call AS call JOIN payment ON payment.id = call.payment_id
    WHERE payment.order_id = :order
    UNION ALL
    SELECT dispute.provider_reference FROM dispute JOIN payment ON payment.id = dispute.payment_id
    WHERE payment.order_id = :order
    """
)


async def agree(harness: Harness, placed: OrderPlaced) -> None:
    """What the resident sees of an order is what the provider did, unless a case is open about it."""
    payment = await seen(harness, placed)
    async with harness.store.transaction() as session:
        mine = set(await session.scalars(MINE, {"order": UUID(placed.order_id)}))
        open_yet = [
            case for case in await cases.page(session, False, beginning(1_000)) if str(case.order_id) == placed.order_id
        ]
    assert payment.captured.currency == payment.refunded.currency == harness.currency
    assert {entry["currency"] for entry in harness.books.sandbox.report() if entry["key"] in mine} <= {harness.currency}
    moved: dict[str, int] = {}
    for entry in harness.books.sandbox.report():
        if entry["key"] in mine:
            moved[entry["kind"]] = moved.get(entry["kind"], 0) + entry["amount"]
    taken = moved.get("capture", 0)
    back = -sum(moved.get(kind, 0) for kind in ("refund", "refund-return", "chargeback", "chargeback-return"))
    held = -sum(
        entry["amount"]
        for entry in harness.books.sandbox.report()
        if entry["key"] in mine and entry["kind"] == "chargeback" and entry["key"] in harness.books.sandbox.disputes()
    )
    event(f"status {status(payment)}")
    for case in open_yet:
        event(f"case {case.kind}")
    assert payment.captured.minor == taken
    if not open_yet:
        assert payment.refunding.minor == 0, "what is to be given back is on its way, or a case"
        assert payment.refunded.minor == back - held, "what a bank holds for a dispute is nobody's yet"
        assert not status(payment).endswith(("ING", "FAILED")) or status(payment) in ("FAILED", "CAPTURE_FAILED")
        assert status(payment) != "CAPTURE_FAILED", "that one is a case"
