"""Paying partners: gates, reserves, debts."""

import asyncio
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.refusals import Invalid
from chassis.telemetry import traceparent
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1.api_pb2 import BankAccount as BankAccountMessage

from settlement.bank.credit_transfer import Transfer, credit_transfers
from settlement.domain.bank import BankAccount, OwnBank, fault
from settlement.domain.ledger import BANK, IN_TRANSIT, JournalEntry, Posting, invoiced, partner_of, payable, reserve
from settlement.domain.payments import Payout, Step
from settlement.domain.payouts import (
    DAYS,
    NoDebt,
    PaidOtherwise,
    PaidTooMuch,
    Rail,
    Standing,
    Terms,
    drawn,
    is_due,
    kept_back,
    last_day,
    released,
    why_held,
)
from settlement.store import ledger, payments, payouts
from settlement.store.payouts import Unclaimed
from settlement.tables import (
    BankFileRow,
    InvoicePaymentRow,
    InvoiceRow,
    PayeeRow,
    PayoutRow,
    PayoutRunRow,
    PayoutTermsRow,
    ProviderCallRow,
    RiskTierRow,
)

ACCOUNTS_MAX = 5_000
DAYS_MAX = 365
ALL = 10_000
REASON_LENGTH_MAX = 500
BANK_REFERENCE_LENGTH_MAX = 140
STANDARD = "standard"
TIERS_MAX = 20
TIER_NAME = re.compile(r"[a-z0-9-]{1,40}")
NO_BANK = OwnBank()


@dataclass(frozen=True, slots=True)
class Held:
    """A partner that was not paid, and why."""

    partner_id: UUID
    balance_minor: int
    currency: str
    reason: str


@dataclass(frozen=True, slots=True)
class Payee:
    """A partner as the payout run sees it."""

    terms: Terms
    standing: Standing
    bank: BankAccountMessage


async def run_payouts(
    session: AsyncSession, *, partner_id: UUID | None, now: datetime, bank: OwnBank = NO_BANK
) -> tuple[Sequence[PayoutRow], Sequence[Held]]:
    """Pay what is due and was not paid before, one payout a partner and currency.

    First the reserves move: what was kept long enough is released, debts draw on them, and of what will be paid a part
    is kept back. What these entries leave on the payable accounts is then claimed and paid. A negative balance is
    carried on. A run that names a partner is somebody's decision, and does not wait for the partner's day.
    """
    pattern = payable(partner_id) if partner_id else "partner:%:payable"
    await payouts.lock(session)
    swept_at = None if partner_id else await payouts.last_sweep(session)
    calendar = Calendar(now.astimezone(bank.zone).date(), swept_at and swept_at.astimezone(bank.zone).date())
    await free_reserves(session, pattern, now)
    owed = await payouts.unclaimed(session, pattern, ACCOUNTS_MAX, now)
    known = await payees(session, {UUID(partner_of(one.account)) for one in owed})
    obstacles = {
        (one.account, one.currency): obstacle(known[UUID(partner_of(one.account))], one.currency, calendar, bank)
        for one in owed
    }
    await keep_back(session, owed, known, obstacles, now)
    made: list[PayoutRow] = []
    held: list[Held] = []
    claims: dict[UUID, Sequence[int]] = {}
    for one in await payouts.unclaimed(session, pattern, ACCOUNTS_MAX, now):
        payee_id = UUID(partner_of(one.account))
        payee = known[payee_id]
        against = obstacles.get((one.account, one.currency), "")
        if reason := why_held(one.balance_minor, payee.terms, payee.standing, against):
            held.append(Held(payee_id, one.balance_minor, one.currency, reason))
            continue
        payout = PayoutRow(
            id=new_id(),
            partner_id=payee_id,
            amount_minor=one.balance_minor,
            currency=one.currency,
            status=Payout.CLAIMED,
            entries_claimed=len(one.positions),
            created_at=now,
            rail=payee.terms.rail,
        )
        made.append(payout)
        claims[payout.id] = one.positions
    if made:
        await write_files(session, made, known, bank, now)
        await payouts.add_payouts(session, made, claims)
        await ledger.append(session, [sent(payout) for payout in made], now)
        by_provider = [payout for payout in made if payout.rail == Rail.PROVIDER]
        await payments.add_calls(session, [pay(payout, known[payout.partner_id].bank, now) for payout in by_provider])
    session.add(PayoutRunRow(id=new_id(), ran_at=now, made=len(made), held=len(held), partner_id=partner_id))
    return made, held


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which day it is in the city, and on which the last sweep was, where this is one."""

    today: date
    swept_on: date | None


def obstacle(payee: Payee, currency: str, calendar: Calendar, bank: OwnBank) -> str:
    """What the partner's schedule or rail says against paying it now."""
    terms = payee.terms
    if not is_due(terms, calendar.today, calendar.swept_on):
        return f"the partner is paid {terms.schedule}, last on {last_day(terms, calendar.today)}"
    if terms.rail == Rail.BANK and currency not in bank.accounts:
        return f"the operator has no bank account in {currency} to pay from"
    if terms.rail == Rail.BANK and (unfit := fault(account_of(payee.bank))):
        return f"the partner's bank account cannot be written into a payment file: {unfit}"
    return ""


