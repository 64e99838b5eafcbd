"""The catalog: service definitions, offerings, slots."""

from enum import IntEnum
from typing import Annotated, Any

import strawberry
from chassis import money
from strawberry.types import Info
from yima.catalog.v1 import api_pb2 as pb

from gateway.context import context
from gateway.errors import Refused, refusable
from gateway.ids import Kind, given
from gateway.policy import asks
from gateway.reading import loaded, read_field, shows
from gateway.schema.inputs import fill
from gateway.schema.partners import PartnerProfile, profile
from gateway.schema.scalars import (
    Connection,
    DateTime,
    Interval,
    IntervalInput,
    LocalizedText,
    Money,
    MoneyInput,
    connection,
    hexadecimal,
    moment_or_none,
    page_request,
    text,
    text_or_none,
    typed_id,
    within,
)


@strawberry.enum(description="For whom a service is meant first.")
class Population(IntEnum):
    EVERYONE = 1
    HYPERTENSION = 2
    DIABETES = 3
    MATERNAL = 4
    INFANT = 5
    ELDERLY = 6


@strawberry.enum(description="How a service is delivered.")
class OfferingKind(IntEnum):
    SINGLE_VISIT = 1
    PACKAGE = 2
    SUBSCRIPTION = 3
    DEVICE_MONITORING = 4
    DATA_SERVICE = 5


@strawberry.enum(description="Where an offering's revision stands.")
class OfferingStatus(IntEnum):
    DRAFT = 1
    SUBMITTED = 2
    IN_REVIEW = 3
    PUBLISHED = 4
    SUPERSEDED = 5
    REFUSED = 6
    RESTRICTED = 7
    RETIRED = 8


@strawberry.enum(description="What may be done with data: look at it, keep it, or only compute on it.")
class AccessMode(IntEnum):
    VIEW = 1
    STORE = 2
    COMPUTE = 3


@strawberry.type(description="One thing a service contains.")
class ServiceItem:
    code: str
    title: str = text("title")
    times: int
    timing: str
    observation_code: str | None = text_or_none("observation_code", "LOINC, where it yields a measurement.")


@strawberry.type(description="A service of the city's catalogue that many partners may offer.")
@shows(pb.ServiceDefinition)
class ServiceDefinition:
    code: str
    category: str
    population: Population
    title: str = text("title")
    description: str = text("description")
    source: str
    items: list[ServiceItem]


@strawberry.type(description="What is asked of the resident's data, for what, and how long.")
class ConsentTemplate:
    information_types: list[str]
    purpose: str = strawberry.field(description="HL7 PurposeOfUse.")
    valid_days: int
    retention_days: int

    @strawberry.field
    def access_mode(self: Any) -> AccessMode | None:
        return self.access_mode or None


@strawberry.enum(description="What one unit of an entitlement is.")
class UnitKind(IntEnum):
    VISIT = 1
    MEASUREMENT = 2


@strawberry.enum(description="What becomes of units that were not used within their time, once at least one was.")
class Unused(IntEnum):
    NOT_CHARGED = 1
    CHARGED = 2


@strawberry.type(description="So many of one thing an offering contains.")
class EntitledItem:
    code: str
    title: str = text("title")
    kind: UnitKind
    times: int


@strawberry.type(description="What cancelling costs once less than so many hours are left.")
class CancellationRule:
    hours_before: int
    fee_basis_points: int


@strawberry.type(description="Who may be served, by age.")
class Eligibility:
    age_from_months: int
    age_below_months: int | None = read_field(
        lambda message, _: message.age_below_months or None, int | None, "Below this age in months; null: any."
    )


@strawberry.type(description="A time at which residents can be served, and how many may still book it.")
class FreePlace:
    slot_id: strawberry.ID = typed_id(Kind.SLOT, "slot_id")
    interval: Interval
    free: int


