"""Signing in with the city's OpenID provider, and linking accounts with it."""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import timestamp
from yima.identity.v1 import api_pb2
from yima.identity.v1 import providers_pb2 as pb

from identity import store
from identity.api.access import session_of, tokens
from identity.api.served import Resources, api
from identity.commands import factors, passwords, providers, sessions
from identity.domain.access import hashed, network_of
from identity.domain.factors import OF_SECOND_FACTOR
from identity.domain.people import Role
from identity.domain.providers import BEGUN_FROM_ADDRESS, ProviderNotSetUp
from identity.hashing import Lane
from identity.registers.openid import Provider
from identity.tables import ProviderLinkRow, ProviderSignInRow


def provider_of(call: Call[Resources]) -> Provider:
    if call.resources.provider is None:
        raise ProviderNotSetUp("sign in with a password, or a passkey")
    return call.resources.provider


@api.serves_without_transaction
async def begin_provider_sign_in(request: pb.BeginProviderSignInRequest, call: Call[Resources]) -> pb.ProviderSignIn:
    provider = provider_of(call)
    if network := network_of(call.address):
        await passwords.count_try(
            call.resources.database,
            call.resources.passwords,
            BEGUN_FROM_ADDRESS,
            network,
            address=call.address,
            lane=Lane.STRANGER,
        )
    endpoint = await provider.authorization_endpoint()
    async with call.resources.database.transaction() as session:
        return sign_in_message(*await providers.begin(session, provider, endpoint, call.resources.sealer, call.now))


@api.serves_without_transaction
async def finish_provider_sign_in(
    request: pb.FinishProviderSignInRequest, call: Call[Resources]
) -> api_pb2.AccessToken:
    provider, sign_in_id = provider_of(call), parse_id(request.sign_in_id, "sign_in_id")
    provider_subject = ""
    if not request.factor_code:
        provider_subject = await providers.who(
            call.resources.database,
            provider,
            sign_in_id=sign_in_id,
            link_of=None,
            code=request.code,
            state=request.state,
            issuer=request.issuer,
            sealer=call.resources.sealer,
            now=call.now,
        )
    else:
        await count_factor(call, sign_in_id, request.state)
    network = network_of(call.address)
    async with call.resources.database.transaction() as session:
        if provider_subject:
            issuer = provider.registered.issuer
            account = await providers.linked_account(session, issuer, provider_subject, call.now)
        else:
            account = await providers.proven_account(session, sign_in_id, request.state, call.now)
        shown = await providers.check(
            session,
            account,
            sign_in_id,
            request.factor_code,
            needed=Role(account.role) in call.resources.factor_roles,
            sealer=call.resources.sealer,
            now=call.now,
        )
        if isinstance(shown, factors.Shown):
            await store.access.put_known_address(session, account.subject_id, network, call.now, signed_in=True)
            signed_in = await sessions.begin(
                session,
                account=account,
                shown=shown,
                city=call.resources.pack,
                access_life=call.resources.access_life,
                now=call.now,
            )
    if not isinstance(shown, factors.Shown):
        raise shown  # only now, when it is committed whose sign-in it is
    if network:
        call.resources.passwords.meet(hashed(network))
    return tokens(call, signed_in)


async def count_factor(call: Call[Resources], sign_in_id: UUID, state: str) -> None:
    """Count a try at the second factor of whose sign-in it is, as at any sign-in."""
    async with call.resources.database.transaction() as session:
        account = await providers.proven_account(session, sign_in_id, state, call.now)
    await passwords.count_try(
        call.resources.database,
        call.resources.passwords,
        OF_SECOND_FACTOR,
        str(account.subject_id),
        address=call.address,
        lane=Lane.STRANGER,
    )


@api.serves_without_transaction
async def begin_provider_link(request: pb.BeginProviderLinkRequest, call: Call[Resources]) -> pb.ProviderSignIn:
    provider, subject_id = provider_of(call), UUID(call.principal.subject_id)
    await passwords.check_current(
        call.resources.database,
        call.resources.passwords,
        subject_id=subject_id,
        current=request.password,
        address=call.address,
        field="password",
    )
    endpoint = await provider.authorization_endpoint()
    async with call.resources.database.transaction() as session:
        await providers.check_owner(
            session, subject_id, session_of(call), life=call.resources.step_up_life, now=call.now
        )
        begun = await providers.begin(session, provider, endpoint, call.resources.sealer, call.now, subject_id)
    return sign_in_message(*begun)


@api.serves_without_transaction
async def finish_provider_link(request: pb.FinishProviderLinkRequest, call: Call[Resources]) -> pb.ProviderLink:
    provider, subject_id = provider_of(call), UUID(call.principal.subject_id)
    provider_subject = await providers.who(
        call.resources.database,
        provider,
        sign_in_id=parse_id(request.sign_in_id, "sign_in_id"),
        link_of=subject_id,
        code=request.code,
        state=request.state,
        issuer=request.issuer,
        sealer=call.resources.sealer,
        now=call.now,
    )
    async with call.resources.database.transaction() as session:
        return link_message(
            await providers.link(session, subject_id, provider.registered.issuer, provider_subject, call.now)
        )


@api.serves_without_transaction
async def list_provider_links(request: pb.ListProviderLinksRequest, call: Call[Resources]) -> pb.ProviderLinks:
    async with call.resources.database.transaction() as session:
        links = await store.providers.links_of(session, UUID(call.principal.subject_id))
    return pb.ProviderLinks(links=[link_message(link) for link in links])


@api.serves
async def unlink_provider(request: pb.UnlinkProviderRequest, call: Call[Resources]) -> pb.ProviderLink:
    link_id = parse_id(request.provider_link_id, "provider_link_id")
    return link_message(await providers.unlink(call.session, UUID(call.principal.subject_id), link_id, call.now))


def sign_in_message(row: ProviderSignInRow, url: str) -> pb.ProviderSignIn:
    return pb.ProviderSignIn(id=str(row.id), url=url, expires_at=timestamp(row.expires_at))


def link_message(link: ProviderLinkRow) -> pb.ProviderLink:
    return pb.ProviderLink(
        id=str(link.id),
        issuer=link.issuer,
        linked_at=timestamp(link.linked_at),
        last_used_at=timestamp(link.last_used_at),
    )
