import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from yima.identity.v1 import api_pb2 as _api_pb2
from yima.records.v1 import compute_pb2 as _compute_pb2
from yima.records.v1 import alert_rules_pb2 as _alert_rules_pb2
from yima.records.v1 import follow_ups_pb2 as _follow_ups_pb2
from yima.records.v1 import error_reports_pb2 as _error_reports_pb2
from yima.records.v1 import patients_pb2 as _patients_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecordIngested(_message.Message):
    __slots__ = ("record_id", "resident_id", "institution_id", "information_type", "content_sha256", "version")
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_SHA256_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    record_id: str
    resident_id: str
    institution_id: str
    information_type: str
    content_sha256: bytes
    version: int
    def __init__(self, record_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., information_type: _Optional[str] = ..., content_sha256: _Optional[bytes] = ..., version: _Optional[int] = ...) -> None: ...

class ErrorReported(_message.Message):
    __slots__ = ("error_report_id", "record_id", "resident_id", "institution_id", "answer_by", "version")
    ERROR_REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ANSWER_BY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    error_report_id: str
    record_id: str
    resident_id: str
    institution_id: str
    answer_by: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, error_report_id: _Optional[str] = ..., record_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., answer_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class ErrorReportClosed(_message.Message):
    __slots__ = ("error_report_id", "record_id", "resident_id", "institution_id", "status", "version")
    ERROR_REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    error_report_id: str
    record_id: str
    resident_id: str
    institution_id: str
    status: _error_reports_pb2.ErrorReportStatus
    version: int
    def __init__(self, error_report_id: _Optional[str] = ..., record_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., status: _Optional[_Union[_error_reports_pb2.ErrorReportStatus, str]] = ..., version: _Optional[int] = ...) -> None: ...

class QualityReportIssued(_message.Message):
    __slots__ = ("report_id", "institution_id", "month", "letter", "issued_at", "version")
    REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    LETTER_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    report_id: str
    institution_id: str
    month: str
    letter: str
    issued_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, report_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., month: _Optional[str] = ..., letter: _Optional[str] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class QualityGraded(_message.Message):
    __slots__ = ("institution_id", "month", "letter", "grades", "graded_at", "version")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    LETTER_FIELD_NUMBER: _ClassVar[int]
    GRADES_FIELD_NUMBER: _ClassVar[int]
    GRADED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    month: str
    letter: str
    grades: _containers.RepeatedCompositeFieldContainer[KindGrade]
    graded_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, institution_id: _Optional[str] = ..., month: _Optional[str] = ..., letter: _Optional[str] = ..., grades: _Optional[_Iterable[_Union[KindGrade, _Mapping]]] = ..., graded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class KindGrade(_message.Message):
    __slots__ = ("resource_type", "letter")
    RESOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    LETTER_FIELD_NUMBER: _ClassVar[int]
    resource_type: str
    letter: str
    def __init__(self, resource_type: _Optional[str] = ..., letter: _Optional[str] = ...) -> None: ...

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

class RunEnded(_message.Message):
    __slots__ = ("run_id", "template_id", "partner_id", "project_id", "status", "order_line_id", "item", "ended_at", "result_sha256", "version")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    RESULT_SHA256_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    template_id: str
    partner_id: str
    project_id: str
    status: _compute_pb2.RunStatus
    order_line_id: str
    item: str
    ended_at: _timestamp_pb2.Timestamp
    result_sha256: bytes
    version: int
    def __init__(self, run_id: _Optional[str] = ..., template_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., project_id: _Optional[str] = ..., status: _Optional[_Union[_compute_pb2.RunStatus, str]] = ..., order_line_id: _Optional[str] = ..., item: _Optional[str] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., result_sha256: _Optional[bytes] = ..., version: _Optional[int] = ...) -> None: ...

