import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import limits_pb2 as _limits_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SystemKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SYSTEM_KIND_UNSPECIFIED: _ClassVar[SystemKind]
    SYSTEM_KIND_HIS: _ClassVar[SystemKind]
    SYSTEM_KIND_LIS: _ClassVar[SystemKind]
    SYSTEM_KIND_PACS: _ClassVar[SystemKind]
    SYSTEM_KIND_EMR: _ClassVar[SystemKind]
    SYSTEM_KIND_PUBLIC_HEALTH: _ClassVar[SystemKind]
    SYSTEM_KIND_PHARMACY: _ClassVar[SystemKind]
    SYSTEM_KIND_DEVICES: _ClassVar[SystemKind]

class SourceStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SOURCE_STATUS_UNSPECIFIED: _ClassVar[SourceStatus]
    SOURCE_STATUS_PROPOSED: _ClassVar[SourceStatus]
    SOURCE_STATUS_APPROVED: _ClassVar[SourceStatus]
    SOURCE_STATUS_REFUSED: _ClassVar[SourceStatus]
    SOURCE_STATUS_ENDED: _ClassVar[SourceStatus]

class ConnectorHealth(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONNECTOR_HEALTH_UNSPECIFIED: _ClassVar[ConnectorHealth]
    CONNECTOR_HEALTH_WELL: _ClassVar[ConnectorHealth]
    CONNECTOR_HEALTH_SILENT: _ClassVar[ConnectorHealth]
    CONNECTOR_HEALTH_BEHIND: _ClassVar[ConnectorHealth]

class LineResult(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LINE_RESULT_UNSPECIFIED: _ClassVar[LineResult]
    LINE_RESULT_CREATED: _ClassVar[LineResult]
    LINE_RESULT_UPDATED: _ClassVar[LineResult]
    LINE_RESULT_UNCHANGED: _ClassVar[LineResult]
    LINE_RESULT_REFUSED: _ClassVar[LineResult]
    LINE_RESULT_WAITING: _ClassVar[LineResult]
SYSTEM_KIND_UNSPECIFIED: SystemKind
SYSTEM_KIND_HIS: SystemKind
SYSTEM_KIND_LIS: SystemKind
SYSTEM_KIND_PACS: SystemKind
SYSTEM_KIND_EMR: SystemKind
SYSTEM_KIND_PUBLIC_HEALTH: SystemKind
SYSTEM_KIND_PHARMACY: SystemKind
SYSTEM_KIND_DEVICES: SystemKind
SOURCE_STATUS_UNSPECIFIED: SourceStatus
SOURCE_STATUS_PROPOSED: SourceStatus
SOURCE_STATUS_APPROVED: SourceStatus
SOURCE_STATUS_REFUSED: SourceStatus
SOURCE_STATUS_ENDED: SourceStatus
CONNECTOR_HEALTH_UNSPECIFIED: ConnectorHealth
CONNECTOR_HEALTH_WELL: ConnectorHealth
CONNECTOR_HEALTH_SILENT: ConnectorHealth
CONNECTOR_HEALTH_BEHIND: ConnectorHealth
LINE_RESULT_UNSPECIFIED: LineResult
LINE_RESULT_CREATED: LineResult
LINE_RESULT_UPDATED: LineResult
LINE_RESULT_UNCHANGED: LineResult
LINE_RESULT_REFUSED: LineResult
LINE_RESULT_WAITING: LineResult

class SourceBudget(_message.Message):
    __slots__ = ("batches", "lines", "bytes")
    BATCHES_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    batches: int
    lines: int
    bytes: int
    def __init__(self, batches: _Optional[int] = ..., lines: _Optional[int] = ..., bytes: _Optional[int] = ...) -> None: ...

class Source(_message.Message):
    __slots__ = ("id", "partner_id", "name", "system", "category", "information_types", "budget", "every_minutes", "status", "registered_by", "registered_at", "decided_by", "decided_at", "reason", "highest_number", "missing", "waiting", "last_received_at", "paused_until", "intake", "unmatched", "connector", "missing_numbers")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    BUDGET_FIELD_NUMBER: _ClassVar[int]
    EVERY_MINUTES_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REGISTERED_BY_FIELD_NUMBER: _ClassVar[int]
    REGISTERED_AT_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    HIGHEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    LAST_RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    PAUSED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    INTAKE_FIELD_NUMBER: _ClassVar[int]
    UNMATCHED_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_FIELD_NUMBER: _ClassVar[int]
    MISSING_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    id: str
    partner_id: str
    name: str
    system: SystemKind
    category: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    budget: SourceBudget
    every_minutes: int
    status: SourceStatus
    registered_by: str
    registered_at: _timestamp_pb2.Timestamp
    decided_by: str
    decided_at: _timestamp_pb2.Timestamp
    reason: str
    highest_number: int
    missing: int
    waiting: int
    last_received_at: _timestamp_pb2.Timestamp
    paused_until: _timestamp_pb2.Timestamp
    intake: _containers.RepeatedCompositeFieldContainer[SourceIntake]
    unmatched: int
    connector: ConnectorState
    missing_numbers: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, id: _Optional[str] = ..., partner_id: _Optional[str] = ..., name: _Optional[str] = ..., system: _Optional[_Union[SystemKind, str]] = ..., category: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., budget: _Optional[_Union[SourceBudget, _Mapping]] = ..., every_minutes: _Optional[int] = ..., status: _Optional[_Union[SourceStatus, str]] = ..., registered_by: _Optional[str] = ..., registered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_by: _Optional[str] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., highest_number: _Optional[int] = ..., missing: _Optional[int] = ..., waiting: _Optional[int] = ..., last_received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., paused_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., intake: _Optional[_Iterable[_Union[SourceIntake, _Mapping]]] = ..., unmatched: _Optional[int] = ..., connector: _Optional[_Union[ConnectorState, _Mapping]] = ..., missing_numbers: _Optional[_Iterable[int]] = ...) -> None: ...

class ConnectorState(_message.Message):
    __slots__ = ("health", "reported_at", "version", "waiting_lines", "waiting_batches", "oldest_waiting_at", "last_number", "errors")
    HEALTH_FIELD_NUMBER: _ClassVar[int]
    REPORTED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    WAITING_LINES_FIELD_NUMBER: _ClassVar[int]
    WAITING_BATCHES_FIELD_NUMBER: _ClassVar[int]
    OLDEST_WAITING_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    health: ConnectorHealth
    reported_at: _timestamp_pb2.Timestamp
    version: str
    waiting_lines: int
    waiting_batches: int
    oldest_waiting_at: _timestamp_pb2.Timestamp
    last_number: int
    errors: _containers.RepeatedCompositeFieldContainer[ConnectorErrors]
    def __init__(self, health: _Optional[_Union[ConnectorHealth, str]] = ..., reported_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[str] = ..., waiting_lines: _Optional[int] = ..., waiting_batches: _Optional[int] = ..., oldest_waiting_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_number: _Optional[int] = ..., errors: _Optional[_Iterable[_Union[ConnectorErrors, _Mapping]]] = ...) -> None: ...

class ConnectorErrors(_message.Message):
    __slots__ = ("kind", "count")
    KIND_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    kind: str
    count: int
    def __init__(self, kind: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...

class ReportConnectorRequest(_message.Message):
    __slots__ = ("source_id", "version", "waiting_lines", "waiting_batches", "oldest_waiting_seconds", "last_number", "errors")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    WAITING_LINES_FIELD_NUMBER: _ClassVar[int]
    WAITING_BATCHES_FIELD_NUMBER: _ClassVar[int]
    OLDEST_WAITING_SECONDS_FIELD_NUMBER: _ClassVar[int]
    LAST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    version: str
    waiting_lines: int
    waiting_batches: int
    oldest_waiting_seconds: int
    last_number: int
    errors: _containers.RepeatedCompositeFieldContainer[ConnectorErrors]
    def __init__(self, source_id: _Optional[str] = ..., version: _Optional[str] = ..., waiting_lines: _Optional[int] = ..., waiting_batches: _Optional[int] = ..., oldest_waiting_seconds: _Optional[int] = ..., last_number: _Optional[int] = ..., errors: _Optional[_Iterable[_Union[ConnectorErrors, _Mapping]]] = ...) -> None: ...

class SourceIntake(_message.Message):
    __slots__ = ("information_type", "stored", "unchanged", "refused", "last_received_at", "newest_effective_at")
    INFORMATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    STORED_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    LAST_RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    NEWEST_EFFECTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    information_type: str
    stored: int
    unchanged: int
    refused: int
    last_received_at: _timestamp_pb2.Timestamp
    newest_effective_at: _timestamp_pb2.Timestamp
    def __init__(self, information_type: _Optional[str] = ..., stored: _Optional[int] = ..., unchanged: _Optional[int] = ..., refused: _Optional[int] = ..., last_received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., newest_effective_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RegisterSourceRequest(_message.Message):
    __slots__ = ("name", "system", "category", "information_types", "budget", "every_minutes")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    BUDGET_FIELD_NUMBER: _ClassVar[int]
    EVERY_MINUTES_FIELD_NUMBER: _ClassVar[int]
    name: str
    system: SystemKind
    category: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    budget: SourceBudget
    every_minutes: int
    def __init__(self, name: _Optional[str] = ..., system: _Optional[_Union[SystemKind, str]] = ..., category: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., budget: _Optional[_Union[SourceBudget, _Mapping]] = ..., every_minutes: _Optional[int] = ...) -> None: ...

class GetSourceRequest(_message.Message):
    __slots__ = ("source_id",)
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    def __init__(self, source_id: _Optional[str] = ...) -> None: ...

class ListSourcesRequest(_message.Message):
    __slots__ = ("partner_id", "status", "page")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    status: SourceStatus
    page: _types_pb2.PageRequest
    def __init__(self, partner_id: _Optional[str] = ..., status: _Optional[_Union[SourceStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class SourcePage(_message.Message):
    __slots__ = ("sources", "page")
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    sources: _containers.RepeatedCompositeFieldContainer[Source]
    page: _types_pb2.PageInfo
    def __init__(self, sources: _Optional[_Iterable[_Union[Source, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class DecideSourceRequest(_message.Message):
    __slots__ = ("source_id", "approved", "reason")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    approved: bool
    reason: str
    def __init__(self, source_id: _Optional[str] = ..., approved: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class EndSourceRequest(_message.Message):
    __slots__ = ("source_id", "reason")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    reason: str
    def __init__(self, source_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class SetSourceBudgetRequest(_message.Message):
    __slots__ = ("source_id", "budget", "every_minutes")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    BUDGET_FIELD_NUMBER: _ClassVar[int]
    EVERY_MINUTES_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    budget: SourceBudget
    every_minutes: int
    def __init__(self, source_id: _Optional[str] = ..., budget: _Optional[_Union[SourceBudget, _Mapping]] = ..., every_minutes: _Optional[int] = ...) -> None: ...

class PutBatchRequest(_message.Message):
    __slots__ = ("source_id", "number", "content", "sha256", "resident_ids")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_IDS_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    number: int
    content: bytes
    sha256: bytes
    resident_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, source_id: _Optional[str] = ..., number: _Optional[int] = ..., content: _Optional[bytes] = ..., sha256: _Optional[bytes] = ..., resident_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchReceipt(_message.Message):
    __slots__ = ("source_id", "number", "sha256", "bytes", "lines", "received_at", "known")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    KNOWN_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    number: int
    sha256: bytes
    bytes: int
    lines: int
    received_at: _timestamp_pb2.Timestamp
    known: bool
    def __init__(self, source_id: _Optional[str] = ..., number: _Optional[int] = ..., sha256: _Optional[bytes] = ..., bytes: _Optional[int] = ..., lines: _Optional[int] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., known: _Optional[bool] = ...) -> None: ...

class Batch(_message.Message):
    __slots__ = ("source_id", "number", "sha256", "bytes", "lines", "received_at", "processed_at", "created", "updated", "unchanged", "refused", "given_up", "reason", "outcomes", "waiting")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    PROCESSED_AT_FIELD_NUMBER: _ClassVar[int]
    CREATED_FIELD_NUMBER: _ClassVar[int]
    UPDATED_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    GIVEN_UP_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    number: int
    sha256: bytes
    bytes: int
    lines: int
    received_at: _timestamp_pb2.Timestamp
    processed_at: _timestamp_pb2.Timestamp
    created: int
    updated: int
    unchanged: int
    refused: int
    given_up: bool
    reason: str
    outcomes: _containers.RepeatedCompositeFieldContainer[LineOutcome]
    waiting: int
    def __init__(self, source_id: _Optional[str] = ..., number: _Optional[int] = ..., sha256: _Optional[bytes] = ..., bytes: _Optional[int] = ..., lines: _Optional[int] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., processed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created: _Optional[int] = ..., updated: _Optional[int] = ..., unchanged: _Optional[int] = ..., refused: _Optional[int] = ..., given_up: _Optional[bool] = ..., reason: _Optional[str] = ..., outcomes: _Optional[_Iterable[_Union[LineOutcome, _Mapping]]] = ..., waiting: _Optional[int] = ...) -> None: ...

class LineOutcome(_message.Message):
    __slots__ = ("position", "result", "code", "field", "detail")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    position: int
    result: LineResult
    code: str
    field: str
    detail: str
    def __init__(self, position: _Optional[int] = ..., result: _Optional[_Union[LineResult, str]] = ..., code: _Optional[str] = ..., field: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...

class GetBatchRequest(_message.Message):
    __slots__ = ("source_id", "number", "refused_only", "page")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    REFUSED_ONLY_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    number: int
    refused_only: bool
    page: _types_pb2.PageRequest
    def __init__(self, source_id: _Optional[str] = ..., number: _Optional[int] = ..., refused_only: _Optional[bool] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class BatchOutcomes(_message.Message):
    __slots__ = ("batch", "page")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    batch: Batch
    page: _types_pb2.PageInfo
    def __init__(self, batch: _Optional[_Union[Batch, _Mapping]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ListBatchesRequest(_message.Message):
    __slots__ = ("source_id", "page")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    page: _types_pb2.PageRequest
    def __init__(self, source_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class BatchPage(_message.Message):
    __slots__ = ("batches", "page")
    BATCHES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    batches: _containers.RepeatedCompositeFieldContainer[Batch]
    page: _types_pb2.PageInfo
    def __init__(self, batches: _Optional[_Iterable[_Union[Batch, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ListLeftOutLinesRequest(_message.Message):
    __slots__ = ("source_id", "page")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    page: _types_pb2.PageRequest
    def __init__(self, source_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class LeftOutLinePage(_message.Message):
    __slots__ = ("lines", "page")
    LINES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedCompositeFieldContainer[LeftOutLineOfSource]
    page: _types_pb2.PageInfo
    def __init__(self, lines: _Optional[_Iterable[_Union[LeftOutLineOfSource, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class LeftOutLineOfSource(_message.Message):
    __slots__ = ("number", "position", "patient_number_id", "system", "value", "resource_type", "fhir_id", "code", "field", "detail", "received_at", "left_out_at")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    PATIENT_NUMBER_ID_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    FHIR_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_AT_FIELD_NUMBER: _ClassVar[int]
    number: int
    position: int
    patient_number_id: str
    system: str
    value: str
    resource_type: str
    fhir_id: str
    code: str
    field: str
    detail: str
    received_at: _timestamp_pb2.Timestamp
    left_out_at: _timestamp_pb2.Timestamp
    def __init__(self, number: _Optional[int] = ..., position: _Optional[int] = ..., patient_number_id: _Optional[str] = ..., system: _Optional[str] = ..., value: _Optional[str] = ..., resource_type: _Optional[str] = ..., fhir_id: _Optional[str] = ..., code: _Optional[str] = ..., field: _Optional[str] = ..., detail: _Optional[str] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., left_out_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AskForMissingRequest(_message.Message):
    __slots__ = ("source_id",)
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    def __init__(self, source_id: _Optional[str] = ...) -> None: ...

class MissingBatches(_message.Message):
    __slots__ = ("numbers", "missing", "ask_again_seconds")
    NUMBERS_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    ASK_AGAIN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    numbers: _containers.RepeatedScalarFieldContainer[int]
    missing: int
    ask_again_seconds: int
    def __init__(self, numbers: _Optional[_Iterable[int]] = ..., missing: _Optional[int] = ..., ask_again_seconds: _Optional[int] = ...) -> None: ...

class GiveUpBatchesRequest(_message.Message):
    __slots__ = ("source_id", "numbers", "reason")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBERS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    numbers: _containers.RepeatedScalarFieldContainer[int]
    reason: str
    def __init__(self, source_id: _Optional[str] = ..., numbers: _Optional[_Iterable[int]] = ..., reason: _Optional[str] = ...) -> None: ...
