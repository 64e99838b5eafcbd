"""Nothing is said before it is known: a refund, a void, a capture, a payout is asked, then done, or failed with its
reason; what failed is asked again under a new key, goes another way, or is a case with an owner and an age."""

from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.consumer import NotYet
from chassis.pages import beginning
from chassis.refusals import Invalid
from settlement import commands, handlers
from settlement.api.payments import payment_message
from settlement.commands import cases as cases_commands
from settlement.domain.calls import RETRIES
from settlement.domain.cases import NothingToRetry
from settlement.domain.proposals import NeedsSecondPerson
from settlement.domain.refunds import RefundStatus, refund_status
from settlement.provider.port import NotDone, Outcome, Unreachable
from settlement.provider.sandbox.books import Faults
from settlement.store import cases, payments, refunds, splits
from settlement.tables import MoneyCaseRow
from sqlalchemy import text
from yima.common.v1.types_pb2 import Money
from yima.ordering.v1.events_pb2 import OrderCancelled, OrderFulfilled, OrderPlaced, PaymentChosen
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1.events_pb2 import RefundFailed, RefundMade

from services.settlement.tests.harness import Harness, a_harness
from services.settlement.tests.provider_fakes import SandboxBooks

pytestmark = pytest.mark.anyio
SERVICE = "settlement"


@pytest.fixture
async def harness(own_database: str, tmp_path: Path) -> AsyncGenerator[Harness]:
    """An harness whose database is its own: what another test left to be asked again is asked there."""
    async with a_harness(Harness, own_database, tmp_path) as new_harness:
        yield new_harness


class Refusing(SandboxBooks):
    """A provider that refuses these steps as long as it is set to, and keeps the keys it was asked by."""

    def __init__(self, books: SandboxBooks, *steps: str) -> None:
        super().__init__(books.sandbox)
        self.refused = set(steps)
        self.keys: list[str] = []

    async def ask(self, path: str, key: str, **what: object) -> Outcome:
        self.keys.append(key)
        if path.strip("/") in self.refused:
            return Outcome(False, reason="not today")
        return await super().ask(path, key, **what)


async def soon(harness: Harness, times: int = 1) -> None:
    """Let what is to be asked again be asked now."""
    for _ in range(times):
        async with harness.store.transaction() as session:
            await session.execute(text("UPDATE provider_call SET due_at = now() WHERE state = 'due'"))
        await harness.provide()


async def seen(harness: Harness, placed: OrderPlaced) -> pb.Payment:
    """The payment as its resident sees it."""
    order = UUID(placed.order_id)
    async with harness.store.transaction() as session:
        payment = (await payments.payments_of(session, [order]))[order]
        of_payment = await refunds.refunds_of(session, [payment.id])
        return payment_message(payment, await splits.splits(session, [payment.id]), of_payment.get(payment.id, ()))


async def open_cases(harness: Harness, placed: OrderPlaced) -> Sequence[MoneyCaseRow]:
    async with harness.store.transaction() as session:
        rows = await cases.page(session, False, beginning(1_000))
    return [row for row in rows if str(row.order_id) == placed.order_id]


async def announced(harness: Harness, placed: OrderPlaced) -> list[str]:
    async with harness.store.transaction() as session:
        query = text("SELECT type FROM outbox WHERE subject LIKE '%.' || :order ORDER BY position")
        return [
            str(event_type).rpartition(".")[2]
            for event_type in await session.scalars(query, {"order": placed.order_id})
        ]


async def lines_given_back(harness: Harness, placed: OrderPlaced) -> list[int]:
    """Which of the order's lines are given back entirely, by the newest of its refunds."""
    async with harness.store.transaction() as session:
        query = text("SELECT type, payload FROM outbox WHERE subject LIKE '%.' || :order ORDER BY position")
        events = [
            (row.type.rpartition(".")[2], row.payload)
            for row in await session.execute(query, {"order": placed.order_id})
        ]
    kinds = {"RefundMade": RefundMade, "RefundFailed": RefundFailed}
    messages = [kinds[kind].FromString(payload) for kind, payload in events if kind in kinds]
    versions = [message.version for message in messages]
    assert versions == sorted(set(versions))
    lines = [line.order_line_id for line in placed.lines]
    return [lines.index(line) for line in messages[-1].refunded_line_ids] if messages else []


