"""Consent, composed."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from chassis import signing
from chassis.auth import FetchedKeys, Verifier
from chassis.batching import Batcher
from chassis.client import http_client
from chassis.database import Database
from chassis.service import Service
from chassis.workers import Task, TaskFailed, Worker
from city_pack.settings import Settings
from litestar import get
from litestar.handlers import BaseRouteHandler
from yima.consent.v1.api_pb2 import Decision
from yima.identity.v1.client import IdentityClient
from yima.partners.v1.api_pb2 import GetProfilesRequest
from yima.partners.v1.client import PartnersClient

from consent import commands, measures, store
from consent.api import Resources, api
from consent.deciding import Question, decide_together
from consent.domain import AGREEMENT_KEPT_FOR, GRACE_DAYS, OVERDUE_DAYS_MAX, SCAN_COUNTS_FOR
from consent.events import SUBSCRIPTIONS, moment_of, standing_row

ANNOUNCED_MAX = 200_000  # by one run; what is left is for the next
MEASURE_EVERY_SECONDS = 60.0


STRANGERS_EVERY_SECONDS = 2.0
FORGET_EVERY_SECONDS = 600.0
PARTNERS_ASKED_MAX = 200  # as many as partners tells of at once


@asynccontextmanager
async def resources(settings: Settings, database: Database) -> AsyncGenerator[Resources]:
    async with database.transaction() as session:
        keys = await signing.load(session, datetime.now(UTC))

    async def decide(questions: Sequence[Question]) -> Sequence[Decision]:
        return await decide_together(database, questions)

    http = http_client()
    yield Resources(
        keys,
        Batcher(decide),
        PartnersClient(http, settings.partners_url),
        Verifier(FetchedKeys(settings.identity_url)),
        IdentityClient(http, settings.identity_url),
        settings.city,
    )


def more_handlers(_database: Database, resources: Resources) -> Sequence[BaseRouteHandler]:
    @get("/consent-keys.json")
    async def consent_keys() -> dict[str, object]:
        """The keys that verify consents' receipts (RFC 7517)."""
        return {"keys": resources.keys.public()}

    return [consent_keys]


async def check_access_log(database: Database, _resources: Resources) -> str:
    """The chain of decisions holds from its first entry to its last."""
    async with database.transaction() as session:
        counted, broken_at = await commands.check_log(session)
    if broken_at:
        raise TaskFailed(f"the access log is broken at entry {broken_at}: {counted} entries hold before it")
    return f"{counted} entries hold"


async def announce_erasures(database: Database, _resources: Resources) -> str:
    """Tell partners what they have to erase by now; fail while somebody is very late with it."""
    now, announced = database.now(), 0
    while announced < ANNOUNCED_MAX:
        async with database.transaction() as session:
            told = await commands.announce_erasures(session, now=now)
        announced += told
        if told < commands.ANNOUNCED_AT_ONCE_MAX:
            break
    async with database.transaction() as session:
        left = await store.open_erasures(session, now)
    said = f"{announced} erasures announced, {left.due} not attested, {left.overdue} of them overdue"
    if left.long_overdue:
        days = GRACE_DAYS + OVERDUE_DAYS_MAX
        raise TaskFailed(f"{said}, {left.long_overdue} of them due for more than {days} days")
    return said


async def measure_erasures(database: Database, _resources: Resources) -> bool:
    """Tell the measures what is not attested, and since when nobody was told."""
    now = database.now()
    async with database.transaction() as session:
        measures.erasures_were(await store.open_erasures(session, now), now)
    return False


async def learn_standings(database: Database, resources: Resources) -> bool:
    """Ask partners where those stand that nobody has told of: until then they may do nothing."""
    async with database.transaction() as session:
        met = await store.partners_met(session, PARTNERS_ASKED_MAX)
    if not met:
        return False
    known = await resources.partners.get_profiles(GetProfilesRequest(partner_ids=[str(one) for one in met]))
    rows = [
        standing_row(one.id, one.capabilities, moment_of(one), one.version) for one in known.profiles if one.version
    ]
    async with database.transaction() as session:
        await store.note_standings(session, rows)
        await store.forget_partners(session, met)
    return len(met) == PARTNERS_ASKED_MAX


async def forget(database: Database, _resources: Resources) -> bool:
    """Forget words for orders that never came, and scans that count for nothing any more."""
    async with database.transaction() as session:
        now = await store.clock(session)
        await store.forget(
            session, agreed_before=now - AGREEMENT_KEPT_FOR, scanned_before=now - SCAN_COUNTS_FOR - SCAN_COUNTS_FOR
        )
    return False


def service() -> Service[Settings, Resources]:
    return Service(
        name="consent",
        api=api,
        settings=Settings(),
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        more_handlers=more_handlers,
        tasks=[Task("check-access-log", check_access_log), Task("erasures-due", announce_erasures)],
        workers=[
            Worker("measure the erasures", measure_erasures, MEASURE_EVERY_SECONDS),
            Worker("learn where partners stand", learn_standings, STRANGERS_EVERY_SECONDS),
            Worker("forget what counts no more", forget, FORGET_EVERY_SECONDS),
        ],
    )
