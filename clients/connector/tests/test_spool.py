"""The spool loses nothing and makes each batch once: whenever the process dies, whatever comes twice."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from yima_connector.errors import NotMapped, SpoolFull, SpoolInUse
from yima_connector.resources import LINE_BYTES_MAX, Line
from yima_connector.spool import Batch, Outcome, Spool

NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.fixture
def spool(tmp_path: Path) -> Any:
    opened = Spool(tmp_path / "spool")
    yield opened
    opened.close()


def line(name: str, value: int = 0) -> Line:
    return Line({"resourceType": "Observation", "id": name, "value": value}, NOW)


def come(spool: Spool, *names: str, value: int = 0, source: str = "lab") -> None:
    """Messages come, and become a line each."""
    for name in names:
        spool.keep(source, "mllp", [(f"{name}-{value}-{time.time_ns()}", "ORU^R01", name.encode(), "")])
        for message in spool.unmapped(source):
            spool.store_lines(message, [line(name, value)])


def batched(spool: Spool, source: str = "lab", lines: int = 1000) -> int | None:
    return spool.make_batch(source, lines=lines, size=1 << 20, wait_seconds=0)


def due(spool: Spool) -> Batch:
    batch = spool.due("lab")
    assert batch is not None
    return batch


def test_what_comes_twice_is_kept_once(spool: Spool) -> None:
    rows = [("C-1", "ORU^R01", b"one", ""), ("C-2", "ORU^R01", b"two", "")]
    assert [spool.keep("lab", "mllp", rows), spool.keep("lab", "mllp", rows)] == [2, 0]
    assert spool.keep("lab", "mllp", [("C-1", "ORU^R01", b"another that has its id", "")]) == 1
    assert spool.keep("ward", "mllp", rows) == 2


def test_batches_are_numbered_without_gaps_in_the_order_that_lines_came(spool: Spool) -> None:
    come(spool, "a", "b", "c")
    assert [batched(spool, lines=2), batched(spool, lines=2), batched(spool, lines=2)] == [1, 2, None]
    first = due(spool)
    assert (first.number, first.content.count(b"\n"), [b'"id":"a"' in first.content]) == (1, 2, [True])
    spool.acknowledge(first)
    assert (due(spool).number, b'"id":"c"' in due(spool).content) == (2, True)


def test_a_batch_waits_until_it_is_full_or_its_first_line_has_waited(spool: Spool) -> None:
    come(spool, "a", "b")
    assert spool.make_batch("lab", lines=3, size=1 << 20, wait_seconds=3600) is None
    assert spool.make_batch("lab", lines=3, size=100, wait_seconds=3600) == 1, "the next would not fit"
    come(spool, "c", "d")
    assert spool.make_batch("lab", lines=3, size=1 << 20, wait_seconds=3600) == 2, "three lines are a batch"


def test_what_says_the_same_as_the_last_time_is_not_sent_again_unless_it_was_refused(spool: Spool) -> None:
    come(spool, "a", "a")
    assert spool.counts("lab").lines_waiting == 1
    come(spool, "a", value=1)
    come(spool, "a", value=0)
    assert spool.counts("lab").lines_waiting == 3, "it changed, and changed back"
    batched(spool)
    batch = due(spool)
    spool.acknowledge(batch)
    spool.settle(batch, Outcome(2, 0, 0, 0, 1, [(3, "ingest-refused", "subject", "no order")]))
    come(spool, "a", value=0)
    assert spool.counts("lab").lines_waiting == 1
    (refused,) = spool.refused_lines("lab", None)
    assert (refused["batch"], refused["position"], refused["resource"]) == (1, 3, "Observation/a")


def test_a_message_that_becomes_nothing_waits_for_people_and_is_mapped_again_when_they_say(spool: Spool) -> None:
    spool.keep("lab", "mllp", [("C-1", "ORU^R01", b"one", ""), ("C-2", "ORU^R01", b"two", "")])
    for message in spool.unmapped("lab"):
        spool.refuse(message, NotMapped("OBX-3", "has no system"))
    assert [(row["name"], row["reason"]) for row in spool.refused("lab")] == [
        ("C-2", "OBX-3: has no system"),
        ("C-1", "OBX-3: has no system"),
    ]
    assert spool.reasons("lab")[0] | {} == {
        "where": "here",
        "kind": "ORU^R01",
        "reason": "OBX-3: has no system",
        "count": 2,
    }
    first = spool.refused("lab")[-1]["id"]
    assert (spool.drop("lab", [first]), spool.map_again("lab", None)) == (1, 1)
    (again,) = spool.unmapped("lab")
    spool.store_lines(again, [line("b")])
    assert (spool.refused("lab"), spool.counts("lab").lines_waiting) == ([], 1)
    assert spool.map_again("lab", [again.id]) == 1
    (again,) = spool.unmapped("lab")
    spool.store_lines(again, [line("b")])
    assert spool.counts("lab").lines_waiting == 2, "it is sent though it says the same: somebody asked for it"


def test_a_message_becomes_all_of_its_lines_or_none(spool: Spool) -> None:
    spool.keep("lab", "mllp", [("C-1", "ORU^R01", b"one", "")])
    (message,) = spool.unmapped("lab")
    with pytest.raises(NotMapped):
        spool.store_lines(message, [line("a"), Line({"resourceType": "X", "id": "b", "t": "x" * LINE_BYTES_MAX}, NOW)])
    assert spool.counts("lab").lines_waiting == 0
    spool.store_lines(message, [line("a")])
    assert spool.counts("lab").lines_waiting == 1


def test_versions_only_grow_on_another_disk_too(spool: Spool, tmp_path: Path) -> None:
    def version(of: Spool) -> int:
        come(of, "a", value=time.time_ns())
        batched(of)
        batch = due(of)
        of.acknowledge(batch)
        return int(batch.content.split(b'"versionId":"')[1].split(b'"')[0])

    seen = [version(spool), version(spool)]
    other = Spool(tmp_path / "new disk")
    seen.append(version(other))
    other.close()
    assert seen == sorted(set(seen))


@pytest.mark.parametrize(("taken", "sent", "highest"), [(0, 0, 1), (0, 4, 2), (3, 2, 4), (2, 3, 40), (4, 3, 0)])
def test_where_the_city_has_other_batches_ours_go_on_after_them_with_the_bytes_they_had(
    spool: Spool, taken: int, sent: int, highest: int
) -> None:
    come(spool, *(f"r{n}" for n in range(taken + sent + 1)))
    while batched(spool, lines=1):
        pass
    for _ in range(taken):
        spool.acknowledge(due(spool))
    first = due(spool)
    before = [row[0] for row in spool.ask("select content from batches where state = 'waiting' order by number")]
    spool.renumber(first, highest)
    rows = spool.ask("select number, content from batches where state = 'waiting' order by number")
    start = max(highest, first.number) + 1
    assert [row[0] for row in rows] == list(range(start, start + sent + 1))
    assert [row[1] for row in rows] == before
    come(spool, "later")
    assert batched(spool) == start + sent + 1


def test_batches_are_sent_again_as_they_were_while_they_are_kept(spool: Spool) -> None:
    come(spool, "a", "b", "c")
    while batched(spool, lines=1):
        pass
    contents = []
    for _ in range(3):
        batch = due(spool)
        contents.append(batch.content)
        spool.acknowledge(batch)
        spool.settle(batch, Outcome(1, 0, 0, 0, 0, []))
    assert spool.send_again("lab", [2, 3, 9]) == ([2, 3], [9])
    again = due(spool)
    assert (again.number, again.content) == (2, contents[1])
    spool.acknowledge(again)
    assert spool.forget(0) == 2, "number 3 is still to be sent again"
    assert spool.send_again("lab", [1, 2]) == ([], [1, 2])
    assert due(spool).number == 3
    counts = spool.counts("lab")
    assert (counts.received, counts.sent_lines, counts.created, counts.highest_number) == (3, 3, 3, 3)
    spool.acknowledge(due(spool))
    assert spool.forget(0) == 1
    counts = spool.counts("lab")
    assert (counts.received, counts.sent_lines, counts.created) == (3, 3, 3), "they go on in the counts"
    assert spool.ask("select count(*) from messages") == [(0,)]
    come(spool, "d")
    assert batched(spool) == 4, "no number is used twice"


def test_nothing_more_is_taken_where_it_is_full_and_what_is_there_stays(tmp_path: Path) -> None:
    spool = Spool(tmp_path, bytes_max=300_000)
    taken = 0
    with pytest.raises(SpoolFull):
        for number in range(100):
            taken += spool.keep("lab", "mllp", [(f"C-{number}", "ORU^R01", bytes(10_000), "")])
    assert len(spool.unmapped("lab", 1000)) == taken > 0
    spool.close()


def test_one_connector_runs_out_of_a_spool_and_others_may_look(tmp_path: Path) -> None:
    first, second = Spool(tmp_path), Spool(tmp_path)
    first.hold()
    with pytest.raises(SpoolInUse):
        second.hold()
    assert second.counts("lab").received == 0
    assert (tmp_path / "spool.sqlite3").stat().st_mode & 0o077 == 0, "it is of patients"
    first.close()
    second.close()


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from yima_connector.resources import Line
from yima_connector.spool import Spool
spool = Spool(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    spool.keep("lab", "mllp", [(f"C-{number}", "ORU^R01", b"%d" % number, "")])
    print(number, flush=True)  # the acknowledgement
    for message in spool.unmapped("lab"):
        line = Line({"resourceType": "Observation", "id": message.name}, datetime(2026, 11, 28, tzinfo=UTC))
        spool.store_lines(message, [line])
    spool.make_batch("lab", lines=3, size=1 << 20, wait_seconds=0)
"""


def test_what_was_acknowledged_is_there_once_after_a_kill_at_any_moment(tmp_path: Path) -> None:
    for round_number in range(3):
        folder = tmp_path / str(round_number)
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(folder)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        acknowledged = 0
        while acknowledged < 7 + 11 * round_number:
            acknowledged = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        acknowledged = max(acknowledged, *map(int, process.stdout.read().split()), 0)
        process.stdout.close()
        spool = Spool(folder)
        for message in spool.unmapped("lab", 1000):
            spool.store_lines(message, [line(message.name)])
        while batched(spool, lines=3):
            pass
        names = []
        number = 0
        while (batch := spool.due("lab")) is not None:
            number += 1
            assert batch.number == number
            names += [part.split(b'"')[0].decode() for part in batch.content.split(b'"id":"')[1:]]
            spool.acknowledge(batch)
        spool.close()
        assert names[:acknowledged] == [f"C-{each}" for each in range(1, acknowledged + 1)]
        assert len(names) in (acknowledged, acknowledged + 1), "the last may be there without its acknowledgement"
