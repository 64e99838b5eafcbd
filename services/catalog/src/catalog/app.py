"""Catalog, composed."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import city_pack.settings
from chassis.client import http_client
from chassis.database import Database
from chassis.readings import Readings
from chassis.service import Service
from chassis.workers import Task, Worker
from yima.identity.v1.client import IdentityClient
from yima.partners.v1.client import PartnersClient

from catalog.api import Resources, api
from catalog.api import attachments as attachment_links
from catalog.commands import attachments, definitions, freezes, listings, pilots, standings
from catalog.handlers import SUBSCRIPTIONS
from catalog.store.finding import CONNECTIONS_MAX, Searches

STALE_EVERY_SECONDS = 10.0
UNNAMED_EVERY_SECONDS = 60.0
LAPSED_EVERY_SECONDS = 5.0
FREEZES_EVERY_SECONDS = 15.0  # and when the process starts


class Settings(city_pack.settings.Settings):
    """The settings every service has, and a pack that is fit for this one."""

    def check(self) -> None:
        super().check()
        definitions.check_populations(self.city, self.city_file)


@asynccontextmanager
async def resources(settings: Settings, _database: Database) -> AsyncGenerator[Resources]:
    client = http_client()
    searched = Database(settings.database_url, connections=CONNECTIONS_MAX, current=settings.database_url_now)
    readings = Readings(searched, CONNECTIONS_MAX)
    try:
        yield Resources(
            settings.city,
            PartnersClient(client, settings.url("partners")),
            IdentityClient(client, settings.url("identity")),
            Searches(readings),
        )
    finally:
        await readings.close()
        await searched.close()


async def take_lapsed_off_sale(database: Database, _resources: Resources) -> bool:
    return await standings.restrict_lapsed(database, database.now())


async def tell_ends_of_pilots(database: Database, _resources: Resources) -> bool:
    return await pilots.tell_ends(database, database.now())


async def learn_freezes(database: Database, resources: Resources) -> bool:
    """Ask partners which offerings are frozen: for events that did not arrive."""
    await freezes.learn_freezes(database, resources.partners, database.now())
    return False


async def make_stale_listings(database: Database, _resources: Resources) -> bool:
    return await listings.make_stale(database) > 0


async def remove_unnamed(database: Database, _resources: Resources) -> bool:
    return await attachments.remove_unnamed(database, database.now()) == attachments.REMOVE_AT_ONCE_MAX


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
            Worker("tell ends of pilots", tell_ends_of_pilots, LAPSED_EVERY_SECONDS),
            Worker("learn which offerings are frozen", learn_freezes, FREEZES_EVERY_SECONDS),
            Worker("remove files that no offering names", remove_unnamed, UNNAMED_EVERY_SECONDS),
            Worker("make listings that are not as they should be", make_stale_listings, STALE_EVERY_SECONDS),
        ],
        more_handlers=attachment_links.handlers,
        tasks=[Task("listings", make_listings)],
    )
