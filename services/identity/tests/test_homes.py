"""Where people live: the word of the register of people, else their own; told as a birth date is told."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from devstack.fictional import identity_number
from identity.domain.people import DistrictSaidLately, check_own_district
from sqlalchemy.exc import IntegrityError

from services.identity.tests import registers
from services.identity.tests.callers import Callers, code, opened
from services.identity.tests.registers import Registers
from services.identity.tests.test_sessions import in_database

pytestmark = pytest.mark.anyio
SERVICE = "identity"
BORN = "1960-05-05"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Generator[Registers]:
    with registers.running(tmp_path_factory.mktemp("registers")) as running:
        yield running


@pytest.fixture
async def callers(database: str, monkeypatch: pytest.MonkeyPatch, people: Registers) -> AsyncGenerator[Callers]:
    async with opened(database, monkeypatch, **people.settings) as running:
        yield running


async def lives(callers: Callers, token: str, district: str, **of: str) -> Any:
    """What saying where somebody lives is answered: the resident, or the code of its refusal."""
    answer = await callers.post("/home-districts", token, district=district, **of)
    return answer.json() if answer.status_code == 200 else code(answer)


async def prove(callers: Callers, token: str, number: str) -> Any:
    answer = await callers.post("/proofs", token, identity_number=number)
    return answer.json() if answer.status_code == 200 else code(answer)


async def told(callers: Callers, token: str) -> list[list[str]]:
    """Where those live whom ordering asks about by this token."""
    answer = await callers.http.get("/birth-dates", headers={"authorization": f"Bearer {token}"})
    return [resident.get("districts", []) for resident in answer.json()["residents"]]


async def test_who_lives_somewhere_says_it_and_ordering_is_told_what_it_lies_in(callers: Callers) -> None:
    token = await callers.token(await callers.resident())
    assert await told(callers, token) == [[]]
    said = await lives(callers, token, "lixia-yaojia")
    assert (said["district"], said["districtSource"]) == ("lixia-yaojia", "DISTRICT_SOURCE_OWN")
    assert await told(callers, token) == [["lixia-yaojia", "lixia"]]
    me = (await callers.http.get("/me", headers={"authorization": f"Bearer {token}"})).json()
    assert me["resident"]["district"] == "lixia-yaojia"


async def test_nobody_lives_where_the_city_is_not_moves_each_day_or_is_said_to_by_a_stranger(callers: Callers) -> None:
    token = await callers.token(await callers.resident())
    for nowhere in ("", "atlantis", "LIXIA", "lixia' OR 1=1"):
        assert await lives(callers, token, nowhere) == "invalid"
    stranger = "01a2252b-34b9-70e8-8762-a7f1f2b11c64"
    assert await lives(callers, token, "lixia", resident_id=stranger) == "forbidden"
    said = await lives(callers, token, "lixia")
    assert (await lives(callers, token, "lixia"))["districtSaidAt"] == said["districtSaidAt"], "the same again"
    assert await lives(callers, token, "shizhong") == "district-said-lately"
    await in_database(callers, "UPDATE resident SET district_said_at = district_said_at - interval '30 days'")
    assert (await lives(callers, token, "shizhong"))["district"] == "shizhong"


def test_when_it_may_be_said_again_is_a_moment_of_the_city_s_clock() -> None:
    said_at = datetime(2026, 11, 30, 17, 30, tzinfo=UTC)
    with pytest.raises(DistrictSaidLately, match="from 2026-12-31 01:30 on"):
        check_own_district("own", said_at, said_at + timedelta(days=1), ZoneInfo("Asia/Shanghai"))


async def test_a_guardian_says_where_a_child_lives(callers: Callers) -> None:
    login = await callers.resident()
    token = await callers.token(login)
    child = (await callers.post("/dependants", token, name="Kid", birth_date="2019-05-05")).json()["id"]
    assert await lives(callers, token, "lixia", resident_id=child) == "forbidden", "the token is older"
    token = await callers.token(login)
    assert (await lives(callers, token, "lixia", resident_id=child))["id"] == child
    assert await told(callers, token) == [[], ["lixia"]]


async def test_what_the_register_says_goes_before_their_own_word_and_stays(callers: Callers, people: Registers) -> None:
    token, number = await callers.token(await callers.resident()), identity_number(BORN)
    await lives(callers, token, "shizhong")
    people.put_home(number, "lixia")
    assert (await prove(callers, token, number))["districtSource"] == "DISTRICT_SOURCE_REGISTER"
    assert await told(callers, token) == [["lixia"]]
    assert await lives(callers, token, "shizhong") == "district-registered"
    people.put_home(number, "")
    assert (await prove(callers, token, number))["district"] == "lixia", "a register that says none takes none back"
    people.put_home(number, "huaiyin")
    assert (await prove(callers, token, number))["district"] == "huaiyin"
    with pytest.raises(IntegrityError, match="word of the register"):
        await in_database(callers, "UPDATE resident SET district_source = 'own' WHERE district = 'huaiyin'")


@pytest.mark.parametrize("said", ["", "atlantis"])
async def test_a_register_that_says_no_district_of_the_city_leaves_it_to_them(
    callers: Callers, people: Registers, said: str
) -> None:
    token, number = await callers.token(await callers.resident()), identity_number(BORN)
    people.put_home(number, said)
    assert (await prove(callers, token, number))["district"] == ""
    assert (await lives(callers, token, "lixia"))["districtSource"] == "DISTRICT_SOURCE_OWN"


async def test_of_two_who_say_it_at_once_one_is_told_that_it_was_said(callers: Callers, people: Registers) -> None:
    token = await callers.token(await callers.resident())
    answers = await asyncio.gather(*(lives(callers, token, each) for each in ("lixia", "shizhong", "huaiyin")))
    assert sorted(answer if isinstance(answer, str) else "said" for answer in answers) == [
        "district-said-lately",
        "district-said-lately",
        "said",
    ]
    number = identity_number(BORN)
    people.put_home(number, "licheng")
    other = await callers.token(await callers.resident())
    await asyncio.gather(prove(callers, other, number), lives(callers, other, "lixia"))
    assert await told(callers, other) == [["licheng"]], "whichever came first"
