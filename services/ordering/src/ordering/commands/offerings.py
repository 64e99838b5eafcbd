"""Copies of what the catalog has on sale, and of the keys partners sign with."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.wire import moment
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1.api_pb2 import (
    PRICE_BASIS_PERIOD,
    PRICE_BASIS_USAGE,
    UNIT_KIND_VISIT,
    UNUSED_CHARGED,
    Offering,
    OfferingKind,
    Slot,
)
from yima.partners.v1.events_pb2 import SigningKeyRegistered

from ordering.domain.orders import QUANTITY_MAX
from ordering.store import offerings, standings
from ordering.tables import OfferingRow, SigningKeyRow, SlotRow, TermsRow

MONTH_DAYS = 31  # at most; when a month's contents end goes by the calendar


async def keep_published(session: AsyncSession, published: Sequence[Offering]) -> None:
    terms = [terms_of(offering) for offering in published]
    rows = [
        OfferingRow(
            id=UUID(offering.id),
            revision=offering.revision,
            on_sale=True,
            version=offering.version,
            pilot_districts=list(offering.pilot.districts),
            pilot_ends_at=moment(offering.pilot.ends_at) if offering.pilot.HasField("ends_at") else None,
        )
        for offering in sorted(published, key=lambda offering: offering.id)  # as whoever orders several locks them
    ]
    await offerings.put_offerings(session, rows, terms)
    await standings.assume(session, sorted({row.partner_id for row in terms}))


def terms_of(offering: Offering) -> TermsRow:
    """What ordering goes by, and the offering as the catalog published it."""
    manifest = offering.manifest
    by_period = manifest.priced_per == PRICE_BASIS_PERIOD
    quantity_max = manifest.units_max if manifest.priced_per == PRICE_BASIS_USAGE else QUANTITY_MAX
    valid_days = (manifest.period_days or MONTH_DAYS) if by_period else manifest.valid_days
    return TermsRow(
        offering_id=UUID(offering.id),
        revision=offering.revision,
        partner_id=UUID(offering.partner_id),
        price_minor=manifest.price.minor,
        currency=manifest.price.currency,
        booking_required=manifest.booking_required,
        consent_needed=bool(offering.consent_hash),
        definition=manifest.definition,
        kind=OfferingKind.Name(manifest.kind).removeprefix("OFFERING_KIND_").lower().replace("_", "-"),
        visits=sum(item.times for item in manifest.contents if item.kind == UNIT_KIND_VISIT) or 1,
        valid_days=valid_days if manifest.contents else 0,
        unused_charged=manifest.unused == UNUSED_CHARGED,
        quantity_max=1 if by_period else quantity_max,
        periods_max=manifest.periods_max if by_period else 0,
        period_days=manifest.period_days if by_period else 0,
        age_from_months=manifest.eligibility.age_from_months,
        age_below_months=manifest.eligibility.age_below_months,
        offering=offering.SerializeToString(deterministic=True),
    )


async def withdraw(session: AsyncSession, versions: Mapping[UUID, int]) -> None:
    """Take offerings off sale, each at the version that says so."""
    await offerings.withdraw(session, versions)


async def add_slots(session: AsyncSession, slots: Sequence[SlotRow]) -> None:
    await offerings.add_slots(session, slots)


def slot_row(slot: Slot, partner_id: str, withdrawn: bool = False) -> SlotRow:
    return SlotRow(
        id=UUID(slot.id),
        offering_id=UUID(slot.offering_id),
        starts_at=moment(slot.interval.start),
        ends_at=moment(slot.interval.end),
        capacity=slot.capacity,
        withdrawn=withdrawn,
        partner_id=UUID(partner_id),
        site_id=UUID(slot.site_id) if slot.site_id else None,
        calendars=list(slot.calendars),
        practitioner_ids=[UUID(practitioner_id) for practitioner_id in slot.practitioner_ids],
    )


async def keep_signing_keys(session: AsyncSession, keys: Sequence[tuple[SigningKeyRegistered, datetime]]) -> None:
    """Keep the newest key of each partner, and from which version its keys are good. Each comes with the moment at
    which it was registered."""
    newest = {key.partner_id: (key, time) for key, time in sorted(keys, key=lambda item: item[0].version)}
    good_from = dict.fromkeys(newest, 0)
    for key, _ in keys:
        if key.compromised:
            good_from[key.partner_id] = max(good_from[key.partner_id], key.version)
    rows = [
        SigningKeyRow(
            partner_id=UUID(key.partner_id),
            public_key=key.public_key,
            version=key.version,
            registered_at=registered_at,
            good_from=good_from[key.partner_id],
        )
        for key, registered_at in newest.values()
    ]
    await offerings.put_signing_keys(session, rows)
