"""What the catalog hears: where partners stand, who left, how partners serve, how good their data is."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.consumer import Event, Subscription, Work, subscription
from chassis.outbox import Cause
from chassis.wire import moment
from yima.identity.v1 import events_pb2 as identity_pb
from yima.ordering.v1 import events_pb2 as ordering_pb
from yima.partners.v1 import events_pb2 as partners_pb
from yima.partners.v1.api_pb2 import CAPABILITY_PUBLISH, CAPABILITY_SELL
from yima.records.v1 import events_pb2 as records_pb

from catalog.commands import closing, freezes, listings, measures, standings
from catalog.tables import StandingRow


async def on_standing(work: Work[object], events: Sequence[Event[Any]]) -> None:
    """Any event that may carry a partner's standing."""
    newest: dict[UUID, tuple[StandingRow, Cause]] = {}
    for event in events:
        if not event.message.HasField("standing"):
            continue
        row = standing_row(event.message.standing)
        if row.partner_id not in newest or newest[row.partner_id][0].version < row.version:
            newest[row.partner_id] = (row, event.cause)
    if newest:
        await standings.note_standings(work.session, newest, work.now)


def on_freeze(*, lifted: bool) -> Callable[[Work[object], Sequence[Event[Any]]], Awaitable[None]]:
    """The handler of a freeze's event: a partner's comes with its standing."""

    async def handle(work: Work[object], events: Sequence[Event[Any]]) -> None:
        await on_standing(work, events)
        await freezes.note_freezes(work.session, [event.message for event in events], work.now, lifted=lifted)

    return handle


def standing_row(standing: partners_pb.Standing) -> StandingRow:
    return StandingRow(
        partner_id=UUID(standing.partner_id),
        may_publish=CAPABILITY_PUBLISH in standing.capabilities,
        may_sell=CAPABILITY_SELL in standing.capabilities,
        scope=list(standing.certified_scope),
        certified_until=moment(standing.certified_until) if standing.HasField("certified_until") else None,
        version=standing.version,
        certificate_ids=list(standing.certificate_ids),
    )


async def on_partner_measured(work: Work[object], events: Sequence[Event[ordering_pb.PartnerMeasured]]) -> None:
    await measures.note_measures(work.session, [event.message.measures for event in events])


async def on_quality_graded(work: Work[object], events: Sequence[Event[records_pb.QualityGraded]]) -> None:
    await measures.note_quality(work.session, [event.message for event in events])


async def on_availability_changed(work: Work[object], events: Sequence[Event[ordering_pb.AvailabilityChanged]]) -> None:
    newest: dict[UUID, tuple[datetime | None, int, Cause | None]] = {}
    for event in sorted(events, key=lambda event: event.message.version):
        message = event.message
        next_free_at = moment(message.next_free_at) if message.HasField("next_free_at") else None
        newest[UUID(message.offering_id)] = (next_free_at, message.version, event.cause)
    await listings.note_availability(work.session, newest)


async def on_practitioner_left(
    work: Work[object], events: Sequence[Event[identity_pb.PractitionerRegistrationEnded]]
) -> None:
    leavers = {
        UUID(event.message.practitioner_id): (UUID(event.message.institution_id), moment(event.message.ended_at))
        for event in events
    }
    await closing.end_leavers(work.session, leavers, work.now)


SUBSCRIPTIONS: Sequence[Subscription[object]] = [
    subscription(
        "catalog-partners",
        dict.fromkeys(
            (
                partners_pb.PartnerCertified,
                partners_pb.PartnerActivated,
                partners_pb.PartnerSuspended,
                partners_pb.PartnerReinstated,
                partners_pb.OffboardingChanged,
                partners_pb.CertificateLapsed,
            ),
            on_standing,
        )
        | {
            partners_pb.FreezeImposed: on_freeze(lifted=False),
            partners_pb.FreezeLifted: on_freeze(lifted=True),
        },
    ),
    subscription("catalog-practitioners", {identity_pb.PractitionerRegistrationEnded: on_practitioner_left}),
    subscription("catalog-measures", {ordering_pb.PartnerMeasured: on_partner_measured}),
    subscription("catalog-data-quality", {records_pb.QualityGraded: on_quality_graded}),
    subscription("catalog-availability", {ordering_pb.AvailabilityChanged: on_availability_changed}),
]
