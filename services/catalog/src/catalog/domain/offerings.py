"""Revisions of offerings: which steps their status allows, and what a review decides on."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chassis import texts
from chassis.refusals import Invalid, Refusal

REASONS_MAX = 20


class OfferingStatus(StrEnum):
    """Where a revision stands. One that was published and is not on sale now is `restricted` or `retired`."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    REFUSED = "refused"
    RESTRICTED = "restricted"
    RETIRED = "retired"


NEXT: Mapping[OfferingStatus, frozenset[OfferingStatus]] = {
    OfferingStatus.DRAFT: frozenset({OfferingStatus.IN_REVIEW, OfferingStatus.PUBLISHED, OfferingStatus.RETIRED}),
    OfferingStatus.IN_REVIEW: frozenset({OfferingStatus.PUBLISHED, OfferingStatus.REFUSED, OfferingStatus.RETIRED}),
    OfferingStatus.REFUSED: frozenset({OfferingStatus.RETIRED}),
    OfferingStatus.PUBLISHED: frozenset({OfferingStatus.SUPERSEDED, OfferingStatus.RESTRICTED, OfferingStatus.RETIRED}),
    OfferingStatus.RESTRICTED: frozenset({OfferingStatus.PUBLISHED, OfferingStatus.SUPERSEDED, OfferingStatus.RETIRED}),
}


class StepRefused(Refusal):
    code = "step-refused"
    title = "The offering's status does not allow this step."


@dataclass(frozen=True, slots=True)
class RevisionInReview:
    """A revision that waits for a decision: what it costs, and the hash of what it asks of a resident's data."""

    number: int
    price_minor: int
    currency: str
    consent_hash: bytes


class RevisionChanged(Refusal):
    code = "revision-changed"
    title = "Another revision is in review than the one that was looked at."

    def __init__(self, detail: str, field: str, revision: RevisionInReview) -> None:
        super().__init__(detail, field)
        self.revision = revision

    @property
    def data(self) -> dict[str, Any]:
        """A `yima.catalog.v1.RevisionInReview`: the revision to look at."""
        return {
            "revision": self.revision.number,
            "total": {"minor": str(self.revision.price_minor), "currency": self.revision.currency},
            "consent_hash": b64encode(self.revision.consent_hash).decode(),
        }


class ReferenceTaken(Refusal):
    code = "reference-taken"
    title = "The partner has an offering with this reference."


def advance(current: OfferingStatus, target: OfferingStatus) -> OfferingStatus:
    """Return `target` if a revision may go there from `current`."""
    if target in NEXT.get(current, frozenset()):
        return target
    raise StepRefused(f"an offering that is {current.replace('_', ' ')} cannot become {target.replace('_', ' ')}")


def check_reviewed(revision: RevisionInReview, status: OfferingStatus, looked_at: int) -> None:
    """Refuse a decision about anything but the revision in review."""
    number = revision.number
    if status != OfferingStatus.IN_REVIEW:
        raise StepRefused(f"an offering that is {status.replace('_', ' ')} is not in review")
    if looked_at == 0:
        raise Invalid("revision", f"say which revision you looked at; revision {number} is in review")
    if looked_at != number:
        raise RevisionChanged(f"revision {number} is in review now; look at it, then decide", "revision", revision)


def check_reasons(values: Sequence[str], needed: bool) -> list[str]:
    if len(values) > REASONS_MAX or (needed and not values):
        raise Invalid("reasons", f"give {'1' if needed else '0'} to {REASONS_MAX} reasons")
    return [texts.reason(value, f"reasons[{index}]") for index, value in enumerate(values)]
