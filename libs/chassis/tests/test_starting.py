"""A service that starts before its database waits for it."""

import asyncio
import logging

import pytest
from chassis.database import Database
from chassis.migrations import upgrade
from devstack.ports import free
from devstack.postgres import Postgres

pytestmark = pytest.mark.anyio
SECONDS_MAX = 30.0


async def until_told(caplog: pytest.LogCaptureFixture, words: str) -> None:
    while words not in caplog.text:
        await asyncio.sleep(0.05)


async def test_a_database_that_is_not_migrated_yet_is_waited_for(
    postgres_server: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    await postgres_server.ensure_database("starting", "identity_owner", "owner", "identity_app", "app")
    database = Database(postgres_server.url("starting", "identity_app", "app"))
    try:
        with caplog.at_level(logging.WARNING):
            waiting = asyncio.create_task(database.migrated(asyncio.Event()))
            await asyncio.wait_for(until_told(caplog, "it has not been migrated"), SECONDS_MAX)
            assert not waiting.done()
            await upgrade("identity", postgres_server.url("starting", "identity_owner", "owner"))
            assert await asyncio.wait_for(waiting, SECONDS_MAX)
    finally:
        await database.close()


async def test_who_is_told_to_stop_waits_no_longer_for_a_database_that_is_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    database, stop = Database(f"postgresql+asyncpg://nobody:none@127.0.0.1:{free()}/nothing"), asyncio.Event()
    try:
        with caplog.at_level(logging.WARNING):
            waiting = asyncio.create_task(database.migrated(stop))
            await asyncio.wait_for(until_told(caplog, "it does not answer"), SECONDS_MAX)
            stop.set()
            assert not await asyncio.wait_for(waiting, SECONDS_MAX)
    finally:
        await database.close()