class ReadingFlagged(_message.Message):
    __slots__ = ("reading_flag_id", "alert_rule_id", "severity", "resident_id", "device_id", "record_id", "programme", "practitioner_id", "version")
    READING_FLAG_ID_FIELD_NUMBER: _ClassVar[int]
    ALERT_RULE_ID_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    DEVICE_ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAMME_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    reading_flag_id: str
    alert_rule_id: str
    severity: _alert_rules_pb2.AlertSeverity
    resident_id: str
    device_id: str
    record_id: str
    programme: str
    practitioner_id: str
    version: int
    def __init__(self, reading_flag_id: _Optional[str] = ..., alert_rule_id: _Optional[str] = ..., severity: _Optional[_Union[_alert_rules_pb2.AlertSeverity, str]] = ..., resident_id: _Optional[str] = ..., device_id: _Optional[str] = ..., record_id: _Optional[str] = ..., programme: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class ReadingWithdrawn(_message.Message):
    __slots__ = ("resident_id", "device_id", "record_id", "withdrawn_by", "role", "partner_id", "withdrawn_at", "version")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    DEVICE_ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_BY_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    device_id: str
    record_id: str
    withdrawn_by: str
    role: _route_pb2.Role
    partner_id: str
    withdrawn_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, resident_id: _Optional[str] = ..., device_id: _Optional[str] = ..., record_id: _Optional[str] = ..., withdrawn_by: _Optional[str] = ..., role: _Optional[_Union[_route_pb2.Role, str]] = ..., partner_id: _Optional[str] = ..., withdrawn_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class PatientAsked(_message.Message):
    __slots__ = ("patient_link_id", "resident_id", "institution_id", "asked_at", "until", "version")
    PATIENT_LINK_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ASKED_AT_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    patient_link_id: str
    resident_id: str
    institution_id: str
    asked_at: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, patient_link_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., asked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class PatientMatched(_message.Message):
    __slots__ = ("patient_link_id", "resident_id", "institution_id", "basis", "matched_at", "version")
    PATIENT_LINK_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    MATCHED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    patient_link_id: str
    resident_id: str
    institution_id: str
    basis: _api_pb2.PatientMatchBasis
    matched_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, patient_link_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., basis: _Optional[_Union[_api_pb2.PatientMatchBasis, str]] = ..., matched_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class PatientUnmatched(_message.Message):
    __slots__ = ("patient_link_id", "resident_id", "institution_id", "ending", "withdrawn", "ended_at", "version")
    PATIENT_LINK_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ENDING_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    patient_link_id: str
    resident_id: str
    institution_id: str
    ending: _patients_pb2.PatientLinkEnding
    withdrawn: int
    ended_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, patient_link_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., ending: _Optional[_Union[_patients_pb2.PatientLinkEnding, str]] = ..., withdrawn: _Optional[int] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class FollowUpNoted(_message.Message):
    __slots__ = ("follow_up_id", "resident_id", "practitioner_id", "institution_id", "noted_at", "version")
    FOLLOW_UP_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    NOTED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    follow_up_id: str
    resident_id: str
    practitioner_id: str
    institution_id: str
    noted_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, follow_up_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., noted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class FollowUpDue(_message.Message):
    __slots__ = ("follow_up_id", "resident_id", "practitioner_id", "institution_id", "version")
    FOLLOW_UP_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    follow_up_id: str
    resident_id: str
    practitioner_id: str
    institution_id: str
    version: int
    def __init__(self, follow_up_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class FollowUpClosed(_message.Message):
    __slots__ = ("follow_up_id", "resident_id", "status", "closed_by", "role", "institution_id", "closed_at", "version")
    FOLLOW_UP_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CLOSED_BY_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    follow_up_id: str
    resident_id: str
    status: _follow_ups_pb2.FollowUpStatus
    closed_by: str
    role: _route_pb2.Role
    institution_id: str
    closed_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, follow_up_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., status: _Optional[_Union[_follow_ups_pb2.FollowUpStatus, str]] = ..., closed_by: _Optional[str] = ..., role: _Optional[_Union[_route_pb2.Role, str]] = ..., institution_id: _Optional[str] = ..., closed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...
