"""Consent, composed."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from chassis import signing
from chassis.batching import Batcher
from chassis.database import Database
from chassis.service import Service
from chassis.settings import Settings
from litestar import get
from litestar.handlers import BaseRouteHandler
from yima.consent.v1.api_pb2 import Decision

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


def service() -> Service[Resources]:
    return Service(
        name="consent",
        api=api,
        settings=Settings(),
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        more_handlers=more_handlers,
    )
