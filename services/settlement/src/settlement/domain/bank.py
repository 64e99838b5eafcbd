"""Bank accounts: what a payment file can carry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from uuid import UUID

from chassis.refusals import Invalid

HOLDER_LENGTH_MAX = 140
NUMBER_LENGTH_MAX = 34
CODE_LENGTH_MAX = 28  # what a clearing system's member id may have
A_DAY = timedelta(days=1)
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


def check_closed(statement_id: str, closed_on: date, zone: tzinfo, now: datetime) -> None:
    """Refuse a bank's statement of a day that has not come: nothing can have been booked on it."""
    today = now.astimezone(zone).date()
    if closed_on > today:
        said = (
            f"statement {statement_id} closed on {closed_on}, and it is {today} in the city: ask the bank for another"
        )
        raise Invalid("content", said)


def check_booked(payout_id: UUID, booked_on: date, handed_out_at: datetime, zone: tzinfo) -> None:
    """Refuse a day on which the bank cannot have booked a payout: its file was not handed out yet.

    An account may be kept where it is still yesterday, so that the day before is a day that can be.
    """
    if booked_on < handed_out_at.astimezone(zone).date() - A_DAY:
        handed_out = f"{handed_out_at.astimezone(zone):%Y-%m-%d %H:%M}"
        said = (
            f"payout {payout_id} is booked on {booked_on}, before it was given to the bank at {handed_out} in the city"
        )
        raise Invalid("content", f"{said}: ask the bank for the right statement")


def counts_at(booked_on: date, handed_out_at: datetime, zone: tzinfo) -> datetime:
    """When a payout counts that the bank booked on this day: as the day begins, and not before it was handed out."""
    return max(datetime.combine(booked_on, time(), zone), handed_out_at)


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
