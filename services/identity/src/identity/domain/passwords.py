"""Passwords that may be chosen."""

import re
import unicodedata
from collections.abc import Sequence

from chassis.refusals import Invalid, Refusal
from zxcvbn_rs_py import zxcvbn

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


class PasswordWrong(Refusal):
    code = "password-wrong"
    title = "The current password is not this one."


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
