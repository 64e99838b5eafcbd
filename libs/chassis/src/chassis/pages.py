"""Listings a page at a time, by keyset: a cursor is where an item stands, so pages stay stable while rows come in."""

import base64
from collections.abc import Sequence

from yima.common.v1.types_pb2 import PageInfo, PageRequest

from chassis.refusals import Invalid

FIRST_DEFAULT = 20
FIRST_MAX = 100


def size(page: PageRequest) -> int:
    """How many items are wanted."""
    if not 0 <= page.first <= FIRST_MAX:
        raise Invalid("page.first", f"must be between 1 and {FIRST_MAX}")
    return page.first or FIRST_DEFAULT


def position(page: PageRequest) -> str:
    """The keyset value after which the page starts; empty for the first page."""
    try:
        return base64.urlsafe_b64decode(page.after.encode()).decode()
    except (ValueError, UnicodeError):
        raise Invalid("page.after", "is not a cursor") from None


def cursor(value: object) -> str:
    """The opaque cursor of a keyset value."""
    return base64.urlsafe_b64encode(str(value).encode()).decode()


def info(values: Sequence[object], wanted: int) -> PageInfo:
    """The page's cursors. Query one item more than wanted: it says whether there is a next page."""
    return PageInfo(cursors=[cursor(value) for value in values[:wanted]], has_next=len(values) > wanted)
