"""What notifications publishes: one function an event. What it hears is in `handlers.py`."""

from datetime import datetime

from chassis.wire import timestamp
from yima.notifications.v1.events_pb2 import WebhookEndpointDisabled

from notifications.tables import EndpointRow


def webhook_endpoint_disabled(endpoint: EndpointRow, at: datetime) -> WebhookEndpointDisabled:
    return WebhookEndpointDisabled(
        webhook_endpoint_id=str(endpoint.id),
        partner_id=str(endpoint.partner_id),
        disabled_at=timestamp(at),
        version=endpoint.version,
    )
