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

class FollowUpAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FOLLOW_UP_ACTION_UNSPECIFIED: _ClassVar[FollowUpAction]
    FOLLOW_UP_ACTION_VISIT: _ClassVar[FollowUpAction]
    FOLLOW_UP_ACTION_CALL: _ClassVar[FollowUpAction]
    FOLLOW_UP_ACTION_LABORATORY: _ClassVar[FollowUpAction]
    FOLLOW_UP_ACTION_IMAGING: _ClassVar[FollowUpAction]
    FOLLOW_UP_ACTION_MEASURE: _ClassVar[FollowUpAction]
    FOLLOW_UP_ACTION_VACCINATION: _ClassVar[FollowUpAction]
    FOLLOW_UP_ACTION_SPECIALIST: _ClassVar[FollowUpAction]
    FOLLOW_UP_ACTION_THERAPY: _ClassVar[FollowUpAction]

class FollowUpReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FOLLOW_UP_REASON_UNSPECIFIED: _ClassVar[FollowUpReason]
    FOLLOW_UP_REASON_CHECK: _ClassVar[FollowUpReason]
    FOLLOW_UP_REASON_RESULT: _ClassVar[FollowUpReason]
    FOLLOW_UP_REASON_MEDICATION: _ClassVar[FollowUpReason]
    FOLLOW_UP_REASON_CHRONIC: _ClassVar[FollowUpReason]
    FOLLOW_UP_REASON_PREVENTION: _ClassVar[FollowUpReason]
    FOLLOW_UP_REASON_AFTER_TREATMENT: _ClassVar[FollowUpReason]
    FOLLOW_UP_REASON_SECOND_OPINION: _ClassVar[FollowUpReason]
    FOLLOW_UP_REASON_BEYOND_US: _ClassVar[FollowUpReason]

class FollowUpStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FOLLOW_UP_STATUS_UNSPECIFIED: _ClassVar[FollowUpStatus]
    FOLLOW_UP_STATUS_DUE: _ClassVar[FollowUpStatus]
    FOLLOW_UP_STATUS_BOOKED: _ClassVar[FollowUpStatus]
    FOLLOW_UP_STATUS_DONE: _ClassVar[FollowUpStatus]
    FOLLOW_UP_STATUS_DECLINED: _ClassVar[FollowUpStatus]

class FollowUpOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FOLLOW_UP_OUTCOME_UNSPECIFIED: _ClassVar[FollowUpOutcome]
    FOLLOW_UP_OUTCOME_SERVED: _ClassVar[FollowUpOutcome]
    FOLLOW_UP_OUTCOME_DONE_HERE: _ClassVar[FollowUpOutcome]
    FOLLOW_UP_OUTCOME_DONE_ELSEWHERE: _ClassVar[FollowUpOutcome]
    FOLLOW_UP_OUTCOME_NOT_NEEDED: _ClassVar[FollowUpOutcome]
    FOLLOW_UP_OUTCOME_NOT_REACHED: _ClassVar[FollowUpOutcome]
FOLLOW_UP_ACTION_UNSPECIFIED: FollowUpAction
FOLLOW_UP_ACTION_VISIT: FollowUpAction
FOLLOW_UP_ACTION_CALL: FollowUpAction
FOLLOW_UP_ACTION_LABORATORY: FollowUpAction
FOLLOW_UP_ACTION_IMAGING: FollowUpAction
FOLLOW_UP_ACTION_MEASURE: FollowUpAction
FOLLOW_UP_ACTION_VACCINATION: FollowUpAction
FOLLOW_UP_ACTION_SPECIALIST: FollowUpAction
FOLLOW_UP_ACTION_THERAPY: FollowUpAction
FOLLOW_UP_REASON_UNSPECIFIED: FollowUpReason
FOLLOW_UP_REASON_CHECK: FollowUpReason
FOLLOW_UP_REASON_RESULT: FollowUpReason
FOLLOW_UP_REASON_MEDICATION: FollowUpReason
FOLLOW_UP_REASON_CHRONIC: FollowUpReason
FOLLOW_UP_REASON_PREVENTION: FollowUpReason
FOLLOW_UP_REASON_AFTER_TREATMENT: FollowUpReason
FOLLOW_UP_REASON_SECOND_OPINION: FollowUpReason
FOLLOW_UP_REASON_BEYOND_US: FollowUpReason
FOLLOW_UP_STATUS_UNSPECIFIED: FollowUpStatus
FOLLOW_UP_STATUS_DUE: FollowUpStatus
FOLLOW_UP_STATUS_BOOKED: FollowUpStatus
FOLLOW_UP_STATUS_DONE: FollowUpStatus
FOLLOW_UP_STATUS_DECLINED: FollowUpStatus
FOLLOW_UP_OUTCOME_UNSPECIFIED: FollowUpOutcome
FOLLOW_UP_OUTCOME_SERVED: FollowUpOutcome
FOLLOW_UP_OUTCOME_DONE_HERE: FollowUpOutcome
FOLLOW_UP_OUTCOME_DONE_ELSEWHERE: FollowUpOutcome
FOLLOW_UP_OUTCOME_NOT_NEEDED: FollowUpOutcome
FOLLOW_UP_OUTCOME_NOT_REACHED: FollowUpOutcome

