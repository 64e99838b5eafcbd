"""Complaints about orders, as ordering decides them."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ComplaintDecision:
    """Who decided a complaint, where that is known, and whether its order was called off with it."""

    decided_by: UUID | None
    called_off: bool
