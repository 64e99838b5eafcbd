"""What only a person can settle: money that is owed and did not move, or that moved otherwise than it was asked."""

from datetime import timedelta
from enum import StrEnum

from chassis.refusals import Refusal

NO_ANSWER_AFTER = timedelta(hours=1)


class CaseKind(StrEnum):
    """What is wrong."""

    REFUND_FAILED = "refund_failed"
    VOID_FAILED = "void_failed"
    CAPTURE_FAILED = "capture_failed"
    PAYOUTS_STOPPED = "payouts_stopped"
    NO_ANSWER = "no_answer"  # the provider has not said for an hour what became of a call
    AMOUNT_DIFFERS = "amount_differs"  # the provider moved another amount than it was asked to
    CONTRADICTED = "contradicted"  # the provider reported two different ends of one call
    CHARGED_BEYOND = "charged_beyond"  # a bank took more back than is left of the payment
    STATEMENT_GAP = "statement_gap"  # a bank statement opens with another balance than the one before closed with


# While one of these is open, nobody knows what of the order's money is whose: none is paid out or given back.
HOLDING = (CaseKind.CONTRADICTED, CaseKind.CHARGED_BEYOND)

NEXT_STEP = {
    CaseKind.REFUND_FAILED: "Ask the provider again; where it never will, pay by the operator's bank and settle the"
    " case with the transfer's reference.",
    CaseKind.VOID_FAILED: "Ask the provider again; settle the case when the provider shows that the promise has ended.",
    CaseKind.CAPTURE_FAILED: "Ask the provider again; or let the resident pay otherwise; two people may write it off.",
    CaseKind.PAYOUTS_STOPPED: "Ask the partner for another bank account; or settle the case, and the next run tries.",
    CaseKind.NO_ANSWER: "Ask the provider what became of the call; the case ends with its answer.",
    CaseKind.AMOUNT_DIFFERS: "Ask the provider what it moved; propose to settle the case, and adjust what it moved"
    " beyond.",
    CaseKind.CONTRADICTED: "Ask the provider which of its two answers holds; propose to settle the case.",
    CaseKind.CHARGED_BEYOND: "Ask the provider why; adjust the suspense account, and propose to settle the case.",
    CaseKind.STATEMENT_GAP: "Take in the statement that is missing; where none is, ask the bank which one is not"
    " its own.",
}


class CaseResolved(Refusal):
    code = "case-resolved"
    title = "The case has been resolved."


class CaseOpen(Refusal):
    code = "case-open"
    title = "A case about this payment is open; nothing is given back before it is settled."


class NothingToRetry(Refusal):
    code = "nothing-to-retry"
    title = "There is nothing here that could be asked for again."
