"""Sources: institutions' systems that send, who let them, and how what they send comes in."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Forbidden, NotFound
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.partners.v1.api_pb2 import CAPABILITY_READ_DATA, GetProfilesRequest, Profile
from yima.records.v1 import collection_pb2 as collection

from records.api.served import Resources, api
from records.commands import sources as commands
from records.domain import connectors
from records.domain import sources as rules
from records.domain.sources import SourceBudget, SourceStatus, SourceStopped
from records.store import batches as batch_store
from records.store import connectors as connector_store
from records.store import sources as store
from records.store.sources import Progress
from records.tables import ConnectorReportRow, SourceRow

MISSING_SHOWN_MAX = 100
NOTHING = Progress(0, 0)


def partner_of(call: Call[Resources]) -> UUID | None:
    """Whose sources the caller may see: a partner's own; None: everybody's."""
    return UUID(call.principal.partner_id) if call.principal.role == Role.ROLE_PARTNER else None


def own_partner(call: Call[Resources]) -> UUID:
    return UUID(call.principal.partner_id)


async def profile_in_good_standing(partner_id: UUID, call: Call[Resources]) -> Profile | None:
    """What partners says now of an institution that may use residents' data. None: it is suspended, frozen, its
    certificates have lapsed, or it never was so far."""
    request = GetProfilesRequest(partner_ids=[str(partner_id)])
    profiles = (await call.resources.partners.get_profiles(request)).profiles
    return next((profile for profile in profiles if CAPABILITY_READ_DATA in profile.capabilities), None)


async def certified_scope(partner_id: UUID, call: Call[Resources]) -> Collection[str]:
    """What an institution's certificates cover, as partners says now."""
    profile = await profile_in_good_standing(partner_id, call)
    if profile is None:
        raise SourceStopped("its institution is no partner in good standing now", "source_id")
    return profile.certified_scope


def budget_of(message: collection.SourceBudget) -> SourceBudget:
    return rules.check_budget(SourceBudget(message.batches, message.lines, message.bytes))


async def check_registration(request: collection.RegisterSourceRequest, call: Call[Resources]) -> Collection[str]:
    return await certified_scope(own_partner(call), call)


