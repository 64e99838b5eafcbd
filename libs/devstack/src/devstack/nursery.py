"""Processes that are forked from one which has imported everything, for systems that are started again and again, or
for a moment.

Importing is nine tenths of what a service's start costs, and the same for all of them. A process of the nursery is one
of its own, runs the same `__main__` with its own environment, arguments and log, and ends with the nursery.
"""

import gc
import importlib
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from devstack.processes import dies_with_parent, pidfd
from devstack.supervisor import ProcessSpec, private

START_SECONDS = 600.0  # it imports everything, on whatever machine; one that ends is noticed at once
POLL_SECONDS = 0.05
REQUEST_BYTES_MAX = 1024 * 1024
LOST = -signal.SIGKILL  # what is said of a process whose nursery has ended: it ended, too


class NurseryFailed(Exception):
    """The process that others are forked from did not start."""


class Nursery:
    """A process that imports `modules`, and forks others. Its socket is in a folder of its own.

    It is begun at once and waited for when it is first asked to fork, so that something else can be done meanwhile.
    """

    def __init__(self, modules: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        """`environment` is the nursery's own, beside ours, for what a process reads before its first line."""
        self._folder = Path(tempfile.mkdtemp(prefix="yima-nursery-"))
        self._address = self._folder / "socket"
        command = [sys.executable, "-m", "devstack.nursery", str(self._address), *modules]
        self._process = subprocess.Popen(  # noqa: S603 ourselves
            command,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=dies_with_parent(),  # noqa: PLW1509 see there
        )

    def wait(self) -> None:
        """Return once it can fork. Raises `NurseryFailed`."""
        deadline = time.monotonic() + START_SECONDS
        while not self._address.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise NurseryFailed("the nursery did not start; what it said is above")
            time.sleep(POLL_SECONDS)

    def spawn(self, spec: ProcessSpec) -> "Forked":
        """Start what `spec` says: `python -m MODULE …`, as everything here is started."""
        self.wait()
        _, dash_m, module, *arguments = spec.argv
        assert dash_m == "-m", spec.argv
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.connect(str(self._address))
        spec.log.parent.mkdir(parents=True, exist_ok=True)
        spec.log.parent.chmod(0o700)
        request = {
            "module": module,
            "arguments": arguments,
            "environment": dict(spec.environment),
            "log": str(spec.log),
        }
        connection.send(orjson.dumps(request))
        return Forked(int(connection.recv(64)), connection)

    def stop(self) -> None:
        """End the nursery, and with it whatever was forked from it."""
        self._process.terminate()
        self._process.wait()
        with suppress(OSError):
            self._address.unlink()
            self._folder.rmdir()


@dataclass
class Forked:
    """A process of the nursery: what `subprocess.Popen` is for one's own."""

    pid: int
    _connection: socket.socket
    returncode: int | None = field(default=None, init=False)

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        ended = self._ended(timeout)
        if ended is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return ended

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._connection], [], [], timeout)[0]:
            exit_code = self._connection.recv(64)
            self.returncode = int(exit_code) if exit_code else LOST
            self._connection.close()
        return self.returncode

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


def serve(address: str, modules: Sequence[str]) -> None:
    """Import, then fork whenever somebody asks, and say with what each process ended."""
    for module in modules:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()  # what is shared stays shared
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    unfinished = f"{address}.new"
    listening.bind(unfinished)
    listening.listen(64)
    Path(unfinished).rename(address)  # it is there once it answers
    living: dict[int, socket.socket] = {}
    ends: dict[int, int] = {}  # what the kernel tells of the end of each by
    ask_to_die = dies_with_parent()
    while True:
        wait = None if ends.keys() == living.keys() else POLL_SECONDS
        if listening.fileno() in select.select([listening.fileno(), *ends.values()], [], [], wait)[0]:
            connection, _ = listening.accept()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, REQUEST_BYTES_MAX)
            request = orjson.loads(connection.recv(REQUEST_BYTES_MAX))
            pid = os.fork()
            if pid == 0:
                for inherited in (listening, connection, *living.values()):
                    os.close(inherited.detach())
                for descriptor in ends.values():
                    os.close(descriptor)
                if ask_to_die is not None:
                    ask_to_die()
                become(request["module"], request["arguments"], request["environment"], request["log"])
                return
            living[pid] = connection
            if (end := pidfd(pid)) is not None:
                ends[pid] = end
            connection.send(str(pid).encode())
        while living:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            with suppress(OSError):  # whoever asked for it has ended
                living[pid].send(str(os.waitstatus_to_exitcode(status)).encode())
            living.pop(pid).close()
            if pid in ends:
                os.close(ends.pop(pid))


def become(module: str, arguments: Sequence[str], environment: dict[str, str], log: str) -> None:
    """Be that process from here on: with nothing of the nursery but what it has imported."""
    os.setsid()
    nothing, said = os.open(os.devnull, os.O_RDONLY), private(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for descriptor, standard in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(descriptor, standard)
    os.close(nothing)
    os.close(said)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [module, *arguments]
    if not hasattr(sys.modules.get(module), "__path__"):  # what is run is not imported yet
        sys.modules.pop(module, None)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2:])
