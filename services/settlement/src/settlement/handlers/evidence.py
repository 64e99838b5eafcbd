"""What settlement hears that is evidence: proofs of service, receipts of consent, decisions about access to data."""

from collections.abc import Sequence
from uuid import UUID

from chassis.consumer import Event, NotYet, Subscription, Work, subscription
from chassis.wire import moment
from yima.consent.v1 import events_pb2 as consent
from yima.consent.v1.api_pb2 import ConsentEnd
from yima.ordering.v1 import events_pb2 as ordering

from settlement.messages import code
from settlement.store import evidence, payments
from settlement.tables import ConsentReceiptRow, DecisionsRow, ProofRow


async def on_service_proven(work: Work[object], events: Sequence[Event[ordering.ServiceProven]]) -> None:
    """Keep what a statement line is owed for; the first proof of a line counts."""
    rows = {
        event.message.order_line_id: ProofRow(
            order_line_id=UUID(event.message.order_line_id),
            proof_id=UUID(event.message.proof_id),
            scan_id=UUID(event.message.scan_id) if event.message.scan_id else None,
            proven_at=moment(event.message.proven_at),
        )
        for event in reversed(events)
    }
    await payments.add_proofs(work.session, list(rows.values()))


async def on_consent_granted(work: Work[object], events: Sequence[Event[consent.ConsentGranted]]) -> None:
    """Keep the receipt, which a dispute may ask for: the artefact's hash, nothing of what it says."""
    rows = [
        ConsentReceiptRow(
            consent_id=UUID(event.message.consent_id),
            order_id=UUID(event.message.order_id),
            order_line_id=UUID(event.message.order_line_id),
            artefact_hash=event.message.artefact_hash,
            granted_at=event.time,
            expires_at=moment(event.message.expires_at),
        )
        for event in events
        if event.message.order_id
    ]
    if rows:
        await evidence.add_receipts(work.session, rows)


async def on_consent_revoked(work: Work[object], events: Sequence[Event[consent.ConsentRevoked]]) -> None:
    """Note when a consent was revoked. One that has not been heard of is waited for: else it would seem to go on."""
    moments = {
        UUID(event.message.consent_id): moment(event.message.revoked_at) for event in events if event.message.order_id
    }
    if moments and await evidence.revoke(work.session, moments) < len(moments):
        raise NotYet("a consent was revoked before it was heard of")


async def on_consent_ended(work: Work[object], events: Sequence[Event[consent.ConsentEnded]]) -> None:
    """Note that a consent ended with its order, or with the guardianship of whoever gave it."""
    ends = {
        UUID(event.message.consent_id): (
            moment(event.message.ended_at),
            code(ConsentEnd, event.message.because, "CONSENT_END_"),
        )
        for event in events
        if event.message.order_id
    }
    if ends and await evidence.end(work.session, ends) < len(ends):
        raise NotYet("a consent ended before it was heard of")


async def on_decisions_told(work: Work[object], events: Sequence[Event[consent.DecisionsTold]]) -> None:
    """Keep what consent told of a dispute. What was decided before it came stays decided without it."""
    rows = [
        DecisionsRow(
            dispute_id=UUID(event.message.dispute_id),
            told=event.message.SerializeToString(deterministic=True),
            told_at=event.time,
        )
        for event in events
    ]
    await evidence.add_decisions(work.session, rows)


SUBSCRIPTIONS: Sequence[Subscription[object]] = [
    subscription("settlement-proofs", {ordering.ServiceProven: on_service_proven}),
    subscription(
        "settlement-consents",
        {
            consent.ConsentGranted: on_consent_granted,
            consent.ConsentRevoked: on_consent_revoked,
            consent.ConsentEnded: on_consent_ended,
        },
    ),
    subscription("settlement-decisions", {consent.DecisionsTold: on_decisions_told}),
]
