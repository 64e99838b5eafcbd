"""The books: periods, late entries, exchanges, seals, evidence, risk. On real PostgreSQL."""

import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from chassis.database import Database
from chassis.ids import new_id
from chassis.pages import beginning
from chassis.refusals import Invalid, NotFound
from chassis.wire import timestamp
from hypothesis import given
from hypothesis import strategies as st
from settlement import app, commands, handlers
from settlement.api import Resources
from settlement.domain.books import (
    PeriodNotOver,
    PeriodOutOfTurn,
    RateDiffers,
    bought_at,
    check_turn,
    exchanged,
    month_start,
    next_month,
    parse_rate,
)
from settlement.domain.invoices import PaidOtherwise, PaidTooMuch
from settlement.domain.ledger import JournalEntry, Posting, invoiced
from settlement.domain.payout_terms import Terms
from settlement.store import books, checks, ledger
from settlement.tables import RiskTierRow
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.consent.v1.api_pb2 import ConsentEnd
from yima.consent.v1.events_pb2 import ConsentEnded, ConsentGranted, ConsentRevoked, DecisionsTold, ToldDecision
from yima.ordering.v1.events_pb2 import ServiceProven
from yima.settlement.v1.events_pb2 import DisputeOpened

from services.settlement.tests.harness import Harness, a_harness

pytestmark = pytest.mark.anyio
SERVICE = "settlement"


@pytest.fixture
async def harness(own_database: str, tmp_path: Path) -> AsyncGenerator[Harness]:
    """An harness whose database is its own: what is closed or sealed is so for all."""
    async with a_harness(Harness, own_database, tmp_path) as new_harness:
        yield new_harness


ZONE = ZoneInfo("Asia/Shanghai")
CITY = ("bank:cash", "platform:commission")


async def enter(store: Database, minor: int, at: datetime | None = None, currency: str = "CNY") -> UUID:
    """An entry of what happened at `at`."""
    moved = (Posting(CITY[0], minor, currency), Posting(CITY[1], -minor, currency))
    entry = JournalEntry(new_id(), "test", f"test:{uuid4()}", moved, effective_at=at)
    async with store.transaction() as session:
        await ledger.append(session, [entry], datetime.now(UTC))
    return entry.id


async def close(store: Database, month: str) -> None:
    async with store.transaction() as session:
        await commands.close_period(session, month=month, zone=ZONE, by=uuid4(), now=datetime.now(UTC))


def last_month(back: int = 1) -> str:
    day = datetime.now(ZONE).replace(day=1)
    for _ in range(back):
        day = (day - timedelta(days=1)).replace(day=1)
    return f"{day:%Y-%m}"


async def test_what_comes_late_into_a_closed_month_counts_in_the_next_and_says_so(harness: Harness) -> None:
    store, month = harness.store, last_month()
    within = month_start(month, ZONE) + timedelta(days=3)
    await enter(store, 100, within)
    await close(store, month)
    late = await enter(store, 50, within)
    on_time = await enter(store, 7)
    end = next_month(month_start(month, ZONE))
    async with store.transaction() as session:
        row, _ = await ledger.entry(session, late)
        assert (row.effective_at, row.late_for) == (end, within)
        row, _ = await ledger.entry(session, on_time)
        assert row.late_for is None
        closing = await books.closing_balances(session, end, 10)
        assert {balance.account: balance.balance_minor for balance in closing} == {CITY[0]: 100, CITY[1]: -100}
    assert await harness.holds()


async def test_an_order_fulfilled_before_the_close_and_heard_of_after_it_is_late(harness: Harness) -> None:
    placed = await harness.place()
    fulfilled_at = month_start(last_month(), ZONE) + timedelta(days=20)
    await close(harness.store, last_month())
    await harness.fulfil(placed, at=fulfilled_at)
    async with harness.store.transaction() as session:
        entries = await ledger.entries(session, UUID(placed.order_id), None, 10)
    assert [entry.late_for for entry, _ in entries if entry.kind == "order-fulfilled"] == [fulfilled_at]
    assert await harness.holds()


