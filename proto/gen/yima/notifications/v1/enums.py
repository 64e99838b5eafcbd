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


class ConformanceRunStatus(IntEnum):
    """Where a run of the checks of conformance stands."""

    PLAYING = 1
    PASSED = 2
    FAILED = 3
    EXPIRED = 4


class ConformanceStep(IntEnum):
    """What is checked of an endpoint and the system behind it."""

    SIGNATURE = 1
    KEY_ROTATION = 2
    ORDER = 3
    PROOF = 4
    DOUBLE_DELIVERY = 5
    CANCELLATION = 6
    REFUND = 7
    CONSENT_REVOKED = 8
    ERASURE = 9
    STATEMENT = 10


class ConformanceCheckStatus(IntEnum):
    """Where a check stands."""

    WAITING = 1
    PLAYING = 2
    PASSED = 3
    FAILED = 4
