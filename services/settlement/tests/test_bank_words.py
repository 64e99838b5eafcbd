"""What a bank statement says is believed by two people where it makes money owed, or looks as if it had arrived."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from chassis.refusals import NotFound
from settlement import commands
from settlement.domain.payouts import NothingReturned
from settlement.domain.proposals import NeedsSecondPerson
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.settlement.v1 import api_pb2 as pb

from services.settlement.tests.bank_harness import BankHarness, Booking, StatementFile

pytestmark = pytest.mark.anyio
SERVICE = "settlement"


async def paid(bank_harness: BankHarness) -> tuple[UUID, str]:
    """A payout that the bank has paid, and its amount."""
    payout_id, amount = await bank_harness.by_bank()
    await bank_harness.take_statement(Booking(f"-{amount}", payout_id.hex))
    return payout_id, amount


async def test_a_forged_return_makes_nothing_owed_before_another_person_approves_it(bank_harness: BankHarness) -> None:
    payout_id, amount = await paid(bank_harness)
    operator, other = uuid4(), uuid4()
    await bank_harness.take(StatementFile((Booking(amount, payout_id.hex, reason="AC04 account closed"),)), operator)
    assert (await bank_harness.payout_status(payout_id), await bank_harness.owed()) == ("paid", 0)
    assert (await bank_harness.pay())[0] == []
    (proposed,) = await bank_harness.proposals()
    act = pb.ProposedAct.FromString(proposed.act)
    assert (act.return_payout.payout_id, proposed.proposed_by) == (str(payout_id), operator)
    assert "AC04 account closed" in proposed.reason
    for by, approved_by in ((operator, operator), (other, operator), (operator, None), (other, None)):
        async with bank_harness.store.transaction() as session:
            with pytest.raises(NeedsSecondPerson):
                await commands.return_payout(
                    session, payout_id=payout_id, by=by, approved_by=approved_by, zone=UTC, now=datetime.now(UTC)
                )
    await bank_harness.return_payout(payout_id, operator, other)
    assert (await bank_harness.payout_status(payout_id), await bank_harness.owed()) == ("returned", 32_400)
    with pytest.raises(NothingReturned, match="the payout is returned"):
        await bank_harness.return_payout(payout_id, operator, other)
    assert await bank_harness.holds()


@pytest.mark.parametrize("change", ["another amount", "no statement", "another's id", "a name of no payout"])
async def test_a_return_that_the_bank_does_not_tell_of_is_none_whoever_approves_it(
    bank_harness: BankHarness, change: str
) -> None:
    payout_id, amount = await paid(bank_harness)
    statements = {
        "another amount": Booking(str(Decimal(amount) - 1), payout_id.hex, reason="AC04"),
        "another's id": Booking(amount, uuid4().hex, reason="AC04"),
        "a name of no payout": Booking(amount, "NOTPROVIDED", reason="AC04"),
    }
    if change in statements:
        await bank_harness.take_statement(statements[change])
    assert await bank_harness.proposals() == []
    with pytest.raises(NothingReturned):
        await bank_harness.return_payout(payout_id)
    with pytest.raises(NotFound):
        await bank_harness.return_payout(uuid4())
    assert await bank_harness.owed() == 0


async def test_the_database_refuses_one_person_in_both_places_of_a_return(bank_harness: BankHarness) -> None:
    payout_id, _ = await paid(bank_harness)
    change = "UPDATE payout SET return_told_by = :one, return_approved_by = :one WHERE id = :id"
    async with bank_harness.store.transaction() as session:
        with pytest.raises(DBAPIError, match="payout_return_by_two"):
            await session.execute(text(change), {"one": uuid4(), "id": payout_id})
        await session.rollback()


async def test_a_return_whose_reason_people_cannot_be_shown_is_proposed_without_it(bank_harness: BankHarness) -> None:
    payout_id, amount = await paid(bank_harness)
    await bank_harness.take_statement(Booking(amount, payout_id.hex, reason="A\u202eB"))
    assert [row.reason for row in await bank_harness.proposals()] == ["the bank says that the payout came back"]


async def test_a_payout_whose_file_nobody_handed_out_is_not_paid_by_a_statement(bank_harness: BankHarness) -> None:
    await bank_harness.agree(rail="bank")
    await bank_harness.fulfil(await bank_harness.place())
    payouts, _ = await bank_harness.run()
    await bank_harness.take_statement(Booking("-324.00", payouts[0].id.hex))
    assert await bank_harness.payout_status(payouts[0].id) == "claimed"
    await bank_harness.reconcile()
    assert ("bank", "not_in_ledger", -32_400) in await bank_harness.kinds()


async def test_who_took_a_statement_in_does_not_use_it_as_the_bank_s_word(bank_harness: BankHarness) -> None:
    placed = await bank_harness.place(10_000)
    await bank_harness.fulfil(placed)
    await bank_harness.pay()
    await bank_harness.refund(placed)
    operator, other = uuid4(), uuid4()
    async with bank_harness.store.transaction() as session:
        invoice = await commands.issue_invoice(
            session,
            partner_id=bank_harness.partner,
            currency="CNY",
            by=operator,
            approved_by=other,
            now=datetime.now(UTC),
        )
    await bank_harness.take(StatementFile((Booking("90.00", "FORGED"),)), operator)

    async def record(by: UUID) -> int:
        now = datetime.now(UTC)
        async with bank_harness.store.transaction() as session:
            row = await commands.record_invoice_payment(
                session, invoice_id=invoice.id, amount=(9_000, "CNY"), bank_reference="FORGED", paid_at=now, zone=UTC,
                by=by, now=now,
            )  # fmt: skip
            return row.paid_minor

    with pytest.raises(NeedsSecondPerson, match="another person took in"):
        await record(operator)
    assert await record(other) == 9_000


async def test_a_statement_that_does_not_begin_where_the_one_before_ended_is_a_case_until_it_does(
    bank_harness: BankHarness,
) -> None:
    today = datetime.now(UTC).date()
    first, second, third = (today - timedelta(days=days) for days in (3, 2, 1))
    await bank_harness.take_statement(Booking("-10.00"), statement_id="S1", on=first, opening="1000.00")
    assert await bank_harness.cases() == []
    await bank_harness.take_statement(Booking("-5.00"), statement_id="S3", on=third, opening="970.00")
    (said,) = await bank_harness.cases()
    assert said.startswith("statement_gap: statement S3 opens -2000 minor units off what S1 closed with")
    await bank_harness.take_statement(Booking("-20.00"), statement_id="S2", on=second, opening="990.00")
    assert await bank_harness.cases() == []
    await bank_harness.take_statement(Booking("-1.00"), statement_id="FORGED", on=today, opening="5.00")
    assert len(await bank_harness.cases()) == 1
