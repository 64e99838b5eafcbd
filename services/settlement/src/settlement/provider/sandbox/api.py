"""The sandbox over HTTP."""

import hmac
import sqlite3
from base64 import b64decode
from typing import Any

import orjson
from chassis.refusals import Invalid, NotFound, Unauthenticated
from chassis.service import application
from litestar import Litestar, Request, Response, get, post, put
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery
from pydantic import BaseModel, Field, ValidationError

from settlement.provider.sandbox import pages
from settlement.provider.sandbox.books import OFFERED, Faults, Sandbox


class DisputeAsked(BaseModel):
    """A chargeback to be opened of what a call captured."""

    key: str
    amount: int = Field(gt=0)
    currency: str = Field(pattern="^[A-Z]{3}$")


class ReturnAsked(BaseModel):
    """A payout that the bank is to send back, by the call that made it."""

    key: str


def check_key(request: ASGIConnection[Any, Any, Any, Any], secrets: str) -> None:
    """Refuse who does not have the secret: to see the books, or to make things go wrong, is not for whoever passes by.
    It is the password of HTTP's Basic scheme; the user's name says nothing."""
    scheme, _, headers = request.headers.get("authorization", "").partition(" ")
    try:
        _, _, password = b64decode(headers, validate=True).decode().partition(":")
    except ValueError:
        password = ""
    known = [secret for secret in secrets.split() if hmac.compare_digest(secret.encode(), password.encode())]
    if scheme.lower() != "basic" or not known:
        raise Unauthenticated("send the webhooks' secret, as the password of Basic authentication")


def asgi(sandbox: Sandbox, secrets: str = "") -> Litestar:
    """The sandbox over HTTP. `secrets` are those that webhooks are signed with, separated by blanks."""

    @get(["/health/live", "/health/ready"])
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    return application(
        [*calls(sandbox), *elsewhere(sandbox, secrets), *controls(sandbox, secrets), *pages.handlers(sandbox), ready]
    )


def calls(sandbox: Sandbox) -> list[BaseRouteHandler]:
    """What settlement calls."""
    lost: set[str] = set()

    @post(["/authorisations", "/captures", "/voids", "/refunds", "/payouts", "/settlements"], status_code=200)
    async def carry_out(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
        key = request.headers.get("idempotency-key", "")
        if not key:
            raise Invalid("Idempotency-Key", "is needed")
        for fault, status in (("not_now", 429), ("error_before", 500)):
            if f"{fault} {key}" not in lost and sandbox.faults.fires(fault, key):
                lost.add(f"{fault} {key}")
                return Response({"reason": fault}, status_code=status)
        try:
            answer = sandbox.carry_out(request.url.path, key, orjson.loads(await request.body()))
        except (TypeError, ValueError, sqlite3.DataError):
            raise Invalid("", "the request is not one of this path: look at provider/port.py") from None
        if key not in lost and sandbox.faults.fires("timeout_after_success", key):
            lost.add(key)
            return Response({"reason": "timeout"}, status_code=504)
        return Response(answer)

    @get("/calls/{key:str}")
    async def look_up(key: FromPath[str]) -> dict[str, Any]:
        answer = sandbox.look_up(key)
        if answer is None:
            raise NotFound("there was no such call", "key")
        return answer

    @get("/methods")
    async def methods(currency: FromQuery[str]) -> list[dict[str, Any]]:
        return list(OFFERED) if currency else []

    return [carry_out, look_up, methods]


def elsewhere(sandbox: Sandbox, secrets: str) -> list[BaseRouteHandler]:
    """What cardholders, partners and their banks do elsewhere."""

    @post("/disputes", status_code=200)
    async def open_dispute(request: Request[Any, Any, Any]) -> dict[str, str]:
        check_key(request, secrets)
        try:
            body = DisputeAsked.model_validate_json(await request.body())
        except ValidationError as error:
            raise Invalid("", error.errors()[0]["msg"]) from None
        return {"dispute": sandbox.open_dispute(body.key, body.amount, body.currency)}

    @post("/disputes/{dispute:str}/decision", status_code=200)
    async def close_dispute(
        request: Request[Any, Any, Any], dispute: FromPath[str], won: FromQuery[bool]
    ) -> dict[str, bool]:
        check_key(request, secrets)
        return {"closed": sandbox.close_dispute(dispute, won)}

    @post("/returns", status_code=200)
    async def send_back(request: Request[Any, Any, Any]) -> dict[str, bool]:
        check_key(request, secrets)
        try:
            body = ReturnAsked.model_validate_json(await request.body())
        except ValidationError as error:
            raise Invalid("", error.errors()[0]["msg"]) from None
        if not sandbox.send_back(body.key):
            raise NotFound("there is no such payout, or it has come back", "key")
        return {"returned": True}

    return [open_dispute, close_dispute, send_back]


def controls(sandbox: Sandbox, secrets: str) -> list[BaseRouteHandler]:
    """What goes wrong, and the books."""

    @put("/faults")
    async def set_faults(request: Request[Any, Any, Any]) -> dict[str, Any]:
        check_key(request, secrets)
        try:
            sandbox.faults = Faults.model_validate_json(await request.body())
        except ValidationError as error:
            first = error.errors()[0]
            raise Invalid(".".join(str(part) for part in first["loc"]), first["msg"]) from None
        return sandbox.faults.model_dump()

    @get("/report")
    async def report(
        request: Request[Any, Any, Any], after: FromQuery[int] = 0, most: FromQuery[int] = -1
    ) -> list[dict[str, Any]]:
        check_key(request, secrets)
        return sandbox.report(after, most)

    return [set_faults, report]
