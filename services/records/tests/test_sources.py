"""Sources are registered by their institution and approved by somebody else, for what its certificates cover."""

from datetime import timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from chassis.database import Database
from chassis.refusals import Invalid
from collection_scenario import EVERYTHING, NOW, a_source, of, terms
from records import measures
from records.commands import sources
from records.domain.sources import (
    BUDGET_DEFAULT,
    BUDGET_MAX,
    MOVES,
    SOURCES_MAX,
    OwnSource,
    SourceBudget,
    SourceKnown,
    SourceMoveRefused,
    SourceStatus,
    SourceStopped,
    TooManySources,
    check_move,
    check_terms,
    is_bad,
    pause_after,
    silent_for,
)
from records.store import batches as batch_store
from records.store import sources as store
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

pytestmark = pytest.mark.anyio
SERVICE = "records"


async def register(database: Database, partner: Any, name: str = "Laboratory", **more: Any) -> Any:
    more = {"scope": EVERYTHING, "by": uuid4()} | more
    async with database.transaction() as session:
        return await sources.register_source(session, partner_id=partner, terms=terms(name), now=NOW, **more)


async def decide(database: Database, source: Any, approved: bool = True, **more: Any) -> Any:
    more = {"scope": EVERYTHING, "by": uuid4()} | more
    async with database.transaction() as session:
        return await sources.decide_source(
            session,
            source_id=source.id,
            approved=approved,
            reason="" if approved else "no such system",
            now=NOW,
            **more,
        )


async def test_a_source_may_send_once_somebody_else_has_approved_it(records_db: Database) -> None:
    source = await register(records_db, uuid4())
    assert source.status == SourceStatus.PROPOSED
    with pytest.raises(OwnSource):
        await decide(records_db, source, by=source.registered_by)
    assert (await decide(records_db, source)).status == SourceStatus.APPROVED
    with pytest.raises(SourceMoveRefused):
        await decide(records_db, source, approved=False)


async def test_the_database_lets_nobody_approve_what_they_registered(records_db: Database) -> None:
    source = await register(records_db, uuid4())
    with pytest.raises(IntegrityError, match="source_decided_by_another"):
        async with records_db.transaction() as session:
            await session.execute(
                text("UPDATE source SET status = 2, decided_by = registered_by WHERE id = :id"), {"id": source.id}
            )


@pytest.mark.parametrize(("before", "after"), list(product(SourceStatus, SourceStatus)))
async def test_the_database_and_the_rules_know_the_same_moves(
    records_db: Database, before: SourceStatus, after: SourceStatus
) -> None:
    source = await register(records_db, uuid4())
    set_status = text("UPDATE source SET status = :status, decided_by = :by WHERE id = :id")
    parameters = {"id": source.id, "by": uuid4()}
    if before != SourceStatus.PROPOSED:
        async with records_db.transaction() as session:
            await session.execute(set_status, parameters | {"status": int(before)})
    allowed = before == after or after in MOVES[before]
    try:
        async with records_db.transaction() as session:
            await session.execute(set_status, parameters | {"status": int(after)})
    except DBAPIError:
        assert not allowed
    else:
        assert allowed
    if not allowed:
        with pytest.raises(SourceMoveRefused):
            check_move(before, after)


async def test_what_certificates_do_not_cover_is_neither_registered_nor_approved_nor_sent(records_db: Database) -> None:
    with pytest.raises(SourceStopped):
        await register(records_db, uuid4(), scope=["elderly-care"])
    source = await register(records_db, uuid4(), scope=["check-up"])
    with pytest.raises(SourceStopped):
        await decide(records_db, source, scope=["elderly-care"])


async def test_an_institution_has_so_many_sources_each_of_its_own_name(records_db: Database) -> None:
    partner = uuid4()
    first = await register(records_db, partner)
    with pytest.raises(SourceKnown):
        await register(records_db, partner, "LABORATORY")
    await register(records_db, uuid4())
    for index in range(SOURCES_MAX - 1):
        await register(records_db, partner, f"Laboratory {index}")
    with pytest.raises(TooManySources):
        await register(records_db, partner, "One more")
    async with records_db.transaction() as session:
        for _ in range(2):
            ended = await sources.end_source(
                session, source_id=first.id, partner_id=partner, reason="replaced", by=uuid4(), now=NOW
            )
    assert ended.status == SourceStatus.ENDED
    await register(records_db, partner)