@strawberry.type(description="A partner's offer of a service, at one revision.")
@shows(pb.Offering)
class Offering:
    id: strawberry.ID = typed_id(Kind.OFFERING)
    revision: int
    status: OfferingStatus
    title: str = text("manifest.title")
    description: str = text("manifest.description")
    definition: str = within("manifest.definition", str, "The service definition's code.")
    reference: str = within("manifest.reference", str, "The partner's own reference.")
    kind: OfferingKind = within("manifest.kind", OfferingKind)
    price: Money = within("manifest.price", Money)
    districts: list[str] = within("manifest.districts", list[str])
    booking_required: bool = within("manifest.booking_required", bool)
    category: str
    population: Population
    review_reasons: list[str]
    published_at: DateTime | None = moment_or_none("published_at")
    consent_hash: str = hexadecimal("consent_hash", "What consents and orders cite.")

    contents: list[EntitledItem] = within("manifest.contents", list[EntitledItem])
    cancellation: list[CancellationRule] = within("manifest.cancellation", list[CancellationRule])

    @strawberry.field(description="Within how many days of its acceptance the contents may be used; null without any.")
    def valid_days(self: Any) -> int | None:
        return self.manifest.valid_days or None

    @strawberry.field(description="Who may be served; null: everybody.")
    def eligibility(self: Any) -> Eligibility | None:
        return self.manifest.eligibility if self.manifest.HasField("eligibility") else None

    @strawberry.field(description="What the offering asks of the resident's data; null: nothing.")
    def consent(self: Any) -> ConsentTemplate | None:
        template = self.manifest.consent
        return template if template.information_types else None

    partner: PartnerProfile | None = profile("partner_id")

    free_places: list[FreePlace] = loaded(
        "free_places", "ordering.GetFreePlaces", "id", list[FreePlace], "Coming slots with their free places."
    )


def offering_now(attribute: str, description: str | None = None) -> Any:
    """A field that shows, as it is now, the offering whose id is in `attribute`."""
    return loaded("offerings", "catalog.GetOfferings", attribute, Offering | None, description, shared=True)


@strawberry.enum(description="Why a weekly pattern makes no slot at a time it names.")
class SkipReason(IntEnum):
    PAST = 1
    NO_SUCH_TIME = 2


@strawberry.type(description="A time of a weekly pattern that no slot was made for.")
class SkippedSlot:
    day: str
    time: str
    reason: SkipReason


@strawberry.type(description="Slots that were added.")
@shows(pb.Slots)
class SlotsAdded:
    skipped: list[SkippedSlot]

    @strawberry.field
    def slot_ids(self: Any) -> list[strawberry.ID]:
        return [strawberry.ID(f"{Kind.SLOT}_{slot.id.replace('-', '')}") for slot in self.slots]


@strawberry.type(description="Slots that nobody can book any more.")
@shows(pb.WithdrawnSlots)
class SlotsWithdrawn:
    @strawberry.field
    def slot_ids(self: Any) -> list[strawberry.ID]:
        return [strawberry.ID(f"{Kind.SLOT}_{slot.id.replace('-', '')}") for slot in self.slots]


@strawberry.input(description="One thing a service contains.")
class ServiceItemInput:
    code: str
    title: LocalizedText
    times: int = 1
    timing: str = ""
    observation_code: str | None = None


@strawberry.input(description="A service definition, as a manifest file holds it in `spec`.")
class ServiceDefinitionInput:
    code: str
    category: str
    population: Population
    title: LocalizedText
    description: LocalizedText
    source: str = ""
    items: list[ServiceItemInput] = strawberry.field(default_factory=list)


@strawberry.input(description="What is asked of the resident's data.")
class ConsentTemplateInput:
    information_types: list[str]
    purpose: str
    access_mode: AccessMode
    valid_days: int
    retention_days: int = 0


@strawberry.input(description="So many of one thing an offering contains.")
class EntitledItemInput:
    code: str
    title: LocalizedText
    kind: UnitKind
    times: int = 1
    weight: int = strawberry.field(default=1, description="One unit's share of the price beside the other items'.")


@strawberry.input(description="What cancelling costs once less than so many hours are left.")
class CancellationRuleInput:
    hours_before: int
    fee_basis_points: int


@strawberry.input(description="Who may be served, by age.")
class EligibilityInput:
    age_from_months: int = 0
    age_below_months: int | None = None


@strawberry.input(description="An offering, as a manifest file holds it in `spec`.")
class OfferingManifestInput:
    definition: str
    reference: str
    kind: OfferingKind
    title: LocalizedText
    description: LocalizedText
    price: MoneyInput
    districts: list[str] = strawberry.field(default_factory=list)
    consent: ConsentTemplateInput | None = None
    booking_required: bool = False
    contents: list[EntitledItemInput] = strawberry.field(default_factory=list)
    valid_days: int | None = None
    unused: Unused | None = None
    cancellation: list[CancellationRuleInput] = strawberry.field(default_factory=list)
    eligibility: EligibilityInput | None = None


