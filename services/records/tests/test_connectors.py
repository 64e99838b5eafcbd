"""What a hospital's connector says of itself: kept as the latest, and it is told where it is silent or behind."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.refusals import Invalid, NotFound
from collection_scenario import Collecting, a_source, of
from records import measures
from records.api.sources import connector_message
from records.commands import connectors, sources
from records.domain.connectors import BEHIND_AFTER, SILENT_AFTER, check_report
from records.store import connectors as store
from records.store.batches import Queue
from records.tables import ConnectorReportRow
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.records.v1 import collection_pb2 as pb

pytestmark = pytest.mark.anyio
SERVICE = "records"
WELL = {
    "version": "0.1.0", "waiting_lines": 3, "waiting_batches": 1, "oldest_waiting_seconds": 60, "last_number": 17,
    "errors": [("not-mapped", 2), ("resource-refused", 40)],
}  # fmt: skip
MOMENT = timedelta(seconds=1)


async def report(source: Collecting, partner_id: UUID | None = None, **said: object) -> ConnectorReportRow:
    async with source.database.transaction() as session:
        _, row = await connectors.report(
            session,
            source_id=source.source_id,
            partner_id=partner_id or source.partner_id,
            said=check_report(**{**WELL, **said}),  # type: ignore[arg-type] # a report's parts
            now=source.now,
        )
    return row


async def shown(source: Collecting) -> pb.ConnectorState:
    async with source.database.transaction() as session:
        row = (await store.reports(session, [source.source_id]))[source.source_id]
    return connector_message(await source.source(), row, source.now)


@pytest.fixture
async def source(records_db: Database) -> Collecting:
    return await a_source(records_db)


async def test_the_latest_report_stands_in_the_place_of_those_before(source: Collecting) -> None:
    await report(source)
    source.later(minutes=1)
    await report(source, version="0.2.0", waiting_lines=0, waiting_batches=0, oldest_waiting_seconds=9, errors=[])
    said = await shown(source)
    assert (said.version, said.waiting_lines, list(said.errors)) == ("0.2.0", 0, [])
    assert not said.HasField("oldest_waiting_at"), "nothing waits"


async def test_what_went_wrong_is_shown_by_kind_and_how_long_things_wait_goes_on(source: Collecting) -> None:
    await report(source)
    assert [(each.kind, each.count) for each in (await shown(source)).errors] == [
        ("resource-refused", 40), ("not-mapped", 2),
    ]  # fmt: skip
    assert (await shown(source)).health == pb.CONNECTOR_HEALTH_WELL
    source.later(minutes=4)
    assert (await shown(source)).oldest_waiting_at.ToSeconds() == (source.now - timedelta(minutes=5)).timestamp()


async def test_a_connector_that_is_not_heard_of_is_silent_and_one_whose_queue_is_old_is_behind(
    source: Collecting,
) -> None:
    await report(source)
    source.now += SILENT_AFTER
    assert (await shown(source)).health == pb.CONNECTOR_HEALTH_WELL
    source.now += MOMENT
    assert (await shown(source)).health == pb.CONNECTOR_HEALTH_SILENT
    await source.put(1, [of(uuid4())])
    assert (await shown(source)).health == pb.CONNECTOR_HEALTH_WELL, "what sends is not silent"
    await report(source, oldest_waiting_seconds=int(BEHIND_AFTER.total_seconds()) + 1)
    assert (await shown(source)).health == pb.CONNECTOR_HEALTH_BEHIND
    async with source.database.transaction() as session:
        (measured,) = [each for each in await store.measured(session) if each.id == source.source_id]
    measures.set_collection(Queue(0, 0, 0, 0.0), 0, [], [], [measured], source.now + SILENT_AFTER + MOMENT)
    (silent,), (behind,) = measures._gauges["connector_silent"], measures._gauges["connector_oldest"]
    assert silent.value == 1 and behind.value > BEHIND_AFTER.total_seconds()


async def test_the_connector_of_a_source_that_ended_is_neither(source: Collecting) -> None:
    await report(source)
    async with source.database.transaction() as session:
        await sources.end_source(
            session, source_id=source.source_id, partner_id=None, reason="it is gone", by=uuid4(), now=source.now
        )
        assert source.source_id not in {each.id for each in await store.measured(session)}
    source.later(days=3)
    assert (await shown(source)).health == pb.CONNECTOR_HEALTH_UNSPECIFIED


async def test_nobody_reports_for_another_institutions_source(source: Collecting) -> None:
    with pytest.raises(NotFound):
        await report(source, partner_id=uuid4())


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"version": "0.1 of Li Hua"}, "version"),
        ({"waiting_lines": -1}, "waiting_lines"),
        ({"waiting_batches": 2**31}, "waiting_batches"),
        ({"oldest_waiting_seconds": -5}, "oldest_waiting_seconds"),
        ({"last_number": 2**60}, "last_number"),
        ({"errors": [("Li Hua has a fever", 1)]}, "errors[0].kind"),
        ({"errors": [("not-mapped", 0)]}, "errors[0].count"),
        ({"errors": [("not-mapped", 1), ("not-mapped", 2)]}, "errors"),
        ({"errors": [(f"kind-{n}", 1) for n in range(21)]}, "errors"),
    ],
)
def test_a_report_with_a_text_or_an_odd_number_is_refused_by_its_field(said: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_report(**{**WELL, **said})  # type: ignore[arg-type] # a report's parts
    assert refused.value.field == field


async def test_the_database_takes_no_version_that_is_a_text(source: Collecting) -> None:
    await report(source)
    with pytest.raises(DBAPIError, match="connector_report_version"):
        async with source.database.transaction() as session:
            await session.execute(text("UPDATE connector_report SET version = 'of Li Hua'"))
