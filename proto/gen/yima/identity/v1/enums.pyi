from collections.abc import Iterator
from typing import ClassVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from yima.identity.v1 import accounts_pb2
from yima.identity.v1 import guardianships_pb2
from yima.identity.v1 import api_pb2
from yima.identity.v1 import events_pb2

class _Members(EnumTypeWrapper):
    def __iter__[E](cls: type[E]) -> Iterator[E]: ...

class AccountStatus(accounts_pb2.AccountStatus, metaclass=_Members):
    name: str
    value: int
    UNCONFIRMED: ClassVar[AccountStatus]
    ACTIVE: ClassVar[AccountStatus]
    SUSPENDED: ClassVar[AccountStatus]
    LEFT: ClassVar[AccountStatus]

class AccountChangeKind(accounts_pb2.AccountChangeKind, metaclass=_Members):
    name: str
    value: int
    JOINED: ClassVar[AccountChangeKind]
    CONFIRMED: ClassVar[AccountChangeKind]
    DUTIES: ClassVar[AccountChangeKind]
    SUSPENDED: ClassVar[AccountChangeKind]
    REINSTATED: ClassVar[AccountChangeKind]
    LEFT: ClassVar[AccountChangeKind]

class GuardianshipBasis(guardianships_pb2.GuardianshipBasis, metaclass=_Members):
    name: str
    value: int
    REGISTRATION: ClassVar[GuardianshipBasis]
    AGREEMENT: ClassVar[GuardianshipBasis]
    EVIDENCE: ClassVar[GuardianshipBasis]

class GuardianshipProposalStatus(guardianships_pb2.GuardianshipProposalStatus, metaclass=_Members):
    name: str
    value: int
    OPEN: ClassVar[GuardianshipProposalStatus]
    CONFIRMED: ClassVar[GuardianshipProposalStatus]
    DECLINED: ClassVar[GuardianshipProposalStatus]
    WITHDRAWN: ClassVar[GuardianshipProposalStatus]
    REFUSED: ClassVar[GuardianshipProposalStatus]
    EXPIRED: ClassVar[GuardianshipProposalStatus]

class GuardianshipEvidenceKind(guardianships_pb2.GuardianshipEvidenceKind, metaclass=_Members):
    name: str
    value: int
    BIRTH_CERTIFICATE: ClassVar[GuardianshipEvidenceKind]
    HOUSEHOLD_REGISTER: ClassVar[GuardianshipEvidenceKind]
    COURT_DECISION: ClassVar[GuardianshipEvidenceKind]
    NOTARISED_AGREEMENT: ClassVar[GuardianshipEvidenceKind]
    APPOINTMENT: ClassVar[GuardianshipEvidenceKind]

class DistrictSource(api_pb2.DistrictSource, metaclass=_Members):
    name: str
    value: int
    REGISTER: ClassVar[DistrictSource]
    OWN: ClassVar[DistrictSource]

class LicenceState(api_pb2.LicenceState, metaclass=_Members):
    name: str
    value: int
    WAITING: ClassVar[LicenceState]
    CHECKED: ClassVar[LicenceState]
    REFUSED: ClassVar[LicenceState]
    WITHDRAWN: ClassVar[LicenceState]

class Agreement(api_pb2.Agreement, metaclass=_Members):
    name: str
    value: int
    YES: ClassVar[Agreement]
    NO: ClassVar[Agreement]

class PatientMatchBasis(api_pb2.PatientMatchBasis, metaclass=_Members):
    name: str
    value: int
    HEALTH_CODE: ClassVar[PatientMatchBasis]
    IDENTITY_NUMBER: ClassVar[PatientMatchBasis]
    RESIDENT_ID: ClassVar[PatientMatchBasis]
    CONFIRMED: ClassVar[PatientMatchBasis]

class GuardianshipEnd(events_pb2.GuardianshipEnd, metaclass=_Members):
    name: str
    value: int
    BY_GUARDIAN: ClassVar[GuardianshipEnd]
    BY_OPERATOR: ClassVar[GuardianshipEnd]
    OF_AGE: ClassVar[GuardianshipEnd]
    BY_DEPENDANT: ClassVar[GuardianshipEnd]
    TERM: ClassVar[GuardianshipEnd]
