"""What a provider asks of who pays: to go to its page, to scan, to confirm. The money follows the provider's word."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from devstack.samples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from settlement import handlers
from settlement.commands import calls as provider_calls
from settlement.domain.next_steps import NextStep, StepKind, Ways, fault_of, origin_of
from settlement.provider.port import outcome_of
from settlement.store import next_steps
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.ordering.v1.events_pb2 import OrderExpired, OrderPlaced, PaymentChosen

from services.settlement.tests.harness import Harness

pytestmark = pytest.mark.anyio
SERVICE = "settlement"
PAGES = "http://127.0.0.1:8708"
WAYS = Ways(frozenset({PAGES}), "https://city.example/app")
SOON = datetime(2026, 12, 1, tzinfo=UTC)
KINDS = {"sandbox:redirect": "redirect", "sandbox:scan": "scan", "sandbox:confirm": "confirm"}


async def provide(harness: Harness, ways: Ways = WAYS) -> None:
    while await provider_calls.carry_out_due(harness.store, harness.books, ways):
        continue


async def asked_again(harness: Harness, ways: Ways = WAYS) -> None:
    async with harness.store.transaction() as session:
        await session.execute(text("UPDATE provider_call SET due_at = now() WHERE state = 'due'"))
    await provide(harness, ways)


async def placed_by(harness: Harness, method: str, ways: Ways = WAYS) -> OrderPlaced:
    """An order whose payment method is chosen, and of which the provider has been asked."""
    placed = await harness.place(method="")
    await choose(harness, placed, method, 2, ways)
    return placed


async def choose(harness: Harness, placed: OrderPlaced, method: str, version: int, ways: Ways = WAYS) -> None:
    chosen = PaymentChosen(order_id=placed.order_id, payment_method=method, version=version)
    await harness.hear(handlers.on_payment_chosen, chosen)
    await provide(harness, ways)


async def step_of(harness: Harness, placed: OrderPlaced) -> NextStep | None:
    async with harness.store.transaction() as session:
        query = text("SELECT id FROM payment WHERE order_id = :order")
        payment = await session.scalar(query, {"order": UUID(placed.order_id)})
        return (await next_steps.open_steps(session, [payment], datetime.now(UTC))).get(payment)


async def token_of(harness: Harness, placed: OrderPlaced) -> str:
    step = await step_of(harness, placed)
    assert step is not None
    return step.target.rpartition("/")[2]


async def let_go(harness: Harness, placed: OrderPlaced) -> Sequence[str]:
    """Where it stands that promises nobody waited for are given back."""
    query = text(
        "SELECT call.state FROM provider_call AS call JOIN payment ON payment.id = call.payment_id"
        " WHERE step = 'let_go' AND order_id = :order ORDER BY call.id"
    )
    async with harness.store.transaction() as session:
        return list(await session.scalars(query, {"order": UUID(placed.order_id)}))


def pay(harness: Harness, token: str, *, pays: bool = True, late: bool = False) -> bool:
    return harness.books.sandbox.step_done(token, pays, late)


def time_is_over(harness: Harness, token: str) -> None:
    harness.books.sandbox._books.execute("UPDATE step SET expires = 0 WHERE token = ?", (token,))


@pytest.mark.parametrize(("method", "kind"), KINDS.items())
async def test_who_pays_is_asked_for_a_step_and_the_money_comes_with_the_providers_word(
    harness: Harness, method: str, kind: str
) -> None:
    placed = await placed_by(harness, method)
    step = await step_of(harness, placed)
    assert step is not None
    assert (step.kind, step.target.startswith(f"{PAGES}/pay/")) == (kind, True)
    assert await harness.status(placed) == "authorising"
    assert pay(harness, await token_of(harness, placed))
    assert await harness.status(placed) == "authorising", "that somebody pressed a button says nothing yet"
    assert await harness.webhooks() == [True]
    assert await harness.status(placed) == "authorised"
    assert await step_of(harness, placed) is None
    await harness.fulfil(placed)
    assert await harness.status(placed) == "captured"
    assert await harness.holds()


async def test_money_comes_by_asking_where_no_webhook_arrives(harness: Harness) -> None:
    placed = await placed_by(harness, "sandbox:scan")
    pay(harness, await token_of(harness, placed))
    await asked_again(harness)
    assert await harness.status(placed) == "authorised"
    assert await harness.webhooks() == [False], "the webhook says what is known"
    assert await harness.status(placed) == "authorised"


async def test_who_declines_may_choose_another_method(harness: Harness) -> None:
    placed = await placed_by(harness, "sandbox:redirect")
    pay(harness, await token_of(harness, placed), pays=False)
    await harness.webhooks()
    assert await harness.status(placed) == "failed"
    await choose(harness, placed, "sandbox:ok", 3)
    assert await harness.status(placed) == "authorised"


async def test_who_never_comes_back_is_declined_when_the_time_is_over(harness: Harness) -> None:
    placed = await placed_by(harness, "sandbox:redirect")
    time_is_over(harness, await token_of(harness, placed))
    await asked_again(harness)
    assert await harness.status(placed) == "failed"
    assert await step_of(harness, placed) is None


async def test_what_is_paid_when_the_time_was_over_is_given_back_by_itself(harness: Harness) -> None:
    placed = await placed_by(harness, "sandbox:redirect")
    token = await token_of(harness, placed)
    time_is_over(harness, token)
    await asked_again(harness)
    assert not pay(harness, token), "it is over"
    assert pay(harness, token, late=True)
    assert await harness.webhooks() == [True]
    assert await let_go(harness, placed) == ["done"]
    assert await harness.status(placed) == "failed"
    assert await harness.holds()


async def test_what_is_paid_for_an_order_that_has_expired_is_given_back(harness: Harness) -> None:
    placed = await placed_by(harness, "sandbox:confirm")
    token = await token_of(harness, placed)
    await harness.hear(handlers.on_order_ended, OrderExpired(order_id=placed.order_id, version=3))
    assert await harness.status(placed) == "voiding"
    assert await step_of(harness, placed) is None, "nobody is asked to pay for what is over"
    pay(harness, token)
    await harness.webhooks()
    assert await harness.status(placed) == "voided"
    assert await harness.holds()


async def test_who_pays_twice_by_one_page_pays_once(harness: Harness) -> None:
    placed = await placed_by(harness, "sandbox:redirect")
    token = await token_of(harness, placed)
    assert [pay(harness, token), pay(harness, token), pay(harness, token, late=True)] == [True, False, False]
    assert await harness.webhooks() == [True]
    assert await harness.status(placed) == "authorised"


@pytest.mark.parametrize("first", ["the old page", "the new method"])
async def test_who_pays_by_two_methods_has_the_one_that_was_chosen_last(harness: Harness, first: str) -> None:
    placed = await placed_by(harness, "sandbox:redirect")
    old = await token_of(harness, placed)
    await choose(harness, placed, "sandbox:scan", 3)
    new = await token_of(harness, placed)
    assert new != old
    for token in (old, new) if first == "the old page" else (new, old):
        assert pay(harness, token)
        await harness.webhooks()
    assert await harness.status(placed) == "authorised"
    assert await let_go(harness, placed) == ["done"], "the other promise was given back"
    await harness.fulfil(placed)
    assert await harness.status(placed) == "captured"
    assert await harness.holds()


async def test_a_promise_that_the_provider_does_not_give_back_is_asked_for_again_and_is_a_case(
    harness: Harness,
) -> None:
    placed = await placed_by(harness, "sandbox:redirect")
    old = await token_of(harness, placed)
    await choose(harness, placed, "sandbox:ok", 3)
    harness.books.sandbox.faults.refuse_void = 1.0
    pay(harness, old)
    await harness.webhooks()
    assert await harness.status(placed) == "authorised"
    assert await let_go(harness, placed) == ["refused", "due"]
    query = text("SELECT kind, resolved_at IS NULL FROM money_case WHERE order_id = :order")
    async with harness.store.transaction() as session:
        rows = (await session.execute(query, {"order": UUID(placed.order_id)})).all()
        assert [tuple(row) for row in rows] == [("void_failed", True)]
    harness.books.sandbox.faults.refuse_void = 0.0
    await asked_again(harness)
    async with harness.store.transaction() as session:
        rows = (await session.execute(query, {"order": UUID(placed.order_id)})).all()
        assert [tuple(row) for row in rows] == [("void_failed", False)]
    assert await harness.status(placed) == "authorised"


async def test_nobody_is_sent_to_an_address_that_is_not_allowed(harness: Harness) -> None:
    placed = await placed_by(harness, "sandbox:redirect", Ways(frozenset({"https://bank.example"})))
    assert await harness.status(placed) == "failed"
    assert await step_of(harness, placed) is None


async def test_the_provider_is_given_the_page_of_the_order_to_send_back_to(harness: Harness) -> None:
    placed = await placed_by(harness, "sandbox:redirect")
    step = harness.books.sandbox.step(await token_of(harness, placed))
    assert step is not None
    assert step.return_to == f"https://city.example/app/orders/ord_{placed.order_id.replace('-', '')}"


async def test_what_was_asked_is_not_changed_afterwards(harness: Harness) -> None:
    await placed_by(harness, "sandbox:redirect")
    with pytest.raises(DBAPIError, match=r"stays as it was|permission denied"):
        async with harness.store.transaction() as session:
            await session.execute(text("UPDATE next_step SET target = 'https://evil.example/'"))


HOSTILE = [
    "javascript:alert(1)", "https://evil.example/", "https://pay.example@evil.example/", "//pay.example/x",
    "https://pay.example:8443/", "https://pay.example.evil.example/", "ftp://pay.example/", "", "https://[",
    "https://pay.example\\@evil.example/", "https://pay.example/\n", "http://pay.example/",
]  # fmt: skip


@pytest.mark.parametrize("address", HOSTILE, ids=str)
def test_an_address_that_only_looks_like_an_allowed_one_is_refused(address: str) -> None:
    ways = Ways(frozenset({"https://pay.example"}))
    assert fault_of(NextStep(StepKind.REDIRECT, address, SOON), ways)


@given(st.text(max_size=60))
@settings(max_examples=examples(200))
def test_no_text_makes_the_reader_of_addresses_fail_or_name_somebody(address: str) -> None:
    origin = origin_of(address)
    assert origin == "" or "@" not in origin
    assert origin_of("https://pay.example/x?y#z") == "https://pay.example"


def test_a_step_that_is_not_understood_is_no_answer() -> None:
    good = {"kind": "scan", "target": "x", "expires_at": (SOON + timedelta(hours=1)).isoformat()}
    answer = {"approved": False, "reference": "", "reason": "", "pending": True}
    assert outcome_of({**answer, "next_step": good}).next_step == NextStep(
        StepKind.SCAN, "x", SOON + timedelta(hours=1)
    )
    for bad in ({}, {**good, "kind": "dance"}, {**good, "target": 7}, {**good, "expires_at": "soon"}):
        with pytest.raises((KeyError, TypeError, ValueError)):
            outcome_of({**answer, "next_step": bad})
