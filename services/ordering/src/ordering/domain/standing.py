"""A partner's standing, as far as orders go by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.refusals import Refusal

SUSPENDED = "the partner is suspended or frozen, or its certificates have lapsed"


class NotInGoodStanding(Refusal):
    code = "not-in-good-standing"
    title = "The partner is suspended or frozen, or its certificates have lapsed."


@dataclass(frozen=True, slots=True)
class Standing:
    """May the partner sell, and until when do its certificates hold? None: nobody has said, catalog let it publish."""

    sells: bool
    certified_until: datetime | None = None
    certificate_ids: Sequence[str] = ()  # of the certificates in force; nothing where nobody has said

    def good(self, now: datetime) -> bool:
        """Does the partner take orders now? A certificate lapses by the clock; no event is needed."""
        return self.sells and (self.certified_until is None or now < self.certified_until)

    def check(self, now: datetime, field: str = "") -> None:
        """Refuse what only a partner in good standing may get into."""
        if not self.good(now):
            raise NotInGoodStanding("what it accepted before goes on, or is cancelled free of charge", field)


ASSUMED = Standing(True)  # of a partner whose offering catalog has published, until partners has published more
