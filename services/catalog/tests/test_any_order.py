"""What the catalog makes of partners' standings and measures does not depend on the order in which they arrive."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from catalog.handlers import SUBSCRIPTIONS
from catalog.store import measures as measures_store
from catalog.tables import AvailabilityRow, LeaverRow, StandingRow
from chassis.database import Database
from chassis.wire import timestamp
from devstack.samples import examples
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from yima.catalog.v1.api_pb2 import DataQuality, PartnerMeasures
from yima.identity.v1.events_pb2 import PractitionerRegistrationEnded
from yima.ordering.v1.events_pb2 import AvailabilityChanged, PartnerMeasured
from yima.partners.v1 import events_pb2 as partners
from yima.partners.v1.api_pb2 import CAPABILITY_PUBLISH, CAPABILITY_SELL
from yima.records.v1.events_pb2 import QualityGraded

from services.any_order import deliver, heard, orders_of

pytestmark = pytest.mark.anyio
SERVICE = "catalog"
NOW = datetime.now(UTC)
ORDER = settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def story(partner: UUID) -> list[Message]:
    """A partner's life: certified, activated, suspended, reinstated, lapsed, frozen for a while, and measured; and
    when an offering of its has a place; who serves there leaves. The offering and who serves have the partner's id."""
    kinds: list[tuple[Any, list[Any]]] = [
        (partners.PartnerCertified, [CAPABILITY_PUBLISH]),
        (partners.PartnerActivated, [CAPABILITY_PUBLISH, CAPABILITY_SELL]),
        (partners.PartnerSuspended, []),
        (partners.PartnerReinstated, [CAPABILITY_PUBLISH, CAPABILITY_SELL]),
        (partners.OffboardingChanged, []),
        (partners.CertificateLapsed, [CAPABILITY_PUBLISH]),
        (partners.FreezeImposed, []),
        (partners.FreezeLifted, [CAPABILITY_PUBLISH]),
    ]
    messages: list[Message] = [
        kind(
            standing=partners.Standing(
                partner_id=str(partner),
                capabilities=capabilities,
                certified_scope=[f"scope-{version}"],
                certified_until=timestamp(NOW + timedelta(days=version)),
                version=version,
            )
        )
        for version, (kind, capabilities) in enumerate(kinds, start=1)
    ]
    messages.append(
        PractitionerRegistrationEnded(
            practitioner_id=str(partner), institution_id=str(partner), ended_at=timestamp(NOW), version=2
        )
    )
    for version in (1, 2):
        measures = PartnerMeasures(partner_id=str(partner), orders=version * 10, version=version)
        messages.append(PartnerMeasured(measures=measures))
        next_free_at = timestamp(NOW + timedelta(hours=version)) if version == 1 else None
        messages.append(AvailabilityChanged(offering_id=str(partner), next_free_at=next_free_at, version=version))
        messages.append(
            QualityGraded(
                institution_id=str(partner),
                month=f"2026-0{version}",
                letter="AB"[version - 1],
                version=24_312 + version,
            )
        )
    return messages


async def state(catalog_db: Database, partner: UUID) -> Any:
    async with catalog_db.transaction() as session:
        standing = await session.get(StandingRow, partner)
        (measures,) = await measures_store.measures(session, [partner])
        assert standing is not None
        free = await session.get(AvailabilityRow, partner)
        assert free is not None
        orders = PartnerMeasures.FromString(measures.measures).orders
        leaver = await session.get(LeaverRow, partner)
        assert leaver is not None
        (graded,) = await measures_store.quality(session, [partner])
        letter = DataQuality.FromString(graded.grades).letter
        assert letter == "B", "the newest month's"
        return (
            standing.model_dump(exclude={"partner_id"}),
            orders,
            measures.version,
            graded.version,
            free.next_free_at,
            free.version,
            leaver.ended_at,
        )


def test_every_event_that_is_heard_is_in_the_story() -> None:
    assert {message.DESCRIPTOR.full_name for message in story(uuid4())} == heard(SUBSCRIPTIONS)


@ORDER
@given(order=orders_of(len(story(uuid4()))))
async def test_an_older_word_of_a_partner_never_undoes_a_newer_one(catalog_db: Database, order: list[int]) -> None:
    once, shuffled = uuid4(), uuid4()
    await deliver(catalog_db, SUBSCRIPTIONS, story(once), sorted(set(order)), None, NOW)
    await deliver(catalog_db, SUBSCRIPTIONS, story(shuffled), order, None, NOW)
    assert await state(catalog_db, shuffled) == await state(catalog_db, once)
