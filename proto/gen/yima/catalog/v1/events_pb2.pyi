import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.catalog.v1 import api_pb2 as _api_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OfferingPublished(_message.Message):
    __slots__ = ("offering",)
    OFFERING_FIELD_NUMBER: _ClassVar[int]
    offering: _api_pb2.Offering
    def __init__(self, offering: _Optional[_Union[_api_pb2.Offering, _Mapping]] = ...) -> None: ...

class OfferingWithdrawn(_message.Message):
    __slots__ = ("offering_id", "partner_id", "status", "reason", "version")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    partner_id: str
    status: _api_pb2.OfferingStatus
    reason: str
    version: int
    def __init__(self, offering_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., status: _Optional[_Union[_api_pb2.OfferingStatus, str]] = ..., reason: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class PilotWidened(_message.Message):
    __slots__ = ("offering_id", "partner_id", "districts", "ends_at", "version")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    DISTRICTS_FIELD_NUMBER: _ClassVar[int]
    ENDS_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    partner_id: str
    districts: _containers.RepeatedScalarFieldContainer[str]
    ends_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, offering_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., districts: _Optional[_Iterable[str]] = ..., ends_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class PilotEnded(_message.Message):
    __slots__ = ("offering_id", "partner_id", "ended_at", "by_itself", "version")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    BY_ITSELF_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    partner_id: str
    ended_at: _timestamp_pb2.Timestamp
    by_itself: bool
    version: int
    def __init__(self, offering_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., by_itself: _Optional[bool] = ..., version: _Optional[int] = ...) -> None: ...

class SlotsAdded(_message.Message):
    __slots__ = ("offering_id", "partner_id", "slots", "version")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    partner_id: str
    slots: _containers.RepeatedCompositeFieldContainer[_api_pb2.Slot]
    version: int
    def __init__(self, offering_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., slots: _Optional[_Iterable[_Union[_api_pb2.Slot, _Mapping]]] = ..., version: _Optional[int] = ...) -> None: ...

class SlotsWithdrawn(_message.Message):
    __slots__ = ("offering_id", "partner_id", "slots", "reason", "version")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    partner_id: str
    slots: _containers.RepeatedCompositeFieldContainer[_api_pb2.Slot]
    reason: str
    version: int
    def __init__(self, offering_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., slots: _Optional[_Iterable[_Union[_api_pb2.Slot, _Mapping]]] = ..., reason: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class SiteChanged(_message.Message):
    __slots__ = ("site",)
    SITE_FIELD_NUMBER: _ClassVar[int]
    site: _api_pb2.Site
    def __init__(self, site: _Optional[_Union[_api_pb2.Site, _Mapping]] = ...) -> None: ...

class NextFreeSlotChanged(_message.Message):
    __slots__ = ("offering_id", "next_free_at", "version")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    NEXT_FREE_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    next_free_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, offering_id: _Optional[str] = ..., next_free_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class PartnerRatingChanged(_message.Message):
    __slots__ = ("partner_id", "rating_hundredths", "version")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RATING_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    rating_hundredths: int
    version: int
    def __init__(self, partner_id: _Optional[str] = ..., rating_hundredths: _Optional[int] = ..., version: _Optional[int] = ...) -> None: ...
