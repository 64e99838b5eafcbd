import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import views_pb2 as _views_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Sex(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEX_UNSPECIFIED: _ClassVar[Sex]
    SEX_FEMALE: _ClassVar[Sex]
    SEX_MALE: _ClassVar[Sex]
SEX_UNSPECIFIED: Sex
SEX_FEMALE: Sex
SEX_MALE: Sex

class Money(_message.Message):
    __slots__ = ("currency", "minor")
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    MINOR_FIELD_NUMBER: _ClassVar[int]
    currency: str
    minor: int
    def __init__(self, currency: _Optional[str] = ..., minor: _Optional[int] = ...) -> None: ...

class LocalizedText(_message.Message):
    __slots__ = ("text",)
    class TextEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TEXT_FIELD_NUMBER: _ClassVar[int]
    text: _containers.ScalarMap[str, str]
    def __init__(self, text: _Optional[_Mapping[str, str]] = ...) -> None: ...

class Interval(_message.Message):
    __slots__ = ("start", "end")
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    def __init__(self, start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PageRequest(_message.Message):
    __slots__ = ("first", "after", "last", "before")
    FIRST_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    first: int
    after: str
    last: int
    before: str
    def __init__(self, first: _Optional[int] = ..., after: _Optional[str] = ..., last: _Optional[int] = ..., before: _Optional[str] = ...) -> None: ...

class PageInfo(_message.Message):
    __slots__ = ("cursors", "has_next", "has_previous")
    CURSORS_FIELD_NUMBER: _ClassVar[int]
    HAS_NEXT_FIELD_NUMBER: _ClassVar[int]
    HAS_PREVIOUS_FIELD_NUMBER: _ClassVar[int]
    cursors: _containers.RepeatedScalarFieldContainer[str]
    has_next: bool
    has_previous: bool
    def __init__(self, cursors: _Optional[_Iterable[str]] = ..., has_next: _Optional[bool] = ..., has_previous: _Optional[bool] = ...) -> None: ...

class Position(_message.Message):
    __slots__ = ("latitude_microdegrees", "longitude_microdegrees")
    LATITUDE_MICRODEGREES_FIELD_NUMBER: _ClassVar[int]
    LONGITUDE_MICRODEGREES_FIELD_NUMBER: _ClassVar[int]
    latitude_microdegrees: int
    longitude_microdegrees: int
    def __init__(self, latitude_microdegrees: _Optional[int] = ..., longitude_microdegrees: _Optional[int] = ...) -> None: ...
