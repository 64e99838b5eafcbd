import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import limits_pb2 as _limits_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from yima.settlement.v1 import split_pb2 as _split_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PartnerKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PARTNER_KIND_UNSPECIFIED: _ClassVar[PartnerKind]
    PARTNER_KIND_HOSPITAL: _ClassVar[PartnerKind]
    PARTNER_KIND_CLINIC: _ClassVar[PartnerKind]
    PARTNER_KIND_COMMUNITY_HEALTH_CENTRE: _ClassVar[PartnerKind]
    PARTNER_KIND_LABORATORY: _ClassVar[PartnerKind]
    PARTNER_KIND_DEVICE_MAKER: _ClassVar[PartnerKind]
    PARTNER_KIND_INSURER: _ClassVar[PartnerKind]
    PARTNER_KIND_AI_COMPANY: _ClassVar[PartnerKind]
    PARTNER_KIND_HEALTH_MANAGEMENT: _ClassVar[PartnerKind]

class DataLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DATA_LEVEL_UNSPECIFIED: _ClassVar[DataLevel]
    DATA_LEVEL_COLLECTION: _ClassVar[DataLevel]
    DATA_LEVEL_CONNECTIVITY: _ClassVar[DataLevel]
    DATA_LEVEL_UTILISATION: _ClassVar[DataLevel]
    DATA_LEVEL_SERVICE: _ClassVar[DataLevel]

class FunnelStage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FUNNEL_STAGE_UNSPECIFIED: _ClassVar[FunnelStage]
    FUNNEL_STAGE_DOCUMENTS: _ClassVar[FunnelStage]
    FUNNEL_STAGE_SCREENING: _ClassVar[FunnelStage]
    FUNNEL_STAGE_CERTIFICATES: _ClassVar[FunnelStage]
    FUNNEL_STAGE_CONTRACT_OFFER: _ClassVar[FunnelStage]
    FUNNEL_STAGE_CONTRACT_SIGNATURE: _ClassVar[FunnelStage]
    FUNNEL_STAGE_FIRST_OFFERING: _ClassVar[FunnelStage]

class PartnerStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PARTNER_STATUS_UNSPECIFIED: _ClassVar[PartnerStatus]
    PARTNER_STATUS_APPLIED: _ClassVar[PartnerStatus]
    PARTNER_STATUS_SCREENING: _ClassVar[PartnerStatus]
    PARTNER_STATUS_CERTIFYING: _ClassVar[PartnerStatus]
    PARTNER_STATUS_CONTRACTING: _ClassVar[PartnerStatus]
    PARTNER_STATUS_ACTIVE: _ClassVar[PartnerStatus]
    PARTNER_STATUS_SUSPENDED: _ClassVar[PartnerStatus]
    PARTNER_STATUS_OFFBOARDING: _ClassVar[PartnerStatus]
    PARTNER_STATUS_LEFT: _ClassVar[PartnerStatus]
    PARTNER_STATUS_REJECTED: _ClassVar[PartnerStatus]

