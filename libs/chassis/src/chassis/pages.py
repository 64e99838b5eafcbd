"""Listings a page at a time, by keyset: a cursor is where an item stands, so pages stay stable while rows come in.

A listing says what its order goes by, e.g. `keyset(datetime, UUID)`. A cursor is opaque to callers and not secret: it
has a version and those values, each of its type and within what the database and the driver can compare. So any text
that somebody makes up is either refused by its field, or is one more position in the list.

A listing is read from either end: the `first` after a cursor, or the `last` before one. What a page is of is a `Part`,
which turns the order round in the statement, so that the same index is read from its other end, and turns the rows
round again.
"""

import base64
import re
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol, overload
from uuid import UUID

from sqlalchemy import Select, tuple_
from yima.common.v1.types_pb2 import PageInfo, PageRequest

from chassis import moments
from chassis.ids import parse_id
from chassis.refusals import Invalid

FIRST_DEFAULT = 20
FIRST_MAX = 100
VERSION = "1"
SEPARATOR = "|"
LENGTH_MAX = 256
AFTER = "page.after"
BEFORE = "page.before"
ALPHABET = re.compile(r"[A-Za-z0-9_-]*={0,2}")
POSITION = re.compile(r"[0-9]{1,18}")  # of a bigint


class Month(str):
    """A month like "2026-10"."""

    __slots__ = ()


def size(page: PageRequest) -> int:
    """How many items are wanted, from either end."""
    for name in ("first", "last"):
        if not 0 <= getattr(page, name) <= FIRST_MAX:
            raise Invalid(f"page.{name}", f"must be between 1 and {FIRST_MAX}")
    return page.last or page.first or FIRST_DEFAULT


