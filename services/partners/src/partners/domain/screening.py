"""Screening by a rubric: what a checklist's answers come to. The pack says what is asked and how much is enough."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from chassis import texts
from chassis.refusals import Invalid, Refusal
from city_pack.screening import Checklist, Item
from city_pack.split_plans import ALL

from partners.domain.certificates import Aspect


class Verdict(IntEnum):
    """What a screener finds of an item; half of its weight for what is met in part."""

    NOT_MET = 0
    PARTLY_MET = 1
    MET = 2


class ReviewKind(StrEnum):
    """What was reviewed: an application, some areas of a partner, or all five of it."""

    APPLICATION = "application"
    PARTIAL = "partial"
    RENEWAL = "renewal"


class ChecklistIncomplete(Refusal):
    code = "checklist-incomplete"
    title = "An item of the checklist is not answered, and no knock-out decides without it."


class ChecklistChanged(Refusal):
    code = "checklist-changed"
    title = "The city's checklist is another one by now than the one that was answered."


class OutcomeDiffers(Refusal):
    code = "outcome-differs"
    title = "The answers come to another outcome than the one that was named."


class EvidenceMissing(Refusal):
    code = "evidence-missing"
    title = "The partner has handed in nothing in force that shows this."


class ReviewNeeded(Refusal):
    code = "review-needed"
    title = "The newest review of this area is not passed, or is too long ago for a certificate."


@dataclass(frozen=True, slots=True)
class Answer:
    """An item with what the screener found; no verdict: a knock-out decided without it."""

    item: Item
    verdict: Verdict | None
    reason: str


@dataclass(frozen=True, slots=True)
class AreaScore:
    """What the answers of one area come to, in hundredths of a percent of its weights."""

    area: Aspect
    score: int
    passed: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the answers come to. All of it follows from them and from the two thresholds."""

    score: int  # in hundredths of a percent of all weights
    areas: tuple[AreaScore, ...]
    passed: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence in force that the partner handed in; the kind of document is empty where it does not say."""

    area: Aspect
    kind: str


def outcome(answers: Sequence[Answer], pass_at: int, area_at: int) -> Outcome:
    """What answers come to. Passed: no knock-out is less than met, each area has enough, and all together have."""
    areas = []
    for area in Aspect:
        of_area = [answer for answer in answers if answer.item.area == area.name]
        if of_area:
            score = score_of(of_area)
            areas.append(AreaScore(area, score, score >= area_at and not any(map(knocks_out, of_area))))
    score = score_of(answers)
    return Outcome(score, tuple(areas), score >= pass_at and all(area.passed for area in areas))


def score_of(answers: Sequence[Answer]) -> int:
    points = sum(answer.item.weight * (answer.verdict or 0) for answer in answers)
    return points * ALL // (Verdict.MET * sum(answer.item.weight for answer in answers))


def knocks_out(answer: Answer) -> bool:
    return answer.item.knock_out and answer.verdict != Verdict.MET


def answered(
    checklist: Checklist,
    areas: Iterable[Aspect],
    verdicts: Mapping[str, tuple[Verdict, str]],
    evidence: Sequence[Evidence],
) -> list[Answer]:
    """The items of these areas with what was found of each. Refuses answers that are not complete, unless a knock-out
    decides, and that something is met of which no evidence is there."""
    names = {area.name for area in areas}
    items = [item for item in checklist.items if item.area in names]
    if unknown := verdicts.keys() - {item.code for item in items}:
        raise Invalid("answers", f"{min(unknown)} is no item of this checklist, or of an area that is not reviewed")
    answers = [Answer(item, *verdicts.get(item.code, (None, ""))) for item in items]
    for answer in answers:
        if answer.verdict and not is_shown(answer.item, evidence):
            raise EvidenceMissing(
                f"{answer.item.code} wants one of: {', '.join(answer.item.evidence)}; ask for it, or find it not met",
                "answers",
            )
    decided = any(answer.item.knock_out and answer.verdict is not None and knocks_out(answer) for answer in answers)
    open_items = [answer.item.code for answer in answers if answer.verdict is None]
    if open_items and not decided:
        raise ChecklistIncomplete(f"answer these too: {', '.join(open_items)}", "answers")
    return answers


def is_shown(item: Item, evidence: Sequence[Evidence]) -> bool:
    """Is there evidence that the item wants? Evidence that does not say of which kind it is counts in its area."""
    if not item.evidence:
        return True
    return any(each.kind in item.evidence if each.kind else each.area.name == item.area for each in evidence)


def missing_evidence(checklist: Checklist, evidence: Sequence[Evidence]) -> list[str]:
    """Kinds of documents that items ask for and that are not there, by code."""
    return sorted({code for item in checklist.items if not is_shown(item, evidence) for code in item.evidence})


def parse_reason(value: str, field: str) -> str:
    return texts.line(value, field, texts.REASON_LENGTH_MAX)


def check_outcome(outcome: Outcome, passed: bool, pass_at: int) -> None:
    """Refuse a decision that does not follow from its answers; the screener has misread one or the other."""
    if outcome.passed != passed:
        weak = [area.area.name for area in outcome.areas if not area.passed]
        areas = f"; not passed in {', '.join(weak)}" if weak else ""
        raise OutcomeDiffers(
            f"they come to {outcome.score} of {ALL} where {pass_at} are needed{areas}: "
            f"{'it passes' if outcome.passed else 'it does not pass'}",
            "passed",
        )


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The newest review of an area."""

    passed: bool
    at: datetime


def check_reviewed(
    aspects: Iterable[tuple[str, Aspect]],
    reviews: Mapping[Aspect, Reviewed],
    now: datetime,
    days: int,
    revocations: Mapping[str, datetime],
) -> None:
    """Refuse a certificate in an area whose newest review was not passed, is `days` ago, or is older than the
    revocation of its certificate. `aspects`: the field that names each, and which it is; `revocations`: the newest
    of each."""
    for field, aspect in aspects:
        review = reviews.get(aspect)
        if review is None or not review.passed or review.at + timedelta(days=days) <= now:
            raise ReviewNeeded(f"review {aspect.name} first; a review counts for {days} days", field)
        if (revoked_at := revocations.get(aspect)) is not None and review.at <= revoked_at:
            raise ReviewNeeded(f"review {aspect.name} first: its certificate was revoked after its last review", field)
