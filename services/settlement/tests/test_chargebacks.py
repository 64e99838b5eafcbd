"""What others take or hold: chargebacks of cardholders' banks, complaints, banks that send payouts back."""

import base64
import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from chassis.database import Database
from chassis.pages import beginning
from chassis.refusals import Invalid, NotFound, Unauthenticated
from devstack.samples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from settlement import commands, handlers
from settlement.api import webhooks
from settlement.domain.bank import NO_BANK
from settlement.domain.cases import HOLDING, CaseOpen
from settlement.domain.disputes import BankDecides, Disputed
from settlement.domain.refunds import NothingTaken
from settlement.provider.port import Outcome, Unreachable, movement_of
from settlement.provider.sandbox.books import DueWebhook, Faults
from settlement.provider.sandbox.webhooks import signed
from settlement.store import cases, proposals
from settlement.store import reconciliation as breaks
from settlement.tables import DisputeRow
from sqlalchemy import text
from sqlmodel import select
from yima.ordering.v1.events_pb2 import ComplaintDecided, ComplaintOpened, OrderPlaced
from yima.partners.v1.api_pb2 import BankAccount
from yima.partners.v1.events_pb2 import BankAccountRegistered
from yima.settlement.v1 import api_pb2 as pb

from services.settlement.tests.harness import SECRET, Harness, a_harness
from services.settlement.tests.provider_fakes import SandboxBooks
from services.settlement.tests.test_asked_then_done import Refusing, lines_given_back, open_cases, seen, soon, status

pytestmark = pytest.mark.anyio
SERVICE = "settlement"


@pytest.fixture
async def harness(own_database: str, tmp_path: Path) -> AsyncGenerator[Harness]:
    async with a_harness(Harness, own_database, tmp_path) as new_harness:
        yield new_harness


async def call_of(harness: Harness, placed: OrderPlaced, step: str = "capture") -> str:
    async with harness.store.transaction() as session:
        query = text(
            "SELECT call.id FROM provider_call AS call JOIN payment ON payment.id = call.payment_id"
            " WHERE payment.order_id = :order AND call.step = :step"
        )
        return str(await session.scalar(query, {"order": UUID(placed.order_id), "step": step}))


async def sold(harness: Harness, minor: int = 36_000) -> OrderPlaced:
    placed = await harness.place(minor)
    await harness.fulfil(placed)
    return placed


async def kinds(harness: Harness) -> list[str]:
    """What the provider says moved."""
    return [movement["kind"] for movement in harness.books.sandbox.report()]


async def the_dispute(harness: Harness) -> DisputeRow:
    async with harness.store.transaction() as session:
        return (await session.scalars(select(DisputeRow))).one()


async def reconciled(harness: Harness) -> list[str]:
    """The kinds of breaks that are open after a reconciliation with what the provider reports."""
    async with harness.store.transaction() as session:
        moved = [movement_of(line) for line in harness.books.sandbox.report()]
        known = await session.scalar(text("SELECT coalesce(max(place), 0) FROM provider_movement"))
        now = datetime.now(UTC) + timedelta(hours=1)
        await commands.take_report(session, movements=[line for line in moved if line.place > (known or 0)], now=now)
    async with harness.store.transaction() as session:
        run = await commands.run_reconciliation(session, bank=NO_BANK, now=datetime.now(UTC))
    async with harness.store.transaction() as session:
        _, again = await commands.recompute(session, reconciliation_id=run.id, bank=NO_BANK)
        assert again == run.digest
        return [line.kind for line in await breaks.open_breaks(session)]


@pytest.mark.parametrize("won", [True, False])
async def test_what_a_bank_took_is_booked_and_never_sent(harness: Harness, won: bool) -> None:
    """gumroad PR#4372: a lost dispute took the money twice, once by the bank and once as a refund."""
    placed = await sold(harness)
    sandbox = harness.books.sandbox
    dispute = sandbox.open_dispute(await call_of(harness, placed), 36_000, "CNY")
    assert await harness.webhooks() == [True]
    row = await the_dispute(harness)
    assert (row.status, row.amount_minor, row.taken_minor, row.opened_by) == ("open", 36_000, 36_000, None)
    assert await harness.owed() == 0
    with pytest.raises(BankDecides):
        await harness.decide(row.id, for_partner=False)
    assert sandbox.close_dispute(dispute, won)
    assert await harness.webhooks() == [True]
    payment = await seen(harness, placed)
    if won:
        assert (status(payment), payment.refunded.minor) == ("CAPTURED", 0)
        assert await harness.owed() == 32_400
    else:
        assert (status(payment), payment.refunded.minor) == ("REFUNDED", 36_000)
        assert [refund.by_bank for refund in payment.refunds] == [True]
        assert await lines_given_back(harness, placed) == [0]
        assert await harness.owed() == 0
        with pytest.raises(NothingTaken):
            await harness.refund(placed)
    assert "refund" not in await kinds(harness)
    assert await reconciled(harness) == []
    assert await harness.holds()


