"""Generated from the contract; do not edit."""

from enum import IntEnum


class ErrorReportStatus(IntEnum):
    """Where a report stands."""

    OPEN = 1
    CORRECTED = 2
    CONFIRMED = 3
    WITHDRAWN = 4


class AlertTest(IntEnum):
    """What breaks a rule."""

    ABOVE = 1
    BELOW = 2
    RISE = 3


class AlertSeverity(IntEnum):
    """How urgent what was noticed is."""

    NOTICE = 1
    WARNING = 2
    URGENT = 3


class AlertRuleStatus(IntEnum):
    """Is a rule in force?"""

    PROPOSED = 1
    IN_FORCE = 2
    REFUSED = 3
    ENDED = 4


class OwnReadingKind(IntEnum):
    """What a resident enters."""

    BLOOD_PRESSURE = 1
    GLUCOSE = 2
    WEIGHT = 3
    TEMPERATURE = 4
    HEART_RATE = 5
    OXYGEN = 6
    STEPS = 7
    NOTE = 8


class FollowUpAction(IntEnum):
    """What is to be done."""

    VISIT = 1
    CALL = 2
    LABORATORY = 3
    IMAGING = 4
    MEASURE = 5
    VACCINATION = 6
    SPECIALIST = 7
    THERAPY = 8


class FollowUpReason(IntEnum):
    """Why it is to be done. None of the reasons says what somebody suffers from."""

    CHECK = 1
    RESULT = 2
    MEDICATION = 3
    CHRONIC = 4
    PREVENTION = 5
    AFTER_TREATMENT = 6
    SECOND_OPINION = 7
    BEYOND_US = 8


class FollowUpStatus(IntEnum):
    """Where a follow-up stands."""

    DUE = 1
    BOOKED = 2
    DONE = 3
    DECLINED = 4


class FollowUpOutcome(IntEnum):
    """What was done in the end."""

    SERVED = 1
    DONE_HERE = 2
    DONE_ELSEWHERE = 3
    NOT_NEEDED = 4
    NOT_REACHED = 5


class PatientNumberStatus(IntEnum):
    """Where an institution's patient number is on its way to a resident."""

    UNMATCHED = 1
    ASKED = 2
    MATCHED = 3
    DIFFERS = 4


class PatientLinkStatus(IntEnum):
    """Where a link between a patient number and a resident is."""

    ASKED = 1
    IN_FORCE = 2
    DECLINED = 3
    LAPSED = 4
    ENDED = 5


class PatientLinkEnding(IntEnum):
    """Why a link was ended."""

    WRONG = 1
    REUSED = 2


class SystemKind(IntEnum):
    """What kind of system a source is."""

    HIS = 1
    LIS = 2
    PACS = 3
    EMR = 4
    PUBLIC_HEALTH = 5
    PHARMACY = 6
    DEVICES = 7


class SourceStatus(IntEnum):
    """Where a source is between registration and end."""

    PROPOSED = 1
    APPROVED = 2
    REFUSED = 3
    ENDED = 4


class ConnectorHealth(IntEnum):
    """How a source's connector is, as it said last."""

    WELL = 1
    SILENT = 2
    BEHIND = 3


class LineResult(IntEnum):
    """What became of a line."""

    CREATED = 1
    UPDATED = 2
    UNCHANGED = 3
    REFUSED = 4
    WAITING = 5


class DeviceKind(IntEnum):
    """What a device measures with."""

    THERMOMETER = 1
    BLOOD_PRESSURE = 2
    GLUCOSE = 3
    OXIMETER = 4
    ECG_12_LEAD = 5
    URIC_ACID = 6
    LIPIDS = 7
    WEIGHT = 8
    STEPS = 9
    SLEEP = 10
    FOETAL_HEART = 11
    SPIROMETER = 12


class DeviceModelStatus(IntEnum):
    """May devices of a model be bound?"""

    PROPOSED = 1
    APPROVED = 2
    REFUSED = 3


class DeviceStatus(IntEnum):
    """Whether a device may send."""

    PROPOSED = 1
    BOUND = 2
    DECLINED = 3
    ENDED = 4


