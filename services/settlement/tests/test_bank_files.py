"""Payouts by a file for the bank, on real PostgreSQL: who is paid when, and what the file says."""

import hashlib
from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.refusals import Invalid, NotFound
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from settlement import commands, handlers
from settlement.domain.bank import BankAccount, OwnBank
from settlement.domain.payout_terms import Rail, Schedule, Terms, is_due, last_day
from settlement.provider.sandbox.books import Sandbox
from settlement.store import bank, payouts
from settlement.tables import BankFileRow
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.partners.v1.api_pb2 import BankAccount as BankAccountMessage
from yima.partners.v1.events_pb2 import BankAccountRegistered

from services.settlement.tests.harness import Harness, open_for_business
from services.settlement.tests.provider_fakes import SandboxBooks

pytestmark = pytest.mark.anyio
SERVICE = "settlement"
OURS = BankAccount("City Health Exchange", "3700 0000 1111 2222", "SPABANK1XXX")
BANK = OwnBank({"CNY": OURS})


@pytest.fixture
async def harness(database: str, owner_database: str, tmp_path: Path) -> AsyncGenerator[Harness]:
    store = Database(database)
    new_harness = Harness(store, SandboxBooks(Sandbox(tmp_path / "books.sqlite")), uuid4(), owner_database)
    await open_for_business(new_harness)
    yield new_harness
    new_harness.books.sandbox.close()
    await store.close()


async def pay(
    harness: Harness, bank: OwnBank = BANK, sweep: bool = False, now: datetime | None = None
) -> tuple[list[UUID], list[str]]:
    """Run the payouts; the partner's payouts, and why it was held."""
    async with harness.store.transaction() as session:
        payouts, held = await commands.run_payouts(
            session, partner_id=None if sweep else harness.partner, now=now or datetime.now(UTC), bank=bank
        )
        mine = [payout.id for payout in payouts if payout.partner_id == harness.partner]
        reasons = [unpaid.reason for unpaid in held if unpaid.partner_id == harness.partner]
    await harness.provide()
    return mine, reasons


async def file_of(harness: Harness, payout_id: UUID) -> BankFileRow:
    async with harness.store.transaction() as session:
        payout = (await payouts.payouts_for_update(session, [payout_id]))[payout_id]
        assert payout.bank_file_id is not None
        return await bank.bank_file_for_update(session, payout.bank_file_id)


async def payout_status(harness: Harness, payout_id: UUID) -> str:
    async with harness.store.transaction() as session:
        return (await payouts.payouts_for_update(session, [payout_id]))[payout_id].status


async def export(harness: Harness, file_id: UUID) -> BankFileRow:
    async with harness.store.transaction() as session:
        return await commands.export_bank_file(session, file_id=file_id, by=uuid4(), now=datetime.now(UTC))


async def bank_with(harness: Harness, number: str, code: str, version: int = 2) -> None:
    account = BankAccountMessage(holder="历下诊所 & Sons", number=number, bank_code=code)
    registered = BankAccountRegistered(partner_id=str(harness.partner), account=account, version=version)
    await harness.hear(handlers.on_bank_account, registered)


def said(content: bytes, path: str) -> list[str]:
    root = etree.fromstring(content)
    steps = "/".join(f"p:{step}" for step in path.split("/"))
    return [str(element.text) for element in root.iterfind(f".//{steps}", {"p": root.nsmap[None]})]


async def test_a_partner_paid_by_the_bank_is_in_a_file_that_is_exported_once_and_stays_as_it_is(
    harness: Harness,
) -> None:
    await harness.agree(rail=Rail.BANK)
    await bank_with(harness, "DE89 3704 0044 0532 0130 00", "COBADEFFXXX")
    await harness.fulfil(await harness.place())
    (payout_id,), _ = await pay(harness)
    file = await file_of(harness, payout_id)
    assert said(file.content, "PmtInf/CtrlSum") == ["324.00"]
    assert said(file.content, "CdtTrfTxInf/Amt/InstdAmt") == ["324.00"]
    assert said(file.content, "CdtTrfTxInf/PmtId/EndToEndId") == [payout_id.hex]
    assert said(file.content, "CdtrAcct/Id/IBAN") == ["DE89370400440532013000"]
    assert said(file.content, "CdtrAgt/FinInstnId/BICFI") == ["COBADEFFXXX"]
    assert said(file.content, "Cdtr/Nm") == ["历下诊所 & Sons"]
    assert file.sha256 == hashlib.sha256(file.content).hexdigest()
    assert await payout_status(harness, payout_id) == "claimed"
    first = await export(harness, file.id)
    assert await payout_status(harness, payout_id) == "submitted"
    again = await export(harness, file.id)
    assert (again.content, again.exported_at, again.exported_by) == (
        first.content,
        first.exported_at,
        first.exported_by,
    )
    assert await harness.balance("payouts:in-transit") == -32_400
    assert harness.books.sandbox.report()[-1]["kind"] == "capture"  # the provider was not asked to pay
    assert await harness.holds()


