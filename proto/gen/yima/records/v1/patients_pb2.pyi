import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from yima.identity.v1 import api_pb2 as _api_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PatientNumberStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PATIENT_NUMBER_STATUS_UNSPECIFIED: _ClassVar[PatientNumberStatus]
    PATIENT_NUMBER_STATUS_UNMATCHED: _ClassVar[PatientNumberStatus]
    PATIENT_NUMBER_STATUS_ASKED: _ClassVar[PatientNumberStatus]
    PATIENT_NUMBER_STATUS_MATCHED: _ClassVar[PatientNumberStatus]
    PATIENT_NUMBER_STATUS_DIFFERS: _ClassVar[PatientNumberStatus]

class PatientLinkStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PATIENT_LINK_STATUS_UNSPECIFIED: _ClassVar[PatientLinkStatus]
    PATIENT_LINK_STATUS_ASKED: _ClassVar[PatientLinkStatus]
    PATIENT_LINK_STATUS_IN_FORCE: _ClassVar[PatientLinkStatus]
    PATIENT_LINK_STATUS_DECLINED: _ClassVar[PatientLinkStatus]
    PATIENT_LINK_STATUS_LAPSED: _ClassVar[PatientLinkStatus]
    PATIENT_LINK_STATUS_ENDED: _ClassVar[PatientLinkStatus]

class PatientLinkEnding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PATIENT_LINK_ENDING_UNSPECIFIED: _ClassVar[PatientLinkEnding]
    PATIENT_LINK_ENDING_WRONG: _ClassVar[PatientLinkEnding]
    PATIENT_LINK_ENDING_REUSED: _ClassVar[PatientLinkEnding]
PATIENT_NUMBER_STATUS_UNSPECIFIED: PatientNumberStatus
PATIENT_NUMBER_STATUS_UNMATCHED: PatientNumberStatus
PATIENT_NUMBER_STATUS_ASKED: PatientNumberStatus
PATIENT_NUMBER_STATUS_MATCHED: PatientNumberStatus
PATIENT_NUMBER_STATUS_DIFFERS: PatientNumberStatus
PATIENT_LINK_STATUS_UNSPECIFIED: PatientLinkStatus
PATIENT_LINK_STATUS_ASKED: PatientLinkStatus
PATIENT_LINK_STATUS_IN_FORCE: PatientLinkStatus
PATIENT_LINK_STATUS_DECLINED: PatientLinkStatus
PATIENT_LINK_STATUS_LAPSED: PatientLinkStatus
PATIENT_LINK_STATUS_ENDED: PatientLinkStatus
PATIENT_LINK_ENDING_UNSPECIFIED: PatientLinkEnding
PATIENT_LINK_ENDING_WRONG: PatientLinkEnding
PATIENT_LINK_ENDING_REUSED: PatientLinkEnding

class PatientNumber(_message.Message):
    __slots__ = ("id", "partner_id", "system", "value", "status", "waiting", "waiting_since", "first_seen_at", "has_scan", "has_identity_number", "has_name", "reason", "links", "refused", "left_out")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    WAITING_SINCE_FIELD_NUMBER: _ClassVar[int]
    FIRST_SEEN_AT_FIELD_NUMBER: _ClassVar[int]
    HAS_SCAN_FIELD_NUMBER: _ClassVar[int]
    HAS_IDENTITY_NUMBER_FIELD_NUMBER: _ClassVar[int]
    HAS_NAME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_FIELD_NUMBER: _ClassVar[int]
    id: str
    partner_id: str
    system: str
    value: str
    status: PatientNumberStatus
    waiting: int
    waiting_since: _timestamp_pb2.Timestamp
    first_seen_at: _timestamp_pb2.Timestamp
    has_scan: bool
    has_identity_number: bool
    has_name: bool
    reason: str
    links: _containers.RepeatedCompositeFieldContainer[PatientLink]
    refused: int
    left_out: _containers.RepeatedCompositeFieldContainer[LeftOutLine]
    def __init__(self, id: _Optional[str] = ..., partner_id: _Optional[str] = ..., system: _Optional[str] = ..., value: _Optional[str] = ..., status: _Optional[_Union[PatientNumberStatus, str]] = ..., waiting: _Optional[int] = ..., waiting_since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., first_seen_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., has_scan: _Optional[bool] = ..., has_identity_number: _Optional[bool] = ..., has_name: _Optional[bool] = ..., reason: _Optional[str] = ..., links: _Optional[_Iterable[_Union[PatientLink, _Mapping]]] = ..., refused: _Optional[int] = ..., left_out: _Optional[_Iterable[_Union[LeftOutLine, _Mapping]]] = ...) -> None: ...

