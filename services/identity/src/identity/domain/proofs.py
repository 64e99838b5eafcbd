"""People are who they say: an identity number that the register of people confirms, and of which we keep no copy.

A number is 18 characters (GB 11643): where its holder was first registered, their birth date, an order number and a
check digit. Which areas there are changes over the years and is for the register to say.
"""

import hashlib
import hmac
import re
from datetime import date

from chassis.refusals import Invalid, Refusal, TryLater
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from identity.domain.access import TryLimit
from identity.domain.people import ascii_digit

NUMBER = re.compile(r"[0-9]{17}[0-9X]")
FIELD = "identity_number"
SECRET_LENGTH_MIN = 16
CORRECTIONS_MAX = 3  # of one person, that the register did not confirm
# Of numbers that the register did not confirm: of one person, from one address, and of one number by whomever. The last
# keeps nobody out for longer than minutes, since anybody could use it up for its holder.
OF_PERSON = TryLimit("proof", 5, 14_400.0, 0.0)
FROM_ADDRESS = TryLimit("proof-address", 60, 600.0, 0.0)
OF_NUMBER = TryLimit("proof-number", 5, 3_600.0, 300.0)


class IdentityNotConfirmed(Refusal):
    code = "identity-not-confirmed"
    title = "The register of people does not confirm that this name and this number belong together."


class IdentityNumberTaken(Refusal):
    code = "identity-number-taken"
    title = "This number proves who another resident is."


class AlreadyProven(Refusal):
    code = "already-proven"
    title = "It is proven already who this person is, by another number."


class GuardianNotProven(Refusal):
    code = "guardian-not-proven"
    title = "Who proves a dependant has to be proven first."


class IdentityNumberNeeded(Refusal):
    code = "identity-number-needed"
    title = "What is proven of somebody, or makes a dependant younger, is corrected with their identity number."


class MajorityChanged(Refusal):
    code = "correction-changes-majority"
    title = "While a guardianship is in force no correction makes somebody of age, or a minor."


class TooManyCorrections(Refusal):
    code = "too-many-corrections"
    title = "A name and a birth date are corrected only so many times without the register."


class RegisterAway(TryLater):
    code = "register-away"
    title = "The register cannot say now; nothing was decided. Ask again later."


def read_identity_number(text: str) -> tuple[str, date]:
    """A number in its one form, and when its holder was born. No refusal quotes it."""
    number = "".join(ascii_digit(letter) for letter in text if not letter.isspace()).upper().replace("\uff38", "X")
    if not NUMBER.fullmatch(number):
        raise Invalid(FIELD, "must have 17 digits and a check digit, which may be X; copy it from the identity card")
    if ric.calc_check_digit(number) != number[-1]:
        raise Invalid(FIELD, "has a wrong check digit; compare it with the identity card")
    try:
        born = ric.get_birth_date(number)
    except ValidationError:
        raise Invalid(FIELD, "has no birth date in it; compare it with the identity card") from None
    return number, born


def sex_of(number: str) -> str:
    """What a number says of its holder's sex, by its order number: `male` where that is odd, else `female`."""
    return "male" if int(number[16]) % 2 else "female"


def parse_identity_number(text: str, birth_date: date | None) -> str:
    """A number in its one form, of a person born on this day, where it is known. No refusal quotes it."""
    number, born = read_identity_number(text)
    if birth_date is not None and born != birth_date:
        raise Invalid(FIELD, "is of somebody born on another day than the person it is to prove")
    return number


class NumberKey:
    """Hashes identity numbers with a key that is not in the database: who has a copy of it cannot try numbers out."""

    def __init__(self, secret: str) -> None:
        self._key = HKDF(hashes.SHA256(), 32, None, b"identity numbers").derive(secret.encode())

    def hashed(self, number: str) -> bytes:
        return hmac.new(self._key, number.encode(), hashlib.sha256).digest()
