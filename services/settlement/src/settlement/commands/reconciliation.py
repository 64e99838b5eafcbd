"""Holding the ledger against what bank and provider report, by rules that are data."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from chassis import texts
from chassis.ids import new_id
from chassis.refusals import Invalid
from chassis.rows import insert as insert_rows
from sqlalchemy.ext.asyncio import AsyncSession

from settlement.domain.bank import OwnBank
from settlement.domain.reconciliation import (
    DAYS_MAX,
    RULES_MAX,
    Discrepancy,
    Resolution,
    Result,
    Rule,
    Source,
    reconcile,
)
from settlement.store import reconciliation as store
from settlement.store.reconciliation import Horizon
from settlement.tables import BreakRow, MatchRuleRow, ReconciliationRow

CONFIRMED_WITHIN = timedelta(days=5)  # of its export, or a payout is missed on the bank's statement
MOVED_WITHIN = timedelta(days=1)  # of its being owed, or what is owed and did not move is a break
NAME_LENGTH_MAX = 100
PAIRS_MAX = 5_000  # matched in one run, so that its commit, which looks at each of them, is no matter of minutes


async def run_reconciliation(
    session: AsyncSession, *, bank: OwnBank, now: datetime, pairs_max: int = PAIRS_MAX
) -> ReconciliationRow:
    """Match what is open, open a break for what does not agree, and resolve those whose counterpart came.

    It makes `pairs_max` matches at most; what else agrees waits for the next run, and is no break.
    """
    await store.lock(session)
    rules = [Rule(row.name, row.by_reference, row.days) for row in await store.rules(session)]
    at = await store.known(session, str(bank.zone))
    result = await compute(session, at, rules, bank, pairs_max=pairs_max)
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
        not_moved=True,
        pairs_max=pairs_max,
    )
    still = {identity(discrepancy): discrepancy for discrepancy in result.breaks}
    before = await store.open_breaks(session)
    gone = [break_row for break_row in before if identity_of(break_row) not in still]
    fresh = still.keys() - {identity_of(break_row) for break_row in before}
    row.opened, row.resolved = len(fresh), len(gone)
    await store.add_matches(session, row, result.pairs)
    for break_row in gone:
        resolve(break_row, Resolution.GONE, None, now)
    await session.flush()  # what is resolved makes room for what is opened of the same item
    new_breaks = [opened(discrepancy, row, now) for discrepancy in result.breaks if identity(discrepancy) in fresh]
    await insert_rows(session, new_breaks)
    return row


def is_complete(row: ReconciliationRow) -> bool:
    """Did the run match all that agrees? One that made as many matches as it may can have left some to the next."""
    return row.pairs_max is None or row.matched < row.pairs_max


async def compute(
    session: AsyncSession,
    at: Horizon,
    rules: Sequence[Rule],
    bank: OwnBank,
    not_moved: bool = True,
    pairs_max: int | None = None,
) -> Result:
    in_ledger, reported = await store.open_items(session, at, str(bank.zone))
    until = {Source.BANK: at.bank_until, Source.PROVIDER: at.provider_until}
    result = reconcile(
        in_ledger, reported, rules, {source: moment for source, moment in until.items() if moment is not None}
    )
    discrepancies = [*result.breaks, *await store.unconfirmed(session, at, CONFIRMED_WITHIN)]
    if not_moved:
        discrepancies += await store.not_moved(session, at, MOVED_WITHIN)
    return Result(result.pairs[:pairs_max], discrepancies)


async def recompute(session: AsyncSession, *, reconciliation_id: UUID, bank: OwnBank) -> tuple[ReconciliationRow, str]:
    """The reconciliation, and the digest it comes to when it is done again from what it knew."""
    row = await store.run(session, reconciliation_id)
    at = Horizon(
        row.ledger_position,
        row.snapshot,
        row.bank_position,
        row.provider_position,
        row.match_serial,
        row.bank_until,
        row.provider_until,
    )
    rules = [Rule(**rule) for rule in orjson.loads(row.rules)]
    return row, (await compute(session, at, rules, bank, row.not_moved, row.pairs_max)).digest()


type Identity = tuple[str, int | None, int | None, UUID | None, str, UUID | None]


def identity(discrepancy: Discrepancy) -> Identity:
    return (
        discrepancy.source,
        discrepancy.ledger.position if discrepancy.ledger else None,
        discrepancy.reported.position if discrepancy.reported else None,
        discrepancy.payout_id,
        discrepancy.kind,
        discrepancy.subject_id,
    )


def identity_of(row: BreakRow) -> Identity:
    return (row.source, row.posting_position, row.told_position, row.payout_id, row.kind, row.subject_id)


def opened(discrepancy: Discrepancy, run: ReconciliationRow, now: datetime) -> BreakRow:
    return BreakRow(
        id=new_id(),
        kind=discrepancy.kind,
        source=discrepancy.source,
        posting_position=discrepancy.ledger.position if discrepancy.ledger else None,
        told_position=discrepancy.reported.position if discrepancy.reported else None,
        payout_id=discrepancy.payout_id,
        subject_id=discrepancy.subject_id,
        amount_minor=discrepancy.amount_minor,
        currency=discrepancy.currency,
        occurred_at=discrepancy.at or now,
        opened_at=now,
        reconciliation_id=run.id,
    )


def resolve(row: BreakRow, how: Resolution, serial: int | None, now: datetime) -> None:
    row.status, row.resolution, row.resolved_at, row.match_serial = "resolved", how, now, serial


async def put_match_rules(session: AsyncSession, *, rules: Sequence[Rule]) -> Sequence[MatchRuleRow]:
    """Say by which rules, in their order, is matched from the next reconciliation on."""
    if len(rules) > RULES_MAX:
        raise Invalid("rules", f"at most {RULES_MAX}")
    names = [texts.line(rule.name, f"rules[{index}].name", NAME_LENGTH_MAX) for index, rule in enumerate(rules)]
    for index, rule in enumerate(rules):
        if not 0 <= rule.days <= DAYS_MAX:
            raise Invalid(f"rules[{index}].days", f"must be between 0 and {DAYS_MAX}")
    if len(set(names)) < len(names):
        raise Invalid("rules", "each needs a name of its own")
    await store.lock(session)
    rows = [
        MatchRuleRow(place=index, name=name, by_reference=rule.by_reference, days=rule.days)
        for index, (name, rule) in enumerate(zip(names, rules, strict=True), 1)
    ]
    await store.put_rules(session, rows)
    return rows
