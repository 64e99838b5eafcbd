"""Catalog, composed."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import city_pack.settings
from chassis.database import Database
from chassis.service import Service
from chassis.workers import Worker

from catalog import commands
from catalog.api import Resources, api
from catalog.events import SUBSCRIPTIONS

LAPSED_EVERY_SECONDS = 5.0


class Settings(city_pack.settings.Settings):
    """The settings every service has, and a pack that is fit for this one."""

    def check(self) -> None:
        super().check()
        commands.check_populations(self.city, self.city_file)


@asynccontextmanager
async def resources(settings: Settings, _database: Database) -> AsyncGenerator[Resources]:
    yield Resources(settings.city)


async def take_lapsed_off_sale(database: Database, _resources: Resources) -> bool:
    return await commands.restrict_lapsed(database, database.now())


def service() -> Service[Settings, Resources]:
    return Service(
        name="catalog",
        api=api,
        settings=Settings(),
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        workers=[Worker("take lapsed offerings off sale", take_lapsed_off_sale, LAPSED_EVERY_SECONDS)],
    )
