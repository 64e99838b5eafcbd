"""Settlement, composed."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from chassis import settings
from chassis.database import Database
from chassis.service import Service
from chassis.workers import Worker

from settlement.api import Resources, api
from settlement.events import SUBSCRIPTIONS
from settlement.provider.http import HttpProvider
from settlement.provider_calls import carry_out_due
from settlement.store.ledger import take_snapshot

CALLS_EVERY_SECONDS = 0.0  # the step itself waits, for the bell or a moment
BELL_SECONDS = 0.25
SNAPSHOT_EVERY_SECONDS = 30.0


class Settings(settings.Settings):
    """Where the payment provider is."""

    provider_url: str = "http://127.0.0.1:8708"


@asynccontextmanager
async def resources(settings: settings.Settings, _database: Database) -> AsyncGenerator[Resources]:
    assert isinstance(settings, Settings)
    provider = HttpProvider(settings.provider_url)
    yield Resources(provider)
    await provider.close()


async def call_provider(database: Database, resources: Resources) -> bool:
    """Make due calls; then wait for the bell, or a moment: another process may have made something due."""
    resources.bell.clear()
    if await carry_out_due(database, resources.provider):
        return True
    try:
        await asyncio.wait_for(resources.bell.wait(), BELL_SECONDS)
    except TimeoutError:
        return False
    return True


async def snapshot_balances(database: Database, _resources: Resources) -> bool:
    async with database.transaction() as session:
        await take_snapshot(session)
    return False


def service() -> Service[Resources]:
    return Service(
        name="settlement",
        api=api,
        settings=Settings(),
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        workers=[
            Worker("call the provider", call_provider, CALLS_EVERY_SECONDS),
            Worker("snapshot balances", snapshot_balances, SNAPSHOT_EVERY_SECONDS),
        ],
    )