class FollowUp(_message.Message):
    __slots__ = ("id", "resident_id", "practitioner_id", "institution_id", "action", "reason", "due_on", "category", "offering_id", "note", "status", "overdue", "order_id", "noted_at", "closed_at", "outcome", "closing_note")
    ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DUE_ON_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    NOTED_AT_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    CLOSING_NOTE_FIELD_NUMBER: _ClassVar[int]
    id: str
    resident_id: str
    practitioner_id: str
    institution_id: str
    action: FollowUpAction
    reason: FollowUpReason
    due_on: str
    category: str
    offering_id: str
    note: str
    status: FollowUpStatus
    overdue: bool
    order_id: str
    noted_at: _timestamp_pb2.Timestamp
    closed_at: _timestamp_pb2.Timestamp
    outcome: FollowUpOutcome
    closing_note: str
    def __init__(self, id: _Optional[str] = ..., resident_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., action: _Optional[_Union[FollowUpAction, str]] = ..., reason: _Optional[_Union[FollowUpReason, str]] = ..., due_on: _Optional[str] = ..., category: _Optional[str] = ..., offering_id: _Optional[str] = ..., note: _Optional[str] = ..., status: _Optional[_Union[FollowUpStatus, str]] = ..., overdue: _Optional[bool] = ..., order_id: _Optional[str] = ..., noted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., closed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., outcome: _Optional[_Union[FollowUpOutcome, str]] = ..., closing_note: _Optional[str] = ...) -> None: ...

class NoteFollowUpRequest(_message.Message):
    __slots__ = ("resident_id", "action", "reason", "due_on", "category", "offering_id", "note")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DUE_ON_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    action: FollowUpAction
    reason: FollowUpReason
    due_on: str
    category: str
    offering_id: str
    note: str
    def __init__(self, resident_id: _Optional[str] = ..., action: _Optional[_Union[FollowUpAction, str]] = ..., reason: _Optional[_Union[FollowUpReason, str]] = ..., due_on: _Optional[str] = ..., category: _Optional[str] = ..., offering_id: _Optional[str] = ..., note: _Optional[str] = ...) -> None: ...

class ListFollowUpsRequest(_message.Message):
    __slots__ = ("resident_id", "open_only", "page")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    OPEN_ONLY_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    open_only: bool
    page: _types_pb2.PageRequest
    def __init__(self, resident_id: _Optional[str] = ..., open_only: _Optional[bool] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class FollowUpPage(_message.Message):
    __slots__ = ("follow_ups", "page")
    FOLLOW_UPS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    follow_ups: _containers.RepeatedCompositeFieldContainer[FollowUp]
    page: _types_pb2.PageInfo
    def __init__(self, follow_ups: _Optional[_Iterable[_Union[FollowUp, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ListDueFollowUpsRequest(_message.Message):
    __slots__ = ("due_until", "page")
    DUE_UNTIL_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    due_until: str
    page: _types_pb2.PageRequest
    def __init__(self, due_until: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class DeclineFollowUpRequest(_message.Message):
    __slots__ = ("follow_up_id",)
    FOLLOW_UP_ID_FIELD_NUMBER: _ClassVar[int]
    follow_up_id: str
    def __init__(self, follow_up_id: _Optional[str] = ...) -> None: ...

class CloseFollowUpRequest(_message.Message):
    __slots__ = ("follow_up_id", "resident_id", "outcome", "note")
    FOLLOW_UP_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    follow_up_id: str
    resident_id: str
    outcome: FollowUpOutcome
    note: str
    def __init__(self, follow_up_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., outcome: _Optional[_Union[FollowUpOutcome, str]] = ..., note: _Optional[str] = ...) -> None: ...
