"""Appeals against a rejection or a suspension: against what, until when, who decides, and what voices come to."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.refusals import Forbidden, Refusal

from partners.domain.standing import Actor, PartnerStatus

DOCUMENTS_MAX = 10
# What may be appealed against, and where an appeal that is granted takes the partner.
UNDONE: Mapping[PartnerStatus, PartnerStatus] = {
    PartnerStatus.REJECTED: PartnerStatus.SCREENING,
    PartnerStatus.SUSPENDED: PartnerStatus.ACTIVE,
}
# How many voices that are alike decide, by the role that took the step.
ENOUGH: Mapping[Actor, int] = {Actor.OPERATOR: 2, Actor.REGULATOR: 1}


class AppealStatus(StrEnum):
    """Where an appeal stands."""

    WAITING = "waiting"
    GRANTED = "granted"
    DISMISSED = "dismissed"
    LAPSED = "lapsed"


class NothingToAppeal(Refusal):
    code = "nothing-to-appeal"
    title = "The partner's newest step is none that it may appeal against now."


class AlreadyAppealed(Refusal):
    code = "already-appealed"
    title = "The partner has appealed against this step before."


class AppealOver(Refusal):
    code = "appeal-over"
    title = "The appeal was decided, or has lapsed."


class AlreadySpoken(Refusal):
    code = "already-spoken"
    title = "The caller has given their voice on this appeal."


class OwnStep(Forbidden):
    code = "own-step"
    title = "Nobody decides an appeal against a step that they took."


class RegulatorDecides(Forbidden):
    code = "regulator-decides"
    title = "An appeal against a regulator's step is decided by another regulator."


def appeal_until(taken_at: datetime, days: int) -> datetime:
    """Until when a step of this moment may be appealed against."""
    return taken_at + timedelta(days=days)


def may_appeal(status: PartnerStatus, became: str, actor: Actor, until: datetime, now: datetime) -> bool:
    """May a partner of this status appeal against its newest step? `became`, `actor`: of the step."""
    return status in UNDONE and became == status and actor is not Actor.PARTNER and now < until


def check_may_speak(decided_as: Actor, decided_by: UUID, spoken: Collection[UUID], actor: Actor, by: UUID) -> None:
    """Refuse a voice of who took the step, who has spoken, or whose role does not decide it."""
    if by == decided_by:
        raise OwnStep("another person decides it", "appeal_id")
    if decided_as is Actor.REGULATOR and actor is not Actor.REGULATOR:
        raise RegulatorDecides("leave it to a regulator", "appeal_id")
    if by in spoken:
        raise AlreadySpoken("another person decides, too", "appeal_id")


def outcome(decided_as: Actor, voices: Sequence[bool]) -> AppealStatus:
    """What voices come to: as soon as enough are alike they decide. `voices`: is the step to be undone?"""
    for granted, status in ((True, AppealStatus.GRANTED), (False, AppealStatus.DISMISSED)):
        if voices.count(granted) >= ENOUGH[decided_as]:
            return status
    return AppealStatus.WAITING
