import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ClosePeriodRequest(_message.Message):
    __slots__ = ("month",)
    MONTH_FIELD_NUMBER: _ClassVar[int]
    month: str
    def __init__(self, month: _Optional[str] = ...) -> None: ...

class AccountingPeriod(_message.Message):
    __slots__ = ("month", "starts_at", "ends_at", "entries", "closed_by", "closed_at", "balances")
    MONTH_FIELD_NUMBER: _ClassVar[int]
    STARTS_AT_FIELD_NUMBER: _ClassVar[int]
    ENDS_AT_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    CLOSED_BY_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    BALANCES_FIELD_NUMBER: _ClassVar[int]
    month: str
    starts_at: _timestamp_pb2.Timestamp
    ends_at: _timestamp_pb2.Timestamp
    entries: int
    closed_by: str
    closed_at: _timestamp_pb2.Timestamp
    balances: _containers.RepeatedCompositeFieldContainer[AccountBalance]
    def __init__(self, month: _Optional[str] = ..., starts_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ends_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., entries: _Optional[int] = ..., closed_by: _Optional[str] = ..., closed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., balances: _Optional[_Iterable[_Union[AccountBalance, _Mapping]]] = ...) -> None: ...

class AccountBalance(_message.Message):
    __slots__ = ("account", "amount")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    account: str
    amount: _types_pb2.Money
    def __init__(self, account: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class ListPeriodsRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _types_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class AccountingPeriodPage(_message.Message):
    __slots__ = ("periods", "page")
    PERIODS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    periods: _containers.RepeatedCompositeFieldContainer[AccountingPeriod]
    page: _types_pb2.PageInfo
    def __init__(self, periods: _Optional[_Iterable[_Union[AccountingPeriod, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class GetPeriodRequest(_message.Message):
    __slots__ = ("month",)
    MONTH_FIELD_NUMBER: _ClassVar[int]
    month: str
    def __init__(self, month: _Optional[str] = ...) -> None: ...

class ExchangeMoneyRequest(_message.Message):
    __slots__ = ("account", "sold", "bought", "rate", "reason")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    SOLD_FIELD_NUMBER: _ClassVar[int]
    BOUGHT_FIELD_NUMBER: _ClassVar[int]
    RATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    account: str
    sold: _types_pb2.Money
    bought: _types_pb2.Money
    rate: str
    reason: str
    def __init__(self, account: _Optional[str] = ..., sold: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., bought: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., rate: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class Exchange(_message.Message):
    __slots__ = ("id", "entry_id", "sold", "bought", "rate", "reason", "made_by", "made_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    SOLD_FIELD_NUMBER: _ClassVar[int]
    BOUGHT_FIELD_NUMBER: _ClassVar[int]
    RATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MADE_BY_FIELD_NUMBER: _ClassVar[int]
    MADE_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    entry_id: str
    sold: _types_pb2.Money
    bought: _types_pb2.Money
    rate: str
    reason: str
    made_by: str
    made_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., entry_id: _Optional[str] = ..., sold: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., bought: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., rate: _Optional[str] = ..., reason: _Optional[str] = ..., made_by: _Optional[str] = ..., made_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListExchangesRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _types_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class ExchangePage(_message.Message):
    __slots__ = ("exchanges", "page")
    EXCHANGES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    exchanges: _containers.RepeatedCompositeFieldContainer[Exchange]
    page: _types_pb2.PageInfo
    def __init__(self, exchanges: _Optional[_Iterable[_Union[Exchange, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ListSealsRequest(_message.Message):
    __slots__ = ("partner_id", "page")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    page: _types_pb2.PageRequest
    def __init__(self, partner_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class Seal(_message.Message):
    __slots__ = ("chain", "number", "upto", "postings", "previous", "hash", "sealed_at")
    CHAIN_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    UPTO_FIELD_NUMBER: _ClassVar[int]
    POSTINGS_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    SEALED_AT_FIELD_NUMBER: _ClassVar[int]
    chain: str
    number: int
    upto: int
    postings: int
    previous: bytes
    hash: bytes
    sealed_at: _timestamp_pb2.Timestamp
    def __init__(self, chain: _Optional[str] = ..., number: _Optional[int] = ..., upto: _Optional[int] = ..., postings: _Optional[int] = ..., previous: _Optional[bytes] = ..., hash: _Optional[bytes] = ..., sealed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SealPage(_message.Message):
    __slots__ = ("seals", "page")
    SEALS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    seals: _containers.RepeatedCompositeFieldContainer[Seal]
    page: _types_pb2.PageInfo
    def __init__(self, seals: _Optional[_Iterable[_Union[Seal, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class RiskTier(_message.Message):
    __slots__ = ("name", "hold_days", "reserve_basis_points", "reserve_days")
    NAME_FIELD_NUMBER: _ClassVar[int]
    HOLD_DAYS_FIELD_NUMBER: _ClassVar[int]
    RESERVE_BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    RESERVE_DAYS_FIELD_NUMBER: _ClassVar[int]
    name: str
    hold_days: int
    reserve_basis_points: int
    reserve_days: int
    def __init__(self, name: _Optional[str] = ..., hold_days: _Optional[int] = ..., reserve_basis_points: _Optional[int] = ..., reserve_days: _Optional[int] = ...) -> None: ...

class PutRiskTierRequest(_message.Message):
    __slots__ = ("name", "hold_days", "reserve_basis_points", "reserve_days")
    NAME_FIELD_NUMBER: _ClassVar[int]
    HOLD_DAYS_FIELD_NUMBER: _ClassVar[int]
    RESERVE_BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    RESERVE_DAYS_FIELD_NUMBER: _ClassVar[int]
    name: str
    hold_days: int
    reserve_basis_points: int
    reserve_days: int
    def __init__(self, name: _Optional[str] = ..., hold_days: _Optional[int] = ..., reserve_basis_points: _Optional[int] = ..., reserve_days: _Optional[int] = ...) -> None: ...

class ListRiskTiersRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RiskTiers(_message.Message):
    __slots__ = ("tiers",)
    TIERS_FIELD_NUMBER: _ClassVar[int]
    tiers: _containers.RepeatedCompositeFieldContainer[RiskTier]
    def __init__(self, tiers: _Optional[_Iterable[_Union[RiskTier, _Mapping]]] = ...) -> None: ...

class RecordInvoicePaymentRequest(_message.Message):
    __slots__ = ("invoice_id", "amount", "bank_reference", "paid_at")
    INVOICE_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    BANK_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    PAID_AT_FIELD_NUMBER: _ClassVar[int]
    invoice_id: str
    amount: _types_pb2.Money
    bank_reference: str
    paid_at: _timestamp_pb2.Timestamp
    def __init__(self, invoice_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., bank_reference: _Optional[str] = ..., paid_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListInvoicesRequest(_message.Message):
    __slots__ = ("partner_id", "page")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    page: _types_pb2.PageRequest
    def __init__(self, partner_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class GetEvidenceRequest(_message.Message):
    __slots__ = ("dispute_id",)
    DISPUTE_ID_FIELD_NUMBER: _ClassVar[int]
    dispute_id: str
    def __init__(self, dispute_id: _Optional[str] = ...) -> None: ...

class Evidence(_message.Message):
    __slots__ = ("dispute_id", "content", "sha256", "frozen")
    DISPUTE_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    FROZEN_FIELD_NUMBER: _ClassVar[int]
    dispute_id: str
    content: bytes
    sha256: str
    frozen: bool
    def __init__(self, dispute_id: _Optional[str] = ..., content: _Optional[bytes] = ..., sha256: _Optional[str] = ..., frozen: _Optional[bool] = ...) -> None: ...
