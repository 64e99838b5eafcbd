"""Projects of research and public health: proposed by one person, endorsed and approved by two others, ended once."""

from datetime import datetime
from enum import IntEnum

from chassis.refusals import Invalid, Refusal

from consent.domain.consents import AccessMode

PURPOSES = ("HRESCH", "PUBHLTH")
PEOPLE_MIN, PEOPLE_MAX = 10, 1_000_000  # of how many people a result says something at least: what may be chosen
TERM_DAYS_MAX = 10 * 366
RETENTION_DAYS_MAX = 36_500
NAME_LENGTH_MAX = 200


class ProjectStatus(IntEnum):
    """Where a project stands; the contract's numbers."""

    PROPOSED = 1
    ENDORSED = 2
    APPROVED = 3
    EXPIRED = 4
    ENDED = 5


class ProjectStandsElsewhere(Refusal):
    code = "project-stands-elsewhere"
    title = "The project does not stand where this step begins: it was taken before, or the project is over."


class ProjectNotOpen(Refusal):
    code = "project-not-open"
    title = "Nobody can join the project: it is not approved, has ended, or its term is over."


class AlreadyJoined(Refusal):
    code = "already-joined"
    title = "The resident has joined the project."


class NotByThePersonBefore(Refusal):
    code = "project-takes-three-people"
    title = "Whoever proposed or endorsed a project neither endorses nor approves it."


def project_status(
    endorsed_at: datetime | None,
    approved_at: datetime | None,
    expires_at: datetime | None,
    ended_at: datetime | None,
    at: datetime,
) -> ProjectStatus:
    """By the clock, at the moment of asking."""
    if ended_at is not None:
        return ProjectStatus.ENDED
    if approved_at is None or expires_at is None:
        return ProjectStatus.PROPOSED if endorsed_at is None else ProjectStatus.ENDORSED
    return ProjectStatus.EXPIRED if expires_at <= at else ProjectStatus.APPROVED


def check_purpose(purpose: str) -> str:
    if purpose not in PURPOSES:
        raise Invalid("purpose", f"must be {' or '.join(PURPOSES)}: a project is of research or of public health")
    return purpose


def check_people(people_min: int, access_mode: AccessMode) -> int:
    """Of how many people a result says something at least: only what is computed has results."""
    if access_mode != AccessMode.COMPUTE:
        if people_min:
            raise Invalid("people_min", "is for COMPUTE: who views or stores data sees single people")
        return 0
    if not PEOPLE_MIN <= people_min <= PEOPLE_MAX:
        raise Invalid("people_min", f"must be between {PEOPLE_MIN} and {PEOPLE_MAX}")
    return people_min


def check_term(days: int) -> int:
    if not 1 <= days <= TERM_DAYS_MAX:
        raise Invalid("term_days", f"must be between 1 and {TERM_DAYS_MAX}; a project that goes on is proposed again")
    return days


def check_retention(days: int, access_mode: AccessMode) -> int:
    """For how long what was received is kept: only what is stored is."""
    if not 0 <= days <= RETENTION_DAYS_MAX:
        raise Invalid("retention_days", f"must be between 0 and {RETENTION_DAYS_MAX}")
    if days and access_mode != AccessMode.STORE:
        raise Invalid("retention_days", "is for STORE: nothing else is kept")
    return days
