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

class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEVERITY_UNSPECIFIED: _ClassVar[Severity]
    SEVERITY_ERROR: _ClassVar[Severity]
    SEVERITY_WARNING: _ClassVar[Severity]
    SEVERITY_NOTE: _ClassVar[Severity]

class QualityDimension(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUALITY_DIMENSION_UNSPECIFIED: _ClassVar[QualityDimension]
    QUALITY_DIMENSION_COMPLETENESS: _ClassVar[QualityDimension]
    QUALITY_DIMENSION_VALIDITY: _ClassVar[QualityDimension]
    QUALITY_DIMENSION_TIMELINESS: _ClassVar[QualityDimension]
    QUALITY_DIMENSION_UNIQUENESS: _ClassVar[QualityDimension]
    QUALITY_DIMENSION_CONSISTENCY: _ClassVar[QualityDimension]
    QUALITY_DIMENSION_ACCURACY: _ClassVar[QualityDimension]

class ReportFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REPORT_FORMAT_UNSPECIFIED: _ClassVar[ReportFormat]
    REPORT_FORMAT_JSON: _ClassVar[ReportFormat]
    REPORT_FORMAT_PDF: _ClassVar[ReportFormat]
SEVERITY_UNSPECIFIED: Severity
SEVERITY_ERROR: Severity
SEVERITY_WARNING: Severity
SEVERITY_NOTE: Severity
QUALITY_DIMENSION_UNSPECIFIED: QualityDimension
QUALITY_DIMENSION_COMPLETENESS: QualityDimension
QUALITY_DIMENSION_VALIDITY: QualityDimension
QUALITY_DIMENSION_TIMELINESS: QualityDimension
QUALITY_DIMENSION_UNIQUENESS: QualityDimension
QUALITY_DIMENSION_CONSISTENCY: QualityDimension
QUALITY_DIMENSION_ACCURACY: QualityDimension
REPORT_FORMAT_UNSPECIFIED: ReportFormat
REPORT_FORMAT_JSON: ReportFormat
REPORT_FORMAT_PDF: ReportFormat

class QualityRule(_message.Message):
    __slots__ = ("rule", "pack", "title", "severity", "dimension", "resource_types", "remedy")
    RULE_FIELD_NUMBER: _ClassVar[int]
    PACK_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_TYPES_FIELD_NUMBER: _ClassVar[int]
    REMEDY_FIELD_NUMBER: _ClassVar[int]
    rule: str
    pack: str
    title: str
    severity: Severity
    dimension: QualityDimension
    resource_types: _containers.RepeatedScalarFieldContainer[str]
    remedy: str
    def __init__(self, rule: _Optional[str] = ..., pack: _Optional[str] = ..., title: _Optional[str] = ..., severity: _Optional[_Union[Severity, str]] = ..., dimension: _Optional[_Union[QualityDimension, str]] = ..., resource_types: _Optional[_Iterable[str]] = ..., remedy: _Optional[str] = ...) -> None: ...

class ListQualityRulesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class QualityRules(_message.Message):
    __slots__ = ("rules",)
    RULES_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedCompositeFieldContainer[QualityRule]
    def __init__(self, rules: _Optional[_Iterable[_Union[QualityRule, _Mapping]]] = ...) -> None: ...

class QualityFinding(_message.Message):
    __slots__ = ("id", "record_id", "resource_type", "fhir_id", "version", "rule", "pack", "severity", "field", "remedy", "found_at", "gone_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    FHIR_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    PACK_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    REMEDY_FIELD_NUMBER: _ClassVar[int]
    FOUND_AT_FIELD_NUMBER: _ClassVar[int]
    GONE_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    record_id: str
    resource_type: str
    fhir_id: str
    version: int
    rule: str
    pack: str
    severity: Severity
    field: str
    remedy: str
    found_at: _timestamp_pb2.Timestamp
    gone_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., record_id: _Optional[str] = ..., resource_type: _Optional[str] = ..., fhir_id: _Optional[str] = ..., version: _Optional[int] = ..., rule: _Optional[str] = ..., pack: _Optional[str] = ..., severity: _Optional[_Union[Severity, str]] = ..., field: _Optional[str] = ..., remedy: _Optional[str] = ..., found_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., gone_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListFindingsRequest(_message.Message):
    __slots__ = ("rule", "severity", "also_gone", "page")
    RULE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    ALSO_GONE_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    rule: str
    severity: Severity
    also_gone: bool
    page: _types_pb2.PageRequest
    def __init__(self, rule: _Optional[str] = ..., severity: _Optional[_Union[Severity, str]] = ..., also_gone: _Optional[bool] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class QualityFindingPage(_message.Message):
    __slots__ = ("findings", "page")
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    findings: _containers.RepeatedCompositeFieldContainer[QualityFinding]
    page: _types_pb2.PageInfo
    def __init__(self, findings: _Optional[_Iterable[_Union[QualityFinding, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ListQualityGradesRequest(_message.Message):
    __slots__ = ("institution_id", "month", "page")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    month: str
    page: _types_pb2.PageRequest
    def __init__(self, institution_id: _Optional[str] = ..., month: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class QualityGradePage(_message.Message):
    __slots__ = ("grades", "page")
    GRADES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    grades: _containers.RepeatedCompositeFieldContainer[QualityGrade]
    page: _types_pb2.PageInfo
    def __init__(self, grades: _Optional[_Iterable[_Union[QualityGrade, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class QualityGrade(_message.Message):
    __slots__ = ("institution_id", "month", "resource_type", "letter", "resources", "parts", "graded_at")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    LETTER_FIELD_NUMBER: _ClassVar[int]
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    GRADED_AT_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    month: str
    resource_type: str
    letter: str
    resources: int
    parts: _containers.RepeatedCompositeFieldContainer[QualityPart]
    graded_at: _timestamp_pb2.Timestamp
    def __init__(self, institution_id: _Optional[str] = ..., month: _Optional[str] = ..., resource_type: _Optional[str] = ..., letter: _Optional[str] = ..., resources: _Optional[int] = ..., parts: _Optional[_Iterable[_Union[QualityPart, _Mapping]]] = ..., graded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class QualityPart(_message.Message):
    __slots__ = ("dimension", "letter", "affected")
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    LETTER_FIELD_NUMBER: _ClassVar[int]
    AFFECTED_FIELD_NUMBER: _ClassVar[int]
    dimension: QualityDimension
    letter: str
    affected: int
    def __init__(self, dimension: _Optional[_Union[QualityDimension, str]] = ..., letter: _Optional[str] = ..., affected: _Optional[int] = ...) -> None: ...

class ListQualityReportsRequest(_message.Message):
    __slots__ = ("institution_id", "page")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    page: _types_pb2.PageRequest
    def __init__(self, institution_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class QualityReportPage(_message.Message):
    __slots__ = ("reports", "page")
    REPORTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    reports: _containers.RepeatedCompositeFieldContainer[QualityReport]
    page: _types_pb2.PageInfo
    def __init__(self, reports: _Optional[_Iterable[_Union[QualityReport, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class QualityReport(_message.Message):
    __slots__ = ("id", "institution_id", "month", "letter", "sha256", "signature", "issued_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    LETTER_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    institution_id: str
    month: str
    letter: str
    sha256: str
    signature: str
    issued_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., institution_id: _Optional[str] = ..., month: _Optional[str] = ..., letter: _Optional[str] = ..., sha256: _Optional[str] = ..., signature: _Optional[str] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetQualityReportDocumentRequest(_message.Message):
    __slots__ = ("report_id", "format")
    REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    report_id: str
    format: ReportFormat
    def __init__(self, report_id: _Optional[str] = ..., format: _Optional[_Union[ReportFormat, str]] = ...) -> None: ...

class QualityReportDocument(_message.Message):
    __slots__ = ("name", "media_type", "content", "sha256", "signature")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    name: str
    media_type: str
    content: bytes
    sha256: str
    signature: str
    def __init__(self, name: _Optional[str] = ..., media_type: _Optional[str] = ..., content: _Optional[bytes] = ..., sha256: _Optional[str] = ..., signature: _Optional[str] = ...) -> None: ...

class ListCatalogueEntriesRequest(_message.Message):
    __slots__ = ("institution_id", "information_type", "resource_type", "since", "page")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    information_type: str
    resource_type: str
    since: str
    page: _types_pb2.PageRequest
    def __init__(self, institution_id: _Optional[str] = ..., information_type: _Optional[str] = ..., resource_type: _Optional[str] = ..., since: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class CatalogueEntryPage(_message.Message):
    __slots__ = ("entries", "page")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[CatalogueEntry]
    page: _types_pb2.PageInfo
    def __init__(self, entries: _Optional[_Iterable[_Union[CatalogueEntry, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class CatalogueEntry(_message.Message):
    __slots__ = ("id", "institution_id", "information_type", "resource_type", "resources_at_least", "first_day", "newest_day", "letter", "letter_month", "counted_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    RESOURCES_AT_LEAST_FIELD_NUMBER: _ClassVar[int]
    FIRST_DAY_FIELD_NUMBER: _ClassVar[int]
    NEWEST_DAY_FIELD_NUMBER: _ClassVar[int]
    LETTER_FIELD_NUMBER: _ClassVar[int]
    LETTER_MONTH_FIELD_NUMBER: _ClassVar[int]
    COUNTED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    institution_id: str
    information_type: str
    resource_type: str
    resources_at_least: int
    first_day: str
    newest_day: str
    letter: str
    letter_month: str
    counted_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., institution_id: _Optional[str] = ..., information_type: _Optional[str] = ..., resource_type: _Optional[str] = ..., resources_at_least: _Optional[int] = ..., first_day: _Optional[str] = ..., newest_day: _Optional[str] = ..., letter: _Optional[str] = ..., letter_month: _Optional[str] = ..., counted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
