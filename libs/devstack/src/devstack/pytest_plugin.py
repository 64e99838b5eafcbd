"""Fixtures over real servers: one PostgreSQL and one NATS a test run, a database a test module.

A module that sets `SERVICE = "ordering"` gets, as `database`, the URL of a database of its own, cloned from one that
was migrated once: `CREATE DATABASE … TEMPLATE` takes a fraction of a migration's time.
"""

import asyncio
import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from yima.services import SERVICES

from devstack import ports, seeds
from devstack.nats import Nats
from devstack.postgres import Postgres

IS_ONE_OF_SEVERAL = "PYTEST_XDIST_WORKER"  # set in each process of a run that has several

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A real PostgreSQL, without fsync: what a test needs to survive is the test's end.

    Each of a run's several processes has one, copied from one that was made and migrated once.
    """
    folder = Path(tmp_path_factory.mktemp("postgres"))
    if (kept := seeds.folder()) is not None and IS_ONE_OF_SEVERAL in os.environ:
        with seeds.making(kept, "postgres") as (seed, unfinished):
            if unfinished is not None:
                _make_seed(_server(unfinished))
        seeds.copy(seed, folder, ["data"])
    server = _server(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def another_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A second PostgreSQL, with nothing in it: what is restored goes into a server that knows of nothing."""
    server = _server(Path(tmp_path_factory.mktemp("another")))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nats]:
    """A real NATS with JetStream."""
    server = Nats(Path(tmp_path_factory.mktemp("nats")), ports.free())
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _migrated(postgres_server: Postgres) -> dict[str, str]:
    """Template databases, by service: those there are; others are made as they are asked for."""
    databases = asyncio.run(postgres_server.fetch("postgres", "SELECT datname FROM pg_database"))
    names = {str(row["datname"]) for row in databases}
    return {service: template for service in SERVICES if (template := f"{service}_template") in names}


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest, postgres_server: Postgres, _migrated: dict[str, str]) -> Iterator[str]:
    """The SQLAlchemy URL of a fresh database of the module's `SERVICE`, for its application role."""
    yield from _database(request.module.SERVICE, postgres_server, _migrated)


@pytest.fixture
def own_database(request: pytest.FixtureRequest, postgres_server: Postgres, _migrated: dict[str, str]) -> Iterator[str]:
    """The same, fresh for one test: for tests that look at all there is."""
    yield from _database(request.module.SERVICE, postgres_server, _migrated)


@pytest.fixture
def migrated(postgres_server: Postgres, _migrated: dict[str, str]) -> Iterator[Callable[[str], str]]:
    """Makes a fresh database of any service, and returns its name: for tests that go through all services."""
    names = []

    def make(service: str) -> str:
        names.append(_copy(service, postgres_server, _migrated))
        return names[-1]

    yield make
    for name in names:
        asyncio.run(postgres_server.drop_database(name))


def _database(service: str, postgres_server: Postgres, _migrated: dict[str, str]) -> Iterator[str]:
    name = _copy(service, postgres_server, _migrated)
    yield postgres_server.url(name, f"{service}_app", "app")
    asyncio.run(postgres_server.drop_database(name))


def _copy(service: str, postgres_server: Postgres, _migrated: dict[str, str]) -> str:
    if service not in _migrated:
        _migrated[service] = asyncio.run(_migrate(postgres_server, service))
    name = f"{service}_{next(_numbers)}"
    asyncio.run(postgres_server.create_database(name, _migrated[service], f"{service}_owner"))
    return name


@pytest.fixture(scope="module")
def owner_database(database: str) -> str:
    """The same database for its owner, who may do what the application role may not."""
    return database.replace("_app:app@", "_owner:owner@")


def _server(folder: Path) -> Postgres:
    return Postgres(folder, password="postgres", durable=False)  # noqa: S106


def _make_seed(server: Postgres) -> None:
    """Make a server's databases with the template of every service, and stop it."""
    server.start()
    try:
        for service in SERVICES:
            asyncio.run(_migrate(server, service))
    finally:
        server.stop()


async def _migrate(server: Postgres, service: str) -> str:
    from chassis.migrations import upgrade  # noqa: PLC0415 devstack's own tests need no chassis

    template = f"{service}_template"
    await server.ensure_database(template, f"{service}_owner", "owner", f"{service}_app", "app")
    await upgrade(service, server.url(template, f"{service}_owner", "owner"))
    return template
