"""What is on sale, as searches find it: kept in line with what is published, rated and free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.rows import dumps
from chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.tables import ListingRow

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
