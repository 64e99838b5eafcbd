import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from yima.partners.v1 import api_pb2 as _api_pb2
from yima.settlement.v1 import split_pb2 as _split_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Standing(_message.Message):
    __slots__ = ("partner_id", "name", "kind", "status", "capabilities", "certified_scope", "certified_until", "version", "freezes", "certificate_ids")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    CERTIFIED_SCOPE_FIELD_NUMBER: _ClassVar[int]
    CERTIFIED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FREEZES_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_IDS_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    name: _types_pb2.LocalizedText
    kind: _api_pb2.PartnerKind
    status: _api_pb2.PartnerStatus
    capabilities: _containers.RepeatedScalarFieldContainer[_api_pb2.Capability]
    certified_scope: _containers.RepeatedScalarFieldContainer[str]
    certified_until: _timestamp_pb2.Timestamp
    version: int
    freezes: _containers.RepeatedCompositeFieldContainer[FreezeInForce]
    certificate_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, partner_id: _Optional[str] = ..., name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., kind: _Optional[_Union[_api_pb2.PartnerKind, str]] = ..., status: _Optional[_Union[_api_pb2.PartnerStatus, str]] = ..., capabilities: _Optional[_Iterable[_Union[_api_pb2.Capability, str]]] = ..., certified_scope: _Optional[_Iterable[str]] = ..., certified_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., freezes: _Optional[_Iterable[_Union[FreezeInForce, _Mapping]]] = ..., certificate_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class FreezeInForce(_message.Message):
    __slots__ = ("freeze_id", "case_number", "capabilities")
    FREEZE_ID_FIELD_NUMBER: _ClassVar[int]
    CASE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    freeze_id: str
    case_number: str
    capabilities: _containers.RepeatedScalarFieldContainer[_api_pb2.Capability]
    def __init__(self, freeze_id: _Optional[str] = ..., case_number: _Optional[str] = ..., capabilities: _Optional[_Iterable[_Union[_api_pb2.Capability, str]]] = ...) -> None: ...

