"""What a call may end in, besides an answer."""

from typing import Any


class Refused(Exception):
    """The gateway refused, and said why."""

    def __init__(
        self,
        operation: str,
        code: str,
        message: str,
        field: str | None = None,
        answer: dict[str, Any] | None = None,
        retry_after: int = 0,
    ) -> None:
        at = f" (field {field})" if field and field not in message else ""
        super().__init__(f"{message}{at} [{code}]")
        self.operation = operation
        self.code = code
        self.message = message
        self.field = field
        self.answer = answer or {}  # what else the refusal has, e.g. the terms that hold now
        self.retry_after = retry_after  # in seconds; 0 where it does not say


class UnknownOperation(LookupError):
    """No operation of this name ships with the client."""


class UnknownVariable(TypeError):
    """The operation takes no variable of this name."""


class NotTheGateway(Exception):
    """Something else than Yima's gateway answers at the address."""


class NeverHappened(Exception):
    """What was waited for did not come about in time."""
