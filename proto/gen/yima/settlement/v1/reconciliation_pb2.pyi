import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BreakKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BREAK_KIND_UNSPECIFIED: _ClassVar[BreakKind]
    BREAK_KIND_NOT_IN_LEDGER: _ClassVar[BreakKind]
    BREAK_KIND_NOT_TOLD: _ClassVar[BreakKind]
    BREAK_KIND_AMOUNT_DIFFERS: _ClassVar[BreakKind]
    BREAK_KIND_PAYOUT_UNCONFIRMED: _ClassVar[BreakKind]
    BREAK_KIND_REFUND_OVERDUE: _ClassVar[BreakKind]
    BREAK_KIND_CAPTURE_OVERDUE: _ClassVar[BreakKind]

class BreakSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BREAK_SOURCE_UNSPECIFIED: _ClassVar[BreakSource]
    BREAK_SOURCE_BANK: _ClassVar[BreakSource]
    BREAK_SOURCE_PROVIDER: _ClassVar[BreakSource]

class BreakStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BREAK_STATUS_UNSPECIFIED: _ClassVar[BreakStatus]
    BREAK_STATUS_OPEN: _ClassVar[BreakStatus]
    BREAK_STATUS_RESOLVED: _ClassVar[BreakStatus]

class BreakResolution(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BREAK_RESOLUTION_UNSPECIFIED: _ClassVar[BreakResolution]
    BREAK_RESOLUTION_MATCHED: _ClassVar[BreakResolution]
    BREAK_RESOLUTION_ADJUSTED: _ClassVar[BreakResolution]
    BREAK_RESOLUTION_GONE: _ClassVar[BreakResolution]

class AdjustmentStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ADJUSTMENT_STATUS_UNSPECIFIED: _ClassVar[AdjustmentStatus]
    ADJUSTMENT_STATUS_PROPOSED: _ClassVar[AdjustmentStatus]
    ADJUSTMENT_STATUS_APPROVED: _ClassVar[AdjustmentStatus]
    ADJUSTMENT_STATUS_REJECTED: _ClassVar[AdjustmentStatus]
BREAK_KIND_UNSPECIFIED: BreakKind
BREAK_KIND_NOT_IN_LEDGER: BreakKind
BREAK_KIND_NOT_TOLD: BreakKind
BREAK_KIND_AMOUNT_DIFFERS: BreakKind
BREAK_KIND_PAYOUT_UNCONFIRMED: BreakKind
BREAK_KIND_REFUND_OVERDUE: BreakKind
BREAK_KIND_CAPTURE_OVERDUE: BreakKind
BREAK_SOURCE_UNSPECIFIED: BreakSource
BREAK_SOURCE_BANK: BreakSource
BREAK_SOURCE_PROVIDER: BreakSource
BREAK_STATUS_UNSPECIFIED: BreakStatus
BREAK_STATUS_OPEN: BreakStatus
BREAK_STATUS_RESOLVED: BreakStatus
BREAK_RESOLUTION_UNSPECIFIED: BreakResolution
BREAK_RESOLUTION_MATCHED: BreakResolution
BREAK_RESOLUTION_ADJUSTED: BreakResolution
BREAK_RESOLUTION_GONE: BreakResolution
ADJUSTMENT_STATUS_UNSPECIFIED: AdjustmentStatus
ADJUSTMENT_STATUS_PROPOSED: AdjustmentStatus
ADJUSTMENT_STATUS_APPROVED: AdjustmentStatus
ADJUSTMENT_STATUS_REJECTED: AdjustmentStatus

class IngestBankStatementsRequest(_message.Message):
    __slots__ = ("content",)
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    content: bytes
    def __init__(self, content: _Optional[bytes] = ...) -> None: ...

class BankStatements(_message.Message):
    __slots__ = ("statements",)
    STATEMENTS_FIELD_NUMBER: _ClassVar[int]
    statements: _containers.RepeatedCompositeFieldContainer[BankStatement]
    def __init__(self, statements: _Optional[_Iterable[_Union[BankStatement, _Mapping]]] = ...) -> None: ...

class BankStatement(_message.Message):
    __slots__ = ("id", "statement_id", "account", "start_on", "end_on", "opening", "closing", "lines", "sha256", "ingested_at", "known_before")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    START_ON_FIELD_NUMBER: _ClassVar[int]
    END_ON_FIELD_NUMBER: _ClassVar[int]
    OPENING_FIELD_NUMBER: _ClassVar[int]
    CLOSING_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    INGESTED_AT_FIELD_NUMBER: _ClassVar[int]
    KNOWN_BEFORE_FIELD_NUMBER: _ClassVar[int]
    id: str
    statement_id: str
    account: str
    start_on: str
    end_on: str
    opening: _types_pb2.Money
    closing: _types_pb2.Money
    lines: int
    sha256: str
    ingested_at: _timestamp_pb2.Timestamp
    known_before: bool
    def __init__(self, id: _Optional[str] = ..., statement_id: _Optional[str] = ..., account: _Optional[str] = ..., start_on: _Optional[str] = ..., end_on: _Optional[str] = ..., opening: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., closing: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., lines: _Optional[int] = ..., sha256: _Optional[str] = ..., ingested_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., known_before: _Optional[bool] = ...) -> None: ...

class ListBankStatementsRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _types_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class BankStatementPage(_message.Message):
    __slots__ = ("statements", "page")
    STATEMENTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    statements: _containers.RepeatedCompositeFieldContainer[BankStatement]
    page: _types_pb2.PageInfo
    def __init__(self, statements: _Optional[_Iterable[_Union[BankStatement, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ReadProviderReportRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ProviderReport(_message.Message):
    __slots__ = ("movements", "complete")
    MOVEMENTS_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    movements: int
    complete: bool
    def __init__(self, movements: _Optional[int] = ..., complete: _Optional[bool] = ...) -> None: ...

class ReconcileRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Reconciliation(_message.Message):
    __slots__ = ("id", "ran_at", "ledger_position", "matched", "breaks_opened", "breaks_resolved", "digest", "complete")
    ID_FIELD_NUMBER: _ClassVar[int]
    RAN_AT_FIELD_NUMBER: _ClassVar[int]
    LEDGER_POSITION_FIELD_NUMBER: _ClassVar[int]
    MATCHED_FIELD_NUMBER: _ClassVar[int]
    BREAKS_OPENED_FIELD_NUMBER: _ClassVar[int]
    BREAKS_RESOLVED_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    id: str
    ran_at: _timestamp_pb2.Timestamp
    ledger_position: int
    matched: int
    breaks_opened: int
    breaks_resolved: int
    digest: str
    complete: bool
    def __init__(self, id: _Optional[str] = ..., ran_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ledger_position: _Optional[int] = ..., matched: _Optional[int] = ..., breaks_opened: _Optional[int] = ..., breaks_resolved: _Optional[int] = ..., digest: _Optional[str] = ..., complete: _Optional[bool] = ...) -> None: ...

class ListReconciliationsRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _types_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class ReconciliationPage(_message.Message):
    __slots__ = ("reconciliations", "page")
    RECONCILIATIONS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    reconciliations: _containers.RepeatedCompositeFieldContainer[Reconciliation]
    page: _types_pb2.PageInfo
    def __init__(self, reconciliations: _Optional[_Iterable[_Union[Reconciliation, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class CheckReconciliationRequest(_message.Message):
    __slots__ = ("reconciliation_id",)
    RECONCILIATION_ID_FIELD_NUMBER: _ClassVar[int]
    reconciliation_id: str
    def __init__(self, reconciliation_id: _Optional[str] = ...) -> None: ...

class ReconciliationCheck(_message.Message):
    __slots__ = ("holds", "digest", "recomputed")
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    RECOMPUTED_FIELD_NUMBER: _ClassVar[int]
    holds: bool
    digest: str
    recomputed: str
    def __init__(self, holds: _Optional[bool] = ..., digest: _Optional[str] = ..., recomputed: _Optional[str] = ...) -> None: ...

class Break(_message.Message):
    __slots__ = ("id", "kind", "source", "amount", "occurred_at", "opened_at", "age_days", "owner", "status", "resolution", "resolved_at", "in_ledger", "told", "reference", "payout_id", "subject_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_AT_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    AGE_DAYS_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_FIELD_NUMBER: _ClassVar[int]
    RESOLVED_AT_FIELD_NUMBER: _ClassVar[int]
    IN_LEDGER_FIELD_NUMBER: _ClassVar[int]
    TOLD_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    PAYOUT_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: BreakKind
    source: BreakSource
    amount: _types_pb2.Money
    occurred_at: _timestamp_pb2.Timestamp
    opened_at: _timestamp_pb2.Timestamp
    age_days: int
    owner: str
    status: BreakStatus
    resolution: BreakResolution
    resolved_at: _timestamp_pb2.Timestamp
    in_ledger: _types_pb2.Money
    told: _types_pb2.Money
    reference: str
    payout_id: str
    subject_id: str
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[_Union[BreakKind, str]] = ..., source: _Optional[_Union[BreakSource, str]] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., occurred_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., opened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., age_days: _Optional[int] = ..., owner: _Optional[str] = ..., status: _Optional[_Union[BreakStatus, str]] = ..., resolution: _Optional[_Union[BreakResolution, str]] = ..., resolved_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., in_ledger: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., told: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., reference: _Optional[str] = ..., payout_id: _Optional[str] = ..., subject_id: _Optional[str] = ...) -> None: ...

class ListBreaksRequest(_message.Message):
    __slots__ = ("status", "page")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    status: BreakStatus
    page: _types_pb2.PageRequest
    def __init__(self, status: _Optional[_Union[BreakStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class BreakPage(_message.Message):
    __slots__ = ("breaks", "page")
    BREAKS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    breaks: _containers.RepeatedCompositeFieldContainer[Break]
    page: _types_pb2.PageInfo
    def __init__(self, breaks: _Optional[_Iterable[_Union[Break, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class AssignBreakRequest(_message.Message):
    __slots__ = ("break_id", "owner")
    BREAK_ID_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    break_id: str
    owner: str
    def __init__(self, break_id: _Optional[str] = ..., owner: _Optional[str] = ...) -> None: ...

class MatchBreaksRequest(_message.Message):
    __slots__ = ("break_ids",)
    BREAK_IDS_FIELD_NUMBER: _ClassVar[int]
    break_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, break_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class MatchedBreaks(_message.Message):
    __slots__ = ("breaks",)
    BREAKS_FIELD_NUMBER: _ClassVar[int]
    breaks: _containers.RepeatedCompositeFieldContainer[Break]
    def __init__(self, breaks: _Optional[_Iterable[_Union[Break, _Mapping]]] = ...) -> None: ...

class ProposeAdjustmentRequest(_message.Message):
    __slots__ = ("break_id", "account", "reason")
    BREAK_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    break_id: str
    account: str
    reason: str
    def __init__(self, break_id: _Optional[str] = ..., account: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class DecideAdjustmentRequest(_message.Message):
    __slots__ = ("adjustment_id", "approved")
    ADJUSTMENT_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    adjustment_id: str
    approved: bool
    def __init__(self, adjustment_id: _Optional[str] = ..., approved: _Optional[bool] = ...) -> None: ...

class Adjustment(_message.Message):
    __slots__ = ("id", "break_id", "cash_account", "account", "amount", "reason", "status", "proposed_by", "proposed_at", "decided_by", "decided_at", "entry_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    BREAK_ID_FIELD_NUMBER: _ClassVar[int]
    CASH_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_BY_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_AT_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    break_id: str
    cash_account: str
    account: str
    amount: _types_pb2.Money
    reason: str
    status: AdjustmentStatus
    proposed_by: str
    proposed_at: _timestamp_pb2.Timestamp
    decided_by: str
    decided_at: _timestamp_pb2.Timestamp
    entry_id: str
    def __init__(self, id: _Optional[str] = ..., break_id: _Optional[str] = ..., cash_account: _Optional[str] = ..., account: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., reason: _Optional[str] = ..., status: _Optional[_Union[AdjustmentStatus, str]] = ..., proposed_by: _Optional[str] = ..., proposed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_by: _Optional[str] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., entry_id: _Optional[str] = ...) -> None: ...

class ListAdjustmentsRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _types_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class AdjustmentPage(_message.Message):
    __slots__ = ("adjustments", "page")
    ADJUSTMENTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    adjustments: _containers.RepeatedCompositeFieldContainer[Adjustment]
    page: _types_pb2.PageInfo
    def __init__(self, adjustments: _Optional[_Iterable[_Union[Adjustment, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class MatchRule(_message.Message):
    __slots__ = ("name", "by_reference", "days")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BY_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    name: str
    by_reference: bool
    days: int
    def __init__(self, name: _Optional[str] = ..., by_reference: _Optional[bool] = ..., days: _Optional[int] = ...) -> None: ...

class GetMatchRulesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PutMatchRulesRequest(_message.Message):
    __slots__ = ("rules",)
    RULES_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedCompositeFieldContainer[MatchRule]
    def __init__(self, rules: _Optional[_Iterable[_Union[MatchRule, _Mapping]]] = ...) -> None: ...

class MatchRules(_message.Message):
    __slots__ = ("rules",)
    RULES_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedCompositeFieldContainer[MatchRule]
    def __init__(self, rules: _Optional[_Iterable[_Union[MatchRule, _Mapping]]] = ...) -> None: ...
