import datetime

from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.catalog.v1 import api_pb2 as _api_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from yima.ordering.v1 import api_pb2 as _api_pb2_1
from yima.partners.v1 import api_pb2 as _api_pb2_1_1
from yima.records.v1 import error_reports_pb2 as _error_reports_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
WEBHOOK_FIELD_NUMBER: _ClassVar[int]
webhook: _descriptor.FieldDescriptor

class Webhook(_message.Message):
    __slots__ = ("type", "event", "subject", "about_partner", "ends_consent")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    ABOUT_PARTNER_FIELD_NUMBER: _ClassVar[int]
    ENDS_CONSENT_FIELD_NUMBER: _ClassVar[int]
    type: str
    event: str
    subject: str
    about_partner: bool
    ends_consent: bool
    def __init__(self, type: _Optional[str] = ..., event: _Optional[str] = ..., subject: _Optional[str] = ..., about_partner: _Optional[bool] = ..., ends_consent: _Optional[bool] = ...) -> None: ...

class OrderConfirmed(_message.Message):
    __slots__ = ("order_id", "resident_id", "deadline")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    deadline: _timestamp_pb2.Timestamp
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., deadline: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OrderAccepted(_message.Message):
    __slots__ = ("order_id", "resident_id")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ...) -> None: ...

class OrderRefused(_message.Message):
    __slots__ = ("order_id", "resident_id")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ...) -> None: ...

class OrderCancelled(_message.Message):
    __slots__ = ("order_id", "resident_id", "objection_until")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    OBJECTION_UNTIL_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    objection_until: _timestamp_pb2.Timestamp
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., objection_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CancellationSettled(_message.Message):
    __slots__ = ("order_id", "resident_id")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ...) -> None: ...

class OrderExpired(_message.Message):
    __slots__ = ("order_id", "resident_id")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ...) -> None: ...

class PrivateOfferTaken(_message.Message):
    __slots__ = ("private_offer_id", "offering_id")
    PRIVATE_OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    private_offer_id: str
    offering_id: str
    def __init__(self, private_offer_id: _Optional[str] = ..., offering_id: _Optional[str] = ...) -> None: ...

class PrivateOfferUsed(_message.Message):
    __slots__ = ("private_offer_id", "offering_id", "order_id")
    PRIVATE_OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    private_offer_id: str
    offering_id: str
    order_id: str
    def __init__(self, private_offer_id: _Optional[str] = ..., offering_id: _Optional[str] = ..., order_id: _Optional[str] = ...) -> None: ...

class SeriesEnded(_message.Message):
    __slots__ = ("order_id", "resident_id", "end")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    end: _api_pb2_1.SeriesEnd
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., end: _Optional[_Union[_api_pb2_1.SeriesEnd, str]] = ...) -> None: ...

class PrivateOfferEnded(_message.Message):
    __slots__ = ("private_offer_id", "offering_id", "end")
    PRIVATE_OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    private_offer_id: str
    offering_id: str
    end: _api_pb2_1.PrivateOfferEnd
    def __init__(self, private_offer_id: _Optional[str] = ..., offering_id: _Optional[str] = ..., end: _Optional[_Union[_api_pb2_1.PrivateOfferEnd, str]] = ...) -> None: ...

class OrderTransferred(_message.Message):
    __slots__ = ("order_id", "resident_id", "beneficiary_id")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    BENEFICIARY_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    beneficiary_id: str
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., beneficiary_id: _Optional[str] = ...) -> None: ...

class SessionBooked(_message.Message):
    __slots__ = ("order_id", "resident_id", "order_line_id", "booking_id", "interval", "waits_for_agreement", "instead_of_booking_id")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    BOOKING_ID_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    WAITS_FOR_AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    INSTEAD_OF_BOOKING_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    order_line_id: str
    booking_id: str
    interval: _types_pb2.Interval
    waits_for_agreement: bool
    instead_of_booking_id: str
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., booking_id: _Optional[str] = ..., interval: _Optional[_Union[_types_pb2.Interval, _Mapping]] = ..., waits_for_agreement: _Optional[bool] = ..., instead_of_booking_id: _Optional[str] = ...) -> None: ...

