from collections.abc import Iterator
from typing import ClassVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from yima.ordering.v1 import indicators_pb2
from yima.ordering.v1 import api_pb2
from yima.ordering.v1 import events_pb2

class _Members(EnumTypeWrapper):
    def __iter__[E](cls: type[E]) -> Iterator[E]: ...

class OrderEnding(indicators_pb2.OrderEnding, metaclass=_Members):
    name: str
    value: int
    SERVED: ClassVar[OrderEnding]
    CALLED_OFF: ClassVar[OrderEnding]
    UNDER_WAY: ClassVar[OrderEnding]

class OrderStatus(api_pb2.OrderStatus, metaclass=_Members):
    name: str
    value: int
    PLACED: ClassVar[OrderStatus]
    CONFIRMED: ClassVar[OrderStatus]
    ACCEPTED: ClassVar[OrderStatus]
    FULFILLING: ClassVar[OrderStatus]
    FULFILLED: ClassVar[OrderStatus]
    CLOSED: ClassVar[OrderStatus]
    REFUSED: ClassVar[OrderStatus]
    CANCELLED: ClassVar[OrderStatus]
    EXPIRED: ClassVar[OrderStatus]

class Requirement(api_pb2.Requirement, metaclass=_Members):
    name: str
    value: int
    MONEY: ClassVar[Requirement]
    CONSENT: ClassVar[Requirement]
    WORD: ClassVar[Requirement]

class SeriesEnd(api_pb2.SeriesEnd, metaclass=_Members):
    name: str
    value: int
    STOPPED: ClassVar[SeriesEnd]
    UNPAID: ClassVar[SeriesEnd]
    NOT_ACCEPTED: ClassVar[SeriesEnd]
    CALLED_OFF: ClassVar[SeriesEnd]
    COMPLETE: ClassVar[SeriesEnd]
    WITHDRAWN: ClassVar[SeriesEnd]
    STANDING: ClassVar[SeriesEnd]
    NOT_ELIGIBLE: ClassVar[SeriesEnd]

class TermsDifference(api_pb2.TermsDifference, metaclass=_Members):
    name: str
    value: int
    PRICE: ClassVar[TermsDifference]
    DATA: ClassVar[TermsDifference]
    CANCELLATION: ClassVar[TermsDifference]
    OTHER: ClassVar[TermsDifference]

class OrderParty(api_pb2.OrderParty, metaclass=_Members):
    name: str
    value: int
    RESIDENT: ClassVar[OrderParty]
    PARTNER: ClassVar[OrderParty]
    OPERATOR: ClassVar[OrderParty]
    PLATFORM: ClassVar[OrderParty]

class OrderAction(api_pb2.OrderAction, metaclass=_Members):
    name: str
    value: int
    PAY: ClassVar[OrderAction]
    CONSENT: ClassVar[OrderAction]
    ACCEPT: ClassVar[OrderAction]
    BOOK: ClassVar[OrderAction]
    AGREE_TO_SESSIONS: ClassVar[OrderAction]
    SERVE: ClassVar[OrderAction]
    DECLARE_FULFILLED: ClassVar[OrderAction]
    OBJECT: ClassVar[OrderAction]
    DECIDE_OBJECTION: ClassVar[OrderAction]
    TAKE_MONEY: ClassVar[OrderAction]
    AGREE: ClassVar[OrderAction]

class WarningKind(api_pb2.WarningKind, metaclass=_Members):
    name: str
    value: int
    RECENT_EQUIVALENT: ClassVar[WarningKind]
    OPEN_EQUIVALENT: ClassVar[WarningKind]

class BookedBy(api_pb2.BookedBy, metaclass=_Members):
    name: str
    value: int
    RESIDENT: ClassVar[BookedBy]
    PARTNER: ClassVar[BookedBy]

class ProofSource(api_pb2.ProofSource, metaclass=_Members):
    name: str
    value: int
    SCAN: ClassVar[ProofSource]
    PARTNER: ClassVar[ProofSource]
    RESIDENT: ClassVar[ProofSource]

class ReviewStatus(api_pb2.ReviewStatus, metaclass=_Members):
    name: str
    value: int
    PENDING: ClassVar[ReviewStatus]
    PUBLISHED: ClassVar[ReviewStatus]
    WITHHELD: ClassVar[ReviewStatus]

class ComplaintStatus(api_pb2.ComplaintStatus, metaclass=_Members):
    name: str
    value: int
    OPEN: ClassVar[ComplaintStatus]
    ANSWERED: ClassVar[ComplaintStatus]
    DECIDED: ClassVar[ComplaintStatus]

class PrivateOfferStatus(api_pb2.PrivateOfferStatus, metaclass=_Members):
    name: str
    value: int
    OPEN: ClassVar[PrivateOfferStatus]
    TAKEN: ClassVar[PrivateOfferStatus]
    USED: ClassVar[PrivateOfferStatus]
    WITHDRAWN: ClassVar[PrivateOfferStatus]
    LAPSED: ClassVar[PrivateOfferStatus]

class PrivateOfferEnd(api_pb2.PrivateOfferEnd, metaclass=_Members):
    name: str
    value: int
    WITHDRAWN: ClassVar[PrivateOfferEnd]
    DAY_OVER: ClassVar[PrivateOfferEnd]
    OFFERING_CHANGED: ClassVar[PrivateOfferEnd]
    STANDING: ClassVar[PrivateOfferEnd]

class FollowUpOrderState(events_pb2.FollowUpOrderState, metaclass=_Members):
    name: str
    value: int
    OPEN: ClassVar[FollowUpOrderState]
    OVER: ClassVar[FollowUpOrderState]
    SERVED: ClassVar[FollowUpOrderState]
