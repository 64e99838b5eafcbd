"""What settlement makes of others' events does not depend on the order in which they arrive, nor on how often."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.pages import beginning
from chassis.wire import timestamp
from devstack.samples import examples
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from settlement.api import Resources
from settlement.handlers import SUBSCRIPTIONS
from settlement.store import contracts, evidence, payments, proposals
from sqlalchemy import text
from yima.common.v1.types_pb2 import Money
from yima.consent.v1.api_pb2 import ConsentEnd
from yima.consent.v1.events_pb2 import (
    AccessLogCheckpointed,
    ConsentEnded,
    ConsentGranted,
    ConsentRevoked,
    DecisionsTold,
)
from yima.ordering.v1 import events_pb2 as ordering
from yima.partners.v1 import events_pb2 as partners
from yima.partners.v1.api_pb2 import CAPABILITY_BE_PAID, BankAccount
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1.split_pb2 import Share, SplitPlan

from services.any_order import deliver, heard, orders_of
from services.settlement.tests.harness import Harness

pytestmark = pytest.mark.anyio
SERVICE = "settlement"
NOW = datetime.now(UTC)
ORDER = settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def of_partner(partner: UUID) -> list[Message]:
    """A partner's life: contracts, bank accounts, standing."""
    kinds: list[tuple[Any, list[Any]]] = [
        (partners.PartnerCertified, []),
        (partners.PartnerActivated, [CAPABILITY_BE_PAID]),
        (partners.PartnerSuspended, []),
        (partners.PartnerReinstated, [CAPABILITY_BE_PAID]),
        (partners.OffboardingChanged, [CAPABILITY_BE_PAID]),
        (partners.CertificateLapsed, []),
        (partners.FreezeImposed, []),
        (partners.FreezeLifted, []),
    ]
    messages: list[Message] = [
        kind(standing=partners.Standing(partner_id=str(partner), capabilities=capabilities, version=version))
        for version, (kind, capabilities) in enumerate(kinds, start=1)
    ]
    for version in (1, 2):
        plan = SplitPlan(version=version, shares=[Share(party="platform", basis_points=version * 100)])
        contract_id = str(UUID(int=partner.int ^ version))
        messages.append(
            partners.ContractSigned(
                contract_id=contract_id,
                partner_id=str(partner),
                split_plan=plan,
                version=version,
                signed_at=timestamp(NOW - timedelta(days=version)),  # a clock that went back
            )
        )
        account = BankAccount(number=f"account-{version}")
        messages.append(partners.BankAccountRegistered(partner_id=str(partner), account=account, version=version))
    return messages


def called_off_by(end: type[Any]) -> Any:
    """An order that is placed, paid for in another way, and called off before its money was there."""

    def story(order: UUID, partner: UUID) -> list[Message]:
        placed = ordering.OrderPlaced(
            order_id=str(order),
            resident_id=str(order),
            placed_by=str(order),
            partner_id=str(partner),
            total=Money(currency="CNY", minor=100),
            version=1,
            lines=[ordering.PlacedLine(order_line_id=str(order), total=Money(currency="CNY", minor=100), quantity=1)],
        )
        return [
            placed,
            ordering.PaymentChosen(order_id=str(order), payment_method="sandbox:ok", version=2),
            end(order_id=str(order), partner_id=str(partner), version=3),
        ]

    return story


def of_settled_cancellation(order: UUID, partner: UUID) -> list[Message]:
    """An order that is cancelled while its resident may object, of which nothing is owed in the end."""
    placed, chosen, cancelled = called_off_by(ordering.OrderCancelled)(order, partner)
    cancelled.objection_until.CopyFrom(timestamp(NOW + timedelta(days=3)))
    return [
        placed,
        chosen,
        cancelled,
        ordering.CancellationSettled(order_id=str(order), partner_id=str(partner), version=4),
    ]


def of_consent(order: UUID) -> list[Message]:
    """A consent that is granted and revoked."""
    names = {"consent_id": str(order), "order_id": str(order), "order_line_id": str(order)}
    return [
        ConsentGranted(**names, artefact_hash=b"h" * 32, expires_at=timestamp(NOW + timedelta(days=1))),
        ConsentRevoked(**names, revoked_at=timestamp(NOW)),
    ]


