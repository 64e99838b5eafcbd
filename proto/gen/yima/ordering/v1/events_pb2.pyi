import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from yima.catalog.v1 import api_pb2 as _api_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from yima.ordering.v1 import api_pb2 as _api_pb2_1
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FollowUpOrderState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FOLLOW_UP_ORDER_STATE_UNSPECIFIED: _ClassVar[FollowUpOrderState]
    FOLLOW_UP_ORDER_STATE_OPEN: _ClassVar[FollowUpOrderState]
    FOLLOW_UP_ORDER_STATE_OVER: _ClassVar[FollowUpOrderState]
    FOLLOW_UP_ORDER_STATE_SERVED: _ClassVar[FollowUpOrderState]
FOLLOW_UP_ORDER_STATE_UNSPECIFIED: FollowUpOrderState
FOLLOW_UP_ORDER_STATE_OPEN: FollowUpOrderState
FOLLOW_UP_ORDER_STATE_OVER: FollowUpOrderState
FOLLOW_UP_ORDER_STATE_SERVED: FollowUpOrderState

class PlacedLine(_message.Message):
    __slots__ = ("order_line_id", "offering_id", "offering_revision", "quantity", "total", "consent", "consent_hash", "certificate_ids", "private_offer_id")
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_REVISION_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    CONSENT_FIELD_NUMBER: _ClassVar[int]
    CONSENT_HASH_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_IDS_FIELD_NUMBER: _ClassVar[int]
    PRIVATE_OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    order_line_id: str
    offering_id: str
    offering_revision: int
    quantity: int
    total: _types_pb2.Money
    consent: _api_pb2.ConsentTemplate
    consent_hash: bytes
    certificate_ids: _containers.RepeatedScalarFieldContainer[str]
    private_offer_id: str
    def __init__(self, order_line_id: _Optional[str] = ..., offering_id: _Optional[str] = ..., offering_revision: _Optional[int] = ..., quantity: _Optional[int] = ..., total: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., consent: _Optional[_Union[_api_pb2.ConsentTemplate, _Mapping]] = ..., consent_hash: _Optional[bytes] = ..., certificate_ids: _Optional[_Iterable[str]] = ..., private_offer_id: _Optional[str] = ...) -> None: ...

