import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OwnReadingKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OWN_READING_KIND_UNSPECIFIED: _ClassVar[OwnReadingKind]
    OWN_READING_KIND_BLOOD_PRESSURE: _ClassVar[OwnReadingKind]
    OWN_READING_KIND_GLUCOSE: _ClassVar[OwnReadingKind]
    OWN_READING_KIND_WEIGHT: _ClassVar[OwnReadingKind]
    OWN_READING_KIND_TEMPERATURE: _ClassVar[OwnReadingKind]
    OWN_READING_KIND_HEART_RATE: _ClassVar[OwnReadingKind]
    OWN_READING_KIND_OXYGEN: _ClassVar[OwnReadingKind]
    OWN_READING_KIND_STEPS: _ClassVar[OwnReadingKind]
    OWN_READING_KIND_NOTE: _ClassVar[OwnReadingKind]
OWN_READING_KIND_UNSPECIFIED: OwnReadingKind
OWN_READING_KIND_BLOOD_PRESSURE: OwnReadingKind
OWN_READING_KIND_GLUCOSE: OwnReadingKind
OWN_READING_KIND_WEIGHT: OwnReadingKind
OWN_READING_KIND_TEMPERATURE: OwnReadingKind
OWN_READING_KIND_HEART_RATE: OwnReadingKind
OWN_READING_KIND_OXYGEN: OwnReadingKind
OWN_READING_KIND_STEPS: OwnReadingKind
OWN_READING_KIND_NOTE: OwnReadingKind

class OwnReadingValues(_message.Message):
    __slots__ = ("measured_at", "value", "unit", "systolic", "diastolic", "note")
    MEASURED_AT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    SYSTOLIC_FIELD_NUMBER: _ClassVar[int]
    DIASTOLIC_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    measured_at: _timestamp_pb2.Timestamp
    value: str
    unit: str
    systolic: str
    diastolic: str
    note: str
    def __init__(self, measured_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., value: _Optional[str] = ..., unit: _Optional[str] = ..., systolic: _Optional[str] = ..., diastolic: _Optional[str] = ..., note: _Optional[str] = ...) -> None: ...

class RecordOwnReadingRequest(_message.Message):
    __slots__ = ("resident_id", "kind", "values")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    kind: OwnReadingKind
    values: OwnReadingValues
    def __init__(self, resident_id: _Optional[str] = ..., kind: _Optional[_Union[OwnReadingKind, str]] = ..., values: _Optional[_Union[OwnReadingValues, _Mapping]] = ...) -> None: ...

class CorrectOwnReadingRequest(_message.Message):
    __slots__ = ("resident_id", "record_id", "values", "version")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    record_id: str
    values: OwnReadingValues
    version: int
    def __init__(self, resident_id: _Optional[str] = ..., record_id: _Optional[str] = ..., values: _Optional[_Union[OwnReadingValues, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class WithdrawOwnReadingRequest(_message.Message):
    __slots__ = ("resident_id", "record_id")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    record_id: str
    def __init__(self, resident_id: _Optional[str] = ..., record_id: _Optional[str] = ...) -> None: ...

class OwnReading(_message.Message):
    __slots__ = ("record_id", "resident_id", "kind", "values", "version", "withdrawn", "entered_at")
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    ENTERED_AT_FIELD_NUMBER: _ClassVar[int]
    record_id: str
    resident_id: str
    kind: OwnReadingKind
    values: OwnReadingValues
    version: int
    withdrawn: bool
    entered_at: _timestamp_pb2.Timestamp
    def __init__(self, record_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., kind: _Optional[_Union[OwnReadingKind, str]] = ..., values: _Optional[_Union[OwnReadingValues, _Mapping]] = ..., version: _Optional[int] = ..., withdrawn: _Optional[bool] = ..., entered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
