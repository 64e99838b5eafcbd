"""Files for the bank, and its statements, which are booked where they say the whole of it."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
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
from settlement.domain.bank import BankAccount, OwnBank, check_booked, check_closed, counts_at
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
    statements = await asyncio.to_thread(bank_statement.read, content, bank.accounts)  # a large one takes a second
    for statement in statements:
        check_closed(statement.statement_id, statement.end_on, bank.zone, now)
    await store.lock(session)
    answer = []
    for statement in statements:
        before = await bank_store.statement_known(
            session, statement.account, statement.currency, statement.statement_id
        )
        if before is not None and before.sha256 != statement.sha256:
            raise StatementContradicts(
                f"statement {statement.statement_id} was taken in with another content", "content"
            )
        answer.append((before or await take_in(session, statement, bank.zone, by, now), before is not None))
    await book_settlements(session, now)
    return answer


async def take_in(
    session: AsyncSession, statement: BankStatement, zone: tzinfo, by: UUID, now: datetime
) -> BankStatementRow:
    row = BankStatementRow(
        id=new_id(),
        statement_id=statement.statement_id,
        account=statement.account,
        currency=statement.currency,
        start_on=statement.start_on,
        end_on=statement.end_on,
        opening_minor=statement.opening_minor,
        closing_minor=statement.closing_minor,
        lines=len(statement.lines),
        sha256=statement.sha256,
        content=statement.content,
        ingested_by=by,
        ingested_at=now,
    )
    await bank_store.add_statement(session, row, statement.lines)
    await look_for_gaps(session, row, now)
    await settle_payouts(session, await bank_store.lines_of(session, row.id), zone, by, now)
    return row


async def look_for_gaps(session: AsyncSession, row: BankStatementRow, now: datetime) -> None:
    """A statement begins with what the one before ended with; else one is missing, or one of them is not the bank's."""
    closed = []
    for following in await bank_store.neighbours(session, row):
        off = following.opening_minor - following.before_closing
        if not off:
            closed.append(following.id)
            continue
        said = (
            f"statement {following.statement_id} opens {off} minor units off what {following.before_id} closed with:"
            " take in the one between, or ask the bank"
        )
        await cases.open_cases(
            session, [new_case(CaseKind.STATEMENT_GAP, following.id, said, now, amount=(abs(off), row.currency))]
        )
    await cases.came_right(session, [CaseKind.STATEMENT_GAP], closed, now)


async def settle_payouts(
    session: AsyncSession, lines: Sequence[BankLineRow], zone: tzinfo, by: UUID, now: datetime
) -> None:
    """What lines say of payouts by the bank, where they say the whole of it; the rest is left to be a break.

    It counts on the day the bank booked it, which is none before its file was handed out. A file that nobody handed out
    was paid by nobody.
    """
    named = {
        line.position: UUID(line.reference.partition(":")[2]) for line in lines if line.reference.startswith(PAYOUT)
    }
    rows = await payouts.payouts_for_update(session, list(set(named.values())))
    whole = [(line, rows[named[line.position]]) for line in lines if line.position in named]
    whole = [(line, payout) for line, payout in whole if says_all(line, payout)]
    for line, payout in whole:
        check_booked(payout.id, line.booked_on, handed_out_at(payout), zone)
    paid = {
        payout.id: "" for line, payout in whole if line.amount_minor < 0 and payout.status == PayoutStatus.SUBMITTED
    }
    if paid:
        booked = {payout.id: counts_at(line.booked_on, handed_out_at(payout), zone) for line, payout in whole}
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
    """A payout came back, as a bank statement says: it is owed again. Who took the statement in does not approve."""
    await store.lock(session)
    payout = (await payouts.payouts_for_update(session, [payout_id])).get(payout_id)
    if payout is None:
        raise NotFound("there is no such payout", "payout_id")
    returns = await bank_store.returns_of(session, payout.id, payout.amount_minor, payout.currency)
    if not returns or payout.status != PayoutStatus.PAID or payout.rail != Rail.BANK:
        raise NothingReturned(f"the payout is {payout.status}, and {len(returns)} bank lines return it", "payout_id")
    if approved_by in (None, by, returns[0].ingested_by):
        raise NeedsSecondPerson("let a person approve it who did not take in the statement", "payout_id")
    payout.return_told_by, payout.return_approved_by = returns[0].ingested_by, approved_by
    reason = returns[0].return_reason or NO_REASON
    booked = counts_at(returns[0].booked_on, handed_out_at(payout), zone)
    await payout_outcomes.record_return(session, payout, reason, now, booked)
    return payout


def handed_out_at(payout: PayoutRow) -> datetime:
    """When the bank was given the payout to make; of one that it was not given, when it was made."""
    return payout.submitted_at or payout.created_at


def says_all(line: BankLineRow, payout: PayoutRow) -> bool:
    return (payout.rail, payout.amount_minor, payout.currency) == (Rail.BANK, abs(line.amount_minor), line.currency)


async def write_files(
    session: AsyncSession,
    payouts: Sequence[PayoutRow],
    accounts: Mapping[UUID, BankAccount],
    bank: OwnBank,
    now: datetime,
) -> None:
    """One file a currency of the payouts that go by the bank."""
    for currency in sorted({payout.currency for payout in payouts if payout.rail == Rail.BANK}):
        in_file = [payout for payout in payouts if payout.rail == Rail.BANK and payout.currency == currency]
        file_id = new_id()
        transfers = [
            Transfer(payout.id.hex, payout.amount_minor, accounts[payout.partner_id], f"payout {payout.id}")
            for payout in in_file
        ]
        today = now.astimezone(bank.zone).date()
        debtor = bank.accounts[currency]
        what = (file_id.hex, currency, debtor, transfers, now, today, bank.message(currency))
        content = await asyncio.to_thread(credit_transfers, *what)
        session.add(
            BankFileRow(
                id=file_id,
                currency=currency,
                payouts=len(in_file),
                total_minor=sum(payout.amount_minor for payout in in_file),
                sha256=hashlib.sha256(content).hexdigest(),
                content=content,
                made_at=now,
            )
        )
        for payout in in_file:
            payout.bank_file_id = file_id
    await session.flush()


async def export_bank_file(session: AsyncSession, *, file_id: UUID, by: UUID, now: datetime) -> BankFileRow:
    """Hand the file out to be given to the bank; its payouts are submitted from then on. Again, it is the same file."""
    row = await bank_store.bank_file_for_update(session, file_id)
    if row.exported_at is None:
        row.exported_at, row.exported_by = now, by
        await session.flush()
        await bank_store.submit(session, file_id, now)
    return row