async def test_a_claim_an_operator_writes_down_is_the_bank_s_when_it_is_heard_of(harness: Harness) -> None:
    placed = await sold(harness)
    async with harness.store.transaction() as session:
        opened = await commands.open_dispute(
            session,
            order_id=UUID(placed.order_id),
            amount=None,
            claim=commands.Claim((5_000, "USD"), (36_000, "CNY")),
            reason="charged back",
            by=uuid4(),
            now=datetime.now(UTC),
        )
    await harness.decide(opened.id, for_partner=False)
    await harness.provide()
    assert "refund" not in await kinds(harness), "the bank has the money already"
    assert status(await seen(harness, placed)) == "REFUNDED"
    assert await harness.balance("provider:cash") == 0
    assert await harness.holds()


@pytest.mark.parametrize("order", [[0, 1], [1, 0], [1, 0, 0, 1], [0, 0, 1, 1]])
async def test_what_is_told_of_a_dispute_late_twice_or_out_of_order_ends_alike(
    harness: Harness, order: list[int]
) -> None:
    placed = await sold(harness)
    sandbox = harness.books.sandbox
    sandbox.close_dispute(sandbox.open_dispute(await call_of(harness, placed), 10_000, "CNY"), won=False)
    due = list(sandbox.due_webhooks())
    for index in order:
        await harness.webhook(due[index])
    payment = await seen(harness, placed)
    assert (status(payment), payment.refunded.minor) == ("PARTLY_REFUNDED", 10_000)
    assert (await the_dispute(harness)).status == "lost"
    assert await reconciled(harness) == []
    assert await harness.holds()


async def test_money_that_was_refunded_and_charged_back_too_is_a_case(harness: Harness) -> None:
    placed = await sold(harness)
    await harness.refund(placed)
    harness.books.sandbox.open_dispute(await call_of(harness, placed), 36_000, "CNY")
    await harness.webhooks()
    (case,) = await open_cases(harness, placed)
    assert (case.kind, case.amount_minor) == ("charged_beyond", 36_000)
    assert await harness.balance("suspense") == 36_000
    assert await harness.owed() == 0, "nobody's part bears it before somebody has looked"
    assert await reconciled(harness) == []
    assert await harness.holds()


async def charged_back(harness: Harness, placed: OrderPlaced, minor: int) -> str:
    dispute = harness.books.sandbox.open_dispute(await call_of(harness, placed), minor, "CNY")
    assert await harness.webhooks() == [True]
    return dispute


async def bank_decides(harness: Harness, dispute: str, won: bool) -> None:
    harness.books.sandbox.close_dispute(dispute, won)
    await harness.webhooks()
    await soon(harness, 3)


async def given_back(harness: Harness) -> int:
    """What left the provider towards the cardholder, by refunds and chargebacks."""
    kinds = ("refund", "refund-return", "chargeback", "chargeback-return")
    return -sum(movement["amount"] for movement in harness.books.sandbox.report() if movement["kind"] in kinds)


