"""Who is told: partners that stand well, as whoever follows a feed must."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.wire import moment
from yima.partners.v1 import events_pb2 as partners_pb
from yima.partners.v1.api_pb2 import CAPABILITY_READ_DATA, PartnerStatus, Profile

FOLLOWING = frozenset({PartnerStatus.PARTNER_STATUS_ACTIVE, PartnerStatus.PARTNER_STATUS_OFFBOARDING})


@dataclass(frozen=True, slots=True)
class Standing:
    """How a partner stands, as far as it matters here: told at all, and until when its certificates are in force."""

    partner_id: UUID
    may_follow: bool
    certified_until: datetime | None
    version: int

    def good(self, now: datetime) -> bool:
        return self.may_follow and self.certified_until is not None and self.certified_until > now


def standing_of(partner_id: str, standing: partners_pb.Standing | Profile) -> Standing:
    """A standing of what partners says, in an event or an answer."""
    if isinstance(standing, Profile):
        frozen = CAPABILITY_READ_DATA in standing.frozen
    else:
        frozen = any(CAPABILITY_READ_DATA in freeze.capabilities for freeze in standing.freezes)
    return Standing(
        partner_id=UUID(partner_id),
        may_follow=standing.status in FOLLOWING and not frozen,
        certified_until=moment(standing.certified_until) if standing.HasField("certified_until") else None,
        version=standing.version,
    )
