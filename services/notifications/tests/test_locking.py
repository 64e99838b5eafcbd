"""Durables that record events of the same partners at once wait for one another, and never in a circle."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from chassis.consumer import Consumer, Event
from chassis.database import Database
from chassis.ids import new_id
from google.protobuf.message import Message
from nats.aio.client import Client
from notifications.handlers import SUBSCRIPTIONS
from notifications.resources import Resources
from notifications.store import webhook_events
from notifications_scenario import Scenario

from services.notifications.tests.test_any_order import NOW, story

pytestmark = pytest.mark.anyio
SERVICE = "notifications"
BY_DURABLE = {hears.durable: hears for hears in SUBSCRIPTIONS}
LOCKED_SECONDS = 0.4


def consumer_of(durable: str, scenario: Scenario) -> Consumer[Resources]:
    return Consumer(BY_DURABLE[durable], scenario.database, Client(), scenario.resources)


def batch(durable: str, *partners: UUID) -> list[Event[Message]]:
    """An event of one type about the first partner, of another type about the second, and so on."""
    kinds = sorted(BY_DURABLE[durable].handlers, key=lambda kind: kind.DESCRIPTOR.full_name)
    return [
        Event(new_id(), NOW, str(new_id()), "", next(each for each in story(partner) if type(each) is kind))
        for kind, partner in zip(kinds, partners, strict=False)
    ]


async def test_two_durables_with_the_same_partners_the_other_way_round_never_wait_for_each_other(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`make faults` met 44 deadlocks in half an hour, each a second long: a batch locked its partners type by type."""
    database = Database(own_database)
    scenario = Scenario(database)
    lock = webhook_events.lock_partners

    async def lock_and_stay(*given: Any) -> None:
        await lock(*given)
        await asyncio.sleep(LOCKED_SECONDS)

    monkeypatch.setattr(webhook_events, "lock_partners", lock_and_stay)
    first, second = await scenario.a_partner(), await scenario.a_partner()
    await asyncio.gather(
        consumer_of("notifications-orders", scenario)._effect(batch("notifications-orders", first, second)),
        consumer_of("notifications-consents", scenario)._effect(batch("notifications-consents", second, first)),
        consumer_of("notifications-money", scenario)._effect(batch("notifications-money", second, first)),
    )
    heard = [len(await scenario.events(partner)) for partner in (first, second)]
    assert min(heard) >= 3, "each durable's event of each partner is recorded"
    await database.close()
