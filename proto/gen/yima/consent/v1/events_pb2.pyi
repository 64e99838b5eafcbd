import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.catalog.v1 import api_pb2 as _api_pb2
from yima.consent.v1 import api_pb2 as _api_pb2_1
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ConsentRequested(_message.Message):
    __slots__ = ("consent_request_id", "order_id", "order_line_id", "resident_id", "grantee_id", "version")
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    consent_request_id: str
    order_id: str
    order_line_id: str
    resident_id: str
    grantee_id: str
    version: int
    def __init__(self, consent_request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class ConsentGranted(_message.Message):
    __slots__ = ("consent_id", "consent_request_id", "order_id", "order_line_id", "resident_id", "grantee_id", "artefact_hash", "expires_at", "version")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    ARTEFACT_HASH_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    consent_request_id: str
    order_id: str
    order_line_id: str
    resident_id: str
    grantee_id: str
    artefact_hash: bytes
    expires_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, consent_id: _Optional[str] = ..., consent_request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., artefact_hash: _Optional[bytes] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class ConsentDenied(_message.Message):
    __slots__ = ("consent_request_id", "order_id", "order_line_id", "resident_id", "grantee_id", "version")
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    consent_request_id: str
    order_id: str
    order_line_id: str
    resident_id: str
    grantee_id: str
    version: int
    def __init__(self, consent_request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class ConsentRevoked(_message.Message):
    __slots__ = ("consent_id", "order_id", "order_line_id", "resident_id", "grantee_id", "revoked_at", "version")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    REVOKED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    order_id: str
    order_line_id: str
    resident_id: str
    grantee_id: str
    revoked_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, consent_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., revoked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class ConsentEnded(_message.Message):
    __slots__ = ("consent_id", "order_id", "order_line_id", "resident_id", "grantee_id", "ended_at", "because", "version")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    BECAUSE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    order_id: str
    order_line_id: str
    resident_id: str
    grantee_id: str
    ended_at: _timestamp_pb2.Timestamp
    because: _api_pb2_1.ConsentEnd
    version: int
    def __init__(self, consent_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., because: _Optional[_Union[_api_pb2_1.ConsentEnd, str]] = ..., version: _Optional[int] = ...) -> None: ...

class ErasureDue(_message.Message):
    __slots__ = ("consent_id", "order_id", "order_line_id", "resident_id", "grantee_id", "artefact_hash", "due_at", "version")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    ARTEFACT_HASH_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    order_id: str
    order_line_id: str
    resident_id: str
    grantee_id: str
    artefact_hash: bytes
    due_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, consent_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., artefact_hash: _Optional[bytes] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class ErasureAttested(_message.Message):
    __slots__ = ("consent_id", "order_id", "order_line_id", "resident_id", "grantee_id", "attestation_hash", "attested_at", "version")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    ATTESTATION_HASH_FIELD_NUMBER: _ClassVar[int]
    ATTESTED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    order_id: str
    order_line_id: str
    resident_id: str
    grantee_id: str
    attestation_hash: bytes
    attested_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, consent_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., attestation_hash: _Optional[bytes] = ..., attested_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class AccessLogCheckpointed(_message.Message):
    __slots__ = ("size", "root", "note", "version", "previous_size", "path")
    SIZE_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_SIZE_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    size: int
    root: bytes
    note: str
    version: int
    previous_size: int
    path: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, size: _Optional[int] = ..., root: _Optional[bytes] = ..., note: _Optional[str] = ..., version: _Optional[int] = ..., previous_size: _Optional[int] = ..., path: _Optional[_Iterable[bytes]] = ...) -> None: ...

class ToldDecision(_message.Message):
    __slots__ = ("position", "hash", "decided_at", "permitted", "reason", "purpose", "access_mode", "grantee_id", "consent_id")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    PERMITTED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ACCESS_MODE_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    position: int
    hash: bytes
    decided_at: _timestamp_pb2.Timestamp
    permitted: bool
    reason: _api_pb2_1.Reason
    purpose: str
    access_mode: _api_pb2.AccessMode
    grantee_id: str
    consent_id: str
    def __init__(self, position: _Optional[int] = ..., hash: _Optional[bytes] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., permitted: _Optional[bool] = ..., reason: _Optional[_Union[_api_pb2_1.Reason, str]] = ..., purpose: _Optional[str] = ..., access_mode: _Optional[_Union[_api_pb2.AccessMode, str]] = ..., grantee_id: _Optional[str] = ..., consent_id: _Optional[str] = ...) -> None: ...

class DecisionsTold(_message.Message):
    __slots__ = ("dispute_id", "order_id", "decisions", "left_out", "version")
    DISPUTE_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    dispute_id: str
    order_id: str
    decisions: _containers.RepeatedCompositeFieldContainer[ToldDecision]
    left_out: bool
    version: int
    def __init__(self, dispute_id: _Optional[str] = ..., order_id: _Optional[str] = ..., decisions: _Optional[_Iterable[_Union[ToldDecision, _Mapping]]] = ..., left_out: _Optional[bool] = ..., version: _Optional[int] = ...) -> None: ...

class VisitOffered(_message.Message):
    __slots__ = ("consent_request_id", "scan_id", "resident_id", "grantee_id", "practitioner_id", "until", "version")
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    consent_request_id: str
    scan_id: str
    resident_id: str
    grantee_id: str
    practitioner_id: str
    until: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, consent_request_id: _Optional[str] = ..., scan_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class VisitAnswered(_message.Message):
    __slots__ = ("consent_request_id", "scan_id", "resident_id", "grantee_id", "practitioner_id", "granted", "consent_id", "visit_rule_id", "artefact_hash", "until", "version")
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTED_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    VISIT_RULE_ID_FIELD_NUMBER: _ClassVar[int]
    ARTEFACT_HASH_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    consent_request_id: str
    scan_id: str
    resident_id: str
    grantee_id: str
    practitioner_id: str
    granted: bool
    consent_id: str
    visit_rule_id: str
    artefact_hash: bytes
    until: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, consent_request_id: _Optional[str] = ..., scan_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., granted: _Optional[bool] = ..., consent_id: _Optional[str] = ..., visit_rule_id: _Optional[str] = ..., artefact_hash: _Optional[bytes] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class VisitClosed(_message.Message):
    __slots__ = ("consent_request_id", "scan_id", "resident_id", "grantee_id", "consent_id", "revoked", "closed_at", "version")
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    REVOKED_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    consent_request_id: str
    scan_id: str
    resident_id: str
    grantee_id: str
    consent_id: str
    revoked: bool
    closed_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, consent_request_id: _Optional[str] = ..., scan_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., consent_id: _Optional[str] = ..., revoked: _Optional[bool] = ..., closed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class OfferMade(_message.Message):
    __slots__ = ("consent_request_id", "resident_id", "grantee_id", "until", "version")
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    consent_request_id: str
    resident_id: str
    grantee_id: str
    until: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, consent_request_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class OfferAnswered(_message.Message):
    __slots__ = ("consent_request_id", "resident_id", "grantee_id", "granted", "consent_id", "artefact_hash", "until", "version")
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTED_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    ARTEFACT_HASH_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    consent_request_id: str
    resident_id: str
    grantee_id: str
    granted: bool
    consent_id: str
    artefact_hash: bytes
    until: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, consent_request_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., granted: _Optional[bool] = ..., consent_id: _Optional[str] = ..., artefact_hash: _Optional[bytes] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class OfferClosed(_message.Message):
    __slots__ = ("consent_request_id", "resident_id", "grantee_id", "consent_id", "revoked", "closed_at", "version")
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    REVOKED_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    consent_request_id: str
    resident_id: str
    grantee_id: str
    consent_id: str
    revoked: bool
    closed_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, consent_request_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., consent_id: _Optional[str] = ..., revoked: _Optional[bool] = ..., closed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class EmergencyOpened(_message.Message):
    __slots__ = ("emergency_id", "consent_id", "resident_id", "grantee_id", "practitioner_id", "until", "review_due_at", "version")
    EMERGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    REVIEW_DUE_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    emergency_id: str
    consent_id: str
    resident_id: str
    grantee_id: str
    practitioner_id: str
    until: _timestamp_pb2.Timestamp
    review_due_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, emergency_id: _Optional[str] = ..., consent_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., review_due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class EmergencyReviewed(_message.Message):
    __slots__ = ("emergency_id", "consent_id", "resident_id", "grantee_id", "justified", "audited", "version")
    EMERGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    JUSTIFIED_FIELD_NUMBER: _ClassVar[int]
    AUDITED_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    emergency_id: str
    consent_id: str
    resident_id: str
    grantee_id: str
    justified: bool
    audited: bool
    version: int
    def __init__(self, emergency_id: _Optional[str] = ..., consent_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., justified: _Optional[bool] = ..., audited: _Optional[bool] = ..., version: _Optional[int] = ...) -> None: ...

class EmergencyClosed(_message.Message):
    __slots__ = ("consent_id", "resident_id", "grantee_id", "practitioner_id", "closed_at", "version")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    resident_id: str
    grantee_id: str
    practitioner_id: str
    closed_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, consent_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., closed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class LegalBasisSigned(_message.Message):
    __slots__ = ("legal_basis_id", "grantee_id", "expires_at", "version")
    LEGAL_BASIS_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    legal_basis_id: str
    grantee_id: str
    expires_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, legal_basis_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class LegalBasisEnded(_message.Message):
    __slots__ = ("legal_basis_id", "grantee_id", "ended_at", "version")
    LEGAL_BASIS_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    legal_basis_id: str
    grantee_id: str
    ended_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, legal_basis_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class ProjectApproved(_message.Message):
    __slots__ = ("project_id", "grantee_id", "expires_at", "version")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    grantee_id: str
    expires_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, project_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class ProjectEnded(_message.Message):
    __slots__ = ("project_id", "grantee_id", "ended_at", "version")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    grantee_id: str
    ended_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, project_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class ProjectJoined(_message.Message):
    __slots__ = ("consent_id", "project_id", "resident_id", "grantee_id", "artefact_hash", "until", "version")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    ARTEFACT_HASH_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    project_id: str
    resident_id: str
    grantee_id: str
    artefact_hash: bytes
    until: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, consent_id: _Optional[str] = ..., project_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., artefact_hash: _Optional[bytes] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class ProjectLeft(_message.Message):
    __slots__ = ("consent_id", "project_id", "resident_id", "grantee_id", "revoked", "because", "left_at", "version")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GRANTEE_ID_FIELD_NUMBER: _ClassVar[int]
    REVOKED_FIELD_NUMBER: _ClassVar[int]
    BECAUSE_FIELD_NUMBER: _ClassVar[int]
    LEFT_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    project_id: str
    resident_id: str
    grantee_id: str
    revoked: bool
    because: _api_pb2_1.ConsentEnd
    left_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, consent_id: _Optional[str] = ..., project_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., grantee_id: _Optional[str] = ..., revoked: _Optional[bool] = ..., because: _Optional[_Union[_api_pb2_1.ConsentEnd, str]] = ..., left_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...
