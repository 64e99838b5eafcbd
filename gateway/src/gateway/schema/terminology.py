"""Tables of codes, maps of local codes to them, what a code means, and what it is in another system."""

from typing import Annotated

import strawberry
from chassis.refusals import Invalid
from strawberry import ID
from yima.records.v1 import terminology_pb2 as pb
from yima.records.v1.enums import CodeEquivalence, CodeFileFormat, CodeMapStatus, CodeTableKind

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import reads, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, connection, page_request
from gateway.schema.partners import PartnerProfile, profile


@shows(pb.CodeUpload, description="Where to send a file of codes, by PUT. Keep it to yourself.")
class CodeUpload:
    path: str
    expires_at: DateTime


@shows(pb.CodeTable, description="A version of a table of codes. It never changes.")
class CodeTable:
    id: ID
    kind: CodeTableKind
    url: str
    version: str
    title: str
    codes: str
    sha256: str = reads(pb.CodeTable, lambda table, _: table.sha256.hex(), "Of the file, in hexadecimal digits.")
    loaded_at: DateTime
    required: bool


@shows(pb.CodeMap, description="A version of a map of local codes to those of the city's tables.")
class CodeMap:
    id: ID
    url: str
    version: str
    title: str
    status: CodeMapStatus
    entries: str
    sha256: str = reads(pb.CodeMap, lambda codes, _: codes.sha256.hex(), "Of the file, in hexadecimal digits.")
    submitted_at: DateTime
    decided_at: DateTime | None
    reason: str | None
    applied_at: DateTime | None
    institution: PartnerProfile | None = profile("institution_id", "Whose codes it maps; null: everybody's.")


@shows(pb.CodeMapEntry, description="A line of a map.")
class CodeMapEntry:
    source: pb.Coding
    target: pb.Coding | None
    equivalence: CodeEquivalence


@shows(pb.UnmappedCode, description="A code that was sent where the city's tables have none for it.")
class UnmappedCode:
    id: ID
    coding: pb.Coding
    resource_type: str
    table_url: str
    first_came_at: DateTime
    last_came_at: DateTime


@shows(pb.CodeDetails, description="What is known of a code.")
class CodeDetails:
    coding: pb.Coding
    version: str
    title: str
    parent: str | None
    active: bool


@shows(pb.CodeValidation, description="Whether it is a code of a table.")
class CodeValidation:
    valid: bool
    message: str | None
    display: str | None
    version: str


@shows(pb.CodeTranslation, description="A code that another is mapped to.")
class CodeTranslation:
    coding: pb.Coding | None
    equivalence: CodeEquivalence
    map_url: str
    map_version: str


