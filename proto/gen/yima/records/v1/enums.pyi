from collections.abc import Iterator
from typing import ClassVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from yima.records.v1 import error_reports_pb2

class _Members(EnumTypeWrapper):
    def __iter__[E](cls: type[E]) -> Iterator[E]: ...

class ErrorReportStatus(error_reports_pb2.ErrorReportStatus, metaclass=_Members):
    name: str
    value: int
    OPEN: ClassVar[ErrorReportStatus]
    CORRECTED: ClassVar[ErrorReportStatus]
    CONFIRMED: ClassVar[ErrorReportStatus]
    WITHDRAWN: ClassVar[ErrorReportStatus]
