"""Signing in with the city's OpenID provider."""

import strawberry
from strawberry import ID
from yima.identity.v1 import api_pb2
from yima.identity.v1 import providers_pb2 as pb

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime


@shows(pb.ProviderSignIn, description="Where a browser goes to sign in with the city's OpenID provider: good once.")
class ProviderSignIn:
    id: str = field(description="Keep it where the browser comes back to, and give it with what the provider sends.")
    url: str
    expires_at: DateTime


@shows(pb.ProviderLink)
class ProviderLink:
    id: ID
    issuer: str
    linked_at: DateTime
    last_used_at: DateTime | None


@strawberry.type
class Query:
    @strawberry.field(description="The caller's links with OpenID providers, the oldest first.")
    @asks("identity.ListProviderLinks")
    async def provider_links(self, info: Info) -> list[pb.ProviderLink]:
        context = info.context
        answer = await context.clients.identity.list_provider_links(pb.ListProviderLinksRequest(), context.token)
        return list(answer.links)


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Begin to sign in with the city's OpenID provider: the browser goes to `url`.")
    @refusable
    @asks("identity.BeginProviderSignIn")
    async def begin_provider_sign_in(self, info: Info) -> pb.ProviderSignIn:
        return await info.context.clients.identity.begin_provider_sign_in(pb.BeginProviderSignInRequest())

    @strawberry.mutation(
        description="Sign in with what the provider sent along: `code`, `state` and, if it is there, `iss` of the "
        "page's address. It signs in to the account that is linked, with its second factor: where that is refused as "
        "`second-factor-needed`, send all of it again with `factorCode`."
    )
    @refusable
    @asks("identity.FinishProviderSignIn")
    async def finish_provider_sign_in(
        self, info: Info, sign_in_id: str, code: str, state: str, issuer: str = "", factor_code: str = ""
    ) -> api_pb2.AccessToken:
        request = pb.FinishProviderSignInRequest(
            sign_in_id=sign_in_id, code=code, state=state, issuer=issuer, factor_code=factor_code
        )
        return info.context.kept(await info.context.clients.identity.finish_provider_sign_in(request))

    @strawberry.mutation(
        description="Begin to link the caller's account with the provider, by its password: the browser goes to `url`."
    )
    @refusable
    @asks("identity.BeginProviderLink")
    async def begin_provider_link(self, info: Info, password: str) -> pb.ProviderSignIn:
        context = info.context
        request = pb.BeginProviderLinkRequest(password=password)
        return await context.clients.identity.begin_provider_link(request, context.token)

    @strawberry.mutation(description="Link the caller's account, with what the provider sent along.")
    @refusable
    @asks("identity.FinishProviderLink")
    async def finish_provider_link(
        self, info: Info, sign_in_id: str, code: str, state: str, issuer: str = ""
    ) -> pb.ProviderLink:
        context = info.context
        request = pb.FinishProviderLinkRequest(sign_in_id=sign_in_id, code=code, state=state, issuer=issuer)
        return await context.clients.identity.finish_provider_link(request, context.token)

    @strawberry.mutation(description="End one of the caller's links with a provider: nobody signs in by it any more.")
    @refusable
    @asks("identity.UnlinkProvider")
    async def unlink_provider(
        self, info: Info, provider_link_id: ID, idempotency_key: str | None = None
    ) -> pb.ProviderLink:
        context = info.context
        request = pb.UnlinkProviderRequest(
            provider_link_id=parse_global_id(Kind.PROVIDER_LINK, provider_link_id, "providerLinkId")
        )
        return await context.clients.identity.unlink_provider(request, context.token, idempotency_key or "")
