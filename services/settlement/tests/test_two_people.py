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

from services.settlement.tests.office import Office

pytestmark = pytest.mark.anyio
SERVICE = "settlement"


async def refund(office: Office, order_id: str, minor: int | None, by: UUID, **who: object) -> None:
    async with office.store.transaction() as session:
        await commands.refund_order(
            session, order_id=UUID(order_id), amount=(minor, "CNY") if minor else None, reason="not served", by=by,
            now=datetime.now(UTC), **({"partner_id": None} | who),  # type: ignore[arg-type]
        )  # fmt: skip
    await office.provide()


async def test_a_partner_refunds_out_of_its_balance_and_reserve_and_no_further(office: Office) -> None:
    """An exit scam: take the payout, then give the accomplice the order's money back."""
    await office.agree(reserve_basis_points=1_000, reserve_days=30)
    placed = await office.place(100_000)
    await office.fulfil(placed)
    assert await office.pay() == ([81_000], [])
    with pytest.raises(BeyondFunds, match="81000"):
        await refund(office, placed.order_id, None, uuid4(), partner_id=office.partner)
    await refund(office, placed.order_id, 10_000, uuid4(), partner_id=office.partner)  # its part is its reserve
    with pytest.raises(BeyondFunds):
        await refund(office, placed.order_id, 10, uuid4(), partner_id=office.partner)
    assert await office.owed() == -9_000
    assert await office.holds()


@pytest.mark.parametrize("points", [10, 1_000, 5_000, 9_000])
async def test_a_refund_is_held_against_what_each_partner_that_bears_a_part_of_it_has(
    office: Office, points: int
) -> None:
    """A's staff alone gave everything back: also what B had been paid out already."""
    other = uuid4()
    plan = SplitPlan(id=str(uuid4()), version=2, shares=[PlanShare(party=f"partner:{other}", basis_points=points)])
    signed = ContractSigned(contract_id=str(uuid4()), partner_id=str(office.partner), split_plan=plan)
    await office.hear(handlers.on_contract_signed, signed)
    placed = await office.place(100_000)
    await office.fulfil(placed)
    theirs = 10 * points
    assert await office.balance(f"partner:{other}:payable") == -theirs
    async with office.store.transaction() as session:  # B is paid out
        entry = JournalEntry(
            uuid4(), "payout", f"payout:{uuid4()}",
            (Posting(f"partner:{other}:payable", theirs, "CNY"), Posting("provider:cash", -theirs, "CNY")),
        )  # fmt: skip
        await ledger.append(session, [entry], datetime.now(UTC))
    for minor in (None, 50_000, 10_000):
        with pytest.raises(BeyondFunds, match="beyond what who bears it has"):
            await refund(office, placed.order_id, minor, uuid4(), partner_id=office.partner)
    assert (await office.balance(f"partner:{other}:payable"), await office.owed()) == (0, 100_000 - theirs)
    await refund(office, placed.order_id, None, uuid4(), approved_by=uuid4())  # two people may
    assert await office.balance(f"partner:{other}:payable") == theirs
    assert await office.holds()


async def test_an_operator_gives_others_money_back_up_to_a_bound_a_day_and_two_people_further(
    office: Office,
) -> None:
    placed = await office.place(100_000)
    await office.fulfil(placed)
    await office.pay()
    one, bounds = uuid4(), Bounds(10_000, "CNY")
    await refund(office, placed.order_id, 10_000, one, bounds=bounds)
    for _ in range(2):  # many small ones are as one large one
        with pytest.raises(NeedsSecondPerson, match="10000 are used"):
            await refund(office, placed.order_id, 2_000, one, bounds=bounds)
    with pytest.raises(NeedsSecondPerson):
        await refund(office, placed.order_id, 20_000, one, bounds=bounds, approved_by=one)
    with pytest.raises(NeedsSecondPerson):
        await refund(office, placed.order_id, 20_000, uuid4(), bounds=Bounds(10_000_000, "USD"))
    await refund(office, placed.order_id, None, one, approved_by=uuid4(), bounds=bounds)
    assert await office.owed() == -90_000


