"""What people ask of settlement, one function each. None commits."""

from settlement.commands.books import close_period, exchange_money
from settlement.commands.disputes import Claim, decide_dispute, open_dispute
from settlement.commands.evidence import evidence_of
from settlement.commands.payouts import (
    NO_BANK,
    STANDARD,
    Held,
    export_bank_file,
    issue_invoice,
    put_risk_tier,
    record_invoice_payment,
    run_payouts,
    set_payout_terms,
)
from settlement.commands.reconciliation import (
    StatementContradicts,
    assign_break,
    decide_adjustment,
    ingest_bank_statement,
    match_breaks,
    propose_adjustment,
    put_match_rules,
    recompute,
    run_reconciliation,
    take_report,
)
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
    "NO_BANK",
    "STANDARD",
    "Claim",
    "Explanation",
    "Held",
    "StatementContradicts",
    "assign_break",
    "close_period",
    "confirm_statement",
    "decide_adjustment",
    "decide_dispute",
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
    "propose_adjustment",
    "put_match_rules",
    "put_risk_tier",
    "recompute",
    "recompute_statement",
    "record_invoice_payment",
    "refund_order",
    "resolve_statement",
    "run_payouts",
    "run_reconciliation",
    "set_payout_terms",
    "take_report",
]
