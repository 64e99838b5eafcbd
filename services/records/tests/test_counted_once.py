"""Who counts, decides by the number and adds one is alone in it: of two at once the second waits for the first."""

from datetime import UTC, datetime

import pytest
from chassis.database import Database
from records.store import compute, devices, error_reports, own_readings, patients

from services.counted_once import Count, nobody_else_counts_the_same

pytestmark = pytest.mark.anyio
SERVICE = "records"
NOW = datetime.now(UTC)
COUNTS: dict[str, Count] = {
    "own readings": lambda session, whose: own_readings.entered_since(session, whose, NOW),
    "questions to patients": lambda session, whose: patients.open_questions(session, whose, NOW),
    "runs": compute.runs_waiting,
    "devices": devices.open_devices,
    "error reports": error_reports.open_reports,
}


@pytest.mark.parametrize("what", COUNTS)
async def test_nobody_else_counts_the_same_before_a_transaction_ends(records_db: Database, what: str) -> None:
    await nobody_else_counts_the_same(records_db, COUNTS[what])
