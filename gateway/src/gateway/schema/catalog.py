"""The catalog: service definitions, offerings, slots."""

from typing import Annotated, Any

import strawberry
from chassis import money
from chassis.problems import Problem
from chassis.refusals import Invalid
from chassis.wire import timestamp
from google.protobuf import json_format
from strawberry import ID
from yima.catalog.v1 import api_pb2 as pb
from yima.catalog.v1.enums import (
    AccessMode,
    OfferingKind,
    OfferingSort,
    OfferingStatus,
    Population,
    PriceBasis,
    SkipReason,
    UnitKind,
    Unused,
)
from yima.common.v1.enums import Sex
from yima.common.v1.types_pb2 import Money as MoneyMessage
from yima.ordering.v1 import api_pb2 as ordering_pb

from gateway.context import Context, Info
from gateway.errors import refusable, refused, refused_with
from gateway.ids import Kind, parse_global_id, shown
from gateway.invalidation import BY_DISTANCE, NEXT_FREE_SLOTS, RATINGS
from gateway.policy import asks
from gateway.reading import field, loaded, loaded_each, reads, shows
from gateway.scalars import DateTime, LocalizedText
from gateway.schema.common import (
    Connection,
    Interval,
    IntervalInput,
    Money,
    MoneyInput,
    Node,
    Position,
    PositionInput,
    connection,
    page_request,
)
from gateway.schema.inputs import fill, takes
from gateway.schema.partners import PartnerProfile, profile

AMOUNT = 'A decimal number in the city\'s currency, e.g. "200.00".'
RATING_MAX = 5


@strawberry.type(description="Nothing was decided: another revision is in review than the one that was looked at.")
class RevisionChanged:
    code: str = strawberry.field(description="`revision-changed`.")
    message: str = strawberry.field(description="For people: which revision to look at.")
    field: str | None = strawberry.field(description="The input's field that is not as things are now.")
    revision: int = strawberry.field(description="The revision in review.")
    total: MoneyMessage = strawberry.field(description="What one of it costs.")
    consent_hash: str | None = strawberry.field(description="Of what it asks of a resident's data; null: of none.")


def revision_changed(problem: Problem) -> RevisionChanged:
    """The revision to look at, of a refusal."""
    now, refusal = json_format.ParseDict(problem.data, pb.RevisionInReview()), refused(problem)
    return RevisionChanged(
        code=refusal.code,
        message=refusal.message,
        field=refusal.field,
        revision=now.revision,
        total=now.total,
        consent_hash=now.consent_hash.hex() or None,
    )


@shows(pb.ServiceItem, description="One thing a service contains.")
class ServiceItem:
    code: str
    title: str
    times: int
    timing: str
    observation_code: str | None = field(description="LOINC, where it yields a measurement.")


@shows(pb.ServiceDefinition)
class ServiceDefinition:
    code: str
    category: str
    population: Population
    title: str
    description: str
    source: str
    items: list[ServiceItem]


@shows(pb.ConsentTemplate)
class ConsentTemplate:
    information_types: list[str]
    purpose: str = field(description="HL7 PurposeOfUse.")
    valid_days: int
    retention_days: int
    access_mode: AccessMode | None
    sensitive_categories: list[str]


@shows(pb.EntitledItem)
class EntitledItem:
    code: str
    title: str
    kind: UnitKind
    times: int


@shows(pb.CancellationRule, description="What cancelling costs once less than so many hours are left.")
class CancellationRule:
    hours_before: int
    fee_basis_points: int


@shows(pb.Eligibility, description="Who may be served, by age, sex, where they live and what they take part in.")
class Eligibility:
    age_from_months: int
    age_below_months: int | None = field(description="Below this age in months; null: any.")
    sex: Sex | None
    districts: list[str]
    programmes: list[str]


@shows(pb.Pilot)
class Pilot:
    districts: list[str]
    ends_at: DateTime | None


@shows(ordering_pb.FreePlace, description="A time at which residents can be served, and how many may still book it.")
class FreePlace:
    slot_id: ID
    interval: Interval
    free: int


@shows(pb.OpeningHours)
class OpeningHours:
    weekday: int
    opens: str
    closes: str


@shows(pb.OpeningSpan)
class OpeningSpan:
    opens: str
    closes: str


@shows(pb.OpeningException)
class OpeningException:
    day: str
    spans: list[OpeningSpan]


