"""What partners keeps of the grades of an institution's data does not depend on the order in which they arrive."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.wire import timestamp
from devstack.samples import examples
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from partners.handlers import SUBSCRIPTIONS
from partners.store import data_grades
from yima.records.v1.events_pb2 import KindGrade, QualityGraded

from services.any_order import deliver, heard, orders_of

pytestmark = pytest.mark.anyio
SERVICE = "partners"
NOW = datetime.now(UTC).replace(microsecond=0)
ORDER = settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Three months: observations get better, prescriptions worse; of visits there is nothing in the last.
MONTHS = (
    {"Observation": "D", "MedicationRequest": "A", "Encounter": "B"},
    {"Observation": "C", "MedicationRequest": "B", "Encounter": "E"},
    {"Observation": "A", "MedicationRequest": "D"},
)


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


def story(institution: UUID) -> list[Message]:
    """Three months of an institution's grades, as they are reported."""
    return [
        QualityGraded(
            institution_id=str(institution),
            month=f"2026-0{number}",
            letter=max(grades.values()),
            grades=[KindGrade(resource_type=kind, letter=letter) for kind, letter in grades.items()],
            graded_at=timestamp(NOW + timedelta(days=30 * number)),
            version=2026 * 12 + number,
        )
        for number, grades in enumerate(MONTHS, start=1)
    ]


async def state(db: Database, institution: UUID) -> Any:
    async with db.transaction() as session:
        rows = (await data_grades.of_partners(session, [institution]))[institution]
        return [row.model_dump(exclude={"partner_id"}) for row in rows]


def test_every_event_that_is_heard_is_in_the_story() -> None:
    assert {message.DESCRIPTOR.full_name for message in story(uuid4())} == heard(SUBSCRIPTIONS)


@ORDER
@given(order=orders_of(len(MONTHS)))
async def test_an_older_grade_of_a_kind_never_undoes_a_newer_one(db: Database, order: list[int]) -> None:
    once, shuffled = uuid4(), uuid4()
    await deliver(db, SUBSCRIPTIONS, story(once), sorted(set(order)), None, NOW)
    await deliver(db, SUBSCRIPTIONS, story(shuffled), order, None, NOW)
    kept = await state(db, once)
    assert {row["resource_type"]: (row["letter"], row["month"]) for row in kept} == {
        "Encounter": ("E", "2026-02"),
        "MedicationRequest": ("D", "2026-03"),
        "Observation": ("A", "2026-03"),
    }
    assert await state(db, shuffled) == kept
