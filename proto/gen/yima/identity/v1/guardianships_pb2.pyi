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

class GuardianshipBasis(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GUARDIANSHIP_BASIS_UNSPECIFIED: _ClassVar[GuardianshipBasis]
    GUARDIANSHIP_BASIS_REGISTRATION: _ClassVar[GuardianshipBasis]
    GUARDIANSHIP_BASIS_AGREEMENT: _ClassVar[GuardianshipBasis]
    GUARDIANSHIP_BASIS_EVIDENCE: _ClassVar[GuardianshipBasis]

class GuardianshipProposalStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GUARDIANSHIP_PROPOSAL_STATUS_UNSPECIFIED: _ClassVar[GuardianshipProposalStatus]
    GUARDIANSHIP_PROPOSAL_STATUS_OPEN: _ClassVar[GuardianshipProposalStatus]
    GUARDIANSHIP_PROPOSAL_STATUS_CONFIRMED: _ClassVar[GuardianshipProposalStatus]
    GUARDIANSHIP_PROPOSAL_STATUS_DECLINED: _ClassVar[GuardianshipProposalStatus]
    GUARDIANSHIP_PROPOSAL_STATUS_WITHDRAWN: _ClassVar[GuardianshipProposalStatus]
    GUARDIANSHIP_PROPOSAL_STATUS_REFUSED: _ClassVar[GuardianshipProposalStatus]
    GUARDIANSHIP_PROPOSAL_STATUS_EXPIRED: _ClassVar[GuardianshipProposalStatus]

class GuardianshipEvidenceKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GUARDIANSHIP_EVIDENCE_KIND_UNSPECIFIED: _ClassVar[GuardianshipEvidenceKind]
    GUARDIANSHIP_EVIDENCE_KIND_BIRTH_CERTIFICATE: _ClassVar[GuardianshipEvidenceKind]
    GUARDIANSHIP_EVIDENCE_KIND_HOUSEHOLD_REGISTER: _ClassVar[GuardianshipEvidenceKind]
    GUARDIANSHIP_EVIDENCE_KIND_COURT_DECISION: _ClassVar[GuardianshipEvidenceKind]
    GUARDIANSHIP_EVIDENCE_KIND_NOTARISED_AGREEMENT: _ClassVar[GuardianshipEvidenceKind]
    GUARDIANSHIP_EVIDENCE_KIND_APPOINTMENT: _ClassVar[GuardianshipEvidenceKind]
GUARDIANSHIP_BASIS_UNSPECIFIED: GuardianshipBasis
GUARDIANSHIP_BASIS_REGISTRATION: GuardianshipBasis
GUARDIANSHIP_BASIS_AGREEMENT: GuardianshipBasis
GUARDIANSHIP_BASIS_EVIDENCE: GuardianshipBasis
GUARDIANSHIP_PROPOSAL_STATUS_UNSPECIFIED: GuardianshipProposalStatus
GUARDIANSHIP_PROPOSAL_STATUS_OPEN: GuardianshipProposalStatus
GUARDIANSHIP_PROPOSAL_STATUS_CONFIRMED: GuardianshipProposalStatus
GUARDIANSHIP_PROPOSAL_STATUS_DECLINED: GuardianshipProposalStatus
GUARDIANSHIP_PROPOSAL_STATUS_WITHDRAWN: GuardianshipProposalStatus
GUARDIANSHIP_PROPOSAL_STATUS_REFUSED: GuardianshipProposalStatus
GUARDIANSHIP_PROPOSAL_STATUS_EXPIRED: GuardianshipProposalStatus
GUARDIANSHIP_EVIDENCE_KIND_UNSPECIFIED: GuardianshipEvidenceKind
GUARDIANSHIP_EVIDENCE_KIND_BIRTH_CERTIFICATE: GuardianshipEvidenceKind
GUARDIANSHIP_EVIDENCE_KIND_HOUSEHOLD_REGISTER: GuardianshipEvidenceKind
GUARDIANSHIP_EVIDENCE_KIND_COURT_DECISION: GuardianshipEvidenceKind
GUARDIANSHIP_EVIDENCE_KIND_NOTARISED_AGREEMENT: GuardianshipEvidenceKind
GUARDIANSHIP_EVIDENCE_KIND_APPOINTMENT: GuardianshipEvidenceKind

class GuardianshipEvidence(_message.Message):
    __slots__ = ("kind", "reference", "issued_by", "issued_on")
    KIND_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ISSUED_BY_FIELD_NUMBER: _ClassVar[int]
    ISSUED_ON_FIELD_NUMBER: _ClassVar[int]
    kind: GuardianshipEvidenceKind
    reference: str
    issued_by: str
    issued_on: str
    def __init__(self, kind: _Optional[_Union[GuardianshipEvidenceKind, str]] = ..., reference: _Optional[str] = ..., issued_by: _Optional[str] = ..., issued_on: _Optional[str] = ...) -> None: ...

class ProposeGuardianshipRequest(_message.Message):
    __slots__ = ("guardian_id", "resident_id", "acts", "until", "evidence")
    GUARDIAN_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ACTS_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    guardian_id: str
    resident_id: str
    acts: _containers.RepeatedScalarFieldContainer[_route_pb2.GuardianAct]
    until: _timestamp_pb2.Timestamp
    evidence: _containers.RepeatedCompositeFieldContainer[GuardianshipEvidence]
    def __init__(self, guardian_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., acts: _Optional[_Iterable[_Union[_route_pb2.GuardianAct, str]]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., evidence: _Optional[_Iterable[_Union[GuardianshipEvidence, _Mapping]]] = ...) -> None: ...

class GuardianshipProposal(_message.Message):
    __slots__ = ("id", "guardian_id", "guardian_name", "guardian_birth_date", "resident_id", "resident_name", "resident_birth_date", "acts", "until", "proposed_by_id", "evidence", "proposed_at", "expires_at", "status", "closed_at", "reason", "for_minor", "yours_to_answer")
    ID_FIELD_NUMBER: _ClassVar[int]
    GUARDIAN_ID_FIELD_NUMBER: _ClassVar[int]
    GUARDIAN_NAME_FIELD_NUMBER: _ClassVar[int]
    GUARDIAN_BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_NAME_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    ACTS_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_BY_ID_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    FOR_MINOR_FIELD_NUMBER: _ClassVar[int]
    YOURS_TO_ANSWER_FIELD_NUMBER: _ClassVar[int]
    id: str
    guardian_id: str
    guardian_name: str
    guardian_birth_date: str
    resident_id: str
    resident_name: str
    resident_birth_date: str
    acts: _containers.RepeatedScalarFieldContainer[_route_pb2.GuardianAct]
    until: _timestamp_pb2.Timestamp
    proposed_by_id: str
    evidence: _containers.RepeatedCompositeFieldContainer[GuardianshipEvidence]
    proposed_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    status: GuardianshipProposalStatus
    closed_at: _timestamp_pb2.Timestamp
    reason: str
    for_minor: bool
    yours_to_answer: bool
    def __init__(self, id: _Optional[str] = ..., guardian_id: _Optional[str] = ..., guardian_name: _Optional[str] = ..., guardian_birth_date: _Optional[str] = ..., resident_id: _Optional[str] = ..., resident_name: _Optional[str] = ..., resident_birth_date: _Optional[str] = ..., acts: _Optional[_Iterable[_Union[_route_pb2.GuardianAct, str]]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., proposed_by_id: _Optional[str] = ..., evidence: _Optional[_Iterable[_Union[GuardianshipEvidence, _Mapping]]] = ..., proposed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[_Union[GuardianshipProposalStatus, str]] = ..., closed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., for_minor: _Optional[bool] = ..., yours_to_answer: _Optional[bool] = ...) -> None: ...

class ConfirmGuardianshipRequest(_message.Message):
    __slots__ = ("guardianship_proposal_id",)
    GUARDIANSHIP_PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    guardianship_proposal_id: str
    def __init__(self, guardianship_proposal_id: _Optional[str] = ...) -> None: ...

class DeclineGuardianshipRequest(_message.Message):
    __slots__ = ("guardianship_proposal_id", "reason")
    GUARDIANSHIP_PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    guardianship_proposal_id: str
    reason: str
    def __init__(self, guardianship_proposal_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class DecideGuardianshipRequest(_message.Message):
    __slots__ = ("guardianship_proposal_id", "approved", "reason")
    GUARDIANSHIP_PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    guardianship_proposal_id: str
    approved: bool
    reason: str
    def __init__(self, guardianship_proposal_id: _Optional[str] = ..., approved: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class ListGuardianshipProposalsRequest(_message.Message):
    __slots__ = ("status", "page")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    status: GuardianshipProposalStatus
    page: _types_pb2.PageRequest
    def __init__(self, status: _Optional[_Union[GuardianshipProposalStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class GuardianshipProposalPage(_message.Message):
    __slots__ = ("proposals", "page")
    PROPOSALS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    proposals: _containers.RepeatedCompositeFieldContainer[GuardianshipProposal]
    page: _types_pb2.PageInfo
    def __init__(self, proposals: _Optional[_Iterable[_Union[GuardianshipProposal, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ListGuardianshipsRequest(_message.Message):
    __slots__ = ("resident_id", "ended_too", "page")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ENDED_TOO_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    ended_too: bool
    page: _types_pb2.PageRequest
    def __init__(self, resident_id: _Optional[str] = ..., ended_too: _Optional[bool] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class GuardianshipPage(_message.Message):
    __slots__ = ("guardianships", "page")
    GUARDIANSHIPS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    guardianships: _containers.RepeatedCompositeFieldContainer[GuardianshipEntry]
    page: _types_pb2.PageInfo
    def __init__(self, guardianships: _Optional[_Iterable[_Union[GuardianshipEntry, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class GuardianshipEntry(_message.Message):
    __slots__ = ("id", "guardian_id", "guardian_name", "resident_id", "resident_name", "acts", "since", "until", "ended_at", "basis", "for_minor")
    ID_FIELD_NUMBER: _ClassVar[int]
    GUARDIAN_ID_FIELD_NUMBER: _ClassVar[int]
    GUARDIAN_NAME_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_NAME_FIELD_NUMBER: _ClassVar[int]
    ACTS_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    FOR_MINOR_FIELD_NUMBER: _ClassVar[int]
    id: str
    guardian_id: str
    guardian_name: str
    resident_id: str
    resident_name: str
    acts: _containers.RepeatedScalarFieldContainer[_route_pb2.GuardianAct]
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    basis: GuardianshipBasis
    for_minor: bool
    def __init__(self, id: _Optional[str] = ..., guardian_id: _Optional[str] = ..., guardian_name: _Optional[str] = ..., resident_id: _Optional[str] = ..., resident_name: _Optional[str] = ..., acts: _Optional[_Iterable[_Union[_route_pb2.GuardianAct, str]]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., basis: _Optional[_Union[GuardianshipBasis, str]] = ..., for_minor: _Optional[bool] = ...) -> None: ...
