"""Exchanging money: an entry that says so, with its own account, at a rate that is written down."""

import re
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from uuid import UUID

from chassis.money import currency_of, decimals
from chassis.refusals import Invalid, Refusal

from settlement.domain.ledger import BANK, CASH, JournalEntry, Posting

RATE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
HELD_IN = (BANK, CASH)  # what of a currency can be given away


class RateDiffers(Refusal):
    code = "rate-differs"
    title = "What was bought is not what was sold at that rate."


def parse_rate(text: str) -> Decimal:
    """How much of the bought currency one of the sold one gets."""
    if not RATE.fullmatch(text) or not (rate := Decimal(text)):
        raise Invalid("rate", "must be a decimal number above zero, with at most nine digits on either side")
    return rate


def bought_at(rate: Decimal, sold_minor: int, sold: str, bought: str) -> int:
    """Minor units bought for minor units sold, rounded half to even."""
    with localcontext(prec=60):
        exact = Decimal(sold_minor).scaleb(decimals(currency_of(bought)) - decimals(currency_of(sold))) * rate
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def exchanged(
    entry_id: UUID, reference: str, account: str, sold: tuple[int, str], bought: tuple[int, str], rate: Decimal
) -> JournalEntry:
    """The entry of an exchange, even in each currency. A bank's own rounding may differ by one minor unit."""
    (sold_minor, sold_in), (bought_minor, bought_in) = sold, bought
    if sold_in == bought_in:
        raise Invalid("bought.currency", "must be another one than what was sold")
    if sold_minor <= 0 or bought_minor <= 0:
        raise Invalid("sold" if sold_minor <= 0 else "bought", "must be above zero")
    if account not in HELD_IN:
        raise Invalid("account", f"must be one of {', '.join(HELD_IN)}")
    expected = bought_at(rate, sold_minor, sold_in, bought_in)
    if abs(expected - bought_minor) > 1:
        raise RateDiffers(f"at {rate} it comes to {expected} minor units of {bought_in}", "bought")
    pair = f"exchange:{sold_in}/{bought_in}"
    postings = (
        Posting(account, -sold_minor, sold_in),
        Posting(pair, sold_minor, sold_in),
        Posting(pair, -bought_minor, bought_in),
        Posting(account, bought_minor, bought_in),
    )
    return JournalEntry(entry_id, "exchange", reference, postings)