def of_ended_consent(order: UUID) -> list[Message]:
    """A consent that is granted and ends with its order."""
    names = {"consent_id": str(order), "order_id": str(order), "order_line_id": str(order)}
    return [
        ConsentGranted(**names, artefact_hash=b"h" * 32, expires_at=timestamp(NOW + timedelta(days=1))),
        ConsentEnded(**names, ended_at=timestamp(NOW), because=ConsentEnd.CONSENT_END_ORDER_CANCELLED),
    ]


def of_upheld_complaint(order: UUID, partner: UUID, decided_by: str, called_off: bool = False) -> list[Message]:
    """An order about which a complaint is upheld."""
    placed, chosen, _ = called_off_by(ordering.OrderCancelled)(order, partner)
    names = {"complaint_id": str(order), "order_id": str(order), "partner_id": str(partner)}
    return [
        placed,
        chosen,
        ordering.ComplaintOpened(**names, version=1),
        ordering.ComplaintDecided(**names, upheld=True, version=3, decided_by=decided_by, called_off=called_off),
    ]


def of_complaint(order: UUID) -> list[Message]:
    """A complaint that is opened and decided."""
    names = {"complaint_id": str(order), "order_id": str(order), "partner_id": str(order)}
    return [
        ordering.ComplaintOpened(**names, version=1),
        ordering.ComplaintDecided(**names, upheld=False, version=2),
    ]


ENDS = (ordering.OrderCancelled, ordering.OrderRefused, ordering.OrderExpired)
# Answers to settlement's own word, each given once: two by ordering once the money is promised, and by consent of the
# dispute that settlement opened. Checkpoints of the access log are compared in test_access_log.py.
AFTER_OURS = {ordering.OrderFulfilled, ordering.ServiceProven, DecisionsTold, AccessLogCheckpointed}


def test_every_event_that_is_heard_is_in_a_story() -> None:
    messages = [*of_partner(uuid4()), *of_consent(uuid4()), *of_ended_consent(uuid4()), *of_complaint(uuid4())]
    messages += [message for end in ENDS for message in called_off_by(end)(uuid4(), uuid4())]
    messages += of_settled_cancellation(uuid4(), uuid4())
    names = {message.DESCRIPTOR.full_name for message in messages} | {kind.DESCRIPTOR.full_name for kind in AFTER_OURS}
    assert heard(SUBSCRIPTIONS) - names == set()


async def hear(harness: Harness, messages: list[Message], order: list[int]) -> None:
    await deliver(harness.store, SUBSCRIPTIONS, messages, order, Resources(harness.books), NOW)
    await harness.provide()
    while any(await harness.webhooks()):
        continue


@ORDER
@given(order=orders_of(len(of_partner(uuid4()))))
async def test_an_older_contract_account_or_standing_never_replaces_a_newer_one(
    harness: Harness, order: list[int]
) -> None:
    states = []
    for places in (sorted(set(order)), order):
        partner = uuid4()
        await hear(harness, of_partner(partner), places)
        async with harness.store.transaction() as session:
            payee = (await contracts.payees(session, [partner]))[partner]
            plan = SplitPlan.FromString(
                (await contracts.plans_at_placement(session, [partner], [partner], [NOW]))[partner]
            )
        states.append((payee.model_dump(exclude={"partner_id"}), plan.shares[0].basis_points))
    assert states[0] == states[1]


@ORDER
@given(order=orders_of(2))
async def test_a_complaint_that_was_decided_holds_nothing_in_whatever_order_it_is_told(
    harness: Harness, order: list[int]
) -> None:
    complaint = uuid4()
    await hear(harness, of_complaint(complaint), order)
    async with harness.store.transaction() as session:
        query = text("SELECT decided FROM complaint WHERE complaint_id = :id")
        assert await session.scalar(query, {"id": complaint}) is True


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
@ORDER
@given(order=orders_of(3))
async def test_an_order_that_was_called_off_keeps_nobodys_money_in_whatever_order_it_is_told(
    harness: Harness, end: type[Any], order: list[int]
) -> None:
    for places in ([0, 1, 2], order):
        order_id = uuid4()
        await hear(harness, called_off_by(end)(order_id, harness.partner), places)
        async with harness.store.transaction() as session:
            status = (await payments.statuses_of(session, [order_id]))[order_id]
            unfinished = await session.scalar(
                text("SELECT count(*) FROM provider_call WHERE state NOT IN ('done', 'refused')")
            )
        assert (status, unfinished) == ("voided", 0)


