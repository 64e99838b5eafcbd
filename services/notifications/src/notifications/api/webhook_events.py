"""What happened, as webhooks say it, and which types there are."""

import orjson
from chassis import pages
from chassis.api import Call
from chassis.wire import moment, timestamp
from yima.notifications.v1 import api_pb2 as pb

from notifications.api.served import api, partner_of
from notifications.domain.endpoints import check_event_types
from notifications.domain.event_types import EVENT_TYPES, body_of, schema_of
from notifications.resources import Resources
from notifications.store import webhook_events
from notifications.tables import EventRow


@api.serves
async def list_webhook_event_types(
    request: pb.ListWebhookEventTypesRequest, call: Call[Resources]
) -> pb.WebhookEventTypes:
    return pb.WebhookEventTypes(
        types=[
            pb.WebhookEventType(
                type=kind.name, description=kind.description, schema=orjson.dumps(schema_of(kind.name)).decode()
            )
            for kind in EVENT_TYPES.values()
        ]
    )


@api.serves
async def list_webhook_events(request: pb.ListWebhookEventsRequest, call: Call[Resources]) -> pb.WebhookEventPage:
    part = pages.by_position(request.page)
    rows, page = part.cut(
        await webhook_events.of_partner(
            call.session,
            partner_of(call),
            types=check_event_types(request.event_types, EVENT_TYPES),
            since=moment(request.since) if request.HasField("since") else None,
            part=part,
            newest_first=request.newest_first,
        ),
        lambda row: (row.position or 0,),
    )  # those that are listed have one
    return pb.WebhookEventPage(events=[event_message(row) for row in rows], page=page)


def event_message(row: EventRow) -> pb.WebhookEvent:
    sequence = row.sequence or 0
    body = body_of(row.id, row.type, row.occurred_at, row.subject, sequence, row.data)
    return pb.WebhookEvent(
        id=str(row.id),
        type=row.type,
        subject=row.subject,
        sequence=sequence,
        occurred_at=timestamp(row.occurred_at),
        body=body.decode(),
    )
