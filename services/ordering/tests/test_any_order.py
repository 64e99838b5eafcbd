"""What ordering makes of others' events does not depend on the order in which they arrive, nor on how often."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.wire import timestamp
from devstack.samples import examples
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from ordering.handlers import SUBSCRIPTIONS
from ordering.store import offerings
from ordering.tables import SigningKeyHistoryRow
from ordering_scenario import DEADLINES, HandlerResources, Scenario
from sqlalchemy import text
from sqlmodel import col, select
from yima.catalog.v1 import api_pb2 as catalog
from yima.catalog.v1.events_pb2 import OfferingPublished, OfferingWithdrawn, SlotsAdded, SlotsWithdrawn
from yima.common.v1.types_pb2 import Interval, Money
from yima.consent.v1.events_pb2 import ConsentDenied, ConsentGranted, ConsentRevoked
from yima.partners.v1 import events_pb2 as partners
from yima.partners.v1.api_pb2 import CAPABILITY_SELL
from yima.partners.v1.events_pb2 import SigningKeyRegistered
from yima.records.v1.compute_pb2 import RUN_STATUS_RELEASED, RUN_STATUS_WITHHELD
from yima.records.v1.events_pb2 import RunEnded
from yima.settlement.v1.events_pb2 import (
    PaymentAuthorised,
    PaymentCaptured,
    PaymentFailed,
    RefundFailed,
    RefundMade,
)

from services.any_order import deliver, heard, orders_of

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
ORDER = settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def of_offering(scenario: Scenario, offering: UUID) -> list[Message]:
    """An offering is published, given slots, published on other terms, loses a slot, is withdrawn, published again, and
    withdrawn."""

    def published(version: int, revision: int) -> Message:
        manifest = catalog.OfferingManifest(price=Money(currency="CNY", minor=revision * 100))
        return OfferingPublished(
            offering=catalog.Offering(
                id=str(offering), partner_id=str(offering), revision=revision, version=version, manifest=manifest
            )
        )

    def withdrawn(version: int) -> Message:
        return OfferingWithdrawn(offering_id=str(offering), partner_id=str(offering), version=version)

    start = scenario.now + timedelta(hours=1)
    interval = Interval(start=timestamp(start), end=timestamp(start + timedelta(hours=1)))
    slot = catalog.Slot(id=str(offering), offering_id=str(offering), interval=interval, capacity=3)
    slots = SlotsAdded(offering_id=str(offering), partner_id=str(offering), slots=[slot], version=1)
    gone = SlotsWithdrawn(offering_id=str(offering), partner_id=str(offering), slots=[slot], version=2)
    return [published(1, 1), slots, published(2, 2), gone, withdrawn(3), published(4, 3), withdrawn(5)]


def of_partner(partner: UUID) -> list[Message]:
    """A partner changes the key it signs with."""
    return [
        SigningKeyRegistered(partner_id=str(partner), public_key=bytes([version] * 32), version=version)
        for version in (1, 2, 3)
    ]


STANDINGS: list[tuple[Any, bool]] = [
    (partners.PartnerApplied, False),
    (partners.PartnerScreened, False),
    (partners.PartnerActivated, True),
    (partners.PartnerSuspended, False),
    (partners.PartnerReinstated, True),
    (partners.AppealDecided, True),
    (partners.OffboardingChanged, False),
    (partners.CertificateLapsed, False),
    (partners.PartnerCertified, True),
    (partners.FreezeImposed, False),
    (partners.FreezeLifted, True),
    (partners.PartnerSuspended, False),
]


def of_standing(partner: UUID) -> list[Message]:
    """A partner is activated, suspended, reinstated, lapses, is certified, frozen, unfrozen, and suspended for good."""
    return [
        kind(
            standing=partners.Standing(
                partner_id=str(partner), capabilities=[CAPABILITY_SELL] if sells else [], version=version
            )
        )
        for version, (kind, sells) in enumerate(STANDINGS, start=1)
    ]


def of_payment(order: UUID) -> list[Message]:
    """A method fails; the one chosen after it succeeds."""
    return [
        PaymentFailed(order_id=str(order), reason="declined", version=2, chosen_version=1),
        PaymentAuthorised(order_id=str(order), version=4),
    ]


async def hear(scenario: Scenario, messages: list[Message], arrival: list[int]) -> None:
    await deliver(scenario.store, SUBSCRIPTIONS, messages, arrival, HandlerResources(DEADLINES), scenario.now)


def of_refunds(order: UUID, lines: list[UUID]) -> list[Message]:
    """A line is given back, then both; the second comes again."""
    first, second = [str(line) for line in lines]
    return [
        RefundMade(order_id=str(order), refunded_line_ids=[first], version=4),
        RefundMade(order_id=str(order), refunded_line_ids=[first, second], version=5),
        RefundFailed(order_id=str(order), refunded_line_ids=[first], version=6),
    ]


def of_consent(order: UUID, line: UUID) -> list[Message]:
    """A consent is given, and revoked."""
    names = {"order_id": str(order), "order_line_id": str(line)}
    return [ConsentGranted(**names, version=2), ConsentRevoked(**names, version=3)]


def of_run(partner: UUID, line: UUID) -> list[Message]:
    """Two runs for a line are over: one has a result, of the other nothing may be said."""
    return [
        RunEnded(
            run_id=str(uuid4()), partner_id=str(partner), status=status, order_line_id=str(line), item="report",
            ended_at=timestamp(datetime.now(UTC)), version=1,
        )
        for status in (RUN_STATUS_RELEASED, RUN_STATUS_WITHHELD)
    ]  # fmt: skip


async def test_every_event_that_is_heard_is_in_a_story(scenario: Scenario) -> None:
    id_ = uuid4()
    event = [*of_offering(scenario, id_), *of_partner(id_), *of_standing(id_), *of_payment(id_), *of_consent(id_, id_)]
    event += [*of_refunds(id_, [id_, id_]), *of_run(id_, id_)]
    names = {message.DESCRIPTOR.full_name for message in event}
    # A capture follows a fulfilment that ordering itself has published. Who denies a consent says nothing else of it.
    names |= {PaymentCaptured.DESCRIPTOR.full_name, ConsentDenied.DESCRIPTOR.full_name}
    assert heard(SUBSCRIPTIONS) - names == set()


@ORDER
@given(arrival=orders_of(3))
async def test_which_lines_were_given_back_is_what_the_newest_refund_says(
    scenario: Scenario, arrival: list[int]
) -> None:
    order, lines = uuid4(), [uuid4(), uuid4()]
    await hear(scenario, of_refunds(order, lines), arrival)
    assert await scenario.query("SELECT line_ids, version FROM refund WHERE order_id = :id", id=order) == [
        (lines[:1], 6)
    ]


@ORDER
@given(arrival=orders_of(2))
async def test_a_run_is_one_use_however_often_it_is_told(scenario: Scenario, arrival: list[int]) -> None:
    offering = await scenario.offer(
        kind=catalog.OFFERING_KIND_DEVICE_MONITORING, valid_days=30,
        contents=[catalog.EntitledItem(code="report", kind=catalog.UNIT_KIND_MEASUREMENT, times=4)],
    )  # fmt: skip
    order = await scenario.ready((offering, 1))
    await hear(scenario, of_run(scenario.partner, order.lines[0].row.id), arrival)
    (item,) = (await scenario.look(order)).lines[0].entitlements
    assert item.used == 1


@ORDER
@given(arrival=orders_of(7))
async def test_an_offering_that_was_withdrawn_is_not_put_back_on_sale_by_older_terms(
    scenario: Scenario, arrival: list[int]
) -> None:
    states: list[Any] = []
    for places in (range(7), arrival):
        offering = uuid4()
        await hear(scenario, of_offering(scenario, offering), list(places))
        async with scenario.store.transaction() as session:
            offering_row = await session.execute(
                text("SELECT revision, on_sale, version FROM offering WHERE id = :id"), {"id": offering}
            )
            known = await offerings.terms_at(session, [(offering, revision) for revision in (1, 2, 3)])
            slots = await offerings.slots_for_update(session, [offering])
        states.append(
            (
                offering_row.one(),
                sorted(terms.price_minor for terms in known.values()),
                [slot.free for slot in slots.values()],
            )
        )
    assert states[0] == states[1]


@ORDER
@given(arrival=orders_of(3))
async def test_a_key_that_is_heard_of_late_replaces_none_and_is_known_for_its_time(
    scenario: Scenario, arrival: list[int]
) -> None:
    partner = uuid4()
    await hear(scenario, of_partner(partner), arrival)
    async with scenario.store.transaction() as session:
        key = await session.scalar(text("SELECT version FROM statement_key WHERE partner_id = :id"), {"id": partner})
        history = await session.scalars(
            select(SigningKeyHistoryRow.version)
            .where(SigningKeyHistoryRow.partner_id == partner)
            .order_by(col(SigningKeyHistoryRow.version))
        )
        assert (key, list(history)) == (3, [1, 2, 3])


@ORDER
@given(arrival=orders_of(len(STANDINGS)))
async def test_an_older_standing_never_replaces_a_newer_one(scenario: Scenario, arrival: list[int]) -> None:
    partner = uuid4()
    await hear(scenario, of_standing(partner), arrival)
    await scenario.offer(partner=partner)  # what catalog published before arrives last
    (standing,) = await scenario.query("SELECT sells, version FROM standing WHERE partner_id = :id", id=partner)
    assert tuple(standing) == (False, len(STANDINGS))


@ORDER
@given(arrival=orders_of(2))
async def test_an_older_failure_does_not_undo_money_that_is_there(scenario: Scenario, arrival: list[int]) -> None:
    order = await scenario.place((await scenario.offer(), 1))
    await hear(scenario, of_payment(order.row.id), arrival)
    async with scenario.store.transaction() as session:
        order_row = await session.execute(
            text("SELECT status, money_in, reason FROM orders WHERE id = :id"), {"id": order.row.id}
        )
    assert tuple(order_row.one()) == ("confirmed", True, "")


@ORDER
@given(arrival=orders_of(2))
async def test_a_consent_that_was_revoked_confirms_no_order_in_whatever_order_it_is_told(
    scenario: Scenario, arrival: list[int]
) -> None:
    """Money comes last: an older grant that is delivered again must not let it be taken."""
    order = await scenario.place((await scenario.offer(asks=True), 1))
    line = order.lines[0].row.id
    await hear(scenario, of_consent(order.row.id, line), arrival)
    await hear(scenario, of_payment(order.row.id), [1])
    async with scenario.store.transaction() as session:
        status = await session.scalar(text("SELECT status FROM orders WHERE id = :id"), {"id": order.row.id})
        consented = await session.scalar(text("SELECT consented FROM order_line WHERE id = :id"), {"id": line})
    assert (status, consented) == ("placed", False)
