"""Listings a page at a time, by keyset: a cursor is where an item stands, so pages stay stable while rows come in.

A listing says what its order goes by, e.g. `keyset(datetime, UUID)`. A cursor is opaque to callers and not secret: it
has a version and those values, each of its type and within what the database and the driver can compare. So any text
that somebody makes up is either refused at `page.after`, or is one more position in the list.
"""

import base64
import re
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, overload
from uuid import UUID

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
ALPHABET = re.compile(r"[A-Za-z0-9_-]*={0,2}")
POSITION = re.compile(r"[0-9]{1,18}")  # of a bigint


class Month(str):
    """A month like "2026-10"."""

    __slots__ = ()


def size(page: PageRequest) -> int:
    """How many items are wanted."""
    if not 0 <= page.first <= FIRST_MAX:
        raise Invalid("page.first", f"must be between 1 and {FIRST_MAX}")
    return page.first or FIRST_DEFAULT


class Keyset[Values: tuple[Any, ...]]:
    """What a listing's order goes by: the types of the values that say where an item stands."""

    def __init__(self, kinds: Sequence[type[Any]]) -> None:
        self._kinds = kinds

    def after(self, page: PageRequest) -> Values | None:
        """The values after which the page starts; None for the first page."""
        if not page.after:
            return None
        version, *written = _decoded(page.after).split(SEPARATOR)
        if version != VERSION or len(written) != len(self._kinds):
            raise _no_cursor()
        return tuple(READ[kind](text) for kind, text in zip(self._kinds, written, strict=True))  # type: ignore[return-value] # of these kinds

    def cursor(self, values: Values) -> str:
        """The opaque cursor of an item that stands at these values."""
        written = [WRITE[kind](value) for kind, value in zip(self._kinds, values, strict=True)]
        return base64.urlsafe_b64encode(SEPARATOR.join([VERSION, *written]).encode()).decode()

    def info(self, values: Sequence[Values], limit: int) -> PageInfo:
        """The page's cursors. Query `limit + 1` items: the last says whether there is a next page."""
        return PageInfo(cursors=[self.cursor(value) for value in values[:limit]], has_next=len(values) > limit)


@overload
def keyset[A](first: type[A], /) -> Keyset[tuple[A]]: ...
@overload
def keyset[A, B](first: type[A], second: type[B], /) -> Keyset[tuple[A, B]]: ...
def keyset(*kinds: type[Any]) -> Keyset[Any]:
    """The order of a listing: UUID, int (a bigint from 0), datetime or Month, one or two of them."""
    return Keyset(kinds)


BY_ID = keyset(UUID)
BY_POSITION = keyset(int)


def after_id(page: PageRequest) -> UUID | None:
    """The id after which a page of a listing by id starts; None for the first page."""
    values = BY_ID.after(page)
    return values[0] if values else None


def after_position(page: PageRequest) -> int | None:
    """The position after which a page of a listing by position starts; None for the first page."""
    values = BY_POSITION.after(page)
    return values[0] if values else None


def info(values: Sequence[UUID] | Sequence[int], limit: int) -> PageInfo:
    """`Keyset.info` of a listing by id or by position."""
    order: Keyset[Any] = BY_POSITION if values and isinstance(values[0], int) else BY_ID
    return order.info([(value,) for value in values], limit)


def _decoded(cursor: str) -> str:
    if len(cursor) > LENGTH_MAX or not ALPHABET.fullmatch(cursor):
        raise _no_cursor()
    try:
        return base64.urlsafe_b64decode(cursor).decode("ascii")
    except (NotBase64, UnicodeError):
        raise _no_cursor() from None


def _position(text: str) -> int:
    if not POSITION.fullmatch(text):
        raise _no_cursor()
    return int(text)


def _month(text: str) -> Month:
    if not moments.MONTH.fullmatch(text):
        raise _no_cursor()
    return Month(text)


def _id(text: str) -> UUID:
    try:
        return parse_id(text, AFTER)
    except Invalid:
        raise _no_cursor() from None


def _moment(text: str) -> datetime:
    try:
        return moments.parse(text, AFTER)
    except Invalid:
        raise _no_cursor() from None


def _no_cursor() -> Invalid:
    return Invalid(AFTER, "is not a cursor of this listing; begin again without one")


READ: Mapping[type[Any], Callable[[str], Any]] = {UUID: _id, int: _position, datetime: _moment, Month: _month}
WRITE: Mapping[type[Any], Callable[[Any], str]] = {
    UUID: str,
    int: str,
    Month: str,
    datetime: lambda at: at.astimezone(UTC).isoformat(),
}