def account_of(bank: BankAccountMessage) -> BankAccount:
    return BankAccount(bank.holder.strip(), bank.number, bank.bank_code)


async def write_files(
    session: AsyncSession, made: Sequence[PayoutRow], known: Mapping[UUID, Payee], bank: OwnBank, now: datetime
) -> None:
    """One file a currency of the payouts that go by the bank."""
    for currency in sorted({payout.currency for payout in made if payout.rail == Rail.BANK}):
        mine = [payout for payout in made if payout.rail == Rail.BANK and payout.currency == currency]
        file_id = new_id()
        transfers = [
            Transfer(
                payout.id.hex, payout.amount_minor, account_of(known[payout.partner_id].bank), f"payout {payout.id}"
            )
            for payout in mine
        ]
        today = now.astimezone(bank.zone).date()
        debtor = bank.accounts[currency]
        content = await asyncio.to_thread(credit_transfers, file_id.hex, currency, debtor, transfers, now, today)
        session.add(
            BankFileRow(
                id=file_id,
                currency=currency,
                payouts=len(mine),
                total_minor=sum(payout.amount_minor for payout in mine),
                sha256=hashlib.sha256(content).hexdigest(),
                content=content,
                made_at=now,
            )
        )
        for payout in mine:
            payout.bank_file_id = file_id
    await session.flush()


async def export_bank_file(session: AsyncSession, *, file_id: UUID, by: UUID, now: datetime) -> BankFileRow:
    """Hand the file out to be given to the bank; its payouts are submitted from then on. Again, it is the same file."""
    found = await payouts.bank_file_for_update(session, file_id)
    if found.exported_at is None:
        found.exported_at, found.exported_by = now, by
        await session.flush()
        await payouts.submit(session, file_id, now)
    return found


async def payees(session: AsyncSession, partners: set[UUID]) -> dict[UUID, Payee]:
    standings = await payments.payees(session, list(partners))
    terms = await payouts.terms_in_force(session, list(partners))
    return {partner: payee_of(standings.get(partner), terms.get(partner)) for partner in partners}


def payee_of(standing: PayeeRow | None, terms: Terms | None) -> Payee:
    bank = BankAccountMessage.FromString(standing.bank_account) if standing else BankAccountMessage()
    return Payee(terms or Terms(), Standing(standing is not None and standing.may_be_paid, bool(bank.number)), bank)


async def free_reserves(session: AsyncSession, pattern: str, now: datetime) -> None:
    """Release what was kept long enough, and let debts draw on the rest."""
    balances = {
        (account, currency): -minor
        for account, currency, minor in await ledger.balances(session, pattern, ACCOUNTS_MAX)
    }
    entries = []
    for one in await payouts.reserves(session, pattern.replace(":payable", ":reserve"), now):
        partner = partner_of(one.account)
        free = released(one.held_before_minor, one.taken_minor, one.balance_minor)
        due = balances.get((payable(partner), one.currency), 0) + free
        for kind, minor in (("reserve-released", free), ("reserve-drawn", drawn(due, one.balance_minor - free))):
            if minor:
                moved = (Posting(one.account, minor, one.currency), Posting(payable(partner), -minor, one.currency))
                entry_id = new_id()
                entries.append(JournalEntry(entry_id, kind, f"{kind}:{entry_id}", moved))
    await ledger.append(session, entries, now)


async def keep_back(
    session: AsyncSession,
    owed: Sequence[Unclaimed],
    known: Mapping[UUID, Payee],
    obstacles: Mapping[tuple[str, str], str],
    now: datetime,
) -> None:
    """Put a part of what will be paid into reserves; what is not paid in this run is not touched."""
    entries = []
    for one in owed:
        partner = UUID(partner_of(one.account))
        payee = known[partner]
        minor = kept_back(one.balance_minor, payee.terms) if one.balance_minor > 0 else 0
        against = obstacles[one.account, one.currency]
        if minor and not why_held(one.balance_minor - minor, payee.terms, payee.standing, against):
            entry_id = new_id()
            moved = (Posting(one.account, minor, one.currency), Posting(reserve(partner), -minor, one.currency))
            entries.append(JournalEntry(entry_id, "reserve-held", f"reserve-held:{entry_id}", moved))
    await ledger.append(session, entries, now)


def sent(payout: PayoutRow) -> JournalEntry:
    """The entry of a payout on its way."""
    moved = (
        Posting(payable(payout.partner_id), payout.amount_minor, payout.currency),
        Posting(IN_TRANSIT, -payout.amount_minor, payout.currency),
    )
    return JournalEntry(new_id(), "payout", f"payout:{payout.id}", moved, payout_id=payout.id)


