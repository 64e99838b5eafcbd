import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from yima.records.v1 import error_reports_pb2 as _error_reports_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TimelineKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TIMELINE_KIND_UNSPECIFIED: _ClassVar[TimelineKind]
    TIMELINE_KIND_VISIT: _ClassVar[TimelineKind]
    TIMELINE_KIND_CHECK_UP: _ClassVar[TimelineKind]
    TIMELINE_KIND_DIAGNOSIS: _ClassVar[TimelineKind]
    TIMELINE_KIND_RESULT: _ClassVar[TimelineKind]
    TIMELINE_KIND_REPORT: _ClassVar[TimelineKind]
    TIMELINE_KIND_IMAGING: _ClassVar[TimelineKind]
    TIMELINE_KIND_MEDICINE: _ClassVar[TimelineKind]
    TIMELINE_KIND_VACCINATION: _ClassVar[TimelineKind]
    TIMELINE_KIND_ALLERGY: _ClassVar[TimelineKind]
    TIMELINE_KIND_PROCEDURE: _ClassVar[TimelineKind]
    TIMELINE_KIND_CARE_PLAN: _ClassVar[TimelineKind]
    TIMELINE_KIND_DOCUMENT: _ClassVar[TimelineKind]
    TIMELINE_KIND_DEVICE: _ClassVar[TimelineKind]

class TimelineState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TIMELINE_STATE_UNSPECIFIED: _ClassVar[TimelineState]
    TIMELINE_STATE_CURRENT: _ClassVar[TimelineState]
    TIMELINE_STATE_PAST: _ClassVar[TimelineState]
    TIMELINE_STATE_PLANNED: _ClassVar[TimelineState]

class RangeSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RANGE_SOURCE_UNSPECIFIED: _ClassVar[RangeSource]
    RANGE_SOURCE_SENT: _ClassVar[RangeSource]
    RANGE_SOURCE_CITY: _ClassVar[RangeSource]

class Interpretation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INTERPRETATION_UNSPECIFIED: _ClassVar[Interpretation]
    INTERPRETATION_NORMAL: _ClassVar[Interpretation]
    INTERPRETATION_LOW: _ClassVar[Interpretation]
    INTERPRETATION_HIGH: _ClassVar[Interpretation]
    INTERPRETATION_CRITICALLY_LOW: _ClassVar[Interpretation]
    INTERPRETATION_CRITICALLY_HIGH: _ClassVar[Interpretation]
    INTERPRETATION_ABNORMAL: _ClassVar[Interpretation]

class TrendDirection(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TREND_DIRECTION_UNSPECIFIED: _ClassVar[TrendDirection]
    TREND_DIRECTION_RISING: _ClassVar[TrendDirection]
    TREND_DIRECTION_FALLING: _ClassVar[TrendDirection]
    TREND_DIRECTION_STEADY: _ClassVar[TrendDirection]
TIMELINE_KIND_UNSPECIFIED: TimelineKind
TIMELINE_KIND_VISIT: TimelineKind
TIMELINE_KIND_CHECK_UP: TimelineKind
TIMELINE_KIND_DIAGNOSIS: TimelineKind
TIMELINE_KIND_RESULT: TimelineKind
TIMELINE_KIND_REPORT: TimelineKind
TIMELINE_KIND_IMAGING: TimelineKind
TIMELINE_KIND_MEDICINE: TimelineKind
TIMELINE_KIND_VACCINATION: TimelineKind
TIMELINE_KIND_ALLERGY: TimelineKind
TIMELINE_KIND_PROCEDURE: TimelineKind
TIMELINE_KIND_CARE_PLAN: TimelineKind
TIMELINE_KIND_DOCUMENT: TimelineKind
TIMELINE_KIND_DEVICE: TimelineKind
TIMELINE_STATE_UNSPECIFIED: TimelineState
TIMELINE_STATE_CURRENT: TimelineState
TIMELINE_STATE_PAST: TimelineState
TIMELINE_STATE_PLANNED: TimelineState
RANGE_SOURCE_UNSPECIFIED: RangeSource
RANGE_SOURCE_SENT: RangeSource
RANGE_SOURCE_CITY: RangeSource
INTERPRETATION_UNSPECIFIED: Interpretation
INTERPRETATION_NORMAL: Interpretation
INTERPRETATION_LOW: Interpretation
INTERPRETATION_HIGH: Interpretation
INTERPRETATION_CRITICALLY_LOW: Interpretation
INTERPRETATION_CRITICALLY_HIGH: Interpretation
INTERPRETATION_ABNORMAL: Interpretation
TREND_DIRECTION_UNSPECIFIED: TrendDirection
TREND_DIRECTION_RISING: TrendDirection
TREND_DIRECTION_FALLING: TrendDirection
TREND_DIRECTION_STEADY: TrendDirection

class ReadTimelineRequest(_message.Message):
    __slots__ = ("resident_id", "kinds", "institution_ids", "state", "visit_record_id", "since", "until", "page", "record_id", "own_only")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_IDS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    VISIT_RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    OWN_ONLY_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    kinds: _containers.RepeatedScalarFieldContainer[TimelineKind]
    institution_ids: _containers.RepeatedScalarFieldContainer[str]
    state: TimelineState
    visit_record_id: str
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    page: _types_pb2.PageRequest
    record_id: str
    own_only: bool
    def __init__(self, resident_id: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[TimelineKind, str]]] = ..., institution_ids: _Optional[_Iterable[str]] = ..., state: _Optional[_Union[TimelineState, str]] = ..., visit_record_id: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., record_id: _Optional[str] = ..., own_only: _Optional[bool] = ...) -> None: ...

