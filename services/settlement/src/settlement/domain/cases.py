"""What only a person can settle: money that is owed and did not move, or that moved otherwise than it was asked."""

from datetime import timedelta
from enum import StrEnum

from chassis.refusals import Refusal

NO_ANSWER_AFTER = timedelta(hours=1)


class Case(StrEnum):
    """What is wrong."""

    REFUND_FAILED = "refund_failed"
    VOID_FAILED = "void_failed"
    CAPTURE_FAILED = "capture_failed"
    PAYOUTS_STOPPED = "payouts_stopped"
    NO_ANSWER = "no_answer"  # the provider has not said for an hour what became of a call
    AMOUNT_DIFFERS = "amount_differs"  # the provider moved another amount than it was asked to
    CONTRADICTED = "contradicted"  # the provider told two different ends of one call
    CHARGED_BEYOND = "charged_beyond"  # a bank took more back than is left of the payment


class CaseResolved(Refusal):
    code = "case-resolved"
    title = "The case has been resolved."


class NothingToRetry(Refusal):
    code = "nothing-to-retry"
    title = "There is nothing here that could be asked for again."
