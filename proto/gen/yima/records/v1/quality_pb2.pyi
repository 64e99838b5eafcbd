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