class TimelinePage(_message.Message):
    __slots__ = ("decision_id", "entries", "page")
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    decision_id: str
    entries: _containers.RepeatedCompositeFieldContainer[TimelineEntry]
    page: _types_pb2.PageInfo
    def __init__(self, decision_id: _Optional[str] = ..., entries: _Optional[_Iterable[_Union[TimelineEntry, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class TimelineEntry(_message.Message):
    __slots__ = ("item", "items", "more_items")
    ITEM_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    MORE_ITEMS_FIELD_NUMBER: _ClassVar[int]
    item: TimelineItem
    items: _containers.RepeatedCompositeFieldContainer[TimelineItem]
    more_items: bool
    def __init__(self, item: _Optional[_Union[TimelineItem, _Mapping]] = ..., items: _Optional[_Iterable[_Union[TimelineItem, _Mapping]]] = ..., more_items: _Optional[bool] = ...) -> None: ...

class TimelineItem(_message.Message):
    __slots__ = ("id", "kind", "institution_id", "self_reported", "by_device", "effective_at", "status", "state", "title", "details", "values", "visit_record_id", "error_report", "version")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    SELF_REPORTED_FIELD_NUMBER: _ClassVar[int]
    BY_DEVICE_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    VISIT_RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    ERROR_REPORT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: TimelineKind
    institution_id: str
    self_reported: bool
    by_device: bool
    effective_at: _timestamp_pb2.Timestamp
    status: str
    state: TimelineState
    title: _types_pb2.LocalizedText
    details: str
    values: _containers.RepeatedCompositeFieldContainer[TimelineValue]
    visit_record_id: str
    error_report: _error_reports_pb2.ErrorReport
    version: int
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[_Union[TimelineKind, str]] = ..., institution_id: _Optional[str] = ..., self_reported: _Optional[bool] = ..., by_device: _Optional[bool] = ..., effective_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[str] = ..., state: _Optional[_Union[TimelineState, str]] = ..., title: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., details: _Optional[str] = ..., values: _Optional[_Iterable[_Union[TimelineValue, _Mapping]]] = ..., visit_record_id: _Optional[str] = ..., error_report: _Optional[_Union[_error_reports_pb2.ErrorReport, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class TimelineValue(_message.Message):
    __slots__ = ("name", "system", "code", "value", "unit", "low", "high", "range_source", "interpretation", "judged_by_sender")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    RANGE_SOURCE_FIELD_NUMBER: _ClassVar[int]
    INTERPRETATION_FIELD_NUMBER: _ClassVar[int]
    JUDGED_BY_SENDER_FIELD_NUMBER: _ClassVar[int]
    name: _types_pb2.LocalizedText
    system: str
    code: str
    value: str
    unit: str
    low: str
    high: str
    range_source: RangeSource
    interpretation: Interpretation
    judged_by_sender: bool
    def __init__(self, name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., system: _Optional[str] = ..., code: _Optional[str] = ..., value: _Optional[str] = ..., unit: _Optional[str] = ..., low: _Optional[str] = ..., high: _Optional[str] = ..., range_source: _Optional[_Union[RangeSource, str]] = ..., interpretation: _Optional[_Union[Interpretation, str]] = ..., judged_by_sender: _Optional[bool] = ...) -> None: ...

class ReadSeriesRequest(_message.Message):
    __slots__ = ("resident_id", "system", "code", "unit", "since", "until", "last")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    system: str
    code: str
    unit: str
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    last: int
    def __init__(self, resident_id: _Optional[str] = ..., system: _Optional[str] = ..., code: _Optional[str] = ..., unit: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last: _Optional[int] = ...) -> None: ...

class Series(_message.Message):
    __slots__ = ("decision_id", "name", "unit", "points", "trend", "change", "left_out", "more")
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    TREND_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    decision_id: str
    name: _types_pb2.LocalizedText
    unit: str
    points: _containers.RepeatedCompositeFieldContainer[SeriesPoint]
    trend: TrendDirection
    change: str
    left_out: int
    more: bool
    def __init__(self, decision_id: _Optional[str] = ..., name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., unit: _Optional[str] = ..., points: _Optional[_Iterable[_Union[SeriesPoint, _Mapping]]] = ..., trend: _Optional[_Union[TrendDirection, str]] = ..., change: _Optional[str] = ..., left_out: _Optional[int] = ..., more: _Optional[bool] = ...) -> None: ...

class SeriesPoint(_message.Message):
    __slots__ = ("record_id", "institution_id", "self_reported", "by_device", "at", "value", "sent_value", "sent_unit", "low", "high", "range_source", "interpretation", "judged_by_sender")
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    SELF_REPORTED_FIELD_NUMBER: _ClassVar[int]
    BY_DEVICE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    SENT_VALUE_FIELD_NUMBER: _ClassVar[int]
    SENT_UNIT_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    RANGE_SOURCE_FIELD_NUMBER: _ClassVar[int]
    INTERPRETATION_FIELD_NUMBER: _ClassVar[int]
    JUDGED_BY_SENDER_FIELD_NUMBER: _ClassVar[int]
    record_id: str
    institution_id: str
    self_reported: bool
    by_device: bool
    at: _timestamp_pb2.Timestamp
    value: str
    sent_value: str
    sent_unit: str
    low: str
    high: str
    range_source: RangeSource
    interpretation: Interpretation
    judged_by_sender: bool
    def __init__(self, record_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., self_reported: _Optional[bool] = ..., by_device: _Optional[bool] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., value: _Optional[str] = ..., sent_value: _Optional[str] = ..., sent_unit: _Optional[str] = ..., low: _Optional[str] = ..., high: _Optional[str] = ..., range_source: _Optional[_Union[RangeSource, str]] = ..., interpretation: _Optional[_Union[Interpretation, str]] = ..., judged_by_sender: _Optional[bool] = ...) -> None: ...
