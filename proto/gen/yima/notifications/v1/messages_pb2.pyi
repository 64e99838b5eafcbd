import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import limits_pb2 as _limits_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MessageChannel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MESSAGE_CHANNEL_UNSPECIFIED: _ClassVar[MessageChannel]
    MESSAGE_CHANNEL_EMAIL: _ClassVar[MessageChannel]
    MESSAGE_CHANNEL_SMS: _ClassVar[MessageChannel]
    MESSAGE_CHANNEL_PUSH: _ClassVar[MessageChannel]

class MessageKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MESSAGE_KIND_UNSPECIFIED: _ClassVar[MessageKind]
    MESSAGE_KIND_ORDER_CONFIRMED: _ClassVar[MessageKind]
    MESSAGE_KIND_ORDER_ACCEPTED: _ClassVar[MessageKind]
    MESSAGE_KIND_ORDER_REFUSED: _ClassVar[MessageKind]
    MESSAGE_KIND_ORDER_CANCELLED: _ClassVar[MessageKind]
    MESSAGE_KIND_ORDER_EXPIRED: _ClassVar[MessageKind]
    MESSAGE_KIND_ORDER_FULFILLED: _ClassVar[MessageKind]
    MESSAGE_KIND_PAYMENT_FAILED: _ClassVar[MessageKind]
    MESSAGE_KIND_SESSION_BOOKED: _ClassVar[MessageKind]
    MESSAGE_KIND_SESSION_OFFERED: _ClassVar[MessageKind]
    MESSAGE_KIND_SESSION_CANCELLED: _ClassVar[MessageKind]
    MESSAGE_KIND_SESSION_REMINDER: _ClassVar[MessageKind]
    MESSAGE_KIND_COMPLAINT_DECIDED: _ClassVar[MessageKind]
    MESSAGE_KIND_CONSENT_REQUESTED: _ClassVar[MessageKind]
    MESSAGE_KIND_VISIT_OFFERED: _ClassVar[MessageKind]
    MESSAGE_KIND_RECORD_LOOKED_AT: _ClassVar[MessageKind]
    MESSAGE_KIND_CODE_SCANNED: _ClassVar[MessageKind]
    MESSAGE_KIND_EMERGENCY_OPENED: _ClassVar[MessageKind]
    MESSAGE_KIND_CODE_COPIED: _ClassVar[MessageKind]
    MESSAGE_KIND_RECORD_ADDED: _ClassVar[MessageKind]
    MESSAGE_KIND_PATIENT_ASKED: _ClassVar[MessageKind]
    MESSAGE_KIND_ERASURE_DUE: _ClassVar[MessageKind]
    MESSAGE_KIND_STATEMENT_ISSUED: _ClassVar[MessageKind]
    MESSAGE_KIND_CERTIFICATE_LAPSED: _ClassVar[MessageKind]
    MESSAGE_KIND_CERTIFICATE_REVOKED: _ClassVar[MessageKind]
    MESSAGE_KIND_BANK_ACCOUNT_CHANGED: _ClassVar[MessageKind]
    MESSAGE_KIND_COMPLAINT_OPENED: _ClassVar[MessageKind]
    MESSAGE_KIND_PARTNER_LAPSED: _ClassVar[MessageKind]
    MESSAGE_KIND_FOLLOW_UP_NOTED: _ClassVar[MessageKind]
    MESSAGE_KIND_FOLLOW_UP_DUE: _ClassVar[MessageKind]
    MESSAGE_KIND_EVIDENCE_ENDING: _ClassVar[MessageKind]
    MESSAGE_KIND_ORDER_PLACED_FOR_YOU: _ClassVar[MessageKind]
    MESSAGE_KIND_CONTRACT_OFFERED: _ClassVar[MessageKind]
    MESSAGE_KIND_APPEAL_DECIDED: _ClassVar[MessageKind]
    MESSAGE_KIND_APPEAL_OPENED: _ClassVar[MessageKind]
    MESSAGE_KIND_PRIVATE_OFFER: _ClassVar[MessageKind]
    MESSAGE_KIND_PERIOD_READY: _ClassVar[MessageKind]
    MESSAGE_KIND_SERIES_ENDED: _ClassVar[MessageKind]
    MESSAGE_KIND_SERIES_OVER: _ClassVar[MessageKind]
    MESSAGE_KIND_APPLICATION_REJECTED: _ClassVar[MessageKind]
    MESSAGE_KIND_APPEAL_WAITS: _ClassVar[MessageKind]
    MESSAGE_KIND_COSIGNATURE_WAITS: _ClassVar[MessageKind]

class MessageDeliveryStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MESSAGE_DELIVERY_STATUS_UNSPECIFIED: _ClassVar[MessageDeliveryStatus]
    MESSAGE_DELIVERY_STATUS_WAITING: _ClassVar[MessageDeliveryStatus]
    MESSAGE_DELIVERY_STATUS_SENT: _ClassVar[MessageDeliveryStatus]
    MESSAGE_DELIVERY_STATUS_FAILED: _ClassVar[MessageDeliveryStatus]
    MESSAGE_DELIVERY_STATUS_WITHHELD: _ClassVar[MessageDeliveryStatus]
    MESSAGE_DELIVERY_STATUS_CANCELLED: _ClassVar[MessageDeliveryStatus]
MESSAGE_CHANNEL_UNSPECIFIED: MessageChannel
MESSAGE_CHANNEL_EMAIL: MessageChannel
MESSAGE_CHANNEL_SMS: MessageChannel
MESSAGE_CHANNEL_PUSH: MessageChannel
MESSAGE_KIND_UNSPECIFIED: MessageKind
MESSAGE_KIND_ORDER_CONFIRMED: MessageKind
MESSAGE_KIND_ORDER_ACCEPTED: MessageKind
MESSAGE_KIND_ORDER_REFUSED: MessageKind
MESSAGE_KIND_ORDER_CANCELLED: MessageKind
MESSAGE_KIND_ORDER_EXPIRED: MessageKind
MESSAGE_KIND_ORDER_FULFILLED: MessageKind
MESSAGE_KIND_PAYMENT_FAILED: MessageKind
MESSAGE_KIND_SESSION_BOOKED: MessageKind
MESSAGE_KIND_SESSION_OFFERED: MessageKind
MESSAGE_KIND_SESSION_CANCELLED: MessageKind
MESSAGE_KIND_SESSION_REMINDER: MessageKind
MESSAGE_KIND_COMPLAINT_DECIDED: MessageKind
MESSAGE_KIND_CONSENT_REQUESTED: MessageKind
MESSAGE_KIND_VISIT_OFFERED: MessageKind
MESSAGE_KIND_RECORD_LOOKED_AT: MessageKind
MESSAGE_KIND_CODE_SCANNED: MessageKind
MESSAGE_KIND_EMERGENCY_OPENED: MessageKind
MESSAGE_KIND_CODE_COPIED: MessageKind
MESSAGE_KIND_RECORD_ADDED: MessageKind
MESSAGE_KIND_PATIENT_ASKED: MessageKind
MESSAGE_KIND_ERASURE_DUE: MessageKind
MESSAGE_KIND_STATEMENT_ISSUED: MessageKind
MESSAGE_KIND_CERTIFICATE_LAPSED: MessageKind
MESSAGE_KIND_CERTIFICATE_REVOKED: MessageKind
MESSAGE_KIND_BANK_ACCOUNT_CHANGED: MessageKind
MESSAGE_KIND_COMPLAINT_OPENED: MessageKind
MESSAGE_KIND_PARTNER_LAPSED: MessageKind
MESSAGE_KIND_FOLLOW_UP_NOTED: MessageKind
MESSAGE_KIND_FOLLOW_UP_DUE: MessageKind
MESSAGE_KIND_EVIDENCE_ENDING: MessageKind
MESSAGE_KIND_ORDER_PLACED_FOR_YOU: MessageKind
MESSAGE_KIND_CONTRACT_OFFERED: MessageKind
MESSAGE_KIND_APPEAL_DECIDED: MessageKind
MESSAGE_KIND_APPEAL_OPENED: MessageKind
MESSAGE_KIND_PRIVATE_OFFER: MessageKind
MESSAGE_KIND_PERIOD_READY: MessageKind
MESSAGE_KIND_SERIES_ENDED: MessageKind
MESSAGE_KIND_SERIES_OVER: MessageKind
MESSAGE_KIND_APPLICATION_REJECTED: MessageKind
MESSAGE_KIND_APPEAL_WAITS: MessageKind
MESSAGE_KIND_COSIGNATURE_WAITS: MessageKind
MESSAGE_DELIVERY_STATUS_UNSPECIFIED: MessageDeliveryStatus
MESSAGE_DELIVERY_STATUS_WAITING: MessageDeliveryStatus
MESSAGE_DELIVERY_STATUS_SENT: MessageDeliveryStatus
MESSAGE_DELIVERY_STATUS_FAILED: MessageDeliveryStatus
MESSAGE_DELIVERY_STATUS_WITHHELD: MessageDeliveryStatus
MESSAGE_DELIVERY_STATUS_CANCELLED: MessageDeliveryStatus

