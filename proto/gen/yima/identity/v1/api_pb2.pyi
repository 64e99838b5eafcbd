import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import limits_pb2 as _limits_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from yima.identity.v1 import accounts_pb2 as _accounts_pb2
from yima.identity.v1 import cities_pb2 as _cities_pb2
from yima.identity.v1 import guardianships_pb2 as _guardianships_pb2
from yima.identity.v1 import passkeys_pb2 as _passkeys_pb2
from yima.identity.v1 import providers_pb2 as _providers_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DistrictSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DISTRICT_SOURCE_UNSPECIFIED: _ClassVar[DistrictSource]
    DISTRICT_SOURCE_REGISTER: _ClassVar[DistrictSource]
    DISTRICT_SOURCE_OWN: _ClassVar[DistrictSource]

class LicenceState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LICENCE_STATE_UNSPECIFIED: _ClassVar[LicenceState]
    LICENCE_STATE_WAITING: _ClassVar[LicenceState]
    LICENCE_STATE_CHECKED: _ClassVar[LicenceState]
    LICENCE_STATE_REFUSED: _ClassVar[LicenceState]
    LICENCE_STATE_WITHDRAWN: _ClassVar[LicenceState]

class Agreement(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AGREEMENT_UNSPECIFIED: _ClassVar[Agreement]
    AGREEMENT_YES: _ClassVar[Agreement]
    AGREEMENT_NO: _ClassVar[Agreement]

class PatientMatchBasis(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PATIENT_MATCH_BASIS_UNSPECIFIED: _ClassVar[PatientMatchBasis]
    PATIENT_MATCH_BASIS_HEALTH_CODE: _ClassVar[PatientMatchBasis]
    PATIENT_MATCH_BASIS_IDENTITY_NUMBER: _ClassVar[PatientMatchBasis]
    PATIENT_MATCH_BASIS_RESIDENT_ID: _ClassVar[PatientMatchBasis]
    PATIENT_MATCH_BASIS_CONFIRMED: _ClassVar[PatientMatchBasis]
DISTRICT_SOURCE_UNSPECIFIED: DistrictSource
DISTRICT_SOURCE_REGISTER: DistrictSource
DISTRICT_SOURCE_OWN: DistrictSource
LICENCE_STATE_UNSPECIFIED: LicenceState
LICENCE_STATE_WAITING: LicenceState
LICENCE_STATE_CHECKED: LicenceState
LICENCE_STATE_REFUSED: LicenceState
LICENCE_STATE_WITHDRAWN: LicenceState
AGREEMENT_UNSPECIFIED: Agreement
AGREEMENT_YES: Agreement
AGREEMENT_NO: Agreement
PATIENT_MATCH_BASIS_UNSPECIFIED: PatientMatchBasis
PATIENT_MATCH_BASIS_HEALTH_CODE: PatientMatchBasis
PATIENT_MATCH_BASIS_IDENTITY_NUMBER: PatientMatchBasis
PATIENT_MATCH_BASIS_RESIDENT_ID: PatientMatchBasis
PATIENT_MATCH_BASIS_CONFIRMED: PatientMatchBasis

class RegisterResidentRequest(_message.Message):
    __slots__ = ("login", "password", "name", "birth_date", "identity_number")
    LOGIN_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_NUMBER_FIELD_NUMBER: _ClassVar[int]
    login: str
    password: str
    name: str
    birth_date: str
    identity_number: str
    def __init__(self, login: _Optional[str] = ..., password: _Optional[str] = ..., name: _Optional[str] = ..., birth_date: _Optional[str] = ..., identity_number: _Optional[str] = ...) -> None: ...

class FindSubjectRequest(_message.Message):
    __slots__ = ("account_id",)
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    def __init__(self, account_id: _Optional[str] = ...) -> None: ...

class Subject(_message.Message):
    __slots__ = ("account_id", "role", "institution_id")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    role: _route_pb2.Role
    institution_id: str
    def __init__(self, account_id: _Optional[str] = ..., role: _Optional[_Union[_route_pb2.Role, str]] = ..., institution_id: _Optional[str] = ...) -> None: ...

class ConfirmRegistrationRequest(_message.Message):
    __slots__ = ("registered_id", "code")
    REGISTERED_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    registered_id: str
    code: str
    def __init__(self, registered_id: _Optional[str] = ..., code: _Optional[str] = ...) -> None: ...

class AddDependantRequest(_message.Message):
    __slots__ = ("name", "birth_date", "identity_number")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_NUMBER_FIELD_NUMBER: _ClassVar[int]
    name: str
    birth_date: str
    identity_number: str
    def __init__(self, name: _Optional[str] = ..., birth_date: _Optional[str] = ..., identity_number: _Optional[str] = ...) -> None: ...

class ProveResidentRequest(_message.Message):
    __slots__ = ("resident_id", "identity_number")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_NUMBER_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    identity_number: str
    def __init__(self, resident_id: _Optional[str] = ..., identity_number: _Optional[str] = ...) -> None: ...

class CorrectResidentRequest(_message.Message):
    __slots__ = ("resident_id", "name", "birth_date", "identity_number")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_NUMBER_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    name: str
    birth_date: str
    identity_number: str
    def __init__(self, resident_id: _Optional[str] = ..., name: _Optional[str] = ..., birth_date: _Optional[str] = ..., identity_number: _Optional[str] = ...) -> None: ...

class CheckProvenRequest(_message.Message):
    __slots__ = ("resident_id",)
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    def __init__(self, resident_id: _Optional[str] = ...) -> None: ...

class ReleaseContactRequest(_message.Message):
    __slots__ = ("resident_id", "purpose")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    purpose: str
    def __init__(self, resident_id: _Optional[str] = ..., purpose: _Optional[str] = ...) -> None: ...

class ReleasedContact(_message.Message):
    __slots__ = ("name", "age", "proven", "telephone", "guardian_names", "decision_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    AGE_FIELD_NUMBER: _ClassVar[int]
    PROVEN_FIELD_NUMBER: _ClassVar[int]
    TELEPHONE_FIELD_NUMBER: _ClassVar[int]
    GUARDIAN_NAMES_FIELD_NUMBER: _ClassVar[int]
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    age: int
    proven: bool
    telephone: str
    guardian_names: _containers.RepeatedScalarFieldContainer[str]
    decision_id: str
    def __init__(self, name: _Optional[str] = ..., age: _Optional[int] = ..., proven: _Optional[bool] = ..., telephone: _Optional[str] = ..., guardian_names: _Optional[_Iterable[str]] = ..., decision_id: _Optional[str] = ...) -> None: ...

class ProvenCheck(_message.Message):
    __slots__ = ("proven",)
    PROVEN_FIELD_NUMBER: _ClassVar[int]
    proven: bool
    def __init__(self, proven: _Optional[bool] = ...) -> None: ...

class EndGuardianshipRequest(_message.Message):
    __slots__ = ("resident_id", "guardian_id", "reason")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GUARDIAN_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    guardian_id: str
    reason: str
    def __init__(self, resident_id: _Optional[str] = ..., guardian_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class Guardianship(_message.Message):
    __slots__ = ("guardian_id", "resident_id", "ended_at")
    GUARDIAN_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    guardian_id: str
    resident_id: str
    ended_at: _timestamp_pb2.Timestamp
    def __init__(self, guardian_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Resident(_message.Message):
    __slots__ = ("id", "name", "birth_date", "health_code_id", "guardian_ids", "confirm_until", "proven_at", "district", "district_source", "district_said_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    HEALTH_CODE_ID_FIELD_NUMBER: _ClassVar[int]
    GUARDIAN_IDS_FIELD_NUMBER: _ClassVar[int]
    CONFIRM_UNTIL_FIELD_NUMBER: _ClassVar[int]
    PROVEN_AT_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_SOURCE_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_SAID_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    birth_date: str
    health_code_id: str
    guardian_ids: _containers.RepeatedScalarFieldContainer[str]
    confirm_until: _timestamp_pb2.Timestamp
    proven_at: _timestamp_pb2.Timestamp
    district: str
    district_source: DistrictSource
    district_said_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., birth_date: _Optional[str] = ..., health_code_id: _Optional[str] = ..., guardian_ids: _Optional[_Iterable[str]] = ..., confirm_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., proven_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., district: _Optional[str] = ..., district_source: _Optional[_Union[DistrictSource, str]] = ..., district_said_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SetHomeDistrictRequest(_message.Message):
    __slots__ = ("resident_id", "district")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    district: str
    def __init__(self, resident_id: _Optional[str] = ..., district: _Optional[str] = ...) -> None: ...

class RegisterInstitutionRequest(_message.Message):
    __slots__ = ("name", "login", "password", "staff_name")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LOGIN_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    STAFF_NAME_FIELD_NUMBER: _ClassVar[int]
    name: _types_pb2.LocalizedText
    login: str
    password: str
    staff_name: str
    def __init__(self, name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., login: _Optional[str] = ..., password: _Optional[str] = ..., staff_name: _Optional[str] = ...) -> None: ...

class Institution(_message.Message):
    __slots__ = ("id", "name", "confirm_until")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONFIRM_UNTIL_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: _types_pb2.LocalizedText
    confirm_until: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., confirm_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetInstitutionsRequest(_message.Message):
    __slots__ = ("institution_ids",)
    INSTITUTION_IDS_FIELD_NUMBER: _ClassVar[int]
    institution_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, institution_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class Institutions(_message.Message):
    __slots__ = ("institutions",)
    INSTITUTIONS_FIELD_NUMBER: _ClassVar[int]
    institutions: _containers.RepeatedCompositeFieldContainer[Institution]
    def __init__(self, institutions: _Optional[_Iterable[_Union[Institution, _Mapping]]] = ...) -> None: ...

class RegisterPractitionerRequest(_message.Message):
    __slots__ = ("login", "password", "name", "licence_number", "title")
    LOGIN_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    LICENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    login: str
    password: str
    name: str
    licence_number: str
    title: str
    def __init__(self, login: _Optional[str] = ..., password: _Optional[str] = ..., name: _Optional[str] = ..., licence_number: _Optional[str] = ..., title: _Optional[str] = ...) -> None: ...

class EndPractitionerRegistrationRequest(_message.Message):
    __slots__ = ("practitioner_id", "reason")
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    practitioner_id: str
    reason: str
    def __init__(self, practitioner_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class CheckLicenceRequest(_message.Message):
    __slots__ = ("practitioner_id",)
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    practitioner_id: str
    def __init__(self, practitioner_id: _Optional[str] = ...) -> None: ...

class ListPractitionersRequest(_message.Message):
    __slots__ = ("partner_id", "ended_too", "page", "practitioner_id")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    ENDED_TOO_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    ended_too: bool
    page: _types_pb2.PageRequest
    practitioner_id: str
    def __init__(self, partner_id: _Optional[str] = ..., ended_too: _Optional[bool] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., practitioner_id: _Optional[str] = ...) -> None: ...

class PractitionerPage(_message.Message):
    __slots__ = ("practitioners", "page")
    PRACTITIONERS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    practitioners: _containers.RepeatedCompositeFieldContainer[Practitioner]
    page: _types_pb2.PageInfo
    def __init__(self, practitioners: _Optional[_Iterable[_Union[Practitioner, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class Practitioner(_message.Message):
    __slots__ = ("id", "institution_id", "name", "licence_number", "title", "ended_at", "licence_state", "licence_checked_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    LICENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    LICENCE_STATE_FIELD_NUMBER: _ClassVar[int]
    LICENCE_CHECKED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    institution_id: str
    name: str
    licence_number: str
    title: str
    ended_at: _timestamp_pb2.Timestamp
    licence_state: LicenceState
    licence_checked_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., institution_id: _Optional[str] = ..., name: _Optional[str] = ..., licence_number: _Optional[str] = ..., title: _Optional[str] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., licence_state: _Optional[_Union[LicenceState, str]] = ..., licence_checked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SignInRequest(_message.Message):
    __slots__ = ("login", "password", "code")
    LOGIN_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    login: str
    password: str
    code: str
    def __init__(self, login: _Optional[str] = ..., password: _Optional[str] = ..., code: _Optional[str] = ...) -> None: ...

class BeginSecondFactorRequest(_message.Message):
    __slots__ = ("login", "password")
    LOGIN_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    login: str
    password: str
    def __init__(self, login: _Optional[str] = ..., password: _Optional[str] = ...) -> None: ...

class SecondFactor(_message.Message):
    __slots__ = ("secret", "uri")
    SECRET_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    secret: str
    uri: str
    def __init__(self, secret: _Optional[str] = ..., uri: _Optional[str] = ...) -> None: ...

class AddSecondFactorRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class StepUpRequest(_message.Message):
    __slots__ = ("code", "ceremony_id", "credential")
    CODE_FIELD_NUMBER: _ClassVar[int]
    CEREMONY_ID_FIELD_NUMBER: _ClassVar[int]
    CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    code: str
    ceremony_id: str
    credential: str
    def __init__(self, code: _Optional[str] = ..., ceremony_id: _Optional[str] = ..., credential: _Optional[str] = ...) -> None: ...

class EndSecondFactorRequest(_message.Message):
    __slots__ = ("code",)
    CODE_FIELD_NUMBER: _ClassVar[int]
    code: str
    def __init__(self, code: _Optional[str] = ...) -> None: ...

class ResetSecondFactorRequest(_message.Message):
    __slots__ = ("login", "reason")
    LOGIN_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    login: str
    reason: str
    def __init__(self, login: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ChangePasswordRequest(_message.Message):
    __slots__ = ("current_password", "new_password")
    CURRENT_PASSWORD_FIELD_NUMBER: _ClassVar[int]
    NEW_PASSWORD_FIELD_NUMBER: _ClassVar[int]
    current_password: str
    new_password: str
    def __init__(self, current_password: _Optional[str] = ..., new_password: _Optional[str] = ...) -> None: ...

class RequestPasswordResetRequest(_message.Message):
    __slots__ = ("login",)
    LOGIN_FIELD_NUMBER: _ClassVar[int]
    login: str
    def __init__(self, login: _Optional[str] = ...) -> None: ...

class SentCode(_message.Message):
    __slots__ = ("id", "expires_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ResetPasswordRequest(_message.Message):
    __slots__ = ("reset_id", "code", "new_password")
    RESET_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    NEW_PASSWORD_FIELD_NUMBER: _ClassVar[int]
    reset_id: str
    code: str
    new_password: str
    def __init__(self, reset_id: _Optional[str] = ..., code: _Optional[str] = ..., new_password: _Optional[str] = ...) -> None: ...

class RequestContactCodeRequest(_message.Message):
    __slots__ = ("address",)
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    address: str
    def __init__(self, address: _Optional[str] = ...) -> None: ...

class ConfirmContactRequest(_message.Message):
    __slots__ = ("code_id", "code")
    CODE_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    code_id: str
    code: str
    def __init__(self, code_id: _Optional[str] = ..., code: _Optional[str] = ...) -> None: ...

class Contact(_message.Message):
    __slots__ = ("address", "confirmed_at")
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_AT_FIELD_NUMBER: _ClassVar[int]
    address: str
    confirmed_at: _timestamp_pb2.Timestamp
    def __init__(self, address: _Optional[str] = ..., confirmed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SignOutRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SignOutEverywhereRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class EndSessionsRequest(_message.Message):
    __slots__ = ("login", "reason")
    LOGIN_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    login: str
    reason: str
    def __init__(self, login: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ListSessionsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Sessions(_message.Message):
    __slots__ = ("sessions",)
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    sessions: _containers.RepeatedCompositeFieldContainer[Session]
    def __init__(self, sessions: _Optional[_Iterable[_Union[Session, _Mapping]]] = ...) -> None: ...

class Session(_message.Message):
    __slots__ = ("id", "began_at", "lasts_until", "factors", "current")
    ID_FIELD_NUMBER: _ClassVar[int]
    BEGAN_AT_FIELD_NUMBER: _ClassVar[int]
    LASTS_UNTIL_FIELD_NUMBER: _ClassVar[int]
    FACTORS_FIELD_NUMBER: _ClassVar[int]
    CURRENT_FIELD_NUMBER: _ClassVar[int]
    id: str
    began_at: _timestamp_pb2.Timestamp
    lasts_until: _timestamp_pb2.Timestamp
    factors: _containers.RepeatedScalarFieldContainer[str]
    current: bool
    def __init__(self, id: _Optional[str] = ..., began_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., lasts_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., factors: _Optional[_Iterable[str]] = ..., current: _Optional[bool] = ...) -> None: ...

class EndSessionRequest(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class AccessEnd(_message.Message):
    __slots__ = ("sessions",)
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    sessions: int
    def __init__(self, sessions: _Optional[int] = ...) -> None: ...

class ListEndedSessionsRequest(_message.Message):
    __slots__ = ("since",)
    SINCE_FIELD_NUMBER: _ClassVar[int]
    since: _timestamp_pb2.Timestamp
    def __init__(self, since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class EndedSessions(_message.Message):
    __slots__ = ("sessions", "as_of")
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    sessions: _containers.RepeatedCompositeFieldContainer[EndedSession]
    as_of: _timestamp_pb2.Timestamp
    def __init__(self, sessions: _Optional[_Iterable[_Union[EndedSession, _Mapping]]] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class EndedSession(_message.Message):
    __slots__ = ("session_id", "until")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    until: _timestamp_pb2.Timestamp
    def __init__(self, session_id: _Optional[str] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetBirthDatesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class BirthDates(_message.Message):
    __slots__ = ("residents",)
    RESIDENTS_FIELD_NUMBER: _ClassVar[int]
    residents: _containers.RepeatedCompositeFieldContainer[BirthDate]
    def __init__(self, residents: _Optional[_Iterable[_Union[BirthDate, _Mapping]]] = ...) -> None: ...

class BirthDate(_message.Message):
    __slots__ = ("resident_id", "date", "acting_until", "settled", "sex", "districts")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    ACTING_UNTIL_FIELD_NUMBER: _ClassVar[int]
    SETTLED_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    DISTRICTS_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    date: str
    acting_until: _timestamp_pb2.Timestamp
    settled: bool
    sex: _types_pb2.Sex
    districts: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, resident_id: _Optional[str] = ..., date: _Optional[str] = ..., acting_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., settled: _Optional[bool] = ..., sex: _Optional[_Union[_types_pb2.Sex, str]] = ..., districts: _Optional[_Iterable[str]] = ...) -> None: ...

class GetScannedResidentRequest(_message.Message):
    __slots__ = ("scan_id",)
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    scan_id: str
    def __init__(self, scan_id: _Optional[str] = ...) -> None: ...

class ScannedResident(_message.Message):
    __slots__ = ("resident_id", "birth_date", "sex", "proven", "districts")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    PROVEN_FIELD_NUMBER: _ClassVar[int]
    DISTRICTS_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    birth_date: str
    sex: _types_pb2.Sex
    proven: bool
    districts: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, resident_id: _Optional[str] = ..., birth_date: _Optional[str] = ..., sex: _Optional[_Union[_types_pb2.Sex, str]] = ..., proven: _Optional[bool] = ..., districts: _Optional[_Iterable[str]] = ...) -> None: ...

class SendOrderWordRequest(_message.Message):
    __slots__ = ("word_id", "scan_id", "title", "others", "total")
    WORD_ID_FIELD_NUMBER: _ClassVar[int]
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OTHERS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    word_id: str
    scan_id: str
    title: _types_pb2.LocalizedText
    others: int
    total: _types_pb2.Money
    def __init__(self, word_id: _Optional[str] = ..., scan_id: _Optional[str] = ..., title: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., others: _Optional[int] = ..., total: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class CheckOrderWordRequest(_message.Message):
    __slots__ = ("word_id", "code")
    WORD_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    word_id: str
    code: str
    def __init__(self, word_id: _Optional[str] = ..., code: _Optional[str] = ...) -> None: ...

class CheckBirthRequest(_message.Message):
    __slots__ = ("resident_id", "day")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    day: str
    def __init__(self, resident_id: _Optional[str] = ..., day: _Optional[str] = ...) -> None: ...

class CheckResidentsRequest(_message.Message):
    __slots__ = ("sender", "residents")
    SENDER_FIELD_NUMBER: _ClassVar[int]
    RESIDENTS_FIELD_NUMBER: _ClassVar[int]
    sender: str
    residents: _containers.RepeatedCompositeFieldContainer[CheckBirthRequest]
    def __init__(self, sender: _Optional[str] = ..., residents: _Optional[_Iterable[_Union[CheckBirthRequest, _Mapping]]] = ...) -> None: ...

class CompareResidentsRequest(_message.Message):
    __slots__ = ("sender", "questions")
    SENDER_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    sender: str
    questions: _containers.RepeatedCompositeFieldContainer[ResidentQuestion]
    def __init__(self, sender: _Optional[str] = ..., questions: _Optional[_Iterable[_Union[ResidentQuestion, _Mapping]]] = ...) -> None: ...

class ResidentQuestion(_message.Message):
    __slots__ = ("resident_id", "age_days", "birth_days", "people")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    AGE_DAYS_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DAYS_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    age_days: _containers.RepeatedScalarFieldContainer[str]
    birth_days: _containers.RepeatedScalarFieldContainer[str]
    people: _containers.RepeatedCompositeFieldContainer[PersonAsSent]
    def __init__(self, resident_id: _Optional[str] = ..., age_days: _Optional[_Iterable[str]] = ..., birth_days: _Optional[_Iterable[str]] = ..., people: _Optional[_Iterable[_Union[PersonAsSent, _Mapping]]] = ...) -> None: ...

class PersonAsSent(_message.Message):
    __slots__ = ("name", "birth_date")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    name: str
    birth_date: str
    def __init__(self, name: _Optional[str] = ..., birth_date: _Optional[str] = ...) -> None: ...

class ResidentComparisons(_message.Message):
    __slots__ = ("comparisons",)
    COMPARISONS_FIELD_NUMBER: _ClassVar[int]
    comparisons: _containers.RepeatedCompositeFieldContainer[ResidentComparison]
    def __init__(self, comparisons: _Optional[_Iterable[_Union[ResidentComparison, _Mapping]]] = ...) -> None: ...

class ResidentComparison(_message.Message):
    __slots__ = ("born_by_age_days", "born_by_birth_days", "same_people")
    BORN_BY_AGE_DAYS_FIELD_NUMBER: _ClassVar[int]
    BORN_BY_BIRTH_DAYS_FIELD_NUMBER: _ClassVar[int]
    SAME_PEOPLE_FIELD_NUMBER: _ClassVar[int]
    born_by_age_days: _containers.RepeatedScalarFieldContainer[Agreement]
    born_by_birth_days: _containers.RepeatedScalarFieldContainer[Agreement]
    same_people: _containers.RepeatedScalarFieldContainer[Agreement]
    def __init__(self, born_by_age_days: _Optional[_Iterable[_Union[Agreement, str]]] = ..., born_by_birth_days: _Optional[_Iterable[_Union[Agreement, str]]] = ..., same_people: _Optional[_Iterable[_Union[Agreement, str]]] = ...) -> None: ...

class ResidentChecks(_message.Message):
    __slots__ = ("residents",)
    RESIDENTS_FIELD_NUMBER: _ClassVar[int]
    residents: _containers.RepeatedCompositeFieldContainer[ResidentCheck]
    def __init__(self, residents: _Optional[_Iterable[_Union[ResidentCheck, _Mapping]]] = ...) -> None: ...

class ResidentCheck(_message.Message):
    __slots__ = ("proven", "born")
    PROVEN_FIELD_NUMBER: _ClassVar[int]
    BORN_FIELD_NUMBER: _ClassVar[int]
    proven: bool
    born: bool
    def __init__(self, proven: _Optional[bool] = ..., born: _Optional[bool] = ...) -> None: ...

class SealIdentityNumbersRequest(_message.Message):
    __slots__ = ("sender", "identity_numbers")
    SENDER_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    sender: str
    identity_numbers: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, sender: _Optional[str] = ..., identity_numbers: _Optional[_Iterable[str]] = ...) -> None: ...

class SealedNumbers(_message.Message):
    __slots__ = ("seals",)
    SEALS_FIELD_NUMBER: _ClassVar[int]
    seals: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, seals: _Optional[_Iterable[bytes]] = ...) -> None: ...

class MatchPatientsRequest(_message.Message):
    __slots__ = ("sender", "patients")
    SENDER_FIELD_NUMBER: _ClassVar[int]
    PATIENTS_FIELD_NUMBER: _ClassVar[int]
    sender: str
    patients: _containers.RepeatedCompositeFieldContainer[PatientEvidence]
    def __init__(self, sender: _Optional[str] = ..., patients: _Optional[_Iterable[_Union[PatientEvidence, _Mapping]]] = ...) -> None: ...

class PatientEvidence(_message.Message):
    __slots__ = ("seal", "scan_id", "resident_id", "name", "birth_date")
    SEAL_FIELD_NUMBER: _ClassVar[int]
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    seal: bytes
    scan_id: str
    resident_id: str
    name: str
    birth_date: str
    def __init__(self, seal: _Optional[bytes] = ..., scan_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., name: _Optional[str] = ..., birth_date: _Optional[str] = ...) -> None: ...

class PatientMatches(_message.Message):
    __slots__ = ("matches",)
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    matches: _containers.RepeatedCompositeFieldContainer[PatientMatch]
    def __init__(self, matches: _Optional[_Iterable[_Union[PatientMatch, _Mapping]]] = ...) -> None: ...

class PatientMatch(_message.Message):
    __slots__ = ("resident_id", "basis", "differs")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    DIFFERS_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    basis: PatientMatchBasis
    differs: bool
    def __init__(self, resident_id: _Optional[str] = ..., basis: _Optional[_Union[PatientMatchBasis, str]] = ..., differs: _Optional[bool] = ...) -> None: ...

class BirthCheck(_message.Message):
    __slots__ = ("born",)
    BORN_FIELD_NUMBER: _ClassVar[int]
    born: bool
    def __init__(self, born: _Optional[bool] = ...) -> None: ...

class ExchangeApiKeyRequest(_message.Message):
    __slots__ = ("api_key",)
    API_KEY_FIELD_NUMBER: _ClassVar[int]
    api_key: str
    def __init__(self, api_key: _Optional[str] = ...) -> None: ...

class ExchangeClientAssertionRequest(_message.Message):
    __slots__ = ("client_assertion", "scope")
    CLIENT_ASSERTION_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    client_assertion: str
    scope: str
    def __init__(self, client_assertion: _Optional[str] = ..., scope: _Optional[str] = ...) -> None: ...

class ReviewAppRequest(_message.Message):
    __slots__ = ("client_id", "redirect_uri", "response_type", "scope", "code_challenge", "code_challenge_method", "aud")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    REDIRECT_URI_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_TYPE_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    CODE_CHALLENGE_FIELD_NUMBER: _ClassVar[int]
    CODE_CHALLENGE_METHOD_FIELD_NUMBER: _ClassVar[int]
    AUD_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    redirect_uri: str
    response_type: str
    scope: str
    code_challenge: str
    code_challenge_method: str
    aud: str
    def __init__(self, client_id: _Optional[str] = ..., redirect_uri: _Optional[str] = ..., response_type: _Optional[str] = ..., scope: _Optional[str] = ..., code_challenge: _Optional[str] = ..., code_challenge_method: _Optional[str] = ..., aud: _Optional[str] = ...) -> None: ...

class AppScope(_message.Message):
    __slots__ = ("scope", "information_types")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    scope: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, scope: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ...) -> None: ...

class AppReview(_message.Message):
    __slots__ = ("client_id", "partner_id", "name", "partner_name", "redirect_uri", "scopes", "goes_on")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PARTNER_NAME_FIELD_NUMBER: _ClassVar[int]
    REDIRECT_URI_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    GOES_ON_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    partner_id: str
    name: _types_pb2.LocalizedText
    partner_name: _types_pb2.LocalizedText
    redirect_uri: str
    scopes: _containers.RepeatedCompositeFieldContainer[AppScope]
    goes_on: bool
    def __init__(self, client_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., partner_name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., redirect_uri: _Optional[str] = ..., scopes: _Optional[_Iterable[_Union[AppScope, _Mapping]]] = ..., goes_on: _Optional[bool] = ...) -> None: ...

class AuthorizeAppRequest(_message.Message):
    __slots__ = ("request", "scopes", "resident_id", "days")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    request: ReviewAppRequest
    scopes: _containers.RepeatedScalarFieldContainer[str]
    resident_id: str
    days: int
    def __init__(self, request: _Optional[_Union[ReviewAppRequest, _Mapping]] = ..., scopes: _Optional[_Iterable[str]] = ..., resident_id: _Optional[str] = ..., days: _Optional[int] = ...) -> None: ...

class AppAuthorization(_message.Message):
    __slots__ = ("redirect_uri", "code", "consent_id", "until")
    REDIRECT_URI_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    redirect_uri: str
    code: str
    consent_id: str
    until: _timestamp_pb2.Timestamp
    def __init__(self, redirect_uri: _Optional[str] = ..., code: _Optional[str] = ..., consent_id: _Optional[str] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ExchangeAppCodeRequest(_message.Message):
    __slots__ = ("client_id", "redirect_uri", "code", "code_verifier")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    REDIRECT_URI_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    CODE_VERIFIER_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    redirect_uri: str
    code: str
    code_verifier: str
    def __init__(self, client_id: _Optional[str] = ..., redirect_uri: _Optional[str] = ..., code: _Optional[str] = ..., code_verifier: _Optional[str] = ...) -> None: ...

class RefreshAppAccessRequest(_message.Message):
    __slots__ = ("client_id", "refresh_token", "scope")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    REFRESH_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    refresh_token: str
    scope: str
    def __init__(self, client_id: _Optional[str] = ..., refresh_token: _Optional[str] = ..., scope: _Optional[str] = ...) -> None: ...

class AccessToken(_message.Message):
    __slots__ = ("access_token", "expires_at", "role", "subject_id", "partner_id", "refresh_token", "refresh_until", "scope", "resident_id", "recovery_codes")
    ACCESS_TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    REFRESH_TOKEN_FIELD_NUMBER: _ClassVar[int]
    REFRESH_UNTIL_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    RECOVERY_CODES_FIELD_NUMBER: _ClassVar[int]
    access_token: str
    expires_at: _timestamp_pb2.Timestamp
    role: _route_pb2.Role
    subject_id: str
    partner_id: str
    refresh_token: str
    refresh_until: _timestamp_pb2.Timestamp
    scope: str
    resident_id: str
    recovery_codes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, access_token: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., role: _Optional[_Union[_route_pb2.Role, str]] = ..., subject_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., refresh_token: _Optional[str] = ..., refresh_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., scope: _Optional[str] = ..., resident_id: _Optional[str] = ..., recovery_codes: _Optional[_Iterable[str]] = ...) -> None: ...

class RefreshAccessRequest(_message.Message):
    __slots__ = ("refresh_token",)
    REFRESH_TOKEN_FIELD_NUMBER: _ClassVar[int]
    refresh_token: str
    def __init__(self, refresh_token: _Optional[str] = ...) -> None: ...

class GetMeRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Me(_message.Message):
    __slots__ = ("subject_id", "role", "resident", "practitioner", "institution", "dependants", "contacts", "duties")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    DEPENDANTS_FIELD_NUMBER: _ClassVar[int]
    CONTACTS_FIELD_NUMBER: _ClassVar[int]
    DUTIES_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    role: _route_pb2.Role
    resident: Resident
    practitioner: Practitioner
    institution: Institution
    dependants: _containers.RepeatedCompositeFieldContainer[Resident]
    contacts: _containers.RepeatedCompositeFieldContainer[Contact]
    duties: _containers.RepeatedScalarFieldContainer[_route_pb2.Duty]
    def __init__(self, subject_id: _Optional[str] = ..., role: _Optional[_Union[_route_pb2.Role, str]] = ..., resident: _Optional[_Union[Resident, _Mapping]] = ..., practitioner: _Optional[_Union[Practitioner, _Mapping]] = ..., institution: _Optional[_Union[Institution, _Mapping]] = ..., dependants: _Optional[_Iterable[_Union[Resident, _Mapping]]] = ..., contacts: _Optional[_Iterable[_Union[Contact, _Mapping]]] = ..., duties: _Optional[_Iterable[_Union[_route_pb2.Duty, str]]] = ...) -> None: ...

class IssueHealthCodeTokenRequest(_message.Message):
    __slots__ = ("resident_id",)
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    def __init__(self, resident_id: _Optional[str] = ...) -> None: ...

class HealthCodeToken(_message.Message):
    __slots__ = ("text", "expires_at", "not_before")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    NOT_BEFORE_FIELD_NUMBER: _ClassVar[int]
    text: str
    expires_at: _timestamp_pb2.Timestamp
    not_before: _timestamp_pb2.Timestamp
    def __init__(self, text: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., not_before: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PrefetchHealthCodeTokensRequest(_message.Message):
    __slots__ = ("resident_id", "count")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    count: int
    def __init__(self, resident_id: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...

class HealthCodeTokens(_message.Message):
    __slots__ = ("tokens",)
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    tokens: _containers.RepeatedCompositeFieldContainer[HealthCodeToken]
    def __init__(self, tokens: _Optional[_Iterable[_Union[HealthCodeToken, _Mapping]]] = ...) -> None: ...

class RotateHealthCodeRequest(_message.Message):
    __slots__ = ("resident_id",)
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    def __init__(self, resident_id: _Optional[str] = ...) -> None: ...

class HealthCodeRotation(_message.Message):
    __slots__ = ("resident_id", "rotated_at")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ROTATED_AT_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    rotated_at: _timestamp_pb2.Timestamp
    def __init__(self, resident_id: _Optional[str] = ..., rotated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PrintHealthCodeRequest(_message.Message):
    __slots__ = ("resident_id",)
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    def __init__(self, resident_id: _Optional[str] = ...) -> None: ...

class GetPrintedCodeRequest(_message.Message):
    __slots__ = ("resident_id",)
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    def __init__(self, resident_id: _Optional[str] = ...) -> None: ...

class EndPrintedCodeRequest(_message.Message):
    __slots__ = ("resident_id",)
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    def __init__(self, resident_id: _Optional[str] = ...) -> None: ...

class PrintedCode(_message.Message):
    __slots__ = ("resident_id", "text", "printed_at", "expires_at")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PRINTED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    text: str
    printed_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, resident_id: _Optional[str] = ..., text: _Optional[str] = ..., printed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class EndedPrintedCode(_message.Message):
    __slots__ = ("resident_id", "ended_at")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    ended_at: _timestamp_pb2.Timestamp
    def __init__(self, resident_id: _Optional[str] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RedeemPrintedCodeRequest(_message.Message):
    __slots__ = ("text", "identity_number", "app", "place")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_NUMBER_FIELD_NUMBER: _ClassVar[int]
    APP_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    text: str
    identity_number: str
    app: str
    place: str
    def __init__(self, text: _Optional[str] = ..., identity_number: _Optional[str] = ..., app: _Optional[str] = ..., place: _Optional[str] = ...) -> None: ...

class RedeemHealthCodeTokenRequest(_message.Message):
    __slots__ = ("text", "scanned_at", "app", "place")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SCANNED_AT_FIELD_NUMBER: _ClassVar[int]
    APP_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    text: str
    scanned_at: _timestamp_pb2.Timestamp
    app: str
    place: str
    def __init__(self, text: _Optional[str] = ..., scanned_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., app: _Optional[str] = ..., place: _Optional[str] = ...) -> None: ...

class ListScansRequest(_message.Message):
    __slots__ = ("resident_id", "page")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    page: _types_pb2.PageRequest
    def __init__(self, resident_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class ScanList(_message.Message):
    __slots__ = ("scans", "page")
    SCANS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    scans: _containers.RepeatedCompositeFieldContainer[ScanEntry]
    page: _types_pb2.PageInfo
    def __init__(self, scans: _Optional[_Iterable[_Union[ScanEntry, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ScanEntry(_message.Message):
    __slots__ = ("scan_id", "resident_id", "practitioner_id", "practitioner_name", "practitioner_title", "partner_id", "partner_name", "scanned_at", "received_at", "late", "app", "place", "city", "printed")
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_NAME_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_TITLE_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_NAME_FIELD_NUMBER: _ClassVar[int]
    SCANNED_AT_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    APP_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    CITY_FIELD_NUMBER: _ClassVar[int]
    PRINTED_FIELD_NUMBER: _ClassVar[int]
    scan_id: str
    resident_id: str
    practitioner_id: str
    practitioner_name: str
    practitioner_title: str
    partner_id: str
    partner_name: _types_pb2.LocalizedText
    scanned_at: _timestamp_pb2.Timestamp
    received_at: _timestamp_pb2.Timestamp
    late: bool
    app: str
    place: str
    city: str
    printed: bool
    def __init__(self, scan_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., practitioner_name: _Optional[str] = ..., practitioner_title: _Optional[str] = ..., partner_id: _Optional[str] = ..., partner_name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., scanned_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., late: _Optional[bool] = ..., app: _Optional[str] = ..., place: _Optional[str] = ..., city: _Optional[str] = ..., printed: _Optional[bool] = ...) -> None: ...

class ListCodeAlertsRequest(_message.Message):
    __slots__ = ("resident_id", "page")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    page: _types_pb2.PageRequest
    def __init__(self, resident_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class CodeAlerts(_message.Message):
    __slots__ = ("alerts", "page")
    ALERTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    alerts: _containers.RepeatedCompositeFieldContainer[CodeAlert]
    page: _types_pb2.PageInfo
    def __init__(self, alerts: _Optional[_Iterable[_Union[CodeAlert, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class CodeAlert(_message.Message):
    __slots__ = ("alert_id", "scan_id", "resident_id", "practitioner_id", "practitioner_name", "practitioner_title", "partner_id", "partner_name", "presented_at", "rotated", "app", "place", "city")
    ALERT_ID_FIELD_NUMBER: _ClassVar[int]
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_NAME_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_TITLE_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_NAME_FIELD_NUMBER: _ClassVar[int]
    PRESENTED_AT_FIELD_NUMBER: _ClassVar[int]
    ROTATED_FIELD_NUMBER: _ClassVar[int]
    APP_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    CITY_FIELD_NUMBER: _ClassVar[int]
    alert_id: str
    scan_id: str
    resident_id: str
    practitioner_id: str
    practitioner_name: str
    practitioner_title: str
    partner_id: str
    partner_name: _types_pb2.LocalizedText
    presented_at: _timestamp_pb2.Timestamp
    rotated: bool
    app: str
    place: str
    city: str
    def __init__(self, alert_id: _Optional[str] = ..., scan_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., practitioner_name: _Optional[str] = ..., practitioner_title: _Optional[str] = ..., partner_id: _Optional[str] = ..., partner_name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., presented_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., rotated: _Optional[bool] = ..., app: _Optional[str] = ..., place: _Optional[str] = ..., city: _Optional[str] = ...) -> None: ...

class Scan(_message.Message):
    __slots__ = ("id", "resident_id", "practitioner_id", "partner_id", "scanned_at", "receipt", "person", "late")
    ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    SCANNED_AT_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    id: str
    resident_id: str
    practitioner_id: str
    partner_id: str
    scanned_at: _timestamp_pb2.Timestamp
    receipt: str
    person: ScannedPerson
    late: bool
    def __init__(self, id: _Optional[str] = ..., resident_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., scanned_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., receipt: _Optional[str] = ..., person: _Optional[_Union[ScannedPerson, _Mapping]] = ..., late: _Optional[bool] = ...) -> None: ...

class ScannedPerson(_message.Message):
    __slots__ = ("name", "birth_date", "age", "guardian_names", "proven")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    AGE_FIELD_NUMBER: _ClassVar[int]
    GUARDIAN_NAMES_FIELD_NUMBER: _ClassVar[int]
    PROVEN_FIELD_NUMBER: _ClassVar[int]
    name: str
    birth_date: str
    age: int
    guardian_names: _containers.RepeatedScalarFieldContainer[str]
    proven: bool
    def __init__(self, name: _Optional[str] = ..., birth_date: _Optional[str] = ..., age: _Optional[int] = ..., guardian_names: _Optional[_Iterable[str]] = ..., proven: _Optional[bool] = ...) -> None: ...

class GetKeysRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class KeySet(_message.Message):
    __slots__ = ("keys", "withdrawn")
    KEYS_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedCompositeFieldContainer[Key]
    withdrawn: _containers.RepeatedCompositeFieldContainer[Key]
    def __init__(self, keys: _Optional[_Iterable[_Union[Key, _Mapping]]] = ..., withdrawn: _Optional[_Iterable[_Union[Key, _Mapping]]] = ...) -> None: ...

class Key(_message.Message):
    __slots__ = ("kty", "crv", "x", "kid", "use", "alg")
    KTY_FIELD_NUMBER: _ClassVar[int]
    CRV_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    KID_FIELD_NUMBER: _ClassVar[int]
    USE_FIELD_NUMBER: _ClassVar[int]
    ALG_FIELD_NUMBER: _ClassVar[int]
    kty: str
    crv: str
    x: str
    kid: str
    use: str
    alg: str
    def __init__(self, kty: _Optional[str] = ..., crv: _Optional[str] = ..., x: _Optional[str] = ..., kid: _Optional[str] = ..., use: _Optional[str] = ..., alg: _Optional[str] = ...) -> None: ...

class LearnFreezesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class LearnedFreezes(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Audience(_message.Message):
    __slots__ = ("resident_id", "partner_id", "account_id", "operators", "duties", "act", "regulators")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    OPERATORS_FIELD_NUMBER: _ClassVar[int]
    DUTIES_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    REGULATORS_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    partner_id: str
    account_id: str
    operators: bool
    duties: _containers.RepeatedScalarFieldContainer[_route_pb2.Duty]
    act: _route_pb2.GuardianAct
    regulators: bool
    def __init__(self, resident_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., account_id: _Optional[str] = ..., operators: _Optional[bool] = ..., duties: _Optional[_Iterable[_Union[_route_pb2.Duty, str]]] = ..., act: _Optional[_Union[_route_pb2.GuardianAct, str]] = ..., regulators: _Optional[bool] = ...) -> None: ...

class ReachPeopleRequest(_message.Message):
    __slots__ = ("sender", "audiences")
    SENDER_FIELD_NUMBER: _ClassVar[int]
    AUDIENCES_FIELD_NUMBER: _ClassVar[int]
    sender: str
    audiences: _containers.RepeatedCompositeFieldContainer[Audience]
    def __init__(self, sender: _Optional[str] = ..., audiences: _Optional[_Iterable[_Union[Audience, _Mapping]]] = ...) -> None: ...

class ReachedPerson(_message.Message):
    __slots__ = ("account_id", "role", "addresses")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    ADDRESSES_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    role: _route_pb2.Role
    addresses: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, account_id: _Optional[str] = ..., role: _Optional[_Union[_route_pb2.Role, str]] = ..., addresses: _Optional[_Iterable[str]] = ...) -> None: ...

class ReachedAudience(_message.Message):
    __slots__ = ("people", "ended")
    PEOPLE_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    people: _containers.RepeatedCompositeFieldContainer[ReachedPerson]
    ended: bool
    def __init__(self, people: _Optional[_Iterable[_Union[ReachedPerson, _Mapping]]] = ..., ended: _Optional[bool] = ...) -> None: ...

class PeopleReached(_message.Message):
    __slots__ = ("audiences",)
    AUDIENCES_FIELD_NUMBER: _ClassVar[int]
    audiences: _containers.RepeatedCompositeFieldContainer[ReachedAudience]
    def __init__(self, audiences: _Optional[_Iterable[_Union[ReachedAudience, _Mapping]]] = ...) -> None: ...
