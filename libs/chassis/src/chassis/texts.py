"""Texts that strangers send: which characters they may have, and how long they may be. One rule a kind of text.

| kind | for | rule |
|---|---|---|
| `name` | people, institutions, accounts' holders | one line; no `<`, `>`; no formula; one script a word; not ours |
| `label` | what people call their keys and devices | one line; one script a word |
| `line` | titles, labels, references, short reasons | one line |
| `prose` | descriptions, complaints, answers | several lines |
| `login` | what somebody signs in with | an e-mail address of one script, or a telephone number |

Each returns the text in the form it is stored in: Unicode's NFC, trimmed, blanks of other widths made plain ones. No
text has control, invisible, private-use or unassigned characters: two texts that differ look different, and none
changes how the text around it is shown. Joiners are letters' own in several scripts, and stay where they have an effect
(RFC 5892's rule); in `line` and `prose` they and variation selectors also stay within emoji, where families and flags
need them. What every text of every request must hold to, whatever its kind, is `floor`.

Numbers that people read off paper (licences, registration numbers) are compared by their `look`, and shown as given.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import idna
from idna.core import valid_contextj

from chassis.refusals import Invalid

NAME_LENGTH_MAX = 100
LINE_LENGTH_MAX = 200
PROSE_LENGTH_MAX = 2_000
REASON_LENGTH_MAX = 500
LOGIN_LENGTH_MAX = 254  # RFC 5321's longest path, without its brackets
MARKS_MAX = 4  # Unicode's UTS 39: more marks on one letter are not writing

# The control characters no text of any request may have. A line's end may be LF or CR LF.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]|\r(?!\n)")

# Unicode's Default_Ignorable_Code_Point, and the Braille blank: characters that leave no mark on a page.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
JOINERS = "\u200c\u200d"
EMOJI_SELECTORS = "\ufe0e\ufe0f"
IDEOGRAPH_SELECTORS = re.compile("[\ufe00-\ufe02\U000e0100-\U000e01ef]")  # which of its shapes a Chinese character has
FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"  # spreadsheets take full-width signs too
MARKUP = "<>"
EMAIL = re.compile(r"([^@\s]{1,64})@([^@\s]{1,253})")
ASCII_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]+")
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]")
TELEPHONE = re.compile(r"\+[1-9][0-9]{6,14}")
# Scripts that are written together in one language.
TOGETHER = (
    frozenset({"HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"HAN", "HANGUL"}),
    frozenset({"HAN", "BOPOMOFO"}),
)
EVERY_SCRIPT = frozenset({"COMMON", "INHERITED"})
# Beside these, Latin is not taken for one of their letters (Unicode's UTS 39, "highly restrictive").
BESIDE_LATIN = frozenset({"HAN", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})
# What ends a word, besides blanks. Hyphens, points and apostrophes are within one.
BRACKETS = r"()\[\]{}\uff08\uff09\u3008-\u3011\u3014-\u301b\u201c-\u201f\u00ab\u00bb"
WORDS = re.compile(rf"[^\s{BRACKETS}\",;:/&|+\uff0c\u3001\u3002\uff1b\uff1a\uff0f\uff06\uff5c\uff0b]+")
# Letters of living languages that Unicode calls compatible with others.
LETTERS_OF_THEIR_OWN = frozenset("\u00aa\u00ba\u0e33\u0eb3\u0edc\u0edd\u0f77\u0f79")
# Marks that strike a letter through: no language's.
OVERLAYS = re.compile("[\u0334-\u0338\u20d2\u20d3\u20d8-\u20da\u20e5\u20e6\u20ea\u20eb\U0001d165\U0001d166]")
# Scripts whose letters are composed with their marks, of which few are left; other scripts write vowels and tones so.
FEW_MARKS = frozenset(
    {
        "LATIN",
        "GREEK",
        "CYRILLIC",
        "ARMENIAN",
        "GEORGIAN",
        "HAN",
        "HIRAGANA",
        "KATAKANA",
        "HANGUL",
        "BOPOMOFO",
        "COMMON",
    }
)
FEW_MARKS_MAX = 2
LOOKS = str.maketrans("OIL", "011")
# As the `look` of a whole name and of a word of it.
PLATFORM_NAMES = frozenset(
    name.translate(LOOKS) for name in ("OPERATOR", "REGULATOR", "ADMINISTRATOR", "ADMIN", "SYSTEM", "SUPPORT")
)
PLATFORM_WORD = "YIMA".translate(LOOKS)
# The name of the platform in Chinese, but not within words such as those for Unicode, "unique code" and "first wharf".
PLATFORM_HAN = re.compile(
    "(?<![\u7edf\u7d71\u540c\u552f\u7b2c])[\u4e00\u30fc\u2013-\u2015\u2500][\u7801\u78bc](?![\u5934\u982d])"
)


def name(value: str, field: str = "name", longest: int = NAME_LENGTH_MAX) -> str:
    """The name of a person, an institution or an account's holder."""
    normal = _one_line(value, field, longest, emoji=False)
    if normal[0] in FORMULA:
        raise Invalid(field, f"must not begin with {_called(normal[0])}: spreadsheets take that for a formula")
    for position, character in enumerate(normal):
        if character in MARKUP:
            raise _refused(field, character, position, "a name")
    if not any(unicodedata.category(character)[0] in "LN" for character in normal):
        raise Invalid(field, "must have a letter")
    if not normal.isascii():
        _check_writing(normal, field)
    _check_not_the_platforms(normal, field)
    return normal


