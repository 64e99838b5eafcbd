"""Complaints, as ordering says of them: an order's money waits for their decision."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.consumer import Event, Subscription, Work, subscription
from yima.ordering.v1 import events_pb2 as ordering

from settlement.commands import complaints
from settlement.commands.resources import Resources
from settlement.domain.complaints import ComplaintDecision
from settlement.tables import ComplaintRow


async def on_complaint_opened(work: Work[Resources], events: Sequence[Event[ordering.ComplaintOpened]]) -> None:
    await complaints.hold(work.session, [complaint_row(work, event) for event in events])


async def on_complaint_decided(work: Work[Resources], events: Sequence[Event[ordering.ComplaintDecided]]) -> None:
    """In events from before whoever decided was named, it is nobody."""
    await complaints.decide(
        work.session,
        [
            (
                complaint_row(work, event, decided=True, upheld=event.message.upheld),
                ComplaintDecision(
                    decided_by=UUID(event.message.decided_by) if event.message.decided_by else None,
                    called_off=event.message.called_off,
                ),
            )
            for event in events
        ],
        work.now,
    )


def complaint_row(
    work: Work[Resources], event: Event[Any], decided: bool = False, upheld: bool = False
) -> ComplaintRow:
    return ComplaintRow(
        complaint_id=UUID(event.message.complaint_id),
        order_id=UUID(event.message.order_id),
        partner_id=UUID(event.message.partner_id),
        version=max(event.message.version, 2 if decided else 1),
        decided=decided,
        upheld=upheld,
        heard_at=work.now,
    )


SUBSCRIPTIONS: Sequence[Subscription[Resources]] = [
    subscription(
        "settlement-complaints",
        {ordering.ComplaintOpened: on_complaint_opened, ordering.ComplaintDecided: on_complaint_decided},
    )
]
