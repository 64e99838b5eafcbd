"""What catalog tells, and what it hears: where partners stand, which decides what is on sale."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.consumer import Event, Subscription, Work, subscription
from chassis.outbox import Cause, publish
from chassis.wire import moment, timestamp
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1 import api_pb2 as pb
from yima.catalog.v1.events_pb2 import OfferingPublished, OfferingWithdrawn, SlotsAdded, SlotsWithdrawn
from yima.common.v1.types_pb2 import Interval
from yima.ordering.v1 import events_pb2 as ordering
from yima.partners.v1 import api_pb2 as partners
from yima.partners.v1 import events_pb2 as heard

from catalog import store
from catalog.domain import Status
from catalog.store import Whole
from catalog.tables import MeasuresRow, SlotRow, StandingRow


def to_message(whole: Whole) -> pb.Offering:
    """An offering at one revision, as API and events carry it."""
    offering, revision = whole.offering, whole.revision
    return pb.Offering(
        id=str(offering.id),
        partner_id=str(offering.partner_id),
        revision=revision.revision,
        status=f"OFFERING_STATUS_{revision.status.upper()}",
        manifest=pb.OfferingManifest.FromString(revision.manifest),
        category=revision.category,
        population=revision.population,  # type: ignore[arg-type] # the contract's number
        review_reasons=revision.review_reasons,
        published_at=timestamp(revision.published_at),
        version=offering.version,
        consent_hash=revision.consent_hash,
    )


def slot_message(slot: SlotRow) -> pb.Slot:
    return pb.Slot(
        id=str(slot.id),
        offering_id=str(slot.offering_id),
        interval=Interval(start=timestamp(slot.starts_at), end=timestamp(slot.ends_at)),
        capacity=slot.capacity,
    )


def slots_withdrawn(
    offering_id: UUID, partner_id: UUID, slots: Sequence[SlotRow], reason: str, version: int
) -> SlotsWithdrawn:
    return SlotsWithdrawn(
        offering_id=str(offering_id),
        partner_id=str(partner_id),
        slots=[slot_message(slot) for slot in slots],
        reason=reason,
        version=version,
    )


def slots_added(offering_id: UUID, partner_id: UUID, slots: Sequence[SlotRow], version: int) -> SlotsAdded:
    return SlotsAdded(
        offering_id=str(offering_id),
        partner_id=str(partner_id),
        slots=[slot_message(slot) for slot in slots],
        version=version,
    )


def tell(session: AsyncSession, whole: Whole, reason: str = "", cause: Cause | None = None) -> None:
    """Publish that an offering is on sale on its present terms, or that it no longer is."""
    offering, revision = whole.offering, whole.revision
    if revision.status == Status.PUBLISHED:
        publish(session, OfferingPublished(offering=to_message(whole)), offering.id, cause)
        return
    withdrawn = OfferingWithdrawn(
        offering_id=str(offering.id),
        partner_id=str(offering.partner_id),
        status=f"OFFERING_STATUS_{revision.status.upper()}",
        reason=reason,
        version=offering.version,
    )
    publish(session, withdrawn, offering.id, cause)


async def align(
    session: AsyncSession, partner_ids: Sequence[UUID], now: datetime, causes: dict[UUID, Cause] | None = None
) -> None:
    """Bring what is on sale into line with where its partners stand, and tell of what moved."""
    moved = await store.align(session, partner_ids, now)
    for whole in await store.wholes(session, moved):
        cause = (causes or {}).get(whole.offering.partner_id)
        tell(session, whole, "the partner may not sell this now", cause)


async def on_standing(work: Work[object], events: Sequence[Event[Any]]) -> None:
    """Any event that carries a partner's standing."""
    newest: dict[UUID, tuple[heard.Standing, Cause]] = {}
    for event in events:
        standing: heard.Standing = event.message.standing
        partner_id = UUID(standing.partner_id)
        if partner_id not in newest or newest[partner_id][0].version < standing.version:
            newest[partner_id] = (standing, event.cause)
    changed = await store.put_standings(work.session, [row(standing) for standing, _ in newest.values()])
    await align(work.session, changed, work.now, {one: newest[one][1] for one in changed})


def row(standing: heard.Standing) -> StandingRow:
    return StandingRow(
        partner_id=UUID(standing.partner_id),
        may_publish=partners.CAPABILITY_PUBLISH in standing.capabilities,
        may_sell=partners.CAPABILITY_SELL in standing.capabilities,
        scope=list(standing.certified_scope),
        certified_until=moment(standing.certified_until) if standing.HasField("certified_until") else None,
        version=standing.version,
    )


async def on_partner_measured(work: Work[object], events: Sequence[Event[ordering.PartnerMeasured]]) -> None:
    newest = {one.partner_id: one for one in sorted((event.message.measures for event in events), key=version)}
    rows = [
        MeasuresRow(
            partner_id=UUID(one.partner_id), measures=one.SerializeToString(deterministic=True), version=one.version
        )
        for one in newest.values()
    ]
    await store.put_measures(work.session, rows)


def version(measures: pb.PartnerMeasures) -> int:
    return measures.version


SUBSCRIPTIONS: Sequence[Subscription[object]] = [
    subscription(
        "catalog-partners",
        {
            heard.PartnerCertified: on_standing,
            heard.PartnerActivated: on_standing,
            heard.PartnerSuspended: on_standing,
            heard.PartnerReinstated: on_standing,
            heard.CertificateLapsed: on_standing,
        },
    ),
    subscription("catalog-measures", {ordering.PartnerMeasured: on_partner_measured}),
]
