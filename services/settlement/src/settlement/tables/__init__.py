"""Settlement's tables."""

from settlement.tables.base import Base, Xid8
from settlement.tables.ledger import BalanceSnapshotRow, JournalEntryRow, PostingRow
from settlement.tables.payments import (
    ContractRow,
    DisputeRow,
    LineSplitRow,
    PartRow,
    PayeeRow,
    PaymentRow,
    ProofRow,
    ProviderCallRow,
    RefundRow,
    WebhookRow,
)
from settlement.tables.payouts import BankFileRow, InvoiceRow, PayoutClaimRow, PayoutRow, PayoutRunRow, PayoutTermsRow
from settlement.tables.reconciliation import (
    AdjustmentRow,
    BankLineRow,
    BankStatementRow,
    BreakRow,
    MatchedItemRow,
    MatchRow,
    MatchRuleRow,
    ProviderMovementRow,
    ProviderReportRow,
    ReconciliationRow,
)
from settlement.tables.statements import DisputedLineRow, DocumentKeyRow, StatementRow

__all__ = [
    "AdjustmentRow",
    "BalanceSnapshotRow",
    "BankFileRow",
    "BankLineRow",
    "BankStatementRow",
    "Base",
    "BreakRow",
    "ContractRow",
    "DisputeRow",
    "DisputedLineRow",
    "DocumentKeyRow",
    "InvoiceRow",
    "JournalEntryRow",
    "LineSplitRow",
    "MatchRow",
    "MatchRuleRow",
    "MatchedItemRow",
    "PartRow",
    "PayeeRow",
    "PaymentRow",
    "PayoutClaimRow",
    "PayoutRow",
    "PayoutRunRow",
    "PayoutTermsRow",
    "PostingRow",
    "ProofRow",
    "ProviderCallRow",
    "ProviderMovementRow",
    "ProviderReportRow",
    "ReconciliationRow",
    "RefundRow",
    "StatementRow",
    "WebhookRow",
    "Xid8",
]
