"""Apps that residents use (SMART App Launch): what one asks for, the resident's word, and the app's tokens."""

import logging
from uuid import UUID

from chassis.api import Call
from chassis.ids import Kind, parse_id
from chassis.problems import Problem
from chassis.refusals import Forbidden, Invalid, NotFound
from chassis.wire import moment, timestamp
from city_pack import smart
from yima.common.v1.route_pb2 import Role, Scope
from yima.consent.v1.api_pb2 import GrantToAppRequest
from yima.identity.v1 import api_pb2 as pb
from yima.partners.v1.api_pb2 import App, GetAppRequest

from identity import store
from identity.api.access import access_token
from identity.api.served import Resources, api
from identity.commands import apps as commands
from identity.commands.apps import AppAccess
from identity.domain import apps
from identity.domain.access import access_claims
from identity.domain.apps import AppCodeRefused, AppRefused, Asked
from identity.domain.sessions import RefreshTokenReused

log = logging.getLogger("identity.apps")

NOT_FOUND = 404
TOKEN_PATH, ORIGIN = "/oauth/token", "/fhir"
NOT_YOURS = "there is no such resident, or you do not act for them; name yourself or a dependant"


@api.serves_without_transaction
async def review_app(request: pb.ReviewAppRequest, call: Call[Resources]) -> pb.AppReview:
    app = await app_of(call, request.client_id)
    asked = asked_by(request, app, call)
    await check_of_age(call)
    return pb.AppReview(
        client_id=app.api_key_id,
        partner_id=app.partner_id,
        name=app.registration.name,
        partner_name=app.partner_name,
        redirect_uri=asked.redirect_uri,
        scopes=[
            pb.AppScope(scope=scope, information_types=sorted(smart.TYPES_OF[kind]))
            for kind, scope in zip(asked.readings, asked.scopes, strict=True)
        ],
        goes_on=asked.goes_on,
    )


@api.serves_once
async def authorize_app(request: pb.AuthorizeAppRequest, call: Call[Resources]) -> pb.AppAuthorization:
    """The resident's word becomes a consent first, with their own token; then the app's code is kept for it. Asked
    again with the same key it is the same consent, and a fresh code: the one before was shown once."""
    app = await app_of(call, request.request.client_id)
    asked = asked_by(request.request, app, call)
    resident_id = parse_id(request.resident_id or call.principal.subject_id, "resident_id")
    if not call.principal.acts_for(str(resident_id)):
        raise NotFound(NOT_YOURS, "resident_id")
    await check_of_age(call)
    let = apps.chosen(asked, request.scopes)
    word = GrantToAppRequest(
        resident_id=str(resident_id),
        grantee_id=app.partner_id,
        information_types=sorted(smart.types_of(let)),
        expires_at=timestamp(apps.until(asked, request.days, call.now)),
    )
    consent = await call.resources.consent.grant_to_app(word, call.authorization.partition(" ")[2], call.key)
    async with call.resources.database.transaction() as session:
        code = commands.add_grant(
            session,
            asked=asked,
            client_id=UUID(app.api_key_id),
            partner_id=UUID(app.partner_id),
            resident_id=resident_id,
            by=UUID(call.principal.subject_id),
            consent_id=UUID(consent.id),
            scope=" ".join(smart.written(let)),
            until=moment(consent.expires_at),
            now=call.now,
        )
    return pb.AppAuthorization(
        redirect_uri=asked.redirect_uri, code=code, consent_id=consent.id, until=consent.expires_at
    )


@api.serves_without_transaction
async def exchange_app_code(request: pb.ExchangeAppCodeRequest, call: Call[Resources]) -> pb.AccessToken:
    """Partners is asked before the session begins, and once more when whoever ends sessions can see it."""
    client_id = UUID((await app_of(call, request.client_id)).api_key_id)
    async with call.resources.database.transaction() as session:
        access = await commands.exchange_code(
            session,
            code=request.code,
            client_id=client_id,
            redirect_uri=request.redirect_uri,
            verifier=request.code_verifier,
            access_life=call.resources.access_life,
            now=call.now,
        )
    if isinstance(access, AppCodeRefused):
        log.warning("an app's code was used twice; its session was ended")
        raise access  # only now, when the session's end is committed
    await app_of(call, request.client_id)
    return app_token(call, access)


@api.serves_without_transaction
async def refresh_app_access(request: pb.RefreshAppAccessRequest, call: Call[Resources]) -> pb.AccessToken:
    client_id = UUID((await app_of(call, request.client_id)).api_key_id)
    async with call.resources.database.transaction() as session:
        access = await commands.refresh(
            session,
            refresh_token=request.refresh_token,
            client_id=client_id,
            scope=request.scope,
            access_life=call.resources.access_life,
            now=call.now,
        )
    if isinstance(access, RefreshTokenReused):
        log.warning("an app's refresh token was used twice; its session was ended")
        raise access  # as above
    return app_token(call, access)


def app_token(call: Call[Resources], access: AppAccess) -> pb.AccessToken:
    """An app's token is its partner's, for one resident's record, for what they let it see."""
    grant = access.grant
    claims = access_claims(
        city=call.resources.city,
        role=Role.Name(Role.ROLE_PARTNER),
        session_id=access.session.id,
        subject_id=grant.client_id,
        partner_id=grant.partner_id,
        api_key_id=grant.client_id,
        scopes=[Scope.SCOPE_RECORDS],
        fhir_scope=access.scope,
        fhir_patient=grant.resident_id,
        now=call.now,
        expires_at=access.expires_at,
    )
    token = access_token(call, access.session, Role.ROLE_PARTNER, claims, access.expires_at)
    token.scope, token.resident_id, token.refresh_token = access.scope, str(grant.resident_id), access.refresh_token
    if access.refresh_token:
        token.MergeFrom(pb.AccessToken(refresh_until=timestamp(grant.until)))
    return token


async def app_of(call: Call[Resources], client_id: str) -> App:
    """The app of this client id, while it and its partner are good."""
    try:
        asked = GetAppRequest(api_key_id=str(parse_id(client_id, "client_id", Kind.API_KEY)))
        return await call.resources.partners.get_app(asked)
    except Invalid:
        raise AppRefused("client_id is the id of no app", "client_id") from None
    except Problem as refusal:
        if refusal.status != NOT_FOUND:
            raise
        raise AppRefused("there is no such app, or its institution may not use data now", "client_id") from None


def asked_by(request: pb.ReviewAppRequest, app: App, call: Call[Resources]) -> Asked:
    registered = apps.App(app.registration.redirect_uris, smart.readings(app.registration.scope))
    token_url = call.resources.token_url
    return apps.asked(
        registered,
        redirect_uri=request.redirect_uri,
        response_type=request.response_type,
        scope=request.scope,
        challenge=request.code_challenge,
        method=request.code_challenge_method,
        aud=request.aud,
        origin=token_url.removesuffix(TOKEN_PATH) + ORIGIN if token_url else "",
    )


async def check_of_age(call: Call[Resources]) -> None:
    """Refuse a minor. Whoever acts for somebody is of age."""
    async with call.resources.database.transaction() as session:
        resident = await store.people.resident(session, UUID(call.principal.subject_id))
    if resident is None:
        raise Forbidden("this needs another role")
    apps.check_of_age(resident.birth_date, call.resources.pack.adults_born_until(call.now))
