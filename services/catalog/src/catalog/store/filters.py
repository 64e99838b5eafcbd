"""What a search is narrowed to, as the database is asked for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from catalog.domain.near import Area


@dataclass(frozen=True, slots=True)
class Filter:
    """What a search is narrowed to, where it is given. Of each group of values one is enough. Words are a `tsquery`."""

    words: str = ""
    title_words: str = ""
    not_title_words: str = ""
    categories: Sequence[Sequence[str]] = ()
    populations: Sequence[Sequence[int]] = ()
    kinds: Sequence[int] = ()
    partner_id: UUID | None = None
    districts: Sequence[Sequence[str]] = ()
    price_minor_min: int = 0
    price_minor_max: int = 0
    definition: str = ""
    rating_hundredths_min: int = 0
    free_before: datetime | None = None
    within: Area | None = None


@dataclass(slots=True)
class Values:
    """The values of a statement that is put together of pieces; a piece has `$1`, `$2` … in their place."""

    values: list[Any] = field(default_factory=list)

    def put(self, value: Any, kind: str) -> str:
        """What stands for a value of this type of the database's."""
        self.values.append(value)
        return f"CAST(${len(self.values)} AS {kind})"


def conditions(narrowed: Filter, values: Values) -> list[str]:
    """What listings have to be, for a filter."""
    needs: list[str] = []
    if narrowed.words:
        needs.append(f"listing.words @@ {query(narrowed.words, values)}")
    if narrowed.title_words:
        needs.append(f"listing.title_words @@ {query(narrowed.title_words, values)}")
    if narrowed.not_title_words:
        needs.append(f"NOT listing.title_words @@ {query(narrowed.not_title_words, values)}")
    needs += [f"listing.category = ANY({values.put(list(group), 'text[]')})" for group in narrowed.categories]
    needs += [f"listing.population = ANY({values.put(list(group), 'int[]')})" for group in narrowed.populations]
    if narrowed.kinds:
        needs.append(f"listing.kind = ANY({values.put(list(narrowed.kinds), 'int[]')})")
    if narrowed.partner_id:
        needs.append(f"listing.partner_id = {values.put(narrowed.partner_id, 'uuid')}")
    for group in narrowed.districts:  # in none: everywhere
        there = values.put(list(group), "text[]")
        needs.append(f"(listing.districts && {there} OR cardinality(listing.districts) = 0)")
    if narrowed.price_minor_min:
        needs.append(f"listing.price_minor >= {values.put(narrowed.price_minor_min, 'bigint')}")
    if narrowed.price_minor_max:
        needs.append(f"listing.price_minor <= {values.put(narrowed.price_minor_max, 'bigint')}")
    if narrowed.definition:
        needs.append(f"listing.definition_code = {values.put(narrowed.definition, 'text')}")
    if narrowed.rating_hundredths_min:
        needs.append(f"listing.rating_hundredths >= {values.put(narrowed.rating_hundredths_min, 'int')}")
    if narrowed.free_before:
        needs.append(f"listing.next_free_at < {values.put(narrowed.free_before, 'timestamptz')}")
    if narrowed.within:
        needs.append(
            "listing.offering_id IN (SELECT listing_site.offering_id FROM listing_site"  # noqa: S608 pieces of ours
            f" JOIN site ON site.id = listing_site.site_id WHERE {lies_within(narrowed.within, values)})"
        )
    return needs


def query(words: str, values: Values) -> str:
    return f"to_tsquery('simple', {values.put(words, 'text')})"


def lies_within(area: Area, values: Values) -> str:
    """What sites in an area are. Its parallels and meridians have an index."""
    south, north, west, east = (values.put(bound, "int") for bound in (*area.latitudes, *area.longitudes))
    return (
        f"site.latitude_microdegrees BETWEEN {south} AND {north}"
        f" AND site.longitude_microdegrees BETWEEN {west} AND {east}"
        f" AND {metres_to(area, values)} <= {values.put(area.metres, 'int')}"
    )


def metres_to(area: Area, values: Values) -> str:
    """How far a site is from the middle of an area."""
    north, east = values.put(area.latitude, "int"), values.put(area.longitude, "int")
    return f"metres_between(site.latitude_microdegrees, site.longitude_microdegrees, {north}, {east})"


def all_of(needs: Sequence[str]) -> str:
    return " AND ".join(needs) or "true"