@shows(
    pb.AttachedFile,
    description="What is served of a picture or document: what was sent, without what gives away where.",
)
class AttachedFile:
    media_type: str
    size: int
    width: int | None = field(description="In pixels; null: not a picture.")
    height: int | None = field(description="In pixels; null: not a picture.")
    url: str = reads(
        pb.AttachedFile,
        lambda file, _: f"/attached/{file.sha256.hex()}",
        "Below the gateway's own address, for everybody once an operator has looked at what names it. What is there "
        "never changes.",
    )


@shows(pb.Picture)
class Picture:
    attachment_id: ID
    alt: str = field(description="What is to be seen, for people who do not see it.")
    file: AttachedFile


@shows(pb.Site)
class Site:
    id: ID
    code: str = field(description="Its partner's own name of it.")
    name: str = field("details.name")
    address: str = field("details.address", description="As it is written on a letter.")
    position: Position = field("details.position", description="Where it is.")
    district: str = field("details.district")
    hours: list[OpeningHours] = field("details.hours")
    exceptions: list[OpeningException] = field("details.exceptions")
    languages: list[str] = field("details.languages")
    closed: bool = field("details.closed")
    pictures: list[Picture]
    version: int


@shows(pb.SiteReview)
class SiteReview:
    site: Site = field(description="With the pictures that are shown.")
    pictures: list[Picture]
    hidden_attachment_ids: list[ID] = field(kind=Kind.ATTACHMENT)
    put_at: DateTime
    refusal: str | None
    partner: PartnerProfile | None = profile("site.partner_id")


@shows(pb.Correction)
class SearchCorrection:
    word: str
    searched: list[str] = field(description="One of them is enough; none: it was left out.")


@shows(pb.SearchExplanation)
class SearchExplanation:
    sort: OfferingSort
    words: list[str]
    in_title: bool
    corrections: list[SearchCorrection]
    distance_metres: int | None = reads(
        pb.SearchExplanation,
        lambda why, _: why.distance_metres if why.site_id else None,
        "To its nearest site, where a point was given.",
    )
    site: Site | None = loaded("sites", "catalog.GetSites", "site_id", "Its nearest site.", shared=True)
    next_free_at: DateTime | None
    rating: float | None = reads(
        pb.SearchExplanation,
        lambda why, _: why.rating_hundredths / 100 if why.rating_hundredths else None,
        "Its partner's, 1 to 5; null without any.",
    )


def explained(offering: pb.Offering, context: Context) -> pb.SearchExplanation | None:
    """Why an offering is found where it is; it says what changes with bookings and reviews."""
    if not offering.HasField("explanation"):
        return None
    context.shows.update((NEXT_FREE_SLOTS, RATINGS, BY_DISTANCE))
    return offering.explanation


@shows(pb.FacetCount)
class FacetCount:
    value: str = field(description="A code, or an enumeration's name.")
    count: int


@shows(pb.PriceBand)
class PriceBand:
    starts_at: Money
    below: Money | None
    count: int


@shows(pb.OfferingFacets)
class OfferingFacets:
    total: int
    categories: list[FacetCount]
    populations: list[FacetCount]
    districts: list[FacetCount]
    kinds: list[FacetCount]
    prices: list[PriceBand]
    ratings: list[FacetCount]
    free: int


@shows(pb.Suggestion)
class SearchSuggestion:
    text: str


@shows(pb.Leaflet, description="A document of an offering, such as how to prepare for it.")
class Leaflet:
    attachment_id: ID
    title: str
    file: AttachedFile


@shows(
    pb.AttachmentLink, description="Where to send a picture or document to, or to fetch it from. Keep it to yourself."
)
class AttachmentLink:
    attachment_id: ID = field(description="Pictures and leaflets name it.")
    path: str = field(description="Below the gateway's own address: PUT the file to it, or GET it.")
    expires_at: DateTime
    file: AttachedFile | None = field(description="Once it was sent.")


def priced_per(manifest: pb.OfferingManifest) -> int:
    """What a manifest's price is for; one that leaves it open follows from its contents."""
    return manifest.priced_per or (pb.PRICE_BASIS_PACKAGE if manifest.contents else pb.PRICE_BASIS_ORDER)


