"""Orders in which listings are found, and where one stands in them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from catalog.store.filters import Values


class Sort(StrEnum):
    """In which order listings are found."""

    NEWEST = "newest"
    RELEVANCE = "relevance"
    DISTANCE = "distance"
    PRICE = "price"
    RATING = "rating"
    NEXT_FREE_SLOT = "next_free_slot"


IN_TITLE = "in_title"  # 1 where the words are in the title


@dataclass(frozen=True, slots=True)
class Order:
    """An order of listings: by these columns with their types, which no two listings have the same of."""

    columns: Sequence[tuple[str, str]]
    descending: bool = False
    needed: str = ""  # of what the order leaves out

    def turned(self, backwards: bool) -> "Order":
        """The order in which a page is read."""
        return replace(self, descending=not self.descending) if backwards else self

    @property
    def by_title(self) -> bool:
        """Do listings with the words in their title come before others?"""
        return self.columns[0][0] == IN_TITLE

    def keys(self, table: str) -> Sequence[str]:
        return [f"{table}.{name}" for name, _ in self.columns]

    def sorted(self, table: str) -> str:
        turn = " DESC" if self.descending else ""
        return ", ".join(f"{key}{turn}" for key in self.keys(table))

    def after(self, table: str, position: Sequence[Any] | None, values: Values) -> list[str]:
        """What comes after a listing that stands at these values."""
        if position is None:
            return []
        here = ", ".join(self.keys(table))
        at = [values.put(value, kind) for value, (_, kind) in zip(position, self.columns, strict=True)]
        return [f"({here}) {'<' if self.descending else '>'} ({', '.join(at)})"]


ID = ("offering_id", "uuid")
NEWEST = Order([("listed_as", "uuid")], descending=True)
NEAREST = Order([("metres", "int"), ID])
RELEVANT = Order([(IN_TITLE, "int"), ("listed_as", "uuid")], descending=True)
ORDERS = {
    Sort.NEWEST: NEWEST,
    Sort.PRICE: Order([("price_minor", "bigint"), ID]),
    Sort.RATING: Order([("rating_hundredths", "int"), ID], descending=True),
    Sort.NEXT_FREE_SLOT: Order([("next_free_at", "timestamptz"), ID], needed="listing.next_free_at IS NOT NULL"),
}
