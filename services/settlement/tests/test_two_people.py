"""What one person may not decide alone: every way to cost others money is bounded, or takes two."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from chassis.refusals import Refusal
from city_pack.split_plans import Share
from settlement import commands, handlers
from settlement.domain.ledger import JournalEntry, Posting
from settlement.domain.payout_terms import Terms
from settlement.domain.proposals import Bounds, NeedsSecondPerson, SamePerson
from settlement.domain.refunds import BeyondFunds
from settlement.domain.splits import Rounding, split
from settlement.store import ledger
from settlement.tables import RiskTierRow
from sqlalchemy import text
from yima.partners.v1.events_pb2 import ContractSigned
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1.split_pb2 import Share as PlanShare
from yima.settlement.v1.split_pb2 import SplitPlan

from services.settlement.tests.harness import Harness

pytestmark = pytest.mark.anyio
SERVICE = "settlement"


async def refund(harness: Harness, order_id: str, minor: int | None, by: UUID, **who: object) -> None:
    async with harness.store.transaction() as session:
        await commands.refund_order(
            session,
            order_id=UUID(order_id),
            amount=(minor, "CNY") if minor else None,
            reason="not served",
            by=by,
            now=datetime.now(UTC),
            **({"partner_id": None} | who),  # type: ignore[arg-type]
        )
    await harness.provide()


async def test_a_partner_refunds_out_of_its_balance_and_reserve_and_no_further(harness: Harness) -> None:
    """An exit scam: take the payout, then give the accomplice the order's money back."""
    await harness.agree(reserve_basis_points=1_000, reserve_days=30)
    placed = await harness.place(100_000)
    await harness.fulfil(placed)
    assert await harness.pay() == ([81_000], [])
    with pytest.raises(BeyondFunds, match="81000"):
        await refund(harness, placed.order_id, None, uuid4(), partner_id=harness.partner)
    await refund(harness, placed.order_id, 10_000, uuid4(), partner_id=harness.partner)  # its part is its reserve
    with pytest.raises(BeyondFunds):
        await refund(harness, placed.order_id, 10, uuid4(), partner_id=harness.partner)
    assert await harness.owed() == -9_000
    assert await harness.holds()


@pytest.mark.parametrize("points", [10, 1_000, 5_000, 9_000])
async def test_a_refund_is_held_against_what_each_partner_that_bears_a_part_of_it_has(
    harness: Harness, points: int
) -> None:
    """A's staff alone gave everything back: also what B had been paid out already."""
    other = uuid4()
    plan = SplitPlan(id=str(uuid4()), version=2, shares=[PlanShare(party=f"partner:{other}", basis_points=points)])
    signed = ContractSigned(contract_id=str(uuid4()), partner_id=str(harness.partner), split_plan=plan)
    await harness.hear(handlers.on_contract_signed, signed)
    placed = await harness.place(100_000)
    await harness.fulfil(placed)
    theirs = 10 * points
    assert await harness.balance(f"partner:{other}:payable") == -theirs
    async with harness.store.transaction() as session:  # B is paid out
        entry = JournalEntry(
            uuid4(),
            "payout",
            f"payout:{uuid4()}",
            (Posting(f"partner:{other}:payable", theirs, "CNY"), Posting("provider:cash", -theirs, "CNY")),
        )
        await ledger.append(session, [entry], datetime.now(UTC))
    for minor in (None, 50_000, 10_000):
        with pytest.raises(BeyondFunds, match="beyond what who bears it has"):
            await refund(harness, placed.order_id, minor, uuid4(), partner_id=harness.partner)
    assert (await harness.balance(f"partner:{other}:payable"), await harness.owed()) == (0, 100_000 - theirs)
    await refund(harness, placed.order_id, None, uuid4(), approved_by=uuid4())  # two people may
    assert await harness.balance(f"partner:{other}:payable") == theirs
    assert await harness.holds()


async def test_an_operator_gives_others_money_back_up_to_a_bound_a_day_and_two_people_further(
    harness: Harness,
) -> None:
    placed = await harness.place(100_000)
    await harness.fulfil(placed)
    await harness.pay()
    operator, bounds = uuid4(), Bounds(10_000, "CNY")
    await refund(harness, placed.order_id, 10_000, operator, bounds=bounds)
    for _ in range(2):  # many small ones are as one large one
        with pytest.raises(NeedsSecondPerson, match="10000 are used"):
            await refund(harness, placed.order_id, 2_000, operator, bounds=bounds)
    with pytest.raises(NeedsSecondPerson):
        await refund(harness, placed.order_id, 20_000, operator, bounds=bounds, approved_by=operator)
    with pytest.raises(NeedsSecondPerson):
        await refund(harness, placed.order_id, 20_000, uuid4(), bounds=Bounds(10_000_000, "USD"))
    await refund(harness, placed.order_id, None, operator, approved_by=uuid4(), bounds=bounds)
    assert await harness.owed() == -90_000


