"""Issued statements: what a partner is told it was paid, why, and what it says to that."""

import base64
from enum import IntEnum
from typing import Annotated, Any

import strawberry
from chassis.refusals import Invalid
from strawberry.types import Info
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1 import statement_pb2 as stated

from gateway.context import context
from gateway.errors import Refused, refusable
from gateway.ids import Kind, given
from gateway.policy import asks
from gateway.reading import read_field, shows
from gateway.schema.partners import PartnerProfile, profile
from gateway.schema.scalars import (
    Connection,
    DateTime,
    connection,
    moment_or_none,
    page_request,
    text_or_none,
    typed_id,
    typed_id_or_none,
)
from gateway.schema.settlement import JournalEntry, LineSplit, StatementLine

PLACE_DIGITS_MAX = 18


@strawberry.enum(description="Where an issued statement stands.")
class StatementStatus(IntEnum):
    ISSUED = 1
    CONFIRMED = 2
    DISPUTED = 3
    RESOLVED = 4
    DEEMED_CONFIRMED = 5


@strawberry.enum(description="In which form a document is wanted.")
class DocumentFormat(IntEnum):
    JSON = 1
    CSV = 2
    PDF = 3


@strawberry.type(description="A statement as it was issued; it stays as it is.")
@shows(stated.IssuedStatement)
class IssuedStatement:
    id: strawberry.ID = typed_id(Kind.STATEMENT)
    status: StatementStatus
    sha256: str
    issued_at: DateTime
    deadline_at: DateTime
    reason: str | None = text_or_none("reason", "Why the partner disputed it.")
    answered_at: DateTime | None = moment_or_none("answered_at", "When the partner answered.")
    resolution: str | None = text_or_none("resolution", "The operator's answer to a dispute.")
    resolved_at: DateTime | None = moment_or_none("resolved_at", "When the operator answered.")
    period_start: DateTime | None = read_field(
        lambda message, _: message.period.start if message.period.HasField("start") else None,
        DateTime | None,
        "Null: from the beginning.",
    )
    period_end: DateTime = read_field(lambda message, _: message.period.end, DateTime, "The first moment after it.")
    disputed_positions: list[str] = read_field(
        lambda message, _: [str(one) for one in message.disputed_positions],
        list[str],
        "The lines disputed; none of a statement that is disputed as a whole.",
    )

    partner: PartnerProfile | None = profile("partner_id")


@strawberry.type(description="A document to keep.")
@shows(stated.Document)
class StatementDocument:
    name: str
    media_type: str
    sha256: str
    content: str = read_field(lambda message, _: base64.b64encode(message.content).decode(), str, "In base64.")


@strawberry.type(description="That the service of an order line was given.")
class ServiceProof:
    order_line_id: strawberry.ID = typed_id(Kind.ORDER_LINE, "order_line_id")
    proof_id: strawberry.ID = typed_id(Kind.PROOF, "proof_id")
    scan_id: strawberry.ID | None = typed_id_or_none(Kind.SCAN, "scan_id")
    proven_at: DateTime


@strawberry.type(description="Why a line is on a statement: its entry, the split and its plan's parts, and the proofs.")
@shows(pb.StatementLineExplanation)
class StatementLineExplanation:
    line: StatementLine
    entry: JournalEntry
    splits: list[LineSplit]
    proofs: list[ServiceProof]
    paid_positions: list[str] = read_field(
        lambda message, _: [str(one) for one in message.paid_positions], list[str], "Of a payout: the lines it paid."
    )


