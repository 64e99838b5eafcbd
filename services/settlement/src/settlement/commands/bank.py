"""Files for the bank, and its statements, which are booked where they say the whole of it."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, time, tzinfo
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.refusals import Invalid, NotFound, Refusal
from sqlalchemy.ext.asyncio import AsyncSession
from yima.settlement.v1 import api_pb2 as pb

from settlement.bank import bank_statement
from settlement.bank.bank_statement import BankStatement
from settlement.bank.credit_transfer import Transfer, credit_transfers
from settlement.commands import payout_outcomes
from settlement.commands.proposals import propose
from settlement.commands.provider_report import book_settlements
from settlement.domain.bank import BankAccount, OwnBank
from settlement.domain.cases import CaseKind
from settlement.domain.payout_terms import Rail
from settlement.domain.payouts import NothingReturned, PayoutStatus
from settlement.domain.proposals import NeedsSecondPerson
from settlement.store import bank as bank_store
from settlement.store import cases, payouts
from settlement.store import reconciliation as store
from settlement.store.cases import new_case
from settlement.tables import BankFileRow, BankLineRow, BankStatementRow, PayoutRow

PAYOUT = ("payout-paid:", "payout-returned:")
NO_REASON = "it does not say why"


class StatementContradicts(Refusal):
    code = "statement-contradicts"
    title = "The bank gave another statement under this id before."


async def ingest_bank_statement(
    session: AsyncSession, *, content: bytes, bank: OwnBank, by: UUID, now: datetime
) -> Sequence[tuple[BankStatementRow, bool]]:
    """Take in a file of statements: all of it or nothing. Each says whether it had been taken in before.

    A payout whose transfer was booked is paid. That one came back is proposed in the name of who took the statement in:
    it is owed again once another person approves. A statement that does not open as the one before closed is a case.
    """
    told = await asyncio.to_thread(bank_statement.read, content, bank.accounts)  # a large one takes a second
    await store.lock(session)
    answer = []
    for one in told:
        before = await bank_store.statement_known(session, one.account, one.currency, one.statement_id)
        if before is not None and before.sha256 != one.sha256:
            raise StatementContradicts(f"statement {one.statement_id} was taken in with another content", "content")
        answer.append((before or await take_in(session, one, bank.zone, by, now), before is not None))
    await book_settlements(session, now)
    return answer


async def take_in(
    session: AsyncSession, told: BankStatement, zone: tzinfo, by: UUID, now: datetime
) -> BankStatementRow:
    row = BankStatementRow(
        id=new_id(),
        statement_id=told.statement_id,
        account=told.account,
        currency=told.currency,
        start_on=told.start_on,
        end_on=told.end_on,
        opening_minor=told.opening_minor,
        closing_minor=told.closing_minor,
        lines=len(told.lines),
        sha256=told.sha256,
        content=told.content,
        ingested_by=by,
        ingested_at=now,
    )
    await bank_store.add_statement(session, row, told.lines)
    await look_for_gaps(session, row, now)
    await settle_payouts(session, await bank_store.lines_of(session, row.id), zone, by, now)
    return row


async def look_for_gaps(session: AsyncSession, row: BankStatementRow, now: datetime) -> None:
    """A statement begins with what the one before ended with; else one is missing, or one of them is not the bank's."""
    closed = []
    for one in await bank_store.neighbours(session, row):
        off = one.opening_minor - one.before_closing
        if not off:
            closed.append(one.id)
            continue
        said = (
            f"statement {one.statement_id} opens {off} minor units off what {one.before_id} closed with:"
            " take in the one between, or ask the bank"
        )
        await cases.open_cases(
            session, [new_case(CaseKind.STATEMENT_GAP, one.id, said, now, amount=(abs(off), row.currency))]
        )
    await cases.came_right(session, [CaseKind.STATEMENT_GAP], closed, now)


async def settle_payouts(
    session: AsyncSession, lines: Sequence[BankLineRow], zone: tzinfo, by: UUID, now: datetime
) -> None:
    """What lines say of payouts by the bank, where they say the whole of it; the rest is left to be a break.

    It counts on the day the bank booked it. A file that nobody handed out was paid by nobody.
    """
    named = {
        line.position: UUID(line.reference.partition(":")[2]) for line in lines if line.reference.startswith(PAYOUT)
    }
    found = await payouts.payouts_for_update(session, list(set(named.values())))
    whole = [(line, found[named[line.position]]) for line in lines if line.position in named]
    whole = [(line, payout) for line, payout in whole if says_all(line, payout)]
    paid = {
        payout.id: "" for line, payout in whole if line.amount_minor < 0 and payout.status == PayoutStatus.SUBMITTED
    }
    if paid:
        booked = {payout.id: booked_at(line, zone) for line, payout in whole}
        await payout_outcomes.record(session, paid, now, booked)
    for line, payout in whole:
        if line.amount_minor > 0 and payout.status == PayoutStatus.PAID:
            act = pb.ProposedAct(return_payout=pb.ReturnPayoutRequest(payout_id=str(payout.id)))
            await propose(session, act=act, reason=came_back(line), by=by, now=now)


def came_back(line: BankLineRow) -> str:
    """Why a return is proposed, in the bank's words where people can be shown them."""
    said = f"the bank says that the payout came back: {line.return_reason or NO_REASON}"[: texts.REASON_LENGTH_MAX]
    try:
        return texts.reason(said)
    except Invalid:
        return "the bank says that the payout came back"


async def return_payout(
    session: AsyncSession, *, payout_id: UUID, by: UUID, approved_by: UUID | None, zone: tzinfo, now: datetime
) -> PayoutRow:
    """A payout came back, as a bank statement tells: it is owed again. Who took the statement in does not approve."""
    await store.lock(session)
    payout = (await payouts.payouts_for_update(session, [payout_id])).get(payout_id)
    if payout is None:
        raise NotFound("there is no such payout", "payout_id")
    told = await bank_store.returns_of(session, payout.id, payout.amount_minor, payout.currency)
    if not told or payout.status != PayoutStatus.PAID or payout.rail != Rail.BANK:
        raise NothingReturned(f"the payout is {payout.status}, and {len(told)} bank lines return it", "payout_id")
    if approved_by in (None, by, told[0].ingested_by):
        raise NeedsSecondPerson("let a person approve it who did not take in the statement", "payout_id")
    payout.return_told_by, payout.return_approved_by = told[0].ingested_by, approved_by
    reason, booked = told[0].return_reason or NO_REASON, datetime.combine(told[0].booked_on, time(), zone)
    await payout_outcomes.record_return(session, payout, reason, now, booked)
    return payout


def booked_at(line: BankLineRow, zone: tzinfo) -> datetime:
    return datetime.combine(line.booked_on, time(), zone)


def says_all(line: BankLineRow, payout: PayoutRow) -> bool:
    return (payout.rail, payout.amount_minor, payout.currency) == (Rail.BANK, abs(line.amount_minor), line.currency)


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
    found = await bank_store.bank_file_for_update(session, file_id)
    if found.exported_at is None:
        found.exported_at, found.exported_by = now, by
        await session.flush()
        await bank_store.submit(session, file_id, now)
    return found
