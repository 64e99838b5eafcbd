"""Days are the city's, east and west of Greenwich: around its midnight it is its day, not UTC's."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from chassis.api import Call
from chassis.auth import Principal
from chassis.wire import timestamp
from hypothesis import given
from hypothesis import strategies as st
from settlement import commands
from settlement.api import Resources, statements
from settlement.documents.statement import minute, period
from settlement.domain.bank import OwnBank
from settlement.domain.books import PeriodNotOver, check_turn, month_start, next_month
from settlement.domain.payout_terms import Schedule
from settlement.domain.statements import month_began
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import Interval
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1 import statement_pb2 as statement_pb

from services.settlement.tests.harness import SEALER, Harness, a_harness

pytestmark = pytest.mark.anyio
SERVICE = "settlement"
ZONES = ["Asia/Shanghai", "America/New_York", "Pacific/Honolulu", "Pacific/Kiritimati", "UTC"]
MINUTES = timedelta(minutes=5)


@pytest.fixture
async def harness(own_database: str, tmp_path: Path) -> AsyncGenerator[Harness]:
    async with a_harness(Harness, own_database, tmp_path) as new_harness:
        yield new_harness


async def sweep(harness: Harness, bank: OwnBank, now: datetime) -> tuple[list[int], list[str]]:
    """Pay everybody whose day it is; amounts paid, and why others are not."""
    async with harness.store.transaction() as session:
        payouts, held = await commands.run_payouts(session, partner_id=None, now=now, bank=bank)
        answer = [payout.amount_minor for payout in payouts], [unpaid.reason for unpaid in held]
    await harness.provide()
    return answer


@pytest.mark.parametrize("zone", ZONES)
async def test_a_partner_is_paid_on_its_day_of_the_city_and_told_of_that_day(harness: Harness, zone: str) -> None:
    bank = OwnBank({}, ZoneInfo(zone))
    midnight = datetime.combine(datetime.now(bank.zone).date() + timedelta(days=3), time(), bank.zone)
    before, after = (midnight - MINUTES).astimezone(UTC), (midnight + MINUTES).astimezone(UTC)
    await harness.agree(schedule=Schedule.WEEKLY, schedule_day=midnight.isoweekday())
    await harness.fulfil(await harness.place(10_000))
    assert (await sweep(harness, bank, before - MINUTES))[0] == [9_000], "the first sweep pays everybody"
    await harness.fulfil(await harness.place(20_000))
    for now in (before, after):
        async with harness.store.transaction() as session:
            _, (expected,) = await commands.payout_outlook(session, partner_id=harness.partner, now=now, bank=bank)
        assert expected.next_on == midnight.date()
    paid, held = await sweep(harness, bank, before)
    assert paid == []
    assert held == [f"the partner is paid weekly, last on {midnight.date() - timedelta(days=7)}"]
    assert (await sweep(harness, bank, after))[0] == [18_000]


@pytest.mark.parametrize("zone", ZONES)
async def test_money_on_hold_is_due_on_the_city_s_day_on_which_it_may_be_paid(harness: Harness, zone: str) -> None:
    bank = OwnBank({}, ZoneInfo(zone))
    await harness.agree(hold_days=3)
    await harness.fulfil(await harness.place(10_000))
    now = datetime.now(UTC)
    async with harness.store.transaction() as session:
        _, held = await commands.run_payouts(session, partner_id=harness.partner, now=now, bank=bank)
        _, (expected,) = await commands.payout_outlook(session, partner_id=harness.partner, now=now, bank=bank)
    assert expected.held_until is not None
    assert held[0].held_until == expected.held_until
    assert expected.held_until.astimezone(bank.zone).date().isoformat() in held[0].reason
    assert (await sweep(harness, bank, expected.held_until - timedelta(seconds=1)))[0] == []
    assert (await sweep(harness, bank, expected.held_until))[0] == [9_000]


@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    year=st.integers(2020, 2090),
    month=st.integers(1, 12),
    away=st.timedeltas(timedelta(hours=-26), timedelta(hours=26)),
)
def test_a_month_is_over_at_the_city_s_midnight_for_periods_and_statements_alike(
    zone: ZoneInfo, year: int, month: int, away: timedelta
) -> None:
    starts_at = month_start(f"{year}-{month:02}", zone)
    ends_at = next_month(starts_at)
    now = ends_at.astimezone(UTC) + away
    city = now.astimezone(zone)
    over = (city.year, city.month) > (year, month)
    assert month_began(now, zone) == (ends_at if over else starts_at)
    if over:
        check_turn(starts_at, ends_at, None, now)
    else:
        with pytest.raises(PeriodNotOver):
            check_turn(starts_at, ends_at, None, now)


@pytest.mark.parametrize("zone", ZONES)
def test_a_statement_is_read_by_the_city_s_clock(zone: str) -> None:
    """It said 2026-10-31 16:00 of a month that ended with October in Shanghai."""
    city = ZoneInfo(zone)
    end = datetime(2026, 11, 1, tzinfo=city)
    statement = pb.Statement(period=Interval(end=timestamp(end.astimezone(UTC))))
    assert period(statement, city) == "the beginning to 2026-11-01 00:00"
    assert minute((end - MINUTES).astimezone(UTC), city) == "2026-10-31 23:55"


@pytest.mark.parametrize("zone", ZONES)
async def test_a_statement_s_file_is_named_by_the_city_s_day(harness: Harness, zone: str) -> None:
    bank = OwnBank({}, ZoneInfo(zone))
    await harness.fulfil(await harness.place(10_000))
    now = datetime.now(UTC)
    finish = datetime.combine(now.astimezone(bank.zone).date(), time(), bank.zone)
    async with harness.store.transaction() as session:
        issued = await commands.issue_statement(
            session, partner_id=harness.partner, finish=finish, issuer="Yima", sealer=SEALER, zone=bank.zone, now=now
        )
        principal = Principal(subject_id=str(uuid4()), role=Role.ROLE_OPERATOR)
        call = Call(principal, "key", b"", now, Resources(harness.books, bank=bank), "", "", session)
        request = statement_pb.GetStatementDocumentRequest(statement_id=str(issued.id))
        document = await statements.get_statement_document(request, call)
    assert document.name == f"statement-{finish.date()}-{issued.id}.json"