@shows(pb.Offering, description="A partner's offer of a service, at one revision.")
class Offering(Node):
    id: ID
    revision: int
    status: OfferingStatus
    title: str = field("manifest.title")
    description: str = field("manifest.description")
    definition: str = field("manifest.definition", description="The service definition's code.")
    reference: str = field("manifest.reference", description="The partner's own reference.")
    kind: OfferingKind = field("manifest.kind")
    price: Money = field("manifest.price")
    priced_per: PriceBasis = reads(
        pb.Offering, lambda offering, _: priced_per(offering.manifest), "What the price is for."
    )
    units_max: int | None = field("manifest.units_max")
    period_days: int | None = field("manifest.period_days")
    periods_max: int | None = field("manifest.periods_max")
    districts: list[str] = field("manifest.districts")
    booking_required: bool = field("manifest.booking_required")
    category: str
    population: Population
    review_reasons: list[str]
    published_at: DateTime | None
    consent_hash: str = field(description="What consents and orders cite.")
    certificate_ids: list[ID]
    reviewed_by: str | None = field(description="Whose account decided its review: for operator and regulator.")
    reviewed_at: DateTime | None
    contents: list[EntitledItem] = field("manifest.contents")
    cancellation: list[CancellationRule] = field("manifest.cancellation")
    pictures: list[Picture] = field("manifest.pictures")
    leaflets: list[Leaflet] = field("manifest.leaflets")
    partner: PartnerProfile | None = profile("partner_id")
    free_places: list[FreePlace] = loaded(
        "free_places", "ordering.GetFreePlaces", "id", "Coming slots with their free places."
    )
    valid_days: int | None = field(
        "manifest.valid_days",
        description="Within how many days of its acceptance the contents may be used; null without any.",
    )
    eligibility: Eligibility | None = field("manifest.eligibility", description="Who may be served; null: everybody.")
    pilot: Pilot | None
    asked_pilot: Pilot | None = field("manifest.pilot", description="Asked for by its partner; null: no pilot.")
    sites: list[Site] = loaded_each(
        "sites",
        "catalog.GetSites",
        "site_ids",
        "Where it is given; none: where the resident is, or remotely.",
        shared=True,
    )
    explain: SearchExplanation | None = reads(
        pb.Offering, explained, "Why a search shows it where it does; null outside of `offerings`."
    )
    consent: ConsentTemplate | None = reads(
        pb.Offering,
        lambda offering, _: offering.manifest.consent if offering.manifest.consent.information_types else None,
        "What the offering asks of the resident's data; null: nothing.",
    )


def offering_now(attribute: str, description: str | None = None) -> Any:
    """A field that shows, as it is now, the offering whose id is in `attribute`."""
    return loaded("offerings", "catalog.GetOfferings", attribute, description, shared=True)


@shows(pb.SkippedSlot)
class SkippedSlot:
    day: str
    time: str
    reason: SkipReason


@shows(pb.Slots, description="Slots that were added.")
class SlotsAdded:
    skipped: list[SkippedSlot]
    slot_ids: list[ID] = reads(
        pb.Slots, lambda added, _: [shown(Kind.SLOT, slot.id) for slot in added.slots], "In the order given."
    )


@shows(pb.WithdrawnSlots, description="Slots that nobody can book any more.")
class SlotsWithdrawn:
    slot_ids: list[ID] = reads(
        pb.WithdrawnSlots,
        lambda withdrawn, _: [shown(Kind.SLOT, slot.id) for slot in withdrawn.slots],
        "The slots that are no longer offered.",
    )


@takes(pb.ServiceItem, description="One thing a service contains.")
class ServiceItemInput:
    code: str
    title: LocalizedText
    times: int = 1
    timing: str = ""
    observation_code: str | None = None


@takes(pb.ServiceDefinition, description="A service definition, as a manifest file holds it in `spec`.")
class ServiceDefinitionInput:
    code: str
    category: str
    population: Population
    title: LocalizedText
    description: LocalizedText
    source: str = ""
    items: list[ServiceItemInput] = strawberry.field(default_factory=list)


@takes(pb.ConsentTemplate, description="What is asked of the resident's data.")
class ConsentTemplateInput:
    information_types: list[str]
    purpose: str
    access_mode: AccessMode
    valid_days: int
    retention_days: int = 0
    sensitive_categories: list[str] = strawberry.field(default_factory=list)


