"""What others take or hold: chargebacks of cardholders' banks, complaints, banks that send payouts back."""

import base64
import json
from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from chassis.database import Database
from chassis.refusals import Invalid, NotFound, Unauthenticated
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from settlement import commands, handlers
from settlement.api import webhooks
from settlement.domain.bank import NO_BANK
from settlement.domain.cases import HOLDING, CaseOpen
from settlement.domain.disputes import BankDecides, Disputed
from settlement.domain.refunds import NothingTaken
from settlement.provider.port import Outcome, Unreachable, movement_of
from settlement.provider.sandbox import DueWebhook, Faults, signed
from settlement.store import cases, proposals
from settlement.store import reconciliation as breaks
from settlement.tables import DisputeRow
from sqlalchemy import text
from sqlmodel import select
from yima.ordering.v1.events_pb2 import ComplaintDecided, ComplaintOpened, OrderPlaced
from yima.partners.v1.api_pb2 import BankAccount
from yima.partners.v1.events_pb2 import BankAccountRegistered
from yima.settlement.v1 import api_pb2 as pb

from services.settlement.tests.office import SECRET, Books, Office, an_office
from services.settlement.tests.test_asked_then_done import Refusing, lines_given_back, open_cases, seen, soon, status

pytestmark = pytest.mark.anyio
SERVICE = "settlement"


@pytest.fixture
async def office(own_database: str, tmp_path: Path) -> AsyncGenerator[Office]:
    async with an_office(Office, own_database, tmp_path) as made:
        yield made


async def call_of(office: Office, placed: OrderPlaced, step: str = "capture") -> str:
    async with office.store.transaction() as session:
        query = text(
            "SELECT call.id FROM provider_call AS call JOIN payment ON payment.id = call.payment_id"
            " WHERE payment.order_id = :order AND call.step = :step"
        )
        return str(await session.scalar(query, {"order": UUID(placed.order_id), "step": step}))


async def sold(office: Office, minor: int = 36_000) -> OrderPlaced:
    placed = await office.place(minor)
    await office.fulfil(placed)
    return placed


async def kinds(office: Office) -> list[str]:
    """What the provider says moved."""
    return [one["kind"] for one in office.books.sandbox.report()]


async def the_dispute(office: Office) -> DisputeRow:
    async with office.store.transaction() as session:
        return (await session.scalars(select(DisputeRow))).one()


async def reconciled(office: Office) -> list[str]:
    """The kinds of breaks that are open after a reconciliation with what the provider reports."""
    async with office.store.transaction() as session:
        moved = [movement_of(one) for one in office.books.sandbox.report()]
        known = await session.scalar(text("SELECT coalesce(max(place), 0) FROM provider_movement"))
        now = datetime.now(UTC) + timedelta(hours=1)
        await commands.take_report(session, movements=[one for one in moved if one.place > (known or 0)], now=now)
    async with office.store.transaction() as session:
        run = await commands.run_reconciliation(session, bank=NO_BANK, now=datetime.now(UTC))
    async with office.store.transaction() as session:
        _, again = await commands.recompute(session, reconciliation_id=run.id, bank=NO_BANK)
        assert again == run.digest
        return [one.kind for one in await breaks.open_breaks(session)]


@pytest.mark.parametrize("won", [True, False])
async def test_what_a_bank_took_is_booked_and_never_sent(office: Office, won: bool) -> None:
    """gumroad PR#4372: a lost dispute took the money twice, once by the bank and once as a refund."""
    placed = await sold(office)
    sandbox = office.books.sandbox
    dispute = sandbox.open_dispute(await call_of(office, placed), 36_000, "CNY")
    assert await office.webhooks() == [True]
    row = await the_dispute(office)
    assert (row.status, row.amount_minor, row.taken_minor, row.opened_by) == ("open", 36_000, 36_000, None)
    assert await office.owed() == 0
    with pytest.raises(BankDecides):
        await office.decide(row.id, for_partner=False)
    assert sandbox.close_dispute(dispute, won)
    assert await office.webhooks() == [True]
    payment = await seen(office, placed)
    if won:
        assert (status(payment), payment.refunded.minor) == ("CAPTURED", 0)
        assert await office.owed() == 32_400
    else:
        assert (status(payment), payment.refunded.minor) == ("REFUNDED", 36_000)
        assert [one.by_bank for one in payment.refunds] == [True]
        assert await lines_given_back(office, placed) == [0]
        assert await office.owed() == 0
        with pytest.raises(NothingTaken):
            await office.refund(placed)
    assert "refund" not in await kinds(office)
    assert await reconciled(office) == []
    assert await office.holds()


