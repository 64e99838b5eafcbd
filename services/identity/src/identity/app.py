"""Identity, composed."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from chassis import settings, signing
from chassis.database import Database
from chassis.service import Service

from identity.api import HASHER, HASHING_MAX, Resources, api, ensure_account
from identity.domain import Role
from identity.events import SUBSCRIPTIONS


class Settings(settings.Settings):
    operator_login: str = "operator@yima.example.org"
    operator_password: str
    regulator_login: str = "regulator@yima.example.org"
    regulator_password: str


@asynccontextmanager
async def resources(settings: settings.Settings, database: Database) -> AsyncGenerator[Resources]:
    assert isinstance(settings, Settings)
    now = datetime.now(UTC)
    async with database.transaction() as session:
        ring = await signing.load(session, now)
    made = Resources(database, ring, HASHER, asyncio.Semaphore(HASHING_MAX), settings.city, settings.locale_list)
    await ensure_account(made, settings.operator_login, settings.operator_password, Role.OPERATOR, now)
    await ensure_account(made, settings.regulator_login, settings.regulator_password, Role.REGULATOR, now)
    yield made


def service() -> Service[Resources]:
    return Service(
        name="identity",
        api=api,
        settings=Settings(),
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        keys=lambda made: made.keys,
    )
