"""Reconciliation: hear what bank and provider say, match it with the ledger, and settle what does not agree."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta, tzinfo
from uuid import UUID

import orjson
from chassis.ids import new_id
from chassis.refusals import Invalid, Refusal
from sqlalchemy.ext.asyncio import AsyncSession

from settlement import payout_outcomes
from settlement.bank import bank_statement
from settlement.bank.bank_statement import BankStatement
from settlement.domain.bank import OwnBank
from settlement.domain.ledger import (
    BANK,
    BANK_FEES,
    CASH,
    COMMISSION,
    PROVIDER_FEES,
    SETTLING,
    SUSPENSE,
    WRITE_OFF,
    JournalEntry,
    Posting,
)
from settlement.domain.payments import Payout
from settlement.domain.payouts import Rail
from settlement.domain.reconciliation import (
    DAYS_MAX,
    RULES_MAX,
    AdjustmentDecided,
    AdjustmentPending,
    BreakResolved,
    Found,
    Kind,
    NotEven,
    NothingToAdjust,
    Resolution,
    Result,
    Rule,
    SamePerson,
    Source,
    reconcile,
)
from settlement.provider.port import Movement
from settlement.store import ledger, payouts
from settlement.store import reconciliation as store
from settlement.store.reconciliation import Known
from settlement.tables import (
    AdjustmentRow,
    BankLineRow,
    BankStatementRow,
    BreakRow,
    MatchRuleRow,
    PayoutRow,
    ProviderReportRow,
    ReconciliationRow,
)

CONFIRMED_WITHIN = timedelta(days=5)  # of its export, or a payout is missed on the bank's statement
REASON_LENGTH_MAX = 500
NAME_LENGTH_MAX = 100
MATCHED_TOGETHER_MAX = 100
CASH_OF = {Source.BANK: BANK, Source.PROVIDER: CASH}
AGAINST = frozenset({COMMISSION, BANK_FEES, PROVIDER_FEES, WRITE_OFF, SUSPENSE, SETTLING})
PAYOUT = ("payout-paid:", "payout-returned:")
PARTNERS_ACCOUNT = re.compile(r"partner:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:payable")


class StatementContradicts(Refusal):
    """The bank gave another statement under this id before."""


async def ingest_bank_statement(
    session: AsyncSession, *, content: bytes, bank: OwnBank, by: UUID, now: datetime
) -> Sequence[tuple[BankStatementRow, bool]]:
    """Take in a file of statements: all of it or nothing. Each says whether it had been taken in before.

    A payout whose transfer was booked is paid; one whose transfer came back is owed again.
    """
    told = await asyncio.to_thread(bank_statement.read, content, bank.accounts)  # a large one takes a second
    await store.lock(session)
    answer = []
    for one in told:
        before = await store.statement_known(session, one.account, one.currency, one.statement_id)
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
    await store.add_statement(session, row, told.lines)
    await settle_payouts(session, await store.lines_of(session, row.id), zone, now)
    return row


async def settle_payouts(session: AsyncSession, lines: Sequence[BankLineRow], zone: tzinfo, now: datetime) -> None:
    """What lines say of payouts by the bank, where they say the whole of it; the rest is left to be a break.

    It counts on the day the bank booked it.
    """
    named = {
        line.position: UUID(line.reference.partition(":")[2]) for line in lines if line.reference.startswith(PAYOUT)
    }
    found = await payouts.payouts_for_update(session, list(set(named.values())))
    whole = [(line, found[named[line.position]]) for line in lines if line.position in named]
    whole = [(line, payout) for line, payout in whole if says_all(line, payout)]
    paid = {
        payout.id: ""
        for line, payout in whole
        if line.amount_minor < 0 and payout.status in (Payout.CLAIMED, Payout.SUBMITTED)
    }
    if paid:
        booked = {payout.id: booked_at(line, zone) for line, payout in whole}
        await payout_outcomes.record(session, paid, now, booked)
    for line, payout in whole:
        if line.amount_minor > 0 and payout.status == Payout.PAID:
            reason = line.return_reason or "the bank sent it back"
            await payout_outcomes.record_return(session, payout, reason, now, booked_at(line, zone))


def booked_at(line: BankLineRow, zone: tzinfo) -> datetime:
    return datetime.combine(line.booked_on, time(), zone)


def says_all(line: BankLineRow, payout: PayoutRow) -> bool:
    return (payout.rail, payout.amount_minor, payout.currency) == (Rail.BANK, abs(line.amount_minor), line.currency)


async def take_report(
    session: AsyncSession, *, movements: Sequence[Movement], now: datetime, lag: timedelta = timedelta()
) -> None:
    """Take in what is new in the provider's report. What moved within `lag` may not be in it yet."""
    await store.lock(session)
    await store.add_movements(session, movements)
    await store.add_report(session, ProviderReportRow(id=new_id(), read_at=now - lag, movements=len(movements)))
    await book_settlements(session, now)