@ORDER
@given(order=orders_of(4))
async def test_a_cancellation_that_waited_for_an_objection_keeps_nobodys_money_in_whatever_order_it_is_heard(
    harness: Harness, order: list[int]
) -> None:
    for places in (sorted(set(order)), order):
        order_id = uuid4()
        await hear(harness, of_settled_cancellation(order_id, harness.partner), places)
        async with harness.store.transaction() as session:
            status = (await payments.statuses_of(session, [order_id]))[order_id]
        assert status == "voided"


async def test_a_method_that_was_chosen_before_another_is_not_charged_after_it_failed(harness: Harness) -> None:
    placed = await harness.place(method="")
    chosen = [
        ordering.PaymentChosen(order_id=placed.order_id, payment_method=method, version=version)
        for method, version in (("sandbox:ok", 2), ("sandbox:declined", 3))
    ]
    await hear(harness, list(chosen), [1])
    await hear(harness, list(chosen), [0])
    async with harness.store.transaction() as session:
        status = (await payments.statuses_of(session, [UUID(placed.order_id)]))[UUID(placed.order_id)]
    assert status == "failed", "the older choice was charged"


@ORDER
@given(order=orders_of(2))
async def test_a_consent_that_ended_is_not_kept_as_if_it_went_on(harness: Harness, order: list[int]) -> None:
    order_id = uuid4()
    await hear(harness, of_consent(order_id), order)
    async with harness.store.transaction() as session:
        (receipt,) = await evidence.receipts(session, order_id)
    assert receipt.revoked_at is not None


@ORDER
@given(order=orders_of(2))
async def test_a_consent_that_ended_with_its_order_is_kept_with_why(harness: Harness, order: list[int]) -> None:
    order_id = uuid4()
    await hear(harness, of_ended_consent(order_id), order)
    async with harness.store.transaction() as session:
        (receipt,) = await evidence.receipts(session, order_id)
    assert (receipt.ended_at, receipt.ended_because) == (NOW, "ORDER_CANCELLED")
    assert receipt.revoked_at is None


@pytest.mark.parametrize("named", [True, False], ids=["operator", "event-of-before"])
@ORDER
@given(order=orders_of(4), served_first=st.booleans())
async def test_a_refund_for_an_upheld_complaint_is_proposed_once_in_the_name_of_who_upheld_it(
    harness: Harness, named: bool, order: list[int], served_first: bool
) -> None:
    order_id, operator = uuid4(), uuid4() if named else None
    messages = of_upheld_complaint(order_id, harness.partner, str(operator or ""))
    served = ordering.OrderFulfilled(
        order_id=str(order_id), partner_id=str(harness.partner), order_line_ids=[str(order_id)]
    )
    if served_first:
        await hear(harness, messages, [0, 1])
        await hear(harness, [served], [0])
        order = [index for index in order if index >= 2]
    await hear(harness, messages, order)
    if not served_first:  # its capture is owed, or not heard of yet
        await hear(harness, [served], [0])
    assert await refunds_proposed(harness, order_id) == [operator]
    async with harness.store.transaction() as session:
        assert (await payments.statuses_of(session, [order_id]))[order_id] == "captured"


@ORDER
@given(order=orders_of(5))
async def test_no_refund_is_proposed_where_the_decision_called_the_order_off(
    harness: Harness, order: list[int]
) -> None:
    order_id = uuid4()
    messages = of_upheld_complaint(order_id, harness.partner, str(uuid4()), called_off=True)
    messages.append(ordering.OrderCancelled(order_id=str(order_id), partner_id=str(harness.partner), version=3))
    await hear(harness, messages, order)
    assert await refunds_proposed(harness, order_id) == []


async def refunds_proposed(harness: Harness, order_id: UUID) -> list[UUID | None]:
    """In whose names a refund of the order is proposed."""
    async with harness.store.transaction() as session:
        rows = await proposals.page(session, "proposed", beginning(1_000))
    return [
        row.proposed_by for row in rows if pb.ProposedAct.FromString(row.act).refund_order.order_id == str(order_id)
    ]
