"""Words to search by, the same for stored texts and for queries.

PostgreSQL splits no Chinese. Runs of CJK letters become single letters and pairs of neighbours; everything else is
folded (case, width, accents, the several shapes of Arabic letters and its article) and split into words. The words go
into a `tsvector` as they are ("simple").

A word that nobody has stands for the nearest words that somebody has. Two words are near where they become the same
once few letters are left out of each; the variants of every word are kept, so that a near word is found by an index.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

RULES_VERSION = 1  # of what a text's words are: listings made by an older one are made again
WORDS_MAX = 2_000
WORD_LENGTH_MAX = 64
QUERY_WORDS_MAX = 24
QUERY_LENGTH_MAX = 200
CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
RUNS = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+")
IDEOGRAPH = re.compile(rf"[{CJK}]")
ARABIC = re.compile("[\u0620-\u064a]")
ARABIC_SHAPES = str.maketrans({"\u0649": "\u064a", "\u0629": "\u0647", "\u0640": None, "\u06cc": "\u064a"})
ARTICLE = re.compile("(?:\u0648|\u0628|\u0643|\u0641)?\u0627\u0644(?=.{2})|\u0644\u0644(?=.{3})")
PREFIX_MIN = 3  # letters from which on a word of a query also finds longer ones
NEAR_MIN = 4  # letters of a word that may be mistyped
FAR_MIN = 7  # letters of a word that may be mistyped twice
NEAR_LENGTH_MAX = 20
NEAREST_MAX = 4
LETTERS_MAX = 8


def words(text: str) -> list[str]:
    """The text's words in order, with repetitions."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter)).translate(ARABIC_SHAPES)
    split: list[str] = []
    for run in RUNS.findall(plain):
        if IDEOGRAPH.match(run):
            split.extend(run)
            split.extend(run[index : index + 2] for index in range(len(run) - 1))
        else:
            split.append(without_article(run)[:WORD_LENGTH_MAX])
    return split[:WORDS_MAX]


def without_article(word: str) -> str:
    """An Arabic word without its article, and what is written in one with it."""
    return ARTICLE.sub("", word, count=1) if ARABIC.match(word) and ARTICLE.match(word) else word


def vector(texts: Iterable[str]) -> str:
    """The stored form: words that `to_tsvector('simple', …)` keeps as they are."""
    return " ".join(word for text in texts for word in words(text))


def query_words(text: str) -> list[str]:
    """The words of a query that must all be there, none twice: Chinese by pairs where it has any."""
    typed = words(text[:QUERY_LENGTH_MAX])
    if len(text) > QUERY_LENGTH_MAX and typed and not IDEOGRAPH.match(typed[-1]):
        typed.pop()  # it may have been cut in its middle, and would match nothing
    has_pairs = any(is_pair(word) for word in typed)
    needed = [word for word in typed if not (has_pairs and is_letter(word))]
    return list(dict.fromkeys(needed[:QUERY_WORDS_MAX]))


def is_letter(word: str) -> bool:
    return len(word) == 1 and IDEOGRAPH.match(word) is not None


def is_pair(word: str) -> bool:
    return len(word) == 2 and IDEOGRAPH.match(word) is not None


def is_prefix(word: str) -> bool:
    """Does this word of a query also find longer ones?"""
    return len(word) >= PREFIX_MIN and IDEOGRAPH.match(word) is None


def variants(word: str) -> list[str]:
    """What a word becomes without a letter, or without two where it is long; the word itself is one. Chinese has none:
    its words are letters and pairs."""
    if IDEOGRAPH.match(word) or not NEAR_MIN <= len(word) <= NEAR_LENGTH_MAX:
        return [word]
    made = {word, *without_letters(word, 1)}
    if len(word) >= FAR_MIN:
        made.update(without_letters(word, 2))
    return sorted(made)


def without_letters(word: str, count: int) -> Iterable[str]:
    return ("".join(letters) for letters in combinations(word, len(word) - count))


def distance(word: str, other: str) -> int:
    """How many letters have to be left out, put in, replaced, or swapped with their neighbour to get from one word to
    the other (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, start=1):
        last, before, row = before, row, [i]
        for j, of_other in enumerate(other, start=1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != of_other))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == of_other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def nearest(word: str, candidates: Mapping[str, int]) -> list[str]:
    """Of these words, with how many offerings each finds, the nearest to one that nobody has: those of the least
    distance, the most frequent first."""
    allowed = 2 if len(word) >= FAR_MIN else 1
    near = [(distance(word, other), -count, other) for other, count in candidates.items()]
    closest = min((far for far, _, _ in near), default=allowed + 1)
    if closest > allowed:
        return []
    return [other for far, _, other in sorted(near) if far == closest][:NEAREST_MAX]


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that nobody has, and the words that are searched for instead: one of them is enough. None: it is left
    out."""

    word: str
    searched: Sequence[str]


@dataclass(frozen=True, slots=True)
class Search:
    """What a query looks for; `words_query` is how the database takes it."""

    words: Sequence[str]
    words_query: str
    corrections: Sequence[Correction] = field(default_factory=list)


def planned(asked: Mapping[str, bool], known: Collection[str], near: Mapping[str, Mapping[str, int]]) -> Search | None:
    """The search for these words, each with whether it also finds longer ones; None where nothing can be found. `known`
    are those, and letters of theirs, that somebody has or that begin a word somebody has; `near` are candidates for
    those that nobody has."""
    corrections: list[Correction] = []
    terms: list[Term] = []
    letters: list[str] = []  # of Chinese words of which no pair is known
    a_pair_is_known = any(is_pair(word) and word in known for word in asked)
    for word, prefix in asked.items():
        if word in known:
            terms.append(Term([word], prefix))
        elif is_pair(word):
            searched = [] if a_pair_is_known else [letter for letter in word if letter in known]
            letters.extend(letter for letter in searched if letter not in letters)
            corrections.append(Correction(word, searched))
        elif instead := nearest(word, near.get(word, {})):
            terms.append(Term(instead))
            corrections.append(Correction(word, instead))
        else:
            return None
    # One letter is wrong: of three or more, all but one are enough.
    missing = 1 if len(letters) > 2 else 0
    groups = list(combinations(letters[:LETTERS_MAX], len(letters[:LETTERS_MAX]) - missing)) if len(letters) > 1 else []
    if not terms and not groups:
        return None
    return Search(list(asked), written(terms, groups), corrections)


@dataclass(frozen=True, slots=True)
class Term:
    """Words of which one must be there, or begin one that is."""

    words: Sequence[str]
    prefix: bool = False


def written(terms: Sequence[Term], groups: Sequence[Sequence[str]]) -> str:
    """All of the terms, and one of the groups of letters, as `to_tsquery('simple', …)` takes it."""
    parts = [" | ".join(quoted(word, prefix=term.prefix) for word in term.words) for term in terms]
    if groups:
        parts.append(" | ".join(f"({' & '.join(quoted(letter) for letter in group)})" for group in groups))
    return " & ".join(f"({part})" for part in parts)


def quoted(word: str, *, prefix: bool = False) -> str:
    return f"'{word}':*" if prefix else f"'{word}'"
