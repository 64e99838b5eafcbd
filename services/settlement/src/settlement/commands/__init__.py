"""What people ask of settlement, one function each. None commits."""

from settlement.commands.disputes import decide_dispute, open_dispute
from settlement.commands.payouts import Held, issue_invoice, run_payouts, set_payout_terms
from settlement.commands.refunds import refund_order

__all__ = [
    "Held",
    "decide_dispute",
    "issue_invoice",
    "open_dispute",
    "refund_order",
    "run_payouts",
    "set_payout_terms",
]
