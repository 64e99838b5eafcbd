"""Ledger, provider and bank held against one another: runs, breaks, adjustments by two people, files of the bank."""

import base64
from enum import IntEnum
from typing import Annotated, Any

import strawberry
from chassis.refusals import Invalid
from strawberry.types import Info
from yima.settlement.v1 import bank_pb2 as bank
from yima.settlement.v1 import reconciliation_pb2 as pb

from gateway.context import context
from gateway.errors import Refused, refusable
from gateway.ids import Kind, given
from gateway.policy import asks
from gateway.reading import read_field, shows
from gateway.schema.inputs import fill
from gateway.schema.scalars import (
    Connection,
    DateTime,
    Money,
    connection,
    moment_or_none,
    page_request,
    text_or_none,
    typed_id,
    typed_id_or_none,
    wide,
)


@strawberry.enum(description="What is wrong.")
class BreakKind(IntEnum):
    NOT_IN_LEDGER = 1
    NOT_TOLD = 2
    AMOUNT_DIFFERS = 3
    PAYOUT_UNCONFIRMED = 4
    REFUND_OVERDUE = 5
    CAPTURE_OVERDUE = 6


@strawberry.enum(description="Who tells of money beside the ledger.")
class BreakSource(IntEnum):
    BANK = 1
    PROVIDER = 2


@strawberry.enum(description="Where a break stands.")
class BreakStatus(IntEnum):
    OPEN = 1
    RESOLVED = 2


@strawberry.enum(description="How a break ended.")
class BreakResolution(IntEnum):
    MATCHED = 1
    ADJUSTED = 2
    GONE = 3


@strawberry.enum(description="Where an adjustment stands.")
class AdjustmentStatus(IntEnum):
    PROPOSED = 1
    APPROVED = 2
    REJECTED = 3


def money_or_none(attribute: str, description: str) -> Any:
    def read(message: Any, _: Any) -> Any:
        return getattr(message, attribute) if message.HasField(attribute) else None

    return read_field(read, Money | None, description)


@strawberry.type(description="A comparison of the ledger with what bank and provider told.")
@shows(pb.Reconciliation)
class Reconciliation:
    id: strawberry.ID = typed_id(Kind.RECONCILIATION)
    ran_at: DateTime
    ledger_position: str = wide("ledger_position", "The last posting it knew of.")
    matched: int
    breaks_opened: int
    breaks_resolved: int
    digest: str


@strawberry.type(description="Whether a reconciliation comes to the same when it is done again.")
class ReconciliationCheck:
    holds: bool
    digest: str
    recomputed: str


@strawberry.type(description="What the ledger and its source do not agree on.")
@shows(pb.Break)
class Break:
    id: strawberry.ID = typed_id(Kind.BREAK)
    kind: BreakKind
    source: BreakSource
    amount: Money
    occurred_at: DateTime
    opened_at: DateTime
    age_days: int
    owner_id: strawberry.ID | None = typed_id_or_none(Kind.ACCOUNT, "owner", "Who looks after it; null: nobody yet.")
    status: BreakStatus
    resolution: BreakResolution | None = read_field(
        lambda message, _: message.resolution or None, BreakResolution | None, "How it ended."
    )
    resolved_at: DateTime | None = moment_or_none("resolved_at", "When it ended.")
    in_ledger: Money | None = money_or_none("in_ledger", "What the ledger has, where it has it.")
    told: Money | None = money_or_none("told", "What its source tells, where it does.")
    reference: str | None = text_or_none("reference", "Of the entry that is, or should be, in the ledger.")
    payout_id: strawberry.ID | None = typed_id_or_none(Kind.PAYOUT, "payout_id", "The payout it is about.")


@strawberry.type(description="Breaks that were matched with one another.")
@shows(pb.MatchedBreaks)
class MatchedBreaks:
    breaks: list[Break]


@strawberry.type(description="An entry that settles a break: proposed by one person, approved by another.")
@shows(pb.Adjustment)
class Adjustment:
    id: strawberry.ID = typed_id(Kind.ADJUSTMENT)
    break_id: strawberry.ID = typed_id(Kind.BREAK, "break_id", "The break it would settle.")
    cash_account: str
    account: str
    amount: Money
    reason: str
    status: AdjustmentStatus
    proposed_by: strawberry.ID = typed_id(Kind.ACCOUNT, "proposed_by", "Who proposed it.")
    proposed_at: DateTime
    decided_by: strawberry.ID | None = typed_id_or_none(Kind.ACCOUNT, "decided_by", "Who decided it: somebody else.")
    decided_at: DateTime | None = moment_or_none("decided_at", "When it was decided.")
    entry_id: strawberry.ID | None = typed_id_or_none(Kind.ENTRY, "entry_id", "The entry, once approved.")


@strawberry.type(description="A rule of the automatic matching: source, currency and amount always agree.")
class MatchRule:
    name: str
    by_reference: bool
    days: int


@strawberry.type(description="The rules of the automatic matching, in the order in which they are tried.")
@shows(pb.MatchRules)
class MatchRules:
    rules: list[MatchRule]