@takes(pb.EntitledItem)
class EntitledItemInput:
    code: str = strawberry.field(description="Unique within the offering, e.g. `follow-up`.")
    title: LocalizedText
    kind: UnitKind
    times: int = 1
    weight: int = strawberry.field(default=1, description="One unit's share of the price beside the other items'.")


@takes(pb.CancellationRule, description="What cancelling costs once less than so many hours are left.")
class CancellationRuleInput:
    hours_before: int
    fee_basis_points: int


@takes(pb.Eligibility, description="Who may be served, by age, sex, where they live and what they take part in.")
class EligibilityInput:
    age_from_months: int = 0
    age_below_months: int | None = None
    sex: Sex | None = None
    districts: list[str] | None = None
    programmes: list[str] | None = None


@takes(pb.Pilot)
class PilotInput:
    districts: list[str]
    ends_at: DateTime | None = None


@takes(pb.Picture)
class PictureInput:
    attachment_id: ID
    alt: LocalizedText


@takes(pb.Leaflet)
class LeafletInput:
    attachment_id: ID
    title: LocalizedText


@takes(pb.OfferingManifest, description="An offering, as a manifest file holds it in `spec`.")
class OfferingManifestInput:
    definition: str
    reference: str
    kind: OfferingKind
    title: LocalizedText
    description: LocalizedText
    price: MoneyInput
    priced_per: PriceBasis | None = None
    units_max: int | None = None
    period_days: int | None = None
    periods_max: int | None = None
    districts: list[str] = strawberry.field(default_factory=list)
    consent: ConsentTemplateInput | None = None
    booking_required: bool = False
    contents: list[EntitledItemInput] = strawberry.field(default_factory=list)
    valid_days: int | None = None
    unused: Unused | None = None
    cancellation: list[CancellationRuleInput] = strawberry.field(default_factory=list)
    eligibility: EligibilityInput | None = None
    pilot: PilotInput | None = None
    sites: list[str] = strawberry.field(default_factory=list)
    pictures: list[PictureInput] = strawberry.field(default_factory=list)
    leaflets: list[LeafletInput] = strawberry.field(default_factory=list)


@takes(pb.Slot, description="A slot to add.")
class SlotInput:
    interval: IntervalInput
    capacity: int
    site_id: ID | None = None
    calendars: list[str] = strawberry.field(default_factory=list)


@takes(pb.AddWeeklySlotsRequest, description="Slots of every week between two dates, by the city's clock.")
class WeeklySlotsInput:
    from_date: str
    until_date: str
    weekdays: list[int]
    times: list[str]
    minutes: int
    capacity: int
    site_id: ID | None = None
    calendars: list[str] = strawberry.field(default_factory=list)


@takes(pb.OpeningHours)
class OpeningHoursInput:
    weekday: int
    opens: str
    closes: str


@takes(pb.OpeningSpan)
class OpeningSpanInput:
    opens: str
    closes: str


@takes(pb.OpeningException)
class OpeningExceptionInput:
    day: str
    spans: list[OpeningSpanInput] = strawberry.field(default_factory=list)


@takes(pb.SiteDetails, description="A site, as a manifest file holds it in `spec`.")
class SiteDetailsInput:
    name: LocalizedText
    address: LocalizedText
    position: PositionInput
    district: str
    hours: list[OpeningHoursInput] = strawberry.field(default_factory=list)
    exceptions: list[OpeningExceptionInput] = strawberry.field(default_factory=list)
    languages: list[str] = strawberry.field(default_factory=list)
    closed: bool = False


@takes(pb.Near)
class NearInput:
    position: PositionInput
    within_metres: int | None = None


