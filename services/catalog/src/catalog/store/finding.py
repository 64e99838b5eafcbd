"""Searches: a page of what is on sale, in any of the orders, with what an answer shows of each offering.

A search reads few rows however many there are. First what the filters find is read by their indexes, up to `HITS_MAX`:
where that is all, it is sorted. Where there is more, it is so common that reading in the order that is asked for soon
finds a page. Without this, PostgreSQL would read an index in the order asked for to its end, for words that nobody has.

Each of the two is one statement, by itself: it chooses the page and reads what is shown of it. The server is told by
which means to plan it, and with a plan for these values, since how common a word is decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from chassis.statements import NamedRow, Reads

from catalog.domain.near import Area
from catalog.domain.search import Search
from catalog.store.filters import Filter, Values, all_of, conditions, lies_within, metres_to, query
from catalog.store.orders import ID, IN_TITLE, NEAREST, NEWEST, ORDERS, RELEVANT, Order, Sort
from catalog.store.planning import BY_FILTERS, BY_PLAN, IN_ORDER
from catalog.store.remembered import Remembered

HITS_MAX = 2_000
CONNECTIONS_MAX = 4  # of a process, for searches alone: the server plans by other rules on them
COMMON_SECONDS = 30.0  # that what was common is taken to be so still
COMMON_MAX = 1_000  # filters that are remembered
KNOWN_SECONDS = 30.0  # that a word which a listing had is taken to be there still
KNOWN_MAX = 10_000  # words that are remembered


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


def common() -> Remembered:
    """Filters that found more than `HITS_MAX` listings a moment ago: looking again would say the same. Where it would
    not any more, a page is found as well, more slowly, until it is forgotten."""
    return Remembered(COMMON_SECONDS, COMMON_MAX)


def known() -> Remembered:
    """Words that a listing had a moment ago. Of one that none has any more nothing is found; then it is corrected."""
    return Remembered(KNOWN_SECONDS, KNOWN_MAX)


@dataclass(frozen=True)
class Searches:
    """The connections that searches are asked on, and what is remembered of them."""

    readings: Reads
    common: Remembered = field(default_factory=common)
    known: Remembered = field(default_factory=known)


@dataclass(frozen=True, slots=True)
class Query:
    """A search as it is asked for: fetches limit + 1, from after a position; or from before it, backwards."""

    narrowed: Filter
    search: Search | None
    area: Area | None
    after: tuple[Any, ...] | None
    limit: int
    backwards: bool = False


async def find(searches: Searches, asked: Query, sort: Sort) -> Sequence[Hit]:
    """A page of a search in an order, in the direction in which it is read."""
    if asked.search is not None:
        asked = replace(asked, narrowed=replace(asked.narrowed, words=asked.search.words_query))
    if sort == Sort.DISTANCE:
        return await by_distance(searches, asked)
    if asked.area is not None:
        asked = replace(asked, narrowed=replace(asked.narrowed, within=asked.area))
    if sort == Sort.RELEVANCE and asked.search is not None:
        return await by_relevance(searches, asked)
    return await page(searches, asked, ORDERS[sort].turned(asked.backwards))


async def page(searches: Searches, asked: Query, order: Order, *, in_title: bool | None = None) -> Sequence[Hit]:
    """A page in an order of columns. `in_title`: known of all of it."""
    few = await of_few(searches, asked, order, in_title)
    if few is not None:
        return few
    values = Values()
    statement = in_order(asked, order, in_title, values)
    return hits(await searches.readings.fetch(statement, values.values, IN_ORDER), order, in_title)


async def of_few(searches: Searches, asked: Query, order: Order, in_title: bool | None = None) -> Sequence[Hit] | None:
    """A page of what the filters find, where that is not more than `HITS_MAX`; else None."""
    if asked.narrowed == EVERYTHING:
        return None
    narrowed = f"{asked.narrowed} {order.needed}"
    if narrowed in searches.common:
        return None
    values = Values()
    statement = of_hits(asked, order, in_title, values)
    rows = await searches.readings.fetch(statement, values.values, BY_FILTERS)
    if rows[0]["hits"] <= HITS_MAX:
        return hits(rows, order, in_title)
    searches.common.add(narrowed)
    return None


EVERYTHING = Filter()


def of_hits(asked: Query, order: Order, in_title: bool | None, values: Values) -> str:
    """A page of the first `HITS_MAX` listings that are so, where that is all there are. How many there are comes with
    each row, and alone where there are none."""
    needs = conditions(asked.narrowed, values) + ([order.needed] if order.needed else [])
    keys = keys_of(order)
    if order.by_title:
        assert asked.search is not None
        keys = f", CAST({has_in_title(asked.search, values)} AS int) AS {IN_TITLE}, listing.listed_as"
    return f"""
        WITH hits AS MATERIALIZED (
            SELECT listing.offering_id{keys} FROM listing WHERE {all_of(needs)} LIMIT {HITS_MAX + 1}
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


def has_in_title(search: Search, values: Values) -> str:
    """Are a search's words in a listing's title?"""
    return f"listing.title_words @@ {query(search.words_query, values)}"


def shown_of(asked: Query, order: Order, in_title: bool | None, values: Values) -> str:
    """What is shown of the listings that were chosen, and where they stand."""
    columns = [SHOWN, *(f"chosen.{name} AS key{number}" for number, (name, _) in enumerate(order.columns))]
    nearest = ""
    if order.by_title:
        columns.append(f"chosen.{IN_TITLE}")
    elif asked.search is not None and in_title is None:
        columns.append(f"{has_in_title(asked.search, values)} AS {IN_TITLE}")
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
            bool(row.get(IN_TITLE, False) if in_title is None else in_title),
            row.get("site_id"),
            row.get("metres") or 0,
        )
        for row in rows
        if row["offering_id"] is not None
    ]
    return sorted(known, key=lambda hit: hit.stands_at, reverse=order.descending)


