"""What offerings contain, what cancelling costs, whom they are for, and slots by the city's clock."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from catalog import commands, domain, events, store
from chassis.consumer import Event, Work
from chassis.database import Database
from chassis.refusals import Invalid
from hypothesis import given
from hypothesis import strategies as st
from yima.catalog.v1 import api_pb2 as pb
from yima.ordering.v1.events_pb2 import PartnerMeasured

SERVICE = "catalog"
LOCALES = ["en"]
VISIT: dict[str, Any] = {"code": "visit", "title": {"text": {"en": "Visit"}}, "kind": pb.UNIT_KIND_VISIT, "times": 3}
ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kuwait"])


@pytest.fixture
async def shop(database: str) -> AsyncGenerator[Database]:
    made = Database(database)
    yield made
    await made.close()


def package(**changes: Any) -> pb.OfferingManifest:
    told: dict[str, Any] = {"kind": pb.OFFERING_KIND_PACKAGE, "contents": [VISIT], "valid_days": 60} | changes
    return pb.OfferingManifest(**told)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"contents": [VISIT | {"times": 0}]}, "manifest.contents[0].times"),
        ({"contents": [VISIT | {"times": 367}]}, "manifest.contents[0].times"),
        ({"contents": [VISIT | {"kind": 0}]}, "manifest.contents[0].kind"),
        ({"contents": [VISIT | {"weight": -1}]}, "manifest.contents[0].weight"),
        ({"contents": [VISIT | {"code": "A visit"}]}, "manifest.contents[0].code"),
        ({"contents": [VISIT | {"title": {}}]}, "manifest.contents[0].title"),
        ({"contents": [VISIT, VISIT]}, "manifest.contents"),
        ({"valid_days": 0}, "manifest.valid_days"),
        ({"contents": []}, "manifest.valid_days"),
        ({"kind": pb.OFFERING_KIND_SINGLE_VISIT}, "manifest.contents"),
        ({"kind": pb.OFFERING_KIND_DEVICE_MONITORING, "contents": [], "valid_days": 0}, "manifest.contents"),
        ({"cancellation": [{"hours_before": 24, "fee_basis_points": 100}]}, "manifest.cancellation"),
        ({"eligibility": {"age_from_months": -1}}, "manifest.eligibility.age_from_months"),
        ({"eligibility": {"age_from_months": 12, "age_below_months": 12}}, "manifest.eligibility.age_below_months"),
    ],
)
def test_terms_an_order_could_not_follow_are_refused_at_their_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        commands.check_process_terms(package(**changes), LOCALES, "manifest")
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ([(0, 100)], "[0].hours_before"),
        ([(24, 0)], "[0].fee_basis_points"),
        ([(24, 10_001)], "[0].fee_basis_points"),
        ([(24, 500), (48, 900)], "[1]"),
        ([(48, 900), (24, 500)], "[1]"),
        ([(24, 500), (24, 600)], "[1]"),
    ],
)
def test_fees_grow_as_time_runs_out(rules: list[tuple[int, int]], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        domain.cancellation(rules, True, "cancellation")
    assert refused.value.field == f"cancellation{field}"


def test_sound_terms_pass() -> None:
    rules = [{"hours_before": 48, "fee_basis_points": 2_000}, {"hours_before": 2, "fee_basis_points": 10_000}]
    commands.check_process_terms(package(booking_required=True, cancellation=rules), LOCALES, "manifest")


@given(ZONES, st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 60), st.sets(st.integers(1, 7), min_size=1),
       st.sets(st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=1, max_size=4))  # fmt: skip
def test_weekly_slots_are_at_their_time_of_the_clock_whatever_the_clock_does(
    zone: str, first: date, days: int, weekdays: set[int], times: set[time]
) -> None:
    city, last = ZoneInfo(zone), first + timedelta(days=days)
    sessions = list(domain.weekly(first, last, list(weekdays), list(times), city))
    dates = [first + timedelta(days=number) for number in range(days + 1)]
    assert [(one.day, one.at) for one in sessions] == [
        (day, at) for day in dates if day.isoweekday() in weekdays for at in sorted(times)
    ]
    for session in sessions:
        if session.start is not None:
            local = session.start.astimezone(city)
            assert (local.date(), local.time().replace(fold=0)) == (session.day, session.at)
        else:  # the clock is moved on that day
            noon = datetime.combine(session.day, time(12), city)
            assert (noon - timedelta(days=1)).utcoffset() != noon.utcoffset()
    starts = [session.start for session in sessions if session.start is not None]
    assert len(set(starts)) == len(starts)


@given(st.integers(0, 30), st.sets(st.integers(0, 23), min_size=1, max_size=5), st.integers(0, 31 * 24))
def test_every_time_of_a_pattern_is_a_slot_to_come_or_named_as_left_out(days: int, hours: set[int], now: int) -> None:
    first, berlin = date(2026, 3, 15), ZoneInfo("Europe/Berlin")
    sessions = list(domain.weekly(first, first + timedelta(days=days), range(1, 8), [time(h) for h in hours], berlin))
    at = datetime(2026, 3, 15, tzinfo=UTC) + timedelta(hours=now)
    slots, skipped = domain.to_come(sessions, timedelta(minutes=30), 2, at)
    assert len(slots) + len(skipped) == len(sessions)
    assert all(slot.start > at and slot.end - slot.start == timedelta(minutes=30) for slot in slots)
    for slot in skipped:
        start = datetime.combine(slot.day, slot.at, berlin)
        skips = (slot.day, slot.at) == (date(2026, 3, 29), time(2))
        assert slot.reason == (domain.SkipReason.NO_SUCH_TIME if skips else domain.SkipReason.PAST)
        assert skips or start <= at


def test_a_time_the_clock_skips_is_left_out_and_one_it_shows_twice_is_meant_once() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    (spring,) = domain.weekly(date(2026, 3, 29), date(2026, 3, 29), [7], [time(2, 30)], berlin)
    (autumn,) = domain.weekly(date(2026, 10, 25), date(2026, 10, 25), [7], [time(2, 30)], berlin)
    assert spring.start is None
    assert autumn.start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


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
        "from_date": "2026-05-04", "until_date": "2026-06-04", "weekdays": [1], "times": ["08:30"], "minutes": 30,
        "capacity": 2,
    }  # fmt: skip
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


@pytest.mark.anyio
async def test_how_a_partner_serves_is_known_by_the_newest_word(shop: Database) -> None:
    partner = uuid4()

    async def hear(*measures: tuple[int, int]) -> None:
        heard = [
            Event(uuid4(), datetime.now(UTC), str(partner), "", PartnerMeasured(
                measures=pb.PartnerMeasures(partner_id=str(partner), orders=orders, version=version)))
            for orders, version in measures
        ]  # fmt: skip
        async with shop.transaction() as session:
            await events.on_partner_measured(Work(session, datetime.now(UTC), None), heard)

    await hear((5, 2), (3, 1))
    await hear((4, 1))
    async with shop.transaction() as session:
        (row,) = await store.measures(session, [partner, uuid4()])
    assert pb.PartnerMeasures.FromString(row.measures).orders == 5
