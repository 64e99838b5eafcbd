"""The access log over HTTP: who asked for what, and the proofs that nothing of it was changed or left out."""

from collections.abc import Sequence
from datetime import datetime

from chassis import moments, pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.merkle import leaf_hash
from chassis.pages import Part
from chassis.refusals import Invalid, NotFound
from chassis.wire import moment, timestamp
from google.protobuf.timestamp_pb2 import Timestamp
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import PageInfo
from yima.consent.v1 import api_pb2 as pb

from consent.api.served import Resources, api, visible_residents
from consent.commands import tree as commands
from consent.commands.changes import log_looks
from consent.domain.access_log import NO_SUCH_ENTRY, AccessAct
from consent.domain.consents import NOT_THEIR_RESIDENT
from consent.domain.decisions import AccessKind
from consent.store import access_log as store
from consent.store import tree
from consent.store.access_log import LogFilter
from consent.store.clock import database_now
from consent.tables import CheckpointRow, LeafRow, RefusalRow


@api.serves
async def list_access_log(request: pb.ListAccessLogRequest, call: Call[Resources]) -> pb.AccessLogPage:
    part = pages.by_position(request.page)
    log_filter = await filter_of(request, call)
    entries, page = await listed(call.session, log_filter, part)
    residents = [entry.resident_id for entry in entries if entry.resident_id]
    if log_filter.resident_id is not None:
        residents = [str(log_filter.resident_id)]
    await log_looks(call.session, call.principal, AccessAct.LOG_SEEN, residents, await database_now(call.session))
    return pb.AccessLogPage(entries=entries, page=page)


async def listed(
    session: AsyncSession, log_filter: LogFilter, part: Part[tuple[int]]
) -> tuple[Sequence[pb.AccessLogEntry], PageInfo]:
    """Entries, newest first. A position is an index and 1."""
    await commands.place_now(session)
    of_index = part.at(lambda place: (place[0] - 1,))
    rows, page = part.cut(await store.log_page(session, log_filter, of_index), lambda row: (row.index + 1,))
    entries = [pb.AccessLogEntry.FromString(row.entry) for row in rows]
    refused = [parse_id(entry.decision_id, "decision_id") for entry in entries if not entry.permitted]
    repeated = await store.refusals_of(session, refused)
    counts = {str(decision_id): refusal for decision_id, refusal in repeated.items()}
    return [
        log_message(row, entry, counts.get(entry.decision_id)) for row, entry in zip(rows, entries, strict=True)
    ], page


async def filter_of(request: pb.ListAccessLogRequest, call: Call[Resources]) -> LogFilter:
    """Which entries are asked for, as far as the caller may see them."""
    resident_id = "" if request.kind == pb.ACCESS_KIND_CITY else request.resident_id
    if call.principal.role == Role.ROLE_RESIDENT and request.kind != pb.ACCESS_KIND_CITY:
        resident_id = resident_id or call.principal.subject_id
        if parse_id(resident_id, "resident_id") not in await visible_residents(call):
            raise NotFound(NOT_THEIR_RESIDENT, "resident_id")
    if request.kind and request.kind not in pb.AccessKind.values():
        raise Invalid("kind", "is none there is")
    return LogFilter(
        resident_id=parse_id(resident_id, "resident_id") if resident_id else None,
        subject_id=parse_id(request.subject_id, "subject_id") if request.subject_id else None,
        partner_id=parse_id(request.partner_id, "partner_id") if request.partner_id else None,
        kind=int(request.kind) or None,
        since=bound(request.since, "since") if request.HasField("since") else None,
        until=bound(request.until, "until") if request.HasField("until") else None,
    )


def bound(stamp: Timestamp, field: str) -> datetime:
    moments.check(stamp, field)
    return moment(stamp)


@api.serves
async def check_access_log(request: pb.CheckAccessLogRequest, call: Call[Resources]) -> pb.AccessLogCheck:
    check = await commands.check_log(call.session, call.resources.signer, await database_now(call.session))
    return pb.AccessLogCheck(holds=not check.broken_at, entries=check.entries, broken_at=check.broken_at, why=check.why)


@api.serves
async def get_log_checkpoint(request: pb.GetLogCheckpointRequest, call: Call[Resources]) -> pb.LogCheckpoint:
    if request.size:
        checkpoint = await tree.checkpoint_of(call.session, request.size)
    else:
        checkpoint = await tree.last_checkpoint(call.session)
    if checkpoint is None:
        raise NotFound("there is no checkpoint of that size", "size")
    return await checkpoint_message(checkpoint, call)


@api.serves
async def get_log_consistency(request: pb.GetLogConsistencyRequest, call: Call[Resources]) -> pb.LogConsistency:
    path = await commands.consistency_proof(call.session, request.old_size, request.size)
    return pb.LogConsistency(old_size=request.old_size, size=request.size, path=path)


@api.serves
async def get_log_tile(request: pb.GetLogTileRequest, call: Call[Resources]) -> pb.LogTile:
    return pb.LogTile(hashes=await commands.tile(call.session, request.level, request.index, request.width))


@api.serves
async def get_log_inclusion(request: pb.GetLogInclusionRequest, call: Call[Resources]) -> pb.LogInclusion:
    if request.size:
        checkpoint = await tree.checkpoint_of(call.session, request.size)
    else:
        now = await database_now(call.session)
        checkpoint = await commands.newest_checkpoint(call.session, call.resources.signer, now)
    leaf = await store.leaf_at(call.session, request.position - 1)
    visible = None if call.principal.role == Role.ROLE_REGULATOR else await visible_residents(call)
    if leaf is None or (visible is not None and leaf.kind != AccessKind.CITY and leaf.resident_id not in visible):
        raise NotFound(NO_SUCH_ENTRY, "position")
    about = [] if leaf.resident_id is None else [str(leaf.resident_id)]
    await log_looks(call.session, call.principal, AccessAct.LOG_SEEN, about, await database_now(call.session))
    size = checkpoint.size if checkpoint else request.size
    return pb.LogInclusion(
        index=leaf.index,
        size=size,
        entry=leaf.entry,
        path=await commands.inclusion_proof(call.session, leaf.index, size),
        checkpoint=await checkpoint_message(checkpoint, call) if checkpoint else None,
    )


@api.serves
async def cosign_log_checkpoint(request: pb.CosignLogCheckpointRequest, call: Call[Resources]) -> pb.LogCheckpoint:
    checkpoint = await commands.cosign(
        call.session, request.size, request.cosignature, call.resources.witnesses, await database_now(call.session)
    )
    return await checkpoint_message(checkpoint, call)


async def checkpoint_message(checkpoint: CheckpointRow, call: Call[Resources]) -> pb.LogCheckpoint:
    signer = call.resources.signer
    return pb.LogCheckpoint(
        origin=signer.origin,
        size=checkpoint.size,
        root=checkpoint.root,
        note=await commands.noted(call.session, checkpoint),
        keys=[str(key) for key in signer.verifiers],
        signed_at=timestamp(checkpoint.signed_at),
    )


def log_message(row: LeafRow, entry: pb.AccessLogEntry, repeated: RefusalRow | None) -> pb.AccessLogEntry:
    """An entry with what does not stand in it: its place, its hash, and how often it was repeated."""
    entry.position = row.index + 1
    entry.hash = row.chain_hash or leaf_hash(row.entry)
    entry.times = repeated.times if repeated else entry.times or 1
    entry.last_at.CopyFrom(entry.decided_at)
    if repeated:
        entry.last_at.FromDatetime(repeated.last_at)
    return entry