async def test_a_partner_with_whom_nothing_is_agreed_waits_a_week_for_its_money(harness: Harness) -> None:
    async with harness.store.transaction() as session:
        await session.execute(text("DELETE FROM payout_terms WHERE partner_id = :id"), {"id": harness.partner})
    await harness.fulfil(await harness.place())
    until = (datetime.now(UTC) + timedelta(days=7)).date()
    reason = f"324.00 CNY is held for 7 days from its capture, the first of it until {until}"
    assert await harness.pay() == ([], [reason])
    await harness.pass_days(6)
    paid, (reason,) = await harness.pay()
    assert not paid
    assert f"until {until - timedelta(days=6)}" in reason
    await harness.pass_days(2)
    assert await harness.pay() == ([32_400], [])


type Act = Callable[[Harness, UUID, UUID | None], Awaitable[object]]
NOW = datetime.now(UTC)


async def looser_terms(harness: Harness, by: UUID, approved_by: UUID | None, **terms: object) -> None:
    async with harness.store.transaction() as session:
        await commands.set_payout_terms(
            session,
            partner_id=harness.partner,
            terms=Terms(**terms),
            by=by,
            approved_by=approved_by,
            now=NOW,  # type: ignore[arg-type]
        )


async def a_looser_tier(harness: Harness, by: UUID, approved_by: UUID | None) -> None:
    async with harness.store.transaction() as session:
        tier = RiskTierRow(name="watched", hold_days=6, reserve_basis_points=500, reserve_days=30, set_by=by)
        await commands.put_risk_tier(session, tier=tier, approved_by=approved_by)
        await session.rollback()


async def an_exchange(harness: Harness, by: UUID, approved_by: UUID | None) -> None:
    async with harness.store.transaction() as session:
        await commands.exchange_money(
            session, account="bank:cash", sold=(1_000_000_00, "CNY"), bought=(1, "USD"), rate="0.00000001",
            reason="x", by=by, approved_by=approved_by, now=NOW,
        )  # fmt: skip
        await session.rollback()


async def a_charge_beyond_the_payment(harness: Harness, by: UUID, approved_by: UUID | None) -> None:
    placed = await harness.place(10_000)
    await harness.fulfil(placed)
    async with harness.store.transaction() as session:
        await commands.open_dispute(
            session,
            order_id=UUID(placed.order_id),
            amount=None,
            claim=commands.Claim((1, "USD"), (99_999_999_999, "CNY")),
            reason="x",
            by=by,
            approved_by=approved_by,
            now=NOW,
        )


async def a_lost_dispute(harness: Harness, by: UUID, approved_by: UUID | None) -> None:
    placed = await harness.place(10_000)
    await harness.fulfil(placed)
    await harness.pay()
    async with harness.store.transaction() as session:
        opened = await commands.open_dispute(
            session, order_id=UUID(placed.order_id), amount=None, reason="x", by=by, now=NOW
        )
        await commands.decide_dispute(
            session, dispute_id=opened.id, for_partner=False, by=by, approved_by=approved_by, now=NOW
        )


async def a_payment_no_bank_tells_of(harness: Harness, by: UUID, approved_by: UUID | None) -> None:
    placed = await harness.place(10_000)
    await harness.fulfil(placed)
    await harness.pay()
    await harness.refund(placed)
    async with harness.store.transaction() as session:
        invoice = await commands.issue_invoice(
            session, partner_id=harness.partner, currency="CNY", by=by, approved_by=uuid4(), now=NOW
        )
    async with harness.store.transaction() as session:
        await commands.record_invoice_payment(
            session, invoice_id=invoice.id, amount=(9_000, "CNY"), bank_reference="none", paid_at=NOW, zone=UTC,
            by=by, approved_by=approved_by, now=NOW,
        )  # fmt: skip


async def a_debt_asked_for_by_invoice(harness: Harness, by: UUID, approved_by: UUID | None) -> None:
    """What the partner earns next is paid out again."""
    placed = await harness.place(10_000)
    await harness.fulfil(placed)
    await harness.pay()
    await harness.refund(placed)
    async with harness.store.transaction() as session:
        await commands.issue_invoice(
            session, partner_id=harness.partner, currency="CNY", by=by, approved_by=approved_by, now=NOW
        )