@strawberry.input(description="A slot to add.")
class SlotInput:
    interval: IntervalInput
    capacity: int


@strawberry.input(description="Slots of every week between two dates, by the city's clock.")
class WeeklySlotsInput:
    from_date: str
    until_date: str
    weekdays: list[int]
    times: list[str]
    minutes: int
    capacity: int


@strawberry.type
class Query:
    @strawberry.field(description="The city's service definitions.")
    @asks("catalog.ListServiceDefinitions")
    async def service_definitions(
        self, info: Info[Any, Any], population: Population | None = None
    ) -> list[ServiceDefinition]:
        request = pb.ListServiceDefinitionsRequest(population=population or 0)  # type: ignore[arg-type]
        found = await context(info).clients.catalog.list_service_definitions(request)
        return list(found.definitions)  # type: ignore[arg-type]

    @strawberry.field(description="One offering.")
    @asks("catalog.GetOffering", shared=True)
    async def offering(self, info: Info[Any, Any], id: strawberry.ID) -> Offering:
        here = context(info)
        request = pb.GetOfferingRequest(offering_id=given(Kind.OFFERING, id, "id"))
        here.shows.add(f"offering:{request.offering_id}")
        return await here.clients.catalog.get_offering(request)  # type: ignore[return-value]

    @strawberry.field(description="Published offerings: filtered, searched, a page at a time.")
    @asks("catalog.ListOfferings", shared=True)
    async def offerings(
        self,
        info: Info[Any, Any],
        query: str | None = None,
        category: str | None = None,
        population: Population | None = None,
        definition: str | None = None,
        partner_id: strawberry.ID | None = None,
        district: str | None = None,
        price_max: str | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Offering]:
        here = context(info)
        request = pb.ListOfferingsRequest(
            query=query or "",
            category=category or "",
            population=population or 0,  # type: ignore[arg-type]
            definition=definition or "",
            partner_id=given(Kind.PARTNER, partner_id, "partnerId") if partner_id else "",
            district=district or "",
            page=page_request(first, after),
        )
        if price_max is not None:
            request.price_minor_max = money.to_minor(money.parse_amount(price_max, here.city.currency, "priceMax"))
        here.shows.add("offerings")
        found = await here.clients.catalog.list_offerings(request)
        return connection(found.offerings, found.page, after)  # type: ignore[no-any-return]

    @strawberry.field(description="Offerings in any state: a partner's own; all for operator and regulator.")
    @asks("catalog.ListPartnerOfferings")
    async def partner_offerings(
        self,
        info: Info[Any, Any],
        status: OfferingStatus | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Offering]:
        here = context(info)
        request = pb.ListPartnerOfferingsRequest(status=status or 0, page=page_request(first, after))  # type: ignore[arg-type]
        found = await here.clients.catalog.list_partner_offerings(request, here.token)
        return connection(found.offerings, found.page, after)  # type: ignore[no-any-return]


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Put a service definition into the city's catalogue.")
    @refusable
    @asks("catalog.PutServiceDefinition")
    async def put_service_definition(
        self, info: Info[Any, Any], definition: ServiceDefinitionInput, idempotency_key: str | None = None
    ) -> Annotated[ServiceDefinition | Refused, strawberry.union("PutServiceDefinitionResult")]:
        here = context(info)
        request = pb.PutServiceDefinitionRequest(code=definition.code)
        fill(request.definition, definition, prefix="definition.")
        return await here.clients.catalog.put_service_definition(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Draft an offering from a manifest.")
    @refusable
    @asks("catalog.DraftOffering")
    async def draft_offering(
        self, info: Info[Any, Any], manifest: OfferingManifestInput, idempotency_key: str | None = None
    ) -> Annotated[Offering | Refused, strawberry.union("DraftOfferingResult")]:
        here = context(info)
        request = pb.DraftOfferingRequest()
        fill(request.manifest, manifest, prefix="manifest.")
        return await here.clients.catalog.draft_offering(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Draft the next revision of an offering.")
    @refusable
    @asks("catalog.ReviseOffering")
    async def revise_offering(
        self,
        info: Info[Any, Any],
        offering_id: strawberry.ID,
        manifest: OfferingManifestInput,
        idempotency_key: str | None = None,
    ) -> Annotated[Offering | Refused, strawberry.union("ReviseOfferingResult")]:
        here = context(info)
        request = pb.ReviseOfferingRequest(offering_id=given(Kind.OFFERING, offering_id, "offeringId"))
        fill(request.manifest, manifest, prefix="manifest.")
        return await here.clients.catalog.revise_offering(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Submit the drafted revision for review.")
    @refusable
    @asks("catalog.SubmitOffering")
    async def submit_offering(
        self, info: Info[Any, Any], offering_id: strawberry.ID, idempotency_key: str | None = None
    ) -> Annotated[Offering | Refused, strawberry.union("SubmitOfferingResult")]:
        here = context(info)
        request = pb.SubmitOfferingRequest(offering_id=given(Kind.OFFERING, offering_id, "offeringId"))
        return await here.clients.catalog.submit_offering(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Publish or refuse the submitted revision that was looked at.")
    @refusable
    @asks("catalog.DecideReview")
    async def decide_review(
        self,
        info: Info[Any, Any],
        offering_id: strawberry.ID,
        approved: bool,
        reasons: list[str],
        revision: int | None = None,
        idempotency_key: str | None = None,
    ) -> Annotated[Offering | Refused, strawberry.union("DecideReviewResult")]:
        here = context(info)
        request = pb.DecideReviewRequest(
            offering_id=given(Kind.OFFERING, offering_id, "offeringId"),
            approved=approved,
            reasons=reasons,
            revision=revision or 0,
        )
        return await here.clients.catalog.decide_review(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Take an offering off sale for good.")
    @refusable
    @asks("catalog.RetireOffering")
    async def retire_offering(
        self, info: Info[Any, Any], offering_id: strawberry.ID, reason: str, idempotency_key: str | None = None
    ) -> Annotated[Offering | Refused, strawberry.union("RetireOfferingResult")]:
        here = context(info)
        request = pb.RetireOfferingRequest(offering_id=given(Kind.OFFERING, offering_id, "offeringId"), reason=reason)
        return await here.clients.catalog.retire_offering(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Add bookable slots to an offering.")
    @refusable
    @asks("catalog.AddSlots")
    async def add_slots(
        self,
        info: Info[Any, Any],
        offering_id: strawberry.ID,
        slots: list[SlotInput],
        idempotency_key: str | None = None,
    ) -> Annotated[SlotsAdded | Refused, strawberry.union("AddSlotsResult")]:
        here = context(info)
        request = pb.AddSlotsRequest(offering_id=given(Kind.OFFERING, offering_id, "offeringId"))
        for index, slot in enumerate(slots):
            fill(request.slots.add(), slot, prefix=f"slots[{index}].")
        return await here.clients.catalog.add_slots(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(
        description="Withdraw coming slots, by one of the three ways. Who has booked one is told and pays nothing."
    )
    @refusable
    @asks("catalog.WithdrawSlots")
    async def withdraw_slots(
        self,
        info: Info[Any, Any],
        offering_id: strawberry.ID,
        reason: str,
        slot_ids: list[strawberry.ID] | None = None,
        day: Annotated[str | None, strawberry.argument(description="Of the city's calendar.")] = None,
        interval: Annotated[IntervalInput | None, strawberry.argument(description="What begins within it.")] = None,
        idempotency_key: str | None = None,
    ) -> Annotated[SlotsWithdrawn | Refused, strawberry.union("WithdrawSlotsResult")]:
        here = context(info)
        request = pb.WithdrawSlotsRequest(
            offering_id=given(Kind.OFFERING, offering_id, "offeringId"),
            slot_ids=[given(Kind.SLOT, one, f"slotIds[{place}]") for place, one in enumerate(slot_ids or [])],
            day=day or "",
            interval=interval.message() if interval else None,
            reason=reason,
        )
        return await here.clients.catalog.withdraw_slots(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(
        description="Add slots of every week, at times of the city's clock, summer and winter; none where it is past."
    )
    @refusable
    @asks("catalog.AddWeeklySlots")
    async def add_weekly_slots(
        self,
        info: Info[Any, Any],
        offering_id: strawberry.ID,
        pattern: WeeklySlotsInput,
        idempotency_key: str | None = None,
    ) -> Annotated[SlotsAdded | Refused, strawberry.union("AddWeeklySlotsResult")]:
        here = context(info)
        request = fill(pb.AddWeeklySlotsRequest(), pattern, prefix="pattern.")
        request.offering_id = given(Kind.OFFERING, offering_id, "offeringId")
        return await here.clients.catalog.add_weekly_slots(request, here.token, idempotency_key or "")  # type: ignore[return-value]
