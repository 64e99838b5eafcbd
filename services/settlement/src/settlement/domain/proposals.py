"""What one person may not decide alone: whatever could cost others money, beyond a bound."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from chassis.refusals import Refusal

ALONE_WITHIN = timedelta(days=1)


class NeedsSecondPerson(Refusal):
    code = "needs-second-person"
    title = "A second person has to approve this: propose it, and let another operator or the regulator decide."


class SamePerson(Refusal):
    code = "same-person"
    title = "Whoever proposed this may not approve it."


class ProposalDecided(Refusal):
    code = "proposal-decided"
    title = "The proposal has been decided."


class ProposalStatus(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one operator may cost others within a day, in minor units of one currency; in every other, nothing."""

    alone_minor: int = 0
    currency: str = ""

    def check(self, minor: int, before_minor: int, currency: str, field: str) -> None:
        """Refuse what together with what the same person decided before is above the bound."""
        bound = self.alone_minor if currency == self.currency else 0
        if minor + before_minor > bound:
            raise NeedsSecondPerson(
                f"one person may decide {bound} minor units of {currency} a day, of which {before_minor} are used, and"
                f" this is {minor}; propose it and let another person approve it",
                field,
            )


NOTHING_ALONE = Bounds()
