"""Searches: a page of what is on sale, in any of the orders, with what an answer shows of each offering.

A search reads few rows however many there are. First what the filters find is read by their indexes, up to `HITS_MAX`:
where that is all, it is sorted. Where there is more, it is so common that reading in the order that is asked for soon
finds a page. Without this, PostgreSQL would read an index in the order asked for to its end, for words that nobody has.

Each of the two is one statement, by itself: it chooses the page and reads what is shown of it. The server is told by
which means to plan it, and with a plan for these values, since how common a word is decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from time import monotonic
from typing import Any
from uuid import UUID

from chassis.database import Database
from chassis.statements import NamedRow, Reading

from catalog.domain.near import Area
from catalog.domain.search import Search
from catalog.store.filters import Filter, Values, all_of, conditions, lies_within, metres_to, query

HITS_MAX = 2_000
CONNECTIONS_MAX = 4  # of a process, for searches alone: the server plans by other rules on them
COMMON_SECONDS = 30.0  # that what was common is taken to be so still
COMMON_MAX = 1_000  # filters that are remembered


def planned(*, in_order: bool, by_filters: bool) -> str:
    """Settings by which a search is planned, each time for its values."""
    return (
        f"SET enable_seqscan = {written(in_order)}; SET enable_indexscan = {written(in_order)};"
        f" SET enable_indexonlyscan = {written(in_order)}; SET enable_bitmapscan = {written(by_filters)};"
        " SET plan_cache_mode = force_custom_plan"
    )


def written(on: bool) -> str:
    return "on" if on else "off"


BY_FILTERS = planned(in_order=False, by_filters=True)  # what it reads by primary keys is found by these as well
IN_ORDER = planned(in_order=True, by_filters=False)
BY_PLAN = planned(in_order=True, by_filters=True)


class Sort(StrEnum):
    """In which order listings are found."""

    NEWEST = "newest"
    RELEVANCE = "relevance"
    DISTANCE = "distance"
    PRICE = "price"
    RATING = "rating"
    NEXT_FREE_SLOT = "next_free_slot"


@dataclass(frozen=True, slots=True)
class Order:
    """An order of listings: by these columns with their types, which no two listings have the same of."""

    columns: Sequence[tuple[str, str]]
    descending: bool = False
    needed: str = ""  # of what the order leaves out

    def turned(self, backwards: bool) -> "Order":
        """The order in which a page is read."""
        return replace(self, descending=not self.descending) if backwards else self

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
ORDERS = {
    Sort.NEWEST: NEWEST,
    Sort.PRICE: Order([("price_minor", "bigint"), ID]),
    Sort.RATING: Order([("rating_hundredths", "int"), ID], descending=True),
    Sort.NEXT_FREE_SLOT: Order([("next_free_at", "timestamptz"), ID], needed="listing.next_free_at IS NOT NULL"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A listing that a search found: where it stands in the search's order, and what is shown of it. Of `shown`, see
    `SHOWN`; `in_title` says whether the words are in its title."""

    offering_id: UUID
    stands_at: tuple[Any, ...]
    shown: NamedRow
    in_title: bool
    site_id: UUID | None = None  # its nearest site, where the search says from where
    metres: int = 0


# Of a page's listings, by their primary keys. None of them is left out: a statement sees one moment.
SHOWN = """
    listing.offering_id, listing.partner_id, offering.version, revision.revision, revision.status, revision.manifest,
    revision.category, revision.population, revision.review_reasons, revision.published_at, revision.consent_hash,
    revision.certificate_ids, revision.reviewed_at, revision.site_ids, listing.next_free_at AS free_at,
    listing.rating_hundredths AS rating, revision.pilot_districts, revision.pilot_ends_at
"""
JOINED = """
    JOIN listing ON listing.offering_id = chosen.offering_id
    JOIN offering ON offering.id = chosen.offering_id
    JOIN offering_revision AS revision
        ON revision.offering_id = chosen.offering_id AND revision.revision = listing.revision
"""


@dataclass
class Common:
    """Filters that found more than `HITS_MAX` listings a moment ago: looking again would say the same. Where it would
    not any more, a page is found as well, more slowly, until it is forgotten."""

    until: dict[str, float] = field(default_factory=dict)

    def __contains__(self, narrowed: str) -> bool:
        return self.until.get(narrowed, 0) > monotonic()

    def add(self, narrowed: str) -> None:
        if len(self.until) >= COMMON_MAX:
            self.until.clear()
        self.until[narrowed] = monotonic() + COMMON_SECONDS


@dataclass(frozen=True)
class Searches:
    """The connections that searches are asked on, and what is remembered of them."""

    database: Database
    common: Common = field(default_factory=Common)


