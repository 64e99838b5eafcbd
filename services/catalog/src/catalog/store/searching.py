"""Searches: a query's words as the database takes them, and a page in any of the orders."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.domain import search as rules
from catalog.domain.near import Area
from catalog.domain.search import Search
from catalog.store import listings
from catalog.store.listings import BEST_RATED, CHEAPEST, NEWEST, SOONEST, Filter, Hit, Order


class Sort(StrEnum):
    """In which order listings are found."""

    NEWEST = "newest"
    RELEVANCE = "relevance"
    DISTANCE = "distance"
    PRICE = "price"
    RATING = "rating"
    NEXT_FREE_SLOT = "next_free_slot"


ORDERS: Mapping[Sort, Order] = {
    Sort.NEWEST: NEWEST,
    Sort.PRICE: CHEAPEST,
    Sort.RATING: BEST_RATED,
    Sort.NEXT_FREE_SLOT: SOONEST,
}


async def understood(session: AsyncSession, query: str, *, last_is_typed: bool = False) -> Search | None:
    """What a query looks for; None where nothing can be found. `last_is_typed`: more letters of its last word may
    follow."""
    needed = rules.query_words(query)
    if not needed:
        return None
    asked = {word: rules.is_prefix(word) for word in needed}
    if last_is_typed and not rules.is_pair(needed[-1]):
        asked[needed[-1]] = True
    letters: dict[str, bool] = {letter: False for word in needed if rules.is_pair(word) for letter in word}
    known = await listings.known_words(session, letters | asked)
    unknown = {word: rules.variants(word) for word in needed if word not in known and not rules.is_pair(word)}
    near = await listings.near_words(session, unknown) if unknown else {}
    return rules.planned(asked, known, near)


async def find(
    session: AsyncSession,
    narrowed: Filter,
    search: Search | None,
    sort: Sort,
    area: Area | None,
    after: tuple[Any, ...] | None,
    limit: int,
) -> Sequence[Hit]:
    """A page of a search in an order, from after a position; fetches limit + 1."""
    if search is not None:
        narrowed = replace(narrowed, words=search.words_query)
    if sort == Sort.DISTANCE:
        assert area is not None  # the caller has said where from
        return await listings.by_distance(session, narrowed, area, after, limit)
    if area is not None:
        narrowed = replace(narrowed, within=area)
    if sort == Sort.RELEVANCE and search is not None:
        return await listings.by_relevance(session, narrowed, search, after, limit)
    return await listings.page(session, narrowed, ORDERS[sort], after, limit)
