"""Notifications, composed."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import city_pack.settings
from chassis import sealing
from chassis.client import http_client
from chassis.database import Database
from chassis.pairwise import Pairwise
from chassis.service import Service
from chassis.workers import Worker
from yima.partners.v1.client import PartnersClient

from notifications.api import api
from notifications.commands import conformance, deliveries, endpoints
from notifications.domain.addresses import Allowed
from notifications.handlers import SUBSCRIPTIONS
from notifications.receivers import Receivers
from notifications.resources import Resources
from notifications.sending import Sender
from notifications.store import endpoints as endpoint_store
from notifications.store import pruning

PRUNE_MAX = 2_000
MINUTE = 60.0
CONFORMANCE_EVERY_SECONDS = 1.0


class Settings(sealing.Settings, city_pack.settings.Settings):
    """The settings of a service that signs for partners, and sends to where they say."""

    # what partners' ids of residents are made with: the gateway's, where it is explained
    pairwise_secrets: str
    # hosts, or networks such as 10.0.0.0/8, that webhooks may reach though they are not public; separated by commas
    webhook_hosts_allowed: str = ""

    def check(self) -> None:
        super().check()
        Pairwise.of(self.pairwise_secrets)
        Allowed.of(self.webhook_hosts_allowed)


@asynccontextmanager
async def make_resources(settings: Settings, database: Database) -> AsyncGenerator[Resources]:
    allowed = Allowed.of(settings.webhook_hosts_allowed)
    receivers = Receivers(allowed)
    sender = Sender(database, receivers, settings.sealer)
    try:
        yield Resources(
            database=database,
            city=settings.city,
            partners=PartnersClient(http_client(), settings.url("partners")),
            pairwise=Pairwise.of(settings.pairwise_secrets),
            sealer=settings.sealer,
            allowed=allowed,
            wake_sender=sender.wake,
            send=sender.step,
            play=lambda: conformance.play(database, receivers, settings.sealer),
        )
    finally:
        await sender.close()


async def send(_database: Database, resources: Resources) -> bool:
    return await resources.send()


async def play_conformance(_database: Database, resources: Resources) -> bool:
    return await resources.play()


async def give_up(database: Database, _resources: Resources) -> bool:
    async with database.transaction() as session:
        return await deliveries.give_up(session, database.now())


async def prune(database: Database, _resources: Resources) -> bool:
    async with database.transaction() as session:
        await endpoint_store.forget_old_secrets(session, database.now())
        return await pruning.prune(session, database.now(), PRUNE_MAX)


async def seal_secrets(database: Database, resources: Resources) -> bool:
    return await endpoints.seal(database, resources.sealer)


def service() -> Service[Settings, Resources]:
    return Service(
        name="notifications",
        api=api,
        settings=Settings(),
        make_resources=make_resources,
        subscriptions=SUBSCRIPTIONS,
        workers=[
            Worker("send webhooks", send, 0.0),
            Worker("play the checks of conformance", play_conformance, CONFORMANCE_EVERY_SECONDS),
            Worker("give up what has waited for a day", give_up, MINUTE),
            Worker("delete what is older than it is kept for", prune, MINUTE),
            Worker("encipher secrets with the key in use", seal_secrets, MINUTE),
        ],
    )