async def test_months_are_closed_in_their_order_once_and_when_they_are_over(harness: Harness) -> None:
    store = harness.store
    with pytest.raises(PeriodNotOver):
        await close(store, f"{datetime.now(ZONE):%Y-%m}")
    for before_all in ("2000-01", last_month(4), last_month(2)):
        with pytest.raises(PeriodOutOfTurn, match=f"begin with {last_month(1)}"):
            await close(store, before_all)
    await enter(store, 100, month_start(last_month(3), ZONE) + timedelta(days=20))
    for before_all in ("2000-01", last_month(4)):
        with pytest.raises(PeriodOutOfTurn, match=f"begin with {last_month(3)}"):
            await close(store, before_all)
    await close(store, last_month(3))
    for month in (last_month(1), last_month(3), last_month(4)):
        with pytest.raises(PeriodOutOfTurn, match=last_month(2)):
            await close(store, month)
    await close(store, last_month(2))
    for nonsense in ("", "2026-13", "2026-1", "november", "2026-10-01"):
        with pytest.raises(Invalid, match="month"):
            await close(store, nonsense)


@given(st.integers(2020, 2090), st.integers(1, 12), st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "UTC"]))
def test_months_follow_one_another_without_gap_or_overlap(year: int, month: int, zone: str) -> None:
    start = month_start(f"{year}-{month:02}", ZoneInfo(zone))
    end = next_month(start)
    assert (end.day, end.hour) == (1, 0)
    assert timedelta(days=28) <= end.replace(tzinfo=UTC) - start.replace(tzinfo=UTC) <= timedelta(days=31)
    check_turn(end, next_month(end), end, next_month(end))


async def test_a_closed_period_is_changed_by_nobody(harness: Harness) -> None:
    await enter(harness.store, 5, month_start(last_month(), ZONE))
    await close(harness.store, last_month())
    owner = Database(harness.owner_url)
    for statement in ("UPDATE accounting_period SET entries = 0", "DELETE FROM period_balance"):
        with pytest.raises(DBAPIError, match="only ever added to"):
            async with owner.transaction() as session:
                await session.execute(text(statement))
    await owner.close()


async def exchange(store: Database, sold: tuple[int, str], bought: tuple[int, str], rate: str, **what: str) -> None:
    async with store.transaction() as session:
        await commands.exchange_money(
            session, account=what.get("account", "bank:cash"), sold=sold, bought=bought, rate=rate,
            reason=what.get("reason", "to pay a supplier abroad"), by=uuid4(), approved_by=uuid4(),
            now=datetime.now(UTC),
        )  # fmt: skip


async def test_an_exchange_is_its_own_entry_and_every_currency_sums_to_zero(harness: Harness) -> None:
    await enter(harness.store, 100_000)
    await exchange(harness.store, (72_000, "CNY"), (10_000, "USD"), "0.138888889")
    async with harness.store.transaction() as session:
        balances = {(balance[0], balance[1]): balance[2] for balance in await ledger.balances(session, "%", 10)}
    assert balances[("bank:cash", "CNY")] == 28_000
    assert balances[("bank:cash", "USD")] == 10_000
    assert balances[("exchange:CNY/USD", "CNY")] == 72_000
    assert balances[("exchange:CNY/USD", "USD")] == -10_000
    assert await harness.holds()


