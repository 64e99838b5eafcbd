from yima.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SplitPlan(_message.Message):
    __slots__ = ("id", "version", "shares")
    ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SHARES_FIELD_NUMBER: _ClassVar[int]
    id: str
    version: int
    shares: _containers.RepeatedCompositeFieldContainer[Share]
    def __init__(self, id: _Optional[str] = ..., version: _Optional[int] = ..., shares: _Optional[_Iterable[_Union[Share, _Mapping]]] = ...) -> None: ...

class Share(_message.Message):
    __slots__ = ("party", "basis_points", "fixed", "floor", "cap")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    FIXED_FIELD_NUMBER: _ClassVar[int]
    FLOOR_FIELD_NUMBER: _ClassVar[int]
    CAP_FIELD_NUMBER: _ClassVar[int]
    party: str
    basis_points: int
    fixed: _types_pb2.Money
    floor: _types_pb2.Money
    cap: _types_pb2.Money
    def __init__(self, party: _Optional[str] = ..., basis_points: _Optional[int] = ..., fixed: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., floor: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., cap: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...