@strawberry.input(description="Further filters: of several values one is enough, and all that are given must hold.")
class OfferingFilterInput:
    categories: list[str] = strawberry.field(default_factory=list, description="What is below one counts too.")
    populations: list[Population] = strawberry.field(default_factory=list, description="For whom it is meant first.")
    districts: list[str] = strawberry.field(default_factory=list, description="Offered in one of them.")
    kinds: list[OfferingKind] = strawberry.field(default_factory=list, description="How it is delivered.")
    price_min: str | None = strawberry.field(default=None, description=AMOUNT)
    price_max: str | None = strawberry.field(default=None, description=AMOUNT)
    rating_min: float | None = strawberry.field(default=None, description="The partner's, 1 to 5.")
    free_before: DateTime | None = strawberry.field(default=None, description="With a free slot before this moment.")
    partner_id: ID | None = strawberry.field(default=None, description="Of this partner.")
    definition: str | None = strawberry.field(default=None, description="Of this service definition.")

    def message(self, context: Context, at: str) -> pb.OfferingFilter:
        if self.rating_min is not None and not 1 <= self.rating_min <= RATING_MAX:
            raise Invalid(f"{at}.ratingMin", f"must lie between 1 and {RATING_MAX}")
        return pb.OfferingFilter(
            categories=self.categories,
            populations=self.populations,
            districts=self.districts,
            kinds=self.kinds,
            price_minor_min=minor(self.price_min, context, f"{at}.priceMin"),
            price_minor_max=minor(self.price_max, context, f"{at}.priceMax"),
            rating_hundredths_min=round(self.rating_min * 100) if self.rating_min is not None else 0,
            free_before=timestamp(self.free_before),
            partner_id=parse_global_id(Kind.PARTNER, self.partner_id, f"{at}.partnerId") if self.partner_id else "",
            definition=self.definition or "",
        )


def minor(amount: str | None, context: Context, at: str) -> int:
    """An amount in the city's currency, in minor units; 0 where none is given."""
    return 0 if amount is None else money.to_minor(money.parse_amount(amount, context.city.currency, at))


def near_message(near: NearInput | None) -> pb.Near | None:
    return None if near is None else fill(pb.Near(), near, "near.")


def note_shown(
    context: Context, given: OfferingFilterInput | None, near: NearInput | None, sort: object = None
) -> None:
    """Say what an answer to a search goes by, so that it is forgotten once that changes."""
    context.shows.add("offerings")
    if near is not None:
        context.shows.add(BY_DISTANCE)
    if sort == OfferingSort.NEXT_FREE_SLOT or (given is not None and given.free_before is not None):
        context.shows.add(NEXT_FREE_SLOTS)
    if sort == OfferingSort.RATING or (given is not None and given.rating_min is not None):
        context.shows.add(RATINGS)