async def book_settlements(session: AsyncSession, now: datetime) -> None:
    """What the provider says it sent is on its way; what of it the bank says it got has arrived; its fees are ours."""
    sent, received = await store.unbooked_settlements(session)
    fees = await store.unbooked_fees(session)
    entries = [moved(f"provider-settled:{one.key}", SETTLING, CASH, one.amount_minor, one.currency) for one in sent]
    entries += [moved(f"bank-received:{one.key}", BANK, SETTLING, one.amount_minor, one.currency) for one in received]
    entries += [moved(f"provider-fee:{one.key}", PROVIDER_FEES, CASH, one.amount_minor, one.currency) for one in fees]
    await ledger.append(session, entries, now)


def moved(reference: str, to: str, out_of: str, minor: int, currency: str) -> JournalEntry:
    postings = (Posting(to, minor, currency), Posting(out_of, -minor, currency))
    return JournalEntry(new_id(), reference.partition(":")[0], reference, postings)


async def run_reconciliation(session: AsyncSession, *, bank: OwnBank, now: datetime) -> ReconciliationRow:
    """Match what is open, open a break for what does not agree, and resolve those whose counterpart came."""
    await store.lock(session)
    rules = [Rule(row.name, row.by_reference, row.days) for row in await store.rules(session)]
    at = await store.known(session, str(bank.zone))
    result = await compute(session, at, rules, bank)
    row = ReconciliationRow(
        id=new_id(),
        ran_at=now,
        ledger_position=at.ledger_position,
        snapshot=at.snapshot,
        bank_position=at.bank_position,
        provider_position=at.provider_position,
        match_serial=at.match_serial,
        bank_until=at.bank_until,
        provider_until=at.provider_until,
        rules=orjson.dumps(rules).decode(),
        matched=len(result.pairs),
        opened=0,
        resolved=0,
        digest=result.digest(),
    )
    still = {identity(found): found for found in result.breaks}
    before = await store.open_breaks(session)
    gone = [one for one in before if identity_of(one) not in still]
    fresh = still.keys() - {identity_of(one) for one in before}
    row.opened, row.resolved = len(fresh), len(gone)
    await store.add_matches(session, row, result.pairs)
    for one in gone:
        resolve(one, Resolution.GONE, None, now)
    await session.flush()  # what is resolved makes room for what is opened of the same item
    session.add_all(opened(found, row, now) for found in result.breaks if identity(found) in fresh)
    await session.flush()
    return row


async def compute(session: AsyncSession, at: Known, rules: Sequence[Rule], bank: OwnBank) -> Result:
    ours, told = await store.open_items(session, at, str(bank.zone))
    until = {Source.BANK: at.bank_until, Source.PROVIDER: at.provider_until}
    result = reconcile(ours, told, rules, {source: moment for source, moment in until.items() if moment is not None})
    return Result(result.pairs, [*result.breaks, *await store.unconfirmed(session, at, CONFIRMED_WITHIN)])


