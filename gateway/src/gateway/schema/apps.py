"""Apps that residents use (SMART App Launch): what one asks for, and the resident's answer."""

from typing import Annotated

import strawberry
from strawberry import ID
from yima.identity.v1 import api_pb2 as pb

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime
from gateway.schema.inputs import fill, takes


@takes(pb.ReviewAppRequest)
class AppRequestInput:
    client_id: str
    redirect_uri: str
    response_type: str
    scope: str
    code_challenge: str
    code_challenge_method: str
    aud: str


@shows(pb.AppScope)
class AppScope:
    scope: str
    information_types: list[str]


@shows(pb.AppReview)
class AppReview:
    client_id: str
    name: str
    partner_name: str
    redirect_uri: str
    scopes: list[AppScope]
    goes_on: bool


@shows(pb.AppAuthorization)
class AppAuthorization:
    redirect_uri: str
    code: str = field(description="Good once, for a minute: the app exchanges it for its token.")
    consent_id: ID
    until: DateTime


@strawberry.type
class Query:
    @strawberry.field(description="What an app asks a resident for, before they answer.")
    @asks("identity.ReviewApp")
    async def app_request(
        self,
        info: Info,
        request: Annotated[
            AppRequestInput, strawberry.argument(description="What the app sent the browser here with.")
        ],
    ) -> pb.AppReview:
        context = info.context
        return await context.clients.identity.review_app(fill(pb.ReviewAppRequest(), request), context.token)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Let an app see what it asks for, or some of it, for so many days. It becomes a consent: "
        "once that is revoked, the app sees nothing."
    )
    @refusable
    @asks("identity.AuthorizeApp")
    async def authorize_app(
        self,
        info: Info,
        request: AppRequestInput,
        scopes: list[str],
        days: int = 0,
        resident_id: ID | None = None,
        idempotency_key: str | None = None,
    ) -> pb.AppAuthorization:
        context = info.context
        word = pb.AuthorizeAppRequest(
            request=fill(pb.ReviewAppRequest(), request),
            scopes=scopes,
            days=days,
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId") if resident_id else "",
        )
        return await context.clients.identity.authorize_app(word, context.token, idempotency_key or "")
