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
    found = list(domain.weekly(first, last, list(weekdays), list(times), timedelta(minutes=30), city))
    for start, end in found:
        local = start.astimezone(city)
        assert local.time().replace(fold=0) in times
        assert local.isoweekday() in weekdays
        assert first <= local.date() <= last
        assert end - start == timedelta(minutes=30)
    assert len({start for start, _ in found}) == len(found)
    wanted = sum((first + timedelta(days=n)).isoweekday() in weekdays for n in range(days + 1)) * len(times)
    assert wanted - 8 * len(times) <= len(found) <= wanted  # a few may fall where the clock skips


def test_a_time_the_clock_skips_is_left_out_and_one_it_shows_twice_is_meant_once() -> None:
    berlin, half = ZoneInfo("Europe/Berlin"), timedelta(minutes=30)
    spring = list(domain.weekly(date(2026, 3, 29), date(2026, 3, 29), [7], [time(2, 30)], half, berlin))
    autumn = list(domain.weekly(date(2026, 10, 25), date(2026, 10, 25), [7], [time(2, 30)], half, berlin))
    assert spring == []
    assert [start for start, _ in autumn] == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


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
        ({"weekdays": [1, 2, 3, 4, 5, 6, 7], "until_date": "2027-05-01", "times": ["08:00", "09:00"]}, "until_date"),
    ],
)
def test_a_pattern_that_makes_no_sense_or_too_much_is_refused_at_its_field(changes: dict[str, Any], field: str) -> None:
    pattern: dict[str, Any] = {
        "from_date": "2026-05-04", "until_date": "2026-06-04", "weekdays": [1], "times": ["08:30"], "minutes": 30,
        "capacity": 2,
    }  # fmt: skip
    with pytest.raises(Invalid) as refused:
        commands.weekly_slots(pb.AddWeeklySlotsRequest(**(pattern | changes)), ZoneInfo("Asia/Shanghai"))
    assert refused.value.field == field


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