async def recompute(session: AsyncSession, *, reconciliation_id: UUID, bank: OwnBank) -> tuple[ReconciliationRow, str]:
    """The reconciliation, and the digest it comes to when it is done again from what it knew."""
    row = await store.run(session, reconciliation_id)
    at = Known(
        row.ledger_position,
        row.snapshot,
        row.bank_position,
        row.provider_position,
        row.match_serial,
        row.bank_until,
        row.provider_until,
    )
    rules = [Rule(**rule) for rule in orjson.loads(row.rules)]
    return row, (await compute(session, at, rules, bank)).digest()


type Identity = tuple[str, int | None, int | None, UUID | None, str]


def identity(found: Found) -> Identity:
    return (
        found.source,
        found.ledger.position if found.ledger else None,
        found.told.position if found.told else None,
        found.payout_id,
        found.kind,
    )


def identity_of(row: BreakRow) -> Identity:
    return (row.source, row.posting_position, row.told_position, row.payout_id, row.kind)


def opened(found: Found, run: ReconciliationRow, now: datetime) -> BreakRow:
    return BreakRow(
        id=new_id(),
        kind=found.kind,
        source=found.source,
        posting_position=found.ledger.position if found.ledger else None,
        told_position=found.told.position if found.told else None,
        payout_id=found.payout_id,
        amount_minor=found.amount_minor,
        currency=found.currency,
        occurred_at=found.at or now,
        opened_at=now,
        reconciliation_id=run.id,
    )


def resolve(row: BreakRow, how: Resolution, serial: int | None, now: datetime) -> None:
    row.status, row.resolution, row.resolved_at, row.match_serial = "resolved", how, now, serial


