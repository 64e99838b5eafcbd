import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from yima.settlement.v1 import bank_pb2 as _bank_pb2
from yima.settlement.v1 import books_pb2 as _books_pb2
from yima.settlement.v1 import indicators_pb2 as _indicators_pb2
from yima.settlement.v1 import reconciliation_pb2 as _reconciliation_pb2
from yima.settlement.v1 import split_pb2 as _split_pb2
from yima.settlement.v1 import statement_pb2 as _statement_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PaymentStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PAYMENT_STATUS_UNSPECIFIED: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_AWAITING_METHOD: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_AUTHORISING: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_AUTHORISED: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_CAPTURING: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_CAPTURED: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_VOIDING: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_VOIDED: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_FAILED: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_PARTLY_REFUNDED: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_REFUNDED: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_ADVANCING: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_ADVANCED: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_REFUNDING: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_REFUND_FAILED: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_CAPTURE_FAILED: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_VOID_FAILED: _ClassVar[PaymentStatus]

class PayoutStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PAYOUT_STATUS_UNSPECIFIED: _ClassVar[PayoutStatus]
    PAYOUT_STATUS_CLAIMED: _ClassVar[PayoutStatus]
    PAYOUT_STATUS_SUBMITTED: _ClassVar[PayoutStatus]
    PAYOUT_STATUS_PAID: _ClassVar[PayoutStatus]
    PAYOUT_STATUS_RETURNED: _ClassVar[PayoutStatus]

class PaymentStepKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PAYMENT_STEP_KIND_UNSPECIFIED: _ClassVar[PaymentStepKind]
    PAYMENT_STEP_KIND_REDIRECT: _ClassVar[PaymentStepKind]
    PAYMENT_STEP_KIND_SCAN: _ClassVar[PaymentStepKind]
    PAYMENT_STEP_KIND_CONFIRM: _ClassVar[PaymentStepKind]

class RefundStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REFUND_STATUS_UNSPECIFIED: _ClassVar[RefundStatus]
    REFUND_STATUS_ASKED: _ClassVar[RefundStatus]
    REFUND_STATUS_DONE: _ClassVar[RefundStatus]
    REFUND_STATUS_FAILED: _ClassVar[RefundStatus]

class DisputeStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DISPUTE_STATUS_UNSPECIFIED: _ClassVar[DisputeStatus]
    DISPUTE_STATUS_OPEN: _ClassVar[DisputeStatus]
    DISPUTE_STATUS_WON: _ClassVar[DisputeStatus]
    DISPUTE_STATUS_LOST: _ClassVar[DisputeStatus]

class ProposalStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROPOSAL_STATUS_UNSPECIFIED: _ClassVar[ProposalStatus]
    PROPOSAL_STATUS_PROPOSED: _ClassVar[ProposalStatus]
    PROPOSAL_STATUS_APPROVED: _ClassVar[ProposalStatus]
    PROPOSAL_STATUS_REJECTED: _ClassVar[ProposalStatus]

class MoneyCaseKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MONEY_CASE_KIND_UNSPECIFIED: _ClassVar[MoneyCaseKind]
    MONEY_CASE_KIND_REFUND_FAILED: _ClassVar[MoneyCaseKind]
    MONEY_CASE_KIND_VOID_FAILED: _ClassVar[MoneyCaseKind]
    MONEY_CASE_KIND_CAPTURE_FAILED: _ClassVar[MoneyCaseKind]
    MONEY_CASE_KIND_PAYOUTS_STOPPED: _ClassVar[MoneyCaseKind]
    MONEY_CASE_KIND_NO_ANSWER: _ClassVar[MoneyCaseKind]
    MONEY_CASE_KIND_AMOUNT_DIFFERS: _ClassVar[MoneyCaseKind]
    MONEY_CASE_KIND_CONTRADICTED: _ClassVar[MoneyCaseKind]
    MONEY_CASE_KIND_CHARGED_BEYOND: _ClassVar[MoneyCaseKind]
    MONEY_CASE_KIND_STATEMENT_GAP: _ClassVar[MoneyCaseKind]
