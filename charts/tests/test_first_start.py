"""An embedded database whose start is cut off, and jobs that are there before they are let in: the chart's scripts, run
as they are rendered, on a real PostgreSQL."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml
from devstack import ports
from devstack.postgres import Postgres, binary
from yima.services import SERVICES

from charts import render

pytestmark = pytest.mark.anyio
PASSWORD = "golden"  # as `charts/render.py` has it


class Volume:
    """The volume of an embedded database, with what the pod's containers do to it."""

    def __init__(self, folder: Path) -> None:
        self.server = Postgres(folder / "volume", "superuser", ports.free(), durable=False)
        self.scripts, self.sql = folder / "scripts", folder / "sql"
        by_name = {
            (manifest["kind"], manifest["metadata"]["name"]): manifest
            for text in render.golden("embedded").read_text("utf-8").split("\n---\n")
            if "name: yima-postgres" in text and (manifest := yaml.load(text, yaml.CSafeLoader))
        }
        write(self.scripts, by_name["ConfigMap", "yima-postgres"]["data"])
        write(self.sql, by_name["Secret", "yima-postgres"]["stringData"])
        self.server.folder.mkdir()

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "PATH": f"{binary('psql').parent}:{os.environ['PATH']}",
            "PGHOST": str(self.server.socket_folder),
            "PGPORT": str(self.server.port),
            "PGPASSWORD": self.server.password,
            "PGDATA": str(self.server.data),
            "YIMA_DATA": str(self.server.folder),
            "YIMA_SQL": str(self.sql),
        }

    def run(self, script: str) -> str:
        command = ["bash", str(self.scripts / script)]
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> str:
        """All of it, as the pod's start does it: what was said before the server ran."""
        said = self.run("prepare.sh")
        self.server.start()
        self.run("make.sh")
        return said

    def cut_off(self, stage: str) -> None:
        """A first start that ends at a stage."""
        self.run("prepare.sh")
        if stage == "initdb":
            self.server.data.mkdir()
            (self.server.data / "PG_VERSION").write_text("18\n")
            return
        self.server.start()
        databases = self.sql / "databases.sql"
        statements = databases.read_text("utf-8")
        until = {"roles": statements.index("SELECT format('CREATE DATABASE"), "databases": len(statements)}
        part = self.sql / "part.sql"
        part.write_text(statements[: until.get(stage, 0)], "utf-8")
        command = ["psql", "--no-psqlrc", "--quiet", "--username", "postgres", "--file", str(part), "postgres"]
        subprocess.run(command, check=True, env=self.environment)
        self.server.stop()

    async def signs_in(self, service: str, role: str) -> Any:
        where = {"host": "127.0.0.1", "port": self.server.port, "database": service}
        connection = await asyncpg.connect(**where, user=f"{service}_{role}", password=PASSWORD)
        try:
            return await connection.fetchval(
                "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = $1", service
            )
        finally:
            await connection.close()


def write(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content, "utf-8")


@pytest.fixture
def volume(tmp_path: Path) -> Iterator[Volume]:
    volume = Volume(tmp_path)
    yield volume
    volume.server.stop()


@pytest.mark.parametrize(
    "stage", [pytest.param(stage, marks=pytest.mark.long) for stage in ("initdb", "server", "roles")] + ["databases"]
)
async def test_a_first_start_that_was_cut_off_is_made_up_for_by_the_next(volume: Volume, stage: str) -> None:
    volume.cut_off(stage)
    assert volume.start().startswith("the first start was cut off")
    for service in SERVICES:
        for role in ("owner", "app"):
            assert await volume.signs_in(service, role) == f"{service}_owner"


async def test_every_later_start_keeps_what_is_there_and_makes_what_is_new(volume: Volume) -> None:
    assert volume.start() == ""
    await volume.server.run_sql("ordering", "CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)")
    await volume.server.run_sql("postgres", "DROP DATABASE records")
    await volume.server.run_sql("postgres", "ALTER ROLE records_app NOLOGIN")
    volume.server.stop()
    assert volume.start() == ""
    assert [row["id"] for row in await volume.server.fetch("ordering", "SELECT id FROM kept")] == [7]
    assert await volume.signs_in("records", "app") == "records_owner", "a service that came later has its database"


async def test_a_backup_waits_until_it_is_let_in_and_says_why_once(volume: Volume) -> None:
    """As in a pod's first seconds, before the network's policies know it."""
    wait = render.UMBRELLA / "files" / "backup" / "wait.sh"
    url = f"postgresql+asyncpg://ordering_owner:{PASSWORD}@127.0.0.1:{volume.server.port}/ordering"
    job = await asyncio.create_subprocess_exec(
        *("bash", "-c", f'set -euo pipefail; source "{wait}"; await_databases ordering; echo let in'),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=volume.environment | {"YIMA_BACKUP_URL_ORDERING": url},
    )
    assert job.stderr is not None
    first = await job.stderr.readline()
    assert b"waiting for ordering" in first and b"refused" in first
    await asyncio.to_thread(volume.start)
    out, more = await job.communicate()
    assert (job.returncode, out) == (0, b"let in\n")
    said = (first + more).decode().splitlines()
    assert len(said) == len(set(said)), "each reason once"


def test_a_backup_that_is_never_let_in_fails_with_the_servers_own_words(volume: Volume) -> None:
    wait = render.UMBRELLA / "files" / "backup" / "wait.sh"
    url = f"postgresql+asyncpg://ordering_owner:{PASSWORD}@127.0.0.1:1/ordering"
    done = subprocess.run(
        ["bash", "-c", f'set -euo pipefail; source "{wait}"; await_databases ordering; echo let in'],
        capture_output=True,
        text=True,
        env=volume.environment | {"YIMA_BACKUP_URL_ORDERING": url, "YIMA_DATABASE_WAIT_SECONDS": "0"},
        check=False,
    )
    assert done.returncode == 1 and not done.stdout
    assert done.stderr.startswith("ordering: ") and "refused" in done.stderr and PASSWORD not in done.stderr
