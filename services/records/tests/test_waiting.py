"""Lines that wait for whose patient number it is: no more of a source than may, and no longer."""

from uuid import uuid4

import pytest
from chassis.database import Database
from chassis.pages import beginning
from collection_scenario import Collecting, a_source, of
from records.commands import waiting
from records.domain.batches import WaitingLinesFull
from records.domain.patients import LinkEnding
from records.store import patients as store
from records.store import sources as source_store
from records_scenario import JINAN
from test_patients import NUMBER, end, held, let_in, numbered, patient, seen

pytestmark = pytest.mark.anyio
SERVICE = "records"
DAYS = 90


@pytest.fixture
async def source(records_db: Database) -> Collecting:
    """A source of which three lines may wait."""
    source = await a_source(records_db)
    source.waiting_max = 3
    return source


async def fill(source: Collecting) -> None:
    await source.put(1, [numbered("P-1", id="a"), numbered("P-1", id="b"), numbered("P-2", id="c")])


async def leave_out_old(source: Collecting) -> None:
    while await waiting.leave_out_old(source.database, DAYS, JINAN, source.now):
        pass


async def unmatched(source: Collecting) -> int:
    async with source.database.transaction() as session:
        return (await source_store.progress(session, [source.source_id]))[source.source_id].unmatched


async def left_out(source: Collecting) -> list[tuple[int, int, str, str, str]]:
    """Batch, position, patient number, what the line was and why it is left out."""
    async with source.database.transaction() as session:
        rows = await store.left_out_page(session, source.source_id, beginning(100))
    return [
        (line.number or 0, line.position or 0, number.value, f"{line.resource_type}/{line.fhir_id}", line.code)
        for line, number in rows
    ]


async def test_a_batch_with_which_more_would_wait_than_may_is_refused_whole_and_nothing_of_it_is_kept(
    source: Collecting,
) -> None:
    await fill(source)
    with pytest.raises(WaitingLinesFull, match="3 lines wait, 1 more would, and 3 may") as refused:  # not processed yet
        await source.put(2, [numbered("P-3", id="d")])
    assert refused.value.retry_after > 0
    await source.process()
    with pytest.raises(WaitingLinesFull, match="Patient lines"):
        await source.put(2, [numbered("P-3", id="d"), of(uuid4(), id="e")])
    assert (await source.source()).highest_number == 1 and await unmatched(source) == 3


async def test_a_replay_is_acknowledged_and_what_waits_for_nobody_is_taken_however_much_waits(
    source: Collecting,
) -> None:
    await fill(source)
    await source.process()
    row, known = await source.put(1, [numbered("P-1", id="a"), numbered("P-1", id="b"), numbered("P-2", id="c")])
    assert (row.number, known) == (1, True)
    resident = uuid4()
    await source.put(2, [of(resident, id="e")], [resident])
    await source.process()
    assert (await source.outcome(1), await source.outcome(2)) == ("www", "c")


async def test_a_batch_of_patient_lines_alone_is_taken_and_lets_a_full_source_drain(source: Collecting) -> None:
    await fill(source)
    await source.process()
    resident = uuid4()
    source.neighbours.numbers[NUMBER] = resident
    with pytest.raises(WaitingLinesFull):
        await source.put(2, [patient("P-1", number=NUMBER), numbered("P-3", id="d")])
    await source.put(2, [patient("P-1", number=NUMBER), patient("P-2", name=[{"text": "Li Hua"}])])
    await source.process()
    await let_in(source)
    assert [name for name, _, _ in await held(source, resident)] == ["a", "b"] and await unmatched(source) == 1
    await source.put(3, [numbered("P-3", id="d"), numbered("P-1", id="e")])
    await source.process()
    assert await source.outcome(3) == "wc"


async def test_one_source_that_is_full_holds_up_no_other_of_its_institution(
    source: Collecting, records_db: Database
) -> None:
    await fill(source)
    other = await a_source(records_db, partner_id=source.partner_id)
    other.waiting_max = source.waiting_max
    await other.put(1, [numbered("P-1", id="x")])
    await other.process()
    assert await other.outcome(1) == "w"


async def test_what_has_waited_too_long_is_left_out_and_listed_for_its_source_and_number(source: Collecting) -> None:
    await fill(source)
    await source.process()
    source.later(days=DAYS)
    await leave_out_old(source)
    assert await unmatched(source) == 3, "it has not waited too long"
    source.later(minutes=1)
    await leave_out_old(source)
    assert await unmatched(source) == 0
    assert await left_out(source) == [
        (1, 3, "P-2", "Observation/c", "waited-too-long"),
        (1, 2, "P-1", "Observation/b", "waited-too-long"),
        (1, 1, "P-1", "Observation/a", "waited-too-long"),
    ]
    async with source.database.transaction() as session:
        (intake,) = await source_store.intake(session, source.source_id)
    assert (intake.information_type, intake.refused) == ("laboratory", 3)
    resident = uuid4()
    source.neighbours.numbers[NUMBER] = resident
    await source.put(2, [patient("P-1", number=NUMBER), numbered("P-1", id="a")])
    await source.process()
    await let_in(source)
    assert [name for name, _, _ in await held(source, resident)] == ["a"], "sent again, it comes in; nothing else does"
    assert (await seen(source, "P-1")).refused == 2


async def test_what_left_another_persons_record_waits_from_then_on(source: Collecting) -> None:
    source.neighbours.numbers[NUMBER] = uuid4()
    source.now = source.database.now()  # what is stored has the moment that it is stored
    await source.put(1, [patient("P-1", number=NUMBER), numbered("P-1", id="a")])
    await source.process()
    source.later(days=DAYS + 1)
    await end(source, "P-1", LinkEnding.WRONG)
    await leave_out_old(source)
    assert (await seen(source, "P-1")).waiting == 1
    source.later(days=DAYS, minutes=1)
    await leave_out_old(source)
    number = await seen(source, "P-1")
    assert (number.waiting, number.refused) == (0, 1)
    assert number.left_out[0].code == "waited-too-long"
