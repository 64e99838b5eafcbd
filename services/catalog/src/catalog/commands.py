"""What changes in the catalog, one function a change. None commits."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis import moments, texts
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Invalid
from city_pack.pack import BadPack, City, Population
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1 import api_pb2 as pb

from catalog import domain, events, search, store
from catalog.domain import InReview, SkippedSlot, SlotsOverlap, SlotTime, Status, StepRefused
from catalog.store import Whole
from catalog.tables import DefinitionRow, OfferingRow, RevisionRow, SlotRow

LAPSED_MAX = 100
POPULATIONS = {number: name.removeprefix("POPULATION_") for name, number in pb.Population.items() if number}


async def put_definition(
    session: AsyncSession, *, definition: pb.ServiceDefinition, city: City, now: datetime
) -> pb.ServiceDefinition:
    at, locales = "definition", city.locales
    domain.slug(definition.code, f"{at}.code")
    if definition.category not in city.taxonomy:
        raise Invalid(f"{at}.category", f"there is no category {definition.category!r} in this city")
    if population_of(definition.population, city) is None:
        raise Invalid(f"{at}.population", f"must be one of {', '.join(city.populations)}")
    definition.title.text.update(
        texts.localized(definition.title.text, locales, f"{at}.title", texts.line, domain.TITLE_LENGTH_MAX)
    )
    definition.description.text.update(
        texts.localized(
            definition.description.text, locales, f"{at}.description", texts.prose, domain.DESCRIPTION_LENGTH_MAX
        )
    )
    if len(definition.items) > domain.ITEMS_MAX:
        raise Invalid(f"{at}.items", f"at most {domain.ITEMS_MAX}")
    for place, item in enumerate(definition.items):
        domain.slug(item.code, f"{at}.items[{place}].code")
        item.title.text.update(
            texts.localized(item.title.text, locales, f"{at}.items[{place}].title", texts.line, domain.TITLE_LENGTH_MAX)
        )
    await store.put_definition(
        session,
        DefinitionRow(
            code=definition.code,
            category=definition.category,
            population=definition.population,
            message=definition.SerializeToString(deterministic=True),
            changed_at=now,
        ),
    )
    return definition


def population_of(number: int, city: City) -> Population | None:
    """The city's population that the contract's number stands for."""
    return city.populations.get(POPULATIONS.get(number, ""))


def check_populations(city: City, path: str) -> None:
    """Refuse a pack with a population the contract does not have."""
    if strange := city.populations.keys() - set(POPULATIONS.values()):
        known = ", ".join(POPULATIONS.values())
        raise BadPack(f"{path}: global.city.populations.{min(strange)}: must be one of {known}")


async def draft_offering(
    session: AsyncSession,
    *,
    partner_id: UUID,
    manifest: pb.OfferingManifest,
    city: City,
    now: datetime,
) -> Whole:
    definition = await check_manifest(session, manifest, city)
    domain.check_publisher(await store.standing(session, partner_id), definition.category, now)
    offering = OfferingRow(
        id=new_id(), partner_id=partner_id, reference=manifest.reference, definition_code=definition.code
    )
    await store.add_offering(session, offering)
    revision = revision_of(offering, 1, manifest, definition, now)
    await store.add_revision(session, revision, words_of(manifest, definition))
    return Whole(offering, revision)


async def revise_offering(
    session: AsyncSession,
    *,
    offering_id: UUID,
    partner_id: UUID,
    manifest: pb.OfferingManifest,
    city: City,
    now: datetime,
) -> Whole:
    """Draft the next revision. What the newest one says already changes nothing: a pipeline may send it again."""
    offering = await store.for_update(session, offering_id, partner_id)
    definition = await check_manifest(session, manifest, city)
    if manifest.reference != offering.reference or definition.code != offering.definition_code:
        raise Invalid("manifest.reference", "reference and definition stay as they are; draft another offering")
    domain.check_publisher(await store.standing(session, partner_id), definition.category, now)
    newest = await store.revision(session, offering_id, offering.newest_revision)
    if newest.status not in (Status.REFUSED, Status.RETIRED) and same_terms(newest, manifest):
        return Whole(offering, newest)
    if newest.status in (Status.IN_REVIEW, Status.RETIRED):
        raise StepRefused(f"an offering that is {newest.status.replace('_', ' ')} cannot be revised now")
    # What was submitted keeps its number for good: a decision names the terms it is about by it.
    offering.newest_revision += newest.status != Status.DRAFT
    revision = revision_of(offering, offering.newest_revision, manifest, definition, now)
    await store.replace_draft(session, revision, words_of(manifest, definition))
    return Whole(offering, revision)


async def check_manifest(session: AsyncSession, manifest: pb.OfferingManifest, city: City) -> DefinitionRow:
    """Refuse terms that cannot be sold on, naming the field; return the service definition they are of."""
    at, locales = "manifest", city.locales
    definition = await store.definition(session, manifest.definition)
    if definition is None:
        raise Invalid(f"{at}.definition", f"there is no service definition {manifest.definition!r} in this city")
    domain.slug(manifest.reference, f"{at}.reference")
    if manifest.kind == pb.OFFERING_KIND_UNSPECIFIED or manifest.kind not in pb.OfferingKind.values():
        raise Invalid(f"{at}.kind", "must be one of the kinds of offering")
    manifest.title.text.update(
        texts.localized(manifest.title.text, locales, f"{at}.title", texts.line, domain.TITLE_LENGTH_MAX)
    )
    manifest.description.text.update(
        texts.localized(
            manifest.description.text, locales, f"{at}.description", texts.prose, domain.DESCRIPTION_LENGTH_MAX
        )
    )
    domain.price(manifest.price.minor, manifest.price.currency, city.currency, f"{at}.price")
    domain.slugs(manifest.districts, f"{at}.districts", domain.DISTRICTS_MAX)
    domain.known(manifest.districts, city.districts, f"{at}.districts", "district")
    asked = manifest.consent
    domain.consent(
        asked.information_types,
        asked.purpose,
        asked.access_mode,
        asked.valid_days,
        asked.retention_days,
        f"{at}.consent",
    )
    if not asked.information_types:
        manifest.ClearField("consent")
    check_process_terms(manifest, locales, at)
    settle_ages(manifest, definition.category, definition.population, city, at)
    return definition


def settle_ages(manifest: pb.OfferingManifest, category: str, population: int, city: City, at: str) -> None:
    """Write into the terms whom they are for, as the city has it now: its population's ages, or narrower ones."""
    rule = population_of(population, city)
    if category not in city.taxonomy or rule is None:
        raise Invalid(f"{at}.definition", "is of a category or population that the city no longer has")
    said = domain.Ages(manifest.eligibility.age_from_months, manifest.eligibility.age_below_months)
    allowed = domain.Ages(rule.age_from_months, rule.age_below_months or 0)
    ages = domain.within_population(said, allowed, f"{at}.eligibility")
    if ages != said:
        manifest.eligibility.age_from_months, manifest.eligibility.age_below_months = ages.start, ages.end


