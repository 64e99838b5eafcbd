"""The whole system on one machine: PostgreSQL, NATS, every service and the gateway, out of one state folder."""

import asyncio
import base64
import fcntl
import os
import secrets
import ssl
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import orjson
from yima.services import PORTS, SERVICES

from devstack import ports
from devstack.authority import FILES, Authority
from devstack.cities import City
from devstack.clock import Clock
from devstack.cluster import Cluster
from devstack.nats import OPERATOR, PROCESSES, Nats, NatsCluster, password
from devstack.nursery import Nursery
from devstack.postgres import Postgres
from devstack.road import Road, at
from devstack.servers import Server, keep_running
from devstack.supervisor import ProcessSpec, Spawn, Supervisor, spawn, tail

REGISTERS_OFFSET = 9  # from the base port
CARRIERS_OFFSET = 11  # from the base port
PAGES = Path(__file__).parents[4] / "clients" / "web" / "dist"  # as `make web` builds them; none before
PROVIDER_OFFSET = 8  # from the base port, which is the gateway's own
NATS_OFFSET = 22
MQTT_OFFSET = 23
SANDBOXES_OFFSET = 12  # where partners ask for sandboxes
POSTGRES_OFFSET = 32
HEALTH_OFFSET = 13  # where probes are answered, of processes that speak TLS: each at its own address
CERTIFICATE_DAYS = 90
SANDBOXES = ("provider", "registers", "carriers")
BASE_PORT = 8700
PORTS_NEEDED = 40  # from the base port on
# services with signing keys of their own, which they keep enciphered
SEALING = ("identity", "partners", "consent", "records", "settlement", "notifications")
THIS_MACHINE = "localhost,127.0.0.0/8"  # where whoever tries the system has receivers of webhooks
CITY_SECRETS = ("webhooks", "numbers", "registers", "pairwise", "carriers", "push")
REGISTRATIONS_PER_HOUR = "1200"  # from one address, which here is everybody's


class AlreadyRunning(Exception):
    """Another process runs the system out of this state folder."""

    def __init__(self, state: dict[str, Any]) -> None:
        super().__init__(
            f"Yima runs already (process {state.get('pid')}): GraphQL at {state.get('graphql')}. "
            "Stop it with Ctrl-C in its terminal, or use another folder with YIMA_STATE."
        )
        self.state = state


class TaskFailed(Exception):
    """A service could not do what it was asked for; the text is the end of its log."""


class MigrationFailed(Exception):
    """A service's database could not be migrated."""


type Tell = Callable[[str, str, float], None]


