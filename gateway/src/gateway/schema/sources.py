"""Sources: institutions' systems that send to records in numbered batches. The batches themselves come over HTTP
(`gateway.batches`)."""

import strawberry
from strawberry import ID
from yima.records.v1 import collection_pb2 as pb
from yima.records.v1.enums import ConnectorHealth, LineResult, SourceStatus, SystemKind

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, reads, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, Node, PageInfo, connection, page_request
from gateway.schema.inputs import fill, takes
from gateway.schema.partners import PartnerProfile, profile


@shows(pb.SourceBudget)
class SourceBudget:
    batches: int
    lines: int
    bytes: int


@takes(pb.SourceBudget)
class SourceBudgetInput:
    batches: int
    lines: int
    bytes: int


@shows(pb.SourceIntake)
class SourceIntake:
    information_type: str | None
    stored: str
    unchanged: str
    refused: str
    last_received_at: DateTime
    newest_effective_at: DateTime | None


@shows(pb.ConnectorErrors)
class ConnectorErrors:
    kind: str
    count: str


@shows(pb.ConnectorState)
class ConnectorState:
    health: ConnectorHealth | None
    reported_at: DateTime
    version: str
    waiting_lines: str
    waiting_batches: int
    oldest_waiting_at: DateTime | None
    last_number: int
    errors: list[pb.ConnectorErrors]


@shows(pb.Source)
class Source(Node):
    id: ID
    name: str
    system: SystemKind
    category: str
    information_types: list[str]
    budget: pb.SourceBudget
    every_minutes: int
    status: SourceStatus
    registered_at: DateTime
    decided_at: DateTime | None
    reason: str | None
    highest_number: int
    missing: int
    waiting: int
    unmatched: int
    last_received_at: DateTime | None
    paused_until: DateTime | None
    intake: list[pb.SourceIntake] = field(description="What came, by type of information; of one source alone.")
    missing_numbers: list[int]
    connector: pb.ConnectorState | None
    institution: PartnerProfile | None = profile("partner_id", "Whose it is.")


@shows(pb.LineOutcome)
class LineOutcome:
    position: int
    result: LineResult
    code: str | None
    field: str | None = field(description="Where in the line.")
    detail: str | None


@shows(pb.Batch)
class Batch:
    source_id: ID
    number: int
    sha256: str | None = reads(pb.Batch, lambda batch, _: batch.sha256.hex() or None, "Of the bytes, in hexadecimal.")
    bytes: int
    lines: int
    received_at: DateTime
    processed_at: DateTime | None
    created: int
    updated: int
    unchanged: int
    refused: int
    waiting: int
    given_up: bool
    reason: str | None
    outcomes: list[pb.LineOutcome] = field(description="A page of its lines' outcomes; of one batch alone.")


@shows(pb.LeftOutLineOfSource)
class LeftOutLineOfSource:
    number: int
    position: int
    patient_number_id: ID
    system: str
    value: str
    resource_type: str | None
    fhir_id: str | None
    code: str
    field: str | None = field(description="Where in the line.")
    detail: str | None
    received_at: DateTime
    left_out_at: DateTime


@shows(pb.MissingBatches)
class MissingBatches:
    numbers: list[int]
    missing: int
    ask_again_seconds: int


@strawberry.type(description="A batch, and a page of what became of its lines.")
class BatchOutcomes:
    batch: pb.Batch = strawberry.field(description="The batch.")
    page_info: PageInfo


