from collections.abc import Iterator
from typing import ClassVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from yima.settlement.v1 import split_pb2
from yima.settlement.v1 import bank_pb2
from yima.settlement.v1 import indicators_pb2
from yima.settlement.v1 import reconciliation_pb2
from yima.settlement.v1 import statement_pb2
from yima.settlement.v1 import api_pb2

class _Members(EnumTypeWrapper):
    def __iter__[E](cls: type[E]) -> Iterator[E]: ...

class Rounding(split_pb2.Rounding, metaclass=_Members):
    name: str
    value: int
    UP: ClassVar[Rounding]

class RefundLiability(split_pb2.RefundLiability, metaclass=_Members):
    name: str
    value: int
    PRO_RATA: ClassVar[RefundLiability]
    PARTNER: ClassVar[RefundLiability]
    PLATFORM: ClassVar[RefundLiability]

class PayoutRail(bank_pb2.PayoutRail, metaclass=_Members):
    name: str
    value: int
    PROVIDER: ClassVar[PayoutRail]
    BANK: ClassVar[PayoutRail]

class PayoutSchedule(bank_pb2.PayoutSchedule, metaclass=_Members):
    name: str
    value: int
    DAILY: ClassVar[PayoutSchedule]
    WEEKLY: ClassVar[PayoutSchedule]
    MONTHLY: ClassVar[PayoutSchedule]

class MoneyShare(indicators_pb2.MoneyShare, metaclass=_Members):
    name: str
    value: int
    PARTNERS: ClassVar[MoneyShare]
    PLATFORM: ClassVar[MoneyShare]
    OTHERS: ClassVar[MoneyShare]

class BreakKind(reconciliation_pb2.BreakKind, metaclass=_Members):
    name: str
    value: int
    NOT_IN_LEDGER: ClassVar[BreakKind]
    NOT_TOLD: ClassVar[BreakKind]
    AMOUNT_DIFFERS: ClassVar[BreakKind]
    PAYOUT_UNCONFIRMED: ClassVar[BreakKind]
    REFUND_OVERDUE: ClassVar[BreakKind]
    CAPTURE_OVERDUE: ClassVar[BreakKind]

class BreakSource(reconciliation_pb2.BreakSource, metaclass=_Members):
    name: str
    value: int
    BANK: ClassVar[BreakSource]
    PROVIDER: ClassVar[BreakSource]

class BreakStatus(reconciliation_pb2.BreakStatus, metaclass=_Members):
    name: str
    value: int
    OPEN: ClassVar[BreakStatus]
    RESOLVED: ClassVar[BreakStatus]

class BreakResolution(reconciliation_pb2.BreakResolution, metaclass=_Members):
    name: str
    value: int
    MATCHED: ClassVar[BreakResolution]
    ADJUSTED: ClassVar[BreakResolution]
    GONE: ClassVar[BreakResolution]

class AdjustmentStatus(reconciliation_pb2.AdjustmentStatus, metaclass=_Members):
    name: str
    value: int
    PROPOSED: ClassVar[AdjustmentStatus]
    APPROVED: ClassVar[AdjustmentStatus]
    REJECTED: ClassVar[AdjustmentStatus]

class StatementStatus(statement_pb2.StatementStatus, metaclass=_Members):
    name: str
    value: int
    ISSUED: ClassVar[StatementStatus]
    CONFIRMED: ClassVar[StatementStatus]
    DISPUTED: ClassVar[StatementStatus]
    RESOLVED: ClassVar[StatementStatus]
    DEEMED_CONFIRMED: ClassVar[StatementStatus]

class DocumentFormat(statement_pb2.DocumentFormat, metaclass=_Members):
    name: str
    value: int
    JSON: ClassVar[DocumentFormat]
    CSV: ClassVar[DocumentFormat]
    PDF: ClassVar[DocumentFormat]

class PaymentStatus(api_pb2.PaymentStatus, metaclass=_Members):
    name: str
    value: int
    AWAITING_METHOD: ClassVar[PaymentStatus]
    AUTHORISING: ClassVar[PaymentStatus]
    AUTHORISED: ClassVar[PaymentStatus]
    CAPTURING: ClassVar[PaymentStatus]
    CAPTURED: ClassVar[PaymentStatus]
    VOIDING: ClassVar[PaymentStatus]
    VOIDED: ClassVar[PaymentStatus]
    FAILED: ClassVar[PaymentStatus]
    PARTLY_REFUNDED: ClassVar[PaymentStatus]
    REFUNDED: ClassVar[PaymentStatus]
    ADVANCING: ClassVar[PaymentStatus]
    ADVANCED: ClassVar[PaymentStatus]
    REFUNDING: ClassVar[PaymentStatus]
    REFUND_FAILED: ClassVar[PaymentStatus]
    CAPTURE_FAILED: ClassVar[PaymentStatus]
    VOID_FAILED: ClassVar[PaymentStatus]

class PayoutStatus(api_pb2.PayoutStatus, metaclass=_Members):
    name: str
    value: int
    CLAIMED: ClassVar[PayoutStatus]
    SUBMITTED: ClassVar[PayoutStatus]
    PAID: ClassVar[PayoutStatus]
    RETURNED: ClassVar[PayoutStatus]

class PaymentStepKind(api_pb2.PaymentStepKind, metaclass=_Members):
    name: str
    value: int
    REDIRECT: ClassVar[PaymentStepKind]
    SCAN: ClassVar[PaymentStepKind]
    CONFIRM: ClassVar[PaymentStepKind]

class RefundStatus(api_pb2.RefundStatus, metaclass=_Members):
    name: str
    value: int
    ASKED: ClassVar[RefundStatus]
    DONE: ClassVar[RefundStatus]
    FAILED: ClassVar[RefundStatus]

class DisputeStatus(api_pb2.DisputeStatus, metaclass=_Members):
    name: str
    value: int
    OPEN: ClassVar[DisputeStatus]
    WON: ClassVar[DisputeStatus]
    LOST: ClassVar[DisputeStatus]

class ProposalStatus(api_pb2.ProposalStatus, metaclass=_Members):
    name: str
    value: int
    PROPOSED: ClassVar[ProposalStatus]
    APPROVED: ClassVar[ProposalStatus]
    REJECTED: ClassVar[ProposalStatus]

class MoneyCaseKind(api_pb2.MoneyCaseKind, metaclass=_Members):
    name: str
    value: int
    REFUND_FAILED: ClassVar[MoneyCaseKind]
    VOID_FAILED: ClassVar[MoneyCaseKind]
    CAPTURE_FAILED: ClassVar[MoneyCaseKind]
    PAYOUTS_STOPPED: ClassVar[MoneyCaseKind]
    NO_ANSWER: ClassVar[MoneyCaseKind]
    AMOUNT_DIFFERS: ClassVar[MoneyCaseKind]
    CONTRADICTED: ClassVar[MoneyCaseKind]
    CHARGED_BEYOND: ClassVar[MoneyCaseKind]
    STATEMENT_GAP: ClassVar[MoneyCaseKind]