@strawberry.type
class Query:
    @strawberry.field(description="The tables of codes there are, the last loaded first.")
    @asks("records.ListCodeTables")
    async def code_tables(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.CodeTable]:
        context = info.context
        request = pb.ListCodeTablesRequest(page=page_request(first, after, last, before))
        answer = await context.clients.records.list_code_tables(request, context.token)
        return connection(answer.tables, answer.page)

    @strawberry.field(
        description="The maps of local codes, the last submitted first: a partner's own and the city's; all, for "
        "operator and regulator."
    )
    @asks("records.ListCodeMaps")
    async def code_maps(
        self,
        info: Info,
        status: CodeMapStatus | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.CodeMap]:
        context = info.context
        request = pb.ListCodeMapsRequest(page=page_request(first, after, last, before))
        if status is not None:
            request.status = status
        answer = await context.clients.records.list_code_maps(request, context.token)
        return connection(answer.maps, answer.page)

    @strawberry.field(description="What a map says, line by line.")
    @asks("records.ListCodeMapEntries")
    async def code_map_entries(
        self,
        info: Info,
        code_map_id: ID,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.CodeMapEntry]:
        context = info.context
        request = pb.ListCodeMapEntriesRequest(
            code_map_id=parse_global_id(Kind.CODE_MAP, code_map_id, "codeMapId"),
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.records.list_code_map_entries(request, context.token)
        return connection(answer.entries, answer.page)

    @strawberry.field(
        description="The codes that the caller's institution sent where the city's tables have none for them, the last "
        "first. Map them."
    )
    @asks("records.ListUnmappedCodes")
    async def unmapped_codes(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.UnmappedCode]:
        context = info.context
        request = pb.ListUnmappedCodesRequest(page=page_request(first, after, last, before))
        answer = await context.clients.records.list_unmapped_codes(request, context.token)
        return connection(answer.codes, answer.page)

    @strawberry.field(description="What a code means: FHIR's `$lookup`.")
    @asks("records.LookUpCode")
    async def code_details(
        self,
        info: Info,
        system: str,
        code: str,
        version: Annotated[
            str, strawberry.argument(description="Of the table; the one the city requires, or the last, if not given.")
        ] = "",
    ) -> pb.CodeDetails:
        context = info.context
        request = pb.LookUpCodeRequest(system=system, code=code, version=version)
        return await context.clients.records.look_up_code(request, context.token)

    @strawberry.field(description="Is it a code of that table? FHIR's `$validate-code`.")
    @asks("records.ValidateCode")
    async def code_validation(
        self,
        info: Info,
        url: Annotated[str, strawberry.argument(description="Of a code system or a value set.")],
        code: str,
        system: Annotated[str, strawberry.argument(description="Of the code; `url` itself if not given.")] = "",
        version: str = "",
        display: Annotated[str, strawberry.argument(description="What the caller takes it to be called.")] = "",
    ) -> pb.CodeValidation:
        context = info.context
        request = pb.ValidateCodeRequest(url=url, version=version, system=system, code=code, display=display)
        return await context.clients.records.validate_code(request, context.token)

    @strawberry.field(description="What a code is in another system, by the maps in force: FHIR's `$translate`.")
    @asks("records.TranslateCode")
    async def code_translations(
        self,
        info: Info,
        system: str,
        code: str,
        target_system: str = "",
        institution_id: Annotated[
            ID | None, strawberry.argument(description="Whose maps count beside the city's; the caller's own if null.")
        ] = None,
    ) -> list[pb.CodeTranslation]:
        context = info.context
        request = pb.TranslateCodeRequest(
            system=system,
            code=code,
            target_system=target_system,
            institution_id=parse_global_id(Kind.PARTNER, institution_id, "institutionId") if institution_id else "",
        )
        answer = await context.clients.records.translate_code(request, context.token)
        return list(answer.matches)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Announce a file of codes; send it to the path that comes back, by PUT. Operators send tables, and "
        "maps for everybody; partners send maps of their own codes, which an operator decides about."
    )
    @refusable
    @asks("records.RequestCodeUpload")
    async def request_code_upload(
        self,
        info: Info,
        format: CodeFileFormat,
        size: int,
        sha256: str,
        url: Annotated[str, strawberry.argument(description="What it is of; a FHIR resource says so itself.")] = "",
        version: str = "",
        title: str = "",
        idempotency_key: str | None = None,
    ) -> pb.CodeUpload:
        context = info.context
        try:
            digest = bytes.fromhex(sha256)
        except ValueError:
            raise Invalid("sha256", "must be hexadecimal digits") from None
        request = pb.RequestCodeUploadRequest(
            format=format, size=size, sha256=digest, url=url, version=version, title=title
        )
        return await context.clients.records.request_code_upload(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Approve a map of local codes, or reject it; not one's own.")
    @refusable
    @asks("records.DecideCodeMap")
    async def decide_code_map(
        self, info: Info, code_map_id: ID, approved: bool, reason: str, idempotency_key: str | None = None
    ) -> pb.CodeMap:
        context = info.context
        request = pb.DecideCodeMapRequest(
            code_map_id=parse_global_id(Kind.CODE_MAP, code_map_id, "codeMapId"), approved=approved, reason=reason
        )
        return await context.clients.records.decide_code_map(request, context.token, idempotency_key or "")