def check_process_terms(manifest: pb.OfferingManifest, locales: Sequence[str], at: str) -> None:
    """Refuse terms of use, cancellation or eligibility that an order could not follow."""
    items = [domain.Item(item.code, item.kind, item.times, item.weight) for item in manifest.contents]
    domain.contents(items, manifest.valid_days, at)
    for place, item in enumerate(manifest.contents):
        item.title.text.update(
            texts.localized(
                item.title.text, locales, f"{at}.contents[{place}].title", texts.line, domain.TITLE_LENGTH_MAX
            )
        )
    if manifest.contents and manifest.kind in (pb.OFFERING_KIND_SINGLE_VISIT, pb.OFFERING_KIND_DATA_SERVICE):
        raise Invalid(f"{at}.contents", "are for packages, subscriptions and device monitoring")
    if manifest.kind == pb.OFFERING_KIND_DEVICE_MONITORING and not manifest.contents:
        raise Invalid(f"{at}.contents", "say which measurements, and how many")
    rules = [(rule.hours_before, rule.fee_basis_points) for rule in manifest.cancellation]
    domain.cancellation(rules, manifest.booking_required, f"{at}.cancellation")
    asked = manifest.eligibility
    domain.eligibility(domain.Ages(asked.age_from_months, asked.age_below_months), f"{at}.eligibility")


