from collections.abc import Iterator
from typing import ClassVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from yima.partners.v1 import api_pb2

class _Members(EnumTypeWrapper):
    def __iter__[E](cls: type[E]) -> Iterator[E]: ...

class PartnerKind(api_pb2.PartnerKind, metaclass=_Members):
    name: str
    value: int
    HOSPITAL: ClassVar[PartnerKind]
    CLINIC: ClassVar[PartnerKind]
    COMMUNITY_HEALTH_CENTRE: ClassVar[PartnerKind]
    LABORATORY: ClassVar[PartnerKind]
    DEVICE_MAKER: ClassVar[PartnerKind]
    INSURER: ClassVar[PartnerKind]
    AI_COMPANY: ClassVar[PartnerKind]
    HEALTH_MANAGEMENT: ClassVar[PartnerKind]

class DataLevel(api_pb2.DataLevel, metaclass=_Members):
    name: str
    value: int
    COLLECTION: ClassVar[DataLevel]
    CONNECTIVITY: ClassVar[DataLevel]
    UTILISATION: ClassVar[DataLevel]
    SERVICE: ClassVar[DataLevel]

class FunnelStage(api_pb2.FunnelStage, metaclass=_Members):
    name: str
    value: int
    DOCUMENTS: ClassVar[FunnelStage]
    SCREENING: ClassVar[FunnelStage]
    CERTIFICATES: ClassVar[FunnelStage]
    CONTRACT_OFFER: ClassVar[FunnelStage]
    CONTRACT_SIGNATURE: ClassVar[FunnelStage]
    FIRST_OFFERING: ClassVar[FunnelStage]

class PartnerStatus(api_pb2.PartnerStatus, metaclass=_Members):
    name: str
    value: int
    APPLIED: ClassVar[PartnerStatus]
    SCREENING: ClassVar[PartnerStatus]
    CERTIFYING: ClassVar[PartnerStatus]
    CONTRACTING: ClassVar[PartnerStatus]
    ACTIVE: ClassVar[PartnerStatus]
    SUSPENDED: ClassVar[PartnerStatus]
    OFFBOARDING: ClassVar[PartnerStatus]
    LEFT: ClassVar[PartnerStatus]
    REJECTED: ClassVar[PartnerStatus]

class Capability(api_pb2.Capability, metaclass=_Members):
    name: str
    value: int
    PUBLISH: ClassVar[Capability]
    SELL: ClassVar[Capability]
    FULFIL: ClassVar[Capability]
    READ_DATA: ClassVar[Capability]
    BE_PAID: ClassVar[Capability]

class FreezeTarget(api_pb2.FreezeTarget, metaclass=_Members):
    name: str
    value: int
    PARTNER: ClassVar[FreezeTarget]
    OFFERING: ClassVar[FreezeTarget]
    PRACTITIONER: ClassVar[FreezeTarget]
    ACCOUNT: ClassVar[FreezeTarget]

class Aspect(api_pb2.Aspect, metaclass=_Members):
    name: str
    value: int
    LAW: ClassVar[Aspect]
    SECURITY: ClassVar[Aspect]
    TECHNOLOGY: ClassVar[Aspect]
    PRODUCT: ClassVar[Aspect]
    SERVICE: ClassVar[Aspect]

class Verdict(api_pb2.Verdict, metaclass=_Members):
    name: str
    value: int
    MET: ClassVar[Verdict]
    PARTLY_MET: ClassVar[Verdict]
    NOT_MET: ClassVar[Verdict]

class ReviewKind(api_pb2.ReviewKind, metaclass=_Members):
    name: str
    value: int
    APPLICATION: ClassVar[ReviewKind]
    PARTIAL: ClassVar[ReviewKind]
    RENEWAL: ClassVar[ReviewKind]

class BankAccountChangeStatus(api_pb2.BankAccountChangeStatus, metaclass=_Members):
    name: str
    value: int
    PROPOSED: ClassVar[BankAccountChangeStatus]
    CONFIRMED: ClassVar[BankAccountChangeStatus]
    IN_FORCE: ClassVar[BankAccountChangeStatus]
    STOPPED: ClassVar[BankAccountChangeStatus]

class EvidenceStatus(api_pb2.EvidenceStatus, metaclass=_Members):
    name: str
    value: int
    IN_FORCE: ClassVar[EvidenceStatus]
    TO_RENEW: ClassVar[EvidenceStatus]
    RENEWED: ClassVar[EvidenceStatus]
    PAST: ClassVar[EvidenceStatus]

class AppealStatus(api_pb2.AppealStatus, metaclass=_Members):
    name: str
    value: int
    WAITING: ClassVar[AppealStatus]
    GRANTED: ClassVar[AppealStatus]
    DISMISSED: ClassVar[AppealStatus]
    LAPSED: ClassVar[AppealStatus]

class OffboardingStep(api_pb2.OffboardingStep, metaclass=_Members):
    name: str
    value: int
    SALE_STOPPED: ClassVar[OffboardingStep]
    ORDERS_FINISHED: ClassVar[OffboardingStep]
    MONEY_SETTLED: ClassVar[OffboardingStep]
    DATA_ERASED: ClassVar[OffboardingStep]
    CERTIFICATES_ENDED: ClassVar[OffboardingStep]

class DoubtKind(api_pb2.DoubtKind, metaclass=_Members):
    name: str
    value: int
    SAME_REGISTRATION_NUMBER: ClassVar[DoubtKind]
    SAME_NAME: ClassVar[DoubtKind]

class ContractStatus(api_pb2.ContractStatus, metaclass=_Members):
    name: str
    value: int
    OFFERED: ClassVar[ContractStatus]
    SUPERSEDED: ClassVar[ContractStatus]
    AGREED: ClassVar[ContractStatus]
    IN_FORCE: ClassVar[ContractStatus]
    REPLACED: ClassVar[ContractStatus]
