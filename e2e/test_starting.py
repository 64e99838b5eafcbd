"""A process that lacks something says what, by the setting's name: it waits, unready, or ends in one line."""

import asyncio
import importlib
import re
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from chassis import auth, consumer, migrations, workers
from chassis import service as service_module
from devstack import ports
from devstack.cities import City
from devstack.nats import Nats
from devstack.postgres import Postgres
from devstack.samples import some_of
from devstack.stack import environment
from devstack.supervisor import ProcessSpec
from yima.services import SERVICES
from yima_client.caller import tls

from e2e.city import nursery, run

pytestmark = pytest.mark.anyio
PATIENCE_SECONDS = 60.0
CITY = {"YIMA_CITY_FILE": str(City.named("jinan").pack)}
SEALED = {"YIMA_KEY_ENCRYPTION_KEYS": f"{'A' * 43}="}
PASSWORDS = SEALED | {
    "YIMA_OPERATOR_PASSWORD": "a long password",
    "YIMA_REGULATOR_PASSWORD": "a long password",
    "YIMA_NUMBERS_SECRET": "a long secret, too",
    "YIMA_PAIRWISE_SECRETS": "a secret of more than 32 characters",
}


class Process:
    """A service that was started, what its probes answer, and what it has said."""

    def __init__(self, service: str, log: Path, variables: dict[str, str]) -> None:
        self.port, self.log = ports.free(), log
        clean = {name: value for name, value in environment().items() if not name.startswith("YIMA_")}
        settings = clean | CITY | PASSWORDS | {"YIMA_PORT": str(self.port)} | variables
        self._process = nursery().spawn(
            ProcessSpec(service, [sys.executable, "-m", "chassis", service], settings, log, ready_url="")
        )

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8")

    def ended(self) -> int | None:
        return self._process.poll()

    async def probe(self, name: str) -> tuple[int, str]:
        """A probe's status and reason; 0 while nothing listens."""
        async with httpx2.AsyncClient(trust_env=False, verify=tls()) as http:
            try:
                answer = await http.get(f"http://127.0.0.1:{self.port}/health/{name}", timeout=5)
            except httpx2.TransportError:
                return 0, ""
        return answer.status_code, str(answer.json().get("why", ""))

    async def until(self, good: Callable[[], Any]) -> Any:
        """Wait until `good` answers something true."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while not (found := await good()):
            assert asyncio.get_running_loop().time() < deadline, self.said
            await asyncio.sleep(0.1)
        return found

    async def end(self) -> int:
        self._process.terminate()
        return await asyncio.to_thread(self._process.wait, 20)


@asynccontextmanager
async def started(service: str, folder: Path, **variables: str) -> AsyncGenerator[Process]:
    process = Process(service, folder / f"{service}.log", {"YIMA_NATS_URL": "nats://127.0.0.1:1"} | variables)
    try:
        yield process
    finally:
        await process.end()


async def unready(process: Process, named: str) -> None:
    """It is unready for a reason that the log names too, alive all the while, and does not end."""

    async def is_unready() -> bool:
        assert process.ended() is None, process.said
        status, why = await process.probe("ready")
        return status == 503 and re.search(named, why) is not None

    await process.until(is_unready)
    assert (await process.probe("live"))[0] == 200
    assert re.search(named, process.said), process.said
    assert "Traceback" not in process.said
    assert "secret" not in process.said, "no password is in a log"


@pytest.fixture
async def empty(postgres_server: Postgres) -> AsyncGenerator[Callable[[str], str]]:
    """Makes a database that nobody has migrated; its URL for the application's role."""
    made: list[str] = []

    def url(service: str) -> str:
        return postgres_server.url(f"{service}_starting", f"{service}_app", "app")

    for service in ("consent", "identity", "catalog"):
        name = f"{service}_starting"
        await postgres_server.ensure_database(name, f"{service}_owner", "owner", f"{service}_app", "app")
        made.append(name)
    yield url
    for name in made:
        await postgres_server.drop_database(name)


@pytest.mark.parametrize("service", some_of(["consent", "identity", "catalog"], 1))
async def test_a_service_waits_for_its_database_and_starts_once_it_is_migrated(
    service: str, empty: Callable[[str], str], postgres_server: Postgres, nats_server: Nats, tmp_path: Path
) -> None:
    variables = {
        "YIMA_DATABASE_URL": empty(service),
        "YIMA_NATS_URL": nats_server.url,
        "YIMA_NATS_PASSWORD": nats_server.passwords[service],
    }
    async with started(service, tmp_path, **variables) as process:
        await unready(process, rf"{service}_starting \(YIMA_DATABASE_URL\) has not been migrated")
        await migrations.upgrade(service, postgres_server.url(f"{service}_starting", f"{service}_owner", "owner"))

        async def ready() -> bool:
            return (await process.probe("ready"))[0] == 200

        await process.until(ready)
        assert await process.end() == 0, process.said


