"""Rules of people, institutions and health codes. No I/O; the clock is passed in."""

import hashlib
import ipaddress
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis import moments, texts
from chassis.refusals import Invalid, Refusal
from zxcvbn_rs_py import zxcvbn

HEALTH_CODE_LIFETIME = timedelta(seconds=60)
RECEIPT_LIFETIME = timedelta(minutes=15)
ACCESS_LIFETIME = timedelta(hours=1)
CLOCK_SKEW = timedelta(seconds=5)
PASSWORD_LENGTH_MIN = 10
PASSWORD_LENGTH_MAX = 128
# Examples of good passwords that everybody has read, without case, blanks and marks; each is in attackers' lists.
PUBLISHED = frozenset(
    {
        *("correcthorsebatterystaple", "correcthorsebattery", "correctbatteryhorsestaple", "battleshipcorrecthorse"),
        *(
            "tr0ub4dor3",
            "troub4dor3",
            "troubador3",
            "thisismypassword",
            "purplemonkeydishwasher",
            "fourwordsalluppercase",
        ),
        *("mydogateyourhomework", "nevergonnagiveyouup", "tobeornottobe", "tobeornottobethatisthequestion"),
        *("maytheforcebewithyou", "thequickbrownfoxjumpsoverthelazydog", "iamthewalrus", "openupthedoor"),
    }
)
GUESSES_MIN_LOG10 = 9.0  # guesses that a password must stand, as zxcvbn estimates them
KNOWN_ADDRESS_LIFE = timedelta(days=90)
AGE_YEARS_MAX = 130
DEPENDANTS_MAX = 20

LICENCE = re.compile(r"(?=.{3,40}\Z)[0-9A-Z]+([-/. ][0-9A-Z]+)*")
IPV6_NETWORK_BITS = 64  # what one connection is given


class Role(StrEnum):
    """Who an account is for. The values are those of the contract's `Role`, in lower case."""

    RESIDENT = "resident"
    PRACTITIONER = "practitioner"
    PARTNER = "partner"
    OPERATOR = "operator"
    REGULATOR = "regulator"


class LoginTaken(Refusal):
    code = "login-taken"
    title = "Somebody signs in with this login already."


class LicenceTaken(Refusal):
    code = "licence-taken"
    title = "The institution has registered a practitioner with this licence already."


class SignInRefused(Refusal):
    code = "sign-in-refused"
    title = "The login and the password do not belong together."


class PasswordWrong(Refusal):
    code = "password-wrong"
    title = "The current password is not this one."


class CodeForged(Refusal):
    code = "code-forged"
    title = "This is not a health code of this city."


class ClocksDiffer(Refusal):
    code = "clocks-differ"
    title = "The health code is genuine, but the clock that issued it is ahead of the one that reads it."


class CodeExpired(Refusal):
    code = "code-expired"
    title = "The health code has expired; ask for a fresh one."


class CodeUsed(Refusal):
    code = "code-used"
    title = "The health code was used before; ask for a fresh one."


class PartnerNotActive(Refusal):
    code = "partner-not-active"
    title = "The institution is not a partner in good standing now."


class OfAge(Refusal):
    code = "of-age"
    title = "Nobody acts for a person who is of age."


class TooManyDependants(Refusal):
    code = "too-many-dependants"
    title = "A guardian may have only so many dependants."


@dataclass(frozen=True, slots=True)
class CodeClaims:
    """What a genuine health-code token says (a CWT, RFC 8392)."""

    token_id: bytes
    health_code_id: UUID
    issued_at: datetime
    expires_at: datetime

    def check(self, now: datetime) -> None:
        """Refuse a token that is not in force at `now`, or that claims a longer life than we give."""
        if self.expires_at - self.issued_at > HEALTH_CODE_LIFETIME:
            raise CodeForged("its times are not ones this city issues", "text")
        if self.issued_at > now + CLOCK_SKEW:
            ahead = round((self.issued_at - now).total_seconds())
            raise ClocksDiffer(f"by {ahead} seconds; show it again in a moment, and tell the operator", "text")
        if now >= self.expires_at:
            raise CodeExpired("it is good for one minute; show a fresh one", "text")