@strawberry.type
class Query:
    @strawberry.field(
        description="A picture or document, to be fetched within minutes, on sale or not: a partner's own; all for the "
        "operator, who reviews what names it."
    )
    @asks("catalog.GetAttachment")
    async def attachment(self, info: Info, id: ID) -> pb.AttachmentLink:
        context = info.context
        request = pb.GetAttachmentRequest(attachment_id=parse_global_id(Kind.ATTACHMENT, id, "id"))
        return await context.clients.catalog.get_attachment(request, context.token)

    @strawberry.field(description="The city's service definitions.")
    @asks("catalog.ListServiceDefinitions")
    async def service_definitions(self, info: Info, population: Population | None = None) -> list[pb.ServiceDefinition]:
        request = pb.ListServiceDefinitionsRequest(population=population)
        answer = await info.context.clients.catalog.list_service_definitions(request)
        return list(answer.definitions)

    @strawberry.field(description="One offering.")
    @asks("catalog.GetOffering", shared=True)
    async def offering(self, info: Info, id: ID) -> pb.Offering:
        context = info.context
        request = pb.GetOfferingRequest(offering_id=parse_global_id(Kind.OFFERING, id, "id"))
        context.shows.add(f"offering:{request.offering_id}")
        return await context.clients.catalog.get_offering(request)

    @strawberry.field(description="Published offerings: filtered, searched, a page at a time.")
    @asks("catalog.ListOfferings", shared=True)
    async def offerings(
        self,
        info: Info,
        query: str | None = None,
        category: str | None = None,
        population: Population | None = None,
        definition: str | None = None,
        partner_id: ID | None = None,
        district: str | None = None,
        price_max: Annotated[
            str | None, strawberry.argument(description='A decimal number in the city\'s currency, e.g. "200.00".')
        ] = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        filter: Annotated[OfferingFilterInput | None, strawberry.argument(description="Further filters.")] = None,
        sort: Annotated[
            OfferingSort | None,
            strawberry.argument(description="None: by relevance where there are words, else the newest first."),
        ] = None,
        near: Annotated[NearInput | None, strawberry.argument(description="Demanded to sort by distance.")] = None,
    ) -> Connection[pb.Offering]:
        context = info.context
        request = pb.ListOfferingsRequest(
            filter=filter.message(context, "filter") if filter is not None else None,
            sort=sort,
            near=near_message(near),
            query=query or "",
            category=category or "",
            population=population,
            definition=definition or "",
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else "",
            district=district or "",
            page=page_request(first, after, last, before),
        )
        if price_max is not None:
            request.price_minor_max = money.to_minor(money.parse_amount(price_max, context.city.currency, "priceMax"))
        note_shown(context, filter, near, sort)
        answer = await context.clients.catalog.list_offerings(request)
        return connection(answer.offerings, answer.page)

    @strawberry.field(description="How many offerings a search finds of each category, district, price and so on.")
    @asks("catalog.CountOfferings", shared=True)
    async def offering_facets(
        self,
        info: Info,
        query: Annotated[str | None, strawberry.argument(description="As `offerings` has it.")] = None,
        filter: Annotated[OfferingFilterInput | None, strawberry.argument(description="As `offerings` has it.")] = None,
        near: Annotated[NearInput | None, strawberry.argument(description="As `offerings` has it.")] = None,
        free_before: Annotated[
            DateTime | None, strawberry.argument(description="Counts what is free before this moment.")
        ] = None,
    ) -> pb.OfferingFacets:
        context = info.context
        note_shown(context, filter, near, OfferingSort.RATING)
        if free_before is not None:
            context.shows.add(NEXT_FREE_SLOTS)
        request = pb.CountOfferingsRequest(
            query=query or "",
            filter=filter.message(context, "filter") if filter is not None else None,
            near=near_message(near),
            free_before=timestamp(free_before),
        )
        return await context.clients.catalog.count_offerings(request)

    @strawberry.field(description="What to search for, from the letters typed so far.")
    @asks("catalog.SuggestSearches", shared=True)
    async def search_suggestions(
        self,
        info: Info,
        text: str,
        locale: Annotated[str | None, strawberry.argument(description="One of the city's; none: yours.")] = None,
        first: int | None = None,
    ) -> list[pb.Suggestion]:
        context = info.context
        context.shows.add("offerings")
        spoken = locale or (context.locale if context.locale in context.city.locales else "")
        if first is not None and first < 1:
            raise Invalid("first", "must be at least 1")
        request = pb.SuggestSearchesRequest(text=text, locale=spoken, first=first or 0)
        return list((await context.clients.catalog.suggest_searches(request)).suggestions)

    @strawberry.field(description="A partner's sites, by their codes.")
    @asks("catalog.ListSites")
    async def sites(self, info: Info, partner_id: ID) -> list[pb.Site]:
        request = pb.ListSitesRequest(partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId"))
        return list((await info.context.clients.catalog.list_sites(request)).sites)

    @strawberry.field(
        description="Sites with pictures that are not shown: a partner's own; for the operator, those that wait."
    )
    @asks("catalog.ListSiteReviews")
    async def site_reviews(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.SiteReview]:
        context = info.context
        request = pb.ListSiteReviewsRequest(page=page_request(first, after, last, before))
        answer = await context.clients.catalog.list_site_reviews(request, context.token)
        return connection(answer.reviews, answer.page)

    @strawberry.field(description="Offerings in any state: a partner's own; all for operator and regulator.")
    @asks("catalog.ListPartnerOfferings")
    async def partner_offerings(
        self,
        info: Info,
        status: OfferingStatus | None = None,
        pilots: Annotated[
            bool, strawberry.argument(description="Only what is published as a pilot, or was until its pilot ended.")
        ] = False,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Offering]:
        context = info.context
        page = page_request(first, after, last, before)
        request = pb.ListPartnerOfferingsRequest(status=status, pilots=pilots, page=page)
        answer = await context.clients.catalog.list_partner_offerings(request, context.token)
        return connection(answer.offerings, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Announce a picture or document for offerings or sites; send it to the path that comes back, "
        "by PUT, once."
    )
    @refusable
    @asks("catalog.AnnounceAttachment")
    async def announce_attachment(
        self, info: Info, media_type: str, size: int, sha256: str, idempotency_key: str | None = None
    ) -> pb.AttachmentLink:
        context = info.context
        try:
            digest = bytes.fromhex(sha256)
        except ValueError:
            raise Invalid("sha256", "must be hexadecimal digits") from None
        request = pb.AnnounceAttachmentRequest(media_type=media_type, size=size, sha256=digest)
        return await context.clients.catalog.announce_attachment(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Put a service definition into the city's catalogue.")
    @refusable
    @asks("catalog.PutServiceDefinition")
    async def put_service_definition(
        self, info: Info, definition: ServiceDefinitionInput, idempotency_key: str | None = None
    ) -> pb.ServiceDefinition:
        context = info.context
        request = pb.PutServiceDefinitionRequest(code=definition.code)
        fill(request.definition, definition, "definition.")
        return await context.clients.catalog.put_service_definition(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Draft an offering from a manifest.")
    @refusable
    @asks("catalog.DraftOffering")
    async def draft_offering(
        self, info: Info, manifest: OfferingManifestInput, idempotency_key: str | None = None
    ) -> pb.Offering:
        context = info.context
        request = pb.DraftOfferingRequest()
        fill(request.manifest, manifest, "manifest.")
        return await context.clients.catalog.draft_offering(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Draft the next revision of an offering.")
    @refusable
    @asks("catalog.ReviseOffering")
    async def revise_offering(
        self,
        info: Info,
        offering_id: ID,
        manifest: OfferingManifestInput,
        idempotency_key: str | None = None,
    ) -> pb.Offering:
        context = info.context
        request = pb.ReviseOfferingRequest(offering_id=parse_global_id(Kind.OFFERING, offering_id, "offeringId"))
        fill(request.manifest, manifest, "manifest.")
        return await context.clients.catalog.revise_offering(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Submit the drafted revision for review.")
    @refusable
    @asks("catalog.SubmitOffering")
    async def submit_offering(self, info: Info, offering_id: ID, idempotency_key: str | None = None) -> pb.Offering:
        context = info.context
        request = pb.SubmitOfferingRequest(offering_id=parse_global_id(Kind.OFFERING, offering_id, "offeringId"))
        return await context.clients.catalog.submit_offering(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Publish or refuse the submitted revision that was looked at.")
    @refusable
    @refused_with("revision-changed", RevisionChanged, revision_changed)
    @asks("catalog.DecideReview")
    async def decide_review(
        self,
        info: Info,
        offering_id: ID,
        approved: bool,
        reasons: list[str],
        revision: int | None = None,
        pilot: PilotInput | None = None,
        idempotency_key: str | None = None,
    ) -> pb.Offering:
        context = info.context
        request = pb.DecideReviewRequest(
            offering_id=parse_global_id(Kind.OFFERING, offering_id, "offeringId"),
            approved=approved,
            reasons=reasons,
            revision=revision or 0,
        )
        if pilot is not None:
            fill(request.pilot, pilot, "pilot.")
        return await context.clients.catalog.decide_review(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Widen a pilot: to more districts, to a later end, or, naming no districts, to everybody."
    )
    @refusable
    @asks("catalog.WidenPilot")
    async def widen_pilot(
        self,
        info: Info,
        offering_id: ID,
        reason: str,
        districts: list[str] | None = None,
        ends_at: DateTime | None = None,
        idempotency_key: str | None = None,
    ) -> pb.Offering:
        context = info.context
        request = pb.WidenPilotRequest(
            offering_id=parse_global_id(Kind.OFFERING, offering_id, "offeringId"),
            districts=districts or [],
            ends_at=timestamp(ends_at),
            reason=reason,
        )
        return await context.clients.catalog.widen_pilot(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="End a pilot now. What was ordered stays ordered.")
    @refusable
    @asks("catalog.EndPilot")
    async def end_pilot(
        self, info: Info, offering_id: ID, reason: str, idempotency_key: str | None = None
    ) -> pb.Offering:
        context = info.context
        request = pb.EndPilotRequest(
            offering_id=parse_global_id(Kind.OFFERING, offering_id, "offeringId"), reason=reason
        )
        return await context.clients.catalog.end_pilot(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Take an offering off sale for good.")
    @refusable
    @asks("catalog.RetireOffering")
    async def retire_offering(
        self, info: Info, offering_id: ID, reason: str, idempotency_key: str | None = None
    ) -> pb.Offering:
        context = info.context
        request = pb.RetireOfferingRequest(
            offering_id=parse_global_id(Kind.OFFERING, offering_id, "offeringId"), reason=reason
        )
        return await context.clients.catalog.retire_offering(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Put a site of your institution, or replace it: where it serves, and when it is open."
    )
    @refusable
    @asks("catalog.PutSite")
    async def put_site(
        self,
        info: Info,
        code: Annotated[str, strawberry.argument(description="Your own name of it, e.g. `north-gate`.")],
        details: Annotated[SiteDetailsInput, strawberry.argument(description="What is said of it.")],
        idempotency_key: str | None = None,
    ) -> pb.Site:
        context = info.context
        request = pb.PutSiteRequest(site_code=code)
        fill(request.details, details, "details.")
        return await context.clients.catalog.put_site(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Put all the pictures of a site of your institution. One is shown once an operator has looked at "
        "it."
    )
    @refusable
    @asks("catalog.PutSitePictures")
    async def put_site_pictures(
        self,
        info: Info,
        code: Annotated[str, strawberry.argument(description="Your own name of the site.")],
        pictures: Annotated[list[PictureInput], strawberry.argument(description="None: it has none any more.")],
        idempotency_key: str | None = None,
    ) -> pb.Site:
        context = info.context
        request = pb.PutSitePicturesRequest(site_code=code)
        for index, picture in enumerate(pictures):
            fill(request.pictures.add(), picture, f"pictures[{index}].")
        return await context.clients.catalog.put_site_pictures(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Show a site's pictures to everybody, or refuse those that wait, with a reason.")
    @refusable
    @asks("catalog.DecideSitePictures")
    async def decide_site_pictures(
        self,
        info: Info,
        site_id: Annotated[ID, strawberry.argument(description="The site whose pictures wait.")],
        version: Annotated[int, strawberry.argument(description="The site's version that you looked at.")],
        approved: Annotated[bool, strawberry.argument(description="Are they to be shown?")],
        reason: Annotated[str | None, strawberry.argument(description="Demanded where they are not.")] = None,
        idempotency_key: str | None = None,
    ) -> pb.Site:
        context = info.context
        request = pb.DecideSitePicturesRequest(
            site_id=parse_global_id(Kind.SITE, site_id, "siteId"),
            version=version,
            approved=approved,
            reason=reason or "",
        )
        return await context.clients.catalog.decide_site_pictures(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Add bookable slots to an offering.")
    @refusable
    @asks("catalog.AddSlots")
    async def add_slots(
        self,
        info: Info,
        offering_id: ID,
        slots: list[SlotInput],
        idempotency_key: str | None = None,
    ) -> pb.Slots:
        context = info.context
        request = pb.AddSlotsRequest(offering_id=parse_global_id(Kind.OFFERING, offering_id, "offeringId"))
        for index, slot in enumerate(slots):
            fill(request.slots.add(), slot, f"slots[{index}].")
        return await context.clients.catalog.add_slots(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Withdraw coming slots, by one of the three ways. Who has booked one is told and pays nothing."
    )
    @refusable
    @asks("catalog.WithdrawSlots")
    async def withdraw_slots(
        self,
        info: Info,
        offering_id: ID,
        reason: str,
        slot_ids: list[ID] | None = None,
        day: Annotated[str | None, strawberry.argument(description="Of the city's calendar.")] = None,
        interval: Annotated[IntervalInput | None, strawberry.argument(description="What begins within it.")] = None,
        idempotency_key: str | None = None,
    ) -> pb.WithdrawnSlots:
        context = info.context
        request = pb.WithdrawSlotsRequest(
            offering_id=parse_global_id(Kind.OFFERING, offering_id, "offeringId"),
            slot_ids=[
                parse_global_id(Kind.SLOT, slot_id, f"slotIds[{index}]") for index, slot_id in enumerate(slot_ids or [])
            ],
            day=day or "",
            interval=interval.message() if interval else None,
            reason=reason,
        )
        return await context.clients.catalog.withdraw_slots(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Add slots of every week, at times of the city's clock, summer and winter; none where it is past."
    )
    @refusable
    @asks("catalog.AddWeeklySlots")
    async def add_weekly_slots(
        self,
        info: Info,
        offering_id: ID,
        pattern: Annotated[WeeklySlotsInput, strawberry.argument(description="Which days and times.")],
        idempotency_key: str | None = None,
    ) -> pb.Slots:
        context = info.context
        request = fill(pb.AddWeeklySlotsRequest(), pattern, "pattern.")
        request.offering_id = parse_global_id(Kind.OFFERING, offering_id, "offeringId")
        return await context.clients.catalog.add_weekly_slots(request, context.token, idempotency_key or "")
