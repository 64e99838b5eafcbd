"""Values that were taken in once and could not be read back, shown, or told from others; and more of their kinds."""

import random
import unicodedata
from base64 import b64encode, urlsafe_b64encode
from uuid import UUID

CANARY = "canary-of-the-fuzzer"  # in texts about people: what must be in no log

INVISIBLE = [
    chr(code)
    for code in (
        *range(0x00, 0x20),
        *range(0x7F, 0xA0),
        0xAD,
        0x34F,
        0x61C,
        0x115F,
        *range(0x200B, 0x2010),
        *range(0x2028, 0x202F),
        *range(0x2060, 0x2070),
        0x3164,
        0xFE0F,
        0xFEFF,
        0xFFA0,
        *range(0xFFF9, 0xFFFC),
        0xE000,
        0xE0001,
        0xE0041,
        0x1D173,
        0x10FFFF,
        0xFDD0,
    )
]
MARKS = [chr(code) for code in (0x300, 0x323, 0x335, 0x336, 0x338, 0x489, 0x20D2, 0x20DD, 0xE47, 0x483)]
LOOKS_LIKE = {
    "a": "а𝐚ａⓐα",
    "c": "сϲⅽ",
    "e": "еｅ𝖾",
    "i": "іıⅰ",
    "o": "оοօ０",
    "p": "рρ",
    "x": "хⅹ",
    "y": "уγ",
    "0": "OО〇",
    "1": "lIⅠ|",
    "-": "–‐−﹣",
    "A": "АΑＡ",
    "B": "ВΒ",
    "H": "НΗ",
    "l": "ⅼ1І",
    "r": "г𝗋",
    "t": "т𝘁",
    "s": "ѕ",
}
ZEROS = [0x30, 0x660, 0x6F0, 0x966, 0xE50, 0x1D7CE, 0xFF10]  # each followed by the digits up to nine
MARKUP = [
    "<b>x</b>",
    "<img src=x onerror=alert(1)>",
    "=HYPERLINK(1)",
    "+1+1",
    "@SUM(1)",
    "{{7*7}}",
    "${x}",
    "'; --",
    "%s%n",
]
WRITTEN = ["安康 Clinic", "Ngũgĩ wa Thiong'o", "Nguyễn Thị Minh", "阿不都热合曼·买买提", "ООО Клиника", "أحمد بن علي"]
SCALARS = ["", "0", "-1", "true", "null", "NaN", "Ω", "高血压", "\ud7ff", "YM1:X", "a" * 300, "q" + "\u0323" * 9]


def text(chance: random.Random) -> str:
    """Any of these."""
    return chance.choice([scalar, name, look_alike, moment, number, amount, cursor, identifier, segment, licence])(
        chance
    )


def scalar(chance: random.Random) -> str:
    return chance.choice(SCALARS)


def name(chance: random.Random) -> str:
    """A name as people write it, with something in it that cannot be seen, is markup, or is piled up."""
    base = chance.choice(WRITTEN)
    at = chance.randrange(len(base) + 1)
    made = chance.choice(
        [chance.choice(INVISIBLE), chance.choice(MARKUP), chance.choice(MARKS) * chance.randint(1, 40), " " * 60, "\n"]
    )
    return base[:at] + made + base[at:] if chance.random() < 0.9 else base * chance.choice([1, 40, 4000])


def look_alike(chance: random.Random, base: str = "operator@yima.example.org") -> str:
    """Another text that reads as this one."""
    letters = [
        chance.choice(LOOKS_LIKE[letter]) if letter in LOOKS_LIKE and chance.random() < 0.3 else letter
        for letter in base
    ]
    if chance.random() < 0.3:
        letters.insert(chance.randrange(len(letters) + 1), chance.choice([*INVISIBLE, *MARKS]))
    made = "".join(letters)
    return chance.choice([made, made.upper(), unicodedata.normalize("NFD", made), f" {made}", f"{made}\u00a0"])


def licence(chance: random.Random) -> str:
    """A number of a licence or registration in another spelling."""
    return look_alike(chance, chance.choice(["LIC-O0I1-55", "91370100MA3C0OI1L0"]))


