"""Identity, composed."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import city_pack.settings
from chassis import signing
from chassis.client import http_client
from chassis.database import Database
from chassis.refusals import Unavailable
from chassis.service import Service
from chassis.sessions import Ended
from chassis.workers import Worker
from pydantic import Field
from yima.partners.v1.api_pb2 import CheckApiKeysRequest
from yima.partners.v1.client import PartnersClient

from identity import store
from identity.api import Resources, access, api
from identity.codes import CodeKeys
from identity.commands import registering
from identity.commands.access import end_keys
from identity.domain import Patience, Role
from identity.events import SUBSCRIPTIONS
from identity.passwords import Passwords

KEYS_EVERY_SECONDS = 5.0
SWEEP_EVERY_SECONDS = 600.0
ADDRESSES_EVERY_SECONDS = 30.0
ADDRESSES_MAX = 100_000  # that are remembered, of the last used
KEYS_MAX = 200  # that are asked about at once
HOUR_SECONDS = 3600.0


class Settings(city_pack.settings.Settings):
    operator_login: str = "operator@yima.example.org"  # of the first operator
    operator_password: str  # the first operator's, at the first start
    regulator_login: str = "regulator@yima.example.org"  # of the first regulator
    regulator_password: str  # the first regulator's, at the first start
    registrations_per_hour: int = Field(default=60, ge=1)  # accounts one address may ask for, and one institution


@asynccontextmanager
async def resources(settings: Settings, database: Database) -> AsyncGenerator[Resources]:
    now = datetime.now(UTC)
    async with database.transaction() as session:
        ring = await signing.load(session, now)
    passwords = Passwords()
    await access.ensure_account(
        database, passwords, settings.operator_login, settings.operator_password, Role.OPERATOR, now
    )
    await access.ensure_account(
        database, passwords, settings.regulator_login, settings.regulator_password, Role.REGULATOR, now
    )
    yield Resources(
        database=database,
        keys=ring,
        codes=CodeKeys(ring.kid, ring.cose_signing, ring.cose_verifying, ring.derived("health code subject")),
        passwords=passwords,
        ended=Ended(partial(access.ended_sessions, database)),
        partners=PartnersClient(http_client(), settings.partners_url),
        city=settings.city.name,
        pack=settings.city,
        locales=list(settings.city.locales),
        registrations=Patience(
            "registration", settings.registrations_per_hour, HOUR_SECONDS / settings.registrations_per_hour, 0.0
        ),
    )
    passwords.close()


async def end_ended_keys(database: Database, made: Resources) -> bool:
    """The net under the events that tell of ended keys: asks partners which of the keys in use are good no longer."""
    async with database.transaction() as session:
        keys = await store.live_api_keys(session)
    for start in range(0, len(keys), KEYS_MAX):
        some = keys[start : start + KEYS_MAX]
        asked = CheckApiKeysRequest(api_key_ids=[str(key) for key in some])
        try:
            good = set((await made.partners.check_api_keys(asked)).api_key_ids)
        except Unavailable:
            return False  # asked again in a moment
        if over := [key for key in some if str(key) not in good]:
            async with database.transaction() as session:
                await end_keys(session, over)
    return False


async def know_addresses(database: Database, made: Resources) -> bool:
    """Whoever comes from where somebody was signed in is counted apart from strangers."""
    async with database.transaction() as session:
        made.passwords.know(await store.addresses_signed_in_from(session, ADDRESSES_MAX))
    return False


async def forget(database: Database, _made: Resources) -> bool:
    """Sessions, counts and addresses that are long over."""
    async with database.transaction() as session:
        await store.sweep(session)
    return False


async def end_guardianships_of_adults(database: Database, made: Resources) -> bool:
    """Guardianships end when the dependant is of age; everybody who goes by them hears of it."""
    async with database.transaction() as session:
        ended = await registering.end_guardianships_of_adults(session, city=made.pack, now=database.now())
    return ended == registering.ENDED_AT_ONCE_MAX


def service() -> Service[Settings, Resources]:
    return Service(
        name="identity",
        api=api,
        settings=Settings(),
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        workers=[
            Worker("end ended keys", end_ended_keys, KEYS_EVERY_SECONDS),
            Worker("end guardianships of adults", end_guardianships_of_adults, SWEEP_EVERY_SECONDS),
            Worker("know addresses", know_addresses, ADDRESSES_EVERY_SECONDS),
            Worker("forget", forget, SWEEP_EVERY_SECONDS),
        ],
        keys=lambda made: made.keys,
        ended=lambda made: made.ended,
    )