class SessionsAgreed(_message.Message):
    __slots__ = ("order_id", "resident_id", "booking_ids")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    BOOKING_IDS_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    booking_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., booking_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class SessionsCancelled(_message.Message):
    __slots__ = ("order_id", "resident_id", "order_line_id", "booking_ids")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    BOOKING_IDS_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    order_line_id: str
    booking_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., booking_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ServiceProven(_message.Message):
    __slots__ = ("order_id", "resident_id", "order_line_id", "proof_id", "units", "source", "proven_at")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    PROOF_ID_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    PROVEN_AT_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    order_line_id: str
    proof_id: str
    units: int
    source: str
    proven_at: _timestamp_pb2.Timestamp
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., proof_id: _Optional[str] = ..., units: _Optional[int] = ..., source: _Optional[str] = ..., proven_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class UsageRecorded(_message.Message):
    __slots__ = ("order_id", "resident_id", "order_line_id", "units")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    order_line_id: str
    units: int
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., units: _Optional[int] = ...) -> None: ...

class OrderFulfilled(_message.Message):
    __slots__ = ("order_id", "resident_id", "fulfilled_at")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    FULFILLED_AT_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    fulfilled_at: _timestamp_pb2.Timestamp
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., fulfilled_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OrderClosed(_message.Message):
    __slots__ = ("order_id", "resident_id")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ...) -> None: ...

class ObjectionEnded(_message.Message):
    __slots__ = ("order_id", "resident_id")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    resident_id: str
    def __init__(self, order_id: _Optional[str] = ..., resident_id: _Optional[str] = ...) -> None: ...

class ComplaintOpened(_message.Message):
    __slots__ = ("complaint_id", "order_id", "resident_id", "answer_by", "not_given")
    COMPLAINT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ANSWER_BY_FIELD_NUMBER: _ClassVar[int]
    NOT_GIVEN_FIELD_NUMBER: _ClassVar[int]
    complaint_id: str
    order_id: str
    resident_id: str
    answer_by: _timestamp_pb2.Timestamp
    not_given: bool
    def __init__(self, complaint_id: _Optional[str] = ..., order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., answer_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., not_given: _Optional[bool] = ...) -> None: ...

class ComplaintEscalated(_message.Message):
    __slots__ = ("complaint_id", "order_id")
    COMPLAINT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    complaint_id: str
    order_id: str
    def __init__(self, complaint_id: _Optional[str] = ..., order_id: _Optional[str] = ...) -> None: ...

class ComplaintDecided(_message.Message):
    __slots__ = ("complaint_id", "order_id", "resident_id", "upheld", "called_off")
    COMPLAINT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    UPHELD_FIELD_NUMBER: _ClassVar[int]
    CALLED_OFF_FIELD_NUMBER: _ClassVar[int]
    complaint_id: str
    order_id: str
    resident_id: str
    upheld: bool
    called_off: bool
    def __init__(self, complaint_id: _Optional[str] = ..., order_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., upheld: _Optional[bool] = ..., called_off: _Optional[bool] = ...) -> None: ...

