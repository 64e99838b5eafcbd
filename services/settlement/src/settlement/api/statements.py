"""Statements over HTTP: of any period, and as they were issued. Decode, one call, encode."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, Unavailable
from chassis.wire import moment, timestamp
from yima.common.v1.types_pb2 import Interval
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1 import statement_pb2 as statement_pb
from yima.settlement.v1.split_pb2 import SplitPlan

from settlement import commands
from settlement.api.ledger import entry_message
from settlement.api.served import api, own
from settlement.commands.resources import Resources
from settlement.documents import keys
from settlement.documents.statement import as_csv, from_json
from settlement.domain.amounts import amount
from settlement.domain.ledger import payable
from settlement.domain.statements import stands
from settlement.store import documents, ledger, statements
from settlement.store.ledger import Movement
from settlement.tables import StatementRow

FORMATS = {
    statement_pb.DOCUMENT_FORMAT_UNSPECIFIED: ("json", "application/json"),
    statement_pb.DOCUMENT_FORMAT_JSON: ("json", "application/json"),
    statement_pb.DOCUMENT_FORMAT_CSV: ("csv", "text/csv"),
    statement_pb.DOCUMENT_FORMAT_PDF: ("pdf", "application/pdf"),
}
MOVEMENTS_MAX = 100_000
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
END = datetime(9000, 1, 1, tzinfo=UTC)


@api.serves
async def get_statement(request: pb.GetStatementRequest, call: Call[Resources]) -> pb.Statement:
    partner_id = own(call.principal, request.partner_id)
    if partner_id is None:
        raise Invalid("partner_id", "say whose statement")
    start = moment(request.period.start) if request.period.HasField("start") else BEGINNING
    finish = moment(request.period.end) if request.period.HasField("end") else END
    if start >= finish:
        raise Invalid("period.end", "must lie after its start")
    opening, moved = await ledger.movements(call.session, payable(partner_id), start, finish, MOVEMENTS_MAX)
    return pb.Statement(
        partner_id=str(partner_id),
        period=Interval(
            start=timestamp(start) if request.period.HasField("start") else None,
            end=timestamp(finish) if request.period.HasField("end") else None,
        ),
        currencies=[
            currency_statement(
                currency, -opening.get(currency, 0), [movement for movement in moved if movement.currency == currency]
            )
            for currency in sorted(opening.keys() | {movement.currency for movement in moved})
        ],
        ledger_position=max((movement.position for movement in moved), default=0),
    )


def currency_statement(currency: str, opening: int, moved: Sequence[Movement]) -> pb.CurrencyStatement:
    """Opening + Σ lines = closing; credit is the partner's, and positive."""
    statement = pb.CurrencyStatement(
        opening=amount(opening, currency),
        closing=amount(opening - sum(movement.amount_minor for movement in moved), currency),
    )
    for movement in moved:
        line = statement.lines.add(
            recorded_at=timestamp(movement.recorded_at),
            kind=movement.kind,
            reference=movement.reference,
            order_id=str(movement.order_id or ""),
            payout_id=str(movement.payout_id or ""),
            amount=amount(-movement.amount_minor, currency),
            position=movement.position,
        )
        if movement.gross_minor is not None:
            line.gross.CopyFrom(amount(movement.gross_minor, currency))
    return statement


@api.serves
async def issue_statement(
    request: statement_pb.IssueStatementRequest, call: Call[Resources]
) -> statement_pb.IssuedStatement:
    if not request.HasField("period_end"):
        raise Invalid("period_end", "is needed")
    row = await commands.issue_statement(
        call.session,
        partner_id=parse_id(request.partner_id, "partner_id"),
        finish=moment(request.period_end),
        issuer=call.resources.issuer,
        sealer=call.resources.sealer,
        zone=call.resources.bank.zone,
        now=call.now,
    )
    return message_of(row, [], call.now)


@api.serves
async def list_issued_statements(
    request: statement_pb.ListIssuedStatementsRequest, call: Call[Resources]
) -> statement_pb.IssuedStatementPage:
    part = pages.by_id(request.page)
    order_id = parse_id(request.order_id, "order_id") if request.order_id else None
    rows, page = part.cut(
        await statements.page(call.session, own(call.principal, request.partner_id), order_id, part), pages.at_id
    )
    disputed = await statements.disputed(call.session, [row.id for row in rows])
    return statement_pb.IssuedStatementPage(
        statements=[message_of(row, disputed.get(row.id, []), call.now) for row in rows],
        page=page,
    )


@api.serves
async def get_issued_statement(
    request: statement_pb.GetIssuedStatementRequest, call: Call[Resources]
) -> statement_pb.IssuedStatement:
    return await answered(call, await statement_of(call, request.statement_id))


async def statement_of(call: Call[Resources], statement_id: str) -> StatementRow:
    """The statement, if it is the caller's to see."""
    return await statements.statement(call.session, parse_id(statement_id, "statement_id"), own(call.principal, ""))


