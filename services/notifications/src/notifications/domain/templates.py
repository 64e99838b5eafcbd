"""Messages in words: files beside this module, one a language, looked at when the service starts.

A kind has a `title` and a `text`; from these, and the words that are around every message, each channel's form is
made. None says what somebody suffers from, where they are treated, or by whom: whoever sees a locked telephone learns
nothing.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from chassis.settings import BadFile

from notifications.domain.messages import KINDS, Channel

AROUND = "around"  # the table of what is around every message
FRAMES: Mapping[str, frozenset[str]] = {
    "sms": frozenset({"city", "text", "link"}),
    "email": frozenset({"city", "text", "link"}),
    "many": frozenset({"title", "count"}),  # the title of several messages as one
    "many_text": frozenset({"title", "count"}),
}
TITLE_LENGTH_MAX, TEXT_LENGTH_MAX, SMS_LENGTH_MAX = 60, 300, 480
LINE = re.compile(r"[^\x00-\x1f\x7f]+")


class BadTexts(BadFile):
    """The texts of a language cannot be used."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as a channel takes it."""

    title: str
    text: str
    link: str


@dataclass(frozen=True)
class Templates:
    """The texts of a city's languages, the first of which is the usual one."""

    city: Mapping[str, str]  # what people call it
    texts: Mapping[str, Mapping[str, Mapping[str, str]]]  # by language, by kind
    public_url: str  # where pages are; empty: messages have no link

    @property
    def locales(self) -> Sequence[str]:
        return list(self.texts)

    def locale(self, chosen: str) -> str:
        return chosen if chosen in self.texts else self.locales[0]

    def title(self, locale: str, kind: str, values: Mapping[str, str]) -> str:
        return self.texts[locale][kind]["title"].format_map(values)

    def text(self, locale: str, kind: str, values: Mapping[str, str]) -> str:
        return self.texts[locale][kind]["text"].format_map(values)

    def page(self, kind: str, subject: str) -> str:
        """The page that says more of a message, under `/app`."""
        return KINDS[kind].page.format(subject=subject)

    def letter(
        self, channel: Channel, locale: str, kind: str, values: Mapping[str, str], subject: str, count: int = 1
    ) -> Letter:
        """A message as a channel takes it; `count` of them as one."""
        around = self.texts[locale][AROUND]
        title, text = self.title(locale, kind, values), self.text(locale, kind, values)
        page = self.page(kind, subject)
        if count > 1:
            title, text = (
                around["many"].format(title=title, count=count),
                around["many_text"].format(title=title, count=count),
            )
            page = "/messages"
        link = f"{self.public_url}/app{page}" if self.public_url else ""
        if channel == Channel.PUSH:
            return Letter(title, text, link)
        return Letter(title, framed(around[channel], self.city_name(locale), text, link), link)

    def city_name(self, locale: str) -> str:
        return self.city.get(locale) or next(iter(self.city.values()))


def framed(frame: str, city: str, text: str, link: str) -> str:
    return "\n".join(line.rstrip() for line in frame.format(city=city, text=text, link=link).splitlines()).strip()


def values_of(facts: str, city: str, zone: ZoneInfo) -> Mapping[str, str]:
    """What a text names: moments by the city's clock."""
    values = {"city": city}
    for name, value in orjson.loads(facts).items():
        values[name] = f"{datetime.fromisoformat(value).astimezone(zone):%Y-%m-%d %H:%M}" if name == "when" else value
    return values


def read_templates(
    locales: Sequence[str], city: Mapping[str, str], public_url: str = "", folder: str = ""
) -> Templates:
    """The texts of these languages: of `folder` where it has them, else those that come with Yima. Raises `BadTexts`,
    which names file and entry."""
    texts = {locale: read_texts(locale, folder) for locale in locales}
    return Templates(city, texts, public_url.rstrip("/"))


def read_texts(locale: str, folder: str) -> Mapping[str, Mapping[str, str]]:
    name = f"{locale}.toml"
    own = Path(folder) / name if folder else None
    shipped = files("notifications.domain") / "texts" / name
    source: Any = own if own is not None and own.is_file() else shipped
    try:
        tables = tomllib.loads(source.read_text("utf-8"))
    except OSError:
        raise BadTexts(f"{name}: there are no messages in this language of the city's") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadTexts(f"{name}: {error}") from None
    check_texts(name, tables)
    return tables


def check_texts(name: str, tables: Mapping[str, Any]) -> None:
    """Refuse texts that lack a kind, have one too many, or name what nobody fills in."""
    if unlike := sorted({*tables} ^ {*KINDS, AROUND}):
        raise BadTexts(f"{name}: {unlike[0]} is missing, or no kind of message")
    for kind, entries in tables.items():
        expected = FRAMES if kind == AROUND else dict.fromkeys(("title", "text"), KINDS[kind].places | {"city"})
        if not isinstance(entries, dict) or {*entries} != {*expected}:
            raise BadTexts(f"{name}: {kind} must have {', '.join(expected)}")
        for entry, text in entries.items():
            check_text(f"{name}: {kind}.{entry}", text, expected[entry], lines=kind == AROUND)
            longest = TITLE_LENGTH_MAX if entry == "title" else TEXT_LENGTH_MAX
            if len(text) > longest:
                raise BadTexts(f"{name}: {kind}.{entry} has more than {longest} characters")
    for frame in ("sms", "email"):
        if "{text}" not in tables[AROUND][frame] or "{link}" not in tables[AROUND][frame]:
            raise BadTexts(f"{name}: {AROUND}.{frame} must have {{text}} and {{link}}")


def check_text(where: str, text: object, places: frozenset[str], *, lines: bool) -> None:
    if not isinstance(text, str) or not text.strip():
        raise BadTexts(f"{where} must be a text")
    if not LINE.fullmatch(text.replace("\n", "") if lines else text):
        raise BadTexts(f"{where} must be one line")
    try:
        parsed = list(Formatter().parse(text))
    except ValueError as error:
        raise BadTexts(f"{where}: {error}") from None
    for _, place, form, conversion in parsed:
        if place is not None and (place not in places or form or conversion):
            raise BadTexts(f"{where} names {{{place}}}; it may name {', '.join(sorted(places))}")
