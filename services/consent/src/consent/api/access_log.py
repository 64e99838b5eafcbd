"""The access log over HTTP."""

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as pb

from consent.api.served import Resources, api, visible_residents
from consent.commands import access_log as commands
from consent.domain.consents import NOT_THEIR_RESIDENT
from consent.store import access_log as store
from consent.tables import AccessLogRow, RefusalRow


@api.serves
async def list_access_log(request: pb.ListAccessLogRequest, call: Call[Resources]) -> pb.AccessLogPage:
    limit = pages.size(request.page)
    resident_id = request.resident_id
    if call.principal.role == Role.ROLE_RESIDENT:
        resident_id = resident_id or call.principal.subject_id
        if parse_id(resident_id, "resident_id") not in await visible_residents(call):
            raise NotFound(NOT_THEIR_RESIDENT, "resident_id")
    elif not resident_id:
        raise Invalid("resident_id", "name the resident whose log you want to see")
    before = pages.after_position(request.page)
    rows = await store.log_page(call.session, parse_id(resident_id, "resident_id"), before, limit)
    repeated = await store.refusals_at(call.session, [row.position for row in rows[:limit]])
    return pb.AccessLogPage(
        entries=[log_message(row, repeated.get(row.position)) for row in rows[:limit]],
        page=pages.info([row.position for row in rows], limit),
    )


@api.serves
async def check_access_log(request: pb.CheckAccessLogRequest, call: Call[Resources]) -> pb.AccessLogCheck:
    entries, broken_at = await commands.check_log(call.session)
    return pb.AccessLogCheck(holds=not broken_at, entries=entries, broken_at=broken_at)


def log_message(row: AccessLogRow, repeated: RefusalRow | None) -> pb.AccessLogEntry:
    entry = pb.AccessLogEntry.FromString(row.entry)
    entry.hash = row.hash
    entry.times = repeated.times if repeated else 1
    entry.last_at.CopyFrom(entry.decided_at)
    if repeated:
        entry.last_at.FromDatetime(repeated.last_at)
    return entry
