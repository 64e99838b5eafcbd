"""Complaints, as ordering tells of them: an order's money waits for their decision."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.consumer import Event, NotYet, Subscription, Work, subscription
from yima.ordering.v1 import events_pb2 as ordering
from yima.settlement.v1 import api_pb2 as pb

from settlement.commands import proposals
from settlement.domain.payments import GIVEN_UP, TAKEN
from settlement.store import complaints, payments
from settlement.tables import ComplaintRow, PaymentRow

type Complaint = ordering.ComplaintOpened | ordering.ComplaintDecided


def row_of(work: Work[object], event: Event[Any], decided: bool, upheld: bool) -> ComplaintRow:
    return ComplaintRow(
        complaint_id=UUID(event.message.complaint_id),
        order_id=UUID(event.message.order_id),
        partner_id=UUID(event.message.partner_id),
        version=max(event.message.version, 2 if decided else 1),
        decided=decided,
        upheld=upheld,
        heard_at=work.now,
    )


async def on_complaint_opened(work: Work[object], events: Sequence[Event[ordering.ComplaintOpened]]) -> None:
    await complaints.put(work.session, [row_of(work, event, False, False) for event in events])


async def on_complaint_decided(work: Work[object], events: Sequence[Event[ordering.ComplaintDecided]]) -> None:
    """Let the money go; of one that was upheld, propose to give it back.

    It is proposed in the name of whoever upheld it, so that another person approves it. In events of before that person
    is not named: then the system proposes it.
    """
    rows = [row_of(work, event, True, event.message.upheld) for event in events]
    fresh = await complaints.put(work.session, rows)
    deciders = {UUID(event.message.complaint_id): event.message.decided_by for event in events}
    called_off = {UUID(event.message.complaint_id) for event in events if event.message.called_off}
    upheld = [row for row in rows if row.upheld and row.complaint_id in fresh - called_off]
    found = await payments.payments_of(work.session, [row.order_id for row in upheld])
    if len(found) < len({row.order_id for row in upheld}):
        raise NotYet("a complaint was decided before its order was heard of")
    for row in upheld:
        if not may_be_given_back(found[row.order_id]):
            continue
        refund = pb.RefundOrderRequest(order_id=str(row.order_id), reason="the complaint was upheld")
        proposal = await proposals.propose(
            work.session,
            act=pb.ProposedAct(refund_order=refund),
            reason=f"complaint {row.complaint_id} was upheld",
            by=UUID(decider) if (decider := deciders[row.complaint_id]) else None,
            now=work.now,
        )
        await complaints.propose_refund(work.session, row.complaint_id, proposal.id)


def may_be_given_back(payment: PaymentRow) -> bool:
    """Is there money of the payment to give back, or will there be, once what was served is taken?"""
    if payment.status in TAKEN:
        return payment.captured_minor > payment.refunded_minor
    return payment.status not in GIVEN_UP


SUBSCRIPTIONS: Sequence[Subscription[object]] = [
    subscription(
        "settlement-complaints",
        {ordering.ComplaintOpened: on_complaint_opened, ordering.ComplaintDecided: on_complaint_decided},
    )
]
