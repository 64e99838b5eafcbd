"""Settlement over HTTP: decode, one call, encode. Routes and roles stand in the contract."""

from settlement.api import (
    bank,
    books,
    cases,
    disputes,
    indicators,
    invoices,
    ledger,
    payments,
    payout_terms,
    payouts,
    proposals,
    provider_report,
    reconciliation,
    refunds,
    standings,
    statements,
)
from settlement.api.served import api
from settlement.commands.resources import Resources

__all__ = [
    "Resources", "api", "bank", "books", "cases", "disputes", "indicators", "invoices", "ledger", "payments",
    "payout_terms", "payouts",
    "proposals", "provider_report", "reconciliation", "refunds", "standings", "statements",
]  # fmt: skip
