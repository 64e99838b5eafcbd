"""The books around the ledger: months that are closed one after the other, and exchanges at a written rate."""

import re
from datetime import datetime, timedelta, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from uuid import UUID

from chassis.money import currency_of, decimals
from chassis.refusals import Invalid, Refusal

from settlement.domain.ledger import BANK, CASH, JournalEntry, Posting, exchanging

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
    pair = exchanging(sold_in, bought_in)
    postings = (
        Posting(account, -sold_minor, sold_in),
        Posting(pair, sold_minor, sold_in),
        Posting(pair, -bought_minor, bought_in),
        Posting(account, bought_minor, bought_in),
    )
    return JournalEntry(entry_id, "exchange", reference, postings)


MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


class PeriodNotOver(Refusal):
    code = "period-not-over"
    title = "The period has not ended."


class PeriodOutOfTurn(Refusal):
    code = "period-out-of-turn"
    title = "Periods are closed in their order, each once."


def month_start(month: str, zone: tzinfo, field: str = "month") -> datetime:
    """When a month like "2026-10" begins in the city."""
    match = MONTH.fullmatch(month)
    if match is None:
        raise Invalid(field, 'must be a month like "2026-10"')
    return datetime(int(match[1]), int(match[2]), 1, tzinfo=zone)


def next_month(start: datetime) -> datetime:
    """When the month after the one that begins at `start` begins."""
    return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)


def check_turn(starts_at: datetime, ends_at: datetime, closed_until: datetime | None, now: datetime) -> None:
    """Refuse to close a month that is not over, or not the next one after those closed; the first may be any."""
    if ends_at > now:
        raise PeriodNotOver(f"it ends at {ends_at.isoformat()}", "month")
    if closed_until is not None and closed_until != starts_at:
        due = closed_until.astimezone(starts_at.tzinfo)
        raise PeriodOutOfTurn(f"the next month to close is {due:%Y-%m}", "month")


def check_first(ends_at: datetime, first_entered: datetime | None, now: datetime) -> None:
    """Refuse to close as the first a month before anything was entered: each one since would have to be closed, too.

    The last month that is over may be closed with nothing in it.
    """
    first = first_entered or now
    if first < ends_at or next_month(ends_at) > now:
        return
    earliest = min(first.astimezone(ends_at.tzinfo), now.astimezone(ends_at.tzinfo).replace(day=1) - timedelta(days=1))
    raise PeriodOutOfTurn(f"nothing was entered before it ended; begin with {earliest:%Y-%m}", "month")
