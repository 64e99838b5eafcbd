"""Tables of codes and maps of local codes: which there are, what a code means, and what it is in another system."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.database import Database
from chassis.ids import Kind, parse_id, shown
from chassis.links import Files
from chassis.links import handlers as by_link
from chassis.refusals import Forbidden, NotFound
from chassis.wire import timestamp
from city_pack.pack import CodesRequired
from litestar.handlers import BaseRouteHandler
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.route_pb2 import Role
from yima.records.v1 import terminology_pb2 as pb

from records.api import sources
from records.api.served import Resources, api
from records.commands import terminology as commands
from records.domain.terminology import (
    BYTES_MAX,
    CodeFileRefused,
    FileFormat,
    MapStatus,
    MayNotHandInCodes,
    Name,
    why_not_valid,
)
from records.store import terminology as store
from records.tables import CodeFileRow, CodeMapRow, CodeTableRow, MapEntryRow, UnmappedCodeRow

FORMATS = {pb.CODE_FILE_FORMAT_CSV: FileFormat.CSV, pb.CODE_FILE_FORMAT_FHIR: FileFormat.FHIR}
LAST_FIRST = pages.keyset(datetime, UUID)
BODY_BYTES_MAX = max(BYTES_MAX.values())


async def check_standing(_request: pb.RequestCodeUploadRequest, call: Call[Resources]) -> None:
    """Refuse an institution that is no partner in good standing now."""
    if call.principal.role != Role.ROLE_PARTNER:
        return
    if await sources.profile_in_good_standing(UUID(call.principal.partner_id), call) is None:
        raise MayNotHandInCodes("apply first, or wait until your standing is good again")


@api.serves_after(check_standing)
async def request_code_upload(request: pb.RequestCodeUploadRequest, call: Call[Resources]) -> pb.CodeUpload:
    caller = call.principal
    row, path = await commands.announce(
        call.session,
        file_format=FORMATS.get(request.format),
        size=request.size,
        sha256=request.sha256,
        name=Name(request.url, request.version, request.title),
        account_id=UUID(caller.subject_id),
        institution_id=UUID(caller.partner_id) if caller.role == Role.ROLE_PARTNER else None,
        now=call.now,
    )
    return pb.CodeUpload(path=path, expires_at=timestamp(row.expires_at))


def handlers(database: Database, _resources: object) -> Sequence[BaseRouteHandler]:
    """Sending a file of codes by link."""

    async def find(secret: str) -> CodeFileRow:
        async with database.transaction() as session:
            return await commands.awaited_file(session, secret, database.now())

    async def keep(_row: CodeFileRow, secret: str, content: bytes) -> Mapping[str, Any]:
        return loaded(await commands.load(database, secret, content, database.now()))

    return by_link(
        Files(commands.FOLDER, BODY_BYTES_MAX, "the file", CodeFileRefused, find, keep, statuses=api.refusals)
    )


def loaded(row: CodeTableRow | CodeMapRow) -> dict[str, Any]:
    """What was loaded, for whoever sent it."""
    about = {"url": row.url, "version": row.version, "title": row.title}
    if isinstance(row, CodeTableRow):
        return {"kind": row.kind, "id": shown(Kind.CODE_TABLE, row.id), "codes": row.codes} | about
    return {"kind": "CODE_MAP", "id": shown(Kind.CODE_MAP, row.id), "codes": row.entries, "status": row.status} | about


@api.serves
async def list_code_tables(request: pb.ListCodeTablesRequest, call: Call[Resources]) -> pb.CodeTablePage:
    part = pages.by_id(request.page)
    rows, page = part.cut(await store.tables(call.session, part), pages.at_id)
    named = {(table.url, table.version) for table in call.resources.city.code_tables}
    return pb.CodeTablePage(
        tables=[table_message(row, (row.url, row.version) in named) for row in rows],
        page=page,
    )


def table_message(row: CodeTableRow, required: bool) -> pb.CodeTable:
    return pb.CodeTable(
        id=str(row.id),
        kind=f"CODE_TABLE_KIND_{row.kind}",
        url=row.url,
        version=row.version,
        title=row.title,
        codes=row.codes,
        sha256=row.sha256,
        loaded_at=timestamp(row.loaded_at),
        required=required,
    )


def own_institution(call: Call[Resources]) -> UUID | None:
    """The institution that a caller is of, whose maps they see and use; None: a resident, an operator, a regulator."""
    return UUID(call.principal.partner_id) if call.principal.partner_id else None


def sees_all(call: Call[Resources]) -> bool:
    return call.principal.role in (Role.ROLE_OPERATOR, Role.ROLE_REGULATOR)


@api.serves
async def list_code_maps(request: pb.ListCodeMapsRequest, call: Call[Resources]) -> pb.CodeMapPage:
    part = pages.by_id(request.page)
    status = (
        MapStatus(pb.CodeMapStatus.Name(request.status).removeprefix("CODE_MAP_STATUS_")) if request.status else None
    )
    rows, page = part.cut(
        await store.maps(call.session, own_institution(call), sees_all(call), status, part), pages.at_id
    )
    return pb.CodeMapPage(maps=[map_message(row) for row in rows], page=page)


def map_message(row: CodeMapRow) -> pb.CodeMap:
    return pb.CodeMap(
        id=str(row.id),
        institution_id=str(row.institution_id) if row.institution_id else "",
        url=row.url,
        version=row.version,
        title=row.title,
        status=f"CODE_MAP_STATUS_{row.status}",
        entries=row.entries,
        sha256=row.sha256,
        submitted_at=timestamp(row.submitted_at),
        decided_at=timestamp(row.decided_at) if row.decided_at else None,
        reason=row.reason,
        applied_at=timestamp(row.applied_at) if row.applied_at else None,
    )


@api.serves
async def list_code_map_entries(request: pb.ListCodeMapEntriesRequest, call: Call[Resources]) -> pb.CodeMapEntryPage:
    part = pages.by_position(request.page)
    row = await store.map_named(call.session, parse_id(request.code_map_id, "code_map_id"))
    if row is None or not (sees_all(call) or row.institution_id in (None, own_institution(call))):
        raise NotFound("there is no such map", "code_map_id")
    positions = part.among([(position,) for position in range(1, row.entries + 1)])
    start = min((position for (position,) in positions), default=1)
    entries = await store.map_entries(call.session, row.id, start - 1, len(positions))
    shown, page = part.cut(positions, lambda place: place)
    return pb.CodeMapEntryPage(
        entries=[entry_message(entries[position - start]) for (position,) in shown],
        page=page,
    )


def entry_message(row: MapEntryRow) -> pb.CodeMapEntry:
    target = pb.Coding(system=row.target_system, code=row.target_code, display=row.target_display)
    return pb.CodeMapEntry(
        source=pb.Coding(system=row.source_system, code=row.source_code),
        target=target if row.target_code else None,
        equivalence=equivalence_of(row.equivalence),
    )


def equivalence_of(code: str) -> str:
    """FHIR's code as the contract has it."""
    return f"CODE_EQUIVALENCE_{code.upper()}"


