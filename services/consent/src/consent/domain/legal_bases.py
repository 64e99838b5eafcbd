"""Legal bases other than consent: entered by one person, signed by another, named wherever they count."""

from datetime import datetime
from enum import IntEnum

from chassis.refusals import Invalid, Refusal

VALID_DAYS_MAX = 5 * 366


class LegalBasisStatus(IntEnum):
    """Where a legal basis stands; the contract's numbers."""

    ENTERED = 1
    IN_FORCE = 2
    EXPIRED = 3
    ENDED = 4


class LegalBasisOver(Refusal):
    code = "legal-basis-over"
    title = "The legal basis was signed before, has ended, or its time is over."


def legal_basis_status(
    signed_at: datetime | None, expires_at: datetime | None, ended_at: datetime | None, at: datetime
) -> LegalBasisStatus:
    """By the clock, at the moment of asking."""
    if ended_at is not None:
        return LegalBasisStatus.ENDED
    if signed_at is None or expires_at is None:
        return LegalBasisStatus.ENTERED
    return LegalBasisStatus.EXPIRED if expires_at <= at else LegalBasisStatus.IN_FORCE


def check_valid_days(days: int) -> int:
    if not 1 <= days <= VALID_DAYS_MAX:
        raise Invalid("valid_days", f"must be between 1 and {VALID_DAYS_MAX}; a law that stays is signed again")
    return days