PAYMENT_STATUS_UNSPECIFIED: PaymentStatus
PAYMENT_STATUS_AWAITING_METHOD: PaymentStatus
PAYMENT_STATUS_AUTHORISING: PaymentStatus
PAYMENT_STATUS_AUTHORISED: PaymentStatus
PAYMENT_STATUS_CAPTURING: PaymentStatus
PAYMENT_STATUS_CAPTURED: PaymentStatus
PAYMENT_STATUS_VOIDING: PaymentStatus
PAYMENT_STATUS_VOIDED: PaymentStatus
PAYMENT_STATUS_FAILED: PaymentStatus
PAYMENT_STATUS_PARTLY_REFUNDED: PaymentStatus
PAYMENT_STATUS_REFUNDED: PaymentStatus
PAYMENT_STATUS_ADVANCING: PaymentStatus
PAYMENT_STATUS_ADVANCED: PaymentStatus
PAYMENT_STATUS_REFUNDING: PaymentStatus
PAYMENT_STATUS_REFUND_FAILED: PaymentStatus
PAYMENT_STATUS_CAPTURE_FAILED: PaymentStatus
PAYMENT_STATUS_VOID_FAILED: PaymentStatus
PAYOUT_STATUS_UNSPECIFIED: PayoutStatus
PAYOUT_STATUS_CLAIMED: PayoutStatus
PAYOUT_STATUS_SUBMITTED: PayoutStatus
PAYOUT_STATUS_PAID: PayoutStatus
PAYOUT_STATUS_RETURNED: PayoutStatus
PAYMENT_STEP_KIND_UNSPECIFIED: PaymentStepKind
PAYMENT_STEP_KIND_REDIRECT: PaymentStepKind
PAYMENT_STEP_KIND_SCAN: PaymentStepKind
PAYMENT_STEP_KIND_CONFIRM: PaymentStepKind
REFUND_STATUS_UNSPECIFIED: RefundStatus
REFUND_STATUS_ASKED: RefundStatus
REFUND_STATUS_DONE: RefundStatus
REFUND_STATUS_FAILED: RefundStatus
DISPUTE_STATUS_UNSPECIFIED: DisputeStatus
DISPUTE_STATUS_OPEN: DisputeStatus
DISPUTE_STATUS_WON: DisputeStatus
DISPUTE_STATUS_LOST: DisputeStatus
PROPOSAL_STATUS_UNSPECIFIED: ProposalStatus
PROPOSAL_STATUS_PROPOSED: ProposalStatus
PROPOSAL_STATUS_APPROVED: ProposalStatus
PROPOSAL_STATUS_REJECTED: ProposalStatus
MONEY_CASE_KIND_UNSPECIFIED: MoneyCaseKind
MONEY_CASE_KIND_REFUND_FAILED: MoneyCaseKind
MONEY_CASE_KIND_VOID_FAILED: MoneyCaseKind
MONEY_CASE_KIND_CAPTURE_FAILED: MoneyCaseKind
MONEY_CASE_KIND_PAYOUTS_STOPPED: MoneyCaseKind
MONEY_CASE_KIND_NO_ANSWER: MoneyCaseKind
MONEY_CASE_KIND_AMOUNT_DIFFERS: MoneyCaseKind
MONEY_CASE_KIND_CONTRADICTED: MoneyCaseKind
MONEY_CASE_KIND_CHARGED_BEYOND: MoneyCaseKind
MONEY_CASE_KIND_STATEMENT_GAP: MoneyCaseKind

class GetPaymentsRequest(_message.Message):
    __slots__ = ("order_ids",)
    ORDER_IDS_FIELD_NUMBER: _ClassVar[int]
    order_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, order_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class Payments(_message.Message):
    __slots__ = ("payments",)
    PAYMENTS_FIELD_NUMBER: _ClassVar[int]
    payments: _containers.RepeatedCompositeFieldContainer[Payment]
    def __init__(self, payments: _Optional[_Iterable[_Union[Payment, _Mapping]]] = ...) -> None: ...

class ListPaymentMethodsRequest(_message.Message):
    __slots__ = ("currency",)
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    currency: str
    def __init__(self, currency: _Optional[str] = ...) -> None: ...

class PaymentMethods(_message.Message):
    __slots__ = ("methods",)
    METHODS_FIELD_NUMBER: _ClassVar[int]
    methods: _containers.RepeatedCompositeFieldContainer[PaymentMethod]
    def __init__(self, methods: _Optional[_Iterable[_Union[PaymentMethod, _Mapping]]] = ...) -> None: ...

