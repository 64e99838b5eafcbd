"""SMART on FHIR: where hospital systems get tokens with keys of their own (backend services), and residents' apps with
the code that a resident let them have (app launch), in OAuth 2.0's words."""

import time
from collections.abc import Callable, Mapping, Sequence
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
CODE_GRANT, REFRESH_GRANT = "authorization_code", "refresh_token"
TOKEN_PATH, AUTHORIZE_PATH = "/oauth/token", "/app/authorize"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
NOT_KEPT = {"cache-control": "no-store", "pragma": "no-cache"}
# RFC 6749's words for our refusals; what is none of them is the server's.
ERRORS = {
    "client-refused": (401, "invalid_client"),
    "app-refused": (401, "invalid_client"),
    "scope-refused": (400, "invalid_scope"),
    "app-code-refused": (400, "invalid_grant"),
    "refresh-refused": (400, "invalid_grant"),
    "refresh-token-reused": (400, "invalid_grant"),
}


def configuration(token_url: str) -> dict[str, object]:
    """What `.well-known/smart-configuration` says."""
    return {
        "authorization_endpoint": token_url.removesuffix(TOKEN_PATH) + AUTHORIZE_PATH,
        "token_endpoint": token_url,
        "response_types_supported": ["code"],
        "grant_types_supported": [GRANT, CODE_GRANT, REFRESH_GRANT],
        "token_endpoint_auth_methods_supported": ["private_key_jwt", "none"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384", "RS256", "ES256", "PS384", "EdDSA"],
        "scopes_supported": [
            "system/*.cruds",
            "system/*.rs",
            "patient/*.rs",
            "patient/*.read",
            "launch/patient",
            "offline_access",
        ],
        "capabilities": [
            "launch-standalone",
            "client-public",
            "client-confidential-asymmetric",
            "context-standalone-patient",
            "permission-patient",
            "permission-offline",
            "permission-v1",
            "permission-v2",
        ],
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
        if known := ERRORS.get(refusal.code):
            return OAuthError(*known, refusal.detail)
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


def issued(answer: pb.AccessToken) -> dict[str, object]:
    """A token as OAuth has it (RFC 6749, 5.1)."""
    return {
        "access_token": answer.access_token,
        "token_type": "bearer",
        "expires_in": max(1, int(answer.expires_at.seconds - time.time())),
        "scope": answer.scope,
    }


def assertion_of(fields: Mapping[str, str]) -> pb.ExchangeClientAssertionRequest:
    if fields.get("client_assertion_type") != ASSERTION_TYPE:
        raise OAuthError(401, "invalid_client", f"client_assertion_type must be {ASSERTION_TYPE}")
    return pb.ExchangeClientAssertionRequest(
        client_assertion=fields.get("client_assertion", ""), scope=fields.get("scope", "")
    )


def code_of(fields: Mapping[str, str]) -> pb.ExchangeAppCodeRequest:
    return pb.ExchangeAppCodeRequest(
        client_id=fields.get("client_id", ""),
        redirect_uri=fields.get("redirect_uri", ""),
        code=fields.get("code", ""),
        code_verifier=fields.get("code_verifier", ""),
    )


def refresh_of(fields: Mapping[str, str]) -> pb.RefreshAppAccessRequest:
    return pb.RefreshAppAccessRequest(
        client_id=fields.get("client_id", ""),
        refresh_token=fields.get("refresh_token", ""),
        scope=fields.get("scope", ""),
    )


def handlers(
    identity: IdentityClient,
    token_url: str,
    spend: Callable[[Request[Any, Any, Any]], None],
    address: Callable[[Request[Any, Any, Any]], str],
    resident_of: Callable[[str, str], str],
) -> Sequence[BaseRouteHandler]:
    """What is served; `spend` takes the cost off the budget of whoever asks, or raises; `address` is where from;
    `resident_of` is what a partner's app knows a resident by at the FHIR origin."""

    async def exchanged(request: Request[Any, Any, Any]) -> dict[str, object]:
        """The token that a request asks for."""
        caller_address.set(address(request))
        headers = headers_of(request.scope)
        fields = form(await read_body(request.receive, BODY_BYTES_MAX), headers.get("content-type", ""))
        match fields.get("grant_type"):
            case str(grant) if grant == CODE_GRANT:
                return of_app(await identity.exchange_app_code(code_of(fields)))
            case str(grant) if grant == REFRESH_GRANT:
                return of_app(await identity.refresh_app_access(refresh_of(fields)))
            case str(grant) if grant == GRANT:
                return issued(await identity.exchange_client_assertion(assertion_of(fields)))
            case _:
                raise OAuthError(400, "unsupported_grant_type", f"must be {GRANT}, {CODE_GRANT} or {REFRESH_GRANT}")

    def of_app(answer: pb.AccessToken) -> dict[str, object]:
        """An app's token, with the resident whose record it is for (SMART's launch context)."""
        context = {"patient": resident_of(answer.partner_id, answer.resident_id), "need_patient_banner": True}
        again = {"refresh_token": answer.refresh_token} if answer.refresh_token else {}
        return issued(answer) | context | again

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
