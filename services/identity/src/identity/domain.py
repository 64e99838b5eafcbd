"""Rules of people, institutions and health codes. No I/O; the clock is passed in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis import moments
from chassis.refusals import Invalid, Refusal

HEALTH_CODE_LIFETIME = timedelta(seconds=60)
RECEIPT_LIFETIME = timedelta(minutes=15)
ACCESS_LIFETIME = timedelta(hours=1)
CLOCK_SKEW = timedelta(seconds=5)
PASSWORD_LENGTH_MIN = 10
PASSWORD_LENGTH_MAX = 128
LICENCE_LENGTH_MAX = 40
AGE_YEARS_MAX = 130
DEPENDANTS_MAX = 20


class Role(StrEnum):
    """Who an account is for. The values are those of the contract's `Role`, in lower case."""

    RESIDENT = "resident"
    PRACTITIONER = "practitioner"
    PARTNER = "partner"
    OPERATOR = "operator"
    REGULATOR = "regulator"


class LoginTaken(Refusal):
    """Somebody signs in with this login already."""


class LicenceTaken(Refusal):
    """A practitioner with this licence is registered already."""


class SignInRefused(Refusal):
    """The login and the password do not belong together."""


class CodeForged(Refusal):
    """This is not a health code of this city."""


class CodeExpired(Refusal):
    """The health code has expired; ask for a fresh one."""


class CodeUsed(Refusal):
    """The health code was used before; ask for a fresh one."""


class TooManyDependants(Refusal):
    """A guardian may have only so many dependants."""


@dataclass(frozen=True, slots=True)
class CodeClaims:
    """What a genuine health-code token says (a CWT, RFC 8392)."""

    token_id: bytes
    health_code_id: UUID
    issued_at: datetime
    expires_at: datetime

    def check(self, now: datetime) -> None:
        """Refuse a token that is not in force at `now`, or that claims a longer life than we give."""
        if self.expires_at - self.issued_at > HEALTH_CODE_LIFETIME or self.issued_at > now + CLOCK_SKEW:
            raise CodeForged("its times are not ones this city issues", "text")
        if now >= self.expires_at:
            raise CodeExpired("it is good for one minute; show a fresh one", "text")


def password(text: str) -> str:
    """The password, if it is long enough to be one."""
    if not PASSWORD_LENGTH_MIN <= len(text) <= PASSWORD_LENGTH_MAX:
        raise Invalid("password", f"must have {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters")
    return text


def birth_date(text: str, today: date) -> date:
    """A date on which a living person can have been born."""
    born = moments.parse_day(text, "birth_date")
    if not today.year - AGE_YEARS_MAX <= born.year or born > today:
        raise Invalid("birth_date", "must lie within a lifetime and not in the future")
    return born
