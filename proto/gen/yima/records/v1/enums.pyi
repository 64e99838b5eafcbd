from collections.abc import Iterator
from typing import ClassVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from yima.records.v1 import error_reports_pb2
from yima.records.v1 import alert_rules_pb2
from yima.records.v1 import own_readings_pb2
from yima.records.v1 import follow_ups_pb2
from yima.records.v1 import patients_pb2
from yima.records.v1 import collection_pb2
from yima.records.v1 import devices_pb2
from yima.records.v1 import compute_pb2
from yima.records.v1 import quality_pb2
from yima.records.v1 import reviews_pb2
from yima.records.v1 import terminology_pb2
from yima.records.v1 import timeline_pb2
from yima.records.v1 import api_pb2

class _Members(EnumTypeWrapper):
    def __iter__[E](cls: type[E]) -> Iterator[E]: ...

class ErrorReportStatus(error_reports_pb2.ErrorReportStatus, metaclass=_Members):
    name: str
    value: int
    OPEN: ClassVar[ErrorReportStatus]
    CORRECTED: ClassVar[ErrorReportStatus]
    CONFIRMED: ClassVar[ErrorReportStatus]
    WITHDRAWN: ClassVar[ErrorReportStatus]

class AlertTest(alert_rules_pb2.AlertTest, metaclass=_Members):
    name: str
    value: int
    ABOVE: ClassVar[AlertTest]
    BELOW: ClassVar[AlertTest]
    RISE: ClassVar[AlertTest]

class AlertSeverity(alert_rules_pb2.AlertSeverity, metaclass=_Members):
    name: str
    value: int
    NOTICE: ClassVar[AlertSeverity]
    WARNING: ClassVar[AlertSeverity]
    URGENT: ClassVar[AlertSeverity]

class AlertRuleStatus(alert_rules_pb2.AlertRuleStatus, metaclass=_Members):
    name: str
    value: int
    PROPOSED: ClassVar[AlertRuleStatus]
    IN_FORCE: ClassVar[AlertRuleStatus]
    REFUSED: ClassVar[AlertRuleStatus]
    ENDED: ClassVar[AlertRuleStatus]

class OwnReadingKind(own_readings_pb2.OwnReadingKind, metaclass=_Members):
    name: str
    value: int
    BLOOD_PRESSURE: ClassVar[OwnReadingKind]
    GLUCOSE: ClassVar[OwnReadingKind]
    WEIGHT: ClassVar[OwnReadingKind]
    TEMPERATURE: ClassVar[OwnReadingKind]
    HEART_RATE: ClassVar[OwnReadingKind]
    OXYGEN: ClassVar[OwnReadingKind]
    STEPS: ClassVar[OwnReadingKind]
    NOTE: ClassVar[OwnReadingKind]

class FollowUpAction(follow_ups_pb2.FollowUpAction, metaclass=_Members):
    name: str
    value: int
    VISIT: ClassVar[FollowUpAction]
    CALL: ClassVar[FollowUpAction]
    LABORATORY: ClassVar[FollowUpAction]
    IMAGING: ClassVar[FollowUpAction]
    MEASURE: ClassVar[FollowUpAction]
    VACCINATION: ClassVar[FollowUpAction]
    SPECIALIST: ClassVar[FollowUpAction]
    THERAPY: ClassVar[FollowUpAction]

class FollowUpReason(follow_ups_pb2.FollowUpReason, metaclass=_Members):
    name: str
    value: int
    CHECK: ClassVar[FollowUpReason]
    RESULT: ClassVar[FollowUpReason]
    MEDICATION: ClassVar[FollowUpReason]
    CHRONIC: ClassVar[FollowUpReason]
    PREVENTION: ClassVar[FollowUpReason]
    AFTER_TREATMENT: ClassVar[FollowUpReason]
    SECOND_OPINION: ClassVar[FollowUpReason]
    BEYOND_US: ClassVar[FollowUpReason]

