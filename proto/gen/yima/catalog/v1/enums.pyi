from collections.abc import Iterator
from typing import ClassVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from yima.catalog.v1 import api_pb2

class _Members(EnumTypeWrapper):
    def __iter__[E](cls: type[E]) -> Iterator[E]: ...

class UnitKind(api_pb2.UnitKind, metaclass=_Members):
    name: str
    value: int
    VISIT: ClassVar[UnitKind]
    MEASUREMENT: ClassVar[UnitKind]

class Unused(api_pb2.Unused, metaclass=_Members):
    name: str
    value: int
    NOT_CHARGED: ClassVar[Unused]
    CHARGED: ClassVar[Unused]

class PriceBasis(api_pb2.PriceBasis, metaclass=_Members):
    name: str
    value: int
    ORDER: ClassVar[PriceBasis]
    PACKAGE: ClassVar[PriceBasis]
    USAGE: ClassVar[PriceBasis]
    PERIOD: ClassVar[PriceBasis]

class Population(api_pb2.Population, metaclass=_Members):
    name: str
    value: int
    EVERYONE: ClassVar[Population]
    HYPERTENSION: ClassVar[Population]
    DIABETES: ClassVar[Population]
    MATERNAL: ClassVar[Population]
    INFANT: ClassVar[Population]
    ELDERLY: ClassVar[Population]

class OfferingKind(api_pb2.OfferingKind, metaclass=_Members):
    name: str
    value: int
    SINGLE_VISIT: ClassVar[OfferingKind]
    PACKAGE: ClassVar[OfferingKind]
    SUBSCRIPTION: ClassVar[OfferingKind]
    DEVICE_MONITORING: ClassVar[OfferingKind]
    DATA_SERVICE: ClassVar[OfferingKind]

class OfferingStatus(api_pb2.OfferingStatus, metaclass=_Members):
    name: str
    value: int
    DRAFT: ClassVar[OfferingStatus]
    SUBMITTED: ClassVar[OfferingStatus]
    IN_REVIEW: ClassVar[OfferingStatus]
    PUBLISHED: ClassVar[OfferingStatus]
    SUPERSEDED: ClassVar[OfferingStatus]
    REFUSED: ClassVar[OfferingStatus]
    RESTRICTED: ClassVar[OfferingStatus]
    RETIRED: ClassVar[OfferingStatus]

class AccessMode(api_pb2.AccessMode, metaclass=_Members):
    name: str
    value: int
    VIEW: ClassVar[AccessMode]
    STORE: ClassVar[AccessMode]
    COMPUTE: ClassVar[AccessMode]

class SkipReason(api_pb2.SkipReason, metaclass=_Members):
    name: str
    value: int
    PAST: ClassVar[SkipReason]
    NO_SUCH_TIME: ClassVar[SkipReason]

class OfferingSort(api_pb2.OfferingSort, metaclass=_Members):
    name: str
    value: int
    NEWEST: ClassVar[OfferingSort]
    RELEVANCE: ClassVar[OfferingSort]
    DISTANCE: ClassVar[OfferingSort]
    PRICE: ClassVar[OfferingSort]
    RATING: ClassVar[OfferingSort]
    NEXT_FREE_SLOT: ClassVar[OfferingSort]

class CalendarKind(api_pb2.CalendarKind, metaclass=_Members):
    name: str
    value: int
    PRACTITIONER: ClassVar[CalendarKind]
    ROOM: ClassVar[CalendarKind]
    DEVICE: ClassVar[CalendarKind]
