"""What a payment provider does for us. Every request carries a key; the same key is carried out once."""

from dataclasses import dataclass
from typing import Protocol


class Unreachable(Exception):  # noqa: N818 a fact
    """The provider did not answer; what was asked may or may not have been done. Ask again with the same key."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the provider answered: its reference, or why it declined."""

    approved: bool
    reference: str = ""
    reason: str = ""


class Provider(Protocol):
    """Amounts are minor units. Each method raises `Unreachable` when there is no answer."""

    async def authorise(self, key: str, amount_minor: int, currency: str, method: str) -> Outcome:
        """Promise the amount; the reference names the authorisation from then on."""

    async def capture(self, key: str, reference: str, amount_minor: int) -> Outcome:
        """Take all or a part of an authorised amount; the rest is released."""

    async def void(self, key: str, reference: str) -> Outcome:
        """Release an authorised amount."""

    async def refund(self, key: str, reference: str, amount_minor: int) -> Outcome:
        """Give a part of a captured amount back."""

    async def pay_out(self, key: str, amount_minor: int, currency: str, account: str) -> Outcome:
        """Send money to a bank account."""
