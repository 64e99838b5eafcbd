"""The bank side of settlement over HTTP: files for the bank. Decode, one call, encode."""

from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import timestamp
from yima.settlement.v1 import bank_pb2 as pb

from settlement import commands
from settlement.api import Resources, api
from settlement.events import amount
from settlement.store import payouts
from settlement.tables import BankFileRow

__all__ = ["api"]


@api.serves
async def list_bank_files(request: pb.ListBankFilesRequest, call: Call[Resources]) -> pb.BankFilePage:
    wanted = pages.size(request.page)
    position = pages.position(request.page)
    after = parse_id(position, "page.after") if position else None
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
