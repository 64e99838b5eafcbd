"""What people ask of settlement, one function each. None commits."""

from settlement.commands.disputes import decide_dispute, open_dispute
from settlement.commands.payouts import NO_BANK, Held, export_bank_file, issue_invoice, run_payouts, set_payout_terms
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

__all__ = [
    "NO_BANK",
    "Held",
    "StatementContradicts",
    "assign_break",
    "decide_adjustment",
    "decide_dispute",
    "export_bank_file",
    "ingest_bank_statement",
    "issue_invoice",
    "match_breaks",
    "open_dispute",
    "propose_adjustment",
    "put_match_rules",
    "recompute",
    "refund_order",
    "run_payouts",
    "run_reconciliation",
    "set_payout_terms",
    "take_report",
]
