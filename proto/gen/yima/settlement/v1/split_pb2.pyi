from yima.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Rounding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROUNDING_UNSPECIFIED: _ClassVar[Rounding]
    ROUNDING_UP: _ClassVar[Rounding]

class RefundLiability(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REFUND_LIABILITY_UNSPECIFIED: _ClassVar[RefundLiability]
    REFUND_LIABILITY_PRO_RATA: _ClassVar[RefundLiability]
    REFUND_LIABILITY_PARTNER: _ClassVar[RefundLiability]
    REFUND_LIABILITY_PLATFORM: _ClassVar[RefundLiability]
ROUNDING_UNSPECIFIED: Rounding
ROUNDING_UP: Rounding
REFUND_LIABILITY_UNSPECIFIED: RefundLiability
REFUND_LIABILITY_PRO_RATA: RefundLiability
REFUND_LIABILITY_PARTNER: RefundLiability
REFUND_LIABILITY_PLATFORM: RefundLiability

class SplitPlan(_message.Message):
    __slots__ = ("id", "version", "shares", "refund_liability", "rounding")
    ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SHARES_FIELD_NUMBER: _ClassVar[int]
    REFUND_LIABILITY_FIELD_NUMBER: _ClassVar[int]
    ROUNDING_FIELD_NUMBER: _ClassVar[int]
    id: str
    version: int
    shares: _containers.RepeatedCompositeFieldContainer[Share]
    refund_liability: RefundLiability
    rounding: Rounding
    def __init__(self, id: _Optional[str] = ..., version: _Optional[int] = ..., shares: _Optional[_Iterable[_Union[Share, _Mapping]]] = ..., refund_liability: _Optional[_Union[RefundLiability, str]] = ..., rounding: _Optional[_Union[Rounding, str]] = ...) -> None: ...

class Tier(_message.Message):
    __slots__ = ("above", "basis_points")
    ABOVE_FIELD_NUMBER: _ClassVar[int]
    BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    above: _types_pb2.Money
    basis_points: int
    def __init__(self, above: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., basis_points: _Optional[int] = ...) -> None: ...

class Share(_message.Message):
    __slots__ = ("party", "basis_points", "fixed", "floor", "cap", "tiers", "of")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    FIXED_FIELD_NUMBER: _ClassVar[int]
    FLOOR_FIELD_NUMBER: _ClassVar[int]
    CAP_FIELD_NUMBER: _ClassVar[int]
    TIERS_FIELD_NUMBER: _ClassVar[int]
    OF_FIELD_NUMBER: _ClassVar[int]
    party: str
    basis_points: int
    fixed: _types_pb2.Money
    floor: _types_pb2.Money
    cap: _types_pb2.Money
    tiers: _containers.RepeatedCompositeFieldContainer[Tier]
    of: str
    def __init__(self, party: _Optional[str] = ..., basis_points: _Optional[int] = ..., fixed: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., floor: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., cap: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., tiers: _Optional[_Iterable[_Union[Tier, _Mapping]]] = ..., of: _Optional[str] = ...) -> None: ...
