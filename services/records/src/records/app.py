"""Records, composed."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from chassis.client import http_client
from chassis.database import Database
from chassis.service import Service
from chassis.workers import Worker
from city_pack.settings import Settings
from yima.consent.v1.client import ConsentClient
from yima.identity.v1.client import IdentityClient

from records import measures, store
from records.api import Resources, api

log = logging.getLogger("records")
COUNT_EVERY_SECONDS = 300.0
BODY_BYTES_MAX = 5 * 1024 * 1024  # 500 resources


@asynccontextmanager
async def resources(settings: Settings, database: Database) -> AsyncGenerator[Resources]:
    http = http_client()
    yield Resources(
        database,
        ConsentClient(http, settings.url("consent")),
        IdentityClient(http, settings.url("identity")),
        settings.city,
    )


async def count_unreadable(database: Database, _resources: Resources) -> bool:
    """Measure the rows that no page can show: only rows from before the database had bounds can be such."""
    async with database.transaction() as session:
        rows = await store.unreadable(session)
    measures.set_unreadable(rows)
    if rows:
        log.error("%d record%s cannot be read back; every page leaves them out", rows, "s" * (rows > 1))
    return False


def service() -> Service[Settings, Resources]:
    return Service(
        name="records",
        api=api,
        settings=Settings(),
        make_resources=resources,
        body_bytes_max=BODY_BYTES_MAX,
        workers=[Worker("count what cannot be read", count_unreadable, COUNT_EVERY_SECONDS)],
    )