class PersonalMessage(_message.Message):
    __slots__ = ("id", "kind", "title", "text", "path", "created_at", "read_at", "deliveries")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    READ_AT_FIELD_NUMBER: _ClassVar[int]
    DELIVERIES_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: MessageKind
    title: _types_pb2.LocalizedText
    text: _types_pb2.LocalizedText
    path: str
    created_at: _timestamp_pb2.Timestamp
    read_at: _timestamp_pb2.Timestamp
    deliveries: _containers.RepeatedCompositeFieldContainer[MessageDelivery]
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[_Union[MessageKind, str]] = ..., title: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., text: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., path: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., read_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., deliveries: _Optional[_Iterable[_Union[MessageDelivery, _Mapping]]] = ...) -> None: ...

class MessageDelivery(_message.Message):
    __slots__ = ("channel", "status", "finished_at")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    FINISHED_AT_FIELD_NUMBER: _ClassVar[int]
    channel: MessageChannel
    status: MessageDeliveryStatus
    finished_at: _timestamp_pb2.Timestamp
    def __init__(self, channel: _Optional[_Union[MessageChannel, str]] = ..., status: _Optional[_Union[MessageDeliveryStatus, str]] = ..., finished_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListMessagesRequest(_message.Message):
    __slots__ = ("page", "unread")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    UNREAD_FIELD_NUMBER: _ClassVar[int]
    page: _types_pb2.PageRequest
    unread: bool
    def __init__(self, page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., unread: _Optional[bool] = ...) -> None: ...

class PersonalMessagePage(_message.Message):
    __slots__ = ("messages", "page", "unread")
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    UNREAD_FIELD_NUMBER: _ClassVar[int]
    messages: _containers.RepeatedCompositeFieldContainer[PersonalMessage]
    page: _types_pb2.PageInfo
    unread: int
    def __init__(self, messages: _Optional[_Iterable[_Union[PersonalMessage, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ..., unread: _Optional[int] = ...) -> None: ...

class MarkMessagesReadRequest(_message.Message):
    __slots__ = ("personal_message_ids", "until_personal_message_id")
    PERSONAL_MESSAGE_IDS_FIELD_NUMBER: _ClassVar[int]
    UNTIL_PERSONAL_MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    personal_message_ids: _containers.RepeatedScalarFieldContainer[str]
    until_personal_message_id: str
    def __init__(self, personal_message_ids: _Optional[_Iterable[str]] = ..., until_personal_message_id: _Optional[str] = ...) -> None: ...

class MessagesRead(_message.Message):
    __slots__ = ("marked", "unread")
    MARKED_FIELD_NUMBER: _ClassVar[int]
    UNREAD_FIELD_NUMBER: _ClassVar[int]
    marked: int
    unread: int
    def __init__(self, marked: _Optional[int] = ..., unread: _Optional[int] = ...) -> None: ...

class GetNotificationPreferencesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ChannelChoice(_message.Message):
    __slots__ = ("kind", "channel", "on", "fixed")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    ON_FIELD_NUMBER: _ClassVar[int]
    FIXED_FIELD_NUMBER: _ClassVar[int]
    kind: MessageKind
    channel: MessageChannel
    on: bool
    fixed: bool
    def __init__(self, kind: _Optional[_Union[MessageKind, str]] = ..., channel: _Optional[_Union[MessageChannel, str]] = ..., on: _Optional[bool] = ..., fixed: _Optional[bool] = ...) -> None: ...

class NotificationPreferences(_message.Message):
    __slots__ = ("locale", "quiet_from", "quiet_until", "choices", "push_public_key", "push_subscriptions", "locales")
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    QUIET_FROM_FIELD_NUMBER: _ClassVar[int]
    QUIET_UNTIL_FIELD_NUMBER: _ClassVar[int]
    CHOICES_FIELD_NUMBER: _ClassVar[int]
    PUSH_PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    PUSH_SUBSCRIPTIONS_FIELD_NUMBER: _ClassVar[int]
    LOCALES_FIELD_NUMBER: _ClassVar[int]
    locale: str
    quiet_from: int
    quiet_until: int
    choices: _containers.RepeatedCompositeFieldContainer[ChannelChoice]
    push_public_key: str
    push_subscriptions: _containers.RepeatedCompositeFieldContainer[PushSubscription]
    locales: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, locale: _Optional[str] = ..., quiet_from: _Optional[int] = ..., quiet_until: _Optional[int] = ..., choices: _Optional[_Iterable[_Union[ChannelChoice, _Mapping]]] = ..., push_public_key: _Optional[str] = ..., push_subscriptions: _Optional[_Iterable[_Union[PushSubscription, _Mapping]]] = ..., locales: _Optional[_Iterable[str]] = ...) -> None: ...

class SetNotificationPreferencesRequest(_message.Message):
    __slots__ = ("locale", "quiet_hours", "choices")
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    QUIET_HOURS_FIELD_NUMBER: _ClassVar[int]
    CHOICES_FIELD_NUMBER: _ClassVar[int]
    locale: str
    quiet_hours: QuietHours
    choices: _containers.RepeatedCompositeFieldContainer[ChannelChoice]
    def __init__(self, locale: _Optional[str] = ..., quiet_hours: _Optional[_Union[QuietHours, _Mapping]] = ..., choices: _Optional[_Iterable[_Union[ChannelChoice, _Mapping]]] = ...) -> None: ...

class QuietHours(_message.Message):
    __slots__ = ("quiet_from", "quiet_until")
    QUIET_FROM_FIELD_NUMBER: _ClassVar[int]
    QUIET_UNTIL_FIELD_NUMBER: _ClassVar[int]
    quiet_from: int
    quiet_until: int
    def __init__(self, quiet_from: _Optional[int] = ..., quiet_until: _Optional[int] = ...) -> None: ...

class PushSubscription(_message.Message):
    __slots__ = ("id", "created_at", "service")
    ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    id: str
    created_at: _timestamp_pb2.Timestamp
    service: str
    def __init__(self, id: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., service: _Optional[str] = ...) -> None: ...

class RegisterPushSubscriptionRequest(_message.Message):
    __slots__ = ("endpoint", "public_key", "auth")
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    AUTH_FIELD_NUMBER: _ClassVar[int]
    endpoint: str
    public_key: str
    auth: str
    def __init__(self, endpoint: _Optional[str] = ..., public_key: _Optional[str] = ..., auth: _Optional[str] = ...) -> None: ...

class EndPushSubscriptionRequest(_message.Message):
    __slots__ = ("push_subscription_id",)
    PUSH_SUBSCRIPTION_ID_FIELD_NUMBER: _ClassVar[int]
    push_subscription_id: str
    def __init__(self, push_subscription_id: _Optional[str] = ...) -> None: ...

class ListMessageCountsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MessageCount(_message.Message):
    __slots__ = ("channel", "status", "count")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    channel: MessageChannel
    status: MessageDeliveryStatus
    count: int
    def __init__(self, channel: _Optional[_Union[MessageChannel, str]] = ..., status: _Optional[_Union[MessageDeliveryStatus, str]] = ..., count: _Optional[int] = ...) -> None: ...

class MessageCounts(_message.Message):
    __slots__ = ("counts", "rests")
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    RESTS_FIELD_NUMBER: _ClassVar[int]
    counts: _containers.RepeatedCompositeFieldContainer[MessageCount]
    rests: _containers.RepeatedCompositeFieldContainer[ChannelRest]
    def __init__(self, counts: _Optional[_Iterable[_Union[MessageCount, _Mapping]]] = ..., rests: _Optional[_Iterable[_Union[ChannelRest, _Mapping]]] = ...) -> None: ...

class ChannelRest(_message.Message):
    __slots__ = ("channel", "until", "failures")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    channel: MessageChannel
    until: _timestamp_pb2.Timestamp
    failures: int
    def __init__(self, channel: _Optional[_Union[MessageChannel, str]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., failures: _Optional[int] = ...) -> None: ...

class CarryMessagesRequest(_message.Message):
    __slots__ = ("sender", "messages")
    SENDER_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    sender: str
    messages: _containers.RepeatedCompositeFieldContainer[CarriedMessage]
    def __init__(self, sender: _Optional[str] = ..., messages: _Optional[_Iterable[_Union[CarriedMessage, _Mapping]]] = ...) -> None: ...

class CarriedMessage(_message.Message):
    __slots__ = ("id", "address", "text")
    ID_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    id: str
    address: str
    text: str
    def __init__(self, id: _Optional[str] = ..., address: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class MessagesCarried(_message.Message):
    __slots__ = ("carried",)
    CARRIED_FIELD_NUMBER: _ClassVar[int]
    carried: int
    def __init__(self, carried: _Optional[int] = ...) -> None: ...
