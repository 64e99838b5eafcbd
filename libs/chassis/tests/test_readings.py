"""Statements that are run each by itself: on few connections, which keep the settings that they are planned by."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from chassis.database import Database
from chassis.readings import Readings
from sqlalchemy.exc import DBAPIError

pytestmark = pytest.mark.anyio
SERVICE = "identity"
BY_INDEX = "SET enable_seqscan = off"
BY_ANY = "SET enable_seqscan = on"
HOW = "SELECT current_setting('enable_seqscan') AS seqscan, pg_backend_pid() AS pid"


@pytest.fixture
async def readings(database: str) -> AsyncGenerator[Readings]:
    connected = Database(database)
    made = Readings(connected, 2)
    yield made
    await made.close()
    await connected.close()


async def asked(readings: Readings, planned_by: str = "") -> Any:
    (row,) = await readings.fetch(HOW, [], planned_by)
    return row


async def test_a_statement_is_planned_by_its_settings_whatever_the_connection_had_before(readings: Readings) -> None:
    plans = [(await asked(readings, settings))["seqscan"] for settings in (BY_INDEX, BY_ANY, BY_INDEX, BY_INDEX)]
    assert plans == ["off", "on", "off", "off"]


async def test_more_statements_than_connections_wait_for_each_other(readings: Readings) -> None:
    rows = await asyncio.gather(*(asked(readings, BY_INDEX) for _ in range(20)))
    assert len({row["pid"] for row in rows}) <= 2


async def test_what_the_server_refuses_leaves_the_connection_usable(readings: Readings) -> None:
    before = (await asked(readings))["pid"]
    with pytest.raises(DBAPIError):
        await readings.fetch("SELECT 1 / $1::int", [0])
    assert (await asked(readings))["pid"] == before


async def test_a_connection_that_its_server_ended_is_used_by_nobody_again(readings: Readings) -> None:
    before = (await asked(readings))["pid"]
    with pytest.raises(Exception, match="terminat"):
        await readings.fetch("SELECT pg_terminate_backend(pg_backend_pid())", [])
    assert (await asked(readings))["pid"] != before
