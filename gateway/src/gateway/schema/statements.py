"""Issued statements: what a partner was paid, why, and what it answers."""

import base64

import strawberry
from chassis.refusals import Invalid
from strawberry import ID
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1 import statement_pb2 as statement_pb
from yima.settlement.v1.enums import DocumentFormat, StatementStatus

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, reads, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, Node, connection, page_request
from gateway.schema.partners import PartnerProfile, profile
from gateway.schema.settlement import JournalEntry, LineSplit, StatementLine

PLACE_DIGITS_MAX = 18


@shows(statement_pb.IssuedStatement, description="A statement as it was issued; it stays as it is.")
class IssuedStatement(Node):
    id: ID = field(kind=Kind.STATEMENT)
    status: StatementStatus
    sha256: str
    issued_at: DateTime
    deadline_at: DateTime
    reason: str | None = field(description="Why the partner disputed it.")
    answered_at: DateTime | None = field(description="When the partner answered.")
    resolution: str | None = field(description="The operator's answer to a dispute.")
    resolved_at: DateTime | None = field(description="When the operator answered.")
    period_start: DateTime | None = reads(
        statement_pb.IssuedStatement,
        lambda message, _: message.period.start if message.period.HasField("start") else None,
        "Null: from the beginning.",
    )
    period_end: DateTime = field("period.end", description="The first moment after it.")
    disputed_positions: list[str] = field(
        description="The lines disputed; none of a statement that is disputed as a whole."
    )
    partner: PartnerProfile | None = profile("partner_id")


@shows(statement_pb.Document, description="A document to keep.")
class StatementDocument:
    name: str
    media_type: str
    sha256: str
    content: str = reads(
        statement_pb.Document, lambda message, _: base64.b64encode(message.content).decode(), "In base64."
    )


@shows(statement_pb.DocumentCertificate)
class DocumentCertificates:
    pem: str
    older: list[str]
    withdrawn: list[str]


@shows(statement_pb.ServiceProof)
class ServiceProof:
    order_line_id: ID
    proof_id: ID
    scan_id: ID | None
    proven_at: DateTime


@shows(
    pb.StatementLineExplanation,
    description="Why a line is on a statement: its entry, the split and its plan's parts, and the proofs.",
)
class StatementLineExplanation:
    line: StatementLine
    entry: JournalEntry
    splits: list[LineSplit]
    proofs: list[ServiceProof]
    paid_positions: list[str] = field(description="Of a payout: the lines it paid.")


@strawberry.type
class Query:
    @strawberry.field(
        description="Issued statements, newest first: a partner's own; all for operator and regulator; with an order, "
        "those that a line of it stands in."
    )
    @asks("settlement.ListIssuedStatements")
    async def issued_statements(
        self,
        info: Info,
        partner_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        order_id: ID | None = None,
    ) -> Connection[statement_pb.IssuedStatement]:
        context = info.context
        internal_id = (
            parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else context.principal.partner_id
        )
        request = statement_pb.ListIssuedStatementsRequest(
            partner_id=internal_id,
            page=page_request(first, after, last, before),
            order_id=parse_global_id(Kind.ORDER, order_id, "orderId") if order_id else "",
        )
        answer = await context.clients.settlement.list_issued_statements(request, context.token)
        return connection(answer.statements, answer.page)

    @strawberry.field(description="An issued statement as a file: JSON, CSV, or a signed PDF.")
    @asks("settlement.GetStatementDocument")
    async def statement_document(self, info: Info, statement_id: ID, format: DocumentFormat) -> statement_pb.Document:
        context = info.context
        internal_id = parse_global_id(Kind.STATEMENT, statement_id, "statementId")
        request = statement_pb.GetStatementDocumentRequest(statement_id=internal_id, format=format)
        return await context.clients.settlement.get_statement_document(request, context.token)

    @strawberry.field(description="The certificate that signed statements are verified with, in PEM.")
    @asks("settlement.GetDocumentCertificate")
    async def statement_certificate(self, info: Info) -> str:
        request = statement_pb.GetDocumentCertificateRequest()
        return (await info.context.clients.settlement.get_document_certificate(request)).pem

    @strawberry.field(
        description="The certificates that signed statements are verified with: of the key that signs now, of those "
        "before it, and of those that were withdrawn."
    )
    @asks("settlement.GetDocumentCertificate")
    async def statement_certificates(self, info: Info) -> statement_pb.DocumentCertificate:
        request = statement_pb.GetDocumentCertificateRequest()
        return await info.context.clients.settlement.get_document_certificate(request)

    @strawberry.field(description="Why a line is on a statement, by its position in the ledger.")
    @asks("settlement.ExplainStatementLine")
    async def statement_line(self, info: Info, statement_id: ID, position: str) -> pb.StatementLineExplanation:
        context = info.context
        internal_id = parse_global_id(Kind.STATEMENT, statement_id, "statementId")
        request = statement_pb.ExplainStatementLineRequest(
            statement_id=internal_id, position=parse_position(position, "position")
        )
        return await context.clients.settlement.explain_statement_line(request, context.token)


def parse_position(text: str, field: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > PLACE_DIGITS_MAX:
        raise Invalid(field, "must be a line's position, in digits")
    return int(text)


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Agree with a statement.")
    @refusable
    @asks("settlement.ConfirmStatement")
    async def confirm_statement(
        self, info: Info, statement_id: ID, idempotency_key: str | None = None
    ) -> statement_pb.IssuedStatement:
        context = info.context
        request = statement_pb.ConfirmStatementRequest(
            statement_id=parse_global_id(Kind.STATEMENT, statement_id, "statementId")
        )
        return await context.clients.settlement.confirm_statement(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Disagree with a statement, or with some of its lines, before its deadline.")
    @refusable
    @asks("settlement.DisputeStatement")
    async def dispute_statement(
        self,
        info: Info,
        statement_id: ID,
        reason: str,
        positions: list[str] | None = None,
        idempotency_key: str | None = None,
    ) -> statement_pb.IssuedStatement:
        context = info.context
        request = statement_pb.DisputeStatementRequest(
            statement_id=parse_global_id(Kind.STATEMENT, statement_id, "statementId"),
            reason=reason,
            positions=[
                parse_position(position, f"positions[{index}]") for index, position in enumerate(positions or ())
            ],
        )
        return await context.clients.settlement.dispute_statement(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Answer a disputed statement.")
    @refusable
    @asks("settlement.ResolveStatement")
    async def resolve_statement(
        self,
        info: Info,
        statement_id: ID,
        resolution: str,
        idempotency_key: str | None = None,
    ) -> statement_pb.IssuedStatement:
        context = info.context
        request = statement_pb.ResolveStatementRequest(
            statement_id=parse_global_id(Kind.STATEMENT, statement_id, "statementId"), resolution=resolution
        )
        return await context.clients.settlement.resolve_statement(request, context.token, idempotency_key or "")
