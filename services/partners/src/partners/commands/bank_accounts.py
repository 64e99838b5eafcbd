"""Changing the account that payouts go to: two people want it, then it cools, and until then the old one is paid."""

from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Invalid
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import api_pb2 as pb

from partners import events
from partners.domain.bank_accounts import BankAccountChangeOver, check_account, effective_at
from partners.domain.certificates import OwnProposal
from partners.domain.standing import Actor, PartnerStatus, StepRefused
from partners.store import bank_accounts, partners
from partners.tables import BankAccountChangeRow

AT_ONCE_MAX = 100


async def propose(
    session: AsyncSession, *, partner_id: UUID, account: pb.BankAccount, city: City, by: UUID, now: datetime
) -> BankAccountChangeRow:
    """Propose an account. Nothing is paid to it before another person has confirmed it and the cooling time is over."""
    partner = await partners.load_for_update(session, partner_id)
    if partner.status in (PartnerStatus.SCREENING, PartnerStatus.REJECTED):
        raise StepRefused("the account of an application is the one in its manifest: apply with another")
    check_account(account, city.payout_accounts, "account")
    present = await partners.load(session, partner_id)
    if account == present.bank_account:
        raise Invalid("account", "is where payouts go already")
    change = BankAccountChangeRow(
        id=new_id(),
        partner_id=partner_id,
        holder=account.holder,
        number=account.number,
        bank_code=account.bank_code,
        proposed_by=by,
        proposed_at=now,
    )
    await bank_accounts.add(session, change)
    publish(session, events.bank_account_change_proposed(change, present), partner_id)
    return change


async def confirm(
    session: AsyncSession, *, change_id: UUID, partner_id: UUID, city: City, by: UUID, now: datetime
) -> BankAccountChangeRow:
    """Confirm what a colleague proposed; from now on its cooling time runs, and the partner's contact is told."""
    change = await bank_accounts.load_for_update(session, change_id, partner_id)
    if change.confirmed_at is not None or change.stopped_at is not None:
        raise BankAccountChangeOver("look at the partner's changes", "bank_account_change_id")
    if change.proposed_by == by:
        raise OwnProposal("a colleague confirms it; invite one if there is none", "bank_account_change_id")
    change.confirmed_by, change.confirmed_at = by, now
    change.effective_at = effective_at(now, city.payout_accounts.cooling_days, city.zone)
    await session.flush()
    publish(session, events.bank_account_change_confirmed(change, await partners.load(session, partner_id)), partner_id)
    return change


async def stop(
    session: AsyncSession,
    *,
    change_id: UUID,
    partner_id: UUID | None,
    reason: str,
    by: UUID,
    actor: Actor,
    now: datetime,
) -> BankAccountChangeRow:
    """Stop a change that is not in force; payouts go on to the account there is."""
    change = await bank_accounts.load_for_update(session, change_id, partner_id)
    if change.in_force_at is not None or change.stopped_at is not None:
        raise BankAccountChangeOver("propose another account, if that is what is wanted", "bank_account_change_id")
    change.stop_reason = texts.line(reason, "reason", texts.REASON_LENGTH_MAX)
    change.stopped_by, change.stopped_as, change.stopped_at = by, actor, now
    await session.flush()
    partner = await partners.load(session, change.partner_id)
    publish(session, events.bank_account_change_stopped(change, partner), change.partner_id)
    return change


async def put_due_into_force(database: Database, now: datetime) -> int:
    """Have payouts go to the accounts whose cooling time is over, `AT_ONCE_MAX` at most. Returns how many."""
    async with database.transaction() as session:
        changes = await bank_accounts.claim_due(session, now, AT_ONCE_MAX)
        for change in changes:
            change.in_force_at = now
            partner = await partners.load_for_update(session, change.partner_id)
            partner.version += 1
            await session.flush()
            registered = events.bank_account_registered(await partners.load(session, partner.id))
            publish(session, registered, partner.id)
    return len(changes)
