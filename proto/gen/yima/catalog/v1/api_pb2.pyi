import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class UnitKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    UNIT_KIND_UNSPECIFIED: _ClassVar[UnitKind]
    UNIT_KIND_VISIT: _ClassVar[UnitKind]
    UNIT_KIND_MEASUREMENT: _ClassVar[UnitKind]

class Unused(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    UNUSED_UNSPECIFIED: _ClassVar[Unused]
    UNUSED_NOT_CHARGED: _ClassVar[Unused]
    UNUSED_CHARGED: _ClassVar[Unused]

class Population(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    POPULATION_UNSPECIFIED: _ClassVar[Population]
    POPULATION_EVERYONE: _ClassVar[Population]
    POPULATION_HYPERTENSION: _ClassVar[Population]
    POPULATION_DIABETES: _ClassVar[Population]
    POPULATION_MATERNAL: _ClassVar[Population]
    POPULATION_INFANT: _ClassVar[Population]
    POPULATION_ELDERLY: _ClassVar[Population]

class OfferingKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OFFERING_KIND_UNSPECIFIED: _ClassVar[OfferingKind]
    OFFERING_KIND_SINGLE_VISIT: _ClassVar[OfferingKind]
    OFFERING_KIND_PACKAGE: _ClassVar[OfferingKind]
    OFFERING_KIND_SUBSCRIPTION: _ClassVar[OfferingKind]
    OFFERING_KIND_DEVICE_MONITORING: _ClassVar[OfferingKind]
    OFFERING_KIND_DATA_SERVICE: _ClassVar[OfferingKind]

class OfferingStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OFFERING_STATUS_UNSPECIFIED: _ClassVar[OfferingStatus]
    OFFERING_STATUS_DRAFT: _ClassVar[OfferingStatus]
    OFFERING_STATUS_SUBMITTED: _ClassVar[OfferingStatus]
    OFFERING_STATUS_IN_REVIEW: _ClassVar[OfferingStatus]
    OFFERING_STATUS_PUBLISHED: _ClassVar[OfferingStatus]
    OFFERING_STATUS_SUPERSEDED: _ClassVar[OfferingStatus]
    OFFERING_STATUS_REFUSED: _ClassVar[OfferingStatus]
    OFFERING_STATUS_RESTRICTED: _ClassVar[OfferingStatus]
    OFFERING_STATUS_RETIRED: _ClassVar[OfferingStatus]

class AccessMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCESS_MODE_UNSPECIFIED: _ClassVar[AccessMode]
    ACCESS_MODE_VIEW: _ClassVar[AccessMode]
    ACCESS_MODE_STORE: _ClassVar[AccessMode]
    ACCESS_MODE_COMPUTE: _ClassVar[AccessMode]

class SkipReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SKIP_REASON_UNSPECIFIED: _ClassVar[SkipReason]
    SKIP_REASON_PAST: _ClassVar[SkipReason]
    SKIP_REASON_NO_SUCH_TIME: _ClassVar[SkipReason]
UNIT_KIND_UNSPECIFIED: UnitKind
UNIT_KIND_VISIT: UnitKind
UNIT_KIND_MEASUREMENT: UnitKind
UNUSED_UNSPECIFIED: Unused
UNUSED_NOT_CHARGED: Unused
UNUSED_CHARGED: Unused
POPULATION_UNSPECIFIED: Population
POPULATION_EVERYONE: Population
POPULATION_HYPERTENSION: Population
POPULATION_DIABETES: Population
POPULATION_MATERNAL: Population
POPULATION_INFANT: Population
POPULATION_ELDERLY: Population
OFFERING_KIND_UNSPECIFIED: OfferingKind
OFFERING_KIND_SINGLE_VISIT: OfferingKind
OFFERING_KIND_PACKAGE: OfferingKind
OFFERING_KIND_SUBSCRIPTION: OfferingKind
OFFERING_KIND_DEVICE_MONITORING: OfferingKind
OFFERING_KIND_DATA_SERVICE: OfferingKind
OFFERING_STATUS_UNSPECIFIED: OfferingStatus
OFFERING_STATUS_DRAFT: OfferingStatus
OFFERING_STATUS_SUBMITTED: OfferingStatus
OFFERING_STATUS_IN_REVIEW: OfferingStatus
OFFERING_STATUS_PUBLISHED: OfferingStatus
OFFERING_STATUS_SUPERSEDED: OfferingStatus
OFFERING_STATUS_REFUSED: OfferingStatus
OFFERING_STATUS_RESTRICTED: OfferingStatus
OFFERING_STATUS_RETIRED: OfferingStatus
ACCESS_MODE_UNSPECIFIED: AccessMode
ACCESS_MODE_VIEW: AccessMode
ACCESS_MODE_STORE: AccessMode
ACCESS_MODE_COMPUTE: AccessMode
SKIP_REASON_UNSPECIFIED: SkipReason
SKIP_REASON_PAST: SkipReason
SKIP_REASON_NO_SUCH_TIME: SkipReason

class ServiceDefinition(_message.Message):
    __slots__ = ("code", "category", "population", "title", "description", "source", "items")
    CODE_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    POPULATION_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    code: str
    category: str
    population: Population
    title: _types_pb2.LocalizedText
    description: _types_pb2.LocalizedText
    source: str
    items: _containers.RepeatedCompositeFieldContainer[ServiceItem]
    def __init__(self, code: _Optional[str] = ..., category: _Optional[str] = ..., population: _Optional[_Union[Population, str]] = ..., title: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., description: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., source: _Optional[str] = ..., items: _Optional[_Iterable[_Union[ServiceItem, _Mapping]]] = ...) -> None: ...

class ServiceItem(_message.Message):
    __slots__ = ("code", "title", "times", "timing", "observation_code")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    TIMING_FIELD_NUMBER: _ClassVar[int]
    OBSERVATION_CODE_FIELD_NUMBER: _ClassVar[int]
    code: str
    title: _types_pb2.LocalizedText
    times: int
    timing: str
    observation_code: str
    def __init__(self, code: _Optional[str] = ..., title: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., times: _Optional[int] = ..., timing: _Optional[str] = ..., observation_code: _Optional[str] = ...) -> None: ...

class PutServiceDefinitionRequest(_message.Message):
    __slots__ = ("code", "definition")
    CODE_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    code: str
    definition: ServiceDefinition
    def __init__(self, code: _Optional[str] = ..., definition: _Optional[_Union[ServiceDefinition, _Mapping]] = ...) -> None: ...

class ListServiceDefinitionsRequest(_message.Message):
    __slots__ = ("population",)
    POPULATION_FIELD_NUMBER: _ClassVar[int]
    population: Population
    def __init__(self, population: _Optional[_Union[Population, str]] = ...) -> None: ...

class ServiceDefinitions(_message.Message):
    __slots__ = ("definitions",)
    DEFINITIONS_FIELD_NUMBER: _ClassVar[int]
    definitions: _containers.RepeatedCompositeFieldContainer[ServiceDefinition]
    def __init__(self, definitions: _Optional[_Iterable[_Union[ServiceDefinition, _Mapping]]] = ...) -> None: ...

class ConsentTemplate(_message.Message):
    __slots__ = ("information_types", "purpose", "access_mode", "valid_days", "retention_days", "sensitive_categories")
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ACCESS_MODE_FIELD_NUMBER: _ClassVar[int]
    VALID_DAYS_FIELD_NUMBER: _ClassVar[int]
    RETENTION_DAYS_FIELD_NUMBER: _ClassVar[int]
    SENSITIVE_CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    information_types: _containers.RepeatedScalarFieldContainer[str]
    purpose: str
    access_mode: AccessMode
    valid_days: int
    retention_days: int
    sensitive_categories: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, information_types: _Optional[_Iterable[str]] = ..., purpose: _Optional[str] = ..., access_mode: _Optional[_Union[AccessMode, str]] = ..., valid_days: _Optional[int] = ..., retention_days: _Optional[int] = ..., sensitive_categories: _Optional[_Iterable[str]] = ...) -> None: ...

class OfferingManifest(_message.Message):
    __slots__ = ("definition", "reference", "kind", "title", "description", "price", "districts", "consent", "booking_required", "contents", "valid_days", "unused", "cancellation", "eligibility")
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    DISTRICTS_FIELD_NUMBER: _ClassVar[int]
    CONSENT_FIELD_NUMBER: _ClassVar[int]
    BOOKING_REQUIRED_FIELD_NUMBER: _ClassVar[int]
    CONTENTS_FIELD_NUMBER: _ClassVar[int]
    VALID_DAYS_FIELD_NUMBER: _ClassVar[int]
    UNUSED_FIELD_NUMBER: _ClassVar[int]
    CANCELLATION_FIELD_NUMBER: _ClassVar[int]
    ELIGIBILITY_FIELD_NUMBER: _ClassVar[int]
    definition: str
    reference: str
    kind: OfferingKind
    title: _types_pb2.LocalizedText
    description: _types_pb2.LocalizedText
    price: _types_pb2.Money
    districts: _containers.RepeatedScalarFieldContainer[str]
    consent: ConsentTemplate
    booking_required: bool
    contents: _containers.RepeatedCompositeFieldContainer[EntitledItem]
    valid_days: int
    unused: Unused
    cancellation: _containers.RepeatedCompositeFieldContainer[CancellationRule]
    eligibility: Eligibility
    def __init__(self, definition: _Optional[str] = ..., reference: _Optional[str] = ..., kind: _Optional[_Union[OfferingKind, str]] = ..., title: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., description: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., price: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., districts: _Optional[_Iterable[str]] = ..., consent: _Optional[_Union[ConsentTemplate, _Mapping]] = ..., booking_required: _Optional[bool] = ..., contents: _Optional[_Iterable[_Union[EntitledItem, _Mapping]]] = ..., valid_days: _Optional[int] = ..., unused: _Optional[_Union[Unused, str]] = ..., cancellation: _Optional[_Iterable[_Union[CancellationRule, _Mapping]]] = ..., eligibility: _Optional[_Union[Eligibility, _Mapping]] = ...) -> None: ...

class EntitledItem(_message.Message):
    __slots__ = ("code", "title", "kind", "times", "weight")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    code: str
    title: _types_pb2.LocalizedText
    kind: UnitKind
    times: int
    weight: int
    def __init__(self, code: _Optional[str] = ..., title: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., kind: _Optional[_Union[UnitKind, str]] = ..., times: _Optional[int] = ..., weight: _Optional[int] = ...) -> None: ...

class CancellationRule(_message.Message):
    __slots__ = ("hours_before", "fee_basis_points")
    HOURS_BEFORE_FIELD_NUMBER: _ClassVar[int]
    FEE_BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    hours_before: int
    fee_basis_points: int
    def __init__(self, hours_before: _Optional[int] = ..., fee_basis_points: _Optional[int] = ...) -> None: ...

class Eligibility(_message.Message):
    __slots__ = ("age_from_months", "age_below_months")
    AGE_FROM_MONTHS_FIELD_NUMBER: _ClassVar[int]
    AGE_BELOW_MONTHS_FIELD_NUMBER: _ClassVar[int]
    age_from_months: int
    age_below_months: int
    def __init__(self, age_from_months: _Optional[int] = ..., age_below_months: _Optional[int] = ...) -> None: ...

class Offering(_message.Message):
    __slots__ = ("id", "partner_id", "revision", "status", "manifest", "category", "population", "review_reasons", "published_at", "version", "consent_hash", "certificate_ids", "reviewed_by", "reviewed_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    POPULATION_FIELD_NUMBER: _ClassVar[int]
    REVIEW_REASONS_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CONSENT_HASH_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_IDS_FIELD_NUMBER: _ClassVar[int]
    REVIEWED_BY_FIELD_NUMBER: _ClassVar[int]
    REVIEWED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    partner_id: str
    revision: int
    status: OfferingStatus
    manifest: OfferingManifest
    category: str
    population: Population
    review_reasons: _containers.RepeatedScalarFieldContainer[str]
    published_at: _timestamp_pb2.Timestamp
    version: int
    consent_hash: bytes
    certificate_ids: _containers.RepeatedScalarFieldContainer[str]
    reviewed_by: str
    reviewed_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., partner_id: _Optional[str] = ..., revision: _Optional[int] = ..., status: _Optional[_Union[OfferingStatus, str]] = ..., manifest: _Optional[_Union[OfferingManifest, _Mapping]] = ..., category: _Optional[str] = ..., population: _Optional[_Union[Population, str]] = ..., review_reasons: _Optional[_Iterable[str]] = ..., published_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., consent_hash: _Optional[bytes] = ..., certificate_ids: _Optional[_Iterable[str]] = ..., reviewed_by: _Optional[str] = ..., reviewed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class DraftOfferingRequest(_message.Message):
    __slots__ = ("manifest",)
    MANIFEST_FIELD_NUMBER: _ClassVar[int]
    manifest: OfferingManifest
    def __init__(self, manifest: _Optional[_Union[OfferingManifest, _Mapping]] = ...) -> None: ...

class ReviseOfferingRequest(_message.Message):
    __slots__ = ("offering_id", "manifest")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    manifest: OfferingManifest
    def __init__(self, offering_id: _Optional[str] = ..., manifest: _Optional[_Union[OfferingManifest, _Mapping]] = ...) -> None: ...

class SubmitOfferingRequest(_message.Message):
    __slots__ = ("offering_id",)
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    def __init__(self, offering_id: _Optional[str] = ...) -> None: ...

class DecideReviewRequest(_message.Message):
    __slots__ = ("offering_id", "approved", "reasons", "revision")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    approved: bool
    reasons: _containers.RepeatedScalarFieldContainer[str]
    revision: int
    def __init__(self, offering_id: _Optional[str] = ..., approved: _Optional[bool] = ..., reasons: _Optional[_Iterable[str]] = ..., revision: _Optional[int] = ...) -> None: ...

class RevisionInReview(_message.Message):
    __slots__ = ("revision", "total", "consent_hash")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    CONSENT_HASH_FIELD_NUMBER: _ClassVar[int]
    revision: int
    total: _types_pb2.Money
    consent_hash: bytes
    def __init__(self, revision: _Optional[int] = ..., total: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., consent_hash: _Optional[bytes] = ...) -> None: ...

class RetireOfferingRequest(_message.Message):
    __slots__ = ("offering_id", "reason")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    reason: str
    def __init__(self, offering_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class Slot(_message.Message):
    __slots__ = ("id", "offering_id", "interval", "capacity")
    ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    id: str
    offering_id: str
    interval: _types_pb2.Interval
    capacity: int
    def __init__(self, id: _Optional[str] = ..., offering_id: _Optional[str] = ..., interval: _Optional[_Union[_types_pb2.Interval, _Mapping]] = ..., capacity: _Optional[int] = ...) -> None: ...

class AddSlotsRequest(_message.Message):
    __slots__ = ("offering_id", "slots")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    slots: _containers.RepeatedCompositeFieldContainer[Slot]
    def __init__(self, offering_id: _Optional[str] = ..., slots: _Optional[_Iterable[_Union[Slot, _Mapping]]] = ...) -> None: ...

class AddWeeklySlotsRequest(_message.Message):
    __slots__ = ("offering_id", "from_date", "until_date", "weekdays", "times", "minutes", "capacity")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_DATE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_DATE_FIELD_NUMBER: _ClassVar[int]
    WEEKDAYS_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    MINUTES_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    from_date: str
    until_date: str
    weekdays: _containers.RepeatedScalarFieldContainer[int]
    times: _containers.RepeatedScalarFieldContainer[str]
    minutes: int
    capacity: int
    def __init__(self, offering_id: _Optional[str] = ..., from_date: _Optional[str] = ..., until_date: _Optional[str] = ..., weekdays: _Optional[_Iterable[int]] = ..., times: _Optional[_Iterable[str]] = ..., minutes: _Optional[int] = ..., capacity: _Optional[int] = ...) -> None: ...

class ListSlotsRequest(_message.Message):
    __slots__ = ("offering_id",)
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    def __init__(self, offering_id: _Optional[str] = ...) -> None: ...

class Slots(_message.Message):
    __slots__ = ("slots", "skipped")
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    slots: _containers.RepeatedCompositeFieldContainer[Slot]
    skipped: _containers.RepeatedCompositeFieldContainer[SkippedSlot]
    def __init__(self, slots: _Optional[_Iterable[_Union[Slot, _Mapping]]] = ..., skipped: _Optional[_Iterable[_Union[SkippedSlot, _Mapping]]] = ...) -> None: ...

class SkippedSlot(_message.Message):
    __slots__ = ("day", "time", "reason")
    DAY_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    day: str
    time: str
    reason: SkipReason
    def __init__(self, day: _Optional[str] = ..., time: _Optional[str] = ..., reason: _Optional[_Union[SkipReason, str]] = ...) -> None: ...

class WithdrawSlotsRequest(_message.Message):
    __slots__ = ("offering_id", "slot_ids", "day", "interval", "reason")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    SLOT_IDS_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    slot_ids: _containers.RepeatedScalarFieldContainer[str]
    day: str
    interval: _types_pb2.Interval
    reason: str
    def __init__(self, offering_id: _Optional[str] = ..., slot_ids: _Optional[_Iterable[str]] = ..., day: _Optional[str] = ..., interval: _Optional[_Union[_types_pb2.Interval, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class WithdrawnSlots(_message.Message):
    __slots__ = ("slots",)
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    slots: _containers.RepeatedCompositeFieldContainer[Slot]
    def __init__(self, slots: _Optional[_Iterable[_Union[Slot, _Mapping]]] = ...) -> None: ...

class GetOfferingRequest(_message.Message):
    __slots__ = ("offering_id",)
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    def __init__(self, offering_id: _Optional[str] = ...) -> None: ...

class GetOfferingsRequest(_message.Message):
    __slots__ = ("offering_ids",)
    OFFERING_IDS_FIELD_NUMBER: _ClassVar[int]
    offering_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, offering_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class Offerings(_message.Message):
    __slots__ = ("offerings",)
    OFFERINGS_FIELD_NUMBER: _ClassVar[int]
    offerings: _containers.RepeatedCompositeFieldContainer[Offering]
    def __init__(self, offerings: _Optional[_Iterable[_Union[Offering, _Mapping]]] = ...) -> None: ...

class ListOfferingsRequest(_message.Message):
    __slots__ = ("query", "category", "population", "partner_id", "district", "price_minor_max", "definition", "page")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    POPULATION_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    PRICE_MINOR_MAX_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    query: str
    category: str
    population: Population
    partner_id: str
    district: str
    price_minor_max: int
    definition: str
    page: _types_pb2.PageRequest
    def __init__(self, query: _Optional[str] = ..., category: _Optional[str] = ..., population: _Optional[_Union[Population, str]] = ..., partner_id: _Optional[str] = ..., district: _Optional[str] = ..., price_minor_max: _Optional[int] = ..., definition: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class ListPartnerOfferingsRequest(_message.Message):
    __slots__ = ("status", "page")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    status: OfferingStatus
    page: _types_pb2.PageRequest
    def __init__(self, status: _Optional[_Union[OfferingStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class OfferingPage(_message.Message):
    __slots__ = ("offerings", "page")
    OFFERINGS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    offerings: _containers.RepeatedCompositeFieldContainer[Offering]
    page: _types_pb2.PageInfo
    def __init__(self, offerings: _Optional[_Iterable[_Union[Offering, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class GetPartnerMeasuresRequest(_message.Message):
    __slots__ = ("partner_ids",)
    PARTNER_IDS_FIELD_NUMBER: _ClassVar[int]
    partner_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, partner_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class PartnerMeasuresList(_message.Message):
    __slots__ = ("partners",)
    PARTNERS_FIELD_NUMBER: _ClassVar[int]
    partners: _containers.RepeatedCompositeFieldContainer[PartnerMeasures]
    def __init__(self, partners: _Optional[_Iterable[_Union[PartnerMeasures, _Mapping]]] = ...) -> None: ...

class PartnerMeasures(_message.Message):
    __slots__ = ("partner_id", "orders", "acceptance_seconds", "completed_basis_points", "complaints", "reviews", "rating_hundredths", "version", "residents")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    ACCEPTANCE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    COMPLAINTS_FIELD_NUMBER: _ClassVar[int]
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    RATING_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    RESIDENTS_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    orders: int
    acceptance_seconds: int
    completed_basis_points: int
    complaints: int
    reviews: int
    rating_hundredths: int
    version: int
    residents: int
    def __init__(self, partner_id: _Optional[str] = ..., orders: _Optional[int] = ..., acceptance_seconds: _Optional[int] = ..., completed_basis_points: _Optional[int] = ..., complaints: _Optional[int] = ..., reviews: _Optional[int] = ..., rating_hundredths: _Optional[int] = ..., version: _Optional[int] = ..., residents: _Optional[int] = ...) -> None: ...