async def test_a_claim_an_operator_writes_down_is_the_bank_s_when_it_is_heard_of(office: Office) -> None:
    placed = await sold(office)
    async with office.store.transaction() as session:
        opened = await commands.open_dispute(
            session, order_id=UUID(placed.order_id), amount=None, claim=commands.Claim((5_000, "USD"), (36_000, "CNY")),
            reason="charged back", by=uuid4(), now=datetime.now(UTC),
        )  # fmt: skip
    await office.decide(opened.id, for_partner=False)
    await office.provide()
    assert "refund" not in await kinds(office), "the bank has the money already"
    assert status(await seen(office, placed)) == "REFUNDED"
    assert await office.balance("provider:cash") == 0
    assert await office.holds()


@pytest.mark.parametrize("order", [[0, 1], [1, 0], [1, 0, 0, 1], [0, 0, 1, 1]])
async def test_what_is_told_of_a_dispute_late_twice_or_out_of_order_ends_alike(
    office: Office, order: list[int]
) -> None:
    placed = await sold(office)
    sandbox = office.books.sandbox
    sandbox.close_dispute(sandbox.open_dispute(await call_of(office, placed), 10_000, "CNY"), won=False)
    told = list(sandbox.due_webhooks())
    for place in order:
        await office.webhook(told[place])
    payment = await seen(office, placed)
    assert (status(payment), payment.refunded.minor) == ("PARTLY_REFUNDED", 10_000)
    assert (await the_dispute(office)).status == "lost"
    assert await reconciled(office) == []
    assert await office.holds()


async def test_money_that_was_refunded_and_charged_back_too_is_a_case(office: Office) -> None:
    placed = await sold(office)
    await office.refund(placed)
    office.books.sandbox.open_dispute(await call_of(office, placed), 36_000, "CNY")
    await office.webhooks()
    (case,) = await open_cases(office, placed)
    assert (case.kind, case.amount_minor) == ("charged_beyond", 36_000)
    assert await office.balance("suspense") == 36_000
    assert await office.owed() == 0, "nobody's part bears it before somebody has looked"
    assert await reconciled(office) == []
    assert await office.holds()


async def charged_back(office: Office, placed: OrderPlaced, minor: int) -> str:
    dispute = office.books.sandbox.open_dispute(await call_of(office, placed), minor, "CNY")
    assert await office.webhooks() == [True]
    return dispute


async def bank_decides(office: Office, dispute: str, won: bool) -> None:
    office.books.sandbox.close_dispute(dispute, won)
    await office.webhooks()
    await soon(office, 3)


async def given_back(office: Office) -> int:
    """What left the provider towards the cardholder, by refunds and chargebacks."""
    kinds = ("refund", "refund-return", "chargeback", "chargeback-return")
    return -sum(one["amount"] for one in office.books.sandbox.report() if one["kind"] in kinds)


@pytest.mark.parametrize("won", [True, False])
@pytest.mark.parametrize("refunded", [36_000, 20_000, 1])
@pytest.mark.parametrize("claimed", [36_000, 30_000, 20_000, 7])
@pytest.mark.parametrize("late", [True, False])
async def test_a_refund_that_is_due_waits_for_the_bank_and_gives_nothing_back_twice(
    office: Office, won: bool, refunded: int, claimed: int, late: bool
) -> None:
    placed = await sold(office)
    if late:
        office.books.sandbox.faults = Faults(refund_fails_late=1)
    else:
        office.books = Refusing(office.books, "refunds")
    await office.refund(placed, refunded)
    await office.webhooks()
    office.books.sandbox.faults = Faults()
    if isinstance(office.books, Refusing):
        office.books.refused.clear()
    dispute = await charged_back(office, placed, claimed)
    await soon(office, 3)
    assert await given_back(office) == claimed, "no refund is sent while the bank decides"
    payment = await seen(office, placed)
    assert "waits for the decision" in payment.refunds[0].failure
    assert payment.refunding.minor == refunded
    (case,) = await open_cases(office, placed)
    assert case.kind == "refund_failed"
    now = datetime.now(UTC)
    async with office.store.transaction() as session:
        with pytest.raises(Disputed):
            await commands.retry_case(session, case_id=case.id, now=now)
        with pytest.raises(Disputed):
            await commands.settle_case(
                session, case_id=case.id, resolution="x", bank_reference="T", by=uuid4(), approved_by=uuid4(), now=now
            )
    assert await office.holds()
    await bank_decides(office, dispute, won)
    back = refunded if won else max(refunded, claimed)
    payment = await seen(office, placed)
    assert (await given_back(office), payment.refunded.minor, payment.refunding.minor) == (back, back, 0)
    assert status(payment) == ("REFUNDED" if back == 36_000 else "PARTLY_REFUNDED")
    assert payment.refunds[0].by_bank == (not won and claimed >= refunded)
    assert await open_cases(office, placed) == []
    for account in ("suspense", "provider:refunds-due", "disputes:held"):
        assert await office.balance(account) == 0, account
    assert await office.balance("provider:cash") == 36_000 - back
    assert await reconciled(office) == []
    assert await office.holds()