@pytest.mark.parametrize(
    "unreached",
    some_of([*((name, "no-such-host.invalid:5432") for name in SERVICES), ("catalog", "127.0.0.1:1")], 2, " at ".join),
)
async def test_a_database_that_is_not_there_keeps_every_service_unready_and_is_named(
    unreached: tuple[str, str], tmp_path: Path
) -> None:
    service, host = unreached
    async with started(service, tmp_path, YIMA_DATABASE_URL=f"postgresql+asyncpg://app:secret@{host}/db") as process:
        await unready(process, rf"{host}/db \(YIMA_DATABASE_URL\) cannot be reached")
        assert await process.end() == 0, "it can be stopped while it waits"


async def test_a_wrong_password_and_a_missing_database_are_told_apart(
    empty: Callable[[str], str], tmp_path: Path
) -> None:
    wrong = empty("catalog").replace(":app@", ":secret@")
    async with started("catalog", tmp_path, YIMA_DATABASE_URL=wrong) as process:
        await unready(process, "refuses the role or its password")
    missing = empty("catalog").replace("catalog_starting", "nowhere")
    async with started("catalog", tmp_path, YIMA_DATABASE_URL=missing) as process:
        await unready(process, r"nowhere \(YIMA_DATABASE_URL\) does not exist")


@pytest.mark.parametrize(
    "unusable",
    some_of(
        [
            ({}, r"nats at nats://127.0.0.1:1 \(YIMA_NATS_URL\): ConnectionRefusedError"),
            ({"YIMA_NATS_SEED": "SUNONSENSE"}, "YIMA_NATS_SEED is no NKey's seed"),
            ({"YIMA_NATS_CA": "no certificate"}, "YIMA_NATS_CA holds no certificate"),
        ],
        1,
        lambda unusable: unusable[1],
    ),
)
async def test_a_bus_that_cannot_be_used_keeps_a_service_unready_and_is_named(
    unusable: tuple[dict[str, str], str], empty: Callable[[str], str], postgres_server: Postgres, tmp_path: Path
) -> None:
    variables, named = unusable
    await migrations.upgrade("catalog", postgres_server.url("catalog_starting", "catalog_owner", "owner"))
    async with started("catalog", tmp_path, YIMA_DATABASE_URL=empty("catalog"), **variables) as process:
        await unready(process, "")

        async def said() -> bool:
            return re.search(named, process.said) is not None

        await process.until(said)
        assert (await process.probe("ready")) == (503, "waiting for nats")
        assert process.ended() is None


@pytest.mark.parametrize(
    "unfit",
    some_of(
        [
            ("catalog", {}, "YIMA_DATABASE_URL is not set"),
            ("catalog", {"YIMA_DATABASE_URL": "nonsense"}, "YIMA_DATABASE_URL is no database's URL"),
            ("catalog", {"YIMA_DATABASE_URL": "mysql://a:secret@b/c"}, "YIMA_DATABASE_URL is no database's URL"),
            ("catalog", {"YIMA_PORT": "eighty"}, "YIMA_PORT: Input should be a valid integer"),
            ("gateway", {"YIMA_INTROSPECTION": "some"}, "YIMA_INTROSPECTION: Input should be 'everybody'"),
            (
                "gateway",
                {"YIMA_PAIRWISE_SECRETS": "short"},
                "YIMA_PAIRWISE_SECRETS: each secret has at least 32 characters",
            ),
            (
                "notifications",
                {"YIMA_WEBHOOK_HOSTS_ALLOWED": "10.0.0.1/8"},
                "YIMA_WEBHOOK_HOSTS_ALLOWED: 10.0.0.1/8 is neither",
            ),
            ("settlement", {"YIMA_PROVIDER": "stripe"}, "set YIMA_STRIPE_API_KEY"),
        ],
        3,
        lambda unfit: f"{unfit[0]}: {unfit[2]} {unfit[1]}",
    ),
)
async def test_a_setting_that_is_none_ends_the_process_in_one_line_that_names_it(
    unfit: tuple[str, dict[str, str], str],
    empty: Callable[[str], str],
    postgres_server: Postgres,
    tmp_path: Path,
) -> None:
    service, variables, named = unfit
    if "YIMA_PROVIDER" in variables:
        name = "settlement_starting"
        await postgres_server.ensure_database(name, "settlement_owner", "owner", "settlement_app", "app")
        await migrations.upgrade("settlement", postgres_server.url(name, "settlement_owner", "owner"))
        variables = variables | {"YIMA_DATABASE_URL": postgres_server.url(name, "settlement_app", "app")}
    async with started(service, tmp_path, **variables) as process:

        async def ended() -> bool:
            return process.ended() is not None

        await process.until(ended)
        assert process.ended() == 2, process.said
        assert named in process.said
        assert "Traceback" not in process.said
        assert "secret" not in process.said.replace("each secret has", "")


