"""Complaints, as ordering tells of them: an order's money waits for their decision."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.consumer import Event, Work, subscription
from yima.ordering.v1 import events_pb2 as ordering
from yima.settlement.v1 import api_pb2 as pb

from settlement import proposing
from settlement.domain.payments import TAKEN
from settlement.store import complaints, payments
from settlement.tables import ComplaintRow

type Complaint = ordering.ComplaintOpened | ordering.ComplaintDecided


def row_of(work: Work[Any], event: Event[Any], decided: bool, upheld: bool) -> ComplaintRow:
    return ComplaintRow(
        complaint_id=UUID(event.message.complaint_id),
        order_id=UUID(event.message.order_id),
        partner_id=UUID(event.message.partner_id),
        version=max(event.message.version, 2 if decided else 1),
        decided=decided,
        upheld=upheld,
        heard_at=work.now,
    )


async def on_complaint_opened(work: Work[Any], events: Sequence[Event[ordering.ComplaintOpened]]) -> None:
    await complaints.put(work.session, [row_of(work, event, False, False) for event in events])


async def on_complaint_decided(work: Work[Any], events: Sequence[Event[ordering.ComplaintDecided]]) -> None:
    """Let the money go; of one that was upheld, propose to give it back: an operator decides."""
    rows = [row_of(work, event, True, event.message.upheld) for event in events]
    fresh = await complaints.put(work.session, rows)
    upheld = [row for row in rows if row.upheld and row.complaint_id in fresh]
    found = await payments.payments_of(work.session, [row.order_id for row in upheld])
    for row in upheld:
        payment = found.get(row.order_id)
        if payment is None or payment.status not in TAKEN or payment.captured_minor == payment.refunded_minor:
            continue
        refund = pb.RefundOrderRequest(order_id=str(row.order_id), reason="the complaint was upheld")
        await proposing.propose(
            work.session,
            act=pb.ProposedAct(refund_order=refund),
            reason=f"complaint {row.complaint_id} was upheld",
            by=None,
            now=work.now,
        )


SUBSCRIPTIONS = [
    subscription(
        "settlement-complaints",
        {ordering.ComplaintOpened: on_complaint_opened, ordering.ComplaintDecided: on_complaint_decided},
    )
]