async def by_relevance(searches: Searches, asked: Query) -> Sequence[Hit]:
    """Listings with the words in their title, the newest first; then those with the words elsewhere. They stand at 1 or
    0, and where they stand among those. Where they are many, each of the two is read in its order."""
    assert asked.search is not None
    words = asked.search.words_query
    if asked.after is not None:
        asked = replace(asked, after=(1 if asked.after[0] else 0, asked.after[1]))
    few = await of_few(searches, asked, RELEVANT.turned(asked.backwards))
    if few is not None:
        return few
    after, rows = asked.after, list[Hit]()
    order = NEWEST.turned(asked.backwards)
    within = {
        1: replace(asked.narrowed, words="", title_words=words),
        0: replace(asked.narrowed, words=words, not_title_words=words),
    }
    groups = [0, 1] if asked.backwards else [1, 0]
    for group in groups[groups.index(after[0]) :] if after is not None else groups:
        position = (after[1],) if after is not None and after[0] == group else None
        rest = replace(asked, narrowed=within[group], after=position, limit=asked.limit - len(rows))
        further = await page(searches, rest, order, in_title=bool(group))
        rows += [replace(row, stands_at=(group, *row.stands_at)) for row in further]
        if len(rows) > asked.limit:
            break
    return rows


async def by_distance(searches: Searches, asked: Query) -> Sequence[Hit]:
    """Listings with a site in the area, the nearest first; they stand at their metres, and their id."""
    assert asked.area is not None  # the caller has said where from
    order, narrowed = NEAREST.turned(asked.backwards), str(asked.narrowed)
    if asked.narrowed != EVERYTHING and narrowed not in searches.common:
        values = Values()
        statement = nearest_hits(asked, order, values)
        rows = await searches.readings.fetch(statement, values.values, BY_FILTERS)
        if rows[0]["hits"] <= HITS_MAX:
            return hits(rows, order, None)
        searches.common.add(narrowed)
    nearest: Sequence[Hit] = []
    seen = asked.after[0] if asked.after is not None else None
    areas = [asked.area.nearer(seen)] if asked.backwards else asked.area.widening(seen or 0)
    for wider in areas:
        values = Values()
        statement = nearest_within(asked, wider, order, values)
        nearest = hits(await searches.readings.fetch(statement, values.values, BY_PLAN), order, None)
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
