"""Rules of people, institutions and health codes. No I/O; the clock is passed in."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.refusals import Invalid, Refusal

HEALTH_CODE_LIFETIME = timedelta(seconds=60)
RECEIPT_LIFETIME = timedelta(minutes=15)
ACCESS_LIFETIME = timedelta(hours=1)
CLOCK_SKEW = timedelta(seconds=5)
NAME_LENGTH_MAX = 100
PASSWORD_LENGTH_MIN = 10
PASSWORD_LENGTH_MAX = 128
LICENCE_LENGTH_MAX = 40
AGE_YEARS_MAX = 130
DEPENDANTS_MAX = 20

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
TELEPHONE = re.compile(r"\+[1-9]\d{6,14}")


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


def login(text: str) -> str:
    """The login in the one form it is stored in: an e-mail address in lower case, or a telephone number."""
    normal = unicodedata.normalize("NFKC", text).strip().lower()
    if len(normal) <= 254 and (EMAIL.fullmatch(normal) or TELEPHONE.fullmatch(normal)):
        return normal
    raise Invalid("login", "must be an e-mail address, or a telephone number like +8653155500100")


def password(text: str) -> str:
    """The password, if it is long enough to be one."""
    if not PASSWORD_LENGTH_MIN <= len(text) <= PASSWORD_LENGTH_MAX:
        raise Invalid("password", f"must have {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters")
    return text


def name(text: str, field: str = "name", longest: int = NAME_LENGTH_MAX) -> str:
    """A name as people write it: trimmed, of one line, not empty."""
    normal = unicodedata.normalize("NFC", text).strip()
    if not 1 <= len(normal) <= longest or any(unicodedata.category(letter)[0] == "C" for letter in normal):
        raise Invalid(field, f"must have 1 to {longest} characters, on one line")
    return normal


def names(texts: dict[str, str], locales: list[str]) -> dict[str, str]:
    """A name in each of the city's languages."""
    missing = [locale for locale in locales if locale not in texts]
    unknown = [locale for locale in texts if locale not in locales]
    if missing or unknown:
        raise Invalid("name", f"must be given in {', '.join(locales)}, and in no other language")
    return {locale: name(text, f"name.{locale}") for locale, text in texts.items()}


def birth_date(text: str, today: date) -> date:
    """A date on which a living person can have been born."""
    try:
        born = date.fromisoformat(text)
    except ValueError:
        raise Invalid("birth_date", "must be a date like 1958-03-21") from None
    if not today.year - AGE_YEARS_MAX <= born.year or born > today:
        raise Invalid("birth_date", "must lie within a lifetime and not in the future")
    return born
