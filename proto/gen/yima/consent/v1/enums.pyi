from collections.abc import Iterator
from typing import ClassVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from yima.consent.v1 import api_pb2

class _Members(EnumTypeWrapper):
    def __iter__[E](cls: type[E]) -> Iterator[E]: ...

class ConsentStatus(api_pb2.ConsentStatus, metaclass=_Members):
    name: str
    value: int
    REQUESTED: ClassVar[ConsentStatus]
    GRANTED: ClassVar[ConsentStatus]
    DENIED: ClassVar[ConsentStatus]
    REVOKED: ClassVar[ConsentStatus]
    EXPIRED: ClassVar[ConsentStatus]
    SUPERSEDED: ClassVar[ConsentStatus]
    SUSPENDED: ClassVar[ConsentStatus]
    WITHDRAWN: ClassVar[ConsentStatus]
    ENDED: ClassVar[ConsentStatus]
    AWAITING_ORDER: ClassVar[ConsentStatus]

class Origin(api_pb2.Origin, metaclass=_Members):
    name: str
    value: int
    ORDER: ClassVar[Origin]
    VISIT: ClassVar[Origin]
    EMERGENCY: ClassVar[Origin]
    OFFER: ClassVar[Origin]
    PROJECT: ClassVar[Origin]

class Reason(api_pb2.Reason, metaclass=_Members):
    name: str
    value: int
    CONSENT_IN_FORCE: ClassVar[Reason]
    OWN_RECORD: ClassVar[Reason]
    NO_CONSENT: ClassVar[Reason]
    CONSENT_REVOKED: ClassVar[Reason]
    CONSENT_EXPIRED: ClassVar[Reason]
    OTHER_PURPOSE: ClassVar[Reason]
    OTHER_INFORMATION_TYPE: ClassVar[Reason]
    OTHER_ACCESS_MODE: ClassVar[Reason]
    PARTNER_NOT_IN_STANDING: ClassVar[Reason]
    ORDER_NOT_CONFIRMED: ClassVar[Reason]
    ORDER_ENDED: ClassVar[Reason]
    SERVES_BY_ORDER: ClassVar[Reason]
    SCANNED: ClassVar[Reason]
    NO_RELATION: ClassVar[Reason]
    GUARDIANSHIP_ENDED: ClassVar[Reason]
    OTHER_PRACTITIONER: ClassVar[Reason]
    VISIT_OFFERED: ClassVar[Reason]
    VISIT_DENIED: ClassVar[Reason]
    EMERGENCY: ClassVar[Reason]
    LEGAL_BASIS: ClassVar[Reason]
    USED_UP: ClassVar[Reason]
    PROJECT_ENDED: ClassVar[Reason]
    ITS_PATIENT: ClassVar[Reason]
    FROZEN: ClassVar[Reason]
    NO_DECISION: ClassVar[Reason]

class ConsentEnd(api_pb2.ConsentEnd, metaclass=_Members):
    name: str
    value: int
    ORDER_CLOSED: ClassVar[ConsentEnd]
    ORDER_CANCELLED: ClassVar[ConsentEnd]
    ORDER_REFUSED: ClassVar[ConsentEnd]
    ORDER_EXPIRED: ClassVar[ConsentEnd]
    GUARDIANSHIP_ENDED: ClassVar[ConsentEnd]
    NOT_JUSTIFIED: ClassVar[ConsentEnd]
    PROJECT_ENDED: ClassVar[ConsentEnd]
    GRANTEE_LEFT: ClassVar[ConsentEnd]

class AccessKind(api_pb2.AccessKind, metaclass=_Members):
    name: str
    value: int
    READ: ClassVar[AccessKind]
    INGEST: ClassVar[AccessKind]
    SCAN: ClassVar[AccessKind]
    EMERGENCY: ClassVar[AccessKind]
    CONSENT: ClassVar[AccessKind]
    POLICY: ClassVar[AccessKind]
    LOOK: ClassVar[AccessKind]
    REFUSALS: ClassVar[AccessKind]
    CITY: ClassVar[AccessKind]

