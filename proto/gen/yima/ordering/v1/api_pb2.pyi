import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OrderStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_STATUS_UNSPECIFIED: _ClassVar[OrderStatus]
    ORDER_STATUS_PLACED: _ClassVar[OrderStatus]
    ORDER_STATUS_CONFIRMED: _ClassVar[OrderStatus]
    ORDER_STATUS_ACCEPTED: _ClassVar[OrderStatus]
    ORDER_STATUS_FULFILLING: _ClassVar[OrderStatus]
    ORDER_STATUS_FULFILLED: _ClassVar[OrderStatus]
    ORDER_STATUS_CLOSED: _ClassVar[OrderStatus]
    ORDER_STATUS_REFUSED: _ClassVar[OrderStatus]
    ORDER_STATUS_CANCELLED: _ClassVar[OrderStatus]
    ORDER_STATUS_EXPIRED: _ClassVar[OrderStatus]

class Requirement(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REQUIREMENT_UNSPECIFIED: _ClassVar[Requirement]
    REQUIREMENT_MONEY: _ClassVar[Requirement]
    REQUIREMENT_CONSENT: _ClassVar[Requirement]
ORDER_STATUS_UNSPECIFIED: OrderStatus
ORDER_STATUS_PLACED: OrderStatus
ORDER_STATUS_CONFIRMED: OrderStatus
ORDER_STATUS_ACCEPTED: OrderStatus
ORDER_STATUS_FULFILLING: OrderStatus
ORDER_STATUS_FULFILLED: OrderStatus
ORDER_STATUS_CLOSED: OrderStatus
ORDER_STATUS_REFUSED: OrderStatus
ORDER_STATUS_CANCELLED: OrderStatus
ORDER_STATUS_EXPIRED: OrderStatus
REQUIREMENT_UNSPECIFIED: Requirement
REQUIREMENT_MONEY: Requirement
REQUIREMENT_CONSENT: Requirement

class PlaceOrderRequest(_message.Message):
    __slots__ = ("resident_id", "lines", "payment_method", "consent_given", "validate_only")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_METHOD_FIELD_NUMBER: _ClassVar[int]
    CONSENT_GIVEN_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    lines: _containers.RepeatedCompositeFieldContainer[PlaceOrderLine]
    payment_method: str
    consent_given: bool
    validate_only: bool
    def __init__(self, resident_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[PlaceOrderLine, _Mapping]]] = ..., payment_method: _Optional[str] = ..., consent_given: _Optional[bool] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class PlaceOrderLine(_message.Message):
    __slots__ = ("offering_id", "quantity", "slot_id")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    SLOT_ID_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    quantity: int
    slot_id: str
    def __init__(self, offering_id: _Optional[str] = ..., quantity: _Optional[int] = ..., slot_id: _Optional[str] = ...) -> None: ...

class Order(_message.Message):
    __slots__ = ("id", "resident_id", "partner_id", "status", "lines", "total", "waiting_for", "deadline", "reason", "placed_at", "changed_at", "placed_by", "proofs", "version")
    ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    WAITING_FOR_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PLACED_AT_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    PLACED_BY_FIELD_NUMBER: _ClassVar[int]
    PROOFS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    resident_id: str
    partner_id: str
    status: OrderStatus
    lines: _containers.RepeatedCompositeFieldContainer[OrderLine]
    total: _types_pb2.Money
    waiting_for: _containers.RepeatedScalarFieldContainer[Requirement]
    deadline: _timestamp_pb2.Timestamp
    reason: str
    placed_at: _timestamp_pb2.Timestamp
    changed_at: _timestamp_pb2.Timestamp
    placed_by: str
    proofs: _containers.RepeatedCompositeFieldContainer[ProofOfService]
    version: int
    def __init__(self, id: _Optional[str] = ..., resident_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., status: _Optional[_Union[OrderStatus, str]] = ..., lines: _Optional[_Iterable[_Union[OrderLine, _Mapping]]] = ..., total: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., waiting_for: _Optional[_Iterable[_Union[Requirement, str]]] = ..., deadline: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., placed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., placed_by: _Optional[str] = ..., proofs: _Optional[_Iterable[_Union[ProofOfService, _Mapping]]] = ..., version: _Optional[int] = ...) -> None: ...

