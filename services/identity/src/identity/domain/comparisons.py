"""Do a name and a birth date, as an institution has them, agree with a resident's? Names are written in many ways."""

import re
import unicodedata
from datetime import date

DAYS_MAX, PEOPLE_MAX = 50, 20  # of one resident, in one question
BIRTH_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
NOT_A_LETTER = re.compile(r"[\W_]+")


def same_name(sent: str, known: str) -> bool:
    """Are these one name: whatever the case, the spaces, the dots, and which part stands first?"""
    first, second = parts_of(sent), parts_of(known)
    return sorted(first) == sorted(second) or "".join(first) == "".join(second)


def parts_of(name: str) -> list[str]:
    return NOT_A_LETTER.sub(" ", unicodedata.normalize("NFKC", name).casefold()).split()


def same_birth_date(sent: str, known: date) -> bool:
    """Is this day, month or year the one that somebody was born on or in? What is no date is not."""
    return BIRTH_DATE.fullmatch(sent) is not None and known.isoformat().startswith(sent)