def revision_of(
    offering: OfferingRow, number: int, manifest: pb.OfferingManifest, definition: DefinitionRow, now: datetime
) -> RevisionRow:
    """A draft of these terms."""
    asks = bool(manifest.consent.information_types)
    template = manifest.consent.SerializeToString(deterministic=True)
    return RevisionRow(
        offering_id=offering.id,
        revision=number,
        partner_id=offering.partner_id,
        status=Status.DRAFT,
        manifest=manifest.SerializeToString(deterministic=True),
        category=definition.category,
        population=definition.population,
        definition_code=definition.code,
        districts=list(manifest.districts),
        price_minor=manifest.price.minor,
        currency=manifest.price.currency,
        words="",
        consent_hash=hashlib.sha256(template).digest() if asks else b"",
        review_reasons=[],
        drafted_at=now,
    )


def words_of(manifest: pb.OfferingManifest, definition: DefinitionRow) -> str:
    """What the offering is found by: its own texts in every language, and its definition's."""
    known = pb.ServiceDefinition.FromString(definition.message)
    return search.vector(
        [
            *manifest.title.text.values(),
            *known.title.text.values(),
            definition.code,
            definition.category,
            *manifest.description.text.values(),
        ]
    )


async def submit_offering(
    session: AsyncSession, *, offering_id: UUID, partner_id: UUID, city: City, now: datetime
) -> Whole:
    """Submit the drafted revision. One that changes nothing but the price is published at once, unless the price rises
    further above the last reviewed one than the city lets it."""
    offering = await store.for_update(session, offering_id, partner_id)
    revision = await store.revision(session, offering_id, offering.newest_revision)
    domain.check_publisher(await store.standing(session, partner_id), revision.category, now)
    current = await store.current(session, offering_id)
    if current is not None and revision.status == Status.DRAFT and needs_no_review(current, revision, city):
        revision.reviewed_price_minor = current.reviewed_price_minor
        return await put_on_sale(session, offering, revision, [], city, now)
    revision.status = domain.advance(Status(revision.status), Status.IN_REVIEW)
    return Whole(offering, revision)


def needs_no_review(current: RevisionRow, revision: RevisionRow, city: City) -> bool:
    """Does a revision change nothing but the price, and that not by too much?"""
    return only_price_differs(current, revision) and city.price_rise.allows(
        current.reviewed_price_minor, revision.price_minor
    )


def same_terms(revision: RevisionRow, manifest: pb.OfferingManifest) -> bool:
    return pb.OfferingManifest.FromString(revision.manifest) == manifest


def only_price_differs(current: RevisionRow, revision: RevisionRow) -> bool:
    manifests = [pb.OfferingManifest.FromString(row.manifest) for row in (current, revision)]
    for manifest in manifests:
        manifest.ClearField("price")
    return manifests[0] == manifests[1]


