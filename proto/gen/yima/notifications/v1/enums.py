"""Generated from the contract; do not edit."""

from enum import IntEnum


class MessageChannel(IntEnum):
    """How a message reaches somebody."""

    EMAIL = 1
    SMS = 2
    PUSH = 3


class MessageKind(IntEnum):
    """What a message is about."""

    ORDER_CONFIRMED = 1
    ORDER_ACCEPTED = 2
    ORDER_REFUSED = 3
    ORDER_CANCELLED = 4
    ORDER_EXPIRED = 5
    ORDER_FULFILLED = 6
    PAYMENT_FAILED = 7
    SESSION_BOOKED = 8
    SESSION_OFFERED = 9
    SESSION_CANCELLED = 10
    SESSION_REMINDER = 11
    COMPLAINT_DECIDED = 12
    CONSENT_REQUESTED = 13
    VISIT_OFFERED = 14
    RECORD_LOOKED_AT = 15
    CODE_SCANNED = 16
    EMERGENCY_OPENED = 17
    CODE_COPIED = 18
    RECORD_ADDED = 19
    PATIENT_ASKED = 20
    ERASURE_DUE = 21
    STATEMENT_ISSUED = 22
    CERTIFICATE_LAPSED = 23
    CERTIFICATE_REVOKED = 24
    BANK_ACCOUNT_CHANGED = 25
    COMPLAINT_OPENED = 26
    PARTNER_LAPSED = 27
    FOLLOW_UP_NOTED = 28
    FOLLOW_UP_DUE = 29
    EVIDENCE_ENDING = 30
    ORDER_PLACED_FOR_YOU = 31
    CONTRACT_OFFERED = 32
    APPEAL_DECIDED = 33
    APPEAL_OPENED = 34
    PRIVATE_OFFER = 35
    PERIOD_READY = 36
    SERIES_ENDED = 37
    SERIES_OVER = 38
    APPLICATION_REJECTED = 39
    APPEAL_WAITS = 40
    COSIGNATURE_WAITS = 41


class MessageDeliveryStatus(IntEnum):
    """What became of sending a message by a channel."""

    WAITING = 1
    SENT = 2
    FAILED = 3
    WITHHELD = 4
    CANCELLED = 5


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