async def test_a_partner_with_whom_nothing_is_agreed_waits_a_week_for_its_money(office: Office) -> None:
    async with office.store.transaction() as session:
        await session.execute(text("DELETE FROM payout_terms WHERE partner_id = :id"), {"id": office.partner})
    await office.fulfil(await office.place())
    until = (datetime.now(UTC) + timedelta(days=7)).date()
    reason = f"324.00 CNY is held for 7 days from its capture, the first of it until {until}"
    assert await office.pay() == ([], [reason])
    await office.pass_days(6)
    paid, (reason,) = await office.pay()
    assert not paid
    assert f"until {until - timedelta(days=6)}" in reason
    await office.pass_days(2)
    assert await office.pay() == ([32_400], [])


type Act = Callable[[Office, UUID, UUID | None], Awaitable[object]]
NOW = datetime.now(UTC)


async def looser_terms(office: Office, by: UUID, approved_by: UUID | None, **terms: object) -> None:
    async with office.store.transaction() as session:
        await commands.set_payout_terms(
            session,
            partner_id=office.partner,
            terms=Terms(**terms),
            by=by,
            approved_by=approved_by,
            now=NOW,  # type: ignore[arg-type]
        )


async def a_looser_tier(office: Office, by: UUID, approved_by: UUID | None) -> None:
    async with office.store.transaction() as session:
        tier = RiskTierRow(name="watched", hold_days=6, reserve_basis_points=500, reserve_days=30, set_by=by)
        await commands.put_risk_tier(session, tier=tier, approved_by=approved_by)
        await session.rollback()


async def an_exchange(office: Office, by: UUID, approved_by: UUID | None) -> None:
    async with office.store.transaction() as session:
        await commands.exchange_money(
            session, account="bank:cash", sold=(1_000_000_00, "CNY"), bought=(1, "USD"), rate="0.00000001",
            reason="x", by=by, approved_by=approved_by, now=NOW,
        )  # fmt: skip
        await session.rollback()


async def a_charge_beyond_the_payment(office: Office, by: UUID, approved_by: UUID | None) -> None:
    placed = await office.place(10_000)
    await office.fulfil(placed)
    async with office.store.transaction() as session:
        await commands.open_dispute(
            session, order_id=UUID(placed.order_id), amount=None,
            claim=commands.Claim((1, "USD"), (99_999_999_999, "CNY")), reason="x", by=by, approved_by=approved_by,
            now=NOW,
        )  # fmt: skip


async def a_lost_dispute(office: Office, by: UUID, approved_by: UUID | None) -> None:
    placed = await office.place(10_000)
    await office.fulfil(placed)
    await office.pay()
    async with office.store.transaction() as session:
        opened = await commands.open_dispute(
            session, order_id=UUID(placed.order_id), amount=None, reason="x", by=by, now=NOW
        )
        await commands.decide_dispute(
            session, dispute_id=opened.id, for_partner=False, by=by, approved_by=approved_by, now=NOW
        )


async def a_payment_no_bank_tells_of(office: Office, by: UUID, approved_by: UUID | None) -> None:
    placed = await office.place(10_000)
    await office.fulfil(placed)
    await office.pay()
    await office.refund(placed)
    async with office.store.transaction() as session:
        invoice = await commands.issue_invoice(
            session, partner_id=office.partner, currency="CNY", by=by, approved_by=uuid4(), now=NOW
        )
    async with office.store.transaction() as session:
        await commands.record_invoice_payment(
            session, invoice_id=invoice.id, amount=(9_000, "CNY"), bank_reference="none", paid_at=NOW, by=by,
            approved_by=approved_by, now=NOW,
        )  # fmt: skip


async def a_debt_asked_for_by_invoice(office: Office, by: UUID, approved_by: UUID | None) -> None:
    """What the partner earns next is paid out again."""
    placed = await office.place(10_000)
    await office.fulfil(placed)
    await office.pay()
    await office.refund(placed)
    async with office.store.transaction() as session:
        await commands.issue_invoice(
            session, partner_id=office.partner, currency="CNY", by=by, approved_by=approved_by, now=NOW
        )