async def decide_review(
    session: AsyncSession,
    *,
    offering_id: UUID,
    looked_at: int,
    approved: bool,
    reasons: Sequence[str],
    city: City,
    now: datetime,
) -> Whole:
    """Publish or refuse the revision in review, if it is the one the operator looked at."""
    offering = await store.for_update(session, offering_id, None)
    revision = await store.revision(session, offering_id, offering.newest_revision)
    currency = pb.OfferingManifest.FromString(revision.manifest).price.currency
    in_review = InReview(revision.revision, revision.price_minor, currency, revision.consent_hash)
    domain.check_reviewed(in_review, Status(revision.status), looked_at)
    given = domain.reasons(reasons, needed=not approved)
    if not approved:
        revision.status = domain.advance(Status(revision.status), Status.REFUSED)
        revision.review_reasons = given
        return Whole(offering, revision)
    domain.check_publisher(await store.standing(session, offering.partner_id), revision.category, now)
    revision.reviewed_price_minor = revision.price_minor
    return await put_on_sale(session, offering, revision, given, city, now)


async def put_on_sale(
    session: AsyncSession, offering: OfferingRow, revision: RevisionRow, reasons: list[str], city: City, now: datetime
) -> Whole:
    """Publish a revision in place of the one before it. The city may have changed since it was drafted."""
    manifest = pb.OfferingManifest.FromString(revision.manifest)
    settle_ages(manifest, revision.category, revision.population, city, "manifest")
    revision.manifest = manifest.SerializeToString(deterministic=True)
    current = await store.current(session, offering.id)
    if current is not None:
        current.status = domain.advance(Status(current.status), Status.SUPERSEDED)
        await session.flush()
    revision.status = domain.advance(Status(revision.status), Status.PUBLISHED)
    revision.review_reasons = reasons
    revision.published_at = now
    revision.listed_as = new_id()
    offering.version += 1
    await session.flush()
    whole = Whole(offering, revision)
    events.tell(session, whole)
    return whole


async def retire_offering(session: AsyncSession, *, offering_id: UUID, partner_id: UUID | None, reason: str) -> Whole:
    """Take an offering off sale for good."""
    offering = await store.for_update(session, offering_id, partner_id)
    texts.reason(reason)
    newest = await store.revision(session, offering_id, offering.newest_revision)
    current = await store.current(session, offering_id)
    for revision in {row.revision: row for row in (newest, current) if row is not None}.values():
        revision.status = domain.advance(Status(revision.status), Status.RETIRED)
    offering.version += 1
    await session.flush()
    whole = Whole(offering, current or newest)
    if current is not None:
        events.tell(session, whole, reason)
    return whole


async def add_slots(
    session: AsyncSession,
    *,
    offering_id: UUID,
    partner_id: UUID,
    slots: Sequence[SlotTime],
    zone: ZoneInfo,
    now: datetime,
    field: str = "slots",
) -> Sequence[SlotRow]:
    """Add slots, all or none; `field` is what they were made of."""
    offering = await store.for_update(session, offering_id, partner_id)
    newest = await store.revision(session, offering_id, offering.newest_revision)
    if not pb.OfferingManifest.FromString(newest.manifest).booking_required:
        raise StepRefused("only an offering that requires booking has slots")
    domain.check_slots(slots, zone, now, field)
    rows = [
        SlotRow(id=new_id(), offering_id=offering_id, starts_at=slot.start, ends_at=slot.end, capacity=slot.capacity)
        for slot in slots
    ]
    if taken := await store.overlapping(session, offering_id, rows, domain.EXAMPLES_MAX):
        spans = "; ".join(slot.spoken(zone) for slot in taken)
        raise SlotsOverlap(f"it has {spans}; give other times, or withdraw those slots", field)
    await store.add_slots(session, rows)
    publish(session, events.slots_added(offering_id, partner_id, rows, offering.version), offering_id)
    return rows