class DeviceEndReason(IntEnum):
    """Why nothing more is taken from a device."""

    RETURNED = 1
    LOST = 2
    NOT_THEIRS = 3


class ReadingResult(IntEnum):
    """What became of a reading."""

    STORED = 1
    KNOWN = 2
    REFUSED = 3


class TemplateStatus(IntEnum):
    """Where a template stands."""

    PROPOSED = 1
    ENDORSED = 2
    APPROVED = 3
    WITHDRAWN = 4


class RunStatus(IntEnum):
    """Where a run stands."""

    ASKED = 1
    RUNNING = 2
    RELEASED = 3
    WITHHELD = 4
    FAILED = 5


class RunFailure(IntEnum):
    """Why a run failed. It says nothing of what is in records."""

    TOO_LARGE = 1
    TOO_SLOW = 2
    INTERRUPTED = 3
    NOT_RUNNABLE = 4
    NOT_PERMITTED = 5


class Severity(IntEnum):
    """How grave it is that a rule is broken."""

    ERROR = 1
    WARNING = 2
    NOTE = 3


class QualityDimension(IntEnum):
    """Which part of a grade something counts in."""

    COMPLETENESS = 1
    VALIDITY = 2
    TIMELINESS = 3
    UNIQUENESS = 4
    CONSISTENCY = 5
    ACCURACY = 6


class ReportFormat(IntEnum):
    """How a report is written."""

    JSON = 1
    PDF = 2


class ReviewReason(IntEnum):
    """Why a resource waits for review."""

    SAMPLE = 1
    SERIOUS = 2


class QualityReviewStatus(IntEnum):
    """Where a review stands."""

    OPEN = 1
    DISPUTED = 2
    SOUND = 3
    WRONG = 4
    MOOT = 5


class ReviewVerdict(IntEnum):
    """What somebody judges."""

    SOUND = 1
    WRONG = 2


class CodeFileFormat(IntEnum):
    """How a file of codes is written."""

    CSV = 1
    FHIR = 2


class CodeTableKind(IntEnum):
    """What a table of codes is."""

    CODE_SYSTEM = 1
    VALUE_SET = 2


class CodeMapStatus(IntEnum):
    """What has become of a map of local codes."""

    PROPOSED = 1
    APPROVED = 2
    REJECTED = 3
    REPLACED = 4


class CodeEquivalence(IntEnum):
    """What a code and the code it is mapped to have to do with one another, as FHIR R4 has it."""

    RELATEDTO = 1
    EQUIVALENT = 2
    EQUAL = 3
    WIDER = 4
    SUBSUMES = 5
    NARROWER = 6
    SPECIALIZES = 7
    INEXACT = 8
    UNMATCHED = 9
    DISJOINT = 10


class TimelineKind(IntEnum):
    """What something on the timeline is, for people."""

    VISIT = 1
    CHECK_UP = 2
    DIAGNOSIS = 3
    RESULT = 4
    REPORT = 5
    IMAGING = 6
    MEDICINE = 7
    VACCINATION = 8
    ALLERGY = 9
    PROCEDURE = 10
    CARE_PLAN = 11
    DOCUMENT = 12
    DEVICE = 13


class TimelineState(IntEnum):
    """Does it go on?"""

    CURRENT = 1
    PAST = 2
    PLANNED = 3


class RangeSource(IntEnum):
    """Whose range a value is held against."""

    SENT = 1
    CITY = 2


class Interpretation(IntEnum):
    """What a value says, as it was judged by whoever sent it; else by the range."""

    NORMAL = 1
    LOW = 2
    HIGH = 3
    CRITICALLY_LOW = 4
    CRITICALLY_HIGH = 5
    ABNORMAL = 6


class TrendDirection(IntEnum):
    """Which way a series goes."""

    RISING = 1
    FALLING = 2
    STEADY = 3


class RecordAuthor(IntEnum):
    """Who wrote a resource."""

    INSTITUTION = 1
    RESIDENT = 2
    DEVICE = 3
