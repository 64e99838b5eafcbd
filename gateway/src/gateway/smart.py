"""SMART on FHIR's backend services: where hospital systems get tokens with keys of their own, in OAuth 2.0's words."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from chassis.answers import Answer
from chassis.api import headers_of
from chassis.bodies import read_body
from chassis.client import caller_address
from chassis.problems import Problem
from chassis.refusals import Invalid, Refusal, TryLater, Unavailable
from chassis.wire import JSON
from litestar import Request, get, post
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp
from yima.identity.v1 import api_pb2 as pb
from yima.identity.v1.client import IdentityClient

from gateway import limits

BODY_BYTES_MAX = 16 * 1024
FORM = "application/x-www-form-urlencoded"
GRANT = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
NOT_KEPT = {"cache-control": "no-store", "pragma": "no-cache"}
# RFC 6749's words for our refusals; what is none of them is the server's.
ERRORS = {"client-refused": "invalid_client", "scope-refused": "invalid_scope"}


def configuration(token_url: str) -> dict[str, object]:
    """What `.well-known/smart-configuration` says."""
    return {
        "token_endpoint": token_url,
        "grant_types_supported": [GRANT],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384", "RS256", "ES256", "PS384", "EdDSA"],
        "scopes_supported": ["system/*.cruds", "system/*.rs"],
        "capabilities": ["client-confidential-asymmetric", "permission-v1", "permission-v2"],
        "code_challenge_methods_supported": ["S256"],
    }


@dataclass(frozen=True, slots=True)
class OAuthError(Exception):
    """What is answered in the place of a token (RFC 6749, 5.2)."""

    status: int
    code: str
    description: str
    wait_seconds: int = 0

    @property
    def answer(self) -> Answer:
        body = {"error": self.code, "error_description": self.description}
        wait = {"retry-after": str(self.wait_seconds)} if self.wait_seconds else {}
        return Answer(self.status, orjson.dumps(body), JSON, NOT_KEPT | wait)


def error_of(refusal: Refusal | Problem) -> OAuthError:
    """A refusal in OAuth's words."""
    if isinstance(refusal, limits.BudgetSpent):
        return OAuthError(429, "temporarily_unavailable", refusal.detail, refusal.wait_seconds)
    if isinstance(refusal, Problem):
        if code := ERRORS.get(refusal.code):
            return OAuthError(refusal.status, code, refusal.detail)
        if refusal.status < 500:
            return OAuthError(400, "invalid_request", refusal.detail)
    elif not isinstance(refusal, TryLater | Unavailable):
        return OAuthError(400, "invalid_request", refusal.detail)
    return OAuthError(503, "temporarily_unavailable", "ask again in a moment", 1)


def form(body: bytes, content_type: str) -> dict[str, str]:
    """The fields of a form, each of which is there once (RFC 6749, 3.2)."""
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise Invalid("content-type", f"must be {FORM}")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=20)
    except (UnicodeDecodeError, ValueError):
        raise Invalid("body", "must be a form") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise Invalid("body", "must have each field once")
    return fields


def handlers(
    identity: IdentityClient,
    token_url: str,
    spend: Callable[[Request[Any, Any, Any]], None],
    address: Callable[[Request[Any, Any, Any]], str],
) -> Sequence[BaseRouteHandler]:
    """What is served; `spend` takes the cost off the budget of whoever asks, or raises; `address` is where from."""

    async def exchanged(request: Request[Any, Any, Any]) -> dict[str, object]:
        """The token that a request asks for."""
        caller_address.set(address(request))
        headers = headers_of(request.scope)
        fields = form(await read_body(request.receive, BODY_BYTES_MAX), headers.get("content-type", ""))
        if fields.get("grant_type") != GRANT:
            raise OAuthError(400, "unsupported_grant_type", f"must be {GRANT}")
        if fields.get("client_assertion_type") != ASSERTION_TYPE:
            raise OAuthError(401, "invalid_client", f"client_assertion_type must be {ASSERTION_TYPE}")
        answer = await identity.exchange_client_assertion(
            pb.ExchangeClientAssertionRequest(
                client_assertion=fields.get("client_assertion", ""), scope=fields.get("scope", "")
            )
        )
        return {
            "access_token": answer.access_token,
            "token_type": "bearer",
            "expires_in": max(1, int(answer.expires_at.seconds - time.time())),
            "scope": answer.scope,
        }

    @get("/fhir/.well-known/smart-configuration")
    async def smart_configuration(request: Request[Any, Any, Any]) -> ASGIApp:
        try:
            spend(request)
        except Refusal as refusal:
            return error_of(refusal).answer
        if not token_url:
            return OAuthError(404, "not_found", "this city has no token endpoint").answer
        return Answer(200, orjson.dumps(configuration(token_url)), JSON, {"cache-control": "public, max-age=300"})

    @post("/oauth/token", status_code=200)
    async def token(request: Request[Any, Any, Any]) -> ASGIApp:
        try:
            spend(request)
            return Answer(200, orjson.dumps(await exchanged(request)), JSON, NOT_KEPT)
        except OAuthError as error:
            return error.answer
        except (Refusal, Problem) as refusal:
            return error_of(refusal).answer

    return [smart_configuration, token]