class PaymentCaptured(_message.Message):
    __slots__ = ("payment_id", "order_id", "amount")
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    payment_id: str
    order_id: str
    amount: _types_pb2.Money
    def __init__(self, payment_id: _Optional[str] = ..., order_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class RefundAsked(_message.Message):
    __slots__ = ("refund_id", "payment_id", "order_id", "amount")
    REFUND_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    refund_id: str
    payment_id: str
    order_id: str
    amount: _types_pb2.Money
    def __init__(self, refund_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., order_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class RefundMade(_message.Message):
    __slots__ = ("refund_id", "payment_id", "order_id", "amount")
    REFUND_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    refund_id: str
    payment_id: str
    order_id: str
    amount: _types_pb2.Money
    def __init__(self, refund_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., order_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class RefundFailed(_message.Message):
    __slots__ = ("refund_id", "payment_id", "order_id", "amount")
    REFUND_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    refund_id: str
    payment_id: str
    order_id: str
    amount: _types_pb2.Money
    def __init__(self, refund_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., order_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class DisputeOpened(_message.Message):
    __slots__ = ("dispute_id", "payment_id", "order_id", "amount", "opened_at")
    DISPUTE_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    dispute_id: str
    payment_id: str
    order_id: str
    amount: _types_pb2.Money
    opened_at: _timestamp_pb2.Timestamp
    def __init__(self, dispute_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., order_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ..., opened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class DisputeDecided(_message.Message):
    __slots__ = ("dispute_id", "payment_id", "order_id", "won", "decided_at")
    DISPUTE_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    WON_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    dispute_id: str
    payment_id: str
    order_id: str
    won: bool
    decided_at: _timestamp_pb2.Timestamp
    def __init__(self, dispute_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., order_id: _Optional[str] = ..., won: _Optional[bool] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class StatementIssued(_message.Message):
    __slots__ = ("statement_id", "finish_at", "issued_at", "deadline_at")
    STATEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    FINISH_AT_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_AT_FIELD_NUMBER: _ClassVar[int]
    statement_id: str
    finish_at: _timestamp_pb2.Timestamp
    issued_at: _timestamp_pb2.Timestamp
    deadline_at: _timestamp_pb2.Timestamp
    def __init__(self, statement_id: _Optional[str] = ..., finish_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., deadline_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class StatementConfirmed(_message.Message):
    __slots__ = ("statement_id", "confirmed_at")
    STATEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_AT_FIELD_NUMBER: _ClassVar[int]
    statement_id: str
    confirmed_at: _timestamp_pb2.Timestamp
    def __init__(self, statement_id: _Optional[str] = ..., confirmed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ReviewPublished(_message.Message):
    __slots__ = ("review_id", "offering_id", "rating")
    REVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    RATING_FIELD_NUMBER: _ClassVar[int]
    review_id: str
    offering_id: str
    rating: int
    def __init__(self, review_id: _Optional[str] = ..., offering_id: _Optional[str] = ..., rating: _Optional[int] = ...) -> None: ...

class PayoutPaid(_message.Message):
    __slots__ = ("payout_id", "amount")
    PAYOUT_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    payout_id: str
    amount: _types_pb2.Money
    def __init__(self, payout_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class PayoutReturned(_message.Message):
    __slots__ = ("payout_id", "amount")
    PAYOUT_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    payout_id: str
    amount: _types_pb2.Money
    def __init__(self, payout_id: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping]] = ...) -> None: ...

class ConsentRequested(_message.Message):
    __slots__ = ("consent_request_id", "order_id", "order_line_id", "resident_id")
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    consent_request_id: str
    order_id: str
    order_line_id: str
    resident_id: str
    def __init__(self, consent_request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., resident_id: _Optional[str] = ...) -> None: ...

class ConsentGranted(_message.Message):
    __slots__ = ("consent_id", "consent_request_id", "order_id", "order_line_id", "resident_id", "expires_at")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    consent_request_id: str
    order_id: str
    order_line_id: str
    resident_id: str
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, consent_id: _Optional[str] = ..., consent_request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ConsentDenied(_message.Message):
    __slots__ = ("consent_request_id", "order_id", "order_line_id", "resident_id")
    CONSENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    consent_request_id: str
    order_id: str
    order_line_id: str
    resident_id: str
    def __init__(self, consent_request_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., resident_id: _Optional[str] = ...) -> None: ...

class ConsentRevoked(_message.Message):
    __slots__ = ("consent_id", "order_id", "order_line_id", "resident_id", "revoked_at")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    REVOKED_AT_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    order_id: str
    order_line_id: str
    resident_id: str
    revoked_at: _timestamp_pb2.Timestamp
    def __init__(self, consent_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., revoked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ConsentEnded(_message.Message):
    __slots__ = ("consent_id", "order_id", "order_line_id", "resident_id", "ended_at")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    order_id: str
    order_line_id: str
    resident_id: str
    ended_at: _timestamp_pb2.Timestamp
    def __init__(self, consent_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ErasureDue(_message.Message):
    __slots__ = ("consent_id", "order_id", "order_line_id", "resident_id", "due_at")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    order_id: str
    order_line_id: str
    resident_id: str
    due_at: _timestamp_pb2.Timestamp
    def __init__(self, consent_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ErasureAttested(_message.Message):
    __slots__ = ("consent_id", "order_id", "order_line_id", "resident_id", "attested_at")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ATTESTED_AT_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    order_id: str
    order_line_id: str
    resident_id: str
    attested_at: _timestamp_pb2.Timestamp
    def __init__(self, consent_id: _Optional[str] = ..., order_id: _Optional[str] = ..., order_line_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., attested_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PartnerActivated(_message.Message):
    __slots__ = ("partner_id", "status", "certified_until")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CERTIFIED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    status: _api_pb2_1_1.PartnerStatus
    certified_until: _timestamp_pb2.Timestamp
    def __init__(self, partner_id: _Optional[str] = ..., status: _Optional[_Union[_api_pb2_1_1.PartnerStatus, str]] = ..., certified_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PartnerSuspended(_message.Message):
    __slots__ = ("partner_id", "status", "certified_until")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CERTIFIED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    status: _api_pb2_1_1.PartnerStatus
    certified_until: _timestamp_pb2.Timestamp
    def __init__(self, partner_id: _Optional[str] = ..., status: _Optional[_Union[_api_pb2_1_1.PartnerStatus, str]] = ..., certified_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PartnerReinstated(_message.Message):
    __slots__ = ("partner_id", "status", "certified_until")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CERTIFIED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    status: _api_pb2_1_1.PartnerStatus
    certified_until: _timestamp_pb2.Timestamp
    def __init__(self, partner_id: _Optional[str] = ..., status: _Optional[_Union[_api_pb2_1_1.PartnerStatus, str]] = ..., certified_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AppealDecided(_message.Message):
    __slots__ = ("appeal_id", "against", "granted")
    APPEAL_ID_FIELD_NUMBER: _ClassVar[int]
    AGAINST_FIELD_NUMBER: _ClassVar[int]
    GRANTED_FIELD_NUMBER: _ClassVar[int]
    appeal_id: str
    against: _api_pb2_1_1.PartnerStatus
    granted: bool
    def __init__(self, appeal_id: _Optional[str] = ..., against: _Optional[_Union[_api_pb2_1_1.PartnerStatus, str]] = ..., granted: _Optional[bool] = ...) -> None: ...

class PartnerOffboarding(_message.Message):
    __slots__ = ("partner_id", "status", "certified_until")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CERTIFIED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    status: _api_pb2_1_1.PartnerStatus
    certified_until: _timestamp_pb2.Timestamp
    def __init__(self, partner_id: _Optional[str] = ..., status: _Optional[_Union[_api_pb2_1_1.PartnerStatus, str]] = ..., certified_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PartnerFrozen(_message.Message):
    __slots__ = ("partner_id", "status", "certified_until")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CERTIFIED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    status: _api_pb2_1_1.PartnerStatus
    certified_until: _timestamp_pb2.Timestamp
    def __init__(self, partner_id: _Optional[str] = ..., status: _Optional[_Union[_api_pb2_1_1.PartnerStatus, str]] = ..., certified_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PartnerUnfrozen(_message.Message):
    __slots__ = ("partner_id", "status", "certified_until")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CERTIFIED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    status: _api_pb2_1_1.PartnerStatus
    certified_until: _timestamp_pb2.Timestamp
    def __init__(self, partner_id: _Optional[str] = ..., status: _Optional[_Union[_api_pb2_1_1.PartnerStatus, str]] = ..., certified_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CertificatesChanged(_message.Message):
    __slots__ = ("partner_id", "status", "certified_until")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CERTIFIED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    status: _api_pb2_1_1.PartnerStatus
    certified_until: _timestamp_pb2.Timestamp
    def __init__(self, partner_id: _Optional[str] = ..., status: _Optional[_Union[_api_pb2_1_1.PartnerStatus, str]] = ..., certified_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CertificateLapsed(_message.Message):
    __slots__ = ("partner_id", "status", "certified_until")
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CERTIFIED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    partner_id: str
    status: _api_pb2_1_1.PartnerStatus
    certified_until: _timestamp_pb2.Timestamp
    def __init__(self, partner_id: _Optional[str] = ..., status: _Optional[_Union[_api_pb2_1_1.PartnerStatus, str]] = ..., certified_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CertificateRevoked(_message.Message):
    __slots__ = ("certificate_id", "revoked_at")
    CERTIFICATE_ID_FIELD_NUMBER: _ClassVar[int]
    REVOKED_AT_FIELD_NUMBER: _ClassVar[int]
    certificate_id: str
    revoked_at: _timestamp_pb2.Timestamp
    def __init__(self, certificate_id: _Optional[str] = ..., revoked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ContractOffered(_message.Message):
    __slots__ = ("contract_id", "effective_on", "offered_at")
    CONTRACT_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_ON_FIELD_NUMBER: _ClassVar[int]
    OFFERED_AT_FIELD_NUMBER: _ClassVar[int]
    contract_id: str
    effective_on: str
    offered_at: _timestamp_pb2.Timestamp
    def __init__(self, contract_id: _Optional[str] = ..., effective_on: _Optional[str] = ..., offered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ContractSigned(_message.Message):
    __slots__ = ("contract_id", "signed_at")
    CONTRACT_ID_FIELD_NUMBER: _ClassVar[int]
    SIGNED_AT_FIELD_NUMBER: _ClassVar[int]
    contract_id: str
    signed_at: _timestamp_pb2.Timestamp
    def __init__(self, contract_id: _Optional[str] = ..., signed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class BankAccountChangeProposed(_message.Message):
    __slots__ = ("bank_account_change_id",)
    BANK_ACCOUNT_CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    bank_account_change_id: str
    def __init__(self, bank_account_change_id: _Optional[str] = ...) -> None: ...

class BankAccountChangeConfirmed(_message.Message):
    __slots__ = ("bank_account_change_id", "effective_at")
    BANK_ACCOUNT_CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    bank_account_change_id: str
    effective_at: _timestamp_pb2.Timestamp
    def __init__(self, bank_account_change_id: _Optional[str] = ..., effective_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class BankAccountChangeStopped(_message.Message):
    __slots__ = ("bank_account_change_id",)
    BANK_ACCOUNT_CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    bank_account_change_id: str
    def __init__(self, bank_account_change_id: _Optional[str] = ...) -> None: ...

class OfferingWithdrawn(_message.Message):
    __slots__ = ("offering_id", "status")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    status: _api_pb2.OfferingStatus
    def __init__(self, offering_id: _Optional[str] = ..., status: _Optional[_Union[_api_pb2.OfferingStatus, str]] = ...) -> None: ...

class PilotWidened(_message.Message):
    __slots__ = ("offering_id", "districts", "ends_at")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    DISTRICTS_FIELD_NUMBER: _ClassVar[int]
    ENDS_AT_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    districts: _containers.RepeatedScalarFieldContainer[str]
    ends_at: _timestamp_pb2.Timestamp
    def __init__(self, offering_id: _Optional[str] = ..., districts: _Optional[_Iterable[str]] = ..., ends_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PilotEnded(_message.Message):
    __slots__ = ("offering_id", "ended_at", "by_itself")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    BY_ITSELF_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    ended_at: _timestamp_pb2.Timestamp
    by_itself: bool
    def __init__(self, offering_id: _Optional[str] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., by_itself: _Optional[bool] = ...) -> None: ...

class ErrorReported(_message.Message):
    __slots__ = ("error_report_id", "resident_id", "answer_by")
    ERROR_REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ANSWER_BY_FIELD_NUMBER: _ClassVar[int]
    error_report_id: str
    resident_id: str
    answer_by: _timestamp_pb2.Timestamp
    def __init__(self, error_report_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., answer_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ErrorReportClosed(_message.Message):
    __slots__ = ("error_report_id", "resident_id", "status")
    ERROR_REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    error_report_id: str
    resident_id: str
    status: _error_reports_pb2.ErrorReportStatus
    def __init__(self, error_report_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., status: _Optional[_Union[_error_reports_pb2.ErrorReportStatus, str]] = ...) -> None: ...

class QualityReportIssued(_message.Message):
    __slots__ = ("report_id", "issued_at")
    REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    report_id: str
    issued_at: _timestamp_pb2.Timestamp
    def __init__(self, report_id: _Optional[str] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class WebhookDisabled(_message.Message):
    __slots__ = ("webhook_endpoint_id", "disabled_at")
    WEBHOOK_ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    DISABLED_AT_FIELD_NUMBER: _ClassVar[int]
    webhook_endpoint_id: str
    disabled_at: _timestamp_pb2.Timestamp
    def __init__(self, webhook_endpoint_id: _Optional[str] = ..., disabled_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class WebhookTest(_message.Message):
    __slots__ = ("webhook_endpoint_id",)
    WEBHOOK_ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    webhook_endpoint_id: str
    def __init__(self, webhook_endpoint_id: _Optional[str] = ...) -> None: ...

class WebhookInquiry(_message.Message):
    __slots__ = ("webhook_endpoint_id", "order_id")
    WEBHOOK_ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    webhook_endpoint_id: str
    order_id: str
    def __init__(self, webhook_endpoint_id: _Optional[str] = ..., order_id: _Optional[str] = ...) -> None: ...