def label(value: str, field: str = "label", longest: int = LINE_LENGTH_MAX) -> str:
    """What somebody calls a thing of theirs, where others see it too."""
    normal = line(value, field, longest)
    if not normal.isascii():
        _check_writing(normal, field)
    return normal


def line(value: str, field: str, longest: int = LINE_LENGTH_MAX) -> str:
    """A text of one line."""
    return _one_line(value, field, longest, emoji=True)


def prose(value: str, field: str, longest: int = PROSE_LENGTH_MAX) -> str:
    """A text of one or more lines, which may have tabs."""
    normal = unicodedata.normalize("NFC", value.replace("\r\n", "\n"))
    normal = re.sub(r"[^\S\n\t\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", normal).strip()
    _check_length(normal, field, longest, "")
    _check_characters(normal, field, allowed="\n\t", emoji=True)
    return normal


def reason(value: str, field: str = "reason") -> str:
    """Why somebody did something, in a few sentences, for those it concerns."""
    return prose(value, field, REASON_LENGTH_MAX)


def localized(
    value: Mapping[str, str],
    locales: Sequence[str],
    field: str,
    kind: Callable[[str, str, int], str] = line,
    longest: int = LINE_LENGTH_MAX,
) -> dict[str, str]:
    """A text of a kind in each of the city's languages, and in no other."""
    if set(value) != set(locales):
        raise Invalid(field, f"must be given in {', '.join(locales)}, and in no other language")
    return {locale: kind(value[locale], f"{field}.{locale}", longest) for locale in locales}


def login(value: str, field: str = "login") -> str:
    """The login in the one form it is stored in: an e-mail address in lower case, or a telephone number.

    An address's domain is ASCII, as the domain name system has it (`xn--…` where it was written in another script).
    What stands before the @ is ASCII, or written in one other script as a whole."""
    normal = unicodedata.normalize("NFKC", value).strip().lower()
    if TELEPHONE.fullmatch(normal):
        return normal
    parts = EMAIL.fullmatch(normal) if len(normal) <= LOGIN_LENGTH_MAX else None
    if parts is None:
        raise Invalid(field, "must be an e-mail address, or a telephone number like +8653155500100")
    local, domain = parts.groups()
    if not ASCII_LOCAL.fullmatch(local):
        _check_characters(local, field, allowed="", emoji=False)
        _check_one_script(local, field)
    try:
        host = idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        host = ""
    if not HOST.fullmatch(host):
        raise Invalid(field, "must have a domain name after the @, like example.org")
    return f"{local}@{host}"


