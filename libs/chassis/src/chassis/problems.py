"""Refusals as `application/problem+json` (RFC 9457): type and title from the exception's class, never a stack trace."""

import logging
import re

import orjson
from litestar import Response
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chassis.refusals import Forbidden, Invalid, KeyReused, NotFound, Refusal, Unauthenticated, Unavailable

log = logging.getLogger("chassis.problems")
MEDIA_TYPE = "application/problem+json"
STATUS: dict[type[Exception], int] = {
    Invalid: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    KeyReused: 409,
    Unavailable: 503,
}
UNREACHABLE = (OperationalError, InterfaceError, PoolTimeout, ConnectionError, TimeoutError)


class Problem(Exception):  # noqa: N818 it is a refusal, told by another service
    """Another service refused."""

    def __init__(self, status: int, code: str, title: str, detail: str, field: str) -> None:
        super().__init__(detail or title)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.field = field


def code_of(kind: type[Exception]) -> str:
    """`SlotTaken` is known to clients as "slot-taken"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", kind.__name__).lower()


def status_of(error: Exception, refusals: dict[type[Exception], int]) -> int:
    """The HTTP status that answers this exception; 500 when nobody declared it."""
    for kind in type(error).__mro__:
        if status := refusals.get(kind) or STATUS.get(kind):
            return status
    return 500


def answer(error: Exception, refusals: dict[type[Exception], int]) -> Response[bytes]:
    """The response for a refusal, or for a failure of ours, about which a caller learns nothing."""
    if isinstance(error, Problem):
        return _response(error.status, error.code, error.title, error.detail, error.field)
    if isinstance(error, UNREACHABLE):
        log.warning("unreachable: %s", type(error).__name__)
        error = Unavailable("a part of the system is not reachable; try again shortly")
    status = status_of(error, refusals)
    if status == 500:
        log.error("unexpected %s", type(error).__name__, exc_info=error)
        return _response(500, "internal", "Something went wrong on our side.", "", "")
    title = (type(error).__doc__ or type(error).__name__).splitlines()[0]
    field = getattr(error, "field", "")
    detail = error.detail if isinstance(error, Refusal) else str(error)
    return _response(status, code_of(type(error)), title, detail, field)


def _response(status: int, code: str, title: str, detail: str, field: str) -> Response[bytes]:
    body = {"type": f"urn:yima:problem:{code}", "title": title, "status": status, "detail": detail}
    if field:
        body["field"] = field
    headers = {"retry-after": "1"} if status == 503 else {}
    return Response(orjson.dumps(body), status_code=status, media_type=MEDIA_TYPE, headers=headers)


def parse(status: int, body: bytes) -> Problem:
    """The problem another service answered with."""
    try:
        told = orjson.loads(body)
        code = str(told["type"]).rpartition(":")[2]
        return Problem(status, code, str(told["title"]), str(told.get("detail", "")), str(told.get("field", "")))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return Problem(status, "unreadable", "Another service answered in a way that was not understood.", "", "")
