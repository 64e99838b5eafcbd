"""The way from an application to the first offering on sale: its steps, who acts in each, and who is stuck."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from enum import IntEnum

from partners.domain.standing import Actor


class FunnelStage(IntEnum):
    """The steps, in their order; the contract's numbers."""

    DOCUMENTS = 1
    SCREENING = 2
    CERTIFICATES = 3
    CONTRACT_OFFER = 4
    CONTRACT_SIGNATURE = 5
    FIRST_OFFERING = 6


# Who ends each step. Certificates wait for a regulator where one is all that is missing.
ACTS: Mapping[FunnelStage, Actor] = {
    FunnelStage.DOCUMENTS: Actor.PARTNER,
    FunnelStage.SCREENING: Actor.OPERATOR,
    FunnelStage.CERTIFICATES: Actor.OPERATOR,
    FunnelStage.CONTRACT_OFFER: Actor.OPERATOR,
    FunnelStage.CONTRACT_SIGNATURE: Actor.PARTNER,
    FunnelStage.FIRST_OFFERING: Actor.PARTNER,
}
STUCK_AFTER = timedelta(days=7)
STUCK_TIMES = 2  # the median of those who are past the step


def waits_for(stage: FunnelStage, aspects_wait_for: Collection[Actor]) -> Actor:
    """Who is to do something in a step. `aspects_wait_for`: who, for each aspect that is not certified."""
    if stage is FunnelStage.CERTIFICATES and set(aspects_wait_for) == {Actor.REGULATOR}:
        return Actor.REGULATOR
    return ACTS[stage]


def aspect_waits_for(*, proposed: bool, certified: bool) -> Actor | None:
    """Who is to do something about an aspect of a partner that was let through."""
    if certified:
        return None
    return Actor.REGULATOR if proposed else Actor.OPERATOR


def is_stuck(seconds: float, median_seconds: float) -> bool:
    """Has a partner been too long in its step? `median_seconds`: of those who are past it; 0 where there are none."""
    return seconds > max(STUCK_AFTER.total_seconds(), STUCK_TIMES * median_seconds)