@pytest.mark.parametrize("sent", [True, False])
@pytest.mark.parametrize("after", [True, False])
async def test_a_refund_whose_answer_is_awaited_is_looked_up_and_never_sent_again(
    office: Office, sent: bool, after: bool
) -> None:
    """The answer is lost, the bank takes the money, and nobody knows whether the refund was made."""
    placed = await sold(office)
    office.books = unsure = Unsure(office.books, sent)
    await office.refund(placed)
    unsure.lost = False
    dispute = await charged_back(office, placed, 36_000)
    if not after:
        await soon(office, 2)
    await bank_decides(office, dispute, won=False)
    await soon(office, 3)
    assert (await kinds(office)).count("refund") == int(sent)
    assert [one.kind for one in await open_cases(office, placed)] == (["charged_beyond"] if sent else [])
    assert (await seen(office, placed)).refunding.minor == 0
    assert await office.balance("suspense") == (36_000 if sent else 0)
    assert await office.holds()


class Unsure(Books):
    """A provider whose answers about refunds are lost; they are made, or were never received."""

    def __init__(self, books: Books, sent: bool) -> None:
        super().__init__(books.sandbox)
        self.sent, self.lost = sent, True

    async def ask(self, path: str, key: str, **what: object) -> Outcome:
        if not self.lost or path != "/refunds":
            return await super().ask(path, key, **what)
        if self.sent:
            await super().ask(path, key, **what)
        raise Unreachable("the answer was lost")


async def test_a_refund_after_a_chargeback_that_was_beyond_is_the_bank_s(office: Office) -> None:
    """What was refunded and charged back comes back to us: it is owed again, and the bank has given it already."""
    placed = await sold(office)
    office.books.sandbox.faults = Faults(refund_fails_late=1, webhook_delay_seconds=0)
    await office.refund(placed)
    office.books.sandbox.faults = Faults()
    failed, *_ = office.books.sandbox.due_webhooks()
    dispute = office.books.sandbox.open_dispute(await call_of(office, placed), 36_000, "CNY")
    office.books.sandbox.close_dispute(dispute, won=False)
    for due in [one for one in office.books.sandbox.due_webhooks() if one.place != failed.place]:
        await office.webhook(due)
    assert [one.kind for one in await open_cases(office, placed)] == ["charged_beyond"]
    await office.webhook(failed)
    await soon(office, 3)
    assert await given_back(office) == 36_000
    assert await open_cases(office, placed) == []
    assert (status(await seen(office, placed)), await office.balance("suspense")) == ("REFUNDED", 0)
    assert await reconciled(office) == []
    assert await office.holds()


@pytest.mark.parametrize("first_won", [True, False])
@pytest.mark.parametrize("second_won", [True, False])
@pytest.mark.parametrize("second", [20_000, 26_000, 30_000])
async def test_a_payment_has_as_many_chargebacks_as_its_bank_makes(
    office: Office, first_won: bool, second_won: bool, second: int
) -> None:
    placed = await sold(office)
    one = await charged_back(office, placed, 10_000)
    two = await charged_back(office, placed, second)
    beyond = max(0, 10_000 + second - 36_000)
    assert await office.owed() == (36_000 - 10_000 - second + beyond) * 9 // 10
    assert [case.amount_minor for case in await open_cases(office, placed)] == ([beyond] if beyond else [])
    assert await reconciled(office) == []
    assert await office.holds()
    await bank_decides(office, two, second_won)
    await bank_decides(office, one, first_won)
    back = (0 if first_won else 10_000) + (0 if second_won else second)
    payment = await seen(office, placed)
    assert await given_back(office) == back
    assert payment.refunded.minor == back - (0 if second_won else beyond)
    assert await reconciled(office) == []
    assert await office.holds()