def status(payment: pb.Payment) -> str:
    return pb.PaymentStatus.Name(payment.status).removeprefix("PAYMENT_STATUS_")


async def test_a_refund_the_provider_refuses_is_not_shown_as_paid_and_is_made_when_it_can(harness: Harness) -> None:
    """woocommerce-payments#5986: "refunded", and nobody got it."""
    placed = await harness.place()
    await harness.fulfil(placed)
    harness.books = refusing = Refusing(harness.books, "refunds")
    await harness.refund(placed)
    payment = await seen(harness, placed)
    assert (status(payment), payment.refunded.minor, payment.refunding.minor) == ("REFUND_FAILED", 0, 36_000)
    assert [refund.failure for refund in payment.refunds] == ["not today"]
    (case,) = await open_cases(harness, placed)
    assert (case.kind, case.amount_minor, case.owner) == ("refund_failed", 36_000, None)
    assert await harness.holds()
    refusing.refused.clear()
    await soon(harness)
    payment = await seen(harness, placed)
    assert (status(payment), payment.refunded.minor, payment.refunding.minor) == ("REFUNDED", 36_000, 0)
    assert await open_cases(harness, placed) == [], "it came right by itself"
    of_payment = await announced(harness, placed)
    assert of_payment[-3:] == ["RefundAsked", "RefundFailed", "RefundMade"]
    assert len(set(refusing.keys)) == len(refusing.keys), "a new try has a new key"
    assert await harness.balance("provider:refunds-due") == 0
    assert await harness.holds()


async def test_while_a_refund_is_on_its_way_it_is_shown_as_such(harness: Harness) -> None:
    placed = await harness.place()
    await harness.fulfil(placed)
    harness.books.sandbox.faults = Faults(pending=1, webhook_only=True)
    await harness.refund(placed, 10_000)
    payment = await seen(harness, placed)
    assert (status(payment), payment.refunded.minor, payment.refunding.minor) == ("REFUNDING", 0, 10_000)
    await soon(harness)
    assert status(await seen(harness, placed)) == "REFUNDING", "only its webhook tells"
    await harness.webhooks()
    payment = await seen(harness, placed)
    assert (status(payment), payment.refunded.minor) == ("PARTLY_REFUNDED", 10_000)


async def test_whoever_hears_of_refunds_is_told_which_lines_are_given_back_entirely(harness: Harness) -> None:
    placed = await harness.place(amounts=[10_000, 7, 0])
    await harness.fulfil(placed)
    await harness.refund(placed, 9_999, line=0)
    assert await lines_given_back(harness, placed) == []
    await harness.refund(placed, line=0)
    assert await lines_given_back(harness, placed) == [0]
    harness.books.sandbox.faults = Faults(refund_fails_late=1)
    await harness.refund(placed, line=1)
    assert await lines_given_back(harness, placed) == [0, 1]
    await harness.webhooks()
    assert await lines_given_back(harness, placed) == [0], "its money came again"
    harness.books.sandbox.faults = Faults()
    await soon(harness)
    assert await lines_given_back(harness, placed) == [0, 1]


@pytest.mark.parametrize("webhook_first", [False, True])
async def test_a_refund_that_comes_back_is_owed_again_and_given_again(harness: Harness, webhook_first: bool) -> None:
    placed = await harness.place()
    await harness.fulfil(placed)
    harness.books.sandbox.faults = Faults(refund_fails_late=1, duplicate_webhook=1)
    harness.books.away = webhook_first  # the failure is heard of before the refund itself
    await harness.refund(placed)
    harness.books.away = False
    assert await harness.webhooks() == [True, False]
    payment = await seen(harness, placed)
    assert (status(payment), payment.refunded.minor, payment.refunding.minor) == ("REFUND_FAILED", 0, 36_000)
    assert payment.refunds[0].failure == "the card's account is closed"
    harness.books.sandbox.faults = Faults()
    await soon(harness)
    payment = await seen(harness, placed)
    assert (status(payment), payment.refunded.minor) == ("REFUNDED", 36_000)
    assert await harness.holds()


