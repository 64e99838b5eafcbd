"""What a partner may expect of its next payout, by the run's own rules; nothing is written."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from settlement.commands.payouts import ACCOUNTS_MAX, Calendar, Payee, held_money, obstacle, payees
from settlement.domain.bank import NO_BANK, OwnBank
from settlement.domain.ledger import ANY, invoiced, partner_account, payable, pending, reserve
from settlement.domain.payout_terms import Terms, is_due, next_day
from settlement.domain.payouts import HeldMoney, drawn, released, to_pay, why_held
from settlement.store import disputes, ledger, payouts
from settlement.store.payouts import Unclaimed


@dataclass(frozen=True, slots=True)
class Outlook:
    """A partner's money in one currency, in minor units; `due` is what a payout would carry now.

    Posted is what its account holds, negative when it owes; of it, `on_hold` may still be disputed. What open disputes
    hold is no longer in it.
    """

    currency: str
    pending_minor: int
    payable_minor: int
    on_hold_minor: int
    disputed_minor: int
    complained_minor: int
    reserve_minor: int
    invoiced_minor: int
    due_minor: int
    held_because: str
    next_on: date
    held_until: datetime | None  # when the first of what is held from its capture may be paid


async def payout_outlook(
    session: AsyncSession, *, partner_id: UUID, now: datetime, bank: OwnBank = NO_BANK
) -> tuple[Terms, list[Outlook]]:
    """The terms in force for a partner, and its outlook in every currency it has an account in."""
    accounts = {
        (account, currency): minor
        for account, currency, minor in await ledger.balances(session, partner_account(partner_id, ANY), ACCOUNTS_MAX)
    }
    payee = (await payees(session, {partner_id}))[partner_id]
    unclaimed = await payouts.unclaimed(session, payable(partner_id), ACCOUNTS_MAX, now)
    by_currency = {reserve_row.currency: reserve_row for reserve_row in unclaimed}
    reserves = {
        reserve_row.currency: reserve_row for reserve_row in await payouts.reserves(session, reserve(partner_id), now)
    }
    disputed = await disputes.held(session, [partner_id])
    swept_at = await payouts.last_sweep(session)
    calendar = Calendar(now.astimezone(bank.zone).date(), swept_at and swept_at.astimezone(bank.zone).date())
    answer = []
    for currency in sorted({currency for _, currency in accounts} | {currency for _, currency in disputed}):
        kept = reserves.get(currency)
        free = released(kept.held_before_minor, kept.taken_minor, kept.balance_minor) if kept else 0
        now_free = by_currency.get(currency, Unclaimed(payable(partner_id), currency, 0, ()))
        owed = now_free.balance_minor + free
        owed += drawn(owed, (kept.balance_minor if kept else 0) - free)
        due = to_pay(owed, payee.terms)
        held = disputed.get((partner_id, currency), 0)
        answer.append(
            Outlook(
                currency=currency,
                pending_minor=-accounts.get((pending(partner_id), currency), 0),
                payable_minor=-accounts.get((payable(partner_id), currency), 0),
                on_hold_minor=-accounts.get((payable(partner_id), currency), 0) - now_free.balance_minor,
                disputed_minor=held,
                reserve_minor=-accounts.get((reserve(partner_id), currency), 0),
                invoiced_minor=accounts.get((invoiced(partner_id), currency), 0),
                due_minor=max(due, 0),
                complained_minor=now_free.complained_minor,
                held_because=why_not(payee, due, currency, calendar, bank, held_money(now_free, held, bank)),
                next_on=next_sweep(payee.terms, calendar),
                held_until=now_free.waiting_until,
            )
        )
    return payee.terms, answer


def why_not(payee: Payee, due: int, currency: str, calendar: Calendar, bank: OwnBank, held: HeldMoney) -> str:
    """What would hold the payout on the partner's next day; that this day has not come is no reason."""
    any_day = Calendar(calendar.today, None)
    return why_held(due, currency, payee.terms, payee.standing, obstacle(payee, currency, any_day, bank), held)


def next_sweep(terms: Terms, calendar: Calendar) -> date:
    """The day of the next sweep that pays the partner: today, where one is due and none has run."""
    ran_today = calendar.swept_on == calendar.today
    if not ran_today and is_due(terms, calendar.today, calendar.swept_on):
        return calendar.today
    return next_day(terms, calendar.today)