async def test_an_exchange_at_another_rate_or_of_one_currency_is_refused_and_nothing_is_written(
    harness: Harness,
) -> None:
    with pytest.raises(RateDiffers, match="10000"):
        await exchange(harness.store, (72_000, "CNY"), (10_500, "USD"), "0.138888889")
    for sold, bought, rate, where, field in (
        ((100, "CNY"), (100, "CNY"), "1", "bank:cash", "bought.currency"),
        ((0, "CNY"), (100, "USD"), "1", "bank:cash", "sold"),
        ((100, "CNY"), (100, "USD"), "-1", "bank:cash", "rate"),
        ((100, "CNY"), (100, "USD"), "0", "bank:cash", "rate"),
        ((100, "CNY"), (100, "USD"), "1e3", "bank:cash", "rate"),
        ((100, "CNY"), (100, "USD"), "1", "platform:commission", "account"),
    ):
        with pytest.raises(Invalid, match=field):
            await exchange(harness.store, sold, bought, rate, account=where)
    with pytest.raises(Invalid, match="reason"):
        await exchange(harness.store, (100, "CNY"), (100, "USD"), "1", reason=" ")
    async with harness.store.transaction() as session:
        assert not await ledger.balances(session, "%", 10)


async def test_no_entry_but_an_exchange_is_of_two_currencies(harness: Harness) -> None:
    pair = (
        Posting("bank:cash", 1, "CNY"),
        Posting("x", -1, "CNY"),
        Posting("bank:cash", 1, "USD"),
        Posting("x", -1, "USD"),
    )
    with pytest.raises(DBAPIError, match="several currencies"):
        async with harness.store.transaction() as session:
            await ledger.append(session, [JournalEntry(new_id(), "refund", "x", pair)], datetime.now(UTC))


@given(st.integers(1, 10**12), st.decimals("0.000001", "100000", places=6))
def test_what_was_bought_is_even_in_both_currencies_at_any_rate(sold: int, rate: Decimal) -> None:
    bought = bought_at(rate, sold, "CNY", "JPY")
    exact = Decimal(sold) / 100 * rate
    assert abs(bought - exact) <= Decimal("0.5")
    if bought:
        entry = exchanged(new_id(), "x", "bank:cash", (sold, "CNY"), (bought, "JPY"), parse_rate(f"{rate:f}"))
        assert len({posting.account for posting in entry.postings}) == 2


async def seal(store: Database) -> None:
    await app.seal_ledger(store, Resources(None))  # type: ignore[arg-type] # the provider has no part in it


async def test_sealed_chains_hold_and_grow_by_what_was_added(harness: Harness) -> None:
    await seal(harness.store)
    placed = await harness.place()
    await harness.fulfil(placed)
    await seal(harness.store)
    await seal(harness.store)
    await harness.refund(placed, 100)
    await seal(harness.store)
    async with harness.store.transaction() as session:
        partner = await books.seals(session, f"partner:{harness.partner}", beginning(10))
        city = await books.seals(session, "city", beginning(10))
    assert [link.number for link in partner] == [2, 1]
    assert partner[0].previous == partner[1].hash
    assert partner[1].previous == b""
    assert [link.number for link in city] == [2, 1]
    assert await harness.holds()


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        ("UPDATE posting SET amount_minor = amount_minor - 1 WHERE account LIKE 'partner%'", "partner:"),
        ("UPDATE journal_entry SET reference = reference || '!'", "chain is broken: city at link 1"),
        ("UPDATE journal_entry SET effective_at = effective_at - interval '1 day'", "chain is broken: city at link 1"),
        ("UPDATE seal SET hash = sha256('x') WHERE number = 1", "at link 1"),
        ("DELETE FROM seal WHERE number = 1", "at link 2"),
    ],
)
async def test_whoever_changes_what_was_sealed_is_found_out(harness: Harness, tampering: str, fault: str) -> None:
    for _ in range(2):
        await harness.fulfil(await harness.place())
        await seal(harness.store)
    owner = Database(harness.owner_url)
    async with owner.transaction() as session:
        for table in ("posting", "journal_entry", "seal"):
            await session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        await session.execute(text(tampering))
    await owner.close()
    async with harness.store.transaction() as session:
        broken = (await checks.check(session)).broken["chains_hold"]
    assert any(fault in f"chain is broken: {message}" for message in broken), broken


