"""The bank side of settlement over HTTP: files for the bank, reconciliation. Decode, one call, encode."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.database import Database
from chassis.ids import parse_id
from chassis.refusals import Unavailable
from chassis.wire import timestamp
from yima.common.v1.types_pb2 import PageRequest
from yima.settlement.v1 import bank_pb2 as pb
from yima.settlement.v1 import reconciliation_pb2 as recon

from settlement import commands
from settlement.api import Resources, api, known_name
from settlement.bank.bank_statement import NotOurAccount, StatementUneven
from settlement.bank.schemas import NotThatMessage
from settlement.commands import StatementContradicts
from settlement.domain.reconciliation import (
    AdjustmentDecided,
    AdjustmentPending,
    BreakResolved,
    NotEven,
    NothingToAdjust,
    Rule,
    SamePerson,
)
from settlement.messages import amount
from settlement.provider.port import Movement, Provider, Unreachable
from settlement.store import payouts
from settlement.store import reconciliation as store
from settlement.store.reconciliation import Told
from settlement.tables import (
    AdjustmentRow,
    BankFileRow,
    BankStatementRow,
    BreakRow,
    MatchRuleRow,
    ReconciliationRow,
)

__all__ = ["api"]

MOVEMENTS_READ_MAX = 5_000

api.refusals |= {
    NotThatMessage: 400,
    NotOurAccount: 400,
    StatementUneven: 400,
    StatementContradicts: 409,
    NotEven: 409,
    BreakResolved: 409,
    AdjustmentPending: 409,
    AdjustmentDecided: 409,
    NothingToAdjust: 409,
    SamePerson: 403,
}


def paged(page: PageRequest) -> tuple[int, UUID | None]:
    """How many are wanted, and after which."""
    position = pages.position(page)
    return pages.size(page), parse_id(position, "page.after") if position else None


@api.serves
async def list_bank_files(request: pb.ListBankFilesRequest, call: Call[Resources]) -> pb.BankFilePage:
    wanted, after = paged(request.page)
    found = await payouts.bank_files(call.session, after, wanted)
    return pb.BankFilePage(
        files=[file_message(one) for one in found[:wanted]], page=pages.info([one.id for one in found], wanted)
    )


@api.serves
async def get_bank_file(request: pb.GetBankFileRequest, call: Call[Resources]) -> pb.BankFile:
    return file_message(await payouts.bank_file_for_update(call.session, parse_id(request.file_id, "file_id")))


@api.serves
async def export_bank_file(request: pb.ExportBankFileRequest, call: Call[Resources]) -> pb.BankFile:
    found = await commands.export_bank_file(
        call.session,
        file_id=parse_id(request.file_id, "file_id"),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    message = file_message(found)
    message.content = found.content
    return message


def file_message(row: BankFileRow) -> pb.BankFile:
    return pb.BankFile(
        id=str(row.id),
        payouts=row.payouts,
        total=amount(row.total_minor, row.currency),
        sha256=row.sha256,
        made_at=timestamp(row.made_at),
        exported_at=timestamp(row.exported_at),
        exported_by=str(row.exported_by or ""),
    )


@api.serves
async def ingest_bank_statements(
    request: recon.IngestBankStatementsRequest, call: Call[Resources]
) -> recon.BankStatements:
    found = await commands.ingest_bank_statement(
        call.session,
        content=request.content,
        bank=call.resources.bank,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return recon.BankStatements(statements=[statement_message(row, known) for row, known in found])


@api.serves
async def list_bank_statements(
    request: recon.ListBankStatementsRequest, call: Call[Resources]
) -> recon.BankStatementPage:
    wanted, after = paged(request.page)
    found = await store.statements(call.session, after, wanted)
    return recon.BankStatementPage(
        statements=[statement_message(one, True) for one in found[:wanted]],
        page=pages.info([one.id for one in found], wanted),
    )


def statement_message(row: BankStatementRow, known: bool) -> recon.BankStatement:
    return recon.BankStatement(
        id=str(row.id),
        statement_id=row.statement_id,
        account=row.account,
        start_on=row.start_on.isoformat(),
        end_on=row.end_on.isoformat(),
        opening=amount(row.opening_minor, row.currency),
        closing=amount(row.closing_minor, row.currency),
        lines=row.lines,
        sha256=row.sha256,
        ingested_at=timestamp(row.ingested_at),
        known_before=known,
    )


async def read_report(provider: Provider, after: int) -> Sequence[Movement]:
    try:
        return await provider.report(after, MOVEMENTS_READ_MAX)
    except Unreachable as away:
        raise Unavailable(f"the provider's report cannot be read: {away}") from away


@api.serves
async def read_provider_report(request: recon.ReadProviderReportRequest, call: Call[Resources]) -> recon.ProviderReport:
    movements = await read_report(call.resources.provider, await store.last_place(call.session))
    lag = call.resources.provider.report_lag
    await commands.take_report(call.session, movements=movements, now=call.now, lag=lag)
    return recon.ProviderReport(movements=len(movements))


async def read_all(database: Database, provider: Provider, clock: Callable[[], datetime]) -> int:
    """Take in all that is new in the provider's report, a bounded piece a transaction."""
    count = 0
    while True:
        began = clock()
        async with database.transaction() as session:
            after = await store.last_place(session)
        movements = await read_report(provider, after)
        async with database.transaction() as session:
            await commands.take_report(session, movements=movements, now=began, lag=provider.report_lag)
        count += len(movements)
        if len(movements) < MOVEMENTS_READ_MAX:
            return count


