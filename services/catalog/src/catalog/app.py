"""Catalog, composed."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import city_pack.settings
from chassis.database import Database
from chassis.service import Service
from chassis.workers import Worker

from catalog.api import Resources, api
from catalog.commands import definitions, standings
from catalog.handlers import SUBSCRIPTIONS

LAPSED_EVERY_SECONDS = 5.0


class Settings(city_pack.settings.Settings):
    """The settings every service has, and a pack that is fit for this one."""

    def check(self) -> None:
        super().check()
        definitions.check_populations(self.city, self.city_file)


@asynccontextmanager
async def resources(settings: Settings, _database: Database) -> AsyncGenerator[Resources]:
    yield Resources(settings.city)


async def take_lapsed_off_sale(database: Database, _resources: Resources) -> bool:
    return await standings.restrict_lapsed(database, database.now())


def service() -> Service[Settings, Resources]:
    return Service(
        name="catalog",
        api=api,
        settings=Settings(),
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        workers=[Worker("take lapsed offerings off sale", take_lapsed_off_sale, LAPSED_EVERY_SECONDS)],
    )
