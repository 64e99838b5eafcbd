"""What consent makes of others' events does not depend on the order in which they arrive, nor on how often."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.wire import timestamp
from consent.domain.consents import ConsentEnd
from consent.handlers import SUBSCRIPTIONS
from consent.store import orders
from consent.tables import StandingRow
from consent_scenario import ENDED, Scenario, resources_of, template_for
from devstack.samples import examples
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text
from yima.identity.v1.events_pb2 import (
    GuardianshipBegan,
    GuardianshipEnded,
    HealthCodeRedeemed,
    HealthCodeRedeemedElsewhere,
    HealthCodeReplayed,
    ResidentsSeen,
    TrustListPut,
)
from yima.ordering.v1 import events_pb2 as ordering
from yima.partners.v1 import events_pb2 as partners
from yima.records.v1 import events_pb2 as records
from yima.records.v1.events_pb2 import PatientAsked, PatientMatched, PatientUnmatched
from yima.settlement.v1.events_pb2 import DisputeOpened

from services.any_order import deliver, heard, orders_of

pytestmark = pytest.mark.anyio
SERVICE = "consent"
NOW = datetime.now(UTC)
ORDER = settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STANDINGS: list[tuple[Any, bool]] = [
    (partners.PartnerApplied, False),
    (partners.PartnerScreened, False),
    (partners.PartnerCertified, False),
    (partners.PartnerActivated, True),
    (partners.PartnerSuspended, False),
    (partners.PartnerReinstated, True),
    (partners.AppealDecided, True),
    (partners.OffboardingChanged, False),
    (partners.CertificateLapsed, False),
    (partners.FreezeImposed, False),
    (partners.FreezeLifted, True),
]


def of_order(scenario: Scenario, because: ConsentEnd = ConsentEnd.ORDER_CANCELLED) -> list[Message]:
    """An order that asks for data is placed, confirmed, passed on, and ends; its resident was scanned before."""
    order_id, beneficiary = uuid4(), uuid4()
    redeemed = HealthCodeRedeemed(
        scan_id=str(uuid4()),
        resident_id=str(beneficiary),
        practitioner_id=str(uuid4()),
        version=1,
        partner_id=str(scenario.partner),
        scanned_at=timestamp(NOW),
    )
    return [
        scenario.placed(order_id, template_for()),
        redeemed,
        scenario.order_event(ordering.OrderConfirmed, order_id, version=2),
        scenario.order_event(ordering.OrderTransferred, order_id, version=3, beneficiary_id=str(beneficiary)),
        scenario.order_event(ENDED[because], order_id, version=4),
    ]


def of_partner(scenario: Scenario) -> list[Message]:
    """A partner's life."""
    partner = uuid4()
    return [
        kind(
            standing=scenario.standing(
                reads=reads, partner=partner, version=version, until=NOW + timedelta(days=version)
            )
        )
        for version, (kind, reads) in enumerate(STANDINGS, start=1)
    ]


async def hear(scenario: Scenario, messages: list[Message], order: list[int]) -> None:
    await deliver(scenario.database, SUBSCRIPTIONS, messages, order, resources_of(scenario.keys), NOW)


async def test_every_event_that_is_heard_is_in_a_story(scenario: Scenario) -> None:
    messages = [*of_partner(scenario), *(message for end in ENDED for message in of_order(scenario, end))]
    names = {message.DESCRIPTOR.full_name for message in messages}
    names.add(DisputeOpened.DESCRIPTOR.full_name)  # it is only answered
    for only_logged in (
        HealthCodeReplayed,
        HealthCodeRedeemedElsewhere,
        ResidentsSeen,
        ordering.ResidentsSeen,
        records.ResidentsSeen,
        records.ReadingWithdrawn,
        records.FollowUpNoted,
        records.FollowUpClosed,
        TrustListPut,
        PatientAsked,
        PatientMatched,
        PatientUnmatched,
    ):
        names.add(only_logged.DESCRIPTOR.full_name)
    names |= {kind.DESCRIPTOR.full_name for kind in (GuardianshipBegan, GuardianshipEnded)}  # see test_guardians.py
    assert heard(SUBSCRIPTIONS) - names == set()


@pytest.mark.parametrize("because", list(ENDED))
@ORDER
@given(order=orders_of(5))
async def test_nothing_is_asked_or_in_force_for_an_order_that_is_over(
    scenario: Scenario, because: ConsentEnd, order: list[int]
) -> None:
    states: list[Any] = []
    for delivery in (range(5), order):
        messages = of_order(scenario, because)
        await hear(scenario, messages, list(delivery))
        order_id = UUID(messages[0].order_id)  # type: ignore[attr-defined]
        async with scenario.database.transaction() as session:
            known = (await orders.orders_known(session, [order_id]))[order_id]
            statuses = await session.scalars(
                text("SELECT status FROM consent_request WHERE order_id = :id"), {"id": order_id}
            )
            statuses = list(statuses)
        served = str(known.resident_id) == messages[3].beneficiary_id  # type: ignore[attr-defined]
        states.append((statuses, known.confirmed_at is None, known.ended_at is None, known.ended_because, served))
    assert states[0] == states[1]
    assert states[0][0] == ["withdrawn"]


@ORDER
@given(order=orders_of(len(STANDINGS)))
async def test_an_older_standing_never_replaces_a_newer_one(scenario: Scenario, order: list[int]) -> None:
    states: list[Any] = []
    for delivery in (range(len(STANDINGS)), order):
        messages = of_partner(scenario)
        await hear(scenario, messages, list(delivery))
        async with scenario.database.transaction() as session:
            partner = UUID(messages[0].standing.partner_id)  # type: ignore[attr-defined]
            row = await session.get(StandingRow, partner)
            assert row is not None
            states.append(row.model_dump(exclude={"partner_id"}))
    assert states[0] == states[1]
