"""Files for the bank and what the bank and the provider report, over HTTP. Decode, one call, encode."""

from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import timestamp
from yima.settlement.v1 import api_pb2 as pb_api
from yima.settlement.v1 import bank_pb2 as pb
from yima.settlement.v1 import reconciliation_pb2 as recon

from settlement import commands
from settlement.api.payouts import payout_message
from settlement.api.served import People, api
from settlement.commands.resources import Resources
from settlement.domain.amounts import amount
from settlement.store import bank
from settlement.tables import BankFileRow, BankStatementRow


@api.serves
async def list_bank_files(request: pb.ListBankFilesRequest, call: Call[Resources]) -> pb.BankFilePage:
    part = pages.by_id(request.page)
    rows, page = part.cut(await bank.bank_files(call.session, part), pages.at_id)
    return pb.BankFilePage(files=[file_message(row) for row in rows], page=page)


@api.serves
async def get_bank_file(request: pb.GetBankFileRequest, call: Call[Resources]) -> pb.BankFile:
    return file_message(await bank.bank_file_for_update(call.session, parse_id(request.file_id, "file_id")))


@api.serves
async def export_bank_file(request: pb.ExportBankFileRequest, call: Call[Resources]) -> pb.BankFile:
    row = await commands.export_bank_file(
        call.session,
        file_id=parse_id(request.file_id, "file_id"),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    message = file_message(row)
    message.content = row.content
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
    statements = await commands.ingest_bank_statement(
        call.session,
        content=request.content,
        bank=call.resources.bank,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return recon.BankStatements(statements=[statement_message(row, known) for row, known in statements])


async def returned(request: pb_api.ReturnPayoutRequest, call: Call[Resources], people: People) -> pb_api.Payout:
    """A payout that the bank's statement says came back; there is no way to it but a proposal."""
    row = await commands.return_payout(
        call.session,
        payout_id=parse_id(request.payout_id, "payout_id"),
        by=people.by,
        approved_by=people.approved_by,
        zone=call.resources.bank.zone,
        now=call.now,
    )
    return payout_message(row)


@api.serves
async def list_bank_statements(
    request: recon.ListBankStatementsRequest, call: Call[Resources]
) -> recon.BankStatementPage:
    part = pages.by_id(request.page)
    rows, page = part.cut(await bank.statements(call.session, part), pages.at_id)
    return recon.BankStatementPage(
        statements=[statement_message(row, True) for row in rows],
        page=page,
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