def pay(payout: PayoutRow, bank: BankAccountMessage, now: datetime) -> ProviderCallRow:
    return ProviderCallRow(
        id=new_id(),
        step=Step.PAY_OUT,
        subject_id=payout.id,
        amount_minor=payout.amount_minor,
        currency=payout.currency,
        detail=bank.number,
        traceparent=traceparent(),
        due_at=now,
    )


async def set_payout_terms(
    session: AsyncSession, *, partner_id: UUID, terms: Terms, risk_tier: str = STANDARD, by: UUID, now: datetime
) -> PayoutTermsRow:
    """Say how a partner is paid from the next run on, and how risky it is."""
    for field, value, most in (
        ("hold_days", terms.hold_days, DAYS_MAX),
        ("reserve_days", terms.reserve_days, DAYS_MAX),
        ("reserve_basis_points", terms.reserve_basis_points, ALL),
    ):
        if not 0 <= value <= most:
            raise Invalid(field, f"must be between 0 and {most}")
    if terms.minimum_minor < 0:
        raise Invalid("minimum_minor", "must not be negative")
    first, last = DAYS[terms.schedule]
    if not first <= terms.schedule_day <= last:
        raise Invalid("schedule_day", f"must be between {first} and {last} where one is paid {terms.schedule}")
    if len(terms.frozen) > REASON_LENGTH_MAX:
        raise Invalid("frozen", f"at most {REASON_LENGTH_MAX} characters")
    known = [tier.name for tier in await payouts.tiers(session)]
    if risk_tier not in known:
        raise Invalid("risk_tier", f"must be one of {', '.join(known)}")
    row = PayoutTermsRow(
        partner_id=partner_id,
        risk_tier=risk_tier,
        hold_days=terms.hold_days,
        minimum_minor=terms.minimum_minor,
        reserve_basis_points=terms.reserve_basis_points,
        reserve_days=terms.reserve_days,
        frozen=terms.frozen.strip(),
        rail=terms.rail,
        schedule=terms.schedule,
        schedule_day=terms.schedule_day,
        set_by=by,
        set_at=now,
    )
    await payouts.put_terms(session, row)
    return row


async def put_risk_tier(session: AsyncSession, *, tier: RiskTierRow) -> RiskTierRow:
    """Say what partners of one risk are asked for, from the next run on."""
    if not TIER_NAME.fullmatch(tier.name):
        raise Invalid("name", "must be 1 to 40 small letters, digits and hyphens")
    for field, value, most in (
        ("hold_days", tier.hold_days, DAYS_MAX),
        ("reserve_days", tier.reserve_days, DAYS_MAX),
        ("reserve_basis_points", tier.reserve_basis_points, ALL),
    ):
        if not 0 <= value <= most:
            raise Invalid(field, f"must be between 0 and {most}")
    if tier.name not in (known := {one.name for one in await payouts.tiers(session)}) and len(known) >= TIERS_MAX:
        raise Invalid("name", f"there are {TIERS_MAX} tiers already; change one of them")
    await payouts.put_tier(session, tier)
    return tier


async def issue_invoice(
    session: AsyncSession, *, partner_id: UUID, currency: str, by: UUID, now: datetime
) -> InvoiceRow:
    """Ask a partner by invoice for what it owes after netting and its reserve; the balance is even from then on."""
    await payouts.lock(session)
    account = payable(partner_id)
    await free_reserves(session, account, now)
    balances = await ledger.balances(session, account, ACCOUNTS_MAX)
    debt = sum(minor for _, held_in, minor in balances if held_in == currency)
    if debt <= 0:
        raise NoDebt(f"the partner owes nothing in {currency}", "currency")
    invoice = InvoiceRow(
        id=new_id(), partner_id=partner_id, amount_minor=debt, currency=currency, issued_by=by, issued_at=now
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
    by: UUID,
    now: datetime,
) -> InvoiceRow:
    """An invoice was paid at the bank, or a part of it. A transfer that was recorded before changes nothing."""
    invoice = await payouts.invoice_for_update(session, invoice_id)
    minor, currency = amount
    reference = bank_reference.strip()
    if not 1 <= len(reference) <= BANK_REFERENCE_LENGTH_MAX:
        raise Invalid("bank_reference", f"must have 1 to {BANK_REFERENCE_LENGTH_MAX} characters")
    if currency != invoice.currency:
        raise Invalid("amount.currency", f"must be {invoice.currency}, in which it was asked for")
    if paid_at > now:
        raise Invalid("paid_at", "must not lie in the future")
    before = await payouts.invoice_payment(session, invoice_id, reference)
    if before is not None:
        if before.amount_minor != minor:
            raise PaidOtherwise(f"this transfer was recorded with {before.amount_minor} minor units", "bank_reference")
        return invoice
    if not 0 < minor <= invoice.amount_minor - invoice.paid_minor:
        raise PaidTooMuch(f"{invoice.amount_minor - invoice.paid_minor} minor units are open", "amount")
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
            recorded_at=now,
        )
    )
    invoice.paid_minor += minor
    await session.flush()
    return invoice
