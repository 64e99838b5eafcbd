"""A page of one record among many costs what is on it, from whichever end and wherever it is read."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from chassis.database import Database
from chassis.pages import Part
from devstack.postgres import Postgres
from records.domain.releases import Release
from records.store import grounds
from records.store import releases as store
from records.tables import RecordRow
from records_scenario import APART
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bench.records import FILL

pytestmark = pytest.mark.anyio
SERVICE = "records"
RECORDS, RESIDENTS, SIZE = 100_000, 2, 20
RESIDENT = UUID("00000000-0000-7000-8000-000000000001")
LAST_OF_ALL = UUID(int=2**128 - 1)
MIDDLE = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=RECORDS / 2)
ROWS_READ = text(
    "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = 'record'"
)


def key(row: RecordRow) -> tuple[datetime, UUID]:
    return row.effective_at, row.id


@pytest.fixture
async def filled(own_database: str, postgres_server: Postgres) -> AsyncGenerator[Database]:
    """Two residents' records, of as many seconds as there are."""
    name = str(make_url(own_database).database)
    fill = FILL.format(residents=RESIDENTS, content="{}", digest=APART.digest, records=RECORDS)
    await postgres_server.run_sql(name, fill, "ANALYZE record")
    database = Database(own_database)
    yield database
    await database.close()


async def test_a_page_reads_its_rows_and_no_others_in_either_direction(filled: Database) -> None:
    releases = [Release(frozenset({"vital-signs"}))]

    async def read(part: Part[Any]) -> tuple[list[RecordRow], int]:
        async with filled.transaction() as session:
            await grounds.decided(session, RESIDENT, [RESIDENT], ["vital-signs"])
            before = (await session.execute(ROWS_READ)).scalar_one()
            rows = list(await store.page(session, RESIDENT, releases, APART, part))
            return rows, int((await session.execute(ROWS_READ)).scalar_one()) - int(before)

    pages = {}
    for backwards in (False, True):
        for place in (None, (MIDDLE, LAST_OF_ALL)):
            rows, cost = await read(Part(SIZE, place, backwards))
            assert len(rows) == SIZE + 1
            assert cost == SIZE + 1, (backwards, place)
            assert [key(row) for row in rows] == sorted(map(key, rows), reverse=not backwards)
            pages[backwards, place is None] = [key(row) for row in rows]
    assert pages[False, False][0] < (MIDDLE, LAST_OF_ALL) < pages[True, False][0]
    assert pages[False, True][0][0] - pages[True, True][0][0] == timedelta(seconds=RECORDS - RESIDENTS)
