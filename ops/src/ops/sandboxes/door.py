"""Where partners ask for their sandboxes: who they are, their city says, and each gets at its own alone.

    POST /sandbox            make one; how one signs in there is said once
    GET /sandbox             where it is, and what its clock says
    POST /sandbox/reset      empty it and fill it again
    POST /sandbox/clock      move its clock forward
    POST /sandbox/faults     have something go wrong in it
    DELETE /sandbox          remove it
    GET /sandboxes           all of them, for an operator; DELETE /sandboxes/{name} removes one

Each takes the access token of a partner's staff, or of an operator, in their city. It is shown to the city alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chassis import problems
from chassis.problems import Problem
from chassis.refusals import Forbidden, Invalid, Refusal, Unauthenticated
from chassis.service import application
from litestar import Litestar, Request, Response, Router, delete, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from yima_client.caller import connect
from yima_client.errors import Refused

from ops.sandboxes.faults import LATE_SECONDS, Asked, NothingDue
from ops.sandboxes.keeping import BackInTime, HasOne, Owner, Sandboxes

STATUS_OF: problems.Statuses = {HasOne: 409, BackInTime: 409, NothingDue: 409}
NO_MORE = ConfigDict(extra="forbid")
CONFLICT = 409
BY_MAX = 3660 * 24 * 3600


class CreateBody(BaseModel):
    model_config = NO_MORE
    kind: str = Field(default="CLINIC", max_length=64)  # of partner


class ResetBody(BaseModel):
    model_config = NO_MORE
    kind: str = Field(default="", max_length=64)  # of partner; empty: as before


class ClockBody(BaseModel):
    model_config = NO_MORE
    to: AwareDatetime | None = None
    by_seconds: int | None = Field(default=None, ge=1, le=BY_MAX)


class FaultBody(BaseModel):
    model_config = NO_MORE
    fault: str = Field(max_length=64)
    order_id: str = Field(default="", max_length=64)
    seconds: int = LATE_SECONDS


@dataclass(frozen=True)
class Caller:
    """Who asks: a partner's staff, or an operator of the city."""

    owner: Owner | None

    @property
    def partner(self) -> Owner:
        if self.owner is None:
            raise Forbidden("a sandbox is a partner's: ask as one of a partner's staff")
        return self.owner

    def check_operator(self) -> None:
        if self.owner is not None:
            raise Forbidden("this is for the city's operators")


async def caller_of(request: Request[Any, Any, Any], city_url: str) -> Caller:
    """Whoever the city says that this token is of."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("send an access token of the city: `Authorization: Bearer …`")
    async with connect(city_url) as nobody:
        try:
            me = await nobody.with_token(token).run("me")
        except Refused as refused:
            raise Unauthenticated(f"the city does not take this token: {refused.message}") from None
    if me["role"] == "OPERATOR":
        return Caller(None)
    if me["role"] == "PARTNER" and me["institution"]:
        return Caller(Owner(me["institution"]["id"], me["institution"]["name"]))
    raise Forbidden("sandboxes are for partners; sign in to the city as one of a partner's staff")


async def body_of[B: BaseModel](request: Request[Any, Any, Any], kind: type[B]) -> B:
    try:
        return kind.model_validate_json(await request.body() or b"{}")
    except ValidationError as error:
        first = error.errors()[0]
        raise Invalid(".".join(str(part) for part in first["loc"]), first["msg"]) from None


def asgi(sandboxes: Sandboxes, city_url: str) -> Litestar:
    """The door over HTTP, to sandboxes of the city whose GraphQL is at `city_url`."""
    handlers = [*own(sandboxes, city_url), *every(sandboxes, city_url), ready]
    return application(
        [Router("/", route_handlers=handlers, exception_handlers={Refusal: refusing, Refused: as_the_sandbox_refused})]
    )


def refusing(_request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    return problems.answer_to(error, STATUS_OF).response()


def as_the_sandbox_refused(_request: Request[Any, Any, Any], error: Refused) -> Response[bytes]:
    """What somebody in the sandbox may not do, such as to cancel what is over."""
    refused = Problem(CONFLICT, error.code, error.message, error.message, error.field or "")
    return problems.answer_to(refused, STATUS_OF).response()


@get(["/health/live", "/health/ready"])
async def ready() -> dict[str, str]:
    return {"status": "ready"}


def own(sandboxes: Sandboxes, city_url: str) -> Sequence[BaseRouteHandler]:
    """What a partner asks of its own."""

    @post("/sandbox", status_code=201)
    async def create(request: Request[Any, Any, Any]) -> dict[str, Any]:
        caller = await caller_of(request, city_url)
        return await sandboxes.create(caller.partner, (await body_of(request, CreateBody)).kind)

    @get("/sandbox")
    async def describe(request: Request[Any, Any, Any]) -> dict[str, Any]:
        caller = await caller_of(request, city_url)
        return sandboxes.describe(sandboxes.of(caller.partner))

    @delete("/sandbox", status_code=200)
    async def destroy(request: Request[Any, Any, Any]) -> dict[str, Any]:
        caller = await caller_of(request, city_url)
        name = sandboxes.of(caller.partner).name
        await sandboxes.destroy(caller.partner)
        return {"removed": name}

    @post("/sandbox/reset", status_code=200)
    async def reset(request: Request[Any, Any, Any]) -> dict[str, Any]:
        caller = await caller_of(request, city_url)
        return await sandboxes.reset(caller.partner, (await body_of(request, ResetBody)).kind)

    @post("/sandbox/clock", status_code=200)
    async def clock(request: Request[Any, Any, Any]) -> dict[str, Any]:
        caller = await caller_of(request, city_url)
        body = await body_of(request, ClockBody)
        by = None if body.by_seconds is None else timedelta(seconds=body.by_seconds)
        to: datetime | None = body.to
        return dict(await sandboxes.move_clock(caller.partner, by=by, to=to))

    @post("/sandbox/faults", status_code=200)
    async def fault(request: Request[Any, Any, Any]) -> dict[str, Any]:
        caller = await caller_of(request, city_url)
        body = await body_of(request, FaultBody)
        return await sandboxes.make_fault(caller.partner, body.fault, Asked(body.order_id, body.seconds))

    return [create, describe, destroy, reset, clock, fault]


def every(sandboxes: Sandboxes, city_url: str) -> Sequence[BaseRouteHandler]:
    """What an operator sees and removes."""

    @get("/sandboxes")
    async def listed(request: Request[Any, Any, Any]) -> list[dict[str, Any]]:
        (await caller_of(request, city_url)).check_operator()
        return sandboxes.every()

    @delete("/sandboxes/{name:str}", status_code=200)
    async def remove(request: Request[Any, Any, Any], name: FromPath[str]) -> dict[str, Any]:
        (await caller_of(request, city_url)).check_operator()
        await sandboxes.destroy(sandboxes.owner_of(name))
        return {"removed": name}

    return [listed, remove]