@strawberry.input(description="A rule of the automatic matching.")
class MatchRuleInput:
    name: str
    by_reference: bool = False
    days: int = 0


@strawberry.type(description="What was new in the provider's report.")
@shows(pb.ProviderReport)
class ProviderReport:
    movements: int


@strawberry.type(description="What the bank says of an account of the operator's.")
class BankStatement:
    id: strawberry.ID = typed_id(Kind.BANK_STATEMENT)
    statement_id: str = read_field(lambda message, _: message.statement_id, str, "The bank's own.")
    account: str
    start_on: str
    end_on: str
    opening: Money
    closing: Money
    lines: int
    sha256: str
    ingested_at: DateTime
    known_before: bool


@strawberry.type(description="The statements of a file.")
@shows(pb.BankStatements)
class BankStatements:
    statements: list[BankStatement]


@strawberry.type(
    description="Payouts of one currency as a credit transfer file for the bank (ISO 20022 pain.001.001.09)."
)
@shows(bank.BankFile)
class BankFile:
    id: strawberry.ID = typed_id(Kind.BANK_FILE)
    payouts: int
    total: Money
    sha256: str
    made_at: DateTime
    exported_at: DateTime | None = moment_or_none("exported_at", "When it was handed out first.")
    content: str | None = read_field(
        lambda message, _: base64.b64encode(message.content).decode() or None,
        str | None,
        "In base64; in an export only.",
    )


