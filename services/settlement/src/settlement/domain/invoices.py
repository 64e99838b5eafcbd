"""Invoices of partners' debts."""

from datetime import datetime, tzinfo

from chassis import moments
from chassis.refusals import Invalid, Refusal


class NoDebt(Refusal):
    code = "no-debt"
    title = "The partner owes nothing."


class PaidTooMuch(Refusal):
    code = "paid-too-much"
    title = "More was paid than the invoice still asks for."


class PaidOtherwise(Refusal):
    code = "paid-otherwise"
    title = "The same transfer was recorded with another amount."


def check_paid_at(paid_at: datetime, issued_at: datetime, zone: tzinfo, now: datetime) -> None:
    """Refuse a payment of a time to come, or of a day, by the city's clock, before the invoice's own."""
    if paid_at > now:
        raise Invalid(
            "paid_at", "must not lie in the future: give the day on which the bank booked it, or leave it out"
        )
    issued_on = issued_at.astimezone(zone).date()
    if paid_at < moments.start_of(issued_on, zone):
        said = f"must not lie before {issued_on} in the city, when the invoice was issued"
        raise Invalid("paid_at", f"{said}: give the day on which the bank booked it")