class FollowUpStatus(follow_ups_pb2.FollowUpStatus, metaclass=_Members):
    name: str
    value: int
    DUE: ClassVar[FollowUpStatus]
    BOOKED: ClassVar[FollowUpStatus]
    DONE: ClassVar[FollowUpStatus]
    DECLINED: ClassVar[FollowUpStatus]

class FollowUpOutcome(follow_ups_pb2.FollowUpOutcome, metaclass=_Members):
    name: str
    value: int
    SERVED: ClassVar[FollowUpOutcome]
    DONE_HERE: ClassVar[FollowUpOutcome]
    DONE_ELSEWHERE: ClassVar[FollowUpOutcome]
    NOT_NEEDED: ClassVar[FollowUpOutcome]
    NOT_REACHED: ClassVar[FollowUpOutcome]

class PatientNumberStatus(patients_pb2.PatientNumberStatus, metaclass=_Members):
    name: str
    value: int
    UNMATCHED: ClassVar[PatientNumberStatus]
    ASKED: ClassVar[PatientNumberStatus]
    MATCHED: ClassVar[PatientNumberStatus]
    DIFFERS: ClassVar[PatientNumberStatus]

class PatientLinkStatus(patients_pb2.PatientLinkStatus, metaclass=_Members):
    name: str
    value: int
    ASKED: ClassVar[PatientLinkStatus]
    IN_FORCE: ClassVar[PatientLinkStatus]
    DECLINED: ClassVar[PatientLinkStatus]
    LAPSED: ClassVar[PatientLinkStatus]
    ENDED: ClassVar[PatientLinkStatus]

class PatientLinkEnding(patients_pb2.PatientLinkEnding, metaclass=_Members):
    name: str
    value: int
    WRONG: ClassVar[PatientLinkEnding]
    REUSED: ClassVar[PatientLinkEnding]

class SystemKind(collection_pb2.SystemKind, metaclass=_Members):
    name: str
    value: int
    HIS: ClassVar[SystemKind]
    LIS: ClassVar[SystemKind]
    PACS: ClassVar[SystemKind]
    EMR: ClassVar[SystemKind]
    PUBLIC_HEALTH: ClassVar[SystemKind]
    PHARMACY: ClassVar[SystemKind]
    DEVICES: ClassVar[SystemKind]

class SourceStatus(collection_pb2.SourceStatus, metaclass=_Members):
    name: str
    value: int
    PROPOSED: ClassVar[SourceStatus]
    APPROVED: ClassVar[SourceStatus]
    REFUSED: ClassVar[SourceStatus]
    ENDED: ClassVar[SourceStatus]

class ConnectorHealth(collection_pb2.ConnectorHealth, metaclass=_Members):
    name: str
    value: int
    WELL: ClassVar[ConnectorHealth]
    SILENT: ClassVar[ConnectorHealth]
    BEHIND: ClassVar[ConnectorHealth]

class LineResult(collection_pb2.LineResult, metaclass=_Members):
    name: str
    value: int
    CREATED: ClassVar[LineResult]
    UPDATED: ClassVar[LineResult]
    UNCHANGED: ClassVar[LineResult]
    REFUSED: ClassVar[LineResult]
    WAITING: ClassVar[LineResult]

class DeviceKind(devices_pb2.DeviceKind, metaclass=_Members):
    name: str
    value: int
    THERMOMETER: ClassVar[DeviceKind]
    BLOOD_PRESSURE: ClassVar[DeviceKind]
    GLUCOSE: ClassVar[DeviceKind]
    OXIMETER: ClassVar[DeviceKind]
    ECG_12_LEAD: ClassVar[DeviceKind]
    URIC_ACID: ClassVar[DeviceKind]
    LIPIDS: ClassVar[DeviceKind]
    WEIGHT: ClassVar[DeviceKind]
    STEPS: ClassVar[DeviceKind]
    SLEEP: ClassVar[DeviceKind]
    FOETAL_HEART: ClassVar[DeviceKind]
    SPIROMETER: ClassVar[DeviceKind]

