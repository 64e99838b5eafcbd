"""What consent tells of a disputed order: who was let at the resident's data for it, who was not, when and for what."""

from collections.abc import Sequence
from datetime import datetime

from chassis.wire import moment
from yima.consent.v1 import api_pb2 as pb
from yima.consent.v1 import events_pb2 as told
from yima.settlement.v1.events_pb2 import DisputeOpened

from consent.store import Logged

TOLD_MAX = 200  # decisions of an order, the newest
READ_MAX = 1_000  # entries of the log that are looked through for them


def decisions_told(dispute: DisputeOpened, logged: Sequence[Logged]) -> told.DecisionsTold:
    """The decisions among `logged`, which is newest first, that were about the order, until it was disputed."""
    until = moment(dispute.opened_at)
    entries = [(pb.AccessLogEntry.FromString(one.entry), one) for one in logged]
    found = [told_decision(entry, one.hash) for entry, one in entries if about_order(entry, one, until)]
    may_go_on = len(entries) == READ_MAX and moment(entries[-1][0].decided_at) >= logged[-1].since
    return told.DecisionsTold(
        dispute_id=dispute.dispute_id,
        order_id=dispute.order_id,
        decisions=reversed(found[:TOLD_MAX]),
        left_out=may_go_on or len(found) > TOLD_MAX,
        version=1,
    )


def about_order(entry: pb.AccessLogEntry, logged: Logged, until: datetime) -> bool:
    """Was this permitted by a consent of the order, or refused to its partner after the order had asked for consent?

    A refusal names no consent.
    """
    if entry.partner_id != str(logged.grantee_id) or not logged.since <= moment(entry.decided_at) <= until:
        return False
    return not entry.permitted or entry.consent_id in {str(consent) for consent in logged.consents}


def told_decision(entry: pb.AccessLogEntry, digest: bytes) -> told.ToldDecision:
    return told.ToldDecision(
        position=entry.position,
        hash=digest,
        decided_at=entry.decided_at,
        permitted=entry.permitted,
        reason=entry.reason,
        purpose=entry.purpose,
        access_mode=entry.access_mode,
        grantee_id=entry.partner_id,
        consent_id=entry.consent_id,
    )
