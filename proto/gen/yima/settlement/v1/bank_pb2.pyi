import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PayoutRail(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PAYOUT_RAIL_UNSPECIFIED: _ClassVar[PayoutRail]
    PAYOUT_RAIL_PROVIDER: _ClassVar[PayoutRail]
    PAYOUT_RAIL_BANK: _ClassVar[PayoutRail]

class PayoutSchedule(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PAYOUT_SCHEDULE_UNSPECIFIED: _ClassVar[PayoutSchedule]
    PAYOUT_SCHEDULE_DAILY: _ClassVar[PayoutSchedule]
    PAYOUT_SCHEDULE_WEEKLY: _ClassVar[PayoutSchedule]
    PAYOUT_SCHEDULE_MONTHLY: _ClassVar[PayoutSchedule]
PAYOUT_RAIL_UNSPECIFIED: PayoutRail
PAYOUT_RAIL_PROVIDER: PayoutRail
PAYOUT_RAIL_BANK: PayoutRail
PAYOUT_SCHEDULE_UNSPECIFIED: PayoutSchedule
PAYOUT_SCHEDULE_DAILY: PayoutSchedule
PAYOUT_SCHEDULE_WEEKLY: PayoutSchedule
PAYOUT_SCHEDULE_MONTHLY: PayoutSchedule

class ListBankFilesRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _types_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class BankFilePage(_message.Message):
    __slots__ = ("files", "page")
    FILES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedCompositeFieldContainer[BankFile]
    page: _types_pb2.PageInfo
    def __init__(self, files: _Optional[_Iterable[_Union[BankFile, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class GetBankFileRequest(_message.Message):
    __slots__ = ("file_id",)
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    def __init__(self, file_id: _Optional[str] = ...) -> None: ...

class ExportBankFileRequest(_message.Message):
    __slots__ = ("file_id",)
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    def __init__(self, file_id: _Optional[str] = ...) -> None: ...

class BankFile(_message.Message):
    __slots__ = ("id", "payouts", "total", "sha256", "made_at", "exported_at", "exported_by", "content")
    ID_FIELD_NUMBER: _ClassVar[int]
    PAYOUTS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    MADE_AT_FIELD_NUMBER: _ClassVar[int]
    EXPORTED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPORTED_BY_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    id: str
    payouts: int
    total: _types_pb2.Money
    sha256: str
    made_at: _timestamp_pb2.Timestamp
    exported_at: _timestamp_pb2.Timestamp
    exported_by: str
    content: bytes
    def __init__(self, id: _Optional[str] = ..., payouts: _Optional[int] = ..., total: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., sha256: _Optional[str] = ..., made_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., exported_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., exported_by: _Optional[str] = ..., content: _Optional[bytes] = ...) -> None: ...
