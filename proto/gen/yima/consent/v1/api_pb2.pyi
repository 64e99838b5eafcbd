import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.catalog.v1 import api_pb2 as _api_pb2
from yima.common.v1 import limits_pb2 as _limits_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from yima.common.v1 import views_pb2 as _views_pb2
from yima.consent.v1 import indicators_pb2 as _indicators_pb2
from yima.partners.v1 import api_pb2 as _api_pb2_1
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ConsentStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONSENT_STATUS_UNSPECIFIED: _ClassVar[ConsentStatus]
    CONSENT_STATUS_REQUESTED: _ClassVar[ConsentStatus]
    CONSENT_STATUS_GRANTED: _ClassVar[ConsentStatus]
    CONSENT_STATUS_DENIED: _ClassVar[ConsentStatus]
    CONSENT_STATUS_REVOKED: _ClassVar[ConsentStatus]
    CONSENT_STATUS_EXPIRED: _ClassVar[ConsentStatus]
    CONSENT_STATUS_SUPERSEDED: _ClassVar[ConsentStatus]
    CONSENT_STATUS_SUSPENDED: _ClassVar[ConsentStatus]
    CONSENT_STATUS_WITHDRAWN: _ClassVar[ConsentStatus]
    CONSENT_STATUS_ENDED: _ClassVar[ConsentStatus]
    CONSENT_STATUS_AWAITING_ORDER: _ClassVar[ConsentStatus]

class Origin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORIGIN_UNSPECIFIED: _ClassVar[Origin]
    ORIGIN_ORDER: _ClassVar[Origin]
    ORIGIN_VISIT: _ClassVar[Origin]
    ORIGIN_EMERGENCY: _ClassVar[Origin]
    ORIGIN_OFFER: _ClassVar[Origin]
    ORIGIN_PROJECT: _ClassVar[Origin]

class Reason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REASON_UNSPECIFIED: _ClassVar[Reason]
    REASON_CONSENT_IN_FORCE: _ClassVar[Reason]
    REASON_OWN_RECORD: _ClassVar[Reason]
    REASON_NO_CONSENT: _ClassVar[Reason]
    REASON_CONSENT_REVOKED: _ClassVar[Reason]
    REASON_CONSENT_EXPIRED: _ClassVar[Reason]
    REASON_OTHER_PURPOSE: _ClassVar[Reason]
    REASON_OTHER_INFORMATION_TYPE: _ClassVar[Reason]
    REASON_OTHER_ACCESS_MODE: _ClassVar[Reason]
    REASON_PARTNER_NOT_IN_STANDING: _ClassVar[Reason]
    REASON_ORDER_NOT_CONFIRMED: _ClassVar[Reason]
    REASON_ORDER_ENDED: _ClassVar[Reason]
    REASON_SERVES_BY_ORDER: _ClassVar[Reason]
    REASON_SCANNED: _ClassVar[Reason]
    REASON_NO_RELATION: _ClassVar[Reason]
    REASON_GUARDIANSHIP_ENDED: _ClassVar[Reason]
    REASON_OTHER_PRACTITIONER: _ClassVar[Reason]
    REASON_VISIT_OFFERED: _ClassVar[Reason]
    REASON_VISIT_DENIED: _ClassVar[Reason]
    REASON_EMERGENCY: _ClassVar[Reason]
    REASON_LEGAL_BASIS: _ClassVar[Reason]
    REASON_USED_UP: _ClassVar[Reason]
    REASON_PROJECT_ENDED: _ClassVar[Reason]
    REASON_ITS_PATIENT: _ClassVar[Reason]
    REASON_FROZEN: _ClassVar[Reason]
    REASON_NO_DECISION: _ClassVar[Reason]

