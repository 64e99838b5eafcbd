import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import limits_pb2 as _limits_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from yima.notifications.v1 import messages_pb2 as _messages_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WebhookEndpointStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WEBHOOK_ENDPOINT_STATUS_UNSPECIFIED: _ClassVar[WebhookEndpointStatus]
    WEBHOOK_ENDPOINT_STATUS_ACTIVE: _ClassVar[WebhookEndpointStatus]
    WEBHOOK_ENDPOINT_STATUS_PAUSED: _ClassVar[WebhookEndpointStatus]
    WEBHOOK_ENDPOINT_STATUS_DISABLED: _ClassVar[WebhookEndpointStatus]
    WEBHOOK_ENDPOINT_STATUS_ENDED: _ClassVar[WebhookEndpointStatus]

class WebhookSignature(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WEBHOOK_SIGNATURE_UNSPECIFIED: _ClassVar[WebhookSignature]
    WEBHOOK_SIGNATURE_HMAC: _ClassVar[WebhookSignature]
    WEBHOOK_SIGNATURE_ED25519: _ClassVar[WebhookSignature]

class WebhookDeliveryStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WEBHOOK_DELIVERY_STATUS_UNSPECIFIED: _ClassVar[WebhookDeliveryStatus]
    WEBHOOK_DELIVERY_STATUS_WAITING: _ClassVar[WebhookDeliveryStatus]
    WEBHOOK_DELIVERY_STATUS_DELIVERED: _ClassVar[WebhookDeliveryStatus]
    WEBHOOK_DELIVERY_STATUS_FAILED: _ClassVar[WebhookDeliveryStatus]
    WEBHOOK_DELIVERY_STATUS_WITHHELD: _ClassVar[WebhookDeliveryStatus]
    WEBHOOK_DELIVERY_STATUS_CANCELLED: _ClassVar[WebhookDeliveryStatus]

class ConformanceRunStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONFORMANCE_RUN_STATUS_UNSPECIFIED: _ClassVar[ConformanceRunStatus]
    CONFORMANCE_RUN_STATUS_PLAYING: _ClassVar[ConformanceRunStatus]
    CONFORMANCE_RUN_STATUS_PASSED: _ClassVar[ConformanceRunStatus]
    CONFORMANCE_RUN_STATUS_FAILED: _ClassVar[ConformanceRunStatus]
    CONFORMANCE_RUN_STATUS_EXPIRED: _ClassVar[ConformanceRunStatus]

class ConformanceStep(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONFORMANCE_STEP_UNSPECIFIED: _ClassVar[ConformanceStep]
    CONFORMANCE_STEP_SIGNATURE: _ClassVar[ConformanceStep]
    CONFORMANCE_STEP_KEY_ROTATION: _ClassVar[ConformanceStep]
    CONFORMANCE_STEP_ORDER: _ClassVar[ConformanceStep]
    CONFORMANCE_STEP_PROOF: _ClassVar[ConformanceStep]
    CONFORMANCE_STEP_DOUBLE_DELIVERY: _ClassVar[ConformanceStep]
    CONFORMANCE_STEP_CANCELLATION: _ClassVar[ConformanceStep]
    CONFORMANCE_STEP_REFUND: _ClassVar[ConformanceStep]
    CONFORMANCE_STEP_CONSENT_REVOKED: _ClassVar[ConformanceStep]
    CONFORMANCE_STEP_ERASURE: _ClassVar[ConformanceStep]
    CONFORMANCE_STEP_STATEMENT: _ClassVar[ConformanceStep]

class ConformanceCheckStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONFORMANCE_CHECK_STATUS_UNSPECIFIED: _ClassVar[ConformanceCheckStatus]
    CONFORMANCE_CHECK_STATUS_WAITING: _ClassVar[ConformanceCheckStatus]
    CONFORMANCE_CHECK_STATUS_PLAYING: _ClassVar[ConformanceCheckStatus]
    CONFORMANCE_CHECK_STATUS_PASSED: _ClassVar[ConformanceCheckStatus]
    CONFORMANCE_CHECK_STATUS_FAILED: _ClassVar[ConformanceCheckStatus]
WEBHOOK_ENDPOINT_STATUS_UNSPECIFIED: WebhookEndpointStatus
WEBHOOK_ENDPOINT_STATUS_ACTIVE: WebhookEndpointStatus
WEBHOOK_ENDPOINT_STATUS_PAUSED: WebhookEndpointStatus
WEBHOOK_ENDPOINT_STATUS_DISABLED: WebhookEndpointStatus
WEBHOOK_ENDPOINT_STATUS_ENDED: WebhookEndpointStatus
WEBHOOK_SIGNATURE_UNSPECIFIED: WebhookSignature
WEBHOOK_SIGNATURE_HMAC: WebhookSignature
WEBHOOK_SIGNATURE_ED25519: WebhookSignature
WEBHOOK_DELIVERY_STATUS_UNSPECIFIED: WebhookDeliveryStatus
WEBHOOK_DELIVERY_STATUS_WAITING: WebhookDeliveryStatus
WEBHOOK_DELIVERY_STATUS_DELIVERED: WebhookDeliveryStatus
WEBHOOK_DELIVERY_STATUS_FAILED: WebhookDeliveryStatus
WEBHOOK_DELIVERY_STATUS_WITHHELD: WebhookDeliveryStatus
WEBHOOK_DELIVERY_STATUS_CANCELLED: WebhookDeliveryStatus
CONFORMANCE_RUN_STATUS_UNSPECIFIED: ConformanceRunStatus
CONFORMANCE_RUN_STATUS_PLAYING: ConformanceRunStatus
CONFORMANCE_RUN_STATUS_PASSED: ConformanceRunStatus
CONFORMANCE_RUN_STATUS_FAILED: ConformanceRunStatus
CONFORMANCE_RUN_STATUS_EXPIRED: ConformanceRunStatus
CONFORMANCE_STEP_UNSPECIFIED: ConformanceStep
CONFORMANCE_STEP_SIGNATURE: ConformanceStep
CONFORMANCE_STEP_KEY_ROTATION: ConformanceStep
CONFORMANCE_STEP_ORDER: ConformanceStep
CONFORMANCE_STEP_PROOF: ConformanceStep
CONFORMANCE_STEP_DOUBLE_DELIVERY: ConformanceStep
CONFORMANCE_STEP_CANCELLATION: ConformanceStep
CONFORMANCE_STEP_REFUND: ConformanceStep
CONFORMANCE_STEP_CONSENT_REVOKED: ConformanceStep
CONFORMANCE_STEP_ERASURE: ConformanceStep
CONFORMANCE_STEP_STATEMENT: ConformanceStep
CONFORMANCE_CHECK_STATUS_UNSPECIFIED: ConformanceCheckStatus
CONFORMANCE_CHECK_STATUS_WAITING: ConformanceCheckStatus
CONFORMANCE_CHECK_STATUS_PLAYING: ConformanceCheckStatus
CONFORMANCE_CHECK_STATUS_PASSED: ConformanceCheckStatus
CONFORMANCE_CHECK_STATUS_FAILED: ConformanceCheckStatus

class WebhookEndpoint(_message.Message):
    __slots__ = ("id", "partner_id", "url", "event_types", "description", "status", "signature", "secret", "old_secret_until", "public_key", "created_at", "disabled_reason", "broken_until", "failures", "waiting", "ended_at", "version", "old_public_key")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPES_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    OLD_SECRET_UNTIL_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    DISABLED_REASON_FIELD_NUMBER: _ClassVar[int]
    BROKEN_UNTIL_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    OLD_PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    id: str
    partner_id: str
    url: str
    event_types: _containers.RepeatedScalarFieldContainer[str]
    description: str
    status: WebhookEndpointStatus
    signature: WebhookSignature
    secret: str
    old_secret_until: _timestamp_pb2.Timestamp
    public_key: str
    created_at: _timestamp_pb2.Timestamp
    disabled_reason: str
    broken_until: _timestamp_pb2.Timestamp
    failures: int
    waiting: int
    ended_at: _timestamp_pb2.Timestamp
    version: int
    old_public_key: str
    def __init__(self, id: _Optional[str] = ..., partner_id: _Optional[str] = ..., url: _Optional[str] = ..., event_types: _Optional[_Iterable[str]] = ..., description: _Optional[str] = ..., status: _Optional[_Union[WebhookEndpointStatus, str]] = ..., signature: _Optional[_Union[WebhookSignature, str]] = ..., secret: _Optional[str] = ..., old_secret_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., public_key: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., disabled_reason: _Optional[str] = ..., broken_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., failures: _Optional[int] = ..., waiting: _Optional[int] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., old_public_key: _Optional[str] = ...) -> None: ...

class WebhookEndpointPage(_message.Message):
    __slots__ = ("endpoints", "page")
    ENDPOINTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    endpoints: _containers.RepeatedCompositeFieldContainer[WebhookEndpoint]
    page: _types_pb2.PageInfo
    def __init__(self, endpoints: _Optional[_Iterable[_Union[WebhookEndpoint, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class CreateWebhookEndpointRequest(_message.Message):
    __slots__ = ("url", "event_types", "description", "signature")
    URL_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPES_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    url: str
    event_types: _containers.RepeatedScalarFieldContainer[str]
    description: str
    signature: WebhookSignature
    def __init__(self, url: _Optional[str] = ..., event_types: _Optional[_Iterable[str]] = ..., description: _Optional[str] = ..., signature: _Optional[_Union[WebhookSignature, str]] = ...) -> None: ...

class UpdateWebhookEndpointRequest(_message.Message):
    __slots__ = ("webhook_endpoint_id", "url", "event_types", "description")
    WEBHOOK_ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPES_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    webhook_endpoint_id: str
    url: str
    event_types: _containers.RepeatedScalarFieldContainer[str]
    description: str
    def __init__(self, webhook_endpoint_id: _Optional[str] = ..., url: _Optional[str] = ..., event_types: _Optional[_Iterable[str]] = ..., description: _Optional[str] = ...) -> None: ...

class PauseWebhookEndpointRequest(_message.Message):
    __slots__ = ("webhook_endpoint_id",)
    WEBHOOK_ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    webhook_endpoint_id: str
    def __init__(self, webhook_endpoint_id: _Optional[str] = ...) -> None: ...

class ResumeWebhookEndpointRequest(_message.Message):
    __slots__ = ("webhook_endpoint_id",)
    WEBHOOK_ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    webhook_endpoint_id: str
    def __init__(self, webhook_endpoint_id: _Optional[str] = ...) -> None: ...

class EndWebhookEndpointRequest(_message.Message):
    __slots__ = ("webhook_endpoint_id",)
    WEBHOOK_ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    webhook_endpoint_id: str
    def __init__(self, webhook_endpoint_id: _Optional[str] = ...) -> None: ...

class RotateWebhookSecretRequest(_message.Message):
    __slots__ = ("webhook_endpoint_id", "old_until")
    WEBHOOK_ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    OLD_UNTIL_FIELD_NUMBER: _ClassVar[int]
    webhook_endpoint_id: str
    old_until: _timestamp_pb2.Timestamp
    def __init__(self, webhook_endpoint_id: _Optional[str] = ..., old_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListWebhookEndpointsRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _types_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class TestWebhookEndpointRequest(_message.Message):
    __slots__ = ("webhook_endpoint_id",)
    WEBHOOK_ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    webhook_endpoint_id: str
    def __init__(self, webhook_endpoint_id: _Optional[str] = ...) -> None: ...

class ListWebhookEventTypesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WebhookEventType(_message.Message):
    __slots__ = ("type", "description", "schema")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_FIELD_NUMBER: _ClassVar[int]
    type: str
    description: str
    schema: str
    def __init__(self, type: _Optional[str] = ..., description: _Optional[str] = ..., schema: _Optional[str] = ...) -> None: ...

class WebhookEventTypes(_message.Message):
    __slots__ = ("types",)
    TYPES_FIELD_NUMBER: _ClassVar[int]
    types: _containers.RepeatedCompositeFieldContainer[WebhookEventType]
    def __init__(self, types: _Optional[_Iterable[_Union[WebhookEventType, _Mapping]]] = ...) -> None: ...

class ListWebhookEventsRequest(_message.Message):
    __slots__ = ("page", "event_types", "since", "newest_first")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPES_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    NEWEST_FIRST_FIELD_NUMBER: _ClassVar[int]
    page: _types_pb2.PageRequest
    event_types: _containers.RepeatedScalarFieldContainer[str]
    since: _timestamp_pb2.Timestamp
    newest_first: bool
    def __init__(self, page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., event_types: _Optional[_Iterable[str]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., newest_first: _Optional[bool] = ...) -> None: ...

class WebhookEvent(_message.Message):
    __slots__ = ("id", "type", "subject", "sequence", "occurred_at", "body")
    ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_AT_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    id: str
    type: str
    subject: str
    sequence: int
    occurred_at: _timestamp_pb2.Timestamp
    body: str
    def __init__(self, id: _Optional[str] = ..., type: _Optional[str] = ..., subject: _Optional[str] = ..., sequence: _Optional[int] = ..., occurred_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., body: _Optional[str] = ...) -> None: ...

class WebhookEventPage(_message.Message):
    __slots__ = ("events", "page")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[WebhookEvent]
    page: _types_pb2.PageInfo
    def __init__(self, events: _Optional[_Iterable[_Union[WebhookEvent, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class WebhookDelivery(_message.Message):
    __slots__ = ("id", "webhook_endpoint_id", "webhook_event_id", "event_type", "subject", "sequence", "status", "attempts", "created_at", "next_at", "finished_at", "replay", "log")
    ID_FIELD_NUMBER: _ClassVar[int]
    WEBHOOK_ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    WEBHOOK_EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    NEXT_AT_FIELD_NUMBER: _ClassVar[int]
    FINISHED_AT_FIELD_NUMBER: _ClassVar[int]
    REPLAY_FIELD_NUMBER: _ClassVar[int]
    LOG_FIELD_NUMBER: _ClassVar[int]
    id: str
    webhook_endpoint_id: str
    webhook_event_id: str
    event_type: str
    subject: str
    sequence: int
    status: WebhookDeliveryStatus
    attempts: int
    created_at: _timestamp_pb2.Timestamp
    next_at: _timestamp_pb2.Timestamp
    finished_at: _timestamp_pb2.Timestamp
    replay: bool
    log: _containers.RepeatedCompositeFieldContainer[WebhookAttempt]
    def __init__(self, id: _Optional[str] = ..., webhook_endpoint_id: _Optional[str] = ..., webhook_event_id: _Optional[str] = ..., event_type: _Optional[str] = ..., subject: _Optional[str] = ..., sequence: _Optional[int] = ..., status: _Optional[_Union[WebhookDeliveryStatus, str]] = ..., attempts: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., next_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., finished_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., replay: _Optional[bool] = ..., log: _Optional[_Iterable[_Union[WebhookAttempt, _Mapping]]] = ...) -> None: ...

class WebhookAttempt(_message.Message):
    __slots__ = ("at", "status", "error", "milliseconds", "answer", "url")
    AT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    at: _timestamp_pb2.Timestamp
    status: int
    error: str
    milliseconds: int
    answer: str
    url: str
    def __init__(self, at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[int] = ..., error: _Optional[str] = ..., milliseconds: _Optional[int] = ..., answer: _Optional[str] = ..., url: _Optional[str] = ...) -> None: ...

class ListWebhookDeliveriesRequest(_message.Message):
    __slots__ = ("page", "webhook_endpoint_id", "webhook_event_id", "status")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    WEBHOOK_ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    WEBHOOK_EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    page: _types_pb2.PageRequest
    webhook_endpoint_id: str
    webhook_event_id: str
    status: WebhookDeliveryStatus
    def __init__(self, page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., webhook_endpoint_id: _Optional[str] = ..., webhook_event_id: _Optional[str] = ..., status: _Optional[_Union[WebhookDeliveryStatus, str]] = ...) -> None: ...

class WebhookDeliveryPage(_message.Message):
    __slots__ = ("deliveries", "page")
    DELIVERIES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    deliveries: _containers.RepeatedCompositeFieldContainer[WebhookDelivery]
    page: _types_pb2.PageInfo
    def __init__(self, deliveries: _Optional[_Iterable[_Union[WebhookDelivery, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ReplayDeliveriesRequest(_message.Message):
    __slots__ = ("webhook_endpoint_id", "webhook_event_ids", "since")
    WEBHOOK_ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    WEBHOOK_EVENT_IDS_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    webhook_endpoint_id: str
    webhook_event_ids: _containers.RepeatedScalarFieldContainer[str]
    since: _timestamp_pb2.Timestamp
    def __init__(self, webhook_endpoint_id: _Optional[str] = ..., webhook_event_ids: _Optional[_Iterable[str]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ReplayedDeliveries(_message.Message):
    __slots__ = ("replayed", "more", "next_since")
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    NEXT_SINCE_FIELD_NUMBER: _ClassVar[int]
    replayed: int
    more: bool
    next_since: _timestamp_pb2.Timestamp
    def __init__(self, replayed: _Optional[int] = ..., more: _Optional[bool] = ..., next_since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ConformanceCheck(_message.Message):
    __slots__ = ("step", "status", "about", "expected", "sent", "answered", "decided_at")
    STEP_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ABOUT_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    SENT_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    step: ConformanceStep
    status: ConformanceCheckStatus
    about: str
    expected: str
    sent: str
    answered: str
    decided_at: _timestamp_pb2.Timestamp
    def __init__(self, step: _Optional[_Union[ConformanceStep, str]] = ..., status: _Optional[_Union[ConformanceCheckStatus, str]] = ..., about: _Optional[str] = ..., expected: _Optional[str] = ..., sent: _Optional[str] = ..., answered: _Optional[str] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ConformanceRun(_message.Message):
    __slots__ = ("id", "partner_id", "webhook_endpoint_id", "url", "status", "started_at", "ends_at", "finished_at", "checks")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    WEBHOOK_ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDS_AT_FIELD_NUMBER: _ClassVar[int]
    FINISHED_AT_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    id: str
    partner_id: str
    webhook_endpoint_id: str
    url: str
    status: ConformanceRunStatus
    started_at: _timestamp_pb2.Timestamp
    ends_at: _timestamp_pb2.Timestamp
    finished_at: _timestamp_pb2.Timestamp
    checks: _containers.RepeatedCompositeFieldContainer[ConformanceCheck]
    def __init__(self, id: _Optional[str] = ..., partner_id: _Optional[str] = ..., webhook_endpoint_id: _Optional[str] = ..., url: _Optional[str] = ..., status: _Optional[_Union[ConformanceRunStatus, str]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ends_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., finished_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., checks: _Optional[_Iterable[_Union[ConformanceCheck, _Mapping]]] = ...) -> None: ...

class StartConformanceRunRequest(_message.Message):
    __slots__ = ("webhook_endpoint_id",)
    WEBHOOK_ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    webhook_endpoint_id: str
    def __init__(self, webhook_endpoint_id: _Optional[str] = ...) -> None: ...

class BeginConformanceCheckRequest(_message.Message):
    __slots__ = ("conformance_run_id", "step", "about")
    CONFORMANCE_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    ABOUT_FIELD_NUMBER: _ClassVar[int]
    conformance_run_id: str
    step: ConformanceStep
    about: str
    def __init__(self, conformance_run_id: _Optional[str] = ..., step: _Optional[_Union[ConformanceStep, str]] = ..., about: _Optional[str] = ...) -> None: ...

class GetConformanceRunRequest(_message.Message):
    __slots__ = ("conformance_run_id",)
    CONFORMANCE_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    conformance_run_id: str
    def __init__(self, conformance_run_id: _Optional[str] = ...) -> None: ...
