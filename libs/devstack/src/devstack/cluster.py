"""A PostgreSQL with a standby that has every commit, at one address: what a city's database cluster does."""

import asyncio
import hashlib
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from devstack.postgres import Postgres

SOCKET = ".s.PGSQL.5432"


@dataclass
class Cluster:
    """The server that is written to and its standby, in folders of `folder`. Both are durable, and served over sockets.

    The address is a folder with a link to the socket of one of them, as a Service of Kubernetes leads to a primary.
    """

    folder: Path
    password: str
    primary: Postgres = field(init=False)
    standby: Postgres | None = field(default=None, init=False)
    _servers: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.primary = self._server()

    def _server(self) -> Postgres:
        self._servers += 1
        return Postgres(self.folder / f"server-{self._servers}", self.password)

    @property
    def address(self) -> Path:
        """The folder in which clients find the socket of the server that is written to."""
        digest = hashlib.sha256(str(self.folder.resolve()).encode()).hexdigest()
        return Path("/tmp") / f"yima-at-{digest[:12]}"  # noqa: S108 short, as a socket's path has to be; holds a link only

    def url(self, database: str, user: str, password: str) -> str:
        """A database at the cluster's address, for SQLAlchemy."""
        return f"postgresql+asyncpg://{user}:{password}@/{database}?host={self.address}&port=5432"

    def start(self) -> None:
        """Start the first server, alone."""
        self.primary.start()
        self._lead_to(self.primary)

    async def add_standby(self) -> None:
        """Copy the primary to a new server that follows it. From now on a commit is one that both have."""
        standby = self._server()
        await asyncio.to_thread(standby.follow, self.primary)
        await self.primary.run_sql(
            "postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"
        )
        self.standby = standby

    def lose_primary(self) -> None:
        """Kill the primary. The address leads to the standby, which only reads until `promote`."""
        assert self.standby is not None
        self.primary.kill()
        lost, self.primary, self.standby = self.primary, self.standby, None
        self._lead_to(self.primary)
        shutil.rmtree(lost.folder, ignore_errors=True)  # it comes back as nobody

    async def promote(self) -> None:
        """Let the server that is left be written to."""
        await self.primary.promote()

    def start_ended(self) -> None:
        """Start whichever server has ended though nobody stopped it, or was stopped."""
        for server in (self.primary, self.standby):
            if server is not None and not server.running:
                server.start()

    def replace(self) -> None:
        """Lose both servers and their disks; a new one, which is empty, is at the address."""
        for server in (self.standby, self.primary):
            if server is not None:
                server.stop()
                shutil.rmtree(server.folder, ignore_errors=True)
        self.primary, self.standby = self._server(), None
        self.start()

    @property
    def socket(self) -> Path:
        """Of the server that is written to."""
        return self.primary.socket_folder / SOCKET

    def lead_over(self, road: Path | None) -> None:
        """Lead whoever connects from now on over a road that listens there; without one, to the server itself."""
        self._lead(self.socket if road is None else road)

    def _lead_to(self, server: Postgres) -> None:
        self._lead(server.socket_folder / SOCKET)

    def _lead(self, socket: Path) -> None:
        self.address.mkdir(mode=0o711, exist_ok=True)
        fresh = self.address / "next"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(socket)
        fresh.replace(self.address / SOCKET)

    def stop(self) -> None:
        for server in (self.standby, self.primary):
            if server is not None:
                server.stop()
        shutil.rmtree(self.address, ignore_errors=True)
