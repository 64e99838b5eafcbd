from collections.abc import Iterator
from typing import ClassVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from yima.identity.v1 import events_pb2

class _Members(EnumTypeWrapper):
    def __iter__[E](cls: type[E]) -> Iterator[E]: ...

class GuardianshipEnd(events_pb2.GuardianshipEnd, metaclass=_Members):
    name: str
    value: int
    BY_GUARDIAN: ClassVar[GuardianshipEnd]
    BY_OPERATOR: ClassVar[GuardianshipEnd]
    OF_AGE: ClassVar[GuardianshipEnd]
