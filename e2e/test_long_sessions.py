"""Whoever uses the system for longer than an access token is good for goes on: clients, systems, commands, sockets."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from devstack.stack import Stack
from websockets.exceptions import ConnectionClosed
from yima_client.caller import Caller, connect
from yima_client.errors import Refused

from e2e.city import a_city, run
from e2e.people import PASSWORD, a_clinic, a_resident, confirmed, place, refusal
from e2e.test_subscriptions import talk

pytestmark = [pytest.mark.anyio, pytest.mark.long]
LIFE_SECONDS = 4
FORBIDDEN = 4403  # the close code of a connection whose token is over


@pytest.fixture(scope="module")
async def brief(tmp_path_factory: pytest.TempPathFactory, anyio_backend: object) -> AsyncGenerator[Stack]:
    """A system whose access tokens are good for seconds."""
    folder = Path(tmp_path_factory.mktemp("brief"))
    async with a_city(folder, YIMA_ACCESS_SECONDS=str(LIFE_SECONDS)) as stack:
        yield stack


@pytest.fixture
async def nobody(brief: Stack) -> AsyncGenerator[Caller]:
    async with connect(brief.graphql) as caller:
        yield caller


async def used_for(caller: Caller, seconds: float) -> set[str]:
    """The tokens that a caller had, who did something now and then for so long."""
    had, until = {caller.token}, time.monotonic() + seconds
    while time.monotonic() < until:
        assert (await caller.run("me"))["role"]
        had.add(caller.token)
        await asyncio.sleep(0.3)
    return had


async def test_people_and_systems_go_on_for_longer_than_a_token(brief: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, brief.secrets)
    resident, _ = await a_resident(nobody)
    key = await clinic.staff.run("create-api-key", label="integration", scopes=["ORDERS"])
    system = await nobody.with_api_key(key["secret"])
    had = await asyncio.gather(*(used_for(caller, 3 * LIFE_SECONDS) for caller in (resident, clinic.staff, system)))
    assert all(len(tokens) >= 3 for tokens in had)


async def test_many_at_once_refresh_once(nobody: Caller) -> None:
    resident, _ = await a_resident(nobody)
    before = resident.token
    await asyncio.sleep(LIFE_SECONDS)
    roles = await asyncio.gather(*(resident.run("me") for _ in range(12)))
    assert len(roles) == 12
    assert resident.token != before
    await asyncio.sleep(LIFE_SECONDS)
    assert await resident.run("me"), "no refresh token was sent twice"


async def test_commands_at_once_go_on_with_one_session(brief: Stack, nobody: Caller, tmp_path: Path) -> None:
    login, file = f"{uuid4().hex}@residents.example.org", tmp_path / "session.json"
    await nobody.run("register-resident", login=login, password=PASSWORD, name="Lin", birthDate="1960-05-05")

    async def yima(*arguments: str, **more: str) -> Any:
        environment = {**brief.supervisor.environment("gateway"), "YIMA_SESSION": str(file), **more}
        code, said = await run("yima_cli.main", *arguments, "--json", environment=environment)
        assert code == 0, said
        return json.loads(said)

    await yima("sign-in", "--login", login, "--url", brief.graphql, YIMA_PASSWORD=PASSWORD)
    first = json.loads(file.read_text("utf-8"))
    for _ in range(2):
        await asyncio.sleep(LIFE_SECONDS)
        answers = await asyncio.gather(*(yima("whoami") for _ in range(3)))
        assert [answer["role"] for answer in answers] == ["RESIDENT"] * 3
    now = json.loads(file.read_text("utf-8"))
    assert now["login"] == login
    assert now["refresh_token"] != first["refresh_token"]
    assert await yima("sign-out") == {"sessions": 1}
    ended = await refusal(nobody.run("refresh-access", refreshToken=now["refresh_token"]))
    assert ended.code == "refresh-refused"


async def test_a_socket_closes_when_its_token_is_over_and_goes_on_with_the_next(brief: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, brief.secrets)
    resident, _ = await a_resident(nobody)
    await resident.current_token()
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    followed = [await follow_to_the_end(brief, resident, order_id) for _ in range(3)]
    assert followed.count(("next", FORBIDDEN)) >= 2, "on a busy machine a token may be over before the first answer"


async def follow_to_the_end(brief: Stack, resident: Caller, order_id: str) -> tuple[str, int | None]:
    """The type of the first message about an order, and the code with which the connection is closed."""
    heard: list[str] = []
    async with talk(brief, resident) as line:
        await line.subscribe("1", "order-status", orderId=order_id)
        try:
            while True:
                message = await line.hear()
                heard.append(message["type"])
                if message["type"] == "error":
                    assert message["payload"][0]["extensions"]["code"] in ("token-expired", "unauthenticated")
        except ConnectionClosed as closed:
            return (heard or [""])[0], closed.rcvd.code if closed.rcvd else None
        except TimeoutError:
            return (heard or [""])[0], None


async def test_server_sent_events_end_with_a_word_when_the_token_is_over(nobody: Caller) -> None:
    resident, _ = await a_resident(nobody)
    with pytest.raises(Refused) as ended:
        async for code in resident.follow("health-code"):
            assert code["text"].startswith("YM1:")
    assert ended.value.code == "token-expired"
    async for code in resident.follow("health-code"):
        assert code["text"].startswith("YM1:")
        break
