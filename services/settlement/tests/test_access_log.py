"""What consent's access log signed is kept here: a log that is cut off or changed does not go on from it."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from chassis.consumer import Event, Work
from chassis.database import Database
from chassis.merkle import EMPTY, Range, consistency_path, leaf_hash, node_hash, split
from settlement.commands import access_log
from settlement.handlers import on_access_log_checkpointed
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.consent.v1.events_pb2 import AccessLogCheckpointed

pytestmark = pytest.mark.anyio
SERVICE = "settlement"


def root_of(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY
    middle = split(len(leaves))
    return node_hash(root_of(leaves[:middle]), root_of(leaves[middle:]))


def announced(previous: int, size: int, word: bytes = b"") -> AccessLogCheckpointed:
    """A log's word, whose entries from the fifth on say `word`."""
    leaves = [leaf_hash(number.to_bytes() + word * (number >= 4)) for number in range(size)]

    def hash_of(range_: Range) -> bytes:
        return root_of(leaves[range_.start : range_.end])

    path = [hash_of(part) for part in consistency_path(previous, size)] if previous else []
    return AccessLogCheckpointed(
        size=size, root=root_of(leaves), note=f"note {size}", version=size, previous_size=previous, path=path
    )


async def faults_after(url: str, *messages: AccessLogCheckpointed) -> int:
    """How many faults are found once these have arrived, one after another."""
    database, found = Database(url), 0
    for message in messages:
        async with database.transaction() as session:
            event = Event(uuid4(), datetime.now(UTC), str(uuid4()), "", message)
            resources: Any = None
            await on_access_log_checkpointed(Work(session, datetime.now(UTC), resources), [event])
        async with database.transaction() as session:
            found = await access_log.compare_checkpoints(session)
    await database.close()
    return found


async def test_a_log_that_only_grows_has_no_faults_in_whichever_order_it_is_heard(own_database: str) -> None:
    steps = [announced(0, 3), announced(3, 5), announced(5, 8), announced(8, 13)]
    assert await faults_after(own_database, steps[0], steps[3], steps[2]) == 1, "until the one between has come"
    assert await faults_after(own_database, steps[1], steps[1], steps[0]) == 0


@pytest.mark.parametrize(
    "then",
    [
        announced(3, 9, b"other"),  # cut off and gone on: two go on from the tree of three
        announced(5, 9, b"other"),  # goes on from another tree of five
        announced(8, 13, b"other"),  # changed: the path leads from another tree
        announced(7, 13),  # goes on from a tree that nobody announced
        announced(5, 8, b"other"),  # of the same size, another tree
    ],
)
async def test_a_log_that_was_cut_or_changed_is_noticed(own_database: str, then: AccessLogCheckpointed) -> None:
    assert await faults_after(own_database, announced(0, 3), announced(3, 5), announced(5, 8)) == 0
    assert await faults_after(own_database, then) == 1


async def test_what_was_kept_is_never_changed(own_database: str) -> None:
    await faults_after(own_database, announced(0, 3), announced(3, 5))
    database = Database(own_database)
    for statement in ("UPDATE kept_checkpoint SET note = 'x'", "DELETE FROM kept_checkpoint"):
        with pytest.raises(DBAPIError):
            async with database.transaction() as session:
                await session.execute(text(statement))
    await database.close()
