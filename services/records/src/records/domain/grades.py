"""Grades of data: how much of what came in a month is without a finding, part by part, as letters by the packs' bounds.

A grade is of an institution, a kind of resource and a month. Nothing is graded of fewer than `RESIDENTS_MIN` residents,
and no number is said between none and that, nor one whose rest is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from records.domain.rule_packs import DIMENSIONS, LETTERS, RuleBook, Thresholds

RESIDENTS_MIN = 10


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a grade: on how many of the resources something was found."""

    dimension: str
    affected: int
    letter: str


@dataclass(frozen=True, slots=True)
class Grade:
    """How good resources of a kind are that came in a month: as good as the worst part."""

    resource_type: str
    resources: int
    letter: str
    parts: Sequence[Part]


def written(month: date) -> str:
    return month.isoformat()[:7]


def dimensions(book: RuleBook, more: Mapping[str, str]) -> Mapping[str, str]:
    """By rule, which part of a grade it counts in. What is only noted counts in none."""
    return {**{rule.id: rule.dimension for rule in book.rules.values() if rule.severity != "NOTE"}, **more}


def grade(
    resource_type: str, resources: int, affected: Mapping[str, int], thresholds: Thresholds, judged: Part | None = None
) -> Grade:
    """The grade of so many resources, of which so many have a finding in each part."""
    parts = [
        Part(name, count, thresholds.letter(resources - count, resources))
        for name, count in ((name, affected.get(name, 0)) for name in DIMENSIONS)
    ]
    parts += [judged] if judged else []
    return Grade(resource_type, resources, worst(part.letter for part in parts), parts)


def together(grades: Sequence[Grade], thresholds: Thresholds) -> Grade | None:
    """The grade of all kinds of resource together; None: nothing is graded."""
    if not grades:
        return None
    resources = sum(each.resources for each in grades)
    affected = {
        name: sum(part.affected for each in grades for part in each.parts if part.dimension == name)
        for name in DIMENSIONS
    }
    return grade("", resources, affected, thresholds)


def worst(letters: Iterable[str]) -> str:
    return max(letters, default=LETTERS[0])


def said(count: int, of: int) -> int | None:
    """A count that may be said; None: it, or its rest, is of so few that somebody could be singled out."""
    few = 0 < count < RESIDENTS_MIN or 0 < of - count < RESIDENTS_MIN
    return None if few else count
