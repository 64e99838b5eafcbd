from collections.abc import Iterator
from typing import ClassVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from yima.common.v1 import route_pb2
from yima.common.v1 import views_pb2
from yima.common.v1 import types_pb2

class _Members(EnumTypeWrapper):
    def __iter__[E](cls: type[E]) -> Iterator[E]: ...

class Role(route_pb2.Role, metaclass=_Members):
    name: str
    value: int
    RESIDENT: ClassVar[Role]
    PRACTITIONER: ClassVar[Role]
    PARTNER: ClassVar[Role]
    OPERATOR: ClassVar[Role]
    REGULATOR: ClassVar[Role]

class Scope(route_pb2.Scope, metaclass=_Members):
    name: str
    value: int
    OFFERINGS: ClassVar[Scope]
    ORDERS: ClassVar[Scope]
    RECORDS: ClassVar[Scope]
    MONEY: ClassVar[Scope]
    DOCUMENTS: ClassVar[Scope]
    STANDING: ClassVar[Scope]
    WEBHOOKS: ClassVar[Scope]

class Duty(route_pb2.Duty, metaclass=_Members):
    name: str
    value: int
    ONBOARDING: ClassVar[Duty]
    FINANCE: ClassVar[Duty]
    SUPPORT: ClassVar[Duty]
    ACCOUNTS: ClassVar[Duty]
    OWNER: ClassVar[Duty]
    DESK: ClassVar[Duty]
    DEVELOPER: ClassVar[Duty]
    SUPERVISE: ClassVar[Duty]
    AUDIT: ClassVar[Duty]
    QUALITY: ClassVar[Duty]

class GuardianAct(route_pb2.GuardianAct, metaclass=_Members):
    name: str
    value: int
    ORDERS: ClassVar[GuardianAct]
    CONSENTS: ClassVar[GuardianAct]
    RECORDS: ClassVar[GuardianAct]
    HEALTH_CODE: ClassVar[GuardianAct]

class StandingNeeded(route_pb2.StandingNeeded, metaclass=_Members):
    name: str
    value: int
    NONE: ClassVar[StandingNeeded]
    BY_RULE: ClassVar[StandingNeeded]

class PartnerView(views_pb2.PartnerView, metaclass=_Members):
    name: str
    value: int
    SEALED: ClassVar[PartnerView]
    WITHHELD: ClassVar[PartnerView]
    NAMES_RESIDENT: ClassVar[PartnerView]

class Sex(types_pb2.Sex, metaclass=_Members):
    name: str
    value: int
    FEMALE: ClassVar[Sex]
    MALE: ClassVar[Sex]
