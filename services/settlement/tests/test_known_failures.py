"""Failures that others' money had after the sale, each made impossible here: a test a row, named after its thread.

The rows are 1 to 10 and 23 of the list of failures this marketplace was designed against; the threads are of public
trackers. Everything runs through settlement's own commands, handlers and HTTP interface, on real PostgreSQL and on the
sandbox provider's own books.
"""

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.refusals import Invalid
from devstack.samples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from settlement import app, commands, handlers
from settlement.api import Resources
from settlement.commands import measures
from settlement.domain import splits
from settlement.domain.invoices import NoDebt
from settlement.domain.ledger import invoiced, payable, reserve
from settlement.domain.proposals import SamePerson
from settlement.domain.refunds import NothingTaken
from settlement.domain.splits import RefundTooLarge
from settlement.provider.sandbox.books import Faults, Sandbox
from settlement.store import payments
from settlement.store import splits as splits_store
from sqlalchemy import text
from yima.common.v1.types_pb2 import Money
from yima.partners.v1.api_pb2 import BankAccount
from yima.partners.v1.events_pb2 import BankAccountRegistered, ContractSigned
from yima.settlement.v1 import events_pb2 as events_pb
from yima.settlement.v1.split_pb2 import Share, SplitPlan

from bench import provider_soak
from bench.provider_soak import EVERY_FAULT, Soak
from services.settlement.tests.bank_harness import BankHarness, Booking
from services.settlement.tests.harness import Harness, a_harness, open_for_business
from services.settlement.tests.statement_harness import StatementHarness, said

pytestmark = pytest.mark.anyio
SERVICE = "settlement"


async def test_a_refund_after_a_payout_does_not_break_the_next_payout(harness: Harness) -> None:
    """Row 1, polar#4428: a refund after a payout broke the next payout."""
    first = await harness.place()
    await harness.fulfil(first)
    await harness.pay()
    await harness.refund(first)
    assert await harness.owed() == -32_400
    paid, held = await harness.pay()
    assert not paid and "owes" in held[0]
    for _ in range(2):
        await harness.fulfil(await harness.place())
    assert await harness.pay() == ([32_400], [])
    assert await harness.owed() == 0
    assert await harness.holds()


async def test_a_debt_no_payout_can_net_is_drawn_from_the_reserve_then_invoiced(harness: Harness) -> None:
    """Row 1, polar#4428: a refund after a payout broke the next payout."""
    await harness.agree(reserve_basis_points=1_000, reserve_days=30)
    first, second = await harness.place(), await harness.place()
    for placed in (first, second):
        await harness.fulfil(placed)
    assert await harness.pay() == ([58_320], [])
    await harness.refund(first, 5_000)
    paid, held = await harness.pay()
    assert not paid and held == ["nothing is due"], "the reserve paid the whole debt"
    assert await harness.balance(reserve(harness.partner)) == -1_980
    await harness.refund(first)
    _, held = await harness.pay()
    assert "owes" in held[0]
    assert await harness.balance(reserve(harness.partner)) == 0
    async with harness.store.transaction() as session:
        invoice = await commands.issue_invoice(
            session, partner_id=harness.partner, currency="CNY", by=uuid4(), approved_by=uuid4(), now=datetime.now(UTC)
        )
    assert invoice.amount_minor == 27_900 - 1_980 == await harness.balance(invoiced(harness.partner))
    assert await harness.owed() == 0
    with pytest.raises(NoDebt):
        async with harness.store.transaction() as session:
            await commands.issue_invoice(
                session,
                partner_id=harness.partner,
                currency="CNY",
                by=uuid4(),
                approved_by=uuid4(),
                now=datetime.now(UTC),
            )
    assert await harness.holds()


