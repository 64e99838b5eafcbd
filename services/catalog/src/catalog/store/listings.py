"""What is on sale, as searches find it.

A search reads few rows however many there are. First what the filters find is read by their indexes, up to `HITS_MAX`:
where that is all, it is sorted. Where there is more, it is so common that reading in the order that is asked for soon
finds a page. Without this, PostgreSQL would read an index in the order asked for to its end, for words that nobody has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.rows import dumps
from chassis.statements import Statement
from sqlalchemy import (
    ARRAY,
    TEXT,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    cast,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.domain.near import Area
from catalog.domain.search import Search
from catalog.tables import ListingRow, ListingSiteRow, SiteRow

HITS_MAX = 2_000
COUNTED_MAX = 2_000  # titles that suggestions are chosen from

# By the filters' indexes alone; and with a plan for these values, since how common a word is decides.
BY_FILTERS = text(
    """
    SELECT set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true),
        set_config('enable_indexonlyscan', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)
    """
)
IN_ORDER = text(
    """
    SELECT set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'on', true),
        set_config('enable_indexonlyscan', 'on', true), set_config('enable_bitmapscan', 'off', true),
        set_config('plan_cache_mode', 'force_custom_plan', true)
    """
)
BY_PLAN = text("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")
AS_BEFORE = text(
    """
    SELECT set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'on', true),
        set_config('enable_indexonlyscan', 'on', true), set_config('enable_bitmapscan', 'on', true),
        set_config('plan_cache_mode', 'auto', true)
    """
)


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


def conditions(narrowed: Filter) -> list[ColumnElement[bool]]:
    """What listings have to be, for a filter."""
    needs: list[ColumnElement[bool]] = []
    if narrowed.words:
        needs.append(has_words(narrowed.words))
    if narrowed.title_words:
        needs.append(has_in_title(narrowed.title_words))
    if narrowed.not_title_words:
        needs.append(not_(has_in_title(narrowed.not_title_words)))
    needs.extend(col(ListingRow.category).in_(group) for group in narrowed.categories)
    needs.extend(col(ListingRow.population).in_(group) for group in narrowed.populations)
    if narrowed.kinds:
        needs.append(col(ListingRow.kind).in_(narrowed.kinds))
    if narrowed.partner_id:
        needs.append(col(ListingRow.partner_id) == narrowed.partner_id)
    for group in narrowed.districts:
        there = col(ListingRow.districts).op("&&")(list(group))
        needs.append(or_(there, func.cardinality(col(ListingRow.districts)) == 0))  # in none: everywhere
    if narrowed.price_minor_min:
        needs.append(col(ListingRow.price_minor) >= narrowed.price_minor_min)
    if narrowed.price_minor_max:
        needs.append(col(ListingRow.price_minor) <= narrowed.price_minor_max)
    if narrowed.definition:
        needs.append(col(ListingRow.definition_code) == narrowed.definition)
    if narrowed.rating_hundredths_min:
        needs.append(col(ListingRow.rating_hundredths) >= narrowed.rating_hundredths_min)
    if narrowed.free_before:
        needs.append(col(ListingRow.next_free_at) < narrowed.free_before)
    if narrowed.within:
        sites = select(col(ListingSiteRow.offering_id)).join(SiteRow, col(SiteRow.id) == col(ListingSiteRow.site_id))
        needs.append(col(ListingRow.offering_id).in_(sites.where(*lies_within(narrowed.within))))
    return needs


def has_words(query: str) -> ColumnElement[bool]:
    return col(ListingRow.words).op("@@", is_comparison=True)(func.to_tsquery("simple", query))


def has_in_title(query: str) -> ColumnElement[bool]:
    return col(ListingRow.title_words).op("@@", is_comparison=True)(func.to_tsquery("simple", query))


# --- in an order of a column


@dataclass(frozen=True, slots=True)
class Order:
    """An order of listings: by these columns, which no two listings have the same of."""

    columns: tuple[Any, ...]
    descending: bool = False
    needed: ColumnElement[bool] | None = None  # of what the order leaves out

    def sorted(
        self, query: Select[Any], columns: Sequence[Any], after: Sequence[Any] | None, limit: int
    ) -> Select[Any]:
        """The query in this order of its columns, after a row that stands at these values."""
        if after is not None:
            position = tuple_(*(literal(value, column.type) for value, column in zip(after, columns, strict=True)))
            here = tuple_(*columns)
            query = query.where(here < position if self.descending else here > position)
        return query.order_by(*(column.desc() if self.descending else column for column in columns)).limit(limit + 1)


NEWEST = Order((col(ListingRow.listed_as),), descending=True)
CHEAPEST = Order((col(ListingRow.price_minor), col(ListingRow.offering_id)))
BEST_RATED = Order((col(ListingRow.rating_hundredths), col(ListingRow.offering_id)), descending=True)
SOONEST = Order(
    (col(ListingRow.next_free_at), col(ListingRow.offering_id)), needed=col(ListingRow.next_free_at).is_not(None)
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A listing that a search found, and where it stands in the search's order."""

    offering_id: UUID
    stands_at: tuple[Any, ...]