async def test_a_line_that_was_split_otherwise_than_by_its_frozen_plan_is_found_out(harness: Harness) -> None:
    placed = await harness.place()
    assert await harness.holds()
    async with harness.store.transaction() as session:
        await session.execute(text("UPDATE part SET amount_minor = amount_minor + 1 WHERE place = 0"))
        await session.execute(text("UPDATE part SET amount_minor = amount_minor - 1 WHERE place = 1"))
    async with harness.store.transaction() as session:
        check = await commands.check_ledger(session)
    line = placed.lines[0].order_line_id
    assert check.findings == [f"a line's parts are not what its frozen plan comes to: {line}"]


async def test_a_check_is_kept_to_be_measured_and_fails_where_the_ledger_does_not_hold(harness: Harness) -> None:
    await harness.fulfil(await harness.place())
    assert "hold" in await app.check_ledger(harness.store, Resources(None))  # type: ignore[arg-type]
    async with harness.store.transaction() as session:
        checked_at, violations = await checks.last(session)
    assert checked_at is not None
    assert violations.keys() == {invariant.name for invariant in (*checks.INVARIANTS, checks.SPLITS)} | {"sum_is_zero"}
    assert not any(violations.values())


async def test_a_dispute_s_evidence_is_the_whole_chain_and_stays_as_it_was_decided_on(harness: Harness) -> None:
    placed = await harness.place()
    line = placed.lines[0].order_line_id
    consent_id, proof_id, now = str(uuid4()), str(uuid4()), timestamp(datetime.now(UTC))
    ended = ConsentEnded(
        consent_id=str(uuid4()),
        order_id=placed.order_id,
        ended_at=now,
        because=ConsentEnd.CONSENT_END_GUARDIANSHIP_ENDED,
    )
    await harness.hear(
        handlers.on_consent_granted,
        *(
            ConsentGranted(
                consent_id=granted,
                order_id=placed.order_id,
                order_line_id=line,
                expires_at=now,
                artefact_hash=b"\x17" * 32,
            )
            for granted in (consent_id, ended.consent_id)
        ),
    )
    await harness.hear(handlers.on_consent_ended, ended)
    revoked = ConsentRevoked(consent_id=consent_id, order_id=placed.order_id, revoked_at=now)
    await harness.hear(handlers.on_consent_revoked, revoked)
    await harness.hear(
        handlers.on_service_proven,
        ServiceProven(order_line_id=line, proof_id=proof_id, scan_id=str(uuid4()), proven_at=now),
    )
    await harness.fulfil(placed)
    await seal(harness.store)
    dispute_id = await harness.dispute(placed)
    async with harness.store.transaction() as session:
        row, frozen = await commands.evidence_of(
            session, dispute_id=dispute_id, partner_id=harness.partner, now=datetime.now(UTC)
        )
        assert not frozen
        with pytest.raises(NotFound):
            await commands.evidence_of(session, dispute_id=dispute_id, partner_id=uuid4(), now=datetime.now(UTC))
    evidence = json.loads(row.content)
    assert evidence["lines"][0]["proof"]["proof_id"] == proof_id
    consents = {consent["consent_id"]: consent for consent in evidence["lines"][0]["consents"]}
    assert {consent["artefact_hash"] for consent in consents.values()} == {"17" * 32}
    assert consents[consent_id]["revoked_at"] and consents[consent_id]["ended_at"] is None
    assert consents[ended.consent_id]["ended_at"] and consents[ended.consent_id]["revoked_at"] is None
    assert consents[ended.consent_id]["ended_because"] == "GUARDIANSHIP_ENDED"
    assert {entry["kind"] for entry in evidence["entries"]} == {"order-fulfilled", "payment-captured", "dispute-opened"}
    assert {call["step"] for call in evidence["provider"]} == {"authorise", "capture"}
    await harness.decide(dispute_id, for_partner=False)
    async with harness.store.transaction() as session:
        kept, frozen = await commands.evidence_of(
            session, dispute_id=dispute_id, partner_id=None, now=datetime.now(UTC)
        )
    assert frozen
    assert kept.content == row.content
    assert placed.resident_id not in kept.content.decode()