@api.serves
async def reconcile(request: recon.ReconcileRequest, call: Call[Resources]) -> recon.Reconciliation:
    return run_message(await commands.run_reconciliation(call.session, bank=call.resources.bank, now=call.now))


@api.serves
async def list_reconciliations(
    request: recon.ListReconciliationsRequest, call: Call[Resources]
) -> recon.ReconciliationPage:
    wanted, after = paged(request.page)
    found = await store.runs(call.session, after, wanted)
    return recon.ReconciliationPage(
        reconciliations=[run_message(one) for one in found[:wanted]],
        page=pages.info([one.id for one in found], wanted),
    )


def run_message(row: ReconciliationRow) -> recon.Reconciliation:
    return recon.Reconciliation(
        id=str(row.id),
        ran_at=timestamp(row.ran_at),
        ledger_position=row.ledger_position,
        matched=row.matched,
        breaks_opened=row.opened,
        breaks_resolved=row.resolved,
        digest=row.digest,
    )


@api.serves
async def check_reconciliation(
    request: recon.CheckReconciliationRequest, call: Call[Resources]
) -> recon.ReconciliationCheck:
    wanted = parse_id(request.reconciliation_id, "reconciliation_id")
    row, digest = await commands.recompute(call.session, reconciliation_id=wanted, bank=call.resources.bank)
    return recon.ReconciliationCheck(holds=row.digest == digest, digest=row.digest, recomputed=digest)


@api.serves
async def list_breaks(request: recon.ListBreaksRequest, call: Call[Resources]) -> recon.BreakPage:
    wanted, after = paged(request.page)
    status = known_name(recon.BreakStatus, request.status, "status") if request.status else ""
    found = await store.breaks(call.session, status, after, wanted)
    return recon.BreakPage(
        breaks=await break_messages(call, found[:wanted]), page=pages.info([one.id for one in found], wanted)
    )


async def break_messages(call: Call[Resources], found: Sequence[BreakRow]) -> list[recon.Break]:
    items = await store.items_of(call.session, found)
    return [break_message(one, items, call.now) for one in found]


