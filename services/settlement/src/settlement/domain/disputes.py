"""Disputes as a provider tells of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """A dispute as the provider tells of it: its id there, what it is about, whether the bank has the money, how it
    ended; none while it is open."""

    reference: str
    amount_minor: int
    currency: str
    reason: str
    taken: bool
    won: bool | None = None
