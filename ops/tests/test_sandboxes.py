"""What holds of sandboxes before one is started: their names, what they are filled with, and their addresses."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import httpx2
import pytest
from chassis.refusals import Invalid
from city_pack.pack import read
from devstack.cities import City
from devstack.ports import free
from ops.sandboxes.doorway import doorway
from ops.sandboxes.filling import RESIDENTS, example, kinds, neighbour, residents
from ops.sandboxes.keeping import NoRoom, Owner, Sandboxes

pytestmark = pytest.mark.anyio
CITIES = [City.named(name) for name in ("jinan", "marsa-noor", "tianjin")]
OWNER = Owner("par_01a22cd3d55e7552840749c4602929db", "Clear Spring Clinic")


@pytest.mark.parametrize("city", CITIES, ids=lambda city: city.name)
def test_a_sandbox_of_each_city_is_a_pack_that_says_so_and_has_no_bank_or_trust_of_the_city(
    city: City, tmp_path: Path
) -> None:
    pack = read(str(city.sandbox(OWNER.slug, tmp_path).pack))
    assert pack.sandbox
    assert pack.name == f"{city.name}-sandbox-49c4602929db"
    assert all(title.endswith(" SANDBOX") for title in pack.title.values())
    assert (pack.bank_accounts, pack.trust) == ({}, None)
    assert pack.districts.places == read(str(city.pack)).districts.places


@pytest.mark.parametrize("city", CITIES[:2], ids=lambda city: city.name)
def test_each_kind_of_partner_is_called_a_sandbox_and_has_something_to_order_without_a_time(city: City) -> None:
    populations, definitions = city.settings["populations"], city.manifests("definitions")
    today = datetime.now(UTC).date()
    ages = [(today - date.fromisoformat(str(each["birth_date"]))).days // 31 for each in residents(city)]
    for kind in kinds(city):
        manifest, offerings = example(city, kind, OWNER.name)
        assert set(manifest["name"].values()) == {"Clear Spring Clinic SANDBOX"}
        assert not offerings[0].get("bookingRequired")
        whom = populations[
            next(each for each in definitions if each["code"] == offerings[0]["definition"])["population"]
        ]
        months = (whom.get("ageFromMonths", 0), whom.get("ageBelowMonths", 2_000))
        assert any(months[0] <= age < months[1] for age in ages), f"nobody there may order what a {kind} has"
        assert len({offering["reference"] for offering in offerings}) == len(offerings)
    people = residents(city)
    assert len(people) == len({person["login"] for person in people}) == 12


@pytest.mark.parametrize("city", CITIES[:2], ids=lambda city: city.name)
def test_each_resident_has_a_few_resources_which_another_institution_than_the_partner_writes(city: City) -> None:
    people = residents(city)
    assert len({person["login"] for person in people}) == len(people) == RESIDENTS
    for person in people:
        count = Counter(resource["resourceType"] for resource in person["resources"])
        assert {"Encounter", "Observation"} <= count.keys(), person["login"]
        assert 5 <= count.total() <= 40
        assert len({resource["id"] for resource in person["resources"]}) == count.total()
    for kind in kinds(city):
        manifest, _ = example(city, kind, "Clinic")
        beside = neighbour(city, manifest)
        assert beside["registrationNumber"] != manifest["registrationNumber"]
        assert beside["kind"] == "HOSPITAL" or city.name != "jinan"


def test_a_kind_there_is_none_of_is_refused_with_those_there_are() -> None:
    with pytest.raises(Invalid, match=r"kind: must be one of .*CLINIC"):
        example(CITIES[0], "TEAHOUSE", OWNER.name)
    with pytest.raises(Invalid, match="tianjin has no example partners to be like"):
        example(CITIES[2], "CLINIC", OWNER.name)


async def test_an_address_wakes_what_is_behind_it_and_hands_on_what_is_said() -> None:
    woken: list[asyncio.Server] = []
    used: list[int] = []
    behind = free()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nawake")
        await writer.drain()
        writer.close()

    @asynccontextmanager
    async def use() -> AsyncGenerator[int]:
        if not woken:
            woken.append(await asyncio.start_server(answer, "127.0.0.1", behind))
        yield behind

    port = free()
    async with doorway("127.0.0.1", port, use, lambda: used.append(1)), httpx2.AsyncClient(trust_env=False) as http:
        for _ in range(2):
            assert (await http.get(f"http://127.0.0.1:{port}/graphql")).text == "awake"
    assert (len(woken), bool(used)) == (1, True)
    woken[0].close()


async def test_where_there_is_no_memory_the_address_says_what_is_needed_and_when_to_ask_again(tmp_path: Path) -> None:
    """So does the door: nothing of a sandbox that was not made is left."""

    @asynccontextmanager
    async def use() -> AsyncGenerator[int]:
        raise NoRoom("it needs 1500 MB of memory")
        yield 0

    port = free()
    async with doorway("127.0.0.1", port, use, lambda: None), httpx2.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"http://127.0.0.1:{port}/graphql")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert answer.json()["type"] == "urn:yima:problem:no-room"
    assert answer.json()["detail"] == "it needs 1500 MB of memory"
    async with Sandboxes(tmp_path / "sandboxes", CITIES[0], needed_bytes=2**60) as sandboxes:
        with pytest.raises(NoRoom, match=r"it needs \d+ MB of memory, \d+ MB are free, and the 0 that are awake"):
            await sandboxes.create(OWNER, "CLINIC")
        assert sandboxes.every() == []
    assert list((tmp_path / "sandboxes").iterdir()) == []
