"""What a partner's standing lets it publish and sell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.refusals import Forbidden

NOT_A_PUBLISHER = "only an active, certified partner may publish, while no regulator has frozen that"


class NotPermitted(Forbidden):
    code = "not-permitted"
    title = "The partner may not publish this now."


class OfferingFrozen(Forbidden):
    code = "offering-frozen"
    title = "A regulator has frozen the offering."


@dataclass(frozen=True, slots=True)
class Standing:
    """What partners says of a partner."""

    may_publish: bool
    may_sell: bool
    scope: frozenset[str]
    certified_until: datetime | None
    certificate_ids: Sequence[str] = ()  # in force when this was told

    def covers(self, category: str) -> bool:
        return "*" in self.scope or category in self.scope

    def sells(self, category: str, now: datetime) -> bool:
        """May offerings of this category be on sale now?"""
        in_force = self.certified_until is not None and now < self.certified_until
        return self.may_sell and in_force and self.covers(category)


def check_good_standing(standing: Standing | None, now: datetime) -> None:
    """Refuse a partner that may put nothing on sale now. Asked before every act of a partner whose route does not say
    otherwise (`Route.standing`)."""
    if standing is None or not standing.may_publish:
        raise NotPermitted(NOT_A_PUBLISHER)
    if standing.certified_until is None or standing.certified_until <= now:
        raise NotPermitted("a certificate has lapsed: ask the operator to renew it")


def check_publisher(standing: Standing | None, category: str, now: datetime) -> None:
    """Refuse a partner that is not certified for what it wants to publish."""
    if standing is None or not standing.may_publish:
        raise NotPermitted(NOT_A_PUBLISHER)
    if not standing.sells(category, now):
        raise NotPermitted(f"the partner's certificates do not cover {category} now", "manifest.definition")


def check_not_frozen(frozen: bool) -> None:
    """Refuse to change or publish what a regulator has frozen."""
    if frozen:
        raise OfferingFrozen("ask the regulator about its case; only a regulator lifts it", "offering_id")