@given(st.lists(st.tuples(st.sampled_from(["sell", "refund", "pay"]), st.integers(1, 50_000)), min_size=3, max_size=10))
@settings(
    max_examples=examples(20),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_refunds_and_payouts_in_any_order_pay_a_partner_what_it_earned_and_no_more(
    harness: Harness, steps: list[tuple[str, int]]
) -> None:
    """Row 1, polar#4428: a refund after a payout broke the next payout."""
    harness.partner = uuid4()
    await open_for_business(harness)
    orders, paid = [], 0
    for what, minor in steps:
        if what == "sell":
            orders.append(await harness.place(minor))
            await harness.fulfil(orders[-1])
        elif what == "pay":
            paid += sum((await harness.pay())[0])
        elif orders:
            with contextlib.suppress(NothingTaken, RefundTooLarge):
                await harness.refund(orders[minor % len(orders)], minor)
    async with harness.store.transaction() as session:
        earned = await session.scalar(EARNED, {"partner": harness.partner})
    owed = await harness.owed()
    assert paid + owed == earned
    assert (await harness.pay())[0] == ([owed] if owed > 0 else [])
    assert await harness.holds()


# What of an order's parts is the partner's in the end, from the parts themselves and not from the ledger.
EARNED = text(
    """
    SELECT coalesce(sum(part.amount_minor - part.refunded_minor), 0)::bigint
    FROM payment JOIN line_split AS line ON line.payment_id = payment.id AND line.fulfilled
    JOIN part USING (order_line_id)
    WHERE payment.partner_id = :partner AND part.party = 'partner:' || CAST(:partner AS uuid)
    """
)


async def test_a_payout_after_a_reversed_payout_is_the_sum_of_what_it_claims(harness: Harness) -> None:
    """Row 2, polar#9666: a payout after a payout's reversal broke the sum of its parts."""
    await harness.fulfil(await harness.place())
    closed = BankAccount(holder="x", number="6200000", bank_code="1")
    partner_id = str(harness.partner)
    await harness.hear(
        handlers.on_bank_account, BankAccountRegistered(partner_id=partner_id, account=closed, version=2)
    )
    assert await harness.pay() == ([32_400], [])
    assert await harness.owed() == 32_400, "it came back"
    opened = BankAccount(holder="x", number="6200124", bank_code="1")
    await harness.hear(
        handlers.on_bank_account, BankAccountRegistered(partner_id=partner_id, account=opened, version=3)
    )
    assert await harness.pay() == ([32_400], [])
    assert await harness.owed() == 0
    assert await harness.holds()


async def test_a_payout_that_is_reversed_after_it_was_paid_is_paid_again_once(harness: Harness) -> None:
    """Row 2, polar#9666: a payout after a payout's reversal broke the sum of its parts."""
    await harness.fulfil(await harness.place())
    harness.books.sandbox.faults = Faults(bank_return=1, duplicate_webhook=1)
    assert await harness.pay() == ([32_400], [])
    assert await harness.owed() == 0
    assert await harness.webhooks() == [True, False]
    assert await harness.owed() == 32_400
    harness.books.sandbox.faults = Faults()
    assert await harness.pay() == ([32_400], [])
    assert await harness.owed() == 0
    assert await harness.holds()


async def test_a_dispute_is_never_bigger_than_its_payment(harness: Harness) -> None:
    """Row 3, polar#8344: a dispute bigger than the payment, by a rate of exchange nobody had booked."""
    placed = await harness.place()
    await harness.fulfil(placed)
    with pytest.raises(RefundTooLarge):
        await harness.dispute(placed, 36_001)
    with pytest.raises(Invalid, match=r"amount\.currency"):
        await harness.dispute(placed, 100, "USD")
    assert await harness.owed() == 32_400


@pytest.mark.parametrize("for_partner", [True, False])
async def test_what_a_claim_in_another_currency_costs_beyond_its_payment_has_an_account_of_its_own(
    harness: Harness, for_partner: bool
) -> None:
    """Row 3, polar#8344: a dispute bigger than the payment, by a rate of exchange nobody had booked."""
    before = await harness.balance("exchange:differences")
    placed = await harness.place()
    await harness.fulfil(placed)
    async with harness.store.transaction() as session:
        dispute = await commands.open_dispute(
            session, order_id=UUID(placed.order_id), amount=None, claim=commands.Claim((5_000, "USD"), (36_450, "CNY")),
            reason="charged back", by=uuid4(), approved_by=uuid4(), now=datetime.now(UTC),
        )  # fmt: skip
    assert (dispute.amount_minor, dispute.excess_minor) == (36_450, 450)
    assert (dispute.claimed_minor, dispute.claimed_currency) == (5_000, "USD")
    assert await harness.owed() == 0
    await harness.decide(dispute.id, for_partner=for_partner)
    assert await harness.owed() == (32_400 if for_partner else 0)
    assert await harness.balance("exchange:differences") - before == (0 if for_partner else 450)
    assert await harness.holds()


async def test_webhooks_out_of_order_late_and_doubled_have_their_effect_once(harness: Harness) -> None:
    """Row 4, polar#6751 and saleor#14925: webhooks came out of order."""
    harness.books.sandbox.faults = Faults(pending=1, duplicate_webhook=1, webhook_delay_seconds=0)
    orders = [await harness.place() for _ in range(3)]
    await harness.webhooks(shuffled=True)
    assert {await harness.status(placed) for placed in orders} == {"authorised"}
    for placed in orders:
        await harness.fulfil(placed)
    await harness.webhooks(shuffled=True)
    assert {await harness.status(placed) for placed in orders} == {"captured"}
    assert await harness.owed() == 3 * 32_400
    assert await harness.webhooks() == []
    assert await harness.holds()


async def test_every_event_of_a_payment_or_payout_carries_a_number_that_only_grows(harness: Harness) -> None:
    """Row 4, polar#6751 and saleor#14925: who hears events out of order cannot tell the older one."""
    placed = await harness.place()
    await harness.fulfil(placed)
    harness.books.sandbox.faults = Faults(bank_return=1)
    await harness.pay()
    await harness.webhooks()
    for minor in (1, 2):
        await harness.refund(placed, minor)
    async with harness.store.transaction() as session:
        rows = (await session.execute(TOLD, {"order": placed.order_id, "partner": harness.partner})).all()
    numbers: dict[str, list[int]] = {}
    for subject, kind, payload in rows:
        message = getattr(events_pb, kind.rpartition(".")[2]).FromString(payload)
        numbers.setdefault(subject.rpartition(".")[2], []).append(message.version)
    assert sorted(map(len, numbers.values())) == [2, 6]
    assert all(each == sorted(set(each)) and each[0] > 0 for each in numbers.values()), numbers


TOLD = text(
    """
    SELECT subject, type, payload FROM outbox WHERE subject LIKE '%.' || :order
        OR subject IN (SELECT outbox.type || '.' || payout.id FROM payout WHERE partner_id = :partner)
    ORDER BY position
    """
)


async def test_the_sweep_pays_and_says_when_it_last_ran(own_database: str, tmp_path: Path) -> None:
    """Row 5, spree#14606: payouts were never created, because nobody ran the sweep.

    The chart's CronJob runs this task, an alert looks at this measure, and e2e/test_tasks.py waits for the money.
    """
    async with a_harness(Harness, own_database, tmp_path) as harness:
        await harness.fulfil(await harness.place())
        resources = Resources(harness.books)  # type: ignore[arg-type] # it has no report
        await app.measure_ledger(harness.store, resources)
        before = age("swept")
        assert before is not None and before > 0, "where no sweep ever ran, its age is the ledger's"
        assert "1 payouts made" in await app.pay_all(harness.store, resources)
        await harness.provide()
        assert await harness.owed() == 0
        await app.measure_ledger(harness.store, resources)
        after = age("swept")
        assert after is not None and after < 60


def age(what: str) -> float | None:
    """What the measure of ages says now."""
    values = [
        observation.value for observation in measures.ages(None) if (observation.attributes or {}).get("what") == what
    ]
    return float(values[0]) if values else None


async def test_a_partial_capture_owes_each_party_its_part_of_what_was_taken(harness: Harness) -> None:
    """Row 6, spree#14622: twelve defects that only a provider which misbehaves brought to light."""
    harness.books.sandbox.faults = Faults(partial_capture=1)
    placed = await harness.place()
    await harness.fulfil(placed)
    assert await harness.status(placed) == "captured"
    assert await harness.owed() == 29_160, "nine tenths"
    with pytest.raises(RefundTooLarge):
        await harness.refund(placed, 32_401)
    await harness.refund(placed)
    assert await harness.owed() == 0
    assert await harness.holds()


async def test_orders_through_a_provider_that_does_everything_wrong_leave_no_drift(
    own_database: str, tmp_path: Path
) -> None:
    """Row 6, spree#14622: twelve defects that only a run through a real provider showed. `make faults` has
    the whole system go through one."""
    store, sandbox = (
        Database(own_database),
        Sandbox(tmp_path / "books.sqlite", EVERY_FAULT.model_copy(update={"bank_return": 0.5})),
    )
    run = Soak(store, provider_soak.Books(sandbox), partners=4, seed=7)
    await run.open()
    for _ in range(3):
        await run.trouble(await run.sell(40))
    await run.pay()
    assert await run.verdict() == []
    assert run.happened["provider: payout-return"] and run.happened["disputes"] and run.happened["refunds"]
    sandbox.close()
    await store.close()


async def test_a_refund_reverses_at_the_commission_of_its_own_capture(harness: Harness) -> None:
    """Row 7, tezgah#144: a refund reversed at a blended commission, not the capture's own."""
    placed = await harness.place(10_001)
    await harness.fulfil(placed)
    other = SplitPlan(id=str(uuid4()), version=2, shares=[Share(party="platform", basis_points=5_000)])
    signed = ContractSigned(contract_id=str(uuid4()), partner_id=str(harness.partner), split_plan=other)
    await harness.hear(handlers.on_contract_signed, signed)
    for part in (1, 3_333, 6_667):
        await harness.refund(placed, part)
    assert await harness.owed() == 0
    assert await harness.status(placed) == "refunded"
    with pytest.raises(NothingTaken):
        await harness.refund(placed, 1)
    assert await harness.holds()


@pytest.mark.parametrize(
    ("liability", "owed", "commission"),
    [("PRO_RATA", 0, 0), ("PARTNER", -3_600, 2_880), ("PLATFORM", 32_400, 2_880 - 36_000)],
)
async def test_the_contract_says_who_bears_the_commission_of_a_refund(
    harness: Harness, liability: str, owed: int, commission: int
) -> None:
    """Row 8, dokan#2267: who bears the commission when the seller refunds?"""
    plan = SplitPlan(id=str(uuid4()), version=2, refund_liability=f"REFUND_LIABILITY_{liability}")
    plan.shares.append(Share(party="platform", basis_points=800))
    plan.shares.append(Share(party="fund:public-health", basis_points=200))
    signed_plan = ContractSigned(contract_id=str(uuid4()), partner_id=str(harness.partner), split_plan=plan)
    await harness.hear(handlers.on_contract_signed, signed_plan)
    before = await harness.commission()
    placed = await harness.place()
    await harness.fulfil(placed)
    await harness.refund(placed)
    assert await harness.owed() == owed
    assert await harness.commission() - before == commission
    assert await harness.holds()


@given(st.lists(st.integers(1, 20_000), min_size=1, max_size=12))
@settings(
    max_examples=examples(20),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_credits_never_sum_to_a_cent_more_than_their_invoice(harness: Harness, credits: list[int]) -> None:
    """Row 9, lago-api#2643 and #4553: credit notes of 335.00 on an invoice of 334.99, then a tolerance of a cent."""
    placed = await harness.place(amounts=(11_166, 11_166, 11_167))
    await harness.fulfil(placed)
    left = 33_499
    for minor in credits:
        if minor > left:
            with pytest.raises(RefundTooLarge if left else NothingTaken):
                await harness.refund(placed, minor)
        else:
            await harness.refund(placed, minor)
            left -= minor
    if left:
        await harness.refund(placed)
    async with harness.store.transaction() as session:
        payment = (await payments.payments_of(session, [UUID(placed.order_id)]))[UUID(placed.order_id)]
        lines = (await splits_store.splits(session, [payment.id]))[payment.id]
    assert (payment.captured_minor, payment.refunded_minor) == (33_499, 33_499)
    assert all(part.refunded_minor == part.amount_minor for _, parts in lines for part in parts)
    with pytest.raises(NothingTaken):
        await harness.refund(placed, 1)
    assert await harness.holds()


@pytest.mark.parametrize(
    ("gross", "parts"),
    [(1_000, [500, 100, 300, 100]), (36_000, [2_000, 720, 300, 32_980]), (400, [400, 0, 0, 0])],
)
async def test_several_commissions_have_their_own_least_and_most(
    harness: Harness, gross: int, parts: list[int]
) -> None:
    """Row 10, mercur#1357: several commissions on one sale, each with a minimum and a maximum."""
    plan = SplitPlan(id=str(uuid4()), version=2)
    plan.shares.append(Share(party="platform", basis_points=800, floor=cny(500), cap=cny(2_000)))
    plan.shares.append(Share(party="fund:public-health", basis_points=200, floor=cny(100)))
    plan.shares.append(Share(party="practitioner:device-maker", fixed=cny(300)))
    await harness.hear(
        handlers.on_contract_signed,
        ContractSigned(contract_id=str(uuid4()), partner_id=str(harness.partner), split_plan=plan),
    )
    placed = await harness.place(gross)
    await harness.fulfil(placed)
    async with harness.store.transaction() as session:
        payment = (await payments.payments_of(session, [UUID(placed.order_id)]))[UUID(placed.order_id)]
        ((_, stored),) = (await splits_store.splits(session, [payment.id]))[payment.id]
    assert [part.amount_minor for part in stored] == parts
    assert await harness.owed() == parts[-1]
    assert await harness.holds()


def cny(minor: int) -> Money:
    return Money(currency="CNY", minor=minor)


async def test_a_seller_s_balance_is_settled_by_hand_by_two_people_and_seen_by_the_seller(
    bank_harness: BankHarness,
) -> None:
    """Row 10, mercur#161: a seller's balance, and settling it by hand."""
    operator, other = uuid4(), uuid4()
    await bank_harness.take_statement(Booking("120.00"))  # the seller sent back what it had got too much
    await bank_harness.reconcile()
    (break_row,) = await bank_harness.breaks()
    proposed = await bank_harness.propose(
        break_row.id, payable(bank_harness.partner), operator, "what was paid too much, sent back"
    )
    with pytest.raises(SamePerson):
        await bank_harness.approve(proposed, operator)
    assert await bank_harness.owed() == 0
    await bank_harness.approve(proposed, other)
    assert await bank_harness.owed() == 12_000
    async with bank_harness.store.transaction() as session:
        _, (seen,) = await commands.payout_outlook(session, partner_id=bank_harness.partner, now=datetime.now(UTC))
    assert (seen.payable_minor, seen.due_minor, seen.held_because) == (12_000, 12_000, "")
    assert await bank_harness.breaks() == []
    assert await bank_harness.holds()


async def test_a_partner_s_program_checks_every_amount_fee_state_and_id_of_its_statement(
    database: str, tmp_path: Path
) -> None:
    """Row 23, ONDC verification-logs#862 and beckn-onix#246: amounts and fees were wrong, and checked by hand.

    From the JSON and the explanations alone: Σ, the fee by the plan, the state, the ids; then confirmed by the program.
    """
    async with a_harness(StatementHarness, database, tmp_path) as statement_harness:
        first, second = await statement_harness.place(10_001), await statement_harness.place(25_000, lines=2)
        for placed in (first, second):
            await statement_harness.fulfil(placed)
        await statement_harness.pay()
        await statement_harness.refund(second, 7_777)
        row = await statement_harness.issue()
        opening, amounts, closing = said(row)
        assert opening + sum(amounts) == closing
        (account,) = json.loads(row.content)["currencies"]
        known = {first.order_id, second.order_id}
        for line in account["lines"]:
            explanation = await statement_harness.explain(row, int(line["position"]))
            assert explanation.line.entry_id == str(explanation.entry.id) == line["entryId"]
            assert sum(posting.amount_minor for posting in explanation.postings) == 0
            assert not line["orderId"] or line["orderId"] in known
            if line["kind"] == "payment-captured":
                fees = 0
                for split, parts in explanation.splits:
                    plan = SplitPlan.FromString(split.plan)
                    again = splits.split(
                        split.gross_minor, [splits.share_of(share) for share in plan.shares], statement_harness.partner
                    )
                    assert [(part.party, part.amount_minor) for part in parts] == [
                        (part.party, part.amount_minor) for part in again
                    ]
                    fees += sum(part.amount_minor for part in again[:-1])
                assert int(line["amount"]["minor"]) == int(line["gross"]["minor"]) - fees
            if line["kind"] == "payout":
                assert explanation.paid_positions and line["payoutId"]
        assert await statement_harness.reproduces(row)
        await statement_harness.confirm(row)
