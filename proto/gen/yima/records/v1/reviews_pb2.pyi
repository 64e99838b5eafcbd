import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import limits_pb2 as _limits_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from yima.records.v1 import quality_pb2 as _quality_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReviewReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REVIEW_REASON_UNSPECIFIED: _ClassVar[ReviewReason]
    REVIEW_REASON_SAMPLE: _ClassVar[ReviewReason]
    REVIEW_REASON_SERIOUS: _ClassVar[ReviewReason]

class QualityReviewStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUALITY_REVIEW_STATUS_UNSPECIFIED: _ClassVar[QualityReviewStatus]
    QUALITY_REVIEW_STATUS_OPEN: _ClassVar[QualityReviewStatus]
    QUALITY_REVIEW_STATUS_DISPUTED: _ClassVar[QualityReviewStatus]
    QUALITY_REVIEW_STATUS_SOUND: _ClassVar[QualityReviewStatus]
    QUALITY_REVIEW_STATUS_WRONG: _ClassVar[QualityReviewStatus]
    QUALITY_REVIEW_STATUS_MOOT: _ClassVar[QualityReviewStatus]

class ReviewVerdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REVIEW_VERDICT_UNSPECIFIED: _ClassVar[ReviewVerdict]
    REVIEW_VERDICT_SOUND: _ClassVar[ReviewVerdict]
    REVIEW_VERDICT_WRONG: _ClassVar[ReviewVerdict]
REVIEW_REASON_UNSPECIFIED: ReviewReason
REVIEW_REASON_SAMPLE: ReviewReason
REVIEW_REASON_SERIOUS: ReviewReason
QUALITY_REVIEW_STATUS_UNSPECIFIED: QualityReviewStatus
QUALITY_REVIEW_STATUS_OPEN: QualityReviewStatus
QUALITY_REVIEW_STATUS_DISPUTED: QualityReviewStatus
QUALITY_REVIEW_STATUS_SOUND: QualityReviewStatus
QUALITY_REVIEW_STATUS_WRONG: QualityReviewStatus
QUALITY_REVIEW_STATUS_MOOT: QualityReviewStatus
REVIEW_VERDICT_UNSPECIFIED: ReviewVerdict
REVIEW_VERDICT_SOUND: ReviewVerdict
REVIEW_VERDICT_WRONG: ReviewVerdict

class QualityReview(_message.Message):
    __slots__ = ("id", "resource_type", "month", "reason", "status", "drawn_at", "due_at", "overdue", "closed_at", "institution_id", "judgements")
    ID_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DRAWN_AT_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    JUDGEMENTS_FIELD_NUMBER: _ClassVar[int]
    id: str
    resource_type: str
    month: str
    reason: ReviewReason
    status: QualityReviewStatus
    drawn_at: _timestamp_pb2.Timestamp
    due_at: _timestamp_pb2.Timestamp
    overdue: bool
    closed_at: _timestamp_pb2.Timestamp
    institution_id: str
    judgements: _containers.RepeatedCompositeFieldContainer[ReviewJudgement]
    def __init__(self, id: _Optional[str] = ..., resource_type: _Optional[str] = ..., month: _Optional[str] = ..., reason: _Optional[_Union[ReviewReason, str]] = ..., status: _Optional[_Union[QualityReviewStatus, str]] = ..., drawn_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., overdue: _Optional[bool] = ..., closed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., institution_id: _Optional[str] = ..., judgements: _Optional[_Iterable[_Union[ReviewJudgement, _Mapping]]] = ...) -> None: ...

class ReviewJudgement(_message.Message):
    __slots__ = ("judged_by", "verdict", "note", "judged_at")
    JUDGED_BY_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    JUDGED_AT_FIELD_NUMBER: _ClassVar[int]
    judged_by: str
    verdict: ReviewVerdict
    note: str
    judged_at: _timestamp_pb2.Timestamp
    def __init__(self, judged_by: _Optional[str] = ..., verdict: _Optional[_Union[ReviewVerdict, str]] = ..., note: _Optional[str] = ..., judged_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListQualityReviewsRequest(_message.Message):
    __slots__ = ("status", "overdue_only", "also_judged", "page")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_ONLY_FIELD_NUMBER: _ClassVar[int]
    ALSO_JUDGED_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    status: QualityReviewStatus
    overdue_only: bool
    also_judged: bool
    page: _types_pb2.PageRequest
    def __init__(self, status: _Optional[_Union[QualityReviewStatus, str]] = ..., overdue_only: _Optional[bool] = ..., also_judged: _Optional[bool] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class QualityReviewPage(_message.Message):
    __slots__ = ("reviews", "page")
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    reviews: _containers.RepeatedCompositeFieldContainer[QualityReview]
    page: _types_pb2.PageInfo
    def __init__(self, reviews: _Optional[_Iterable[_Union[QualityReview, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class LookAtReviewRequest(_message.Message):
    __slots__ = ("quality_review_id",)
    QUALITY_REVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    quality_review_id: str
    def __init__(self, quality_review_id: _Optional[str] = ...) -> None: ...

class ReviewedResource(_message.Message):
    __slots__ = ("review", "facts", "findings")
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    review: QualityReview
    facts: _containers.RepeatedCompositeFieldContainer[ReviewedFact]
    findings: _containers.RepeatedCompositeFieldContainer[ReviewedFinding]
    def __init__(self, review: _Optional[_Union[QualityReview, _Mapping]] = ..., facts: _Optional[_Iterable[_Union[ReviewedFact, _Mapping]]] = ..., findings: _Optional[_Iterable[_Union[ReviewedFinding, _Mapping]]] = ...) -> None: ...

class ReviewedFact(_message.Message):
    __slots__ = ("path", "value")
    PATH_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    path: str
    value: str
    def __init__(self, path: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class ReviewedFinding(_message.Message):
    __slots__ = ("rule", "title", "severity", "field")
    RULE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    rule: str
    title: str
    severity: _quality_pb2.Severity
    field: str
    def __init__(self, rule: _Optional[str] = ..., title: _Optional[str] = ..., severity: _Optional[_Union[_quality_pb2.Severity, str]] = ..., field: _Optional[str] = ...) -> None: ...

class JudgeResourceRequest(_message.Message):
    __slots__ = ("quality_review_id", "verdict", "note")
    QUALITY_REVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    quality_review_id: str
    verdict: ReviewVerdict
    note: str
    def __init__(self, quality_review_id: _Optional[str] = ..., verdict: _Optional[_Union[ReviewVerdict, str]] = ..., note: _Optional[str] = ...) -> None: ...
