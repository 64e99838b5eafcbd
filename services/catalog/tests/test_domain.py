"""The catalog's rules alone: statuses, standings, terms, slots by the city's clock, words to search by."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from catalog.domain import search
from catalog.domain import slots as rules
from catalog.domain.offerings import NEXT, OfferingStatus, StepRefused, advance
from catalog.domain.standings import Standing
from catalog.domain.terms import Ages, check_cancellation, within_population
from chassis.refusals import Invalid
from city_pack.pack import NO_RISE
from hypothesis import example, given
from hypothesis import strategies as st

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kuwait"])


@given(reviewed=st.integers(0, 10**9), minor=st.integers(0, 2 * 10**9))
def test_without_a_rule_every_rise_is_reviewed_and_nothing_else(reviewed: int, minor: int) -> None:
    assert NO_RISE.allows(reviewed, minor) == (minor <= reviewed)


def test_every_status_leads_somewhere_or_is_an_end() -> None:
    ends = set(OfferingStatus) - set(NEXT)
    assert ends == {OfferingStatus.SUPERSEDED, OfferingStatus.RETIRED}
    for start in NEXT:
        reached, todo = {start}, [start]
        while todo:
            for following in NEXT.get(todo.pop(), ()):
                if following not in reached:
                    reached.add(following)
                    todo.append(following)
        assert reached & ends, start


@given(st.sampled_from(OfferingStatus), st.sampled_from(OfferingStatus))
def test_a_step_is_either_in_the_table_or_refused(current: OfferingStatus, target: OfferingStatus) -> None:
    if target in NEXT.get(current, ()):
        assert advance(current, target) == target
    else:
        with pytest.raises(StepRefused):
            advance(current, target)


@given(st.timedeltas(min_value=-timedelta(days=2), max_value=timedelta(days=2)))
def test_nobody_sells_from_the_moment_a_certificate_ends(offset: timedelta) -> None:
    standing = Standing(True, True, frozenset({"chronic-care"}), NOON)
    assert standing.sells("chronic-care", NOON + offset) is (offset < timedelta(0))
    assert not standing.sells("maternal", NOON - HOUR)


@given(st.text() | st.lists(st.text(alphabet="0a ｆé血", min_size=1, max_size=80), max_size=12).map(" ".join))
@example(" ".join(["0" * 99, "0" * 99, "00"]))
def test_whatever_is_searched_for_is_among_the_words_it_would_be_stored_under(written: str) -> None:
    stored = set(search.vector([written]).split())
    assert set(search.query_words(written)) <= stored


@pytest.mark.parametrize(
    ("fees", "field"),
    [
        ([(0, 100)], "[0].hours_before"),
        ([(24, 0)], "[0].fee_basis_points"),
        ([(24, 10_001)], "[0].fee_basis_points"),
        ([(24, 500), (48, 900)], "[1]"),
        ([(48, 900), (24, 500)], "[1]"),
        ([(24, 500), (24, 600)], "[1]"),
    ],
)
def test_fees_grow_as_time_runs_out(fees: list[tuple[int, int]], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_cancellation(fees, True, "cancellation")
    assert refused.value.field == f"cancellation{field}"


@given(
    ZONES,
    st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    st.integers(0, 60),
    st.sets(st.integers(1, 7), min_size=1),
    st.sets(st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=1, max_size=4),
)
def test_weekly_slots_are_at_their_time_of_the_clock_whatever_the_clock_does(
    zone: str, first: date, days: int, weekdays: set[int], times: set[time]
) -> None:
    city, last = ZoneInfo(zone), first + timedelta(days=days)
    sessions = list(rules.weekly(first, last, list(weekdays), list(times), city))
    dates = [first + timedelta(days=number) for number in range(days + 1)]
    assert [(session.day, session.at) for session in sessions] == [
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
    sessions = list(rules.weekly(first, first + timedelta(days=days), range(1, 8), [time(h) for h in hours], berlin))
    at = datetime(2026, 3, 15, tzinfo=UTC) + timedelta(hours=now)
    slots, skipped = rules.coming_slots(sessions, timedelta(minutes=30), 2, at)
    assert len(slots) + len(skipped) == len(sessions)
    assert all(slot.start > at and slot.end - slot.start == timedelta(minutes=30) for slot in slots)
    for slot in skipped:
        start = datetime.combine(slot.day, slot.at, berlin)
        skips = (slot.day, slot.at) == (date(2026, 3, 29), time(2))
        assert slot.reason == (rules.SkipReason.NO_SUCH_TIME if skips else rules.SkipReason.PAST)
        assert skips or start <= at


def test_a_time_the_clock_skips_is_left_out_and_one_it_shows_twice_is_meant_once() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    (spring,) = rules.weekly(date(2026, 3, 29), date(2026, 3, 29), [7], [time(2, 30)], berlin)
    (autumn,) = rules.weekly(date(2026, 10, 25), date(2026, 10, 25), [7], [time(2, 30)], berlin)
    assert spring.start is None
    assert autumn.start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


ages = st.builds(Ages, st.integers(0, 1_500), st.integers(0, 1_500)).filter(
    lambda bounds: not bounds.end or bounds.start < bounds.end
)


@given(ages, ages, st.integers(0, 1_600))
def test_whoever_is_served_belongs_to_the_population_and_to_what_the_offering_says(
    terms: Ages, population: Ages, age: int
) -> None:
    def belongs(to: Ages) -> bool:
        return to.start <= age and (not to.end or age < to.end)

    try:
        served = within_population(terms, population, "eligibility")
    except Invalid:
        explicit = [at for at in (terms.start, terms.end - 1 if terms.end else 0) if at]
        outside = [at for at in explicit if not population.start <= at < (population.end or 10_000)]
        assert outside, "refused, although its ages lie within its population"
        return
    assert not served.end or served.start < served.end
    assert belongs(served) == (belongs(terms) and belongs(population))