class Surprise(Exception):
    """Nobody listed it."""


async def test_whatever_a_background_task_fails_of_it_begins_again_and_ends_no_process(
    empty: Callable[[str], str], postgres_server: Postgres, nats_server: Nats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them, those of a service that nobody has written yet too: what lasts is begun in one way alone."""
    await migrations.upgrade("catalog", postgres_server.url("catalog_starting", "catalog_owner", "owner"))
    variables = CITY | PASSWORDS | {"YIMA_DATABASE_URL": empty("catalog"), "YIMA_NATS_URL": nats_server.url}
    for name, value in (variables | {"YIMA_NATS_PASSWORD": nats_server.passwords["catalog"]}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(workers, "FAILURE_PAUSE_SECONDS", 0.01)
    begun: Counter[str] = Counter()
    kept_running = workers.kept_running

    async def failing_twice(name: str, run: Callable[[], Any]) -> Any:
        async def surprised() -> Any:
            begun[name] += 1
            if begun[name] < 3:
                raise Surprise
            return await run()

        return await kept_running(name, surprised)

    for module in (consumer, service_module, auth):
        monkeypatch.setattr(module, "kept_running", failing_twice)
    others = asyncio.all_tasks()
    catalog = importlib.import_module("catalog.app").service()
    async with catalog.running():
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        hearing = {f"hear {heard.durable}" for heard in catalog.subscriptions}
        expected = {"connect to nats", "keep keys", "keep time", "relay events"} | hearing
        expected |= {f"look at {heard.durable}" for heard in catalog.subscriptions}
        expected |= {worker.name for worker in catalog.workers}
        while not all(begun[name] == 3 for name in expected):
            assert asyncio.get_running_loop().time() < deadline, begun
            await asyncio.sleep(0.05)
        assert set(begun) == expected
        lasting = {
            getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks() - others if is_ours(task)
        }
        assert lasting == {failing_twice.__qualname__, "Ended.poll"}, "and what it fails of, `poll` logs"
        assert catalog.started


async def test_a_database_that_goes_away_while_a_service_opens_ends_no_process(
    empty: Callable[[str], str],
    postgres_server: Postgres,
    nats_server: Nats,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It answered, and is away once more when what the service keeps there is read."""
    await migrations.upgrade("catalog", postgres_server.url("catalog_starting", "catalog_owner", "owner"))
    variables = CITY | PASSWORDS | {"YIMA_DATABASE_URL": empty("catalog"), "YIMA_NATS_URL": nats_server.url}
    variables |= {"YIMA_NATS_PASSWORD": nats_server.passwords["catalog"], "YIMA_PORT": str(ports.free())}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    catalog = importlib.import_module("catalog.app").service()
    opens, tries = catalog.make_resources, Counter[str]()

    @asynccontextmanager
    async def away_at_first(*arguments: Any) -> AsyncGenerator[Any]:
        tries["opened"] += 1
        if tries["opened"] == 1:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        async with opens(*arguments) as resources:
            yield resources
            tries["closed"] += 1

    catalog.make_resources = away_at_first
    serving = asyncio.create_task(catalog.serve())
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while not catalog.started:
        assert not serving.done() and asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.05)
    signal.raise_signal(signal.SIGTERM)
    await asyncio.wait_for(serving, PATIENCE_SECONDS)
    assert tries == {"opened": 2, "closed": 1}
    assert "(YIMA_DATABASE_URL) cannot be reached: Temporary failure in name resolution" in caplog.text


def is_ours(task: asyncio.Task[Any]) -> bool:
    """Does this task run code of this repository that waits in it for longer than a step?"""
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and str(Path(__file__).parents[1]) in code.co_filename and ".venv" not in code.co_filename


async def test_identity_without_its_secrets_names_them() -> None:
    clean = {name: value for name, value in environment().items() if not name.startswith("YIMA_")}
    code, said = await run("chassis", "identity", environment=clean)
    assert code == 2
    for name in ("OPERATOR_PASSWORD", "REGULATOR_PASSWORD", "KEY_ENCRYPTION_KEYS"):
        assert f"YIMA_{name}: Field required" in said


async def test_a_task_without_its_database_fails_in_a_line_that_names_it() -> None:
    nowhere = {"YIMA_DATABASE_URL": "postgresql+asyncpg://app:secret@127.0.0.1:1/db"}
    variables = environment() | CITY | SEALED | nowhere | {"YIMA_DATABASE_WAIT_SECONDS": "1"}
    code, said = await run("chassis", "consent", "--task", "check-access-log", environment=variables)
    assert code == 1
    assert said.splitlines()[-1].startswith("the database at 127.0.0.1:1/db (YIMA_DATABASE_URL) cannot be")
