"""What a partner may do."""

from enum import StrEnum


class Capability(StrEnum):
    """What a partner may do."""

    PUBLISH = "publish"
    SELL = "sell"
    FULFIL = "fulfil"
    READ_DATA = "read_data"
    BE_PAID = "be_paid"
