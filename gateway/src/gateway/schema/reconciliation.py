"""Ledger, provider and bank held against one another: runs, breaks, adjustments by two people, files of the bank."""

import base64

import strawberry
from chassis.refusals import Invalid
from strawberry import ID
from yima.settlement.v1 import bank_pb2 as bank_pb
from yima.settlement.v1 import reconciliation_pb2 as pb
from yima.settlement.v1.enums import AdjustmentStatus, BreakKind, BreakResolution, BreakSource, BreakStatus

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, reads, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, Money, connection, page_request
from gateway.schema.inputs import fill, takes


@shows(pb.Reconciliation, description="A comparison of the ledger with what bank and provider told.")
class Reconciliation:
    id: ID
    ran_at: DateTime
    ledger_position: str = field(description="The last posting it knew of.")
    matched: int
    breaks_opened: int
    breaks_resolved: int
    digest: str
    complete: bool


@shows(pb.ReconciliationCheck)
class ReconciliationCheck:
    holds: bool
    digest: str
    recomputed: str


@shows(pb.Break)
class Break:
    id: ID
    kind: BreakKind
    source: BreakSource
    amount: Money
    occurred_at: DateTime
    opened_at: DateTime
    age_days: int
    owner_id: ID | None = field("owner", description="Who looks after it; null: nobody yet.")
    status: BreakStatus
    resolution: BreakResolution | None = field(description="How it ended.")
    resolved_at: DateTime | None = field(description="When it ended.")
    in_ledger: Money | None = field(description="What the ledger has, where it has it.")
    told: Money | None = field(description="What its source tells, where it does.")
    reference: str | None = field(description="Of the entry that is, or should be, in the ledger.")
    payout_id: ID | None = field(description="The payout it is about.")


@shows(pb.MatchedBreaks, description="Breaks that were matched with one another.")
class MatchedBreaks:
    breaks: list[Break]


@shows(pb.Adjustment)
class Adjustment:
    id: ID
    break_id: ID = field(description="The break it would settle.")
    cash_account: str
    account: str
    amount: Money
    reason: str
    status: AdjustmentStatus
    proposed_by: ID = field(kind=Kind.ACCOUNT, description="Who proposed it.")
    proposed_at: DateTime
    decided_by: ID | None = field(kind=Kind.ACCOUNT, description="Who decided it: somebody else.")
    decided_at: DateTime | None = field(description="When it was decided.")
    entry_id: ID | None = field(description="The entry, once approved.")


@shows(pb.MatchRule, description="A rule of the automatic matching: source, currency and amount always agree.")
class MatchRule:
    name: str
    by_reference: bool
    days: int


@shows(pb.MatchRules, description="The rules of the automatic matching, in the order in which they are tried.")
class MatchRules:
    rules: list[MatchRule]


@takes(pb.MatchRule, description="A rule of the automatic matching.")
class MatchRuleInput:
    name: str
    by_reference: bool = False
    days: int = 0


@shows(pb.ProviderReport, description="What was new in the provider's report.")
class ProviderReport:
    movements: int
    complete: bool


@shows(pb.BankStatement)
class BankStatement:
    id: ID
    statement_id: str = field(description="The bank's own.")
    account: str
    start_on: str
    end_on: str
    opening: Money
    closing: Money
    lines: int
    sha256: str
    ingested_at: DateTime
    known_before: bool


@shows(pb.BankStatements)
class BankStatements:
    statements: list[BankStatement]


@shows(
    bank_pb.BankFile,
    description="Payouts of one currency as a credit transfer file for the bank (ISO 20022 pain.001).",
)
class BankFile:
    id: ID
    payouts: int
    total: Money
    sha256: str
    made_at: DateTime
    exported_at: DateTime | None = field(description="When it was handed out first.")
    content: str | None = reads(
        bank_pb.BankFile,
        lambda message, _: base64.b64encode(message.content).decode() or None,
        "In base64; in an export only.",
    )


