"""What a transaction sees of residents: what it said that it may see, whatever a statement forgets."""

from collections.abc import AsyncGenerator
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from records.store import grounds
from records.tables import Base
from records_scenario import ingest, observation
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

SERVICE = "records"
pytestmark = pytest.mark.anyio
INSTITUTION = uuid4()

# Tables that say of whom they are, and are seen without grounds. Each has its reason.
OPEN = {
    "device": "which device is bound to whom: no measurement; found by its key, before it is known whose it is",
    "alert_rule": "what is watched, not what was measured; a programme's are nobody's",
    "programme_member": "who takes part in a programme of the city's: read with its rules, for each reading",
    "follow_up_order": "numbers of orders, by which events find the follow-up",
    "patient_number": "an institution's own number; whose it is, matching has to find out first",
    "patient_link": "that a number was taken for a resident's: the trail of matching, read by number",
}

SLICE_OF_ANOTHER = """
    INSERT INTO emergency_slice (resident_id, version, withdrawn, blood_group, allergies, contact_name,
        contact_telephone, given_by, given_at, signature)
    VALUES (gen_random_uuid(), 1, true, '', '[]', '', '', gen_random_uuid(), now(), '')
"""


@pytest.fixture
async def own_db(database: str) -> AsyncGenerator[Database]:
    """As the service has it: who says nothing has said nothing."""
    connected = Database(database)
    yield connected
    await connected.close()


async def test_each_table_that_says_of_whom_it_is_is_seen_by_grounds_or_has_a_reason(own_db: Database) -> None:
    with_resident = {table.name for table in Base.metadata.sorted_tables if "resident_id" in table.columns}
    async with own_db.transaction() as session:
        guarded = set(
            await session.scalars(
                text(
                    "SELECT relname FROM pg_class JOIN pg_policies ON tablename = relname AND cmd = 'ALL'"
                    " WHERE relrowsecurity AND 'public' = ANY (roles)"
                )
            )
        )
    assert with_resident - guarded == OPEN.keys()
    assert guarded - with_resident == {"resource_version"}  # of the resource that it was


async def seen(session: AsyncSession) -> dict[str, int]:
    """How much a statement that forgot its WHERE is shown of each table."""
    tables = ("record", "resource_version")
    return {table: await session.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in tables}


async def two_people(records_db: Database, institution: UUID = INSTITUTION) -> tuple[UUID, UUID]:
    """Two residents of whom an institution sent a laboratory's value each, in two versions."""
    people = uuid4(), uuid4()
    for person in people:
        for value in (5.1, 5.2):
            sent = observation(id=f"of-{person}", valueQuantity={"value": value, "unit": "mmol/L"})
            await ingest(records_db, person, institution, sent)
    return people


async def test_a_forgotten_filter_shows_nothing_of_anybody_else(records_db: Database, own_db: Database) -> None:
    one, other = await two_people(records_db)
    async with own_db.transaction() as session:
        await grounds.decided(session, uuid4(), [one])
        assert await seen(session) == {"record": 1, "resource_version": 1}
        assert await session.scalar(text("SELECT resident_id FROM record")) == one
        await grounds.decided(session, uuid4(), [one], ["laboratory"])
        assert await seen(session) == {"record": 1, "resource_version": 1}
        await grounds.decided(session, uuid4(), [one], ["vital-signs"])
        assert await seen(session) == {"record": 0, "resource_version": 0}
        await grounds.decided(session, uuid4(), [one], [])
        assert await seen(session) == {"record": 0, "resource_version": 0}
        await grounds.own(session, other, [other])
        assert await session.scalar(text("SELECT resident_id FROM record")) == other
        changed = await session.execute(text("UPDATE record SET classified_by = '' RETURNING resident_id"))
        assert list(changed.scalars()) == [other]
        await grounds.own(session, one, [])
        assert await seen(session) == {"record": 0, "resource_version": 0}


async def test_an_institution_sees_what_it_sent_and_writes_for_no_other(records_db: Database, own_db: Database) -> None:
    one, _ = await two_people(records_db)
    async with own_db.transaction() as session:
        await grounds.of_institution(session, uuid4())
        assert await seen(session) == {"record": 0, "resource_version": 0}
        await grounds.of_institution(session, INSTITUTION)
        assert (await seen(session))["record"] >= 2
        await grounds.own(session, one, [one])
        with pytest.raises(DBAPIError, match="row-level security"):
            await session.execute(text(SLICE_OF_ANOTHER))


@pytest.mark.parametrize("said", ["", "SELECT set_config('yima.grounds', 'work', true)"])
async def test_who_says_nothing_or_not_why_is_refused_and_not_shown_an_empty_record(
    records_db: Database, own_db: Database, said: str
) -> None:
    await two_people(records_db)
    with pytest.raises(DBAPIError, match="has not said on what grounds"):
        async with own_db.transaction() as session:
            if said:
                await session.execute(text(said))
            await seen(session)


async def test_what_one_transaction_said_is_not_said_in_the_next(records_db: Database, database: str) -> None:
    await two_people(records_db)
    single = Database(database, connections=1)
    async with single.transaction() as session:
        await grounds.work(session, "count")
        assert (await seen(session))["record"] >= 2
    with pytest.raises(DBAPIError, match="has not said on what grounds"):
        async with single.transaction() as session:
            await seen(session)
    await single.close()
