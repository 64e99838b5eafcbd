import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import limits_pb2 as _limits_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RedeemForeignCodeRequest(_message.Message):
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

class ForeignScan(_message.Message):
    __slots__ = ("id", "city", "practitioner_id", "partner_id", "scanned_at", "late", "receipt", "person")
    ID_FIELD_NUMBER: _ClassVar[int]
    CITY_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    SCANNED_AT_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    id: str
    city: str
    practitioner_id: str
    partner_id: str
    scanned_at: _timestamp_pb2.Timestamp
    late: bool
    receipt: str
    person: ForeignPerson
    def __init__(self, id: _Optional[str] = ..., city: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., scanned_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., late: _Optional[bool] = ..., receipt: _Optional[str] = ..., person: _Optional[_Union[ForeignPerson, _Mapping]] = ...) -> None: ...

class ForeignPerson(_message.Message):
    __slots__ = ("name", "birth_year", "proven")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_YEAR_FIELD_NUMBER: _ClassVar[int]
    PROVEN_FIELD_NUMBER: _ClassVar[int]
    name: str
    birth_year: int
    proven: bool
    def __init__(self, name: _Optional[str] = ..., birth_year: _Optional[int] = ..., proven: _Optional[bool] = ...) -> None: ...

class ListForeignScansRequest(_message.Message):
    __slots__ = ("partner_id", "page")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    page: _types_pb2.PageRequest
    def __init__(self, partner_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class ForeignScanPage(_message.Message):
    __slots__ = ("scans", "page")
    SCANS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    scans: _containers.RepeatedCompositeFieldContainer[ForeignScanEntry]
    page: _types_pb2.PageInfo
    def __init__(self, scans: _Optional[_Iterable[_Union[ForeignScanEntry, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ForeignScanEntry(_message.Message):
    __slots__ = ("scan_id", "city", "practitioner_id", "practitioner_name", "practitioner_title", "partner_id", "partner_name", "scanned_at", "received_at", "late", "app", "place", "receipt")
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    CITY_FIELD_NUMBER: _ClassVar[int]
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
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    scan_id: str
    city: str
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
    receipt: str
    def __init__(self, scan_id: _Optional[str] = ..., city: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., practitioner_name: _Optional[str] = ..., practitioner_title: _Optional[str] = ..., partner_id: _Optional[str] = ..., partner_name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., scanned_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., late: _Optional[bool] = ..., app: _Optional[str] = ..., place: _Optional[str] = ..., receipt: _Optional[str] = ...) -> None: ...

class RedeemForCityRequest(_message.Message):
    __slots__ = ("request",)
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    request: str
    def __init__(self, request: _Optional[str] = ...) -> None: ...

class CityAnswer(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: str
    def __init__(self, answer: _Optional[str] = ...) -> None: ...

class GetCityKeysRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CityKeys(_message.Message):
    __slots__ = ("statement",)
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    statement: str
    def __init__(self, statement: _Optional[str] = ...) -> None: ...

class GetTrustListRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PutTrustListRequest(_message.Message):
    __slots__ = ("document",)
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    document: str
    def __init__(self, document: _Optional[str] = ...) -> None: ...

class TrustList(_message.Message):
    __slots__ = ("authority", "authority_keys", "sequence", "issued_at", "expires_at", "in_force", "document", "cities", "own_key", "proposed")
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    AUTHORITY_KEYS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    CITIES_FIELD_NUMBER: _ClassVar[int]
    OWN_KEY_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_FIELD_NUMBER: _ClassVar[int]
    authority: str
    authority_keys: _containers.RepeatedCompositeFieldContainer[TrustKey]
    sequence: int
    issued_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    in_force: bool
    document: str
    cities: _containers.RepeatedCompositeFieldContainer[TrustedCity]
    own_key: TrustKey
    proposed: ProposedTrustList
    def __init__(self, authority: _Optional[str] = ..., authority_keys: _Optional[_Iterable[_Union[TrustKey, _Mapping]]] = ..., sequence: _Optional[int] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., in_force: _Optional[bool] = ..., document: _Optional[str] = ..., cities: _Optional[_Iterable[_Union[TrustedCity, _Mapping]]] = ..., own_key: _Optional[_Union[TrustKey, _Mapping]] = ..., proposed: _Optional[_Union[ProposedTrustList, _Mapping]] = ...) -> None: ...

class ProposedTrustList(_message.Message):
    __slots__ = ("sequence", "issued_at", "expires_at", "cities", "document", "proposed_by_id", "proposed_at")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    CITIES_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_BY_ID_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_AT_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    issued_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    cities: _containers.RepeatedScalarFieldContainer[str]
    document: str
    proposed_by_id: str
    proposed_at: _timestamp_pb2.Timestamp
    def __init__(self, sequence: _Optional[int] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cities: _Optional[_Iterable[str]] = ..., document: _Optional[str] = ..., proposed_by_id: _Optional[str] = ..., proposed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class DecideTrustListRequest(_message.Message):
    __slots__ = ("sequence", "approved", "reason")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    approved: bool
    reason: str
    def __init__(self, sequence: _Optional[int] = ..., approved: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class TrustedCity(_message.Message):
    __slots__ = ("name", "url", "statement", "keys_until")
    NAME_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    KEYS_UNTIL_FIELD_NUMBER: _ClassVar[int]
    name: str
    url: str
    statement: str
    keys_until: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., url: _Optional[str] = ..., statement: _Optional[str] = ..., keys_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class TrustKey(_message.Message):
    __slots__ = ("kid", "x")
    KID_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    kid: str
    x: str
    def __init__(self, kid: _Optional[str] = ..., x: _Optional[str] = ...) -> None: ...

class ScannedElsewhere(_message.Message):
    __slots__ = ("city", "practitioner_id", "practitioner_name", "practitioner_title", "institution_id", "institution_name")
    CITY_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_NAME_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_TITLE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_NAME_FIELD_NUMBER: _ClassVar[int]
    city: str
    practitioner_id: str
    practitioner_name: str
    practitioner_title: str
    institution_id: str
    institution_name: _types_pb2.LocalizedText
    def __init__(self, city: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., practitioner_name: _Optional[str] = ..., practitioner_title: _Optional[str] = ..., institution_id: _Optional[str] = ..., institution_name: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ...) -> None: ...