class LeftOutLine(_message.Message):
    __slots__ = ("source_id", "number", "position", "code", "field", "detail")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    number: int
    position: int
    code: str
    field: str
    detail: str
    def __init__(self, source_id: _Optional[str] = ..., number: _Optional[int] = ..., position: _Optional[int] = ..., code: _Optional[str] = ..., field: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...

class PatientLink(_message.Message):
    __slots__ = ("id", "partner_id", "value", "status", "basis", "asked_at", "until", "matched_at", "ended_at", "ending", "reason", "checked", "withdrawn")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    ASKED_AT_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    MATCHED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDING_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CHECKED_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    id: str
    partner_id: str
    value: str
    status: PatientLinkStatus
    basis: _api_pb2.PatientMatchBasis
    asked_at: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    matched_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    ending: PatientLinkEnding
    reason: str
    checked: str
    withdrawn: int
    def __init__(self, id: _Optional[str] = ..., partner_id: _Optional[str] = ..., value: _Optional[str] = ..., status: _Optional[_Union[PatientLinkStatus, str]] = ..., basis: _Optional[_Union[_api_pb2.PatientMatchBasis, str]] = ..., asked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., matched_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ending: _Optional[_Union[PatientLinkEnding, str]] = ..., reason: _Optional[str] = ..., checked: _Optional[str] = ..., withdrawn: _Optional[int] = ...) -> None: ...

class ListPatientNumbersRequest(_message.Message):
    __slots__ = ("partner_id", "status", "value", "page")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    status: PatientNumberStatus
    value: str
    page: _types_pb2.PageRequest
    def __init__(self, partner_id: _Optional[str] = ..., status: _Optional[_Union[PatientNumberStatus, str]] = ..., value: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class PatientNumberPage(_message.Message):
    __slots__ = ("numbers", "page")
    NUMBERS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    numbers: _containers.RepeatedCompositeFieldContainer[PatientNumber]
    page: _types_pb2.PageInfo
    def __init__(self, numbers: _Optional[_Iterable[_Union[PatientNumber, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class AskPatientRequest(_message.Message):
    __slots__ = ("patient_number_id", "checked")
    PATIENT_NUMBER_ID_FIELD_NUMBER: _ClassVar[int]
    CHECKED_FIELD_NUMBER: _ClassVar[int]
    patient_number_id: str
    checked: str
    def __init__(self, patient_number_id: _Optional[str] = ..., checked: _Optional[str] = ...) -> None: ...

class AnswerPatientLinkRequest(_message.Message):
    __slots__ = ("patient_link_id", "accepted")
    PATIENT_LINK_ID_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    patient_link_id: str
    accepted: bool
    def __init__(self, patient_link_id: _Optional[str] = ..., accepted: _Optional[bool] = ...) -> None: ...

class EndPatientLinkRequest(_message.Message):
    __slots__ = ("patient_link_id", "ending", "reason")
    PATIENT_LINK_ID_FIELD_NUMBER: _ClassVar[int]
    ENDING_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    patient_link_id: str
    ending: PatientLinkEnding
    reason: str
    def __init__(self, patient_link_id: _Optional[str] = ..., ending: _Optional[_Union[PatientLinkEnding, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class ListPatientLinksRequest(_message.Message):
    __slots__ = ("resident_id", "page")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    page: _types_pb2.PageRequest
    def __init__(self, resident_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class PatientLinkPage(_message.Message):
    __slots__ = ("links", "page")
    LINKS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    links: _containers.RepeatedCompositeFieldContainer[PatientLink]
    page: _types_pb2.PageInfo
    def __init__(self, links: _Optional[_Iterable[_Union[PatientLink, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...
