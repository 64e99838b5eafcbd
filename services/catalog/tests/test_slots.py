"""Slots are made by the partner, one by one or by a weekly pattern; they never overlap, and are withdrawn together."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from catalog.commands import slots as commands
from catalog.domain.slots import SlotsOverlap, SlotTime
from catalog.store import slots
from catalog_scenario import JINAN, NOW, published, published_events, stand
from chassis.database import Database
from chassis.refusals import Invalid, NotFound
from yima.catalog.v1 import api_pb2 as pb

SERVICE = "catalog"
HOUR = timedelta(hours=1)


@pytest.mark.anyio
async def test_slots_are_withdrawn_by_name_by_day_and_by_interval_and_told_of_whole(catalog_db: Database) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    aggregate = await published(catalog_db, partner_id, booking_required=True)
    day = (NOW + timedelta(days=3)).astimezone(JINAN.zone).replace(hour=23, minute=0)
    times = [day + timedelta(minutes=30 * number) for number in range(6)]  # two before midnight, four after
    async with catalog_db.transaction() as session:
        rows = await commands.add_slots(
            session,
            offering_id=aggregate.offering.id,
            partner_id=partner_id,
            slots=[SlotTime(at, at + timedelta(minutes=30), 1) for at in times],
            zone=JINAN.zone,
            now=NOW,
        )

    async def withdraw(partner: UUID = partner_id, **which: Any) -> int:
        options: dict[str, Any] = {"ids": [], "day": "", "interval": None} | which
        async with catalog_db.transaction() as session:
            return len(
                await commands.withdraw_slots(
                    session,
                    offering_id=aggregate.offering.id,
                    partner_id=partner,
                    reason="ill",
                    zone=JINAN.zone,
                    now=NOW,
                    **options,
                )
            )

    for which in (
        {},
        {"ids": [uuid4()]},
        {"day": "2026-13-01"},
        {"ids": [rows[0].id], "day": day.date().isoformat()},
        {"interval": (NOW, NOW)},
    ):
        with pytest.raises(Invalid):
            await withdraw(**which)
    with pytest.raises(NotFound):
        await withdraw(uuid4(), ids=[rows[0].id])
    assert await withdraw(ids=[rows[0].id]) == 1
    assert await withdraw(day=day.date().isoformat()) == 1
    assert await withdraw(interval=(times[2], times[4])) == 2
    async with catalog_db.transaction() as session:
        left = await slots.coming_slots(session, aggregate.offering.id, NOW, 10)
        again = [SlotTime(times[0], times[0] + timedelta(minutes=30), 2)]
        await commands.add_slots(
            session, offering_id=aggregate.offering.id, partner_id=partner_id, slots=again, zone=JINAN.zone, now=NOW
        )
    assert [row.id for row in left] == [rows[4].id, rows[5].id]
    assert (await published_events(catalog_db, aggregate.offering.id)).count("SlotsWithdrawn") == 3


@pytest.mark.anyio
async def test_slots_never_overlap(catalog_db: Database) -> None:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    aggregate = await published(catalog_db, partner_id, booking_required=True)

    async def add(*times: SlotTime) -> int:
        async with catalog_db.transaction() as session:
            rows = await commands.add_slots(
                session, offering_id=aggregate.offering.id, partner_id=partner_id, slots=times, zone=JINAN.zone, now=NOW
            )
            return len(rows)

    assert await add(SlotTime(NOW + HOUR, NOW + 2 * HOUR, 3), SlotTime(NOW + 2 * HOUR, NOW + 3 * HOUR, 3)) == 2
    with pytest.raises(SlotsOverlap) as taken:
        await add(SlotTime(NOW + HOUR + HOUR / 2, NOW + 2 * HOUR, 1))
    assert f"{(NOW + HOUR).astimezone(JINAN.zone):%Y-%m-%d %H:%M} to" in taken.value.detail
    with pytest.raises(SlotsOverlap) as both:
        await add(SlotTime(NOW + 9 * HOUR, NOW + 11 * HOUR, 1), SlotTime(NOW + 10 * HOUR, NOW + 12 * HOUR, 1))
    for start in (NOW + 9 * HOUR, NOW + 10 * HOUR):
        assert f"{start.astimezone(JINAN.zone):%Y-%m-%d %H:%M} to" in both.value.detail


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"from_date": "soon"}, "from_date"),
        ({"until_date": "2026-01-01"}, "until_date"),
        ({"until_date": "2028-01-01"}, "until_date"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": [8]}, "weekdays"),
        ({"times": []}, "times"),
        ({"times": ["8 o'clock"]}, "times[0]"),
        ({"times": ["08:30+02:00"]}, "times[0]"),
        ({"minutes": 0}, "minutes"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 1_001}, "capacity"),
        ({"from_date": "2029-05-04", "until_date": "2029-06-04"}, "until_date"),
        ({"from_date": "2026-04-01", "until_date": "2026-04-29"}, "until_date"),
        ({"weekdays": [1, 2, 3, 4, 5, 6, 7], "until_date": "2027-05-01", "times": ["08:00", "09:00"]}, "until_date"),
    ],
)
def test_a_pattern_that_makes_no_sense_or_too_much_is_refused_at_its_field(changes: dict[str, Any], field: str) -> None:
    pattern: dict[str, Any] = {
        "from_date": "2026-05-04",
        "until_date": "2026-06-04",
        "weekdays": [1],
        "times": ["08:30"],
        "minutes": 30,
        "capacity": 2,
    }
    now = datetime(2026, 5, 1, tzinfo=UTC)
    with pytest.raises(Invalid) as refused:
        commands.weekly_slots(pb.AddWeeklySlotsRequest(**(pattern | changes)), ZoneInfo("Asia/Shanghai"), now)
    assert refused.value.field == field


def test_a_pattern_of_which_nothing_is_to_come_says_why() -> None:
    spring = {"from_date": "2026-03-29", "until_date": "2026-03-29", "weekdays": [7], "minutes": 30, "capacity": 2}
    request = pb.AddWeeklySlotsRequest(**spring, times=["01:00", "02:30"])  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refused:
        commands.weekly_slots(request, ZoneInfo("Europe/Berlin"), datetime(2026, 3, 29, 8, tzinfo=UTC))
    assert "2026-03-29 01:00 is past; 2026-03-29 02:30 does not exist" in refused.value.detail
