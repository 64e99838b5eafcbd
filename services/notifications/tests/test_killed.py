"""A courier is killed (-9) while messages wait: none is lost, and what comes twice has one id."""

import asyncio
import secrets
import sqlite3
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from carriers_process import Carriers
from chassis.database import Database
from chassis.ids import new_id
from chassis.sealing import Sealer
from courier_process import courier_of
from notifications.commands import messages as commands
from notifications.posting import AT_ONCE

pytestmark = pytest.mark.anyio
SERVICE = "notifications"
WAIT_SECONDS = 60.0
WAITING = AT_ONCE * 2


async def test_a_kill_loses_no_message_and_what_comes_again_is_what_was_on_its_way(
    own_database: str, tmp_path: Path
) -> None:
    carriers = Carriers.started(tmp_path)
    ahead = timedelta()
    database = Database(own_database, lambda: datetime.now(UTC) + ahead)
    addresses = {f"k-{secrets.token_hex(5)}@residents.example.org": new_id() for _ in range(WAITING)}
    waiting = {(address, str(message_id)) for address, message_id in addresses.items()}

    def arrived() -> dict[str, int]:
        """How often a message came to each address that had one."""
        with closing(sqlite3.connect(tmp_path / "carriers.sqlite")) as kept:
            rows = kept.execute("SELECT address, id, came FROM message").fetchall()
        assert {(address, message_id) for address, message_id, _ in rows} <= waiting, "each by its own id"
        return {address: came for address, _, came in rows}

    async with database.transaction() as session:
        texts = [(message_id, address, "Your code") for address, message_id in addresses.items()]
        await commands.carry(session, texts, Sealer((bytes(32),)), datetime.now(UTC))
    carriers.faults(slow_seconds=0.5)  # it dies with messages that were taken, and no answer yet
    script = str(Path(__file__).parent / "courier_process.py")
    first = await asyncio.create_subprocess_exec(sys.executable, script, own_database, carriers.url)
    try:
        deadline = time.monotonic() + WAIT_SECONDS
        while not arrived():
            assert time.monotonic() < deadline and first.returncode is None, "the courier carried nothing"
            await asyncio.sleep(0.01)
    finally:
        first.kill()
        await first.wait()
    carriers.faults()
    courier = courier_of(database, carriers.url)
    try:
        assert len(arrived()) < WAITING, "some waited when it was killed"
        ahead = commands.LEASE + timedelta(seconds=1)
        while await courier.carry():
            pass
        came = arrived()
        assert came.keys() == addresses.keys()
        assert max(came.values()) <= 2
        assert sum(count - 1 for count in came.values()) <= AT_ONCE, "only what was on its way comes again"
    finally:
        await courier.close()
        carriers.stop()
        await database.close()
