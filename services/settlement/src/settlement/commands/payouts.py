"""Paying partners: gates, reserves, debts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.telemetry import traceparent
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1.api_pb2 import BankAccount as BankAccountMessage

from settlement.commands.bank import write_files
from settlement.domain.bank import NO_BANK, BankAccount, OwnBank, fault
from settlement.domain.calls import Step
from settlement.domain.cases import CaseKind
from settlement.domain.ledger import ANY, IN_TRANSIT, JournalEntry, Posting, partner_of, payable, reserve
from settlement.domain.payout_terms import Rail, Terms, is_due, last_day
from settlement.domain.payouts import RETURNS_MAX, HeldMoney, PayoutStatus, Standing, drawn, released, to_pay, why_held
from settlement.store import calls, cases, contracts, disputes, ledger, payout_terms, payouts
from settlement.store.calls import new_call
from settlement.store.cases import new_case
from settlement.store.payouts import Unclaimed
from settlement.tables import PayeeRow, PayoutRow, PayoutRunRow, ProviderCallRow

ACCOUNTS_MAX = 5_000


@dataclass(frozen=True, slots=True)
class HeldPayout:
    """A partner that was not paid, and why."""

    partner_id: UUID
    balance_minor: int
    currency: str
    reason: str
    held_minor: int = 0  # on hold from its capture
    held_until: datetime | None = None  # when the first of that may be paid


@dataclass(frozen=True, slots=True)
class Payee:
    """A partner as the payout run sees it."""

    terms: Terms
    standing: Standing
    account: BankAccount


async def run_payouts(
    session: AsyncSession, *, partner_id: UUID | None, now: datetime, bank: OwnBank = NO_BANK
) -> tuple[Sequence[PayoutRow], Sequence[HeldPayout]]:
    """Pay what is due and was not paid before, one payout a partner and currency.

    First the reserves move: what was kept long enough is released, debts draw on them, and of what will be paid a part
    is kept back. What these entries leave on the payable accounts is then claimed and paid. A negative balance is
    carried on. A run that names a partner is somebody's decision, and does not wait for the partner's day.
    """
    whose = partner_id or ANY
    await payouts.lock(session)
    swept_at = None if partner_id else await payouts.last_sweep(session)
    calendar = Calendar(now.astimezone(bank.zone).date(), swept_at and swept_at.astimezone(bank.zone).date())
    await free_reserves(session, whose, now)
    owed = await payouts.unclaimed(session, payable(whose), ACCOUNTS_MAX, now)
    known = await payees(session, {UUID(partner_of(unpaid.account)) for unpaid in owed})
    obstacles = {
        (unpaid.account, unpaid.currency): obstacle(
            known[UUID(partner_of(unpaid.account))], unpaid.currency, calendar, bank
        )
        for unpaid in owed
    }
    reserved = await keep_back(session, owed, known, obstacles, now)
    disputed = await disputes.held(session, list(known))
    await open_stopped_cases(session, known, now)
    new_payouts: list[PayoutRow] = []
    held: list[HeldPayout] = []
    claims: dict[UUID, Sequence[int]] = {}
    for unpaid in await payouts.unclaimed(session, payable(whose), ACCOUNTS_MAX, now):
        payee_id = UUID(partner_of(unpaid.account))
        payee = known[payee_id]
        against = obstacles.get((unpaid.account, unpaid.currency), "")
        kept = held_money(unpaid, disputed.get((payee_id, unpaid.currency), 0), bank)
        due = (
            unpaid.balance_minor
            if (unpaid.account, unpaid.currency) in reserved
            else to_pay(unpaid.balance_minor, payee.terms)
        )
        if reason := why_held(due, unpaid.currency, payee.terms, payee.standing, against, kept):
            held.append(
                HeldPayout(
                    payee_id, unpaid.balance_minor, unpaid.currency, reason, unpaid.waiting_minor, unpaid.waiting_until
                )
            )
            continue
        payout = claimed_payout(payee_id, payee, unpaid, now)
        new_payouts.append(payout)
        claims[payout.id] = unpaid.positions
    if new_payouts:
        await send(session, new_payouts, claims, known, bank, now)
    session.add(PayoutRunRow(id=new_id(), ran_at=now, made=len(new_payouts), held=len(held), partner_id=partner_id))
    return new_payouts, held


async def open_stopped_cases(session: AsyncSession, known: Mapping[UUID, Payee], now: datetime) -> None:
    """Open a case for each partner whose last payouts came back."""
    stopped = [
        new_case(CaseKind.PAYOUTS_STOPPED, partner, f"the last payouts came back: {payee.standing.returned}", now)
        for partner, payee in known.items()
        if payee.standing.returned
    ]
    await cases.open_cases(session, stopped)


def claimed_payout(payee_id: UUID, payee: Payee, unpaid: Unclaimed, now: datetime) -> PayoutRow:
    """A payout of all that is unpaid on an account."""
    return PayoutRow(
        id=new_id(),
        partner_id=payee_id,
        amount_minor=unpaid.balance_minor,
        currency=unpaid.currency,
        status=PayoutStatus.CLAIMED,
        entries_claimed=len(unpaid.positions),
        created_at=now,
        rail=payee.terms.rail,
    )


async def send(
    session: AsyncSession,
    new_payouts: Sequence[PayoutRow],
    claims: Mapping[UUID, Sequence[int]],
    known: Mapping[UUID, Payee],
    bank: OwnBank,
    now: datetime,
) -> None:
    """Store payouts with the entries each claims, post them, and hand them to the bank's files and the provider."""
    accounts = {payee_id: payee.account for payee_id, payee in known.items()}
    await write_files(session, new_payouts, accounts, bank, now)
    await payouts.add_payouts(session, new_payouts, claims)
    await ledger.append(session, [sent(payout) for payout in new_payouts], now)
    by_provider = [payout for payout in new_payouts if payout.rail == Rail.PROVIDER]
    await calls.add_calls(session, [payout_call(payout, accounts[payout.partner_id], now) for payout in by_provider])


