"""Words that listings have: which of a query are there, which are near, and which titles a search may become."""

from collections.abc import Collection, Mapping, Sequence

from chassis.rows import dumps
from chassis.statements import Reads, Statement

from catalog.domain import search as rules
from catalog.domain.search import Search
from catalog.store.remembered import Remembered

COUNTED_MAX = 2_000  # titles that suggestions are chosen from

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


async def known_words(readings: Reads, remembered: Remembered, words: Mapping[str, bool]) -> Collection[str]:
    """Which of these words a listing has; of those that are marked so, also which begin one that a listing has."""
    written = {word: f"{word}*" if prefix else word for word, prefix in words.items()}
    asked = {word: words[word] for word, name in written.items() if name not in remembered}
    if not asked:
        return words.keys()
    rows = await KNOWN.read(readings, words=list(asked), prefixes=list(asked.values()))
    known = [row["word"] for row in rows]
    remembered.add(*(written[word] for word in known))
    return {*known, *(word for word in words if word not in asked)}


async def near_words(readings: Reads, variants: Mapping[str, Sequence[str]]) -> Mapping[str, Mapping[str, int]]:
    """Words that listings have and that may be meant, with how many listings have each, for these words and what they
    become without a letter or two."""
    near: dict[str, dict[str, int]] = {}
    for row in await NEAR.read(readings, words=list(variants), variants=dumps(variants)):
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


async def titles(readings: Reads, query: str, locale: str, limit: int) -> Sequence[str]:
    """Titles of listings with these words, those that most have first."""
    rows = await TITLES.read(readings, query=query, locale=locale, most=COUNTED_MAX, limit=limit)
    return [row["text"] for row in rows]


async def understood(
    readings: Reads, remembered: Remembered, query: str, *, last_is_typed: bool = False
) -> Search | None:
    """What a query looks for; None where nothing can be found. `remembered` are words that were known a moment ago.
    `last_is_typed`: more letters of its last word may follow."""
    needed = rules.query_words(query) if query else []
    if not needed:
        return None
    asked = {word: rules.is_prefix(word) for word in needed}
    if last_is_typed and not rules.is_pair(needed[-1]):
        asked[needed[-1]] = True
    letters: dict[str, bool] = {letter: False for word in needed if rules.is_pair(word) for letter in word}
    known = await known_words(readings, remembered, letters | asked)
    unknown = {word: rules.variants(word) for word in needed if word not in known and not rules.is_pair(word)}
    near = await near_words(readings, unknown) if unknown else {}
    return rules.planned(asked, known, near)