def look_alike(stored: str) -> str:
    """What a `login` looks like: two logins of which people could take one for the other have the same.

    Unicode's TR39 has a skeleton of a text for this. Here ASCII letters stay as they are: `anna1` and `annal` are two
    people's addresses, and both are everywhere. Other characters become the ASCII letter they look like, if any."""
    if stored.isascii():
        return stored
    return "".join(_looks_like(character) for character in unicodedata.normalize("NFD", stored)).lower()


def look(value: str) -> str:
    """What a number that people read off paper looks like: a licence's, a registration's. Two that one could be taken
    for the other have the same. To compare by, never to show: separators, case, widths and scripts are gone, and so is
    the difference between O and 0, and between I, L and 1."""
    seen = []
    for character in unicodedata.normalize("NFKD", value):
        digit = unicodedata.decimal(character, None)
        if digit is not None:
            seen.append(str(digit))
        elif unicodedata.category(character)[0] in "LN":
            seen.append(_looks_like(character).upper())
    return "".join(seen).translate(LOOKS)


def floor(value: str, field: str) -> None:
    """What every text of every request must hold to: it can be stored, and read back, and shown."""
    if unprintable := UNPRINTABLE.search(value):
        raise _refused(field, unprintable[0][0], unprintable.start(), "a text")


def _one_line(value: str, field: str, longest: int, emoji: bool) -> str:
    normal = unicodedata.normalize("NFC", value).strip()
    normal = re.sub(r"[^\S\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", normal)
    _check_length(normal, field, longest, ", on one line")
    _check_characters(normal, field, allowed="", emoji=emoji)
    return normal


def _check_length(normal: str, field: str, longest: int, more: str) -> None:
    if not 1 <= len(normal) <= longest:
        raise Invalid(field, f"must have 1 to {longest} characters{more}")


def _check_characters(normal: str, field: str, allowed: str, emoji: bool) -> None:
    if normal.isascii() and normal.isprintable():
        return
    marks = 0
    for position, character in enumerate(normal):
        category = unicodedata.category(character)
        if character in allowed:
            continue
        if INVISIBLE.match(character):
            if not _has_effect(normal, position, emoji):
                raise _refused(field, character, position, "a text")
        elif category[0] == "C" or category in ("Zl", "Zp"):
            raise _refused(field, character, position, "a text")
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > MARKS_MAX:
            raise Invalid(field, f"has more than {MARKS_MAX} marks on one letter, at position {position + 1}")
        if marks and position == 0:
            raise Invalid(field, f"must not begin with {_called(character)}, which needs a letter before it")


def _has_effect(text: str, position: int, emoji: bool) -> bool:
    """Is this invisible character one that its neighbours need?"""
    character, before = text[position], text[position - 1] if position else ""
    if IDEOGRAPH_SELECTORS.match(character) and before and unicodedata.name(before, "").startswith("CJK "):
        return True
    if character in JOINERS and before:
        try:
            if valid_contextj(text, position):
                return True
        except ValueError:  # a neighbour that Unicode gives no name
            return False
    return emoji and _within_emoji(text, position)


def _within_emoji(text: str, position: int) -> bool:
    character = text[position]
    if not position or character not in ("\u200d", *EMOJI_SELECTORS):
        return False
    before = text[position - 1]
    if character in EMOJI_SELECTORS:
        return unicodedata.category(before) in ("So", "Sm", "Po") or before in "0123456789#*"
    after = text[position + 1] if position + 1 < len(text) else ""
    return _is_emoji(before) and bool(after) and unicodedata.category(after) in ("So", "Sm")


def _is_emoji(character: str) -> bool:
    return unicodedata.category(character) in ("So", "Sk") or character in EMOJI_SELECTORS


