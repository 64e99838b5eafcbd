import datetime

from yima.common.v1 import limits_pb2 as _limits_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.catalog.v1 import api_pb2 as _api_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from yima.common.v1 import views_pb2 as _views_pb2
from yima.records.v1 import error_reports_pb2 as _error_reports_pb2
from yima.records.v1 import own_readings_pb2 as _own_readings_pb2
from yima.records.v1 import alert_rules_pb2 as _alert_rules_pb2
from yima.records.v1 import follow_ups_pb2 as _follow_ups_pb2
from yima.records.v1 import patients_pb2 as _patients_pb2
from yima.records.v1 import collection_pb2 as _collection_pb2
from yima.records.v1 import devices_pb2 as _devices_pb2
from yima.records.v1 import compute_pb2 as _compute_pb2
from yima.records.v1 import quality_pb2 as _quality_pb2
from yima.records.v1 import reviews_pb2 as _reviews_pb2
from yima.records.v1 import terminology_pb2 as _terminology_pb2
from yima.records.v1 import timeline_pb2 as _timeline_pb2
from yima.records.v1 import writes_pb2 as _writes_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecordAuthor(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RECORD_AUTHOR_UNSPECIFIED: _ClassVar[RecordAuthor]
    RECORD_AUTHOR_INSTITUTION: _ClassVar[RecordAuthor]
    RECORD_AUTHOR_RESIDENT: _ClassVar[RecordAuthor]
    RECORD_AUTHOR_DEVICE: _ClassVar[RecordAuthor]
RECORD_AUTHOR_UNSPECIFIED: RecordAuthor
RECORD_AUTHOR_INSTITUTION: RecordAuthor
RECORD_AUTHOR_RESIDENT: RecordAuthor
RECORD_AUTHOR_DEVICE: RecordAuthor

class IngestResourcesRequest(_message.Message):
    __slots__ = ("resident_id", "resources", "scan_receipt")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    SCAN_RECEIPT_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    resources: _containers.RepeatedScalarFieldContainer[str]
    scan_receipt: str
    def __init__(self, resident_id: _Optional[str] = ..., resources: _Optional[_Iterable[str]] = ..., scan_receipt: _Optional[str] = ...) -> None: ...

class IngestReceipt(_message.Message):
    __slots__ = ("created", "updated", "unchanged")
    CREATED_FIELD_NUMBER: _ClassVar[int]
    UPDATED_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    created: int
    updated: int
    unchanged: int
    def __init__(self, created: _Optional[int] = ..., updated: _Optional[int] = ..., unchanged: _Optional[int] = ...) -> None: ...

class ReadRecordsRequest(_message.Message):
    __slots__ = ("resident_id", "information_types", "purpose", "access_mode", "page", "also_statuses", "resource_types", "codes", "institution_ids", "since", "until")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ACCESS_MODE_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    ALSO_STATUSES_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_TYPES_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_IDS_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    purpose: str
    access_mode: _api_pb2.AccessMode
    page: _types_pb2.PageRequest
    also_statuses: _containers.RepeatedScalarFieldContainer[str]
    resource_types: _containers.RepeatedScalarFieldContainer[str]
    codes: _containers.RepeatedScalarFieldContainer[str]
    institution_ids: _containers.RepeatedScalarFieldContainer[str]
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    def __init__(self, resident_id: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., purpose: _Optional[str] = ..., access_mode: _Optional[_Union[_api_pb2.AccessMode, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., also_statuses: _Optional[_Iterable[str]] = ..., resource_types: _Optional[_Iterable[str]] = ..., codes: _Optional[_Iterable[str]] = ..., institution_ids: _Optional[_Iterable[str]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ReadVersionsRequest(_message.Message):
    __slots__ = ("resident_id", "record_id", "information_types", "purpose", "access_mode")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ACCESS_MODE_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    record_id: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    purpose: str
    access_mode: _api_pb2.AccessMode
    def __init__(self, resident_id: _Optional[str] = ..., record_id: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., purpose: _Optional[str] = ..., access_mode: _Optional[_Union[_api_pb2.AccessMode, str]] = ...) -> None: ...

class RecordVersions(_message.Message):
    __slots__ = ("decision_id", "versions")
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    decision_id: str
    versions: _containers.RepeatedCompositeFieldContainer[RecordVersion]
    def __init__(self, decision_id: _Optional[str] = ..., versions: _Optional[_Iterable[_Union[RecordVersion, _Mapping]]] = ...) -> None: ...

class RecordVersion(_message.Message):
    __slots__ = ("record", "version", "ingested_at", "replaced_at")
    RECORD_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    INGESTED_AT_FIELD_NUMBER: _ClassVar[int]
    REPLACED_AT_FIELD_NUMBER: _ClassVar[int]
    record: Record
    version: int
    ingested_at: _timestamp_pb2.Timestamp
    replaced_at: _timestamp_pb2.Timestamp
    def __init__(self, record: _Optional[_Union[Record, _Mapping]] = ..., version: _Optional[int] = ..., ingested_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., replaced_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RecordPage(_message.Message):
    __slots__ = ("decision_id", "records", "page")
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    decision_id: str
    records: _containers.RepeatedCompositeFieldContainer[Record]
    page: _types_pb2.PageInfo
    def __init__(self, decision_id: _Optional[str] = ..., records: _Optional[_Iterable[_Union[Record, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class Record(_message.Message):
    __slots__ = ("id", "resource_type", "information_type", "institution_id", "effective_at", "resource", "status", "summary", "mapped_codes", "author")
    ID_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    MAPPED_CODES_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    id: str
    resource_type: str
    information_type: str
    institution_id: str
    effective_at: _timestamp_pb2.Timestamp
    resource: str
    status: str
    summary: RecordSummary
    mapped_codes: _containers.RepeatedCompositeFieldContainer[_terminology_pb2.MappedCode]
    author: RecordAuthor
    def __init__(self, id: _Optional[str] = ..., resource_type: _Optional[str] = ..., information_type: _Optional[str] = ..., institution_id: _Optional[str] = ..., effective_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resource: _Optional[str] = ..., status: _Optional[str] = ..., summary: _Optional[_Union[RecordSummary, _Mapping]] = ..., mapped_codes: _Optional[_Iterable[_Union[_terminology_pb2.MappedCode, _Mapping]]] = ..., author: _Optional[_Union[RecordAuthor, str]] = ...) -> None: ...

class RecordSummary(_message.Message):
    __slots__ = ("title", "details", "values")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    title: str
    details: str
    values: _containers.RepeatedCompositeFieldContainer[MeasuredValue]
    def __init__(self, title: _Optional[str] = ..., details: _Optional[str] = ..., values: _Optional[_Iterable[_Union[MeasuredValue, _Mapping]]] = ...) -> None: ...

class MeasuredValue(_message.Message):
    __slots__ = ("name", "code", "value", "unit", "low", "high", "outside")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    OUTSIDE_FIELD_NUMBER: _ClassVar[int]
    name: str
    code: str
    value: str
    unit: str
    low: str
    high: str
    outside: bool
    def __init__(self, name: _Optional[str] = ..., code: _Optional[str] = ..., value: _Optional[str] = ..., unit: _Optional[str] = ..., low: _Optional[str] = ..., high: _Optional[str] = ..., outside: _Optional[bool] = ...) -> None: ...

class PutEmergencySliceRequest(_message.Message):
    __slots__ = ("resident_id", "blood_group", "allergies", "contact_name", "contact_telephone")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    BLOOD_GROUP_FIELD_NUMBER: _ClassVar[int]
    ALLERGIES_FIELD_NUMBER: _ClassVar[int]
    CONTACT_NAME_FIELD_NUMBER: _ClassVar[int]
    CONTACT_TELEPHONE_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    blood_group: str
    allergies: _containers.RepeatedScalarFieldContainer[str]
    contact_name: str
    contact_telephone: str
    def __init__(self, resident_id: _Optional[str] = ..., blood_group: _Optional[str] = ..., allergies: _Optional[_Iterable[str]] = ..., contact_name: _Optional[str] = ..., contact_telephone: _Optional[str] = ...) -> None: ...

class WithdrawEmergencySliceRequest(_message.Message):
    __slots__ = ("resident_id",)
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    def __init__(self, resident_id: _Optional[str] = ...) -> None: ...

class ReadEmergencySliceRequest(_message.Message):
    __slots__ = ("resident_id",)
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    def __init__(self, resident_id: _Optional[str] = ...) -> None: ...

class EmergencySlice(_message.Message):
    __slots__ = ("resident_id", "blood_group", "allergies", "contact_name", "contact_telephone", "given_by", "given_at", "version", "signature", "decision_id", "withdrawn_at")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    BLOOD_GROUP_FIELD_NUMBER: _ClassVar[int]
    ALLERGIES_FIELD_NUMBER: _ClassVar[int]
    CONTACT_NAME_FIELD_NUMBER: _ClassVar[int]
    CONTACT_TELEPHONE_FIELD_NUMBER: _ClassVar[int]
    GIVEN_BY_FIELD_NUMBER: _ClassVar[int]
    GIVEN_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_AT_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    blood_group: str
    allergies: _containers.RepeatedScalarFieldContainer[str]
    contact_name: str
    contact_telephone: str
    given_by: str
    given_at: _timestamp_pb2.Timestamp
    version: int
    signature: str
    decision_id: str
    withdrawn_at: _timestamp_pb2.Timestamp
    def __init__(self, resident_id: _Optional[str] = ..., blood_group: _Optional[str] = ..., allergies: _Optional[_Iterable[str]] = ..., contact_name: _Optional[str] = ..., contact_telephone: _Optional[str] = ..., given_by: _Optional[str] = ..., given_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., signature: _Optional[str] = ..., decision_id: _Optional[str] = ..., withdrawn_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
