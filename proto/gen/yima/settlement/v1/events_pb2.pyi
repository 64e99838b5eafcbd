import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PaymentAuthorised(_message.Message):
    __slots__ = ("payment_id", "order_id", "amount", "version")
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    payment_id: str
    order_id: str
    amount: _types_pb2.Money
    version: int
    def __init__(self, payment_id: _Optional[str] = ..., order_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class PaymentFailed(_message.Message):
    __slots__ = ("payment_id", "order_id", "reason", "version", "chosen_version")
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CHOSEN_VERSION_FIELD_NUMBER: _ClassVar[int]
    payment_id: str
    order_id: str
    reason: str
    version: int
    chosen_version: int
    def __init__(self, payment_id: _Optional[str] = ..., order_id: _Optional[str] = ..., reason: _Optional[str] = ..., version: _Optional[int] = ..., chosen_version: _Optional[int] = ...) -> None: ...

class PaymentVoided(_message.Message):
    __slots__ = ("payment_id", "order_id", "version")
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    payment_id: str
    order_id: str
    version: int
    def __init__(self, payment_id: _Optional[str] = ..., order_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class PaymentCaptured(_message.Message):
    __slots__ = ("payment_id", "order_id", "partner_id", "amount", "version")
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    payment_id: str
    order_id: str
    partner_id: str
    amount: _types_pb2.Money
    version: int
    def __init__(self, payment_id: _Optional[str] = ..., order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class RefundMade(_message.Message):
    __slots__ = ("refund_id", "payment_id", "order_id", "partner_id", "amount", "version", "refunded_line_ids")
    REFUND_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REFUNDED_LINE_IDS_FIELD_NUMBER: _ClassVar[int]
    refund_id: str
    payment_id: str
    order_id: str
    partner_id: str
    amount: _types_pb2.Money
    version: int
    refunded_line_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, refund_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., version: _Optional[int] = ..., refunded_line_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class PayoutPaid(_message.Message):
    __slots__ = ("payout_id", "partner_id", "amount", "version")
    PAYOUT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    payout_id: str
    partner_id: str
    amount: _types_pb2.Money
    version: int
    def __init__(self, payout_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class PayoutReturned(_message.Message):
    __slots__ = ("payout_id", "partner_id", "amount", "reason", "version")
    PAYOUT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    payout_id: str
    partner_id: str
    amount: _types_pb2.Money
    reason: str
    version: int
    def __init__(self, payout_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., reason: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class DisputeOpened(_message.Message):
    __slots__ = ("dispute_id", "payment_id", "order_id", "partner_id", "amount", "opened_at", "version")
    DISPUTE_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    dispute_id: str
    payment_id: str
    order_id: str
    partner_id: str
    amount: _types_pb2.Money
    opened_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, dispute_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., opened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class RefundAsked(_message.Message):
    __slots__ = ("refund_id", "payment_id", "order_id", "partner_id", "amount", "version")
    REFUND_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    refund_id: str
    payment_id: str
    order_id: str
    partner_id: str
    amount: _types_pb2.Money
    version: int
    def __init__(self, refund_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class RefundFailed(_message.Message):
    __slots__ = ("refund_id", "payment_id", "order_id", "partner_id", "amount", "reason", "version", "refunded_line_ids")
    REFUND_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REFUNDED_LINE_IDS_FIELD_NUMBER: _ClassVar[int]
    refund_id: str
    payment_id: str
    order_id: str
    partner_id: str
    amount: _types_pb2.Money
    reason: str
    version: int
    refunded_line_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, refund_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., reason: _Optional[str] = ..., version: _Optional[int] = ..., refunded_line_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class PaymentVoidFailed(_message.Message):
    __slots__ = ("payment_id", "order_id", "reason", "version")
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    payment_id: str
    order_id: str
    reason: str
    version: int
    def __init__(self, payment_id: _Optional[str] = ..., order_id: _Optional[str] = ..., reason: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class DisputeDecided(_message.Message):
    __slots__ = ("dispute_id", "payment_id", "order_id", "partner_id", "won", "decided_at", "version")
    DISPUTE_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    WON_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    dispute_id: str
    payment_id: str
    order_id: str
    partner_id: str
    won: bool
    decided_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, dispute_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., won: _Optional[bool] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class StatementIssued(_message.Message):
    __slots__ = ("statement_id", "partner_id", "finish_at", "issued_at", "deadline_at", "version")
    STATEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    FINISH_AT_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    statement_id: str
    partner_id: str
    finish_at: _timestamp_pb2.Timestamp
    issued_at: _timestamp_pb2.Timestamp
    deadline_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, statement_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., finish_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., deadline_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class StatementConfirmed(_message.Message):
    __slots__ = ("statement_id", "partner_id", "confirmed_at", "version")
    STATEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    statement_id: str
    partner_id: str
    confirmed_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, statement_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., confirmed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...