class DeviceModelStatus(devices_pb2.DeviceModelStatus, metaclass=_Members):
    name: str
    value: int
    PROPOSED: ClassVar[DeviceModelStatus]
    APPROVED: ClassVar[DeviceModelStatus]
    REFUSED: ClassVar[DeviceModelStatus]

class DeviceStatus(devices_pb2.DeviceStatus, metaclass=_Members):
    name: str
    value: int
    PROPOSED: ClassVar[DeviceStatus]
    BOUND: ClassVar[DeviceStatus]
    DECLINED: ClassVar[DeviceStatus]
    ENDED: ClassVar[DeviceStatus]

class DeviceEndReason(devices_pb2.DeviceEndReason, metaclass=_Members):
    name: str
    value: int
    RETURNED: ClassVar[DeviceEndReason]
    LOST: ClassVar[DeviceEndReason]
    NOT_THEIRS: ClassVar[DeviceEndReason]

class ReadingResult(devices_pb2.ReadingResult, metaclass=_Members):
    name: str
    value: int
    STORED: ClassVar[ReadingResult]
    KNOWN: ClassVar[ReadingResult]
    REFUSED: ClassVar[ReadingResult]

class TemplateStatus(compute_pb2.TemplateStatus, metaclass=_Members):
    name: str
    value: int
    PROPOSED: ClassVar[TemplateStatus]
    ENDORSED: ClassVar[TemplateStatus]
    APPROVED: ClassVar[TemplateStatus]
    WITHDRAWN: ClassVar[TemplateStatus]

class RunStatus(compute_pb2.RunStatus, metaclass=_Members):
    name: str
    value: int
    ASKED: ClassVar[RunStatus]
    RUNNING: ClassVar[RunStatus]
    RELEASED: ClassVar[RunStatus]
    WITHHELD: ClassVar[RunStatus]
    FAILED: ClassVar[RunStatus]

class RunFailure(compute_pb2.RunFailure, metaclass=_Members):
    name: str
    value: int
    TOO_LARGE: ClassVar[RunFailure]
    TOO_SLOW: ClassVar[RunFailure]
    INTERRUPTED: ClassVar[RunFailure]
    NOT_RUNNABLE: ClassVar[RunFailure]
    NOT_PERMITTED: ClassVar[RunFailure]

class Severity(quality_pb2.Severity, metaclass=_Members):
    name: str
    value: int
    ERROR: ClassVar[Severity]
    WARNING: ClassVar[Severity]
    NOTE: ClassVar[Severity]

class QualityDimension(quality_pb2.QualityDimension, metaclass=_Members):
    name: str
    value: int
    COMPLETENESS: ClassVar[QualityDimension]
    VALIDITY: ClassVar[QualityDimension]
    TIMELINESS: ClassVar[QualityDimension]
    UNIQUENESS: ClassVar[QualityDimension]
    CONSISTENCY: ClassVar[QualityDimension]
    ACCURACY: ClassVar[QualityDimension]

class ReportFormat(quality_pb2.ReportFormat, metaclass=_Members):
    name: str
    value: int
    JSON: ClassVar[ReportFormat]
    PDF: ClassVar[ReportFormat]

class ReviewReason(reviews_pb2.ReviewReason, metaclass=_Members):
    name: str
    value: int
    SAMPLE: ClassVar[ReviewReason]
    SERIOUS: ClassVar[ReviewReason]

class QualityReviewStatus(reviews_pb2.QualityReviewStatus, metaclass=_Members):
    name: str
    value: int
    OPEN: ClassVar[QualityReviewStatus]
    DISPUTED: ClassVar[QualityReviewStatus]
    SOUND: ClassVar[QualityReviewStatus]
    WRONG: ClassVar[QualityReviewStatus]
    MOOT: ClassVar[QualityReviewStatus]