@dataclass(frozen=True, slots=True)
class Query:
    """A search as it is asked for: fetches limit + 1, from after a position; or from before it, backwards."""

    narrowed: Filter
    search: Search | None
    area: Area | None
    after: tuple[Any, ...] | None
    limit: int
    backwards: bool = False


async def find(reading: Reading, common: Common, asked: Query, sort: Sort) -> Sequence[Hit]:
    """A page of a search in an order, in the direction in which it is read."""
    if asked.search is not None:
        asked = replace(asked, narrowed=replace(asked.narrowed, words=asked.search.words_query))
    if sort == Sort.DISTANCE:
        return await by_distance(reading, common, asked)
    if asked.area is not None:
        asked = replace(asked, narrowed=replace(asked.narrowed, within=asked.area))
    if sort == Sort.RELEVANCE and asked.search is not None:
        return await by_relevance(reading, common, asked)
    return await page(reading, common, asked, ORDERS[sort].turned(asked.backwards))


async def page(
    reading: Reading, common: Common, asked: Query, order: Order, *, in_title: bool | None = None
) -> Sequence[Hit]:
    """A page in an order of columns. `in_title`: known of all of it."""
    narrowed = f"{asked.narrowed} {order.needed}"
    if asked.narrowed != EVERYTHING and narrowed not in common:
        values = Values()
        await reading.planned_by(BY_FILTERS)
        rows = await reading.fetch(of_hits(asked, order, in_title, values), values.values)
        if rows[0]["hits"] <= HITS_MAX:
            return hits(rows, order, in_title)
        common.add(narrowed)
    values = Values()
    await reading.planned_by(IN_ORDER)
    return hits(await reading.fetch(in_order(asked, order, in_title, values), values.values), order, in_title)


EVERYTHING = Filter()


def of_hits(asked: Query, order: Order, in_title: bool | None, values: Values) -> str:
    """A page of the first `HITS_MAX` listings that are so, where that is all there are. How many there are comes with
    each row, and alone where there are none."""
    needs = conditions(asked.narrowed, values) + ([order.needed] if order.needed else [])
    return f"""
        WITH hits AS MATERIALIZED (
            SELECT listing.offering_id{keys_of(order)} FROM listing WHERE {all_of(needs)} LIMIT {HITS_MAX + 1}
        ), total AS MATERIALIZED (SELECT count(*) AS hits FROM hits), chosen AS MATERIALIZED (
            SELECT hits.* FROM hits
            WHERE {all_of([f"(SELECT hits FROM total) <= {HITS_MAX}", *order.after("hits", asked.after, values)])}
            ORDER BY {order.sorted("hits")} LIMIT {asked.limit + 1}
        )
        SELECT total.hits, page.* FROM total LEFT JOIN ({shown_of(asked, order, in_title, values)}) AS page ON true
    """  # noqa: S608 pieces of ours


def in_order(asked: Query, order: Order, in_title: bool | None, values: Values) -> str:
    """A page, read in the order that is asked for."""
    needs = conditions(asked.narrowed, values) + ([order.needed] if order.needed else [])
    needs += order.after("listing", asked.after, values)
    return f"""
        WITH chosen AS MATERIALIZED (
            SELECT listing.offering_id{keys_of(order)} FROM listing
            WHERE {all_of(needs)} ORDER BY {order.sorted("listing")} LIMIT {asked.limit + 1}
        )
        {shown_of(asked, order, in_title, values)}
    """  # noqa: S608 pieces of ours


def keys_of(order: Order) -> str:
    return "".join(f", listing.{name}" for name, _ in order.columns if name != ID[0])


def shown_of(asked: Query, order: Order, in_title: bool | None, values: Values) -> str:
    """What is shown of the listings that were chosen, and where they stand."""
    columns = [SHOWN, *(f"chosen.{name} AS key{number}" for number, (name, _) in enumerate(order.columns))]
    nearest = ""
    if asked.search is not None and in_title is None:
        columns.append(f"listing.title_words @@ {query(asked.search.words_query, values)} AS in_title")
    if asked.area is not None:  # the nearest of all its sites lies within the area, where one of them does
        columns.append("nearest.site_id, nearest.metres")
        nearest = f"""
            LEFT JOIN LATERAL (
                SELECT listing_site.site_id, {metres_to(asked.area, values)} AS metres FROM listing_site
                JOIN site ON site.id = listing_site.site_id WHERE listing_site.offering_id = chosen.offering_id
                ORDER BY metres, listing_site.site_id LIMIT 1
            ) AS nearest ON true
        """  # noqa: S608 pieces of ours
    return f"SELECT {', '.join(columns)} FROM chosen {JOINED} {nearest}"  # noqa: S608 pieces of ours


