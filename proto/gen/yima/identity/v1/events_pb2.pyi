import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from yima.identity.v1 import cities_pb2 as _cities_pb2
from yima.identity.v1 import guardianships_pb2 as _guardianships_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GuardianshipEnd(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GUARDIANSHIP_END_UNSPECIFIED: _ClassVar[GuardianshipEnd]
    GUARDIANSHIP_END_BY_GUARDIAN: _ClassVar[GuardianshipEnd]
    GUARDIANSHIP_END_BY_OPERATOR: _ClassVar[GuardianshipEnd]
    GUARDIANSHIP_END_OF_AGE: _ClassVar[GuardianshipEnd]
    GUARDIANSHIP_END_BY_DEPENDANT: _ClassVar[GuardianshipEnd]
    GUARDIANSHIP_END_TERM: _ClassVar[GuardianshipEnd]
GUARDIANSHIP_END_UNSPECIFIED: GuardianshipEnd
GUARDIANSHIP_END_BY_GUARDIAN: GuardianshipEnd
GUARDIANSHIP_END_BY_OPERATOR: GuardianshipEnd
GUARDIANSHIP_END_OF_AGE: GuardianshipEnd
GUARDIANSHIP_END_BY_DEPENDANT: GuardianshipEnd
GUARDIANSHIP_END_TERM: GuardianshipEnd

class ResidentRegistered(_message.Message):
    __slots__ = ("resident_id", "guardian_ids", "version")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    GUARDIAN_IDS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    guardian_ids: _containers.RepeatedScalarFieldContainer[str]
    version: int
    def __init__(self, resident_id: _Optional[str] = ..., guardian_ids: _Optional[_Iterable[str]] = ..., version: _Optional[int] = ...) -> None: ...

class ResidentProven(_message.Message):
    __slots__ = ("resident_id", "proven_at", "version")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PROVEN_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    proven_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, resident_id: _Optional[str] = ..., proven_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class GuardianshipBegan(_message.Message):
    __slots__ = ("guardianship_id", "guardian_id", "dependant_id", "acts", "since", "until", "basis", "version")
    GUARDIANSHIP_ID_FIELD_NUMBER: _ClassVar[int]
    GUARDIAN_ID_FIELD_NUMBER: _ClassVar[int]
    DEPENDANT_ID_FIELD_NUMBER: _ClassVar[int]
    ACTS_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    guardianship_id: str
    guardian_id: str
    dependant_id: str
    acts: _containers.RepeatedScalarFieldContainer[_route_pb2.GuardianAct]
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    basis: _guardianships_pb2.GuardianshipBasis
    version: int
    def __init__(self, guardianship_id: _Optional[str] = ..., guardian_id: _Optional[str] = ..., dependant_id: _Optional[str] = ..., acts: _Optional[_Iterable[_Union[_route_pb2.GuardianAct, str]]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., basis: _Optional[_Union[_guardianships_pb2.GuardianshipBasis, str]] = ..., version: _Optional[int] = ...) -> None: ...

class GuardianshipEnded(_message.Message):
    __slots__ = ("guardian_id", "dependant_id", "ended_at", "because", "version")
    GUARDIAN_ID_FIELD_NUMBER: _ClassVar[int]
    DEPENDANT_ID_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    BECAUSE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    guardian_id: str
    dependant_id: str
    ended_at: _timestamp_pb2.Timestamp
    because: GuardianshipEnd
    version: int
    def __init__(self, guardian_id: _Optional[str] = ..., dependant_id: _Optional[str] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., because: _Optional[_Union[GuardianshipEnd, str]] = ..., version: _Optional[int] = ...) -> None: ...

class InstitutionRegistered(_message.Message):
    __slots__ = ("institution_id", "name", "version")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    name: _types_pb2.LocalizedText
    version: int
    def __init__(self, institution_id: _Optional[str] = ..., name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class PractitionerRegistered(_message.Message):
    __slots__ = ("practitioner_id", "institution_id", "version")
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    practitioner_id: str
    institution_id: str
    version: int
    def __init__(self, practitioner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class LicenceChecked(_message.Message):
    __slots__ = ("practitioner_id", "checked_at", "version")
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    CHECKED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    practitioner_id: str
    checked_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, practitioner_id: _Optional[str] = ..., checked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class LicenceWithdrawn(_message.Message):
    __slots__ = ("practitioner_id", "noticed_at", "version")
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    NOTICED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    practitioner_id: str
    noticed_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, practitioner_id: _Optional[str] = ..., noticed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class PractitionerRegistrationEnded(_message.Message):
    __slots__ = ("practitioner_id", "institution_id", "ended_at", "version")
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    practitioner_id: str
    institution_id: str
    ended_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, practitioner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class SessionsEnded(_message.Message):
    __slots__ = ("session_ids", "until", "version", "subject_id")
    SESSION_IDS_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    session_ids: _containers.RepeatedScalarFieldContainer[str]
    until: _timestamp_pb2.Timestamp
    version: int
    subject_id: str
    def __init__(self, session_ids: _Optional[_Iterable[str]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., subject_id: _Optional[str] = ...) -> None: ...

class HealthCodeRedeemed(_message.Message):
    __slots__ = ("scan_id", "resident_id", "practitioner_id", "partner_id", "scanned_at", "version", "late", "app", "place")
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    SCANNED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    APP_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    scan_id: str
    resident_id: str
    practitioner_id: str
    partner_id: str
    scanned_at: _timestamp_pb2.Timestamp
    version: int
    late: bool
    app: str
    place: str
    def __init__(self, scan_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., scanned_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., late: _Optional[bool] = ..., app: _Optional[str] = ..., place: _Optional[str] = ...) -> None: ...

class HealthCodeReplayed(_message.Message):
    __slots__ = ("scan_id", "resident_id", "practitioner_id", "partner_id", "presented_at", "version", "rotated", "alert_id", "app", "place", "elsewhere")
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PRESENTED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ROTATED_FIELD_NUMBER: _ClassVar[int]
    ALERT_ID_FIELD_NUMBER: _ClassVar[int]
    APP_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    ELSEWHERE_FIELD_NUMBER: _ClassVar[int]
    scan_id: str
    resident_id: str
    practitioner_id: str
    partner_id: str
    presented_at: _timestamp_pb2.Timestamp
    version: int
    rotated: bool
    alert_id: str
    app: str
    place: str
    elsewhere: _cities_pb2.ScannedElsewhere
    def __init__(self, scan_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., presented_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., rotated: _Optional[bool] = ..., alert_id: _Optional[str] = ..., app: _Optional[str] = ..., place: _Optional[str] = ..., elsewhere: _Optional[_Union[_cities_pb2.ScannedElsewhere, _Mapping]] = ...) -> None: ...

class HealthCodeRedeemedElsewhere(_message.Message):
    __slots__ = ("scan_id", "resident_id", "elsewhere", "scanned_at", "version", "late", "app", "place")
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ELSEWHERE_FIELD_NUMBER: _ClassVar[int]
    SCANNED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    APP_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    scan_id: str
    resident_id: str
    elsewhere: _cities_pb2.ScannedElsewhere
    scanned_at: _timestamp_pb2.Timestamp
    version: int
    late: bool
    app: str
    place: str
    def __init__(self, scan_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., elsewhere: _Optional[_Union[_cities_pb2.ScannedElsewhere, _Mapping]] = ..., scanned_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., late: _Optional[bool] = ..., app: _Optional[str] = ..., place: _Optional[str] = ...) -> None: ...

class ResidentsSeen(_message.Message):
    __slots__ = ("look_id", "resident_ids", "seen_by", "role", "method", "seen_at", "version")
    LOOK_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_IDS_FIELD_NUMBER: _ClassVar[int]
    SEEN_BY_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    SEEN_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    look_id: str
    resident_ids: _containers.RepeatedScalarFieldContainer[str]
    seen_by: str
    role: _route_pb2.Role
    method: str
    seen_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, look_id: _Optional[str] = ..., resident_ids: _Optional[_Iterable[str]] = ..., seen_by: _Optional[str] = ..., role: _Optional[_Union[_route_pb2.Role, str]] = ..., method: _Optional[str] = ..., seen_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class TrustListPut(_message.Message):
    __slots__ = ("authority", "sequence", "put_by", "role", "put_at", "version", "approved_by")
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    PUT_BY_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    PUT_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    APPROVED_BY_FIELD_NUMBER: _ClassVar[int]
    authority: str
    sequence: int
    put_by: str
    role: _route_pb2.Role
    put_at: _timestamp_pb2.Timestamp
    version: int
    approved_by: str
    def __init__(self, authority: _Optional[str] = ..., sequence: _Optional[int] = ..., put_by: _Optional[str] = ..., role: _Optional[_Union[_route_pb2.Role, str]] = ..., put_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., approved_by: _Optional[str] = ...) -> None: ...
