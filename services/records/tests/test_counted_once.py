"""Who counts, decides by the number and adds one is alone in it: of two at once the second waits for the first."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from chassis import failures
from chassis.database import Database
from records.store import compute, devices, error_reports, own_readings, patients
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

pytestmark = pytest.mark.anyio
SERVICE = "records"
NOW = datetime.now(UTC)
FIRST, SECOND = UUID(int=1), UUID(int=2)
COUNTS: dict[str, Callable[[AsyncSession, UUID], Awaitable[int]]] = {
    "own readings": lambda session, whose: own_readings.entered_since(session, whose, NOW),
    "questions to patients": lambda session, whose: patients.open_questions(session, whose, NOW),
    "runs": compute.runs_waiting,
    "devices": devices.open_devices,
    "error reports": error_reports.open_reports,
}


@pytest.mark.parametrize("what", COUNTS)
async def test_nobody_else_counts_the_same_before_a_transaction_ends(records_db: Database, what: str) -> None:
    count = COUNTS[what]
    async with records_db.transaction() as first:
        await count(first, FIRST)
        async with records_db.transaction() as other:
            await count(other, SECOND)
        with pytest.raises(DBAPIError) as waited:
            async with records_db.transaction() as second:
                await second.execute(text("SET LOCAL lock_timeout = '200ms'"))
                await count(second, FIRST)
    assert failures.sqlstate(waited.value) == "55P03"