async def test_a_refund_refused_for_good_waits_for_a_person_and_goes_by_the_bank(harness: Harness) -> None:
    placed = await harness.place()
    await harness.fulfil(placed)
    harness.books = Refusing(harness.books, "refunds")
    await harness.refund(placed)
    await soon(harness, len(RETRIES) + 2)
    assert len(harness.books.keys) == len(RETRIES) + 1
    assert await harness.holds(), "a case is open: nobody forgot it"
    (case,) = await open_cases(harness, placed)
    operator, now = uuid4(), datetime.now(UTC)
    async with harness.store.transaction() as session:
        await commands.assign_case(session, case_id=case.id, owner=operator)
        await commands.retry_case(session, case_id=case.id, now=now)
    await harness.provide()
    assert len(harness.books.keys) == len(RETRIES) + 2
    before = await harness.balance("bank:cash")
    settle = {"case_id": case.id, "resolution": "by transfer", "bank_reference": "T-1", "by": operator, "now": now}
    async with harness.store.transaction() as session:
        for alone in (None, operator):
            with pytest.raises(NeedsSecondPerson):
                await commands.settle_case(session, **settle, approved_by=alone)
    async with harness.store.transaction() as session:
        await commands.settle_case(session, **settle, approved_by=uuid4())
    assert (status(await seen(harness, placed)), await open_cases(harness, placed)) == ("REFUNDED", [])
    assert await harness.balance("bank:cash") == before - 36_000
    await soon(harness)
    assert await harness.balance("provider:refunds-due") == 0
    assert await harness.holds()


async def test_a_void_the_provider_refuses_is_no_void(harness: Harness) -> None:
    placed = await harness.place()
    harness.books = refusing = Refusing(harness.books, "voids")
    await harness.hear(handlers.on_order_cancelled, OrderCancelled(order_id=placed.order_id))
    await harness.provide()
    assert status(await seen(harness, placed)) == "VOID_FAILED"
    assert [row.kind for row in await open_cases(harness, placed)] == ["void_failed"]
    assert "PaymentVoided" not in await announced(harness, placed)
    assert await harness.holds()
    refusing.refused.clear()
    await soon(harness)
    assert (status(await seen(harness, placed)), await open_cases(harness, placed)) == ("VOIDED", [])
    assert (await announced(harness, placed))[-2:] == ["PaymentVoidFailed", "PaymentVoided"]


async def test_who_was_served_and_could_not_be_charged_pays_by_another_method(harness: Harness) -> None:
    placed = await harness.place()
    harness.books = refusing = Refusing(harness.books, "captures")
    await harness.fulfil(placed)
    payment = await seen(harness, placed)
    assert (status(payment), payment.owed.minor, payment.failure) == ("CAPTURE_FAILED", 36_000, "not today")
    assert await harness.owed() == 0, "a partner is not paid what nobody paid"
    assert await harness.holds()
    chosen = PaymentChosen(order_id=placed.order_id, payment_method="sandbox:declined", version=5)
    await harness.hear(handlers.on_payment_chosen, chosen)
    await harness.provide()
    assert status(await seen(harness, placed)) == "CAPTURE_FAILED"
    refusing.refused.clear()
    chosen.payment_method, chosen.version = "sandbox:ok", 6
    await harness.hear(handlers.on_payment_chosen, chosen)
    await soon(harness, 2)
    payment = await seen(harness, placed)
    assert (status(payment), payment.captured.minor, payment.owed.minor) == ("CAPTURED", 36_000, 0)
    assert await open_cases(harness, placed) == []
    await soon(harness)
    taken = [movement for movement in harness.books.sandbox.report() if movement["kind"] == "capture"]
    assert len(taken) == 1, "the capture that was to be tried again is not"
    assert await harness.owed() == 32_400
    assert await harness.holds()


async def test_a_capture_that_may_be_under_way_is_not_paid_for_a_second_time(harness: Harness) -> None:
    placed = await harness.place()
    harness.books = refusing = Refusing(harness.books, "captures")
    await harness.fulfil(placed)
    refusing.refused.clear()
    refusing.away = True  # the second try is done, and its answer is lost
    await soon(harness)
    with pytest.raises(NotYet):
        await harness.hear(
            handlers.on_payment_chosen,
            PaymentChosen(order_id=placed.order_id, payment_method="sandbox:ok", version=5),
        )
    refusing.away = False
    await soon(harness)
    assert status(await seen(harness, placed)) == "CAPTURED"
    assert [movement["kind"] for movement in harness.books.sandbox.report()] == ["capture"]


