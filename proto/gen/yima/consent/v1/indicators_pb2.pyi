from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListDataIndicatorsRequest(_message.Message):
    __slots__ = ("since",)
    SINCE_FIELD_NUMBER: _ClassVar[int]
    since: str
    def __init__(self, since: _Optional[str] = ...) -> None: ...

class DataIndicator(_message.Message):
    __slots__ = ("month", "purpose", "information_type", "uses", "withheld")
    MONTH_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    USES_FIELD_NUMBER: _ClassVar[int]
    WITHHELD_FIELD_NUMBER: _ClassVar[int]
    month: str
    purpose: str
    information_type: str
    uses: int
    withheld: bool
    def __init__(self, month: _Optional[str] = ..., purpose: _Optional[str] = ..., information_type: _Optional[str] = ..., uses: _Optional[int] = ..., withheld: _Optional[bool] = ...) -> None: ...

class DataIndicators(_message.Message):
    __slots__ = ("indicators",)
    INDICATORS_FIELD_NUMBER: _ClassVar[int]
    indicators: _containers.RepeatedCompositeFieldContainer[DataIndicator]
    def __init__(self, indicators: _Optional[_Iterable[_Union[DataIndicator, _Mapping]]] = ...) -> None: ...
