"""Asking partners by invoice for what they owe, and taking in what they paid of it."""

from datetime import datetime, tzinfo
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.refusals import Invalid
from sqlalchemy.ext.asyncio import AsyncSession

from settlement.commands.payouts import ACCOUNTS_MAX, free_reserves
from settlement.commands.proposals import decide_alone
from settlement.domain.invoices import NoDebt, PaidOtherwise, PaidTooMuch, check_paid_at
from settlement.domain.ledger import BANK, JournalEntry, Posting, invoiced, payable
from settlement.domain.proposals import NOTHING_ALONE, Bounds, NeedsSecondPerson
from settlement.store import bank, ledger, payouts
from settlement.store import invoices as store
from settlement.tables import InvoicePaymentRow, InvoiceRow

BANK_REFERENCE_LENGTH_MAX = 140


async def issue_invoice(
    session: AsyncSession,
    *,
    partner_id: UUID,
    currency: str,
    by: UUID,
    approved_by: UUID | None = None,
    bounds: Bounds = NOTHING_ALONE,
    now: datetime,
) -> InvoiceRow:
    """Ask a partner by invoice for what it owes after netting and its reserve; the balance is even from then on.

    What it earns next is paid out again, so that an operator alone may invoice so much a day, two people any debt.
    """
    await payouts.lock(session)
    account = payable(partner_id)
    await free_reserves(session, partner_id, now)
    balances = await ledger.balances(session, account, ACCOUNTS_MAX)
    debt = sum(minor for _, held_in, minor in balances if held_in == currency)
    if debt <= 0:
        raise NoDebt(f"the partner owes nothing in {currency}", "currency")
    if approved_by in (None, by):
        await decide_alone(session, bounds, by, (debt, currency), "partner_id", now)
    invoice = InvoiceRow(
        id=new_id(),
        partner_id=partner_id,
        amount_minor=debt,
        currency=currency,
        issued_by=by,
        approved_by=approved_by,
        issued_at=now,
    )
    session.add(invoice)
    moved = (Posting(invoiced(partner_id), debt, currency), Posting(account, -debt, currency))
    await ledger.append(session, [JournalEntry(new_id(), "debt-invoiced", f"debt-invoiced:{invoice.id}", moved)], now)
    return invoice


async def record_invoice_payment(
    session: AsyncSession,
    *,
    invoice_id: UUID,
    amount: tuple[int, str],
    bank_reference: str,
    paid_at: datetime,
    zone: tzinfo,
    by: UUID,
    approved_by: UUID | None = None,
    now: datetime,
) -> InvoiceRow:
    """An invoice was paid at the bank, or a part of it. A transfer that was recorded before changes nothing.

    One person may record what a statement tells that another took in; all else takes two people.
    """
    invoice = await store.invoice_for_update(session, invoice_id)
    minor, currency = amount
    reference = texts.line(bank_reference, "bank_reference", BANK_REFERENCE_LENGTH_MAX)
    if currency != invoice.currency:
        raise Invalid("amount.currency", f"must be {invoice.currency}, in which it was asked for")
    check_paid_at(paid_at, invoice.issued_at, zone, now)
    before = await store.invoice_payment(session, invoice_id, reference)
    if before is not None:
        if before.amount_minor != minor:
            raise PaidOtherwise(f"this transfer was recorded with {before.amount_minor} minor units", "bank_reference")
        return invoice
    if not 0 < minor <= invoice.amount_minor - invoice.paid_minor:
        raise PaidTooMuch(f"{invoice.amount_minor - invoice.paid_minor} minor units are open", "amount")
    if approved_by in (None, by) and not await bank.received(session, minor, currency, reference, by):
        raise NeedsSecondPerson(
            "no statement of the bank that another person took in tells of this transfer:"
            " let another take it in, or propose the payment and let another person approve it",
            "bank_reference",
        )
    moved = (Posting(BANK, minor, currency), Posting(invoiced(invoice.partner_id), -minor, currency))
    entry = JournalEntry(
        new_id(), "invoice-paid", f"invoice-paid:{invoice.id}:{reference}", moved, effective_at=paid_at
    )
    await ledger.append(session, [entry], now)
    session.add(
        InvoicePaymentRow(
            id=new_id(),
            invoice_id=invoice.id,
            amount_minor=minor,
            bank_reference=reference,
            entry_id=entry.id,
            paid_at=paid_at,
            recorded_by=by,
            approved_by=approved_by,
            recorded_at=now,
        )
    )
    invoice.paid_minor += minor
    await session.flush()
    return invoice