@strawberry.type
class Query:
    @strawberry.field(
        description="Systems that send to records, newest first: a partner's own; all for who supervises."
    )
    @asks("records.ListSources")
    async def sources(
        self,
        info: Info,
        partner_id: ID | None = None,
        status: SourceStatus | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Source]:
        context = info.context
        request = pb.ListSourcesRequest(
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else "",
            status=status,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.records.list_sources(request, context.token)
        return connection(answer.sources, answer.page)

    @strawberry.field(description="A source: how fresh and how complete what it sends is, and what has not come.")
    @asks("records.GetSource")
    async def source(self, info: Info, source_id: ID) -> pb.Source:
        context = info.context
        request = pb.GetSourceRequest(source_id=parse_global_id(Kind.SOURCE, source_id, "sourceId"))
        return await context.clients.records.get_source(request, context.token)

    @strawberry.field(description="A source's batches, the highest number first.")
    @asks("records.ListBatches")
    async def batches(
        self,
        info: Info,
        source_id: ID,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Batch]:
        context = info.context
        request = pb.ListBatchesRequest(
            source_id=parse_global_id(Kind.SOURCE, source_id, "sourceId"), page=page_request(first, after, last, before)
        )
        answer = await context.clients.records.list_batches(request, context.token)
        return connection(answer.batches, answer.page)

    @strawberry.field(
        description="Lines of a source that waited for whose patient number it is and did not come into a record: too "
        "long, or refused when the number was matched. The last sent first."
    )
    @asks("records.ListLeftOutLines")
    async def left_out_lines(
        self,
        info: Info,
        source_id: ID,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.LeftOutLineOfSource]:
        context = info.context
        request = pb.ListLeftOutLinesRequest(
            source_id=parse_global_id(Kind.SOURCE, source_id, "sourceId"), page=page_request(first, after, last, before)
        )
        answer = await context.clients.records.list_left_out_lines(request, context.token)
        return connection(answer.lines, answer.page)

    @strawberry.field(description="A batch, and what became of its lines, by position.")
    @asks("records.GetBatch")
    async def batch(
        self,
        info: Info,
        source_id: ID,
        number: int,
        refused_only: bool = False,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> BatchOutcomes:
        context = info.context
        request = pb.GetBatchRequest(
            source_id=parse_global_id(Kind.SOURCE, source_id, "sourceId"),
            number=number,
            refused_only=refused_only,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.records.get_batch(request, context.token)
        page = connection(answer.batch.outcomes, answer.page)
        return BatchOutcomes(batch=answer.batch, page_info=page.page_info)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Register a system of the partner's that is to send. An operator approves it before it may."
    )
    @refusable
    @asks("records.RegisterSource")
    async def register_source(
        self,
        info: Info,
        name: str,
        system: SystemKind,
        category: str,
        information_types: list[str],
        budget: SourceBudgetInput | None = None,
        every_minutes: int | None = None,
        idempotency_key: str | None = None,
    ) -> pb.Source:
        context = info.context
        request = pb.RegisterSourceRequest(
            name=name,
            system=system,
            category=category,
            information_types=information_types,
            budget=fill(pb.SourceBudget(), budget, "budget.") if budget else None,
            every_minutes=every_minutes or 0,
        )
        return await context.clients.records.register_source(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Let a source send, or refuse it with a reason, as an operator.")
    @refusable
    @asks("records.DecideSource")
    async def decide_source(
        self,
        info: Info,
        source_id: ID,
        approved: bool,
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> pb.Source:
        context = info.context
        request = pb.DecideSourceRequest(
            source_id=parse_global_id(Kind.SOURCE, source_id, "sourceId"), approved=approved, reason=reason or ""
        )
        return await context.clients.records.decide_source(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="End a source: nothing more is taken from it. What came is kept.")
    @refusable
    @asks("records.EndSource")
    async def end_source(self, info: Info, source_id: ID, reason: str, idempotency_key: str | None = None) -> pb.Source:
        context = info.context
        request = pb.EndSourceRequest(source_id=parse_global_id(Kind.SOURCE, source_id, "sourceId"), reason=reason)
        return await context.clients.records.end_source(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Say how much a source sends within a minute, and how often.")
    @refusable
    @asks("records.SetSourceBudget")
    async def set_source_budget(
        self,
        info: Info,
        source_id: ID,
        budget: SourceBudgetInput,
        every_minutes: int | None = None,
        idempotency_key: str | None = None,
    ) -> pb.Source:
        context = info.context
        request = pb.SetSourceBudgetRequest(
            source_id=parse_global_id(Kind.SOURCE, source_id, "sourceId"),
            budget=fill(pb.SourceBudget(), budget, "budget."),
            every_minutes=every_minutes or 0,
        )
        return await context.clients.records.set_source_budget(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="The batches that a source is to send again now: those that have not come, no more than its budget "
        "has left. Each is asked for less and less often."
    )
    @refusable
    @asks("records.AskForMissing")
    async def ask_for_missing(self, info: Info, source_id: ID, idempotency_key: str | None = None) -> pb.MissingBatches:
        context = info.context
        request = pb.AskForMissingRequest(source_id=parse_global_id(Kind.SOURCE, source_id, "sourceId"))
        return await context.clients.records.ask_for_missing(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Say that batches will never come, and why: they are missing no more.")
    @refusable
    @asks("records.GiveUpBatches")
    async def give_up_batches(
        self, info: Info, source_id: ID, numbers: list[int], reason: str, idempotency_key: str | None = None
    ) -> pb.Source:
        context = info.context
        request = pb.GiveUpBatchesRequest(
            source_id=parse_global_id(Kind.SOURCE, source_id, "sourceId"), numbers=numbers, reason=reason
        )
        return await context.clients.records.give_up_batches(request, context.token, idempotency_key or "")
