"""A server that is killed comes back at its address with what it kept; one that is stopped stays so."""

import asyncio
import os
import signal
from pathlib import Path

import asyncpg
import pytest
from devstack import ports
from devstack.nats import Nats
from devstack.postgres import Postgres
from devstack.servers import Server, keep_running
from nats.aio.client import Client as Connection

pytestmark = pytest.mark.anyio
WAIT_SECONDS = 40.0


async def restarts(server: Server, pid: int, current: list[str]) -> None:
    """Kill -9 the process and wait until the server was started again."""
    os.kill(pid, signal.SIGKILL)
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    while "started" not in current:
        assert asyncio.get_running_loop().time() < deadline, current
        await asyncio.sleep(0.1)
    assert not server.ended


async def test_a_killed_postgresql_is_started_again_with_what_was_committed(tmp_path: Path) -> None:
    server, stopping, said = Postgres(tmp_path, "postgres", durable=False), asyncio.Event(), list[str]()
    await asyncio.to_thread(server.start)
    keeper = asyncio.create_task(keep_running("PostgreSQL", server, stopping, lambda _name, what: said.append(what)))
    try:
        await server.run_sql("postgres", "CREATE TABLE kept AS SELECT 42 AS number", "CHECKPOINT")
        await restarts(server, server.pid, said)
        connection = await asyncpg.connect(server.dsn("postgres"))
        assert await connection.fetchval("SELECT number FROM kept") == 42
        await connection.close()
    finally:
        stopping.set()
        await keeper
        await asyncio.to_thread(server.stop)


async def test_a_killed_nats_is_started_again_at_its_address(tmp_path: Path) -> None:
    server, stopping, said = Nats(tmp_path, ports.free()), asyncio.Event(), list[str]()
    await asyncio.to_thread(server.start)
    keeper = asyncio.create_task(keep_running("NATS", server, stopping, lambda _name, what: said.append(what)))
    try:
        await restarts(server, server.pid, said)
        connection = Connection()
        await connection.connect(server.url_for("operator"))
        assert connection.is_connected
        await connection.close()
    finally:
        stopping.set()
        await keeper
        await asyncio.to_thread(server.stop)


@pytest.mark.parametrize("way", ["stop", "kill"])
async def test_a_server_that_is_stopped_on_purpose_is_not_started(tmp_path: Path, way: str) -> None:
    server, stopping, said = Nats(tmp_path, ports.free()), asyncio.Event(), list[str]()
    await asyncio.to_thread(server.start)
    keeper = asyncio.create_task(keep_running("NATS", server, stopping, lambda _name, what: said.append(what)))
    await asyncio.to_thread(getattr(server, way))
    await asyncio.sleep(0.5)
    stopping.set()
    await keeper
    assert said == []
