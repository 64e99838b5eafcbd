import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class StatementStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATEMENT_STATUS_UNSPECIFIED: _ClassVar[StatementStatus]
    STATEMENT_STATUS_ISSUED: _ClassVar[StatementStatus]
    STATEMENT_STATUS_CONFIRMED: _ClassVar[StatementStatus]
    STATEMENT_STATUS_DISPUTED: _ClassVar[StatementStatus]
    STATEMENT_STATUS_RESOLVED: _ClassVar[StatementStatus]
    STATEMENT_STATUS_DEEMED_CONFIRMED: _ClassVar[StatementStatus]

class DocumentFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DOCUMENT_FORMAT_UNSPECIFIED: _ClassVar[DocumentFormat]
    DOCUMENT_FORMAT_JSON: _ClassVar[DocumentFormat]
    DOCUMENT_FORMAT_CSV: _ClassVar[DocumentFormat]
    DOCUMENT_FORMAT_PDF: _ClassVar[DocumentFormat]
STATEMENT_STATUS_UNSPECIFIED: StatementStatus
STATEMENT_STATUS_ISSUED: StatementStatus
STATEMENT_STATUS_CONFIRMED: StatementStatus
STATEMENT_STATUS_DISPUTED: StatementStatus
STATEMENT_STATUS_RESOLVED: StatementStatus
STATEMENT_STATUS_DEEMED_CONFIRMED: StatementStatus
DOCUMENT_FORMAT_UNSPECIFIED: DocumentFormat
DOCUMENT_FORMAT_JSON: DocumentFormat
DOCUMENT_FORMAT_CSV: DocumentFormat
DOCUMENT_FORMAT_PDF: DocumentFormat

class IssueStatementRequest(_message.Message):
    __slots__ = ("partner_id", "period_end")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PERIOD_END_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    period_end: _timestamp_pb2.Timestamp
    def __init__(self, partner_id: _Optional[str] = ..., period_end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class IssuedStatement(_message.Message):
    __slots__ = ("id", "partner_id", "period", "ledger_position", "sha256", "issued_at", "deadline_at", "status", "reason", "disputed_positions", "answered_at", "resolution", "resolved_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    LEDGER_POSITION_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_AT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DISPUTED_POSITIONS_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_AT_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_FIELD_NUMBER: _ClassVar[int]
    RESOLVED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    partner_id: str
    period: _types_pb2.Interval
    ledger_position: int
    sha256: str
    issued_at: _timestamp_pb2.Timestamp
    deadline_at: _timestamp_pb2.Timestamp
    status: StatementStatus
    reason: str
    disputed_positions: _containers.RepeatedScalarFieldContainer[int]
    answered_at: _timestamp_pb2.Timestamp
    resolution: str
    resolved_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., partner_id: _Optional[str] = ..., period: _Optional[_Union[_types_pb2.Interval, _Mapping]] = ..., ledger_position: _Optional[int] = ..., sha256: _Optional[str] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., deadline_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[_Union[StatementStatus, str]] = ..., reason: _Optional[str] = ..., disputed_positions: _Optional[_Iterable[int]] = ..., answered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resolution: _Optional[str] = ..., resolved_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListIssuedStatementsRequest(_message.Message):
    __slots__ = ("partner_id", "page", "order_id")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    page: _types_pb2.PageRequest
    order_id: str
    def __init__(self, partner_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., order_id: _Optional[str] = ...) -> None: ...

class IssuedStatementPage(_message.Message):
    __slots__ = ("statements", "page")
    STATEMENTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    statements: _containers.RepeatedCompositeFieldContainer[IssuedStatement]
    page: _types_pb2.PageInfo
    def __init__(self, statements: _Optional[_Iterable[_Union[IssuedStatement, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class GetIssuedStatementRequest(_message.Message):
    __slots__ = ("statement_id",)
    STATEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    statement_id: str
    def __init__(self, statement_id: _Optional[str] = ...) -> None: ...

class GetStatementDocumentRequest(_message.Message):
    __slots__ = ("statement_id", "format")
    STATEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    statement_id: str
    format: DocumentFormat
    def __init__(self, statement_id: _Optional[str] = ..., format: _Optional[_Union[DocumentFormat, str]] = ...) -> None: ...

class Document(_message.Message):
    __slots__ = ("name", "media_type", "content", "sha256")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    name: str
    media_type: str
    content: bytes
    sha256: str
    def __init__(self, name: _Optional[str] = ..., media_type: _Optional[str] = ..., content: _Optional[bytes] = ..., sha256: _Optional[str] = ...) -> None: ...

class CheckStatementRequest(_message.Message):
    __slots__ = ("statement_id",)
    STATEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    statement_id: str
    def __init__(self, statement_id: _Optional[str] = ...) -> None: ...

class StatementCheck(_message.Message):
    __slots__ = ("holds", "sha256", "recomputed")
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    RECOMPUTED_FIELD_NUMBER: _ClassVar[int]
    holds: bool
    sha256: str
    recomputed: str
    def __init__(self, holds: _Optional[bool] = ..., sha256: _Optional[str] = ..., recomputed: _Optional[str] = ...) -> None: ...

class ConfirmStatementRequest(_message.Message):
    __slots__ = ("statement_id",)
    STATEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    statement_id: str
    def __init__(self, statement_id: _Optional[str] = ...) -> None: ...

class DisputeStatementRequest(_message.Message):
    __slots__ = ("statement_id", "reason", "positions")
    STATEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    statement_id: str
    reason: str
    positions: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, statement_id: _Optional[str] = ..., reason: _Optional[str] = ..., positions: _Optional[_Iterable[int]] = ...) -> None: ...

class ResolveStatementRequest(_message.Message):
    __slots__ = ("statement_id", "resolution")
    STATEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_FIELD_NUMBER: _ClassVar[int]
    statement_id: str
    resolution: str
    def __init__(self, statement_id: _Optional[str] = ..., resolution: _Optional[str] = ...) -> None: ...

class ExplainStatementLineRequest(_message.Message):
    __slots__ = ("statement_id", "position")
    STATEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    statement_id: str
    position: int
    def __init__(self, statement_id: _Optional[str] = ..., position: _Optional[int] = ...) -> None: ...

class ServiceProof(_message.Message):
    __slots__ = ("order_line_id", "proof_id", "scan_id", "proven_at")
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    PROOF_ID_FIELD_NUMBER: _ClassVar[int]
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    PROVEN_AT_FIELD_NUMBER: _ClassVar[int]
    order_line_id: str
    proof_id: str
    scan_id: str
    proven_at: _timestamp_pb2.Timestamp
    def __init__(self, order_line_id: _Optional[str] = ..., proof_id: _Optional[str] = ..., scan_id: _Optional[str] = ..., proven_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetDocumentCertificateRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DocumentCertificate(_message.Message):
    __slots__ = ("pem", "older", "withdrawn")
    PEM_FIELD_NUMBER: _ClassVar[int]
    OLDER_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    pem: str
    older: _containers.RepeatedScalarFieldContainer[str]
    withdrawn: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, pem: _Optional[str] = ..., older: _Optional[_Iterable[str]] = ..., withdrawn: _Optional[_Iterable[str]] = ...) -> None: ...
