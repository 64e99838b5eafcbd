"""What was sent, and sending it again."""

from collections.abc import Sequence
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import moment, timestamp
from yima.notifications.v1 import api_pb2 as pb

from notifications.api.served import api, partner_of
from notifications.commands import endpoints as commands
from notifications.domain.deliveries import DeliveryStatus
from notifications.resources import Resources
from notifications.store import deliveries
from notifications.tables import AttemptRow, DeliveryRow, EventRow

ATTEMPTS_SHOWN_MAX = 25  # of a delivery: as many as a day has


@api.serves
async def list_webhook_deliveries(
    request: pb.ListWebhookDeliveriesRequest, call: Call[Resources]
) -> pb.WebhookDeliveryPage:
    part = pages.by_id(request.page)
    delivered_events = await deliveries.of_partner(
        call.session,
        partner_of(call),
        endpoint_id=optional_id(request.webhook_endpoint_id, "webhook_endpoint_id"),
        event_id=optional_id(request.webhook_event_id, "webhook_event_id"),
        status=status_named(request.status),
        part=part,
    )
    shown_rows, page = part.cut(delivered_events, lambda delivered: pages.at_id(delivered[0]))
    attempts = await deliveries.attempts(call.session, [row.id for row, _ in shown_rows], ATTEMPTS_SHOWN_MAX)
    return pb.WebhookDeliveryPage(
        deliveries=[delivery_message(row, event, attempts.get(row.id, ())) for row, event in shown_rows],
        page=page,
    )


@api.serves
async def replay_deliveries(request: pb.ReplayDeliveriesRequest, call: Call[Resources]) -> pb.ReplayedDeliveries:
    replayed = await commands.replay(
        call.session,
        endpoint_id=parse_id(request.webhook_endpoint_id, "webhook_endpoint_id"),
        partner_id=partner_of(call),
        event_ids=[
            parse_id(event_id, f"webhook_event_ids[{index}]")
            for index, event_id in enumerate(request.webhook_event_ids)
        ],
        since=moment(request.since) if request.HasField("since") else None,
        now=call.now,
    )
    call.resources.wake_sender()
    return pb.ReplayedDeliveries(
        replayed=replayed.count,
        more=replayed.next_since is not None,
        next_since=timestamp(replayed.next_since),
    )


def optional_id(text: str, field: str) -> UUID | None:
    return parse_id(text, field) if text else None


def status_named(number: int) -> DeliveryStatus | None:
    if number == pb.WEBHOOK_DELIVERY_STATUS_UNSPECIFIED:
        return None
    if number not in pb.WebhookDeliveryStatus.values():
        raise Invalid("status", "is no status of a delivery")
    return DeliveryStatus(pb.WebhookDeliveryStatus.Name(number).removeprefix("WEBHOOK_DELIVERY_STATUS_").lower())


def delivery_message(row: DeliveryRow, event: EventRow, attempts: Sequence[AttemptRow]) -> pb.WebhookDelivery:
    waits = row.status == DeliveryStatus.WAITING
    return pb.WebhookDelivery(
        id=str(row.id),
        webhook_endpoint_id=str(row.endpoint_id),
        webhook_event_id=str(row.event_id),
        event_type=event.type,
        subject=row.subject,
        sequence=row.sequence,
        status=f"WEBHOOK_DELIVERY_STATUS_{DeliveryStatus(row.status).name}",
        attempts=row.attempts,
        created_at=timestamp(row.created_at),
        next_at=timestamp(row.next_at) if waits else None,
        finished_at=timestamp(row.finished_at),
        replay=row.replay,
        log=[attempt_message(attempt) for attempt in attempts],
    )


def attempt_message(row: AttemptRow) -> pb.WebhookAttempt:
    return pb.WebhookAttempt(
        at=timestamp(row.at),
        status=row.status,
        error=row.error,
        milliseconds=row.milliseconds,
        answer=row.answer,
        url=row.url,
    )
