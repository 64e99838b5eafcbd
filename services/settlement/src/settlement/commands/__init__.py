"""What people ask of settlement, one function each. None commits."""

from settlement.commands.bank import StatementContradicts, export_bank_file, ingest_bank_statement, return_payout
from settlement.commands.books import close_period, exchange_money
from settlement.commands.cases import assign_case, retry_case, settle_case
from settlement.commands.checks import check_ledger
from settlement.commands.disputes import Claim, decide_dispute, open_dispute
from settlement.commands.evidence import evidence_of
from settlement.commands.invoices import issue_invoice, record_invoice_payment
from settlement.commands.outlook import Outlook, payout_outlook
from settlement.commands.payout_terms import NEW, STANDARD, put_risk_tier, set_payout_terms
from settlement.commands.payouts import run_payouts
from settlement.commands.proposals import decide_proposal, propose, take_up
from settlement.commands.provider_report import take_report
from settlement.commands.reconciliation import put_match_rules, recompute, run_reconciliation
from settlement.commands.reconciliation_breaks import assign_break, decide_adjustment, match_breaks, propose_adjustment
from settlement.commands.refunds import refund_order
from settlement.commands.statements import (
    Explanation,
    confirm_statement,
    dispute_statement,
    explain_line,
    issue_statement,
    recompute_statement,
    resolve_statement,
)

__all__ = [
    "NEW",
    "STANDARD",
    "Claim",
    "Explanation",
    "Outlook",
    "StatementContradicts",
    "assign_break",
    "assign_case",
    "check_ledger",
    "close_period",
    "confirm_statement",
    "decide_adjustment",
    "decide_dispute",
    "decide_proposal",
    "dispute_statement",
    "evidence_of",
    "exchange_money",
    "explain_line",
    "export_bank_file",
    "ingest_bank_statement",
    "issue_invoice",
    "issue_statement",
    "match_breaks",
    "open_dispute",
    "payout_outlook",
    "propose",
    "propose_adjustment",
    "put_match_rules",
    "put_risk_tier",
    "recompute",
    "recompute_statement",
    "record_invoice_payment",
    "refund_order",
    "resolve_statement",
    "retry_case",
    "return_payout",
    "run_payouts",
    "run_reconciliation",
    "set_payout_terms",
    "settle_case",
    "take_report",
    "take_up",
]
