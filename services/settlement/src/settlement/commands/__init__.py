"""What people ask of settlement, one function each. None commits."""

from settlement.commands.disputes import decide_dispute, open_dispute
from settlement.commands.payouts import NO_BANK, Held, export_bank_file, issue_invoice, run_payouts, set_payout_terms
from settlement.commands.refunds import refund_order

__all__ = [
    "NO_BANK",
    "Held",
    "decide_dispute",
    "export_bank_file",
    "issue_invoice",
    "open_dispute",
    "refund_order",
    "run_payouts",
    "set_payout_terms",
]