class FreezeImposed(_message.Message):
    __slots__ = ("freeze_id", "case_number", "target", "target_id", "capabilities", "version", "standing", "imposed_by", "imposed_at")
    FREEZE_ID_FIELD_NUMBER: _ClassVar[int]
    CASE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    TARGET_ID_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STANDING_FIELD_NUMBER: _ClassVar[int]
    IMPOSED_BY_FIELD_NUMBER: _ClassVar[int]
    IMPOSED_AT_FIELD_NUMBER: _ClassVar[int]
    freeze_id: str
    case_number: str
    target: _api_pb2.FreezeTarget
    target_id: str
    capabilities: _containers.RepeatedScalarFieldContainer[_api_pb2.Capability]
    version: int
    standing: Standing
    imposed_by: str
    imposed_at: _timestamp_pb2.Timestamp
    def __init__(self, freeze_id: _Optional[str] = ..., case_number: _Optional[str] = ..., target: _Optional[_Union[_api_pb2.FreezeTarget, str]] = ..., target_id: _Optional[str] = ..., capabilities: _Optional[_Iterable[_Union[_api_pb2.Capability, str]]] = ..., version: _Optional[int] = ..., standing: _Optional[_Union[Standing, _Mapping]] = ..., imposed_by: _Optional[str] = ..., imposed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class FreezeLifted(_message.Message):
    __slots__ = ("freeze_id", "case_number", "target", "target_id", "capabilities", "version", "standing", "lifted_by", "lifted_at")
    FREEZE_ID_FIELD_NUMBER: _ClassVar[int]
    CASE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    TARGET_ID_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STANDING_FIELD_NUMBER: _ClassVar[int]
    LIFTED_BY_FIELD_NUMBER: _ClassVar[int]
    LIFTED_AT_FIELD_NUMBER: _ClassVar[int]
    freeze_id: str
    case_number: str
    target: _api_pb2.FreezeTarget
    target_id: str
    capabilities: _containers.RepeatedScalarFieldContainer[_api_pb2.Capability]
    version: int
    standing: Standing
    lifted_by: str
    lifted_at: _timestamp_pb2.Timestamp
    def __init__(self, freeze_id: _Optional[str] = ..., case_number: _Optional[str] = ..., target: _Optional[_Union[_api_pb2.FreezeTarget, str]] = ..., target_id: _Optional[str] = ..., capabilities: _Optional[_Iterable[_Union[_api_pb2.Capability, str]]] = ..., version: _Optional[int] = ..., standing: _Optional[_Union[Standing, _Mapping]] = ..., lifted_by: _Optional[str] = ..., lifted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PartnerApplied(_message.Message):
    __slots__ = ("standing",)
    STANDING_FIELD_NUMBER: _ClassVar[int]
    standing: Standing
    def __init__(self, standing: _Optional[_Union[Standing, _Mapping]] = ...) -> None: ...

class PartnerScreened(_message.Message):
    __slots__ = ("standing", "passed", "appeal_until")
    STANDING_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    APPEAL_UNTIL_FIELD_NUMBER: _ClassVar[int]
    standing: Standing
    passed: bool
    appeal_until: _timestamp_pb2.Timestamp
    def __init__(self, standing: _Optional[_Union[Standing, _Mapping]] = ..., passed: _Optional[bool] = ..., appeal_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PartnerCertified(_message.Message):
    __slots__ = ("standing",)
    STANDING_FIELD_NUMBER: _ClassVar[int]
    standing: Standing
    def __init__(self, standing: _Optional[_Union[Standing, _Mapping]] = ...) -> None: ...

class CertificateProposed(_message.Message):
    __slots__ = ("certificate_id", "partner_id", "aspect", "expires_at", "version")
    CERTIFICATE_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    ASPECT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    certificate_id: str
    partner_id: str
    aspect: _api_pb2.Aspect
    expires_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, certificate_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., aspect: _Optional[_Union[_api_pb2.Aspect, str]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class ContractOffered(_message.Message):
    __slots__ = ("contract_id", "partner_id", "effective_on", "version", "offered_at")
    CONTRACT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_ON_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    OFFERED_AT_FIELD_NUMBER: _ClassVar[int]
    contract_id: str
    partner_id: str
    effective_on: str
    version: int
    offered_at: _timestamp_pb2.Timestamp
    def __init__(self, contract_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., effective_on: _Optional[str] = ..., version: _Optional[int] = ..., offered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ContractSigned(_message.Message):
    __slots__ = ("contract_id", "partner_id", "split_plan", "signed_at", "version", "effective_at")
    CONTRACT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    SPLIT_PLAN_FIELD_NUMBER: _ClassVar[int]
    SIGNED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    contract_id: str
    partner_id: str
    split_plan: _split_pb2.SplitPlan
    signed_at: _timestamp_pb2.Timestamp
    version: int
    effective_at: _timestamp_pb2.Timestamp
    def __init__(self, contract_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., split_plan: _Optional[_Union[_split_pb2.SplitPlan, _Mapping]] = ..., signed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., effective_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PartnerActivated(_message.Message):
    __slots__ = ("standing",)
    STANDING_FIELD_NUMBER: _ClassVar[int]
    standing: Standing
    def __init__(self, standing: _Optional[_Union[Standing, _Mapping]] = ...) -> None: ...

class PartnerSuspended(_message.Message):
    __slots__ = ("standing",)
    STANDING_FIELD_NUMBER: _ClassVar[int]
    standing: Standing
    def __init__(self, standing: _Optional[_Union[Standing, _Mapping]] = ...) -> None: ...

class PartnerReinstated(_message.Message):
    __slots__ = ("standing",)
    STANDING_FIELD_NUMBER: _ClassVar[int]
    standing: Standing
    def __init__(self, standing: _Optional[_Union[Standing, _Mapping]] = ...) -> None: ...

class PartnerAppealed(_message.Message):
    __slots__ = ("appeal_id", "partner_id", "against", "version", "by_regulator")
    APPEAL_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    AGAINST_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    BY_REGULATOR_FIELD_NUMBER: _ClassVar[int]
    appeal_id: str
    partner_id: str
    against: _api_pb2.PartnerStatus
    version: int
    by_regulator: bool
    def __init__(self, appeal_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., against: _Optional[_Union[_api_pb2.PartnerStatus, str]] = ..., version: _Optional[int] = ..., by_regulator: _Optional[bool] = ...) -> None: ...

class AppealDecided(_message.Message):
    __slots__ = ("appeal_id", "partner_id", "against", "granted", "version", "standing")
    APPEAL_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    AGAINST_FIELD_NUMBER: _ClassVar[int]
    GRANTED_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STANDING_FIELD_NUMBER: _ClassVar[int]
    appeal_id: str
    partner_id: str
    against: _api_pb2.PartnerStatus
    granted: bool
    version: int
    standing: Standing
    def __init__(self, appeal_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., against: _Optional[_Union[_api_pb2.PartnerStatus, str]] = ..., granted: _Optional[bool] = ..., version: _Optional[int] = ..., standing: _Optional[_Union[Standing, _Mapping]] = ...) -> None: ...

class OffboardingChanged(_message.Message):
    __slots__ = ("standing", "step", "stopped")
    STANDING_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    STOPPED_FIELD_NUMBER: _ClassVar[int]
    standing: Standing
    step: _api_pb2.OffboardingStep
    stopped: bool
    def __init__(self, standing: _Optional[_Union[Standing, _Mapping]] = ..., step: _Optional[_Union[_api_pb2.OffboardingStep, str]] = ..., stopped: _Optional[bool] = ...) -> None: ...

class CertificateLapsed(_message.Message):
    __slots__ = ("standing",)
    STANDING_FIELD_NUMBER: _ClassVar[int]
    standing: Standing
    def __init__(self, standing: _Optional[_Union[Standing, _Mapping]] = ...) -> None: ...

class CertificateRevoked(_message.Message):
    __slots__ = ("certificate_id", "partner_id", "aspect", "reason", "revoked_at", "version")
    CERTIFICATE_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    ASPECT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REVOKED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    certificate_id: str
    partner_id: str
    aspect: _api_pb2.Aspect
    reason: str
    revoked_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, certificate_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., aspect: _Optional[_Union[_api_pb2.Aspect, str]] = ..., reason: _Optional[str] = ..., revoked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class BankAccountRegistered(_message.Message):
    __slots__ = ("partner_id", "account", "version")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    account: _api_pb2.BankAccount
    version: int
    def __init__(self, partner_id: _Optional[str] = ..., account: _Optional[_Union[_api_pb2.BankAccount, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class EvidenceEnding(_message.Message):
    __slots__ = ("partner_id", "aspects", "first_until", "version")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    ASPECTS_FIELD_NUMBER: _ClassVar[int]
    FIRST_UNTIL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    aspects: _containers.RepeatedScalarFieldContainer[_api_pb2.Aspect]
    first_until: str
    version: int
    def __init__(self, partner_id: _Optional[str] = ..., aspects: _Optional[_Iterable[_Union[_api_pb2.Aspect, str]]] = ..., first_until: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class BankAccountChangeProposed(_message.Message):
    __slots__ = ("bank_account_change_id", "partner_id", "old_ending", "new_ending", "contact", "version")
    BANK_ACCOUNT_CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    OLD_ENDING_FIELD_NUMBER: _ClassVar[int]
    NEW_ENDING_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    bank_account_change_id: str
    partner_id: str
    old_ending: str
    new_ending: str
    contact: _api_pb2.Contact
    version: int
    def __init__(self, bank_account_change_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., old_ending: _Optional[str] = ..., new_ending: _Optional[str] = ..., contact: _Optional[_Union[_api_pb2.Contact, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class BankAccountChangeConfirmed(_message.Message):
    __slots__ = ("bank_account_change_id", "partner_id", "old_ending", "new_ending", "contact", "effective_at", "version")
    BANK_ACCOUNT_CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    OLD_ENDING_FIELD_NUMBER: _ClassVar[int]
    NEW_ENDING_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    bank_account_change_id: str
    partner_id: str
    old_ending: str
    new_ending: str
    contact: _api_pb2.Contact
    effective_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, bank_account_change_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., old_ending: _Optional[str] = ..., new_ending: _Optional[str] = ..., contact: _Optional[_Union[_api_pb2.Contact, _Mapping]] = ..., effective_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class BankAccountChangeStopped(_message.Message):
    __slots__ = ("bank_account_change_id", "partner_id", "reason", "contact", "version")
    BANK_ACCOUNT_CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    bank_account_change_id: str
    partner_id: str
    reason: str
    contact: _api_pb2.Contact
    version: int
    def __init__(self, bank_account_change_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., reason: _Optional[str] = ..., contact: _Optional[_Union[_api_pb2.Contact, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class ApiKeyIssued(_message.Message):
    __slots__ = ("api_key_id", "partner_id", "secret_sha256", "expires_at", "version")
    API_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    SECRET_SHA256_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    api_key_id: str
    partner_id: str
    secret_sha256: bytes
    expires_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, api_key_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., secret_sha256: _Optional[bytes] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class ApiKeyRevoked(_message.Message):
    __slots__ = ("api_key_id", "partner_id", "version")
    API_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    api_key_id: str
    partner_id: str
    version: int
    def __init__(self, api_key_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class SigningKeyRegistered(_message.Message):
    __slots__ = ("partner_id", "public_key", "version", "compromised")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    COMPROMISED_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    public_key: bytes
    version: int
    compromised: bool
    def __init__(self, partner_id: _Optional[str] = ..., public_key: _Optional[bytes] = ..., version: _Optional[int] = ..., compromised: _Optional[bool] = ...) -> None: ...