async def page(
    session: AsyncSession, narrowed: Filter, order: Order, after: Sequence[Any] | None, limit: int
) -> Sequence[Hit]:
    """Listings in an order, from after a position; fetches limit + 1."""
    where = conditions(narrowed)
    if where:
        await session.execute(BY_FILTERS)
        rows, complete = await of_hits(session, [*where, *needed(order)], order, after, limit)
        if complete:
            await session.execute(AS_BEFORE)
            return rows
    await session.execute(IN_ORDER)
    query = select(col(ListingRow.offering_id), *order.columns).where(*where, *needed(order))
    rows = stood(await session.execute(order.sorted(query, order.columns, after, limit)))
    await session.execute(AS_BEFORE)
    return rows


def needed(order: Order) -> list[ColumnElement[bool]]:
    return [] if order.needed is None else [order.needed]


async def of_hits(
    session: AsyncSession,
    where: Sequence[ColumnElement[bool]],
    order: Order,
    after: Sequence[Any] | None,
    limit: int,
) -> tuple[Sequence[Hit], bool]:
    """A page of the first `HITS_MAX` listings that are so, and whether that is all there are."""
    named = [column.label(f"key{number}") for number, column in enumerate(order.columns)]
    hits = select(col(ListingRow.offering_id), *named).where(*where).limit(HITS_MAX + 1)
    known = hits.cte("hits").prefix_with("MATERIALIZED")
    count = select(func.count()).select_from(known).scalar_subquery()
    keys = [known.c[column.name] for column in named]
    query = order.sorted(select(known.c.offering_id, *keys), keys, after, limit).subquery("chosen")
    # The count comes with each row, and alone where there are none.
    total = select(count.label("hits")).subquery("total")
    rows = (await session.execute(select(total.c.hits, *query.c).select_from(total.outerjoin(query, true())))).all()
    complete = rows[0].hits <= HITS_MAX
    chosen = [Hit(row[1], tuple(row[2:])) for row in rows if row[1] is not None]
    return in_order(chosen, order), complete


def in_order(rows: Sequence[Hit], order: Order) -> Sequence[Hit]:
    """A join keeps no order, by the letter."""
    return sorted(rows, key=lambda row: row.stands_at, reverse=order.descending)


def stood(rows: Any) -> Sequence[Hit]:
    return [Hit(row[0], tuple(row[1:])) for row in rows]


async def by_relevance(
    session: AsyncSession, narrowed: Filter, search: Search, after: tuple[int, UUID] | None, limit: int
) -> Sequence[Hit]:
    """Listings with the words in their title, the newest first; then those with the words elsewhere. They stand at 1 or
    0, and where they stand among those."""
    rows: list[Hit] = []
    if after is None or after[0] == 1:
        titled = replace(narrowed, words="", title_words=search.words_query)
        titles = await page(session, titled, NEWEST, after and (after[1],), limit)
        rows = [replace(row, stands_at=(1, *row.stands_at)) for row in titles]
    if len(rows) <= limit:
        others = replace(narrowed, words=search.words_query, not_title_words=search.words_query)
        position = (after[1],) if after is not None and after[0] == 0 else None
        further = await page(session, others, NEWEST, position, limit - len(rows))
        rows += [replace(row, stands_at=(0, *row.stands_at)) for row in further]
    return rows


# --- by distance


def lies_within(area: Area) -> list[ColumnElement[bool]]:
    """What sites in an area are."""
    (south, north), (west, east) = area.latitudes, area.longitudes
    return [
        col(SiteRow.latitude_microdegrees).between(south, north),
        col(SiteRow.longitude_microdegrees).between(west, east),
        metres_to(area) <= area.metres,
    ]


