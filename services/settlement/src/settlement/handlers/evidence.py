"""What is evidence: proofs of service, receipts of consent, decisions about access to data."""

from collections.abc import Sequence
from uuid import UUID

from chassis.consumer import Event, Subscription, Work, subscription
from chassis.wire import moment
from yima.consent.v1 import events_pb2 as consent
from yima.consent.v1.api_pb2 import ConsentEnd
from yima.ordering.v1 import events_pb2 as ordering

from settlement.commands import evidence
from settlement.commands.evidence import code_of
from settlement.commands.resources import Resources
from settlement.domain.evidence import ConsentEnding
from settlement.tables import ConsentReceiptRow, DecisionsRow, ProofRow


async def on_service_proven(work: Work[Resources], events: Sequence[Event[ordering.ServiceProven]]) -> None:
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
    await evidence.keep_proofs(work.session, list(rows.values()))


async def on_consent_granted(work: Work[Resources], events: Sequence[Event[consent.ConsentGranted]]) -> None:
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
    await evidence.keep_receipts(work.session, rows)


async def on_consent_revoked(work: Work[Resources], events: Sequence[Event[consent.ConsentRevoked]]) -> None:
    """Note when a consent was revoked. One that has not arrived is waited for: else it would seem to go on."""
    moments = {
        UUID(event.message.consent_id): moment(event.message.revoked_at) for event in events if event.message.order_id
    }
    await evidence.revoke(work.session, moments)


async def on_consent_ended(work: Work[Resources], events: Sequence[Event[consent.ConsentEnded]]) -> None:
    """Note that a consent ended with its order, or with the guardianship of whoever gave it."""
    ends = {
        UUID(event.message.consent_id): ConsentEnding(
            moment(event.message.ended_at), code_of(ConsentEnd, event.message.because, "CONSENT_END_")
        )
        for event in events
        if event.message.order_id
    }
    await evidence.end(work.session, ends)


async def on_decisions_told(work: Work[Resources], events: Sequence[Event[consent.DecisionsTold]]) -> None:
    """Keep what consent says of a dispute. What was decided before it came stays decided without it."""
    rows = [
        DecisionsRow(
            dispute_id=UUID(event.message.dispute_id),
            told=event.message.SerializeToString(deterministic=True),
            told_at=event.time,
        )
        for event in events
    ]
    await evidence.keep_decisions(work.session, rows)


SUBSCRIPTIONS: Sequence[Subscription[Resources]] = [
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