class AccessAct(api_pb2.AccessAct, metaclass=_Members):
    name: str
    value: int
    CODE_SCANNED: ClassVar[AccessAct]
    CODE_REPLAYED: ClassVar[AccessAct]
    EMERGENCY_OPENED: ClassVar[AccessAct]
    EMERGENCY_REVIEWED: ClassVar[AccessAct]
    CONSENT_REQUESTED: ClassVar[AccessAct]
    CONSENT_GRANTED: ClassVar[AccessAct]
    CONSENT_DENIED: ClassVar[AccessAct]
    CONSENT_REVOKED: ClassVar[AccessAct]
    CONSENT_ENDED: ClassVar[AccessAct]
    RULE_SET: ClassVar[AccessAct]
    RULE_WITHDRAWN: ClassVar[AccessAct]
    LOG_SEEN: ClassVar[AccessAct]
    CONSENTS_SEEN: ClassVar[AccessAct]
    ERASURES_SEEN: ClassVar[AccessAct]
    REFUSED_AGAIN: ClassVar[AccessAct]
    ORDERS_SEEN: ClassVar[AccessAct]
    PERSON_SEEN: ClassVar[AccessAct]
    EMERGENCIES_SEEN: ClassVar[AccessAct]
    RESOURCE_REVIEWED: ClassVar[AccessAct]
    CODE_SCANNED_ELSEWHERE: ClassVar[AccessAct]
    CODE_REPLAYED_ELSEWHERE: ClassVar[AccessAct]
    LEGAL_BASIS_ENTERED: ClassVar[AccessAct]
    LEGAL_BASIS_SIGNED: ClassVar[AccessAct]
    LEGAL_BASIS_ENDED: ClassVar[AccessAct]
    PROJECT_PROPOSED: ClassVar[AccessAct]
    PROJECT_ENDORSED: ClassVar[AccessAct]
    PROJECT_APPROVED: ClassVar[AccessAct]
    PROJECT_ENDED: ClassVar[AccessAct]
    FREEZE_IMPOSED: ClassVar[AccessAct]
    FREEZE_LIFTED: ClassVar[AccessAct]
    TRUST_LIST_PUT: ClassVar[AccessAct]
    PACK_CHANGED: ClassVar[AccessAct]
    PATIENT_ASKED: ClassVar[AccessAct]
    PATIENT_MATCHED: ClassVar[AccessAct]
    PATIENT_UNMATCHED: ClassVar[AccessAct]
    READING_WITHDRAWN: ClassVar[AccessAct]
    FOLLOW_UP_NOTED: ClassVar[AccessAct]
    FOLLOW_UP_CLOSED: ClassVar[AccessAct]

class ErasureStatus(api_pb2.ErasureStatus, metaclass=_Members):
    name: str
    value: int
    EXPECTED: ClassVar[ErasureStatus]
    DUE: ClassVar[ErasureStatus]
    OVERDUE: ClassVar[ErasureStatus]
    ATTESTED: ClassVar[ErasureStatus]

class ErasureMethod(api_pb2.ErasureMethod, metaclass=_Members):
    name: str
    value: int
    CLEAR: ClassVar[ErasureMethod]
    PURGE: ClassVar[ErasureMethod]
    CRYPTOGRAPHIC_ERASE: ClassVar[ErasureMethod]
    DESTROY: ClassVar[ErasureMethod]
    NOTHING_KEPT: ClassVar[ErasureMethod]

class GroundKind(api_pb2.GroundKind, metaclass=_Members):
    name: str
    value: int
    STANDING: ClassVar[GroundKind]
    CONSENT: ClassVar[GroundKind]
    VISIT: ClassVar[GroundKind]
    VISIT_RULE: ClassVar[GroundKind]
    LEGAL_BASIS: ClassVar[GroundKind]

class RemedyKind(api_pb2.RemedyKind, metaclass=_Members):
    name: str
    value: int
    REVOKE_CONSENT: ClassVar[RemedyKind]
    ANSWER_VISIT: ClassVar[RemedyKind]
    END_VISIT_RULE: ClassVar[RemedyKind]
    LEGAL_BASIS_ENDS: ClassVar[RemedyKind]
    SHOW_CODE: ClassVar[RemedyKind]
    CONSENT_TO_ORDER: ClassVar[RemedyKind]
    CONFIRM_ORDER: ClassVar[RemedyKind]
    REGAIN_STANDING: ClassVar[RemedyKind]
    JOIN_PROJECT: ClassVar[RemedyKind]

class LegalBasisStatus(api_pb2.LegalBasisStatus, metaclass=_Members):
    name: str
    value: int
    ENTERED: ClassVar[LegalBasisStatus]
    IN_FORCE: ClassVar[LegalBasisStatus]
    EXPIRED: ClassVar[LegalBasisStatus]
    ENDED: ClassVar[LegalBasisStatus]

class ProjectStatus(api_pb2.ProjectStatus, metaclass=_Members):
    name: str
    value: int
    PROPOSED: ClassVar[ProjectStatus]
    ENDORSED: ClassVar[ProjectStatus]
    APPROVED: ClassVar[ProjectStatus]
    EXPIRED: ClassVar[ProjectStatus]
    ENDED: ClassVar[ProjectStatus]

class EmergencyStatus(api_pb2.EmergencyStatus, metaclass=_Members):
    name: str
    value: int
    TO_REVIEW: ClassVar[EmergencyStatus]
    OVERDUE: ClassVar[EmergencyStatus]
    REVIEWED: ClassVar[EmergencyStatus]
    AUDITED: ClassVar[EmergencyStatus]
