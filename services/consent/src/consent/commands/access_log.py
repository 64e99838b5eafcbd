"""The access log: whether its chain holds, and what of it is shown where an order is disputed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.outbox import Cause, publish
from chassis.wire import moment
from sqlalchemy.ext.asyncio import AsyncSession
from yima.consent.v1 import api_pb2 as pb
from yima.consent.v1 import events_pb2 as events_pb
from yima.settlement.v1.events_pb2 import DisputeOpened

from consent import events
from consent.domain.access_log import GENESIS, chained
from consent.store import access_log
from consent.store.access_log import OrderEntry

CHUNK_MAX = 5_000
TOLD_MAX = 200  # decisions of an order, the newest
READ_MAX = 1_000  # entries of the log that are looked through for them


async def check_log(session: AsyncSession) -> tuple[int, int]:
    """Recompute the access log's chain; returns how many entries hold, and the first position that does not, or 0."""
    position, previous, counted = 0, GENESIS, 0
    while chunk := await access_log.log_chunk(session, position, CHUNK_MAX):
        for row in chunk:
            if row.position != position + 1 or chained(previous, row.entry) != row.hash:
                return counted, position + 1
            position, previous, counted = row.position, row.hash, counted + 1
        session.expunge_all()
    return counted, 0


async def tell_decisions(session: AsyncSession, disputes: Sequence[tuple[DisputeOpened, Cause]]) -> None:
    """Announce what was decided for disputed orders until then; nothing for an order that asked for no data."""
    order_ids = [UUID(dispute.order_id) for dispute, _ in disputes]
    entries: defaultdict[UUID, list[OrderEntry]] = defaultdict(list)
    for row in await access_log.order_entries(session, order_ids, READ_MAX):
        entries[row.order_id].append(row)
    for (dispute, cause), order_id in zip(disputes, order_ids, strict=True):
        publish(session, decisions_of(dispute, entries[order_id]), order_id, cause)


def decisions_of(dispute: DisputeOpened, rows: Sequence[OrderEntry]) -> events_pb.DecisionsTold:
    """The decisions among these entries, newest first, that were about the order, until it was disputed."""
    until = moment(dispute.opened_at)
    entries = [(pb.AccessLogEntry.FromString(row.entry), row) for row in rows]
    decisions = [events.told_decision(entry, row.hash) for entry, row in entries if about_order(entry, row, until)]
    may_go_on = len(entries) == READ_MAX and moment(entries[-1][0].decided_at) >= rows[-1].since
    left_out = may_go_on or len(decisions) > TOLD_MAX
    return events.decisions_told(dispute, reversed(decisions[:TOLD_MAX]), left_out)


def about_order(entry: pb.AccessLogEntry, row: OrderEntry, until: datetime) -> bool:
    """Was this permitted by a consent of the order, or refused to its partner after the order had asked for consent?

    A refusal names no consent.
    """
    if entry.partner_id != str(row.grantee_id) or not row.since <= moment(entry.decided_at) <= until:
        return False
    return not entry.permitted or entry.consent_id in {str(consent_id) for consent_id in row.consents}
