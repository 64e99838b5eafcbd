"""What a caller may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Visibility:
    """The orders a caller may see: all; or a partner's, once they were confirmed or
    where its desk placed them; or some residents', and those the
    caller placed and pays for, whoever they are for now."""

    everything: bool = False
    partner_id: UUID | None = None
    resident_ids: Sequence[UUID] = ()
    payer_id: UUID | None = None

    def includes(self, *, partner_id: UUID, confirmed: bool, resident_id: UUID, placed_by: UUID) -> bool:
        """May the caller see this order of a partner, for a resident, placed by somebody?"""
        of_partner = partner_id == self.partner_id and confirmed
        theirs = resident_id in self.resident_ids or placed_by == self.payer_id
        return self.everything or of_partner or theirs