@strawberry.type
class Query:
    @strawberry.field(description="Issued statements, newest first: a partner's own; all for operator and regulator.")
    @asks("settlement.ListIssuedStatements")
    async def issued_statements(
        self,
        info: Info[Any, Any],
        partner_id: strawberry.ID | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[IssuedStatement]:
        here = context(info)
        wanted = given(Kind.PARTNER, partner_id, "partnerId") if partner_id else here.principal.partner_id
        request = stated.ListIssuedStatementsRequest(partner_id=wanted, page=page_request(first, after))
        found = await here.clients.settlement.list_issued_statements(request, here.token)
        return connection(found.statements, found.page, after)  # type: ignore[no-any-return]

    @strawberry.field(description="An issued statement as a file: JSON, CSV, or a signed PDF.")
    @asks("settlement.GetStatementDocument")
    async def statement_document(
        self, info: Info[Any, Any], statement_id: strawberry.ID, format: DocumentFormat
    ) -> StatementDocument:
        here = context(info)
        wanted = given(Kind.STATEMENT, statement_id, "statementId")
        request = stated.GetStatementDocumentRequest(statement_id=wanted, format=format.value)  # type: ignore[arg-type]
        return await here.clients.settlement.get_statement_document(request, here.token)  # type: ignore[return-value]

    @strawberry.field(description="The certificate that signed statements are verified with, in PEM.")
    @asks("settlement.GetDocumentCertificate")
    async def statement_certificate(self, info: Info[Any, Any]) -> str:
        request = stated.GetDocumentCertificateRequest()
        return (await context(info).clients.settlement.get_document_certificate(request)).pem

    @strawberry.field(description="Why a line is on a statement, by its position in the ledger.")
    @asks("settlement.ExplainStatementLine")
    async def statement_line(
        self, info: Info[Any, Any], statement_id: strawberry.ID, position: str
    ) -> StatementLineExplanation:
        here = context(info)
        wanted = given(Kind.STATEMENT, statement_id, "statementId")
        request = stated.ExplainStatementLineRequest(statement_id=wanted, position=place(position, "position"))
        return await here.clients.settlement.explain_statement_line(request, here.token)  # type: ignore[return-value]


def place(text: str, field: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > PLACE_DIGITS_MAX:
        raise Invalid(field, "must be a line's position, in digits")
    return int(text)


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Agree with a statement.")
    @refusable
    @asks("settlement.ConfirmStatement")
    async def confirm_statement(
        self, info: Info[Any, Any], statement_id: strawberry.ID, idempotency_key: str | None = None
    ) -> Annotated[IssuedStatement | Refused, strawberry.union("ConfirmStatementResult")]:
        here = context(info)
        request = stated.ConfirmStatementRequest(statement_id=given(Kind.STATEMENT, statement_id, "statementId"))
        return await here.clients.settlement.confirm_statement(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Disagree with a statement, or with some of its lines, before its deadline.")
    @refusable
    @asks("settlement.DisputeStatement")
    async def dispute_statement(
        self,
        info: Info[Any, Any],
        statement_id: strawberry.ID,
        reason: str,
        positions: list[str] | None = None,
        idempotency_key: str | None = None,
    ) -> Annotated[IssuedStatement | Refused, strawberry.union("DisputeStatementResult")]:
        here = context(info)
        request = stated.DisputeStatementRequest(
            statement_id=given(Kind.STATEMENT, statement_id, "statementId"),
            reason=reason,
            positions=[place(one, f"positions[{index}]") for index, one in enumerate(positions or ())],
        )
        return await here.clients.settlement.dispute_statement(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Answer a disputed statement.")
    @refusable
    @asks("settlement.ResolveStatement")
    async def resolve_statement(
        self,
        info: Info[Any, Any],
        statement_id: strawberry.ID,
        resolution: str,
        idempotency_key: str | None = None,
    ) -> Annotated[IssuedStatement | Refused, strawberry.union("ResolveStatementResult")]:
        here = context(info)
        request = stated.ResolveStatementRequest(
            statement_id=given(Kind.STATEMENT, statement_id, "statementId"), resolution=resolution
        )
        return await here.clients.settlement.resolve_statement(request, here.token, idempotency_key or "")  # type: ignore[return-value]