class HasId(Protocol):
    @property
    def id(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Part[Values: tuple[Any, ...]]:
    """Which part of a listing is wanted: at most `limit` items next to a place, after it, or before it where it is read
    backwards. Without a place: from the listing's beginning, or from its end."""

    limit: int
    place: Values | None = None
    backwards: bool = False
    order: "Keyset[Values] | None" = None

    def of[Q: Select[*tuple[Any, ...]]](self, query: Q, *columns: Any, descending: bool = False) -> Q:
        """The rows of this part of all that `query` selects, where these columns are the listing's order. They come in
        the direction in which they are read, and one more than the limit: `cut` wants them so."""
        down = descending != self.backwards
        if self.place is not None:
            here = columns[0] if len(columns) == 1 else tuple_(*columns)
            there = self.place[0] if len(columns) == 1 else tuple(self.place)
            query = query.where(here < there if down else here > there)
        return query.order_by(*(column.desc() if down else column for column in columns)).limit(self.limit + 1)

    def statement(
        self, selected: str, *columns: tuple[str, str], descending: bool = False
    ) -> tuple[str, dict[str, Any]]:
        """What `of` does to a statement that ends with its conditions, by columns and their types; and the values."""
        down = descending != self.backwards
        values: dict[str, Any] = {"limit": self.limit + 1}
        if self.place is not None:
            values |= {f"place_{number}": value for number, value in enumerate(self.place)}
            there = (f"CAST(:place_{number} AS {kind})" for number, (_, kind) in enumerate(columns))
            here = ", ".join(name for name, _ in columns)
            selected = f"{selected} AND ({here}) {'<' if down else '>'} ({', '.join(there)})"
        order = ", ".join(f"{name} DESC" if down else name for name, _ in columns)
        return f"{selected} ORDER BY {order} LIMIT :limit", values

    def among(self, places: Sequence[Values]) -> Sequence[Values]:
        """What `of` does to all the places that there are, the first one first."""
        if self.place is not None:
            there = self.place
            places = [place for place in places if (place < there if self.backwards else place > there)]
        return places[::-1][: self.limit + 1] if self.backwards else places[: self.limit + 1]

    def at(self, place: Callable[[Values], tuple[Any, ...]]) -> "Part[Any]":
        """The same part, where the columns hold other values than the cursors."""
        return Part(self.limit, None if self.place is None else place(self.place), self.backwards)

    def cut[Item](self, items: Sequence[Item], stands_at: Callable[[Item], Values]) -> tuple[Sequence[Item], PageInfo]:
        """Of the rows that were fetched, those of the page, in the listing's order; and where they stand.

        Whether there is more in the direction of reading is counted. In the other one there is what the cursor was of.
        """
        assert self.order is not None
        shown, is_more, is_amid = items[: self.limit], len(items) > self.limit, self.place is not None
        if self.backwards:
            shown = shown[::-1]
        return shown, PageInfo(
            cursors=[self.order.cursor(stands_at(item)) for item in shown],
            has_next=is_amid if self.backwards else is_more,
            has_previous=is_more if self.backwards else is_amid,
        )


class Keyset[Values: tuple[Any, ...]]:
    """What a listing's order goes by: the types of the values that say where an item stands."""

    def __init__(self, kinds: Sequence[type[Any]]) -> None:
        self._kinds = kinds

    def part(self, page: PageRequest) -> Part[Values]:
        """The part that is asked for: the `first` after a cursor, or the `last` before one."""
        limit = size(page)
        if page.last and page.first:
            raise Invalid("page.last", "goes without `first`: a page is read in one direction")
        if page.last and page.after:
            raise Invalid(AFTER, "goes with `first`; the `last` end before `before`")
        if page.before and not page.last:
            raise Invalid(BEFORE, "goes with `last`: say how many before it")
        return Part(limit, self._place(page), bool(page.last), self)

    def cursor(self, values: Values) -> str:
        """The opaque cursor of an item that stands at these values."""
        written = [WRITE[kind](value) for kind, value in zip(self._kinds, values, strict=True)]
        return base64.urlsafe_b64encode(SEPARATOR.join([VERSION, *written]).encode()).decode()

    def _place(self, page: PageRequest) -> Values | None:
        cursor, field = (page.before, BEFORE) if page.last else (page.after, AFTER)
        if not cursor:
            return None
        try:
            version, *written = _decoded(cursor).split(SEPARATOR)
            if version != VERSION or len(written) != len(self._kinds):
                raise NotACursor
            return tuple(READ[kind](text) for kind, text in zip(self._kinds, written, strict=True))  # type: ignore[return-value] # of these kinds
        except NotACursor:
            raise Invalid(field, "is not a cursor of this listing; begin again without one") from None


class NotACursor(Exception):
    """A text that says no place in this listing."""


@overload
def keyset[A](first: type[A], /) -> Keyset[tuple[A]]: ...
@overload
def keyset[A, B](first: type[A], second: type[B], /) -> Keyset[tuple[A, B]]: ...
def keyset(*kinds: type[Any]) -> Keyset[Any]:
    """The order of a listing: UUID, int (a bigint from 0), datetime, date or Month, one or two of them."""
    return Keyset(kinds)


BY_ID = keyset(UUID)
BY_POSITION = keyset(int)


def by_id(page: PageRequest) -> Part[tuple[UUID]]:
    """The part of a listing by id that is asked for."""
    return BY_ID.part(page)


def by_position(page: PageRequest) -> Part[tuple[int]]:
    """The part of a listing by position that is asked for."""
    return BY_POSITION.part(page)


def beginning(limit: int) -> Part[Any]:
    """So many from the beginning, for whoever has no page to show."""
    return Part(limit)


def at_id(item: HasId) -> tuple[UUID]:
    """Where an item of a listing by id stands."""
    return (item.id,)


def _decoded(cursor: str) -> str:
    if len(cursor) > LENGTH_MAX or not ALPHABET.fullmatch(cursor):
        raise NotACursor
    try:
        return base64.urlsafe_b64decode(cursor).decode("ascii")
    except (NotBase64, UnicodeError):
        raise NotACursor from None


def _position(text: str) -> int:
    if not POSITION.fullmatch(text):
        raise NotACursor
    return int(text)


def _month(text: str) -> Month:
    if not moments.MONTH.fullmatch(text):
        raise NotACursor
    return Month(text)


def _day(text: str) -> date:
    try:
        return date.fromordinal(_position(text))
    except (ValueError, OverflowError):
        raise NotACursor from None


def _id(text: str) -> UUID:
    try:
        return parse_id(text, AFTER)
    except Invalid:
        raise NotACursor from None


def _moment(text: str) -> datetime:
    try:
        return moments.parse(text, AFTER)
    except Invalid:
        raise NotACursor from None


READ: Mapping[type[Any], Callable[[str], Any]] = {
    UUID: _id,
    int: _position,
    datetime: _moment,
    date: _day,
    Month: _month,
}
WRITE: Mapping[type[Any], Callable[[Any], str]] = {
    UUID: str,
    int: str,
    Month: str,
    date: lambda day: str(day.toordinal()),
    datetime: lambda at: at.astimezone(UTC).isoformat(),
}