def metres_to(area: Area) -> Any:
    """How far a site is from the middle of an area."""
    here = col(SiteRow.latitude_microdegrees), col(SiteRow.longitude_microdegrees)
    return func.metres_between(*here, area.latitude, area.longitude)


def sites_within(area: Area) -> Select[Any]:
    """The nearest site within the area of each listing that has one there."""
    return (
        select(col(ListingSiteRow.offering_id), col(ListingSiteRow.site_id), metres_to(area).label("metres"))
        .join(SiteRow, col(SiteRow.id) == col(ListingSiteRow.site_id))
        .where(*lies_within(area))
        .ext(distinct_on(col(ListingSiteRow.offering_id)))
        .order_by(col(ListingSiteRow.offering_id), text("metres"), col(ListingSiteRow.site_id))
    )


async def by_distance(
    session: AsyncSession, narrowed: Filter, area: Area, after: tuple[int, UUID] | None, limit: int
) -> Sequence[Hit]:
    """Listings with a site in the area, the nearest first; they stand at their metres, and their id."""
    where = conditions(replace(narrowed, within=None))
    if where:
        await session.execute(BY_FILTERS)
        ids = (await session.scalars(select(col(ListingRow.offering_id)).where(*where).limit(HITS_MAX + 1))).all()
        await session.execute(AS_BEFORE)
        if len(ids) <= HITS_MAX:
            near = sites_within(area).where(col(ListingSiteRow.offering_id).in_(ids)).subquery("near")
            return stood(await session.execute(nearest_of(near, after, limit)))
    seen = after[0] if after is not None else 0
    rows: Sequence[Hit] = []
    for wider in area.widening(seen):
        near = sites_within(wider).subquery("near")
        query = nearest_of(near, after, limit)
        if where:
            query = query.join(ListingRow, col(ListingRow.offering_id) == near.c.offering_id).where(*where)
        rows = stood(await session.execute(query))
        if len(rows) > limit:
            break
    return rows


def nearest_of(near: Any, after: tuple[int, UUID] | None, limit: int) -> Select[Any]:
    keys = [near.c.metres, near.c.offering_id]
    return Order(()).sorted(select(near.c.offering_id, *keys), keys, after, limit)


# --- of a page


@dataclass(frozen=True, slots=True)
class Detail:
    """What is said of a listing that was found."""

    next_free_at: datetime | None
    rating_hundredths: int
    in_title: bool
    site_id: UUID | None
    metres: int


async def details(
    session: AsyncSession, ids: Sequence[UUID], search: Search | None, area: Area | None
) -> Mapping[UUID, Detail]:
    """What explains why these listings were found."""
    titled: Any = has_in_title(search.words_query) if search else false()
    listing: list[Any] = [col(ListingRow.offering_id), col(ListingRow.next_free_at), col(ListingRow.rating_hundredths)]
    rows = (await session.execute(select(*listing, titled).where(col(ListingRow.offering_id).in_(ids)))).all()
    near: dict[UUID, tuple[UUID, int]] = {}
    if area is not None:
        sites = sites_within(area).where(col(ListingSiteRow.offering_id).in_(ids))
        near = {row[0]: (row[1], row[2]) for row in await session.execute(sites)}
    return {row[0]: Detail(row[1], row[2], row[3], *near.get(row[0], (None, 0))) for row in rows}


# --- counted


@dataclass(frozen=True, slots=True)
class Counted:
    """How many listings have a value of a kind, e.g. `category`."""

    kind: str
    value: str
    count: int


async def counted(
    session: AsyncSession, narrowed: Filter, price_bounds: Sequence[int], free_before: datetime | None
) -> Sequence[Counted]:
    """How many listings there are of each category, population, district, kind, band of prices and rating."""
    where = conditions(narrowed)
    free = col(ListingRow.next_free_at) < free_before if free_before else false()
    columns = [
        col(ListingRow.category),
        col(ListingRow.population),
        col(ListingRow.kind),
        col(ListingRow.districts),
        func.width_bucket(col(ListingRow.price_minor), cast(list(price_bounds), ARRAY(BigInteger))).label("band"),
        cast(func.floor(col(ListingRow.rating_hundredths) / literal(100.0)), Integer).label("stars"),
        func.coalesce(free, false()).label("free"),
    ]
    hits = select(*columns).where(*where).cte("hits").prefix_with("MATERIALIZED")
    counts = [
        select(literal(name).label("kind"), cast(hits.c[name], TEXT).label("value"), func.count()).group_by(
            hits.c[name]
        )
        for name in ("category", "population", "kind", "band", "stars", "free")
    ]
    each = select(func.unnest(hits.c.districts).label("district")).subquery("each")
    counts.append(select(literal("district"), cast(each.c.district, TEXT), func.count()).group_by(each.c.district))
    await session.execute(BY_PLAN)
    rows = (await session.execute(union_all(*counts))).all()
    await session.execute(AS_BEFORE)
    return [Counted(*row) for row in rows]