async def test_what_nobody_pays_is_written_off_by_two_people(harness: Harness) -> None:
    placed = await harness.place()
    harness.books = Refusing(harness.books, "captures")
    await harness.fulfil(placed)
    (case,) = await open_cases(harness, placed)
    operator, now = uuid4(), datetime.now(UTC)
    settle = {"case_id": case.id, "resolution": "moved abroad", "write_off": True, "by": operator, "now": now}
    async with harness.store.transaction() as session:
        with pytest.raises(NeedsSecondPerson):
            await commands.settle_case(session, **settle)
    async with harness.store.transaction() as session:
        await commands.settle_case(session, **settle, approved_by=uuid4())
    await soon(harness)
    assert status(await seen(harness, placed)) == "FAILED"
    assert await harness.balance("provider:receivable") == 0
    assert await harness.holds()


class Silent(SandboxBooks):
    """A provider that does what is asked and says nothing, or says that it does nothing now."""

    def __init__(self, books: SandboxBooks, trouble: type[Exception]) -> None:
        super().__init__(books.sandbox)
        self.trouble: type[Exception] | None = trouble
        self.looked_up: list[str] = []
        self.keys: list[str] = []

    async def ask(self, path: str, key: str, **what: object) -> Outcome:
        if self.trouble is NotDone:
            raise NotDone("come again")
        self.keys.append(key)
        answer = await super().ask(path, key, **what)
        if self.trouble is not None:
            raise self.trouble("no word")
        return answer

    async def look_up(self, request: Any) -> Outcome | None:
        self.looked_up.append(request.key)
        if self.trouble is not None:
            raise self.trouble("no word")
        return await super().look_up(request)


@pytest.mark.parametrize("step", ["authorise", "capture", "refund", "void"])
async def test_what_became_of_a_call_nobody_knows_of_is_asked_and_never_done_twice(harness: Harness, step: str) -> None:
    quiet = Silent(harness.books, Unreachable)
    if step == "authorise":
        harness.books = quiet
    placed = await harness.place()
    if step == "capture":
        harness.books = quiet
    if step in ("capture", "refund"):
        await harness.fulfil(placed)
    if step in ("refund", "void"):
        harness.books = quiet
    if step == "refund":
        await harness.refund(placed)
    if step == "void":
        await harness.hear(handlers.on_order_cancelled, OrderCancelled(order_id=placed.order_id))
        await harness.provide()
    await soon(harness, 3)
    assert len(quiet.keys) == 1, "it is not repeated blindly"
    assert len(quiet.looked_up) == 3
    async with harness.store.transaction() as session:
        assert await cases.unknown_for(session) >= 0
        await cases_commands.open_unanswered(session, datetime.now(UTC) + timedelta(minutes=59))
    assert await open_cases(harness, placed) == []
    async with harness.store.transaction() as session:
        await cases_commands.open_unanswered(session, datetime.now(UTC) + timedelta(minutes=61))
    assert [row.kind for row in await open_cases(harness, placed)] == ["no_answer"]
    quiet.trouble = None
    await soon(harness)
    assert len(quiet.keys) == 1
    expected = {"authorise": "AUTHORISED", "capture": "CAPTURED", "refund": "REFUNDED", "void": "VOIDED"}
    assert status(await seen(harness, placed)) == expected[step]
    assert await open_cases(harness, placed) == []
    assert await harness.holds()


async def test_what_was_turned_away_is_asked_again_and_is_no_unknown(harness: Harness) -> None:
    harness.books = quiet = Silent(harness.books, NotDone)
    placed = await harness.place()
    async with harness.store.transaction() as session:
        query = text("SELECT unknown_since FROM provider_call WHERE payment_id = :id")
        assert await session.scalar(query, {"id": UUID((await seen(harness, placed)).id)}) is None
    quiet.trouble = None
    await soon(harness)
    assert status(await seen(harness, placed)) == "AUTHORISED"


class Generous(SandboxBooks):
    """A provider that says it moved another amount than it was asked to."""

    off = 0

    async def ask(self, path: str, key: str, **what: object) -> Outcome:
        outcome = await super().ask(path, key, **what)
        amount = int(str(what.get("amount", 0))) + self.off
        return Outcome(outcome.approved, outcome.reference, outcome.reason, amount, outcome.pending)