class Capability(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CAPABILITY_UNSPECIFIED: _ClassVar[Capability]
    CAPABILITY_PUBLISH: _ClassVar[Capability]
    CAPABILITY_SELL: _ClassVar[Capability]
    CAPABILITY_FULFIL: _ClassVar[Capability]
    CAPABILITY_READ_DATA: _ClassVar[Capability]
    CAPABILITY_BE_PAID: _ClassVar[Capability]

class FreezeTarget(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FREEZE_TARGET_UNSPECIFIED: _ClassVar[FreezeTarget]
    FREEZE_TARGET_PARTNER: _ClassVar[FreezeTarget]
    FREEZE_TARGET_OFFERING: _ClassVar[FreezeTarget]
    FREEZE_TARGET_PRACTITIONER: _ClassVar[FreezeTarget]
    FREEZE_TARGET_ACCOUNT: _ClassVar[FreezeTarget]

class Aspect(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ASPECT_UNSPECIFIED: _ClassVar[Aspect]
    ASPECT_LAW: _ClassVar[Aspect]
    ASPECT_SECURITY: _ClassVar[Aspect]
    ASPECT_TECHNOLOGY: _ClassVar[Aspect]
    ASPECT_PRODUCT: _ClassVar[Aspect]
    ASPECT_SERVICE: _ClassVar[Aspect]

class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERDICT_UNSPECIFIED: _ClassVar[Verdict]
    VERDICT_MET: _ClassVar[Verdict]
    VERDICT_PARTLY_MET: _ClassVar[Verdict]
    VERDICT_NOT_MET: _ClassVar[Verdict]

class ReviewKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REVIEW_KIND_UNSPECIFIED: _ClassVar[ReviewKind]
    REVIEW_KIND_APPLICATION: _ClassVar[ReviewKind]
    REVIEW_KIND_PARTIAL: _ClassVar[ReviewKind]
    REVIEW_KIND_RENEWAL: _ClassVar[ReviewKind]

class BankAccountChangeStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BANK_ACCOUNT_CHANGE_STATUS_UNSPECIFIED: _ClassVar[BankAccountChangeStatus]
    BANK_ACCOUNT_CHANGE_STATUS_PROPOSED: _ClassVar[BankAccountChangeStatus]
    BANK_ACCOUNT_CHANGE_STATUS_CONFIRMED: _ClassVar[BankAccountChangeStatus]
    BANK_ACCOUNT_CHANGE_STATUS_IN_FORCE: _ClassVar[BankAccountChangeStatus]
    BANK_ACCOUNT_CHANGE_STATUS_STOPPED: _ClassVar[BankAccountChangeStatus]

class EvidenceStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EVIDENCE_STATUS_UNSPECIFIED: _ClassVar[EvidenceStatus]
    EVIDENCE_STATUS_IN_FORCE: _ClassVar[EvidenceStatus]
    EVIDENCE_STATUS_TO_RENEW: _ClassVar[EvidenceStatus]
    EVIDENCE_STATUS_RENEWED: _ClassVar[EvidenceStatus]
    EVIDENCE_STATUS_PAST: _ClassVar[EvidenceStatus]

class AppealStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    APPEAL_STATUS_UNSPECIFIED: _ClassVar[AppealStatus]
    APPEAL_STATUS_WAITING: _ClassVar[AppealStatus]
    APPEAL_STATUS_GRANTED: _ClassVar[AppealStatus]
    APPEAL_STATUS_DISMISSED: _ClassVar[AppealStatus]
    APPEAL_STATUS_LAPSED: _ClassVar[AppealStatus]

class OffboardingStep(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OFFBOARDING_STEP_UNSPECIFIED: _ClassVar[OffboardingStep]
    OFFBOARDING_STEP_SALE_STOPPED: _ClassVar[OffboardingStep]
    OFFBOARDING_STEP_ORDERS_FINISHED: _ClassVar[OffboardingStep]
    OFFBOARDING_STEP_MONEY_SETTLED: _ClassVar[OffboardingStep]
    OFFBOARDING_STEP_DATA_ERASED: _ClassVar[OffboardingStep]
    OFFBOARDING_STEP_CERTIFICATES_ENDED: _ClassVar[OffboardingStep]

class DoubtKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DOUBT_KIND_UNSPECIFIED: _ClassVar[DoubtKind]
    DOUBT_KIND_SAME_REGISTRATION_NUMBER: _ClassVar[DoubtKind]
    DOUBT_KIND_SAME_NAME: _ClassVar[DoubtKind]

class ContractStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONTRACT_STATUS_UNSPECIFIED: _ClassVar[ContractStatus]
    CONTRACT_STATUS_OFFERED: _ClassVar[ContractStatus]
    CONTRACT_STATUS_SUPERSEDED: _ClassVar[ContractStatus]
    CONTRACT_STATUS_AGREED: _ClassVar[ContractStatus]
    CONTRACT_STATUS_IN_FORCE: _ClassVar[ContractStatus]
    CONTRACT_STATUS_REPLACED: _ClassVar[ContractStatus]
PARTNER_KIND_UNSPECIFIED: PartnerKind
PARTNER_KIND_HOSPITAL: PartnerKind
PARTNER_KIND_CLINIC: PartnerKind
PARTNER_KIND_COMMUNITY_HEALTH_CENTRE: PartnerKind
PARTNER_KIND_LABORATORY: PartnerKind
PARTNER_KIND_DEVICE_MAKER: PartnerKind
PARTNER_KIND_INSURER: PartnerKind
PARTNER_KIND_AI_COMPANY: PartnerKind
PARTNER_KIND_HEALTH_MANAGEMENT: PartnerKind
DATA_LEVEL_UNSPECIFIED: DataLevel
DATA_LEVEL_COLLECTION: DataLevel
DATA_LEVEL_CONNECTIVITY: DataLevel
DATA_LEVEL_UTILISATION: DataLevel
DATA_LEVEL_SERVICE: DataLevel
FUNNEL_STAGE_UNSPECIFIED: FunnelStage
FUNNEL_STAGE_DOCUMENTS: FunnelStage
FUNNEL_STAGE_SCREENING: FunnelStage
FUNNEL_STAGE_CERTIFICATES: FunnelStage
FUNNEL_STAGE_CONTRACT_OFFER: FunnelStage
FUNNEL_STAGE_CONTRACT_SIGNATURE: FunnelStage
FUNNEL_STAGE_FIRST_OFFERING: FunnelStage
PARTNER_STATUS_UNSPECIFIED: PartnerStatus
PARTNER_STATUS_APPLIED: PartnerStatus
PARTNER_STATUS_SCREENING: PartnerStatus
PARTNER_STATUS_CERTIFYING: PartnerStatus
PARTNER_STATUS_CONTRACTING: PartnerStatus
PARTNER_STATUS_ACTIVE: PartnerStatus
PARTNER_STATUS_SUSPENDED: PartnerStatus
PARTNER_STATUS_OFFBOARDING: PartnerStatus
PARTNER_STATUS_LEFT: PartnerStatus
PARTNER_STATUS_REJECTED: PartnerStatus
CAPABILITY_UNSPECIFIED: Capability
CAPABILITY_PUBLISH: Capability
CAPABILITY_SELL: Capability
CAPABILITY_FULFIL: Capability
CAPABILITY_READ_DATA: Capability
CAPABILITY_BE_PAID: Capability
FREEZE_TARGET_UNSPECIFIED: FreezeTarget
FREEZE_TARGET_PARTNER: FreezeTarget
FREEZE_TARGET_OFFERING: FreezeTarget
FREEZE_TARGET_PRACTITIONER: FreezeTarget
FREEZE_TARGET_ACCOUNT: FreezeTarget
ASPECT_UNSPECIFIED: Aspect
ASPECT_LAW: Aspect
ASPECT_SECURITY: Aspect
ASPECT_TECHNOLOGY: Aspect
ASPECT_PRODUCT: Aspect
ASPECT_SERVICE: Aspect
VERDICT_UNSPECIFIED: Verdict
VERDICT_MET: Verdict
VERDICT_PARTLY_MET: Verdict
VERDICT_NOT_MET: Verdict
REVIEW_KIND_UNSPECIFIED: ReviewKind
REVIEW_KIND_APPLICATION: ReviewKind
REVIEW_KIND_PARTIAL: ReviewKind
REVIEW_KIND_RENEWAL: ReviewKind
BANK_ACCOUNT_CHANGE_STATUS_UNSPECIFIED: BankAccountChangeStatus
BANK_ACCOUNT_CHANGE_STATUS_PROPOSED: BankAccountChangeStatus
BANK_ACCOUNT_CHANGE_STATUS_CONFIRMED: BankAccountChangeStatus
BANK_ACCOUNT_CHANGE_STATUS_IN_FORCE: BankAccountChangeStatus
BANK_ACCOUNT_CHANGE_STATUS_STOPPED: BankAccountChangeStatus
EVIDENCE_STATUS_UNSPECIFIED: EvidenceStatus
EVIDENCE_STATUS_IN_FORCE: EvidenceStatus
EVIDENCE_STATUS_TO_RENEW: EvidenceStatus
EVIDENCE_STATUS_RENEWED: EvidenceStatus
EVIDENCE_STATUS_PAST: EvidenceStatus
APPEAL_STATUS_UNSPECIFIED: AppealStatus
APPEAL_STATUS_WAITING: AppealStatus
APPEAL_STATUS_GRANTED: AppealStatus
APPEAL_STATUS_DISMISSED: AppealStatus
APPEAL_STATUS_LAPSED: AppealStatus
OFFBOARDING_STEP_UNSPECIFIED: OffboardingStep
OFFBOARDING_STEP_SALE_STOPPED: OffboardingStep
OFFBOARDING_STEP_ORDERS_FINISHED: OffboardingStep
OFFBOARDING_STEP_MONEY_SETTLED: OffboardingStep
OFFBOARDING_STEP_DATA_ERASED: OffboardingStep
OFFBOARDING_STEP_CERTIFICATES_ENDED: OffboardingStep
DOUBT_KIND_UNSPECIFIED: DoubtKind
DOUBT_KIND_SAME_REGISTRATION_NUMBER: DoubtKind
DOUBT_KIND_SAME_NAME: DoubtKind
CONTRACT_STATUS_UNSPECIFIED: ContractStatus
CONTRACT_STATUS_OFFERED: ContractStatus
CONTRACT_STATUS_SUPERSEDED: ContractStatus
CONTRACT_STATUS_AGREED: ContractStatus
CONTRACT_STATUS_IN_FORCE: ContractStatus
CONTRACT_STATUS_REPLACED: ContractStatus

class ListPartnerLevelsRequest(_message.Message):
    __slots__ = ("district",)
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    district: str
    def __init__(self, district: _Optional[str] = ...) -> None: ...

class PartnerLevels(_message.Message):
    __slots__ = ("partners",)
    PARTNERS_FIELD_NUMBER: _ClassVar[int]
    partners: _containers.RepeatedCompositeFieldContainer[PartnerLevel]
    def __init__(self, partners: _Optional[_Iterable[_Union[PartnerLevel, _Mapping]]] = ...) -> None: ...

class PartnerLevel(_message.Message):
    __slots__ = ("partner_id", "kind", "districts", "levels")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DISTRICTS_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    kind: PartnerKind
    districts: _containers.RepeatedScalarFieldContainer[str]
    levels: _containers.RepeatedScalarFieldContainer[DataLevel]
    def __init__(self, partner_id: _Optional[str] = ..., kind: _Optional[_Union[PartnerKind, str]] = ..., districts: _Optional[_Iterable[str]] = ..., levels: _Optional[_Iterable[_Union[DataLevel, str]]] = ...) -> None: ...

class GetPartnerFunnelRequest(_message.Message):
    __slots__ = ("partner_id",)
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    def __init__(self, partner_id: _Optional[str] = ...) -> None: ...

class GetCityFunnelRequest(_message.Message):
    __slots__ = ("kind", "district")
    KIND_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    kind: PartnerKind
    district: str
    def __init__(self, kind: _Optional[_Union[PartnerKind, str]] = ..., district: _Optional[str] = ...) -> None: ...

class FunnelStep(_message.Message):
    __slots__ = ("stage", "began_at", "ended_at", "seconds")
    STAGE_FIELD_NUMBER: _ClassVar[int]
    BEGAN_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    stage: FunnelStage
    began_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    seconds: int
    def __init__(self, stage: _Optional[_Union[FunnelStage, str]] = ..., began_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., seconds: _Optional[int] = ...) -> None: ...

class FunnelAspect(_message.Message):
    __slots__ = ("aspect", "reviewed_at", "proposed_at", "certified_at", "waits_for")
    ASPECT_FIELD_NUMBER: _ClassVar[int]
    REVIEWED_AT_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_AT_FIELD_NUMBER: _ClassVar[int]
    CERTIFIED_AT_FIELD_NUMBER: _ClassVar[int]
    WAITS_FOR_FIELD_NUMBER: _ClassVar[int]
    aspect: Aspect
    reviewed_at: _timestamp_pb2.Timestamp
    proposed_at: _timestamp_pb2.Timestamp
    certified_at: _timestamp_pb2.Timestamp
    waits_for: _route_pb2.Role
    def __init__(self, aspect: _Optional[_Union[Aspect, str]] = ..., reviewed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., proposed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., certified_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., waits_for: _Optional[_Union[_route_pb2.Role, str]] = ...) -> None: ...

class PartnerFunnel(_message.Message):
    __slots__ = ("partner_id", "name", "kind", "status", "applications", "applied_at", "steps", "aspects", "stage", "waits_for", "live_at", "stuck")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    APPLICATIONS_FIELD_NUMBER: _ClassVar[int]
    APPLIED_AT_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    ASPECTS_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    WAITS_FOR_FIELD_NUMBER: _ClassVar[int]
    LIVE_AT_FIELD_NUMBER: _ClassVar[int]
    STUCK_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    name: _types_pb2.LocalizedText
    kind: PartnerKind
    status: PartnerStatus
    applications: int
    applied_at: _timestamp_pb2.Timestamp
    steps: _containers.RepeatedCompositeFieldContainer[FunnelStep]
    aspects: _containers.RepeatedCompositeFieldContainer[FunnelAspect]
    stage: FunnelStage
    waits_for: _route_pb2.Role
    live_at: _timestamp_pb2.Timestamp
    stuck: bool
    def __init__(self, partner_id: _Optional[str] = ..., name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., kind: _Optional[_Union[PartnerKind, str]] = ..., status: _Optional[_Union[PartnerStatus, str]] = ..., applications: _Optional[int] = ..., applied_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., steps: _Optional[_Iterable[_Union[FunnelStep, _Mapping]]] = ..., aspects: _Optional[_Iterable[_Union[FunnelAspect, _Mapping]]] = ..., stage: _Optional[_Union[FunnelStage, str]] = ..., waits_for: _Optional[_Union[_route_pb2.Role, str]] = ..., live_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., stuck: _Optional[bool] = ...) -> None: ...

class FunnelMedian(_message.Message):
    __slots__ = ("stage", "finished", "median_seconds", "waiting", "waiting_median_seconds", "stuck")
    STAGE_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    MEDIAN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    WAITING_MEDIAN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    STUCK_FIELD_NUMBER: _ClassVar[int]
    stage: FunnelStage
    finished: int
    median_seconds: int
    waiting: int
    waiting_median_seconds: int
    stuck: int
    def __init__(self, stage: _Optional[_Union[FunnelStage, str]] = ..., finished: _Optional[int] = ..., median_seconds: _Optional[int] = ..., waiting: _Optional[int] = ..., waiting_median_seconds: _Optional[int] = ..., stuck: _Optional[int] = ...) -> None: ...

class CityFunnel(_message.Message):
    __slots__ = ("medians", "under_way", "live", "median_seconds_to_live", "came_to_nothing")
    MEDIANS_FIELD_NUMBER: _ClassVar[int]
    UNDER_WAY_FIELD_NUMBER: _ClassVar[int]
    LIVE_FIELD_NUMBER: _ClassVar[int]
    MEDIAN_SECONDS_TO_LIVE_FIELD_NUMBER: _ClassVar[int]
    CAME_TO_NOTHING_FIELD_NUMBER: _ClassVar[int]
    medians: _containers.RepeatedCompositeFieldContainer[FunnelMedian]
    under_way: _containers.RepeatedCompositeFieldContainer[PartnerFunnel]
    live: int
    median_seconds_to_live: int
    came_to_nothing: int
    def __init__(self, medians: _Optional[_Iterable[_Union[FunnelMedian, _Mapping]]] = ..., under_way: _Optional[_Iterable[_Union[PartnerFunnel, _Mapping]]] = ..., live: _Optional[int] = ..., median_seconds_to_live: _Optional[int] = ..., came_to_nothing: _Optional[int] = ...) -> None: ...

class PartnerManifest(_message.Message):
    __slots__ = ("name", "kind", "registration_number", "districts", "contact", "bank_account", "evidence")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REGISTRATION_NUMBER_FIELD_NUMBER: _ClassVar[int]
    DISTRICTS_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    BANK_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    name: _types_pb2.LocalizedText
    kind: PartnerKind
    registration_number: str
    districts: _containers.RepeatedScalarFieldContainer[str]
    contact: Contact
    bank_account: BankAccount
    evidence: _containers.RepeatedCompositeFieldContainer[Evidence]
    def __init__(self, name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., kind: _Optional[_Union[PartnerKind, str]] = ..., registration_number: _Optional[str] = ..., districts: _Optional[_Iterable[str]] = ..., contact: _Optional[_Union[Contact, _Mapping]] = ..., bank_account: _Optional[_Union[BankAccount, _Mapping]] = ..., evidence: _Optional[_Iterable[_Union[Evidence, _Mapping]]] = ...) -> None: ...

class Contact(_message.Message):
    __slots__ = ("name", "email", "telephone")
    NAME_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    TELEPHONE_FIELD_NUMBER: _ClassVar[int]
    name: str
    email: str
    telephone: str
    def __init__(self, name: _Optional[str] = ..., email: _Optional[str] = ..., telephone: _Optional[str] = ...) -> None: ...

class BankAccount(_message.Message):
    __slots__ = ("holder", "number", "bank_code")
    HOLDER_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    BANK_CODE_FIELD_NUMBER: _ClassVar[int]
    holder: str
    number: str
    bank_code: str
    def __init__(self, holder: _Optional[str] = ..., number: _Optional[str] = ..., bank_code: _Optional[str] = ...) -> None: ...

class BankAccountChange(_message.Message):
    __slots__ = ("id", "partner_id", "account", "status", "proposed_at", "proposed_by", "confirmed_at", "confirmed_by", "effective_at", "in_force_at", "stopped_at", "stopped_as", "stop_reason")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_AT_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_BY_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_AT_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_BY_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_AT_FIELD_NUMBER: _ClassVar[int]
    STOPPED_AT_FIELD_NUMBER: _ClassVar[int]
    STOPPED_AS_FIELD_NUMBER: _ClassVar[int]
    STOP_REASON_FIELD_NUMBER: _ClassVar[int]
    id: str
    partner_id: str
    account: BankAccount
    status: BankAccountChangeStatus
    proposed_at: _timestamp_pb2.Timestamp
    proposed_by: str
    confirmed_at: _timestamp_pb2.Timestamp
    confirmed_by: str
    effective_at: _timestamp_pb2.Timestamp
    in_force_at: _timestamp_pb2.Timestamp
    stopped_at: _timestamp_pb2.Timestamp
    stopped_as: _route_pb2.Role
    stop_reason: str
    def __init__(self, id: _Optional[str] = ..., partner_id: _Optional[str] = ..., account: _Optional[_Union[BankAccount, _Mapping]] = ..., status: _Optional[_Union[BankAccountChangeStatus, str]] = ..., proposed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., proposed_by: _Optional[str] = ..., confirmed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., confirmed_by: _Optional[str] = ..., effective_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., in_force_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., stopped_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., stopped_as: _Optional[_Union[_route_pb2.Role, str]] = ..., stop_reason: _Optional[str] = ...) -> None: ...

class ProposeBankAccountRequest(_message.Message):
    __slots__ = ("account",)
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    account: BankAccount
    def __init__(self, account: _Optional[_Union[BankAccount, _Mapping]] = ...) -> None: ...

class ConfirmBankAccountRequest(_message.Message):
    __slots__ = ("bank_account_change_id",)
    BANK_ACCOUNT_CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    bank_account_change_id: str
    def __init__(self, bank_account_change_id: _Optional[str] = ...) -> None: ...

class StopBankAccountChangeRequest(_message.Message):
    __slots__ = ("bank_account_change_id", "reason")
    BANK_ACCOUNT_CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    bank_account_change_id: str
    reason: str
    def __init__(self, bank_account_change_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ListBankAccountChangesRequest(_message.Message):
    __slots__ = ("partner_id", "open", "page")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    open: bool
    page: _types_pb2.PageRequest
    def __init__(self, partner_id: _Optional[str] = ..., open: _Optional[bool] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class BankAccountChangePage(_message.Message):
    __slots__ = ("changes", "page")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[BankAccountChange]
    page: _types_pb2.PageInfo
    def __init__(self, changes: _Optional[_Iterable[_Union[BankAccountChange, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class Evidence(_message.Message):
    __slots__ = ("aspect", "title", "reference", "valid_until", "document_id", "kind", "status", "renew_from")
    ASPECT_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    RENEW_FROM_FIELD_NUMBER: _ClassVar[int]
    aspect: Aspect
    title: str
    reference: str
    valid_until: str
    document_id: str
    kind: str
    status: EvidenceStatus
    renew_from: str
    def __init__(self, aspect: _Optional[_Union[Aspect, str]] = ..., title: _Optional[str] = ..., reference: _Optional[str] = ..., valid_until: _Optional[str] = ..., document_id: _Optional[str] = ..., kind: _Optional[str] = ..., status: _Optional[_Union[EvidenceStatus, str]] = ..., renew_from: _Optional[str] = ...) -> None: ...

class RequestUploadRequest(_message.Message):
    __slots__ = ("media_type", "size", "sha256")
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    media_type: str
    size: int
    sha256: bytes
    def __init__(self, media_type: _Optional[str] = ..., size: _Optional[int] = ..., sha256: _Optional[bytes] = ...) -> None: ...

class GetDocumentRequest(_message.Message):
    __slots__ = ("document_id",)
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    def __init__(self, document_id: _Optional[str] = ...) -> None: ...

class DocumentLink(_message.Message):
    __slots__ = ("document_id", "path", "expires_at", "media_type", "size", "uploaded")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    UPLOADED_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    path: str
    expires_at: _timestamp_pb2.Timestamp
    media_type: str
    size: int
    uploaded: bool
    def __init__(self, document_id: _Optional[str] = ..., path: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., media_type: _Optional[str] = ..., size: _Optional[int] = ..., uploaded: _Optional[bool] = ...) -> None: ...

class ApplyRequest(_message.Message):
    __slots__ = ("manifest",)
    MANIFEST_FIELD_NUMBER: _ClassVar[int]
    manifest: PartnerManifest
    def __init__(self, manifest: _Optional[_Union[PartnerManifest, _Mapping]] = ...) -> None: ...

class GetPartnerRequest(_message.Message):
    __slots__ = ("partner_id",)
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    def __init__(self, partner_id: _Optional[str] = ...) -> None: ...

class ListPartnersRequest(_message.Message):
    __slots__ = ("status", "page", "kind", "district", "name", "grades_to_review")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    GRADES_TO_REVIEW_FIELD_NUMBER: _ClassVar[int]
    status: PartnerStatus
    page: _types_pb2.PageRequest
    kind: PartnerKind
    district: str
    name: str
    grades_to_review: bool
    def __init__(self, status: _Optional[_Union[PartnerStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., kind: _Optional[_Union[PartnerKind, str]] = ..., district: _Optional[str] = ..., name: _Optional[str] = ..., grades_to_review: _Optional[bool] = ...) -> None: ...

class PartnerPage(_message.Message):
    __slots__ = ("partners", "page")
    PARTNERS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    partners: _containers.RepeatedCompositeFieldContainer[Partner]
    page: _types_pb2.PageInfo
    def __init__(self, partners: _Optional[_Iterable[_Union[Partner, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class Partner(_message.Message):
    __slots__ = ("id", "status", "manifest", "screening", "certificates", "contract", "capabilities", "suspension_reason", "applied_at", "version", "suspended_as", "suspended_by", "suspended_at", "steps", "doubts", "freezes", "proposed_certificates", "reviews", "missing_evidence", "struck_off_at", "data_grades", "offboarding", "contracts", "appeals", "appeal_until")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_FIELD_NUMBER: _ClassVar[int]
    SCREENING_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATES_FIELD_NUMBER: _ClassVar[int]
    CONTRACT_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    SUSPENSION_REASON_FIELD_NUMBER: _ClassVar[int]
    APPLIED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SUSPENDED_AS_FIELD_NUMBER: _ClassVar[int]
    SUSPENDED_BY_FIELD_NUMBER: _ClassVar[int]
    SUSPENDED_AT_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    DOUBTS_FIELD_NUMBER: _ClassVar[int]
    FREEZES_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_CERTIFICATES_FIELD_NUMBER: _ClassVar[int]
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    MISSING_EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    STRUCK_OFF_AT_FIELD_NUMBER: _ClassVar[int]
    DATA_GRADES_FIELD_NUMBER: _ClassVar[int]
    OFFBOARDING_FIELD_NUMBER: _ClassVar[int]
    CONTRACTS_FIELD_NUMBER: _ClassVar[int]
    APPEALS_FIELD_NUMBER: _ClassVar[int]
    APPEAL_UNTIL_FIELD_NUMBER: _ClassVar[int]
    id: str
    status: PartnerStatus
    manifest: PartnerManifest
    screening: Screening
    certificates: _containers.RepeatedCompositeFieldContainer[Certificate]
    contract: Contract
    capabilities: _containers.RepeatedScalarFieldContainer[Capability]
    suspension_reason: str
    applied_at: _timestamp_pb2.Timestamp
    version: int
    suspended_as: _route_pb2.Role
    suspended_by: str
    suspended_at: _timestamp_pb2.Timestamp
    steps: _containers.RepeatedCompositeFieldContainer[PartnerStep]
    doubts: _containers.RepeatedCompositeFieldContainer[Doubt]
    freezes: _containers.RepeatedCompositeFieldContainer[Freeze]
    proposed_certificates: _containers.RepeatedCompositeFieldContainer[Certificate]
    reviews: _containers.RepeatedCompositeFieldContainer[Screening]
    missing_evidence: _containers.RepeatedScalarFieldContainer[str]
    struck_off_at: _timestamp_pb2.Timestamp
    data_grades: _containers.RepeatedCompositeFieldContainer[DataGrade]
    offboarding: Offboarding
    contracts: _containers.RepeatedCompositeFieldContainer[Contract]
    appeals: _containers.RepeatedCompositeFieldContainer[Appeal]
    appeal_until: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., status: _Optional[_Union[PartnerStatus, str]] = ..., manifest: _Optional[_Union[PartnerManifest, _Mapping]] = ..., screening: _Optional[_Union[Screening, _Mapping]] = ..., certificates: _Optional[_Iterable[_Union[Certificate, _Mapping]]] = ..., contract: _Optional[_Union[Contract, _Mapping]] = ..., capabilities: _Optional[_Iterable[_Union[Capability, str]]] = ..., suspension_reason: _Optional[str] = ..., applied_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., suspended_as: _Optional[_Union[_route_pb2.Role, str]] = ..., suspended_by: _Optional[str] = ..., suspended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., steps: _Optional[_Iterable[_Union[PartnerStep, _Mapping]]] = ..., doubts: _Optional[_Iterable[_Union[Doubt, _Mapping]]] = ..., freezes: _Optional[_Iterable[_Union[Freeze, _Mapping]]] = ..., proposed_certificates: _Optional[_Iterable[_Union[Certificate, _Mapping]]] = ..., reviews: _Optional[_Iterable[_Union[Screening, _Mapping]]] = ..., missing_evidence: _Optional[_Iterable[str]] = ..., struck_off_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., data_grades: _Optional[_Iterable[_Union[DataGrade, _Mapping]]] = ..., offboarding: _Optional[_Union[Offboarding, _Mapping]] = ..., contracts: _Optional[_Iterable[_Union[Contract, _Mapping]]] = ..., appeals: _Optional[_Iterable[_Union[Appeal, _Mapping]]] = ..., appeal_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Appeal(_message.Message):
    __slots__ = ("id", "partner_id", "against", "decided_as", "step_reason", "reason", "document_ids", "appealed_at", "appealed_by", "status", "ended_at", "voices")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    AGAINST_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AS_FIELD_NUMBER: _ClassVar[int]
    STEP_REASON_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    APPEALED_AT_FIELD_NUMBER: _ClassVar[int]
    APPEALED_BY_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    VOICES_FIELD_NUMBER: _ClassVar[int]
    id: str
    partner_id: str
    against: PartnerStatus
    decided_as: _route_pb2.Role
    step_reason: str
    reason: str
    document_ids: _containers.RepeatedScalarFieldContainer[str]
    appealed_at: _timestamp_pb2.Timestamp
    appealed_by: str
    status: AppealStatus
    ended_at: _timestamp_pb2.Timestamp
    voices: _containers.RepeatedCompositeFieldContainer[AppealVoice]
    def __init__(self, id: _Optional[str] = ..., partner_id: _Optional[str] = ..., against: _Optional[_Union[PartnerStatus, str]] = ..., decided_as: _Optional[_Union[_route_pb2.Role, str]] = ..., step_reason: _Optional[str] = ..., reason: _Optional[str] = ..., document_ids: _Optional[_Iterable[str]] = ..., appealed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., appealed_by: _Optional[str] = ..., status: _Optional[_Union[AppealStatus, str]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., voices: _Optional[_Iterable[_Union[AppealVoice, _Mapping]]] = ...) -> None: ...

class AppealVoice(_message.Message):
    __slots__ = ("granted", "reason", "spoken_as", "spoken_by", "spoken_at")
    GRANTED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SPOKEN_AS_FIELD_NUMBER: _ClassVar[int]
    SPOKEN_BY_FIELD_NUMBER: _ClassVar[int]
    SPOKEN_AT_FIELD_NUMBER: _ClassVar[int]
    granted: bool
    reason: str
    spoken_as: _route_pb2.Role
    spoken_by: str
    spoken_at: _timestamp_pb2.Timestamp
    def __init__(self, granted: _Optional[bool] = ..., reason: _Optional[str] = ..., spoken_as: _Optional[_Union[_route_pb2.Role, str]] = ..., spoken_by: _Optional[str] = ..., spoken_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OpenAppealRequest(_message.Message):
    __slots__ = ("reason", "document_ids")
    REASON_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    reason: str
    document_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, reason: _Optional[str] = ..., document_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class DecideAppealRequest(_message.Message):
    __slots__ = ("appeal_id", "granted", "reason")
    APPEAL_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    appeal_id: str
    granted: bool
    reason: str
    def __init__(self, appeal_id: _Optional[str] = ..., granted: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class ListAppealsRequest(_message.Message):
    __slots__ = ("waiting", "page")
    WAITING_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    waiting: bool
    page: _types_pb2.PageRequest
    def __init__(self, waiting: _Optional[bool] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class AppealPage(_message.Message):
    __slots__ = ("appeals", "page")
    APPEALS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    appeals: _containers.RepeatedCompositeFieldContainer[Appeal]
    page: _types_pb2.PageInfo
    def __init__(self, appeals: _Optional[_Iterable[_Union[Appeal, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class DataGrade(_message.Message):
    __slots__ = ("resource_type", "letter", "month", "graded_at", "to_review")
    RESOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    LETTER_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    GRADED_AT_FIELD_NUMBER: _ClassVar[int]
    TO_REVIEW_FIELD_NUMBER: _ClassVar[int]
    resource_type: str
    letter: str
    month: str
    graded_at: _timestamp_pb2.Timestamp
    to_review: bool
    def __init__(self, resource_type: _Optional[str] = ..., letter: _Optional[str] = ..., month: _Optional[str] = ..., graded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., to_review: _Optional[bool] = ...) -> None: ...

class Offboarding(_message.Message):
    __slots__ = ("reason", "begun_at", "steps", "stopped_at", "stopped_as", "stop_reason")
    REASON_FIELD_NUMBER: _ClassVar[int]
    BEGUN_AT_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    STOPPED_AT_FIELD_NUMBER: _ClassVar[int]
    STOPPED_AS_FIELD_NUMBER: _ClassVar[int]
    STOP_REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    begun_at: _timestamp_pb2.Timestamp
    steps: _containers.RepeatedCompositeFieldContainer[OffboardingStepTaken]
    stopped_at: _timestamp_pb2.Timestamp
    stopped_as: _route_pb2.Role
    stop_reason: str
    def __init__(self, reason: _Optional[str] = ..., begun_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., steps: _Optional[_Iterable[_Union[OffboardingStepTaken, _Mapping]]] = ..., stopped_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., stopped_as: _Optional[_Union[_route_pb2.Role, str]] = ..., stop_reason: _Optional[str] = ...) -> None: ...

class OffboardingStepTaken(_message.Message):
    __slots__ = ("step", "taken_as", "taken_by", "taken_at")
    STEP_FIELD_NUMBER: _ClassVar[int]
    TAKEN_AS_FIELD_NUMBER: _ClassVar[int]
    TAKEN_BY_FIELD_NUMBER: _ClassVar[int]
    TAKEN_AT_FIELD_NUMBER: _ClassVar[int]
    step: OffboardingStep
    taken_as: _route_pb2.Role
    taken_by: str
    taken_at: _timestamp_pb2.Timestamp
    def __init__(self, step: _Optional[_Union[OffboardingStep, str]] = ..., taken_as: _Optional[_Union[_route_pb2.Role, str]] = ..., taken_by: _Optional[str] = ..., taken_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class BeginOffboardingRequest(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class AdvanceOffboardingRequest(_message.Message):
    __slots__ = ("partner_id",)
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    def __init__(self, partner_id: _Optional[str] = ...) -> None: ...

class StopOffboardingRequest(_message.Message):
    __slots__ = ("partner_id", "reason")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    reason: str
    def __init__(self, partner_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class Freeze(_message.Message):
    __slots__ = ("id", "case_number", "target", "target_id", "partner_id", "capabilities", "reason", "imposed_by", "imposed_at", "lifted_by", "lifted_at", "lift_reason", "version")
    ID_FIELD_NUMBER: _ClassVar[int]
    CASE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    TARGET_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    IMPOSED_BY_FIELD_NUMBER: _ClassVar[int]
    IMPOSED_AT_FIELD_NUMBER: _ClassVar[int]
    LIFTED_BY_FIELD_NUMBER: _ClassVar[int]
    LIFTED_AT_FIELD_NUMBER: _ClassVar[int]
    LIFT_REASON_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    case_number: str
    target: FreezeTarget
    target_id: str
    partner_id: str
    capabilities: _containers.RepeatedScalarFieldContainer[Capability]
    reason: str
    imposed_by: str
    imposed_at: _timestamp_pb2.Timestamp
    lifted_by: str
    lifted_at: _timestamp_pb2.Timestamp
    lift_reason: str
    version: int
    def __init__(self, id: _Optional[str] = ..., case_number: _Optional[str] = ..., target: _Optional[_Union[FreezeTarget, str]] = ..., target_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., capabilities: _Optional[_Iterable[_Union[Capability, str]]] = ..., reason: _Optional[str] = ..., imposed_by: _Optional[str] = ..., imposed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., lifted_by: _Optional[str] = ..., lifted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., lift_reason: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class ImposeFreezeRequest(_message.Message):
    __slots__ = ("target", "target_id", "case_number", "capabilities", "reason")
    TARGET_FIELD_NUMBER: _ClassVar[int]
    TARGET_ID_FIELD_NUMBER: _ClassVar[int]
    CASE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    target: FreezeTarget
    target_id: str
    case_number: str
    capabilities: _containers.RepeatedScalarFieldContainer[Capability]
    reason: str
    def __init__(self, target: _Optional[_Union[FreezeTarget, str]] = ..., target_id: _Optional[str] = ..., case_number: _Optional[str] = ..., capabilities: _Optional[_Iterable[_Union[Capability, str]]] = ..., reason: _Optional[str] = ...) -> None: ...

class LiftFreezeRequest(_message.Message):
    __slots__ = ("freeze_id", "reason")
    FREEZE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    freeze_id: str
    reason: str
    def __init__(self, freeze_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ListFreezesRequest(_message.Message):
    __slots__ = ("target_id", "case_number", "in_force", "page")
    TARGET_ID_FIELD_NUMBER: _ClassVar[int]
    CASE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    target_id: str
    case_number: str
    in_force: bool
    page: _types_pb2.PageRequest
    def __init__(self, target_id: _Optional[str] = ..., case_number: _Optional[str] = ..., in_force: _Optional[bool] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class FreezePage(_message.Message):
    __slots__ = ("freezes", "page")
    FREEZES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    freezes: _containers.RepeatedCompositeFieldContainer[Freeze]
    page: _types_pb2.PageInfo
    def __init__(self, freezes: _Optional[_Iterable[_Union[Freeze, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ListFrozenRequest(_message.Message):
    __slots__ = ("target", "target_id")
    TARGET_FIELD_NUMBER: _ClassVar[int]
    TARGET_ID_FIELD_NUMBER: _ClassVar[int]
    target: FreezeTarget
    target_id: str
    def __init__(self, target: _Optional[_Union[FreezeTarget, str]] = ..., target_id: _Optional[str] = ...) -> None: ...

class Frozen(_message.Message):
    __slots__ = ("things",)
    THINGS_FIELD_NUMBER: _ClassVar[int]
    things: _containers.RepeatedCompositeFieldContainer[FrozenThing]
    def __init__(self, things: _Optional[_Iterable[_Union[FrozenThing, _Mapping]]] = ...) -> None: ...

class FrozenThing(_message.Message):
    __slots__ = ("freeze_id", "target", "target_id")
    FREEZE_ID_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    TARGET_ID_FIELD_NUMBER: _ClassVar[int]
    freeze_id: str
    target: FreezeTarget
    target_id: str
    def __init__(self, freeze_id: _Optional[str] = ..., target: _Optional[_Union[FreezeTarget, str]] = ..., target_id: _Optional[str] = ...) -> None: ...

class PartnerStep(_message.Message):
    __slots__ = ("was", "became", "taken_as", "taken_by", "taken_at", "reason")
    WAS_FIELD_NUMBER: _ClassVar[int]
    BECAME_FIELD_NUMBER: _ClassVar[int]
    TAKEN_AS_FIELD_NUMBER: _ClassVar[int]
    TAKEN_BY_FIELD_NUMBER: _ClassVar[int]
    TAKEN_AT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    was: PartnerStatus
    became: PartnerStatus
    taken_as: _route_pb2.Role
    taken_by: str
    taken_at: _timestamp_pb2.Timestamp
    reason: str
    def __init__(self, was: _Optional[_Union[PartnerStatus, str]] = ..., became: _Optional[_Union[PartnerStatus, str]] = ..., taken_as: _Optional[_Union[_route_pb2.Role, str]] = ..., taken_by: _Optional[str] = ..., taken_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class Doubt(_message.Message):
    __slots__ = ("kind", "partner_id", "status", "name", "districts", "registration_number")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DISTRICTS_FIELD_NUMBER: _ClassVar[int]
    REGISTRATION_NUMBER_FIELD_NUMBER: _ClassVar[int]
    kind: DoubtKind
    partner_id: str
    status: PartnerStatus
    name: _types_pb2.LocalizedText
    districts: _containers.RepeatedScalarFieldContainer[str]
    registration_number: str
    def __init__(self, kind: _Optional[_Union[DoubtKind, str]] = ..., partner_id: _Optional[str] = ..., status: _Optional[_Union[PartnerStatus, str]] = ..., name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., districts: _Optional[_Iterable[str]] = ..., registration_number: _Optional[str] = ...) -> None: ...

class Screening(_message.Message):
    __slots__ = ("passed", "reasons", "decided_at", "decided_by", "kind", "edition", "checklist_version", "score", "pass_at", "area_at", "areas", "items")
    PASSED_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    EDITION_FIELD_NUMBER: _ClassVar[int]
    CHECKLIST_VERSION_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    PASS_AT_FIELD_NUMBER: _ClassVar[int]
    AREA_AT_FIELD_NUMBER: _ClassVar[int]
    AREAS_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    passed: bool
    reasons: _containers.RepeatedScalarFieldContainer[str]
    decided_at: _timestamp_pb2.Timestamp
    decided_by: str
    kind: ReviewKind
    edition: str
    checklist_version: str
    score: int
    pass_at: int
    area_at: int
    areas: _containers.RepeatedCompositeFieldContainer[AreaScore]
    items: _containers.RepeatedCompositeFieldContainer[AnsweredItem]
    def __init__(self, passed: _Optional[bool] = ..., reasons: _Optional[_Iterable[str]] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_by: _Optional[str] = ..., kind: _Optional[_Union[ReviewKind, str]] = ..., edition: _Optional[str] = ..., checklist_version: _Optional[str] = ..., score: _Optional[int] = ..., pass_at: _Optional[int] = ..., area_at: _Optional[int] = ..., areas: _Optional[_Iterable[_Union[AreaScore, _Mapping]]] = ..., items: _Optional[_Iterable[_Union[AnsweredItem, _Mapping]]] = ...) -> None: ...

class AreaScore(_message.Message):
    __slots__ = ("area", "score", "passed")
    AREA_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    area: Aspect
    score: int
    passed: bool
    def __init__(self, area: _Optional[_Union[Aspect, str]] = ..., score: _Optional[int] = ..., passed: _Optional[bool] = ...) -> None: ...

class AnsweredItem(_message.Message):
    __slots__ = ("item", "verdict", "reason")
    ITEM_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    item: ChecklistItem
    verdict: Verdict
    reason: str
    def __init__(self, item: _Optional[_Union[ChecklistItem, _Mapping]] = ..., verdict: _Optional[_Union[Verdict, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class Checklist(_message.Message):
    __slots__ = ("kind", "edition", "version", "pass_at", "area_at", "review_days", "items", "documents")
    KIND_FIELD_NUMBER: _ClassVar[int]
    EDITION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PASS_AT_FIELD_NUMBER: _ClassVar[int]
    AREA_AT_FIELD_NUMBER: _ClassVar[int]
    REVIEW_DAYS_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    kind: PartnerKind
    edition: str
    version: str
    pass_at: int
    area_at: int
    review_days: int
    items: _containers.RepeatedCompositeFieldContainer[ChecklistItem]
    documents: _containers.RepeatedCompositeFieldContainer[DocumentKind]
    def __init__(self, kind: _Optional[_Union[PartnerKind, str]] = ..., edition: _Optional[str] = ..., version: _Optional[str] = ..., pass_at: _Optional[int] = ..., area_at: _Optional[int] = ..., review_days: _Optional[int] = ..., items: _Optional[_Iterable[_Union[ChecklistItem, _Mapping]]] = ..., documents: _Optional[_Iterable[_Union[DocumentKind, _Mapping]]] = ...) -> None: ...

class ChecklistItem(_message.Message):
    __slots__ = ("code", "area", "question", "weight", "knock_out", "evidence")
    CODE_FIELD_NUMBER: _ClassVar[int]
    AREA_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    KNOCK_OUT_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    code: str
    area: Aspect
    question: _types_pb2.LocalizedText
    weight: int
    knock_out: bool
    evidence: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, code: _Optional[str] = ..., area: _Optional[_Union[Aspect, str]] = ..., question: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., weight: _Optional[int] = ..., knock_out: _Optional[bool] = ..., evidence: _Optional[_Iterable[str]] = ...) -> None: ...

class DocumentKind(_message.Message):
    __slots__ = ("code", "name")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    code: str
    name: _types_pb2.LocalizedText
    def __init__(self, code: _Optional[str] = ..., name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ...) -> None: ...

class GetChecklistRequest(_message.Message):
    __slots__ = ("kind",)
    KIND_FIELD_NUMBER: _ClassVar[int]
    kind: PartnerKind
    def __init__(self, kind: _Optional[_Union[PartnerKind, str]] = ...) -> None: ...

class AddEvidenceRequest(_message.Message):
    __slots__ = ("evidence",)
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    evidence: _containers.RepeatedCompositeFieldContainer[Evidence]
    def __init__(self, evidence: _Optional[_Iterable[_Union[Evidence, _Mapping]]] = ...) -> None: ...

class ChecklistAnswer(_message.Message):
    __slots__ = ("item", "verdict", "reason")
    ITEM_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    item: str
    verdict: Verdict
    reason: str
    def __init__(self, item: _Optional[str] = ..., verdict: _Optional[_Union[Verdict, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class ReviewPartnerRequest(_message.Message):
    __slots__ = ("partner_id", "areas", "passed", "reasons", "answers", "checklist_version")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    AREAS_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    CHECKLIST_VERSION_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    areas: _containers.RepeatedScalarFieldContainer[Aspect]
    passed: bool
    reasons: _containers.RepeatedScalarFieldContainer[str]
    answers: _containers.RepeatedCompositeFieldContainer[ChecklistAnswer]
    checklist_version: str
    def __init__(self, partner_id: _Optional[str] = ..., areas: _Optional[_Iterable[_Union[Aspect, str]]] = ..., passed: _Optional[bool] = ..., reasons: _Optional[_Iterable[str]] = ..., answers: _Optional[_Iterable[_Union[ChecklistAnswer, _Mapping]]] = ..., checklist_version: _Optional[str] = ...) -> None: ...

class Certificate(_message.Message):
    __slots__ = ("id", "aspect", "scope", "version", "issued_at", "expires_at", "issued_by", "cosigned_by", "cosigned_at", "revoked_at", "revoked_as", "revoked_by", "revocation_reason")
    ID_FIELD_NUMBER: _ClassVar[int]
    ASPECT_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    ISSUED_BY_FIELD_NUMBER: _ClassVar[int]
    COSIGNED_BY_FIELD_NUMBER: _ClassVar[int]
    COSIGNED_AT_FIELD_NUMBER: _ClassVar[int]
    REVOKED_AT_FIELD_NUMBER: _ClassVar[int]
    REVOKED_AS_FIELD_NUMBER: _ClassVar[int]
    REVOKED_BY_FIELD_NUMBER: _ClassVar[int]
    REVOCATION_REASON_FIELD_NUMBER: _ClassVar[int]
    id: str
    aspect: Aspect
    scope: _containers.RepeatedScalarFieldContainer[str]
    version: int
    issued_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    issued_by: str
    cosigned_by: str
    cosigned_at: _timestamp_pb2.Timestamp
    revoked_at: _timestamp_pb2.Timestamp
    revoked_as: _route_pb2.Role
    revoked_by: str
    revocation_reason: str
    def __init__(self, id: _Optional[str] = ..., aspect: _Optional[_Union[Aspect, str]] = ..., scope: _Optional[_Iterable[str]] = ..., version: _Optional[int] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., issued_by: _Optional[str] = ..., cosigned_by: _Optional[str] = ..., cosigned_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., revoked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., revoked_as: _Optional[_Union[_route_pb2.Role, str]] = ..., revoked_by: _Optional[str] = ..., revocation_reason: _Optional[str] = ...) -> None: ...

class RevokeCertificateRequest(_message.Message):
    __slots__ = ("certificate_id", "reason")
    CERTIFICATE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    certificate_id: str
    reason: str
    def __init__(self, certificate_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class GetCertificateRegistryRequest(_message.Message):
    __slots__ = ("partner_id",)
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    def __init__(self, partner_id: _Optional[str] = ...) -> None: ...

class CertificateRegistry(_message.Message):
    __slots__ = ("document", "number", "issued_at", "next_at")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    NEXT_AT_FIELD_NUMBER: _ClassVar[int]
    document: str
    number: int
    issued_at: _timestamp_pb2.Timestamp
    next_at: _timestamp_pb2.Timestamp
    def __init__(self, document: _Optional[str] = ..., number: _Optional[int] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., next_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Contract(_message.Message):
    __slots__ = ("id", "split_plan", "offered_at", "signed_at", "offered_by", "signed_by", "effective_on", "effective_at", "status")
    ID_FIELD_NUMBER: _ClassVar[int]
    SPLIT_PLAN_FIELD_NUMBER: _ClassVar[int]
    OFFERED_AT_FIELD_NUMBER: _ClassVar[int]
    SIGNED_AT_FIELD_NUMBER: _ClassVar[int]
    OFFERED_BY_FIELD_NUMBER: _ClassVar[int]
    SIGNED_BY_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_ON_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    id: str
    split_plan: _split_pb2.SplitPlan
    offered_at: _timestamp_pb2.Timestamp
    signed_at: _timestamp_pb2.Timestamp
    offered_by: str
    signed_by: str
    effective_on: str
    effective_at: _timestamp_pb2.Timestamp
    status: ContractStatus
    def __init__(self, id: _Optional[str] = ..., split_plan: _Optional[_Union[_split_pb2.SplitPlan, _Mapping]] = ..., offered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., signed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., offered_by: _Optional[str] = ..., signed_by: _Optional[str] = ..., effective_on: _Optional[str] = ..., effective_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[_Union[ContractStatus, str]] = ...) -> None: ...

class GetProfilesRequest(_message.Message):
    __slots__ = ("partner_ids",)
    PARTNER_IDS_FIELD_NUMBER: _ClassVar[int]
    partner_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, partner_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class Profiles(_message.Message):
    __slots__ = ("profiles",)
    PROFILES_FIELD_NUMBER: _ClassVar[int]
    profiles: _containers.RepeatedCompositeFieldContainer[Profile]
    def __init__(self, profiles: _Optional[_Iterable[_Union[Profile, _Mapping]]] = ...) -> None: ...

class Profile(_message.Message):
    __slots__ = ("id", "name", "kind", "status", "districts", "certified_aspects", "capabilities", "certified_until", "version", "frozen", "certificate_ids", "certified_scope")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DISTRICTS_FIELD_NUMBER: _ClassVar[int]
    CERTIFIED_ASPECTS_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    CERTIFIED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FROZEN_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_IDS_FIELD_NUMBER: _ClassVar[int]
    CERTIFIED_SCOPE_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: _types_pb2.LocalizedText
    kind: PartnerKind
    status: PartnerStatus
    districts: _containers.RepeatedScalarFieldContainer[str]
    certified_aspects: _containers.RepeatedScalarFieldContainer[Aspect]
    capabilities: _containers.RepeatedScalarFieldContainer[Capability]
    certified_until: _timestamp_pb2.Timestamp
    version: int
    frozen: _containers.RepeatedScalarFieldContainer[Capability]
    certificate_ids: _containers.RepeatedScalarFieldContainer[str]
    certified_scope: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[str] = ..., name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., kind: _Optional[_Union[PartnerKind, str]] = ..., status: _Optional[_Union[PartnerStatus, str]] = ..., districts: _Optional[_Iterable[str]] = ..., certified_aspects: _Optional[_Iterable[_Union[Aspect, str]]] = ..., capabilities: _Optional[_Iterable[_Union[Capability, str]]] = ..., certified_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., frozen: _Optional[_Iterable[_Union[Capability, str]]] = ..., certificate_ids: _Optional[_Iterable[str]] = ..., certified_scope: _Optional[_Iterable[str]] = ...) -> None: ...

class DecideScreeningRequest(_message.Message):
    __slots__ = ("partner_id", "passed", "reasons", "compared_partner_ids", "answers", "checklist_version")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    COMPARED_PARTNER_IDS_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    CHECKLIST_VERSION_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    passed: bool
    reasons: _containers.RepeatedScalarFieldContainer[str]
    compared_partner_ids: _containers.RepeatedScalarFieldContainer[str]
    answers: _containers.RepeatedCompositeFieldContainer[ChecklistAnswer]
    checklist_version: str
    def __init__(self, partner_id: _Optional[str] = ..., passed: _Optional[bool] = ..., reasons: _Optional[_Iterable[str]] = ..., compared_partner_ids: _Optional[_Iterable[str]] = ..., answers: _Optional[_Iterable[_Union[ChecklistAnswer, _Mapping]]] = ..., checklist_version: _Optional[str] = ...) -> None: ...

class IssueCertificatesRequest(_message.Message):
    __slots__ = ("partner_id", "grants")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    grants: _containers.RepeatedCompositeFieldContainer[CertificateGrant]
    def __init__(self, partner_id: _Optional[str] = ..., grants: _Optional[_Iterable[_Union[CertificateGrant, _Mapping]]] = ...) -> None: ...

class CertificateGrant(_message.Message):
    __slots__ = ("aspect", "scope", "expires_at")
    ASPECT_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    aspect: Aspect
    scope: _containers.RepeatedScalarFieldContainer[str]
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, aspect: _Optional[_Union[Aspect, str]] = ..., scope: _Optional[_Iterable[str]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CosignCertificateRequest(_message.Message):
    __slots__ = ("certificate_id",)
    CERTIFICATE_ID_FIELD_NUMBER: _ClassVar[int]
    certificate_id: str
    def __init__(self, certificate_id: _Optional[str] = ...) -> None: ...

class OfferContractRequest(_message.Message):
    __slots__ = ("partner_id", "shares", "refund_liability", "effective_on")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    SHARES_FIELD_NUMBER: _ClassVar[int]
    REFUND_LIABILITY_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_ON_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    shares: _containers.RepeatedCompositeFieldContainer[_split_pb2.Share]
    refund_liability: _split_pb2.RefundLiability
    effective_on: str
    def __init__(self, partner_id: _Optional[str] = ..., shares: _Optional[_Iterable[_Union[_split_pb2.Share, _Mapping]]] = ..., refund_liability: _Optional[_Union[_split_pb2.RefundLiability, str]] = ..., effective_on: _Optional[str] = ...) -> None: ...

class SignContractRequest(_message.Message):
    __slots__ = ("contract_id",)
    CONTRACT_ID_FIELD_NUMBER: _ClassVar[int]
    contract_id: str
    def __init__(self, contract_id: _Optional[str] = ...) -> None: ...

class SuspendRequest(_message.Message):
    __slots__ = ("partner_id", "reason")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    reason: str
    def __init__(self, partner_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ReinstateRequest(_message.Message):
    __slots__ = ("partner_id", "reason")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    reason: str
    def __init__(self, partner_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class CreateApiKeyRequest(_message.Message):
    __slots__ = ("label", "expires_at", "scopes", "key_set", "app")
    LABEL_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    KEY_SET_FIELD_NUMBER: _ClassVar[int]
    APP_FIELD_NUMBER: _ClassVar[int]
    label: str
    expires_at: _timestamp_pb2.Timestamp
    scopes: _containers.RepeatedScalarFieldContainer[_route_pb2.Scope]
    key_set: str
    app: AppRegistration
    def __init__(self, label: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., scopes: _Optional[_Iterable[_Union[_route_pb2.Scope, str]]] = ..., key_set: _Optional[str] = ..., app: _Optional[_Union[AppRegistration, _Mapping]] = ...) -> None: ...

class AppRegistration(_message.Message):
    __slots__ = ("name", "redirect_uris", "scope")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REDIRECT_URIS_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    name: _types_pb2.LocalizedText
    redirect_uris: _containers.RepeatedScalarFieldContainer[str]
    scope: str
    def __init__(self, name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., redirect_uris: _Optional[_Iterable[str]] = ..., scope: _Optional[str] = ...) -> None: ...

class GetAppRequest(_message.Message):
    __slots__ = ("api_key_id",)
    API_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    api_key_id: str
    def __init__(self, api_key_id: _Optional[str] = ...) -> None: ...

class App(_message.Message):
    __slots__ = ("api_key_id", "partner_id", "registration", "expires_at", "partner_name")
    API_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    REGISTRATION_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    PARTNER_NAME_FIELD_NUMBER: _ClassVar[int]
    api_key_id: str
    partner_id: str
    registration: AppRegistration
    expires_at: _timestamp_pb2.Timestamp
    partner_name: _types_pb2.LocalizedText
    def __init__(self, api_key_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., registration: _Optional[_Union[AppRegistration, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., partner_name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ...) -> None: ...

class GetKeySetRequest(_message.Message):
    __slots__ = ("api_key_id",)
    API_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    api_key_id: str
    def __init__(self, api_key_id: _Optional[str] = ...) -> None: ...

class KeySet(_message.Message):
    __slots__ = ("key_set",)
    KEY_SET_FIELD_NUMBER: _ClassVar[int]
    key_set: str
    def __init__(self, key_set: _Optional[str] = ...) -> None: ...

class ListApiKeysRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ApiKeys(_message.Message):
    __slots__ = ("api_keys",)
    API_KEYS_FIELD_NUMBER: _ClassVar[int]
    api_keys: _containers.RepeatedCompositeFieldContainer[ApiKey]
    def __init__(self, api_keys: _Optional[_Iterable[_Union[ApiKey, _Mapping]]] = ...) -> None: ...

class CheckApiKeyRequest(_message.Message):
    __slots__ = ("secret_sha256", "api_key_id")
    SECRET_SHA256_FIELD_NUMBER: _ClassVar[int]
    API_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    secret_sha256: bytes
    api_key_id: str
    def __init__(self, secret_sha256: _Optional[bytes] = ..., api_key_id: _Optional[str] = ...) -> None: ...

class ApiKeyHolder(_message.Message):
    __slots__ = ("api_key_id", "partner_id", "scopes", "expires_at")
    API_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    api_key_id: str
    partner_id: str
    scopes: _containers.RepeatedScalarFieldContainer[_route_pb2.Scope]
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, api_key_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., scopes: _Optional[_Iterable[_Union[_route_pb2.Scope, str]]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CheckApiKeysRequest(_message.Message):
    __slots__ = ("api_key_ids",)
    API_KEY_IDS_FIELD_NUMBER: _ClassVar[int]
    api_key_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, api_key_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class GoodApiKeys(_message.Message):
    __slots__ = ("api_key_ids",)
    API_KEY_IDS_FIELD_NUMBER: _ClassVar[int]
    api_key_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, api_key_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class PutSigningKeyRequest(_message.Message):
    __slots__ = ("public_key", "compromised")
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    COMPROMISED_FIELD_NUMBER: _ClassVar[int]
    public_key: bytes
    compromised: bool
    def __init__(self, public_key: _Optional[bytes] = ..., compromised: _Optional[bool] = ...) -> None: ...

class SigningKey(_message.Message):
    __slots__ = ("partner_id", "public_key", "registered_at", "version")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    REGISTERED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    public_key: bytes
    registered_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, partner_id: _Optional[str] = ..., public_key: _Optional[bytes] = ..., registered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class RotateApiKeyRequest(_message.Message):
    __slots__ = ("api_key_id", "old_until", "expires_at", "key_set")
    API_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    OLD_UNTIL_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    KEY_SET_FIELD_NUMBER: _ClassVar[int]
    api_key_id: str
    old_until: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    key_set: str
    def __init__(self, api_key_id: _Optional[str] = ..., old_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., key_set: _Optional[str] = ...) -> None: ...

class RevokeApiKeyRequest(_message.Message):
    __slots__ = ("api_key_id",)
    API_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    api_key_id: str
    def __init__(self, api_key_id: _Optional[str] = ...) -> None: ...

class ApiKey(_message.Message):
    __slots__ = ("id", "label", "secret", "expires_at", "revoked_at", "scopes", "created_at", "last_used_at", "key_set", "app")
    ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    REVOKED_AT_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_USED_AT_FIELD_NUMBER: _ClassVar[int]
    KEY_SET_FIELD_NUMBER: _ClassVar[int]
    APP_FIELD_NUMBER: _ClassVar[int]
    id: str
    label: str
    secret: str
    expires_at: _timestamp_pb2.Timestamp
    revoked_at: _timestamp_pb2.Timestamp
    scopes: _containers.RepeatedScalarFieldContainer[_route_pb2.Scope]
    created_at: _timestamp_pb2.Timestamp
    last_used_at: _timestamp_pb2.Timestamp
    key_set: str
    app: AppRegistration
    def __init__(self, id: _Optional[str] = ..., label: _Optional[str] = ..., secret: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., revoked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., scopes: _Optional[_Iterable[_Union[_route_pb2.Scope, str]]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_used_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., key_set: _Optional[str] = ..., app: _Optional[_Union[AppRegistration, _Mapping]] = ...) -> None: ...

class IssueConformanceResultRequest(_message.Message):
    __slots__ = ("conformance_run_id",)
    CONFORMANCE_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    conformance_run_id: str
    def __init__(self, conformance_run_id: _Optional[str] = ...) -> None: ...

class ConformanceResult(_message.Message):
    __slots__ = ("conformance_run_id", "document", "valid_until")
    CONFORMANCE_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    conformance_run_id: str
    document: str
    valid_until: str
    def __init__(self, conformance_run_id: _Optional[str] = ..., document: _Optional[str] = ..., valid_until: _Optional[str] = ...) -> None: ...
