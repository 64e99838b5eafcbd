from collections.abc import Iterator
from typing import ClassVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from yima.notifications.v1 import messages_pb2
from yima.notifications.v1 import api_pb2

class _Members(EnumTypeWrapper):
    def __iter__[E](cls: type[E]) -> Iterator[E]: ...

class MessageChannel(messages_pb2.MessageChannel, metaclass=_Members):
    name: str
    value: int
    EMAIL: ClassVar[MessageChannel]
    SMS: ClassVar[MessageChannel]
    PUSH: ClassVar[MessageChannel]

class MessageKind(messages_pb2.MessageKind, metaclass=_Members):
    name: str
    value: int
    ORDER_CONFIRMED: ClassVar[MessageKind]
    ORDER_ACCEPTED: ClassVar[MessageKind]
    ORDER_REFUSED: ClassVar[MessageKind]
    ORDER_CANCELLED: ClassVar[MessageKind]
    ORDER_EXPIRED: ClassVar[MessageKind]
    ORDER_FULFILLED: ClassVar[MessageKind]
    PAYMENT_FAILED: ClassVar[MessageKind]
    SESSION_BOOKED: ClassVar[MessageKind]
    SESSION_OFFERED: ClassVar[MessageKind]
    SESSION_CANCELLED: ClassVar[MessageKind]
    SESSION_REMINDER: ClassVar[MessageKind]
    COMPLAINT_DECIDED: ClassVar[MessageKind]
    CONSENT_REQUESTED: ClassVar[MessageKind]
    VISIT_OFFERED: ClassVar[MessageKind]
    RECORD_LOOKED_AT: ClassVar[MessageKind]
    CODE_SCANNED: ClassVar[MessageKind]
    EMERGENCY_OPENED: ClassVar[MessageKind]
    CODE_COPIED: ClassVar[MessageKind]
    RECORD_ADDED: ClassVar[MessageKind]
    PATIENT_ASKED: ClassVar[MessageKind]
    ERASURE_DUE: ClassVar[MessageKind]
    STATEMENT_ISSUED: ClassVar[MessageKind]
    CERTIFICATE_LAPSED: ClassVar[MessageKind]
    CERTIFICATE_REVOKED: ClassVar[MessageKind]
    BANK_ACCOUNT_CHANGED: ClassVar[MessageKind]
    COMPLAINT_OPENED: ClassVar[MessageKind]
    PARTNER_LAPSED: ClassVar[MessageKind]
    FOLLOW_UP_NOTED: ClassVar[MessageKind]
    FOLLOW_UP_DUE: ClassVar[MessageKind]
    EVIDENCE_ENDING: ClassVar[MessageKind]
    ORDER_PLACED_FOR_YOU: ClassVar[MessageKind]
    CONTRACT_OFFERED: ClassVar[MessageKind]
    APPEAL_DECIDED: ClassVar[MessageKind]
    APPEAL_OPENED: ClassVar[MessageKind]
    PRIVATE_OFFER: ClassVar[MessageKind]
    PERIOD_READY: ClassVar[MessageKind]
    SERIES_ENDED: ClassVar[MessageKind]
    SERIES_OVER: ClassVar[MessageKind]
    APPLICATION_REJECTED: ClassVar[MessageKind]
    APPEAL_WAITS: ClassVar[MessageKind]
    COSIGNATURE_WAITS: ClassVar[MessageKind]

class MessageDeliveryStatus(messages_pb2.MessageDeliveryStatus, metaclass=_Members):
    name: str
    value: int
    WAITING: ClassVar[MessageDeliveryStatus]
    SENT: ClassVar[MessageDeliveryStatus]
    FAILED: ClassVar[MessageDeliveryStatus]
    WITHHELD: ClassVar[MessageDeliveryStatus]
    CANCELLED: ClassVar[MessageDeliveryStatus]

class WebhookEndpointStatus(api_pb2.WebhookEndpointStatus, metaclass=_Members):
    name: str
    value: int
    ACTIVE: ClassVar[WebhookEndpointStatus]
    PAUSED: ClassVar[WebhookEndpointStatus]
    DISABLED: ClassVar[WebhookEndpointStatus]
    ENDED: ClassVar[WebhookEndpointStatus]

class WebhookSignature(api_pb2.WebhookSignature, metaclass=_Members):
    name: str
    value: int
    HMAC: ClassVar[WebhookSignature]
    ED25519: ClassVar[WebhookSignature]

class WebhookDeliveryStatus(api_pb2.WebhookDeliveryStatus, metaclass=_Members):
    name: str
    value: int
    WAITING: ClassVar[WebhookDeliveryStatus]
    DELIVERED: ClassVar[WebhookDeliveryStatus]
    FAILED: ClassVar[WebhookDeliveryStatus]
    WITHHELD: ClassVar[WebhookDeliveryStatus]
    CANCELLED: ClassVar[WebhookDeliveryStatus]

class ConformanceRunStatus(api_pb2.ConformanceRunStatus, metaclass=_Members):
    name: str
    value: int
    PLAYING: ClassVar[ConformanceRunStatus]
    PASSED: ClassVar[ConformanceRunStatus]
    FAILED: ClassVar[ConformanceRunStatus]
    EXPIRED: ClassVar[ConformanceRunStatus]

class ConformanceStep(api_pb2.ConformanceStep, metaclass=_Members):
    name: str
    value: int
    SIGNATURE: ClassVar[ConformanceStep]
    KEY_ROTATION: ClassVar[ConformanceStep]
    ORDER: ClassVar[ConformanceStep]
    PROOF: ClassVar[ConformanceStep]
    DOUBLE_DELIVERY: ClassVar[ConformanceStep]
    CANCELLATION: ClassVar[ConformanceStep]
    REFUND: ClassVar[ConformanceStep]
    CONSENT_REVOKED: ClassVar[ConformanceStep]
    ERASURE: ClassVar[ConformanceStep]
    STATEMENT: ClassVar[ConformanceStep]

class ConformanceCheckStatus(api_pb2.ConformanceCheckStatus, metaclass=_Members):
    name: str
    value: int
    WAITING: ClassVar[ConformanceCheckStatus]
    PLAYING: ClassVar[ConformanceCheckStatus]
    PASSED: ClassVar[ConformanceCheckStatus]
    FAILED: ClassVar[ConformanceCheckStatus]
