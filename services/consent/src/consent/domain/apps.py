"""What a resident lets an app look at: as they asked, to view, and for a year at most."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from chassis.refusals import Invalid
from city_pack import information

from consent.domain.consents import AccessMode
from consent.domain.documents import Terms

PURPOSE = "PATRQT"
LIFE_MAX = timedelta(days=366)


def terms(grantee_id: UUID, information_types: Sequence[str], expires_at: datetime, now: datetime) -> Terms:
    """The terms of an app's consent. What is apart stays apart: an app is never let see it by its scopes alone."""
    if not 1 <= len(information_types) <= len(information.INFORMATION_TYPES):
        raise Invalid("information_types", f"name 1 to {len(information.INFORMATION_TYPES)} of them")
    information.check_each_known(information_types, "information_types", information.INFORMATION_TYPES)
    if not now < expires_at <= now + LIFE_MAX:
        raise Invalid("expires_at", f"must lie ahead, within {LIFE_MAX.days} days")
    return Terms(grantee_id, frozenset(information_types), PURPOSE, AccessMode.VIEW, expires_at)
