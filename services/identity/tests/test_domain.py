"""The rules by themselves: passwords, birth dates, who may act for whom, what a token says."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from chassis.refusals import Invalid
from city_pack import pack
from devstack.cities import City
from hypothesis import given
from hypothesis import strategies as st
from identity.domain.access import NUMBERS, Dependant, access_claims
from identity.domain.guardianships import Act, Ward
from identity.domain.passwords import PASSWORD_LENGTH_MIN, new_password
from identity.domain.passwords import password as normalised
from identity.domain.people import age, is_minor, parse_birth_date

JINAN = pack.read(str(City.named("jinan").pack))


COMMON = ["1234567890", "aaaaaaaaaa", "password12", " " * 10, "qwertyuiop", "iloveyou123", "Password123!", "0987654321",
          "abcabcabcabc", "11111111111111111111", "p@ssw0rd123"]  # fmt: skip


@pytest.mark.parametrize("password", COMMON)
def test_common_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid, match=r"guess|characters"):
        new_password(password, ["lin@residents.example.org"])


@pytest.mark.parametrize(
    "password",
    ["lin.meihua@residents.example.org", "linmeihua1990", "Meihua Lin 1", "jinanjinan12", "residents.example"],
)
def test_what_a_person_is_called_is_no_password(password: str) -> None:
    with pytest.raises(Invalid, match="guess"):
        new_password(password, ["lin.meihua@residents.example.org", "Lin Meihua", "1990-01-01", "jinan"])


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "CorrectHorseBatteryStaple",
        "correct-horse-battery-staple",
        "Tr0ub4dor&3",
        "correct_horse_battery_staple!",
        "correct horse battery",
        "Purple Monkey Dishwasher",
        "The quick brown fox jumps over the lazy dog.",
    ],
)
def test_an_example_that_everybody_has_read_is_no_password(password: str) -> None:
    with pytest.raises(Invalid, match="guess"):
        new_password(password, [])


@given(st.text(max_size=9))
def test_short_passwords_are_refused(password: str) -> None:
    if len(normalised(password)) < PASSWORD_LENGTH_MIN:
        with pytest.raises(Invalid, match="10 to 128"):
            new_password(password, [])


@pytest.mark.parametrize(
    "password", ["crimson teapot gravel", "蓝色 水壶 四十二 号桥", "vT9#kq2LmZ8w", "x7" + "né" * 3 + "qPz!4k"]
)
def test_unlikely_passwords_are_taken_and_read_the_same_however_they_are_typed(password: str) -> None:
    import unicodedata

    assert new_password(password, ["lin@x.example.org"]) == new_password(
        unicodedata.normalize("NFD", password), ["lin@x.example.org"]
    )


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_everybody_comes_of_age_as_a_birthday_begins_by_the_citys_clock(born: date) -> None:
    when = JINAN.of_age_at(born)
    assert when.utcoffset() is not None
    assert (when.hour, when.minute) == (0, 0)
    assert when.year == born.year + JINAN.majority_years
    assert (when.month, when.day) in ((born.month, born.day), (3, 1))


@given(
    born=st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    now=st.datetimes(datetime(2000, 1, 1), datetime(2150, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_who_was_born_by_the_last_day_is_of_age_and_nobody_else(born: date, now: datetime) -> None:
    for day in (born, JINAN.adults_born_until(now), JINAN.adults_born_until(now) + timedelta(days=1)):
        assert (JINAN.of_age_at(day) <= now) is (day <= JINAN.adults_born_until(now))


def test_what_is_of_age_soon_is_told_in_utc_seconds_of_the_citys_midnight() -> None:
    assert JINAN.of_age_at(date(2008, 2, 29)).astimezone(UTC) == datetime(2026, 2, 28, 16, tzinfo=UTC)


@given(st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.integers(0, 40_000))
def test_a_minor_is_younger_than_the_citys_majority_in_full_years(born: date, days: int) -> None:
    now = datetime(born.year, born.month, born.day, 12, tzinfo=JINAN.zone) + timedelta(days=days)
    years = age(born, JINAN.today(now))
    assert is_minor(born, JINAN, now) is (years < JINAN.majority_years)
    assert -1 < days - years * 365.2425 < 367, "full years"


@pytest.mark.parametrize(("at", "today"), [("15:59:59", "2026-11-28"), ("16:00:00", "2026-11-29")])
def test_who_is_born_today_by_the_citys_clock_is_registered_and_nobody_from_tomorrow(at: str, today: str) -> None:
    now = datetime.fromisoformat(f"2026-11-28T{at}+00:00")
    assert parse_birth_date(today, JINAN.today(now)) == JINAN.today(now)
    with pytest.raises(Invalid, match="future"):
        parse_birth_date(str(JINAN.today(now) + timedelta(days=1)), JINAN.today(now))


IDS = st.uuids()
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


ACTS = st.sets(st.sampled_from(list(Act)), min_size=1)
DEPENDANTS = st.lists(
    st.builds(Dependant, IDS, st.sampled_from(list(Ward)), ACTS, st.none() | MOMENTS),
    max_size=4,
    unique_by=lambda each: each.id,
)


@given(acting=DEPENDANTS, now=MOMENTS, life=st.timedeltas(timedelta(), timedelta(hours=1)))
def test_a_token_names_whom_its_holder_acts_for_and_for_what_and_from_when_no_longer(
    acting: list[Dependant], now: datetime, life: timedelta
) -> None:
    """And of nobody when that ends, unless it is before the token is over: it would tell their birthday."""
    claims: dict[str, Any] = access_claims(
        city="jinan",
        role="ROLE_RESIDENT",
        session_id=uuid4(),
        subject_id=uuid4(),
        acting=acting,
        now=now,
        expires_at=now + life,
    )
    lasting = [each for each in acting if each.until is None or now < each.until]
    whole = {str(each.id) for each in lasting if each.ward == Ward.MINOR and each.acts == set(Act)}
    assert set(claims.get("dep", [])) == whole, "a release that knows no acts takes all for granted"
    assert claims.get("lim", {}) == {
        str(each.id): sorted(NUMBERS[act] for act in each.acts) for each in lasting if str(each.id) not in whole
    }
    assert claims.get("adult", {}) == {
        str(each.id): int(each.until.timestamp()) for each in lasting if each.until and each.until < now + life
    }
