"""What partners keeps of what it hears does not depend on the order in which it arrives."""

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
from partners.store.partners import load
from yima.catalog.v1.api_pb2 import Offering
from yima.catalog.v1.events_pb2 import OfferingPublished
from yima.records.v1.events_pb2 import KindGrade, QualityGraded

from services.any_order import deliver, heard, orders_of
from services.partners.tests.test_funnel import apply

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
    """Three months of an institution's grades, as they are reported; and two offerings of its that came on sale."""
    on_sale = [
        Offering(partner_id=str(institution), published_at=timestamp(NOW + timedelta(days=day))) for day in (9, 7)
    ]
    return [*map(published, on_sale), *grades(institution)]


def published(offering: Offering) -> Message:
    return OfferingPublished(offering=offering)


def grades(institution: UUID) -> list[Message]:
    return [
        QualityGraded(
            institution_id=str(institution),
            month=f"2026-0{number}",
            letter=max(letters.values()),
            grades=[KindGrade(resource_type=kind, letter=letter) for kind, letter in letters.items()],
            graded_at=timestamp(NOW + timedelta(days=30 * number)),
            version=2026 * 12 + number,
        )
        for number, letters in enumerate(MONTHS, start=1)
    ]


async def state(db: Database, institution: UUID) -> Any:
    async with db.transaction() as session:
        rows = (await data_grades.of_partners(session, [institution]))[institution]
        live_at = (await load(session, institution)).row.live_at
        return [row.model_dump(exclude={"partner_id"}) for row in rows], live_at


def test_every_event_that_is_heard_is_in_the_story() -> None:
    assert {message.DESCRIPTOR.full_name for message in story(uuid4())} == heard(SUBSCRIPTIONS)


@ORDER
@given(order=orders_of(len(MONTHS) + 2))
async def test_an_older_grade_of_a_kind_never_undoes_a_newer_one(db: Database, order: list[int]) -> None:
    once, shuffled = await apply(db, NOW), await apply(db, NOW)
    await deliver(db, SUBSCRIPTIONS, story(once), sorted(set(order)), None, NOW)
    await deliver(db, SUBSCRIPTIONS, story(shuffled), order, None, NOW)
    kept, live_at = await state(db, once)
    assert live_at == NOW + timedelta(days=7)
    assert {row["resource_type"]: (row["letter"], row["month"]) for row in kept} == {
        "Encounter": ("E", "2026-02"),
        "MedicationRequest": ("D", "2026-03"),
        "Observation": ("A", "2026-03"),
    }
    assert await state(db, shuffled) == (kept, live_at)
