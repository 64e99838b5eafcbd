"""What is to be done next: noted within a consent, booked by the resident's own order, closed or declined once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from chassis.database import Database
from chassis.pages import Part, beginning
from chassis.refusals import Invalid, NotFound
from city_pack.pack import City
from devstack.samples import examples
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from records.commands import follow_ups as commands
from records.commands.alert_rules import Patient, end_with_consents
from records.domain.follow_ups import (
    MOVES,
    OPEN_MAX,
    FollowUpMoveRefused,
    FollowUpOutcome,
    FollowUpStatus,
    NextStep,
    NoConsentForFollowUp,
    TooManyFollowUps,
    check_next_step,
    check_outcome,
)
from records.handlers import SUBSCRIPTIONS
from records.store import follow_ups as store
from records.tables import FollowUpRow
from records_scenario import NOON
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.ordering.v1 import events_pb2 as ordering
from yima.records.v1.events_pb2 import FollowUpClosed, FollowUpDue, FollowUpNoted

from services.any_order import deliver, orders_of

OPEN = ordering.FOLLOW_UP_ORDER_STATE_OPEN
OVER = ordering.FOLLOW_UP_ORDER_STATE_OVER
SERVED = ordering.FOLLOW_UP_ORDER_STATE_SERVED

pytestmark = pytest.mark.anyio
SERVICE = "records"
TODAY = date(2026, 5, 1)
OUTBOX = text("SELECT payload FROM outbox WHERE type = :type")
STEP = NextStep(1, 1, TODAY + timedelta(days=30), "", None, "Bring your diary")


def somebody() -> Patient:
    return Patient(uuid4(), uuid4(), uuid4(), uuid4())


async def noted(records_db: Database, patient: Patient, **changes: Any) -> FollowUpRow:
    async with records_db.transaction() as session:
        return await commands.note_follow_up(session, patient=patient, step=replace(STEP, **changes), now=NOON)


async def now_of(records_db: Database, row: FollowUpRow) -> FollowUpRow:
    async with records_db.transaction() as session:
        (follow_up,) = await store.of_resident(session, row.resident_id, False, beginning(1))
        return follow_up


async def in_sight(records_db: Database, patient: Patient) -> Sequence[UUID]:
    async with records_db.transaction() as session:
        rows = await store.in_sight(session, patient.practitioner_id, None, beginning(100))
        return [row.id for row in rows]


async def decline(records_db: Database, row: FollowUpRow) -> FollowUpRow:
    async with records_db.transaction() as session:
        return await commands.decline_follow_up(
            session, follow_up_id=row.id, acts_for=lambda each: each == row.resident_id, by=row.resident_id, now=NOON
        )


async def close(records_db: Database, row: FollowUpRow, patient: Patient) -> FollowUpRow:
    async with records_db.transaction() as session:
        return await commands.close_follow_up(
            session, follow_up_id=row.id, patient=patient, outcome=FollowUpOutcome.DONE_HERE, note="All well", now=NOON
        )


def check(city: City, **changes: Any) -> NextStep:
    known: dict[str, Any] = {
        "action": 3, "reason": 2, "due_on": "2026-05-01", "category": "", "offering_id": None, "note": "",
    }  # fmt: skip
    return check_next_step(**known | changes, today=TODAY, categories=city.taxonomy)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("action", {"action": 0}),
        ("reason", {"reason": 0}),
        ("due_on", {"due_on": "2026-04-30"}),
        ("due_on", {"due_on": "2031-06-01"}),
        ("due_on", {"due_on": "soon"}),
        ("category", {"category": "no-such-category"}),
        ("offering_id", {"category": "anything", "offering_id": UUID(int=1)}),
        ("note", {"note": "x" * 501}),
    ],
)
def test_what_is_to_be_done_names_what_why_and_a_day_to_come(
    own_city: City, field: str, changes: dict[str, Any]
) -> None:
    assert check(own_city).due_on == TODAY
    with pytest.raises(Invalid) as refused:
        check(own_city, **changes)
    assert refused.value.field == field


def test_only_an_order_says_that_it_was_served() -> None:
    with pytest.raises(Invalid, match="the order says"):
        check_outcome(FollowUpOutcome.SERVED)


async def test_what_is_noted_is_told_of_without_what_it_says(records_db: Database) -> None:
    patient = somebody()
    row = await noted(records_db, patient)
    closed = await close(records_db, row, patient)
    assert (closed.outcome, closed.closing_note) == (FollowUpOutcome.DONE_HERE, "All well")
    async with records_db.transaction() as session:
        query = text("SELECT type, payload FROM outbox WHERE position(CAST(:id AS bytea) IN payload) > 0")
        rows = await session.execute(query, {"id": str(row.id).encode()})
        published = {kept.type: kept.payload for kept in rows}
    first = FollowUpNoted.FromString(published["yima.records.v1.FollowUpNoted"])
    last = FollowUpClosed.FromString(published["yima.records.v1.FollowUpClosed"])
    assert (first.practitioner_id, last.closed_by) == (str(patient.practitioner_id),) * 2
    assert not {field.name for field in FollowUpNoted.DESCRIPTOR.fields} & {"action", "reason", "note", "category"}


async def test_who_may_look_no_longer_sees_nothing_and_the_resident_all(records_db: Database) -> None:
    patient = somebody()
    row = await noted(records_db, patient)
    assert await in_sight(records_db, patient) == [row.id]
    async with records_db.transaction() as session:
        await end_with_consents(session, [patient.consent_id], NOON)
    assert not await in_sight(records_db, patient)
    assert (await now_of(records_db, row)).note == "Bring your diary"
    with pytest.raises(NoConsentForFollowUp):
        await close(records_db, row, patient)
    with pytest.raises(NoConsentForFollowUp):
        await noted(records_db, patient)
    again = replace(patient, consent_id=uuid4())  # they come again, and let them look
    async with records_db.transaction() as session:
        await store.let_see(session, patient.practitioner_id, patient.resident_id, again.consent_id)
    assert await in_sight(records_db, patient) == [row.id]
    assert (await close(records_db, row, again)).status == FollowUpStatus.DONE


async def test_the_longest_overdue_comes_first_page_by_page(records_db: Database) -> None:
    patient = somebody()
    rows = [await noted(records_db, patient, due_on=TODAY + timedelta(days=days)) for days in (9, 3, 3, 40)]
    async with records_db.transaction() as session:
        first = await store.in_sight(session, patient.practitioner_id, None, beginning(1))
        after = Part(9, (first[0].due_on, first[0].id))
        rest = await store.in_sight(session, patient.practitioner_id, TODAY + timedelta(days=9), after)
    assert [row.id for row in (first[0], *rest)] == [rows[1].id, rows[2].id, rows[0].id]


async def test_another_practitioner_or_resident_closes_and_declines_nothing(records_db: Database) -> None:
    patient = somebody()
    row = await noted(records_db, patient)
    for other in (replace(patient, practitioner_id=uuid4()), replace(patient, resident_id=uuid4())):
        with pytest.raises(NotFound):
            await close(records_db, row, other)
    with pytest.raises(NotFound):
        async with records_db.transaction() as session:
            await commands.decline_follow_up(
                session, follow_up_id=row.id, acts_for=lambda _: False, by=uuid4(), now=NOON
            )
    assert (await now_of(records_db, row)).status == FollowUpStatus.DUE


async def test_what_is_declined_stays_so_and_can_be_said_twice(records_db: Database) -> None:
    patient = somebody()
    row = await noted(records_db, patient)
    assert (await decline(records_db, row)).status == FollowUpStatus.DECLINED
    assert (await decline(records_db, row)).closed_at == NOON
    with pytest.raises(FollowUpMoveRefused):
        await close(records_db, row, patient)


async def test_only_so_many_are_open_at_a_time(records_db: Database) -> None:
    patient = somebody()
    for _ in range(OPEN_MAX):
        await noted(records_db, patient)
    with pytest.raises(TooManyFollowUps):
        await noted(records_db, patient)


def ordered(
    row: FollowUpRow, order_id: UUID, version: int = 1, state: ordering.FollowUpOrderState = OPEN, **changes: Any
) -> ordering.FollowUpOrderChanged:
    known = {"order_id": str(order_id), "resident_id": str(row.resident_id), "follow_up_id": str(row.id)}
    return ordering.FollowUpOrderChanged(**known | changes, version=version, state=state)


async def happen(records_db: Database, *events: Message) -> None:
    """These events come, in this order."""
    await deliver(records_db, SUBSCRIPTIONS, events, range(len(events)), None, NOON)


async def test_it_is_booked_by_its_residents_order_due_again_where_that_ends_and_done_where_it_is_served(
    records_db: Database,
) -> None:
    row = await noted(records_db, somebody())
    first, second = uuid4(), uuid4()
    await happen(records_db, ordered(row, uuid4(), resident_id=str(uuid4())))
    assert (await now_of(records_db, row)).status == FollowUpStatus.DUE, "somebody else's order books nothing"
    await happen(records_db, ordered(row, first))
    booked = await now_of(records_db, row)
    assert (booked.status, booked.order_id) == (FollowUpStatus.BOOKED, first)
    with pytest.raises(FollowUpMoveRefused, match="cancel"):
        await decline(records_db, row)
    await happen(records_db, ordered(row, first, 3, OVER))
    assert (await now_of(records_db, row)).status == FollowUpStatus.DUE
    await happen(records_db, ordered(row, second), ordered(row, second, 6, SERVED))
    served = await now_of(records_db, row)
    assert (served.status, served.outcome, served.order_id) == (FollowUpStatus.DONE, FollowUpOutcome.SERVED, second)


@given(order=orders_of(3))
@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_in_whatever_order_events_come_it_stands_the_same(records_db: Database, order: Sequence[int]) -> None:
    row = await noted(records_db, somebody())
    first, second = uuid4(), uuid4()
    events: list[Message] = [ordered(row, first), ordered(row, first, 4, OVER), ordered(row, second)]
    await deliver(records_db, SUBSCRIPTIONS, events, order, None, NOON)
    booked = await now_of(records_db, row)
    assert (booked.status, booked.order_id) == (FollowUpStatus.BOOKED, second)


FORBIDDEN = [
    "UPDATE follow_up SET note = 'x' WHERE id = :id",
    "UPDATE follow_up SET due_on = due_on + 1 WHERE id = :id",
    "UPDATE follow_up SET status = 2 WHERE id = :id",
    "UPDATE follow_up SET status = 3, closed_at = now(), outcome = 1 WHERE id = :id",
    "UPDATE follow_up SET status = 4 WHERE id = :id",
    "DELETE FROM follow_up WHERE id = :id",
    "INSERT INTO follow_up SELECT (jsonb_populate_record(follow_up, jsonb_build_object('id', gen_random_uuid(), "
    "'status', 4, 'closed_at', now(), 'closed_by', gen_random_uuid()))).* FROM follow_up WHERE id = :id",
]


async def test_the_database_refuses_every_other_change(records_db: Database) -> None:
    row = await noted(records_db, somebody())
    for statement in FORBIDDEN:
        with pytest.raises(DBAPIError):
            async with records_db.transaction() as session:
                await session.execute(text(statement), {"id": row.id})


async def test_the_database_and_the_rules_know_the_same_moves(records_db: Database) -> None:
    by = (
        "order_id = CASE WHEN {0} = 2 THEN gen_random_uuid() END, outcome = CASE WHEN {0} = 3 THEN 2 ELSE 0 END, "
        "closed_at = CASE WHEN {0} > 2 THEN now() END, closed_by = CASE WHEN {0} > 2 THEN gen_random_uuid() END"
    )
    ways = {before: [] if before == 1 else [before] for before in FollowUpStatus}
    for before in FollowUpStatus:
        for after in FollowUpStatus:
            if after == before:
                continue
            row = await noted(records_db, somebody())
            moved = True
            for status in (*ways[before], after):
                try:
                    async with records_db.transaction() as session:
                        sets = by.format(int(status))
                        await session.execute(
                            text(f"UPDATE follow_up SET status = {int(status)}, {sets} WHERE id = :id"),
                            {"id": row.id},
                        )
                except DBAPIError:
                    moved = False
            assert moved == (after in MOVES.get(before, frozenset())), (before, after)


async def test_who_has_booked_nothing_is_reminded_once_on_the_day_by_the_citys_clock(records_db: Database) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    due, booked, declined = [await noted(records_db, somebody()) for _ in range(3)]
    async with records_db.transaction() as session:
        await session.execute(
            text("UPDATE follow_up SET status = 2, order_id = gen_random_uuid() WHERE id = :id"), {"id": booked.id}
        )
        await commands.decline_follow_up(
            session, follow_up_id=declined.id, acts_for=lambda _: True, by=uuid4(), now=NOON
        )
    later = await noted(records_db, somebody(), due_on=STEP.due_on + timedelta(days=1))
    midnight = datetime.combine(STEP.due_on, time(), zone)
    of_these = {row.id for row in (due, booked, later, declined)}

    async def reminded(at: datetime) -> set[UUID]:
        async with records_db.transaction() as session:
            await commands.remind(session, zone, at)
        async with records_db.transaction() as session:
            sent = (await session.execute(OUTBOX, {"type": "yima.records.v1.FollowUpDue"})).scalars()
            return {UUID(FollowUpDue.FromString(payload).follow_up_id) for payload in sent} & of_these

    assert await reminded(midnight - timedelta(seconds=1)) == set(), "it is the day before, in Jinan"
    assert await reminded(midnight) == {due.id}
    async with records_db.transaction() as session:
        await session.execute(text("DELETE FROM outbox WHERE type = 'yima.records.v1.FollowUpDue'"))
    assert await reminded(midnight + timedelta(hours=5)) == set(), "once"
    with pytest.raises(DBAPIError, match="reminds its resident once"):
        async with records_db.transaction() as session:
            await session.execute(text("UPDATE follow_up SET reminded_on = NULL WHERE id = :id"), {"id": due.id})


async def test_what_was_noted_for_today_reminds_nobody_before_tomorrow(records_db: Database) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    row = await noted(records_db, somebody(), due_on=NOON.astimezone(zone).date())
    async with records_db.transaction() as session:
        await commands.remind(session, zone, NOON + timedelta(minutes=1))
    assert (await now_of(records_db, row)).reminded_on is None
    async with records_db.transaction() as session:
        await commands.remind(session, zone, NOON + timedelta(days=1))
    assert (await now_of(records_db, row)).reminded_on is not None
