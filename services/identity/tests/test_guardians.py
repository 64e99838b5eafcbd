"""A guardian acts for a minor, until the minor is of age by the city's clock or the guardianship is ended."""

import time
from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from chassis.auth import Verifier, sign
from chassis.database import Database
from city_pack.pack import read
from devstack.cities import City
from identity.commands import guardianships
from identity.store.scans import guardian_names
from joserfc.jwk import OKPKey
from sqlalchemy import text
from yima.identity.v1.events_pb2 import (
    GUARDIANSHIP_END_BY_GUARDIAN,
    GUARDIANSHIP_END_BY_OPERATOR,
    GUARDIANSHIP_END_OF_AGE,
    GuardianshipEnded,
)

from services.identity.tests.callers import opened

pytestmark = pytest.mark.anyio
SERVICE = "identity"
PASSWORD = "a password of some length"
JINAN = read(str(City.named("jinan").pack))


@pytest.fixture
async def http(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[httpx2.AsyncClient]:
    async with opened(database, monkeypatch) as callers:
        yield callers.http


async def post(http: httpx2.AsyncClient, path: str, token: str = "", **body: Any) -> Any:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = await http.post(path, json=body, headers=headers)
    content = answer.json()
    return content if answer.status_code == 200 else str(content["type"]).rpartition(":")[2]


async def guardian(http: httpx2.AsyncClient) -> tuple[str, str, str]:
    """A guardian's login, id and token."""
    login = f"{uuid4().hex}@residents.example.org"
    registered = await post(http, "/residents", login=login, password=PASSWORD, name="Lin", birth_date="1980-05-05")
    return login, registered["id"], (await post(http, "/tokens", login=login, password=PASSWORD))["accessToken"]


def today() -> date:
    return datetime.now(JINAN.zone).date()


def years_ago(years: int, days: int = 0) -> str:
    return str((today() - timedelta(days=days)).replace(year=today().year - years))


@pytest.mark.parametrize("born", [years_ago(18), years_ago(18, days=1), "1950-01-01"])
async def test_nobody_who_is_of_age_is_added_as_a_dependant(http: httpx2.AsyncClient, born: str) -> None:
    _, _, token = await guardian(http)
    assert await post(http, "/dependants", token, name="Grown", birth_date=born) == "of-age"
    assert (await http.get("/me", headers={"authorization": f"Bearer {token}"})).json().get("dependants", []) == []


async def test_a_guardian_shows_a_minors_code_until_the_guardianship_is_ended(http: httpx2.AsyncClient) -> None:
    login, guardian_id, token = await guardian(http)
    child = await post(http, "/dependants", token, name="Child", birth_date=years_ago(17))
    token = (await post(http, "/tokens", login=login, password=PASSWORD))["accessToken"]
    assert "text" in await post(http, "/health-code-tokens", token, resident_id=child["id"])
    _, _, stranger = await guardian(http)
    assert await post(http, f"/dependants/{child['id']}/end", stranger) == "not-found"
    assert await post(http, f"/dependants/{child['id']}/end", stranger, guardian_id=guardian_id) == "not-found"
    ended = await post(http, f"/dependants/{child['id']}/end", token, reason="the other parent does")
    assert (ended["guardianId"], ended["residentId"]) == (guardian_id, child["id"])
    fresh = (await post(http, "/tokens", login=login, password=PASSWORD))["accessToken"]
    assert await post(http, "/health-code-tokens", fresh, resident_id=child["id"]) == "forbidden"
    assert await post(http, f"/dependants/{child['id']}/end", fresh) == "not-found"
    deadline = time.monotonic() + 10  # without the bus, a process hears of ended sessions every few seconds
    while await post(http, "/health-code-tokens", token, resident_id=child["id"]) != "unauthenticated":
        assert time.monotonic() < deadline, "the token from before still acts for the child"


async def test_an_operator_ends_a_guardianship(http: httpx2.AsyncClient) -> None:
    login, guardian_id, token = await guardian(http)
    child = await post(http, "/dependants", token, name="Child", birth_date=years_ago(3))
    operator = await post(http, "/tokens", login="operator@yima.example.org", password="an operator's unlikely words")
    ended = await post(
        http, f"/dependants/{child['id']}/end", operator["accessToken"], guardian_id=guardian_id, reason="a court did"
    )
    assert ended["guardianId"] == guardian_id
    fresh = (await post(http, "/tokens", login=login, password=PASSWORD))["accessToken"]
    assert await post(http, "/health-code-tokens", fresh, resident_id=child["id"]) == "forbidden"


async def announced_ends(database: str) -> list[GuardianshipEnded]:
    """The ends of guardianships that were announced."""
    test_database = Database(database)
    async with test_database.transaction() as session:
        rows = await session.scalars(
            text("SELECT payload FROM outbox WHERE type = :type ORDER BY position"),
            {"type": GuardianshipEnded.DESCRIPTOR.full_name},
        )
        payloads = list(rows)
    await test_database.close()
    return [GuardianshipEnded.FromString(payload) for payload in payloads]


async def test_everybody_hears_that_a_guardianship_was_ended_and_by_whom(
    http: httpx2.AsyncClient, database: str
) -> None:
    _, guardian_id, token = await guardian(http)
    first = await post(http, "/dependants", token, name="First", birth_date=years_ago(3))
    second = await post(http, "/dependants", token, name="Second", birth_date=years_ago(4))
    await post(http, f"/dependants/{first['id']}/end", token, reason="the other parent does")
    operator = await post(http, "/tokens", login="operator@yima.example.org", password="an operator's unlikely words")
    await post(http, f"/dependants/{second['id']}/end", operator["accessToken"], guardian_id=guardian_id)
    ended = {event.dependant_id: event for event in await announced_ends(database) if event.guardian_id == guardian_id}
    assert ended[first["id"]].because == GUARDIANSHIP_END_BY_GUARDIAN
    assert ended[second["id"]].because == GUARDIANSHIP_END_BY_OPERATOR
    assert all(event.version == 2 and event.HasField("ended_at") for event in ended.values())


async def test_a_guardianship_ends_once_when_the_dependant_is_of_age(http: httpx2.AsyncClient, database: str) -> None:
    _, guardian_id, token = await guardian(http)
    child = await post(http, "/dependants", token, name="Child", birth_date=years_ago(17))
    younger = await post(http, "/dependants", token, name="Younger", birth_date=years_ago(5))
    test_database = Database(database)
    born = (today() - timedelta(days=1)).replace(year=today().year - 18)
    for _ in range(2):
        async with test_database.transaction() as session:
            await session.execute(
                text("UPDATE resident SET birth_date = :born WHERE id = :id"), {"born": born, "id": UUID(child["id"])}
            )
            await guardianships.end_what_is_over(session, city=JINAN, now=test_database.now())
    await test_database.close()
    (ended,) = [event for event in await announced_ends(database) if event.guardian_id == guardian_id]
    assert (ended.dependant_id, ended.because) == (child["id"], GUARDIANSHIP_END_OF_AGE)
    assert ended.ended_at.ToDatetime(UTC) == JINAN.of_age_at(born)
    dependants = (await http.get("/me", headers={"authorization": f"Bearer {token}"})).json()["dependants"]
    left = [dependant["id"] for dependant in dependants]
    assert left == [younger["id"]], "the guardian is still signed in, for the younger"


class OneKey:
    """The one key that signs here."""

    def __init__(self) -> None:
        self.key = OKPKey.generate_key("Ed25519", {"kid": "one"})

    async def get(self, _kid: str) -> OKPKey:
        return self.key


async def test_a_token_acts_for_a_dependant_up_to_their_birthday_and_not_a_moment_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At every service: tokens are verified by one piece of code, which remembers them."""
    keys, now = OneKey(), time.time()
    young, grown = str(uuid4()), str(uuid4())
    token = sign(
        keys.key,
        {"use": "access", "sub": str(uuid4()), "role": "ROLE_RESIDENT", "exp": now + 3600, "dep": [young, grown],
         "adult": {grown: now + 60}},
    )  # fmt: skip
    verifier = Verifier(keys)
    for seconds, acts in ((0, True), (59, True), (60, False), (61, False)):
        monkeypatch.setattr(time, "time", lambda seconds=seconds: now + seconds)
        caller = await verifier.principal(f"Bearer {token}")
        assert caller.acts_for(grown) is acts, seconds
        assert (grown in caller.dependants) is acts
        assert caller.acts_for(young)


async def test_the_guardians_of_a_dependant_are_named_until_their_guardianship_ends(
    http: httpx2.AsyncClient, database: str
) -> None:
    _, _, token = await guardian(http)
    child = await post(http, "/dependants", token, name="Kid", birth_date=years_ago(9))
    child_id, store = UUID(child["id"]), Database(database)
    async with store.transaction() as session:
        assert await guardian_names(session, [child_id], [child_id], store.now()) == {child_id: ["Lin"]}
    await post(http, f"/dependants/{child['id']}/end", token)
    async with store.transaction() as session:
        assert await guardian_names(session, [child_id], [child_id], store.now()) == {}
    await store.close()
