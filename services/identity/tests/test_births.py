"""Of a resident's birth records learns whether it was by a day, and an institution no more by asking on."""

from collections.abc import AsyncGenerator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from identity.domain.access import OF_BIRTH

from services.identity.tests.callers import opened

pytestmark = pytest.mark.anyio
SERVICE = "identity"
PASSWORD = "a password of some length"


@pytest.fixture
async def http(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[httpx2.AsyncClient]:
    async with opened(database, monkeypatch) as callers:
        yield callers.http


async def resident(http: httpx2.AsyncClient) -> tuple[str, str]:
    """A resident's id and token."""
    login = f"{uuid4().hex}@residents.example.org"
    body = {"login": login, "password": PASSWORD, "name": "Lin", "birth_date": "1980-05-05"}
    person = (await http.post("/residents", json=body)).json()
    return person["id"], (await http.post("/tokens", json={"login": login, "password": PASSWORD})).json()["accessToken"]


async def staff(http: httpx2.AsyncClient) -> str:
    """A token of an institution's staff."""
    login = f"{uuid4().hex}@clinic.example.org"
    name = {"text": {"zh-CN": "诊所", "en": "Clinic"}}
    body = {"login": login, "password": PASSWORD, "name": name, "staff_name": "Staff"}
    assert (await http.post("/institutions", json=body)).status_code == 200
    return str((await http.post("/tokens", json={"login": login, "password": PASSWORD})).json()["accessToken"])


async def born_by(http: httpx2.AsyncClient, token: str, resident_id: str, day: str) -> Any:
    """The answer, or the refusal's code."""
    headers = {"authorization": f"Bearer {token}"}
    answer = await http.get(f"/residents/{resident_id}/birth-check", params={"day": day}, headers=headers)
    content = answer.json()
    return content.get("born", False) if answer.status_code == 200 else str(content["type"]).rpartition(":")[2]


async def test_a_resident_was_born_by_their_birthday_and_not_by_the_day_before(http: httpx2.AsyncClient) -> None:
    (person, _), token = await resident(http), await staff(http)
    for day, born in (("1980-05-04", False), ("1980-05-05", True), ("2026-01-01", True)):
        assert await born_by(http, token, person, day) is born
    assert await born_by(http, token, str(uuid4()), "1900-01-01") is True, "nobody knows of them"
    assert await born_by(http, token, person, "yesterday") == "invalid"


async def test_the_birthday_cannot_be_found_by_asking_on(http: httpx2.AsyncClient) -> None:
    (person, _), token = await resident(http), await staff(http)
    answers = [await born_by(http, token, person, "1970-01-01") for _ in range(OF_BIRTH.free + 3)]
    assert answers == [False] * OF_BIRTH.free + ["too-many-tries"] * 3
    assert await born_by(http, token, person, "1981-01-01") is True, "what is right is still taken"
    assert await born_by(http, await staff(http), person, "1970-01-01") is False, "another institution's mistakes"


async def test_residents_are_told_nothing_of_others(http: httpx2.AsyncClient) -> None:
    (person, _), (_, token) = await resident(http), await resident(http)
    assert await born_by(http, token, person, "2026-01-01") == "forbidden"