async def test_a_file_is_the_message_that_the_operator_s_bank_takes(harness: Harness) -> None:
    await harness.agree(rail=Rail.BANK)
    await bank_with(harness, "DE89 3704 0044 0532 0130 00", "COBADEFFXXX")
    await harness.fulfil(await harness.place())
    (payout_id,), _ = await pay(harness, OwnBank({"CNY": OURS}, messages={"CNY": "pain.001.001.03"}))
    content = (await file_of(harness, payout_id)).content
    assert b'xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"' in content
    assert b"<BIC>COBADEFFXXX</BIC>" in content


async def test_a_partner_of_each_rail_is_paid_by_its_own(harness: Harness) -> None:
    await harness.fulfil(await harness.place())
    (payout_id,), _ = await pay(harness)
    assert await payout_status(harness, payout_id) == "paid"
    assert harness.books.sandbox.report()[-1]["kind"] == "payout"


@pytest.mark.parametrize(
    ("number", "code", "bank", "says"),
    [
        ("6200123", "1" * 29, BANK, "its bank code must have 1 to 28"),
        ("6200123", " ", BANK, "its bank code must have 1 to 28"),
        ("6" * 35, "105", BANK, "its number must have 1 to 34"),
        ("62\x0100", "105", BANK, "its number must have 1 to 34 printable"),
        ("6200123", "105", OwnBank(), "no bank account in CNY"),
    ],
)
async def test_a_payout_no_file_can_carry_is_held_and_says_why(
    harness: Harness, number: str, code: str, bank: OwnBank, says: str
) -> None:
    await harness.agree(rail=Rail.BANK, reserve_basis_points=1_000, reserve_days=1)
    await bank_with(harness, number, code)
    await harness.fulfil(await harness.place())
    payouts, (reason,) = await pay(harness, bank)
    assert not payouts and says in reason
    assert await harness.owed() == 32_400  # nothing was kept back either
    assert await harness.holds()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE bank_file SET content = 'x', sha256 = encode(sha256('x'), 'hex')",
        "UPDATE bank_file SET exported_at = now() + interval '1 day'",
        "DELETE FROM bank_file",
        "UPDATE payout SET status = 'claimed' WHERE status = 'submitted'",
        "UPDATE payout SET amount_minor = amount_minor + 1",
        "UPDATE payout SET rail = 'provider', bank_file_id = NULL",
    ],
)
async def test_the_database_itself_keeps_what_was_made_for_the_bank(
    harness: Harness, owner_database: str, sql: str
) -> None:
    await harness.agree(rail=Rail.BANK)
    await harness.fulfil(await harness.place())
    (payout_id,), _ = await pay(harness)
    await export(harness, (await file_of(harness, payout_id)).id)
    owner = Database(owner_database)
    with pytest.raises(DBAPIError, match=r"stays|violates|cannot become|does not change|permission"):
        async with owner.transaction() as session:
            await session.execute(text(sql))
    await owner.close()


async def test_a_file_there_is_not_cannot_be_exported(harness: Harness) -> None:
    with pytest.raises(NotFound, match="bank file"):
        await export(harness, uuid4())


@pytest.mark.parametrize(
    ("schedule", "day"), [(Schedule.DAILY, 1), (Schedule.WEEKLY, 0), (Schedule.WEEKLY, 8), (Schedule.MONTHLY, 29)]
)
async def test_a_day_that_does_not_come_is_refused(harness: Harness, schedule: Schedule, day: int) -> None:
    with pytest.raises(Invalid, match="schedule_day"):
        await harness.agree(schedule=schedule, schedule_day=day)


async def test_a_sweep_pays_a_weekly_partner_on_its_day_and_a_run_that_names_it_pays_at_once(harness: Harness) -> None:
    now = datetime.now(UTC)
    await pay(harness, sweep=True, now=now)
    await harness.agree(schedule=Schedule.WEEKLY, schedule_day=now.isoweekday() % 7 + 1)  # it was six days ago
    await harness.fulfil(await harness.place())
    payouts, (reason,) = await pay(harness, sweep=True, now=now)
    assert not payouts and "paid weekly" in reason
    payouts, _ = await pay(harness, sweep=True, now=now + timedelta(days=1))
    assert len(payouts) == 1
    await harness.fulfil(await harness.place())
    assert (await pay(harness, sweep=True, now=now + timedelta(days=2)))[0] == []
    assert len((await pay(harness))[0]) == 1


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 28), st.integers(0, 40))
def test_a_month_pays_once_however_late_its_sweep(start: date, day: int, missed: int) -> None:
    terms = Terms(schedule=Schedule.MONTHLY, schedule_day=day)
    due = last_day(terms, start)
    assert due <= start and due.day == day and (start - due).days < 31
    late = start + timedelta(days=missed)
    assert is_due(terms, late, start) == (last_day(terms, late) > start)
    assert not is_due(terms, late, late)
