"""Payouts by the operator's bank: files of credit transfers, made by the run and handed out by a person."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from sqlalchemy.ext.asyncio import AsyncSession

from settlement.bank.credit_transfer import Transfer, credit_transfers
from settlement.domain.bank import BankAccount, OwnBank
from settlement.domain.payouts import Rail
from settlement.store import bank_files as store
from settlement.tables import BankFileRow, PayoutRow


async def write_files(
    session: AsyncSession, made: Sequence[PayoutRow], accounts: Mapping[UUID, BankAccount], bank: OwnBank, now: datetime
) -> None:
    """One file a currency of the payouts that go by the bank."""
    for currency in sorted({payout.currency for payout in made if payout.rail == Rail.BANK}):
        mine = [payout for payout in made if payout.rail == Rail.BANK and payout.currency == currency]
        file_id = new_id()
        transfers = [
            Transfer(payout.id.hex, payout.amount_minor, accounts[payout.partner_id], f"payout {payout.id}")
            for payout in mine
        ]
        today = now.astimezone(bank.zone).date()
        debtor = bank.accounts[currency]
        what = (file_id.hex, currency, debtor, transfers, now, today, bank.message(currency))
        content = await asyncio.to_thread(credit_transfers, *what)
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
    found = await store.bank_file_for_update(session, file_id)
    if found.exported_at is None:
        found.exported_at, found.exported_by = now, by
        await session.flush()
        await store.submit(session, file_id, now)
    return found
