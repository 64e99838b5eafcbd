from collections.abc import Iterator
from typing import ClassVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from yima.notifications.v1 import api_pb2

class _Members(EnumTypeWrapper):
    def __iter__[E](cls: type[E]) -> Iterator[E]: ...

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