async def a_refund_out_of_the_partner_s_funds(harness: Harness, by: UUID, approved_by: UUID | None) -> None:
    placed = await harness.place(10_000)
    await harness.fulfil(placed)
    await refund(harness, placed.order_id, None, by, approved_by=approved_by)


async def a_bank_s_decision(harness: Harness, by: UUID, approved_by: UUID | None, *, for_partner: bool = True) -> None:
    placed = await harness.place(10_000)
    await harness.fulfil(placed)
    async with harness.store.transaction() as session:
        claim = commands.Claim((1_000, "USD"), (7_000, "CNY"))
        opened = await commands.open_dispute(
            session, order_id=UUID(placed.order_id), amount=None, claim=claim, reason="x", by=by, now=NOW
        )
        await commands.decide_dispute(
            session, dispute_id=opened.id, for_partner=for_partner, by=by, approved_by=approved_by, now=NOW
        )


async def a_bank_s_decision_against_the_partner(harness: Harness, by: UUID, approved_by: UUID | None) -> None:
    await a_bank_s_decision(harness, by, approved_by, for_partner=False)


@pytest.mark.parametrize(
    "act",
    [
        a_debt_asked_for_by_invoice,
        a_refund_out_of_the_partner_s_funds,
        a_bank_s_decision,
        a_bank_s_decision_against_the_partner,
        a_looser_tier,
        an_exchange,
        a_charge_beyond_the_payment,
        a_lost_dispute,
        a_payment_no_bank_tells_of,
    ],
)
async def test_nobody_costs_others_money_alone_or_by_approving_themselves(harness: Harness, act: Act) -> None:
    operator = uuid4()
    for alone in (None, operator):
        with pytest.raises(NeedsSecondPerson, match="another person approve it"):
            await act(harness, operator, alone)
    await act(harness, operator, uuid4())


@pytest.mark.parametrize(
    "looser", [{"hold_days": 1}, {"reserve_basis_points": 1}, {"reserve_days": 1}, {"frozen": "case 17"}]
)
async def test_terms_become_stricter_by_one_person_and_looser_by_two(
    harness: Harness, looser: dict[str, object]
) -> None:
    operator = uuid4()
    await looser_terms(harness, operator, None, **looser)
    for alone in (None, operator):
        with pytest.raises(NeedsSecondPerson) as refused:
            await looser_terms(harness, operator, alone)
        assert refused.value.field == f"terms.{next(iter(looser))}"
    await looser_terms(harness, operator, uuid4())


async def test_a_proposal_waits_for_another_person_and_is_decided_once(harness: Harness) -> None:
    operator, other = uuid4(), uuid4()
    act = pb.ProposedAct(refund_order=pb.RefundOrderRequest(order_id=str(uuid4()), reason="x"))
    async with harness.store.transaction() as session:
        with pytest.raises(Refusal, match="act"):
            await commands.propose(session, act=pb.ProposedAct(), reason="x", by=operator, now=NOW)
        row = await commands.propose(session, act=act, reason="beyond its funds", by=operator, now=NOW)
    async with harness.store.transaction() as session:
        with pytest.raises(SamePerson):
            await commands.decide_proposal(session, proposal_id=row.id, approved=True, by=operator, now=NOW)
        done = await commands.decide_proposal(session, proposal_id=row.id, approved=True, by=other, now=NOW)
        assert (done.status, done.decided_by) == ("approved", other)
        with pytest.raises(Refusal, match="it was approved"):
            await commands.decide_proposal(session, proposal_id=row.id, approved=False, by=operator, now=NOW)


@pytest.mark.parametrize("gross", [1, 2, 7, 99, 100, 101, 12_345])
def test_many_small_orders_pay_no_less_commission_than_one_large_one(gross: int) -> None:
    shares = [Share("platform", basis_points=800), Share("fund:x", basis_points=200)]
    parts = split(gross, shares, "seller", Rounding.UP)
    assert sum(part.amount_minor for part in parts) == gross
    assert parts[0].amount_minor * 10_000 >= gross * 800
    assert gross * split(1, shares, "seller")[0].amount_minor >= parts[0].amount_minor


async def test_an_order_of_one_minor_unit_pays_its_commission_and_its_split_says_how_it_was_rounded(
    harness: Harness,
) -> None:
    before = await harness.commission()
    await harness.fulfil(await harness.place(1))
    assert await harness.commission() - before == 1
    assert await harness.owed() == 0
    assert await harness.holds()
