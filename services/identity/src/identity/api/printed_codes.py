"""Printed codes over HTTP."""

from uuid import UUID

from chassis.api import Call
from chassis.wire import timestamp
from yima.identity.v1 import api_pb2 as pb

from identity import store
from identity.api.codes import whose_code
from identity.api.scans import person_message, scan_message
from identity.api.served import Resources, api
from identity.commands import printed_codes as commands
from identity.domain.scans import scanning
from identity.tables import PrintedCodeRow


@api.serves_once
async def print_health_code(request: pb.PrintHealthCodeRequest, call: Call[Resources]) -> pb.PrintedCode:
    """Printed twice, the second is in force: there is nothing for a key to keep, and no text to keep with it."""
    async with call.resources.database.transaction() as session:
        printed, text = await commands.print_code(
            session, resident_id=whose_code(request.resident_id, call), by=UUID(call.principal.subject_id), now=call.now
        )
    return printed_code_message(printed, text)


@api.serves
async def get_printed_code(request: pb.GetPrintedCodeRequest, call: Call[Resources]) -> pb.PrintedCode:
    printed = await store.printed_codes.in_force(call.session, whose_code(request.resident_id, call), call.now)
    return pb.PrintedCode() if printed is None else printed_code_message(printed)


@api.serves
async def end_printed_code(request: pb.EndPrintedCodeRequest, call: Call[Resources]) -> pb.EndedPrintedCode:
    resident_id = whose_code(request.resident_id, call)
    await store.printed_codes.end_of(call.session, [resident_id], call.now)
    return pb.EndedPrintedCode(resident_id=str(resident_id), ended_at=timestamp(call.now))


@api.serves_once
async def redeem_printed_code(request: pb.RedeemPrintedCodeRequest, call: Call[Resources]) -> pb.Scan:
    """Each is a scan of its own, in the resident's history: a key has nothing to keep."""
    redemption = await commands.redeem_printed_code(
        call.resources.database,
        text=request.text,
        identity_number=request.identity_number,
        practitioner_id=UUID(call.principal.subject_id),
        institution_id=UUID(call.principal.partner_id),
        scanning=scanning(None, request.app, request.place),
        number_key=call.resources.number_key,
        city=call.resources.pack,
    )
    message = scan_message(redemption.scan, call.resources.keys)
    message.person.CopyFrom(person_message(redemption, call.resources.pack.today(call.now)))
    return message


def printed_code_message(printed: PrintedCodeRow, text: str = "") -> pb.PrintedCode:
    return pb.PrintedCode(
        resident_id=str(printed.resident_id),
        text=text,
        printed_at=timestamp(printed.printed_at),
        expires_at=timestamp(printed.expires_at),
    )
