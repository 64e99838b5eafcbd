"""What the payment provider is asked to do, and how often."""

from datetime import timedelta
from enum import StrEnum


class Step(StrEnum):
    """What a provider is asked to do."""

    AUTHORISE = "authorise"
    ADVANCE = "advance"  # a capture before the fulfilment
    CAPTURE = "capture"
    VOID = "void"
    LET_GO = "let_go"  # of a promise that nobody waits for any more: another method was chosen, or it came too late
    REFUND = "refund"
    PAY_OUT = "pay_out"


# What the provider refuses is asked for again under a new key after each of these; then only a person helps.
RETRIES = (
    timedelta(minutes=15),
    timedelta(hours=2),
    timedelta(hours=12),
    timedelta(days=1),
    timedelta(days=2),
    timedelta(days=4),
)
