"""Processes that are forked from one that has imported everything are processes of their own."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from devstack.nursery import Nursery
from devstack.supervisor import Child, ProcessSpec

MODULE = """
import atexit, os, random, sys, time, uuid_utils
atexit.register(lambda: print("left in order", flush=True))
print(sys.argv[1], os.environ["MINE"], "YIMA_OTHERS" in os.environ, random.random(), uuid_utils.uuid7(), flush=True)
if sys.argv[1] == "fails":
    raise ValueError("as it was asked to")
if sys.argv[1] == "ends":
    sys.exit(3)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    folder = tmp_path_factory.mktemp("module")
    (folder / "forked_module.py").write_text(MODULE, "utf-8")
    before = os.environ.get("PYTHONPATH", "")
    os.environ |= {"PYTHONPATH": str(folder), "YIMA_OTHERS": "of who made the nursery"}
    try:
        nursery = Nursery(["uuid_utils", "random"])
    finally:
        os.environ["PYTHONPATH"] = before
        del os.environ["YIMA_OTHERS"]
    yield nursery
    nursery.stop()


def start(nursery: Nursery, log: Path, argument: str) -> Child:
    argv = ["python", "-m", "forked_module", argument]
    return nursery.spawn(ProcessSpec(log.name, argv, {"MINE": log.name}, log, ""))


def said(log: Path, words: int = 5) -> list[str]:
    """The first words of a log, once they are there."""
    deadline = time.monotonic() + 30
    while not log.exists() or len(lines := log.read_text("utf-8").split()) < words:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return lines


def test_each_has_its_arguments_environment_log_chance_and_ids(nursery: Nursery, tmp_path: Path) -> None:
    logs = [tmp_path / "first", tmp_path / "second"]
    processes = [start(nursery, log, "stays") for log in logs]
    try:
        first, second = (said(log) for log in logs)
        assert (first[:3], second[:3]) == (["stays", "first", "False"], ["stays", "second", "False"])
        assert first[3] != second[3], "both have the same chance"
        assert first[4] != second[4], "both make the same ids"
        assert [process.poll() for process in processes] == [None, None]
        assert len({os.getpgid(process.pid) for process in processes}) == 2, "one is killed with the other"
    finally:
        for process in processes:
            process.kill()
    assert [process.wait(20) for process in processes] == [-signal.SIGKILL] * 2


@pytest.mark.parametrize(
    ("argument", "code", "tells"), [("ends", 3, "left in order"), ("fails", 1, "as it was asked to")]
)
def test_how_one_ended_is_known_and_what_it_said_is_in_its_log(
    nursery: Nursery, tmp_path: Path, argument: str, code: int, tells: str
) -> None:
    process = start(nursery, tmp_path / "log", argument)
    assert process.wait(30) == code
    assert process.poll() == code
    assert tells in (tmp_path / "log").read_text("utf-8")
    assert (tmp_path / "log").stat().st_mode & 0o077 == 0


def test_one_that_is_asked_to_end_ends(nursery: Nursery, tmp_path: Path) -> None:
    process = start(nursery, tmp_path / "log", "stays")
    said(tmp_path / "log")
    process.terminate()
    assert process.wait(20) == -signal.SIGTERM


def test_none_outlives_the_nursery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "forked_module.py").write_text(MODULE, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    nursery = Nursery([])
    process = start(nursery, tmp_path / "log", "stays")
    said(tmp_path / "log")
    nursery.stop()
    assert process.wait(20) != 0
    deadline = time.monotonic() + 20
    while Path(f"/proc/{process.pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{process.pid}").exists()
