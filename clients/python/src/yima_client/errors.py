"""What a call may end in, besides an answer."""

from typing import Any


class Refused(Exception):
    """The gateway refused, and said why. Each code has a class of its own in `yima_client.problems`."""

    def __new__(cls, operation: str, code: str, *_args: Any, **_more: Any) -> "Refused":
        from yima_client.problems import BY_CODE

        return super().__new__(BY_CODE.get(code, cls) if cls is Refused else cls)

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

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status  # of HTTP; 0 where it is not known


class NeverHappened(Exception):
    """What was waited for did not come about in time."""