# --- words and suggestions

# Of each word of a query: is it there, or does one begin so; and if neither, which words are near.
KNOWN = Statement(
    """
    SELECT wanted.word FROM unnest(CAST(:words AS text[]), CAST(:prefixes AS boolean[])) AS wanted (word, prefix)
    WHERE EXISTS (SELECT FROM search_word AS known WHERE known.word = wanted.word)
        OR wanted.prefix AND EXISTS (
            SELECT FROM search_word AS known
            WHERE known.word ~>=~ wanted.word AND known.word ~<~ (wanted.word || chr(1114111))
        )
    """
)
NEAR = Statement(
    """
    SELECT wanted.word, near.word AS candidate, near.offerings
    FROM unnest(CAST(:words AS text[])) AS wanted (word)
    JOIN jsonb_each(CAST(:variants AS jsonb)) AS made ON made.key = wanted.word
    CROSS JOIN LATERAL (
        SELECT known.word, known.offerings FROM search_word AS known
        WHERE known.variants && ARRAY(SELECT jsonb_array_elements_text(made.value)) LIMIT 200
    ) AS near
    """
)


async def known_words(session: AsyncSession, words: Mapping[str, bool]) -> frozenset[str]:
    """Which of these words a listing has; of those that are marked so, also which begin one that a listing has."""
    rows = await KNOWN.fetch(session, words=list(words), prefixes=list(words.values()))
    return frozenset(row["word"] for row in rows)


async def near_words(session: AsyncSession, variants: Mapping[str, Sequence[str]]) -> Mapping[str, Mapping[str, int]]:
    """Words that listings have and that may be meant, with how many listings have each, for these words and what they
    become without a letter or two."""
    near: dict[str, dict[str, int]] = {}
    for row in await NEAR.fetch(session, words=list(variants), variants=dumps(variants)):
        near.setdefault(row["word"], {})[row["candidate"]] = row["offerings"]
    return near


TITLES = Statement(
    """
    WITH hits AS MATERIALIZED (
        SELECT text FROM listing_title WHERE words @@ to_tsquery('simple', :query) AND locale = :locale LIMIT :most
    )
    SELECT text FROM hits GROUP BY text ORDER BY count(*) DESC, text LIMIT :limit
    """
)


async def titles(session: AsyncSession, query: str, locale: str, limit: int) -> Sequence[str]:
    """Titles of listings with these words, those that most have first."""
    rows = await TITLES.fetch(session, query=query, locale=locale, most=COUNTED_MAX, limit=limit)
    return [row["text"] for row in rows]


# --- kept

