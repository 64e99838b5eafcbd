"""What answers are decoded into: GraphQL's names in Python's case, and nothing that this client does not know."""

from datetime import datetime

import msgspec


class Struct(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What was answered, as it was then."""


class Money(Struct, frozen=True, kw_only=True):
    """An amount of money."""

    amount: str
    """A decimal number with all its decimals, such as "128.00"."""
    currency: str
    """ISO 4217."""


class Interval(Struct, frozen=True, kw_only=True):
    """A half-open span of time: from `start`, up to but not including `end`."""

    start: datetime
    end: datetime
