"""The access log: how everything gets into it, and what of it is shown where an order is disputed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.auth import Principal
from chassis.ids import new_id
from chassis.outbox import Cause, publish
from chassis.wire import moment, timestamp
from sqlalchemy.ext.asyncio import AsyncSession
from yima.consent.v1 import api_pb2 as pb
from yima.consent.v1 import events_pb2 as events_pb
from yima.settlement.v1.events_pb2 import DisputeOpened

from consent import events
from consent.commands.tree import id_or_none, place_now
from consent.domain.access_log import AccessAct
from consent.domain.decisions import AccessKind, Reason
from consent.store import access_log
from consent.store.access_log import OrderEntry
from consent.store.looks import Look, note_looks
from consent.tables import RefusalRow, WaitingEntryRow

SUMMED_AFTER = timedelta(days=1)
SUMMED_AT_ONCE_MAX = 1_000
TOLD_MAX = 200  # decisions of an order, the newest
READ_MAX = 1_000  # entries of the log that are looked through for them


def happened(
    kind: AccessKind,
    act: AccessAct,
    resident_id: UUID | str | None,
    at: datetime,
    by: Principal | None = None,
    **more: Any,
) -> pb.AccessLogEntry:
    """An entry that is not a decision. `resident_id` is whom it is about, None: nobody alone; `by` is who acted, None:
    the platform by itself; `more` are the contract's other fields: `partner_id`, `consent_id`, `about_id`, `note`, …"""
    if by is not None:
        more = {"subject_id": by.subject_id, "role": by.role, "partner_id": by.partner_id} | more
    return pb.AccessLogEntry(
        decision_id=str(new_id()),
        kind=int(kind),  # type: ignore[arg-type] # the contract's numbers, here and below
        act=int(act),  # type: ignore[arg-type]
        resident_id=str(resident_id or ""),
        decided_at=timestamp(at),
        permitted=True,
        reason=int(Reason.NO_DECISION),  # type: ignore[arg-type]
        **more,
    )


async def append(session: AsyncSession, entries: Sequence[pb.AccessLogEntry]) -> None:
    """Write entries into the access log: all of them, if this transaction commits. They get their places in its tree
    within a second. Nothing but this and decisions writes to it. Of looks the first of a minute is written.

    An entry names its resident, where it is about one, its kind and moment, and has an id that nobody can guess.
    """
    entries = await without_repeated_looks(session, entries)
    rows = [
        WaitingEntryRow(
            resident_id=id_or_none(entry.resident_id),
            partner_id=id_or_none(entry.partner_id),
            subject_id=id_or_none(entry.subject_id),
            kind=int(entry.kind),
            at=moment(entry.decided_at),
            entry=entry.SerializeToString(deterministic=True),
        )
        for entry in entries
    ]
    await access_log.add_entries(session, rows)


async def without_repeated_looks(
    session: AsyncSession, entries: Sequence[pb.AccessLogEntry]
) -> Sequence[pb.AccessLogEntry]:
    """These entries, but of looks only the first of a person at a resident, at one kind of thing, in a minute: a page
    that is loaded by several requests is looked at once. The table of looks says which is the first."""
    looks: dict[Look, pb.AccessLogEntry] = {}
    for entry in entries:
        if int(entry.kind) == AccessKind.LOOK:
            looks.setdefault(look_of(entry), entry)
    if not looks:
        return entries
    first = {looks[look].decision_id for look in await note_looks(session, looks)}
    return [entry for entry in entries if int(entry.kind) != AccessKind.LOOK or entry.decision_id in first]


def look_of(entry: pb.AccessLogEntry) -> Look:
    minute = moment(entry.decided_at).replace(second=0, microsecond=0)
    return UUID(entry.subject_id), UUID(entry.resident_id), int(entry.act), minute


async def sum_refusals(session: AsyncSession, today: date) -> int:
    """Write into the log how often refusals were repeated, of days that are long over; returns how many were looked at.

    The first refusal of a day is in the log at once; until this is written, the count stands beside it alone.
    """
    rows = await access_log.sum_refusals(session, today - SUMMED_AFTER, SUMMED_AT_ONCE_MAX)
    repeated = [row for row in rows if row.times > 1]
    await append(session, [refused_again(row) for row in repeated])
    return len(rows)


def refused_again(row: RefusalRow) -> pb.AccessLogEntry:
    entry = happened(
        AccessKind.REFUSALS, AccessAct.REFUSED_AGAIN, row.resident_id, row.last_at, about_id=str(row.decision_id)
    )
    entry.permitted, entry.reason = False, row.reason  # type: ignore[assignment] # the contract's number
    entry.subject_id, entry.times = str(row.asker_id), row.times
    return entry


async def tell_decisions(session: AsyncSession, disputes: Sequence[tuple[DisputeOpened, Cause]]) -> None:
    """Announce what was decided for disputed orders until then; nothing for an order that asked for no data."""
    order_ids = [UUID(dispute.order_id) for dispute, _ in disputes]
    await place_now(session)
    entries: defaultdict[UUID, list[OrderEntry]] = defaultdict(list)
    for row in await access_log.order_entries(session, order_ids, READ_MAX):
        entries[row.order_id].append(row)
    for (dispute, cause), order_id in zip(disputes, order_ids, strict=True):
        publish(session, decisions_of(dispute, entries[order_id]), order_id, cause)


def decisions_of(dispute: DisputeOpened, rows: Sequence[OrderEntry]) -> events_pb.DecisionsTold:
    """The decisions among these entries, newest first, that were about the order, until it was disputed."""
    until = moment(dispute.opened_at)
    entries = [(pb.AccessLogEntry.FromString(row.entry), row) for row in rows]
    decisions = [
        events.told_decision(entry, row.index + 1, row.hash) for entry, row in entries if about_order(entry, row, until)
    ]
    may_go_on = len(entries) == READ_MAX and moment(entries[-1][0].decided_at) >= rows[-1].since
    left_out = may_go_on or len(decisions) > TOLD_MAX
    return events.decisions_told(dispute, reversed(decisions[:TOLD_MAX]), left_out)


def about_order(entry: pb.AccessLogEntry, row: OrderEntry, until: datetime) -> bool:
    """Was this permitted by a consent of the order, or refused to its partner after the order had asked for consent?

    A refusal names no consent. What is no decision was asked by nobody.
    """
    if entry.act or entry.partner_id != str(row.grantee_id) or not row.since <= moment(entry.decided_at) <= until:
        return False
    return not entry.permitted or entry.consent_id in {str(consent_id) for consent_id in row.consents}
