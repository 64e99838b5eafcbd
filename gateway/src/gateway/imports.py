"""NDJSON in at the FHIR origin: `POST /fhir/$import`, for systems that know FHIR and nothing of batches.

It is the numbered batch of a registered source (`gateway.batches`), in the form of HL7's asynchronous requests (R4,
async): 202 with where to look, 202 there until it is processed, then what became of it, with an OperationOutcome for
each line that was refused, as NDJSON. Nothing is kept for it beside the batch.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from chassis import outcomes
from chassis.answers import Answer
from chassis.api import headers_of
from chassis.problems import Problem, answer_to
from chassis.refusals import Invalid, Refusal
from chassis.wire import moment
from litestar import Request, get, post
from litestar.handlers import BaseRouteHandler
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import ASGIApp
from yima.common.v1.types_pb2 import PageRequest
from yima.records.v1 import collection_pb2 as pb

from gateway.answers import STATUS
from gateway.batches import BYTES_MAX, COUNTED, NOT_KEPT, PAGE_MAX, Caller, Sending, number_of, source_of

JSON, NDJSON = "application/json", "application/fhir+ndjson"
LOOK_AGAIN_SECONDS = 2
IMPORT, STATUS_OF, OUTCOMES = "/fhir/$import", "/fhir/$import-status", "/fhir/$import-outcome"


def handlers(
    caller_of: Callable[[Request[Any, Any, Any]], Awaitable[Caller]],
    origin_of: Callable[[Mapping[str, str]], str],
    sending: Sending,
) -> Sequence[BaseRouteHandler]:
    """What is served; `caller_of` takes the cost off the caller's budget, or raises; `sending` takes a batch;
    `origin_of` is under which origin a request came, by its headers."""

    async def answered(
        request: Request[Any, Any, Any], ask: Callable[[Caller, str, int, str], Awaitable[ASGIApp]]
    ) -> ASGIApp:
        """What is answered to a question about a batch: of the caller, the source, the number and the origin."""
        try:
            caller = await caller_of(request)
            query = request.query_params
            source, number = query.get("source", ""), query.get("number", "")
            if not source:
                raise Invalid("source", "is needed: which of your registered sources sends it")
            origin = origin_of(headers_of(request.scope))
            return await ask(caller, source_of(source), number_of(number), origin)
        except (Refusal, Problem) as refusal:
            return refused(refusal)

    @post(IMPORT, request_max_body_size=BYTES_MAX, status_code=202)
    async def take(request: Request[Any, Any, Any]) -> ASGIApp:
        async def ask(caller: Caller, source: str, number: int, origin: str) -> Answer:
            await sending.take(request, caller, source, number)
            return Answer(202, b"", JSON, NOT_KEPT | {"content-location": address(origin, STATUS_OF, source, number)})

        return await answered(request, ask)

    @get(STATUS_OF)
    async def status(request: Request[Any, Any, Any]) -> ASGIApp:
        async def ask(caller: Caller, source: str, number: int, origin: str) -> Answer:
            _, records, token = caller
            question = pb.GetBatchRequest(source_id=source, number=number, page=PageRequest(first=1))
            batch = (await records.get_batch(question, token)).batch
            if not batch.HasField("processed_at") and not batch.given_up:
                wait = {"retry-after": str(LOOK_AGAIN_SECONDS), "x-progress": f"{batch.lines} lines wait"}
                return Answer(202, b"", JSON, NOT_KEPT | wait)
            said = manifest(batch, address(origin, IMPORT, source, number), address(origin, OUTCOMES, source, number))
            return Answer(200, orjson.dumps(said), JSON, NOT_KEPT)

        return await answered(request, ask)

    @get(OUTCOMES)
    async def refusals(request: Request[Any, Any, Any]) -> ASGIApp:
        async def ask(caller: Caller, source: str, number: int, _origin: str) -> ASGIApp:
            first = await refused_lines(caller, source, number)  # a refusal of the question is answered as one
            lines = every_line(caller, source, number, first)
            return ASGIStreamingResponse(iterator=lines, media_type=NDJSON, headers=NOT_KEPT)

        return await answered(request, ask)

    return [take, status, refusals]


def address(origin: str, path: str, source: str, number: int) -> str:
    return f"{origin}{quote(path, safe='/$')}?{urlencode({'source': source, 'number': number})}"


def manifest(batch: pb.Batch, request: str, refusals: str) -> Mapping[str, object]:
    """What became of a batch, as bulk data's manifests have it: how many of its lines were stored, and where it is said
    of the others why not."""
    counts = {name: getattr(batch, name) for name in sorted(COUNTED)}
    error = [{"type": "OperationOutcome", "url": refusals, "count": batch.refused}] if batch.refused else []
    return {
        "transactionTime": moment(
            batch.processed_at if batch.HasField("processed_at") else batch.received_at
        ).isoformat(),
        "request": request,
        "requiresAccessToken": True,
        "output": [],
        "error": error,
        "extension": {"lines": batch.lines, "givenUp": batch.given_up, **counts},
    }


async def refused_lines(caller: Caller, source: str, number: int, after: str = "") -> pb.BatchOutcomes:
    """A page of a batch's refused lines."""
    _, records, token = caller
    page = PageRequest(first=PAGE_MAX, after=after)
    question = pb.GetBatchRequest(source_id=source, number=number, refused_only=True, page=page)
    return await records.get_batch(question, token)


async def every_line(caller: Caller, source: str, number: int, answer: pb.BatchOutcomes) -> AsyncGenerator[bytes]:
    """The refused lines of a page and of those after it, as NDJSON. A page is asked for once the one before has gone:
    nobody keeps ten thousand lines here. One that cannot be had ends the connection, so that no page is taken for the
    last."""
    while True:
        yield b"".join(orjson.dumps(outcome_of(each)) + b"\n" for each in answer.batch.outcomes)
        if not answer.page.has_next:
            return
        answer = await refused_lines(caller, source, number, answer.page.cursors[-1])


def outcome_of(outcome: pb.LineOutcome) -> Mapping[str, object]:
    """Why a line was refused: which, and what of it."""
    issue: dict[str, object] = {
        "severity": "error",
        "code": "processing",
        "details": {"coding": [{"system": outcomes.SYSTEM, "code": outcome.code}]},
        "diagnostics": f"line {outcome.position}: {outcome.detail}",
    }
    if outcome.field[:1].isupper():
        issue["expression"] = [outcome.field]
    return {"resourceType": "OperationOutcome", "id": f"line-{outcome.position}", "issue": [issue]}


def refused(refusal: Refusal | Problem) -> Answer:
    """A refusal as FHIR has it; `Retry-After` says when there is room again."""
    answer = outcomes.in_fhir(answer_to(refusal, STATUS))
    return Answer(answer.status, answer.body, answer.media_type, NOT_KEPT | dict(answer.headers))