async def withdraw_slots(
    session: AsyncSession,
    *,
    offering_id: UUID,
    partner_id: UUID,
    ids: Sequence[UUID],
    day: str,
    interval: tuple[datetime, datetime] | None,
    reason: str,
    zone: ZoneInfo,
    now: datetime,
) -> Sequence[SlotRow]:
    """Withdraw coming slots: these, those of a day of the city's calendar, or those that begin within an interval."""
    if sum(map(bool, (ids, day, interval))) != 1:
        raise Invalid("slot_ids", "give one of slot_ids, day and interval")
    if len(ids) > domain.SLOTS_MAX:
        raise Invalid("slot_ids", f"at most {domain.SLOTS_MAX}")
    if day:
        wanted = moments.parse_day(day, "day")
        interval = moments.start_of(wanted, zone), moments.start_of(wanted + timedelta(days=1), zone)
    if interval is not None and not interval[0] < interval[1]:
        raise Invalid("interval.end", "must lie after the start")
    offering = await store.for_update(session, offering_id, partner_id)
    told_why = texts.reason(reason)
    start, end = interval or (None, None)
    rows = await store.withdraw_slots(session, offering_id, ids or None, start, end, now, domain.SLOTS_MAX + 1)
    if not rows or (ids and len(rows) < len(set(ids))):
        raise Invalid("slot_ids" if ids else "day" if day else "interval", "names what is no coming slot of it")
    if len(rows) > domain.SLOTS_MAX:
        raise Invalid("day" if day else "interval", f"has more than {domain.SLOTS_MAX} slots; take a shorter one")
    publish(session, events.slots_withdrawn(offering_id, partner_id, rows, told_why, offering.version), offering_id)
    return rows


def weekly_slots(
    request: pb.AddWeeklySlotsRequest, zone: ZoneInfo, now: datetime
) -> tuple[Sequence[SlotTime], Sequence[SkippedSlot]]:
    """The slots a weekly pattern makes by the city's clock, and the times of it that none can be made for."""
    first = moments.parse_day(request.from_date, "from_date")
    last = moments.parse_day(request.until_date, "until_date")
    if not 0 <= (last - first).days <= domain.WEEKLY_DAYS_MAX:
        raise Invalid("until_date", f"must lie within {domain.WEEKLY_DAYS_MAX} days after from_date")
    if not request.weekdays or not all(1 <= day <= 7 for day in request.weekdays):
        raise Invalid("weekdays", "give days from 1 (Monday) to 7 (Sunday)")
    if not 1 <= len(request.times) <= domain.TIMES_A_DAY_MAX:
        raise Invalid("times", f"give 1 to {domain.TIMES_A_DAY_MAX} times of the day")
    times = {domain.clock_time(text, f"times[{place}]") for place, text in enumerate(request.times)}
    if not 1 <= request.minutes <= 24 * 60:
        raise Invalid("minutes", "must be between 1 and 1440")
    if not 1 <= request.capacity <= domain.CAPACITY_MAX:
        raise Invalid("capacity", f"must be between 1 and {domain.CAPACITY_MAX}")
    pattern = domain.weekly(first, last, request.weekdays, list(times), zone)
    sessions = list(islice(pattern, domain.SLOTS_MAX + 1))
    if not 1 <= len(sessions) <= domain.SLOTS_MAX:
        raise Invalid("until_date", f"the pattern must make 1 to {domain.SLOTS_MAX} slots at once")
    slots, skipped = domain.to_come(sessions, timedelta(minutes=request.minutes), request.capacity, now)
    if not slots:
        why = "; ".join(slot.spoken() for slot in skipped[: domain.EXAMPLES_MAX])
        raise Invalid("until_date", f"the pattern makes no slot to come: {why}")
    if slots[-1].start > now + domain.SLOT_AHEAD_MAX:
        raise Invalid("until_date", f"must lie within {domain.SLOT_AHEAD_MAX.days} days from now")
    return slots, skipped


async def restrict_lapsed(database: Database, now: datetime) -> bool:
    """Take off sale what is no longer certified, by the clock; says whether there may be more."""
    async with database.transaction() as session:
        found = await store.lapsed_sellers(session, now, LAPSED_MAX)
        await events.align(session, found, now)
    return len(found) == LAPSED_MAX