class PaymentMethod(_message.Message):
    __slots__ = ("code", "name", "kind", "minimum", "maximum")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    code: str
    name: _types_pb2.LocalizedText
    kind: PaymentStepKind
    minimum: _types_pb2.Money
    maximum: _types_pb2.Money
    def __init__(self, code: _Optional[str] = ..., name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., kind: _Optional[_Union[PaymentStepKind, str]] = ..., minimum: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., maximum: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class NextStep(_message.Message):
    __slots__ = ("kind", "url", "payload", "expires_at")
    KIND_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    kind: PaymentStepKind
    url: str
    payload: str
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, kind: _Optional[_Union[PaymentStepKind, str]] = ..., url: _Optional[str] = ..., payload: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Payment(_message.Message):
    __slots__ = ("id", "order_id", "status", "amount", "captured", "refunded", "failure", "splits", "version", "chosen_version", "refunding", "refunds", "owed", "next_step")
    ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    CAPTURED_FIELD_NUMBER: _ClassVar[int]
    REFUNDED_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    SPLITS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CHOSEN_VERSION_FIELD_NUMBER: _ClassVar[int]
    REFUNDING_FIELD_NUMBER: _ClassVar[int]
    REFUNDS_FIELD_NUMBER: _ClassVar[int]
    OWED_FIELD_NUMBER: _ClassVar[int]
    NEXT_STEP_FIELD_NUMBER: _ClassVar[int]
    id: str
    order_id: str
    status: PaymentStatus
    amount: _types_pb2.Money
    captured: _types_pb2.Money
    refunded: _types_pb2.Money
    failure: str
    splits: _containers.RepeatedCompositeFieldContainer[LineSplit]
    version: int
    chosen_version: int
    refunding: _types_pb2.Money
    refunds: _containers.RepeatedCompositeFieldContainer[Refund]
    owed: _types_pb2.Money
    next_step: NextStep
    def __init__(self, id: _Optional[str] = ..., order_id: _Optional[str] = ..., status: _Optional[_Union[PaymentStatus, str]] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., captured: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., refunded: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., failure: _Optional[str] = ..., splits: _Optional[_Iterable[_Union[LineSplit, _Mapping]]] = ..., version: _Optional[int] = ..., chosen_version: _Optional[int] = ..., refunding: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., refunds: _Optional[_Iterable[_Union[Refund, _Mapping]]] = ..., owed: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., next_step: _Optional[_Union[NextStep, _Mapping]] = ...) -> None: ...

class Refund(_message.Message):
    __slots__ = ("id", "amount", "status", "reason", "failure", "asked_at", "done_at", "by_bank")
    ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    ASKED_AT_FIELD_NUMBER: _ClassVar[int]
    DONE_AT_FIELD_NUMBER: _ClassVar[int]
    BY_BANK_FIELD_NUMBER: _ClassVar[int]
    id: str
    amount: _types_pb2.Money
    status: RefundStatus
    reason: str
    failure: str
    asked_at: _timestamp_pb2.Timestamp
    done_at: _timestamp_pb2.Timestamp
    by_bank: bool
    def __init__(self, id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., status: _Optional[_Union[RefundStatus, str]] = ..., reason: _Optional[str] = ..., failure: _Optional[str] = ..., asked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., done_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., by_bank: _Optional[bool] = ...) -> None: ...

class LineSplit(_message.Message):
    __slots__ = ("order_line_id", "gross", "plan", "parts")
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    GROSS_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    order_line_id: str
    gross: _types_pb2.Money
    plan: _split_pb2.SplitPlan
    parts: _containers.RepeatedCompositeFieldContainer[Part]
    def __init__(self, order_line_id: _Optional[str] = ..., gross: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., plan: _Optional[_Union[_split_pb2.SplitPlan, _Mapping]] = ..., parts: _Optional[_Iterable[_Union[Part, _Mapping]]] = ...) -> None: ...

class Part(_message.Message):
    __slots__ = ("party", "amount")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    party: str
    amount: _types_pb2.Money
    def __init__(self, party: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class RefundOrderRequest(_message.Message):
    __slots__ = ("order_id", "amount", "reason", "order_line_id")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    amount: _types_pb2.Money
    reason: str
    order_line_id: str
    def __init__(self, order_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., reason: _Optional[str] = ..., order_line_id: _Optional[str] = ...) -> None: ...

class ListEntriesRequest(_message.Message):
    __slots__ = ("order_id", "payout_id")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PAYOUT_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    payout_id: str
    def __init__(self, order_id: _Optional[str] = ..., payout_id: _Optional[str] = ...) -> None: ...

class Entries(_message.Message):
    __slots__ = ("entries",)
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[JournalEntry]
    def __init__(self, entries: _Optional[_Iterable[_Union[JournalEntry, _Mapping]]] = ...) -> None: ...

class JournalEntry(_message.Message):
    __slots__ = ("id", "kind", "reference", "reverses", "postings", "recorded_at", "effective_at", "late_for")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    REVERSES_FIELD_NUMBER: _ClassVar[int]
    POSTINGS_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    LATE_FOR_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: str
    reference: str
    reverses: str
    postings: _containers.RepeatedCompositeFieldContainer[Posting]
    recorded_at: _timestamp_pb2.Timestamp
    effective_at: _timestamp_pb2.Timestamp
    late_for: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[str] = ..., reference: _Optional[str] = ..., reverses: _Optional[str] = ..., postings: _Optional[_Iterable[_Union[Posting, _Mapping]]] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., effective_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., late_for: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Posting(_message.Message):
    __slots__ = ("account", "amount")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    account: str
    amount: _types_pb2.Money
    def __init__(self, account: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class GetBalancesRequest(_message.Message):
    __slots__ = ("partner_id",)
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    def __init__(self, partner_id: _Optional[str] = ...) -> None: ...

class Balances(_message.Message):
    __slots__ = ("balances",)
    BALANCES_FIELD_NUMBER: _ClassVar[int]
    balances: _containers.RepeatedCompositeFieldContainer[Balance]
    def __init__(self, balances: _Optional[_Iterable[_Union[Balance, _Mapping]]] = ...) -> None: ...

class Balance(_message.Message):
    __slots__ = ("account", "amount")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    account: str
    amount: _types_pb2.Money
    def __init__(self, account: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class RunPayoutsRequest(_message.Message):
    __slots__ = ("partner_id",)
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    def __init__(self, partner_id: _Optional[str] = ...) -> None: ...

class Payouts(_message.Message):
    __slots__ = ("payouts", "held")
    PAYOUTS_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    payouts: _containers.RepeatedCompositeFieldContainer[Payout]
    held: _containers.RepeatedCompositeFieldContainer[HeldPayout]
    def __init__(self, payouts: _Optional[_Iterable[_Union[Payout, _Mapping]]] = ..., held: _Optional[_Iterable[_Union[HeldPayout, _Mapping]]] = ...) -> None: ...

class Payout(_message.Message):
    __slots__ = ("id", "partner_id", "amount", "status", "entries_claimed", "created_at", "settled_at", "failure", "rail", "bank_file_id", "submitted_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_CLAIMED_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    SETTLED_AT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    RAIL_FIELD_NUMBER: _ClassVar[int]
    BANK_FILE_ID_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    partner_id: str
    amount: _types_pb2.Money
    status: PayoutStatus
    entries_claimed: int
    created_at: _timestamp_pb2.Timestamp
    settled_at: _timestamp_pb2.Timestamp
    failure: str
    rail: _bank_pb2.PayoutRail
    bank_file_id: str
    submitted_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., partner_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., status: _Optional[_Union[PayoutStatus, str]] = ..., entries_claimed: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., settled_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., failure: _Optional[str] = ..., rail: _Optional[_Union[_bank_pb2.PayoutRail, str]] = ..., bank_file_id: _Optional[str] = ..., submitted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class HeldPayout(_message.Message):
    __slots__ = ("partner_id", "balance", "reason", "on_hold", "held_until")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ON_HOLD_FIELD_NUMBER: _ClassVar[int]
    HELD_UNTIL_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    balance: _types_pb2.Money
    reason: str
    on_hold: _types_pb2.Money
    held_until: _timestamp_pb2.Timestamp
    def __init__(self, partner_id: _Optional[str] = ..., balance: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., reason: _Optional[str] = ..., on_hold: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., held_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListPayoutsRequest(_message.Message):
    __slots__ = ("partner_id", "page", "order_id")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    page: _types_pb2.PageRequest
    order_id: str
    def __init__(self, partner_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., order_id: _Optional[str] = ...) -> None: ...

class PayoutPage(_message.Message):
    __slots__ = ("payouts", "page")
    PAYOUTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    payouts: _containers.RepeatedCompositeFieldContainer[Payout]
    page: _types_pb2.PageInfo
    def __init__(self, payouts: _Optional[_Iterable[_Union[Payout, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class GetStatementRequest(_message.Message):
    __slots__ = ("partner_id", "period")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    period: _types_pb2.Interval
    def __init__(self, partner_id: _Optional[str] = ..., period: _Optional[_Union[_types_pb2.Interval, _Mapping]] = ...) -> None: ...

class Statement(_message.Message):
    __slots__ = ("partner_id", "period", "currencies", "ledger_position")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    CURRENCIES_FIELD_NUMBER: _ClassVar[int]
    LEDGER_POSITION_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    period: _types_pb2.Interval
    currencies: _containers.RepeatedCompositeFieldContainer[CurrencyStatement]
    ledger_position: int
    def __init__(self, partner_id: _Optional[str] = ..., period: _Optional[_Union[_types_pb2.Interval, _Mapping]] = ..., currencies: _Optional[_Iterable[_Union[CurrencyStatement, _Mapping]]] = ..., ledger_position: _Optional[int] = ...) -> None: ...

class CurrencyStatement(_message.Message):
    __slots__ = ("opening", "lines", "closing")
    OPENING_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    CLOSING_FIELD_NUMBER: _ClassVar[int]
    opening: _types_pb2.Money
    lines: _containers.RepeatedCompositeFieldContainer[StatementLine]
    closing: _types_pb2.Money
    def __init__(self, opening: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., lines: _Optional[_Iterable[_Union[StatementLine, _Mapping]]] = ..., closing: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class StatementLine(_message.Message):
    __slots__ = ("recorded_at", "kind", "reference", "order_id", "payout_id", "gross", "amount", "position", "entry_id")
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PAYOUT_ID_FIELD_NUMBER: _ClassVar[int]
    GROSS_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    recorded_at: _timestamp_pb2.Timestamp
    kind: str
    reference: str
    order_id: str
    payout_id: str
    gross: _types_pb2.Money
    amount: _types_pb2.Money
    position: int
    entry_id: str
    def __init__(self, recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., kind: _Optional[str] = ..., reference: _Optional[str] = ..., order_id: _Optional[str] = ..., payout_id: _Optional[str] = ..., gross: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., position: _Optional[int] = ..., entry_id: _Optional[str] = ...) -> None: ...

class StatementLineExplanation(_message.Message):
    __slots__ = ("line", "entry", "splits", "proofs", "paid_positions")
    LINE_FIELD_NUMBER: _ClassVar[int]
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    SPLITS_FIELD_NUMBER: _ClassVar[int]
    PROOFS_FIELD_NUMBER: _ClassVar[int]
    PAID_POSITIONS_FIELD_NUMBER: _ClassVar[int]
    line: StatementLine
    entry: JournalEntry
    splits: _containers.RepeatedCompositeFieldContainer[LineSplit]
    proofs: _containers.RepeatedCompositeFieldContainer[_statement_pb2.ServiceProof]
    paid_positions: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, line: _Optional[_Union[StatementLine, _Mapping]] = ..., entry: _Optional[_Union[JournalEntry, _Mapping]] = ..., splits: _Optional[_Iterable[_Union[LineSplit, _Mapping]]] = ..., proofs: _Optional[_Iterable[_Union[_statement_pb2.ServiceProof, _Mapping]]] = ..., paid_positions: _Optional[_Iterable[int]] = ...) -> None: ...

class CheckLedgerRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class LedgerCheck(_message.Message):
    __slots__ = ("holds", "entries", "postings", "totals", "findings", "payouts_ran_at", "sealed_at", "closed_until")
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    POSTINGS_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    PAYOUTS_RAN_AT_FIELD_NUMBER: _ClassVar[int]
    SEALED_AT_FIELD_NUMBER: _ClassVar[int]
    CLOSED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    holds: bool
    entries: int
    postings: int
    totals: _containers.RepeatedCompositeFieldContainer[_types_pb2.Money]
    findings: _containers.RepeatedScalarFieldContainer[str]
    payouts_ran_at: _timestamp_pb2.Timestamp
    sealed_at: _timestamp_pb2.Timestamp
    closed_until: _timestamp_pb2.Timestamp
    def __init__(self, holds: _Optional[bool] = ..., entries: _Optional[int] = ..., postings: _Optional[int] = ..., totals: _Optional[_Iterable[_Union[_types_pb2.Money, _Mapping]]] = ..., findings: _Optional[_Iterable[str]] = ..., payouts_ran_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., sealed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., closed_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SetPayoutTermsRequest(_message.Message):
    __slots__ = ("partner_id", "terms")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    terms: PayoutTerms
    def __init__(self, partner_id: _Optional[str] = ..., terms: _Optional[_Union[PayoutTerms, _Mapping]] = ...) -> None: ...

class PayoutTerms(_message.Message):
    __slots__ = ("hold_days", "minimum_minor", "reserve_basis_points", "reserve_days", "frozen", "rail", "schedule", "schedule_day", "risk_tier")
    HOLD_DAYS_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_MINOR_FIELD_NUMBER: _ClassVar[int]
    RESERVE_BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    RESERVE_DAYS_FIELD_NUMBER: _ClassVar[int]
    FROZEN_FIELD_NUMBER: _ClassVar[int]
    RAIL_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_DAY_FIELD_NUMBER: _ClassVar[int]
    RISK_TIER_FIELD_NUMBER: _ClassVar[int]
    hold_days: int
    minimum_minor: int
    reserve_basis_points: int
    reserve_days: int
    frozen: str
    rail: _bank_pb2.PayoutRail
    schedule: _bank_pb2.PayoutSchedule
    schedule_day: int
    risk_tier: str
    def __init__(self, hold_days: _Optional[int] = ..., minimum_minor: _Optional[int] = ..., reserve_basis_points: _Optional[int] = ..., reserve_days: _Optional[int] = ..., frozen: _Optional[str] = ..., rail: _Optional[_Union[_bank_pb2.PayoutRail, str]] = ..., schedule: _Optional[_Union[_bank_pb2.PayoutSchedule, str]] = ..., schedule_day: _Optional[int] = ..., risk_tier: _Optional[str] = ...) -> None: ...

class GetPayoutOutlookRequest(_message.Message):
    __slots__ = ("partner_id",)
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    def __init__(self, partner_id: _Optional[str] = ...) -> None: ...

class PayoutOutlook(_message.Message):
    __slots__ = ("partner_id", "terms", "currencies")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    CURRENCIES_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    terms: PayoutTerms
    currencies: _containers.RepeatedCompositeFieldContainer[CurrencyOutlook]
    def __init__(self, partner_id: _Optional[str] = ..., terms: _Optional[_Union[PayoutTerms, _Mapping]] = ..., currencies: _Optional[_Iterable[_Union[CurrencyOutlook, _Mapping]]] = ...) -> None: ...

class CurrencyOutlook(_message.Message):
    __slots__ = ("pending", "posted", "on_hold", "disputed", "reserved", "invoiced", "due", "held_because", "next_on", "complained", "held_until")
    PENDING_FIELD_NUMBER: _ClassVar[int]
    POSTED_FIELD_NUMBER: _ClassVar[int]
    ON_HOLD_FIELD_NUMBER: _ClassVar[int]
    DISPUTED_FIELD_NUMBER: _ClassVar[int]
    RESERVED_FIELD_NUMBER: _ClassVar[int]
    INVOICED_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    HELD_BECAUSE_FIELD_NUMBER: _ClassVar[int]
    NEXT_ON_FIELD_NUMBER: _ClassVar[int]
    COMPLAINED_FIELD_NUMBER: _ClassVar[int]
    HELD_UNTIL_FIELD_NUMBER: _ClassVar[int]
    pending: _types_pb2.Money
    posted: _types_pb2.Money
    on_hold: _types_pb2.Money
    disputed: _types_pb2.Money
    reserved: _types_pb2.Money
    invoiced: _types_pb2.Money
    due: _types_pb2.Money
    held_because: str
    next_on: str
    complained: _types_pb2.Money
    held_until: _timestamp_pb2.Timestamp
    def __init__(self, pending: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., posted: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., on_hold: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., disputed: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., reserved: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., invoiced: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., due: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., held_because: _Optional[str] = ..., next_on: _Optional[str] = ..., complained: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., held_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class IssueInvoiceRequest(_message.Message):
    __slots__ = ("partner_id", "currency")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    currency: str
    def __init__(self, partner_id: _Optional[str] = ..., currency: _Optional[str] = ...) -> None: ...

class Invoice(_message.Message):
    __slots__ = ("id", "partner_id", "amount", "issued_at", "paid")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    PAID_FIELD_NUMBER: _ClassVar[int]
    id: str
    partner_id: str
    amount: _types_pb2.Money
    issued_at: _timestamp_pb2.Timestamp
    paid: _types_pb2.Money
    def __init__(self, id: _Optional[str] = ..., partner_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., paid: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class InvoicePage(_message.Message):
    __slots__ = ("invoices", "page")
    INVOICES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    invoices: _containers.RepeatedCompositeFieldContainer[Invoice]
    page: _types_pb2.PageInfo
    def __init__(self, invoices: _Optional[_Iterable[_Union[Invoice, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class OpenDisputeRequest(_message.Message):
    __slots__ = ("order_id", "amount", "reason", "claimed", "charged")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_FIELD_NUMBER: _ClassVar[int]
    CHARGED_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    amount: _types_pb2.Money
    reason: str
    claimed: _types_pb2.Money
    charged: _types_pb2.Money
    def __init__(self, order_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., reason: _Optional[str] = ..., claimed: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., charged: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class DecideDisputeRequest(_message.Message):
    __slots__ = ("dispute_id", "for_partner")
    DISPUTE_ID_FIELD_NUMBER: _ClassVar[int]
    FOR_PARTNER_FIELD_NUMBER: _ClassVar[int]
    dispute_id: str
    for_partner: bool
    def __init__(self, dispute_id: _Optional[str] = ..., for_partner: _Optional[bool] = ...) -> None: ...

class Dispute(_message.Message):
    __slots__ = ("id", "payment_id", "partner_id", "amount", "reason", "status", "opened_at", "decided_at", "claimed", "charged", "by_bank")
    ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_FIELD_NUMBER: _ClassVar[int]
    CHARGED_FIELD_NUMBER: _ClassVar[int]
    BY_BANK_FIELD_NUMBER: _ClassVar[int]
    id: str
    payment_id: str
    partner_id: str
    amount: _types_pb2.Money
    reason: str
    status: DisputeStatus
    opened_at: _timestamp_pb2.Timestamp
    decided_at: _timestamp_pb2.Timestamp
    claimed: _types_pb2.Money
    charged: _types_pb2.Money
    by_bank: bool
    def __init__(self, id: _Optional[str] = ..., payment_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., reason: _Optional[str] = ..., status: _Optional[_Union[DisputeStatus, str]] = ..., opened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., claimed: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., charged: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., by_bank: _Optional[bool] = ...) -> None: ...

class ListDisputesRequest(_message.Message):
    __slots__ = ("partner_id", "page")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    page: _types_pb2.PageRequest
    def __init__(self, partner_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class DisputePage(_message.Message):
    __slots__ = ("disputes", "page")
    DISPUTES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    disputes: _containers.RepeatedCompositeFieldContainer[Dispute]
    page: _types_pb2.PageInfo
    def __init__(self, disputes: _Optional[_Iterable[_Union[Dispute, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ProposedAct(_message.Message):
    __slots__ = ("refund_order", "open_dispute", "decide_dispute", "set_payout_terms", "put_risk_tier", "exchange_money", "record_invoice_payment", "settle_money_case", "return_payout", "issue_invoice")
    REFUND_ORDER_FIELD_NUMBER: _ClassVar[int]
    OPEN_DISPUTE_FIELD_NUMBER: _ClassVar[int]
    DECIDE_DISPUTE_FIELD_NUMBER: _ClassVar[int]
    SET_PAYOUT_TERMS_FIELD_NUMBER: _ClassVar[int]
    PUT_RISK_TIER_FIELD_NUMBER: _ClassVar[int]
    EXCHANGE_MONEY_FIELD_NUMBER: _ClassVar[int]
    RECORD_INVOICE_PAYMENT_FIELD_NUMBER: _ClassVar[int]
    SETTLE_MONEY_CASE_FIELD_NUMBER: _ClassVar[int]
    RETURN_PAYOUT_FIELD_NUMBER: _ClassVar[int]
    ISSUE_INVOICE_FIELD_NUMBER: _ClassVar[int]
    refund_order: RefundOrderRequest
    open_dispute: OpenDisputeRequest
    decide_dispute: DecideDisputeRequest
    set_payout_terms: SetPayoutTermsRequest
    put_risk_tier: _books_pb2.PutRiskTierRequest
    exchange_money: _books_pb2.ExchangeMoneyRequest
    record_invoice_payment: _books_pb2.RecordInvoicePaymentRequest
    settle_money_case: SettleMoneyCaseRequest
    return_payout: ReturnPayoutRequest
    issue_invoice: IssueInvoiceRequest
    def __init__(self, refund_order: _Optional[_Union[RefundOrderRequest, _Mapping]] = ..., open_dispute: _Optional[_Union[OpenDisputeRequest, _Mapping]] = ..., decide_dispute: _Optional[_Union[DecideDisputeRequest, _Mapping]] = ..., set_payout_terms: _Optional[_Union[SetPayoutTermsRequest, _Mapping]] = ..., put_risk_tier: _Optional[_Union[_books_pb2.PutRiskTierRequest, _Mapping]] = ..., exchange_money: _Optional[_Union[_books_pb2.ExchangeMoneyRequest, _Mapping]] = ..., record_invoice_payment: _Optional[_Union[_books_pb2.RecordInvoicePaymentRequest, _Mapping]] = ..., settle_money_case: _Optional[_Union[SettleMoneyCaseRequest, _Mapping]] = ..., return_payout: _Optional[_Union[ReturnPayoutRequest, _Mapping]] = ..., issue_invoice: _Optional[_Union[IssueInvoiceRequest, _Mapping]] = ...) -> None: ...

class ReturnPayoutRequest(_message.Message):
    __slots__ = ("payout_id",)
    PAYOUT_ID_FIELD_NUMBER: _ClassVar[int]
    payout_id: str
    def __init__(self, payout_id: _Optional[str] = ...) -> None: ...

class ProposeRequest(_message.Message):
    __slots__ = ("act", "reason")
    ACT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    act: ProposedAct
    reason: str
    def __init__(self, act: _Optional[_Union[ProposedAct, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class DecideProposalRequest(_message.Message):
    __slots__ = ("proposal_id", "approved")
    PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    proposal_id: str
    approved: bool
    def __init__(self, proposal_id: _Optional[str] = ..., approved: _Optional[bool] = ...) -> None: ...

class Proposal(_message.Message):
    __slots__ = ("id", "act", "reason", "status", "proposed_by", "proposed_at", "decided_by", "decided_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_BY_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_AT_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    act: ProposedAct
    reason: str
    status: ProposalStatus
    proposed_by: str
    proposed_at: _timestamp_pb2.Timestamp
    decided_by: str
    decided_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., act: _Optional[_Union[ProposedAct, _Mapping]] = ..., reason: _Optional[str] = ..., status: _Optional[_Union[ProposalStatus, str]] = ..., proposed_by: _Optional[str] = ..., proposed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_by: _Optional[str] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListProposalsRequest(_message.Message):
    __slots__ = ("status", "page")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    status: ProposalStatus
    page: _types_pb2.PageRequest
    def __init__(self, status: _Optional[_Union[ProposalStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class ProposalPage(_message.Message):
    __slots__ = ("proposals", "page")
    PROPOSALS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    proposals: _containers.RepeatedCompositeFieldContainer[Proposal]
    page: _types_pb2.PageInfo
    def __init__(self, proposals: _Optional[_Iterable[_Union[Proposal, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class MoneyCase(_message.Message):
    __slots__ = ("id", "kind", "order_id", "partner_id", "amount", "detail", "opened_at", "owner_id", "resolved_at", "resolved_by", "resolution", "next_step")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    OWNER_ID_FIELD_NUMBER: _ClassVar[int]
    RESOLVED_AT_FIELD_NUMBER: _ClassVar[int]
    RESOLVED_BY_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_FIELD_NUMBER: _ClassVar[int]
    NEXT_STEP_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: MoneyCaseKind
    order_id: str
    partner_id: str
    amount: _types_pb2.Money
    detail: str
    opened_at: _timestamp_pb2.Timestamp
    owner_id: str
    resolved_at: _timestamp_pb2.Timestamp
    resolved_by: str
    resolution: str
    next_step: str
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[_Union[MoneyCaseKind, str]] = ..., order_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., detail: _Optional[str] = ..., opened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., owner_id: _Optional[str] = ..., resolved_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resolved_by: _Optional[str] = ..., resolution: _Optional[str] = ..., next_step: _Optional[str] = ...) -> None: ...

class ListMoneyCasesRequest(_message.Message):
    __slots__ = ("resolved_too", "page")
    RESOLVED_TOO_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    resolved_too: bool
    page: _types_pb2.PageRequest
    def __init__(self, resolved_too: _Optional[bool] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class MoneyCasePage(_message.Message):
    __slots__ = ("cases", "page")
    CASES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    cases: _containers.RepeatedCompositeFieldContainer[MoneyCase]
    page: _types_pb2.PageInfo
    def __init__(self, cases: _Optional[_Iterable[_Union[MoneyCase, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class AssignMoneyCaseRequest(_message.Message):
    __slots__ = ("case_id", "owner_id")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    OWNER_ID_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    owner_id: str
    def __init__(self, case_id: _Optional[str] = ..., owner_id: _Optional[str] = ...) -> None: ...

class RetryMoneyCaseRequest(_message.Message):
    __slots__ = ("case_id",)
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    def __init__(self, case_id: _Optional[str] = ...) -> None: ...

class SettleMoneyCaseRequest(_message.Message):
    __slots__ = ("case_id", "resolution", "bank_reference", "write_off")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_FIELD_NUMBER: _ClassVar[int]
    BANK_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    WRITE_OFF_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    resolution: str
    bank_reference: str
    write_off: bool
    def __init__(self, case_id: _Optional[str] = ..., resolution: _Optional[str] = ..., bank_reference: _Optional[str] = ..., write_off: _Optional[bool] = ...) -> None: ...

class LearnStandingRequest(_message.Message):
    __slots__ = ("partner_id",)
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    def __init__(self, partner_id: _Optional[str] = ...) -> None: ...

class LearnedStanding(_message.Message):
    __slots__ = ("may_be_paid",)
    MAY_BE_PAID_FIELD_NUMBER: _ClassVar[int]
    may_be_paid: bool
    def __init__(self, may_be_paid: _Optional[bool] = ...) -> None: ...