@pytest.mark.parametrize(("step", "off"), [("capture", 1), ("refund", 1), ("refund", -1)])
async def test_an_amount_that_was_not_asked_for_is_booked_by_nobody_but_a_person(
    harness: Harness, step: str, off: int
) -> None:
    harness.books = generous = Generous(harness.books.sandbox)
    placed = await harness.place()
    generous.off = off if step == "capture" else 0
    await harness.fulfil(placed)
    if step == "refund":
        generous.off = off
        await harness.refund(placed)
    await soon(harness)
    (case,) = await open_cases_of_calls(harness, placed)
    assert case.kind == "amount_differs"
    assert status(await seen(harness, placed)) == ("CAPTURING" if step == "capture" else "REFUNDING")
    assert await harness.holds()
    async with harness.store.transaction() as session:
        with pytest.raises(NeedsSecondPerson):
            await commands.settle_case(
                session, case_id=case.id, resolution="seen at the provider", by=uuid4(), now=datetime.now(UTC)
            )
    async with harness.store.transaction() as session:
        await commands.settle_case(
            session,
            case_id=case.id,
            resolution="seen at the provider",
            by=uuid4(),
            approved_by=uuid4(),
            now=datetime.now(UTC),
        )
    assert status(await seen(harness, placed)) == ("CAPTURED" if step == "capture" else "REFUNDED")
    assert await harness.holds()


async def open_cases_of_calls(harness: Harness, placed: OrderPlaced) -> Sequence[MoneyCaseRow]:
    async with harness.store.transaction() as session:
        mine = text("SELECT id FROM provider_call WHERE payment_id = :id")
        calls = set(await session.scalars(mine, {"id": UUID((await seen(harness, placed)).id)}))
        return [row for row in await cases.page(session, False, beginning(1_000)) if row.subject_id in calls]


@pytest.mark.parametrize(
    ("of_payment", "expected"),
    [
        ([], "captured"),
        ([(5, "asked")], "refunding"),
        ([(5, "done")], "partly_refunded"),
        ([(5, "done"), (5, "done")], "refunded"),
        ([(5, "done"), (5, "failed")], "refund_failed"),
        ([(5, "done"), (5, "asked")], "refunding"),
        ([(5, "asked"), (5, "failed")], "refund_failed"),
    ],
)
def test_a_payment_says_the_worst_of_its_refunds(of_payment: list[tuple[int, str]], expected: str) -> None:
    assert refund_status(10, [(minor, RefundStatus(state)) for minor, state in of_payment]) == expected


async def test_a_case_that_came_right_is_not_settled_again(harness: Harness) -> None:
    placed = await harness.place()
    await harness.fulfil(placed)
    harness.books = refusing = Refusing(harness.books, "refunds")
    await harness.refund(placed)
    (case,) = await open_cases(harness, placed)
    refusing.refused.clear()
    refusing.away = True
    await soon(harness)
    async with harness.store.transaction() as session:
        with pytest.raises(NothingToRetry):  # it may just be done
            await commands.settle_case(
                session,
                case_id=case.id,
                resolution="by transfer",
                bank_reference="T-2",
                by=uuid4(),
                approved_by=uuid4(),
                now=datetime.now(UTC),
            )


async def test_amounts_keep_to_what_the_provider_can_move_from_the_split_on(harness: Harness) -> None:
    harness.books.step = 10
    placed = await harness.place(1_000)
    fulfilled = OrderFulfilled(
        order_id=placed.order_id, partner_id=placed.partner_id, order_line_ids=[placed.lines[0].order_line_id]
    )
    fulfilled.dues.add(order_line_id=placed.lines[0].order_line_id, amount=Money(currency="CNY", minor=333))
    await harness.hear(handlers.on_order_fulfilled, fulfilled)
    await harness.provide()
    payment = await seen(harness, placed)
    assert (payment.captured.minor, payment.splits[0].gross.minor) == (330, 330)
    assert sum(part.amount.minor for part in payment.splits[0].parts) == 330
    with pytest.raises(Invalid, match="steps of 10"):
        async with harness.store.transaction() as session:
            await commands.refund_order(
                session, order_id=UUID(placed.order_id), partner_id=None, amount=(7, "CNY"), reason="x", by=uuid4(),
                provider=harness.books, now=datetime.now(UTC),
            )  # fmt: skip
    assert await harness.holds()
