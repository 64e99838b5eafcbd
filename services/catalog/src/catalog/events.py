"""What the catalog publishes: one function an event. What it hears is in `handlers.py`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.wire import timestamp
from yima.catalog.v1 import api_pb2 as pb
from yima.catalog.v1.events_pb2 import (
    NextFreeSlotChanged,
    OfferingPublished,
    OfferingWithdrawn,
    PartnerRatingChanged,
    PilotEnded,
    PilotWidened,
    SiteChanged,
    SlotsAdded,
    SlotsWithdrawn,
)
from yima.common.v1.types_pb2 import Interval

from catalog.store.offerings import OfferingAggregate
from catalog.tables import AttachmentRow, CalendarRow, RevisionRow, SiteRow, SlotRow


def offering_message(aggregate: OfferingAggregate, *, supervises: bool = False) -> pb.Offering:
    """An offering at one revision, as API and events carry it. Which person decided its review is for operator and
    regulator."""
    offering, revision = aggregate.offering, aggregate.revision
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
        certificate_ids=revision.certificate_ids,
        reviewed_by=str(revision.reviewed_by or "") if supervises else "",
        reviewed_at=timestamp(revision.reviewed_at),
        site_ids=revision.site_ids,
        pilot=pilot_message(revision),
    )


def pilot_message(revision: RevisionRow) -> pb.Pilot | None:
    """Where a revision is tried out; None where it is for everybody whom it serves."""
    if not revision.pilot_districts:
        return None
    return pb.Pilot(districts=revision.pilot_districts, ends_at=timestamp(revision.pilot_ends_at))


def attached_file(row: AttachmentRow) -> pb.AttachedFile:
    """What is served of a picture or document that was sent."""
    return pb.AttachedFile(
        sha256=row.served_sha256 or b"",
        media_type=row.media_type,
        size=row.served_size,
        width=row.width,
        height=row.height,
    )


def site_message(site: SiteRow) -> pb.Site:
    return pb.Site(
        id=str(site.id),
        partner_id=str(site.partner_id),
        code=site.code,
        details=pb.SiteDetails.FromString(site.details),
        version=site.version,
        pictures=shown_pictures(pb.SiteReview.FromString(site.pictures)),
    )


def shown_pictures(review: pb.SiteReview) -> list[pb.Picture]:
    """The pictures of a site that everybody sees."""
    return [picture for picture in review.pictures if picture.attachment_id not in review.hidden_attachment_ids]


def site_review_message(site: SiteRow) -> pb.SiteReview:
    """A site with all the pictures that it is to have, for its partner and for the operator."""
    review = pb.SiteReview.FromString(site.pictures)
    review.site.CopyFrom(site_message(site))
    return review


def site_changed(site: SiteRow) -> SiteChanged:
    return SiteChanged(site=site_message(site))


def next_free_slot_changed(offering_id: UUID, next_free_at: datetime | None, version: int) -> NextFreeSlotChanged:
    return NextFreeSlotChanged(offering_id=str(offering_id), next_free_at=timestamp(next_free_at), version=version)


def partner_rating_changed(measures: pb.PartnerMeasures) -> PartnerRatingChanged:
    return PartnerRatingChanged(
        partner_id=measures.partner_id, rating_hundredths=measures.rating_hundredths, version=measures.version
    )


def slot_message(slot: SlotRow, *, public: bool = False) -> pb.Slot:
    """A slot. Who serves, and in which room, is not for the public."""
    return pb.Slot(
        id=str(slot.id),
        offering_id=str(slot.offering_id),
        interval=Interval(start=timestamp(slot.starts_at), end=timestamp(slot.ends_at)),
        capacity=slot.capacity,
        site_id=str(slot.site_id or ""),
        calendars=[] if public else slot.calendars,
        practitioner_ids=[] if public else [str(practitioner_id) for practitioner_id in slot.practitioner_ids],
    )


def calendar_message(calendar: CalendarRow) -> pb.Calendar:
    return pb.Calendar(
        code=calendar.code,
        kind=f"CALENDAR_KIND_{calendar.kind.upper()}",
        name=calendar.name,
        practitioner_id=str(calendar.practitioner_id or ""),
        ends_at=timestamp(calendar.ends_at),
        version=calendar.version,
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


def offering_published(aggregate: OfferingAggregate) -> OfferingPublished:
    return OfferingPublished(offering=offering_message(aggregate))


def offering_withdrawn(aggregate: OfferingAggregate, reason: str) -> OfferingWithdrawn:
    offering, revision = aggregate.offering, aggregate.revision
    return OfferingWithdrawn(
        offering_id=str(offering.id),
        partner_id=str(offering.partner_id),
        status=f"OFFERING_STATUS_{revision.status.upper()}",
        reason=reason,
        version=offering.version,
    )


def pilot_widened(aggregate: OfferingAggregate) -> PilotWidened:
    offering, revision = aggregate.offering, aggregate.revision
    return PilotWidened(
        offering_id=str(offering.id),
        partner_id=str(offering.partner_id),
        districts=revision.pilot_districts,
        ends_at=timestamp(revision.pilot_ends_at),
        version=offering.version,
    )


def pilot_ended(
    offering_id: UUID, partner_id: UUID, ended_at: datetime | None, version: int, *, by_itself: bool
) -> PilotEnded:
    return PilotEnded(
        offering_id=str(offering_id),
        partner_id=str(partner_id),
        ended_at=timestamp(ended_at),
        by_itself=by_itself,
        version=version,
    )