class LineDue(_message.Message):
    __slots__ = ("order_line_id", "amount")
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    order_line_id: str
    amount: _types_pb2.Money
    def __init__(self, order_line_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class PlacedSession(_message.Message):
    __slots__ = ("booking_id", "interval")
    BOOKING_ID_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    booking_id: str
    interval: _types_pb2.Interval
    def __init__(self, booking_id: _Optional[str] = ..., interval: _Optional[_Union[_types_pb2.Interval, _Mapping]] = ...) -> None: ...

class OrderPlaced(_message.Message):
    __slots__ = ("order_id", "resident_id", "placed_by", "partner_id", "lines", "total", "payment_method", "consent_given", "placed_at", "deadline", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PLACED_BY_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_METHOD_FIELD_NUMBER: _ClassVar[int]
    CONSENT_GIVEN_FIELD_NUMBER: _ClassVar[int]
    PLACED_AT_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    placed_by: str
    partner_id: str
    lines: _containers.RepeatedCompositeFieldContainer[PlacedLine]
    total: _types_pb2.Money
    payment_method: str
    consent_given: bool
    placed_at: _timestamp_pb2.Timestamp
    deadline: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., placed_by: _Optional[str] = ..., partner_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[PlacedLine, _Mapping]]] = ..., total: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., payment_method: _Optional[str] = ..., consent_given: _Optional[bool] = ..., placed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., deadline: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class OrderPlacedAtDesk(_message.Message):
    __slots__ = ("order_id", "resident_id", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    version: int
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class PeriodPlaced(_message.Message):
    __slots__ = ("order_id", "resident_id", "first_order_id", "period", "starts_at", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    FIRST_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    STARTS_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    first_order_id: str
    period: int
    starts_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., first_order_id: _Optional[str] = ..., period: _Optional[int] = ..., starts_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class SeriesEnded(_message.Message):
    __slots__ = ("order_id", "partner_id", "resident_id", "end", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    partner_id: str
    resident_id: str
    end: _api_pb2_1.SeriesEnd
    version: int
    def __init__(self, order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., end: _Optional[_Union[_api_pb2_1.SeriesEnd, str]] = ..., version: _Optional[int] = ...) -> None: ...

class SessionsPlaced(_message.Message):
    __slots__ = ("order_id", "resident_id", "sessions", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    sessions: _containers.RepeatedCompositeFieldContainer[PlacedSession]
    version: int
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., sessions: _Optional[_Iterable[_Union[PlacedSession, _Mapping]]] = ..., version: _Optional[int] = ...) -> None: ...

class FollowUpOrderChanged(_message.Message):
    __slots__ = ("order_id", "resident_id", "follow_up_id", "state", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_UP_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    follow_up_id: str
    state: FollowUpOrderState
    version: int
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., follow_up_id: _Optional[str] = ..., state: _Optional[_Union[FollowUpOrderState, str]] = ..., version: _Optional[int] = ...) -> None: ...

class PaymentChosen(_message.Message):
    __slots__ = ("order_id", "payment_method", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_METHOD_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    payment_method: str
    version: int
    def __init__(self, order_id: _Optional[str] = ..., payment_method: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class OrderPaymentFailed(_message.Message):
    __slots__ = ("order_id", "partner_id", "resident_id", "reason", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    partner_id: str
    resident_id: str
    reason: str
    version: int
    def __init__(self, order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., reason: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class OrderConfirmed(_message.Message):
    __slots__ = ("order_id", "partner_id", "resident_id", "deadline", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    partner_id: str
    resident_id: str
    deadline: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., deadline: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class OrderAccepted(_message.Message):
    __slots__ = ("order_id", "partner_id", "resident_id", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    partner_id: str
    resident_id: str
    version: int
    def __init__(self, order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class OrderRefused(_message.Message):
    __slots__ = ("order_id", "partner_id", "resident_id", "reason", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    partner_id: str
    resident_id: str
    reason: str
    version: int
    def __init__(self, order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., reason: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class ServiceProven(_message.Message):
    __slots__ = ("order_id", "order_line_id", "proof_id", "scan_id", "practitioner_id", "partner_id", "resident_id", "proven_at", "version", "item", "units", "source")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    PROOF_ID_FIELD_NUMBER: _ClassVar[int]
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PROVEN_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    order_line_id: str
    proof_id: str
    scan_id: str
    practitioner_id: str
    partner_id: str
    resident_id: str
    proven_at: _timestamp_pb2.Timestamp
    version: int
    item: str
    units: int
    source: str
    def __init__(self, order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., proof_id: _Optional[str] = ..., scan_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., proven_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., item: _Optional[str] = ..., units: _Optional[int] = ..., source: _Optional[str] = ...) -> None: ...

class OrderFulfilled(_message.Message):
    __slots__ = ("order_id", "partner_id", "resident_id", "order_line_ids", "fulfilled_at", "version", "dues")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_IDS_FIELD_NUMBER: _ClassVar[int]
    FULFILLED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DUES_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    partner_id: str
    resident_id: str
    order_line_ids: _containers.RepeatedScalarFieldContainer[str]
    fulfilled_at: _timestamp_pb2.Timestamp
    version: int
    dues: _containers.RepeatedCompositeFieldContainer[LineDue]
    def __init__(self, order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., order_line_ids: _Optional[_Iterable[str]] = ..., fulfilled_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., dues: _Optional[_Iterable[_Union[LineDue, _Mapping]]] = ...) -> None: ...

class OrderCancelled(_message.Message):
    __slots__ = ("order_id", "partner_id", "resident_id", "reason", "cancelled_by", "version", "dues", "objection_until")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_BY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DUES_FIELD_NUMBER: _ClassVar[int]
    OBJECTION_UNTIL_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    partner_id: str
    resident_id: str
    reason: str
    cancelled_by: str
    version: int
    dues: _containers.RepeatedCompositeFieldContainer[LineDue]
    objection_until: _timestamp_pb2.Timestamp
    def __init__(self, order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., reason: _Optional[str] = ..., cancelled_by: _Optional[str] = ..., version: _Optional[int] = ..., dues: _Optional[_Iterable[_Union[LineDue, _Mapping]]] = ..., objection_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CancellationSettled(_message.Message):
    __slots__ = ("order_id", "partner_id", "resident_id", "version", "dues")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DUES_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    partner_id: str
    resident_id: str
    version: int
    dues: _containers.RepeatedCompositeFieldContainer[LineDue]
    def __init__(self, order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., version: _Optional[int] = ..., dues: _Optional[_Iterable[_Union[LineDue, _Mapping]]] = ...) -> None: ...

class OrderExpired(_message.Message):
    __slots__ = ("order_id", "partner_id", "resident_id", "reason", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    partner_id: str
    resident_id: str
    reason: str
    version: int
    def __init__(self, order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., reason: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class OrderClosed(_message.Message):
    __slots__ = ("order_id", "partner_id", "resident_id", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    partner_id: str
    resident_id: str
    version: int
    def __init__(self, order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class UsageRecorded(_message.Message):
    __slots__ = ("order_id", "partner_id", "resident_id", "order_line_id", "item", "units", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    partner_id: str
    resident_id: str
    order_line_id: str
    item: str
    units: int
    version: int
    def __init__(self, order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., item: _Optional[str] = ..., units: _Optional[int] = ..., version: _Optional[int] = ...) -> None: ...

class SlotBooked(_message.Message):
    __slots__ = ("order_id", "partner_id", "resident_id", "order_line_id", "booking_id", "interval", "version", "waits_for_agreement", "answer_by", "instead_of_booking_id", "reason")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    BOOKING_ID_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    WAITS_FOR_AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    ANSWER_BY_FIELD_NUMBER: _ClassVar[int]
    INSTEAD_OF_BOOKING_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    partner_id: str
    resident_id: str
    order_line_id: str
    booking_id: str
    interval: _types_pb2.Interval
    version: int
    waits_for_agreement: bool
    answer_by: _timestamp_pb2.Timestamp
    instead_of_booking_id: str
    reason: str
    def __init__(self, order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., booking_id: _Optional[str] = ..., interval: _Optional[_Union[_types_pb2.Interval, _Mapping]] = ..., version: _Optional[int] = ..., waits_for_agreement: _Optional[bool] = ..., answer_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., instead_of_booking_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class SessionsAgreed(_message.Message):
    __slots__ = ("order_id", "partner_id", "resident_id", "booking_ids", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    BOOKING_IDS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    partner_id: str
    resident_id: str
    booking_ids: _containers.RepeatedScalarFieldContainer[str]
    version: int
    def __init__(self, order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., booking_ids: _Optional[_Iterable[str]] = ..., version: _Optional[int] = ...) -> None: ...

class SessionsCancelled(_message.Message):
    __slots__ = ("order_id", "partner_id", "resident_id", "order_line_id", "booking_ids", "given_up", "fee", "cancelled_by", "reason", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    BOOKING_IDS_FIELD_NUMBER: _ClassVar[int]
    GIVEN_UP_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    partner_id: str
    resident_id: str
    order_line_id: str
    booking_ids: _containers.RepeatedScalarFieldContainer[str]
    given_up: int
    fee: _types_pb2.Money
    cancelled_by: str
    reason: str
    version: int
    def __init__(self, order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., booking_ids: _Optional[_Iterable[str]] = ..., given_up: _Optional[int] = ..., fee: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., cancelled_by: _Optional[str] = ..., reason: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class OrderTransferred(_message.Message):
    __slots__ = ("order_id", "partner_id", "resident_id", "beneficiary_id", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    BENEFICIARY_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    partner_id: str
    resident_id: str
    beneficiary_id: str
    version: int
    def __init__(self, order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., beneficiary_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class ComplaintOpened(_message.Message):
    __slots__ = ("complaint_id", "order_id", "partner_id", "answer_by", "version", "resident_id", "not_given")
    COMPLAINT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    ANSWER_BY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    NOT_GIVEN_FIELD_NUMBER: _ClassVar[int]
    complaint_id: str
    order_id: str
    partner_id: str
    answer_by: _timestamp_pb2.Timestamp
    version: int
    resident_id: str
    not_given: bool
    def __init__(self, complaint_id: _Optional[str] = ..., order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., answer_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., resident_id: _Optional[str] = ..., not_given: _Optional[bool] = ...) -> None: ...

class ComplaintEscalated(_message.Message):
    __slots__ = ("complaint_id", "order_id", "partner_id", "version")
    COMPLAINT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    complaint_id: str
    order_id: str
    partner_id: str
    version: int
    def __init__(self, complaint_id: _Optional[str] = ..., order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class ComplaintDecided(_message.Message):
    __slots__ = ("complaint_id", "order_id", "partner_id", "upheld", "version", "resident_id", "decided_by", "called_off")
    COMPLAINT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    UPHELD_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    CALLED_OFF_FIELD_NUMBER: _ClassVar[int]
    complaint_id: str
    order_id: str
    partner_id: str
    upheld: bool
    version: int
    resident_id: str
    decided_by: str
    called_off: bool
    def __init__(self, complaint_id: _Optional[str] = ..., order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., upheld: _Optional[bool] = ..., version: _Optional[int] = ..., resident_id: _Optional[str] = ..., decided_by: _Optional[str] = ..., called_off: _Optional[bool] = ...) -> None: ...

class ObjectionEnded(_message.Message):
    __slots__ = ("order_id", "partner_id", "resident_id", "version")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    partner_id: str
    resident_id: str
    version: int
    def __init__(self, order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class PartnerMeasured(_message.Message):
    __slots__ = ("measures",)
    MEASURES_FIELD_NUMBER: _ClassVar[int]
    measures: _api_pb2.PartnerMeasures
    def __init__(self, measures: _Optional[_Union[_api_pb2.PartnerMeasures, _Mapping]] = ...) -> None: ...

class ResidentsSeen(_message.Message):
    __slots__ = ("look_id", "resident_ids", "seen_by", "role", "method", "seen_at", "version")
    LOOK_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_IDS_FIELD_NUMBER: _ClassVar[int]
    SEEN_BY_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    SEEN_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    look_id: str
    resident_ids: _containers.RepeatedScalarFieldContainer[str]
    seen_by: str
    role: _route_pb2.Role
    method: str
    seen_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, look_id: _Optional[str] = ..., resident_ids: _Optional[_Iterable[str]] = ..., seen_by: _Optional[str] = ..., role: _Optional[_Union[_route_pb2.Role, str]] = ..., method: _Optional[str] = ..., seen_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class ReviewPublished(_message.Message):
    __slots__ = ("review_id", "offering_id", "partner_id", "rating", "version")
    REVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RATING_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    review_id: str
    offering_id: str
    partner_id: str
    rating: int
    version: int
    def __init__(self, review_id: _Optional[str] = ..., offering_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., rating: _Optional[int] = ..., version: _Optional[int] = ...) -> None: ...

class AvailabilityChanged(_message.Message):
    __slots__ = ("offering_id", "next_free_at", "version")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    NEXT_FREE_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    next_free_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, offering_id: _Optional[str] = ..., next_free_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class PrivateOfferAddressed(_message.Message):
    __slots__ = ("private_offer_id", "partner_id", "resident_id", "until", "version")
    PRIVATE_OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    private_offer_id: str
    partner_id: str
    resident_id: str
    until: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, private_offer_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class PrivateOfferTaken(_message.Message):
    __slots__ = ("private_offer_id", "partner_id", "offering_id", "version")
    PRIVATE_OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    private_offer_id: str
    partner_id: str
    offering_id: str
    version: int
    def __init__(self, private_offer_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., offering_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class PrivateOfferUsed(_message.Message):
    __slots__ = ("private_offer_id", "partner_id", "offering_id", "order_id", "version")
    PRIVATE_OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    private_offer_id: str
    partner_id: str
    offering_id: str
    order_id: str
    version: int
    def __init__(self, private_offer_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., offering_id: _Optional[str] = ..., order_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class PrivateOfferEnded(_message.Message):
    __slots__ = ("private_offer_id", "partner_id", "offering_id", "end", "version")
    PRIVATE_OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    private_offer_id: str
    partner_id: str
    offering_id: str
    end: _api_pb2_1.PrivateOfferEnd
    version: int
    def __init__(self, private_offer_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., offering_id: _Optional[str] = ..., end: _Optional[_Union[_api_pb2_1.PrivateOfferEnd, str]] = ..., version: _Optional[int] = ...) -> None: ...
