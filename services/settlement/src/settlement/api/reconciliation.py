"""Reconciliation over HTTP: runs, breaks, adjustments, rules. Decode, one call, encode."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import timestamp
from yima.settlement.v1 import reconciliation_pb2 as recon

from settlement import commands
from settlement.api.served import api, known_name
from settlement.commands.reconciliation import is_complete
from settlement.commands.resources import Resources
from settlement.domain.amounts import amount
from settlement.domain.reconciliation import Rule
from settlement.store import reconciliation as store
from settlement.store.reconciliation import BreakItem
from settlement.tables import AdjustmentRow, BreakRow, MatchRuleRow, ReconciliationRow


@api.serves
async def reconcile(request: recon.ReconcileRequest, call: Call[Resources]) -> recon.Reconciliation:
    return run_message(await commands.run_reconciliation(call.session, bank=call.resources.bank, now=call.now))


@api.serves
async def list_reconciliations(
    request: recon.ListReconciliationsRequest, call: Call[Resources]
) -> recon.ReconciliationPage:
    part = pages.by_id(request.page)
    rows, page = part.cut(await store.runs(call.session, part), pages.at_id)
    return recon.ReconciliationPage(
        reconciliations=[run_message(row) for row in rows],
        page=page,
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
        complete=is_complete(row),
    )


@api.serves
async def check_reconciliation(
    request: recon.CheckReconciliationRequest, call: Call[Resources]
) -> recon.ReconciliationCheck:
    run_id = parse_id(request.reconciliation_id, "reconciliation_id")
    row, digest = await commands.recompute(call.session, reconciliation_id=run_id, bank=call.resources.bank)
    return recon.ReconciliationCheck(holds=row.digest == digest, digest=row.digest, recomputed=digest)


@api.serves
async def list_breaks(request: recon.ListBreaksRequest, call: Call[Resources]) -> recon.BreakPage:
    part = pages.by_id(request.page)
    status = known_name(recon.BreakStatus, request.status, "status") if request.status else ""
    rows, page = part.cut(await store.breaks(call.session, status, part), pages.at_id)
    return recon.BreakPage(breaks=await break_messages(call, rows), page=page)


async def break_messages(call: Call[Resources], rows: Sequence[BreakRow]) -> list[recon.Break]:
    items = await store.items_of(call.session, rows)
    return [break_message(row, items, call.now) for row in rows]


def break_message(row: BreakRow, items: Mapping[tuple[str, int], BreakItem], now: datetime) -> recon.Break:
    in_ledger = items[("ledger", row.posting_position)] if row.posting_position is not None else None
    reported = items[(row.source, row.told_position)] if row.told_position is not None else None
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
        reference=(in_ledger or reported or BreakItem(0, "", "")).reference,
        payout_id=str(row.payout_id or ""),
        subject_id=str(row.subject_id or ""),
    )
    if in_ledger is not None:
        message.in_ledger.CopyFrom(amount(in_ledger.amount_minor, in_ledger.currency))
    if reported is not None:
        message.told.CopyFrom(amount(reported.amount_minor, reported.currency))
    return message


@api.serves
async def assign_break(request: recon.AssignBreakRequest, call: Call[Resources]) -> recon.Break:
    row = await commands.assign_break(
        call.session,
        break_id=parse_id(request.break_id, "break_id"),
        owner=parse_id(request.owner, "owner") if request.owner else UUID(call.principal.subject_id),
    )
    return (await break_messages(call, [row]))[0]


@api.serves
async def match_breaks(request: recon.MatchBreaksRequest, call: Call[Resources]) -> recon.MatchedBreaks:
    rows = await commands.match_breaks(
        call.session,
        break_ids=[parse_id(break_id, "break_ids") for break_id in request.break_ids],
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return recon.MatchedBreaks(breaks=await break_messages(call, rows))


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
    part = pages.by_id(request.page)
    rows, page = part.cut(await store.adjustments(call.session, part), pages.at_id)
    return recon.AdjustmentPage(
        adjustments=[adjustment_message(row) for row in rows],
        page=page,
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
