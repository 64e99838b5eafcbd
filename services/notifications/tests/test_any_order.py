"""What partners are told does not depend on the order in which services' streams arrive, nor on what comes twice."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import pytest
from chassis.ids import new_id
from chassis.wire import timestamp
from devstack.samples import examples
from google.protobuf import descriptor_pool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from hypothesis import HealthCheck, given, settings
from notifications.commands import notices
from notifications.handlers import SUBSCRIPTIONS
from notifications_scenario import Scenario
from sqlalchemy import text
from yima.common.v1.types_pb2 import Interval
from yima.ordering.v1 import events_pb2 as ordering
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
    order_id, consent_id, resident_id = str(new_id()), str(new_id()), str(uuid5(NAMESPACE_OID, str(partner)))
    statuses = dict.fromkeys(("PartnerSuspended", "CertificateLapsed", "FreezeImposed"), SUSPENDED)
    messages: list[Message] = []
    for version, full_name in enumerate(sorted(heard(SUBSCRIPTIONS)), start=1):
        kind = GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(full_name))
        fields = {field.name for field in kind.DESCRIPTOR.fields}
        values: dict[str, Any] = {
            "order_id": order_id, "consent_id": consent_id, "partner_id": str(partner), "grantee_id": str(partner),
            "institution_id": str(partner), "payout_id": str(new_id()), "statement_id": str(new_id()),
            "offering_id": str(new_id()), "version": version, "resident_id": resident_id, "booking_id": str(new_id()),
            "resident_ids": [resident_id], "certificate_id": str(new_id()), "contract_id": str(new_id()),
            "bank_account_change_id": str(new_id()), "error_report_id": str(new_id()), "report_id": str(new_id()),
            "private_offer_id": str(new_id()), "appeal_id": str(new_id()),
        }  # fmt: skip
        if "standing" in fields:
            until = timestamp(NOW + timedelta(days=version))
            values["standing"] = partners.Standing(
                partner_id=str(partner),
                version=version,
                status=statuses.get(kind.DESCRIPTOR.name, ACTIVE),
                certified_until=until,
            )
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


def sessions(order_id: UUID, resident: UUID) -> list[Message]:
    """Sessions that are booked, moved, agreed to and cancelled; one is left. And an order of which none is."""
    same: dict[str, Any] = {"order_id": str(order_id), "resident_id": str(resident), "partner_id": str(new_id())}
    first, second, third, fourth = (str(uuid5(order_id, str(number))) for number in range(4))
    starts = NOW + timedelta(days=3)
    span = Interval(start=timestamp(starts), end=timestamp(starts + timedelta(hours=1)))
    over: dict[str, Any] = {**same, "order_id": str(uuid5(order_id, "over"))}
    return [
        ordering.SessionsPlaced(
            order_id=str(order_id),
            resident_id=str(resident),
            sessions=[ordering.PlacedSession(booking_id=first, interval=span)],
            version=1,
        ),
        ordering.OrderConfirmed(**same, version=2),
        ordering.SlotBooked(
            **same, booking_id=second, interval=span, waits_for_agreement=True, instead_of_booking_id=first, version=3
        ),
        ordering.SessionsAgreed(**same, booking_ids=[second], version=4),
        ordering.SlotBooked(**same, booking_id=third, interval=span, version=5),
        ordering.SessionsCancelled(**same, booking_ids=[third], cancelled_by=str(resident), version=6),
        ordering.SlotBooked(**same, booking_id=fourth, interval=span, waits_for_agreement=True, version=7),
        ordering.SessionsPlaced(
            order_id=over["order_id"],
            resident_id=str(resident),
            sessions=[ordering.PlacedSession(booking_id=str(uuid5(order_id, "its")), interval=span)],
            version=1,
        ),
        ordering.OrderConfirmed(**over, version=2),
        ordering.OrderCancelled(**over, version=3),
    ]


@ORDER
@given(order=orders_of(len(sessions(uuid4(), uuid4()))))
async def test_who_is_told_and_reminded_of_what_depends_on_no_order(scenario: Scenario, order: list[int]) -> None:
    resident, order_id = uuid4(), uuid4()
    await deliver(scenario.database, SUBSCRIPTIONS, sessions(order_id, resident), order, scenario.resources, NOW)
    async with scenario.database.transaction() as session:
        await notices.remind(session, scenario.sealer, NOW + timedelta(days=2, hours=1))
        mine = {"resident": resident}
        query = "SELECT kind, count(*) FROM notice WHERE audience_id = :resident GROUP BY kind ORDER BY kind"
        told = {row[0]: row[1] for row in await session.execute(text(query), mine)}
        query = "SELECT booking_id FROM reminded_session WHERE resident_id = :resident AND reminded_at IS NOT NULL"
        reminded = [str(row[0]) for row in await session.execute(text(query), mine)]
    assert reminded == [str(uuid5(order_id, "1"))], "the session that was moved to, and agreed to"
    assert told == {
        "order_confirmed": 2, "order_cancelled": 1, "session_booked": 1, "session_offered": 2, "session_reminder": 1,
    }  # fmt: skip