def break_message(row: BreakRow, items: Mapping[tuple[str, int], Told], now: datetime) -> recon.Break:
    ours = items[("ledger", row.posting_position)] if row.posting_position is not None else None
    told = items[(row.source, row.told_position)] if row.told_position is not None else None
    message = recon.Break(
        id=str(row.id),
        kind=f"BREAK_KIND_{row.kind.upper()}",
        source=f"BREAK_SOURCE_{row.source.upper()}",
        amount=amount(row.amount_minor, row.currency),
        occurred_at=timestamp(row.occurred_at),
        opened_at=timestamp(row.opened_at),
        age_days=max(0, ((row.resolved_at or now) - row.occurred_at).days),
        owner=str(row.owner or ""),
        status=f"BREAK_STATUS_{row.status.upper()}",
        resolution=f"BREAK_RESOLUTION_{row.resolution.upper()}" if row.resolution else None,
        resolved_at=timestamp(row.resolved_at),
        reference=(ours or told or Told(0, "", "")).reference,
        payout_id=str(row.payout_id or ""),
    )
    if ours is not None:
        message.in_ledger.CopyFrom(amount(ours.amount_minor, ours.currency))
    if told is not None:
        message.told.CopyFrom(amount(told.amount_minor, told.currency))
    return message


@api.serves
async def assign_break(request: recon.AssignBreakRequest, call: Call[Resources]) -> recon.Break:
    found = await commands.assign_break(
        call.session,
        break_id=parse_id(request.break_id, "break_id"),
        owner=parse_id(request.owner, "owner") if request.owner else UUID(call.principal.subject_id),
    )
    return (await break_messages(call, [found]))[0]


@api.serves
async def match_breaks(request: recon.MatchBreaksRequest, call: Call[Resources]) -> recon.MatchedBreaks:
    found = await commands.match_breaks(
        call.session,
        break_ids=[parse_id(one, "break_ids") for one in request.break_ids],
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return recon.MatchedBreaks(breaks=await break_messages(call, found))


@api.serves
async def propose_adjustment(request: recon.ProposeAdjustmentRequest, call: Call[Resources]) -> recon.Adjustment:
    row = await commands.propose_adjustment(
        call.session,
        break_id=parse_id(request.break_id, "break_id"),
        account=request.account,
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return adjustment_message(row)


@api.serves
async def decide_adjustment(request: recon.DecideAdjustmentRequest, call: Call[Resources]) -> recon.Adjustment:
    row = await commands.decide_adjustment(
        call.session,
        adjustment_id=parse_id(request.adjustment_id, "adjustment_id"),
        approved=request.approved,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return adjustment_message(row)


@api.serves
async def list_adjustments(request: recon.ListAdjustmentsRequest, call: Call[Resources]) -> recon.AdjustmentPage:
    wanted, after = paged(request.page)
    found = await store.adjustments(call.session, after, wanted)
    return recon.AdjustmentPage(
        adjustments=[adjustment_message(one) for one in found[:wanted]],
        page=pages.info([one.id for one in found], wanted),
    )


def adjustment_message(row: AdjustmentRow) -> recon.Adjustment:
    return recon.Adjustment(
        id=str(row.id),
        break_id=str(row.break_id),
        cash_account=row.cash_account,
        account=row.account,
        amount=amount(row.amount_minor, row.currency),
        reason=row.reason,
        status=f"ADJUSTMENT_STATUS_{row.status.upper()}",
        proposed_by=str(row.proposed_by),
        proposed_at=timestamp(row.proposed_at),
        decided_by=str(row.decided_by or ""),
        decided_at=timestamp(row.decided_at),
        entry_id=str(row.entry_id or ""),
    )


@api.serves
async def get_match_rules(request: recon.GetMatchRulesRequest, call: Call[Resources]) -> recon.MatchRules:
    return rules_message(await store.rules(call.session))


@api.serves
async def put_match_rules(request: recon.PutMatchRulesRequest, call: Call[Resources]) -> recon.MatchRules:
    rules = [Rule(rule.name, rule.by_reference, rule.days) for rule in request.rules]
    return rules_message(await commands.put_match_rules(call.session, rules=rules))


def rules_message(rows: Sequence[MatchRuleRow]) -> recon.MatchRules:
    return recon.MatchRules(
        rules=[recon.MatchRule(name=row.name, by_reference=row.by_reference, days=row.days) for row in rows]
    )
