from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OrderEnding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_ENDING_UNSPECIFIED: _ClassVar[OrderEnding]
    ORDER_ENDING_SERVED: _ClassVar[OrderEnding]
    ORDER_ENDING_CALLED_OFF: _ClassVar[OrderEnding]
    ORDER_ENDING_UNDER_WAY: _ClassVar[OrderEnding]
ORDER_ENDING_UNSPECIFIED: OrderEnding
ORDER_ENDING_SERVED: OrderEnding
ORDER_ENDING_CALLED_OFF: OrderEnding
ORDER_ENDING_UNDER_WAY: OrderEnding

class ListOrderIndicatorsRequest(_message.Message):
    __slots__ = ("since",)
    SINCE_FIELD_NUMBER: _ClassVar[int]
    since: str
    def __init__(self, since: _Optional[str] = ...) -> None: ...

class OrderIndicator(_message.Message):
    __slots__ = ("month", "partner_id", "ending", "orders", "withheld")
    MONTH_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    ENDING_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    WITHHELD_FIELD_NUMBER: _ClassVar[int]
    month: str
    partner_id: str
    ending: OrderEnding
    orders: int
    withheld: bool
    def __init__(self, month: _Optional[str] = ..., partner_id: _Optional[str] = ..., ending: _Optional[_Union[OrderEnding, str]] = ..., orders: _Optional[int] = ..., withheld: _Optional[bool] = ...) -> None: ...

class OrderIndicators(_message.Message):
    __slots__ = ("indicators",)
    INDICATORS_FIELD_NUMBER: _ClassVar[int]
    indicators: _containers.RepeatedCompositeFieldContainer[OrderIndicator]
    def __init__(self, indicators: _Optional[_Iterable[_Union[OrderIndicator, _Mapping]]] = ...) -> None: ...