async def evidence(harness: Harness, dispute_id: UUID) -> tuple[dict[str, Any], bool]:
    """A dispute's evidence, and whether it is what the dispute was decided on."""
    async with harness.store.transaction() as session:
        row, frozen = await commands.evidence_of(session, dispute_id=dispute_id, partner_id=None, now=datetime.now(UTC))
    return json.loads(row.content), frozen


def answer(dispute_id: UUID, *decisions: ToldDecision, left_out: bool = False) -> DecisionsTold:
    return DecisionsTold(dispute_id=str(dispute_id), decisions=decisions, left_out=left_out)


def decision(position: int, **more: Any) -> ToldDecision:
    return ToldDecision(
        position=position,
        hash=b"\x17" * 32,
        decided_at=timestamp(datetime.now(UTC)),
        purpose="TREAT",
        access_mode=1,  # type: ignore[arg-type]
        grantee_id=str(uuid4()),
        **more,
    )


async def test_who_asks_for_evidence_is_told_who_was_let_at_the_data_or_that_consent_has_not_answered(
    harness: Harness,
) -> None:
    placed = await harness.place()
    await harness.fulfil(placed)
    dispute_id = await harness.dispute(placed)
    async with harness.store.transaction() as session:
        payloads = await session.scalars(
            text("SELECT payload FROM outbox WHERE type = 'yima.settlement.v1.DisputeOpened' AND subject LIKE :order"),
            {"order": f"%{placed.order_id}"},
        )
        (opened,) = map(DisputeOpened.FromString, payloads)
    assert (opened.dispute_id, opened.order_id, opened.amount.minor) == (str(dispute_id), placed.order_id, 36_000)
    assert (await evidence(harness, dispute_id))[0]["decisions"] == {"answered": False}
    consent_id = str(uuid4())
    permitted = decision(7, permitted=True, reason=1, consent_id=consent_id)
    refused = decision(9, reason=7)
    newer = decision(11, reason=99)
    first = answer(dispute_id, permitted, refused, newer, left_out=True)
    for decisions_told in (first, answer(dispute_id)):  # another answer about it changes nothing
        await harness.hear(handlers.on_decisions_told, decisions_told, decisions_told)
    decisions = (await evidence(harness, dispute_id))[0]["decisions"]
    assert (decisions["answered"], decisions["left_out"]) == (True, True)
    seen = [(entry["position"], entry["permitted"], entry["reason"], entry["consent_id"]) for entry in decisions["log"]]
    assert seen == [
        (7, True, "CONSENT_IN_FORCE", consent_id),
        (9, False, "OTHER_INFORMATION_TYPE", None),
        (11, False, "99", None),
    ]
    assert {(entry["hash"], entry["purpose"], entry["access_mode"]) for entry in decisions["log"]} == {
        ("17" * 32, "TREAT", "VIEW")
    }


@pytest.mark.parametrize("in_time", [True, False])
async def test_what_consent_says_after_the_decision_does_not_change_what_was_decided_on(
    harness: Harness, in_time: bool
) -> None:
    placed = await harness.place()
    await harness.fulfil(placed)
    dispute_id = await harness.dispute(placed)
    if in_time:
        await harness.hear(handlers.on_decisions_told, answer(dispute_id, decision(7)))
    before, _ = await evidence(harness, dispute_id)
    await harness.decide(dispute_id, for_partner=True)
    await harness.hear(handlers.on_decisions_told, answer(dispute_id, decision(7), decision(9)))
    kept, frozen = await evidence(harness, dispute_id)
    assert frozen
    assert kept == before
    assert kept["decisions"]["answered"] is in_time


