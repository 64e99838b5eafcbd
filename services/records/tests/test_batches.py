"""Batches are here for good once they are acknowledged, and each line has an outcome of its own."""

import asyncio
import hashlib
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.refusals import Invalid, TooLarge, Unavailable
from collection_scenario import NOW, a_source, of
from devstack.samples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from records.commands import batches
from records.domain import lines as reading
from records.domain.batches import (
    BYTES_MAX,
    GAPS_MAX,
    LINES_MAX,
    SAME_MAX,
    WAITING_OF_SOURCE_MAX,
    BatchCut,
    BatchDiffers,
    BatchNotMissing,
    BatchTooFarAhead,
    QueueFull,
    check_content,
    rounds,
    split,
)
from records.domain.ingests import RESOURCE_BYTES_MAX
from records.domain.sources import BudgetReached, SourceBudget, SourcePaused, SourceStopped
from records_scenario import APART, JINAN, observation, of_kind
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

pytestmark = pytest.mark.anyio
SERVICE = "records"


async def test_a_bad_line_harms_no_other_and_each_has_its_outcome_by_position(records_db: Database) -> None:
    source, mei, li = await a_source(records_db), uuid4(), uuid4()
    lines: list[str | bytes] = [
        of(mei, id="a"),
        "{ this is no JSON",
        of(li, id="b"),
        b"\xff\xfe not UTF-8",
        "",
        of(mei, id="c", status="final-ish"),
        of(mei, id="d", valueQuantity={"value": 1, "unit": "x", "system": "http://unitsofmeasure.org", "code": "nope"}),
        of_kind("Condition", subject={"reference": f"Patient/{mei}"}),
        of(mei, id="e"),
    ]
    await source.put(1, lines, [mei, None, li, None, None, mei, mei, mei, mei])
    await source.process()
    assert await source.outcome(1) == "crcr-rrrc"
    assert await source.refusals(1) == [
        (2, "resource-refused", ""),
        (4, "resource-refused", ""),
        (6, "resource-refused", "status"),
        (7, "resource-refused", "valueQuantity.code"),
        (8, "resource-refused", "category"),  # of a type that the source does not send
    ]
    assert await source.records() == 3
    assert (await source.batch(1)).processed_at is not None


async def test_whatever_is_wrong_with_a_line_is_said_at_its_place_and_the_lines_beside_it_are_stored(
    records_db: Database,
) -> None:
    source, mei, stranger = await a_source(records_db), uuid4(), uuid4()
    source.neighbours.strangers = {stranger}
    deep: dict[str, Any] = {"url": "http://example.org/e", "valueString": "x"}
    for _ in range(40):
        deep = {"url": "http://example.org/e", "extension": [deep]}
    ucum = {"system": "http://unitsofmeasure.org", "unit": "x"}
    doubled = of(mei, id="w6").replace('"status"', '"status": "amended", "status"', 1)
    wrong = {
        "malformed": ("", '{"resourceType": "Observation"'),
        "huge": ("", of(mei, id="w1", note=[{"text": "x" * RESOURCE_BYTES_MAX}])),
        "deep": ("extension", of(mei, id="w2", extension=[deep])),
        "of somebody else": ("subject", of(stranger, id="w3")),
        "an unknown code": ("status", of(mei, id="w4", status="nearly-final")),
        "a wrong unit": ("valueQuantity.code", of(mei, id="w5", valueQuantity={"value": 1, "code": "nope", **ucum})),
        "doubled": ("status", doubled),
        "of the future": ("effectiveDateTime", of(mei, id="w7", effectiveDateTime="2099-01-01")),
    }
    lines = [line for number, (_, bad) in enumerate(wrong.values()) for line in (of(mei, id=f"good-{number}"), bad)]
    await source.put(1, lines, [stranger if str(stranger) in line else mei for line in lines])
    await source.process()
    assert await source.outcome(1) == "cr" * len(wrong)
    places = {
        what: field.partition("[")[0] for what, (_, _, field) in zip(wrong, await source.refusals(1), strict=True)
    }
    assert places == {what: field for what, (field, _) in wrong.items()}
    assert await source.records() == len(wrong)


