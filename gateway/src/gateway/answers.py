"""Answers over HTTP: results, public answers with their ETag, refusals, streams of events."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any

import orjson
from chassis import answers, problems
from chassis.refusals import Refusal
from chassis.wire import JSON
from graphql import ExecutionResult, GraphQLError
from graphql_compiled import InvalidDocumentError
from opentelemetry import metrics

from gateway import limits
from gateway.analyst import TooManyNewDocuments
from gateway.errors import formatted, refused
from gateway.openings import TooManyOpen
from gateway.responses import Answer
from gateway.sockets import SessionEnded, TokenExpired

GRAPHQL_JSON = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"
LOOK_SECONDS = 0.5  # between two looks whether a session has ended
QUIET_SECONDS = 5.0  # then a comment is sent, so that proxies keep the connection and a lost one is noticed
RETRY_SECONDS = 2
FRESH = {"cache-control": "public, no-cache", "vary": "accept-language, authorization, accept"}
PRIVATE = {"cache-control": "no-store"}
STATUS: dict[type[Exception], int] = {
    limits.TooMuchAsked: 400,
    limits.TooCostly: 400,
    limits.BudgetSpent: 429,
    TooManyNewDocuments: 429,
    TooManyOpen: 429,
}

rejections = metrics.get_meter("gateway").create_counter(
    "yima_gateway_rejections", description="Operations refused before they ran, by reason."
)


def media_type(accept: str) -> str:
    """GraphQL's own media type, for those who ask for it."""
    return GRAPHQL_JSON if GRAPHQL_JSON in accept else JSON


def body(result: ExecutionResult) -> dict[str, Any]:
    shown: dict[str, Any] = {"data": result.data}
    if result.errors:
        shown["errors"] = formatted(result.errors)
    return shown


def respond(result: ExecutionResult, accept: str, status: int = 200, cookie: str = "") -> answers.Answer:
    headers = PRIVATE | {"set-cookie": cookie} if cookie else PRIVATE
    return answers.Answer(status, orjson.dumps(body(result)), media_type(accept), headers)


def invalid(error: InvalidDocumentError, accept: str) -> answers.Answer:
    """A document that is not valid, which was not executed: there is no `data`. Who asks for `application/json` by name
    is an older client, which looks for GraphQL's errors only in answers of the status 200."""
    status = 200 if media_type(accept) == JSON and JSON in accept else 400
    return answers.Answer(status, orjson.dumps({"errors": formatted(error.errors)}), media_type(accept), PRIVATE)


def cacheable_answer(method: str, headers: Mapping[str, str], answer: Answer) -> answers.Answer:
    """A public answer to a request of these headers. A GET is answered with an ETag, or 304."""
    shown = media_type(headers.get("accept", ""))
    if method != "GET":
        return answers.Answer(200, answer.body, shown)
    fresh = FRESH | {"etag": answer.etag}
    if answer.etag in headers.get("if-none-match", ""):
        return answers.Answer(304, b"", shown, fresh)
    return answers.Answer(200, answer.body, shown, fresh)


def rejected(error: Refusal, accept: str = "") -> answers.Answer:
    """An operation refused before it ran: a problem, which also has the `errors` that GraphQL clients look for."""
    refusal = refused(error)
    rejections.add(1, {"reason": refusal.code})
    status = problems.status_of(type(error), STATUS)
    extensions: dict[str, Any] = {"code": refusal.code}
    headers = dict(PRIVATE)
    if isinstance(error, limits.BudgetSpent):
        extensions |= {"cost": error.cost, "budgetPerMinute": error.budget, "retryAfterSeconds": error.wait_seconds}
        headers["retry-after"] = str(error.wait_seconds)
    elif status in (429, 503):
        headers["retry-after"] = str(RETRY_SECONDS)
    elif status == 408:
        headers["connection"] = "close"
    extensions["title"] = refusal.title
    if refusal.field:
        extensions["field"] = refusal.field
    errors = [{"message": refusal.message, "extensions": extensions}]
    if media_type(accept) == GRAPHQL_JSON:
        return answers.Answer(status, orjson.dumps({"errors": errors}), GRAPHQL_JSON, headers)
    shown = {
        "type": f"urn:yima:problem:{refusal.code}",
        "title": refusal.title,
        "status": status,
        "detail": error.detail,
        "errors": errors,
    } | ({"field": refusal.field} if refusal.field else {})
    return answers.Answer(status, orjson.dumps(shown), problems.MEDIA_TYPE, headers)


def graphql_errors(error: InvalidDocumentError | Refusal) -> list[dict[str, Any]]:
    """A refusal as GraphQL errors, counted."""
    if isinstance(error, InvalidDocumentError):
        return formatted(error.errors)
    rejections.add(1, {"reason": error.code})
    return formatted([GraphQLError(str(error), original_error=error)])


async def until_end(
    results: AsyncGenerator[ExecutionResult],
    stopping: asyncio.Event,
    expires_at: float | None,
    has_ended: Callable[[], bool] = lambda: False,
) -> AsyncGenerator[ExecutionResult | None]:
    """The results as they come, None when nothing came for a while, and an end when the gateway stops, or with a word
    when the caller's access token expires or their session has ended."""
    stopped = asyncio.create_task(stopping.wait())
    following: asyncio.Task[ExecutionResult] | None = None
    quiet_until = time.monotonic() + QUIET_SECONDS
    try:
        while True:
            following = following or asyncio.ensure_future(anext(results))
            left = float("inf") if expires_at is None else expires_at - time.time()
            patience = max(0.0, min(LOOK_SECONDS, quiet_until - time.monotonic(), left))
            await asyncio.wait({following, stopped}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            expired = expires_at is not None and expires_at <= time.time()
            if expired or has_ended():
                error = TokenExpired() if expired else SessionEnded()
                yield ExecutionResult(data=None, errors=[GraphQLError(error.detail, original_error=error)])
                return
            if following.done():
                try:
                    result = following.result()
                except StopAsyncIteration:
                    return
                following = None
                yield result
                quiet_until = time.monotonic() + QUIET_SECONDS
            elif stopped.done():
                return
            elif time.monotonic() >= quiet_until:
                yield None
                quiet_until = time.monotonic() + QUIET_SECONDS
    finally:
        stopped.cancel()
        if following is not None:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
        await results.aclose()


async def events(results: AsyncGenerator[ExecutionResult | None]) -> AsyncGenerator[bytes]:
    """Results as server-sent events (the GraphQL-over-SSE protocol's distinct connections); a comment when quiet."""
    async for result in results:
        if result is None:
            yield b":\n\n"
            continue
        yield b"event: next\ndata: " + orjson.dumps(body(result)) + b"\n\n"
    yield b"event: complete\ndata: \n\n"
