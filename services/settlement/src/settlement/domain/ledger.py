"""Double-entry bookkeeping. Debit is positive, credit negative; an entry refuses to exist unbalanced."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from settlement.domain.splits import Liability

RECEIVABLE = "provider:receivable"  # captured soon
CASH = "provider:cash"
SETTLING = "provider:settling"  # on its way from the provider to the bank
BANK = "bank:cash"
REFUNDS_DUE = "provider:refunds-due"
ADVANCES = "residents:advance"  # taken before it was earned
IN_TRANSIT = "payouts:in-transit"
COMMISSION = "platform:commission"
DISPUTED = "disputes:held"
BANK_FEES = "platform:bank-fees"
PROVIDER_FEES = "platform:provider-fees"
WRITE_OFF = "platform:write-off"
EXCHANGE_DIFFERENCES = "exchange:differences"  # what a claim in another currency cost beyond the payment
SUSPENSE = "suspense"  # money that nobody has explained yet
PARTNER, CITY = "partner", "city"
PENDING, PAYABLE, RESERVE, INVOICED = "pending", "payable", "reserve", "invoiced"  # a partner's accounts
ANY = "%"
EXCHANGES = "exchange:%"  # what of an exchange is neither sold nor bought, as a pattern
ASSETS = frozenset({RECEIVABLE, CASH, SETTLING, BANK})


class Unbalanced(Exception):
    """An entry's postings do not sum to zero."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One account's part of an entry, in minor units."""

    account: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """Money moving between accounts. `reference` is unique: what an entry records is written once."""

    id: UUID
    kind: str
    reference: str
    postings: tuple[Posting, ...]
    order_id: UUID | None = None
    payout_id: UUID | None = None
    reverses: UUID | None = None
    effective_at: datetime | None = None  # when what it records happened; None: now

    def __post_init__(self) -> None:
        totals: defaultdict[str, int] = defaultdict(int)
        for posting in self.postings:
            totals[posting.currency] += posting.amount_minor
        for currency, total in totals.items():
            if total != 0:
                raise Unbalanced(f"{self.reference} is off by {total} {currency}")


def partner_account(partner_id: UUID | str, kind: str) -> str:
    """A partner's account of a kind; `ANY` partner's, or of any kind, is a pattern for SQL's LIKE."""
    return f"{PARTNER}:{partner_id}:{kind}"


def pending(partner_id: UUID | str) -> str:
    """What a partner has earned but whose money is not there yet."""
    return partner_account(partner_id, PENDING)


def payable(partner_id: UUID | str) -> str:
    """What a partner may be paid; negative when it owes."""
    return partner_account(partner_id, PAYABLE)


def reserve(partner_id: UUID | str) -> str:
    """What is kept back of a partner's payouts for a while, against refunds to come."""
    return partner_account(partner_id, RESERVE)


def invoiced(partner_id: UUID | str) -> str:
    """What a partner was asked by invoice to pay: an asset."""
    return partner_account(partner_id, INVOICED)


def exchanging(sold: str, bought: str) -> str:
    """Where an exchange of one currency for another stands, in both."""
    return f"exchange:{sold}/{bought}"


def chain_of(partner_id: UUID | str) -> str:
    """The chain of seals over a partner's postings; all others' is `CITY`."""
    return f"{PARTNER}:{partner_id}"


def is_payable(account: str) -> bool:
    """Is this what some partner may be paid?"""
    return account.startswith(f"{PARTNER}:") and account.endswith(f":{PAYABLE}")


def is_asset(account: str) -> bool:
    return account in ASSETS or account.endswith(f":{INVOICED}")


def account_of(party: str) -> str:
    """Where a split's party is credited at fulfilment."""
    kind, _, name = party.partition(":")
    if kind == PARTNER:
        return pending(name)
    return COMMISSION if party == "platform" else party


def settled(account: str) -> str:
    """Where that credit stands once the money is there."""
    return account.removesuffix(PENDING) + PAYABLE if account.endswith(f":{PENDING}") else account


def bearing(account: str, partner_id: UUID | str, liability: Liability) -> str:
    """The account that bears a part's refund, where the part was credited to `account` at fulfilment."""
    match liability:
        case Liability.PRO_RATA:
            return settled(account)
        case Liability.PARTNER:
            return payable(partner_id)
        case Liability.PLATFORM:
            return COMMISSION


def partner_of(account: str) -> str:
    """The partner whose account this is."""
    return account.split(":")[1]