@strawberry.type
class Query:
    @strawberry.field(description="Reconciliations, newest first.")
    @asks("settlement.ListReconciliations")
    async def reconciliations(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Reconciliation]:
        context = info.context
        request = pb.ListReconciliationsRequest(page=page_request(first, after, last, before))
        answer = await context.clients.settlement.list_reconciliations(request, context.token)
        return connection(answer.reconciliations, answer.page)

    @strawberry.field(description="Do a reconciliation again from what it knew.")
    @asks("settlement.CheckReconciliation")
    async def reconciliation_check(self, info: Info, reconciliation_id: ID) -> pb.ReconciliationCheck:
        context = info.context
        internal_id = parse_global_id(Kind.RECONCILIATION, reconciliation_id, "reconciliationId")
        request = pb.CheckReconciliationRequest(reconciliation_id=internal_id)
        return await context.clients.settlement.check_reconciliation(request, context.token)

    @strawberry.field(description="What ledger, provider and bank do not agree on, oldest first.")
    @asks("settlement.ListBreaks")
    async def breaks(
        self,
        info: Info,
        status: BreakStatus | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Break]:
        context = info.context
        request = pb.ListBreaksRequest(page=page_request(first, after, last, before))
        if status is not None:
            request.status = status
        answer = await context.clients.settlement.list_breaks(request, context.token)
        return connection(answer.breaks, answer.page)

    @strawberry.field(description="Adjustments, newest first.")
    @asks("settlement.ListAdjustments")
    async def adjustments(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Adjustment]:
        context = info.context
        request = pb.ListAdjustmentsRequest(page=page_request(first, after, last, before))
        answer = await context.clients.settlement.list_adjustments(request, context.token)
        return connection(answer.adjustments, answer.page)

    @strawberry.field(description="The rules of the automatic matching.")
    @asks("settlement.GetMatchRules")
    async def match_rules(self, info: Info) -> pb.MatchRules:
        context = info.context
        return await context.clients.settlement.get_match_rules(pb.GetMatchRulesRequest(), context.token)

    @strawberry.field(description="The bank's statements that were taken in, newest first.")
    @asks("settlement.ListBankStatements")
    async def bank_statements(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.BankStatement]:
        context = info.context
        request = pb.ListBankStatementsRequest(page=page_request(first, after, last, before))
        answer = await context.clients.settlement.list_bank_statements(request, context.token)
        return connection(answer.statements, answer.page)

    @strawberry.field(description="The files of payouts made for the bank, newest first.")
    @asks("settlement.ListBankFiles")
    async def bank_files(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[bank_pb.BankFile]:
        context = info.context
        request = bank_pb.ListBankFilesRequest(page=page_request(first, after, last, before))
        answer = await context.clients.settlement.list_bank_files(request, context.token)
        return connection(answer.files, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Take in a file of the bank's statements (camt.053, any version): all of it, or nothing."
    )
    @refusable
    @asks("settlement.IngestBankStatements")
    async def ingest_bank_statements(
        self, info: Info, content: str, idempotency_key: str | None = None
    ) -> pb.BankStatements:
        context = info.context
        try:
            file = base64.b64decode(content, validate=True)
        except ValueError:  # binascii's own, and that of text beyond ASCII
            raise Invalid("content", "must be base64") from None
        request = pb.IngestBankStatementsRequest(content=file)
        return await context.clients.settlement.ingest_bank_statements(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Hand out a file for the bank: its payouts are submitted. Again, it is the same.")
    @refusable
    @asks("settlement.ExportBankFile")
    async def export_bank_file(self, info: Info, file_id: ID, idempotency_key: str | None = None) -> bank_pb.BankFile:
        context = info.context
        request = bank_pb.ExportBankFileRequest(file_id=parse_global_id(Kind.BANK_FILE, file_id, "fileId"))
        return await context.clients.settlement.export_bank_file(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Take in what is new in the payment provider's report.")
    @refusable
    @asks("settlement.ReadProviderReport")
    async def read_provider_report(self, info: Info, idempotency_key: str | None = None) -> pb.ProviderReport:
        context = info.context
        request = pb.ReadProviderReportRequest()
        return await context.clients.settlement.read_provider_report(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Hold the ledger against what bank and provider told.")
    @refusable
    @asks("settlement.Reconcile")
    async def reconcile(self, info: Info, idempotency_key: str) -> pb.Reconciliation:
        context = info.context
        return await context.clients.settlement.reconcile(pb.ReconcileRequest(), context.token, idempotency_key)

    @strawberry.mutation(description="Say who looks after a break; without an owner, oneself.")
    @refusable
    @asks("settlement.AssignBreak")
    async def assign_break(
        self,
        info: Info,
        break_id: ID,
        owner_id: ID | None = None,
        idempotency_key: str | None = None,
    ) -> pb.Break:
        context = info.context
        request = pb.AssignBreakRequest(
            break_id=parse_global_id(Kind.BREAK, break_id, "breakId"),
            owner=parse_global_id(Kind.ACCOUNT, owner_id, "ownerId") if owner_id else "",
        )
        return await context.clients.settlement.assign_break(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Say that several breaks tell of the same money; both sides must come to the same."
    )
    @refusable
    @asks("settlement.MatchBreaks")
    async def match_breaks(self, info: Info, break_ids: list[ID], idempotency_key: str) -> pb.MatchedBreaks:
        context = info.context
        internal_ids = [
            parse_global_id(Kind.BREAK, break_id, f"breakIds[{index}]") for index, break_id in enumerate(break_ids)
        ]
        request = pb.MatchBreaksRequest(break_ids=internal_ids)
        return await context.clients.settlement.match_breaks(request, context.token, idempotency_key)

    @strawberry.mutation(description="Propose the entry that would settle a break. Another person decides.")
    @refusable
    @asks("settlement.ProposeAdjustment")
    async def propose_adjustment(
        self, info: Info, break_id: ID, account: str, reason: str, idempotency_key: str
    ) -> pb.Adjustment:
        context = info.context
        internal_id = parse_global_id(Kind.BREAK, break_id, "breakId")
        request = pb.ProposeAdjustmentRequest(break_id=internal_id, account=account, reason=reason)
        return await context.clients.settlement.propose_adjustment(request, context.token, idempotency_key)

    @strawberry.mutation(description="Approve or reject an adjustment that another person proposed.")
    @refusable
    @asks("settlement.DecideAdjustment")
    async def decide_adjustment(
        self, info: Info, adjustment_id: ID, approved: bool, idempotency_key: str
    ) -> pb.Adjustment:
        context = info.context
        internal_id = parse_global_id(Kind.ADJUSTMENT, adjustment_id, "adjustmentId")
        request = pb.DecideAdjustmentRequest(adjustment_id=internal_id, approved=approved)
        return await context.clients.settlement.decide_adjustment(request, context.token, idempotency_key)

    @strawberry.mutation(description="Set the rules of the automatic matching, all of them.")
    @refusable
    @asks("settlement.PutMatchRules")
    async def put_match_rules(
        self, info: Info, rules: list[MatchRuleInput], idempotency_key: str | None = None
    ) -> pb.MatchRules:
        context = info.context
        request = pb.PutMatchRulesRequest()
        for index, rule in enumerate(rules):
            fill(request.rules.add(), rule, f"rules[{index}].")
        return await context.clients.settlement.put_match_rules(request, context.token, idempotency_key or "")
