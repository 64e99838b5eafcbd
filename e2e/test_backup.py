"""The chart's own backup, drill and restore, container by container, with PostgreSQL's real programs."""

import asyncio
import importlib.util
import os
import re
import secrets
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml
from devstack.ports import free_range
from devstack.postgres import Postgres, binary
from devstack.stack import PORTS_NEEDED, Stack
from devstack.supervisor import Supervisor
from yima.services import SERVICES
from yima_client.caller import connect, until

from e2e.people import PASSWORD, Clinic, a_clinic, confirmed, place, registered, serve, until_status

pytestmark = [pytest.mark.anyio, pytest.mark.long]
ROOT = Path(__file__).parents[1]
SCRATCH = "postgresql+asyncpg://postgres@127.0.0.1:5432/"
_spec = importlib.util.spec_from_file_location("render", ROOT / "charts" / "render.py")
assert _spec is not None and _spec.loader is not None
rendering = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(rendering)


def pod_of(kind: str, name: str, *arguments: str) -> dict[str, Any]:
    """The pod of one of the chart's jobs."""
    for one in yaml.safe_load_all(rendering.render(*arguments)):
        if one and one["kind"] == kind and one["metadata"]["name"] == name:
            spec = one["spec"]
            return dict(spec.get("jobTemplate", {}).get("spec", spec)["template"]["spec"])
    raise AssertionError(f"no {kind} {name}")


def expanded(argument: str, environment: dict[str, str]) -> str:
    """An argument with its variables, as the kubelet expands them."""
    for name, value in environment.items():
        argument = argument.replace(f"$({name})", value)
    return argument


@dataclass
class Ended(Exception):
    """A container ended otherwise than well."""

    container: str
    said: str


