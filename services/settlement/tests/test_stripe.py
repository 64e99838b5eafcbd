"""The Stripe adapter, through Stripe's own library against localstripe: a server that speaks Stripe's API.

localstripe keeps no idempotency keys and sends no `payment_intent.amount_capturable_updated`; that the key is sent is
looked at on the wire, and that event is signed here as Stripe does.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx2
import orjson
import pytest
import stripe
from chassis.consumer import Event, Work
from chassis.database import Database
from chassis.refusals import Invalid, NotFound, Unauthenticated, Unavailable
from devstack import ports
from devstack.samples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from settlement import commands, handlers
from settlement.api import Resources, webhooks
from settlement.app import Settings, provider_of
from settlement.commands import calls as provider_calls
from settlement.commands import provider_report
from settlement.domain.bank import OwnBank
from settlement.provider.port import Unreachable
from settlement.provider.stripe import NO_PAYOUTS, StripeProvider, movements_of, stripe_amount
from settlement.store import contracts, payments, reconciliation
from settlement.tables import ContractRow
from sqlalchemy import text
from yima.common.v1.types_pb2 import Money
from yima.ordering.v1.events_pb2 import OrderCancelled, OrderFulfilled, OrderPlaced
from yima.settlement.v1.split_pb2 import Share, SplitPlan

pytestmark = pytest.mark.anyio
SERVICE = "settlement"
API_KEY, SECRET = "sk_test_12345", "whsec_of_the_endpoint"  # localstripe takes any key of this form
GOOD, DECLINED = "4242424242424242", "4000000000000341"
READY_SECONDS = 20


@pytest.fixture(scope="module")
def stripe_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A localstripe of its own, out of an empty folder."""
    port, folder = ports.free(), Path(tmp_path_factory.mktemp("localstripe"))
    command = [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"]
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            httpx2.get(f"{url}/v1/balance", auth=(API_KEY, ""), trust_env=False)
            break
        except httpx2.HTTPError:
            assert running.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, "localstripe does not answer"
            time.sleep(0.1)
    yield url
    running.terminate()
    running.wait()


@pytest.fixture
def provider(stripe_url: str) -> StripeProvider:
    return StripeProvider(API_KEY, stripe_url)


def card(url: str, number: str = GOOD) -> str:
    """A payment method, as Stripe's page in the client makes it."""
    form = {
        "type": "card",
        "card[number]": number,
        "card[exp_month]": "12",
        "card[exp_year]": "2035",
        "card[cvc]": "123",
    }
    answer = httpx2.post(f"{url}/v1/payment_methods", data=form, auth=(API_KEY, ""), trust_env=False)
    answer.raise_for_status()
    return str(answer.json()["id"])


def look(url: str, intent: str) -> dict[str, Any]:
    return dict(httpx2.get(f"{url}/v1/payment_intents/{intent}", auth=(API_KEY, ""), trust_env=False).json())


async def test_money_is_promised_then_taken_in_part_and_given_back_in_part(
    provider: StripeProvider, stripe_url: str
) -> None:
    promised = await provider.authorise(str(uuid4()), 36_000, "CNY", card(stripe_url))
    assert promised.approved
    assert look(stripe_url, promised.reference)["status"] == "requires_capture"
    taken = await provider.capture(str(uuid4()), promised.reference, 9_001)
    assert taken.approved
    back = await provider.refund(str(uuid4()), promised.reference, 1_000)
    assert back.approved
    refunds = httpx2.get(f"{stripe_url}/v1/refunds", auth=(API_KEY, ""), trust_env=False).json()["data"]
    assert [refund["amount"] for refund in refunds if refund["id"] == back.reference] == [1_000]


async def test_a_promise_is_given_back(provider: StripeProvider, stripe_url: str) -> None:
    promised = await provider.authorise(str(uuid4()), 500, "CNY", card(stripe_url))
    assert (await provider.void(str(uuid4()), promised.reference)).approved
    assert look(stripe_url, promised.reference)["status"] == "canceled"
    again = await provider.void(str(uuid4()), promised.reference)
    assert not again.approved


async def test_a_declined_card_is_an_answer_with_a_reason(provider: StripeProvider, stripe_url: str) -> None:
    declined = await provider.authorise(str(uuid4()), 500, "CNY", card(stripe_url, DECLINED))
    assert not declined.approved
    assert not declined.pending
    assert "declined" in declined.reason


@pytest.mark.parametrize("method", ["pm_unheard_of", "sandbox:ok"])
async def test_an_unknown_payment_method_is_refused_with_a_reason(provider: StripeProvider, method: str) -> None:
    refused = await provider.authorise(str(uuid4()), 500, "CNY", method)
    assert not refused.approved
    assert refused.reason


async def test_a_stripe_that_does_not_answer_is_asked_again_later() -> None:
    away = StripeProvider(API_KEY, f"http://127.0.0.1:{ports.free()}")
    with pytest.raises(Unreachable):
        await away.authorise(str(uuid4()), 500, "CNY", "pm_1")


async def test_stripe_pays_no_partners_here(provider: StripeProvider) -> None:
    outcome = await provider.pay_out(str(uuid4()), 500, "CNY", "account")
    assert (outcome.approved, outcome.reason) == (False, NO_PAYOUTS)


@pytest.mark.parametrize(
    ("minor", "currency", "counted"),
    [(1, "CNY", 1), (500, "JPY", 500), (500, "ISK", 50_000), (1_250, "KWD", 1_250)],
)
def test_amounts_are_counted_as_stripe_counts_them(minor: int, currency: str, counted: int) -> None:
    assert stripe_amount(minor, currency) == counted


async def test_every_call_carries_its_key_so_that_asking_again_does_it_once() -> None:
    keys_sent: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        keys_sent.extend(line for line in head.decode().splitlines() if line.lower().startswith("idempotency-key"))
        writer.write(b"HTTP/1.1 500 Oops\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    provider = StripeProvider(API_KEY, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    for _ in range(2):
        with pytest.raises(Unreachable):
            await provider.authorise("our-call", 500, "CNY", "pm_1")
    server.close()
    assert keys_sent == ["Idempotency-Key: our-call"] * 2


KEYS = f"{'A' * 43}="


def test_stripe_is_chosen_with_its_secrets_or_not_at_all() -> None:
    with pytest.raises(ValueError, match="YIMA_STRIPE_API_KEY"):
        provider_of(Settings(provider="stripe", key_encryption_keys=KEYS))
    with pytest.raises(ValueError, match="YIMA_WEBHOOK_SECRET"):
        provider_of(Settings(provider="stripe", stripe_api_key="sk", key_encryption_keys=KEYS))
    whole = Settings(provider="stripe", stripe_api_key="sk", webhook_secret="w", key_encryption_keys=KEYS)
    assert isinstance(provider_of(whole), StripeProvider)


class Shop:
    """Settlement with one partner, whose money Stripe moves."""

    def __init__(self, store: Database, provider: StripeProvider, url: str) -> None:
        self.store, self.provider, self.url = store, provider, url
        self.partner = uuid4()

    async def hear(self, handler: Any, message: Any) -> None:
        events = [Event(uuid4(), datetime.now(UTC), str(uuid4()), "", message)]
        async with self.store.transaction() as session:
            await handler(Work(session, datetime.now(UTC), Resources(self.provider)), events)
        while await provider_calls.carry_out_due(self.store, self.provider):
            continue

    async def place(self, method: str, minor: int = 36_000) -> OrderPlaced:
        placed = OrderPlaced(
            order_id=str(uuid4()),
            resident_id=str(uuid4()),
            placed_by=str(uuid4()),
            partner_id=str(self.partner),
            total=Money(currency="CNY", minor=minor),
            payment_method=method,
            version=1,
        )
        placed.lines.add(order_line_id=str(uuid4()), total=Money(currency="CNY", minor=minor), quantity=1)
        await self.hear(handlers.on_order_placed, placed)
        return placed

    async def payment(self, placed: OrderPlaced) -> Any:
        async with self.store.transaction() as session:
            return (await payments.payments_of(session, [placed_id(placed)]))[placed_id(placed)]

    async def calls(self, placed: OrderPlaced) -> list[str]:
        async with self.store.transaction() as session:
            mine = {"id": (await self.payment(placed)).id}
            return [
                str(call_id)
                for call_id in await session.scalars(text("SELECT id FROM provider_call WHERE payment_id = :id"), mine)
            ]

    async def tell(self, event: dict[str, Any], secret: str = SECRET, at: float | None = None) -> bool:
        body = orjson.dumps(event)
        moment = int(at or time.time())
        signature = stripe.WebhookSignature.generate_signature_header(body.decode(), secret, moment)
        async with self.store.transaction() as session:
            return await webhooks.receive_from_stripe(session, SECRET, signature, body, datetime.now(UTC))

    async def sell(self, minor: int = 36_000) -> OrderPlaced:
        placed = await self.place(card(self.url), minor)
        line = placed.lines[0].order_line_id
        fulfilled = OrderFulfilled(order_id=placed.order_id, partner_id=placed.partner_id, order_line_ids=[line])
        await self.hear(handlers.on_order_fulfilled, fulfilled)
        return placed

    async def cash(self, placed: OrderPlaced, dispute: str) -> int:
        """What the ledger says that Stripe holds of an order and of a dispute about it."""
        query = text(
            "SELECT coalesce(sum(amount_minor), 0) FROM posting JOIN journal_entry AS entry ON entry.id = entry_id"
            " WHERE account = 'provider:cash' AND (entry.order_id = :order OR entry.reference LIKE :dispute)"
        )
        async with self.store.transaction() as session:
            named = {"order": placed_id(placed), "dispute": f"%:{dispute}"}
            return int((await session.execute(query, named)).scalar_one())


def placed_id(placed: OrderPlaced) -> UUID:
    return UUID(placed.order_id)


@pytest.fixture
async def shop(database: str, provider: StripeProvider, stripe_url: str) -> AsyncGenerator[Shop]:
    store = Database(database)
    new_shop = Shop(store, provider, stripe_url)
    plan = SplitPlan(version=1, shares=[Share(party="platform", basis_points=800)])
    contract = ContractRow(
        id=uuid4(), partner_id=new_shop.partner, version=1, plan=plan.SerializeToString(), signed_at=datetime.now(UTC)
    )
    async with store.transaction() as session:
        await contracts.add_contracts(session, [contract])
    yield new_shop
    await store.close()


async def test_an_order_is_paid_through_stripe_from_its_promise_to_its_split(shop: Shop) -> None:
    placed = await shop.place(card(shop.url))
    payment = await shop.payment(placed)
    assert payment.status == "authorised"
    fulfilled = OrderFulfilled(
        order_id=placed.order_id, partner_id=placed.partner_id, order_line_ids=[placed.lines[0].order_line_id]
    )
    await shop.hear(handlers.on_order_fulfilled, fulfilled)
    payment = await shop.payment(placed)
    assert (payment.status, payment.captured_minor) == ("captured", 36_000)
    assert look(shop.url, payment.provider_reference)["status"] == "succeeded"


async def test_what_stripe_reports_of_an_order_is_matched_with_the_ledger(shop: Shop) -> None:
    shop.provider.report_lag = timedelta()
    placed = await shop.place(card(shop.url))
    fulfilled = OrderFulfilled(
        order_id=placed.order_id, partner_id=placed.partner_id, order_line_ids=[placed.lines[0].order_line_id]
    )
    await shop.hear(handlers.on_order_fulfilled, fulfilled)
    await provider_report.read_all(shop.store, shop.provider, lambda: datetime.now(UTC))
    assert await provider_report.read_all(shop.store, shop.provider, lambda: datetime.now(UTC)) == 0
    bank = OwnBank({}, ZoneInfo("Asia/Shanghai"))
    async with shop.store.transaction() as session:
        await commands.run_reconciliation(session, bank=bank, now=datetime.now(UTC))
        query = text("SELECT position FROM provider_movement WHERE reference = :reference")
        (position,) = await session.scalars(query, {"reference": f"payment-captured:{placed.order_id}"})
        matched = text("SELECT count(*) FROM matched_item WHERE side = 'provider' AND position = :position")
        assert await session.scalar(matched, {"position": position}) == 1
        open_breaks = await reconciliation.open_breaks(session)
    assert [break_ for break_ in open_breaks if break_.posting_position is not None] == []


async def test_stripe_s_report_is_read_a_piece_at_a_time_oldest_first(
    provider: StripeProvider, stripe_url: str
) -> None:
    provider.report_lag = timedelta()
    promised = await provider.authorise(str(uuid4()), 700, "CNY", card(stripe_url))
    await provider.capture(str(uuid4()), promised.reference, 700)
    key = str(uuid4())
    await provider.refund(key, promised.reference, 300)
    whole = await provider.report(0, 1_000)
    assert [(movement.kind, movement.amount_minor, movement.currency) for movement in whole if movement.key == key] == [
        ("refund", -300, "CNY")
    ]
    assert [movement.place for movement in whole] == sorted({movement.place for movement in whole})
    pieces, after = [], 0
    while piece := await provider.report(after, 1):
        pieces += piece
        after = piece[-1].place
    assert pieces == whole


async def test_a_report_of_a_stripe_that_does_not_answer_is_read_later() -> None:
    with pytest.raises(Unreachable):
        await StripeProvider(API_KEY, f"http://127.0.0.1:{ports.free()}").report(0, 10)


def test_stripe_s_fee_is_a_movement_of_its_own_and_its_payout_goes_to_our_bank() -> None:
    """As Stripe tells them; localstripe takes no fees and pays nothing out."""
    at = 1_767_225_600
    transactions = [
        {"id": "txn_2", "created": at, "type": "payout", "amount": -48_500, "fee": 0, "currency": "isk",
         "source": "po_1"},
        {"id": "txn_1", "created": at, "type": "charge", "amount": 50_000, "fee": 1_500, "currency": "isk",
         "source": {"object": "charge", "id": "ch_1"}},
        {"id": "txn_3", "created": at + 1, "type": "adjustment", "amount": -900, "fee": 0, "currency": "cny",
         "source": None},
    ]  # fmt: skip
    movements = list(
        movements_of(
            [stripe.BalanceTransaction.construct_from(transaction, API_KEY) for transaction in transactions],
            lambda transaction: transaction.id,
        )
    )
    assert [(movement.key, movement.kind, movement.amount_minor, movement.currency) for movement in movements] == [
        ("ch_1", "capture", 500, "ISK"),
        ("txn_1", "fee", -15, "ISK"),
        ("po_1", "settlement", -485, "ISK"),
        ("txn_3", "adjustment", -900, "CNY"),
    ]
    assert len({movement.place for movement in movements}) == 4


async def test_a_cancelled_order_s_promise_is_released_at_stripe(shop: Shop) -> None:
    placed = await shop.place(card(shop.url))
    await shop.hear(handlers.on_order_cancelled, OrderCancelled(order_id=placed.order_id))
    payment = await shop.payment(placed)
    assert payment.status == "voided"
    assert look(shop.url, payment.provider_reference)["status"] == "canceled"


async def test_what_stripe_tells_late_is_believed_once_and_only_with_its_signature(shop: Shop) -> None:
    shop.provider, there = StripeProvider(API_KEY, f"http://127.0.0.1:{ports.free()}"), shop.provider
    placed = await shop.place("pm_slow")  # Stripe is away; the call waits
    payment = await shop.payment(placed)
    assert payment.status == "authorising"
    (call_id,) = await shop.calls(placed)
    event = {
        "id": f"evt_{uuid4().hex}", "object": "event", "type": "payment_intent.amount_capturable_updated",
        "data": {"object": {
            "id": "pi_late", "object": "payment_intent", "status": "requires_capture",
            "metadata": {"yima_call": str(call_id)},
        }},
    }  # fmt: skip
    with pytest.raises(Unauthenticated):
        await shop.tell(event, secret="another")
    with pytest.raises(Unauthenticated):
        await shop.tell(event, at=time.time() - 3_600)
    stranger = orjson.loads(orjson.dumps(event))
    stranger["data"]["object"]["metadata"]["yima_call"] = str(uuid4())
    with pytest.raises(NotFound):
        await shop.tell(stranger)
    stranger["data"]["object"]["metadata"]["yima_call"] = "not ours"
    with pytest.raises(Invalid):
        await shop.tell(stranger)
    assert not await shop.tell(event | {"type": "charge.updated"})
    assert await shop.tell(event)
    assert not await shop.tell(event)
    payment = await shop.payment(placed)
    assert (payment.status, payment.provider_reference) == ("authorised", "pi_late")
    shop.provider = there


@pytest.mark.parametrize("kind", ["refund.updated", "refund.failed", "charge.refund.updated"])
async def test_a_refund_that_stripe_says_later_has_failed_is_owed_again(shop: Shop, kind: str) -> None:
    placed = await shop.place(card(shop.url))
    line = placed.lines[0].order_line_id
    await shop.hear(
        handlers.on_order_fulfilled,
        OrderFulfilled(order_id=placed.order_id, partner_id=placed.partner_id, order_line_ids=[line]),
    )
    async with shop.store.transaction() as session:
        await commands.refund_order(
            session, order_id=placed_id(placed), partner_id=None, amount=None, reason="not served", by=uuid4(),
            approved_by=uuid4(), provider=shop.provider, now=datetime.now(UTC),
        )  # fmt: skip
    while await provider_calls.carry_out_due(shop.store, shop.provider):
        continue
    assert (await shop.payment(placed)).status == "refunded"
    async with shop.store.transaction() as session:
        mine = {"id": (await shop.payment(placed)).id}
        find = text("SELECT id FROM provider_call WHERE payment_id = :id AND step = 'refund'")
        (call,) = await session.scalars(find, mine)
    event = {
        "id": f"evt_{uuid4().hex}", "object": "event", "type": kind,
        "data": {"object": {
            "id": "re_1", "object": "refund", "status": "failed", "failure_reason": "expired_or_canceled_card",
            "metadata": {"yima_call": str(call)}, "amount": 36_000, "currency": "cny",
        }},
    }  # fmt: skip
    assert await shop.tell(event)
    assert not await shop.tell(event)
    assert not await shop.tell(event | {"id": f"evt_{uuid4().hex}", "type": "refund.failed"})
    payment = await shop.payment(placed)
    assert (payment.status, payment.failure) == ("refund_failed", "expired_or_canceled_card")
    async with shop.store.transaction() as session:
        due = await session.scalar(
            text(
                "SELECT sum(amount_minor) FROM posting WHERE account = 'provider:refunds-due' AND entry_id IN"
                " (SELECT id FROM journal_entry WHERE order_id = :id)"
            ),
            {"id": placed_id(placed)},
        )
    assert due == -36_000, "it is owed to the resident again"


@pytest.mark.parametrize("part", [1, 7, 330, 333, 999, 1_000])
async def test_a_part_of_three_decimals_is_moved_as_asked_or_not_at_all(
    provider: StripeProvider, stripe_url: str, part: int
) -> None:
    """A capture of 0.333 of 1.000 took 1.000, and a refund of 0.007 gave 1.000 back."""
    moves = part % 10 == 0
    promised = await provider.authorise(uuid4().hex, 1_000, "KWD", card(stripe_url))
    taken = await provider.capture(uuid4().hex, promised.reference, part)
    assert taken.approved == moves
    charge = look(stripe_url, promised.reference)["charges"]["data"][0]
    assert charge["captured"] == moves
    assert not moves or charge["amount"] - charge["amount_refunded"] == part
    whole = await provider.authorise(uuid4().hex, 1_000, "KWD", card(stripe_url))
    await provider.capture(uuid4().hex, whole.reference, 1_000)
    back = await provider.refund(uuid4().hex, whole.reference, part)
    assert (back.approved, back.amount_minor) == ((True, part) if moves else (False, None))
    charge = look(stripe_url, whole.reference)["charges"]["data"][0]
    assert charge["amount_refunded"] == (part if moves else 0)


TAKEN_BACK = [{"id": "txn_1", "amount": -10_000}]
GIVEN_AGAIN = [*TAKEN_BACK, {"id": "txn_2", "amount": 10_000}]
# What Stripe tells of a dispute: the event, the dispute's status in it, and what moved by then.
STORIES: dict[str, list[tuple[str, str, list[dict[str, object]]]]] = {
    "won": [
        ("created", "needs_response", []),
        ("funds_withdrawn", "needs_response", TAKEN_BACK),
        ("updated", "under_review", TAKEN_BACK),
        ("funds_reinstated", "under_review", GIVEN_AGAIN),
        ("funds_reinstated", "won", GIVEN_AGAIN),
        ("closed", "won", GIVEN_AGAIN),
    ],
    "lost": [
        ("created", "needs_response", []),
        ("funds_withdrawn", "needs_response", TAKEN_BACK),
        ("updated", "under_review", TAKEN_BACK),
        ("closed", "lost", TAKEN_BACK),
    ],
    "lost-unanswered": [("created", "needs_response", TAKEN_BACK), ("closed", "lost", TAKEN_BACK)],
    "prevented": [("created", "needs_response", []), ("closed", "prevented", [])],
    "inquiry": [("created", "warning_needs_response", []), ("closed", "warning_closed", [])],
}
MAPPED = {"won": "won", "lost": "lost", "lost-unanswered": "lost", "prevented": "won"}


@pytest.mark.parametrize("how", STORIES)
@given(data=st.data())
@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_dispute_ends_as_stripe_says_in_whatever_order_and_however_often_it_is_told(
    shop: Shop, how: str, data: st.DataObject
) -> None:
    placed = await shop.sell()
    reference, dispute = (await shop.payment(placed)).provider_reference, f"du_{uuid4().hex}"
    before = await shop.cash(placed, dispute)
    reports = [
        {
            "id": f"evt_{uuid4().hex}", "object": "event", "type": f"charge.dispute.{kind}",
            "data": {"object": {
                "id": dispute, "object": "dispute", "status": status, "amount": 10_000, "currency": "cny",
                "reason": "fraudulent", "payment_intent": reference, "balance_transactions": moved,
            }},
        }
        for kind, status, moved in STORIES[how]
    ]  # fmt: skip
    with pytest.raises(Unauthenticated):
        await shop.tell(reports[0], secret="another")
    places = list(range(len(reports)))
    order = data.draw(st.permutations([*places, *data.draw(st.lists(st.sampled_from(places), max_size=3))]))
    delivered = set()
    for index in order:
        first_time = await shop.tell(reports[index])
        assert not (first_time and index in delivered), "a repeated event has no effect"
        delivered.add(index)
    payment = await shop.payment(placed)
    async with shop.store.transaction() as session:
        statuses = await session.scalars(
            text("SELECT status FROM dispute WHERE provider_reference = :id"), {"id": dispute}
        )
        assert statuses.all() == ([MAPPED[how]] if how in MAPPED else [])
        assert (await commands.check_ledger(session)).holds
    lost = 10_000 if MAPPED.get(how) == "lost" else 0
    assert await shop.cash(placed, dispute) == before - lost
    assert (payment.refunded_minor, payment.status) == (lost, "partly_refunded" if lost else "captured")


async def test_a_dispute_in_another_currency_is_a_case_and_one_of_nobody_s_payment_is_refused(shop: Shop) -> None:
    placed = await shop.sell()
    about = {
        "id": f"du_{uuid4().hex}",
        "object": "dispute",
        "status": "needs_response",
        "amount": 5,
        "currency": "usd",
        "payment_intent": (await shop.payment(placed)).provider_reference,
        "balance_transactions": [],
    }
    event = {"id": f"evt_{uuid4().hex}", "object": "event", "type": "charge.dispute.created", "data": {"object": about}}
    assert await shop.tell(event)
    async with shop.store.transaction() as session:
        query = text("SELECT kind, currency FROM money_case WHERE order_id = :order AND resolved_at IS NULL")
        assert (await session.execute(query, {"order": UUID(placed.order_id)})).all() == [("charged_beyond", "USD")]
    assert not await shop.tell(event), "it is taken"
    with pytest.raises(NotFound):
        await shop.tell({**event, "data": {"object": {**about, "payment_intent": "pi_of_nobody"}}})
    assert (await shop.payment(placed)).status == "captured"


async def test_a_payout_of_stripe_s_to_our_bank_that_is_paid_and_then_fails_moves_no_partner_s_money(
    shop: Shop,
) -> None:
    """Partners are paid by bank: Stripe's payouts are our own money. They are matched by its report, not by webhook."""
    await shop.sell()
    count = text("SELECT (SELECT count(*) FROM journal_entry), (SELECT count(*) FROM webhook)")
    async with shop.store.transaction() as session:
        before = (await session.execute(count)).one()
    for kind, status in (("created", "pending"), ("paid", "paid"), ("failed", "failed"), ("paid", "paid")):
        payout = {"id": "po_1", "object": "payout", "status": status, "amount": 48_500, "currency": "cny"}
        event = {
            "id": f"evt_{uuid4().hex}",
            "object": "event",
            "type": f"payout.{kind}",
            "data": {"object": payout},
        }
        assert not await shop.tell(event)
        with pytest.raises(Unauthenticated):
            await shop.tell(event, secret="another")
    async with shop.store.transaction() as session:
        assert (await session.execute(count)).one() == before
    transactions = [
        {"id": "txn_1", "created": 1_767_225_600, "type": "payout", "amount": -48_500, "fee": 0, "currency": "cny",
         "source": "po_1"},
        {"id": "txn_2", "created": 1_767_311_999, "type": "payout_failure", "amount": 48_500, "fee": 0,
         "currency": "cny", "source": "po_1"},
    ]  # fmt: skip
    moved = movements_of(
        [stripe.BalanceTransaction.construct_from(transaction, API_KEY) for transaction in transactions],
        lambda transaction: transaction.id,
    )
    assert [(movement.key, movement.kind, movement.amount_minor) for movement in moved] == [
        ("po_1", "settlement", -48_500),
        ("po_1", "payout_failure", 48_500),
    ]


async def test_without_a_secret_no_event_is_believed(shop: Shop) -> None:
    async with shop.store.transaction() as session:
        with pytest.raises(Unavailable):
            await webhooks.receive_from_stripe(session, "", "t=1,v1=00", b"{}", datetime.now(UTC))


async def test_an_event_localstripe_signs_is_verified_as_stripe_s_are(shop: Shop, stripe_url: str) -> None:
    """The signature as another implementation makes it."""
    received: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        fields = dict(line.split(": ", 1) for line in head.splitlines()[1:] if ": " in line)
        fields = {name.lower(): value for name, value in fields.items()}
        body = await reader.readexactly(int(fields["content-length"]))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        received.put_nowait((fields["stripe-signature"], body))

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    hook = {"url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", "secret": SECRET}
    form = {**hook, "events[]": "payment_intent.payment_failed"}
    httpx2.post(
        f"{stripe_url}/_config/webhooks/ours", data=form, auth=(API_KEY, ""), trust_env=False
    ).raise_for_status()
    declined = await shop.place(card(stripe_url, DECLINED))
    assert (await shop.payment(declined)).status == "failed"
    (call_id,) = await shop.calls(declined)
    while True:  # earlier tests' events may still be on their way
        signature, body = await asyncio.wait_for(received.get(), 20)
        if call_id in body.decode():
            break
    server.close()
    async with shop.store.transaction() as session:
        # Our own answer came first: it is believed, and changes nothing.
        assert not await webhooks.receive_from_stripe(session, SECRET, signature, body, datetime.now(UTC))