def held_money(unclaimed: Unclaimed, disputed_minor: int, bank: OwnBank) -> HeldMoney:
    """What of a partner's money is held, as the run and the outlook both see it."""
    until = unclaimed.waiting_until
    return HeldMoney(
        disputed_minor,
        unclaimed.complained_minor,
        unclaimed.waiting_minor,
        until and until.astimezone(bank.zone).date(),
        unclaimed.unexplained_minor,
    )


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
    if terms.rail == Rail.BANK and (unfit := fault(payee.account)):
        return f"the partner's bank account cannot be written into a payment file: {unfit}"
    return ""


async def payees(session: AsyncSession, partners: set[UUID]) -> dict[UUID, Payee]:
    standings = await contracts.payees(session, list(partners))
    terms = await payout_terms.terms_in_force(session, list(partners))
    stopped = await payouts.stopped(session, list(partners), RETURNS_MAX)
    return {
        partner: payee_of(standings.get(partner), terms.get(partner), stopped.get(partner, "")) for partner in partners
    }


def payee_of(standing: PayeeRow | None, terms: Terms | None, returned: str) -> Payee:
    bank = BankAccountMessage.FromString(standing.bank_account) if standing else BankAccountMessage()
    account = BankAccount(bank.holder.strip(), bank.number, bank.bank_code)
    may_be_paid = standing is not None and standing.may_be_paid
    frozen_case = standing.frozen_case if standing is not None else ""
    return Payee(terms or Terms(), Standing(may_be_paid, bool(bank.number), returned, frozen_case), account)


async def free_reserves(session: AsyncSession, whose: UUID | str, now: datetime) -> None:
    """Release what was kept long enough of a partner, or of `ANY`, and let debts draw on the rest."""
    balances = {
        (account, currency): -minor
        for account, currency, minor in await ledger.balances(session, payable(whose), ACCOUNTS_MAX)
    }
    entries = []
    for kept in await payouts.reserves(session, reserve(whose), now):
        partner = partner_of(kept.account)
        free = released(kept.held_before_minor, kept.taken_minor, kept.balance_minor)
        due = balances.get((payable(partner), kept.currency), 0) + free
        for kind, minor in (("reserve-released", free), ("reserve-drawn", drawn(due, kept.balance_minor - free))):
            if minor:
                moved = (Posting(kept.account, minor, kept.currency), Posting(payable(partner), -minor, kept.currency))
                entry_id = new_id()
                entries.append(JournalEntry(entry_id, kind, f"{kind}:{entry_id}", moved))
    await ledger.append(session, entries, now)


async def keep_back(
    session: AsyncSession,
    owed: Sequence[Unclaimed],
    known: Mapping[UUID, Payee],
    obstacles: Mapping[tuple[str, str], str],
    now: datetime,
) -> set[tuple[str, str]]:
    """Put a part of what will be paid into reserves, and say of which accounts and currencies. What is not paid in this
    run is not touched, unless all of it is kept back."""
    entries = []
    reserved = set()
    for unpaid in owed:
        partner = UUID(partner_of(unpaid.account))
        payee = known[partner]
        rest = to_pay(unpaid.balance_minor, payee.terms)
        minor = unpaid.balance_minor - rest
        against = obstacles[unpaid.account, unpaid.currency]
        if minor and not why_held(rest or minor, unpaid.currency, payee.terms, payee.standing, against):
            reserved.add((unpaid.account, unpaid.currency))
            entry_id = new_id()
            moved = (
                Posting(unpaid.account, minor, unpaid.currency),
                Posting(reserve(partner), -minor, unpaid.currency),
            )
            entries.append(JournalEntry(entry_id, "reserve-held", f"reserve-held:{entry_id}", moved))
    await ledger.append(session, entries, now)
    return reserved


def sent(payout: PayoutRow) -> JournalEntry:
    """The entry of a payout on its way."""
    moved = (
        Posting(payable(payout.partner_id), payout.amount_minor, payout.currency),
        Posting(IN_TRANSIT, -payout.amount_minor, payout.currency),
    )
    return JournalEntry(new_id(), "payout", f"payout:{payout.id}", moved, payout_id=payout.id)


def payout_call(payout: PayoutRow, account: BankAccount, now: datetime) -> ProviderCallRow:
    amount = (payout.amount_minor, payout.currency)
    return new_call(Step.PAY_OUT, payout.id, amount, account.number, traceparent(), now)
