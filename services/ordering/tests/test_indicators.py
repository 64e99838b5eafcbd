"""Months of orders are counted once, when they are over, and nothing is said of fewer than ten residents."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from chassis import moments
from chassis.counted_months import RESIDENTS_LEAST
from chassis.refusals import Invalid
from ordering.api.indicators import indicator_message
from ordering.commands.indicators import count_next_month
from ordering.store import indicators as store
from ordering_scenario import Scenario
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
ZONE = ZoneInfo("Asia/Shanghai")
# Orders of as many residents, each the same number of times.
PLACE = text(
    """
    INSERT INTO orders (id, resident_id, placed_by, partner_id, status, total_minor, currency, money_in, deadline,
        reason, changed_by, placed_at, changed_at, version, idempotency_key, request_sha256, process, contested)
    SELECT gen_random_uuid(), resident, resident, :partner, CAST(:status AS text), 0, 'CNY', true,
        CASE WHEN CAST(:status AS text) = 'accepted' THEN CAST(:at AS timestamptz) END, '', 'x', :at, :at, 1,
        gen_random_uuid()::text, '', 'visit/1', false
    FROM (SELECT gen_random_uuid() AS resident FROM generate_series(1, :residents)) AS residents,
        generate_series(1, :times)
    """
)


async def place(scenario: Scenario, partner: UUID, at: datetime, status: str, residents: int, times: int = 1) -> None:
    async with scenario.store.transaction() as session:
        parameters = {"partner": partner, "at": at, "status": status, "residents": residents, "times": times}
        await session.execute(PLACE, parameters)


async def counted(scenario: Scenario, partner: UUID) -> Mapping[tuple[str, int], tuple[int, bool]]:
    """By month and ending: how many orders, and whether that is withheld."""
    async with scenario.store.transaction() as session:
        rows = await store.months_since(session, date(2000, 1, 1))
    messages = [indicator_message(row) for row in rows if row.partner_id == partner]
    return {(each.month, each.ending): (each.orders, each.withheld) for each in messages}


async def test_a_number_is_of_ten_residents_or_more_and_no_sum_tells_of_fewer(scenario: Scenario) -> None:
    partner, at = uuid4(), datetime(2010, 3, 9, tzinfo=UTC)
    await place(scenario, partner, at, "closed", RESIDENTS_LEAST, times=2)
    await place(scenario, partner, at, "cancelled", RESIDENTS_LEAST - 1, times=40)  # many orders, few residents
    async with scenario.store.transaction() as session:
        start, until = moments.month_bounds(date(2010, 3, 1), ZONE)
        assert await store.count_month(session, date(2010, 3, 1), start, until, RESIDENTS_LEAST, at)
    assert await counted(scenario, partner) == {("2010-03", 1): (20, False), ("2010-03", 2): (0, True)}


async def test_a_month_is_counted_once_by_the_citys_clock_and_never_again(scenario: Scenario) -> None:
    partner = uuid4()
    first = datetime(2015, 2, 28, 16, tzinfo=UTC)  # March, in Jinan
    await place(scenario, partner, first, "accepted", 10)
    await place(scenario, partner, datetime(2015, 3, 31, 16, tzinfo=UTC), "closed", 10)  # April
    now = datetime(2015, 4, 2, tzinfo=UTC)
    while await count_next_month(scenario.store, ZONE, now):
        pass
    before = await counted(scenario, partner)
    assert before == {("2015-03", 3): (10, False)}, "April is not over"
    await place(scenario, partner, first, "closed", 11)
    assert not await count_next_month(scenario.store, ZONE, now)
    assert await counted(scenario, partner) == before, "a difference would tell of one resident"


async def test_the_database_keeps_no_number_of_few_and_lets_none_be_changed(scenario: Scenario) -> None:
    partner, at = uuid4(), datetime(2016, 1, 9, tzinfo=UTC)
    async with scenario.store.transaction() as session:
        start, until = moments.month_bounds(date(2016, 1, 1), ZONE)
        await store.count_month(session, date(2016, 1, 1), start, until, RESIDENTS_LEAST, at)
    for statement in (
        "INSERT INTO order_month VALUES ('2016-01-01', :partner, 1, 9, 9)",
        "INSERT INTO order_month VALUES ('2016-01-01', :partner, 1, 9, NULL)",
        "DELETE FROM counted_month WHERE month = '2016-01-01' AND CAST(:partner AS uuid) IS NOT NULL",
    ):
        with pytest.raises(DBAPIError):
            async with scenario.store.transaction() as session:
                await session.execute(text(statement), {"partner": partner})


async def test_the_page_reads_what_was_counted_and_a_count_the_orders_of_its_month(scenario: Scenario) -> None:
    async with scenario.store.transaction() as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        count = store.COUNT.text.replace(":start", "'2014-03-01'").replace(":until", "'2014-04-01'")
        plan = await session.execute(
            text(f"EXPLAIN {count.replace(':month', 'DATE ' + repr('2014-03-01')).replace(':least', '10')}")
        )
        assert "orders_by_moment" in "\n".join(plan.scalars())


def test_months_are_such_and_count_back_over_a_year() -> None:
    assert moments.months_before(date(2026, 2, 1), 3) == date(2025, 11, 1)
    assert moments.months_before(date(2026, 12, 1), -1) == date(2027, 1, 1)
    assert moments.parse_month("2026-05", "since") == date(2026, 5, 1)
    with pytest.raises(Invalid):
        moments.parse_month("2026-5", "since")
