"""No moment or day that cannot be is taken in, whoever tells it: a person, a bank or the provider."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from chassis.refusals import Invalid, Refusal, Unavailable
from hypothesis import given
from hypothesis import strategies as st
from settlement import commands
from settlement.bank.bank_statement import read
from settlement.commands import provider_report
from settlement.domain.bank import check_booked, check_closed, counts_at
from settlement.domain.invoices import check_paid_at
from settlement.provider.port import Movement
from sqlalchemy import text

from services.settlement.tests.bank_harness import BANK, BankHarness, Booking, StatementFile
from services.settlement.tests.provider_fakes import SandboxBooks

pytestmark = pytest.mark.anyio
SERVICE = "settlement"
A_CENTURY = 365 * 100
ZONES = ["Asia/Shanghai", "America/Los_Angeles", "UTC"]
type Tell = Callable[[BankHarness, date], Awaitable[None]]


def in_days(days: int) -> date:
    return datetime.now(UTC).date() + timedelta(days=days)


async def an_invoice_paid(harness: BankHarness, day: date) -> None:
    placed = await harness.place(10_000)
    await harness.fulfil(placed)
    await harness.pay()
    await harness.refund(placed)
    now = datetime.now(UTC)
    async with harness.store.transaction() as session:
        invoice = await commands.issue_invoice(
            session, partner_id=harness.partner, currency="CNY", by=uuid4(), approved_by=uuid4(), now=now
        )
    async with harness.store.transaction() as session:
        await commands.record_invoice_payment(
            session, invoice_id=invoice.id, amount=(9_000, "CNY"), bank_reference="T-1",
            paid_at=datetime.combine(day, time(), UTC), zone=UTC, by=uuid4(), approved_by=uuid4(), now=now,
        )  # fmt: skip


async def a_payout_booked(harness: BankHarness, day: date) -> None:
    payout_id, amount = await harness.by_bank()
    await harness.take_statement(Booking(f"-{amount}", payout_id.hex), on=day)


async def a_payout_returned(harness: BankHarness, day: date) -> None:
    payout_id, amount = await harness.by_bank()
    await harness.take_statement(Booking(f"-{amount}", payout_id.hex))
    await harness.take_statement(Booking(amount, payout_id.hex, reason="AC04"), on=day)


async def another_s_money_booked(harness: BankHarness, day: date) -> None:
    await harness.take_statement(Booking("1.00", "GIFT"), on=day)


async def the_provider_moved(harness: BankHarness, day: date) -> None:
    class Telling(SandboxBooks):
        async def report(self, after: int, most: int) -> list[Movement]:
            return [Movement(1, "x", "capture", 5, "CNY", datetime.combine(day, time(), UTC))]

    await provider_report.read_all(harness.store, Telling(harness.books.sandbox), lambda: datetime.now(UTC))


@pytest.mark.parametrize(
    ("tell", "days", "refusal", "field", "says"),
    [
        (an_invoice_paid, -A_CENTURY, Invalid, "paid_at", "when the invoice was issued"),
        (an_invoice_paid, -1, Invalid, "paid_at", "when the invoice was issued"),
        (an_invoice_paid, 1, Invalid, "paid_at", "future"),
        (a_payout_booked, -A_CENTURY, Invalid, "content", "before it was given to the bank"),
        (a_payout_booked, -2, Invalid, "content", "before it was given to the bank"),
        (a_payout_booked, 1, Invalid, "content", "ask the bank"),
        (a_payout_returned, -2, Invalid, "content", "before it was given to the bank"),
        (a_payout_returned, 400, Invalid, "content", "ask the bank"),
        (another_s_money_booked, 1, Invalid, "content", "ask the bank"),
        (the_provider_moved, 1, Unavailable, "", "to come; ask the provider"),
    ],
)
async def test_a_day_that_cannot_be_is_refused_by_its_field_and_leaves_nothing(
    bank_harness: BankHarness, tell: Tell, days: int, refusal: type[Refusal], field: str, says: str
) -> None:
    with pytest.raises(refusal, match=says) as refused:
        await tell(bank_harness, in_days(days))
    assert refused.value.field == field
    for table in ("bank_statement", "invoice_payment", "provider_movement"):
        async with bank_harness.store.transaction() as session:
            rows = await session.scalar(text(f"SELECT count(*) FROM {table}"))
        assert rows == (1 if (tell, table) == (a_payout_returned, "bank_statement") else 0), table
    assert await bank_harness.holds()


@pytest.mark.parametrize(
    ("tell", "days"),
    [
        (an_invoice_paid, 0),
        (a_payout_booked, -1),
        (a_payout_booked, 0),
        (a_payout_returned, 0),
        (another_s_money_booked, -60),
        (the_provider_moved, 0),
    ],
)
async def test_a_day_that_can_be_is_taken_in_and_no_payout_counts_before_the_bank_had_it(
    bank_harness: BankHarness, tell: Tell, days: int
) -> None:
    await tell(bank_harness, in_days(days))
    early = text(
        "SELECT count(*) FROM journal_entry AS entry JOIN payout ON payout.id = entry.payout_id"
        " WHERE entry.kind IN ('payout-paid', 'payout-returned') AND entry.effective_at < payout.submitted_at"
    )
    async with bank_harness.store.transaction() as session:
        assert await session.scalar(early) == 0
    assert await bank_harness.holds()


def test_a_statement_s_own_days_are_in_their_order() -> None:
    """Its lines are booked by the day it closed; a value date may come later, and is no booking day."""
    today, tomorrow, yesterday = in_days(0), in_days(1), in_days(-1)
    content = StatementFile((Booking("1.00"),), on=today).xml()
    booked = f"<BookgDt><Dt>{today}</Dt></BookgDt>".encode()
    late = content.replace(booked, f"<BookgDt><Dt>{tomorrow}</Dt></BookgDt>".encode())
    with pytest.raises(Invalid, match=f"line .*booked on {tomorrow}, after the statement closed") as refused:
        read(late, BANK.accounts)
    assert refused.value.field == "content"
    valued = content.replace(booked, f"<ValDt><Dt>{tomorrow}</Dt></ValDt>".encode())
    assert [line.booked_on for line in read(valued, BANK.accounts)[0].lines] == [today]
    first, last = content.split(b"CLBD")
    backwards = first + b"CLBD" + last.replace(str(today).encode(), str(yesterday).encode(), 1)
    with pytest.raises(Invalid, match=f"closed on {yesterday}, before it opened on {today}"):
        read(backwards, BANK.accounts)


@given(zone=st.sampled_from(ZONES).map(ZoneInfo), seconds=st.integers(1_700_000_000, 3_800_000_000))
def test_what_can_be_is_said_by_the_city_s_clock(zone: ZoneInfo, seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    today, day = at.astimezone(zone).date(), timedelta(days=1)
    midnight = datetime.combine(today, time(), zone).astimezone(UTC)
    check_closed("S", today, zone, at)
    with pytest.raises(Invalid):
        check_closed("S", today + day, zone, at)
    check_booked(uuid4(), today - day, at, zone)
    with pytest.raises(Invalid):
        check_booked(uuid4(), today - 2 * day, at, zone)
    assert counts_at(today, at, zone) == at
    assert counts_at(today + day, at, zone) == datetime.combine(today + day, time(), zone)
    check_paid_at(midnight, at, zone, at)
    for paid_at in (midnight - timedelta(seconds=1), at + timedelta(seconds=1)):
        with pytest.raises(Invalid):
            check_paid_at(paid_at, at, zone, at)
