"""Uses of data are counted once a month, when it is over, and nothing is said of fewer than ten residents."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from chassis.counted_months import RESIDENTS_LEAST
from consent.api.indicators import indicator_message
from consent.commands import indicators
from consent.commands.indicators import count_next_month
from consent.domain.indicators import Counted, count
from consent.store import indicators as store
from consent_scenario import Scenario
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.consent.v1.api_pb2 import ACCESS_KIND_INGEST, ACCESS_KIND_READ, AccessLogEntry

pytestmark = pytest.mark.anyio
SERVICE = "consent"
ZONE = ZoneInfo("Asia/Shanghai")
LEAF = text(
    'INSERT INTO access_log_leaf ("index", resident_id, kind, at, entry) SELECT COALESCE(max("index") + 1, 0),'
    " CAST(:resident AS uuid), :kind, :at, :entry FROM access_log_leaf"
)


async def log(
    scenario: Scenario,
    at: datetime,
    residents: int,
    purpose: str = "TREAT",
    types: Sequence[str] = ("laboratory",),
    permitted: bool = True,
    kind: int = ACCESS_KIND_READ,
) -> None:
    """A reading of each of so many residents, at its place in the log."""
    async with scenario.database.transaction() as session:
        for _ in range(residents):
            entry = AccessLogEntry(
                resident_id=str(uuid4()), purpose=purpose, information_types=types, permitted=permitted
            )
            values = {"resident": entry.resident_id, "kind": kind, "at": at, "entry": entry.SerializeToString()}
            await session.execute(LEAF, values)


async def count_until(scenario: Scenario, now: datetime) -> None:
    while await count_next_month(scenario.database, ZONE, now):
        pass


async def counted(scenario: Scenario, month: str) -> Mapping[tuple[str, str], tuple[int, bool]]:
    """By purpose and kind of information: how often, and whether that is withheld."""
    async with scenario.database.transaction() as session:
        rows = await store.months_since(session, date(2000, 1, 1))
    messages = [indicator_message(row) for row in rows]
    return {
        (each.purpose, each.information_type): (each.uses, each.withheld) for each in messages if each.month == month
    }


async def test_readings_are_counted_by_purpose_and_kind_once_by_the_citys_clock(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indicators, "READ_AT_ONCE", 7)  # the log of a month is read a part at a time
    march = datetime(2015, 2, 28, 16, tzinfo=UTC)  # in Jinan
    await log(scenario, march, RESIDENTS_LEAST, types=("laboratory", "medications"))
    await log(scenario, march, 3)
    await log(scenario, march, RESIDENTS_LEAST - 1, purpose="HRESCH")
    await log(scenario, march, 20, permitted=False)
    await log(scenario, march, 20, kind=ACCESS_KIND_INGEST)
    await log(scenario, datetime(2015, 3, 31, 16, tzinfo=UTC), 20)  # April
    await count_until(scenario, datetime(2015, 4, 2, tzinfo=UTC))
    expected = {
        ("TREAT", "laboratory"): (RESIDENTS_LEAST + 3, False),
        ("TREAT", "medications"): (RESIDENTS_LEAST, False),
        ("HRESCH", "laboratory"): (0, True),
    }
    assert await counted(scenario, "2015-03") == expected
    assert await counted(scenario, "2015-04") == {}, "it is not over"
    await log(scenario, march, 20)
    await count_until(scenario, datetime(2015, 4, 2, tzinfo=UTC))
    assert await counted(scenario, "2015-03") == expected, "a difference would tell of one resident"
    for statement in (
        "INSERT INTO data_use_month VALUES ('2015-03-01', 'TREAT', 'contact', 9, 9)",
        "INSERT INTO data_use_month VALUES ('2015-03-01', 'TREAT', 'contact', 9, NULL)",
        "DELETE FROM data_use_month WHERE month = '2015-03-01'",
    ):
        with pytest.raises(DBAPIError):
            async with scenario.database.transaction() as session:
                await session.execute(text(statement))


async def test_no_month_is_counted_while_an_entry_of_it_waits_for_its_place(scenario: Scenario) -> None:
    at, now = datetime(2017, 5, 9, tzinfo=UTC), datetime(2017, 6, 2, tzinfo=UTC)
    async with scenario.database.transaction() as session:
        entry = AccessLogEntry(resident_id=str(uuid4()), purpose="TREAT", permitted=True).SerializeToString()
        waiting = (
            "INSERT INTO access_log_waiting (resident_id, kind, at, entry) VALUES (gen_random_uuid(), 1, :at, :entry)"
        )
        await session.execute(text(waiting), {"at": at, "entry": entry})
    before = await counted_months(scenario)
    await count_until(scenario, now)
    assert date(2017, 5, 1) not in await counted_months(scenario) - before


async def counted_months(scenario: Scenario) -> set[date]:
    async with scenario.database.transaction() as session:
        return set((await session.execute(text("SELECT month FROM counted_month"))).scalars())


@given(st.lists(st.integers(0, 30), max_size=60))
def test_what_may_be_said_is_of_ten_residents_however_often_each_is_read(residents: list[int]) -> None:
    uses: Counted = {}
    for resident in residents:
        count(uses, str(resident), "TREAT", ["laboratory", "laboratory"])
    (found,) = uses.values() if uses else [None]
    assert (found.times if found else 0) == len(residents)
    assert (found is not None and found.may_be_said) == (len(set(residents)) >= RESIDENTS_LEAST)
