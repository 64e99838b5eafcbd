"""What partners are told does not depend on the order in which services' streams arrive, nor on what comes twice."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.ids import new_id
from chassis.wire import timestamp
from devstack.samples import examples
from google.protobuf import descriptor_pool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from hypothesis import HealthCheck, given, settings
from notifications.handlers import SUBSCRIPTIONS
from notifications_scenario import Scenario
from sqlalchemy import text
from yima.partners.v1 import events_pb2 as partners
from yima.partners.v1.api_pb2 import PartnerStatus

from services.any_order import deliver, heard, orders_of

pytestmark = pytest.mark.anyio
SERVICE = "notifications"
NOW = datetime.now(UTC)
ORDER = settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SUSPENDED, ACTIVE = PartnerStatus.PARTNER_STATUS_SUSPENDED, PartnerStatus.PARTNER_STATUS_ACTIVE


def story(partner: UUID) -> list[Message]:
    """A partner's life, and every event of one order of it that notifications hears."""
    order_id, consent_id = str(new_id()), str(new_id())
    statuses = dict.fromkeys(("PartnerSuspended", "CertificateLapsed", "FreezeImposed"), SUSPENDED)
    messages: list[Message] = []
    for version, full_name in enumerate(sorted(heard(SUBSCRIPTIONS)), start=1):
        kind = GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(full_name))
        fields = {field.name for field in kind.DESCRIPTOR.fields}
        if "standing" in fields:
            until = timestamp(NOW + timedelta(days=version))
            standing = partners.Standing(
                partner_id=str(partner),
                version=version,
                status=statuses.get(kind.DESCRIPTOR.name, ACTIVE),
                certified_until=until,
            )
            messages.append(kind(standing=standing))
            continue
        values: dict[str, Any] = {
            "order_id": order_id, "consent_id": consent_id, "partner_id": str(partner), "grantee_id": str(partner),
            "institution_id": str(partner), "payout_id": str(new_id()), "statement_id": str(new_id()),
            "offering_id": str(new_id()), "version": version,
        }  # fmt: skip
        messages.append(kind(**{name: value for name, value in values.items() if name in fields}))
    return messages


async def state(scenario: Scenario, partner: UUID) -> Any:
    """What the partner is told of, without the order among different streams; and how it stands."""
    async with scenario.database.transaction() as session:
        events = await session.execute(
            text(
                "SELECT type, count(*), bool_and(sequence IS NOT NULL) FROM webhook_event"
                " WHERE partner_id = :partner GROUP BY type ORDER BY type"
            ),
            {"partner": partner},
        )
        counts = await session.execute(
            text("SELECT max(last_sequence), count(*) FROM webhook_subject WHERE partner_id = :partner AND is_open"),
            {"partner": partner},
        )
        gaps = await session.scalar(
            text(
                "SELECT count(*) FROM webhook_subject AS subject WHERE partner_id = :partner AND last_sequence <> ("
                " SELECT count(*) FROM webhook_event AS event WHERE event.partner_id = subject.partner_id"
                " AND event.subject = subject.subject AND event.sequence IS NOT NULL)"
            ),
            {"partner": partner},
        )
        standing = await session.execute(
            text("SELECT may_follow, version FROM partner_standing WHERE partner_id = :partner"), {"partner": partner}
        )
        return [tuple(row) for row in events], [tuple(row) for row in counts], gaps, [tuple(row) for row in standing]


def test_every_event_that_is_heard_is_in_the_story() -> None:
    assert {message.DESCRIPTOR.full_name for message in story(uuid4())} == heard(SUBSCRIPTIONS)


@ORDER
@given(order=orders_of(len(story(uuid4()))))
async def test_a_partner_is_told_the_same_in_whichever_order_it_is_heard(scenario: Scenario, order: list[int]) -> None:
    once, shuffled = uuid4(), uuid4()
    resources = scenario.resources
    await deliver(scenario.database, SUBSCRIPTIONS, story(once), sorted(set(order)), resources, NOW)
    await deliver(scenario.database, SUBSCRIPTIONS, story(shuffled), order, resources, NOW)
    first, second = await state(scenario, once), await state(scenario, shuffled)
    assert first == second
    assert first[2] == 0, "numbers have no gap"
