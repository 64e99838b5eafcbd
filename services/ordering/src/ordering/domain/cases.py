"""Reviews and complaints: who may say what, and when."""

from enum import StrEnum

from chassis.refusals import Refusal

from ordering.domain.process import OrderStatus


class ComplaintStatus(StrEnum):
    """Where a complaint stands."""

    OPEN = "open"
    ANSWERED = "answered"
    DECIDED = "decided"


def received(scanned: bool, begun: bool, status: OrderStatus, total_minor: int) -> bool:
    """Does more than the word of the partner or the resident alone show that a service was given: a scan, or money that
    was taken for it once its resident could object?"""
    return scanned or (begun and status is OrderStatus.CLOSED and total_minor > 0)


class NotServed(Refusal):
    code = "not-served"
    title = "Nothing was served that this could be about."


class AlreadyReviewed(Refusal):
    code = "already-reviewed"
    title = "The service was reviewed already."


class AlreadyComplained(Refusal):
    code = "already-complained"
    title = "There is an open complaint about this order."


class CaseStepRefused(Refusal):
    code = "case-step-refused"
    title = "Where the complaint stands does not allow this step."
