"""A certification ends by the clock, and its end is announced once, by whoever sees it first."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from devstack.cities import City
from partners import app
from partners.commands import certificates
from partners.tables import PartnerRow
from sqlalchemy import text
from yima.partners.v1.events_pb2 import CertificateLapsed

pytestmark = pytest.mark.anyio
SERVICE = "partners"


@pytest.fixture
async def store(database: str) -> AsyncGenerator[Database]:
    test_database = Database(database)
    async with test_database.transaction() as session:
        for table in ("partner", "outbox"):
            await session.execute(text(f"DELETE FROM {table}"))
    yield test_database
    await test_database.close()


async def certified(store: Database, until: datetime, many: int = 1) -> list[UUID]:
    rows = [
        PartnerRow(
            id=uuid4(), status="active", registration_number=uuid4().hex, manifest=b"", applied_by=uuid4(),
            applied_at=until - timedelta(days=365), certified_until=until, name_looks=[], districts=[],
        )
        for _ in range(many)
    ]  # fmt: skip
    async with store.transaction() as session:
        session.add_all(rows)
        return [row.id for row in rows]


async def sweep(store: Database) -> str:
    """The task as a CronJob runs it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chassis", "partners", "--task", "lapse-certificates"),
        env=os.environ
        | {
            "YIMA_DATABASE_URL": store.url,
            "YIMA_CITY_FILE": str(City.named("jinan").pack),
            "YIMA_KEY_ENCRYPTION_KEYS": f"{'A' * 43}=",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode().strip().splitlines()[-1]


async def announced_lapses(store: Database) -> list[str]:
    async with store.transaction() as session:
        payloads = await session.scalars(text("SELECT payload FROM outbox WHERE type LIKE '%.CertificateLapsed'"))
        return sorted(CertificateLapsed.FromString(payload).standing.partner_id for payload in payloads)


async def test_a_sweep_announces_every_lapse_that_nobody_has_announced(store: Database) -> None:
    now = datetime.now(UTC)
    lapsed = await certified(store, now - timedelta(days=1), certificates.LAPSES_MAX + 2)
    await certified(store, now + timedelta(days=1))
    assert await sweep(store) == f"{len(lapsed)} lapses announced"
    assert await announced_lapses(store) == sorted(str(partner_id) for partner_id in lapsed)
    assert await sweep(store) == "0 lapses announced", "the next one finds nothing to announce"
    assert len(await announced_lapses(store)) == len(lapsed)


async def test_worker_and_sweep_share_the_lapses_and_double_none(store: Database) -> None:
    lapsed = await certified(store, datetime.now(UTC) - timedelta(days=1), 2 * certificates.LAPSES_MAX)

    async def work() -> None:
        while await app.lapse_certificates(store, None):  # type: ignore[arg-type] # resources have no part in it
            continue

    await asyncio.gather(work(), app.sweep_lapses(store, None), work())  # type: ignore[arg-type]
    assert await announced_lapses(store) == sorted(str(partner_id) for partner_id in lapsed)
