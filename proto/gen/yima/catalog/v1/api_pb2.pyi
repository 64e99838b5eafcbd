import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import limits_pb2 as _limits_pb2
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

class PriceBasis(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRICE_BASIS_UNSPECIFIED: _ClassVar[PriceBasis]
    PRICE_BASIS_ORDER: _ClassVar[PriceBasis]
    PRICE_BASIS_PACKAGE: _ClassVar[PriceBasis]
    PRICE_BASIS_USAGE: _ClassVar[PriceBasis]
    PRICE_BASIS_PERIOD: _ClassVar[PriceBasis]

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

class OfferingSort(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OFFERING_SORT_UNSPECIFIED: _ClassVar[OfferingSort]
    OFFERING_SORT_NEWEST: _ClassVar[OfferingSort]
    OFFERING_SORT_RELEVANCE: _ClassVar[OfferingSort]
    OFFERING_SORT_DISTANCE: _ClassVar[OfferingSort]
    OFFERING_SORT_PRICE: _ClassVar[OfferingSort]
    OFFERING_SORT_RATING: _ClassVar[OfferingSort]
    OFFERING_SORT_NEXT_FREE_SLOT: _ClassVar[OfferingSort]

class CalendarKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CALENDAR_KIND_UNSPECIFIED: _ClassVar[CalendarKind]
    CALENDAR_KIND_PRACTITIONER: _ClassVar[CalendarKind]
    CALENDAR_KIND_ROOM: _ClassVar[CalendarKind]
    CALENDAR_KIND_DEVICE: _ClassVar[CalendarKind]
UNIT_KIND_UNSPECIFIED: UnitKind
UNIT_KIND_VISIT: UnitKind
UNIT_KIND_MEASUREMENT: UnitKind
UNUSED_UNSPECIFIED: Unused
UNUSED_NOT_CHARGED: Unused
UNUSED_CHARGED: Unused
PRICE_BASIS_UNSPECIFIED: PriceBasis
PRICE_BASIS_ORDER: PriceBasis
PRICE_BASIS_PACKAGE: PriceBasis
PRICE_BASIS_USAGE: PriceBasis
PRICE_BASIS_PERIOD: PriceBasis
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
OFFERING_SORT_UNSPECIFIED: OfferingSort
OFFERING_SORT_NEWEST: OfferingSort
OFFERING_SORT_RELEVANCE: OfferingSort
OFFERING_SORT_DISTANCE: OfferingSort
OFFERING_SORT_PRICE: OfferingSort
OFFERING_SORT_RATING: OfferingSort
OFFERING_SORT_NEXT_FREE_SLOT: OfferingSort
CALENDAR_KIND_UNSPECIFIED: CalendarKind
CALENDAR_KIND_PRACTITIONER: CalendarKind
CALENDAR_KIND_ROOM: CalendarKind
CALENDAR_KIND_DEVICE: CalendarKind

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
    __slots__ = ("definition", "reference", "kind", "title", "description", "price", "districts", "consent", "booking_required", "contents", "valid_days", "unused", "cancellation", "eligibility", "sites", "pictures", "leaflets", "priced_per", "units_max", "pilot", "period_days", "periods_max")
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
    SITES_FIELD_NUMBER: _ClassVar[int]
    PICTURES_FIELD_NUMBER: _ClassVar[int]
    LEAFLETS_FIELD_NUMBER: _ClassVar[int]
    PRICED_PER_FIELD_NUMBER: _ClassVar[int]
    UNITS_MAX_FIELD_NUMBER: _ClassVar[int]
    PILOT_FIELD_NUMBER: _ClassVar[int]
    PERIOD_DAYS_FIELD_NUMBER: _ClassVar[int]
    PERIODS_MAX_FIELD_NUMBER: _ClassVar[int]
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
    sites: _containers.RepeatedScalarFieldContainer[str]
    pictures: _containers.RepeatedCompositeFieldContainer[Picture]
    leaflets: _containers.RepeatedCompositeFieldContainer[Leaflet]
    priced_per: PriceBasis
    units_max: int
    pilot: Pilot
    period_days: int
    periods_max: int
    def __init__(self, definition: _Optional[str] = ..., reference: _Optional[str] = ..., kind: _Optional[_Union[OfferingKind, str]] = ..., title: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., description: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., price: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., districts: _Optional[_Iterable[str]] = ..., consent: _Optional[_Union[ConsentTemplate, _Mapping]] = ..., booking_required: _Optional[bool] = ..., contents: _Optional[_Iterable[_Union[EntitledItem, _Mapping]]] = ..., valid_days: _Optional[int] = ..., unused: _Optional[_Union[Unused, str]] = ..., cancellation: _Optional[_Iterable[_Union[CancellationRule, _Mapping]]] = ..., eligibility: _Optional[_Union[Eligibility, _Mapping]] = ..., sites: _Optional[_Iterable[str]] = ..., pictures: _Optional[_Iterable[_Union[Picture, _Mapping]]] = ..., leaflets: _Optional[_Iterable[_Union[Leaflet, _Mapping]]] = ..., priced_per: _Optional[_Union[PriceBasis, str]] = ..., units_max: _Optional[int] = ..., pilot: _Optional[_Union[Pilot, _Mapping]] = ..., period_days: _Optional[int] = ..., periods_max: _Optional[int] = ...) -> None: ...

class Pilot(_message.Message):
    __slots__ = ("districts", "ends_at")
    DISTRICTS_FIELD_NUMBER: _ClassVar[int]
    ENDS_AT_FIELD_NUMBER: _ClassVar[int]
    districts: _containers.RepeatedScalarFieldContainer[str]
    ends_at: _timestamp_pb2.Timestamp
    def __init__(self, districts: _Optional[_Iterable[str]] = ..., ends_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class WidenPilotRequest(_message.Message):
    __slots__ = ("offering_id", "districts", "ends_at", "reason")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    DISTRICTS_FIELD_NUMBER: _ClassVar[int]
    ENDS_AT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    districts: _containers.RepeatedScalarFieldContainer[str]
    ends_at: _timestamp_pb2.Timestamp
    reason: str
    def __init__(self, offering_id: _Optional[str] = ..., districts: _Optional[_Iterable[str]] = ..., ends_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class EndPilotRequest(_message.Message):
    __slots__ = ("offering_id", "reason")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    reason: str
    def __init__(self, offering_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class Picture(_message.Message):
    __slots__ = ("attachment_id", "alt", "file")
    ATTACHMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ALT_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    attachment_id: str
    alt: _types_pb2.LocalizedText
    file: AttachedFile
    def __init__(self, attachment_id: _Optional[str] = ..., alt: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., file: _Optional[_Union[AttachedFile, _Mapping]] = ...) -> None: ...

class Leaflet(_message.Message):
    __slots__ = ("attachment_id", "title", "file")
    ATTACHMENT_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    attachment_id: str
    title: _types_pb2.LocalizedText
    file: AttachedFile
    def __init__(self, attachment_id: _Optional[str] = ..., title: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., file: _Optional[_Union[AttachedFile, _Mapping]] = ...) -> None: ...

class AttachedFile(_message.Message):
    __slots__ = ("sha256", "media_type", "size", "width", "height")
    SHA256_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    sha256: bytes
    media_type: str
    size: int
    width: int
    height: int
    def __init__(self, sha256: _Optional[bytes] = ..., media_type: _Optional[str] = ..., size: _Optional[int] = ..., width: _Optional[int] = ..., height: _Optional[int] = ...) -> None: ...

class AnnounceAttachmentRequest(_message.Message):
    __slots__ = ("media_type", "size", "sha256")
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    media_type: str
    size: int
    sha256: bytes
    def __init__(self, media_type: _Optional[str] = ..., size: _Optional[int] = ..., sha256: _Optional[bytes] = ...) -> None: ...

class GetAttachmentRequest(_message.Message):
    __slots__ = ("attachment_id",)
    ATTACHMENT_ID_FIELD_NUMBER: _ClassVar[int]
    attachment_id: str
    def __init__(self, attachment_id: _Optional[str] = ...) -> None: ...

class AttachmentLink(_message.Message):
    __slots__ = ("attachment_id", "path", "expires_at", "file")
    ATTACHMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    attachment_id: str
    path: str
    expires_at: _timestamp_pb2.Timestamp
    file: AttachedFile
    def __init__(self, attachment_id: _Optional[str] = ..., path: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., file: _Optional[_Union[AttachedFile, _Mapping]] = ...) -> None: ...

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
    __slots__ = ("age_from_months", "age_below_months", "sex", "districts", "programmes")
    AGE_FROM_MONTHS_FIELD_NUMBER: _ClassVar[int]
    AGE_BELOW_MONTHS_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    DISTRICTS_FIELD_NUMBER: _ClassVar[int]
    PROGRAMMES_FIELD_NUMBER: _ClassVar[int]
    age_from_months: int
    age_below_months: int
    sex: _types_pb2.Sex
    districts: _containers.RepeatedScalarFieldContainer[str]
    programmes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, age_from_months: _Optional[int] = ..., age_below_months: _Optional[int] = ..., sex: _Optional[_Union[_types_pb2.Sex, str]] = ..., districts: _Optional[_Iterable[str]] = ..., programmes: _Optional[_Iterable[str]] = ...) -> None: ...

class Offering(_message.Message):
    __slots__ = ("id", "partner_id", "revision", "status", "manifest", "category", "population", "review_reasons", "published_at", "version", "consent_hash", "certificate_ids", "reviewed_by", "reviewed_at", "site_ids", "explanation", "pilot")
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
    SITE_IDS_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    PILOT_FIELD_NUMBER: _ClassVar[int]
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
    site_ids: _containers.RepeatedScalarFieldContainer[str]
    explanation: SearchExplanation
    pilot: Pilot
    def __init__(self, id: _Optional[str] = ..., partner_id: _Optional[str] = ..., revision: _Optional[int] = ..., status: _Optional[_Union[OfferingStatus, str]] = ..., manifest: _Optional[_Union[OfferingManifest, _Mapping]] = ..., category: _Optional[str] = ..., population: _Optional[_Union[Population, str]] = ..., review_reasons: _Optional[_Iterable[str]] = ..., published_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., consent_hash: _Optional[bytes] = ..., certificate_ids: _Optional[_Iterable[str]] = ..., reviewed_by: _Optional[str] = ..., reviewed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., site_ids: _Optional[_Iterable[str]] = ..., explanation: _Optional[_Union[SearchExplanation, _Mapping]] = ..., pilot: _Optional[_Union[Pilot, _Mapping]] = ...) -> None: ...

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
    __slots__ = ("offering_id", "approved", "reasons", "revision", "pilot")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    PILOT_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    approved: bool
    reasons: _containers.RepeatedScalarFieldContainer[str]
    revision: int
    pilot: Pilot
    def __init__(self, offering_id: _Optional[str] = ..., approved: _Optional[bool] = ..., reasons: _Optional[_Iterable[str]] = ..., revision: _Optional[int] = ..., pilot: _Optional[_Union[Pilot, _Mapping]] = ...) -> None: ...

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
    __slots__ = ("id", "offering_id", "interval", "capacity", "site_id", "calendars", "practitioner_ids")
    ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    SITE_ID_FIELD_NUMBER: _ClassVar[int]
    CALENDARS_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_IDS_FIELD_NUMBER: _ClassVar[int]
    id: str
    offering_id: str
    interval: _types_pb2.Interval
    capacity: int
    site_id: str
    calendars: _containers.RepeatedScalarFieldContainer[str]
    practitioner_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[str] = ..., offering_id: _Optional[str] = ..., interval: _Optional[_Union[_types_pb2.Interval, _Mapping]] = ..., capacity: _Optional[int] = ..., site_id: _Optional[str] = ..., calendars: _Optional[_Iterable[str]] = ..., practitioner_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class AddSlotsRequest(_message.Message):
    __slots__ = ("offering_id", "slots")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    slots: _containers.RepeatedCompositeFieldContainer[Slot]
    def __init__(self, offering_id: _Optional[str] = ..., slots: _Optional[_Iterable[_Union[Slot, _Mapping]]] = ...) -> None: ...

class AddWeeklySlotsRequest(_message.Message):
    __slots__ = ("offering_id", "from_date", "until_date", "weekdays", "times", "minutes", "capacity", "site_id", "calendars")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_DATE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_DATE_FIELD_NUMBER: _ClassVar[int]
    WEEKDAYS_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    MINUTES_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    SITE_ID_FIELD_NUMBER: _ClassVar[int]
    CALENDARS_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    from_date: str
    until_date: str
    weekdays: _containers.RepeatedScalarFieldContainer[int]
    times: _containers.RepeatedScalarFieldContainer[str]
    minutes: int
    capacity: int
    site_id: str
    calendars: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, offering_id: _Optional[str] = ..., from_date: _Optional[str] = ..., until_date: _Optional[str] = ..., weekdays: _Optional[_Iterable[int]] = ..., times: _Optional[_Iterable[str]] = ..., minutes: _Optional[int] = ..., capacity: _Optional[int] = ..., site_id: _Optional[str] = ..., calendars: _Optional[_Iterable[str]] = ...) -> None: ...

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
    __slots__ = ("query", "category", "population", "partner_id", "district", "price_minor_max", "definition", "page", "filter", "sort", "near")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    POPULATION_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    PRICE_MINOR_MAX_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_NUMBER: _ClassVar[int]
    NEAR_FIELD_NUMBER: _ClassVar[int]
    query: str
    category: str
    population: Population
    partner_id: str
    district: str
    price_minor_max: int
    definition: str
    page: _types_pb2.PageRequest
    filter: OfferingFilter
    sort: OfferingSort
    near: Near
    def __init__(self, query: _Optional[str] = ..., category: _Optional[str] = ..., population: _Optional[_Union[Population, str]] = ..., partner_id: _Optional[str] = ..., district: _Optional[str] = ..., price_minor_max: _Optional[int] = ..., definition: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., filter: _Optional[_Union[OfferingFilter, _Mapping]] = ..., sort: _Optional[_Union[OfferingSort, str]] = ..., near: _Optional[_Union[Near, _Mapping]] = ...) -> None: ...

class OfferingFilter(_message.Message):
    __slots__ = ("categories", "populations", "districts", "kinds", "price_minor_min", "rating_hundredths_min", "free_before", "partner_id", "price_minor_max", "definition")
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    POPULATIONS_FIELD_NUMBER: _ClassVar[int]
    DISTRICTS_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    PRICE_MINOR_MIN_FIELD_NUMBER: _ClassVar[int]
    RATING_HUNDREDTHS_MIN_FIELD_NUMBER: _ClassVar[int]
    FREE_BEFORE_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PRICE_MINOR_MAX_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    categories: _containers.RepeatedScalarFieldContainer[str]
    populations: _containers.RepeatedScalarFieldContainer[Population]
    districts: _containers.RepeatedScalarFieldContainer[str]
    kinds: _containers.RepeatedScalarFieldContainer[OfferingKind]
    price_minor_min: int
    rating_hundredths_min: int
    free_before: _timestamp_pb2.Timestamp
    partner_id: str
    price_minor_max: int
    definition: str
    def __init__(self, categories: _Optional[_Iterable[str]] = ..., populations: _Optional[_Iterable[_Union[Population, str]]] = ..., districts: _Optional[_Iterable[str]] = ..., kinds: _Optional[_Iterable[_Union[OfferingKind, str]]] = ..., price_minor_min: _Optional[int] = ..., rating_hundredths_min: _Optional[int] = ..., free_before: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., partner_id: _Optional[str] = ..., price_minor_max: _Optional[int] = ..., definition: _Optional[str] = ...) -> None: ...

class Near(_message.Message):
    __slots__ = ("position", "within_metres")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    WITHIN_METRES_FIELD_NUMBER: _ClassVar[int]
    position: _types_pb2.Position
    within_metres: int
    def __init__(self, position: _Optional[_Union[_types_pb2.Position, _Mapping]] = ..., within_metres: _Optional[int] = ...) -> None: ...

class SearchExplanation(_message.Message):
    __slots__ = ("sort", "words", "in_title", "corrections", "distance_metres", "site_id", "next_free_at", "rating_hundredths")
    SORT_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    IN_TITLE_FIELD_NUMBER: _ClassVar[int]
    CORRECTIONS_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_METRES_FIELD_NUMBER: _ClassVar[int]
    SITE_ID_FIELD_NUMBER: _ClassVar[int]
    NEXT_FREE_AT_FIELD_NUMBER: _ClassVar[int]
    RATING_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    sort: OfferingSort
    words: _containers.RepeatedScalarFieldContainer[str]
    in_title: bool
    corrections: _containers.RepeatedCompositeFieldContainer[Correction]
    distance_metres: int
    site_id: str
    next_free_at: _timestamp_pb2.Timestamp
    rating_hundredths: int
    def __init__(self, sort: _Optional[_Union[OfferingSort, str]] = ..., words: _Optional[_Iterable[str]] = ..., in_title: _Optional[bool] = ..., corrections: _Optional[_Iterable[_Union[Correction, _Mapping]]] = ..., distance_metres: _Optional[int] = ..., site_id: _Optional[str] = ..., next_free_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., rating_hundredths: _Optional[int] = ...) -> None: ...

class Correction(_message.Message):
    __slots__ = ("word", "searched")
    WORD_FIELD_NUMBER: _ClassVar[int]
    SEARCHED_FIELD_NUMBER: _ClassVar[int]
    word: str
    searched: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, word: _Optional[str] = ..., searched: _Optional[_Iterable[str]] = ...) -> None: ...

class CountOfferingsRequest(_message.Message):
    __slots__ = ("query", "filter", "near", "free_before")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    NEAR_FIELD_NUMBER: _ClassVar[int]
    FREE_BEFORE_FIELD_NUMBER: _ClassVar[int]
    query: str
    filter: OfferingFilter
    near: Near
    free_before: _timestamp_pb2.Timestamp
    def __init__(self, query: _Optional[str] = ..., filter: _Optional[_Union[OfferingFilter, _Mapping]] = ..., near: _Optional[_Union[Near, _Mapping]] = ..., free_before: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OfferingFacets(_message.Message):
    __slots__ = ("total", "categories", "populations", "districts", "kinds", "prices", "ratings", "free")
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    POPULATIONS_FIELD_NUMBER: _ClassVar[int]
    DISTRICTS_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    PRICES_FIELD_NUMBER: _ClassVar[int]
    RATINGS_FIELD_NUMBER: _ClassVar[int]
    FREE_FIELD_NUMBER: _ClassVar[int]
    total: int
    categories: _containers.RepeatedCompositeFieldContainer[FacetCount]
    populations: _containers.RepeatedCompositeFieldContainer[FacetCount]
    districts: _containers.RepeatedCompositeFieldContainer[FacetCount]
    kinds: _containers.RepeatedCompositeFieldContainer[FacetCount]
    prices: _containers.RepeatedCompositeFieldContainer[PriceBand]
    ratings: _containers.RepeatedCompositeFieldContainer[FacetCount]
    free: int
    def __init__(self, total: _Optional[int] = ..., categories: _Optional[_Iterable[_Union[FacetCount, _Mapping]]] = ..., populations: _Optional[_Iterable[_Union[FacetCount, _Mapping]]] = ..., districts: _Optional[_Iterable[_Union[FacetCount, _Mapping]]] = ..., kinds: _Optional[_Iterable[_Union[FacetCount, _Mapping]]] = ..., prices: _Optional[_Iterable[_Union[PriceBand, _Mapping]]] = ..., ratings: _Optional[_Iterable[_Union[FacetCount, _Mapping]]] = ..., free: _Optional[int] = ...) -> None: ...

class FacetCount(_message.Message):
    __slots__ = ("value", "count")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    value: str
    count: int
    def __init__(self, value: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...

class PriceBand(_message.Message):
    __slots__ = ("starts_at", "below", "count")
    STARTS_AT_FIELD_NUMBER: _ClassVar[int]
    BELOW_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    starts_at: _types_pb2.Money
    below: _types_pb2.Money
    count: int
    def __init__(self, starts_at: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., below: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., count: _Optional[int] = ...) -> None: ...

class SuggestSearchesRequest(_message.Message):
    __slots__ = ("text", "locale", "first")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    FIRST_FIELD_NUMBER: _ClassVar[int]
    text: str
    locale: str
    first: int
    def __init__(self, text: _Optional[str] = ..., locale: _Optional[str] = ..., first: _Optional[int] = ...) -> None: ...

class Suggestions(_message.Message):
    __slots__ = ("suggestions",)
    SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    suggestions: _containers.RepeatedCompositeFieldContainer[Suggestion]
    def __init__(self, suggestions: _Optional[_Iterable[_Union[Suggestion, _Mapping]]] = ...) -> None: ...

class Suggestion(_message.Message):
    __slots__ = ("text",)
    TEXT_FIELD_NUMBER: _ClassVar[int]
    text: str
    def __init__(self, text: _Optional[str] = ...) -> None: ...

class Site(_message.Message):
    __slots__ = ("id", "partner_id", "code", "details", "version", "pictures")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PICTURES_FIELD_NUMBER: _ClassVar[int]
    id: str
    partner_id: str
    code: str
    details: SiteDetails
    version: int
    pictures: _containers.RepeatedCompositeFieldContainer[Picture]
    def __init__(self, id: _Optional[str] = ..., partner_id: _Optional[str] = ..., code: _Optional[str] = ..., details: _Optional[_Union[SiteDetails, _Mapping]] = ..., version: _Optional[int] = ..., pictures: _Optional[_Iterable[_Union[Picture, _Mapping]]] = ...) -> None: ...

class SiteDetails(_message.Message):
    __slots__ = ("name", "address", "position", "district", "hours", "exceptions", "languages", "closed")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    HOURS_FIELD_NUMBER: _ClassVar[int]
    EXCEPTIONS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    name: _types_pb2.LocalizedText
    address: _types_pb2.LocalizedText
    position: _types_pb2.Position
    district: str
    hours: _containers.RepeatedCompositeFieldContainer[OpeningHours]
    exceptions: _containers.RepeatedCompositeFieldContainer[OpeningException]
    languages: _containers.RepeatedScalarFieldContainer[str]
    closed: bool
    def __init__(self, name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., address: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., position: _Optional[_Union[_types_pb2.Position, _Mapping]] = ..., district: _Optional[str] = ..., hours: _Optional[_Iterable[_Union[OpeningHours, _Mapping]]] = ..., exceptions: _Optional[_Iterable[_Union[OpeningException, _Mapping]]] = ..., languages: _Optional[_Iterable[str]] = ..., closed: _Optional[bool] = ...) -> None: ...

class OpeningHours(_message.Message):
    __slots__ = ("weekday", "opens", "closes")
    WEEKDAY_FIELD_NUMBER: _ClassVar[int]
    OPENS_FIELD_NUMBER: _ClassVar[int]
    CLOSES_FIELD_NUMBER: _ClassVar[int]
    weekday: int
    opens: str
    closes: str
    def __init__(self, weekday: _Optional[int] = ..., opens: _Optional[str] = ..., closes: _Optional[str] = ...) -> None: ...

class OpeningException(_message.Message):
    __slots__ = ("day", "spans")
    DAY_FIELD_NUMBER: _ClassVar[int]
    SPANS_FIELD_NUMBER: _ClassVar[int]
    day: str
    spans: _containers.RepeatedCompositeFieldContainer[OpeningSpan]
    def __init__(self, day: _Optional[str] = ..., spans: _Optional[_Iterable[_Union[OpeningSpan, _Mapping]]] = ...) -> None: ...

class OpeningSpan(_message.Message):
    __slots__ = ("opens", "closes")
    OPENS_FIELD_NUMBER: _ClassVar[int]
    CLOSES_FIELD_NUMBER: _ClassVar[int]
    opens: str
    closes: str
    def __init__(self, opens: _Optional[str] = ..., closes: _Optional[str] = ...) -> None: ...

class PutSiteRequest(_message.Message):
    __slots__ = ("site_code", "details")
    SITE_CODE_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    site_code: str
    details: SiteDetails
    def __init__(self, site_code: _Optional[str] = ..., details: _Optional[_Union[SiteDetails, _Mapping]] = ...) -> None: ...

class PutSitePicturesRequest(_message.Message):
    __slots__ = ("site_code", "pictures")
    SITE_CODE_FIELD_NUMBER: _ClassVar[int]
    PICTURES_FIELD_NUMBER: _ClassVar[int]
    site_code: str
    pictures: _containers.RepeatedCompositeFieldContainer[Picture]
    def __init__(self, site_code: _Optional[str] = ..., pictures: _Optional[_Iterable[_Union[Picture, _Mapping]]] = ...) -> None: ...

class ListSiteReviewsRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _types_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class SiteReview(_message.Message):
    __slots__ = ("site", "pictures", "hidden_attachment_ids", "put_at", "refusal")
    SITE_FIELD_NUMBER: _ClassVar[int]
    PICTURES_FIELD_NUMBER: _ClassVar[int]
    HIDDEN_ATTACHMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    PUT_AT_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    site: Site
    pictures: _containers.RepeatedCompositeFieldContainer[Picture]
    hidden_attachment_ids: _containers.RepeatedScalarFieldContainer[str]
    put_at: _timestamp_pb2.Timestamp
    refusal: str
    def __init__(self, site: _Optional[_Union[Site, _Mapping]] = ..., pictures: _Optional[_Iterable[_Union[Picture, _Mapping]]] = ..., hidden_attachment_ids: _Optional[_Iterable[str]] = ..., put_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., refusal: _Optional[str] = ...) -> None: ...

class SiteReviewPage(_message.Message):
    __slots__ = ("reviews", "page")
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    reviews: _containers.RepeatedCompositeFieldContainer[SiteReview]
    page: _types_pb2.PageInfo
    def __init__(self, reviews: _Optional[_Iterable[_Union[SiteReview, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class DecideSitePicturesRequest(_message.Message):
    __slots__ = ("site_id", "version", "approved", "reason")
    SITE_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    site_id: str
    version: int
    approved: bool
    reason: str
    def __init__(self, site_id: _Optional[str] = ..., version: _Optional[int] = ..., approved: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class ListSitesRequest(_message.Message):
    __slots__ = ("partner_id",)
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    def __init__(self, partner_id: _Optional[str] = ...) -> None: ...

class GetSitesRequest(_message.Message):
    __slots__ = ("site_ids",)
    SITE_IDS_FIELD_NUMBER: _ClassVar[int]
    site_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, site_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class Sites(_message.Message):
    __slots__ = ("sites",)
    SITES_FIELD_NUMBER: _ClassVar[int]
    sites: _containers.RepeatedCompositeFieldContainer[Site]
    def __init__(self, sites: _Optional[_Iterable[_Union[Site, _Mapping]]] = ...) -> None: ...

class ListPartnerOfferingsRequest(_message.Message):
    __slots__ = ("status", "page", "pilots")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    PILOTS_FIELD_NUMBER: _ClassVar[int]
    status: OfferingStatus
    page: _types_pb2.PageRequest
    pilots: bool
    def __init__(self, status: _Optional[_Union[OfferingStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., pilots: _Optional[bool] = ...) -> None: ...

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
    __slots__ = ("partner_id", "orders", "acceptance_seconds", "completed_basis_points", "complaints", "reviews", "rating_hundredths", "version", "residents", "data_quality")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    ACCEPTANCE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    COMPLAINTS_FIELD_NUMBER: _ClassVar[int]
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    RATING_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    RESIDENTS_FIELD_NUMBER: _ClassVar[int]
    DATA_QUALITY_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    orders: int
    acceptance_seconds: int
    completed_basis_points: int
    complaints: int
    reviews: int
    rating_hundredths: int
    version: int
    residents: int
    data_quality: DataQuality
    def __init__(self, partner_id: _Optional[str] = ..., orders: _Optional[int] = ..., acceptance_seconds: _Optional[int] = ..., completed_basis_points: _Optional[int] = ..., complaints: _Optional[int] = ..., reviews: _Optional[int] = ..., rating_hundredths: _Optional[int] = ..., version: _Optional[int] = ..., residents: _Optional[int] = ..., data_quality: _Optional[_Union[DataQuality, _Mapping]] = ...) -> None: ...

class DataQuality(_message.Message):
    __slots__ = ("letter", "month", "kinds")
    LETTER_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    letter: str
    month: str
    kinds: _containers.RepeatedCompositeFieldContainer[KindQuality]
    def __init__(self, letter: _Optional[str] = ..., month: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[KindQuality, _Mapping]]] = ...) -> None: ...

class KindQuality(_message.Message):
    __slots__ = ("resource_type", "letter")
    RESOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    LETTER_FIELD_NUMBER: _ClassVar[int]
    resource_type: str
    letter: str
    def __init__(self, resource_type: _Optional[str] = ..., letter: _Optional[str] = ...) -> None: ...

class Calendar(_message.Message):
    __slots__ = ("code", "kind", "name", "practitioner_id", "ends_at", "version")
    CODE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    ENDS_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    code: str
    kind: CalendarKind
    name: str
    practitioner_id: str
    ends_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, code: _Optional[str] = ..., kind: _Optional[_Union[CalendarKind, str]] = ..., name: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., ends_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class PutCalendarRequest(_message.Message):
    __slots__ = ("calendar_code", "kind", "name", "practitioner_id")
    CALENDAR_CODE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    calendar_code: str
    kind: CalendarKind
    name: str
    practitioner_id: str
    def __init__(self, calendar_code: _Optional[str] = ..., kind: _Optional[_Union[CalendarKind, str]] = ..., name: _Optional[str] = ..., practitioner_id: _Optional[str] = ...) -> None: ...

class ListCalendarsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Calendars(_message.Message):
    __slots__ = ("calendars",)
    CALENDARS_FIELD_NUMBER: _ClassVar[int]
    calendars: _containers.RepeatedCompositeFieldContainer[Calendar]
    def __init__(self, calendars: _Optional[_Iterable[_Union[Calendar, _Mapping]]] = ...) -> None: ...

class EndCalendarRequest(_message.Message):
    __slots__ = ("calendar_code", "from_day", "reason")
    CALENDAR_CODE_FIELD_NUMBER: _ClassVar[int]
    FROM_DAY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    calendar_code: str
    from_day: str
    reason: str
    def __init__(self, calendar_code: _Optional[str] = ..., from_day: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class CloseDayRequest(_message.Message):
    __slots__ = ("site_id", "day", "reason")
    SITE_ID_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    site_id: str
    day: str
    reason: str
    def __init__(self, site_id: _Optional[str] = ..., day: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...