@strawberry.type
class Query:
    @strawberry.field(description="Reconciliations, newest first.")
    @asks("settlement.ListReconciliations")
    async def reconciliations(
        self, info: Info[Any, Any], first: int | None = None, after: str | None = None
    ) -> Connection[Reconciliation]:
        here = context(info)
        request = pb.ListReconciliationsRequest(page=page_request(first, after))
        found = await here.clients.settlement.list_reconciliations(request, here.token)
        return connection(found.reconciliations, found.page, after)  # type: ignore[no-any-return]

    @strawberry.field(description="Do a reconciliation again from what it knew.")
    @asks("settlement.CheckReconciliation")
    async def reconciliation_check(self, info: Info[Any, Any], reconciliation_id: strawberry.ID) -> ReconciliationCheck:
        here = context(info)
        wanted = given(Kind.RECONCILIATION, reconciliation_id, "reconciliationId")
        request = pb.CheckReconciliationRequest(reconciliation_id=wanted)
        return await here.clients.settlement.check_reconciliation(request, here.token)  # type: ignore[return-value]

    @strawberry.field(description="What ledger, provider and bank do not agree on, oldest first.")
    @asks("settlement.ListBreaks")
    async def breaks(
        self,
        info: Info[Any, Any],
        status: BreakStatus | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Break]:
        here = context(info)
        request = pb.ListBreaksRequest(page=page_request(first, after))
        if status is not None:
            request.status = status.value  # type: ignore[assignment]
        found = await here.clients.settlement.list_breaks(request, here.token)
        return connection(found.breaks, found.page, after)  # type: ignore[no-any-return]

    @strawberry.field(description="Adjustments, newest first.")
    @asks("settlement.ListAdjustments")
    async def adjustments(
        self, info: Info[Any, Any], first: int | None = None, after: str | None = None
    ) -> Connection[Adjustment]:
        here = context(info)
        request = pb.ListAdjustmentsRequest(page=page_request(first, after))
        found = await here.clients.settlement.list_adjustments(request, here.token)
        return connection(found.adjustments, found.page, after)  # type: ignore[no-any-return]

    @strawberry.field(description="The rules of the automatic matching.")
    @asks("settlement.GetMatchRules")
    async def match_rules(self, info: Info[Any, Any]) -> MatchRules:
        here = context(info)
        return await here.clients.settlement.get_match_rules(pb.GetMatchRulesRequest(), here.token)  # type: ignore[return-value]

    @strawberry.field(description="The bank's statements that were taken in, newest first.")
    @asks("settlement.ListBankStatements")
    async def bank_statements(
        self, info: Info[Any, Any], first: int | None = None, after: str | None = None
    ) -> Connection[BankStatement]:
        here = context(info)
        request = pb.ListBankStatementsRequest(page=page_request(first, after))
        found = await here.clients.settlement.list_bank_statements(request, here.token)
        return connection(found.statements, found.page, after)  # type: ignore[no-any-return]

    @strawberry.field(description="The files of payouts made for the bank, newest first.")
    @asks("settlement.ListBankFiles")
    async def bank_files(
        self, info: Info[Any, Any], first: int | None = None, after: str | None = None
    ) -> Connection[BankFile]:
        here = context(info)
        request = bank.ListBankFilesRequest(page=page_request(first, after))
        found = await here.clients.settlement.list_bank_files(request, here.token)
        return connection(found.files, found.page, after)  # type: ignore[no-any-return]


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Take in a file of the bank's statements (camt.053): all of it, or nothing.")
    @refusable
    @asks("settlement.IngestBankStatements")
    async def ingest_bank_statements(
        self, info: Info[Any, Any], content: str, idempotency_key: str | None = None
    ) -> Annotated[BankStatements | Refused, strawberry.union("IngestBankStatementsResult")]:
        here = context(info)
        try:
            told = base64.b64decode(content, validate=True)
        except ValueError:  # binascii's own, and that of text beyond ASCII
            raise Invalid("content", "must be base64") from None
        request = pb.IngestBankStatementsRequest(content=told)
        return await here.clients.settlement.ingest_bank_statements(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Hand out a file for the bank: its payouts are submitted. Again, it is the same.")
    @refusable
    @asks("settlement.ExportBankFile")
    async def export_bank_file(
        self, info: Info[Any, Any], file_id: strawberry.ID, idempotency_key: str | None = None
    ) -> Annotated[BankFile | Refused, strawberry.union("ExportBankFileResult")]:
        here = context(info)
        request = bank.ExportBankFileRequest(file_id=given(Kind.BANK_FILE, file_id, "fileId"))
        return await here.clients.settlement.export_bank_file(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Take in what is new in the payment provider's report.")
    @refusable
    @asks("settlement.ReadProviderReport")
    async def read_provider_report(
        self, info: Info[Any, Any], idempotency_key: str | None = None
    ) -> Annotated[ProviderReport | Refused, strawberry.union("ReadProviderReportResult")]:
        here = context(info)
        request = pb.ReadProviderReportRequest()
        return await here.clients.settlement.read_provider_report(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Hold the ledger against what bank and provider told.")
    @refusable
    @asks("settlement.Reconcile")
    async def reconcile(
        self, info: Info[Any, Any], idempotency_key: str
    ) -> Annotated[Reconciliation | Refused, strawberry.union("ReconcileResult")]:
        here = context(info)
        return await here.clients.settlement.reconcile(pb.ReconcileRequest(), here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(description="Say who looks after a break; without an owner, oneself.")
    @refusable
    @asks("settlement.AssignBreak")
    async def assign_break(
        self,
        info: Info[Any, Any],
        break_id: strawberry.ID,
        owner_id: strawberry.ID | None = None,
        idempotency_key: str | None = None,
    ) -> Annotated[Break | Refused, strawberry.union("AssignBreakResult")]:
        here = context(info)
        request = pb.AssignBreakRequest(
            break_id=given(Kind.BREAK, break_id, "breakId"),
            owner=given(Kind.ACCOUNT, owner_id, "ownerId") if owner_id else "",
        )
        return await here.clients.settlement.assign_break(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(
        description="Say that several breaks tell of the same money; both sides must come to the same."
    )
    @refusable
    @asks("settlement.MatchBreaks")
    async def match_breaks(
        self, info: Info[Any, Any], break_ids: list[strawberry.ID], idempotency_key: str
    ) -> Annotated[MatchedBreaks | Refused, strawberry.union("MatchBreaksResult")]:
        here = context(info)
        wanted = [given(Kind.BREAK, one, f"breakIds[{place}]") for place, one in enumerate(break_ids)]
        request = pb.MatchBreaksRequest(break_ids=wanted)
        return await here.clients.settlement.match_breaks(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(description="Propose the entry that would settle a break. Another person decides.")
    @refusable
    @asks("settlement.ProposeAdjustment")
    async def propose_adjustment(
        self, info: Info[Any, Any], break_id: strawberry.ID, account: str, reason: str, idempotency_key: str
    ) -> Annotated[Adjustment | Refused, strawberry.union("ProposeAdjustmentResult")]:
        here = context(info)
        wanted = given(Kind.BREAK, break_id, "breakId")
        request = pb.ProposeAdjustmentRequest(break_id=wanted, account=account, reason=reason)
        return await here.clients.settlement.propose_adjustment(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(description="Approve or reject an adjustment that another person proposed.")
    @refusable
    @asks("settlement.DecideAdjustment")
    async def decide_adjustment(
        self, info: Info[Any, Any], adjustment_id: strawberry.ID, approved: bool, idempotency_key: str
    ) -> Annotated[Adjustment | Refused, strawberry.union("DecideAdjustmentResult")]:
        here = context(info)
        wanted = given(Kind.ADJUSTMENT, adjustment_id, "adjustmentId")
        request = pb.DecideAdjustmentRequest(adjustment_id=wanted, approved=approved)
        return await here.clients.settlement.decide_adjustment(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(description="Set the rules of the automatic matching, all of them.")
    @refusable
    @asks("settlement.PutMatchRules")
    async def put_match_rules(
        self, info: Info[Any, Any], rules: list[MatchRuleInput], idempotency_key: str | None = None
    ) -> Annotated[MatchRules | Refused, strawberry.union("PutMatchRulesResult")]:
        here = context(info)
        request = pb.PutMatchRulesRequest()
        for place, rule in enumerate(rules):
            fill(request.rules.add(), rule, prefix=f"rules[{place}].")
        return await here.clients.settlement.put_match_rules(request, here.token, idempotency_key or "")  # type: ignore[return-value]
