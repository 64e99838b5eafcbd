"""Keys that services sign with: rotated without anybody noticing, withdrawn for everybody within seconds."""

import asyncio
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from chassis.auth import sign
from chassis.database import Database
from chassis.routes import policy
from chassis.sealing import Sealer
from chassis.signing import read
from devstack.stack import Stack
from gateway.policy import CONTRACTS
from sqlalchemy import text
from yima_client.caller import Caller, connect, until
from yima_client.errors import Refused

from e2e.city import a_city, run
from e2e.people import a_resident

pytestmark = [pytest.mark.anyio, pytest.mark.long]
OPERATORS = text("SELECT subject_id FROM account WHERE role = 'operator' LIMIT 1")
SECONDS = 8.0  # within which everybody refuses what a withdrawn key signed


@pytest.fixture(scope="module")
async def own_city(tmp_path_factory: pytest.TempPathFactory, anyio_backend: object) -> AsyncGenerator[Stack]:
    """A city of its own: everybody there signs in again when its key is withdrawn."""
    async with a_city(Path(tmp_path_factory.mktemp("keys"))) as stack:
        yield stack


async def task(stack: Stack, service: str, *arguments: str) -> str:
    code, said = await run("chassis", service, *arguments, environment=stack.supervisor.environment(service))
    assert code == 0, said
    return said


async def stolen(stack: Stack) -> tuple[str, str]:
    """A token for an operator as whoever has stolen identity's key makes it, and the key's id."""
    database = Database(stack.postgres.url("identity", "identity_app", stack.secrets["app"]))
    async with database.transaction() as session:
        newest, *_ = await read(session, Sealer.of(stack.secrets["key-encryption"]))
        (operator,) = [str(row[0]) for row in await session.execute(OPERATORS)]
    await database.close()
    claims = {"use": "access", "sub": operator, "sid": "", "role": "ROLE_OPERATOR", "exp": 2**34, "dty": [1, 2, 3, 4]}
    return sign(newest.jose, claims), newest.kid


async def role_of(caller: Caller) -> str | None:
    """As whom the gateway answers; None where it refuses the token."""
    try:
        return str((await caller.run("me"))["role"])
    except Refused as refused:
        assert refused.code == "unauthenticated", refused
        return None


async def followed(caller: Caller) -> str:
    """Why a subscription ends."""
    try:
        async for _ in caller.follow("order-events"):
            continue
    except Refused as refused:
        return refused.code
    return "ended"


async def status_of(stack: Stack, service: str, token: str) -> int:
    """What a service answers a route that operators or others may call."""
    method = next(method for method in CONTRACTS[service].methods if not policy(method)[2].public)
    verb, path, _ = policy(method)
    url = f"{stack.service_url(service)}{re.sub('{[^}]*}', str(uuid4()), path)}"
    async with httpx2.AsyncClient(trust_env=False) as http:
        headers = {"authorization": f"Bearer {token}"}
        return (await http.request(verb.value, url, headers=headers)).status_code


async def test_what_a_withdrawn_key_signed_is_refused_everywhere_within_seconds(own_city: Stack) -> None:
    async with connect(own_city.graphql) as nobody:
        token, kid = await stolen(own_city)
        forger = nobody.with_token(token)
        assert (await forger.run("me"))["role"] == "OPERATOR"
        following = asyncio.create_task(followed(forger))
        await asyncio.sleep(1)
        said = await task(own_city, "identity", "--task", "withdraw-key", "--about", kid)
        assert "is withdrawn" in said
        async with asyncio.timeout(SECONDS):
            await until("the refusal", lambda: role_of(forger), lambda role: role is None)
            assert await following == "session-ended"
        await asyncio.sleep(SECONDS)
        for service in CONTRACTS:
            assert await status_of(own_city, service, token) == 401, service
        fresh, _ = await a_resident(nobody)
        assert (await fresh.run("me"))["role"] == "RESIDENT"


async def test_rotated_keys_sign_in_turn_and_nobody_is_signed_out(own_city: Stack) -> None:
    async with connect(own_city.graphql) as nobody:
        resident, _ = await a_resident(nobody)
        for service in ("identity", "consent", "settlement"):
            assert "is published" in await task(own_city, service, "--task", "rotate-keys")
        assert (await resident.run("me"))["role"] == "RESIDENT"
        listed = await task(own_city, "identity", "--task", "list-keys")
        assert listed.count("in force") >= 2
