"""Catalog, composed."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from chassis.database import Database
from chassis.service import Service
from chassis.settings import Settings
from chassis.workers import Worker

from catalog.api import Resources, api
from catalog.commands import restrict_lapsed
from catalog.events import SUBSCRIPTIONS

LAPSED_EVERY_SECONDS = 5.0


@asynccontextmanager
async def resources(settings: Settings, _database: Database) -> AsyncGenerator[Resources]:
    yield Resources(settings.locale_list, settings.currency, ZoneInfo(settings.time_zone))


async def take_lapsed_off_sale(database: Database, _resources: Resources) -> bool:
    return await restrict_lapsed(database, datetime.now(UTC))


def service() -> Service[Resources]:
    return Service(
        name="catalog",
        api=api,
        settings=Settings(),
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        workers=[Worker("take lapsed offerings off sale", take_lapsed_off_sale, LAPSED_EVERY_SECONDS)],
    )