@dataclass
class Stack:
    """The system out of `folder`. `tell(step, what, seconds)` hears of its progress.

    With an `image`, services run as containers of it, as confined as the chart confines them; else from this Python.
    With a `nursery`, what comes from this Python is forked from it. With `standby`, the databases' server has one that
    follows it, and `cluster` lets it take over. With `hubs`, NATS speaks MQTT to them. With `bus_nodes`, NATS is
    so many servers, and each stream is kept by all of them. With an `authority`, services speak mutual TLS with
    certificates that it signs: each process is asked at an address of its own, for which its certificate is; that is
    for processes of this Python. With `over_roads`, whoever asks a process by HTTP does so over a road to it, which can
    be made slow and lossy.
    """

    folder: Path
    city: City
    base_port: int = BASE_PORT
    durable: bool = True
    tell: Tell = lambda _step, _what, _seconds: None
    environment: dict[str, str] = field(default_factory=dict)
    image: str = ""
    standby: bool = False
    nursery: Nursery | None = None
    hubs: tuple[str, ...] = ()  # of devices, who come by MQTT
    bus_nodes: int = 1
    clock: Clock | None = None  # its own, by which its nursery was started, too
    authority: Authority | None = None
    over_roads: bool = False

    cluster: Cluster | None = field(default=None, init=False)
    roads: dict[str, Road] = field(default_factory=dict, init=False)  # by the process that each leads to
    nats: Nats = field(init=False)  # where it is several servers, the first of them
    bus: Nats | NatsCluster = field(init=False)
    supervisor: Supervisor = field(init=False)
    secrets: dict[str, str] = field(init=False)
    _lock: IO[str] | None = field(default=None, init=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _keepers: list[asyncio.Task[None]] = field(default_factory=list, init=False)
    _postgres: Postgres = field(init=False)
    _spawn: Spawn = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.folder.absolute()

    @property
    def postgres(self) -> Postgres:
        """The databases' server; of a cluster, the one that is written to now."""
        return self._postgres if self.cluster is None else self.cluster.primary

    @property
    def graphql(self) -> str:
        host, port = self._asked_at("gateway", self.base_port)
        return f"http://{host}:{port}/graphql"

    def service_url(self, name: str) -> str:
        return self._url(name, self.service_port(name))

    def _url(self, process: str, port: int) -> str:
        host, port = self._asked_at(process, port)
        return f"{'http' if self.authority is None else 'https'}://{host}:{port}"

    def _asked_at(self, process: str, port: int) -> tuple[str, int]:
        """Where a process is asked that listens at this port: there, or where the road to it begins."""
        return at(self.roads[process].address) if process in self.roads else (self.host(process), port)

    def host(self, process: str) -> str:
        """The address that a process listens at. The gateway is asked in plain at this machine's own."""
        if self.authority is None or process == "gateway":
            return "127.0.0.1"
        return f"127.0.1.{1 + [*SERVICES, *SANDBOXES].index(process)}"

    def health_url(self, process: str) -> str:
        """Where a process that speaks TLS answers its probes."""
        return f"http://{self.host(process)}:{self.base_port + HEALTH_OFFSET}"

    def certificate_of(self, process: str) -> Path:
        """The folder of a process's certificate."""
        return self.folder / "tls" / process

    def renew(self, process: str, good_for: timedelta = timedelta(days=CERTIFICATE_DAYS)) -> None:
        """Give a process another certificate, which it takes while it runs."""
        assert self.authority is not None
        self.authority.write(self.certificate_of(process), [self.host(process)], good_for)

    def shown(self) -> ssl.SSLContext | bool:
        """What a client shows that asks a process of services and sandboxes, and whom it believes, for `verify`."""
        if self.authority is None:
            return True
        certificate, key, authority = (self.certificate_of("gateway") / name for name in FILES)
        context = ssl.create_default_context(cafile=authority)
        context.load_cert_chain(certificate, key)
        return context

    def service_port(self, name: str) -> int:
        """Services are as far from the base port as the list has them from the gateway's."""
        return self.base_port + PORTS[name] - BASE_PORT

    @property
    def provider_url(self) -> str:
        return self._url("provider", self.base_port + PROVIDER_OFFSET)

    @property
    def messages_file(self) -> Path:
        """What was sent to people, a line of JSON each: nothing leaves this machine."""
        return self._folder_for("messages") / "messages.jsonl"

    @property
    def registers_url(self) -> str:
        return self._url("registers", self.base_port + REGISTERS_OFFSET)

    @property
    def carriers_url(self) -> str:
        """What takes messages to people and keeps them: nothing leaves this machine."""
        return self._url("carriers", self.base_port + CARRIERS_OFFSET)

    @property
    def webhook_secret(self) -> str:
        """What settlement and the provider share, as Standard Webhooks writes it."""
        return webhook_secret(self.secrets)

    def describe(self) -> dict[str, Any]:
        """Where everything is, as `state.json` has it."""
        return {
            "pid": os.getpid(),
            "city": self.city.name,
            "graphql": self.graphql,
            "page": f"http://127.0.0.1:{self.base_port}/console",
            "pages": f"http://127.0.0.1:{self.base_port}/app/" if PAGES.is_dir() else "not built: run `make web`",
            "services": {name: self.service_url(name) for name in SERVICES},
            "provider": self.provider_url,
            "registers": self.registers_url,
            "carriers": self.carriers_url,
            "sandboxes": f"http://127.0.0.1:{self.base_port + SANDBOXES_OFFSET}",
            "nats": self.bus.url,
            "postgres": {"host": str(self.postgres.socket_folder), "port": self.postgres.port},
            "logs": str(self.folder / "logs"),
            "messages": str(self.messages_file),
            "secrets": str(self.folder / "secrets.json"),
        }

    async def __aenter__(self) -> "Stack":
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)  # the database's own user goes through; nobody else's business is in here
        self._claim_folder()
        try:
            self._check_ports()
            self.secrets = load_secrets(self.folder / "secrets.json")
            if self.standby:
                self.cluster = Cluster(self.folder / "postgres", self.secrets["postgres"])
            else:
                port = self.base_port + POSTGRES_OFFSET
                by_clock = self._of_clock()
                self._postgres = Postgres(
                    self.folder / "postgres", self.secrets["postgres"], port, self.durable, by_clock
                )
            self._make_bus(
                self.base_port + NATS_OFFSET, {name: self.secrets[f"nats-{name}"] for name in (*PROCESSES, OPERATOR)}
            )
            if self.over_roads:
                self._make_roads()
            self._spawn = spawn if self.nursery is None or self.image else self.nursery.spawn
            self.supervisor = self._supervisor()
            await self._start()
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    def _make_bus(self, port: int, passwords: Mapping[str, str]) -> None:
        folder = self.folder / "nats"
        if self.bus_nodes > 1:
            self.bus = NatsCluster(folder, port, passwords, self.bus_nodes)
            self.nats = self.bus.servers[0]
            self.environment.setdefault("YIMA_NATS_REPLICAS", str(self.bus_nodes))
            return
        hubs = {hub: password() for hub in self.hubs}
        self.bus = self.nats = Nats(folder, port, passwords, hubs=hubs, mqtt_port=self.base_port + MQTT_OFFSET)

    def _make_roads(self) -> None:
        """A road to each process that is asked by HTTP."""
        listening = {name: self.service_port(name) for name in SERVICES}
        listening |= {
            "gateway": self.base_port,
            "provider": self.base_port + PROVIDER_OFFSET,
            "registers": self.base_port + REGISTERS_OFFSET,
            "carriers": self.base_port + CARRIERS_OFFSET,
        }
        for process, port in listening.items():
            host = self.host(process)
            self.roads[process] = Road((host, ports.free()), [(host, port)])

    async def _start(self) -> None:
        for road in self.roads.values():
            await asyncio.to_thread(road.start)
        began = time.monotonic()
        databases = self.cluster or self._postgres
        await asyncio.gather(asyncio.to_thread(databases.start), asyncio.to_thread(self.bus.start))
        self.tell("PostgreSQL and NATS", "started", time.monotonic() - began)
        began = time.monotonic()
        for name in SERVICES:
            await self.postgres.ensure_database(
                name, f"{name}_owner", self.secrets["owner"], f"{name}_app", self.secrets["app"]
            )
        await self._migrate()
        if self.cluster is not None:
            await self.cluster.add_standby()
        self.tell("databases", "migrated", time.monotonic() - began)
        began = time.monotonic()
        await self.supervisor.start(self.specs())
        self.tell("services and gateway", "ready", time.monotonic() - began)
        self._keep_servers()
        write_atomically(self.folder / "state.json", self.describe(), 0o600)

    async def move_clock(self, ahead: timedelta) -> None:
        """Put the system's own clock so far ahead, forward only: its processes end, and start by the new time. Nothing
        of it runs at two times. Raises `ClockRefused`."""
        assert self.clock is not None
        self.clock.check(ahead)
        await self.supervisor.stop()
        await asyncio.to_thread(self.clock.move, ahead)
        self.supervisor = self._supervisor()
        await self.supervisor.start(self.specs())

    def _supervisor(self) -> Supervisor:
        return Supervisor(lambda name, what: self.tell(name, what, 0.0), self._spawn)

    async def perform(self, service: str, task: str) -> str:
        """Do what a service does when a clock outside asks for it, and return what it says. Raises `TaskFailed`."""
        variables = self.supervisor.environment(service)
        log = self.folder / "logs" / f"{service}-{task}.log"
        log.unlink(missing_ok=True)
        command = self._run(f"{service}-{task}", dict(variables), "chassis", service, "--task", task)
        process = self._spawn(ProcessSpec(f"{service}-{task}", command, variables, log, ready_url=""))
        if await asyncio.to_thread(process.wait) != 0:
            raise TaskFailed(tail(log))
        return tail(log, 1)

    def _keep_servers(self) -> None:
        """Start NATS and PostgreSQL again when they end. A cluster's servers are not: its standby takes over."""
        servers: list[tuple[str, Server]] = [("NATS", self.bus)]
        if self.cluster is None:
            servers.append(("PostgreSQL", self._postgres))
        for name, server in servers:
            keeping = keep_running(name, server, self._stopping, lambda name, what: self.tell(name, what, 0.0))
            self._keepers.append(asyncio.create_task(keeping))

    async def _stop(self) -> None:
        self._stopping.set()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        if hasattr(self, "supervisor"):
            await self.supervisor.stop()
        for server in (getattr(self, "bus", None), self.cluster, getattr(self, "_postgres", None)):
            if server is not None:
                await asyncio.to_thread(server.stop)
        for road in self.roads.values():
            await asyncio.to_thread(road.stop)
        (self.folder / "state.json").unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _claim_folder(self) -> None:
        self._lock = (self.folder / "lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            self._lock = None
            raise AlreadyRunning(running_state(self.folder) or {}) from None

    def _check_ports(self) -> None:
        ports.check("the gateway", self.base_port)
        for name in SERVICES:
            ports.check(name, self.service_port(name))
        ports.check("the sandbox payment provider", self.base_port + PROVIDER_OFFSET)
        ports.check("the sandbox registers", self.base_port + REGISTERS_OFFSET)
        ports.check("the sandbox carriers", self.base_port + CARRIERS_OFFSET)
        ports.check("the door to sandboxes", self.base_port + SANDBOXES_OFFSET)
        ports.check("NATS", self.base_port + NATS_OFFSET)
        ports.check("PostgreSQL", self.base_port + POSTGRES_OFFSET)

    async def _migrate(self) -> None:
        """Migrate every database, in one process: importing takes longer than migrating."""
        url = self.postgres.url("SERVICE", "SERVICE_owner", self.secrets["owner"]).replace("SERVICE", "{service}")
        variables = {**environment(), "YIMA_MIGRATION_DATABASE_URL": url}
        log = self.folder / "logs" / "migration.log"
        command = self._run("migration", variables, "chassis", *SERVICES, "--migrate")
        process = self._spawn(ProcessSpec("migration", command, variables, log, ready_url=""))
        try:
            code = await asyncio.to_thread(process.wait)
        except BaseException:
            process.kill()
            raise
        if code != 0:
            raise MigrationFailed(tail(log))

    def specs(self) -> Sequence[ProcessSpec]:
        shared = {
            **environment(),
            "YIMA_CITY_FILE": str(self.city.pack),
            "YIMA_NATS_URL": self.bus.url,
            "YIMA_PROVIDER_URL": self.provider_url,
            "YIMA_REGISTERS_URL": self.registers_url,
            "YIMA_PAGES_URL": f"http://127.0.0.1:{self.base_port}/app",
            **{f"YIMA_{name.upper()}_URL": self.service_url(name) for name in SERVICES},
            **self.environment,
            **self._of_clock(),
        }
        specs = [self._service(name, self.service_port(name), shared) for name in SERVICES]
        specs.append(self._service("gateway", self.base_port, shared))
        port = self.base_port + PROVIDER_OFFSET
        provider = {
            **shared,
            "YIMA_PORT": str(port),
            "YIMA_WEBHOOK_SECRET": self.webhook_secret,
            "YIMA_PROVIDER_STATE": str(self._folder_for("provider") / "provider.sqlite"),
        }
        specs.append(self._spec("provider", provider, port, "settlement.provider.sandbox"))
        port = self.base_port + REGISTERS_OFFSET
        state = str(self._folder_for("registers") / "registers.sqlite")
        secret = {"YIMA_REGISTERS_SECRET": self.secrets["registers"]}
        registers = {**shared, **secret, "YIMA_PORT": str(port), "YIMA_REGISTERS_STATE": state}
        specs.append(self._spec("registers", registers, port, "identity.registers"))
        port = self.base_port + CARRIERS_OFFSET
        state = str(self._folder_for("carriers") / "carriers.sqlite")
        secret = {"YIMA_CARRIERS_SECRET": self.secrets["carriers"]}
        carriers = {**shared, **secret, "YIMA_PORT": str(port), "YIMA_CARRIERS_STATE": state}
        specs.append(self._spec("carriers", carriers, port, "notifications.carriers"))
        return specs

    def _of_clock(self) -> dict[str, str]:
        """What a process needs that goes by the system's own clock: beside its nursery's, its own environment is asked
        for where the file is each time."""
        if self.clock is None:
            return {}
        return {**self.clock.environment(), "YIMA_CLOCK_AHEAD_SECONDS": str(int(self.clock.ahead.total_seconds()))}

    def _run(self, name: str, environment: dict[str, str], module: str, *arguments: str) -> Sequence[str]:
        """The command that runs a module, here or in a container."""
        if not self.image:
            return run_module(module, *arguments)
        sandboxes = [self._folder_for(sandbox) for sandbox in ("provider", "registers", "carriers", "messages")]
        folders = [Path(self.postgres.socket_folder), *sandboxes]
        container = f"yima-{self.base_port}-{name}"
        return contained(self.image, container, environment, folders, self.city.pack, ["-m", module, *arguments])

    def _folder_for(self, sandbox: str) -> Path:
        """Where a sandbox keeps its books; a container's user may write there too."""
        folder = self.folder / sandbox
        folder.mkdir(exist_ok=True)
        folder.chmod(0o777 if self.image else 0o700)
        return folder

    def _service(self, name: str, port: int, shared: dict[str, str]) -> ProcessSpec:
        environment = {**shared, "YIMA_PORT": str(port), "YIMA_NATS_PASSWORD": self.secrets[f"nats-{name}"]}
        if name in SERVICES:
            server = self.cluster or self._postgres
            environment["YIMA_DATABASE_URL"] = server.url(name, f"{name}_app", self.secrets["app"])
        if name in SEALING:
            environment["YIMA_KEY_ENCRYPTION_KEYS"] = self.secrets["key-encryption"]
        if name == "settlement":
            environment["YIMA_WEBHOOK_SECRET"] = self.webhook_secret
        if name in ("identity", "partners"):
            environment["YIMA_REGISTERS_SECRET"] = self.secrets["registers"]
        if name in ("gateway", "notifications"):
            environment["YIMA_PAIRWISE_SECRETS"] = self.secrets["pairwise"]
        if name == "notifications":
            environment.setdefault("YIMA_WEBHOOK_HOSTS_ALLOWED", THIS_MACHINE)
            environment.setdefault("YIMA_PUBLIC_URL", f"http://localhost:{self.base_port}")
            environment["YIMA_EMAIL_URL"] = f"{self.carriers_url}/emails"
            environment["YIMA_SMS_URL"] = f"{self.carriers_url}/sms"
            environment["YIMA_CARRIERS_SECRET"] = self.secrets["carriers"]
            environment["YIMA_PUSH_SECRET"] = self.secrets["push"]
        if name == "gateway" and self.hubs:
            environment["YIMA_READINGS_BY_MQTT"] = "true"
        if name == "gateway" and PAGES.is_dir() and not self.image:
            environment.setdefault("YIMA_PAGES", str(PAGES))
        if name in ("gateway", "identity"):
            environment.setdefault("YIMA_TOKEN_URL", f"http://127.0.0.1:{self.base_port}/oauth/token")
        if name == "identity":
            environment.setdefault("YIMA_REGISTRATIONS_PER_HOUR", REGISTRATIONS_PER_HOUR)
            environment["YIMA_NUMBERS_SECRET"] = self.secrets["numbers"]
            environment["YIMA_CITY_KEY"] = self.secrets["city-key"]
            environment["YIMA_OPERATOR_PASSWORD"] = self.secrets["operator"]
            environment["YIMA_REGULATOR_PASSWORD"] = self.secrets["regulator"]
            environment.setdefault("YIMA_CONFIRM_REGISTRATIONS", "false")  # whoever tries the system signs in at once
            environment.setdefault("YIMA_SECOND_FACTOR_ROLES", "")  # whoever tries the system has one by choice
            environment.setdefault("YIMA_PASSKEY_ORIGINS", f"http://localhost:{self.base_port}")
            environment["YIMA_MESSAGES_FILE"] = str(self.messages_file)
        return self._spec(name, environment, port, "chassis", name)

    def _spec(self, name: str, environment: dict[str, str], port: int, module: str, *arguments: str) -> ProcessSpec:
        ready_at = f"http://127.0.0.1:{port}"
        if self.authority is not None:
            environment = {**environment, **self._of_tls(name)}
            ready_at = self.health_url(name)
        return ProcessSpec(
            name=name,
            argv=self._run(name, environment, module, *arguments),
            environment=environment,
            log=self.folder / "logs" / f"{name}.log",
            ready_url=f"{ready_at}/health/ready",
        )

    def _of_tls(self, process: str) -> dict[str, str]:
        """What a process is told that speaks TLS with the others; its certificate is made where there is none."""
        folder = self.certificate_of(process)
        if not folder.exists():
            self.renew(process)
        certificate, key, authority = (str(folder / name) for name in FILES)
        listen = {"YIMA_TLS_LISTEN": "plain"} if process == "gateway" else {}
        return {
            "YIMA_TLS_CERTIFICATE_FILE": certificate,
            "YIMA_TLS_KEY_FILE": key,
            "YIMA_TLS_CA_FILE": authority,
            "YIMA_HEALTH_PORT": str(self.base_port + HEALTH_OFFSET),
            "YIMA_HOST": self.host(process),
            **listen,
        }


def contained(
    image: str, name: str, environment: dict[str, str], folders: Sequence[Path], pack: Path, arguments: Sequence[str]
) -> list[str]:
    """The command that runs a container on this machine's network, with nothing to write to but `folders`, and the
    city's pack to read."""
    variables = {key: value for key, value in environment.items() if key.startswith(("YIMA_", "OTEL_"))}
    command = ["docker", "run", "--rm", "--name", name, "--network", "host", "--read-only", "--cap-drop", "ALL"]
    command += ["--security-opt", "no-new-privileges", "--pids-limit", "200", "--memory", "512m"]
    command += ["--tmpfs", "/tmp:size=64m"]  # noqa: S108 the container's own
    for folder in folders:
        command += ["--volume", f"{folder}:{folder}"]
    command += ["--volume", f"{pack}:{pack}:ro"]
    for key in variables:
        command += ["--env", key]  # the value comes from docker's own environment: no secret in a list of processes
    return [*command, image, *arguments]


def environment() -> dict[str, str]:
    """Ours, but modules are compiled once: else every start compiles every contract again."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run_module(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def running_state(folder: Path) -> dict[str, Any] | None:
    """What runs out of `folder` now, as it describes itself; None when nothing does."""
    try:
        with (folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return None
    except BlockingIOError:
        try:
            return dict(orjson.loads((folder / "state.json").read_bytes()))
        except (OSError, orjson.JSONDecodeError):
            return {}
    except OSError:
        return None


def webhook_secret(known: Mapping[str, str]) -> str:
    """The webhooks' secret of a state folder, as Standard Webhooks writes it."""
    return f"whsec_{base64.b64encode(known['webhooks'].encode()).decode()}"


def load_secrets(path: Path) -> dict[str, str]:
    """The folder's secrets, made once; readable by its owner only."""
    known: dict[str, str] = orjson.loads(path.read_bytes()) if path.exists() else {}
    for name in ("postgres", "owner", "app", "operator", "regulator", "residents", *CITY_SECRETS):
        known.setdefault(name, secrets.token_urlsafe(24))
    for name in ("key-encryption", "city-key"):
        known.setdefault(name, base64.b64encode(secrets.token_bytes(32)).decode())
    for name in (*PROCESSES, OPERATOR):
        known.setdefault(f"nats-{name}", password())
    write_atomically(path, known, 0o600)
    return known


def write_atomically(path: Path, content: dict[str, Any], mode: int) -> None:
    fresh = path.with_suffix(".new")
    fresh.touch(mode)
    fresh.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
    fresh.rename(path)
