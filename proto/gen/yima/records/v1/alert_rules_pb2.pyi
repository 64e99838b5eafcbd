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

class AlertTest(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALERT_TEST_UNSPECIFIED: _ClassVar[AlertTest]
    ALERT_TEST_ABOVE: _ClassVar[AlertTest]
    ALERT_TEST_BELOW: _ClassVar[AlertTest]
    ALERT_TEST_RISE: _ClassVar[AlertTest]

class AlertSeverity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALERT_SEVERITY_UNSPECIFIED: _ClassVar[AlertSeverity]
    ALERT_SEVERITY_NOTICE: _ClassVar[AlertSeverity]
    ALERT_SEVERITY_WARNING: _ClassVar[AlertSeverity]
    ALERT_SEVERITY_URGENT: _ClassVar[AlertSeverity]

class AlertRuleStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALERT_RULE_STATUS_UNSPECIFIED: _ClassVar[AlertRuleStatus]
    ALERT_RULE_STATUS_PROPOSED: _ClassVar[AlertRuleStatus]
    ALERT_RULE_STATUS_IN_FORCE: _ClassVar[AlertRuleStatus]
    ALERT_RULE_STATUS_REFUSED: _ClassVar[AlertRuleStatus]
    ALERT_RULE_STATUS_ENDED: _ClassVar[AlertRuleStatus]
ALERT_TEST_UNSPECIFIED: AlertTest
ALERT_TEST_ABOVE: AlertTest
ALERT_TEST_BELOW: AlertTest
ALERT_TEST_RISE: AlertTest
ALERT_SEVERITY_UNSPECIFIED: AlertSeverity
ALERT_SEVERITY_NOTICE: AlertSeverity
ALERT_SEVERITY_WARNING: AlertSeverity
ALERT_SEVERITY_URGENT: AlertSeverity
ALERT_RULE_STATUS_UNSPECIFIED: AlertRuleStatus
ALERT_RULE_STATUS_PROPOSED: AlertRuleStatus
ALERT_RULE_STATUS_IN_FORCE: AlertRuleStatus
ALERT_RULE_STATUS_REFUSED: AlertRuleStatus
ALERT_RULE_STATUS_ENDED: AlertRuleStatus

class AlertRule(_message.Message):
    __slots__ = ("id", "programme", "practitioner_id", "title", "code", "unit", "test", "threshold", "clear_at", "needed", "readings", "window_minutes", "severity", "status", "until", "proposed_at", "decided_at", "reason", "ended_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAMME_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    TEST_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    CLEAR_AT_FIELD_NUMBER: _ClassVar[int]
    NEEDED_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    WINDOW_MINUTES_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_AT_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    programme: str
    practitioner_id: str
    title: str
    code: str
    unit: str
    test: AlertTest
    threshold: str
    clear_at: str
    needed: int
    readings: int
    window_minutes: int
    severity: AlertSeverity
    status: AlertRuleStatus
    until: _timestamp_pb2.Timestamp
    proposed_at: _timestamp_pb2.Timestamp
    decided_at: _timestamp_pb2.Timestamp
    reason: str
    ended_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., programme: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., title: _Optional[str] = ..., code: _Optional[str] = ..., unit: _Optional[str] = ..., test: _Optional[_Union[AlertTest, str]] = ..., threshold: _Optional[str] = ..., clear_at: _Optional[str] = ..., needed: _Optional[int] = ..., readings: _Optional[int] = ..., window_minutes: _Optional[int] = ..., severity: _Optional[_Union[AlertSeverity, str]] = ..., status: _Optional[_Union[AlertRuleStatus, str]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., proposed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ProposeAlertRuleRequest(_message.Message):
    __slots__ = ("programme", "title", "code", "test", "threshold", "clear_at", "needed", "readings", "window_minutes", "severity")
    PROGRAMME_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    TEST_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    CLEAR_AT_FIELD_NUMBER: _ClassVar[int]
    NEEDED_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    WINDOW_MINUTES_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    programme: str
    title: str
    code: str
    test: AlertTest
    threshold: str
    clear_at: str
    needed: int
    readings: int
    window_minutes: int
    severity: AlertSeverity
    def __init__(self, programme: _Optional[str] = ..., title: _Optional[str] = ..., code: _Optional[str] = ..., test: _Optional[_Union[AlertTest, str]] = ..., threshold: _Optional[str] = ..., clear_at: _Optional[str] = ..., needed: _Optional[int] = ..., readings: _Optional[int] = ..., window_minutes: _Optional[int] = ..., severity: _Optional[_Union[AlertSeverity, str]] = ...) -> None: ...

class WatchPatientRequest(_message.Message):
    __slots__ = ("resident_id", "title", "code", "test", "threshold", "clear_at", "needed", "readings", "window_minutes", "severity")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    TEST_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    CLEAR_AT_FIELD_NUMBER: _ClassVar[int]
    NEEDED_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    WINDOW_MINUTES_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    title: str
    code: str
    test: AlertTest
    threshold: str
    clear_at: str
    needed: int
    readings: int
    window_minutes: int
    severity: AlertSeverity
    def __init__(self, resident_id: _Optional[str] = ..., title: _Optional[str] = ..., code: _Optional[str] = ..., test: _Optional[_Union[AlertTest, str]] = ..., threshold: _Optional[str] = ..., clear_at: _Optional[str] = ..., needed: _Optional[int] = ..., readings: _Optional[int] = ..., window_minutes: _Optional[int] = ..., severity: _Optional[_Union[AlertSeverity, str]] = ...) -> None: ...

class PatientRule(_message.Message):
    __slots__ = ("rule", "resident_id")
    RULE_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    rule: AlertRule
    resident_id: str
    def __init__(self, rule: _Optional[_Union[AlertRule, _Mapping]] = ..., resident_id: _Optional[str] = ...) -> None: ...

class DecideAlertRuleRequest(_message.Message):
    __slots__ = ("alert_rule_id", "approved", "reason")
    ALERT_RULE_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    alert_rule_id: str
    approved: bool
    reason: str
    def __init__(self, alert_rule_id: _Optional[str] = ..., approved: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class EndAlertRuleRequest(_message.Message):
    __slots__ = ("alert_rule_id",)
    ALERT_RULE_ID_FIELD_NUMBER: _ClassVar[int]
    alert_rule_id: str
    def __init__(self, alert_rule_id: _Optional[str] = ...) -> None: ...

class ListAlertRulesRequest(_message.Message):
    __slots__ = ("programme", "status", "page")
    PROGRAMME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    programme: str
    status: AlertRuleStatus
    page: _types_pb2.PageRequest
    def __init__(self, programme: _Optional[str] = ..., status: _Optional[_Union[AlertRuleStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class AlertRulePage(_message.Message):
    __slots__ = ("rules", "page")
    RULES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedCompositeFieldContainer[AlertRule]
    page: _types_pb2.PageInfo
    def __init__(self, rules: _Optional[_Iterable[_Union[AlertRule, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ListPatientRulesRequest(_message.Message):
    __slots__ = ("resident_id", "status", "page")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    status: AlertRuleStatus
    page: _types_pb2.PageRequest
    def __init__(self, resident_id: _Optional[str] = ..., status: _Optional[_Union[AlertRuleStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class PatientRulePage(_message.Message):
    __slots__ = ("rules", "page")
    RULES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedCompositeFieldContainer[PatientRule]
    page: _types_pb2.PageInfo
    def __init__(self, rules: _Optional[_Iterable[_Union[PatientRule, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class SetProgrammeRequest(_message.Message):
    __slots__ = ("resident_id", "programme", "joins")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAMME_FIELD_NUMBER: _ClassVar[int]
    JOINS_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    programme: str
    joins: bool
    def __init__(self, resident_id: _Optional[str] = ..., programme: _Optional[str] = ..., joins: _Optional[bool] = ...) -> None: ...

class GetProgrammesRequest(_message.Message):
    __slots__ = ("resident_id",)
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    def __init__(self, resident_id: _Optional[str] = ...) -> None: ...

class CheckProgrammesRequest(_message.Message):
    __slots__ = ("resident_id", "programmes")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAMMES_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    programmes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, resident_id: _Optional[str] = ..., programmes: _Optional[_Iterable[str]] = ...) -> None: ...

class Programmes(_message.Message):
    __slots__ = ("resident_id", "programmes")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAMMES_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    programmes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, resident_id: _Optional[str] = ..., programmes: _Optional[_Iterable[str]] = ...) -> None: ...

class ListReadingFlagsRequest(_message.Message):
    __slots__ = ("resident_id", "open_only", "page")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    OPEN_ONLY_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    open_only: bool
    page: _types_pb2.PageRequest
    def __init__(self, resident_id: _Optional[str] = ..., open_only: _Optional[bool] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class ReadingFlag(_message.Message):
    __slots__ = ("id", "alert_rule_id", "title", "programme", "severity", "resident_id", "record_id", "code", "measured_at", "raised_at", "cleared_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    ALERT_RULE_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    PROGRAMME_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    MEASURED_AT_FIELD_NUMBER: _ClassVar[int]
    RAISED_AT_FIELD_NUMBER: _ClassVar[int]
    CLEARED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    alert_rule_id: str
    title: str
    programme: str
    severity: AlertSeverity
    resident_id: str
    record_id: str
    code: str
    measured_at: _timestamp_pb2.Timestamp
    raised_at: _timestamp_pb2.Timestamp
    cleared_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., alert_rule_id: _Optional[str] = ..., title: _Optional[str] = ..., programme: _Optional[str] = ..., severity: _Optional[_Union[AlertSeverity, str]] = ..., resident_id: _Optional[str] = ..., record_id: _Optional[str] = ..., code: _Optional[str] = ..., measured_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., raised_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cleared_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ReadingFlagPage(_message.Message):
    __slots__ = ("decision_id", "flags", "page")
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    FLAGS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    decision_id: str
    flags: _containers.RepeatedCompositeFieldContainer[ReadingFlag]
    page: _types_pb2.PageInfo
    def __init__(self, decision_id: _Optional[str] = ..., flags: _Optional[_Iterable[_Union[ReadingFlag, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...