class OrderLine(_message.Message):
    __slots__ = ("id", "offering_id", "offering_revision", "title", "quantity", "unit_price", "total", "slot_id", "consent_needed", "consent_hash", "proven")
    ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_REVISION_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_PRICE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    SLOT_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_NEEDED_FIELD_NUMBER: _ClassVar[int]
    CONSENT_HASH_FIELD_NUMBER: _ClassVar[int]
    PROVEN_FIELD_NUMBER: _ClassVar[int]
    id: str
    offering_id: str
    offering_revision: int
    title: _types_pb2.LocalizedText
    quantity: int
    unit_price: _types_pb2.Money
    total: _types_pb2.Money
    slot_id: str
    consent_needed: bool
    consent_hash: bytes
    proven: bool
    def __init__(self, id: _Optional[str] = ..., offering_id: _Optional[str] = ..., offering_revision: _Optional[int] = ..., title: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., quantity: _Optional[int] = ..., unit_price: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., total: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., slot_id: _Optional[str] = ..., consent_needed: _Optional[bool] = ..., consent_hash: _Optional[bytes] = ..., proven: _Optional[bool] = ...) -> None: ...

class ProofOfService(_message.Message):
    __slots__ = ("id", "order_line_id", "scan_id", "practitioner_id", "proven_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    PROVEN_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    order_line_id: str
    scan_id: str
    practitioner_id: str
    proven_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., scan_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., proven_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PayOrderRequest(_message.Message):
    __slots__ = ("order_id", "payment_method")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_METHOD_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    payment_method: str
    def __init__(self, order_id: _Optional[str] = ..., payment_method: _Optional[str] = ...) -> None: ...

class GetOrderRequest(_message.Message):
    __slots__ = ("order_id",)
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    def __init__(self, order_id: _Optional[str] = ...) -> None: ...

class ListOrdersRequest(_message.Message):
    __slots__ = ("status", "resident_id", "page")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    status: OrderStatus
    resident_id: str
    page: _types_pb2.PageRequest
    def __init__(self, status: _Optional[_Union[OrderStatus, str]] = ..., resident_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class OrderPage(_message.Message):
    __slots__ = ("orders", "page")
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    orders: _containers.RepeatedCompositeFieldContainer[Order]
    page: _types_pb2.PageInfo
    def __init__(self, orders: _Optional[_Iterable[_Union[Order, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class AcceptOrderRequest(_message.Message):
    __slots__ = ("order_id",)
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    def __init__(self, order_id: _Optional[str] = ...) -> None: ...

class RefuseOrderRequest(_message.Message):
    __slots__ = ("order_id", "reason")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    reason: str
    def __init__(self, order_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ProveServiceRequest(_message.Message):
    __slots__ = ("order_id", "order_line_id", "scan_receipt")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    SCAN_RECEIPT_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    order_line_id: str
    scan_receipt: str
    def __init__(self, order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., scan_receipt: _Optional[str] = ...) -> None: ...

class FulfilOrderRequest(_message.Message):
    __slots__ = ("order_id",)
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    def __init__(self, order_id: _Optional[str] = ...) -> None: ...

class CancelOrderRequest(_message.Message):
    __slots__ = ("order_id", "reason")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    reason: str
    def __init__(self, order_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ListFreePlacesRequest(_message.Message):
    __slots__ = ("offering_id",)
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    def __init__(self, offering_id: _Optional[str] = ...) -> None: ...

class GetFreePlacesRequest(_message.Message):
    __slots__ = ("offering_ids",)
    OFFERING_IDS_FIELD_NUMBER: _ClassVar[int]
    offering_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, offering_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class OfferingsFreePlaces(_message.Message):
    __slots__ = ("offerings",)
    OFFERINGS_FIELD_NUMBER: _ClassVar[int]
    offerings: _containers.RepeatedCompositeFieldContainer[FreePlaces]
    def __init__(self, offerings: _Optional[_Iterable[_Union[FreePlaces, _Mapping]]] = ...) -> None: ...

class FreePlaces(_message.Message):
    __slots__ = ("places",)
    PLACES_FIELD_NUMBER: _ClassVar[int]
    places: _containers.RepeatedCompositeFieldContainer[FreePlace]
    def __init__(self, places: _Optional[_Iterable[_Union[FreePlace, _Mapping]]] = ...) -> None: ...

class FreePlace(_message.Message):
    __slots__ = ("slot_id", "interval", "free")
    SLOT_ID_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    FREE_FIELD_NUMBER: _ClassVar[int]
    slot_id: str
    interval: _types_pb2.Interval
    free: int
    def __init__(self, slot_id: _Optional[str] = ..., interval: _Optional[_Union[_types_pb2.Interval, _Mapping]] = ..., free: _Optional[int] = ...) -> None: ...
