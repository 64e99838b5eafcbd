"""The terms a partner hands in: checked against the city's catalogue, and drafted as a revision."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.refusals import Invalid
from chassis.wire import moment
from city_pack.pack import City, Tree
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1 import api_pb2 as pb
from yima.common.v1.types_pb2 import Sex

from catalog.commands.definitions import population_of
from catalog.domain import terms as rules
from catalog.domain.offerings import OfferingStatus
from catalog.domain.pilots import Pilot, check_pilot
from catalog.domain.terms import (
    DESCRIPTION_LENGTH_MAX,
    DISTRICTS_MAX,
    PROGRAMMES_MAX,
    TITLE_LENGTH_MAX,
    Ages,
    Item,
    PricedPer,
)
from catalog.store import definitions
from catalog.tables import DefinitionRow, OfferingRow, RevisionRow


async def check_manifest(session: AsyncSession, manifest: pb.OfferingManifest, city: City) -> DefinitionRow:
    """Refuse terms that nothing can be sold on, naming the field; return the service definition they are of."""
    at, locales = "manifest", city.locales
    definition = await definitions.definition(session, manifest.definition)
    if definition is None:
        raise Invalid(f"{at}.definition", f"there is no service definition {manifest.definition!r} in this city")
    rules.check_slug(manifest.reference, f"{at}.reference")
    if manifest.kind == pb.OFFERING_KIND_UNSPECIFIED or manifest.kind not in pb.OfferingKind.values():
        raise Invalid(f"{at}.kind", "must be one of the kinds of offering")
    manifest.title.text.update(
        texts.localized(manifest.title.text, locales, f"{at}.title", texts.line, TITLE_LENGTH_MAX)
    )
    manifest.description.text.update(
        texts.localized(manifest.description.text, locales, f"{at}.description", texts.prose, DESCRIPTION_LENGTH_MAX)
    )
    rules.check_price(manifest.price.minor, manifest.price.currency, city.currency, f"{at}.price")
    rules.check_slugs(manifest.districts, f"{at}.districts", DISTRICTS_MAX)
    rules.check_codes(manifest.districts, city.districts, f"{at}.districts", "district")
    template = manifest.consent
    rules.check_consent(
        template.information_types,
        template.purpose,
        template.access_mode,
        template.valid_days,
        template.retention_days,
        f"{at}.consent",
        template.sensitive_categories,
        city.sensitive,
    )
    if not template.information_types:
        manifest.ClearField("consent")
    check_process_terms(manifest, locales, at)
    check_residence(manifest, city.districts, at)
    check_participants(manifest, city, at)
    settle_ages(manifest, definition.category, definition.population, city, at)
    return definition


PRICED_PER: Mapping[int, PricedPer] = {
    pb.PRICE_BASIS_ORDER: PricedPer.ORDER,
    pb.PRICE_BASIS_PACKAGE: PricedPer.PACKAGE,
    pb.PRICE_BASIS_USAGE: PricedPer.USAGE,
    pb.PRICE_BASIS_PERIOD: PricedPer.PERIOD,
}


def settle_ages(manifest: pb.OfferingManifest, category: str, population: int, city: City, at: str) -> None:
    """Write the ages into the terms: those of the population as the city has it now, or narrower ones of the terms."""
    bounds = population_of(population, city)
    if category not in city.taxonomy or bounds is None:
        raise Invalid(f"{at}.definition", "is of a category or population that the city no longer has")
    narrower = Ages(manifest.eligibility.age_from_months, manifest.eligibility.age_below_months)
    allowed = Ages(bounds.age_from_months, bounds.age_below_months or 0)
    ages = rules.within_population(narrower, allowed, f"{at}.eligibility")
    if ages != narrower:
        manifest.eligibility.age_from_months, manifest.eligibility.age_below_months = ages.start, ages.end


def check_process_terms(manifest: pb.OfferingManifest, locales: Sequence[str], at: str) -> None:
    """Refuse terms of use, cancellation or eligibility that an order could not follow."""
    items = [Item(item.code, item.kind, item.times, item.weight) for item in manifest.contents]
    priced = PRICED_PER.get(manifest.priced_per)
    rules.check_contents(items, manifest.valid_days, at, by_period=priced is PricedPer.PERIOD)
    for index, item in enumerate(manifest.contents):
        item.title.text.update(
            texts.localized(item.title.text, locales, f"{at}.contents[{index}].title", texts.line, TITLE_LENGTH_MAX)
        )
    if manifest.contents and manifest.kind in (pb.OFFERING_KIND_SINGLE_VISIT, pb.OFFERING_KIND_DATA_SERVICE):
        raise Invalid(f"{at}.contents", "are for packages, subscriptions and device monitoring")
    if manifest.kind == pb.OFFERING_KIND_DEVICE_MONITORING and not manifest.contents:
        raise Invalid(f"{at}.contents", "say which measurements, and how many")
    if manifest.priced_per not in pb.PriceBasis.values():
        raise Invalid(f"{at}.priced_per", "must be ORDER, PACKAGE, USAGE or PERIOD, or left out")
    rules.check_priced(
        priced,
        items,
        manifest.units_max,
        manifest.unused == pb.UNUSED_CHARGED,
        pb.UNIT_KIND_MEASUREMENT,
        at,
    )
    rules.check_periods(
        priced, manifest.period_days, manifest.periods_max, manifest.price.minor, manifest.booking_required, at
    )
    fees = [(rule.hours_before, rule.fee_basis_points) for rule in manifest.cancellation]
    rules.check_cancellation(fees, manifest.booking_required, f"{at}.cancellation")
    eligibility = manifest.eligibility
    rules.check_ages(Ages(eligibility.age_from_months, eligibility.age_below_months), f"{at}.eligibility")
    if eligibility.sex not in Sex.values():
        raise Invalid(f"{at}.eligibility.sex", "must be FEMALE or MALE, or left out")


def check_participants(manifest: pb.OfferingManifest, city: City, at: str) -> None:
    """Refuse programmes that the city does not have. Who takes part in one the catalog does not know."""
    field = f"{at}.eligibility.programmes"
    rules.check_slugs(manifest.eligibility.programmes, field, PROGRAMMES_MAX)
    rules.check_codes(manifest.eligibility.programmes, city.programme_codes, field, "programme")


def check_residence(manifest: pb.OfferingManifest, districts: Tree, at: str) -> None:
    """Refuse districts of residents that the city does not have, or that the offering does not serve."""
    field = f"{at}.eligibility.districts"
    rules.check_slugs(manifest.eligibility.districts, field, DISTRICTS_MAX)
    rules.check_codes(manifest.eligibility.districts, districts, field, "district")
    rules.check_served(manifest.eligibility.districts, manifest.districts, districts, field)


def pilot_of(message: pb.Pilot) -> Pilot:
    return Pilot(list(message.districts), moment(message.ends_at) if message.HasField("ends_at") else None)


def check_asked_pilot(manifest: pb.OfferingManifest, city: City, now: datetime) -> None:
    """Refuse a pilot that nothing could be published as."""
    if manifest.HasField("pilot"):
        check_pilot(pilot_of(manifest.pilot), manifest.districts, city.districts, now, "manifest.pilot.")


def revision_of(
    offering: OfferingRow,
    number: int,
    manifest: pb.OfferingManifest,
    definition: DefinitionRow,
    sites: Sequence[UUID],
    now: datetime,
) -> RevisionRow:
    """A draft of these terms."""
    asks_for_data = bool(manifest.consent.information_types)
    template = manifest.consent.SerializeToString(deterministic=True)
    return RevisionRow(
        offering_id=offering.id,
        revision=number,
        partner_id=offering.partner_id,
        status=OfferingStatus.DRAFT,
        manifest=manifest.SerializeToString(deterministic=True),
        category=definition.category,
        population=definition.population,
        definition_code=definition.code,
        districts=list(manifest.districts),
        price_minor=manifest.price.minor,
        currency=manifest.price.currency,
        consent_hash=hashlib.sha256(template).digest() if asks_for_data else b"",
        review_reasons=[],
        site_ids=list(map(str, sites)),
        drafted_at=now,
    )


def same_terms(revision: RevisionRow, manifest: pb.OfferingManifest) -> bool:
    return pb.OfferingManifest.FromString(revision.manifest) == manifest


def only_price_differs(current: RevisionRow, revision: RevisionRow) -> bool:
    manifests = [pb.OfferingManifest.FromString(row.manifest) for row in (current, revision)]
    for manifest in manifests:
        manifest.ClearField("price")
    return manifests[0] == manifests[1]
