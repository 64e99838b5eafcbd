"""Calendars of practitioners, rooms and devices: no two slots take one at a time, of whichever offering and site."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from catalog import handlers
from catalog.commands import calendars as commands
from catalog.commands import closing, sites
from catalog.commands import slots as slot_commands
from catalog.domain.calendars import CalendarEnded, CalendarKind, CalendarOfAnother, CalendarTaken
from catalog.domain.slots import SlotsOverlap, SlotTime
from catalog.store import slots as slot_store
from catalog.tables import SlotRow
from catalog_scenario import JINAN, NOW, published, published_events, stand, words
from chassis.consumer import Event, Work
from chassis.database import Database
from chassis.refusals import Invalid, NotFound
from chassis.wire import timestamp
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from yima.catalog.v1 import api_pb2 as pb
from yima.identity.v1.events_pb2 import PractitionerRegistrationEnded

pytestmark = pytest.mark.anyio
SERVICE = "catalog"
HOUR = timedelta(hours=1)


async def put(db: Database, partner_id: UUID, code: str, practitioner_id: UUID | None = None) -> UUID:
    kind = CalendarKind.PRACTITIONER if practitioner_id else CalendarKind.ROOM
    async with db.transaction() as session:
        calendar = await commands.put_calendar(
            session, partner_id=partner_id, code=code, kind=kind, name=code, practitioner_id=practitioner_id
        )
        return calendar.id


async def add(db: Database, offering_id: UUID, partner_id: UUID, *slots: SlotTime) -> list[SlotRow]:
    async with db.transaction() as session:
        rows = await slot_commands.add_slots(
            session, offering_id=offering_id, partner_id=partner_id, slots=slots, zone=JINAN.zone, now=NOW
        )
        return list(rows)


def at(hours: float, *calendars: str, length: timedelta = HOUR) -> SlotTime:
    return SlotTime(NOW + hours * HOUR, NOW + hours * HOUR + length, 1, None, calendars)


async def test_a_practitioner_and_a_room_are_taken_once_by_whichever_offering(catalog_db: Database) -> None:
    partner_id, doctor = uuid4(), uuid4()
    await stand(catalog_db, partner_id)
    one, two = [(await published(catalog_db, partner_id, booking_required=True)).offering.id for _ in range(2)]
    await put(catalog_db, partner_id, "dr-chen", doctor)
    for room in ("room-1", "room-2"):
        await put(catalog_db, partner_id, room)
    (first,) = await add(catalog_db, one, partner_id, at(2, "dr-chen", "room-1"))
    assert (first.calendars, first.practitioner_ids) == (["dr-chen", "room-1"], [doctor])
    for clash in (at(2.5, "dr-chen"), at(1.5, "room-1", "room-2")):
        with pytest.raises(CalendarTaken) as taken:
            await add(catalog_db, two, partner_id, clash)
        assert f"{(NOW + 2 * HOUR).astimezone(JINAN.zone):%Y-%m-%d %H:%M} to" in taken.value.detail
    await add(catalog_db, two, partner_id, at(2, "room-2"), at(3, "dr-chen"))
    await add(catalog_db, one, partner_id, at(2), at(3, "room-1"))
    with pytest.raises(SlotsOverlap):
        await add(catalog_db, one, partner_id, at(2.5))
    with pytest.raises(SlotsOverlap, match="room-2"):
        await add(catalog_db, one, partner_id, at(8, "room-2"), at(8.5, "room-2"))
    with pytest.raises(Invalid, match="room-9"):
        await add(catalog_db, one, partner_id, at(9, "room-9"))


async def test_of_two_who_add_a_slot_of_one_calendar_at_once_one_is_refused(catalog_db: Database) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    ids = [(await published(catalog_db, partner_id, booking_required=True)).offering.id for _ in range(3)]
    await put(catalog_db, partner_id, "room-1")
    outcomes = await asyncio.gather(
        *(add(catalog_db, offering_id, partner_id, at(2, "room-1")) for offering_id in ids), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes if not isinstance(outcome, list)] == [CalendarTaken] * 2


async def test_the_database_lets_no_calendar_be_taken_twice_or_for_another_time(catalog_db: Database) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    offering = (await published(catalog_db, partner_id, booking_required=True)).offering.id
    room, other = [await put(catalog_db, partner_id, code) for code in ("room-1", "room-2")]
    await add(catalog_db, offering, partner_id, at(2, "room-1"))
    (bare,) = await add(catalog_db, offering, partner_id, at(2))
    statement = text("INSERT INTO slot_calendar VALUES (:slot, :calendar, :starts, :ends)")
    for calendar, starts, constraint in ((room, bare.starts_at, "calendar_once"), (other, NOW, "slot_calendar_time")):
        with pytest.raises(IntegrityError, match=constraint):
            async with catalog_db.transaction() as session:
                values = {"slot": bare.id, "calendar": calendar, "starts": starts, "ends": bare.ends_at}
                await session.execute(statement, values)


async def test_a_calendar_stays_what_it_is_of_and_a_practitioner_has_one(catalog_db: Database) -> None:
    partner_id, doctor = uuid4(), uuid4()
    await put(catalog_db, partner_id, "dr-chen", doctor)
    await put(catalog_db, partner_id, "dr-chen", doctor)
    with pytest.raises(CalendarOfAnother, match="dr-chen"):
        await put(catalog_db, partner_id, "chen-again", doctor)
    with pytest.raises(CalendarOfAnother):
        await put(catalog_db, partner_id, "dr-chen")


def day_of(hours: float) -> str:
    return (NOW + hours * HOUR).astimezone(JINAN.zone).date().isoformat()


async def test_who_leaves_has_no_slots_from_that_day_on_in_any_offering_and_gets_none(catalog_db: Database) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    one, two = [(await published(catalog_db, partner_id, booking_required=True)).offering.id for _ in range(2)]
    await put(catalog_db, partner_id, "dr-chen", uuid4())
    await put(catalog_db, partner_id, "room-1")
    for offering_id, hours in ((one, 24), (one, 72), (two, 73)):
        await add(catalog_db, offering_id, partner_id, at(hours, "dr-chen"))
    await add(catalog_db, one, partner_id, at(72, "room-1"))

    async def end(from_day: str, partner: UUID = partner_id) -> int:
        async with catalog_db.transaction() as session:
            options = {"code": "dr-chen", "reason": "leaves", "zone": JINAN.zone, "now": NOW}
            return len(await closing.end_calendar(session, partner_id=partner, from_day=from_day, **options))  # type: ignore[arg-type]

    with pytest.raises(NotFound):
        await end(day_of(72), uuid4())
    with pytest.raises(Invalid, match="today"):
        await end(day_of(-48))
    assert await end(day_of(72)) == 2
    assert (await published_events(catalog_db, two)).count("SlotsWithdrawn") == 1
    with pytest.raises(CalendarEnded):
        await add(catalog_db, one, partner_id, at(100, "dr-chen"))
    assert await end(day_of(24)) == 1, "the slot before it, and none twice"
    with pytest.raises(IntegrityError, match="once it has ended"):
        async with catalog_db.transaction() as session:
            await session.execute(
                text(
                    "INSERT INTO slot_calendar SELECT slot.id, calendar.id, slot.starts_at, slot.ends_at"
                    " FROM slot, calendar WHERE slot.offering_id = :offering AND calendar.code = 'dr-chen'"
                ),
                {"offering": one},
            )


async def leave(db: Database, practitioner_id: UUID, partner_id: UUID) -> None:
    event = PractitionerRegistrationEnded(
        practitioner_id=str(practitioner_id), institution_id=str(partner_id), ended_at=timestamp(NOW), version=2
    )
    for _ in range(2):
        async with db.transaction() as session:
            heard = Event(uuid4(), NOW, str(practitioner_id), "", event)
            await handlers.on_practitioner_left(Work(session, NOW, None), [heard])


async def test_whose_registration_ends_has_no_coming_slots_and_gets_none(catalog_db: Database) -> None:
    partner_id, doctor, stays = uuid4(), uuid4(), uuid4()
    await stand(catalog_db, partner_id)
    offered = [(await published(catalog_db, partner_id, booking_required=True)).offering.id for _ in range(2)]
    await put(catalog_db, partner_id, "dr-chen", doctor)
    await put(catalog_db, partner_id, "dr-li", stays)
    for offering_id, hours in zip(offered, (24, 72), strict=True):
        await add(catalog_db, offering_id, partner_id, at(hours, "dr-chen"), at(hours, "dr-li"))
    await leave(catalog_db, doctor, partner_id)
    for offering_id in offered:
        assert (await published_events(catalog_db, offering_id)).count("SlotsWithdrawn") == 1, "and none twice"
        async with catalog_db.transaction() as session:
            (left,) = await slot_store.coming_slots(session, offering_id, NOW, 9)
            assert left.practitioner_ids == [stays]
    with pytest.raises(CalendarEnded):
        await add(catalog_db, offered[0], partner_id, at(100, "dr-chen"))
    with pytest.raises(IntegrityError, match="ends with who left"):
        async with catalog_db.transaction() as session:
            await session.execute(text("UPDATE calendar SET ends_at = NULL WHERE code = 'dr-chen'"))


async def test_who_left_before_their_calendar_was_put_gets_none(catalog_db: Database) -> None:
    partner_id, doctor = uuid4(), uuid4()
    await leave(catalog_db, doctor, partner_id)
    with pytest.raises(Invalid, match="has left"):
        await put(catalog_db, partner_id, "dr-chen", doctor)


async def test_a_day_at_a_site_is_closed_for_all_its_offerings_and_for_no_other_site(catalog_db: Database) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    ids = {}
    for code in ("north", "south"):
        details = pb.SiteDetails(
            name=words("Here", "这里"),
            address=words("1 Road", "一号路"),
            position={"latitude_microdegrees": 36_661_500, "longitude_microdegrees": 117_016_200},
            district="lixia",
        )
        async with catalog_db.transaction() as session:
            site = await sites.put_site(session, partner_id=partner_id, code=code, details=details, city=JINAN)
            ids[code] = site.id
    offered = [
        (await published(catalog_db, partner_id, booking_required=True, sites=["north", "south"])).offering.id
        for _ in range(2)
    ]
    for offering_id in offered:
        for code, hours in (("north", 72), ("south", 72), ("north", 200)):
            await add(catalog_db, offering_id, partner_id, replace(at(hours), site_id=ids[code]))

    async def close(partner: UUID) -> int:
        async with catalog_db.transaction() as session:
            rows = await closing.close_day(
                session,
                partner_id=partner,
                site_id=ids["north"],
                day=day_of(72),
                reason="no water",
                zone=JINAN.zone,
                now=NOW,
            )
            return len(rows)

    with pytest.raises(NotFound):
        await close(uuid4())
    assert await close(partner_id) == 2
    assert await close(partner_id) == 0
    for offering_id in offered:
        assert (await published_events(catalog_db, offering_id)).count("SlotsWithdrawn") == 1