def hits(rows: Sequence[Any], order: Order, in_title: bool | None) -> Sequence[Hit]:
    """The rows as they were asked for; a join keeps no order, by the letter."""
    keys = [f"key{number}" for number in range(len(order.columns))]
    known = [
        Hit(
            row["offering_id"],
            tuple(row[key] for key in keys),
            row,
            row.get("in_title", False) if in_title is None else in_title,
            row.get("site_id"),
            row.get("metres") or 0,
        )
        for row in rows
        if row["offering_id"] is not None
    ]
    return sorted(known, key=lambda hit: hit.stands_at, reverse=order.descending)


async def by_relevance(reading: Reading, common: Common, asked: Query) -> Sequence[Hit]:
    """Listings with the words in their title, the newest first; then those with the words elsewhere. They stand at 1 or
    0, and where they stand among those."""
    assert asked.search is not None
    words, after, rows = asked.search.words_query, asked.after, list[Hit]()
    order = NEWEST.turned(asked.backwards)
    within = {
        1: replace(asked.narrowed, words="", title_words=words),
        0: replace(asked.narrowed, words=words, not_title_words=words),
    }
    groups = [0, 1] if asked.backwards else [1, 0]
    for group in groups[groups.index(1 if after[0] else 0) :] if after is not None else groups:
        position = (after[1],) if after is not None and after[0] == group else None
        rest = replace(asked, narrowed=within[group], after=position, limit=asked.limit - len(rows))
        further = await page(reading, common, rest, order, in_title=bool(group))
        rows += [replace(row, stands_at=(group, *row.stands_at)) for row in further]
        if len(rows) > asked.limit:
            break
    return rows


async def by_distance(reading: Reading, common: Common, asked: Query) -> Sequence[Hit]:
    """Listings with a site in the area, the nearest first; they stand at their metres, and their id."""
    assert asked.area is not None  # the caller has said where from
    order, narrowed = NEAREST.turned(asked.backwards), str(asked.narrowed)
    if asked.narrowed != EVERYTHING and narrowed not in common:
        values = Values()
        await reading.planned_by(BY_FILTERS)
        rows = await reading.fetch(nearest_hits(asked, order, values), values.values)
        if rows[0]["hits"] <= HITS_MAX:
            return hits(rows, order, None)
        common.add(narrowed)
    await reading.planned_by(BY_PLAN)
    nearest: Sequence[Hit] = []
    seen = asked.after[0] if asked.after is not None else None
    areas = [asked.area.nearer(seen)] if asked.backwards else asked.area.widening(seen or 0)
    for wider in areas:
        values = Values()
        nearest = hits(await reading.fetch(nearest_within(asked, wider, order, values), values.values), order, None)
        if len(nearest) > asked.limit:
            break
    return nearest


def nearest_hits(asked: Query, order: Order, values: Values) -> str:
    """A page of the first `HITS_MAX` listings that are so, by their nearest sites."""
    assert asked.area is not None
    near = nearest_sites(asked.area, values, "JOIN hits ON hits.offering_id = listing_site.offering_id")
    return f"""
        WITH hits AS MATERIALIZED (
            SELECT listing.offering_id FROM listing WHERE {all_of(conditions(asked.narrowed, values))}
            LIMIT {HITS_MAX + 1}
        ), total AS MATERIALIZED (SELECT count(*) AS hits FROM hits), near AS MATERIALIZED ({near}),
        chosen AS MATERIALIZED (
            SELECT near.* FROM near
            WHERE {all_of([f"(SELECT hits FROM total) <= {HITS_MAX}", *order.after("near", asked.after, values)])}
            ORDER BY {order.sorted("near")} LIMIT {asked.limit + 1}
        )
        SELECT total.hits, page.* FROM total LEFT JOIN ({shown_of(asked, order, None, values)}) AS page ON true
    """  # noqa: S608 pieces of ours


def nearest_within(asked: Query, area: Area, order: Order, values: Values) -> str:
    """A page of what has a site in an area."""
    needs = conditions(asked.narrowed, values)
    listed = f"JOIN listing ON listing.offering_id = near.offering_id AND {all_of(needs)}" if needs else ""
    return f"""
        WITH near AS MATERIALIZED ({nearest_sites(area, values)}), chosen AS MATERIALIZED (
            SELECT near.* FROM near {listed} WHERE {all_of(order.after("near", asked.after, values))}
            ORDER BY {order.sorted("near")} LIMIT {asked.limit + 1}
        )
        {shown_of(asked, order, None, values)}
    """  # noqa: S608 pieces of ours


def nearest_sites(area: Area, values: Values, of: str = "") -> str:
    """The nearest site within the area of each listing that has one there."""
    return f"""
        SELECT DISTINCT ON (listing_site.offering_id) listing_site.offering_id, {metres_to(area, values)} AS metres
        FROM listing_site JOIN site ON site.id = listing_site.site_id {of}
        WHERE {lies_within(area, values)} ORDER BY listing_site.offering_id, metres
    """  # noqa: S608 pieces of ours
