"""Ordering, composed."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from chassis import settings
from chassis.auth import FetchedKeys, Verifier
from chassis.batching import Batcher
from chassis.database import Database
from chassis.service import Service
from chassis.workers import Worker

from ordering.api import Resources, api
from ordering.commands import end_overdue
from ordering.events import SUBSCRIPTIONS, Deadlines
from ordering.placing import Outcome, Wanted, place_together

OVERDUE_EVERY_SECONDS = 1.0


class Settings(settings.Settings):
    """How long an order may wait: for money and consent, the partner, the service, its declaration."""

    placed_seconds: int = 30 * 60
    acceptance_seconds: int = 48 * 3600
    service_seconds: int = 30 * 24 * 3600
    fulfilment_seconds: int = 7 * 24 * 3600

    @property
    def deadlines(self) -> Deadlines:
        return Deadlines(
            placed=timedelta(seconds=self.placed_seconds),
            acceptance=timedelta(seconds=self.acceptance_seconds),
            service=timedelta(seconds=self.service_seconds),
            fulfilment=timedelta(seconds=self.fulfilment_seconds),
        )


@asynccontextmanager
async def resources(settings: settings.Settings, database: Database) -> AsyncGenerator[Resources]:
    assert isinstance(settings, Settings)
    deadlines = settings.deadlines

    async def write(wanted: Sequence[Wanted]) -> Sequence[Outcome]:
        return await place_together(database, wanted, deadlines)

    yield Resources(database, deadlines, Batcher(write), Verifier(FetchedKeys(settings.identity_url)))


async def end_what_is_overdue(database: Database, resources: Resources) -> bool:
    return await end_overdue(database, resources.deadlines, datetime.now(UTC))


def service() -> Service[Resources]:
    return Service(
        name="ordering",
        api=api,
        settings=Settings(),
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        workers=[Worker("end what is overdue", end_what_is_overdue, OVERDUE_EVERY_SECONDS)],
    )
