"""Catalog, composed."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import city_pack.settings
from chassis.client import http_client
from chassis.database import Database
from chassis.service import Service
from chassis.workers import Task, Worker
from yima.partners.v1.client import PartnersClient

from catalog.api import Resources, api
from catalog.commands import definitions, freezes, listings, standings
from catalog.handlers import SUBSCRIPTIONS

STALE_EVERY_SECONDS = 10.0
LAPSED_EVERY_SECONDS = 5.0
FREEZES_EVERY_SECONDS = 15.0  # and when the process starts


class Settings(city_pack.settings.Settings):
    """The settings every service has, and a pack that is fit for this one."""

    def check(self) -> None:
        super().check()
        definitions.check_populations(self.city, self.city_file)


@asynccontextmanager
async def resources(settings: Settings, _database: Database) -> AsyncGenerator[Resources]:
    yield Resources(settings.city, PartnersClient(http_client(), settings.url("partners")))


async def take_lapsed_off_sale(database: Database, _resources: Resources) -> bool:
    return await standings.restrict_lapsed(database, database.now())


async def learn_freezes(database: Database, resources: Resources) -> bool:
    """Ask partners which offerings are frozen: for events that did not arrive."""
    await freezes.learn_freezes(database, resources.partners, database.now())
    return False


async def make_stale_listings(database: Database, _resources: Resources) -> bool:
    return await listings.make_stale(database) > 0


async def make_listings(database: Database, _resources: Resources) -> str:
    return f"{await listings.make_all(database)} listings made again"


def service() -> Service[Settings, Resources]:
    return Service(
        name="catalog",
        api=api,
        settings=Settings(),
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        workers=[
            Worker("take lapsed offerings off sale", take_lapsed_off_sale, LAPSED_EVERY_SECONDS),
            Worker("learn which offerings are frozen", learn_freezes, FREEZES_EVERY_SECONDS),
            Worker("make listings that are not as they should be", make_stale_listings, STALE_EVERY_SECONDS),
        ],
        tasks=[Task("listings", make_listings)],
    )