@pytest.mark.parametrize("won", [True, False])
@pytest.mark.parametrize(("own", "claimed"), [(10_000, 36_000), (10_000, 50_000), (36_000, 10_000), (9_000, 9_000)])
async def test_an_operator_s_dispute_becomes_what_the_bank_claims(
    office: Office, own: int, claimed: int, won: bool
) -> None:
    placed = await sold(office)
    mine = await office.dispute(placed, own)
    dispute = await charged_back(office, placed, claimed)
    held = min(36_000, max(own, claimed))
    assert await office.owed() == (36_000 - held) * 9 // 10
    assert [case.kind for case in await open_cases(office, placed)] == ["charged_beyond"] * (claimed > 36_000)
    assert await office.balance("suspense") == max(0, claimed - 36_000)
    assert await office.holds()
    await bank_decides(office, dispute, won)
    if own > claimed:
        await office.decide(mine, for_partner=True)
    assert await given_back(office) == (0 if won else claimed)
    assert (await seen(office, placed)).refunded.minor == (0 if won else min(36_000, claimed))
    assert await office.owed() == (36_000 if won else 36_000 - min(36_000, claimed)) * 9 // 10
    assert await reconciled(office) == []
    assert await office.holds()


@pytest.mark.parametrize("disputed", [True, False])
async def test_what_a_chargeback_leaves_is_given_back_in_the_provider_s_steps(office: Office, disputed: bool) -> None:
    """Three decimals: the bank took what the provider could not have given back; the rest is no multiple of ten."""
    office.currency, office.books.step = "KWD", 10
    placed = await sold(office, 1_000)
    dispute = office.books.sandbox.open_dispute(await call_of(office, placed), 7, "KWD")
    await office.webhooks()
    await bank_decides(office, dispute, won=False)
    with pytest.raises(Invalid, match="steps of 10"):
        await office.dispute(placed, 5)
    if disputed:
        await office.decide(await office.dispute(placed), for_partner=False)
    else:
        await office.refund(placed)
    assert await given_back(office) == 997
    payment = await seen(office, placed)
    assert (status(payment), payment.refunded.minor, payment.refunding.minor) == ("PARTLY_REFUNDED", 997, 0)
    with pytest.raises(NothingTaken, match="less than the 10"):
        await office.refund(placed)
    assert await open_cases(office, placed) == []
    assert await office.holds()


async def test_a_complaint_holds_the_order_s_payout_until_it_is_decided(office: Office) -> None:
    """Home-Chef-App#400: the payout was made while the complaint was open."""
    placed, other = await sold(office), await sold(office, 10_000)
    about = {"complaint_id": str(uuid4()), "order_id": placed.order_id, "partner_id": placed.partner_id}
    await office.hear(handlers.on_complaint_opened, ComplaintOpened(**about, version=1))
    async with office.store.transaction() as session:
        _, (expected,) = await commands.payout_outlook(session, partner_id=office.partner, now=datetime.now(UTC))
    assert (expected.complained_minor, expected.due_minor) == (32_400, 9_000)
    assert await office.pay() == ([9_000], [])
    _, held = await office.pay()
    assert held == [] or "complaints hold 324.00 CNY" in held[0]
    async with office.store.transaction() as session:
        _, (expected,) = await commands.payout_outlook(session, partner_id=office.partner, now=datetime.now(UTC))
    assert "open complaints hold 324.00 CNY" in expected.held_because
    await office.hear(handlers.on_complaint_decided, ComplaintDecided(**about, version=3, upheld=False))
    await office.hear(handlers.on_complaint_opened, ComplaintOpened(**about, version=1))  # late, and again
    assert await office.pay() == ([32_400], [])
    assert status(await seen(office, other)) == "CAPTURED"


async def complained(office: Office, placed: OrderPlaced, upheld: bool = True) -> None:
    about = {"complaint_id": str(uuid4()), "order_id": placed.order_id, "partner_id": placed.partner_id}
    await office.hear(handlers.on_complaint_opened, ComplaintOpened(**about, version=1))
    await office.hear(handlers.on_complaint_decided, ComplaintDecided(**about, version=3, upheld=upheld))


