"""Ports for tests: those of one system are given to no other, whoever asks at the same moment."""

import socket
import subprocess
import sys

from devstack import ports

COUNT = 40


def test_processes_that_ask_for_ports_at_the_same_moment_share_none() -> None:
    ranges = asked(f"free_range({COUNT})", 5)
    assert len(ranges) == 20
    every = [port for first in ranges for port in range(first, first + COUNT)]
    assert len(set(every)) == len(every)


def test_a_port_alone_is_given_to_nobody_else_before_it_is_used() -> None:
    single = asked("free()", 100)
    assert len(set(single)) == len(single) == 400


def asked(call: str, times: int) -> list[int]:
    """What four processes are given that ask at the same moment."""
    asking = (
        f"from devstack.ports import free, free_range; print(*({call} for _ in range({times})), flush=True); input()"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", asking], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    given = []
    try:
        for process in processes:
            assert process.stdout is not None
            given += [int(port) for port in process.stdout.readline().split()]
    finally:
        for process in processes:
            process.communicate("\n")
    return given


def test_the_ports_of_a_range_are_free_but_for_the_last_which_is_kept() -> None:
    first = ports.free_range(COUNT)
    for port in range(first, first + COUNT - 1):
        with socket.create_server(("127.0.0.1", port)):
            pass
    try:
        with socket.create_server(("127.0.0.1", first + COUNT - 1)):
            raise AssertionError("the last port of the range was given away")
    except OSError:
        pass


def test_a_free_port_is_none_that_the_system_gives_to_callers() -> None:
    port = ports.free()
    assert port < 32_768
    with socket.create_server(("127.0.0.1", port)):
        pass
