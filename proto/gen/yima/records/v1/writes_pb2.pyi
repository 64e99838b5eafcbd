import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import limits_pb2 as _limits_pb2
from yima.common.v1 import views_pb2 as _views_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WriteResourceRequest(_message.Message):
    __slots__ = ("method", "url", "content", "if_match", "if_none_exist", "scan_receipt")
    METHOD_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    IF_MATCH_FIELD_NUMBER: _ClassVar[int]
    IF_NONE_EXIST_FIELD_NUMBER: _ClassVar[int]
    SCAN_RECEIPT_FIELD_NUMBER: _ClassVar[int]
    method: str
    url: str
    content: str
    if_match: str
    if_none_exist: str
    scan_receipt: str
    def __init__(self, method: _Optional[str] = ..., url: _Optional[str] = ..., content: _Optional[str] = ..., if_match: _Optional[str] = ..., if_none_exist: _Optional[str] = ..., scan_receipt: _Optional[str] = ...) -> None: ...

class SubmitBundleRequest(_message.Message):
    __slots__ = ("bundle", "scan_receipt")
    BUNDLE_FIELD_NUMBER: _ClassVar[int]
    SCAN_RECEIPT_FIELD_NUMBER: _ClassVar[int]
    bundle: str
    scan_receipt: str
    def __init__(self, bundle: _Optional[str] = ..., scan_receipt: _Optional[str] = ...) -> None: ...

class BundleOutcome(_message.Message):
    __slots__ = ("transaction", "outcomes")
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    transaction: bool
    outcomes: _containers.RepeatedCompositeFieldContainer[WriteOutcome]
    def __init__(self, transaction: _Optional[bool] = ..., outcomes: _Optional[_Iterable[_Union[WriteOutcome, _Mapping]]] = ...) -> None: ...

class WriteOutcome(_message.Message):
    __slots__ = ("resource_type", "id", "version", "stored_at", "created", "content", "issue")
    RESOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STORED_AT_FIELD_NUMBER: _ClassVar[int]
    CREATED_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    ISSUE_FIELD_NUMBER: _ClassVar[int]
    resource_type: str
    id: str
    version: int
    stored_at: _timestamp_pb2.Timestamp
    created: bool
    content: str
    issue: WriteIssue
    def __init__(self, resource_type: _Optional[str] = ..., id: _Optional[str] = ..., version: _Optional[int] = ..., stored_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created: _Optional[bool] = ..., content: _Optional[str] = ..., issue: _Optional[_Union[WriteIssue, _Mapping]] = ...) -> None: ...

class WriteIssue(_message.Message):
    __slots__ = ("field", "code", "detail", "status", "title")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    field: str
    code: str
    detail: str
    status: int
    title: str
    def __init__(self, field: _Optional[str] = ..., code: _Optional[str] = ..., detail: _Optional[str] = ..., status: _Optional[int] = ..., title: _Optional[str] = ...) -> None: ...

class WriteIssues(_message.Message):
    __slots__ = ("issues",)
    ISSUES_FIELD_NUMBER: _ClassVar[int]
    issues: _containers.RepeatedCompositeFieldContainer[WriteIssue]
    def __init__(self, issues: _Optional[_Iterable[_Union[WriteIssue, _Mapping]]] = ...) -> None: ...