def _check_writing(normal: str, field: str) -> None:
    """Refuse what no language writes: letters in disguise, struck through or under a pile of marks, and words of
    letters that look alike in several scripts."""
    for position, character in enumerate(normal):
        category = unicodedata.category(character)
        plain = unicodedata.normalize("NFKC", character)
        disguised = category[0] in "LN" or (category[0] == "S" and not "\uff01" <= character <= "\uffe6")
        if plain != character and disguised and character not in LETTERS_OF_THEIR_OWN:
            raise Invalid(field, f"has {_called(character)} at position {position + 1}; write {plain} instead")
        if category == "Me" or OVERLAYS.match(character):
            raise _refused(field, character, position, "a name")
    for word in WORDS.findall(normal):
        scripts = _scripts(word)
        beside = scripts - {"LATIN"} if scripts & BESIDE_LATIN else scripts
        if len(beside) > 1 and not any(beside <= family for family in TOGETHER):
            named = ", ".join(sorted(script.title() for script in scripts))
            raise Invalid(
                field, f"must not mix scripts within a word ({named}); write each word in one, with a blank between"
            )
    _check_few_marks(normal, field)


def _check_few_marks(normal: str, field: str) -> None:
    base, marks = "", ""
    for position, character in enumerate(normal):
        if unicodedata.category(character) != "Mn":
            base, marks = character, ""
            continue
        if character in marks:
            raise Invalid(
                field, f"has {_called(character)} twice on one letter, at position {position + 1}; write it once"
            )
        marks += character
        if len(marks) > FEW_MARKS_MAX and _scripts(base) <= FEW_MARKS:
            raise Invalid(field, f"has more than {FEW_MARKS_MAX} marks on one letter, at position {position + 1}")


def _check_not_the_platforms(normal: str, field: str) -> None:
    """Refuse a name that says it is the platform's: nobody else may be taken for it."""
    whole, words = look(normal), [look(word) for word in WORDS.findall(normal)]
    if PLATFORM_WORD in (whole, *words) or whole in PLATFORM_NAMES or PLATFORM_HAN.search(normal):
        raise Invalid(field, "is the name of the platform, or of its people; give your own")


def _scripts(text: str) -> frozenset[str]:
    from confusable_homoglyphs.categories import unique_aliases  # noqa: PLC0415 a large table, and few need it

    return frozenset(unique_aliases(text)) - EVERY_SCRIPT


def _check_one_script(local: str, field: str) -> None:
    scripts = _scripts(local)
    if len(scripts) > 1 and not any(scripts <= family for family in TOGETHER):
        named = ", ".join(sorted(script.title() for script in scripts))
        raise Invalid(field, f"must not mix scripts before the @ (it has {named})")
    for position, character in enumerate(local):
        fit = ASCII_LOCAL.match(character) if character.isascii() else unicodedata.category(character)[0] in "LMN"
        if not fit:
            raise _refused(field, character, position, "a login")


@cache
def _looks_like(character: str) -> str:
    from confusable_homoglyphs.confusables import confusables_data  # noqa: PLC0415 a large table

    if character.isascii():
        return character
    alike: list[str] = [confusable["c"] for confusable in confusables_data.get(character, ())]
    if ascii_ones := sorted(look_alike for look_alike in alike if look_alike.isascii()):
        return ascii_ones[0]
    # The table has each class of look-alikes as a star: its prototype knows all others, those know the prototype only.
    centre = character if len(alike) > 1 else min([character, *alike])
    if len(alike) == 1 and len(confusables_data.get(alike[0], ())) > 1:
        centre = alike[0]
        if among := sorted(
            str(confusable["c"]) for confusable in confusables_data[centre] if confusable["c"].isascii()
        ):
            return among[0]
    return centre


def _refused(field: str, character: str, position: int, what: str) -> Invalid:
    return Invalid(field, f"has {_called(character)} at position {position + 1}, which {what} may not have")


def _called(character: str) -> str:
    """A character by its code point and Unicode's name: it may not be one that shows."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