PUT = Statement(
    """
    INSERT INTO listing AS before (offering_id, revision, made_by, partner_id, category, population, kind,
        definition_code, districts, price_minor, rating_hundredths, next_free_at, listed_as, words,
        title_words)
    SELECT made.offering_id, made.revision, :made_by, partner_id, category, population, kind, definition_code,
        ARRAY(SELECT jsonb_array_elements_text(CAST(districts AS jsonb))), price_minor, rating, free.next_free_at,
        listed_as, to_tsvector('simple', title || ' ' || rest), to_tsvector('simple', title)
    FROM unnest(CAST(:offering_ids AS uuid[]), CAST(:revisions AS int[]), CAST(:partner_ids AS uuid[]),
        CAST(:categories AS text[]), CAST(:populations AS int[]), CAST(:kinds AS int[]), CAST(:definitions AS text[]),
        CAST(:districts AS text[]), CAST(:prices AS bigint[]), CAST(:ratings AS int[]), CAST(:listed AS uuid[]),
        CAST(:titles AS text[]), CAST(:rests AS text[])) AS made (offering_id, revision, partner_id, category,
        population, kind, definition_code, districts, price_minor, rating, listed_as, title, rest)
    LEFT JOIN availability AS free ON free.offering_id = made.offering_id
    ORDER BY made.offering_id
    ON CONFLICT (offering_id) DO UPDATE SET revision = excluded.revision, made_by = excluded.made_by,
        category = excluded.category, population = excluded.population, kind = excluded.kind,
        definition_code = excluded.definition_code, districts = excluded.districts,
        price_minor = excluded.price_minor, rating_hundredths = excluded.rating_hundredths,
        next_free_at = excluded.next_free_at, listed_as = excluded.listed_as, words = excluded.words,
        title_words = excluded.title_words
    """
)
PUT_TITLES = Statement(
    """
    INSERT INTO listing_title (offering_id, locale, text, words)
    SELECT offering_id, locale, title, to_tsvector('simple', words)
    FROM unnest(CAST(:offering_ids AS uuid[]), CAST(:locales AS text[]), CAST(:texts AS text[]), CAST(:words AS text[]))
        AS made (offering_id, locale, title, words)
    """
)
PUT_SITES = Statement(
    """
    INSERT INTO listing_site (offering_id, site_id, closed)
    SELECT offering_id, site_id, false
    FROM unnest(CAST(:offering_ids AS uuid[]), CAST(:site_ids AS uuid[])) AS made (offering_id, site_id)
    """
)
PUT_WORDS = Statement(
    """
    INSERT INTO search_word (word, variants, offerings)
    SELECT word, ARRAY(SELECT jsonb_array_elements_text(CAST(variants AS jsonb))), 1
    FROM unnest(CAST(:words AS text[]), CAST(:variants AS text[])) AS made (word, variants)
    ORDER BY word ON CONFLICT (word) DO NOTHING
    """
)
TAKE_OFF = Statement("DELETE FROM listing WHERE offering_id = ANY(CAST(:ids AS uuid[]))")
CLEAR_TITLES = Statement("DELETE FROM listing_title WHERE offering_id = ANY(CAST(:ids AS uuid[]))")
CLEAR_SITES = Statement("DELETE FROM listing_site WHERE offering_id = ANY(CAST(:ids AS uuid[]))")
UNKNOWN = Statement(
    """
    SELECT made.word FROM unnest(CAST(:words AS text[])) AS made (word)
    WHERE NOT EXISTS (SELECT FROM search_word AS known WHERE known.word = made.word)
    """
)


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing as it is made: its row, and what hangs on it."""

    row: ListingRow
    title: str  # words
    rest: str  # words
    titles: Mapping[str, tuple[str, str]]  # by language: the title, and its words
    site_ids: Sequence[UUID]


async def put(session: AsyncSession, listings: Sequence[Listing], made_by: int) -> None:
    """Make these listings, in place of what there was of the same offerings."""
    if not listings:
        return
    rows = [listing.row for listing in listings]
    ids = [row.offering_id for row in rows]
    await PUT.fetch(
        session,
        made_by=made_by,
        offering_ids=ids,
        revisions=[row.revision for row in rows],
        partner_ids=[row.partner_id for row in rows],
        categories=[row.category for row in rows],
        populations=[row.population for row in rows],
        kinds=[row.kind for row in rows],
        definitions=[row.definition_code for row in rows],
        districts=[dumps(row.districts) for row in rows],
        prices=[row.price_minor for row in rows],
        ratings=[row.rating_hundredths for row in rows],
        listed=[row.listed_as for row in rows],
        titles=[listing.title for listing in listings],
        rests=[listing.rest for listing in listings],
    )
    await CLEAR_TITLES.fetch(session, ids=ids)
    titles = [
        (listing.row.offering_id, locale, *title) for listing in listings for locale, title in listing.titles.items()
    ]
    await PUT_TITLES.fetch(
        session,
        offering_ids=[title[0] for title in titles],
        locales=[title[1] for title in titles],
        texts=[title[2] for title in titles],
        words=[title[3] for title in titles],
    )
    await CLEAR_SITES.fetch(session, ids=ids)
    sites = [(listing.row.offering_id, site_id) for listing in listings for site_id in listing.site_ids]
    if sites:
        await PUT_SITES.fetch(
            session, offering_ids=[offering_id for offering_id, _ in sites], site_ids=[site_id for _, site_id in sites]
        )


async def take_off(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """Remove the listings of these offerings."""
    if ids:
        await TAKE_OFF.fetch(session, ids=ids)


async def unknown_words(session: AsyncSession, words: Sequence[str]) -> Sequence[str]:
    """Those of these words that are not kept yet."""
    return [row["word"] for row in await UNKNOWN.fetch(session, words=words)]


async def add_words(session: AsyncSession, words: Mapping[str, Sequence[str]]) -> None:
    """Keep words with their variants, where they are not kept yet."""
    if words:
        await PUT_WORDS.fetch(session, words=list(words), variants=[dumps(variants) for variants in words.values()])


# What is on sale and not listed so, or listed and not on sale; each offering is locked, so that none changes meanwhile.
STALE = Statement(
    """
    SELECT offering.id FROM offering
    LEFT JOIN offering_revision AS revision ON revision.offering_id = offering.id AND revision.status = 'published'
    LEFT JOIN listing ON listing.offering_id = offering.id
    WHERE (listing.revision, listing.made_by) IS DISTINCT FROM
        (revision.revision, CASE WHEN revision.revision IS NOT NULL THEN CAST(:made_by AS int) END)
    ORDER BY offering.id LIMIT :limit FOR UPDATE OF offering SKIP LOCKED
    """
)


async def stale(session: AsyncSession, made_by: int, limit: int) -> Sequence[UUID]:
    """Offerings whose listing is not as it should be, locked."""
    return [row["id"] for row in await STALE.fetch(session, made_by=made_by, limit=limit)]


FORGET = text("UPDATE listing SET made_by = 0 WHERE CAST(:definition AS text) IS NULL OR definition_code = :definition")
COUNT_WORDS = text(
    """
    WITH now AS MATERIALIZED (SELECT word, ndoc FROM ts_stat('SELECT words FROM listing')),
    gone AS (DELETE FROM search_word WHERE word NOT IN (SELECT word FROM now))
    UPDATE search_word SET offerings = now.ndoc FROM now
    WHERE now.word = search_word.word AND search_word.offerings <> now.ndoc
    """
)


async def forget(session: AsyncSession, definition: str | None = None) -> None:
    """Have all listings, or those of a definition, made again."""
    await session.execute(FORGET, {"definition": definition})


async def count_words(session: AsyncSession) -> None:
    """Count how many listings have each word, and forget those that none has any more."""
    await session.execute(COUNT_WORDS)


PUT_AVAILABILITY = Statement(
    """
    WITH changed AS (
        INSERT INTO availability AS before (offering_id, next_free_at, version)
        SELECT offering_id, next_free_at, version
        FROM unnest(CAST(:ids AS uuid[]), CAST(:moments AS timestamptz[]), CAST(:versions AS bigint[]))
            AS given (offering_id, next_free_at, version)
        ORDER BY offering_id
        ON CONFLICT (offering_id) DO UPDATE SET next_free_at = excluded.next_free_at, version = excluded.version
        WHERE before.version < excluded.version
        RETURNING offering_id, next_free_at
    )
    UPDATE listing SET next_free_at = changed.next_free_at FROM changed
    WHERE listing.offering_id = changed.offering_id AND listing.next_free_at IS DISTINCT FROM changed.next_free_at
    RETURNING listing.offering_id
    """
)


async def put_availability(
    session: AsyncSession, ids: Sequence[UUID], starts: Sequence[datetime | None], versions: Sequence[int]
) -> Sequence[UUID]:
    """Keep when the next free slots of some offerings begin; an older word of one changes nothing. Returns those whose
    listing changed."""
    rows = await PUT_AVAILABILITY.fetch(session, ids=ids, moments=starts, versions=versions)
    return [row["offering_id"] for row in rows]


PUT_RATINGS = Statement(
    """
    UPDATE listing SET rating_hundredths = given.rating
    FROM unnest(CAST(:ids AS uuid[]), CAST(:ratings AS int[])) AS given (partner_id, rating)
    WHERE listing.partner_id = given.partner_id AND listing.rating_hundredths <> given.rating
    RETURNING listing.partner_id
    """
)


async def put_ratings(session: AsyncSession, ratings: Mapping[UUID, int]) -> Sequence[UUID]:
    """List partners' offerings by these ratings; returns the partners of whom a listing changed."""
    rows = await PUT_RATINGS.fetch(session, ids=list(ratings), ratings=list(ratings.values()))
    return sorted({row["partner_id"] for row in rows})
