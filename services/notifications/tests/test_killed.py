"""A courier is killed (-9) while messages wait: none is lost, and what comes twice has one id."""

import asyncio
import re
import secrets
import sqlite3
import sys
import time
from collections.abc import Callable
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
from notifications.commands import notices
from notifications.posting import AT_ONCE
from yima.ordering.v1.events_pb2 import OrderAccepted

pytestmark = pytest.mark.anyio
SERVICE = "notifications"
WAIT_SECONDS = 60.0
WAITING = AT_ONCE * 2
NOON = datetime(2026, 11, 30, 4, tzinfo=UTC)  # in the city


async def killed_once(arguments: list[str], begun: Callable[[], bool]) -> None:
    """Run a courier, and kill it (-9) as soon as something has begun to arrive."""
    script = str(Path(__file__).parent / "courier_process.py")
    courier = await asyncio.create_subprocess_exec(sys.executable, script, *arguments)
    try:
        deadline = time.monotonic() + WAIT_SECONDS
        while not begun():
            assert time.monotonic() < deadline and courier.returncode is None, "the courier carried nothing"
            await asyncio.sleep(0.01)
    finally:
        courier.kill()
        await courier.wait()


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
    await killed_once([own_database, carriers.url], lambda: bool(arrived()))
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


async def test_what_was_sent_as_one_before_a_kill_comes_as_the_same_one_and_not_with_what_was_noticed_since(
    own_database: str, tmp_path: Path
) -> None:
    """A notice of an event is written for its resident by the process that is killed, too."""
    carriers, ahead = Carriers.started(tmp_path), NOON - datetime.now(UTC)
    database, sealer = Database(own_database, lambda: datetime.now(UTC) + ahead), Sealer((bytes(32),))
    residents = [new_id() for _ in range(5)]

    async def accepted(count: int) -> None:
        """So many orders of each resident were accepted, as the bus says."""
        events = [
            (
                new_id(),
                database.now(),
                OrderAccepted(
                    order_id=str(new_id()), partner_id=str(new_id()), resident_id=str(resident_id), version=4
                ),
            )
            for resident_id in residents
            for _ in range(count)
        ]
        async with database.transaction() as session:
            await notices.note(session, events, sealer, database.now())

    def came() -> dict[str, list[tuple[str, str, int]]]:
        """What came to each address: by which id, with which title, and how often."""
        with closing(sqlite3.connect(tmp_path / "carriers.sqlite")) as kept:
            rows = kept.execute("SELECT address, id, title, came FROM message ORDER BY rowid").fetchall()
        arrived: dict[str, list[tuple[str, str, int]]] = {}
        for address, message_id, title, times in rows:
            arrived.setdefault(address, []).append((message_id, title, times))
        return arrived

    courier = courier_of(database, carriers.url)
    try:
        await accepted(1)
        while await courier.write() or await courier.carry():
            pass
        await accepted(3)  # they wait for each other, and go as one
        await courier.write()
        ahead += timedelta(minutes=11)
        carriers.faults(slow_seconds=2.0)
        began = [own_database, carriers.url, str(ahead.total_seconds())]
        await killed_once(began, lambda: any(len(each) == 2 for each in came().values()))
        carriers.faults()
        await accepted(2)
        ahead += timedelta(minutes=11)
        while await courier.write() or await courier.carry():
            pass
        ahead += timedelta(minutes=11)
        while await courier.write() or await courier.carry():
            pass
        for resident_id in residents:
            arrived = came()[f"{resident_id}@residents.example.org"]
            assert [title for _, title, _ in arrived][:2] == ["Your order is accepted", "Your order is accepted (3)"]
            orders = [int((re.search(r"\((\d+)\)", title) or ["", "1"])[1]) for _, title, _ in arrived]
            assert sum(orders) == 6, f"each of six is told of once: {arrived}"
            assert len({message_id for message_id, _, _ in arrived}) == len(arrived)
        assert any(times == 2 for each in came().values() for _, _, times in each), "it came again, by its id"
    finally:
        await courier.close()
        carriers.stop()
        await database.close()