class ConsentEnd(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONSENT_END_UNSPECIFIED: _ClassVar[ConsentEnd]
    CONSENT_END_ORDER_CLOSED: _ClassVar[ConsentEnd]
    CONSENT_END_ORDER_CANCELLED: _ClassVar[ConsentEnd]
    CONSENT_END_ORDER_REFUSED: _ClassVar[ConsentEnd]
    CONSENT_END_ORDER_EXPIRED: _ClassVar[ConsentEnd]
    CONSENT_END_GUARDIANSHIP_ENDED: _ClassVar[ConsentEnd]
    CONSENT_END_NOT_JUSTIFIED: _ClassVar[ConsentEnd]
    CONSENT_END_PROJECT_ENDED: _ClassVar[ConsentEnd]
    CONSENT_END_GRANTEE_LEFT: _ClassVar[ConsentEnd]

class AccessKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCESS_KIND_UNSPECIFIED: _ClassVar[AccessKind]
    ACCESS_KIND_READ: _ClassVar[AccessKind]
    ACCESS_KIND_INGEST: _ClassVar[AccessKind]
    ACCESS_KIND_SCAN: _ClassVar[AccessKind]
    ACCESS_KIND_EMERGENCY: _ClassVar[AccessKind]
    ACCESS_KIND_CONSENT: _ClassVar[AccessKind]
    ACCESS_KIND_POLICY: _ClassVar[AccessKind]
    ACCESS_KIND_LOOK: _ClassVar[AccessKind]
    ACCESS_KIND_REFUSALS: _ClassVar[AccessKind]
    ACCESS_KIND_CITY: _ClassVar[AccessKind]

class AccessAct(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCESS_ACT_UNSPECIFIED: _ClassVar[AccessAct]
    ACCESS_ACT_CODE_SCANNED: _ClassVar[AccessAct]
    ACCESS_ACT_CODE_REPLAYED: _ClassVar[AccessAct]
    ACCESS_ACT_EMERGENCY_OPENED: _ClassVar[AccessAct]
    ACCESS_ACT_EMERGENCY_REVIEWED: _ClassVar[AccessAct]
    ACCESS_ACT_CONSENT_REQUESTED: _ClassVar[AccessAct]
    ACCESS_ACT_CONSENT_GRANTED: _ClassVar[AccessAct]
    ACCESS_ACT_CONSENT_DENIED: _ClassVar[AccessAct]
    ACCESS_ACT_CONSENT_REVOKED: _ClassVar[AccessAct]
    ACCESS_ACT_CONSENT_ENDED: _ClassVar[AccessAct]
    ACCESS_ACT_RULE_SET: _ClassVar[AccessAct]
    ACCESS_ACT_RULE_WITHDRAWN: _ClassVar[AccessAct]
    ACCESS_ACT_LOG_SEEN: _ClassVar[AccessAct]
    ACCESS_ACT_CONSENTS_SEEN: _ClassVar[AccessAct]
    ACCESS_ACT_ERASURES_SEEN: _ClassVar[AccessAct]
    ACCESS_ACT_REFUSED_AGAIN: _ClassVar[AccessAct]
    ACCESS_ACT_ORDERS_SEEN: _ClassVar[AccessAct]
    ACCESS_ACT_PERSON_SEEN: _ClassVar[AccessAct]
    ACCESS_ACT_EMERGENCIES_SEEN: _ClassVar[AccessAct]
    ACCESS_ACT_RESOURCE_REVIEWED: _ClassVar[AccessAct]
    ACCESS_ACT_CODE_SCANNED_ELSEWHERE: _ClassVar[AccessAct]
    ACCESS_ACT_CODE_REPLAYED_ELSEWHERE: _ClassVar[AccessAct]
    ACCESS_ACT_LEGAL_BASIS_ENTERED: _ClassVar[AccessAct]
    ACCESS_ACT_LEGAL_BASIS_SIGNED: _ClassVar[AccessAct]
    ACCESS_ACT_LEGAL_BASIS_ENDED: _ClassVar[AccessAct]
    ACCESS_ACT_PROJECT_PROPOSED: _ClassVar[AccessAct]
    ACCESS_ACT_PROJECT_ENDORSED: _ClassVar[AccessAct]
    ACCESS_ACT_PROJECT_APPROVED: _ClassVar[AccessAct]
    ACCESS_ACT_PROJECT_ENDED: _ClassVar[AccessAct]
    ACCESS_ACT_FREEZE_IMPOSED: _ClassVar[AccessAct]
    ACCESS_ACT_FREEZE_LIFTED: _ClassVar[AccessAct]
    ACCESS_ACT_TRUST_LIST_PUT: _ClassVar[AccessAct]
    ACCESS_ACT_PACK_CHANGED: _ClassVar[AccessAct]
    ACCESS_ACT_PATIENT_ASKED: _ClassVar[AccessAct]
    ACCESS_ACT_PATIENT_MATCHED: _ClassVar[AccessAct]
    ACCESS_ACT_PATIENT_UNMATCHED: _ClassVar[AccessAct]
    ACCESS_ACT_READING_WITHDRAWN: _ClassVar[AccessAct]
    ACCESS_ACT_FOLLOW_UP_NOTED: _ClassVar[AccessAct]
    ACCESS_ACT_FOLLOW_UP_CLOSED: _ClassVar[AccessAct]

class ErasureStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERASURE_STATUS_UNSPECIFIED: _ClassVar[ErasureStatus]
    ERASURE_STATUS_EXPECTED: _ClassVar[ErasureStatus]
    ERASURE_STATUS_DUE: _ClassVar[ErasureStatus]
    ERASURE_STATUS_OVERDUE: _ClassVar[ErasureStatus]
    ERASURE_STATUS_ATTESTED: _ClassVar[ErasureStatus]

class ErasureMethod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERASURE_METHOD_UNSPECIFIED: _ClassVar[ErasureMethod]
    ERASURE_METHOD_CLEAR: _ClassVar[ErasureMethod]
    ERASURE_METHOD_PURGE: _ClassVar[ErasureMethod]
    ERASURE_METHOD_CRYPTOGRAPHIC_ERASE: _ClassVar[ErasureMethod]
    ERASURE_METHOD_DESTROY: _ClassVar[ErasureMethod]
    ERASURE_METHOD_NOTHING_KEPT: _ClassVar[ErasureMethod]

class GroundKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GROUND_KIND_UNSPECIFIED: _ClassVar[GroundKind]
    GROUND_KIND_STANDING: _ClassVar[GroundKind]
    GROUND_KIND_CONSENT: _ClassVar[GroundKind]
    GROUND_KIND_VISIT: _ClassVar[GroundKind]
    GROUND_KIND_VISIT_RULE: _ClassVar[GroundKind]
    GROUND_KIND_LEGAL_BASIS: _ClassVar[GroundKind]

class RemedyKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REMEDY_KIND_UNSPECIFIED: _ClassVar[RemedyKind]
    REMEDY_KIND_REVOKE_CONSENT: _ClassVar[RemedyKind]
    REMEDY_KIND_ANSWER_VISIT: _ClassVar[RemedyKind]
    REMEDY_KIND_END_VISIT_RULE: _ClassVar[RemedyKind]
    REMEDY_KIND_LEGAL_BASIS_ENDS: _ClassVar[RemedyKind]
    REMEDY_KIND_SHOW_CODE: _ClassVar[RemedyKind]
    REMEDY_KIND_CONSENT_TO_ORDER: _ClassVar[RemedyKind]
    REMEDY_KIND_CONFIRM_ORDER: _ClassVar[RemedyKind]
    REMEDY_KIND_REGAIN_STANDING: _ClassVar[RemedyKind]
    REMEDY_KIND_JOIN_PROJECT: _ClassVar[RemedyKind]

class LegalBasisStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LEGAL_BASIS_STATUS_UNSPECIFIED: _ClassVar[LegalBasisStatus]
    LEGAL_BASIS_STATUS_ENTERED: _ClassVar[LegalBasisStatus]
    LEGAL_BASIS_STATUS_IN_FORCE: _ClassVar[LegalBasisStatus]
    LEGAL_BASIS_STATUS_EXPIRED: _ClassVar[LegalBasisStatus]
    LEGAL_BASIS_STATUS_ENDED: _ClassVar[LegalBasisStatus]

class ProjectStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROJECT_STATUS_UNSPECIFIED: _ClassVar[ProjectStatus]
    PROJECT_STATUS_PROPOSED: _ClassVar[ProjectStatus]
    PROJECT_STATUS_ENDORSED: _ClassVar[ProjectStatus]
    PROJECT_STATUS_APPROVED: _ClassVar[ProjectStatus]
    PROJECT_STATUS_EXPIRED: _ClassVar[ProjectStatus]
    PROJECT_STATUS_ENDED: _ClassVar[ProjectStatus]

class EmergencyStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EMERGENCY_STATUS_UNSPECIFIED: _ClassVar[EmergencyStatus]
    EMERGENCY_STATUS_TO_REVIEW: _ClassVar[EmergencyStatus]
    EMERGENCY_STATUS_OVERDUE: _ClassVar[EmergencyStatus]
    EMERGENCY_STATUS_REVIEWED: _ClassVar[EmergencyStatus]
    EMERGENCY_STATUS_AUDITED: _ClassVar[EmergencyStatus]
CONSENT_STATUS_UNSPECIFIED: ConsentStatus
CONSENT_STATUS_REQUESTED: ConsentStatus
CONSENT_STATUS_GRANTED: ConsentStatus
CONSENT_STATUS_DENIED: ConsentStatus
CONSENT_STATUS_REVOKED: ConsentStatus
CONSENT_STATUS_EXPIRED: ConsentStatus
CONSENT_STATUS_SUPERSEDED: ConsentStatus
CONSENT_STATUS_SUSPENDED: ConsentStatus
CONSENT_STATUS_WITHDRAWN: ConsentStatus
CONSENT_STATUS_ENDED: ConsentStatus
CONSENT_STATUS_AWAITING_ORDER: ConsentStatus
ORIGIN_UNSPECIFIED: Origin
ORIGIN_ORDER: Origin
ORIGIN_VISIT: Origin
ORIGIN_EMERGENCY: Origin
ORIGIN_OFFER: Origin
ORIGIN_PROJECT: Origin
REASON_UNSPECIFIED: Reason
REASON_CONSENT_IN_FORCE: Reason
REASON_OWN_RECORD: Reason
REASON_NO_CONSENT: Reason
REASON_CONSENT_REVOKED: Reason
REASON_CONSENT_EXPIRED: Reason
REASON_OTHER_PURPOSE: Reason
REASON_OTHER_INFORMATION_TYPE: Reason
REASON_OTHER_ACCESS_MODE: Reason
REASON_PARTNER_NOT_IN_STANDING: Reason
REASON_ORDER_NOT_CONFIRMED: Reason
REASON_ORDER_ENDED: Reason
REASON_SERVES_BY_ORDER: Reason
REASON_SCANNED: Reason
REASON_NO_RELATION: Reason
REASON_GUARDIANSHIP_ENDED: Reason
REASON_OTHER_PRACTITIONER: Reason
REASON_VISIT_OFFERED: Reason
REASON_VISIT_DENIED: Reason
REASON_EMERGENCY: Reason
REASON_LEGAL_BASIS: Reason
REASON_USED_UP: Reason
REASON_PROJECT_ENDED: Reason
REASON_ITS_PATIENT: Reason
REASON_FROZEN: Reason
REASON_NO_DECISION: Reason
CONSENT_END_UNSPECIFIED: ConsentEnd
CONSENT_END_ORDER_CLOSED: ConsentEnd
CONSENT_END_ORDER_CANCELLED: ConsentEnd
CONSENT_END_ORDER_REFUSED: ConsentEnd
CONSENT_END_ORDER_EXPIRED: ConsentEnd
CONSENT_END_GUARDIANSHIP_ENDED: ConsentEnd
CONSENT_END_NOT_JUSTIFIED: ConsentEnd
CONSENT_END_PROJECT_ENDED: ConsentEnd
CONSENT_END_GRANTEE_LEFT: ConsentEnd
ACCESS_KIND_UNSPECIFIED: AccessKind
ACCESS_KIND_READ: AccessKind
ACCESS_KIND_INGEST: AccessKind
ACCESS_KIND_SCAN: AccessKind
ACCESS_KIND_EMERGENCY: AccessKind
ACCESS_KIND_CONSENT: AccessKind
ACCESS_KIND_POLICY: AccessKind
ACCESS_KIND_LOOK: AccessKind
ACCESS_KIND_REFUSALS: AccessKind
ACCESS_KIND_CITY: AccessKind
ACCESS_ACT_UNSPECIFIED: AccessAct
ACCESS_ACT_CODE_SCANNED: AccessAct
ACCESS_ACT_CODE_REPLAYED: AccessAct
ACCESS_ACT_EMERGENCY_OPENED: AccessAct
ACCESS_ACT_EMERGENCY_REVIEWED: AccessAct
ACCESS_ACT_CONSENT_REQUESTED: AccessAct
ACCESS_ACT_CONSENT_GRANTED: AccessAct
ACCESS_ACT_CONSENT_DENIED: AccessAct
ACCESS_ACT_CONSENT_REVOKED: AccessAct
ACCESS_ACT_CONSENT_ENDED: AccessAct
ACCESS_ACT_RULE_SET: AccessAct
ACCESS_ACT_RULE_WITHDRAWN: AccessAct
ACCESS_ACT_LOG_SEEN: AccessAct
ACCESS_ACT_CONSENTS_SEEN: AccessAct
ACCESS_ACT_ERASURES_SEEN: AccessAct
ACCESS_ACT_REFUSED_AGAIN: AccessAct
ACCESS_ACT_ORDERS_SEEN: AccessAct
ACCESS_ACT_PERSON_SEEN: AccessAct
ACCESS_ACT_EMERGENCIES_SEEN: AccessAct
ACCESS_ACT_RESOURCE_REVIEWED: AccessAct
ACCESS_ACT_CODE_SCANNED_ELSEWHERE: AccessAct
ACCESS_ACT_CODE_REPLAYED_ELSEWHERE: AccessAct
ACCESS_ACT_LEGAL_BASIS_ENTERED: AccessAct
ACCESS_ACT_LEGAL_BASIS_SIGNED: AccessAct
ACCESS_ACT_LEGAL_BASIS_ENDED: AccessAct
ACCESS_ACT_PROJECT_PROPOSED: AccessAct
ACCESS_ACT_PROJECT_ENDORSED: AccessAct
ACCESS_ACT_PROJECT_APPROVED: AccessAct
ACCESS_ACT_PROJECT_ENDED: AccessAct
ACCESS_ACT_FREEZE_IMPOSED: AccessAct
ACCESS_ACT_FREEZE_LIFTED: AccessAct
ACCESS_ACT_TRUST_LIST_PUT: AccessAct
ACCESS_ACT_PACK_CHANGED: AccessAct
ACCESS_ACT_PATIENT_ASKED: AccessAct
ACCESS_ACT_PATIENT_MATCHED: AccessAct
ACCESS_ACT_PATIENT_UNMATCHED: AccessAct
ACCESS_ACT_READING_WITHDRAWN: AccessAct
ACCESS_ACT_FOLLOW_UP_NOTED: AccessAct
ACCESS_ACT_FOLLOW_UP_CLOSED: AccessAct
ERASURE_STATUS_UNSPECIFIED: ErasureStatus
ERASURE_STATUS_EXPECTED: ErasureStatus
ERASURE_STATUS_DUE: ErasureStatus
ERASURE_STATUS_OVERDUE: ErasureStatus
ERASURE_STATUS_ATTESTED: ErasureStatus
ERASURE_METHOD_UNSPECIFIED: ErasureMethod
ERASURE_METHOD_CLEAR: ErasureMethod
ERASURE_METHOD_PURGE: ErasureMethod
ERASURE_METHOD_CRYPTOGRAPHIC_ERASE: ErasureMethod
ERASURE_METHOD_DESTROY: ErasureMethod
ERASURE_METHOD_NOTHING_KEPT: ErasureMethod
GROUND_KIND_UNSPECIFIED: GroundKind
GROUND_KIND_STANDING: GroundKind
GROUND_KIND_CONSENT: GroundKind
GROUND_KIND_VISIT: GroundKind
GROUND_KIND_VISIT_RULE: GroundKind
GROUND_KIND_LEGAL_BASIS: GroundKind
REMEDY_KIND_UNSPECIFIED: RemedyKind
REMEDY_KIND_REVOKE_CONSENT: RemedyKind
REMEDY_KIND_ANSWER_VISIT: RemedyKind
REMEDY_KIND_END_VISIT_RULE: RemedyKind
REMEDY_KIND_LEGAL_BASIS_ENDS: RemedyKind
REMEDY_KIND_SHOW_CODE: RemedyKind
REMEDY_KIND_CONSENT_TO_ORDER: RemedyKind
REMEDY_KIND_CONFIRM_ORDER: RemedyKind
REMEDY_KIND_REGAIN_STANDING: RemedyKind
REMEDY_KIND_JOIN_PROJECT: RemedyKind
LEGAL_BASIS_STATUS_UNSPECIFIED: LegalBasisStatus
LEGAL_BASIS_STATUS_ENTERED: LegalBasisStatus
LEGAL_BASIS_STATUS_IN_FORCE: LegalBasisStatus
LEGAL_BASIS_STATUS_EXPIRED: LegalBasisStatus
LEGAL_BASIS_STATUS_ENDED: LegalBasisStatus
PROJECT_STATUS_UNSPECIFIED: ProjectStatus
PROJECT_STATUS_PROPOSED: ProjectStatus
PROJECT_STATUS_ENDORSED: ProjectStatus
PROJECT_STATUS_APPROVED: ProjectStatus
PROJECT_STATUS_EXPIRED: ProjectStatus
PROJECT_STATUS_ENDED: ProjectStatus
EMERGENCY_STATUS_UNSPECIFIED: EmergencyStatus
EMERGENCY_STATUS_TO_REVIEW: EmergencyStatus
EMERGENCY_STATUS_OVERDUE: EmergencyStatus
EMERGENCY_STATUS_REVIEWED: EmergencyStatus
EMERGENCY_STATUS_AUDITED: EmergencyStatus

class LearnStandingRequest(_message.Message):
    __slots__ = ("partner_id", "practitioner_id")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    practitioner_id: str
    def __init__(self, partner_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ...) -> None: ...

class LearnedStanding(_message.Message):
    __slots__ = ("reads_data",)
    READS_DATA_FIELD_NUMBER: _ClassVar[int]
    reads_data: bool
    def __init__(self, reads_data: _Optional[bool] = ...) -> None: ...

class ConsentRequest(_message.Message):
    __slots__ = ("id", "resident_id", "grantee_id", "order_id", "order_line_id", "template", "template_hash", "status", "requested_at", "origin", "practitioner_id", "scan_id", "until", "consent_id", "data_from", "data_until", "uses_per_day", "uses_in_all", "project_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_HASH_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_AT_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    DATA_FROM_FIELD_NUMBER: _ClassVar[int]
    DATA_UNTIL_FIELD_NUMBER: _ClassVar[int]
    USES_PER_DAY_FIELD_NUMBER: _ClassVar[int]
    USES_IN_ALL_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    resident_id: str
    grantee_id: str
    order_id: str
    order_line_id: str
    template: _api_pb2.ConsentTemplate
    template_hash: bytes
    status: ConsentStatus
    requested_at: _timestamp_pb2.Timestamp
    origin: Origin
    practitioner_id: str
    scan_id: str
    until: _timestamp_pb2.Timestamp
    consent_id: str
    data_from: _timestamp_pb2.Timestamp
    data_until: _timestamp_pb2.Timestamp
    uses_per_day: int
    uses_in_all: int
    project_id: str
    def __init__(self, id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., template: _Optional[_Union[_api_pb2.ConsentTemplate, _Mapping]] = ..., template_hash: _Optional[bytes] = ..., status: _Optional[_Union[ConsentStatus, str]] = ..., requested_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., origin: _Optional[_Union[Origin, str]] = ..., practitioner_id: _Optional[str] = ..., scan_id: _Optional[str] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., consent_id: _Optional[str] = ..., data_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., data_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., uses_per_day: _Optional[int] = ..., uses_in_all: _Optional[int] = ..., project_id: _Optional[str] = ...) -> None: ...

class ExportConsentRequest(_message.Message):
    __slots__ = ("consent_id",)
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    def __init__(self, consent_id: _Optional[str] = ...) -> None: ...

class ConsentDocument(_message.Message):
    __slots__ = ("resource", "receipt")
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    resource: str
    receipt: str
    def __init__(self, resource: _Optional[str] = ..., receipt: _Optional[str] = ...) -> None: ...

class OfferConsentRequest(_message.Message):
    __slots__ = ("resident_id", "consent")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    consent: str
    def __init__(self, resident_id: _Optional[str] = ..., consent: _Optional[str] = ...) -> None: ...

class ListConsentOffersRequest(_message.Message):
    __slots__ = ("resident_id", "page", "consent_request_id")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    page: _types_pb2.PageRequest
    consent_request_id: str
    def __init__(self, resident_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., consent_request_id: _Optional[str] = ...) -> None: ...

class ConsentArtefact(_message.Message):
    __slots__ = ("id", "consent_request_id", "resident_id", "granted_by", "grantee_id", "order_id", "order_line_id", "information_types", "purpose", "access_mode", "status", "granted_at", "expires_at", "revoked_at", "receipt", "retention_days", "erasure", "ended_at", "ended_because", "origin", "practitioner_id", "scan_id", "visit_rule_id", "sensitive_categories", "data_from", "data_until", "uses_per_day", "uses_in_all", "used_in_all", "project_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTED_BY_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ACCESS_MODE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    GRANTED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    REVOKED_AT_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    RETENTION_DAYS_FIELD_NUMBER: _ClassVar[int]
    ERASURE_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_BECAUSE_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    VISIT_RULE_ID_FIELD_NUMBER: _ClassVar[int]
    SENSITIVE_CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    DATA_FROM_FIELD_NUMBER: _ClassVar[int]
    DATA_UNTIL_FIELD_NUMBER: _ClassVar[int]
    USES_PER_DAY_FIELD_NUMBER: _ClassVar[int]
    USES_IN_ALL_FIELD_NUMBER: _ClassVar[int]
    USED_IN_ALL_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    consent_request_id: str
    resident_id: str
    granted_by: str
    grantee_id: str
    order_id: str
    order_line_id: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    purpose: str
    access_mode: _api_pb2.AccessMode
    status: ConsentStatus
    granted_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    revoked_at: _timestamp_pb2.Timestamp
    receipt: str
    retention_days: int
    erasure: Erasure
    ended_at: _timestamp_pb2.Timestamp
    ended_because: ConsentEnd
    origin: Origin
    practitioner_id: str
    scan_id: str
    visit_rule_id: str
    sensitive_categories: _containers.RepeatedScalarFieldContainer[str]
    data_from: _timestamp_pb2.Timestamp
    data_until: _timestamp_pb2.Timestamp
    uses_per_day: int
    uses_in_all: int
    used_in_all: int
    project_id: str
    def __init__(self, id: _Optional[str] = ..., consent_request_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., granted_by: _Optional[str] = ..., grantee_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., purpose: _Optional[str] = ..., access_mode: _Optional[_Union[_api_pb2.AccessMode, str]] = ..., status: _Optional[_Union[ConsentStatus, str]] = ..., granted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., revoked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., receipt: _Optional[str] = ..., retention_days: _Optional[int] = ..., erasure: _Optional[_Union[Erasure, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_because: _Optional[_Union[ConsentEnd, str]] = ..., origin: _Optional[_Union[Origin, str]] = ..., practitioner_id: _Optional[str] = ..., scan_id: _Optional[str] = ..., visit_rule_id: _Optional[str] = ..., sensitive_categories: _Optional[_Iterable[str]] = ..., data_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., data_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., uses_per_day: _Optional[int] = ..., uses_in_all: _Optional[int] = ..., used_in_all: _Optional[int] = ..., project_id: _Optional[str] = ...) -> None: ...

class Erasure(_message.Message):
    __slots__ = ("consent_id", "resident_id", "grantee_id", "order_id", "order_line_id", "status", "due_at", "announced_at", "attested_at", "attested_by", "method", "protocol_sha256", "receipt")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    ANNOUNCED_AT_FIELD_NUMBER: _ClassVar[int]
    ATTESTED_AT_FIELD_NUMBER: _ClassVar[int]
    ATTESTED_BY_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    PROTOCOL_SHA256_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    resident_id: str
    grantee_id: str
    order_id: str
    order_line_id: str
    status: ErasureStatus
    due_at: _timestamp_pb2.Timestamp
    announced_at: _timestamp_pb2.Timestamp
    attested_at: _timestamp_pb2.Timestamp
    attested_by: str
    method: ErasureMethod
    protocol_sha256: bytes
    receipt: str
    def __init__(self, consent_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., status: _Optional[_Union[ErasureStatus, str]] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., announced_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., attested_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., attested_by: _Optional[str] = ..., method: _Optional[_Union[ErasureMethod, str]] = ..., protocol_sha256: _Optional[bytes] = ..., receipt: _Optional[str] = ...) -> None: ...

class ListConsentRequestsRequest(_message.Message):
    __slots__ = ("order_id", "status", "page", "consent_request_id")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    status: ConsentStatus
    page: _types_pb2.PageRequest
    consent_request_id: str
    def __init__(self, order_id: _Optional[str] = ..., status: _Optional[_Union[ConsentStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., consent_request_id: _Optional[str] = ...) -> None: ...

class ConsentRequestPage(_message.Message):
    __slots__ = ("requests", "page")
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    requests: _containers.RepeatedCompositeFieldContainer[ConsentRequest]
    page: _types_pb2.PageInfo
    def __init__(self, requests: _Optional[_Iterable[_Union[ConsentRequest, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class GrantConsentRequest(_message.Message):
    __slots__ = ("consent_request_id", "information_types", "whole_institution", "sensitive_categories", "data_from", "data_until", "practitioner_id", "uses_per_day", "uses_in_all")
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    WHOLE_INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    SENSITIVE_CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    DATA_FROM_FIELD_NUMBER: _ClassVar[int]
    DATA_UNTIL_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    USES_PER_DAY_FIELD_NUMBER: _ClassVar[int]
    USES_IN_ALL_FIELD_NUMBER: _ClassVar[int]
    consent_request_id: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    whole_institution: bool
    sensitive_categories: _containers.RepeatedScalarFieldContainer[str]
    data_from: str
    data_until: str
    practitioner_id: str
    uses_per_day: int
    uses_in_all: int
    def __init__(self, consent_request_id: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., whole_institution: _Optional[bool] = ..., sensitive_categories: _Optional[_Iterable[str]] = ..., data_from: _Optional[str] = ..., data_until: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., uses_per_day: _Optional[int] = ..., uses_in_all: _Optional[int] = ...) -> None: ...

class ExplainAccessRequest(_message.Message):
    __slots__ = ("resident_id", "partner_id", "practitioner_id", "information_types", "purpose", "access_mode")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ACCESS_MODE_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    partner_id: str
    practitioner_id: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    purpose: str
    access_mode: _api_pb2.AccessMode
    def __init__(self, resident_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., purpose: _Optional[str] = ..., access_mode: _Optional[_Union[_api_pb2.AccessMode, str]] = ...) -> None: ...

class AccessGround(_message.Message):
    __slots__ = ("kind", "permits", "reason", "origin", "consent_id", "consent_request_id", "visit_rule_id", "legal_basis_id", "statute", "information_types", "until")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PERMITS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    VISIT_RULE_ID_FIELD_NUMBER: _ClassVar[int]
    LEGAL_BASIS_ID_FIELD_NUMBER: _ClassVar[int]
    STATUTE_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    kind: GroundKind
    permits: bool
    reason: Reason
    origin: Origin
    consent_id: str
    consent_request_id: str
    visit_rule_id: str
    legal_basis_id: str
    statute: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    until: _timestamp_pb2.Timestamp
    def __init__(self, kind: _Optional[_Union[GroundKind, str]] = ..., permits: _Optional[bool] = ..., reason: _Optional[_Union[Reason, str]] = ..., origin: _Optional[_Union[Origin, str]] = ..., consent_id: _Optional[str] = ..., consent_request_id: _Optional[str] = ..., visit_rule_id: _Optional[str] = ..., legal_basis_id: _Optional[str] = ..., statute: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AccessRemedy(_message.Message):
    __slots__ = ("kind", "consent_id", "consent_request_id", "visit_rule_id", "legal_basis_id", "project_id")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    VISIT_RULE_ID_FIELD_NUMBER: _ClassVar[int]
    LEGAL_BASIS_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    kind: RemedyKind
    consent_id: str
    consent_request_id: str
    visit_rule_id: str
    legal_basis_id: str
    project_id: str
    def __init__(self, kind: _Optional[_Union[RemedyKind, str]] = ..., consent_id: _Optional[str] = ..., consent_request_id: _Optional[str] = ..., visit_rule_id: _Optional[str] = ..., legal_basis_id: _Optional[str] = ..., project_id: _Optional[str] = ...) -> None: ...

class AccessExplanation(_message.Message):
    __slots__ = ("permitted", "reason", "grounds", "remedies")
    PERMITTED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    GROUNDS_FIELD_NUMBER: _ClassVar[int]
    REMEDIES_FIELD_NUMBER: _ClassVar[int]
    permitted: bool
    reason: Reason
    grounds: _containers.RepeatedCompositeFieldContainer[AccessGround]
    remedies: _containers.RepeatedCompositeFieldContainer[AccessRemedy]
    def __init__(self, permitted: _Optional[bool] = ..., reason: _Optional[_Union[Reason, str]] = ..., grounds: _Optional[_Iterable[_Union[AccessGround, _Mapping]]] = ..., remedies: _Optional[_Iterable[_Union[AccessRemedy, _Mapping]]] = ...) -> None: ...

class LegalBasis(_message.Message):
    __slots__ = ("id", "statute", "why", "grantee_id", "information_types", "sensitive_categories", "purpose", "access_mode", "expires_at", "status", "entered_by", "entered_at", "signed_by", "signed_at", "ended_at", "ended_because")
    ID_FIELD_NUMBER: _ClassVar[int]
    STATUTE_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    SENSITIVE_CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ACCESS_MODE_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ENTERED_BY_FIELD_NUMBER: _ClassVar[int]
    ENTERED_AT_FIELD_NUMBER: _ClassVar[int]
    SIGNED_BY_FIELD_NUMBER: _ClassVar[int]
    SIGNED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_BECAUSE_FIELD_NUMBER: _ClassVar[int]
    id: str
    statute: str
    why: str
    grantee_id: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    sensitive_categories: _containers.RepeatedScalarFieldContainer[str]
    purpose: str
    access_mode: _api_pb2.AccessMode
    expires_at: _timestamp_pb2.Timestamp
    status: LegalBasisStatus
    entered_by: str
    entered_at: _timestamp_pb2.Timestamp
    signed_by: str
    signed_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    ended_because: str
    def __init__(self, id: _Optional[str] = ..., statute: _Optional[str] = ..., why: _Optional[str] = ..., grantee_id: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., sensitive_categories: _Optional[_Iterable[str]] = ..., purpose: _Optional[str] = ..., access_mode: _Optional[_Union[_api_pb2.AccessMode, str]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[_Union[LegalBasisStatus, str]] = ..., entered_by: _Optional[str] = ..., entered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., signed_by: _Optional[str] = ..., signed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_because: _Optional[str] = ...) -> None: ...

class EnterLegalBasisRequest(_message.Message):
    __slots__ = ("statute", "why", "partner_id", "information_types", "sensitive_categories", "purpose", "access_mode", "valid_days")
    STATUTE_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    SENSITIVE_CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ACCESS_MODE_FIELD_NUMBER: _ClassVar[int]
    VALID_DAYS_FIELD_NUMBER: _ClassVar[int]
    statute: str
    why: str
    partner_id: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    sensitive_categories: _containers.RepeatedScalarFieldContainer[str]
    purpose: str
    access_mode: _api_pb2.AccessMode
    valid_days: int
    def __init__(self, statute: _Optional[str] = ..., why: _Optional[str] = ..., partner_id: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., sensitive_categories: _Optional[_Iterable[str]] = ..., purpose: _Optional[str] = ..., access_mode: _Optional[_Union[_api_pb2.AccessMode, str]] = ..., valid_days: _Optional[int] = ...) -> None: ...

class SignLegalBasisRequest(_message.Message):
    __slots__ = ("legal_basis_id",)
    LEGAL_BASIS_ID_FIELD_NUMBER: _ClassVar[int]
    legal_basis_id: str
    def __init__(self, legal_basis_id: _Optional[str] = ...) -> None: ...

class EndLegalBasisRequest(_message.Message):
    __slots__ = ("legal_basis_id", "reason")
    LEGAL_BASIS_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    legal_basis_id: str
    reason: str
    def __init__(self, legal_basis_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ListLegalBasesRequest(_message.Message):
    __slots__ = ("status", "page")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    status: LegalBasisStatus
    page: _types_pb2.PageRequest
    def __init__(self, status: _Optional[_Union[LegalBasisStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class LegalBasisPage(_message.Message):
    __slots__ = ("bases", "page")
    BASES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    bases: _containers.RepeatedCompositeFieldContainer[LegalBasis]
    page: _types_pb2.PageInfo
    def __init__(self, bases: _Optional[_Iterable[_Union[LegalBasis, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class Project(_message.Message):
    __slots__ = ("id", "name", "why", "grantee_id", "information_types", "sensitive_categories", "purpose", "access_mode", "people_min", "term_days", "retention_days", "ethics_approval", "status", "proposed_by", "proposed_at", "endorsed_by", "endorsed_at", "approved_by", "approved_at", "expires_at", "ended_at", "ended_because")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    SENSITIVE_CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ACCESS_MODE_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_MIN_FIELD_NUMBER: _ClassVar[int]
    TERM_DAYS_FIELD_NUMBER: _ClassVar[int]
    RETENTION_DAYS_FIELD_NUMBER: _ClassVar[int]
    ETHICS_APPROVAL_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_BY_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDORSED_BY_FIELD_NUMBER: _ClassVar[int]
    ENDORSED_AT_FIELD_NUMBER: _ClassVar[int]
    APPROVED_BY_FIELD_NUMBER: _ClassVar[int]
    APPROVED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_BECAUSE_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    why: str
    grantee_id: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    sensitive_categories: _containers.RepeatedScalarFieldContainer[str]
    purpose: str
    access_mode: _api_pb2.AccessMode
    people_min: int
    term_days: int
    retention_days: int
    ethics_approval: str
    status: ProjectStatus
    proposed_by: str
    proposed_at: _timestamp_pb2.Timestamp
    endorsed_by: str
    endorsed_at: _timestamp_pb2.Timestamp
    approved_by: str
    approved_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    ended_because: str
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., why: _Optional[str] = ..., grantee_id: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., sensitive_categories: _Optional[_Iterable[str]] = ..., purpose: _Optional[str] = ..., access_mode: _Optional[_Union[_api_pb2.AccessMode, str]] = ..., people_min: _Optional[int] = ..., term_days: _Optional[int] = ..., retention_days: _Optional[int] = ..., ethics_approval: _Optional[str] = ..., status: _Optional[_Union[ProjectStatus, str]] = ..., proposed_by: _Optional[str] = ..., proposed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., endorsed_by: _Optional[str] = ..., endorsed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., approved_by: _Optional[str] = ..., approved_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_because: _Optional[str] = ...) -> None: ...

class ProposeProjectRequest(_message.Message):
    __slots__ = ("name", "why", "information_types", "sensitive_categories", "purpose", "access_mode", "people_min", "term_days", "retention_days", "ethics_approval")
    NAME_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    SENSITIVE_CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ACCESS_MODE_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_MIN_FIELD_NUMBER: _ClassVar[int]
    TERM_DAYS_FIELD_NUMBER: _ClassVar[int]
    RETENTION_DAYS_FIELD_NUMBER: _ClassVar[int]
    ETHICS_APPROVAL_FIELD_NUMBER: _ClassVar[int]
    name: str
    why: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    sensitive_categories: _containers.RepeatedScalarFieldContainer[str]
    purpose: str
    access_mode: _api_pb2.AccessMode
    people_min: int
    term_days: int
    retention_days: int
    ethics_approval: str
    def __init__(self, name: _Optional[str] = ..., why: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., sensitive_categories: _Optional[_Iterable[str]] = ..., purpose: _Optional[str] = ..., access_mode: _Optional[_Union[_api_pb2.AccessMode, str]] = ..., people_min: _Optional[int] = ..., term_days: _Optional[int] = ..., retention_days: _Optional[int] = ..., ethics_approval: _Optional[str] = ...) -> None: ...

class EndorseProjectRequest(_message.Message):
    __slots__ = ("project_id",)
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    def __init__(self, project_id: _Optional[str] = ...) -> None: ...

class ApproveProjectRequest(_message.Message):
    __slots__ = ("project_id",)
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    def __init__(self, project_id: _Optional[str] = ...) -> None: ...

class EndProjectRequest(_message.Message):
    __slots__ = ("project_id", "reason")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    reason: str
    def __init__(self, project_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ListProjectsRequest(_message.Message):
    __slots__ = ("status", "page", "project_id")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    status: ProjectStatus
    page: _types_pb2.PageRequest
    project_id: str
    def __init__(self, status: _Optional[_Union[ProjectStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., project_id: _Optional[str] = ...) -> None: ...

class ProjectPage(_message.Message):
    __slots__ = ("projects", "page")
    PROJECTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    projects: _containers.RepeatedCompositeFieldContainer[Project]
    page: _types_pb2.PageInfo
    def __init__(self, projects: _Optional[_Iterable[_Union[Project, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class JoinProjectRequest(_message.Message):
    __slots__ = ("project_id", "resident_id")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    resident_id: str
    def __init__(self, project_id: _Optional[str] = ..., resident_id: _Optional[str] = ...) -> None: ...

class BreakGlassRequest(_message.Message):
    __slots__ = ("resident_id", "reason")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    reason: str
    def __init__(self, resident_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class EmergencyReview(_message.Message):
    __slots__ = ("reviewed_by", "justified", "note", "reviewed_at")
    REVIEWED_BY_FIELD_NUMBER: _ClassVar[int]
    JUSTIFIED_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    REVIEWED_AT_FIELD_NUMBER: _ClassVar[int]
    reviewed_by: str
    justified: bool
    note: str
    reviewed_at: _timestamp_pb2.Timestamp
    def __init__(self, reviewed_by: _Optional[str] = ..., justified: _Optional[bool] = ..., note: _Optional[str] = ..., reviewed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Emergency(_message.Message):
    __slots__ = ("id", "resident_id", "practitioner_id", "partner_id", "reason", "consent_id", "opened_at", "until", "review_due_at", "status", "review", "audit")
    ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    REVIEW_DUE_AT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    AUDIT_FIELD_NUMBER: _ClassVar[int]
    id: str
    resident_id: str
    practitioner_id: str
    partner_id: str
    reason: str
    consent_id: str
    opened_at: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    review_due_at: _timestamp_pb2.Timestamp
    status: EmergencyStatus
    review: EmergencyReview
    audit: EmergencyReview
    def __init__(self, id: _Optional[str] = ..., resident_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., reason: _Optional[str] = ..., consent_id: _Optional[str] = ..., opened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., review_due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[_Union[EmergencyStatus, str]] = ..., review: _Optional[_Union[EmergencyReview, _Mapping]] = ..., audit: _Optional[_Union[EmergencyReview, _Mapping]] = ...) -> None: ...

class ListEmergenciesRequest(_message.Message):
    __slots__ = ("resident_id", "partner_id", "status", "page", "emergency_id")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    EMERGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    partner_id: str
    status: EmergencyStatus
    page: _types_pb2.PageRequest
    emergency_id: str
    def __init__(self, resident_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., status: _Optional[_Union[EmergencyStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., emergency_id: _Optional[str] = ...) -> None: ...

class EmergencyPage(_message.Message):
    __slots__ = ("emergencies", "page")
    EMERGENCIES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    emergencies: _containers.RepeatedCompositeFieldContainer[Emergency]
    page: _types_pb2.PageInfo
    def __init__(self, emergencies: _Optional[_Iterable[_Union[Emergency, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ReviewEmergencyRequest(_message.Message):
    __slots__ = ("emergency_id", "justified", "note")
    EMERGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    JUSTIFIED_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    emergency_id: str
    justified: bool
    note: str
    def __init__(self, emergency_id: _Optional[str] = ..., justified: _Optional[bool] = ..., note: _Optional[str] = ...) -> None: ...

class ListVisitsRequest(_message.Message):
    __slots__ = ("resident_id", "page", "consent_request_id")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    page: _types_pb2.PageRequest
    consent_request_id: str
    def __init__(self, resident_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., consent_request_id: _Optional[str] = ...) -> None: ...

class VisitRule(_message.Message):
    __slots__ = ("id", "resident_id", "set_by", "institution_kinds", "information_types", "hours_from", "hours_until", "whole_institution", "set_at", "ended_at", "sensitive_categories", "history_days")
    ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    SET_BY_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_KINDS_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    HOURS_FROM_FIELD_NUMBER: _ClassVar[int]
    HOURS_UNTIL_FIELD_NUMBER: _ClassVar[int]
    WHOLE_INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    SET_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    SENSITIVE_CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    HISTORY_DAYS_FIELD_NUMBER: _ClassVar[int]
    id: str
    resident_id: str
    set_by: str
    institution_kinds: _containers.RepeatedScalarFieldContainer[_api_pb2_1.PartnerKind]
    information_types: _containers.RepeatedScalarFieldContainer[str]
    hours_from: str
    hours_until: str
    whole_institution: bool
    set_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    sensitive_categories: _containers.RepeatedScalarFieldContainer[str]
    history_days: int
    def __init__(self, id: _Optional[str] = ..., resident_id: _Optional[str] = ..., set_by: _Optional[str] = ..., institution_kinds: _Optional[_Iterable[_Union[_api_pb2_1.PartnerKind, str]]] = ..., information_types: _Optional[_Iterable[str]] = ..., hours_from: _Optional[str] = ..., hours_until: _Optional[str] = ..., whole_institution: _Optional[bool] = ..., set_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., sensitive_categories: _Optional[_Iterable[str]] = ..., history_days: _Optional[int] = ...) -> None: ...

class SetVisitRuleRequest(_message.Message):
    __slots__ = ("resident_id", "institution_kinds", "information_types", "hours_from", "hours_until", "whole_institution", "sensitive_categories", "history_days")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_KINDS_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    HOURS_FROM_FIELD_NUMBER: _ClassVar[int]
    HOURS_UNTIL_FIELD_NUMBER: _ClassVar[int]
    WHOLE_INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    SENSITIVE_CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    HISTORY_DAYS_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    institution_kinds: _containers.RepeatedScalarFieldContainer[_api_pb2_1.PartnerKind]
    information_types: _containers.RepeatedScalarFieldContainer[str]
    hours_from: str
    hours_until: str
    whole_institution: bool
    sensitive_categories: _containers.RepeatedScalarFieldContainer[str]
    history_days: int
    def __init__(self, resident_id: _Optional[str] = ..., institution_kinds: _Optional[_Iterable[_Union[_api_pb2_1.PartnerKind, str]]] = ..., information_types: _Optional[_Iterable[str]] = ..., hours_from: _Optional[str] = ..., hours_until: _Optional[str] = ..., whole_institution: _Optional[bool] = ..., sensitive_categories: _Optional[_Iterable[str]] = ..., history_days: _Optional[int] = ...) -> None: ...

class ListVisitRulesRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _types_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class VisitRulePage(_message.Message):
    __slots__ = ("rules", "page")
    RULES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedCompositeFieldContainer[VisitRule]
    page: _types_pb2.PageInfo
    def __init__(self, rules: _Optional[_Iterable[_Union[VisitRule, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class EndVisitRuleRequest(_message.Message):
    __slots__ = ("visit_rule_id",)
    VISIT_RULE_ID_FIELD_NUMBER: _ClassVar[int]
    visit_rule_id: str
    def __init__(self, visit_rule_id: _Optional[str] = ...) -> None: ...

class AgreeToOrderRequest(_message.Message):
    __slots__ = ("order_id", "resident_id", "grantee_id", "consent_hashes")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_HASHES_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    grantee_id: str
    consent_hashes: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., consent_hashes: _Optional[_Iterable[bytes]] = ...) -> None: ...

class OrderAgreement(_message.Message):
    __slots__ = ("granted", "kept")
    GRANTED_FIELD_NUMBER: _ClassVar[int]
    KEPT_FIELD_NUMBER: _ClassVar[int]
    granted: _containers.RepeatedCompositeFieldContainer[ConsentArtefact]
    kept: bool
    def __init__(self, granted: _Optional[_Iterable[_Union[ConsentArtefact, _Mapping]]] = ..., kept: _Optional[bool] = ...) -> None: ...

class GrantToAppRequest(_message.Message):
    __slots__ = ("resident_id", "grantee_id", "information_types", "expires_at")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    grantee_id: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class DenyConsentRequest(_message.Message):
    __slots__ = ("consent_request_id",)
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    consent_request_id: str
    def __init__(self, consent_request_id: _Optional[str] = ...) -> None: ...

class ListConsentsRequest(_message.Message):
    __slots__ = ("resident_id", "order_id", "page", "consent_id")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    order_id: str
    page: _types_pb2.PageRequest
    consent_id: str
    def __init__(self, resident_id: _Optional[str] = ..., order_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., consent_id: _Optional[str] = ...) -> None: ...

class ConsentPage(_message.Message):
    __slots__ = ("consents", "page")
    CONSENTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    consents: _containers.RepeatedCompositeFieldContainer[ConsentArtefact]
    page: _types_pb2.PageInfo
    def __init__(self, consents: _Optional[_Iterable[_Union[ConsentArtefact, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class RevokeConsentRequest(_message.Message):
    __slots__ = ("consent_id", "reason")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    reason: str
    def __init__(self, consent_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ListErasuresRequest(_message.Message):
    __slots__ = ("partner_id", "status", "page")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    status: ErasureStatus
    page: _types_pb2.PageRequest
    def __init__(self, partner_id: _Optional[str] = ..., status: _Optional[_Union[ErasureStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class ErasurePage(_message.Message):
    __slots__ = ("erasures", "page")
    ERASURES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    erasures: _containers.RepeatedCompositeFieldContainer[Erasure]
    page: _types_pb2.PageInfo
    def __init__(self, erasures: _Optional[_Iterable[_Union[Erasure, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class AttestErasureRequest(_message.Message):
    __slots__ = ("consent_id", "method", "protocol_sha256")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    PROTOCOL_SHA256_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    method: ErasureMethod
    protocol_sha256: bytes
    def __init__(self, consent_id: _Optional[str] = ..., method: _Optional[_Union[ErasureMethod, str]] = ..., protocol_sha256: _Optional[bytes] = ...) -> None: ...

class DecideRequest(_message.Message):
    __slots__ = ("resident_id", "information_types", "purpose", "access_mode", "as_far_as_covered")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ACCESS_MODE_FIELD_NUMBER: _ClassVar[int]
    AS_FAR_AS_COVERED_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    purpose: str
    access_mode: _api_pb2.AccessMode
    as_far_as_covered: bool
    def __init__(self, resident_id: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., purpose: _Optional[str] = ..., access_mode: _Optional[_Union[_api_pb2.AccessMode, str]] = ..., as_far_as_covered: _Optional[bool] = ...) -> None: ...

class DecideEachRequest(_message.Message):
    __slots__ = ("questions",)
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    questions: _containers.RepeatedCompositeFieldContainer[DecideRequest]
    def __init__(self, questions: _Optional[_Iterable[_Union[DecideRequest, _Mapping]]] = ...) -> None: ...

class Decisions(_message.Message):
    __slots__ = ("decisions",)
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    decisions: _containers.RepeatedCompositeFieldContainer[Decision]
    def __init__(self, decisions: _Optional[_Iterable[_Union[Decision, _Mapping]]] = ...) -> None: ...

class DecideIngestRequest(_message.Message):
    __slots__ = ("resident_id", "information_types", "count", "scan_receipt", "patient_link_id")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    SCAN_RECEIPT_FIELD_NUMBER: _ClassVar[int]
    PATIENT_LINK_ID_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    count: int
    scan_receipt: str
    patient_link_id: str
    def __init__(self, resident_id: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., count: _Optional[int] = ..., scan_receipt: _Optional[str] = ..., patient_link_id: _Optional[str] = ...) -> None: ...

class DecideIngestsRequest(_message.Message):
    __slots__ = ("sender", "questions")
    SENDER_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    sender: str
    questions: _containers.RepeatedCompositeFieldContainer[DecideIngestRequest]
    def __init__(self, sender: _Optional[str] = ..., questions: _Optional[_Iterable[_Union[DecideIngestRequest, _Mapping]]] = ...) -> None: ...

class DecideComputationRequest(_message.Message):
    __slots__ = ("sender", "information_types", "purpose", "project_id", "note", "after")
    SENDER_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    sender: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    purpose: str
    project_id: str
    note: str
    after: str
    def __init__(self, sender: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., purpose: _Optional[str] = ..., project_id: _Optional[str] = ..., note: _Optional[str] = ..., after: _Optional[str] = ...) -> None: ...

class ComputationDecisions(_message.Message):
    __slots__ = ("residents", "next")
    RESIDENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    residents: _containers.RepeatedCompositeFieldContainer[CountedResident]
    next: str
    def __init__(self, residents: _Optional[_Iterable[_Union[CountedResident, _Mapping]]] = ..., next: _Optional[str] = ...) -> None: ...

class CountedResident(_message.Message):
    __slots__ = ("resident_id", "decision_id", "releases")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    RELEASES_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    decision_id: str
    releases: _containers.RepeatedCompositeFieldContainer[Release]
    def __init__(self, resident_id: _Optional[str] = ..., decision_id: _Optional[str] = ..., releases: _Optional[_Iterable[_Union[Release, _Mapping]]] = ...) -> None: ...

class IngestDecisions(_message.Message):
    __slots__ = ("decisions",)
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    decisions: _containers.RepeatedCompositeFieldContainer[Decision]
    def __init__(self, decisions: _Optional[_Iterable[_Union[Decision, _Mapping]]] = ...) -> None: ...

class Decision(_message.Message):
    __slots__ = ("id", "permitted", "reason", "consent_id", "decided_at", "legal_basis_id", "statute", "releases")
    ID_FIELD_NUMBER: _ClassVar[int]
    PERMITTED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    LEGAL_BASIS_ID_FIELD_NUMBER: _ClassVar[int]
    STATUTE_FIELD_NUMBER: _ClassVar[int]
    RELEASES_FIELD_NUMBER: _ClassVar[int]
    id: str
    permitted: bool
    reason: Reason
    consent_id: str
    decided_at: _timestamp_pb2.Timestamp
    legal_basis_id: str
    statute: str
    releases: _containers.RepeatedCompositeFieldContainer[Release]
    def __init__(self, id: _Optional[str] = ..., permitted: _Optional[bool] = ..., reason: _Optional[_Union[Reason, str]] = ..., consent_id: _Optional[str] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., legal_basis_id: _Optional[str] = ..., statute: _Optional[str] = ..., releases: _Optional[_Iterable[_Union[Release, _Mapping]]] = ...) -> None: ...

class Release(_message.Message):
    __slots__ = ("information_types", "sensitive_categories", "data_from", "data_until")
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    SENSITIVE_CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    DATA_FROM_FIELD_NUMBER: _ClassVar[int]
    DATA_UNTIL_FIELD_NUMBER: _ClassVar[int]
    information_types: _containers.RepeatedScalarFieldContainer[str]
    sensitive_categories: _containers.RepeatedScalarFieldContainer[str]
    data_from: _timestamp_pb2.Timestamp
    data_until: _timestamp_pb2.Timestamp
    def __init__(self, information_types: _Optional[_Iterable[str]] = ..., sensitive_categories: _Optional[_Iterable[str]] = ..., data_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., data_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListAccessLogRequest(_message.Message):
    __slots__ = ("resident_id", "page", "subject_id", "partner_id", "kind", "since", "until")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    page: _types_pb2.PageRequest
    subject_id: str
    partner_id: str
    kind: AccessKind
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    def __init__(self, resident_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., subject_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., kind: _Optional[_Union[AccessKind, str]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AccessLogPage(_message.Message):
    __slots__ = ("entries", "page")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[AccessLogEntry]
    page: _types_pb2.PageInfo
    def __init__(self, entries: _Optional[_Iterable[_Union[AccessLogEntry, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class AccessLogEntry(_message.Message):
    __slots__ = ("position", "decision_id", "resident_id", "subject_id", "role", "partner_id", "information_types", "purpose", "access_mode", "permitted", "reason", "consent_id", "decided_at", "hash", "kind", "count", "times", "last_at", "act", "about_id", "note", "ended_because", "place", "app", "parts")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ACCESS_MODE_FIELD_NUMBER: _ClassVar[int]
    PERMITTED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    LAST_AT_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    ABOUT_ID_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    ENDED_BECAUSE_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    APP_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    position: int
    decision_id: str
    resident_id: str
    subject_id: str
    role: _route_pb2.Role
    partner_id: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    purpose: str
    access_mode: _api_pb2.AccessMode
    permitted: bool
    reason: Reason
    consent_id: str
    decided_at: _timestamp_pb2.Timestamp
    hash: bytes
    kind: AccessKind
    count: int
    times: int
    last_at: _timestamp_pb2.Timestamp
    act: AccessAct
    about_id: str
    note: str
    ended_because: ConsentEnd
    place: str
    app: str
    parts: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, position: _Optional[int] = ..., decision_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., subject_id: _Optional[str] = ..., role: _Optional[_Union[_route_pb2.Role, str]] = ..., partner_id: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., purpose: _Optional[str] = ..., access_mode: _Optional[_Union[_api_pb2.AccessMode, str]] = ..., permitted: _Optional[bool] = ..., reason: _Optional[_Union[Reason, str]] = ..., consent_id: _Optional[str] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., hash: _Optional[bytes] = ..., kind: _Optional[_Union[AccessKind, str]] = ..., count: _Optional[int] = ..., times: _Optional[int] = ..., last_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., act: _Optional[_Union[AccessAct, str]] = ..., about_id: _Optional[str] = ..., note: _Optional[str] = ..., ended_because: _Optional[_Union[ConsentEnd, str]] = ..., place: _Optional[str] = ..., app: _Optional[str] = ..., parts: _Optional[_Iterable[str]] = ...) -> None: ...

class CheckAccessLogRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class AccessLogCheck(_message.Message):
    __slots__ = ("holds", "entries", "broken_at", "why")
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    BROKEN_AT_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    holds: bool
    entries: int
    broken_at: int
    why: str
    def __init__(self, holds: _Optional[bool] = ..., entries: _Optional[int] = ..., broken_at: _Optional[int] = ..., why: _Optional[str] = ...) -> None: ...

class GetLogCheckpointRequest(_message.Message):
    __slots__ = ("size",)
    SIZE_FIELD_NUMBER: _ClassVar[int]
    size: int
    def __init__(self, size: _Optional[int] = ...) -> None: ...

class LogCheckpoint(_message.Message):
    __slots__ = ("origin", "size", "root", "note", "keys", "signed_at")
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    SIGNED_AT_FIELD_NUMBER: _ClassVar[int]
    origin: str
    size: int
    root: bytes
    note: str
    keys: _containers.RepeatedScalarFieldContainer[str]
    signed_at: _timestamp_pb2.Timestamp
    def __init__(self, origin: _Optional[str] = ..., size: _Optional[int] = ..., root: _Optional[bytes] = ..., note: _Optional[str] = ..., keys: _Optional[_Iterable[str]] = ..., signed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetLogConsistencyRequest(_message.Message):
    __slots__ = ("old_size", "size")
    OLD_SIZE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    old_size: int
    size: int
    def __init__(self, old_size: _Optional[int] = ..., size: _Optional[int] = ...) -> None: ...

class LogConsistency(_message.Message):
    __slots__ = ("old_size", "size", "path")
    OLD_SIZE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    old_size: int
    size: int
    path: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, old_size: _Optional[int] = ..., size: _Optional[int] = ..., path: _Optional[_Iterable[bytes]] = ...) -> None: ...

class GetLogTileRequest(_message.Message):
    __slots__ = ("level", "index", "width")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    level: int
    index: int
    width: int
    def __init__(self, level: _Optional[int] = ..., index: _Optional[int] = ..., width: _Optional[int] = ...) -> None: ...

class LogTile(_message.Message):
    __slots__ = ("hashes",)
    HASHES_FIELD_NUMBER: _ClassVar[int]
    hashes: bytes
    def __init__(self, hashes: _Optional[bytes] = ...) -> None: ...

class GetLogInclusionRequest(_message.Message):
    __slots__ = ("position", "size")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    position: int
    size: int
    def __init__(self, position: _Optional[int] = ..., size: _Optional[int] = ...) -> None: ...

class LogInclusion(_message.Message):
    __slots__ = ("index", "size", "entry", "path", "checkpoint")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_FIELD_NUMBER: _ClassVar[int]
    index: int
    size: int
    entry: bytes
    path: _containers.RepeatedScalarFieldContainer[bytes]
    checkpoint: LogCheckpoint
    def __init__(self, index: _Optional[int] = ..., size: _Optional[int] = ..., entry: _Optional[bytes] = ..., path: _Optional[_Iterable[bytes]] = ..., checkpoint: _Optional[_Union[LogCheckpoint, _Mapping]] = ...) -> None: ...

class CosignLogCheckpointRequest(_message.Message):
    __slots__ = ("size", "cosignature")
    SIZE_FIELD_NUMBER: _ClassVar[int]
    COSIGNATURE_FIELD_NUMBER: _ClassVar[int]
    size: int
    cosignature: str
    def __init__(self, size: _Optional[int] = ..., cosignature: _Optional[str] = ...) -> None: ...
