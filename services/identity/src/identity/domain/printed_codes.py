"""Printed codes: what somebody without a phone carries, and what it is worth without its owner.

A paper lies about for months, and is copied by whoever sees it. So it names nobody by itself: who scans it says the
identity number on the card of who stands there, too. And what the two are worth is less than a health code: the receipt
is of another use, which neither opens a record nor proves a service.
"""

import hashlib
import secrets
from datetime import timedelta

from chassis.refusals import Invalid, Refusal

from identity.domain import base45

PREFIX = "YP1:"
SECRET_BYTES = 16
TEXT_LENGTH_MAX = 64
PRINTED_FOR = timedelta(days=180)
WRONG_MAX = 5  # numbers that are not its owner's: then it is over


class PrintedCodeOver(Refusal):
    code = "printed-code-over"
    title = "The printed code is not in force: it was taken back, replaced, tried too often, or is over."


class CardDiffers(Refusal):
    code = "card-differs"
    title = "The identity number is not that of whose printed code this is."


class OwnerNotProven(Refusal):
    code = "owner-not-proven"
    title = "Only who has proven who they are has a printed code: it is good with their identity card alone."


def new_text() -> str:
    """What a printed code's QR says: random, and made of what a QR writes densely."""
    return PREFIX + base45.encode(secrets.token_bytes(SECRET_BYTES))


def digest_of(text: str) -> bytes:
    """What is kept of a printed code's text. Raises `Invalid` where it is none."""
    if not text.startswith(PREFIX) or len(text) > TEXT_LENGTH_MAX:
        raise Invalid("text", f"a printed code begins with {PREFIX}")
    return hashlib.sha256(text.encode()).digest()