def every_refund_and_claim() -> Iterator[Any]:
    """Each refund with each claim, won or lost, late or refused: 48 stories. In twelve of them any two of these meet;
    the others are long."""
    for (i, refunded), (j, claimed) in product(enumerate([36_000, 20_000, 1]), enumerate([36_000, 30_000, 20_000, 7])):
        for won, late in product([True, False], repeat=2):
            meets = (won, late) == ((i + j) % 2 == 0, (i + j // 2) % 2 == 0)
            yield pytest.param(won, refunded, claimed, late, marks=() if meets else pytest.mark.long)


@pytest.mark.parametrize(("won", "refunded", "claimed", "late"), list(every_refund_and_claim()))
async def test_a_refund_that_is_due_waits_for_the_bank_and_gives_nothing_back_twice(
    harness: Harness, won: bool, refunded: int, claimed: int, late: bool
) -> None:
    placed = await sold(harness)
    if late:
        harness.books.sandbox.faults = Faults(refund_fails_late=1)
    else:
        harness.books = Refusing(harness.books, "refunds")
    await harness.refund(placed, refunded)
    await harness.webhooks()
    harness.books.sandbox.faults = Faults()
    if isinstance(harness.books, Refusing):
        harness.books.refused.clear()
    dispute = await charged_back(harness, placed, claimed)
    await soon(harness, 3)
    assert await given_back(harness) == claimed, "no refund is sent while the bank decides"
    payment = await seen(harness, placed)
    assert "waits for the decision" in payment.refunds[0].failure
    assert payment.refunding.minor == refunded
    (case,) = await open_cases(harness, placed)
    assert case.kind == "refund_failed"
    now = datetime.now(UTC)
    async with harness.store.transaction() as session:
        with pytest.raises(Disputed):
            await commands.retry_case(session, case_id=case.id, now=now)
        with pytest.raises(Disputed):
            await commands.settle_case(
                session, case_id=case.id, resolution="x", bank_reference="T", by=uuid4(), approved_by=uuid4(), now=now
            )
    assert await harness.holds()
    await bank_decides(harness, dispute, won)
    back = refunded if won else max(refunded, claimed)
    payment = await seen(harness, placed)
    assert (await given_back(harness), payment.refunded.minor, payment.refunding.minor) == (back, back, 0)
    assert status(payment) == ("REFUNDED" if back == 36_000 else "PARTLY_REFUNDED")
    assert payment.refunds[0].by_bank == (not won and claimed >= refunded)
    assert await open_cases(harness, placed) == []
    for account in ("suspense", "provider:refunds-due", "disputes:held"):
        assert await harness.balance(account) == 0, account
    assert await harness.balance("provider:cash") == 36_000 - back
    assert await reconciled(harness) == []
    assert await harness.holds()


@pytest.mark.parametrize("sent", [True, False])
@pytest.mark.parametrize("after", [True, False])
async def test_a_refund_whose_answer_is_awaited_is_looked_up_and_never_sent_again(
    harness: Harness, sent: bool, after: bool
) -> None:
    """The answer is lost, the bank takes the money, and nobody knows whether the refund was made."""
    placed = await sold(harness)
    harness.books = unsure = Unsure(harness.books, sent)
    await harness.refund(placed)
    unsure.lost = False
    dispute = await charged_back(harness, placed, 36_000)
    if not after:
        await soon(harness, 2)
    await bank_decides(harness, dispute, won=False)
    await soon(harness, 3)
    assert (await kinds(harness)).count("refund") == int(sent)
    assert [row.kind for row in await open_cases(harness, placed)] == (["charged_beyond"] if sent else [])
    assert (await seen(harness, placed)).refunding.minor == 0
    assert await harness.balance("suspense") == (36_000 if sent else 0)
    assert await harness.holds()


class Unsure(SandboxBooks):
    """A provider whose answers about refunds are lost; they are made, or were never received."""

    def __init__(self, books: SandboxBooks, sent: bool) -> None:
        super().__init__(books.sandbox)
        self.sent, self.lost = sent, True

    async def ask(self, path: str, key: str, **what: object) -> Outcome:
        if not self.lost or path != "/refunds":
            return await super().ask(path, key, **what)
        if self.sent:
            await super().ask(path, key, **what)
        raise Unreachable("the answer was lost")


async def test_a_refund_after_a_chargeback_that_was_beyond_is_the_bank_s(harness: Harness) -> None:
    """What was refunded and charged back comes back to us: it is owed again, and the bank has given it already."""
    placed = await sold(harness)
    harness.books.sandbox.faults = Faults(refund_fails_late=1, webhook_delay_seconds=0)
    await harness.refund(placed)
    harness.books.sandbox.faults = Faults()
    failed, *_ = harness.books.sandbox.due_webhooks()
    dispute = harness.books.sandbox.open_dispute(await call_of(harness, placed), 36_000, "CNY")
    harness.books.sandbox.close_dispute(dispute, won=False)
    for due in [webhook for webhook in harness.books.sandbox.due_webhooks() if webhook.place != failed.place]:
        await harness.webhook(due)
    assert [case.kind for case in await open_cases(harness, placed)] == ["charged_beyond"]
    await harness.webhook(failed)
    await soon(harness, 3)
    assert await given_back(harness) == 36_000
    assert await open_cases(harness, placed) == []
    assert (status(await seen(harness, placed)), await harness.balance("suspense")) == ("REFUNDED", 0)
    assert await reconciled(harness) == []
    assert await harness.holds()


@pytest.mark.parametrize("first_won", [True, False])
@pytest.mark.parametrize("second_won", [True, False])
@pytest.mark.parametrize("second", [20_000, 26_000, 30_000])
async def test_a_payment_has_as_many_chargebacks_as_its_bank_makes(
    harness: Harness, first_won: bool, second_won: bool, second: int
) -> None:
    placed = await sold(harness)
    chargeback = await charged_back(harness, placed, 10_000)
    two = await charged_back(harness, placed, second)
    beyond = max(0, 10_000 + second - 36_000)
    assert await harness.owed() == (36_000 - 10_000 - second + beyond) * 9 // 10
    assert [case.amount_minor for case in await open_cases(harness, placed)] == ([beyond] if beyond else [])
    assert await reconciled(harness) == []
    assert await harness.holds()
    await bank_decides(harness, two, second_won)
    await bank_decides(harness, chargeback, first_won)
    back = (0 if first_won else 10_000) + (0 if second_won else second)
    payment = await seen(harness, placed)
    assert await given_back(harness) == back
    assert payment.refunded.minor == back - (0 if second_won else beyond)
    assert await reconciled(harness) == []
    assert await harness.holds()


@pytest.mark.parametrize("won", [True, False])
@pytest.mark.parametrize(("own", "claimed"), [(10_000, 36_000), (10_000, 50_000), (36_000, 10_000), (9_000, 9_000)])
async def test_an_operator_s_dispute_becomes_what_the_bank_claims(
    harness: Harness, own: int, claimed: int, won: bool
) -> None:
    placed = await sold(harness)
    mine = await harness.dispute(placed, own)
    dispute = await charged_back(harness, placed, claimed)
    held = min(36_000, max(own, claimed))
    assert await harness.owed() == (36_000 - held) * 9 // 10
    assert [case.kind for case in await open_cases(harness, placed)] == ["charged_beyond"] * (claimed > 36_000)
    assert await harness.balance("suspense") == max(0, claimed - 36_000)
    assert await harness.holds()
    await bank_decides(harness, dispute, won)
    if own > claimed:
        await harness.decide(mine, for_partner=True)
    assert await given_back(harness) == (0 if won else claimed)
    assert (await seen(harness, placed)).refunded.minor == (0 if won else min(36_000, claimed))
    assert await harness.owed() == (36_000 if won else 36_000 - min(36_000, claimed)) * 9 // 10
    assert await reconciled(harness) == []
    assert await harness.holds()


@pytest.mark.parametrize("disputed", [True, False])
async def test_what_a_chargeback_leaves_is_given_back_in_the_provider_s_steps(harness: Harness, disputed: bool) -> None:
    """Three decimals: the bank took what the provider could not have given back; the rest is no multiple of ten."""
    harness.currency, harness.books.step = "KWD", 10
    placed = await sold(harness, 1_000)
    dispute = harness.books.sandbox.open_dispute(await call_of(harness, placed), 7, "KWD")
    await harness.webhooks()
    await bank_decides(harness, dispute, won=False)
    with pytest.raises(Invalid, match="steps of 10"):
        await harness.dispute(placed, 5)
    if disputed:
        await harness.decide(await harness.dispute(placed), for_partner=False)
    else:
        await harness.refund(placed)
    assert await given_back(harness) == 997
    payment = await seen(harness, placed)
    assert (status(payment), payment.refunded.minor, payment.refunding.minor) == ("PARTLY_REFUNDED", 997, 0)
    with pytest.raises(NothingTaken, match="less than the 10"):
        await harness.refund(placed)
    assert await open_cases(harness, placed) == []
    assert await harness.holds()


async def test_a_complaint_holds_the_order_s_payout_until_it_is_decided(harness: Harness) -> None:
    """Home-Chef-App#400: the payout was made while the complaint was open."""
    placed, other = await sold(harness), await sold(harness, 10_000)
    about = {"complaint_id": str(uuid4()), "order_id": placed.order_id, "partner_id": placed.partner_id}
    await harness.hear(handlers.on_complaint_opened, ComplaintOpened(**about, version=1))
    async with harness.store.transaction() as session:
        _, (expected,) = await commands.payout_outlook(session, partner_id=harness.partner, now=datetime.now(UTC))
    assert (expected.complained_minor, expected.due_minor) == (32_400, 9_000)
    assert await harness.pay() == ([9_000], [])
    _, held = await harness.pay()
    assert held == [] or "complaints hold 324.00 CNY" in held[0]
    async with harness.store.transaction() as session:
        _, (expected,) = await commands.payout_outlook(session, partner_id=harness.partner, now=datetime.now(UTC))
    assert "open complaints hold 324.00 CNY" in expected.held_because
    await harness.hear(handlers.on_complaint_decided, ComplaintDecided(**about, version=3, upheld=False))
    await harness.hear(handlers.on_complaint_opened, ComplaintOpened(**about, version=1))  # late, and again
    assert await harness.pay() == ([32_400], [])
    assert status(await seen(harness, other)) == "CAPTURED"


async def complained(harness: Harness, placed: OrderPlaced, upheld: bool = True) -> None:
    about = {"complaint_id": str(uuid4()), "order_id": placed.order_id, "partner_id": placed.partner_id}
    await harness.hear(handlers.on_complaint_opened, ComplaintOpened(**about, version=1))
    await harness.hear(handlers.on_complaint_decided, ComplaintDecided(**about, version=3, upheld=upheld))


@pytest.mark.parametrize("approved", [True, False])
async def test_an_upheld_complaint_holds_the_payout_until_its_refund_is_done_or_rejected(
    harness: Harness, approved: bool
) -> None:
    placed = await sold(harness)
    await complained(harness, placed)
    payouts, held = await harness.pay()
    assert payouts == [] and "complaints hold 324.00 CNY" in held[0]
    harness.books = refusing = Refusing(harness.books, "refunds")
    async with harness.store.transaction() as session:
        (proposal,) = await proposals.page(session, "proposed", beginning(10))
        await commands.decide_proposal(
            session, proposal_id=proposal.id, approved=approved, by=uuid4(), now=datetime.now(UTC)
        )
    if not approved:
        assert (await harness.pay())[0] == [32_400]
        return
    await harness.refund(placed, 10_000)  # as whoever approved it does
    assert (await harness.pay())[0] == [], "the refund is not done yet"
    refusing.refused.clear()
    await soon(harness)
    assert (await harness.pay())[0] == [23_400]
    assert await harness.holds()


async def test_a_chargeback_in_another_currency_holds_the_payment_and_is_a_case(harness: Harness) -> None:
    placed, other = await sold(harness), await sold(harness, 10_000)
    harness.books.sandbox.open_dispute(await call_of(harness, placed), 5_000, "USD")
    assert await harness.webhooks() == [True]
    (case,) = await open_cases(harness, placed)
    assert (case.kind, case.amount_minor, case.currency) == ("charged_beyond", 5_000, "USD")
    assert (await harness.pay())[0] == [9_000], "the other order's"
    payouts, held = await harness.pay()
    assert payouts == [] and held == ["open cases hold 324.00 CNY until they are settled"]
    async with harness.store.transaction() as session:
        await commands.settle_case(
            session,
            case_id=case.id,
            resolution="it was withdrawn",
            by=uuid4(),
            approved_by=uuid4(),
            now=datetime.now(UTC),
        )
    assert (await harness.pay())[0] == [32_400]
    assert status(await seen(harness, other)) == "CAPTURED"
    assert await harness.holds()


UNBOOKED = ("another currency", "two in another currency", "of no size", "two ends")


async def tell(harness: Harness, kind: str, **data: object) -> None:
    """Tell something as the provider does, in the provider's name."""
    body = json.dumps({"type": kind, "data": {"reason": "r"} | data}).encode()
    await harness.webhook(DueWebhook(0, f"evt_{uuid4().hex}", body))


async def cannot_be_booked(harness: Harness, placed: OrderPlaced, how: str) -> None:
    """Let the bank claim the payment in a way that nobody can book."""
    capture, names = await call_of(harness, placed), uuid4().hex
    match how:
        case "another currency" | "two in another currency":
            for number in range(1 if how == "another currency" else 2):
                await tell(
                    harness, "dispute.opened", key=capture, dispute=f"dp_{number}_{names}", amount=5, currency="USD"
                )
        case "of no size":
            await tell(harness, "dispute.opened", key=capture, dispute=names, amount=2**63, currency="CNY")
        case "two ends":
            await tell(harness, "call.finished", key=capture, approved=False, reference="")


@pytest.mark.parametrize("how", UNBOOKED)
async def test_no_refund_is_sent_while_a_chargeback_nobody_could_book_waits_for_people(
    harness: Harness, how: str
) -> None:
    placed, other = await sold(harness), await sold(harness, 10_000)
    harness.books = Refusing(harness.books, "refunds")
    await harness.refund(placed, 20_000)
    await harness.refund(other)
    harness.books.refused.clear()
    await cannot_be_booked(harness, placed, how)
    await soon(harness, 3)
    assert await given_back(harness) == 10_000, "the other order's"
    (refund,) = (await seen(harness, placed)).refunds
    assert "until a case about the payment is settled" in refund.failure
    held = [case for case in await open_cases(harness, placed) if case.kind in HOLDING]
    assert len(held) == (2 if how.startswith("two in") else 1)
    (failed,) = [case for case in await open_cases(harness, placed) if case.kind == "refund_failed"]
    now = datetime.now(UTC)
    two: dict[str, Any] = {"resolution": "seen to", "by": uuid4(), "approved_by": uuid4(), "now": now}
    with pytest.raises(CaseOpen):
        await harness.refund(placed)
    async with harness.store.transaction() as session:
        with pytest.raises(CaseOpen):
            await commands.retry_case(session, case_id=failed.id, now=now)
        with pytest.raises(CaseOpen):
            await commands.settle_case(session, case_id=failed.id, bank_reference="T", **two)
    for case in held:
        assert await given_back(harness) == 10_000
        async with harness.store.transaction() as session:
            await commands.settle_case(session, case_id=case.id, **two)
        await soon(harness, 2)
    assert await given_back(harness) == 30_000, "it goes on"
    payment = await seen(harness, placed)
    assert (status(payment), payment.refunds[0].failure) == ("PARTLY_REFUNDED", "")
    assert await harness.holds()


@pytest.mark.parametrize(
    "change",
    [
        {"won": "false"}, {"won": 1}, {"won": None}, {"amount": "36000"}, {"amount": 1.5}, {"amount": True},
        {"amount": 0}, {"amount": -1},
    ],
    ids=str,
)  # fmt: skip
async def test_what_is_told_of_a_dispute_in_another_form_than_agreed_is_refused(
    harness: Harness, change: dict[str, Any]
) -> None:
    placed = await sold(harness)
    data: dict[str, Any] = {"key": await call_of(harness, placed), "dispute": "dp", "amount": 36_000, "currency": "CNY"}
    with pytest.raises(Invalid):
        await tell(harness, "dispute.closed", **{**data, "won": False, **change})
    payment = await seen(harness, placed)
    assert (status(payment), payment.refunded.minor, await open_cases(harness, placed)) == ("CAPTURED", 0, [])
    await tell(harness, "dispute.closed", **data, won=False)
    assert status(await seen(harness, placed)) == "REFUNDED"


@pytest.mark.parametrize("won", [True, False])
@pytest.mark.parametrize("closed_first", [True, False])
async def test_a_claim_in_another_currency_ends_when_the_bank_decides_for_the_partner(
    harness: Harness, won: bool, closed_first: bool
) -> None:
    placed = await sold(harness)
    harness.books = Refusing(harness.books, "refunds")
    await harness.refund(placed)
    harness.books.refused.clear()
    claim = {"key": await call_of(harness, placed), "dispute": uuid4().hex, "amount": 5, "currency": "USD"}
    webhooks: list[dict[str, Any]] = [{"kind": "dispute.opened"}, {"kind": "dispute.closed", "won": won}]
    for webhook in reversed(webhooks) if closed_first else webhooks:
        await tell(harness, **webhook, **claim)
    await soon(harness, 2)
    assert await given_back(harness) == (36_000 if won else 0)
    assert [case.kind for case in await open_cases(harness, placed) if case.kind in HOLDING] == (
        [] if won else ["charged_beyond"]
    )
    assert await harness.holds()


async def test_a_refund_told_of_as_made_after_it_was_refused_is_not_sent_again(harness: Harness) -> None:
    placed = await sold(harness)
    harness.books = Refusing(harness.books, "refunds")
    await harness.refund(placed)
    harness.books.refused.clear()
    await tell(harness, "call.finished", key=await call_of(harness, placed, "refund"), approved=True, reference="r")
    await soon(harness, 3)
    assert await given_back(harness) == 0
    failed, contradicted = await open_cases(harness, placed)
    two: dict[str, Any] = {"resolution": "x", "by": uuid4(), "approved_by": uuid4(), "now": datetime.now(UTC)}
    async with harness.store.transaction() as session:  # the provider shows that it made it
        await commands.settle_case(session, case_id=failed.id, bank_reference="T", **two)
        await commands.settle_case(session, case_id=contradicted.id, **two)
    await soon(harness, 3)
    assert await given_back(harness) == 0
    assert status(await seen(harness, placed)) == "REFUNDED"
    assert await harness.holds()


async def test_what_cannot_be_booked_is_a_case_once_and_taken(harness: Harness) -> None:
    placed = await sold(harness)
    data = {
        "key": await call_of(harness, placed),
        "reason": "r",
        "dispute": "dp_of_no_size",
        "amount": 2**63,
        "currency": "CNY",
    }
    for first_time in (True, False):
        body = orjson.dumps({"type": "dispute.opened", "data": data})
        assert await harness.webhook(DueWebhook(0, "evt_of_no_size", body)) == first_time
    (case,) = await open_cases(harness, placed)
    assert case.kind == "contradicted" and "could not be booked" in case.detail
    assert (await harness.pay())[1] == ["open cases hold 324.00 CNY until they are settled"]
    assert await harness.holds()


KINDS = ("dispute.opened", "dispute.closed", "call.finished", "refund.failed", "payout.returned")
TOLD = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "dispute": st.sampled_from(["dp_1", "dp_2", "dp_3", "x" * 200]),
        "amount": st.sampled_from([1, 7, 36_000, 50_000, 2**63 - 1, 2**63, 10**30, 0, -1]),
        "currency": st.sampled_from(["CNY", "USD", "cny", "", "x" * 90]),
        "won": st.booleans(),
        "approved": st.booleans(),
        "step": st.sampled_from(["capture", "authorise", "refund"]),
        "order": st.integers(0, 1),
    }
)


