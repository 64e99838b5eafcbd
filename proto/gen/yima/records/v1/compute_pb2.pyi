import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import limits_pb2 as _limits_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TemplateStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TEMPLATE_STATUS_UNSPECIFIED: _ClassVar[TemplateStatus]
    TEMPLATE_STATUS_PROPOSED: _ClassVar[TemplateStatus]
    TEMPLATE_STATUS_ENDORSED: _ClassVar[TemplateStatus]
    TEMPLATE_STATUS_APPROVED: _ClassVar[TemplateStatus]
    TEMPLATE_STATUS_WITHDRAWN: _ClassVar[TemplateStatus]

class RunStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RUN_STATUS_UNSPECIFIED: _ClassVar[RunStatus]
    RUN_STATUS_ASKED: _ClassVar[RunStatus]
    RUN_STATUS_RUNNING: _ClassVar[RunStatus]
    RUN_STATUS_RELEASED: _ClassVar[RunStatus]
    RUN_STATUS_WITHHELD: _ClassVar[RunStatus]
    RUN_STATUS_FAILED: _ClassVar[RunStatus]

class RunFailure(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RUN_FAILURE_UNSPECIFIED: _ClassVar[RunFailure]
    RUN_FAILURE_TOO_LARGE: _ClassVar[RunFailure]
    RUN_FAILURE_TOO_SLOW: _ClassVar[RunFailure]
    RUN_FAILURE_INTERRUPTED: _ClassVar[RunFailure]
    RUN_FAILURE_NOT_RUNNABLE: _ClassVar[RunFailure]
    RUN_FAILURE_NOT_PERMITTED: _ClassVar[RunFailure]
TEMPLATE_STATUS_UNSPECIFIED: TemplateStatus
TEMPLATE_STATUS_PROPOSED: TemplateStatus
TEMPLATE_STATUS_ENDORSED: TemplateStatus
TEMPLATE_STATUS_APPROVED: TemplateStatus
TEMPLATE_STATUS_WITHDRAWN: TemplateStatus
RUN_STATUS_UNSPECIFIED: RunStatus
RUN_STATUS_ASKED: RunStatus
RUN_STATUS_RUNNING: RunStatus
RUN_STATUS_RELEASED: RunStatus
RUN_STATUS_WITHHELD: RunStatus
RUN_STATUS_FAILED: RunStatus
RUN_FAILURE_UNSPECIFIED: RunFailure
RUN_FAILURE_TOO_LARGE: RunFailure
RUN_FAILURE_TOO_SLOW: RunFailure
RUN_FAILURE_INTERRUPTED: RunFailure
RUN_FAILURE_NOT_RUNNABLE: RunFailure
RUN_FAILURE_NOT_PERMITTED: RunFailure

class QueryTemplate(_message.Message):
    __slots__ = ("id", "partner_id", "code", "version", "title", "why", "purpose", "information_types", "project_id", "people_min", "runs_max", "runs", "query", "query_sha256", "status", "proposed_by", "proposed_at", "endorsed_by", "endorsed_at", "approved_by", "approved_at", "withdrawn_at", "withdrawn_because")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_MIN_FIELD_NUMBER: _ClassVar[int]
    RUNS_MAX_FIELD_NUMBER: _ClassVar[int]
    RUNS_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    QUERY_SHA256_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_BY_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDORSED_BY_FIELD_NUMBER: _ClassVar[int]
    ENDORSED_AT_FIELD_NUMBER: _ClassVar[int]
    APPROVED_BY_FIELD_NUMBER: _ClassVar[int]
    APPROVED_AT_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_AT_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_BECAUSE_FIELD_NUMBER: _ClassVar[int]
    id: str
    partner_id: str
    code: str
    version: int
    title: str
    why: str
    purpose: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    project_id: str
    people_min: int
    runs_max: int
    runs: int
    query: str
    query_sha256: bytes
    status: TemplateStatus
    proposed_by: str
    proposed_at: _timestamp_pb2.Timestamp
    endorsed_by: str
    endorsed_at: _timestamp_pb2.Timestamp
    approved_by: str
    approved_at: _timestamp_pb2.Timestamp
    withdrawn_at: _timestamp_pb2.Timestamp
    withdrawn_because: str
    def __init__(self, id: _Optional[str] = ..., partner_id: _Optional[str] = ..., code: _Optional[str] = ..., version: _Optional[int] = ..., title: _Optional[str] = ..., why: _Optional[str] = ..., purpose: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., project_id: _Optional[str] = ..., people_min: _Optional[int] = ..., runs_max: _Optional[int] = ..., runs: _Optional[int] = ..., query: _Optional[str] = ..., query_sha256: _Optional[bytes] = ..., status: _Optional[_Union[TemplateStatus, str]] = ..., proposed_by: _Optional[str] = ..., proposed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., endorsed_by: _Optional[str] = ..., endorsed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., approved_by: _Optional[str] = ..., approved_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., withdrawn_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., withdrawn_because: _Optional[str] = ...) -> None: ...

class ProposeTemplateRequest(_message.Message):
    __slots__ = ("code", "title", "why", "purpose", "information_types", "project_id", "people_min", "runs_max", "query")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_MIN_FIELD_NUMBER: _ClassVar[int]
    RUNS_MAX_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    code: str
    title: str
    why: str
    purpose: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    project_id: str
    people_min: int
    runs_max: int
    query: str
    def __init__(self, code: _Optional[str] = ..., title: _Optional[str] = ..., why: _Optional[str] = ..., purpose: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ..., project_id: _Optional[str] = ..., people_min: _Optional[int] = ..., runs_max: _Optional[int] = ..., query: _Optional[str] = ...) -> None: ...

class EndorseTemplateRequest(_message.Message):
    __slots__ = ("template_id",)
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    template_id: str
    def __init__(self, template_id: _Optional[str] = ...) -> None: ...

class ApproveTemplateRequest(_message.Message):
    __slots__ = ("template_id",)
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    template_id: str
    def __init__(self, template_id: _Optional[str] = ...) -> None: ...

class WithdrawTemplateRequest(_message.Message):
    __slots__ = ("template_id", "reason")
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    template_id: str
    reason: str
    def __init__(self, template_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ListTemplatesRequest(_message.Message):
    __slots__ = ("template_id", "status", "page")
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    template_id: str
    status: TemplateStatus
    page: _types_pb2.PageRequest
    def __init__(self, template_id: _Optional[str] = ..., status: _Optional[_Union[TemplateStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class TemplatePage(_message.Message):
    __slots__ = ("templates", "page")
    TEMPLATES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    templates: _containers.RepeatedCompositeFieldContainer[QueryTemplate]
    page: _types_pb2.PageInfo
    def __init__(self, templates: _Optional[_Iterable[_Union[QueryTemplate, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class QueryRun(_message.Message):
    __slots__ = ("id", "template_id", "partner_id", "project_id", "parameters", "data_from", "data_until", "order_line_id", "item", "requested_by", "requested_at", "status", "started_at", "finished_at", "failure")
    ID_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    DATA_FROM_FIELD_NUMBER: _ClassVar[int]
    DATA_UNTIL_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_BY_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_AT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    FINISHED_AT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    id: str
    template_id: str
    partner_id: str
    project_id: str
    parameters: str
    data_from: str
    data_until: str
    order_line_id: str
    item: str
    requested_by: str
    requested_at: _timestamp_pb2.Timestamp
    status: RunStatus
    started_at: _timestamp_pb2.Timestamp
    finished_at: _timestamp_pb2.Timestamp
    failure: RunFailure
    def __init__(self, id: _Optional[str] = ..., template_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., project_id: _Optional[str] = ..., parameters: _Optional[str] = ..., data_from: _Optional[str] = ..., data_until: _Optional[str] = ..., order_line_id: _Optional[str] = ..., item: _Optional[str] = ..., requested_by: _Optional[str] = ..., requested_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[_Union[RunStatus, str]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., finished_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., failure: _Optional[_Union[RunFailure, str]] = ...) -> None: ...

class RequestRunRequest(_message.Message):
    __slots__ = ("template_id", "parameters", "data_from", "data_until", "order_line_id", "item")
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    DATA_FROM_FIELD_NUMBER: _ClassVar[int]
    DATA_UNTIL_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    template_id: str
    parameters: str
    data_from: str
    data_until: str
    order_line_id: str
    item: str
    def __init__(self, template_id: _Optional[str] = ..., parameters: _Optional[str] = ..., data_from: _Optional[str] = ..., data_until: _Optional[str] = ..., order_line_id: _Optional[str] = ..., item: _Optional[str] = ...) -> None: ...

class ListRunsRequest(_message.Message):
    __slots__ = ("template_id", "run_id", "page")
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    template_id: str
    run_id: str
    page: _types_pb2.PageRequest
    def __init__(self, template_id: _Optional[str] = ..., run_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class RunPage(_message.Message):
    __slots__ = ("runs", "page")
    RUNS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    runs: _containers.RepeatedCompositeFieldContainer[QueryRun]
    page: _types_pb2.PageInfo
    def __init__(self, runs: _Optional[_Iterable[_Union[QueryRun, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ReadResultRequest(_message.Message):
    __slots__ = ("run_id",)
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    def __init__(self, run_id: _Optional[str] = ...) -> None: ...

class RunResult(_message.Message):
    __slots__ = ("run_id", "signed", "sha256", "covered", "groups")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    SIGNED_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    COVERED_FIELD_NUMBER: _ClassVar[int]
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    signed: str
    sha256: bytes
    covered: int
    groups: _containers.RepeatedCompositeFieldContainer[ResultGroup]
    def __init__(self, run_id: _Optional[str] = ..., signed: _Optional[str] = ..., sha256: _Optional[bytes] = ..., covered: _Optional[int] = ..., groups: _Optional[_Iterable[_Union[ResultGroup, _Mapping]]] = ...) -> None: ...

class ResultGroup(_message.Message):
    __slots__ = ("labels", "measures")
    LABELS_FIELD_NUMBER: _ClassVar[int]
    MEASURES_FIELD_NUMBER: _ClassVar[int]
    labels: _containers.RepeatedCompositeFieldContainer[ResultLabel]
    measures: _containers.RepeatedCompositeFieldContainer[ResultMeasure]
    def __init__(self, labels: _Optional[_Iterable[_Union[ResultLabel, _Mapping]]] = ..., measures: _Optional[_Iterable[_Union[ResultMeasure, _Mapping]]] = ...) -> None: ...

class ResultLabel(_message.Message):
    __slots__ = ("name", "value")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: str
    def __init__(self, name: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class ResultMeasure(_message.Message):
    __slots__ = ("name", "band", "value")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BAND_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    band: str
    value: str
    def __init__(self, name: _Optional[str] = ..., band: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
