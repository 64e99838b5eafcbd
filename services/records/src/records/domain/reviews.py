"""Reviews: people judge whether stored resources are such as there can be, of which they see no name.

Each month's sample of an institution and kind of resource waits for review, and beside it what rules find seriously
wrong. Two people judge each without knowing of one another's judgement; where they agree it is settled, else a third
decides. What they see is the resource without whose it is, who made it, and every text that somebody wrote freely.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from types import MappingProxyType
from typing import Any

from chassis.refusals import Refusal

from records.domain.grades import Part
from records.domain.rule_packs import Thresholds

TOGETHER = 2  # so many of one opinion settle a review
SETTLED_MIN = 5  # of so many settled ones the sample says how good a kind is
LOOKS_MAX = 20  # of one person at one resource
FACTS_MAX = 300
TEXT_LENGTH_MAX = 200
ACCURACY = "accuracy"


class ReviewReason(IntEnum):
    """Why a resource waits for review; the contract's numbers."""

    SAMPLE = 1
    SERIOUS = 2


class ReviewStatus(IntEnum):
    """Where a review stands; the contract's numbers."""

    OPEN = 1
    DISPUTED = 2
    SOUND = 3
    WRONG = 4
    MOOT = 5


class Verdict(IntEnum):
    """What somebody judged; the contract's numbers."""

    SOUND = 1
    WRONG = 2


OPEN = frozenset({ReviewStatus.OPEN, ReviewStatus.DISPUTED})
SETTLED = frozenset({ReviewStatus.SOUND, ReviewStatus.WRONG})
MOVES: Mapping[ReviewStatus, frozenset[ReviewStatus]] = MappingProxyType(
    {
        ReviewStatus.OPEN: frozenset({ReviewStatus.DISPUTED, ReviewStatus.MOOT}) | SETTLED,
        ReviewStatus.DISPUTED: frozenset({ReviewStatus.MOOT}) | SETTLED,
        ReviewStatus.SOUND: frozenset(),
        ReviewStatus.WRONG: frozenset(),
        ReviewStatus.MOOT: frozenset(),
    }
)
SETTLES: Mapping[Verdict, ReviewStatus] = MappingProxyType(
    {Verdict.SOUND: ReviewStatus.SOUND, Verdict.WRONG: ReviewStatus.WRONG}
)


class ReviewClosed(Refusal):
    code = "review-closed"
    title = "The review is settled, or the resource was sent again or left the record."


class ReviewJudged(Refusal):
    code = "review-judged"
    title = "You have judged this resource; it takes other people now."


class ReviewNotLooked(Refusal):
    code = "review-not-looked"
    title = "Nobody judges a resource that they have not looked at."


class TooManyLooks(Refusal):
    code = "too-many-looks"
    title = "You have looked at this resource many times; judge it, or leave it to somebody else."


def due_at(now: datetime, days: int) -> datetime:
    """Until when a review waits without being overdue."""
    return now + timedelta(days=days)


def outcome(verdicts: Sequence[int]) -> ReviewStatus:
    """Where a review stands after these judgements."""
    for verdict, status in SETTLES.items():
        if verdicts.count(verdict) >= TOGETHER:
            return status
    return ReviewStatus.OPEN if len(verdicts) < TOGETHER else ReviewStatus.DISPUTED


def accuracy(sound: int, wrong: int, thresholds: Thresholds) -> Part | None:
    """The part of a grade that people judged; None: of too few."""
    settled = sound + wrong
    return Part(ACCURACY, wrong, thresholds.letter(sound, settled)) if settled >= SETTLED_MIN else None


# The elements that a reviewer sees, of any kind of resource and at any depth. All others stay inside: ids, identifiers,
# references, names, addresses, narratives, notes and attachments, extensions, and whatever comes to be said in them.
VISIBLE = frozenset(
    {
        "abatementDateTime", "abatementPeriod", "activity", "admitSource", "answer", "asNeededBoolean", "authored",
        "authoredOn", "bodySite", "boundsDuration", "boundsPeriod", "category", "class", "clinicalStatus", "code",
        "coding", "comparator", "complication", "component", "conclusionCode", "content", "count", "created",
        "criticality", "dataAbsentReason", "date", "daysOfWeek", "denominator", "detail", "diagnosis",
        "dischargeDisposition", "display", "docStatus", "dosage", "dosageInstruction", "doseAndRate",
        "doseNumberPositiveInt", "doseQuantity", "doseRange", "duration", "durationUnit", "effectiveDateTime",
        "effectivePeriod", "end", "event", "expirationDate", "exposureRoute", "format", "frequency", "high",
        "hospitalization", "intent", "interpretation", "isSubpotent", "issued", "item", "length", "low",
        "manifestation", "maxDosePerPeriod", "medicationCodeableConcept", "method", "modality", "numberOfInstances",
        "numberOfSeries", "numerator", "occurrenceDateTime", "onset", "onsetAge", "onsetDateTime", "onsetPeriod",
        "outcome", "patientInstructionCode", "performedDateTime", "performedPeriod", "period", "periodUnit",
        "primarySource", "priority", "procedureCode", "protocolApplied", "rank", "rateQuantity", "rateRatio",
        "reaction", "reasonCode", "recorded", "recordedDate", "referenceRange", "repeat", "resourceType", "route",
        "series", "seriesDoses", "severity", "site", "start", "started", "status", "statusReason", "substance",
        "system", "timeOfDay", "timing", "type", "unit", "use", "usedCode", "vaccineCode", "value", "valueBoolean",
        "valueCodeableConcept", "valueCoding", "valueDate", "valueDateTime", "valueDecimal", "valueInteger",
        "valuePeriod", "valueQuantity", "valueRange", "valueRatio", "valueTime", "verificationStatus", "version",
        "when",
    }
)  # fmt: skip


def facts(content: str) -> Sequence[tuple[str, str]]:
    """What a resource says, by path, without whose it is; numbers as they were sent."""
    resource = json.loads(content, parse_float=str, parse_int=str)
    return [fact for fact, _ in zip(visible("", resource), range(FACTS_MAX), strict=False)]


def visible(path: str, element: Any) -> Iterator[tuple[str, str]]:
    if isinstance(element, Mapping):
        for name, value in element.items():
            if name in VISIBLE:
                yield from visible(f"{path}.{name}" if path else name, value)
    elif isinstance(element, list):
        for index, value in enumerate(element):
            yield from visible(f"{path}[{index}]", value)
    elif element is not None:
        said = str(element).lower() if isinstance(element, bool) else str(element)
        yield path, said[:TEXT_LENGTH_MAX]