@pytest.mark.parametrize("approved", [True, False])
async def test_an_upheld_complaint_holds_the_payout_until_its_refund_is_done_or_rejected(
    office: Office, approved: bool
) -> None:
    placed = await sold(office)
    await complained(office, placed)
    made, held = await office.pay()
    assert made == [] and "complaints hold 324.00 CNY" in held[0]
    office.books = refusing = Refusing(office.books, "refunds")
    async with office.store.transaction() as session:
        (proposal,) = await proposals.page(session, "proposed", None, 10)
        await commands.decide_proposal(
            session, proposal_id=proposal.id, approved=approved, by=uuid4(), now=datetime.now(UTC)
        )
    if not approved:
        assert (await office.pay())[0] == [32_400]
        return
    await office.refund(placed, 10_000)  # as whoever approved it does
    assert (await office.pay())[0] == [], "the refund is not done yet"
    refusing.refused.clear()
    await soon(office)
    assert (await office.pay())[0] == [23_400]
    assert await office.holds()


async def test_a_chargeback_in_another_currency_holds_the_payment_and_is_a_case(office: Office) -> None:
    placed, other = await sold(office), await sold(office, 10_000)
    office.books.sandbox.open_dispute(await call_of(office, placed), 5_000, "USD")
    assert await office.webhooks() == [True]
    (case,) = await open_cases(office, placed)
    assert (case.kind, case.amount_minor, case.currency) == ("charged_beyond", 5_000, "USD")
    assert (await office.pay())[0] == [9_000], "the other order's"
    made, held = await office.pay()
    assert made == [] and held == ["open cases hold 324.00 CNY until they are settled"]
    async with office.store.transaction() as session:
        await commands.settle_case(
            session, case_id=case.id, resolution="it was withdrawn", by=uuid4(), approved_by=uuid4(),
            now=datetime.now(UTC),
        )  # fmt: skip
    assert (await office.pay())[0] == [32_400]
    assert status(await seen(office, other)) == "CAPTURED"
    assert await office.holds()


UNBOOKED = ("another currency", "two in another currency", "of no size", "two ends")


async def tell(office: Office, kind: str, **data: object) -> None:
    """Tell something as the provider does, in the provider's name."""
    body = json.dumps({"type": kind, "data": {"reason": "r"} | data}).encode()
    await office.webhook(DueWebhook(0, f"evt_{uuid4().hex}", body))


async def cannot_be_booked(office: Office, placed: OrderPlaced, how: str) -> None:
    """Let the bank claim the payment in a way that nobody can book."""
    capture, names = await call_of(office, placed), uuid4().hex
    match how:
        case "another currency" | "two in another currency":
            for number in range(1 if how == "another currency" else 2):
                await tell(
                    office, "dispute.opened", key=capture, dispute=f"dp_{number}_{names}", amount=5, currency="USD"
                )
        case "of no size":
            await tell(office, "dispute.opened", key=capture, dispute=names, amount=2**63, currency="CNY")
        case "two ends":
            await tell(office, "call.finished", key=capture, approved=False, reference="")


@pytest.mark.parametrize("how", UNBOOKED)
async def test_no_refund_is_sent_while_a_chargeback_nobody_could_book_waits_for_people(
    office: Office, how: str
) -> None:
    placed, other = await sold(office), await sold(office, 10_000)
    office.books = Refusing(office.books, "refunds")
    await office.refund(placed, 20_000)
    await office.refund(other)
    office.books.refused.clear()
    await cannot_be_booked(office, placed, how)
    await soon(office, 3)
    assert await given_back(office) == 10_000, "the other order's"
    (refund,) = (await seen(office, placed)).refunds
    assert "until a case about the payment is settled" in refund.failure
    held = [case for case in await open_cases(office, placed) if case.kind in HOLDING]
    assert len(held) == (2 if how.startswith("two in") else 1)
    (failed,) = [case for case in await open_cases(office, placed) if case.kind == "refund_failed"]
    now = datetime.now(UTC)
    two: dict[str, Any] = {"resolution": "seen to", "by": uuid4(), "approved_by": uuid4(), "now": now}
    with pytest.raises(CaseOpen):
        await office.refund(placed)
    async with office.store.transaction() as session:
        with pytest.raises(CaseOpen):
            await commands.retry_case(session, case_id=failed.id, now=now)
        with pytest.raises(CaseOpen):
            await commands.settle_case(session, case_id=failed.id, bank_reference="T", **two)
    for case in held:
        assert await given_back(office) == 10_000
        async with office.store.transaction() as session:
            await commands.settle_case(session, case_id=case.id, **two)
        await soon(office, 2)
    assert await given_back(office) == 30_000, "it goes on"
    payment = await seen(office, placed)
    assert (status(payment), payment.refunds[0].failure) == ("PARTLY_REFUNDED", "")
    assert await office.holds()


