"""Refusals every service knows. A refusal is an exception named as a fact; its docstring is what people read first."""

from typing import Any

RETRY_AFTER = "retryAfterSeconds"


class Refusal(Exception):  # noqa: N818 a refusal is a fact, not an error of ours
    """The request cannot be granted."""

    def __init__(self, detail: str, field: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field

    @property
    def data(self) -> dict[str, Any]:
        """What a program needs to ask again, as a contract's message in proto3 JSON; most refusals have none."""
        return {}


class Invalid(Refusal):
    """The request is not well formed."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason, field)


class TooLarge(Refusal):
    """The request is larger than it may be."""


class TooSlow(Refusal):
    """The request's body did not come in time."""


class Unauthenticated(Refusal):
    """A valid access token is needed."""


class Forbidden(Refusal):
    """The caller may not do this."""


class NotFound(Refusal):
    """There is no such thing, or the caller may not know of it."""


class KeyReused(Refusal):
    """The idempotency key was used before with another request."""


class AnswerNotKept(Refusal):
    """This was done before, and its answer held a secret, which is shown once and kept nowhere."""


class TryLater(Refusal):
    """This cannot be taken on now; try again later. `retry_after` says in how many seconds."""

    def __init__(self, detail: str, retry_after: int, field: str = "") -> None:
        super().__init__(detail, field)
        self.retry_after = retry_after

    @property
    def data(self) -> dict[str, Any]:
        return {RETRY_AFTER: self.retry_after}


class Busy(TryLater):
    """More is asked at once than can be taken on; try again shortly."""


class TooManyTries(TryLater):
    """There were too many tries; wait before the next one."""


class Unavailable(Refusal):
    """Something this needs is not reachable; try again shortly."""
