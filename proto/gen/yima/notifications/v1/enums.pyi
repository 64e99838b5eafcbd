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