async def a_refund_out_of_the_partner_s_funds(office: Office, by: UUID, approved_by: UUID | None) -> None:
    placed = await office.place(10_000)
    await office.fulfil(placed)
    await refund(office, placed.order_id, None, by, approved_by=approved_by)


async def a_bank_s_decision(office: Office, by: UUID, approved_by: UUID | None, *, for_partner: bool = True) -> None:
    placed = await office.place(10_000)
    await office.fulfil(placed)
    async with office.store.transaction() as session:
        claim = commands.Claim((1_000, "USD"), (7_000, "CNY"))
        opened = await commands.open_dispute(
            session, order_id=UUID(placed.order_id), amount=None, claim=claim, reason="x", by=by, now=NOW
        )
        await commands.decide_dispute(
            session, dispute_id=opened.id, for_partner=for_partner, by=by, approved_by=approved_by, now=NOW
        )


async def a_bank_s_decision_against_the_partner(office: Office, by: UUID, approved_by: UUID | None) -> None:
    await a_bank_s_decision(office, by, approved_by, for_partner=False)


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
async def test_nobody_costs_others_money_alone_or_by_approving_themselves(office: Office, act: Act) -> None:
    one = uuid4()
    for alone in (None, one):
        with pytest.raises(NeedsSecondPerson, match="another person approve it"):
            await act(office, one, alone)
    await act(office, one, uuid4())


@pytest.mark.parametrize(
    "looser", [{"hold_days": 1}, {"reserve_basis_points": 1}, {"reserve_days": 1}, {"frozen": "case 17"}]
)
async def test_terms_become_stricter_by_one_person_and_looser_by_two(office: Office, looser: dict[str, object]) -> None:
    one = uuid4()
    await looser_terms(office, one, None, **looser)
    for alone in (None, one):
        with pytest.raises(NeedsSecondPerson) as refused:
            await looser_terms(office, one, alone)
        assert refused.value.field == f"terms.{next(iter(looser))}"
    await looser_terms(office, one, uuid4())


async def test_a_proposal_waits_for_another_person_and_is_decided_once(office: Office) -> None:
    one, other = uuid4(), uuid4()
    act = pb.ProposedAct(refund_order=pb.RefundOrderRequest(order_id=str(uuid4()), reason="x"))
    async with office.store.transaction() as session:
        with pytest.raises(Refusal, match="act"):
            await commands.propose(session, act=pb.ProposedAct(), reason="x", by=one, now=NOW)
        row = await commands.propose(session, act=act, reason="beyond its funds", by=one, now=NOW)
    async with office.store.transaction() as session:
        with pytest.raises(SamePerson):
            await commands.decide_proposal(session, proposal_id=row.id, approved=True, by=one, now=NOW)
        done = await commands.decide_proposal(session, proposal_id=row.id, approved=True, by=other, now=NOW)
        assert (done.status, done.decided_by) == ("approved", other)
        with pytest.raises(Refusal, match="it was approved"):
            await commands.decide_proposal(session, proposal_id=row.id, approved=False, by=one, now=NOW)


@pytest.mark.parametrize("gross", [1, 2, 7, 99, 100, 101, 12_345])
def test_many_small_orders_pay_no_less_commission_than_one_large_one(gross: int) -> None:
    shares = [Share("platform", basis_points=800), Share("fund:x", basis_points=200)]
    parts = split(gross, shares, "seller", Rounding.UP)
    assert sum(part.amount_minor for part in parts) == gross
    assert parts[0].amount_minor * 10_000 >= gross * 800
    assert gross * split(1, shares, "seller")[0].amount_minor >= parts[0].amount_minor


async def test_an_order_of_one_minor_unit_pays_its_commission_and_its_split_says_how_it_was_rounded(
    office: Office,
) -> None:
    before = await office.commission()
    await office.fulfil(await office.place(1))
    assert await office.commission() - before == 1
    assert await office.owed() == 0
    assert await office.holds()
