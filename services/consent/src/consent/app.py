"""Consent, composed."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from chassis import signing
from chassis.batching import Batcher
from chassis.database import Database
from chassis.service import Service
from chassis.settings import Settings
from chassis.workers import Task, TaskFailed
from litestar import get
from litestar.handlers import BaseRouteHandler
from yima.consent.v1.api_pb2 import Decision

from consent import commands
from consent.api import Resources, api
from consent.deciding import Question, decide_together
from consent.events import SUBSCRIPTIONS


@asynccontextmanager
async def resources(_settings: Settings, database: Database) -> AsyncGenerator[Resources]:
    async with database.transaction() as session:
        keys = await signing.load(session, datetime.now(UTC))

    async def decide(questions: Sequence[Question]) -> Sequence[Decision]:
        return await decide_together(database, questions)

    yield Resources(keys, Batcher(decide))


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


def service() -> Service[Resources]:
    return Service(
        name="consent",
        api=api,
        settings=Settings(),
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        more_handlers=more_handlers,
        tasks=[Task("check-access-log", check_access_log)],
    )