@pytest.mark.parametrize("won", [True, False])
@pytest.mark.parametrize("closed_first", [True, False])
async def test_a_claim_in_another_currency_ends_when_the_bank_decides_for_the_partner(
    office: Office, won: bool, closed_first: bool
) -> None:
    placed = await sold(office)
    office.books = Refusing(office.books, "refunds")
    await office.refund(placed)
    office.books.refused.clear()
    claim = {"key": await call_of(office, placed), "dispute": uuid4().hex, "amount": 5, "currency": "USD"}
    told: list[dict[str, Any]] = [{"kind": "dispute.opened"}, {"kind": "dispute.closed", "won": won}]
    for one in reversed(told) if closed_first else told:
        await tell(office, **one, **claim)
    await soon(office, 2)
    assert await given_back(office) == (36_000 if won else 0)
    assert [case.kind for case in await open_cases(office, placed) if case.kind in HOLDING] == (
        [] if won else ["charged_beyond"]
    )
    assert await office.holds()


async def test_a_refund_told_of_as_made_after_it_was_refused_is_not_sent_again(office: Office) -> None:
    placed = await sold(office)
    office.books = Refusing(office.books, "refunds")
    await office.refund(placed)
    office.books.refused.clear()
    await tell(office, "call.finished", key=await call_of(office, placed, "refund"), approved=True, reference="r")
    await soon(office, 3)
    assert await given_back(office) == 0
    failed, contradicted = await open_cases(office, placed)
    two: dict[str, Any] = {"resolution": "x", "by": uuid4(), "approved_by": uuid4(), "now": datetime.now(UTC)}
    async with office.store.transaction() as session:  # the provider shows that it made it
        await commands.settle_case(session, case_id=failed.id, bank_reference="T", **two)
        await commands.settle_case(session, case_id=contradicted.id, **two)
    await soon(office, 3)
    assert await given_back(office) == 0
    assert status(await seen(office, placed)) == "REFUNDED"
    assert await office.holds()


async def test_what_cannot_be_booked_is_a_case_once_and_taken(office: Office) -> None:
    placed = await sold(office)
    data = {
        "key": await call_of(office, placed), "reason": "r", "dispute": "dp_of_no_size", "amount": 2**63,
        "currency": "CNY",
    }  # fmt: skip
    for news in (True, False):
        body = orjson.dumps({"type": "dispute.opened", "data": data})
        assert await office.webhook(DueWebhook(0, "evt_of_no_size", body)) == news
    (case,) = await open_cases(office, placed)
    assert case.kind == "contradicted" and "could not be booked" in case.detail
    assert (await office.pay())[1] == ["open cases hold 324.00 CNY until they are settled"]
    assert await office.holds()


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
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_a_provider_tells_is_booked_or_a_case_or_refused_as_unfit(
    office: Office, told: list[dict[str, Any]]
) -> None:
    """Nothing is a fault: what is a fault once is one for ever, because the provider tells it again."""
    orders = [await sold(office), await sold(office)]
    for placed in orders:
        await office.refund(placed, 1_000)
    names = uuid4().hex
    for one in told:
        key = await call_of(office, orders[one["order"]], one["step"])
        data = {
            "key": key, "reason": "r", "dispute": one["dispute"] + names, "amount": one["amount"],
            "currency": one["currency"], "won": one["won"], "approved": one["approved"], "reference": "x",
        }  # fmt: skip
        body = json.dumps({"type": one["kind"], "data": data}).encode()  # numbers beyond 64 bits, too
        due = DueWebhook(0, f"evt_{uuid4().hex}", body)
        with suppress(Invalid, NotFound):
            await office.webhook(due)
        assert await office.holds()


