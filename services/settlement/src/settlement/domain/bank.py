"""Bank accounts: what a payment file can carry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

HOLDER_LENGTH_MAX = 140
NUMBER_LENGTH_MAX = 34
CODE_LENGTH_MAX = 28  # what a clearing system's member id may have
CREDIT_TRANSFER = "pain.001.001.09"  # what a bank takes that asks for nothing else


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Whose account, which, at which bank."""

    holder: str
    number: str
    bank_code: str


@dataclass(frozen=True, slots=True)
class OwnBank:
    """The operator's own accounts by currency, from which payouts by file are made, how their banks take them, and the
    city's calendar."""

    accounts: Mapping[str, BankAccount] = field(default_factory=dict)
    zone: tzinfo = UTC
    messages: Mapping[str, str] = field(default_factory=dict)  # which pain.001 the bank takes, by currency

    def message(self, currency: str) -> str:
        """The message that payouts from this currency's account are written as."""
        return self.messages.get(currency, CREDIT_TRANSFER)


NO_BANK = OwnBank()


def fault(account: BankAccount) -> str:
    """Why a payment file cannot name this account; empty when it can."""
    for what, value, most in (
        ("holder", account.holder.strip(), HOLDER_LENGTH_MAX),
        ("number", account.number.replace(" ", ""), NUMBER_LENGTH_MAX),
        ("bank code", account.bank_code.replace(" ", ""), CODE_LENGTH_MAX),
    ):
        if not 1 <= len(value) <= most or not value.isprintable():
            return f"its {what} must have 1 to {most} printable characters"
    return ""
