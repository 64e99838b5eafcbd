"""Two systems on one machine, Jinan and Tianjin: a code of one in the other, over their gateways."""

import asyncio
import json
import secrets
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from devstack.ports import free
from devstack.stack import Stack
from ops.example_city import supervisors
from yima_client import trust_lists
from yima_client.caller import Caller, connect, fresh_key, until

from e2e.city import AUTHORITY, authority_key, run, running
from e2e.people import PASSWORD, a_doctor, a_practice, a_resident, operator_of, refusal, regulator_of

pytestmark = [pytest.mark.anyio, pytest.mark.long]
NUMBERS = count(1)


@dataclass
class Place:
    """One of the cities, as its operator sees it."""

    stack: Stack
    nobody: Caller
    operator: Caller
    regulator: Caller

    async def entry(self, port: int | None = None) -> dict[str, Any]:
        """The city, as a list has it."""
        own = (await self.nobody.run("trust-list"))["ownKey"]
        url = f"http://127.0.0.1:{port or self.stack.base_port}"
        return {"name": self.stack.city.name, "url": url, "keys": [own]}

    async def put(self, document: str) -> Any:
        """Put a list in force, as two people do."""
        known = await self.operator.run("put-trust-list", document=document, key=fresh_key())
        if not known["proposed"]:  # it is in force already
            return known
        number = known["proposed"]["sequence"]
        return await self.regulator.run("decide-trust-list", sequence=number, approved=True, key=fresh_key())


def listed(*entries: dict[str, Any], number: int | None = None) -> str:
    lasts = datetime.now(UTC) + timedelta(days=1)
    return trust_lists.sign(authority_key(), AUTHORITY, number or next(NUMBERS), entries, lasts)


@pytest.fixture(scope="module")
async def tianjin(tmp_path_factory: pytest.TempPathFactory, anyio_backend: object) -> AsyncGenerator[Place]:
    folder = Path(tmp_path_factory.mktemp("tianjin"))
    async with running(folder, name="tianjin") as stack, connect(stack.graphql) as nobody:
        operator, regulator = await supervisors(nobody, stack.secrets)
        yield Place(stack, nobody, operator, regulator)


@pytest.fixture
async def jinan(stack: Stack, nobody: Caller) -> Place:
    return Place(stack, nobody, await operator_of(nobody, stack.secrets), await regulator_of(nobody, stack.secrets))


async def test_a_jinan_code_in_tianjin(jinan: Place, tianjin: Place, tmp_path: Path) -> None:
    """Verified and honoured once; written into the resident's log at home; then Jinan is away, and then removed."""
    practice = await a_practice(tianjin.nobody, tianjin.stack.secrets, shares=None, districts=["heping"])
    doctor = await tianjin.nobody.signed_in(practice.doctor, PASSWORD)
    other = await tianjin.nobody.signed_in(await a_doctor(practice.staff, secrets.token_hex(5)), PASSWORD)
    resident, _ = await a_resident(jinan.nobody)

    async def code() -> str:
        return str((await resident.run("issue-health-code"))["text"])

    # Before there is a list, no other city's code is honoured.
    assert (await refusal(doctor.run("redeem-health-code", text=await code()))).code == "code-of-another-city"
    assert (await refusal(doctor.run("redeem-foreign-code", text=await code()))).code == "no-trust-list"
    first = listed(await jinan.entry(), await tianjin.entry(), number=(number := next(NUMBERS)))
    for place in (jinan, tianjin):
        await place.put(first)

    shown = await code()
    scans = await asyncio.gather(
        *(doctor.run("redeem-foreign-code", text=shown, place="Room 3", app="Desk") for _ in range(3))
    )
    assert len({scan["id"] for scan in scans}) == 1
    assert (scans[0]["city"], scans[0]["person"]["birthYear"], scans[0]["late"]) == ("jinan", 1960, False)
    (entry,) = await resident.every("scans")
    assert (entry["city"], entry["practitionerName"], entry["place"]) == ("tianjin", "Doctor", "Room 3")
    log = await until(
        "the scan in the log",
        lambda: resident.run("access-log", first=20),
        lambda page: any("another city" in node["sentence"] or "外地" in node["sentence"] for node in page["nodes"]),
    )
    assert all(node["partner"] is None for node in log["nodes"] if "another city" in node["sentence"])

    # A copy is refused, and the resident reads where it was shown.
    assert (await refusal(other.run("redeem-foreign-code", text=shown))).code == "code-used"
    (alert,) = await resident.every("code-alerts")
    assert (alert["city"], alert["rotated"]) == ("tianjin", True)

    # Where it was scanned, the practitioner and the regulator read of it what is kept, and a colleague does not.
    regulator = await regulator_of(tianjin.nobody, tianjin.stack.secrets)
    for who in (doctor, practice.staff, regulator):
        (kept,) = await who.every("foreign-scans")
        assert (kept["scanId"], kept["city"], kept["receipt"]) == (scans[0]["id"], "jinan", scans[0]["receipt"])
    assert await other.every("foreign-scans") == []

    # At a terminal one command scans either city's, and another verifies it without a network by what the list says.
    async def yima(*arguments: str) -> Any:
        who = {"YIMA_URL": tianjin.stack.graphql, "YIMA_LOGIN": practice.doctor, "YIMA_PASSWORD": PASSWORD}
        environment = {**tianjin.stack.supervisor.environment("gateway"), **who}
        ended, said = await run("yima_cli.main", *arguments, "--json", environment=environment)
        assert ended == 0, said
        return json.loads(said)

    assert (await yima("scan", await code(), "--place", "Room 4"))["person"]["birthYear"] == 1960
    trusted, fresh = tmp_path / "trusted.json", await code()
    trusted.write_text(json.dumps(await yima("trust-list", "show")))
    assert (await yima("code", "verify", "--trust", str(trusted), fresh))["city"] == "jinan"

    # Jinan is away: the code is verified, and nobody honours it.
    cut = listed(await jinan.entry(free()), await tianjin.entry())
    await tianjin.put(cut)
    away = await refusal(doctor.run("redeem-foreign-code", text=fresh))
    assert (away.code, away.retry_after) == ("home-city-away", 5)
    assert len(await resident.every("scans")) == 2

    # An older list is none; a newer one without Jinan ends it at once, and for its own people in the other way.
    assert (await refusal(tianjin.put(first))).code == "trust-list-rolled-back"
    assert (await refusal(tianjin.put(listed(number=number)))).code == "trust-list-rolled-back"
    await jinan.put(listed(await jinan.entry()))
    await tianjin.put(listed(await jinan.entry(), await tianjin.entry()))
    assert (await refusal(doctor.run("redeem-foreign-code", text=await code()))).code == "home-city-refused"
    await tianjin.put(listed(await tianjin.entry()))
    assert (await refusal(doctor.run("redeem-foreign-code", text=await code()))).code == "city-not-trusted"
    assert len(await resident.every("scans")) == 2