async def answered(call: Call[Resources], row: StatementRow) -> statement_pb.IssuedStatement:
    disputed = await statements.disputed(call.session, [row.id])
    return message_of(row, disputed.get(row.id, []), call.now)


@api.serves
async def get_statement_document(
    request: statement_pb.GetStatementDocumentRequest, call: Call[Resources]
) -> statement_pb.Document:
    if request.format not in FORMATS:
        raise Invalid("format", f"{request.format} is not a value of it")
    row = await statement_of(call, request.statement_id)
    ending, media_type = FORMATS[request.format]
    zone = call.resources.bank.zone
    content = {"json": lambda: row.content, "csv": lambda: as_csv(from_json(row.content), zone), "pdf": lambda: row.pdf}
    document = content[ending]()
    return statement_pb.Document(
        name=f"statement-{row.finish_at.astimezone(zone):%Y-%m-%d}-{row.id}.{ending}",
        media_type=media_type,
        content=document,
        sha256=hashlib.sha256(document).hexdigest(),
    )


@api.serves
async def check_statement(
    request: statement_pb.CheckStatementRequest, call: Call[Resources]
) -> statement_pb.StatementCheck:
    row, recomputed = await commands.recompute_statement(
        call.session,
        statement_id=parse_id(request.statement_id, "statement_id"),
        partner_id=own(call.principal, ""),
    )
    return statement_pb.StatementCheck(holds=row.sha256 == recomputed, sha256=row.sha256, recomputed=recomputed)


@api.serves
async def confirm_statement(
    request: statement_pb.ConfirmStatementRequest, call: Call[Resources]
) -> statement_pb.IssuedStatement:
    row = await commands.confirm_statement(
        call.session,
        statement_id=parse_id(request.statement_id, "statement_id"),
        partner_id=UUID(call.principal.partner_id),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return await answered(call, row)


@api.serves
async def dispute_statement(
    request: statement_pb.DisputeStatementRequest, call: Call[Resources]
) -> statement_pb.IssuedStatement:
    row = await commands.dispute_statement(
        call.session,
        statement_id=parse_id(request.statement_id, "statement_id"),
        partner_id=UUID(call.principal.partner_id),
        reason=request.reason,
        positions=request.positions,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return await answered(call, row)


@api.serves
async def resolve_statement(
    request: statement_pb.ResolveStatementRequest, call: Call[Resources]
) -> statement_pb.IssuedStatement:
    row = await commands.resolve_statement(
        call.session,
        statement_id=parse_id(request.statement_id, "statement_id"),
        resolution=request.resolution,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return await answered(call, row)


@api.serves
async def explain_statement_line(
    request: statement_pb.ExplainStatementLineRequest, call: Call[Resources]
) -> pb.StatementLineExplanation:
    explanation = await commands.explain_line(
        call.session,
        statement_id=parse_id(request.statement_id, "statement_id"),
        position=request.position,
        partner_id=own(call.principal, ""),
    )
    return pb.StatementLineExplanation(
        line=explanation.line,
        entry=entry_message(explanation.entry, explanation.postings),
        splits=[
            pb.LineSplit(
                order_line_id=str(line.order_line_id),
                gross=amount(line.gross_minor, explanation.currency),
                plan=SplitPlan.FromString(line.plan),
                parts=[
                    pb.Part(party=part.party, amount=amount(part.amount_minor, explanation.currency)) for part in parts
                ],
            )
            for line, parts in explanation.splits
        ],
        proofs=[
            statement_pb.ServiceProof(
                order_line_id=str(proof.order_line_id),
                proof_id=str(proof.proof_id),
                scan_id=str(proof.scan_id or ""),
                proven_at=timestamp(proof.proven_at),
            )
            for proof in explanation.proofs
        ],
        paid_positions=explanation.paid_positions,
    )


@api.serves
async def get_document_certificate(
    request: statement_pb.GetDocumentCertificateRequest, call: Call[Resources]
) -> statement_pb.DocumentCertificate:
    published = await documents.certificates(call.session)
    good = [keys.pem(each.certificate) for each in published if not each.withdrawn]
    if not good:
        raise Unavailable("no key signs documents now; try again in a moment")
    withdrawn = [keys.pem(each.certificate) for each in published if each.withdrawn]
    return statement_pb.DocumentCertificate(pem=good[0], older=good[1:], withdrawn=withdrawn)


def message_of(row: StatementRow, disputed: Sequence[int], now: datetime) -> statement_pb.IssuedStatement:
    return statement_pb.IssuedStatement(
        id=str(row.id),
        partner_id=str(row.partner_id),
        period=Interval(start=timestamp(row.start_at), end=timestamp(row.finish_at)),
        ledger_position=row.ledger_position,
        sha256=row.sha256,
        issued_at=timestamp(row.issued_at),
        deadline_at=timestamp(row.deadline_at),
        status=f"STATEMENT_STATUS_{stands(row.answer, row.deadline_at, now).upper()}",
        reason=row.reason,
        disputed_positions=disputed,
        answered_at=timestamp(row.answered_at),
        resolution=row.resolution,
        resolved_at=timestamp(row.resolved_at),
    )