async def test_a_complaint_that_was_upheld_proposes_its_refund_once(office: Office) -> None:
    placed = await sold(office)
    about = {"complaint_id": str(uuid4()), "order_id": placed.order_id, "partner_id": placed.partner_id}
    decided = ComplaintDecided(**about, version=3, upheld=True)
    for _ in range(2):
        await office.hear(handlers.on_complaint_decided, decided)
    async with office.store.transaction() as session:
        (proposal,) = await proposals.page(session, "proposed", None, 10)
    act = pb.ProposedAct.FromString(proposal.act)
    assert (act.refund_order.order_id, proposal.proposed_by) == (placed.order_id, None)
    assert status(await seen(office, placed)) == "CAPTURED", "an operator decides"


async def test_payouts_stop_after_three_returns_and_a_new_account_starts_them(office: Office) -> None:
    await sold(office)
    office.books.sandbox.faults = Faults(bank_return=1)
    for _ in range(3):
        assert (await office.pay())[0] == [32_400]
        await office.webhooks()
    paid, held = await office.pay()
    assert paid == [] and "3 payouts in a row came back (the bank sent it back)" in held[0]
    assert (await kinds(office)).count("payout") == 3
    async with office.store.transaction() as session:
        (case,) = [
            one for one in await cases.page(session, False, None, 10) if one.partner_id in (None, office.partner)
        ]
    assert (case.kind, case.subject_id) == ("payouts_stopped", office.partner)
    office.books.sandbox.faults = Faults()
    replaced = BankAccount(holder="x", number="6200999", bank_code="1")
    await office.hear(
        handlers.on_bank_account,
        BankAccountRegistered(partner_id=str(office.partner), account=replaced, version=2),
    )
    async with office.store.transaction() as session:
        assert await cases.page(session, False, None, 10) == []
    assert await office.pay() == ([32_400], [])


async def test_a_person_lets_payouts_go_on_after_returns(office: Office) -> None:
    await sold(office)
    office.books.sandbox.faults = Faults(refuse_payout=1)
    for _ in range(3):
        await office.pay()
    assert "in a row came back" in (await office.pay())[1][0]
    office.books.sandbox.faults = Faults()
    async with office.store.transaction() as session:
        (case,) = await cases.page(session, False, None, 10)
        await commands.settle_case(
            session, case_id=case.id, resolution="the bank was closed", by=uuid4(), now=datetime.now(UTC)
        )
    assert await office.pay() == ([32_400], [])


class UndoError(Exception):
    """Takes a transaction back."""


async def test_secrets_are_rotated_without_a_webhook_that_is_not_believed(office: Office) -> None:
    new = "whsec_" + base64.b64encode(b"another secret of the tests only").decode()
    await sold(office)
    office.books.sandbox.faults = Faults(bank_return=1)
    await office.pay()
    (due,) = office.books.sandbox.due_webhooks()

    async def take(ours: str, theirs: str) -> bool:
        """Is it believed? What it says is undone, so that it is news each time."""
        news = False
        with suppress(UndoError):
            async with office.store.transaction() as session:
                news = await webhooks.receive(session, ours, signed(theirs, due), due.body, datetime.now(UTC))
                raise UndoError
        return news

    for ours, theirs in (
        (SECRET, SECRET), (f"{SECRET} {new}", SECRET), (f"{SECRET} {new}", new), (f"{new} {SECRET}", SECRET),
        (new, new), (new, f"{SECRET} {new}"), (SECRET, f"{SECRET} {new}"),
    ):  # fmt: skip
        assert await take(ours, theirs), (ours, theirs)
    for ours, theirs in ((SECRET, new), (new, SECRET)):
        with pytest.raises(Unauthenticated):
            await take(ours, theirs)


async def test_what_is_owed_and_does_not_move_for_a_day_is_a_break(office: Office) -> None:
    placed, unpaid = await sold(office), await office.place(5_000)
    office.books = Refusing(office.books, "refunds", "captures")
    await office.fulfil(unpaid)
    await office.refund(placed)
    assert await reconciled(office) == []
    owner_moves = "UPDATE refund SET asked_at = asked_at - interval '2 days'"
    owner = Database(office.owner_url)
    async with owner.transaction() as session:
        await session.execute(text(owner_moves))
    await owner.close()
    await office.pass_days(2)
    assert sorted(await reconciled(office)) == ["capture_overdue", "refund_overdue"]
    office.books.refused.clear()
    await soon(office)
    assert await reconciled(office) == []
