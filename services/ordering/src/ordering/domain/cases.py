"""Reviews and complaints: who may say what, and when."""

from enum import StrEnum

from chassis.refusals import Refusal


class Case(StrEnum):
    """Where a complaint stands."""

    OPEN = "open"
    ANSWERED = "answered"
    DECIDED = "decided"


class NotServed(Refusal):
    """Nothing was served that this could be about."""


class AlreadyReviewed(Refusal):
    """The service was reviewed already."""


class AlreadyComplained(Refusal):
    """There is an open complaint about this order."""


class CaseStepRefused(Refusal):
    """Where the complaint stands does not allow this step."""
