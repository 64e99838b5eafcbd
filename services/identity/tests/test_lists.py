"""A list is the same from either end, whoever joins and leaves while it is read."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.pages import keyset
from devstack.samples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from identity.store.people import practitioners_of
from identity.tables import InstitutionRow, PractitionerRow
from sqlalchemy import text
from yima.common.v1.types_pb2 import PageRequest

pytestmark = pytest.mark.anyio
SERVICE = "identity"
MORNING = datetime(2026, 11, 30, 8, tzinfo=UTC)
NEWEST_FIRST = keyset(datetime, UUID)
FEW = settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LEAVES = text(
    "UPDATE practitioner SET ended_at = now(), former_licence_number = licence_number, licence_number = NULL,"
    " ended_by = institution_id WHERE id = :id AND ended_at IS NULL"
)
MINUTES = st.integers(0, 3)  # several are registered at the same moment
SIZES = st.lists(st.integers(1, 4), min_size=1, max_size=6)


@dataclass
class Staff:
    """Who practises at an institution of their own."""

    database: Database
    id: UUID

    async def join(self, minutes: list[int]) -> list[UUID]:
        rows = [
            PractitionerRow(
                id=uuid4(),
                institution_id=self.id,
                name="Doctor",
                licence_number=f"LIC-{uuid4().hex[:12].upper()}",
                title="Doctor",
                registered_at=MORNING + timedelta(minutes=minute),
            )
            for minute in minutes
        ]
        ids = [row.id for row in rows]
        async with self.database.transaction() as session:
            session.add_all(rows)
        return ids

    async def leave(self, practitioner_id: UUID) -> None:
        async with self.database.transaction() as session:
            await session.execute(LEAVES, {"id": practitioner_id})

    async def page(self, **asked: Any) -> tuple[list[UUID], Any]:
        part = NEWEST_FIRST.part(PageRequest(**asked))
        async with self.database.transaction() as session:
            rows = await practitioners_of(session, self.id, part, ended=False)
            shown, page = part.cut(rows, lambda row: (row.registered_at, row.id))
            return [row.id for row in shown], page


async def staff_of(database: Database) -> Staff:
    institution = InstitutionRow(id=uuid4(), name={"en": "Hospital"}, registered_at=MORNING)
    staff = Staff(database, institution.id)
    async with database.transaction() as session:
        session.add(institution)
    return staff


@pytest.fixture
async def identity_db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


@FEW
@given(
    there=st.lists(MINUTES, max_size=9),
    sizes=SIZES,
    joining=st.lists(st.lists(MINUTES, max_size=2), max_size=6),
    leaving=st.lists(st.none() | st.integers(0, 8), max_size=6),
    backwards=st.booleans(),
)
async def test_whoever_is_there_all_the_time_is_on_one_page_in_order_from_either_end(
    identity_db: Database,
    there: list[int],
    sizes: list[int],
    joining: list[list[int]],
    leaving: list[int | None],
    backwards: bool,
) -> None:
    """After each page some join, who may stand anywhere, and one may leave, on whom the cursor may stand."""
    staff = await staff_of(identity_db)
    made = await staff.join(there)
    whole, _ = await staff.page(first=100)
    assert sorted(whole) == sorted(made)
    assert (await staff.page(last=100))[0] == whole
    changes = zip_longest(joining, leaving)
    end, at = ("last", "before") if backwards else ("first", "after")
    asked: dict[str, Any] = {}
    seen, left = list[UUID](), set[UUID]()
    for number in range(100):
        shown, page = await staff.page(**{end: sizes[number % len(sizes)]}, **asked)
        seen = [*shown, *seen] if backwards else [*seen, *shown]
        behind, ahead = (page.has_next, page.has_previous) if backwards else (page.has_previous, page.has_next)
        assert behind == bool(asked)
        if not ahead:
            break
        asked[at] = page.cursors[0 if backwards else -1]
        joined, gone = next(changes, (None, None))
        await staff.join(joined or [])
        if gone is not None and gone < len(whole):
            await staff.leave(whole[gone])
            left.add(whole[gone])
    stayed = [each for each in whole if each not in left]
    assert [each for each in seen if each in stayed] == stayed
    assert len(set(seen)) == len(seen)


@FEW
@given(there=st.lists(MINUTES, min_size=1, max_size=9), size=st.integers(1, 4), back=st.integers(1, 4))
async def test_whoever_goes_on_and_back_again_sees_what_they_saw(
    identity_db: Database, there: list[int], size: int, back: int
) -> None:
    staff = await staff_of(identity_db)
    await staff.join(there)
    whole, _ = await staff.page(first=100)
    first, page = await staff.page(first=size)
    if page.has_next:
        second, further = await staff.page(first=size, after=page.cursors[-1])
        assert [*first, *second] == whole[: len(first) + len(second)]
        returned, before = await staff.page(last=back, before=further.cursors[0])
        assert returned == first[-back:]
        assert (before.has_previous, before.has_next) == (back < len(first), True)
