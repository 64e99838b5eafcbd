"""Refusals every service knows.

A refusal is an exception named as a fact, with the code that programs branch on and the title that people read first.
A code is a promise to clients: `docs/problems.md` lists them all, and `make proto` refuses to change or remove one.
"""

from typing import Any, ClassVar

RETRY_AFTER = "retryAfterSeconds"
UNAVAILABLE_SECONDS = 1  # after which what is away may well be back


class Refusal(Exception):
    """The request cannot be granted."""

    code: ClassVar[str]
    title: ClassVar[str]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if missing := {"code", "title"} - vars(cls).keys():
            raise TypeError(f"{cls.__name__} needs its own {' and '.join(sorted(missing))}")

    def __init__(self, detail: str, field: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field

    @property
    def data(self) -> dict[str, Any]:
        """What a program needs to ask again, as a contract's message in proto3 JSON; most refusals have none."""
        return {}


class Invalid(Refusal):
    code = "invalid"
    title = "The request is not well formed."

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason, field)


class UnsupportedMediaType(Refusal):
    code = "unsupported-media-type"
    title = "The request's body is not of a type that is read here."


class TooLarge(Refusal):
    code = "too-large"
    title = "The request is larger than it may be."


class TooSlow(Refusal):
    code = "too-slow"
    title = "The request's body did not come in time."


class Unauthenticated(Refusal):
    code = "unauthenticated"
    title = "A valid access token is needed."


class Forbidden(Refusal):
    code = "forbidden"
    title = "The caller may not do this."


class DutyNeeded(Refusal):
    code = "duty-needed"
    title = "The caller's account has not the duty for this."


class StepUpNeeded(Refusal):
    code = "step-up-needed"
    title = "This is grave, and the second factor was used too long ago."


STEP_UP_HINT = "give a code of your authenticator, or use a passkey, with `stepUp`; then send this again"


class NotFound(Refusal):
    code = "not-found"
    title = "There is no such thing, or the caller may not know of it."


class KeyReused(Refusal):
    code = "key-reused"
    title = "The idempotency key was used before with another request."


class KeyNotTaken(Refusal):
    code = "key-not-taken"
    title = "This request takes no idempotency key; send it without one."


class AnswerNotKept(Refusal):
    code = "answer-not-kept"
    title = "This was done before, and its answer held a secret, which is shown once and kept nowhere."


class TryLater(Refusal):
    code = "try-later"
    title = "This cannot be taken on now; try again later. `retry_after` says in how many seconds."

    def __init__(self, detail: str, retry_after: int, field: str = "") -> None:
        super().__init__(detail, field)
        self.retry_after = retry_after

    @property
    def data(self) -> dict[str, Any]:
        return {RETRY_AFTER: self.retry_after}


class Busy(TryLater):
    code = "busy"
    title = "More is asked at once than can be taken on; try again shortly."


class TooManyTries(TryLater):
    code = "too-many-tries"
    title = "There were too many tries; wait before the next one."


class Unavailable(Refusal):
    code = "unavailable"
    title = "Something this needs is not reachable; try again shortly."

    @property
    def data(self) -> dict[str, Any]:
        return {RETRY_AFTER: UNAVAILABLE_SECONDS}
