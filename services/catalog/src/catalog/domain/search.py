"""Words to search by, the same for stored texts and for queries.

PostgreSQL splits no Chinese. Runs of CJK letters become single letters and pairs of neighbours; everything else is
folded (case, width, accents) and split into words. The words go into a `tsvector` as they are ("simple").
"""

import re
import unicodedata
from collections.abc import Iterable

WORDS_MAX = 2_000
QUERY_WORDS_MAX = 24
QUERY_LENGTH_MAX = 200
CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
RUNS = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+")
IDEOGRAPH = re.compile(rf"[{CJK}]")


def words(text: str) -> list[str]:
    """The text's words in order, with repetitions."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    split: list[str] = []
    for run in RUNS.findall(plain):
        if IDEOGRAPH.match(run):
            split.extend(run)
            split.extend(run[index : index + 2] for index in range(len(run) - 1))
        else:
            split.append(run[:64])
    return split[:WORDS_MAX]


def vector(texts: Iterable[str]) -> str:
    """The stored form: words that `to_tsvector('simple', …)` keeps as they are."""
    return " ".join(word for text in texts for word in words(text))


def query(text: str) -> str:
    """The query for `to_tsquery('simple', …)`: every word must be there; Chinese by pairs where it has any."""
    query_words = words(text[:QUERY_LENGTH_MAX])
    if len(text) > QUERY_LENGTH_MAX and query_words and not IDEOGRAPH.match(query_words[-1]):
        query_words.pop()  # it may have been cut in its middle, and would match nothing
    has_pairs = any(len(word) == 2 and IDEOGRAPH.match(word) for word in query_words)
    needed = [word for word in query_words if not (has_pairs and len(word) == 1 and IDEOGRAPH.match(word))]
    return " & ".join(f"'{word}'" for word in dict.fromkeys(needed[:QUERY_WORDS_MAX]))
