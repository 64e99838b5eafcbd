from yima.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MoneyShare(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MONEY_SHARE_UNSPECIFIED: _ClassVar[MoneyShare]
    MONEY_SHARE_PARTNERS: _ClassVar[MoneyShare]
    MONEY_SHARE_PLATFORM: _ClassVar[MoneyShare]
    MONEY_SHARE_OTHERS: _ClassVar[MoneyShare]
MONEY_SHARE_UNSPECIFIED: MoneyShare
MONEY_SHARE_PARTNERS: MoneyShare
MONEY_SHARE_PLATFORM: MoneyShare
MONEY_SHARE_OTHERS: MoneyShare

class ListMoneyIndicatorsRequest(_message.Message):
    __slots__ = ("since",)
    SINCE_FIELD_NUMBER: _ClassVar[int]
    since: str
    def __init__(self, since: _Optional[str] = ...) -> None: ...

class MoneyIndicator(_message.Message):
    __slots__ = ("month", "partner_id", "share", "amount", "withheld")
    MONTH_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    WITHHELD_FIELD_NUMBER: _ClassVar[int]
    month: str
    partner_id: str
    share: MoneyShare
    amount: _types_pb2.Money
    withheld: bool
    def __init__(self, month: _Optional[str] = ..., partner_id: _Optional[str] = ..., share: _Optional[_Union[MoneyShare, str]] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., withheld: _Optional[bool] = ...) -> None: ...

class MoneyIndicators(_message.Message):
    __slots__ = ("indicators",)
    INDICATORS_FIELD_NUMBER: _ClassVar[int]
    indicators: _containers.RepeatedCompositeFieldContainer[MoneyIndicator]
    def __init__(self, indicators: _Optional[_Iterable[_Union[MoneyIndicator, _Mapping]]] = ...) -> None: ...