@dataclass
class Cluster:
    """What a pod of the chart finds: a volume, secrets, and a PostgreSQL in the place of its sidecar."""

    folder: Path
    postgres: Postgres
    secrets: dict[str, str]
    scratch: Postgres | None = None
    wait_seconds: int = 600

    def __post_init__(self) -> None:
        self.backups.mkdir(exist_ok=True)

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    def value(self, entry: dict[str, Any]) -> str:
        """A variable's value, as the kubelet finds it."""
        if (source := entry.get("valueFrom")) is not None:
            secret = source["secretKeyRef"]
            if secret["key"] == "key-encryption-keys":
                return self.secrets["key-encryption"]
            service = secret["name"].removeprefix("yima-database-")
            role = {"url": "app", "migration-url": "owner"}[secret["key"]]
            return self.postgres.url(service, f"{service}_{role}", self.secrets[role])
        if self.scratch is not None and entry["value"].removesuffix("postgres").startswith("postgresql"):
            url = self.scratch.url(entry["value"].rpartition("/")[2])
            return url if entry["value"].startswith(SCRATCH) else url.replace("+asyncpg", "")
        return {
            "YIMA_BACKUPS": str(self.backups),
            "YIMA_CHOSEN": str(self.folder / "chosen"),
            "YIMA_SCRIPTS": str(ROOT / "charts/yima/files/backup"),
            "YIMA_CITY_FILE": str(ROOT / "charts/yima/cities/jinan.yaml"),
        }.get(entry["name"], str(entry["value"]))

    async def run(
        self, pod: dict[str, Any], after: dict[str, Callable[[], Awaitable[None]]] | None = None
    ) -> dict[str, str]:
        """Run a pod's containers one after another, as Kubernetes does; what each said. `after` comes between."""
        said = {}
        for container in [*pod["initContainers"], *pod["containers"]]:
            if container.get("restartPolicy") == "Always":
                continue  # the sidecar, whose place `scratch` takes
            environment = {entry["name"]: self.value(entry) for entry in container["env"]}
            arguments = [expanded(argument, environment) for argument in container["args"]]
            tools = f"{binary('psql').parent}:{os.environ['PATH']}" if "command" in container else os.environ["PATH"]
            process = await asyncio.create_subprocess_exec(
                *container.get("command", [sys.executable]),
                *arguments,
                env=environment | {"PATH": tools, "YIMA_DATABASE_WAIT_SECONDS": str(self.wait_seconds)},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            output, _ = await process.communicate()
            said[container["name"]] = output.decode()
            if process.returncode:
                raise Ended(container["name"], said[container["name"]])
            if after and container["name"] in after:
                await after[container["name"]]()
        return said

    async def back_up(self) -> str:
        said = await self.run(pod_of("CronJob", "yima-backup"))
        return said["finish"]

    async def drill(self, database: str = "", *tampering: str) -> dict[str, str]:
        """The drill into a server of its own, in which somebody changes something once it is restored."""
        self.scratch = Postgres(self.folder / f"scratch{len(tampering)}{database}", "scratch", durable=False)
        self.scratch.start()

        async def tamper() -> None:
            assert self.scratch is not None
            if database:
                await self.scratch.run_sql(database, *tampering)

        try:
            return await self.run(pod_of("CronJob", "yima-backup-drill"), {"restore": tamper})
        finally:
            self.scratch.stop()
            self.scratch = None


@dataclass
class Journey:
    """What happened before the backup."""

    clinic: Clinic
    login: str
    order_id: str


@pytest.fixture(scope="module")
async def journey(stack: Stack) -> AsyncGenerator[Journey]:
    """An order that was paid for, served and settled, and a look at the resident's data."""
    async with connect(stack.graphql) as nobody:
        clinic = await a_clinic(nobody, stack.secrets)
        login = f"resident-{secrets.token_hex(5)}@residents.example.org"
        person = await registered(nobody, login)
        resident = await nobody.signed_in(login, PASSWORD)
        order_id = (await place(resident, clinic))["id"]
        await confirmed(resident, order_id)
        await serve(resident, clinic, order_id)
        await until_status(resident, order_id, "CLOSED")
        await resident.run("records", residentId=person["id"], informationTypes=["vital-signs"], purpose="PATRQT")
        yield Journey(clinic, login, order_id)


@pytest.fixture(scope="module")
async def backed_up(
    stack: Stack, journey: Journey, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Cluster]:
    """The running system's databases, backed up while it serves."""
    cluster = Cluster(tmp_path_factory.mktemp("cluster"), stack.postgres, stack.secrets)
    assert f"{len(SERVICES)} databases" in await cluster.back_up()
    yield cluster


async def test_a_backup_is_restored_and_both_checks_hold(backed_up: Cluster) -> None:
    said = await backed_up.drill()
    assert f"{len(SERVICES)} dumps are what their manifest says" in said["choose"]
    assert f"{len(SERVICES)} databases are there again" in said["compare"]
    assert re.search(r"[1-9]\d* entries and [1-9]\d* postings hold", said["settlement-check-ledger"])
    assert re.search(r"[1-9]\d* entries hold", said["consent-check-access-log"])


@pytest.mark.parametrize(
    ("database", "tampering", "container", "named"),
    [
        (
            "settlement",
            "UPDATE posting SET amount_minor = amount_minor - 1 WHERE position = (SELECT min(position) FROM posting)",
            "settlement-check-ledger",
            "an entry's postings do not sum to zero",
        ),
        (
            "consent",
            "UPDATE access_log_leaf SET entry = 'x' WHERE index = 0",
            "consent-check-access-log",
            "the access log is broken at entry 1",
        ),
        ("ordering", "TRUNCATE orders CASCADE", "compare", "ordering.orders has 0 rows"),
        ("identity", "DROP TABLE idempotency", "compare", "identity.idempotency has no such table"),
    ],
)
async def test_what_was_changed_in_a_restored_copy_fails_the_drill_and_is_named(
    backed_up: Cluster, database: str, tampering: str, container: str, named: str
) -> None:
    table = re.search(r"(?:UPDATE|TRUNCATE|TABLE) (\w+)", tampering)
    assert table is not None
    with pytest.raises(Ended) as ended:
        await backed_up.drill(database, f"ALTER TABLE {table[1]} DISABLE TRIGGER USER", tampering)
    assert (ended.value.container, named in ended.value.said) == (container, True), ended.value.said


async def test_a_dump_that_is_not_what_was_written_fails_the_drill_before_it_is_restored(backed_up: Cluster) -> None:
    (folder,) = backed_up.backups.iterdir()
    dump = folder / "settlement.dump"
    kept = dump.read_bytes()
    dump.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    try:
        with pytest.raises(Ended) as ended:
            await backed_up.drill()
        assert (ended.value.container, "settlement.dump" in ended.value.said) == ("choose", True)
    finally:
        dump.write_bytes(kept)


async def test_a_database_that_lets_nobody_in_is_waited_for_and_named_and_no_backup_begins(
    stack: Stack, journey: Journey, tmp_path: Path
) -> None:
    cluster = Cluster(tmp_path, stack.postgres, stack.secrets | {"owner": "not the password"}, wait_seconds=2)
    with pytest.raises(Ended) as ended:
        await cluster.back_up()
    assert ended.value.container == "dump"
    assert re.search(r"^waiting for \w+: .*password authentication failed", ended.value.said, re.MULTILINE)
    assert not list(cluster.backups.iterdir())


async def test_a_database_that_cannot_be_dumped_makes_no_backup(stack: Stack, journey: Journey, tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, stack.postgres, stack.secrets)
    await stack.postgres.run_sql("settlement", "CREATE TABLE nobodys ()", "ALTER TABLE nobodys OWNER TO postgres")
    try:
        with pytest.raises(Ended) as ended:
            await cluster.back_up()
    finally:
        await stack.postgres.run_sql("settlement", "DROP TABLE nobodys")
    assert (ended.value.container, "permission denied for table nobodys" in ended.value.said) == ("dump", True)
    assert [one.suffix for one in cluster.backups.iterdir()] == [".unfinished"]


RIGHTS = """
    SELECT array_agg(table_name || ' ' || privilege_type ORDER BY table_name, privilege_type)
    FROM information_schema.role_table_grants
    WHERE table_schema = 'public' AND grantee LIKE '%\\_app'
"""


async def test_an_operator_s_restore_puts_a_whole_system_back_that_goes_on_from_there(
    stack: Stack, journey: Journey, backed_up: Cluster, tmp_path: Path
) -> None:
    """Another server and an empty bus: what was there is there, with the same rights, and nothing happens twice."""
    restore = pod_of("Job", "yima-restore-1", "--set", "global.restore=newest")
    (tmp_path / "secrets.json").write_bytes((stack.folder / "secrets.json").read_bytes())
    async with Stack(tmp_path, stack.city, free_range(PORTS_NEEDED)) as other:
        there = Cluster(backed_up.folder, other.postgres, other.secrets)
        with pytest.raises(Ended, match=r"connections to \w+: nothing is restored while somebody works"):
            await there.run(restore)
        await other.supervisor.stop()
        said = await there.run(restore)
        assert set(said) >= {f"{name}-after-restore" for name in SERVICES}
        assert "postings hold" in said["settlement-check-ledger"]
        for name in SERVICES:
            assert await other.postgres.fetch(name, RIGHTS) == await stack.postgres.fetch(name, RIGHTS), name
        assert re.search(r"[1-9]\d* events will be sent again", said["ordering-after-restore"])
        other.supervisor = Supervisor()
        await other.supervisor.start(other.specs())
        async with connect(other.graphql) as nobody:
            resident = await nobody.signed_in(journey.login, PASSWORD)
            assert (await resident.run("order", id=journey.order_id))["status"] == "CLOSED"
            again = (await place(resident, journey.clinic))["id"]
            await confirmed(resident, again)
            await until("the outboxes", lambda: unsent(other.postgres), lambda waiting: waiting == 0)
        captures = "SELECT count(*) FROM journal_entry WHERE kind = 'order-fulfilled'"
        assert await other.postgres.fetch("settlement", captures) == await stack.postgres.fetch("settlement", captures)


async def unsent(server: Postgres) -> int:
    waiting = 0
    for name in SERVICES:
        connection = await asyncpg.connect(server.dsn(name))
        waiting += int(await connection.fetchval("SELECT count(*) FROM outbox WHERE sent_at IS NULL"))
        await connection.close()
    return waiting
