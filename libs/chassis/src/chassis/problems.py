"""Refusals as `application/problem+json` (RFC 9457): code and title from the exception's class, never a stack trace."""

import logging
from collections.abc import Mapping
from typing import Any

import orjson

from chassis import errors, failures
from chassis.answers import Answer
from chassis.refusals import (
    RETRY_AFTER,
    AnswerNotKept,
    DutyNeeded,
    Forbidden,
    Invalid,
    KeyNotTaken,
    KeyReused,
    NotFound,
    Refusal,
    StepUpNeeded,
    TooLarge,
    TooSlow,
    TryLater,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
)

log = logging.getLogger("chassis.problems")
MEDIA_TYPE = "application/problem+json"
type Statuses = Mapping[type[Exception], int]
STATUS: Statuses = {
    Invalid: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    DutyNeeded: 403,
    StepUpNeeded: 403,
    NotFound: 404,
    KeyNotTaken: 400,
    KeyReused: 409,
    TooSlow: 408,
    AnswerNotKept: 409,
    TooLarge: 413,
    UnsupportedMediaType: 415,
    TryLater: 429,
    Unavailable: 503,
}


class Problem(Exception):
    """Another service refused."""

    def __init__(
        self, status: int, code: str, title: str, detail: str, field: str, data: dict[str, Any] | None = None
    ) -> None:
        super().__init__(detail or title)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.field = field
        self.data = data or {}


def status_of(kind: type[Exception], refusals: Statuses) -> int:
    """The HTTP status that answers exceptions of this kind; 500 when nobody declared it."""
    for base in kind.__mro__:
        if status := refusals.get(base) or STATUS.get(base):
            return status
    return 500


def kinds(*packages: str) -> list[type[Refusal]]:
    """Every refusal that these packages' loaded modules define, by code."""

    def below(kind: type[Refusal]) -> set[type[Refusal]]:
        return {kind}.union(*(below(inner) for inner in kind.__subclasses__()))

    known = below(Refusal) - {Refusal}
    return sorted((kind for kind in known if kind.__module__.partition(".")[0] in packages), key=lambda kind: kind.code)


def answer_to(error: Exception, refusals: Statuses) -> Answer:
    """What answers a refusal, or a failure of ours, about which a caller learns nothing."""
    if isinstance(error, Problem):
        return _answer(error.status, error.code, error.title, error.detail, error.field, error.data)
    if not isinstance(error, Refusal) and failures.passes(error):  # a refusal may come of an `OSError`, and is one
        log.warning("unreachable: %s %s", errors.kind_of(error), failures.sqlstate(error))
        error = Unavailable("a part of the system is not reachable; try again shortly")
    status = status_of(type(error), refusals)
    if status == 500 or not isinstance(error, Refusal):
        log.error("unexpected %s\n%s", type(error).__name__, errors.render(error))
        return _answer(500, "internal", "Something went wrong on our side.", "", "")
    return _answer(status, error.code, error.title, error.detail, error.field, error.data)


def _answer(status: int, code: str, title: str, detail: str, at: str, data: dict[str, Any] | None = None) -> Answer:
    body: dict[str, Any] = {"type": f"urn:yima:problem:{code}", "title": title, "status": status, "detail": detail}
    if at:
        body["field"] = at
    if data:
        body["data"] = data
    wait = waits(data or {}) or (1 if status == 503 else 0)
    return Answer(status, orjson.dumps(body), MEDIA_TYPE, {"retry-after": str(wait)} if wait else {})


def retry_after_of(error: "Problem | Refusal") -> int:
    """After how many seconds to try again; 0 where the refusal does not say."""
    return waits(error.data)


def waits(data: Mapping[str, Any]) -> int:
    seconds = data.get(RETRY_AFTER, 0)
    return seconds if isinstance(seconds, int) else 0


def parse(status: int, body: bytes) -> Problem:
    """The problem another service answered with."""
    try:
        document = orjson.loads(body)
        code = str(document["type"]).rpartition(":")[2]
        detail, at = str(document.get("detail", "")), str(document.get("field", ""))
        data = document.get("data")
        return Problem(status, code, str(document["title"]), detail, at, data if isinstance(data, dict) else None)
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return Problem(status, "unreadable", "Another service answered in a way that was not understood.", "", "")
