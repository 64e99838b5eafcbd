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

from services.settlement.tests.bureau import Booked, Bureau, Told

pytestmark = pytest.mark.anyio
SERVICE = "settlement"


async def paid(bureau: Bureau) -> tuple[UUID, str]:
    """A payout that the bank has paid, and its amount."""
    payout_id, amount = await bureau.by_bank()
    await bureau.told(Booked(f"-{amount}", payout_id.hex))
    return payout_id, amount


async def test_a_forged_return_makes_nothing_owed_before_another_person_approves_it(bureau: Bureau) -> None:
    payout_id, amount = await paid(bureau)
    one, other = uuid4(), uuid4()
    await bureau.take(Told((Booked(amount, payout_id.hex, reason="AC04 account closed"),)), one)
    assert (await bureau.payout_status(payout_id), await bureau.owed()) == ("paid", 0)
    assert (await bureau.pay())[0] == []
    (proposed,) = await bureau.proposals()
    act = pb.ProposedAct.FromString(proposed.act)
    assert (act.return_payout.payout_id, proposed.proposed_by) == (str(payout_id), one)
    assert "AC04 account closed" in proposed.reason
    for by, approved_by in ((one, one), (other, one), (one, None), (other, None)):
        async with bureau.store.transaction() as session:
            with pytest.raises(NeedsSecondPerson):
                await commands.return_payout(
                    session, payout_id=payout_id, by=by, approved_by=approved_by, zone=UTC, now=datetime.now(UTC)
                )
    await bureau.return_payout(payout_id, one, other)
    assert (await bureau.payout_status(payout_id), await bureau.owed()) == ("returned", 32_400)
    with pytest.raises(NothingReturned, match="the payout is returned"):
        await bureau.return_payout(payout_id, one, other)
    assert await bureau.holds()


@pytest.mark.parametrize("change", ["another amount", "no statement", "another's id", "a name of no payout"])
async def test_a_return_that_the_bank_does_not_tell_of_is_none_whoever_approves_it(bureau: Bureau, change: str) -> None:
    payout_id, amount = await paid(bureau)
    told = {
        "another amount": Booked(str(Decimal(amount) - 1), payout_id.hex, reason="AC04"),
        "another's id": Booked(amount, uuid4().hex, reason="AC04"),
        "a name of no payout": Booked(amount, "NOTPROVIDED", reason="AC04"),
    }
    if change in told:
        await bureau.told(told[change])
    assert await bureau.proposals() == []
    with pytest.raises(NothingReturned):
        await bureau.return_payout(payout_id)
    with pytest.raises(NotFound):
        await bureau.return_payout(uuid4())
    assert await bureau.owed() == 0


async def test_the_database_refuses_one_person_in_both_places_of_a_return(bureau: Bureau) -> None:
    payout_id, _ = await paid(bureau)
    change = "UPDATE payout SET return_told_by = :one, return_approved_by = :one WHERE id = :id"
    async with bureau.store.transaction() as session:
        with pytest.raises(DBAPIError, match="payout_return_by_two"):
            await session.execute(text(change), {"one": uuid4(), "id": payout_id})
        await session.rollback()


async def test_a_return_whose_reason_people_cannot_be_shown_is_proposed_without_it(bureau: Bureau) -> None:
    payout_id, amount = await paid(bureau)
    await bureau.told(Booked(amount, payout_id.hex, reason="A\u202eB"))
    assert [one.reason for one in await bureau.proposals()] == ["the bank says that the payout came back"]


async def test_a_payout_whose_file_nobody_handed_out_is_not_paid_by_a_statement(bureau: Bureau) -> None:
    await bureau.agree(rail="bank")
    await bureau.fulfil(await bureau.place())
    made, _ = await bureau.run()
    await bureau.told(Booked("-324.00", made[0].id.hex))
    assert await bureau.payout_status(made[0].id) == "claimed"
    await bureau.reconcile()
    assert ("bank", "not_in_ledger", -32_400) in await bureau.kinds()


async def test_who_took_a_statement_in_does_not_use_it_as_the_bank_s_word(bureau: Bureau) -> None:
    placed = await bureau.place(10_000)
    await bureau.fulfil(placed)
    await bureau.pay()
    await bureau.refund(placed)
    one, other = uuid4(), uuid4()
    async with bureau.store.transaction() as session:
        invoice = await commands.issue_invoice(
            session, partner_id=bureau.partner, currency="CNY", by=one, approved_by=other, now=datetime.now(UTC)
        )
    await bureau.take(Told((Booked("90.00", "FORGED"),)), one)

    async def record(by: UUID) -> int:
        now = datetime.now(UTC)
        async with bureau.store.transaction() as session:
            row = await commands.record_invoice_payment(
                session, invoice_id=invoice.id, amount=(9_000, "CNY"), bank_reference="FORGED", paid_at=now, by=by,
                now=now,
            )  # fmt: skip
            return row.paid_minor

    with pytest.raises(NeedsSecondPerson, match="another person took in"):
        await record(one)
    assert await record(other) == 9_000


async def test_a_statement_that_does_not_begin_where_the_one_before_ended_is_a_case_until_it_does(
    bureau: Bureau,
) -> None:
    today = datetime.now(UTC).date()
    first, second, third = (today - timedelta(days=days) for days in (3, 2, 1))
    await bureau.told(Booked("-10.00"), statement_id="S1", on=first, opening="1000.00")
    assert await bureau.cases() == []
    await bureau.told(Booked("-5.00"), statement_id="S3", on=third, opening="970.00")
    (said,) = await bureau.cases()
    assert said.startswith("statement_gap: statement S3 opens -2000 minor units off what S1 closed with")
    await bureau.told(Booked("-20.00"), statement_id="S2", on=second, opening="990.00")
    assert await bureau.cases() == []
    await bureau.told(Booked("-1.00"), statement_id="FORGED", on=today, opening="5.00")
    assert len(await bureau.cases()) == 1
