"""The only place where money is converted, divided or rounded.

Amounts are `moneyed.Money` inside a process, integers of minor units with a currency in databases and messages.
py-moneyed truncates what a currency cannot represent and rounds by the ambient decimal context; nothing here does.
"""

import functools
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from babel.numbers import get_currency_precision
from moneyed import CURRENCIES, Currency, Money
from yima.common.v1.types_pb2 import Money as MoneyMessage

from chassis.refusals import Invalid

DECIMAL = re.compile(r"(?!-[0.]+$)-?[0-9]{1,18}(\.[0-9]{1,9})?")  # of nothing there is no debt
MINOR_MAX = 10**15  # ten trillion yuan; far above any amount and far below BIGINT


def currency_of(code: str, field: str = "currency") -> Currency:
    """The ISO 4217 currency of this code."""
    try:
        return CURRENCIES[code]
    except KeyError:
        raise Invalid(field, f"{code[:10]!r} is not an ISO 4217 currency") from None


def decimals(currency: Currency) -> int:
    """How many decimals the currency has: 2 for CNY, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency.code)


def from_minor(minor: int, currency: str, field: str = "currency") -> Money:
    """The amount of so many minor units."""
    known = currency_of(currency, field)
    return Money(Decimal(minor).scaleb(-decimals(known)), known)


def to_minor(money: Money) -> int:
    """The amount in minor units, exactly; an amount finer than the currency is refused, never rounded."""
    scaled = money.amount.scaleb(decimals(money.currency))
    if scaled != scaled.to_integral_value():
        raise Invalid("amount", f"{money.amount} {money.currency.code} is finer than the currency")
    return int(scaled)


def written(message: MoneyMessage) -> str:
    """The amount as a decimal number with all of its currency's decimals, e.g. "128.00"."""
    places = _decimals(message.currency)
    sign, digits = "-" if message.minor < 0 else "", str(abs(message.minor)).zfill(places + 1)
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits


@functools.cache
def _decimals(currency: str) -> int:
    return decimals(currency_of(currency))


def parse_amount(text: str, currency: str, field: str = "amount") -> Money:
    """The amount written as a decimal number, e.g. "128.00": digits 0 to 9, at most one point and a minus. No
    exponent, no plus, no blanks: whoever reads it elsewhere reads the same."""
    known = currency_of(currency, field)
    if not DECIMAL.fullmatch(text):
        raise Invalid(field, 'must be a decimal number like "128.00"')
    amount = Decimal(text)
    if abs(amount.scaleb(decimals(known))) > MINOR_MAX:
        raise Invalid(field, f"{text} is out of range")
    money = Money(amount, known)
    try:
        to_minor(money)
    except Invalid:
        raise Invalid(field, f"{text} has more decimals than {known.code} allows") from None
    return money


def from_message(message: MoneyMessage, field: str = "amount") -> Money:
    """The amount a message carries."""
    if abs(message.minor) > MINOR_MAX:
        raise Invalid(field, f"{message.minor} is out of range")
    return from_minor(message.minor, message.currency, f"{field}.currency")


def to_message(money: Money) -> MoneyMessage:
    """The message that carries this amount."""
    return MoneyMessage(currency=money.currency.code, minor=to_minor(money))


def allocate(minor: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Divide `minor` units by `weights` so that the parts sum to it exactly.

    Each part gets its floor; the units left go one each to the largest remainders, ties to the earlier part.
    A negative amount is divided as its opposite, so that a refund mirrors its payment.
    """
    total = sum(weights)
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must be non-negative and not all zero")
    if minor < 0:
        return [-part for part in allocate(-minor, weights)]
    exact = [Fraction(minor) * Fraction(weight) / Fraction(total) for weight in weights]
    parts = [int(share) for share in exact]
    left = minor - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    for index in by_remainder[:left]:
        parts[index] += 1
    return parts
