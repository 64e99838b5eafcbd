"""Catalog, composed."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from chassis.database import Database
from chassis.service import Service
from chassis.settings import Settings
from chassis.workers import Worker

from catalog import commands
from catalog.api import Resources, api
from catalog.events import SUBSCRIPTIONS

LAPSED_EVERY_SECONDS = 5.0


@asynccontextmanager
async def resources(settings: Settings, _database: Database) -> AsyncGenerator[Resources]:
    commands.check_populations(settings.city, settings.city_file)
    yield Resources(settings.city)


async def take_lapsed_off_sale(database: Database, _resources: Resources) -> bool:
    return await commands.restrict_lapsed(database, datetime.now(UTC))


def service() -> Service[Resources]:
    return Service(
        name="catalog",
        api=api,
        settings=Settings(),
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        workers=[Worker("take lapsed offerings off sale", take_lapsed_off_sale, LAPSED_EVERY_SECONDS)],
    )
