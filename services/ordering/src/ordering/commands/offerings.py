"""Copies of what the catalog has on sale, and of the keys partners sign with."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1.api_pb2 import UNIT_KIND_VISIT, UNUSED_CHARGED, Offering, OfferingKind

from ordering.store import offerings, standings
from ordering.tables import OfferingRow, TermsRow


async def keep_published(session: AsyncSession, published: Sequence[Offering]) -> None:
    terms = [terms_of(offering) for offering in published]
    rows = [
        OfferingRow(id=UUID(offering.id), revision=offering.revision, on_sale=True, version=offering.version)
        for offering in published
    ]
    await offerings.put_offerings(session, rows, terms)
    await standings.assume(session, sorted({row.partner_id for row in terms}))


def terms_of(offering: Offering) -> TermsRow:
    """What ordering goes by, and the offering as the catalog published it."""
    manifest = offering.manifest
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
        valid_days=manifest.valid_days if manifest.contents else 0,
        unused_charged=manifest.unused == UNUSED_CHARGED,
        age_from_months=manifest.eligibility.age_from_months,
        age_below_months=manifest.eligibility.age_below_months,
        offering=offering.SerializeToString(deterministic=True),
    )