def password(text: str) -> str:
    """A password in the one form it is hashed in: NFKC (NIST SP 800-63B), so that every keyboard writes the same."""
    return unicodedata.normalize("NFKC", text)


def new_password(text: str, about: Sequence[str], field: str = "password") -> str:
    """A password that may be chosen: long enough, and not easily guessed by who knows what it is `about`: the login,
    people's names, the city's."""
    chosen = password(text)
    if not PASSWORD_LENGTH_MIN <= len(chosen) <= PASSWORD_LENGTH_MAX:
        raise Invalid(field, f"must have {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in chosen):
        raise Invalid(field, "must not have control characters")
    guessable = [part for words in about for part in (words, *re.split(r"[\W_]+", words)) if len(part) > 2]
    folded = chosen.casefold()
    if any(folded in words.casefold() for words in about):
        raise Invalid(
            field, "is too easy to guess: it is a part of the login or the name. Take several unrelated words."
        )
    if re.sub(r"[\W_]+", "", folded) in PUBLISHED:
        raise Invalid(field, "is too easy to guess: it is published as an example. Take several unrelated words.")
    judged = zxcvbn(chosen, guessable)
    if judged.guesses_log10 < GUESSES_MIN_LOG10:
        why = judged.feedback.warning if judged.feedback is not None else None
        raise Invalid(field, f"is too easy to guess. {why or ''} Take several unrelated words.".replace("  ", " "))
    return chosen


def login_or_nobodys(text: str) -> str:
    """The login somebody signs in with; what cannot be one is nobody's, and is answered like any unknown one."""
    try:
        return texts.login(text)
    except Invalid:
        return ""


def licence(text: str) -> str:
    """A licence number in its one form: capitals and digits of ASCII, whatever keyboard wrote them."""
    folded = "".join(ascii_digit(letter) for letter in unicodedata.normalize("NFKC", text)).strip().upper()
    if not LICENCE.fullmatch(folded):
        raise Invalid("licence_number", "must have 3 to 40 letters A to Z and digits, such as LIC-2026/0042")
    return folded


def ascii_digit(letter: str) -> str:
    """A digit of any script as an ASCII digit; everything else as it is."""
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else str(digit)


def network(address: str) -> str:
    """What counts as one address: an IPv4 address, or the network that one IPv6 connection is given; "" for none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if (mapped := found.ipv4_mapped) is not None:
            return str(mapped)
        return str(ipaddress.ip_network((found, IPV6_NETWORK_BITS), strict=False))
    return str(found)


def hashed(*parts: str) -> bytes:
    """What tries are counted about: nobody's login or address is kept beside how often it was tried."""
    return hashlib.sha256("\0".join(parts).encode()).digest()


@dataclass(frozen=True, slots=True)
class Patience:
    """How often something may be tried: `free` times at once, then after waits that double up to `wait_max_seconds`.
    One try is forgiven every `forgiven_seconds`. Registrations wait until one is forgiven (`wait_max_seconds` 0)."""

    kind: str
    free: int
    forgiven_seconds: float
    wait_max_seconds: float


# Of wrong passwords. An address that an account was signed in to from before has an allowance of its own there, so that
# nobody else can use it up; whoever shares an address with many people has more tries in all than at one login.
AT_LOGIN = Patience("login", 10, 600.0, 300.0)
AT_LOGIN_FROM_KNOWN_ADDRESS = Patience("known", 10, 600.0, 300.0)
FROM_ADDRESS = Patience("address", 60, 60.0, 30.0)
# That a resident was not born by a day: an institution's mistakes, but not enough of them to find the birthday by.
OF_BIRTH = Patience("birth", 5, 86_400.0, 0.0)
OF_CURRENT_PASSWORD = Patience("current", 10, 600.0, 300.0)


def age(born: date, today: date) -> int:
    """Full years; who was born on 29 February has their birthday on 1 March where the year has no such day."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def birth_date(text: str, today: date) -> date:
    """A date on which a living person can have been born."""
    born = moments.parse_day(text, "birth_date")
    if not today.year - AGE_YEARS_MAX <= born.year or born > today:
        raise Invalid("birth_date", "must lie within a lifetime and not in the future")
    return born
