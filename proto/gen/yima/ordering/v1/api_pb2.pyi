import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.catalog.v1 import api_pb2 as _api_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from yima.common.v1 import views_pb2 as _views_pb2
from yima.ordering.v1 import indicators_pb2 as _indicators_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OrderStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_STATUS_UNSPECIFIED: _ClassVar[OrderStatus]
    ORDER_STATUS_PLACED: _ClassVar[OrderStatus]
    ORDER_STATUS_CONFIRMED: _ClassVar[OrderStatus]
    ORDER_STATUS_ACCEPTED: _ClassVar[OrderStatus]
    ORDER_STATUS_FULFILLING: _ClassVar[OrderStatus]
    ORDER_STATUS_FULFILLED: _ClassVar[OrderStatus]
    ORDER_STATUS_CLOSED: _ClassVar[OrderStatus]
    ORDER_STATUS_REFUSED: _ClassVar[OrderStatus]
    ORDER_STATUS_CANCELLED: _ClassVar[OrderStatus]
    ORDER_STATUS_EXPIRED: _ClassVar[OrderStatus]

class Requirement(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REQUIREMENT_UNSPECIFIED: _ClassVar[Requirement]
    REQUIREMENT_MONEY: _ClassVar[Requirement]
    REQUIREMENT_CONSENT: _ClassVar[Requirement]
    REQUIREMENT_WORD: _ClassVar[Requirement]

class SeriesEnd(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SERIES_END_UNSPECIFIED: _ClassVar[SeriesEnd]
    SERIES_END_STOPPED: _ClassVar[SeriesEnd]
    SERIES_END_UNPAID: _ClassVar[SeriesEnd]
    SERIES_END_NOT_ACCEPTED: _ClassVar[SeriesEnd]
    SERIES_END_CALLED_OFF: _ClassVar[SeriesEnd]
    SERIES_END_COMPLETE: _ClassVar[SeriesEnd]
    SERIES_END_WITHDRAWN: _ClassVar[SeriesEnd]
    SERIES_END_STANDING: _ClassVar[SeriesEnd]
    SERIES_END_NOT_ELIGIBLE: _ClassVar[SeriesEnd]

class TermsDifference(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TERMS_DIFFERENCE_UNSPECIFIED: _ClassVar[TermsDifference]
    TERMS_DIFFERENCE_PRICE: _ClassVar[TermsDifference]
    TERMS_DIFFERENCE_DATA: _ClassVar[TermsDifference]
    TERMS_DIFFERENCE_CANCELLATION: _ClassVar[TermsDifference]
    TERMS_DIFFERENCE_OTHER: _ClassVar[TermsDifference]

class OrderParty(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_PARTY_UNSPECIFIED: _ClassVar[OrderParty]
    ORDER_PARTY_RESIDENT: _ClassVar[OrderParty]
    ORDER_PARTY_PARTNER: _ClassVar[OrderParty]
    ORDER_PARTY_OPERATOR: _ClassVar[OrderParty]
    ORDER_PARTY_PLATFORM: _ClassVar[OrderParty]

class OrderAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_ACTION_UNSPECIFIED: _ClassVar[OrderAction]
    ORDER_ACTION_PAY: _ClassVar[OrderAction]
    ORDER_ACTION_CONSENT: _ClassVar[OrderAction]
    ORDER_ACTION_ACCEPT: _ClassVar[OrderAction]
    ORDER_ACTION_BOOK: _ClassVar[OrderAction]
    ORDER_ACTION_AGREE_TO_SESSIONS: _ClassVar[OrderAction]
    ORDER_ACTION_SERVE: _ClassVar[OrderAction]
    ORDER_ACTION_DECLARE_FULFILLED: _ClassVar[OrderAction]
    ORDER_ACTION_OBJECT: _ClassVar[OrderAction]
    ORDER_ACTION_DECIDE_OBJECTION: _ClassVar[OrderAction]
    ORDER_ACTION_TAKE_MONEY: _ClassVar[OrderAction]
    ORDER_ACTION_AGREE: _ClassVar[OrderAction]

class WarningKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WARNING_KIND_UNSPECIFIED: _ClassVar[WarningKind]
    WARNING_KIND_RECENT_EQUIVALENT: _ClassVar[WarningKind]
    WARNING_KIND_OPEN_EQUIVALENT: _ClassVar[WarningKind]

class BookedBy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BOOKED_BY_UNSPECIFIED: _ClassVar[BookedBy]
    BOOKED_BY_RESIDENT: _ClassVar[BookedBy]
    BOOKED_BY_PARTNER: _ClassVar[BookedBy]

class ProofSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROOF_SOURCE_UNSPECIFIED: _ClassVar[ProofSource]
    PROOF_SOURCE_SCAN: _ClassVar[ProofSource]
    PROOF_SOURCE_PARTNER: _ClassVar[ProofSource]
    PROOF_SOURCE_RESIDENT: _ClassVar[ProofSource]

class ReviewStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REVIEW_STATUS_UNSPECIFIED: _ClassVar[ReviewStatus]
    REVIEW_STATUS_PENDING: _ClassVar[ReviewStatus]
    REVIEW_STATUS_PUBLISHED: _ClassVar[ReviewStatus]
    REVIEW_STATUS_WITHHELD: _ClassVar[ReviewStatus]

class ComplaintStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMPLAINT_STATUS_UNSPECIFIED: _ClassVar[ComplaintStatus]
    COMPLAINT_STATUS_OPEN: _ClassVar[ComplaintStatus]
    COMPLAINT_STATUS_ANSWERED: _ClassVar[ComplaintStatus]
    COMPLAINT_STATUS_DECIDED: _ClassVar[ComplaintStatus]

class PrivateOfferStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRIVATE_OFFER_STATUS_UNSPECIFIED: _ClassVar[PrivateOfferStatus]
    PRIVATE_OFFER_STATUS_OPEN: _ClassVar[PrivateOfferStatus]
    PRIVATE_OFFER_STATUS_TAKEN: _ClassVar[PrivateOfferStatus]
    PRIVATE_OFFER_STATUS_USED: _ClassVar[PrivateOfferStatus]
    PRIVATE_OFFER_STATUS_WITHDRAWN: _ClassVar[PrivateOfferStatus]
    PRIVATE_OFFER_STATUS_LAPSED: _ClassVar[PrivateOfferStatus]

class PrivateOfferEnd(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRIVATE_OFFER_END_UNSPECIFIED: _ClassVar[PrivateOfferEnd]
    PRIVATE_OFFER_END_WITHDRAWN: _ClassVar[PrivateOfferEnd]
    PRIVATE_OFFER_END_DAY_OVER: _ClassVar[PrivateOfferEnd]
    PRIVATE_OFFER_END_OFFERING_CHANGED: _ClassVar[PrivateOfferEnd]
    PRIVATE_OFFER_END_STANDING: _ClassVar[PrivateOfferEnd]
ORDER_STATUS_UNSPECIFIED: OrderStatus
ORDER_STATUS_PLACED: OrderStatus
ORDER_STATUS_CONFIRMED: OrderStatus
ORDER_STATUS_ACCEPTED: OrderStatus
ORDER_STATUS_FULFILLING: OrderStatus
ORDER_STATUS_FULFILLED: OrderStatus
ORDER_STATUS_CLOSED: OrderStatus
ORDER_STATUS_REFUSED: OrderStatus
ORDER_STATUS_CANCELLED: OrderStatus
ORDER_STATUS_EXPIRED: OrderStatus
REQUIREMENT_UNSPECIFIED: Requirement
REQUIREMENT_MONEY: Requirement
REQUIREMENT_CONSENT: Requirement
REQUIREMENT_WORD: Requirement
SERIES_END_UNSPECIFIED: SeriesEnd
SERIES_END_STOPPED: SeriesEnd
SERIES_END_UNPAID: SeriesEnd
SERIES_END_NOT_ACCEPTED: SeriesEnd
SERIES_END_CALLED_OFF: SeriesEnd
SERIES_END_COMPLETE: SeriesEnd
SERIES_END_WITHDRAWN: SeriesEnd
SERIES_END_STANDING: SeriesEnd
SERIES_END_NOT_ELIGIBLE: SeriesEnd
TERMS_DIFFERENCE_UNSPECIFIED: TermsDifference
TERMS_DIFFERENCE_PRICE: TermsDifference
TERMS_DIFFERENCE_DATA: TermsDifference
TERMS_DIFFERENCE_CANCELLATION: TermsDifference
TERMS_DIFFERENCE_OTHER: TermsDifference
ORDER_PARTY_UNSPECIFIED: OrderParty
ORDER_PARTY_RESIDENT: OrderParty
ORDER_PARTY_PARTNER: OrderParty
ORDER_PARTY_OPERATOR: OrderParty
ORDER_PARTY_PLATFORM: OrderParty
ORDER_ACTION_UNSPECIFIED: OrderAction
ORDER_ACTION_PAY: OrderAction
ORDER_ACTION_CONSENT: OrderAction
ORDER_ACTION_ACCEPT: OrderAction
ORDER_ACTION_BOOK: OrderAction
ORDER_ACTION_AGREE_TO_SESSIONS: OrderAction
ORDER_ACTION_SERVE: OrderAction
ORDER_ACTION_DECLARE_FULFILLED: OrderAction
ORDER_ACTION_OBJECT: OrderAction
ORDER_ACTION_DECIDE_OBJECTION: OrderAction
ORDER_ACTION_TAKE_MONEY: OrderAction
ORDER_ACTION_AGREE: OrderAction
WARNING_KIND_UNSPECIFIED: WarningKind
WARNING_KIND_RECENT_EQUIVALENT: WarningKind
WARNING_KIND_OPEN_EQUIVALENT: WarningKind
BOOKED_BY_UNSPECIFIED: BookedBy
BOOKED_BY_RESIDENT: BookedBy
BOOKED_BY_PARTNER: BookedBy
PROOF_SOURCE_UNSPECIFIED: ProofSource
PROOF_SOURCE_SCAN: ProofSource
PROOF_SOURCE_PARTNER: ProofSource
PROOF_SOURCE_RESIDENT: ProofSource
REVIEW_STATUS_UNSPECIFIED: ReviewStatus
REVIEW_STATUS_PENDING: ReviewStatus
REVIEW_STATUS_PUBLISHED: ReviewStatus
REVIEW_STATUS_WITHHELD: ReviewStatus
COMPLAINT_STATUS_UNSPECIFIED: ComplaintStatus
COMPLAINT_STATUS_OPEN: ComplaintStatus
COMPLAINT_STATUS_ANSWERED: ComplaintStatus
COMPLAINT_STATUS_DECIDED: ComplaintStatus
PRIVATE_OFFER_STATUS_UNSPECIFIED: PrivateOfferStatus
PRIVATE_OFFER_STATUS_OPEN: PrivateOfferStatus
PRIVATE_OFFER_STATUS_TAKEN: PrivateOfferStatus
PRIVATE_OFFER_STATUS_USED: PrivateOfferStatus
PRIVATE_OFFER_STATUS_WITHDRAWN: PrivateOfferStatus
PRIVATE_OFFER_STATUS_LAPSED: PrivateOfferStatus
PRIVATE_OFFER_END_UNSPECIFIED: PrivateOfferEnd
PRIVATE_OFFER_END_WITHDRAWN: PrivateOfferEnd
PRIVATE_OFFER_END_DAY_OVER: PrivateOfferEnd
PRIVATE_OFFER_END_OFFERING_CHANGED: PrivateOfferEnd
PRIVATE_OFFER_END_STANDING: PrivateOfferEnd

class PlaceDeskOrderRequest(_message.Message):
    __slots__ = ("scan_receipt", "lines", "expected_total", "validate_only")
    SCAN_RECEIPT_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    scan_receipt: str
    lines: _containers.RepeatedCompositeFieldContainer[PlaceOrderLine]
    expected_total: _types_pb2.Money
    validate_only: bool
    def __init__(self, scan_receipt: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[PlaceOrderLine, _Mapping]]] = ..., expected_total: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class AgreeToDeskOrderRequest(_message.Message):
    __slots__ = ("order_id",)
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    def __init__(self, order_id: _Optional[str] = ...) -> None: ...

class SendDeskOrderCodeRequest(_message.Message):
    __slots__ = ("order_id",)
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    def __init__(self, order_id: _Optional[str] = ...) -> None: ...

class DeskOrderCode(_message.Message):
    __slots__ = ("expires_at", "next_at")
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    NEXT_AT_FIELD_NUMBER: _ClassVar[int]
    expires_at: _timestamp_pb2.Timestamp
    next_at: _timestamp_pb2.Timestamp
    def __init__(self, expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., next_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AgreeToDeskOrderByCodeRequest(_message.Message):
    __slots__ = ("order_id", "code")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    code: str
    def __init__(self, order_id: _Optional[str] = ..., code: _Optional[str] = ...) -> None: ...

class DisownDeskOrderRequest(_message.Message):
    __slots__ = ("order_id", "text")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    text: str
    def __init__(self, order_id: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class StopSeriesRequest(_message.Message):
    __slots__ = ("order_id",)
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    def __init__(self, order_id: _Optional[str] = ...) -> None: ...

class Series(_message.Message):
    __slots__ = ("first_order_id", "period", "periods_max", "starts_at", "ends_at", "changes", "newest_order_id", "next_ready_at", "end", "ended_at")
    FIRST_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    PERIODS_MAX_FIELD_NUMBER: _ClassVar[int]
    STARTS_AT_FIELD_NUMBER: _ClassVar[int]
    ENDS_AT_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    NEWEST_ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    NEXT_READY_AT_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    first_order_id: str
    period: int
    periods_max: int
    starts_at: _timestamp_pb2.Timestamp
    ends_at: _timestamp_pb2.Timestamp
    changes: _containers.RepeatedScalarFieldContainer[TermsDifference]
    newest_order_id: str
    next_ready_at: _timestamp_pb2.Timestamp
    end: SeriesEnd
    ended_at: _timestamp_pb2.Timestamp
    def __init__(self, first_order_id: _Optional[str] = ..., period: _Optional[int] = ..., periods_max: _Optional[int] = ..., starts_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ends_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., changes: _Optional[_Iterable[_Union[TermsDifference, str]]] = ..., newest_order_id: _Optional[str] = ..., next_ready_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[SeriesEnd, str]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class DeskPlacement(_message.Message):
    __slots__ = ("scan_id", "practitioner_id", "printed", "agreed_at", "by_code")
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    PRINTED_FIELD_NUMBER: _ClassVar[int]
    AGREED_AT_FIELD_NUMBER: _ClassVar[int]
    BY_CODE_FIELD_NUMBER: _ClassVar[int]
    scan_id: str
    practitioner_id: str
    printed: bool
    agreed_at: _timestamp_pb2.Timestamp
    by_code: bool
    def __init__(self, scan_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., printed: _Optional[bool] = ..., agreed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., by_code: _Optional[bool] = ...) -> None: ...

class PlaceOrderRequest(_message.Message):
    __slots__ = ("resident_id", "lines", "payment_method", "consent_given", "validate_only", "expected_total", "follow_up_id")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_METHOD_FIELD_NUMBER: _ClassVar[int]
    CONSENT_GIVEN_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_UP_ID_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    lines: _containers.RepeatedCompositeFieldContainer[PlaceOrderLine]
    payment_method: str
    consent_given: bool
    validate_only: bool
    expected_total: _types_pb2.Money
    follow_up_id: str
    def __init__(self, resident_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[PlaceOrderLine, _Mapping]]] = ..., payment_method: _Optional[str] = ..., consent_given: _Optional[bool] = ..., validate_only: _Optional[bool] = ..., expected_total: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., follow_up_id: _Optional[str] = ...) -> None: ...

class PlaceOrderLine(_message.Message):
    __slots__ = ("offering_id", "quantity", "slot_id", "slot_ids", "offering_revision", "consent_hash", "private_offer_id")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    SLOT_ID_FIELD_NUMBER: _ClassVar[int]
    SLOT_IDS_FIELD_NUMBER: _ClassVar[int]
    OFFERING_REVISION_FIELD_NUMBER: _ClassVar[int]
    CONSENT_HASH_FIELD_NUMBER: _ClassVar[int]
    PRIVATE_OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    quantity: int
    slot_id: str
    slot_ids: _containers.RepeatedScalarFieldContainer[str]
    offering_revision: int
    consent_hash: bytes
    private_offer_id: str
    def __init__(self, offering_id: _Optional[str] = ..., quantity: _Optional[int] = ..., slot_id: _Optional[str] = ..., slot_ids: _Optional[_Iterable[str]] = ..., offering_revision: _Optional[int] = ..., consent_hash: _Optional[bytes] = ..., private_offer_id: _Optional[str] = ...) -> None: ...

class AgreedTerms(_message.Message):
    __slots__ = ("offering_id", "offering_revision", "consent_hash")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_REVISION_FIELD_NUMBER: _ClassVar[int]
    CONSENT_HASH_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    offering_revision: int
    consent_hash: bytes
    def __init__(self, offering_id: _Optional[str] = ..., offering_revision: _Optional[int] = ..., consent_hash: _Optional[bytes] = ...) -> None: ...

class TermsChanged(_message.Message):
    __slots__ = ("total", "lines")
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    total: _types_pb2.Money
    lines: _containers.RepeatedCompositeFieldContainer[CurrentTerms]
    def __init__(self, total: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., lines: _Optional[_Iterable[_Union[CurrentTerms, _Mapping]]] = ...) -> None: ...

class CurrentTerms(_message.Message):
    __slots__ = ("offering_id", "offering_revision", "consent_hash", "unit_price", "total", "differences")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_REVISION_FIELD_NUMBER: _ClassVar[int]
    CONSENT_HASH_FIELD_NUMBER: _ClassVar[int]
    UNIT_PRICE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    offering_revision: int
    consent_hash: bytes
    unit_price: _types_pb2.Money
    total: _types_pb2.Money
    differences: _containers.RepeatedScalarFieldContainer[TermsDifference]
    def __init__(self, offering_id: _Optional[str] = ..., offering_revision: _Optional[int] = ..., consent_hash: _Optional[bytes] = ..., unit_price: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., total: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., differences: _Optional[_Iterable[_Union[TermsDifference, str]]] = ...) -> None: ...

class Order(_message.Message):
    __slots__ = ("id", "resident_id", "partner_id", "status", "lines", "total", "waiting_for", "deadline", "reason", "placed_at", "changed_at", "placed_by", "proofs", "version", "checkout_id", "beneficiary_id", "process", "cancellation", "warnings", "objection_until", "contested", "next_steps", "follow_up_id", "desk", "series", "payment_version")
    ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    WAITING_FOR_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PLACED_AT_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    PLACED_BY_FIELD_NUMBER: _ClassVar[int]
    PROOFS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CHECKOUT_ID_FIELD_NUMBER: _ClassVar[int]
    BENEFICIARY_ID_FIELD_NUMBER: _ClassVar[int]
    PROCESS_FIELD_NUMBER: _ClassVar[int]
    CANCELLATION_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    OBJECTION_UNTIL_FIELD_NUMBER: _ClassVar[int]
    CONTESTED_FIELD_NUMBER: _ClassVar[int]
    NEXT_STEPS_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_UP_ID_FIELD_NUMBER: _ClassVar[int]
    DESK_FIELD_NUMBER: _ClassVar[int]
    SERIES_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    resident_id: str
    partner_id: str
    status: OrderStatus
    lines: _containers.RepeatedCompositeFieldContainer[OrderLine]
    total: _types_pb2.Money
    waiting_for: _containers.RepeatedScalarFieldContainer[Requirement]
    deadline: _timestamp_pb2.Timestamp
    reason: str
    placed_at: _timestamp_pb2.Timestamp
    changed_at: _timestamp_pb2.Timestamp
    placed_by: str
    proofs: _containers.RepeatedCompositeFieldContainer[ProofOfService]
    version: int
    checkout_id: str
    beneficiary_id: str
    process: str
    cancellation: CancellationTerms
    warnings: _containers.RepeatedCompositeFieldContainer[OrderWarning]
    objection_until: _timestamp_pb2.Timestamp
    contested: bool
    next_steps: _containers.RepeatedCompositeFieldContainer[OrderStep]
    follow_up_id: str
    desk: DeskPlacement
    series: Series
    payment_version: int
    def __init__(self, id: _Optional[str] = ..., resident_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., status: _Optional[_Union[OrderStatus, str]] = ..., lines: _Optional[_Iterable[_Union[OrderLine, _Mapping]]] = ..., total: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., waiting_for: _Optional[_Iterable[_Union[Requirement, str]]] = ..., deadline: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., placed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., placed_by: _Optional[str] = ..., proofs: _Optional[_Iterable[_Union[ProofOfService, _Mapping]]] = ..., version: _Optional[int] = ..., checkout_id: _Optional[str] = ..., beneficiary_id: _Optional[str] = ..., process: _Optional[str] = ..., cancellation: _Optional[_Union[CancellationTerms, _Mapping]] = ..., warnings: _Optional[_Iterable[_Union[OrderWarning, _Mapping]]] = ..., objection_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., contested: _Optional[bool] = ..., next_steps: _Optional[_Iterable[_Union[OrderStep, _Mapping]]] = ..., follow_up_id: _Optional[str] = ..., desk: _Optional[_Union[DeskPlacement, _Mapping]] = ..., series: _Optional[_Union[Series, _Mapping]] = ..., payment_version: _Optional[int] = ...) -> None: ...

class OrderStep(_message.Message):
    __slots__ = ("party", "action", "until")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    party: OrderParty
    action: OrderAction
    until: _timestamp_pb2.Timestamp
    def __init__(self, party: _Optional[_Union[OrderParty, str]] = ..., action: _Optional[_Union[OrderAction, str]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CancellationTerms(_message.Message):
    __slots__ = ("possible", "due", "released", "free_until", "due_once_accepted")
    POSSIBLE_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    FREE_UNTIL_FIELD_NUMBER: _ClassVar[int]
    DUE_ONCE_ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    possible: bool
    due: _types_pb2.Money
    released: _types_pb2.Money
    free_until: _timestamp_pb2.Timestamp
    due_once_accepted: _types_pb2.Money
    def __init__(self, possible: _Optional[bool] = ..., due: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., released: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., free_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_once_accepted: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class OrderWarning(_message.Message):
    __slots__ = ("kind", "offering_id", "at")
    KIND_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    kind: WarningKind
    offering_id: str
    at: _timestamp_pb2.Timestamp
    def __init__(self, kind: _Optional[_Union[WarningKind, str]] = ..., offering_id: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OrderLine(_message.Message):
    __slots__ = ("id", "offering_id", "offering_revision", "title", "quantity", "unit_price", "total", "slot_id", "consent_needed", "consent_hash", "proven", "bookings", "entitlements", "cancellation", "due", "certificate_ids", "priced_per", "private_offer_id", "published_price")
    ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_REVISION_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_PRICE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    SLOT_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_NEEDED_FIELD_NUMBER: _ClassVar[int]
    CONSENT_HASH_FIELD_NUMBER: _ClassVar[int]
    PROVEN_FIELD_NUMBER: _ClassVar[int]
    BOOKINGS_FIELD_NUMBER: _ClassVar[int]
    ENTITLEMENTS_FIELD_NUMBER: _ClassVar[int]
    CANCELLATION_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_IDS_FIELD_NUMBER: _ClassVar[int]
    PRICED_PER_FIELD_NUMBER: _ClassVar[int]
    PRIVATE_OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_PRICE_FIELD_NUMBER: _ClassVar[int]
    id: str
    offering_id: str
    offering_revision: int
    title: _types_pb2.LocalizedText
    quantity: int
    unit_price: _types_pb2.Money
    total: _types_pb2.Money
    slot_id: str
    consent_needed: bool
    consent_hash: bytes
    proven: bool
    bookings: _containers.RepeatedCompositeFieldContainer[Booking]
    entitlements: _containers.RepeatedCompositeFieldContainer[Entitlement]
    cancellation: _containers.RepeatedCompositeFieldContainer[_api_pb2.CancellationRule]
    due: _types_pb2.Money
    certificate_ids: _containers.RepeatedScalarFieldContainer[str]
    priced_per: _api_pb2.PriceBasis
    private_offer_id: str
    published_price: _types_pb2.Money
    def __init__(self, id: _Optional[str] = ..., offering_id: _Optional[str] = ..., offering_revision: _Optional[int] = ..., title: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., quantity: _Optional[int] = ..., unit_price: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., total: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., slot_id: _Optional[str] = ..., consent_needed: _Optional[bool] = ..., consent_hash: _Optional[bytes] = ..., proven: _Optional[bool] = ..., bookings: _Optional[_Iterable[_Union[Booking, _Mapping]]] = ..., entitlements: _Optional[_Iterable[_Union[Entitlement, _Mapping]]] = ..., cancellation: _Optional[_Iterable[_Union[_api_pb2.CancellationRule, _Mapping]]] = ..., due: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., certificate_ids: _Optional[_Iterable[str]] = ..., priced_per: _Optional[_Union[_api_pb2.PriceBasis, str]] = ..., private_offer_id: _Optional[str] = ..., published_price: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class Booking(_message.Message):
    __slots__ = ("id", "slot_id", "interval", "booked_by", "agreed_at", "answer_by")
    ID_FIELD_NUMBER: _ClassVar[int]
    SLOT_ID_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    BOOKED_BY_FIELD_NUMBER: _ClassVar[int]
    AGREED_AT_FIELD_NUMBER: _ClassVar[int]
    ANSWER_BY_FIELD_NUMBER: _ClassVar[int]
    id: str
    slot_id: str
    interval: _types_pb2.Interval
    booked_by: BookedBy
    agreed_at: _timestamp_pb2.Timestamp
    answer_by: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., slot_id: _Optional[str] = ..., interval: _Optional[_Union[_types_pb2.Interval, _Mapping]] = ..., booked_by: _Optional[_Union[BookedBy, str]] = ..., agreed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., answer_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Entitlement(_message.Message):
    __slots__ = ("code", "title", "kind", "granted", "used", "valid_until", "given_up")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    GRANTED_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    GIVEN_UP_FIELD_NUMBER: _ClassVar[int]
    code: str
    title: _types_pb2.LocalizedText
    kind: _api_pb2.UnitKind
    granted: int
    used: int
    valid_until: _timestamp_pb2.Timestamp
    given_up: int
    def __init__(self, code: _Optional[str] = ..., title: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., kind: _Optional[_Union[_api_pb2.UnitKind, str]] = ..., granted: _Optional[int] = ..., used: _Optional[int] = ..., valid_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., given_up: _Optional[int] = ...) -> None: ...

class ProofOfService(_message.Message):
    __slots__ = ("id", "order_line_id", "scan_id", "practitioner_id", "proven_at", "source", "item", "units")
    ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    SCAN_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    PROVEN_AT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    id: str
    order_line_id: str
    scan_id: str
    practitioner_id: str
    proven_at: _timestamp_pb2.Timestamp
    source: ProofSource
    item: str
    units: int
    def __init__(self, id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., scan_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., proven_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., source: _Optional[_Union[ProofSource, str]] = ..., item: _Optional[str] = ..., units: _Optional[int] = ...) -> None: ...

class PayOrderRequest(_message.Message):
    __slots__ = ("order_id", "payment_method")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_METHOD_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    payment_method: str
    def __init__(self, order_id: _Optional[str] = ..., payment_method: _Optional[str] = ...) -> None: ...

class GetOrderRequest(_message.Message):
    __slots__ = ("order_id",)
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    def __init__(self, order_id: _Optional[str] = ...) -> None: ...

class ListOrdersRequest(_message.Message):
    __slots__ = ("status", "resident_id", "page", "partner_id", "offering_id", "placed", "sessions", "waits_for")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    PLACED_FIELD_NUMBER: _ClassVar[int]
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    WAITS_FOR_FIELD_NUMBER: _ClassVar[int]
    status: OrderStatus
    resident_id: str
    page: _types_pb2.PageRequest
    partner_id: str
    offering_id: str
    placed: _types_pb2.Interval
    sessions: _types_pb2.Interval
    waits_for: OrderParty
    def __init__(self, status: _Optional[_Union[OrderStatus, str]] = ..., resident_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., partner_id: _Optional[str] = ..., offering_id: _Optional[str] = ..., placed: _Optional[_Union[_types_pb2.Interval, _Mapping]] = ..., sessions: _Optional[_Union[_types_pb2.Interval, _Mapping]] = ..., waits_for: _Optional[_Union[OrderParty, str]] = ...) -> None: ...

class OrderPage(_message.Message):
    __slots__ = ("orders", "page")
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    orders: _containers.RepeatedCompositeFieldContainer[Order]
    page: _types_pb2.PageInfo
    def __init__(self, orders: _Optional[_Iterable[_Union[Order, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class GetBookedDaysRequest(_message.Message):
    __slots__ = ("from_day", "until_day", "site_id", "calendar_code")
    FROM_DAY_FIELD_NUMBER: _ClassVar[int]
    UNTIL_DAY_FIELD_NUMBER: _ClassVar[int]
    SITE_ID_FIELD_NUMBER: _ClassVar[int]
    CALENDAR_CODE_FIELD_NUMBER: _ClassVar[int]
    from_day: str
    until_day: str
    site_id: str
    calendar_code: str
    def __init__(self, from_day: _Optional[str] = ..., until_day: _Optional[str] = ..., site_id: _Optional[str] = ..., calendar_code: _Optional[str] = ...) -> None: ...

class BookedDays(_message.Message):
    __slots__ = ("slots", "sessions", "orders", "totals")
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    slots: int
    sessions: int
    orders: int
    totals: _containers.RepeatedCompositeFieldContainer[_types_pb2.Money]
    def __init__(self, slots: _Optional[int] = ..., sessions: _Optional[int] = ..., orders: _Optional[int] = ..., totals: _Optional[_Iterable[_Union[_types_pb2.Money, _Mapping]]] = ...) -> None: ...

class StateAbsenceRequest(_message.Message):
    __slots__ = ("order_id", "validate_only")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    validate_only: bool
    def __init__(self, order_id: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class ListDaySessionsRequest(_message.Message):
    __slots__ = ("day", "site_id", "practitioner_id", "waits_for_partner", "page")
    DAY_FIELD_NUMBER: _ClassVar[int]
    SITE_ID_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_ID_FIELD_NUMBER: _ClassVar[int]
    WAITS_FOR_PARTNER_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    day: str
    site_id: str
    practitioner_id: str
    waits_for_partner: bool
    page: _types_pb2.PageRequest
    def __init__(self, day: _Optional[str] = ..., site_id: _Optional[str] = ..., practitioner_id: _Optional[str] = ..., waits_for_partner: _Optional[bool] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class DaySession(_message.Message):
    __slots__ = ("booking_id", "order_id", "order_line_id", "offering_id", "title", "interval", "site_id", "calendars", "practitioner_ids", "beneficiary_id", "status", "next_steps", "agreed_at", "proven")
    BOOKING_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    SITE_ID_FIELD_NUMBER: _ClassVar[int]
    CALENDARS_FIELD_NUMBER: _ClassVar[int]
    PRACTITIONER_IDS_FIELD_NUMBER: _ClassVar[int]
    BENEFICIARY_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    NEXT_STEPS_FIELD_NUMBER: _ClassVar[int]
    AGREED_AT_FIELD_NUMBER: _ClassVar[int]
    PROVEN_FIELD_NUMBER: _ClassVar[int]
    booking_id: str
    order_id: str
    order_line_id: str
    offering_id: str
    title: _types_pb2.LocalizedText
    interval: _types_pb2.Interval
    site_id: str
    calendars: _containers.RepeatedScalarFieldContainer[str]
    practitioner_ids: _containers.RepeatedScalarFieldContainer[str]
    beneficiary_id: str
    status: OrderStatus
    next_steps: _containers.RepeatedCompositeFieldContainer[OrderStep]
    agreed_at: _timestamp_pb2.Timestamp
    proven: bool
    def __init__(self, booking_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., offering_id: _Optional[str] = ..., title: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., interval: _Optional[_Union[_types_pb2.Interval, _Mapping]] = ..., site_id: _Optional[str] = ..., calendars: _Optional[_Iterable[str]] = ..., practitioner_ids: _Optional[_Iterable[str]] = ..., beneficiary_id: _Optional[str] = ..., status: _Optional[_Union[OrderStatus, str]] = ..., next_steps: _Optional[_Iterable[_Union[OrderStep, _Mapping]]] = ..., agreed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., proven: _Optional[bool] = ...) -> None: ...

class DaySessionPage(_message.Message):
    __slots__ = ("day", "sessions", "page")
    DAY_FIELD_NUMBER: _ClassVar[int]
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    day: str
    sessions: _containers.RepeatedCompositeFieldContainer[DaySession]
    page: _types_pb2.PageInfo
    def __init__(self, day: _Optional[str] = ..., sessions: _Optional[_Iterable[_Union[DaySession, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class AcceptOrderRequest(_message.Message):
    __slots__ = ("order_id",)
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    def __init__(self, order_id: _Optional[str] = ...) -> None: ...

class RefuseOrderRequest(_message.Message):
    __slots__ = ("order_id", "reason")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    reason: str
    def __init__(self, order_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ProveServiceRequest(_message.Message):
    __slots__ = ("order_id", "order_line_id", "scan_receipt", "item")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    SCAN_RECEIPT_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    order_line_id: str
    scan_receipt: str
    item: str
    def __init__(self, order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., scan_receipt: _Optional[str] = ..., item: _Optional[str] = ...) -> None: ...

class FulfilOrderRequest(_message.Message):
    __slots__ = ("order_id",)
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    def __init__(self, order_id: _Optional[str] = ...) -> None: ...

class CancelOrderRequest(_message.Message):
    __slots__ = ("order_id", "reason", "validate_only")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    reason: str
    validate_only: bool
    def __init__(self, order_id: _Optional[str] = ..., reason: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class CheckEligibilityRequest(_message.Message):
    __slots__ = ("offering_id", "resident_id")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    resident_id: str
    def __init__(self, offering_id: _Optional[str] = ..., resident_id: _Optional[str] = ...) -> None: ...

class EligibilityAnswer(_message.Message):
    __slots__ = ("eligible", "code", "reason")
    ELIGIBLE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    eligible: bool
    code: str
    reason: str
    def __init__(self, eligible: _Optional[bool] = ..., code: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ListFreePlacesRequest(_message.Message):
    __slots__ = ("offering_id",)
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    def __init__(self, offering_id: _Optional[str] = ...) -> None: ...

class GetFreePlacesRequest(_message.Message):
    __slots__ = ("offering_ids",)
    OFFERING_IDS_FIELD_NUMBER: _ClassVar[int]
    offering_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, offering_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class OfferingsFreePlaces(_message.Message):
    __slots__ = ("offerings",)
    OFFERINGS_FIELD_NUMBER: _ClassVar[int]
    offerings: _containers.RepeatedCompositeFieldContainer[FreePlaces]
    def __init__(self, offerings: _Optional[_Iterable[_Union[FreePlaces, _Mapping]]] = ...) -> None: ...

class FreePlaces(_message.Message):
    __slots__ = ("places",)
    PLACES_FIELD_NUMBER: _ClassVar[int]
    places: _containers.RepeatedCompositeFieldContainer[FreePlace]
    def __init__(self, places: _Optional[_Iterable[_Union[FreePlace, _Mapping]]] = ...) -> None: ...

class FreePlace(_message.Message):
    __slots__ = ("slot_id", "interval", "free")
    SLOT_ID_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    FREE_FIELD_NUMBER: _ClassVar[int]
    slot_id: str
    interval: _types_pb2.Interval
    free: int
    def __init__(self, slot_id: _Optional[str] = ..., interval: _Optional[_Union[_types_pb2.Interval, _Mapping]] = ..., free: _Optional[int] = ...) -> None: ...

class ConfirmServiceRequest(_message.Message):
    __slots__ = ("order_id", "order_line_id", "item")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    order_line_id: str
    item: str
    def __init__(self, order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., item: _Optional[str] = ...) -> None: ...

class StateServiceRequest(_message.Message):
    __slots__ = ("order_id", "statement")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    statement: str
    def __init__(self, order_id: _Optional[str] = ..., statement: _Optional[str] = ...) -> None: ...

class RecordUsageRequest(_message.Message):
    __slots__ = ("records",)
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    records: _containers.RepeatedCompositeFieldContainer[UsageRecord]
    def __init__(self, records: _Optional[_Iterable[_Union[UsageRecord, _Mapping]]] = ...) -> None: ...

class UsageRecord(_message.Message):
    __slots__ = ("key", "order_line_id", "item", "units", "used_at")
    KEY_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    USED_AT_FIELD_NUMBER: _ClassVar[int]
    key: str
    order_line_id: str
    item: str
    units: int
    used_at: _timestamp_pb2.Timestamp
    def __init__(self, key: _Optional[str] = ..., order_line_id: _Optional[str] = ..., item: _Optional[str] = ..., units: _Optional[int] = ..., used_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RecordUsageResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[UsageOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[UsageOutcome, _Mapping]]] = ...) -> None: ...

class UsageOutcome(_message.Message):
    __slots__ = ("key", "counted", "repeated_before", "refusal")
    KEY_FIELD_NUMBER: _ClassVar[int]
    COUNTED_FIELD_NUMBER: _ClassVar[int]
    REPEATED_BEFORE_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    key: str
    counted: bool
    repeated_before: bool
    refusal: str
    def __init__(self, key: _Optional[str] = ..., counted: _Optional[bool] = ..., repeated_before: _Optional[bool] = ..., refusal: _Optional[str] = ...) -> None: ...

class BookSlotRequest(_message.Message):
    __slots__ = ("order_id", "order_line_id", "slot_id", "booking_id")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    SLOT_ID_FIELD_NUMBER: _ClassVar[int]
    BOOKING_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    order_line_id: str
    slot_id: str
    booking_id: str
    def __init__(self, order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., slot_id: _Optional[str] = ..., booking_id: _Optional[str] = ...) -> None: ...

class AgreeToSessionsRequest(_message.Message):
    __slots__ = ("order_id", "booking_ids")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    BOOKING_IDS_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    booking_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, order_id: _Optional[str] = ..., booking_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class CancelSessionsRequest(_message.Message):
    __slots__ = ("order_id", "order_line_id", "booking_id", "following", "reason", "item", "validate_only")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    BOOKING_ID_FIELD_NUMBER: _ClassVar[int]
    FOLLOWING_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    order_line_id: str
    booking_id: str
    following: bool
    reason: str
    item: str
    validate_only: bool
    def __init__(self, order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., booking_id: _Optional[str] = ..., following: _Optional[bool] = ..., reason: _Optional[str] = ..., item: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class ListSlotsAlikeRequest(_message.Message):
    __slots__ = ("slot_id", "weeks")
    SLOT_ID_FIELD_NUMBER: _ClassVar[int]
    WEEKS_FIELD_NUMBER: _ClassVar[int]
    slot_id: str
    weeks: int
    def __init__(self, slot_id: _Optional[str] = ..., weeks: _Optional[int] = ...) -> None: ...

class TransferOrderRequest(_message.Message):
    __slots__ = ("order_id", "resident_id")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ...) -> None: ...

class GetCartRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Cart(_message.Message):
    __slots__ = ("resident_id", "lines", "version")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    lines: _containers.RepeatedCompositeFieldContainer[PlaceOrderLine]
    version: int
    def __init__(self, resident_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[PlaceOrderLine, _Mapping]]] = ..., version: _Optional[int] = ...) -> None: ...

class PutCartRequest(_message.Message):
    __slots__ = ("resident_id", "lines", "version")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    lines: _containers.RepeatedCompositeFieldContainer[PlaceOrderLine]
    version: int
    def __init__(self, resident_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[PlaceOrderLine, _Mapping]]] = ..., version: _Optional[int] = ...) -> None: ...

class CheckOutRequest(_message.Message):
    __slots__ = ("version", "payment_method", "consent_given", "validate_only", "expected_total", "agreed")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_METHOD_FIELD_NUMBER: _ClassVar[int]
    CONSENT_GIVEN_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    AGREED_FIELD_NUMBER: _ClassVar[int]
    version: int
    payment_method: str
    consent_given: bool
    validate_only: bool
    expected_total: _types_pb2.Money
    agreed: _containers.RepeatedCompositeFieldContainer[AgreedTerms]
    def __init__(self, version: _Optional[int] = ..., payment_method: _Optional[str] = ..., consent_given: _Optional[bool] = ..., validate_only: _Optional[bool] = ..., expected_total: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., agreed: _Optional[_Iterable[_Union[AgreedTerms, _Mapping]]] = ...) -> None: ...

class CheckOutResponse(_message.Message):
    __slots__ = ("checkout_id", "orders", "total")
    CHECKOUT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    checkout_id: str
    orders: _containers.RepeatedCompositeFieldContainer[Order]
    total: _types_pb2.Money
    def __init__(self, checkout_id: _Optional[str] = ..., orders: _Optional[_Iterable[_Union[Order, _Mapping]]] = ..., total: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class ReviewServiceRequest(_message.Message):
    __slots__ = ("order_id", "order_line_id", "rating", "text")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    RATING_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    order_line_id: str
    rating: int
    text: str
    def __init__(self, order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., rating: _Optional[int] = ..., text: _Optional[str] = ...) -> None: ...

class Review(_message.Message):
    __slots__ = ("id", "offering_id", "partner_id", "rating", "text", "status", "reviewed_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    RATING_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REVIEWED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    offering_id: str
    partner_id: str
    rating: int
    text: str
    status: ReviewStatus
    reviewed_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., offering_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., rating: _Optional[int] = ..., text: _Optional[str] = ..., status: _Optional[_Union[ReviewStatus, str]] = ..., reviewed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListReviewsRequest(_message.Message):
    __slots__ = ("offering_id", "page")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    page: _types_pb2.PageRequest
    def __init__(self, offering_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class ListUndecidedReviewsRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _types_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class ReviewPage(_message.Message):
    __slots__ = ("reviews", "page")
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    reviews: _containers.RepeatedCompositeFieldContainer[Review]
    page: _types_pb2.PageInfo
    def __init__(self, reviews: _Optional[_Iterable[_Union[Review, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class DecideReviewTextRequest(_message.Message):
    __slots__ = ("review_id", "published")
    REVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    review_id: str
    published: bool
    def __init__(self, review_id: _Optional[str] = ..., published: _Optional[bool] = ...) -> None: ...

class ComplainRequest(_message.Message):
    __slots__ = ("order_id", "text", "not_given")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    NOT_GIVEN_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    text: str
    not_given: bool
    def __init__(self, order_id: _Optional[str] = ..., text: _Optional[str] = ..., not_given: _Optional[bool] = ...) -> None: ...

class Complaint(_message.Message):
    __slots__ = ("id", "order_id", "resident_id", "partner_id", "status", "text", "answer", "decision", "upheld", "opened_at", "answer_by", "escalated", "not_given")
    ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    UPHELD_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    ANSWER_BY_FIELD_NUMBER: _ClassVar[int]
    ESCALATED_FIELD_NUMBER: _ClassVar[int]
    NOT_GIVEN_FIELD_NUMBER: _ClassVar[int]
    id: str
    order_id: str
    resident_id: str
    partner_id: str
    status: ComplaintStatus
    text: str
    answer: str
    decision: str
    upheld: bool
    opened_at: _timestamp_pb2.Timestamp
    answer_by: _timestamp_pb2.Timestamp
    escalated: bool
    not_given: bool
    def __init__(self, id: _Optional[str] = ..., order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., partner_id: _Optional[str] = ..., status: _Optional[_Union[ComplaintStatus, str]] = ..., text: _Optional[str] = ..., answer: _Optional[str] = ..., decision: _Optional[str] = ..., upheld: _Optional[bool] = ..., opened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., answer_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., escalated: _Optional[bool] = ..., not_given: _Optional[bool] = ...) -> None: ...

class AnswerComplaintRequest(_message.Message):
    __slots__ = ("complaint_id", "answer")
    COMPLAINT_ID_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    complaint_id: str
    answer: str
    def __init__(self, complaint_id: _Optional[str] = ..., answer: _Optional[str] = ...) -> None: ...

class DecideComplaintRequest(_message.Message):
    __slots__ = ("complaint_id", "upheld", "decision")
    COMPLAINT_ID_FIELD_NUMBER: _ClassVar[int]
    UPHELD_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    complaint_id: str
    upheld: bool
    decision: str
    def __init__(self, complaint_id: _Optional[str] = ..., upheld: _Optional[bool] = ..., decision: _Optional[str] = ...) -> None: ...

class ListComplaintsRequest(_message.Message):
    __slots__ = ("status", "escalated_only", "page")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ESCALATED_ONLY_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    status: ComplaintStatus
    escalated_only: bool
    page: _types_pb2.PageRequest
    def __init__(self, status: _Optional[_Union[ComplaintStatus, str]] = ..., escalated_only: _Optional[bool] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class ComplaintPage(_message.Message):
    __slots__ = ("complaints", "page")
    COMPLAINTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    complaints: _containers.RepeatedCompositeFieldContainer[Complaint]
    page: _types_pb2.PageInfo
    def __init__(self, complaints: _Optional[_Iterable[_Union[Complaint, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class LearnStandingRequest(_message.Message):
    __slots__ = ("partner_id",)
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    def __init__(self, partner_id: _Optional[str] = ...) -> None: ...

class LearnedStanding(_message.Message):
    __slots__ = ("sells",)
    SELLS_FIELD_NUMBER: _ClassVar[int]
    sells: bool
    def __init__(self, sells: _Optional[bool] = ...) -> None: ...

class MakePrivateOfferRequest(_message.Message):
    __slots__ = ("offering_id", "price", "until_day", "scan_receipt")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_DAY_FIELD_NUMBER: _ClassVar[int]
    SCAN_RECEIPT_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    price: _types_pb2.Money
    until_day: str
    scan_receipt: str
    def __init__(self, offering_id: _Optional[str] = ..., price: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., until_day: _Optional[str] = ..., scan_receipt: _Optional[str] = ...) -> None: ...

class MadePrivateOffer(_message.Message):
    __slots__ = ("private_offer", "claim_code")
    PRIVATE_OFFER_FIELD_NUMBER: _ClassVar[int]
    CLAIM_CODE_FIELD_NUMBER: _ClassVar[int]
    private_offer: PrivateOffer
    claim_code: str
    def __init__(self, private_offer: _Optional[_Union[PrivateOffer, _Mapping]] = ..., claim_code: _Optional[str] = ...) -> None: ...

class TakePrivateOfferRequest(_message.Message):
    __slots__ = ("code", "resident_id")
    CODE_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    code: str
    resident_id: str
    def __init__(self, code: _Optional[str] = ..., resident_id: _Optional[str] = ...) -> None: ...

class WithdrawPrivateOfferRequest(_message.Message):
    __slots__ = ("private_offer_id",)
    PRIVATE_OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    private_offer_id: str
    def __init__(self, private_offer_id: _Optional[str] = ...) -> None: ...

class GetPrivateOfferRequest(_message.Message):
    __slots__ = ("private_offer_id",)
    PRIVATE_OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    private_offer_id: str
    def __init__(self, private_offer_id: _Optional[str] = ...) -> None: ...

class ListPrivateOffersRequest(_message.Message):
    __slots__ = ("status", "partner_id", "offering_id", "page")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    status: PrivateOfferStatus
    partner_id: str
    offering_id: str
    page: _types_pb2.PageRequest
    def __init__(self, status: _Optional[_Union[PrivateOfferStatus, str]] = ..., partner_id: _Optional[str] = ..., offering_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class PrivateOfferPage(_message.Message):
    __slots__ = ("private_offers", "page")
    PRIVATE_OFFERS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    private_offers: _containers.RepeatedCompositeFieldContainer[PrivateOffer]
    page: _types_pb2.PageInfo
    def __init__(self, private_offers: _Optional[_Iterable[_Union[PrivateOffer, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class PrivateOffer(_message.Message):
    __slots__ = ("id", "partner_id", "offering_id", "offering_revision", "title", "price", "published_price", "until", "status", "end", "addressed", "resident_id", "order_id", "made_at", "taken_at", "ended_at", "version")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_REVISION_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_PRICE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    ADDRESSED_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    MADE_AT_FIELD_NUMBER: _ClassVar[int]
    TAKEN_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    partner_id: str
    offering_id: str
    offering_revision: int
    title: _types_pb2.LocalizedText
    price: _types_pb2.Money
    published_price: _types_pb2.Money
    until: _timestamp_pb2.Timestamp
    status: PrivateOfferStatus
    end: PrivateOfferEnd
    addressed: bool
    resident_id: str
    order_id: str
    made_at: _timestamp_pb2.Timestamp
    taken_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, id: _Optional[str] = ..., partner_id: _Optional[str] = ..., offering_id: _Optional[str] = ..., offering_revision: _Optional[int] = ..., title: _Optional[_Union[_types_pb2.LocalizedText, _Mapping]] = ..., price: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., published_price: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[_Union[PrivateOfferStatus, str]] = ..., end: _Optional[_Union[PrivateOfferEnd, str]] = ..., addressed: _Optional[bool] = ..., resident_id: _Optional[str] = ..., order_id: _Optional[str] = ..., made_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., taken_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...
