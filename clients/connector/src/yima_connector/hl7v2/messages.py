"""HL7 v2 messages as they come: their bytes, segments, fields, and the escapes in them.

`hl7` (python-hl7) takes them apart. Its own unescaping is not used: it knows no character sets, and writes fields into
the log.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import hl7

from yima_connector.errors import NotMapped
from yima_connector.places import Path
from yima_connector.resources import clean

SEGMENTS_MAX = 10_000
HEADER = re.compile(rb"MSH([^A-Za-z0-9\s])")
# MSH-18, table 0211, and as systems write it.
CHARACTER_SETS = {
    "": "", "ASCII": "ascii", "8859/1": "latin-1", "8859/2": "iso8859-2", "8859/5": "iso8859-5", "8859/6": "iso8859-6",
    "8859/7": "iso8859-7", "8859/8": "iso8859-8", "8859/9": "iso8859-9", "8859/15": "iso8859-15", "UTF-8": "utf-8",
    "UTF8": "utf-8", "UNICODE UTF-8": "utf-8", "UNICODE": "utf-8", "GB 18030-2000": "gb18030", "GB18030": "gb18030",
    "GB18030-2000": "gb18030", "GBK": "gb18030", "GB2312": "gb18030", "BIG-5": "big5", "BIG5": "big5",
    "KS X 1001": "euc-kr", "CNS 11643-1992": "euc-tw", "ISO IR87": "iso2022-jp",
}  # fmt: skip
SPACES = {
    ".br": "\n",
    ".sp": "\n",
    ".ce": "\n",
    ".fi": "",
    ".nf": "",
    ".in": "",
    ".ti": "",
    ".sk": " ",
    "H": "",
    "N": "",
}
REPEATED = frozenset({".sp", ".sk"})


class Unreadable(Exception):
    """It is no HL7 v2 message that anybody could answer to. Its text says why, and has nothing of the message."""


@dataclass(frozen=True, slots=True)
class Delimiters:
    """What separates the parts of a message, as its MSH says."""

    component: str
    repetition: str
    escape: str
    subcomponent: str
    field: str


class Segment:
    """A segment of a message: texts by field, repetition, component and subcomponent, each from 1 on."""

    def __init__(self, parsed: Sequence[object], delimiters: Delimiters, encoding: str) -> None:
        self._parsed = parsed
        self._delimiters = delimiters
        self._encoding = encoding
        self.name = str(parsed[0])

    def text(self, field: int, component: int = 1, subcomponent: int = 1, repetition: int = 1) -> str:
        """What stands there, without escapes; empty where nothing does. `""` says that it was deleted, and is empty."""
        text = str(part(part(part(self._field(field), repetition), component), subcomponent))
        at = f"{self.name}-{field}"
        return "" if text == '""' else clean(unescaped(text, self._delimiters, self._encoding), at)

    def texts(self, field: int) -> list[str]:
        """The first component of each repetition that says something."""
        return [text for n in range(1, self.repetitions(field) + 1) if (text := self.text(field, repetition=n))]

    def repetitions(self, field: int) -> int:
        """How often a field is there."""
        parts = self._field(field)
        return len(parts) if isinstance(parts, list) else int(bool(parts))

    def _field(self, field: int) -> object:
        return self._parsed[field] if field < len(self._parsed) else ""


def part(whole: object, index: int) -> object:
    """The part of this number, from 1 on; what has no parts is its own first."""
    if isinstance(whole, list):
        return whole[index - 1] if index <= len(whole) else ""
    return whole if index == 1 else ""


class Message:
    """A message that was taken apart."""

    def __init__(self, parsed: hl7.Message, encoding: str) -> None:
        separators = parsed.separators
        self._delimiters = Delimiters(separators[3], separators[2], parsed.esc, separators[4], separators[1])
        self.encoding = encoding
        self.segments = [Segment(each, self._delimiters, encoding) for each in parsed]

    @property
    def delimiters(self) -> Delimiters:
        return self._delimiters

    @cached_property
    def header(self) -> Segment:
        return self.segments[0]

    @property
    def kind(self) -> str:
        """Such as `ADT^A01`."""
        event = self.header.text(9, 2)
        return f"{self.header.text(9)}^{event}" if event else self.header.text(9)

    @property
    def control_id(self) -> str:
        return self.header.text(10)

    def first(self, name: str) -> Segment | None:
        """The first segment of this name."""
        return next((segment for segment in self.segments if segment.name == name), None)

    def text(self, path: Path) -> str:
        """What stands at a place of the first such segment; empty where nothing does."""
        segment = self.first(path.segment)
        return segment.text(path.field, path.component, path.subcomponent) if segment else ""

    def any_of(self, paths: Sequence[Path]) -> str:
        """What stands at the first of these places at which something does."""
        return next((text for path in paths if (text := self.text(path))), "")

    def groups(self, first: str, before: Sequence[str] = ()) -> Iterator[Sequence[Segment]]:
        """The segments from each of this name on until the next. What `before` names belongs to what follows."""
        group: list[Segment] = []
        waiting: list[Segment] = []
        for segment in self.segments:
            if segment.name in before:
                waiting.append(segment)
            elif segment.name == first:
                if group:
                    yield group
                group, waiting = [*waiting, segment], []
            elif group:
                group += [*waiting, segment]
                waiting = []
        if group:
            yield [*group, *waiting]


def read(content: bytes, default_encoding: str) -> Message:
    """The message in these bytes. Raises `Unreadable`."""
    content = content.lstrip(b"\r\n \t\xef\xbb\xbf")
    if not HEADER.match(content):
        raise Unreadable("it does not begin with MSH and a separator")
    content = content.replace(b"\r\n", b"\r").replace(b"\n", b"\r")
    encoding = encoding_of(content, default_encoding)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable(f"it is not written in {encoding}") from None
    segments = [line for line in text.split("\r") if line.strip()]
    if len(segments) > SEGMENTS_MAX:
        raise Unreadable(f"it has more than {SEGMENTS_MAX} segments")
    if any(not re.match(r"[A-Z][A-Z0-9]{2}(?:$|\W)", segment) for segment in segments):
        raise Unreadable("a segment does not begin with its name")
    fields = segments[0].split(segments[0][3])
    marks = fields[1] if len(fields) > 1 else ""
    if not 2 <= len(marks) <= 5 or len({segments[0][3], *marks}) <= len(marks) or any(map(str.isalnum, marks)):
        raise Unreadable("MSH-2 does not say what separates its parts")
    segments[0] = segments[0].rstrip() if len(fields) > 2 else segments[0] + segments[0][3]
    try:
        message = Message(hl7.parse("\r".join(segments)), encoding)
        _ = message.kind, message.control_id
    except (hl7.HL7Exception, ValueError, IndexError, KeyError, NotMapped):
        raise Unreadable("it cannot be taken apart") from None
    return message


def encoding_of(content: bytes, default: str) -> str:
    """What a message is written in, as its MSH-18 says. Bytes of one character set may be separators in another: the
    header is read in the one that it names itself, where it can be."""
    header = content.split(b"\r", 1)[0]
    named: list[str] = []
    for encoding in dict.fromkeys((default, "utf-8", "gb18030", "big5", "latin-1")):
        try:
            text = header.decode(encoding)
        except UnicodeDecodeError:
            continue
        fields = text.split(text[3])
        written = fields[17].split(fields[1][1:2] or "~")[0].strip().upper() if len(fields) > 17 else ""
        if (name := CHARACTER_SETS.get(written)) == encoding:
            return encoding
        if name is not None:
            named.append(name or default)
    if not named:
        raise Unreadable("MSH-18 names a character set that is not known here")
    return named[0]


def unescaped(text: str, delimiters: Delimiters, encoding: str) -> str:
    """A text with what its escapes stand for. An escape that is not known stays as it is written."""
    escape = delimiters.escape
    if not escape or escape not in text:
        return text
    known = {
        "F": delimiters.field,
        "S": delimiters.component,
        "T": delimiters.subcomponent,
        "R": delimiters.repetition,
        "E": escape,
    }

    def meant(written: str) -> str | None:
        if written in known:
            return known[written]
        name, count = written[:3], written[3:].strip().lstrip("+") or "1"
        if name in SPACES and written.startswith("."):
            times = int(count) if name in REPEATED and count.isdecimal() and len(count) < 3 else 1
            return SPACES[name] * times
        if written in SPACES:
            return SPACES[written]
        if written[:1] in ("X", "C", "M"):
            return hexadecimal(written[1:], encoding)
        return None

    pieces = text.split(escape)
    shown, index = [pieces[0]], 1
    while index < len(pieces):
        value = meant(pieces[index]) if index + 1 < len(pieces) else None
        if value is None:
            shown += [escape, pieces[index]]
            index += 1
        else:
            shown += [value, pieces[index + 1]]
            index += 2
    return "".join(shown)


def hexadecimal(digits: str, encoding: str) -> str | None:
    try:
        return bytes.fromhex(digits).decode(encoding)
    except ValueError:
        return None
