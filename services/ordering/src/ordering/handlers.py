"""Events of the catalog, partners, payments, consents and records that ordering hears; each is handed to a command."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.consumer import Event, Subscription, Work, subscription
from chassis.outbox import Cause
from chassis.wire import moment
from yima.catalog.v1 import events_pb2 as catalog
from yima.consent.v1 import events_pb2 as consent
from yima.partners.v1 import events_pb2 as partners
from yima.records.v1 import compute_pb2 as computing
from yima.records.v1 import events_pb2 as records
from yima.settlement.v1 import events_pb2 as settlement

from ordering.commands import cases, consents, offerings, payments, runs, standings, withdrawn_slots
from ordering.commands.runs import RunUse
from ordering.resources import Resources
from ordering.store.orders import PaymentFailure

# Versions of consents that the release before did not say: they follow from what happened.
CONSENT_ANSWERED, CONSENT_OVER = 2, 3


async def on_offering_published(work: Work[Resources], events: Sequence[Event[catalog.OfferingPublished]]) -> None:
    await offerings.keep_published(work.session, [event.message.offering for event in events])


async def on_offering_withdrawn(work: Work[Resources], events: Sequence[Event[catalog.OfferingWithdrawn]]) -> None:
    versions = {UUID(event.message.offering_id): event.message.version for event in events}
    await offerings.withdraw(work.session, versions)


async def on_slots_added(work: Work[Resources], events: Sequence[Event[catalog.SlotsAdded]]) -> None:
    rows = [offerings.slot_row(slot, event.message.partner_id) for event in events for slot in event.message.slots]
    await offerings.add_slots(work.session, rows)


async def on_slots_withdrawn(work: Work[Resources], events: Sequence[Event[catalog.SlotsWithdrawn]]) -> None:
    await withdrawn_slots.withdraw_slots(
        work.session,
        [
            offerings.slot_row(slot, event.message.partner_id, withdrawn=True)
            for event in events
            for slot in event.message.slots
        ],
        {UUID(slot.id): (event.message.reason, event.cause) for event in events for slot in event.message.slots},
        work.resources.deadlines,
        work.now,
    )


async def on_signing_key(work: Work[Resources], events: Sequence[Event[partners.SigningKeyRegistered]]) -> None:
    await offerings.keep_signing_keys(work.session, [(event.message, event.time) for event in events])


async def on_standing(work: Work[Resources], events: Sequence[Event[Any]]) -> None:
    """Any event that may carry a partner's standing."""
    carried = [event.message.standing for event in events if event.message.HasField("standing")]
    await standings.keep_standings(work.session, carried)


async def on_payment_authorised(work: Work[Resources], events: Sequence[Event[settlement.PaymentAuthorised]]) -> None:
    await payments.keep_authorised(work.session, causes_of(events), work.resources.deadlines, work.now)


async def on_payment_failed(work: Work[Resources], events: Sequence[Event[settlement.PaymentFailed]]) -> None:
    newest = {UUID(event.message.order_id): event for event in sorted(events, key=lambda event: event.message.version)}
    failures = {
        order_id: PaymentFailure(event.message.reason, event.message.chosen_version)
        for order_id, event in newest.items()
    }
    await payments.keep_failed(work.session, failures, causes_of(list(newest.values())), work.now)


async def on_payment_captured(work: Work[Resources], events: Sequence[Event[settlement.PaymentCaptured]]) -> None:
    await payments.close(work.session, causes_of(events), work.now)


async def on_refund(
    work: Work[Resources], events: Sequence[Event[settlement.RefundMade] | Event[settlement.RefundFailed]]
) -> None:
    await cases.keep_refunds(work.session, [event.message for event in events])


async def on_consent_granted(work: Work[Resources], events: Sequence[Event[consent.ConsentGranted]]) -> None:
    lines = [(UUID(event.message.order_line_id), event.message.version or CONSENT_ANSWERED) for event in events]
    await consents.keep_granted(work.session, lines, causes_of(events), work.resources.deadlines, work.now)


async def on_consent_denied(work: Work[Resources], events: Sequence[Event[consent.ConsentDenied]]) -> None:
    await consents.keep_denied(work.session, causes_of(events), work.resources.deadlines, work.now)


async def on_consent_revoked(work: Work[Resources], events: Sequence[Event[consent.ConsentRevoked]]) -> None:
    lines = [(UUID(event.message.order_line_id), event.message.version or CONSENT_OVER) for event in events]
    await consents.keep_revoked(work.session, lines, causes_of(events), work.resources.deadlines, work.now)


async def on_run_ended(work: Work[Resources], events: Sequence[Event[records.RunEnded]]) -> None:
    uses = [
        RunUse(UUID(run.run_id), UUID(run.partner_id), UUID(run.order_line_id), run.item, moment(run.ended_at))
        for run in (event.message for event in events)
        if run.status == computing.RUN_STATUS_RELEASED and run.order_line_id
    ]
    await runs.count_runs(work.session, uses, work.resources.deadlines, work.now)


def causes_of(events: Sequence[Event[Any]]) -> dict[UUID, Cause]:
    """What each order's step follows from: the last of the events that name it in `order_id`."""
    return {UUID(event.message.order_id): event.cause for event in events}


SUBSCRIPTIONS: Sequence[Subscription[Resources]] = [
    subscription(
        "ordering-offerings",
        {
            catalog.OfferingPublished: on_offering_published,
            catalog.OfferingWithdrawn: on_offering_withdrawn,
            catalog.SlotsAdded: on_slots_added,
            catalog.SlotsWithdrawn: on_slots_withdrawn,
        },
    ),
    subscription("ordering-partners", {partners.SigningKeyRegistered: on_signing_key}),
    subscription(
        "ordering-standings",
        dict.fromkeys(
            (
                partners.PartnerApplied,
                partners.PartnerScreened,
                partners.PartnerCertified,
                partners.PartnerActivated,
                partners.PartnerSuspended,
                partners.PartnerReinstated,
                partners.AppealDecided,
                partners.OffboardingChanged,
                partners.CertificateLapsed,
                partners.FreezeImposed,
                partners.FreezeLifted,
            ),
            on_standing,
        ),
    ),
    subscription(
        "ordering-payments",
        {
            settlement.PaymentAuthorised: on_payment_authorised,
            settlement.PaymentFailed: on_payment_failed,
            settlement.PaymentCaptured: on_payment_captured,
            settlement.RefundMade: on_refund,
            settlement.RefundFailed: on_refund,
        },
    ),
    subscription(
        "ordering-consents",
        {
            consent.ConsentGranted: on_consent_granted,
            consent.ConsentDenied: on_consent_denied,
            consent.ConsentRevoked: on_consent_revoked,
        },
    ),
    subscription("ordering-runs", {records.RunEnded: on_run_ended}),
]