TERMS: dict[str, Any] = {
    "name": "LIS",
    "system": 2,
    "category": "check-up",
    "information_types": ["laboratory"],
    "budget": None,
    "every_minutes": 0,
    "categories": {"check-up"},
}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x\u202ey"}, "name"),
        ({"system": 0}, "system"),
        ({"system": 99}, "system"),
        ({"category": "nothing"}, "category"),
        ({"information_types": []}, "information_types"),
        ({"information_types": ["laboratory", "laboratory"]}, "information_types"),
        ({"information_types": ["laboratory", "gossip"]}, "information_types[1]"),
        ({"budget": SourceBudget(0, 1, 1024)}, "budget.batches"),
        ({"budget": SourceBudget(1, -1, 1024)}, "budget.lines"),
        ({"budget": SourceBudget(1, 1, BUDGET_MAX.bytes + 1)}, "budget.bytes"),
        ({"every_minutes": -1}, "every_minutes"),
        ({"every_minutes": 10**6}, "every_minutes"),
    ],
)
def test_terms_that_no_source_can_have_are_refused_at_their_field(changed: dict[str, Any], field: str) -> None:
    assert check_terms(**TERMS).budget == BUDGET_DEFAULT
    with pytest.raises(Invalid) as refused:
        check_terms(**(TERMS | changed))
    assert refused.value.field == field


def test_a_source_is_paused_longer_the_longer_it_sends_rubbish() -> None:
    assert [pause_after(times) for times in (0, 1, 2)] == [None, None, None]
    pauses = [pause_after(times) or timedelta() for times in range(3, 20)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(minutes=1), timedelta(hours=1))
    assert not is_bad(10, 5)
    assert is_bad(10, 6)
    assert not is_bad(0, 0)


async def test_how_fresh_and_how_complete_a_source_is_can_be_read(records_db: Database) -> None:
    source, mei = await a_source(records_db), uuid4()
    vital = [{"coding": [{"code": "vital-signs"}]}]
    await source.put(1, [of(mei, id="a"), of(mei, id="b", category=vital), of(mei, id="c", status="x"), "{"], [mei] * 4)
    await source.put(4, [of(mei, id="a")], [mei])
    await source.process()
    async with records_db.transaction() as session:
        intake = {row.information_type: row for row in await store.intake(session, source.source_id)}
        progress = (await store.progress(session, [source.source_id]))[source.source_id]
        measured = [each for each in await store.measured(session) if each.id == source.source_id]
        kinds = await store.measured_intake(session)
        queue = await batch_store.queue(session, None, NOW)
    taken = {kind: (row.stored, row.unchanged, row.refused) for kind, row in intake.items()}
    assert taken == {"laboratory": (1, 1, 0), "vital-signs": (1, 0, 0), "": (0, 0, 2)}
    assert intake["laboratory"].newest_effective_at is not None
    assert (progress.missing, progress.waiting) == (2, 0)
    measures.set_collection(queue, 5, measured, kinds, [], NOW + timedelta(hours=3))
    assert [each.value for each in measures._gauges["unmatched"]] == [5]
    (missing,), (silent,) = measures._gauges["missing"], measures._gauges["silent"]
    assert missing.value == 2
    assert silent.value == 3600, "a batch comes every hour; silence begins after two"
    ages = {dict(each.attributes or {})["information_type"]: each.value for each in measures._gauges["age"]}
    assert ages == {"laboratory": 3 * 3600, "vital-signs": 3 * 3600}
    refused = {dict(each.attributes or {})["information_type"]: each.value for each in measures._gauges["refused"]}
    assert refused == {"laboratory": 0, "vital-signs": 0, "none": 1}
    assert silent_for(NOW, 60, NOW + timedelta(hours=1)) == timedelta()
