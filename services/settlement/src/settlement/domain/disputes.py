"""Disputes as a provider reports them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from chassis.refusals import Refusal

from settlement.domain import moves
from settlement.domain.moves import Moves


@dataclass(frozen=True, slots=True)
class ProviderDispute:
    """A dispute as the provider reports it: its id there, what it is about, whether the bank has the money, how it
    ended; none while it is open."""

    reference: str
    amount_minor: int
    currency: str
    reason: str
    taken: bool
    won: bool | None = None


class DisputeStatus(StrEnum):
    """Where a dispute stands; won and lost are the partner's."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


MOVES: Moves[DisputeStatus] = {
    DisputeStatus.OPEN: frozenset({DisputeStatus.WON, DisputeStatus.LOST}),
    DisputeStatus.WON: frozenset(),
    DisputeStatus.LOST: frozenset(),
}


class HasStatus(Protocol):
    status: str


def move_dispute(dispute: HasStatus, to: DisputeStatus) -> None:
    """Move a dispute on. Every change of a dispute's status goes through here."""
    dispute.status = moves.move(MOVES, DisputeStatus(dispute.status), to)


class Disputed(Refusal):
    code = "disputed"
    title = "A dispute about this payment is open; its decision says what becomes of the money."


class Decided(Refusal):
    code = "decided"
    title = "The dispute has been decided."


class BankDecides(Refusal):
    code = "bank-decides"
    title = "The cardholder's bank decides this dispute."
