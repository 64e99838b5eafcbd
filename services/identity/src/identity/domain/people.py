"""Residents, their guardians, institutions and practitioners: who may be registered, and who acts for whom."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chassis import moments
from chassis.refusals import Invalid, Refusal
from city_pack.pack import City

AGE_YEARS_MAX = 130
DEPENDANTS_MAX = 20
OWN_DISTRICT_FOR = timedelta(days=30)
LICENCE = re.compile(r"(?=.{3,40}\Z)[0-9A-Z]+([-/. ][0-9A-Z]+)*")


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


class PartnerNotActive(Refusal):
    code = "partner-not-active"
    title = "The institution is not a partner in good standing now."


class OfAge(Refusal):
    code = "of-age"
    title = "Nobody acts for a person who is of age."


class TooManyDependants(Refusal):
    code = "too-many-dependants"
    title = "A guardian may have only so many dependants."


class DistrictRegistered(Refusal):
    code = "district-registered"
    title = "Where this person lives is the word of the register of people."


class DistrictSaidLately(Refusal):
    code = "district-said-lately"
    title = "Where somebody lives is said once in thirty days."


def check_own_district(source: str | None, said_at: datetime | None, now: datetime, zone: ZoneInfo) -> None:
    """May somebody say themselves where they live now? Who moves says it once; nobody goes from pilot to pilot. The
    refusal names the moment by the city's clock."""
    if source == "register":
        raise DistrictRegistered("have it changed there, then prove once more who they are", "district")
    if said_at is not None and now < said_at + OWN_DISTRICT_FOR:
        again = (said_at + OWN_DISTRICT_FOR).astimezone(zone)
        raise DistrictSaidLately(f"say it again from {again:%Y-%m-%d %H:%M} on", "district")


def parse_licence(text: str) -> str:
    """A licence number in its one form: capitals and digits of ASCII, whatever keyboard wrote them."""
    folded = "".join(ascii_digit(letter) for letter in unicodedata.normalize("NFKC", text)).strip().upper()
    if not LICENCE.fullmatch(folded):
        raise Invalid("licence_number", "must have 3 to 40 letters A to Z and digits, such as LIC-2026/0042")
    return folded


def ascii_digit(letter: str) -> str:
    """A digit of any script as an ASCII digit; everything else as it is."""
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else str(digit)


def age(born: date, today: date) -> int:
    """Full years; who was born on 29 February has their birthday on 1 March where the year has no such day."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def parse_birth_date(text: str, today: date) -> date:
    """A date on which a living person can have been born."""
    born = moments.parse_day(text, "birth_date")
    if not today.year - AGE_YEARS_MAX <= born.year or born > today:
        raise Invalid("birth_date", "must lie within a lifetime and not in the future")
    return born


def is_minor(birth_date: date, city: City, now: datetime) -> bool:
    """May somebody act for a person of this birth date? Nobody does for who is of age by the city's clock, though a
    guardianship was not ended yet."""
    return now < city.of_age_at(birth_date)


def check_minor(birth_date: date, city: City, now: datetime) -> None:
    """Refuse to have somebody act for a person who is of age."""
    if not is_minor(birth_date, city, now):
        raise OfAge(f"who is {city.majority_years} or older registers for themselves", "birth_date")
