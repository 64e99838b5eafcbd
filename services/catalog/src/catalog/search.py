"""Words to search by, the same for what is stored and what is asked.

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
    found: list[str] = []
    for run in RUNS.findall(plain):
        if IDEOGRAPH.match(run):
            found.extend(run)
            found.extend(run[place : place + 2] for place in range(len(run) - 1))
        else:
            found.append(run[:64])
    return found[:WORDS_MAX]


def vector(texts: Iterable[str]) -> str:
    """What is stored: words that `to_tsvector('simple', …)` keeps as they are."""
    return " ".join(word for text in texts for word in words(text))


def query(text: str) -> str:
    """What is asked, for `to_tsquery('simple', …)`: every word must be there; Chinese by pairs where it has any."""
    found = words(text[:QUERY_LENGTH_MAX])
    if len(text) > QUERY_LENGTH_MAX and found and not IDEOGRAPH.match(found[-1]):
        found.pop()  # it may have been cut in its middle, and would then be found nowhere
    has_pairs = any(len(word) == 2 and IDEOGRAPH.match(word) for word in found)
    wanted = [word for word in found if not (has_pairs and len(word) == 1 and IDEOGRAPH.match(word))]
    return " & ".join(f"'{word}'" for word in dict.fromkeys(wanted[:QUERY_WORDS_MAX]))