async def test_what_is_sent_again_is_unchanged_and_what_has_changed_is_updated(records_db: Database) -> None:
    source, mei = await a_source(records_db), uuid4()
    await source.put(1, [of(mei, id="a"), of(mei, id="b")], [mei, mei])
    await source.put(2, [of(mei, id="a"), of(mei, id="b", status="amended")], [mei, mei])
    await source.process()
    assert (await source.outcome(1), await source.outcome(2)) == ("cc", "su")


async def test_the_same_resource_in_one_batch_is_kept_in_the_order_it_came(records_db: Database) -> None:
    source, mei = await a_source(records_db), uuid4()
    await source.put(1, [of(mei, id="a"), of(mei, id="a", status="amended"), of(mei, id="a")], [mei] * 3)
    many = [of(mei, id="m", valueQuantity={"value": n, "unit": "mmol/L"}) for n in range(SAME_MAX + 2)]
    await source.put(2, many, [mei] * len(many))
    await source.process()
    assert await source.outcome(1) == "cur"  # the last is older than what it would replace
    assert await source.outcome(2) == "c" + "u" * (SAME_MAX - 1) + "rr"


async def test_a_batch_is_kept_for_its_number_once(records_db: Database) -> None:
    source, mei = await a_source(records_db), uuid4()
    _, known = await source.put(1, [of(mei)], [mei])
    row, again = await source.put(1, [of(mei)], [mei])
    assert (known, again, row.received_at) == (False, True, NOW)
    with pytest.raises(BatchDiffers):
        await source.put(1, [of(mei, id="other")], [mei])
    await source.process()
    _, again = await source.put(1, [of(mei)], [mei])
    assert again and await source.records() == 1, "after it was processed, too"
    with pytest.raises(BatchDiffers):
        await source.put(1, [of(mei, id="other")], [mei])


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", Invalid),
        (b"\n\n", Invalid),
        (b"x\n" * (LINES_MAX + 1), TooLarge),
        (b"x" * (BYTES_MAX + 1), TooLarge),
    ],
)
async def test_a_batch_that_can_be_none_is_refused_whole(content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_content(content, hashlib.sha256(content).digest(), [])


async def test_a_batch_that_was_cut_is_refused_whole() -> None:
    content = b'{"a": 1}\n{"b": 2}\n'
    for digest in (hashlib.sha256(content + b"{").digest(), b"", hashlib.sha256(content).digest()[:31]):
        with pytest.raises((BatchCut, Invalid)):
            check_content(content, digest, [])


async def test_only_a_resident_whom_the_institution_treats_and_who_is_proven_gets_anything(
    records_db: Database,
) -> None:
    source, treated, stranger, unproven = await a_source(records_db), uuid4(), uuid4(), uuid4()
    source.neighbours.strangers, source.neighbours.unproven = {stranger}, {unproven}
    residents = [treated, stranger, unproven, treated]
    await source.put(1, [of(each, id=f"r{index}") for index, each in enumerate(residents)], residents)
    await source.process()
    assert await source.outcome(1) == "crrc"
    assert await source.refusals(1) == [(2, "ingest-refused", "subject"), (3, "not-proven", "subject")]
    additions = {each.resident_id: (each.information_types, each.count) for each in source.neighbours.asked}
    assert additions[treated] == (["laboratory"], 2), "one question a resident, which says what and how many"


async def test_a_line_from_before_a_birth_harms_no_other_of_that_resident(records_db: Database) -> None:
    source, mei = await a_source(records_db), uuid4()
    source.neighbours.born[mei] = NOW.date().replace(year=2020)
    days = ["2019-05-01", "2024-05-01", "2018-01-01", "2025-05-01"]
    await source.put(1, [of(mei, id=f"r{n}", effectiveDateTime=day) for n, day in enumerate(days)], [mei] * 4)
    await source.process()
    assert await source.outcome(1) == "rcrc"


async def test_a_line_is_of_the_resident_whom_its_sender_calls_so_and_of_no_other(records_db: Database) -> None:
    """A sender's id of a resident is another than ours: the gateway says which. Ours, sent to us, is nobody's."""
    source, ours, theirs, other = await a_source(records_db), uuid4(), uuid4(), uuid4()
    escaped = of(theirs, id="d").replace("Patient/", "Patient\\/")
    lines = [
        of(theirs, id="a"),
        of(theirs, id="b", note=[{"text": str(ours)}]),
        of(theirs, id="c", performer=[{"reference": f"Patient/{other}"}]),
        escaped,
        of(theirs, id="e"),
        observation(id="f", subject={"display": "Mei"}),
    ]
    await source.put(1, lines, [ours, ours, ours, ours, None, ours])
    await source.process()
    assert await source.outcome(1) == "crrcrr"
    async with records_db.transaction() as session:
        query = text("SELECT resident_id, content FROM record WHERE institution_id = :partner")
        rows = (await session.execute(query, {"partner": source.partner_id})).all()
    assert {row.resident_id for row in rows} == {ours}
    assert all(str(theirs) not in row.content and str(ours) in row.content for row in rows)


async def test_batches_that_have_not_come_are_found_asked_for_and_given_up(records_db: Database) -> None:
    source, mei = await a_source(records_db, SourceBudget(3, 100, 100_000)), uuid4()
    await source.put(1, [of(mei)], [mei])
    await source.put(5, [of(mei)], [mei])
    assert await source.missing() == [2, 3, 4]
    assert await source.ask() == [2], "two of three batches of this minute are used"
    source.later(minutes=1)
    assert await source.ask() == [2, 3, 4], "as many as a minute allows, the lowest first"
    assert await source.ask() == [], "not again at once"
    await source.put(3, [of(mei, id="late")], [mei])
    assert await source.missing() == [2, 4]
    with pytest.raises(BatchNotMissing):
        await source.give_up(2, 3)
    assert await source.missing() == [2, 4], "all of them, or none"
    await source.give_up(2)
    assert await source.missing() == [4]
    with pytest.raises(BatchDiffers):
        await source.put(2, [of(mei)], [mei])
    source.later(hours=2)
    assert await source.ask() == [4]


async def test_a_number_far_ahead_is_refused(records_db: Database) -> None:
    source, mei = await a_source(records_db), uuid4()
    with pytest.raises(BatchTooFarAhead):
        await source.put(GAPS_MAX + 2, [of(mei)], [mei])
    await source.put(GAPS_MAX + 1, [of(mei)], [mei])
    with pytest.raises(BatchTooFarAhead):
        await source.put(GAPS_MAX + 3, [of(mei)], [mei])


async def test_a_source_is_held_to_the_budget_it_said_and_told_when_to_go_on(records_db: Database) -> None:
    source, mei = await a_source(records_db, SourceBudget(10, 3, 2_000)), uuid4()
    await source.put(1, [of(mei, id="a"), of(mei, id="b")], [mei, mei])
    source.later(seconds=40)
    with pytest.raises(BudgetReached) as refused:
        await source.put(2, [of(mei, id="c"), of(mei, id="d")], [mei, mei])
    assert 1 <= refused.value.retry_after <= 21
    source.later(seconds=refused.value.retry_after)
    await source.put(2, [of(mei, id="c"), of(mei, id="d")], [mei, mei])
    with pytest.raises(BudgetReached):
        await source.put(3, ["x" * 2_001])
    assert (await source.source()).highest_number == 2, "what was refused counts for nothing"


async def test_a_full_queue_is_said_and_loses_nothing(records_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "WAITING_OF_SOURCE_MAX", 3)
    assert WAITING_OF_SOURCE_MAX > 3
    source, mei = await a_source(records_db), uuid4()
    for number in (1, 2, 3):
        await source.put(number, [of(mei, id=str(number))], [mei])
    with pytest.raises(QueueFull) as refused:
        await source.put(4, [of(mei, id="4")], [mei])
    assert refused.value.retry_after > 0
    await source.process()
    await source.put(4, [of(mei, id="4")], [mei])
    await source.process()
    assert await source.records() == 4


async def test_a_source_that_sends_rubbish_is_paused_and_goes_on_with_a_good_batch(records_db: Database) -> None:
    source, mei = await a_source(records_db), uuid4()
    for number in (1, 2, 3):
        await source.put(number, ["{", "{"])
        await source.process()
    with pytest.raises(SourcePaused) as refused:
        await source.put(4, [of(mei)], [mei])
    assert refused.value.retry_after > 0
    async with records_db.transaction() as session:
        over = "UPDATE source SET paused_until = :now WHERE id = :s"
        await session.execute(text(over), {"now": NOW, "s": source.source_id})
    await source.put(4, [of(mei)], [mei])
    with pytest.raises(SourcePaused):
        await source.put(5, [of(mei)], [mei])  # one is let through until it is known how it went
    await source.process()
    await source.put(5, [of(mei, id="b")], [mei])
    assert (await source.source()).bad_in_a_row == 0


async def test_another_institution_does_not_find_the_source(records_db: Database) -> None:
    source, mei = await a_source(records_db), uuid4()
    with pytest.raises(Exception, match="no such source"):
        await source.put(1, [of(mei)], [mei], by=uuid4())


async def test_a_batch_whose_process_dies_is_processed_whole_and_once_by_the_next(records_db: Database) -> None:
    """The database ends the worker's connection in the middle, as it does where a process is killed."""
    source, mei = await a_source(records_db), uuid4()
    await source.put(1, [of(mei, id=f"r{n}") for n in range(20)], [mei] * 20)

    async def killed(*_: Any) -> Any:
        async with records_db.transaction() as session:
            await session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'"
                    " AND datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        return [""]

    await batches.process_next(records_db, replace(source.neighbours.judges, may_add=killed), zone=JINAN, apart=APART)
    assert ((await source.batch(1)).processed_at, await source.records()) == (None, 0), "nothing of it is half there"
    await source.process_at_once()
    assert (await source.counts(1), await source.records(), await source.announced()) == ({"created": 20}, 20, 20)


async def test_what_stops_one_batch_stops_no_other_and_an_absent_neighbour_stops_all(records_db: Database) -> None:
    poisoned, good, mei = await a_source(records_db), await a_source(records_db), uuid4()
    await poisoned.put(1, [of(mei)], [mei])
    await good.put(1, [of(mei)], [mei])

    async def answers(sender: Any, additions: Any) -> Any:
        if sender.partner_id == poisoned.partner_id:
            raise RuntimeError("a fault of ours")
        return await good.neighbours.may_add(sender, additions)

    async def away(*_: Any) -> Any:
        raise Unavailable("consent cannot be reached")

    with pytest.raises(Unavailable):
        await batches.process_next(records_db, replace(good.neighbours.judges, may_add=away), zone=JINAN, apart=APART)
    assert (await poisoned.batch(1)).attempts == 0, "it waits, and is not to blame"
    judges = replace(good.neighbours.judges, may_add=answers)
    while await batches.process_next(records_db, judges, zone=JINAN, apart=APART):
        pass
    assert await good.outcome(1) == "c"
    assert (await poisoned.batch(1)).attempts == 1
    await poisoned.process_at_once()
    assert await poisoned.outcome(1) == "c", "it is never lost"


async def test_two_workers_take_different_batches_and_a_source_goes_in_its_order(records_db: Database) -> None:
    one, other, mei = await a_source(records_db), await a_source(records_db), uuid4()
    for number in (1, 2):
        await one.put(number, [of(mei, id="same", valueQuantity={"value": number, "unit": "mmol/L"})], [mei])
    await other.put(1, [of(mei)], [mei])
    together, order = asyncio.Barrier(2), list[UUID]()

    async def waits(sender: Any, additions: Any) -> Any:
        order.append(sender.partner_id)
        if len(order) <= 2:
            await together.wait()
        return await one.neighbours.may_add(sender, additions)

    judges = replace(one.neighbours.judges, may_add=waits)

    async def work() -> None:
        while await batches.process_next(records_db, judges, zone=JINAN, apart=APART):
            pass

    await asyncio.gather(work(), work())
    assert set(order[:2]) == {one.partner_id, other.partner_id}
    assert (await one.outcome(1), await one.outcome(2), await other.outcome(1)) == ("c", "u", "c")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE batch SET sha256 = decode(repeat('00', 32), 'hex') WHERE source_id = :s",
        "UPDATE batch SET content = 'x' WHERE source_id = :s",
        "UPDATE batch SET content = NULL WHERE source_id = :s",
        "UPDATE batch SET processed_at = now(), content = NULL, outcomes = '' WHERE source_id = :s",
        "DELETE FROM batch WHERE source_id = :s",
    ],
)
async def test_the_database_keeps_a_batch_as_it_came(records_db: Database, change: str) -> None:
    source, mei = await a_source(records_db), uuid4()
    await source.put(1, [of(mei)], [mei])
    with pytest.raises(DBAPIError, match=r"batch|permission"):
        async with records_db.transaction() as session:
            await session.execute(text(change), {"s": source.source_id})
    await source.process()
    for changed in ("outcomes = 'r'", "processed_at = NULL, content = 'x'"):
        with pytest.raises(DBAPIError, match="batch"):
            async with records_db.transaction() as session:
                await session.execute(text(f"UPDATE batch SET {changed} WHERE source_id = :s"), {"s": source.source_id})


