"""The monthly report of how good an institution's data is: what it says, always in the same bytes.

It has no moment of its own and nothing of when it was made: the same data makes the same report, so that whoever doubts
one makes it again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis import moments
from chassis.ids import Kind, shown
from chassis.refusals import Refusal

from records.domain.grades import Grade, said, written
from records.domain.rule_packs import LETTERS, RuleBook

TREND_MONTHS = 12
USE = "quality-report"  # of the tokens that records signs


class MonthNotOver(Refusal):
    code = "month-not-over"
    title = "The month is not over yet; a report is of a month that is."


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """On how many resources of a month a rule is broken."""

    rule: str
    affected: int


@dataclass(frozen=True, slots=True)
class MonthGrade:
    """A month's grade, for the trend."""

    month: date
    resources: int
    letter: str
    letters: Mapping[str, str]  # by part


def trend_months(month: date) -> Sequence[date]:
    """The months that a trend shows, the first first."""
    return [moments.months_before(month, count) for count in reversed(range(TREND_MONTHS))]


def contents(
    *,
    institution_id: str,
    names: Mapping[str, str],
    month: date,
    whole: Grade,
    grades: Sequence[Grade],
    broken: Sequence[BrokenRule],
    trend: Sequence[MonthGrade],
    book: RuleBook,
) -> dict[str, Any]:
    """What a report says. Of counts that somebody could be singled out by it says null."""
    return {
        "report": "yima-quality-report-1",
        "institution": shown(Kind.PARTNER, institution_id),
        "names": dict(names),
        "month": written(month),
        "packs": [{"name": pack.name, "sha256": pack.sha256.hex()} for pack in book.packs],
        "letter": whole.letter,
        "parts": parts_of(whole),
        "resources": whole.resources,
        "kinds": [
            {
                "resourceType": grade.resource_type,
                "resources": grade.resources,
                "letter": grade.letter,
                "parts": parts_of(grade),
            }
            for grade in grades
        ],
        "findings": [
            {
                "rule": each.rule,
                "title": book.rules[each.rule].title,
                "severity": book.rules[each.rule].severity,
                "remedy": book.rules[each.rule].remedy,
                "resources": said(each.affected, whole.resources),
            }
            for each in sorted(broken, key=lambda each: (-(said(each.affected, whole.resources) or 0), each.rule))
            if each.rule in book.rules
        ],
        "trend": [
            {"month": written(each.month), "letter": each.letter, "parts": dict(sorted(each.letters.items()))}
            for each in trend
        ],
    }


def parts_of(grade: Grade) -> list[dict[str, Any]]:
    return [
        {"part": part.dimension, "letter": part.letter, "resources": said(part.affected, grade.resources)}
        for part in grade.parts
    ]


def as_json(content: Mapping[str, Any]) -> bytes:
    """A report, always in the same bytes."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def height(letter: str) -> int:
    """How high a letter stands in a picture: A on top."""
    return len(LETTERS) - 1 - LETTERS.index(letter)