@api.serves_after(check_registration)
async def register_source(request: collection.RegisterSourceRequest, call: Call[Resources]) -> collection.Source:
    terms = rules.check_terms(
        name=request.name,
        system=request.system,
        category=request.category,
        information_types=request.information_types,
        budget=budget_of(request.budget) if request.HasField("budget") else None,
        every_minutes=request.every_minutes,
        categories={place.code for place in call.resources.city.taxonomy.places},
    )
    row = await commands.register_source(
        call.session,
        partner_id=own_partner(call),
        terms=terms,
        scope=call.prepared,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return source_message(row, NOTHING, None, call.now)


@api.serves
async def list_sources(request: collection.ListSourcesRequest, call: Call[Resources]) -> collection.SourcePage:
    part = pages.by_id(request.page)
    partner_id = partner_of(call)
    if request.partner_id:
        target_id = parse_id(request.partner_id, "partner_id")
        if partner_id not in (None, target_id):
            raise Forbidden("a partner sees its own sources", "partner_id")
        partner_id = target_id
    rows, page = part.cut(await store.page(call.session, partner_id, request.status, part), pages.at_id)
    progress = await store.progress(call.session, [row.id for row in rows])
    reports = await connector_store.reports(call.session, [row.id for row in rows])
    return collection.SourcePage(
        sources=[source_message(row, progress[row.id], reports.get(row.id), call.now) for row in rows],
        page=page,
    )


@api.serves
async def get_source(request: collection.GetSourceRequest, call: Call[Resources]) -> collection.Source:
    source_id = parse_id(request.source_id, "source_id")
    return await whole_source(await visible_source(source_id, call), call)


async def visible_source(source_id: UUID, call: Call[Resources]) -> SourceRow:
    """A source that the caller may see."""
    row = await store.source(call.session, source_id)
    if row is None or partner_of(call) not in (None, row.partner_id):
        raise NotFound("there is no such source", "source_id")
    return row


async def whole_source(row: SourceRow, call: Call[Resources]) -> collection.Source:
    """A source with what came of each type, and what has not come."""
    progress = (await store.progress(call.session, [row.id]))[row.id]
    report = (await connector_store.reports(call.session, [row.id])).get(row.id)
    message = source_message(row, progress, report, call.now)
    for kind in await store.intake(call.session, row.id):
        message.intake.add(
            information_type=kind.information_type,
            stored=kind.stored,
            unchanged=kind.unchanged,
            refused=kind.refused,
            last_received_at=timestamp(kind.last_received_at),
            newest_effective_at=timestamp(kind.newest_effective_at),
        )
    message.missing_numbers.extend(await batch_store.missing_numbers(call.session, row.id, MISSING_SHOWN_MAX))
    return message


async def check_decision(request: collection.DecideSourceRequest, call: Call[Resources]) -> Collection[str]:
    """What the certificates of the source's institution cover; nothing is asked where it is refused."""
    if not request.approved:
        rules.check_reason(request.reason)
        return ()
    async with call.resources.database.transaction() as session:
        row = await store.source(session, parse_id(request.source_id, "source_id"))
    if row is None:
        raise NotFound("there is no such source", "source_id")
    return await certified_scope(row.partner_id, call)


@api.serves_after(check_decision)
async def decide_source(request: collection.DecideSourceRequest, call: Call[Resources]) -> collection.Source:
    row = await commands.decide_source(
        call.session,
        source_id=parse_id(request.source_id, "source_id"),
        approved=request.approved,
        reason="" if request.approved else rules.check_reason(request.reason),
        scope=call.prepared,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return await whole_source(row, call)


@api.serves
async def end_source(request: collection.EndSourceRequest, call: Call[Resources]) -> collection.Source:
    row = await commands.end_source(
        call.session,
        source_id=parse_id(request.source_id, "source_id"),
        partner_id=partner_of(call),
        reason=rules.check_reason(request.reason),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return await whole_source(row, call)


@api.serves
async def set_source_budget(request: collection.SetSourceBudgetRequest, call: Call[Resources]) -> collection.Source:
    row = await commands.set_budget(
        call.session,
        source_id=parse_id(request.source_id, "source_id"),
        partner_id=own_partner(call),
        budget=budget_of(request.budget),
        every_minutes=rules.check_every(request.every_minutes) if request.every_minutes else None,
    )
    return await whole_source(row, call)


def connector_message(row: SourceRow, report: ConnectorReportRow, now: datetime) -> collection.ConnectorState:
    """What the connector of a source said last, and how it is now."""
    heard_at = max(filter(None, (report.reported_at, row.last_received_at)))
    sends = row.status == SourceStatus.APPROVED
    return collection.ConnectorState(
        health=int(connectors.health(heard_at, report.oldest_waiting_at, now)) if sends else 0,  # type: ignore[arg-type] # the contract's number
        reported_at=timestamp(report.reported_at),
        version=report.version,
        waiting_lines=report.waiting_lines,
        waiting_batches=report.waiting_batches,
        oldest_waiting_at=timestamp(report.oldest_waiting_at),
        last_number=report.last_number,
        errors=[
            collection.ConnectorErrors(kind=kind, count=count)
            for kind, count in sorted(report.errors.items(), key=lambda each: (-each[1], each[0]))
        ],
    )


def source_message(
    row: SourceRow, progress: Progress, report: ConnectorReportRow | None, now: datetime
) -> collection.Source:
    return collection.Source(
        id=str(row.id),
        partner_id=str(row.partner_id),
        name=row.name,
        system=row.system,  # type: ignore[arg-type] # the contract's number
        category=row.category,
        information_types=row.information_types,
        budget=collection.SourceBudget(batches=row.budget_batches, lines=row.budget_lines, bytes=row.budget_bytes),
        every_minutes=row.every_minutes,
        status=row.status,  # type: ignore[arg-type] # the contract's number
        registered_by=str(row.registered_by),
        registered_at=timestamp(row.registered_at),
        decided_by=str(row.decided_by or ""),
        decided_at=timestamp(row.decided_at),
        reason=row.reason,
        highest_number=row.highest_number,
        missing=progress.missing,
        waiting=progress.waiting,
        unmatched=progress.unmatched,
        connector=None if report is None else connector_message(row, report, now),
        last_received_at=timestamp(row.last_received_at),
        paused_until=timestamp(row.paused_until) if row.status == SourceStatus.APPROVED else None,
    )
