"""Records, composed."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from chassis.client import http_client
from chassis.database import Database
from chassis.service import Service
from chassis.settings import Settings
from yima.consent.v1.client import ConsentClient

from records.api import Resources, api
from records.events import SUBSCRIPTIONS

BODY_BYTES_MAX = 5 * 1024 * 1024  # 500 resources


@asynccontextmanager
async def resources(settings: Settings, database: Database) -> AsyncGenerator[Resources]:
    yield Resources(database, ConsentClient(http_client(), settings.consent_url))


def service() -> Service[Resources]:
    return Service(
        name="records",
        api=api,
        settings=Settings(),
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        body_bytes_max=BODY_BYTES_MAX,
    )
