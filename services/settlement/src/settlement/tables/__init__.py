"""Settlement's tables."""

from settlement.tables.access_log import KeptCheckpointRow
from settlement.tables.bank import BankFileRow, BankLineRow, BankStatementRow
from settlement.tables.base import Base, Xid8
from settlement.tables.books import ExchangeRow, PeriodBalanceRow, PeriodRow, SealRow
from settlement.tables.calls import NextStepRow, ProviderCallRow, WebhookRow
from settlement.tables.cases import MoneyCaseRow
from settlement.tables.complaints import ComplaintRow
from settlement.tables.contracts import ContractRow, PayeeRow
from settlement.tables.disputes import DisputeRow
from settlement.tables.evidence import ConsentReceiptRow, DecisionsRow, EvidenceRow, ProofRow
from settlement.tables.indicators import CountedMonthRow, MoneyMonthRow
from settlement.tables.invoices import InvoicePaymentRow, InvoiceRow
from settlement.tables.ledger import BalanceSnapshotRow, JournalEntryRow, LedgerCheckRow, PostingRow
from settlement.tables.payments import PaymentRow
from settlement.tables.payout_terms import PayoutTermsRow, RiskTierRow
from settlement.tables.payouts import PayoutClaimRow, PayoutRow, PayoutRunRow
from settlement.tables.proposals import ProposalRow
from settlement.tables.provider_report import ProviderMovementRow, ProviderReportRow
from settlement.tables.reconciliation import (
    AdjustmentRow,
    BreakRow,
    MatchedItemRow,
    MatchRow,
    MatchRuleRow,
    ReconciliationRow,
)
from settlement.tables.refunds import RefundRow
from settlement.tables.splits import LineSplitRow, PartRow
from settlement.tables.statements import DisputedLineRow, DocumentKeyRow, StatementRow

__all__ = [
    "AdjustmentRow",
    "BalanceSnapshotRow",
    "BankFileRow",
    "BankLineRow",
    "BankStatementRow",
    "Base",
    "BreakRow",
    "ComplaintRow",
    "ConsentReceiptRow",
    "ContractRow",
    "CountedMonthRow",
    "DecisionsRow",
    "DisputeRow",
    "DisputedLineRow",
    "DocumentKeyRow",
    "EvidenceRow",
    "ExchangeRow",
    "InvoicePaymentRow",
    "InvoiceRow",
    "JournalEntryRow",
    "KeptCheckpointRow",
    "LedgerCheckRow",
    "LineSplitRow",
    "MatchRow",
    "MatchRuleRow",
    "MatchedItemRow",
    "MoneyCaseRow",
    "MoneyMonthRow",
    "NextStepRow",
    "PartRow",
    "PayeeRow",
    "PaymentRow",
    "PayoutClaimRow",
    "PayoutRow",
    "PayoutRunRow",
    "PayoutTermsRow",
    "PeriodBalanceRow",
    "PeriodRow",
    "PostingRow",
    "ProofRow",
    "ProposalRow",
    "ProviderCallRow",
    "ProviderMovementRow",
    "ProviderReportRow",
    "ReconciliationRow",
    "RefundRow",
    "RiskTierRow",
    "SealRow",
    "StatementRow",
    "WebhookRow",
    "Xid8",
]