class ReviewVerdict(reviews_pb2.ReviewVerdict, metaclass=_Members):
    name: str
    value: int
    SOUND: ClassVar[ReviewVerdict]
    WRONG: ClassVar[ReviewVerdict]

class CodeFileFormat(terminology_pb2.CodeFileFormat, metaclass=_Members):
    name: str
    value: int
    CSV: ClassVar[CodeFileFormat]
    FHIR: ClassVar[CodeFileFormat]

class CodeTableKind(terminology_pb2.CodeTableKind, metaclass=_Members):
    name: str
    value: int
    CODE_SYSTEM: ClassVar[CodeTableKind]
    VALUE_SET: ClassVar[CodeTableKind]

class CodeMapStatus(terminology_pb2.CodeMapStatus, metaclass=_Members):
    name: str
    value: int
    PROPOSED: ClassVar[CodeMapStatus]
    APPROVED: ClassVar[CodeMapStatus]
    REJECTED: ClassVar[CodeMapStatus]
    REPLACED: ClassVar[CodeMapStatus]

class CodeEquivalence(terminology_pb2.CodeEquivalence, metaclass=_Members):
    name: str
    value: int
    RELATEDTO: ClassVar[CodeEquivalence]
    EQUIVALENT: ClassVar[CodeEquivalence]
    EQUAL: ClassVar[CodeEquivalence]
    WIDER: ClassVar[CodeEquivalence]
    SUBSUMES: ClassVar[CodeEquivalence]
    NARROWER: ClassVar[CodeEquivalence]
    SPECIALIZES: ClassVar[CodeEquivalence]
    INEXACT: ClassVar[CodeEquivalence]
    UNMATCHED: ClassVar[CodeEquivalence]
    DISJOINT: ClassVar[CodeEquivalence]

class TimelineKind(timeline_pb2.TimelineKind, metaclass=_Members):
    name: str
    value: int
    VISIT: ClassVar[TimelineKind]
    CHECK_UP: ClassVar[TimelineKind]
    DIAGNOSIS: ClassVar[TimelineKind]
    RESULT: ClassVar[TimelineKind]
    REPORT: ClassVar[TimelineKind]
    IMAGING: ClassVar[TimelineKind]
    MEDICINE: ClassVar[TimelineKind]
    VACCINATION: ClassVar[TimelineKind]
    ALLERGY: ClassVar[TimelineKind]
    PROCEDURE: ClassVar[TimelineKind]
    CARE_PLAN: ClassVar[TimelineKind]
    DOCUMENT: ClassVar[TimelineKind]
    DEVICE: ClassVar[TimelineKind]

class TimelineState(timeline_pb2.TimelineState, metaclass=_Members):
    name: str
    value: int
    CURRENT: ClassVar[TimelineState]
    PAST: ClassVar[TimelineState]
    PLANNED: ClassVar[TimelineState]

class RangeSource(timeline_pb2.RangeSource, metaclass=_Members):
    name: str
    value: int
    SENT: ClassVar[RangeSource]
    CITY: ClassVar[RangeSource]

class Interpretation(timeline_pb2.Interpretation, metaclass=_Members):
    name: str
    value: int
    NORMAL: ClassVar[Interpretation]
    LOW: ClassVar[Interpretation]
    HIGH: ClassVar[Interpretation]
    CRITICALLY_LOW: ClassVar[Interpretation]
    CRITICALLY_HIGH: ClassVar[Interpretation]
    ABNORMAL: ClassVar[Interpretation]

class TrendDirection(timeline_pb2.TrendDirection, metaclass=_Members):
    name: str
    value: int
    RISING: ClassVar[TrendDirection]
    FALLING: ClassVar[TrendDirection]
    STEADY: ClassVar[TrendDirection]

class RecordAuthor(api_pb2.RecordAuthor, metaclass=_Members):
    name: str
    value: int
    INSTITUTION: ClassVar[RecordAuthor]
    RESIDENT: ClassVar[RecordAuthor]
    DEVICE: ClassVar[RecordAuthor]