async def open_breaks(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[BreakRow]:
    """These breaks, locked, all of them open."""
    await store.lock(session)
    found = await store.breaks_for_update(session, ids)
    for one in found:
        if one.status != "open":
            raise BreakResolved(f"{one.id} was {one.resolution}", "break_id")
    return found


async def assign_break(session: AsyncSession, *, break_id: UUID, owner: UUID) -> BreakRow:
    (found,) = await open_breaks(session, [break_id])
    found.owner = owner
    await session.flush()
    return found


async def match_breaks(
    session: AsyncSession, *, break_ids: Sequence[UUID], by: UUID, now: datetime
) -> Sequence[BreakRow]:
    """Say that these items tell of the same money: what the ledger has of it must be what its source tells of it."""
    if not 1 <= len(set(break_ids)) <= MATCHED_TOGETHER_MAX:
        raise Invalid("break_ids", f"must name 1 to {MATCHED_TOGETHER_MAX} breaks")
    found = await open_breaks(session, break_ids)
    if len({one.source for one in found}) > 1 or any(one.kind == Kind.PAYOUT_UNCONFIRMED for one in found):
        raise Invalid("break_ids", "must all be of the bank's statement or of the provider's report")
    for one in found:
        await refuse_pending(session, one)
    items = await store.items_of(session, found)
    if any(off := differences(items).values()):
        raise NotEven(f"they are off by {', '.join(map(str, off))} minor units", "break_ids")
    serial = await store.add_match(session, "by hand", list(items), by, now)
    for one in found:
        resolve(one, Resolution.MATCHED, serial, now)
    await session.flush()
    return found


def differences(items: Mapping[tuple[str, int], store.Told]) -> dict[str, int]:
    """By currency, what is told beyond what the ledger has."""
    off: dict[str, int] = {}
    for (side, _), told in items.items():
        sign = -1 if side == "ledger" else 1
        off[told.currency] = off.get(told.currency, 0) + sign * told.amount_minor
    return off


async def refuse_pending(session: AsyncSession, found: BreakRow) -> None:
    if await store.proposed_of(session, found.id) is not None:
        raise AdjustmentPending("decide the proposed adjustment first", "break_id")


async def propose_adjustment(
    session: AsyncSession, *, break_id: UUID, account: str, reason: str, by: UUID, now: datetime
) -> AdjustmentRow:
    """Propose the entry that would bring the ledger to what is told, against `account`. Another person decides."""
    if not 1 <= len(reason.strip()) <= REASON_LENGTH_MAX:
        raise Invalid("reason", f"must have 1 to {REASON_LENGTH_MAX} characters")
    (found,) = await open_breaks(session, [break_id])
    cash = CASH_OF[Source(found.source)]
    if account not in AGAINST | {BANK, CASH} - {cash} and not PARTNERS_ACCOUNT.fullmatch(account):
        known = ", ".join(sorted(AGAINST | {BANK, CASH} - {cash}))
        raise Invalid("account", f"must be one of {known}, or a partner's payable account")
    await refuse_pending(session, found)
    off = {currency: minor for currency, minor in differences(await store.items_of(session, [found])).items() if minor}
    if found.kind == Kind.PAYOUT_UNCONFIRMED or len(off) != 1:
        raise NothingToAdjust(f"a break of kind {found.kind} in {', '.join(off) or found.currency}", "break_id")
    ((currency, minor),) = off.items()
    row = AdjustmentRow(
        id=new_id(),
        break_id=found.id,
        cash_account=cash,
        account=account,
        amount_minor=minor,
        currency=currency,
        reason=reason.strip(),
        proposed_by=by,
        proposed_at=now,
    )
    session.add(row)
    await session.flush()
    return row


async def decide_adjustment(
    session: AsyncSession, *, adjustment_id: UUID, approved: bool, by: UUID, now: datetime
) -> AdjustmentRow:
    """Approve an adjustment that another proposed: its entry is written, and the break resolved. Or reject it."""
    await store.lock(session)
    row = await store.adjustment_for_update(session, adjustment_id)
    if row.status != "proposed":
        raise AdjustmentDecided(f"it was {row.status}", "adjustment_id")
    if approved and row.proposed_by == by:
        raise SamePerson("ask somebody else to decide it", "adjustment_id")
    row.decided_by, row.decided_at = by, now
    if not approved:
        row.status = "rejected"
        await session.flush()
        return row
    (found,) = await open_breaks(session, [row.break_id])
    postings = (
        Posting(row.cash_account, row.amount_minor, row.currency),
        Posting(row.account, -row.amount_minor, row.currency),
    )
    entry = JournalEntry(new_id(), "adjustment", f"adjustment:{row.id}", postings, effective_at=found.occurred_at)
    await ledger.append(session, [entry], now)
    _, written = await ledger.entry(session, entry.id)
    items = [*await store.items_of(session, [found])]
    items += [("ledger", posting.position) for posting in written if posting.account == row.cash_account]
    serial = await store.add_match(session, f"adjustment:{row.id}", items, by, now)
    row.status, row.entry_id = "approved", entry.id
    resolve(found, Resolution.ADJUSTED, serial, now)
    await session.flush()
    return row


async def put_match_rules(session: AsyncSession, *, rules: Sequence[Rule]) -> Sequence[MatchRuleRow]:
    """Say by which rules, in their order, is matched from the next reconciliation on."""
    if len(rules) > RULES_MAX:
        raise Invalid("rules", f"at most {RULES_MAX}")
    for place, rule in enumerate(rules):
        if not 1 <= len(rule.name.strip()) <= NAME_LENGTH_MAX:
            raise Invalid(f"rules[{place}].name", f"must have 1 to {NAME_LENGTH_MAX} characters")
        if not 0 <= rule.days <= DAYS_MAX:
            raise Invalid(f"rules[{place}].days", f"must be between 0 and {DAYS_MAX}")
    if len({rule.name.strip() for rule in rules}) < len(rules):
        raise Invalid("rules", "each needs a name of its own")
    await store.lock(session)
    rows = [
        MatchRuleRow(place=place, name=rule.name.strip(), by_reference=rule.by_reference, days=rule.days)
        for place, rule in enumerate(rules, 1)
    ]
    await store.put_rules(session, rows)
    return rows
