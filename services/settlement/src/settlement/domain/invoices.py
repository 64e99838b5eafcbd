"""Invoices of partners' debts."""

from chassis.refusals import Refusal


class NoDebt(Refusal):
    code = "no-debt"
    title = "The partner owes nothing."


class PaidTooMuch(Refusal):
    code = "paid-too-much"
    title = "More was paid than the invoice still asks for."


class PaidOtherwise(Refusal):
    code = "paid-otherwise"
    title = "The same transfer was recorded with another amount."
