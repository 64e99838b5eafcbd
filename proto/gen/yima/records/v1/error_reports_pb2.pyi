import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from yima.common.v1 import views_pb2 as _views_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReportStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REPORT_STATUS_UNSPECIFIED: _ClassVar[ErrorReportStatus]
    ERROR_REPORT_STATUS_OPEN: _ClassVar[ErrorReportStatus]
    ERROR_REPORT_STATUS_CORRECTED: _ClassVar[ErrorReportStatus]
    ERROR_REPORT_STATUS_CONFIRMED: _ClassVar[ErrorReportStatus]
    ERROR_REPORT_STATUS_WITHDRAWN: _ClassVar[ErrorReportStatus]
ERROR_REPORT_STATUS_UNSPECIFIED: ErrorReportStatus
ERROR_REPORT_STATUS_OPEN: ErrorReportStatus
ERROR_REPORT_STATUS_CORRECTED: ErrorReportStatus
ERROR_REPORT_STATUS_CONFIRMED: ErrorReportStatus
ERROR_REPORT_STATUS_WITHDRAWN: ErrorReportStatus

class ReportErrorRequest(_message.Message):
    __slots__ = ("resident_id", "record_id", "description")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    record_id: str
    description: str
    def __init__(self, resident_id: _Optional[str] = ..., record_id: _Optional[str] = ..., description: _Optional[str] = ...) -> None: ...

class WithdrawErrorReportRequest(_message.Message):
    __slots__ = ("error_report_id",)
    ERROR_REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    error_report_id: str
    def __init__(self, error_report_id: _Optional[str] = ...) -> None: ...

class AnswerErrorReportRequest(_message.Message):
    __slots__ = ("error_report_id", "corrected", "answer")
    ERROR_REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    CORRECTED_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    error_report_id: str
    corrected: bool
    answer: str
    def __init__(self, error_report_id: _Optional[str] = ..., corrected: _Optional[bool] = ..., answer: _Optional[str] = ...) -> None: ...

class ListErrorReportsRequest(_message.Message):
    __slots__ = ("resident_id", "status", "page")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    status: ErrorReportStatus
    page: _types_pb2.PageRequest
    def __init__(self, resident_id: _Optional[str] = ..., status: _Optional[_Union[ErrorReportStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class ErrorReport(_message.Message):
    __slots__ = ("id", "resident_id", "record_id", "institution_id", "resource_type", "fhir_id", "record_version", "description", "reported_at", "answer_by", "status", "answer", "closed_at", "corrected_version", "reported_by")
    ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    FHIR_ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_VERSION_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    REPORTED_AT_FIELD_NUMBER: _ClassVar[int]
    ANSWER_BY_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    CORRECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    REPORTED_BY_FIELD_NUMBER: _ClassVar[int]
    id: str
    resident_id: str
    record_id: str
    institution_id: str
    resource_type: str
    fhir_id: str
    record_version: int
    description: str
    reported_at: _timestamp_pb2.Timestamp
    answer_by: _timestamp_pb2.Timestamp
    status: ErrorReportStatus
    answer: str
    closed_at: _timestamp_pb2.Timestamp
    corrected_version: int
    reported_by: str
    def __init__(self, id: _Optional[str] = ..., resident_id: _Optional[str] = ..., record_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., resource_type: _Optional[str] = ..., fhir_id: _Optional[str] = ..., record_version: _Optional[int] = ..., description: _Optional[str] = ..., reported_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., answer_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[_Union[ErrorReportStatus, str]] = ..., answer: _Optional[str] = ..., closed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., corrected_version: _Optional[int] = ..., reported_by: _Optional[str] = ...) -> None: ...

class ErrorReportPage(_message.Message):
    __slots__ = ("error_reports", "page")
    ERROR_REPORTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    error_reports: _containers.RepeatedCompositeFieldContainer[ErrorReport]
    page: _types_pb2.PageInfo
    def __init__(self, error_reports: _Optional[_Iterable[_Union[ErrorReport, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...