def moment(chance: random.Random) -> str:
    """A moment in or out of the calendar, in any form that some parser takes."""
    year = chance.choice(
        ["0000", "0001", "1582", "1701", "1899", "1970", "2026", "2038", "2200", "2999", "9999", "-0001", "+10000"]
    )
    day = f"{year}-{chance.choice(['01-01', '02-29', '02-30', '12-31', '00-00', '13-01', '06-31'])}"
    time = chance.choice(
        ["00:00:00", "23:59:59", "24:00:00", "23:59:60", "12:00", "25:61:61", "00:00:00.999999999", "00:00:00,5"]
    )
    zone = chance.choice(
        ["Z", "+00:00", "+14:00", "-14:00", "+23:59", "-23:59", "+24:00", "", "[Asia/Shanghai]", "z", " Z"]
    )
    made = chance.choice(
        [f"{day}T{time}{zone}", f"{day}T{time}{zone}", f"{day} {time}{zone}", day, "infinity", "now", "1e18", "-1"]
    )
    return in_other_digits(chance, made) if chance.random() < 0.15 else made


def number(chance: random.Random) -> str:
    made = chance.choice(
        [
            "0",
            "1",
            "20",
            "101",
            "-1",
            "9" * 20,
            "9" * 400,
            str(2**31),
            str(2**63),
            "1e1",
            "1e400",
            "0x5",
            "1_0",
            "²",
            "Ⅷ",
            "1.5",
            "NaN",
            "Infinity",
            "+5",
            " 5",
            "5 ",
            "00",
            "-0",
        ]
    )
    return in_other_digits(chance, made) if chance.random() < 0.3 else made


def amount(chance: random.Random) -> str:
    """Of money, as it is written in a request."""
    made = chance.choice(
        [
            "5.00",
            "0.01",
            "0.00",
            "-0.00",
            "-1.00",
            "+5.00",
            " 5.00",
            "5.00 ",
            "1e1",
            "5,00",
            "5.0",
            "5.005",
            "1." + "0" * 400,
            "9" * 30,
            "92233720368547758.08",
            "NaN",
            "",
            ".5",
            "5.",
        ]
    )
    return in_other_digits(chance, made) if chance.random() < 0.3 else made


def in_other_digits(chance: random.Random, made: str) -> str:
    zero = chance.choice(ZEROS)
    return "".join(chr(zero + int(letter)) if letter in "0123456789" else letter for letter in made)


def cursor(chance: random.Random) -> str:
    """A place in a list that nobody was given."""
    some_id = str(UUID(int=chance.getrandbits(128)))
    parts = [chance.choice([moment, number, scalar])(chance), some_id, str(chance.randint(0, 3))]
    chance.shuffle(parts)
    made = "|".join(parts[: chance.randint(1, 3)]) + chance.choice(["", "|", "|x", "\0"])
    raw = made.encode("utf-8", "surrogatepass")
    coded = chance.choice([urlsafe_b64encode, b64encode])(raw).decode()
    return chance.choice([coded, coded, coded.rstrip("="), made, f"s{made}", coded * 200])


def identifier(chance: random.Random) -> str:
    """An id of nothing, or of something that is not asked for."""
    kind = chance.choice(["res", "ord", "par", "off", "con", "doc", "oln", "xyz", ""])
    digits = chance.choice(
        [f"{chance.getrandbits(128):032x}", "0" * 32, "9" * 40, "０" * 32, str(UUID(int=chance.getrandbits(128)))]
    )
    return f"{kind}_{digits}" if kind else digits


def segment(chance: random.Random) -> str:
    """A value in a path that might lead elsewhere."""
    return chance.choice(
        [
            "",
            ".",
            "..",
            "/",
            "../seals",
            "a/b",
            "?",
            "#",
            "%2f",
            "%00",
            "\\",
            " ",
            "2026-11/seal",
            "..%2f..",
            ";x=y",
            "\r\nX: y",
            "a" * 3000,
            "\u202e",
            "%",
        ]
    )


def json_text(chance: random.Random) -> bytes:
    """JSON that readers understand differently, or that costs more to read than to send."""
    return chance.choice(
        [
            b'{"a":1,"a":2}',
            b"[" * 5_000,
            b"[" * 400 + b"]" * 400,
            b'{"a":' * 300 + b"1" + b"}" * 300,
            b"NaN",
            b'{"x":1e999}',
            b'{"x":' + b"9" * 5_000 + b"}",
            b'"\\ud800"',
            b'"\xff\xfe"',
            b"\xef\xbb\xbf{}",
            b"{}{}",
            b"[" + b'"",' * 20_000 + b'""]',
            b'{"\\u0000":1}',
            b"",
            b"null",
            b"0",
            b"'a'",
            b'{"a":1,}',
            b"\x00",
        ]
    )