async def test_an_ended_source_sends_no_more_and_what_came_is_processed(records_db: Database) -> None:
    source, mei = await a_source(records_db), uuid4()
    await source.put(1, [of(mei)], [mei])
    async with records_db.transaction() as session:
        await batches.locked(session, source.source_id, source.partner_id)
        await session.execute(text("UPDATE source SET status = 4 WHERE id = :s"), {"s": source.source_id})
    with pytest.raises(SourceStopped):
        await source.put(2, [of(mei)], [mei])
    await source.process()
    assert await source.outcome(1) == "c"


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.binary(max_size=80) | st.text(max_size=40).map(str.encode), max_size=12), st.booleans())
def test_whatever_lines_hold_each_position_has_one_outcome(lines: list[bytes], known: bool) -> None:
    lines = split(b"".join(line + b"\n" for line in lines)) if lines else []  # type: ignore[assignment]
    residents = [uuid4() if known else None for _ in lines]
    read = reading.read(lines, residents, information_types={"laboratory"}, zone=JINAN, now=NOW)
    positions = [*(line.position for line in [*read.lines, *read.refused]), *read.empty]
    assert sorted(positions) == list(range(1, len(lines) + 1))
    assert not [line for line in read.refused if line.code == reading.INTERNAL]


@given(st.lists(st.integers(0, 4), max_size=30))
def test_rounds_have_no_name_twice_and_keep_the_order_of_each(names: list[int]) -> None:
    parts = [list(part) for part in rounds(names)]
    assert sorted(index for part in parts for index in part) == list(range(len(names)))
    for part in parts:
        assert len({names[index] for index in part}) == len(part)
    for name in set(names):
        order = [index for part in parts for index in part if names[index] == name]
        assert order == sorted(order)
