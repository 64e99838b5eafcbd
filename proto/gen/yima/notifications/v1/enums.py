"""Generated from the contract; do not edit."""

from enum import IntEnum


class WebhookEndpointStatus(IntEnum):
    """What becomes of events that are for an endpoint."""

    ACTIVE = 1
    PAUSED = 2
    DISABLED = 3
    ENDED = 4


class WebhookSignature(IntEnum):
    """How what is sent is signed."""

    HMAC = 1
    ED25519 = 2


class WebhookDeliveryStatus(IntEnum):
    """What became of sending an event to an endpoint."""

    WAITING = 1
    DELIVERED = 2
    FAILED = 3
    WITHHELD = 4
    CANCELLED = 5