async def test_what_consent_told_of_a_dispute_is_changed_by_nobody(harness: Harness) -> None:
    placed = await harness.place()
    await harness.fulfil(placed)
    await harness.hear(handlers.on_decisions_told, answer(await harness.dispute(placed), decision(7)))
    owner = Database(harness.owner_url)
    for statement in ("UPDATE dispute_decisions SET told = ''", "DELETE FROM dispute_decisions"):
        with pytest.raises(DBAPIError, match="only ever added to"):
            async with owner.transaction() as session:
                await session.execute(text(statement))
        with pytest.raises(DBAPIError, match="permission denied"):
            async with harness.store.transaction() as session:
                await session.execute(text(statement))
    await owner.close()


async def test_the_stricter_of_agreement_and_risk_holds(harness: Harness) -> None:
    await harness.fulfil(await harness.place(10_000))
    async with harness.store.transaction() as session:
        tier = RiskTierRow(name="high", hold_days=0, reserve_basis_points=3_000, reserve_days=30)
        await commands.put_risk_tier(session, tier=tier, approved_by=uuid4())
        agreed = Terms(reserve_basis_points=1_000, reserve_days=60)
        await commands.set_payout_terms(
            session, partner_id=harness.partner, terms=agreed, risk_tier="high", by=uuid4(), now=datetime.now(UTC)
        )
    assert await harness.pay() == ([6_300], [])
    assert await harness.balance(f"partner:{harness.partner}:reserve") == -2_700


async def test_a_tier_nobody_knows_or_that_asks_for_too_much_is_refused(harness: Harness) -> None:
    async with harness.store.transaction() as session:
        with pytest.raises(Invalid, match="risk_tier"):
            await commands.set_payout_terms(
                session, partner_id=harness.partner, terms=Terms(), risk_tier="wild", by=uuid4(), now=datetime.now(UTC)
            )
        for name, days, points, field in (
            ("A b", 0, 0, "name"),
            ("x", 366, 0, "hold_days"),
            ("x", 0, 10_001, "reserve"),
        ):
            with pytest.raises(Invalid, match=field):
                tier = RiskTierRow(name=name, hold_days=days, reserve_basis_points=points, reserve_days=0)
                await commands.put_risk_tier(session, tier=tier)


async def test_an_invoice_is_paid_in_parts_each_once_and_never_above(harness: Harness) -> None:
    placed = await harness.place(10_000)
    await harness.fulfil(placed)
    await harness.pay()
    await harness.refund(placed)
    async with harness.store.transaction() as session:
        invoice = await commands.issue_invoice(
            session, partner_id=harness.partner, currency="CNY", by=uuid4(), approved_by=uuid4(), now=datetime.now(UTC)
        )

    async def pay(minor: int, reference: str, currency: str = "CNY", later: int = 0) -> int:
        now = datetime.now(UTC)
        async with harness.store.transaction() as session:
            paid = await commands.record_invoice_payment(
                session, invoice_id=invoice.id, amount=(minor, currency), bank_reference=reference,
                paid_at=now + timedelta(days=later), zone=UTC, by=uuid4(), approved_by=uuid4(), now=now,
            )  # fmt: skip
            return paid.paid_minor

    assert await pay(4_000, "T-1") == 4_000
    assert await pay(4_000, "T-1") == 4_000
    with pytest.raises(PaidOtherwise):
        await pay(4_001, "T-1")
    with pytest.raises(PaidTooMuch, match="5000"):
        await pay(5_001, "T-2")
    for what, field in (
        ((1, "T-3", "USD"), "currency"),
        ((1, " "), "bank_reference"),
        ((1, "T-4", "CNY", 1), "paid_at"),
    ):
        with pytest.raises(Invalid, match=field):
            await pay(*what)
    assert await pay(5_000, "T-2") == 9_000
    assert await harness.balance(invoiced(harness.partner)) == 0
    assert await harness.holds()