@given(st.lists(TOLD, min_size=1, max_size=6))
@settings(
    max_examples=examples(30),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_whatever_a_provider_tells_is_booked_or_a_case_or_refused_as_unfit(
    harness: Harness, reports: list[dict[str, Any]]
) -> None:
    """Nothing is a fault: what is a fault once is one for ever, because the provider tells it again."""
    orders = [await sold(harness), await sold(harness)]
    for placed in orders:
        await harness.refund(placed, 1_000)
    names = uuid4().hex
    for report in reports:
        key = await call_of(harness, orders[report["order"]], report["step"])
        data = {
            "key": key, "reason": "r", "dispute": report["dispute"] + names, "amount": report["amount"],
            "currency": report["currency"], "won": report["won"], "approved": report["approved"], "reference": "x",
        }  # fmt: skip
        body = json.dumps({"type": report["kind"], "data": data}).encode()  # numbers beyond 64 bits, too
        due = DueWebhook(0, f"evt_{uuid4().hex}", body)
        with suppress(Invalid, NotFound):
            await harness.webhook(due)
        assert await harness.holds()


async def test_a_complaint_that_was_upheld_proposes_its_refund_once(harness: Harness) -> None:
    placed = await sold(harness)
    about = {"complaint_id": str(uuid4()), "order_id": placed.order_id, "partner_id": placed.partner_id}
    decided = ComplaintDecided(**about, version=3, upheld=True)
    for _ in range(2):
        await harness.hear(handlers.on_complaint_decided, decided)
    async with harness.store.transaction() as session:
        (proposal,) = await proposals.page(session, "proposed", beginning(10))
    act = pb.ProposedAct.FromString(proposal.act)
    assert (act.refund_order.order_id, proposal.proposed_by) == (placed.order_id, None)
    assert status(await seen(harness, placed)) == "CAPTURED", "an operator decides"


async def test_payouts_stop_after_three_returns_and_a_new_account_starts_them(harness: Harness) -> None:
    await sold(harness)
    harness.books.sandbox.faults = Faults(bank_return=1)
    for _ in range(3):
        assert (await harness.pay())[0] == [32_400]
        await harness.webhooks()
    paid, held = await harness.pay()
    assert paid == [] and "3 payouts in a row came back (the bank sent it back)" in held[0]
    assert (await kinds(harness)).count("payout") == 3
    async with harness.store.transaction() as session:
        (case,) = [
            row for row in await cases.page(session, False, beginning(10)) if row.partner_id in (None, harness.partner)
        ]
    assert (case.kind, case.subject_id) == ("payouts_stopped", harness.partner)
    harness.books.sandbox.faults = Faults()
    replaced = BankAccount(holder="x", number="6200999", bank_code="1")
    await harness.hear(
        handlers.on_bank_account,
        BankAccountRegistered(partner_id=str(harness.partner), account=replaced, version=2),
    )
    async with harness.store.transaction() as session:
        assert await cases.page(session, False, beginning(10)) == []
    assert await harness.pay() == ([32_400], [])


async def test_a_person_lets_payouts_go_on_after_returns(harness: Harness) -> None:
    await sold(harness)
    harness.books.sandbox.faults = Faults(refuse_payout=1)
    for _ in range(3):
        await harness.pay()
    assert "in a row came back" in (await harness.pay())[1][0]
    harness.books.sandbox.faults = Faults()
    async with harness.store.transaction() as session:
        (case,) = await cases.page(session, False, beginning(10))
        await commands.settle_case(
            session, case_id=case.id, resolution="the bank was closed", by=uuid4(), now=datetime.now(UTC)
        )
    assert await harness.pay() == ([32_400], [])


class UndoError(Exception):
    """Takes a transaction back."""


async def test_secrets_are_rotated_without_a_webhook_that_is_not_believed(harness: Harness) -> None:
    new = "whsec_" + base64.b64encode(b"another secret of the tests only").decode()
    await sold(harness)
    harness.books.sandbox.faults = Faults(bank_return=1)
    await harness.pay()
    (due,) = harness.books.sandbox.due_webhooks()

    async def take(ours: str, theirs: str) -> bool:
        """Is it believed? What it says is undone, so that it is new each time."""
        first_time = False
        with suppress(UndoError):
            async with harness.store.transaction() as session:
                first_time = await webhooks.receive(session, ours, signed(theirs, due), due.body, datetime.now(UTC))
                raise UndoError
        return first_time

    for ours, theirs in (
        (SECRET, SECRET),
        (f"{SECRET} {new}", SECRET),
        (f"{SECRET} {new}", new),
        (f"{new} {SECRET}", SECRET),
        (new, new),
        (new, f"{SECRET} {new}"),
        (SECRET, f"{SECRET} {new}"),
    ):
        assert await take(ours, theirs), (ours, theirs)
    for ours, theirs in ((SECRET, new), (new, SECRET)):
        with pytest.raises(Unauthenticated):
            await take(ours, theirs)


async def test_what_is_owed_and_does_not_move_for_a_day_is_a_break(harness: Harness) -> None:
    placed, unpaid = await sold(harness), await harness.place(5_000)
    harness.books = Refusing(harness.books, "refunds", "captures")
    await harness.fulfil(unpaid)
    await harness.refund(placed)
    assert await reconciled(harness) == []
    owner_moves = "UPDATE refund SET asked_at = asked_at - interval '2 days'"
    owner = Database(harness.owner_url)
    async with owner.transaction() as session:
        await session.execute(text(owner_moves))
    await owner.close()
    await harness.pass_days(2)
    assert sorted(await reconciled(harness)) == ["capture_overdue", "refund_overdue"]
    harness.books.refused.clear()
    await soon(harness)
    assert await reconciled(harness) == []