@api.serves
async def decide_code_map(request: pb.DecideCodeMapRequest, call: Call[Resources]) -> pb.CodeMap:
    row = await commands.decide(
        call.session,
        map_id=parse_id(request.code_map_id, "code_map_id"),
        approved=request.approved,
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return map_message(row)


@api.serves
async def list_unmapped_codes(request: pb.ListUnmappedCodesRequest, call: Call[Resources]) -> pb.UnmappedCodePage:
    part = LAST_FIRST.part(request.page)
    institution_id = UUID(call.principal.partner_id)
    rows, page = part.cut(
        await store.unmapped(call.session, institution_id, part), lambda row: (row.last_came_at, row.id)
    )
    return pb.UnmappedCodePage(
        codes=[unmapped_message(row) for row in rows],
        page=page,
    )


def unmapped_message(row: UnmappedCodeRow) -> pb.UnmappedCode:
    return pb.UnmappedCode(
        id=str(row.id),
        coding=pb.Coding(system=row.system, code=row.code, display=row.display),
        resource_type=row.resource_type,
        table_url=row.table_url,
        first_came_at=timestamp(row.first_came_at),
        last_came_at=timestamp(row.last_came_at),
    )


async def table_asked_for(
    url: str, version: str, field: str, session: AsyncSession, city_tables: Sequence[CodesRequired]
) -> CodeTableRow:
    """The version of a table that is meant: the one that is named, or the city's own, or the one loaded last."""
    named = version or next((each.version for each in city_tables if each.url == url), "")
    row = await store.table_of(session, url, named) if named else None
    if row is None and not version:
        row = await store.newest_table(session, url)
    if row is None:
        raise NotFound("no such table is loaded, or not this version of it", field)
    return row


@api.serves
async def look_up_code(request: pb.LookUpCodeRequest, call: Call[Resources]) -> pb.CodeDetails:
    table = await table_asked_for(
        request.system, request.version, "system", call.session, call.resources.city.code_tables
    )
    entry = await store.entry(call.session, table.id, request.system, request.code)
    if entry is None:
        raise NotFound("the table has no such code", "code")
    return pb.CodeDetails(
        coding=pb.Coding(system=entry.system, code=entry.code, display=entry.display),
        version=table.version,
        title=table.title,
        parent=entry.parent,
        active=entry.active,
    )


@api.serves
async def validate_code(request: pb.ValidateCodeRequest, call: Call[Resources]) -> pb.CodeValidation:
    table = await table_asked_for(request.url, request.version, "url", call.session, call.resources.city.code_tables)
    entry = await store.entry(call.session, table.id, request.system or request.url, request.code)
    message = why_not_valid(entry.display if entry else None, entry is not None and entry.active, request.display)
    return pb.CodeValidation(
        valid=not message, message=message, display=entry.display if entry else "", version=table.version
    )


@api.serves
async def translate_code(request: pb.TranslateCodeRequest, call: Call[Resources]) -> pb.CodeTranslations:
    own = own_institution(call)
    institution_id = parse_id(request.institution_id, "institution_id") if request.institution_id else own
    if institution_id != own and not sees_all(call):
        raise Forbidden("another institution's maps are not shown", "institution_id")
    translations = await store.translations(
        call.session, request.system, request.code, request.target_system, institution_id
    )
    return pb.CodeTranslations(
        matches=[
            pb.CodeTranslation(
                coding=pb.Coding(system=each.system, code=each.code, display=each.display) if each.code else None,
                equivalence=equivalence_of(each.equivalence),
                map_url=each.map_url,
                map_version=each.map_version,
            )
            for each in translations
        ]
    )
